"""Voicing: which notes of a chord sound, and how each chord leads to the next with the least motion."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from operator import gt, lt
from typing import Literal

import numpy as np

from composer.mapping.harmony import Classes
from composer.mapping.register import of_classes
from composer.units import F8, I8

REACH = 6  # semitones: how far the highest voice may be from the mapped pitch, so that each inversion has a place
Spread = Literal["close", "open"]
Voicing = tuple[int, ...]

# Which of a chord's notes stay where it has more than are wanted: root, third, seventh, ninth, and then the fifth.
_KEPT = (0, 1, 3, 4, 2)


def voiced(
    chords: Iterable[Classes], size: I8, near: F8, low: float, high: float, spread: Spread = "close"
) -> list[Voicing]:
    """Return a voicing, rising MIDI numbers from low to high, for each of the chords, (m,).

    `size` (m,) says how many notes: fewer than the chord has leave out the fifth first, more double in octaves.
    Of all close (or open) positions whose highest voice lies within REACH of `near` (m,), that one is taken
    which overlaps the voicing before it least (no voice passes where its neighbour was), then moves the least (the sum
    of all voices' motion), then lies nearest to `near`. Voicings of unequal size are compared from the top.
    """
    known: dict[tuple[Classes, int], list[Voicing]] = {}
    chosen: dict[tuple[Classes, int, int, Voicing], Voicing] = {}
    before: Voicing = ()
    result = []
    for classes, count, pitch in zip(chords, size.tolist(), np.floor(near + 0.5).astype(int).tolist(), strict=True):
        if (classes, count) not in known:
            known[classes, count] = [*map(tuple, positions(classes, count, low, high, spread).tolist())]
        step = (classes, count, pitch, before)
        if step not in chosen:
            chosen[step] = _led(known[classes, count], before, pitch)
        before = chosen[step]
        result.append(before)
    return result


def positions(classes: Classes, size: int, low: float, high: float, spread: Spread = "close") -> I8:
    """Return every close or open position of `size` notes from low to high, (count, size) or fewer notes, rising.

    A close position is a run of neighbouring chord notes; an open one has its second voice from the top an
    octave lower ("drop 2"). Where the range has no room for an open one, the close ones are returned.
    """
    kept = [classes[k] for k in _KEPT if k < len(classes)][:size]
    pitches = of_classes(kept, low, high).astype(np.int64)
    runs = np.lib.stride_tricks.sliding_window_view(pitches, min(size, pitches.size))
    return SPREADS[spread](runs, low)


def _as_it_is(runs: I8, low: float) -> I8:
    return runs


def _dropped(runs: I8, low: float) -> I8:
    """Return the runs with the second voice from the top moved down by octaves to where no other voice is."""
    if runs.shape[1] < 2:
        return runs
    opened = []
    for run in runs.tolist():
        *lower, second, top = run
        second -= 12
        while second in lower:
            second -= 12
        if second >= low:
            opened.append(sorted([second, *lower, top]))
    return np.array(opened, np.int64) if opened else runs


SPREADS: dict[str, Callable[[I8, float], I8]] = {"close": _as_it_is, "open": _dropped}


def _led(places: Sequence[Voicing], before: Voicing, near: int) -> Voicing:
    """Return that one of the places, whose tops rise, to which `before` leads best."""
    tops = [place[-1] for place in places]
    goal = min(max(near, tops[0]), tops[-1])
    within = places[bisect_left(tops, goal - REACH) : bisect_right(tops, goal + REACH)]

    def cost(place: Voicing) -> tuple[int, int, int, int]:
        voices = min(len(place), len(before))
        new, old = place[len(place) - voices :], before[len(before) - voices :]
        overlaps = sum(map(gt, new, old[1:])) + sum(map(lt, new[1:], old))
        return overlaps, sum(abs(a - b) for a, b in zip(new, old, strict=True)), abs(place[-1] - goal), place[-1]

    return min(within or places, key=cost)
