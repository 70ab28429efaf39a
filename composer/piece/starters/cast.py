"""Which column takes which part, and where the bells ring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from composer.mapping.rows import ROWS
from composer.mapping.scalers import SCALERS
from composer.piece.starters.columns import ColumnFinding
from composer.piece.starters.findings import Findings
from composer.piece.starters.plan import TREND, Plan
from composer.piece.starters.statistics import roughness
from composer.shaping import SHAPES
from composer.table import Table
from composer.units import F8

_SLOW = 0.5  # of roughness
_FEWEST_BELLS, _BELLS, _MOST_BELLS = 3, 12, 24
_CHORDS = 7  # that a key has
_STILL = 3  # bars a chord, on average, above which the chords stand still
_STROKES = 3.0  # a second, of a drum that plays rows


@dataclass(frozen=True, eq=False)
class Cast:
    """The columns by what they do (None: nobody does it), and the rows at which the bells ring.

    `lead` is the melody; `loudness` its velocity, `width` its pan; `counter` the second voice; `ground` bass and
    chords, which are also chosen by it if it is the `harmony`; `light` the brightness of the chords; `density` that of
    the beat, or `beat` a column whose values are drums. `spikiness` is the lead's roughness as it is played.
    """

    lead: ColumnFinding
    loudness: ColumnFinding
    width: ColumnFinding
    counter: ColumnFinding | None
    ground: ColumnFinding | None
    harmony: ColumnFinding | None
    light: ColumnFinding | None
    density: ColumnFinding | None
    beat: ColumnFinding | None
    beat_labels: tuple[str, ...]
    every: int
    bells: dict[str, Any]
    peaks: str
    spikiness: float


def thinning(found: Findings, plan: Plan) -> dict[str, Any] | None:
    """Return the step that shapes the table, as a piece writes it; None where it is played as it is."""
    if plan.points is None:
        return None
    if found.lead.kind == "categories":
        return {"name": "resample", "points": plan.points, "how": "first"}
    return {"name": "thin", "points": plan.points, "of": found.lead.name}


def thinned(table: Table, step: Mapping[str, Any] | None) -> Table:
    """Return the table as the piece will play it."""
    if step is None:
        return table
    options = {name: value for name, value in step.items() if name != "name"}
    return SHAPES[step["name"]].call(table, **options, report=lambda text: None)


def cast_of(found: Findings, plan: Plan, table: Table) -> Cast:
    """Return who plays what, of the table as it is played."""
    lead = found.lead
    others = [column for column in found.numbers if column is not lead]
    whole = [column for column in others if np.isfinite(table[column.name]).all()]
    complete = ([lead] if np.isfinite(table[lead.name]).all() else []) + whole
    loudness = whole[0] if whole else lead
    counter = next((column for column in others if column.distinct > 2), None)
    ground = min(complete, key=lambda column: (column.roughness, column.name)) if complete else None
    drums = next((column for column in found.categories if column is not lead), None) or next(
        (column for column in others if column.distinct == 2), None
    )
    beat = drums or (lead if lead.kind == "categories" else None)
    every = _stroke(table, beat, plan)
    bells, peaks = _bells(table, lead, plan)
    return Cast(
        lead=lead,
        loudness=loudness,
        width=whole[1] if len(whole) > 1 else loudness,
        counter=counter,
        ground=ground,
        harmony=ground if ground and ground is not lead and _moves(table, ground, plan) else None,
        light=whole[2] if len(whole) > 2 else None,
        density=complete[0] if complete else None,
        beat=beat,
        beat_labels=_labels(table, beat),
        every=every,
        bells=bells,
        peaks=peaks,
        spikiness=roughness(_shares(table, lead)),
    )


def _shares(table: Table, column: ColumnFinding) -> F8:
    with np.errstate(divide="ignore", invalid="ignore"):
        return SCALERS[column.scaler](table[column.name])


def _moves(table: Table, column: ColumnFinding, plan: Plan) -> bool:
    """Whether a slow column would change the chords neither at every bar nor hardly ever."""
    if column.roughness > _SLOW or plan.filled:
        return False
    shares = _shares(table, column)
    edges = np.unique(np.arange(plan.bars) * shares.size // plan.bars)
    means = np.add.reduceat(shares, edges) / np.diff(np.append(edges, shares.size))
    chords = np.minimum(np.floor(means * _CHORDS), _CHORDS - 1)
    return int(np.count_nonzero(np.diff(chords))) * _STILL >= plan.bars and np.unique(chords).size >= 4


def _labels(table: Table, beat: ColumnFinding | None) -> tuple[str, ...]:
    if beat is None:
        return ()
    if beat.name in table.labels:
        return tuple(table.labels[beat.name])
    known = np.unique(table[beat.name][np.isfinite(table[beat.name])])
    return tuple(f"{value:g}" for value in known)


def _stroke(table: Table, beat: ColumnFinding | None, plan: Plan) -> int:
    """Return at every how many rows a drum may be struck, so that it is not too often, and some row is there."""
    if beat is None:
        return 1
    a_second = plan.tempo / 60 / plan.beats_a_row
    every = int(np.ceil(a_second / _STROKES - 1e-9))
    return every if np.isfinite(table[beat.name][:: max(every, 1)]).any() and every > 1 else 1


def _bells(table: Table, lead: ColumnFinding, plan: Plan) -> tuple[dict[str, Any], str]:
    """Return which rows the bells play, as a piece writes it, and in words."""
    if plan.filled:
        return {"name": "every"}, "every row"
    if abs(lead.trend) >= TREND:
        lowest = lead.trend < 0
        call: dict[str, Any] = {"name": "records", "of": lead.name} | ({"lowest": True} if lowest else {})
        if _FEWEST_BELLS <= _count(table, call) <= _MOST_BELLS:
            return call, f"every new {'low' if lowest else 'record'}"
    call = {"name": "maxima", "of": lead.name}
    rows = ROWS["maxima"](table, of=lead.name)
    if rows.size > _BELLS:
        heights = np.sort(table[lead.name][rows])[::-1]
        above = {**call, "above": float(heights[_BELLS])}
        if _FEWEST_BELLS <= _count(table, above):
            return above, "the highest peaks"
    if _FEWEST_BELLS <= rows.size <= _MOST_BELLS:
        return call, "every peak"
    known = np.flatnonzero(np.isfinite(table[lead.name]))
    nth = max(len(table) // _BELLS, 1)
    return {"name": "every", "nth": nth, "offset": int(known[0])}, f"one row in {nth}"


def _count(table: Table, call: Mapping[str, Any]) -> int:
    options = {name: value for name, value in call.items() if name != "name"}
    return int(ROWS[call["name"]](table, **options).size)
