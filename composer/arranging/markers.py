"""The markers of a passage: its name, and the places that the piece names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from composer.arranging.form import Passage
from composer.arranging.values import rows_of
from composer.errors import located
from composer.mapping.rhythm import Clock
from composer.piece.model import Piece
from composer.piece.track import PLACE
from composer.score import Marker
from composer.sources.functions import EVENTS
from composer.table import Table
from composer.units import F8


@dataclass(frozen=True)
class Marked:
    """A marker of the piece with the places that it marks among the table's rows, (m,), found once for all passages."""

    number: int
    text: str
    follow: str
    rows: F8
    cue: bool = False


def marked(piece: Piece, table: Table) -> list[Marked]:
    """Return the markers that keep the time of a track."""
    found = []
    for n, marker in enumerate(piece.markers):
        if not isinstance(marker.at, float):
            with located(f"marker[{n}]"):
                rows = happenings(str(marker.at), table) if marker.rows is None else rows_of(marker.rows, table)
            follow = marker.follow or piece.tracks[0].name
            found.append(Marked(n, marker.text, follow, np.asarray(rows, np.float64), marker.cue))
    return found


def markers_of(
    passage: Passage, marks: Sequence[Marked], table: Table, clocks: Mapping[str, Clock]
) -> tuple[Marker, ...]:
    """Return the passage's name, and its part of the `marks` in the time of their tracks, in order."""
    found = [Marker(0.0, passage.name)] if passage.name else []
    for mark in marks:
        with located(f"marker[{mark.number}]"):
            found += _placed(mark, passage, table, clocks)
    return tuple(sorted(found, key=lambda marker: marker.beat))


def fixed_markers(piece: Piece) -> tuple[Marker, ...]:
    """Return the markers that stand at a beat of the whole piece."""
    return tuple(Marker(marker.at, marker.text, marker.cue) for marker in piece.markers if isinstance(marker.at, float))


def _placed(mark: Marked, passage: Passage, table: Table, clocks: Mapping[str, Clock]) -> list[Marker]:
    if not passage.plays(mark.follow):
        return []
    clock = clocks[mark.follow]
    known = ~np.isnan(clock.start)
    if not known.any():
        return []
    rows = mark.rows[passage.within[np.floor(mark.rows).astype(np.int64)]]
    beats = np.interp(rows, clock.rows[known], clock.start[known])
    return [
        Marker(float(beat), _worded(mark.text, table, row), mark.cue) for beat, row in zip(beats, rows, strict=True)
    ]


def happenings(event: str, table: Table) -> F8:
    """Return where along a table's rows, between two of them as a rule, something happens to its index."""
    index = np.asarray(table.index, np.float64)
    if not index.size:
        return np.empty(0)
    order = np.argsort(index)
    return np.interp(EVENTS[event](index), index[order], np.arange(len(table), dtype=np.float64)[order])


def _worded(text: str, table: Table, row: float) -> str:
    """Return a marker's text with the values at a row, or between two, put in for {NAME} and {NAME:.3f}."""

    def value(name: str, form: str | None) -> str:
        if name in table.labels or name in table.dates:
            return table.shown(name, round(row))
        return format(np.interp(row, np.arange(len(table)), table[name]), form or ".6g")

    return PLACE.sub(lambda match: value(match[1], match[2]), text)
