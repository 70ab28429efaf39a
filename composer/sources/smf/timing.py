"""How a Standard MIDI File divides time: a beat into ticks, or a second into frames and these into ticks."""

from __future__ import annotations

from typing import NamedTuple

from composer.sources.smf.faults import broken

_BY_FRAMES = 0x8000
_FRAMES_A_SECOND = {24: 24.0, 25: 25.0, 29: 30000 / 1001, 30: 30.0}  # 29 is the 30 drop frame of colour television
_NOMINAL = 2  # beats a second, for a file that has no beats: 120 a minute


class Timing(NamedTuple):
    """How many ticks make a beat; with `by_frames` a beat is half a second, whatever tempo the file may name."""

    ticks_a_beat: float
    by_frames: bool


def timing(division: int) -> Timing:
    """Return what a header's division, 16 bits, means; raise FileError where it means nothing.

    >>> timing(480), timing(0xE728)
    (Timing(ticks_a_beat=480.0, by_frames=False), Timing(ticks_a_beat=500.0, by_frames=True))
    """
    if division < _BY_FRAMES:
        if division == 0:
            raise broken("its division is 0: a beat has no ticks")
        return Timing(float(division), False)
    frames, ticks = 256 - (division >> 8), division & 0xFF
    rate = _FRAMES_A_SECOND.get(frames, 0.0) * ticks
    if not rate:
        raise broken(f"its time is divided into {frames} frames a second of {ticks} ticks")
    return Timing(rate / _NOMINAL, True)
