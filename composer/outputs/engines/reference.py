"""The reference renderer: bare sines in mono, one note after another, exactly as the first sketch defined them.

A note of d seconds has n = floor(rate · d) samples A sin(2 pi f tau_j), tau_j = j d / (n - 1), j = 0 .. n - 1:
the phase starts anew with each note, there is no envelope and no gap, and the samples are truncated toward
zero to 16 bits, A being the note's amplitude (velocity²) in units of 1/32768. Starts and pans are not heard.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from composer.errors import Fault, InputError
from composer.outputs.performance import check_reach
from composer.outputs.stream import Stream
from composer.score import Notes, Score
from composer.units import F4, F8, amplitude_of_velocity, hz_of_pitch

FULL_SCALE = 32768


def reference(score: Score, rate: int, a4: float, groups: tuple[tuple[int, ...], ...] = ()) -> Stream:
    """The reference renderer: bare sines in mono, one note after another, as the first sketch defined them.

    It plays a score of one track, whose notes sound in their order; InputError for several.
    """
    if len(score.tracks) != 1 or len(groups) > 1:
        raise InputError(
            Fault(
                f"the reference renderer plays one track, and this piece has {len(score.tracks)}",
                "engine",
                'use engine = "sine"',
            )
        )
    notes = score.tracks[0].notes
    with np.errstate(all="ignore"):  # what is not finite is refused
        seconds = score.tempo.seconds_lasting(notes["start"], notes["length"])
    check_reach(notes["start"], np.zeros_like(seconds), seconds)
    frames = int(np.floor(rate * seconds).sum())
    return Stream(rate, 1, frames, lambda: _blocks(notes, seconds, rate, a4))


def _blocks(notes: Notes, seconds: F8, rate: int, a4: float) -> Iterator[F4]:
    amplitudes = amplitude_of_velocity(notes["velocity"]) * FULL_SCALE
    for d, hz, amplitude in zip(seconds, hz_of_pitch(notes["pitch"], a4), amplitudes, strict=True):
        n = int(rate * d)
        tau = np.arange(n) * d / max(n - 1, 1)
        yield (np.trunc(amplitude * np.sin(2 * np.pi * hz * tau)) / FULL_SCALE).astype(np.float32)[None, :]
