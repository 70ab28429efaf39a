"""The markers of a passage: its name, and the places that the piece names."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from composer.arranging.form import Passage
from composer.arranging.values import rows_of
from composer.errors import located, pick
from composer.mapping.rhythm import Clock
from composer.piece.model import Piece
from composer.piece.track import PLACE, MarkerModel
from composer.score import Marker
from composer.sources import EVENTS
from composer.table import Table
from composer.units import F8


def markers_of(passage: Passage, piece: Piece, table: Table, clocks: Mapping[str, Clock]) -> tuple[Marker, ...]:
    """Return the markers that keep the time of the passage's tracks, in order."""
    found = [Marker(0.0, passage.name)] if passage.name else []
    for n, marker in enumerate(piece.markers):
        if not isinstance(marker.at, float):
            with located(f"marker[{n}]"):
                found += _placed(marker, passage, table, clocks, piece.tracks[0].name)
    return tuple(sorted(found, key=lambda marker: marker.beat))


def fixed_markers(piece: Piece) -> tuple[Marker, ...]:
    """Return the markers that stand at a beat of the whole piece."""
    return tuple(Marker(marker.at, marker.text) for marker in piece.markers if isinstance(marker.at, float))


def _placed(
    marker: MarkerModel, passage: Passage, table: Table, clocks: Mapping[str, Clock], first: str
) -> list[Marker]:
    name = marker.follow or first
    if not passage.plays(name):
        return []
    clock = pick(clocks, name, "track")
    known = ~np.isnan(clock.start)
    if not known.any():
        return []
    rows = _happenings(str(marker.at), table) if marker.rows is None else rows_of(marker.rows, table)
    rows = rows[passage.within[np.floor(rows).astype(np.int64)]]
    beats = np.interp(rows, clock.rows[known], clock.start[known])
    return [Marker(float(beat), _worded(marker.text, table, row)) for beat, row in zip(beats, rows, strict=True)]


def _happenings(event: str, table: Table) -> F8:
    """Return where along a table's rows, between two of them as a rule, something happens to its index."""
    index = np.asarray(table.index, np.float64)
    order = np.argsort(index)
    return np.interp(EVENTS[event](index), index[order], np.arange(len(table), dtype=np.float64)[order])


def _worded(text: str, table: Table, row: float) -> str:
    """Return a marker's text with the values at a row, or between two, put in for {NAME} and {NAME:.3f}."""

    def value(name: str, form: str | None) -> str:
        if name in table.labels or name in table.dates:
            return table.shown(name, round(row))
        return format(np.interp(row, np.arange(len(table)), table[name]), form or ".6g")

    return PLACE.sub(lambda match: value(match[1], match[2]), text)
