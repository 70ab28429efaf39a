"""Excel workbooks (.xlsx), by fastexcel. Formulas are never evaluated: what Excel last computed is read."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge
from typing_extensions import Doc

from composer.errors import Fault, FileError, InputError, unknown
from composer.files import read_bytes
from composer.sources.files.delimited import Header, Missing, are_values
from composer.sources.files.frame import Column, Frame, distinct, numbered, within_bounds
from composer.sources.files.guard import members, silenced
from composer.sources.files.text import Spelling, column_of_text, spelled

if TYPE_CHECKING:
    import polars as pl

KIND = "an Excel workbook (.xlsx)"
_MOST_BYTES = 256 * 2**20
_MOST_SPAN = 5 * 10**7  # cells: a sheet is laid out whole, from its first cell to its last
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,8})([0-9]{1,12})["']""")  # of a cell, or a row
_SHEET = (b"sheetData", b"\0" + "sheetData".encode("utf-16-le")[:-1])
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_NO_DAY = r"^1899-12-3[01] "  # Excel's day 0: a time alone


def excel_sheet(
    path: Path,
    sheet: Annotated[str | int, Doc("the sheet's name, or its number counted from 1")] = 1,
    header: Header = None,
    skip: Annotated[int, Ge(0), Doc("filled rows before the header to pass over")] = 0,
    missing: Missing = (),
) -> Frame:
    """A sheet of an Excel workbook."""
    cells = [series.slice(skip) for series in _sheet(path, sheet)]
    if not len(cells[0]):
        raise FileError(Fault("it has no rows of data", str(path), "name a sheet with numbers"))
    first = [str(series[0] or "") for series in cells]
    headed = header if header is not None else not are_values([cell.strip() for cell in first])
    names = distinct(first) if headed else numbered(len(cells))
    rows = [series.slice(1) if headed else series for series in cells]
    if not len(rows[0]):
        raise FileError(Fault("it has no rows of data", str(path), "name a sheet with numbers"))
    spelling = spelled(missing)
    return Frame(names, lambda: dict(zip(names, (_column(series, spelling) for series in rows), strict=True)))


def _column(series: pl.Series, spelling: Spelling) -> Column:
    return column_of_text(series.str.replace(_NO_DAY, ""), spelling)


def _sheet(path: Path, sheet: str | int) -> list[pl.Series]:
    """Return the columns of a sheet as text, from its first filled row and column on."""
    import fastexcel

    data = read_bytes(path, KIND, _MOST_BYTES)
    data = _repacked(data)
    with silenced():
        book = fastexcel.read_excel(data)
    names = book.sheet_names
    if isinstance(sheet, str) and sheet not in names:
        raise InputError(unknown("sheet", sheet, names, "sheet"))
    if not isinstance(sheet, str) and not 1 <= sheet <= len(names):
        raise InputError(Fault(f"there is no sheet {sheet}", "sheet", f"it has {len(names)}: {', '.join(names[:9])}"))
    with silenced():
        which = sheet if isinstance(sheet, str) else sheet - 1
        frame = book.load_sheet(which, header_row=None, dtypes="string").to_polars()
    within_bounds(*frame.shape[::-1])
    if not frame.width:
        raise FileError(Fault(f"its sheet {sheet!r} is empty", str(path), "name another sheet"))
    return [frame.to_series(number) for number in range(frame.width)]


def _repacked(data: bytes) -> bytes:
    """Return an archive unpacked into another that tells the truth about its sizes; raise ValueError for a bomb."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(made, "w") as copy:
        for info in members(archive, len(data)):
            content = archive.read(info)
            if any(mark in content for mark in _SHEET):
                _within_span(content)
            copy.writestr(info.filename, content)
    return made.getvalue()


def _within_span(content: bytes) -> None:
    """Raise ValueError where a sheet names a cell so far out that it could not be laid out whole."""
    if b"\0" in content:
        raise ValueError("a sheet is not in UTF-8")
    places = _PLACE.findall(content)
    unplaced = len(_CELL.findall(content)) - sum(bool(letters) for letters, _ in places)
    columns = max(unplaced, *(_number(letters) for letters in {letters for letters, _ in places} | {b""}))
    rows = max((int(digits) for digits in {digits for _, digits in places}), default=0)
    if columns * rows > _MOST_SPAN:
        raise ValueError(f"a sheet spans {rows:,} rows of {columns:,} columns, more than {_MOST_SPAN:,} cells")


def _number(letters: bytes) -> int:
    """Return the number of a column: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
