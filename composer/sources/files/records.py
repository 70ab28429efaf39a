"""JSON: an array of records, an object of arrays, or either within an object; and one record a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from typing_extensions import Doc

from composer.errors import Fault, FileError
from composer.files import read_text
from composer.sources.files.columns import column_of_objects
from composer.sources.files.delimited import Missing
from composer.sources.files.frame import Column, Frame, distinct, numbered, within_bounds
from composer.sources.files.guard import understood
from composer.sources.files.text import Spelling, spelled

KIND = "a JSON file"
_MOST_BYTES = 256 * 2**20
_SHAPE = "give an array of records, or an object of arrays"


def json_table(
    path: Path,
    at: Annotated[str, Doc("where the table lies within the file, such as 'hourly' or 'result.rows'")] = "",
    missing: Missing = (),
) -> Frame:
    """JSON: an array of records, an array of rows, an object of arrays, or one of them under `data`."""
    text = read_text(path, KIND, _MOST_BYTES)
    found = json.loads(text)
    for name in at.split(".") if at else ():
        if not isinstance(found, Mapping) or name not in found:
            raise FileError(Fault(f"it holds nothing at {at!r}", str(path), _known(found)))
        found = found[name]
    if not at and isinstance(found, Mapping) and isinstance(found.get("data"), list | dict):
        found = found["data"]
    return _frame(found, path, missing)


def json_lines(path: Path, missing: Missing = ()) -> Frame:
    """One JSON record (or row) a line."""
    text = read_text(path, KIND, _MOST_BYTES)
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            with understood(path, f"a JSON record in line {number:,}"):
                found.append(json.loads(line))
    return _frame(found, path, missing)


def _frame(found: Any, path: Path, missing: tuple[str | float, ...]) -> Frame:
    columns = _columns(found, path)
    rows = max((len(values) for values in columns.values() if isinstance(values, list)), default=0)
    if not rows:
        raise FileError(Fault("it has no rows of data", str(path), _SHAPE))
    within_bounds(len(columns), rows)
    names = distinct(columns)
    spelling = spelled(missing)
    given = dict(zip(names, columns.values(), strict=True))
    return Frame(names, lambda: {name: _column(values, rows, spelling) for name, values in given.items()})


def _column(values: Any, rows: int, spelling: Spelling) -> Column:
    if not isinstance(values, list):
        return Column(left_out="it is one value, not a column")
    if len(values) != rows:
        return Column(left_out=f"it has {len(values):,} values where others have {rows:,}")
    return column_of_objects(values, spelling)


def _columns(found: Any, path: Path) -> dict[str, Any]:
    """Return columns by name, from any of the shapes; raise FileError for another."""
    if isinstance(found, dict):  # of arrays, or of objects whose keys are the rows', as pandas writes it
        return {name: list(column.values()) if isinstance(column, dict) else column for name, column in found.items()}
    if isinstance(found, list):
        kinds = {type(row) for row in found}
        if kinds <= {dict}:
            names = dict.fromkeys(name for row in found for name in row)
            within_bounds(len(names), len(found))
            return {name: [row.get(name) for row in found] for name in names}
        if kinds <= {list}:
            width = max(len(row) for row in found)
            within_bounds(width, len(found))
            padded = [row + [None] * (width - len(row)) for row in found]
            headed = len(padded) > 1 and all(isinstance(cell, str) for cell in padded[0])
            names_of_rows = distinct(padded[0]) if headed else numbered(width)
            return {name: [row[k] for row in padded[headed:]] for k, name in enumerate(names_of_rows)}
        if not kinds & {dict, list}:
            return {"value": found}
    raise FileError(Fault("it holds no table", str(path), _SHAPE))


def _known(found: Any) -> str:
    names = ", ".join(map(repr, list(found)[:9])) if isinstance(found, Mapping) else ""
    return f"there is {names}" if names else _SHAPE
