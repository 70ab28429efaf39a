"""The answer: what another track called comes back in the next phrase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.errors import pick
from composer.instruments import Instrument
from composer.mapping.consonance import Consonance, drawn_to_chords
from composer.mapping.harmony import Harmony
from composer.mapping.lines import Line
from composer.mapping.metre import TOUCH, phrase_of
from composer.mapping.register import folded, nearest_among
from composer.parameters import Names
from composer.score import Meter, Notes, notes
from composer.units import F8, I8


def answer(
    line: Line,
    harmony: Harmony | None,
    scale: F8,
    player: Instrument,
    meter: Meter,
    end: float,
    rng: np.random.Generator,
    lines: Mapping[str, Notes],
    to: Annotated[str, Names("earlier track"), Doc("the track that calls; its option `phrase` makes it wait")],
    phrase: Annotated[
        float, Interval(ge=0.25, le=4096), Unit("beats"), Doc("how long a call is, and its answer")
    ] = 8.0,
    transform: Annotated[
        Literal["same", "third", "fifth", "inverted", "retrograde"],
        Doc("as it was, a third or a fifth of the scale higher, upside down from its first note, or from its end"),
    ] = "same",
    consonance: Consonance = 0.0,
) -> Notes:
    """The notes that another track plays in every even phrase come back in the odd one after it.

    They are drawn to this track's scale, and each answer moves as a whole by octaves into the instrument's range; drums
    answer with the same drums. A note keeps the row it came from;
    its velocity and pan are what this track's own rules give for that row, if it plays it.
    """
    calls = pick(lines, to, "earlier track")
    number = phrase_of(calls["start"], phrase)
    calls, number = calls[number % 2 == 0], number[number % 2 == 0]
    if not len(line) or not calls.size:
        return notes([], [], [])
    since = np.maximum(calls["start"] - number * phrase, 0.0)
    length = np.minimum(calls["length"], phrase - since)
    first = np.flatnonzero(np.append(True, number[1:] != number[:-1]))
    place = nearest_among(scale, calls["pitch"])
    since, place = TRANSFORMS[transform](since, length, phrase, place, _leader(first, number.size))
    pitch = calls["pitch"] if player.is_drums else scale[np.clip(place, 0, scale.size - 1)]
    start = (number + 1) * phrase + since
    stop = line.until(end)
    kept = start < stop - TOUCH
    pitch = _placed(pitch, first, player)[kept]
    start, row = start[kept], calls["row"][kept]
    length = np.minimum(length[kept], stop - start)
    velocity, pan = _own(line, row, calls["velocity"][kept], calls["pan"][kept])
    made = notes(start, length, pitch, velocity, pan, row)
    made["pitch"] = drawn_to_chords(made["pitch"], made["start"], consonance, harmony, scale, player, meter, rng)
    return made


def _leader(first: I8, size: int) -> I8:
    """Return for each note the number of its phrase's first."""
    return np.repeat(first, np.diff(np.append(first, size)))


def _placed(pitch: F8, first: I8, player: Instrument) -> F8:
    """Return the pitches with each phrase, from one `first` to the next, moved by octaves into the range.

    What does not fit even so moves by itself.
    """
    if player.is_drums:
        return pitch
    of = np.repeat(np.arange(first.size), np.diff(np.append(first, pitch.size)))
    up = np.maximum(np.ceil((player.lowest - np.minimum.reduceat(pitch, first)) / 12), 0)
    down = np.maximum(np.ceil((np.maximum.reduceat(pitch, first) - player.highest) / 12), 0)
    return folded(pitch + 12 * np.where(up > 0, up, -down)[of], player)


def _own(line: Line, row: I8, velocity: F8, pan: F8) -> tuple[F8, F8]:
    """Return the line's velocity and pan for rows that it plays, and the given ones for the others."""
    rows, place = np.unique(line.row, return_index=True)
    k = np.minimum(np.searchsorted(rows, row), rows.size - 1)
    plays, mine = rows[k] == row, place[k]
    return np.where(plays, line.velocity[mine], velocity), np.where(plays, line.pan[mine], pan)


# Each transform turns when the notes of a call come in their phrase, and their places in the scale, (n,), into the
# answer's. `leader` (n,) is the number of each note's first in the phrase.
Transformed = tuple[F8, I8]


def _same(since: F8, length: F8, phrase: float, place: I8, leader: I8) -> Transformed:
    return since, place


def _third(since: F8, length: F8, phrase: float, place: I8, leader: I8) -> Transformed:
    return since, place + 2


def _fifth(since: F8, length: F8, phrase: float, place: I8, leader: I8) -> Transformed:
    return since, place + 4


def _inverted(since: F8, length: F8, phrase: float, place: I8, leader: I8) -> Transformed:
    return since, 2 * place[leader] - place


def _retrograde(since: F8, length: F8, phrase: float, place: I8, leader: I8) -> Transformed:
    return np.maximum(phrase - since - length, 0.0), place


TRANSFORMS: dict[str, Callable[[F8, F8, float, I8, I8], Transformed]] = {
    "same": _same,
    "third": _third,
    "fifth": _fifth,
    "inverted": _inverted,
    "retrograde": _retrograde,
}
