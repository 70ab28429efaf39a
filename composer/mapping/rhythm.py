"""When the notes of a track sound: each timing turns rows into starts and lengths, in beats.

To add one: write a function whose parameters carry a `Doc`, and its row in TIMINGS. It may ask for:
`rows` (m,), the rows that the track plays; `durations` (m,) or None, what the duration rule gave, and their
`unit`; the `table`, the `tempo`, the `grid` in beats (0: none), and `clocks`, those of the tracks before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
from annotated_types import Gt
from numpy.typing import ArrayLike
from typing_extensions import Doc

from composer.errors import pick
from composer.mapping.scalers import linear
from composer.parameters import Names
from composer.table import Table
from composer.units import F8, I8, TempoMap

STEP = 0.5  # beats: a note's length where nothing else decides


@dataclass(frozen=True)
class Clock:
    """When each of a track's rows sounds: rows, starts and lengths, all (m,); starts may be NaN (never).

    `over` is the beat at which the timing is over, whatever still rings; None where the last row decides.
    """

    rows: I8
    start: F8
    length: F8
    over: float | None = None

    @property
    def end(self) -> float:
        """The beat at which the timing, or the last row, is over."""
        return float(np.nanmax(self.start + self.length, initial=0.0)) if self.over is None else self.over


def sequence(rows: I8, durations: F8 | None, unit: str, tempo: TempoMap, grid: float) -> Clock:
    """One after another: the durations decide the onsets. A missing duration lasts as the shortest one."""
    given = np.full(rows.size, STEP) if durations is None else durations
    known = given[~np.isnan(given)]
    given = np.nan_to_num(given, nan=known.min() if known.size else STEP)
    clock = _IN_SEQUENCE[unit](rows, given, tempo)
    if not grid:
        return clock
    length = _snapped_length(clock.length, grid)
    return Clock(rows, _starts(length), length)


def index(
    rows: I8,
    table: Table,
    durations: F8 | None,
    unit: str,
    tempo: TempoMap,
    grid: float,
    length: Annotated[float, Gt(0), Doc("how long the table lasts, or the section's part of it")] = 64.0,
    length_unit: Annotated[Literal["beats", "s"], Doc("the unit of that length")] = "beats",
) -> Clock:
    """Onsets in proportion to the table's index. Without a duration rule each note lasts until the next."""
    index = np.asarray(table.index, np.float64)
    whole = index[np.isfinite(index)]
    if whole.size and whole.min() < whole.max():
        share = linear(index)[rows] * (whole.size - 1) / whole.size
    else:
        share = np.where(np.isfinite(index[rows]), 0.0, np.nan)
    beats = _POSITION[length_unit]
    return _placed(rows, beats(tempo, share * length), float(beats(tempo, length)), durations, unit, tempo, grid)


def follow(
    rows: I8,
    clocks: Mapping[str, Clock],
    durations: F8 | None,
    unit: str,
    tempo: TempoMap,
    grid: float,
    track: Annotated[str, Names("earlier track"), Doc("the track to keep time with")],
) -> Clock:
    """Each row sounds when it does in another track. Without a duration rule it lasts until the next."""
    other = pick(clocks, track, "earlier track")
    known = ~np.isnan(other.start)
    if known.any():
        start = np.interp(rows, other.rows[known], other.start[known])
    else:
        start = np.full(rows.size, np.nan)
    return _placed(rows, start, other.end, durations, unit, tempo, grid)


def at_onsets(
    rows: I8, onsets: F8, onset_unit: str, durations: F8 | None, unit: str, tempo: TempoMap, grid: float
) -> Clock:
    """Each row sounds at its own onset, (m,), in beats or seconds. Without a duration rule it lasts until the next."""
    start = _POSITION[onset_unit](tempo, onsets)
    end = float(np.nanmax(start, initial=0.0)) + STEP
    return replace(_placed(rows, start, end, durations, unit, tempo, grid), over=None)


def _placed(rows: I8, start: F8, end: float, durations: F8 | None, unit: str, tempo: TempoMap, grid: float) -> Clock:
    if grid:
        start = np.floor(start / grid + 0.5) * grid
    length = _until_next(start, end) if durations is None else _LASTING[unit](tempo, start, durations)
    over = end if np.isfinite(start).any() else 0.0
    return Clock(rows, start, _snapped_length(length, grid) if grid else length, over)


def _until_next(start: F8, end: float) -> F8:
    """Return the time from each start to the next later one; the last lasts until `end`, or a STEP if that is past."""
    moments = np.unique(start[~np.isnan(start)])
    if moments.size and end <= moments[-1]:
        end = float(moments[-1]) + STEP
    following = np.append(moments, end)
    after = np.searchsorted(moments, start, side="right")
    return np.where(np.isnan(start), np.nan, following[np.minimum(after, following.size - 1)] - start)


def _snapped_length(length: F8, grid: float) -> F8:
    return np.maximum(np.floor(length / grid + 0.5), 1) * grid


def _starts(length: F8) -> F8:
    return np.concatenate([[0.0], np.cumsum(length)])[:-1]


def _sequence_of_beats(rows: I8, durations: F8, tempo: TempoMap) -> Clock:
    return Clock(rows, _starts(durations), durations)


def _sequence_of_seconds(rows: I8, durations: F8, tempo: TempoMap) -> Clock:
    onset = _starts(durations)
    return Clock(rows, tempo.beats(onset), tempo.beats_lasting(onset, durations))


_IN_SEQUENCE = {"beats": _sequence_of_beats, "s": _sequence_of_seconds}
_POSITION: dict[str, Callable[[TempoMap, ArrayLike], F8]] = {
    "beats": lambda tempo, at: np.asarray(at, np.float64),
    "s": lambda tempo, at: tempo.beats(at),
}
_LASTING: dict[str, Callable[[TempoMap, F8, F8], F8]] = {
    "beats": lambda tempo, start, durations: durations,
    "s": lambda tempo, start, durations: tempo.beats_lasting(tempo.seconds(start), durations),
}

TIMINGS: dict[str, Callable[..., Clock]] = {"sequence": sequence, "index": index, "follow": follow}
