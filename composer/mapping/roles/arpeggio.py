"""The arpeggio: the notes of the chord one after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.instruments import Instrument
from composer.mapping.harmony import Harmony, sounding
from composer.mapping.lines import Line
from composer.mapping.register import nearest_among, of_classes, pitched
from composer.score import Notes, notes
from composer.units import F8, I8


def arpeggio(
    line: Line,
    harmony: Harmony | None,
    scale: F8,
    player: Instrument,
    rng: np.random.Generator,
    pattern: Annotated[
        Literal["up", "down", "up-down", "down-up", "inside-out", "outside-in", "random"], Doc("the order of the notes")
    ] = "up",
    step: Annotated[float, Interval(ge=0.0625, le=64), Unit("beats"), Doc("the time from note to note")] = 0.25,
    octaves: Annotated[int, Interval(ge=1, le=4), Doc("over how many octaves the chord is spread")] = 1,
) -> Notes:
    """The chord that sounds, note after note through each row's span, from near the mapped pitch upwards.

    A density below 1 leaves steps out, never a row's first. Without a harmony the chord is the triad of the scale
    on the mapped note.
    """
    pitched(player, "arpeggio")
    of, nth, start, length = line.filled(step)
    chance, draws = rng.random((2, of.size))
    which, chords = sounding(start, line.pitch[of], harmony, scale)
    pitch = np.empty(of.size)
    for number, classes in enumerate(chords):
        here = np.flatnonzero(which == number)
        tones = of_classes(classes, player.lowest, player.highest)
        size = min(len(set(classes)) * octaves, tones.size)
        lowest = np.minimum(nearest_among(tones, line.pitch[of[here]]), tones.size - size)
        pitch[here] = tones[lowest + PATTERNS[pattern](nth[here], size, draws[here])]
    kept = (nth == 0) | (chance < line.density[of])
    of = of[kept]
    return notes(start[kept], length[kept], pitch[kept], line.velocity[of], line.pan[of], line.row[of])


# Each pattern turns a note's number in its row (n,) into its place among `size` rising notes; `draws` are uniform.


def _up(nth: I8, size: int, draws: F8) -> I8:
    return nth % size


def _down(nth: I8, size: int, draws: F8) -> I8:
    return size - 1 - nth % size


def _up_down(nth: I8, size: int, draws: F8) -> I8:
    top = size - 1
    return top - np.abs(top - nth % max(2 * top, 1))


def _down_up(nth: I8, size: int, draws: F8) -> I8:
    return size - 1 - _up_down(nth, size, draws)


def _inside_out(nth: I8, size: int, draws: F8) -> I8:
    place = nth % size
    return (size - 1) // 2 + np.where(place % 2 == 1, (place + 1) // 2, -(place // 2))


def _outside_in(nth: I8, size: int, draws: F8) -> I8:
    return _inside_out(size - 1 - nth % size, size, draws)


def _random(nth: I8, size: int, draws: F8) -> I8:
    """Never the same note twice running: each is a random distance from the one before."""
    return np.cumsum(1 + np.floor(draws * (size - 1)).astype(np.int64)) % size


PATTERNS: dict[str, Callable[[I8, int, F8], I8]] = {
    "up": _up,
    "down": _down,
    "up-down": _up_down,
    "down-up": _down_up,
    "inside-out": _inside_out,
    "outside-in": _outside_in,
    "random": _random,
}
