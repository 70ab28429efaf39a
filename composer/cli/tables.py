"""What is in a table, for people and for scripts."""

from __future__ import annotations

from typing import Any

import numpy as np

from composer.cli.terminal import say, say_table
from composer.table import INDEX, Table, iso_date

MOST_LABELS = 6


def table_data(table: Table) -> dict[str, Any]:
    """Return what is in a table, as plain data: its size, its index, and each column's kind, range and gaps."""
    return {
        "rows": len(table),
        "index": {**_column(table, INDEX), "step": _step(table)},
        "columns": {name: _column(table, name) for name in table.names},
        "left_out": dict(table.left_out),
    }


def _column(table: Table, name: str) -> dict[str, Any]:
    values = np.asarray(table.index, np.float64) if name == INDEX else table[name]
    known = values[np.isfinite(values)]
    kind = "categories" if name in table.labels else "dates" if name in table.dates else "numbers"
    found: dict[str, Any] = {"kind": kind, "missing": int(values.size - known.size)}
    if not known.size:
        return found
    found |= {"lowest": float(known.min()), "highest": float(known.max()), "distinct": int(np.unique(known).size)}
    if kind == "dates":
        return {**found, "first": iso_date(float(known.min())), "last": iso_date(float(known.max()))}
    if kind == "categories":
        return {**found, "labels": list(table.labels[name])}
    unit = max(float(np.abs(known).max()), 1.0)  # keeps the squares of the largest doubles finite
    return {**found, "mean": float((known / unit).mean() * unit), "deviation": float((known / unit).std() * unit)}


def _step(table: Table) -> float | None:
    """Return the step of a regular index, None for any other."""
    with np.errstate(over="ignore", invalid="ignore"):  # the steps between the largest doubles are no doubles
        steps = np.diff(np.asarray(table.index, np.float64))
        if not steps.size or not np.isfinite(steps).all():
            return None
        step, apart = float(np.median(steps)), float(np.ptp(steps))
    return step if apart <= 1e-6 * abs(step) < np.inf else None


def say_facts(table: Table) -> None:
    """Print a short table of a table."""
    data = table_data(table)
    index = data["index"]
    regular = (
        f"regular, step {index['step']:g}{' s' if index['kind'] == 'dates' else ''}" if index["step"] else "irregular"
    )
    say(f"{data['rows']} rows · index {_range(index)} · {regular}")
    rows = []
    for name, column in data["columns"].items():
        rows.append((name, column["kind"], _range(column), column.get("distinct", 0), column["missing"]))
    say_table(("column", "kind", "range", "distinct", "missing"), rows)
    for name, reason in data["left_out"].items():
        say(f"left out: {name}: {reason}")


def _range(column: dict[str, Any]) -> str:
    if "labels" in column:
        more = ", ..." if len(column["labels"]) > MOST_LABELS else ""
        return ", ".join(column["labels"][:MOST_LABELS]) + more
    if "first" in column:
        return f"{column['first']} to {column['last']}"
    return f"{column['lowest']:g} to {column['highest']:g}" if "lowest" in column else "-"
