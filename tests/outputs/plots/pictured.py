"""Scores and data for pictures, small ones and odd ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from composer.outputs.plots.facts import Follows
from composer.score import Marker, Meter, Score, Track, notes
from composer.table import Table
from composer.units import TempoMap

LONG = "A title that does not end " * 12
SIGNS = "Ärger & $x^2$ <b>漢字 \N{FIRE}\x07 η ♯\nnext"

SCORES: dict[str, Score] = {
    "nothing": Score(()),
    "no notes": Score((Track("still", "flute", notes([], [], [])), Track("kit", "drums", notes([], [], [])))),
    "one note": Score((Track("only", "piano", notes(0, 1, 60, row=0)),), title="One"),
    "one drum": Score((Track("kit", "drums", notes(0, 0.25, 38, row=0)),)),
    "all drums": Score((Track("kit", "drums", notes(np.arange(47.0), 0.25, np.arange(35, 82))),)),
    "odd signs": Score(
        (Track(SIGNS, "piano", notes([0, 1], 1, [60, 64], row=[0, 1])),),
        title=SIGNS * 9,
        markers=(Marker(0.5, SIGNS), Marker(0.6, ""), Marker(1.9, LONG)),
    ),
    "long words": Score(
        tuple(Track(f"{LONG}{n}", "church organ", notes(n, 1, 50 + n, row=n % 2)) for n in range(16)),
        title="Supercalifragilistic" * 40,
        markers=tuple(Marker(0.1 * n, LONG) for n in range(160)),
    ),
    "a long bar": Score(
        (Track("a", "cello", notes([0, 900], 1, [0, 127], row=[0, 1])),),
        TempoMap(((0.0, 4.0), (800.0, 999.0))),
        Meter(32, 1),
    ),
    "quick": Score((Track("a", "cello", notes([0, 1e-3], 1e-4, [60, 61], row=[0, 1])),), meter=Meter(1, 64)),
}

TABLES: dict[str, Table] = {
    "plain": Table({"a": [1.0, -2.0], "b": [3.0, 9.0]}),
    "missing": Table({"a": [np.nan, np.nan], "b": [1.0, np.nan]}),
    "constant": Table({"a": [5.0, 5.0], "b": [0.0, 0.0]}),
    "far out": Table({"a": [-1e300, 1e300], "b": [1e-300, 2e-300]}),
    "dates": Table({"a": [0.0, 1.0], "b": [0.0, 1e9]}, [0.0, 1e9], {"a": ("low", SIGNS)}, frozenset({"index", "b"})),
    "complex": Table({"re": [0.0, 1e-9], "im": [1.0, 0.0], "abs": [1.0, 1e-9], "arg": [0.5, 0.0]}),
}


def follows(table: Table, score: Score) -> tuple[Follows, ...]:
    """Return rules by which the first track follows the first two columns."""
    first, second = table.names[:2]
    parts = tuple(range(min(len(score.tracks), 1)))
    return Follows("a", "pitch", first, parts), Follows("a", "duration", second, parts)


def offered(table: Table, score: Score) -> dict[str, Any]:
    """Return what a piece of this table would hand over."""
    return {"table": table, "follows": follows(table, score), "fidelity": lambda: []}
