"""Excel workbooks: what is in the cells, never what a formula would give; and none that bursts."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xlsxwriter

from composer.errors import FileError, InputError
from composer.sources.files import column_names, read_table

nan = np.nan


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Two sheets: one of formulas, times, errors and gaps, a second of bare numbers."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Tides")
        clock = made.add_format({"num_format": "hh:mm:ss"})
        sheet.write_row(0, 0, ["x", "twice", "clock", "x", None, "note"])
        for row in range(1, 5):
            sheet.write_number(row, 0, row / 8)
            sheet.write_datetime(row, 2, dt.time(6, 30, row), clock)
            sheet.write_string(row, 5, f"note {row} of many")
        sheet.write_formula(1, 1, "=A2*2", None, 0.25)
        sheet.write_formula(2, 1, "=A3*2", None, "")
        sheet.write_formula(3, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(4, 1, "=A5*2", None, 99)
        sheet.write_number(2, 3, -999)
        sheet.write_number(3, 4, 7)
        other = made.add_worksheet("bare")
        other.write_column(0, 0, [1, 2, 3])
        other.write_column(0, 1, [4, 5, 6])
        made.add_worksheet("empty")
    return path


def test_cached_values_are_read_and_nothing_is_evaluated(book: Path) -> None:
    table = read_table(book, missing=("-999",))
    assert table["x"].tolist() == [0.125, 0.25, 0.375, 0.5]
    assert table["twice"] == pytest.approx([0.25, nan, nan, 99], nan_ok=True)
    assert table["clock"].tolist() == [23401, 23402, 23403, 23404]
    assert np.isnan(table["x_2"]).all()
    assert table["column_5"] == pytest.approx([nan, nan, 7, nan], nan_ok=True)
    assert table.left_out["note"] == "text: 4 different values, such as 'note 1 of many'"
    assert table.dates == frozenset()


def test_sheets_by_name_and_number(book: Path) -> None:
    assert column_names(book) == ("x", "twice", "clock", "x_2", "column_5", "note")
    for sheet in ("bare", 2):
        assert read_table(book, sheet=sheet)["column_2"].tolist() == [4, 5, 6]
    assert read_table(book, sheet="bare", header=True).names == ("1", "4")
    with pytest.raises(InputError, match=r"no sheet is called 'Tide'\n +did you mean 'Tides'"):
        read_table(book, sheet="Tide")
    assert read_table(book, sheet="bare", skip=1)["column_1"].tolist() == [2, 3]
    with pytest.raises(FileError, match="it has no rows of data"):
        read_table(book, sheet="bare", skip=3)
    for number in (0, 4):
        with pytest.raises(InputError, match=f"there is no sheet {number}"):
            read_table(book, sheet=number)
    with pytest.raises(FileError, match="sheet 'empty' is empty"):
        read_table(book, sheet="empty")


def test_a_header_alone_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "head.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet().write_row(0, 0, ["a", "b"])
    with pytest.raises(FileError, match="it has no rows of data"):
        read_table(path)


def rebuilt(book: Path, changes: dict[str, Any]) -> None:
    """Write a workbook again with other contents of some of its files."""
    made = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changes]):
            content = old.read(name) if name in old.namelist() else b""
            new.writestr(name, changes.get(name, lambda content: content)(content))
    book.write_bytes(made.getvalue())


def test_a_bomb_is_refused_before_it_is_unpacked(book: Path) -> None:
    rebuilt(book, {"xl/media/zeros.bin": lambda content: bytes(600 * 2**20)})
    assert book.stat().st_size < 2**20
    with pytest.raises(FileError, match=r"bytes would unpack to 6[0-9]{2},"):
        read_table(book)


def test_a_bomb_below_the_limit_is_known_by_its_ratio(book: Path) -> None:
    rebuilt(book, {"xl/media/zeros.bin": lambda content: bytes(40 * 2**20)})
    with pytest.raises(FileError, match="bytes would unpack to"):
        read_table(book)


def test_an_archive_that_lies_about_its_sizes_is_refused(book: Path) -> None:
    name = "xl/worksheets/sheet1.xml"
    data = bytearray(book.read_bytes())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(name.encode()))
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")  # the size that it claims
    book.write_bytes(data)
    with pytest.raises(FileError, match="CRC"):
        read_table(book)


def test_a_sheet_that_spans_everything_is_refused(book: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    bare = b"<row>" + b"<c><v>1</v></c>" * 16_384 + b'</row><row r="1048576"><c><v>1</v></c></row></sheetData>'
    whole = book.read_bytes()
    for rows in (far, bare):
        book.write_bytes(whole)
        rebuilt(book, {"xl/worksheets/sheet1.xml": lambda content, rows=rows: content.replace(b"</sheetData>", rows)})
        with pytest.raises(FileError, match=r"spans 1,048,576 rows of 16,38[45] columns"):
            read_table(book)


def test_a_sheet_in_another_alphabet_is_refused(book: Path) -> None:
    rebuilt(book, {"xl/worksheets/sheet1.xml": lambda content: content.decode().encode("utf-16")})
    with pytest.raises(FileError, match="a sheet is not in UTF-8"):
        read_table(book)


def test_other_archives_are_no_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(FileError, match="cannot be read as an Excel workbook"):
        read_table(path)
