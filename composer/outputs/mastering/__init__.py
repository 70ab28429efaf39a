"""From a mix to what leaves the house: loudness and peak, reverb, fades, dither.

Every stage is a Stream to a Stream, or is fed its blocks and keeps what it needs of them, so that memory does not grow
with length. Stages work on blocks of FRAMES counted from the first frame, however the sound arrives cut, and on
arithmetic that is exact or rounded well above its last bits: one sound gives the same bytes everywhere.
"""

from __future__ import annotations

from composer.outputs.mastering.dither import dithered
from composer.outputs.mastering.fades import faded
from composer.outputs.mastering.level import mastered
from composer.outputs.mastering.limiter import limited
from composer.outputs.mastering.loudness import LoudnessMeter
from composer.outputs.mastering.peaks import PeakMeter
from composer.outputs.mastering.reverb import Reverb, Room, reverberated, room, with_reverb

__all__ = [
    "LoudnessMeter",
    "PeakMeter",
    "Reverb",
    "Room",
    "dithered",
    "faded",
    "limited",
    "mastered",
    "reverberated",
    "room",
    "with_reverb",
]
