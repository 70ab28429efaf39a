"""Consonance: how a melody comes to rest on the notes of the chords."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Interval
from typing_extensions import Doc

from composer.instruments import Instrument
from composer.mapping.harmony import Harmony, sounding
from composer.mapping.metre import strong
from composer.mapping.register import of_classes
from composer.score import Meter
from composer.units import F8

Consonance = Annotated[
    float, Interval(ge=0, le=1), Doc("how many of the notes on strong beats move to the nearest note of the chord")
]


def drawn_to_chords(
    pitch: F8,
    start: F8,
    consonance: float,
    harmony: Harmony | None,
    scale: F8,
    player: Instrument,
    meter: Meter,
    rng: np.random.Generator,
) -> F8:
    """Return pitches (m,), in order of start, with this share of those on strong beats moved to the nearest chord note.

    Half way between two, a note moves towards the one before, and upwards where that says nothing. Nothing moves
    without a harmony, nor on drums.
    """
    # Drawn whatever the dial says, so that what moves at 0.3 also moves at 0.6.
    chance = rng.random(pitch.size)
    if harmony is None or player.is_drums:
        return pitch
    moved = np.flatnonzero(strong(start, meter) & (chance < consonance))
    which, chords = sounding(start[moved], pitch[moved], harmony, scale)
    below, above = np.empty(moved.size), np.empty(moved.size)
    for number, classes in enumerate(chords):
        here = which == number
        tones = of_classes(classes, player.lowest, player.highest)
        k = np.searchsorted(tones, pitch[moved[here]], side="left")
        below[here], above[here] = tones[np.maximum(k - 1, 0)], tones[np.minimum(k, tones.size - 1)]
    lower, upper = np.abs(pitch[moved] - below), np.abs(above - pitch[moved])
    result = pitch.copy()
    result[moved] = np.where(lower < upper, below, above)
    for k in np.flatnonzero(lower == upper):
        n = moved[k]
        if n and abs(below[k] - result[n - 1]) < abs(above[k] - result[n - 1]):
            result[n] = below[k]
    return result
