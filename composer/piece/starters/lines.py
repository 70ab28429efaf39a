"""What the text of every track is made of: rules, rows, times."""

from __future__ import annotations

from typing import Any

from composer.piece.starters.columns import ColumnFinding
from composer.piece.starters.plan import Plan
from composer.piece.starters.words import inline, setting

Lines = list[str]

# How a melody says what its scaler is, and why.
SCALER_WORDS = {
    "linear": "",
    "log": ", by its logarithm: it spans decades",
    "rank": ", by rank: its values are few, or most of them close together",
    "percentile": ", between its 5th and 95th percentile: some values lie far out",
}


def rule(column: ColumnFinding, **others: Any) -> str:
    """Return a rule that follows a column with the scaler that suits it."""
    via = {} if column.scaler == "linear" else {"via": column.scaler}
    return inline(from_=column.name, **via, **others)


def following() -> str:
    """Return the setting that lets a track keep the melody's time."""
    return setting(f"time = {inline(name='follow', track='melody')}", "each row when the melody plays it")


def rows(nth: int) -> Lines:
    """Return the setting that takes one row in so many; nothing where that is all."""
    if nth == 1:
        return []
    return [setting(f"rows = {inline(name='every', nth=nth)}", f"one row in {nth}, held until the next")]


def nth(plan: Plan, beats: float) -> int:
    """Return how many rows last so many beats, 1 at least."""
    return max(round(beats / plan.beats_a_row), 1)


def neat(number: float) -> float:
    """Return a number without the dust of rounding."""
    return round(number, 4)
