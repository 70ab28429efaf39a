"""Metre: where the bars, their strong beats and their backbeats lie, in beats (quarter notes)."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from composer.score import Meter
from composer.units import F8, I8

Mask = NDArray[np.bool_]

TOUCH = 1e-6  # beats: a note this near to a place in the bar is on it
WEIGHTS = (1.0, 0.75, 0.5, 0.25, 0.1)  # of the bar, a group, a unit, half a unit, and any other place


def bar_length(meter: Meter) -> float:
    """Return how long a bar is, in beats."""
    return meter.beats * 4 / meter.unit


def bar_of(beats: F8, meter: Meter) -> I8:
    """Return the numbers of the bars, from 0, that positions in beats lie in."""
    return np.floor((beats + TOUCH) / bar_length(meter)).astype(np.int64)


def phrase_of(beats: F8, length: float) -> F8:
    """Return the numbers of the phrases of some length, from 0, that positions in beats lie in."""
    return np.floor((beats + TOUCH) / max(length, TOUCH))


def groups(meter: Meter) -> tuple[int, ...]:
    """Return how a bar's units are grouped, each group beginning with a strong beat.

    Twos, threes and ones stand alone; four, eight and sixteen fall into halves; multiples of three are compound,
    in threes; the others go in threes and closing twos, but for seven, 2 + 2 + 3.

    >>> [groups(Meter(beats, 8)) for beats in (3, 5, 6, 7, 10)], groups(Meter(4, 4))
    ([(3,), (3, 2), (3, 3), (2, 2, 3), (3, 2, 3, 2)], (2, 2))
    """
    return _grouped(meter.beats)


def _grouped(units: int) -> tuple[int, ...]:
    if units <= 3:
        return (units,)
    if units % 3 == 0:
        return (3,) * (units // 3)
    if units % 4 == 0:
        return (units // 2,) * 2
    if units % 2 == 0:
        return 2 * _grouped(units // 2)
    if units == 7:
        return (2, 2, 3)
    twos = 3 - units % 3
    return (3,) * ((units - 2 * twos) // 3) + (2,) * twos


def group_starts(meter: Meter) -> tuple[float, ...]:
    """Return where the groups of a bar begin, in beats from its own beginning."""
    return tuple(units * 4 / meter.unit for units in accumulate(groups(meter)[:-1], initial=0))


def backbeats(meter: Meter) -> tuple[float, ...]:
    """Return the beats of a bar that answer its strong ones: 2 and 4 in 4/4, 2 and 3 in 3/4, the second half of 6/8.

    >>> backbeats(Meter(4, 4)), backbeats(Meter(3, 4)), backbeats(Meter(6, 8))
    ((1.0, 3.0), (1.0, 2.0), (1.5,))
    """
    simple = meter.beats <= 3 or (meter.beats % 4 == 0 and meter.beats % 3 != 0)
    beats = tuple(n * 4 / meter.unit for n in range(meter.beats)) if simple else group_starts(meter)
    return beats[1:] if len(beats) % 2 else beats[1::2]


def strong(beats: F8, meter: Meter) -> Mask:
    """Return which positions lie on a strong beat: the bar's first, and the first of each group."""
    return _on(_within(beats, meter), group_starts(meter))


def weight(beats: F8, meter: Meter) -> F8:
    """Return the metric weight of positions, 1 at the bar's first beat and less on each lower level (WEIGHTS)."""
    place, unit = _within(beats, meter), 4 / meter.unit
    levels = [
        _on(place, (0.0,)),
        _on(place, group_starts(meter)),
        _on(place, tuple(n * unit for n in range(meter.beats))),
        _on(place, tuple(n * unit / 2 for n in range(2 * meter.beats))),
    ]
    return np.select(levels, WEIGHTS[:-1], WEIGHTS[-1])


def _within(beats: F8, meter: Meter) -> F8:
    return beats - bar_of(beats, meter) * bar_length(meter)


def _on(place: F8, beats: tuple[float, ...]) -> Mask:
    """Return which places in the bar are one of these rising beats."""
    known = np.array(beats)
    k = np.clip(np.searchsorted(known, place + TOUCH, side="right") - 1, 0, known.size - 1)
    return np.asarray(np.abs(place - known[k]) <= TOUCH)
