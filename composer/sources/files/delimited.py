"""Delimited text: CSV with any separator, tables set with spaces, one number a line.

The head of the file tells how it is written (`_dialect`); polars reads the rest as text, column by column. What
polars cannot take as it stands - ragged lines, stray quotes - goes through Python's slower csv, which knows lines.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge
from typing_extensions import Doc

from composer.errors import Fault, FileError, InputError
from composer.files import checked, read_bytes
from composer.sources.files.frame import Column, Frame, distinct, numbered, within_bounds
from composer.sources.files.guard import MOST_BYTES
from composer.sources.files.text import MISSING, Spelling, column_of_text, spelled

if TYPE_CHECKING:
    from _csv import Reader as Rows

    import polars as pl

KIND = "delimited text (.csv)"
Missing = Annotated[tuple[str | float, ...], Doc("further words, or numbers, for a missing value, such as -999")]
Header = Annotated[bool | None, Doc("whether the first row holds the columns' names; found out if not given")]

_HEAD = 4 * 2**20  # bytes that tell how the file is written
_LINES = 100  # lines of them
_ONE_COLUMN = "\x1f"
_SEPARATORS = ("\t", ";", "|", ",")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_VALUE = re.compile(
    r"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?inf|[0-9]{1,4}[-/.:][0-9]{1,2}[-/.:0-9TZ ]*"
)
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_POINT = re.compile(r"[+-]?[0-9]*\.[0-9]+")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}([,.][0-9]{3})+")

_APOSTROPHES = re.compile(r"'[^']*'\s*(?:[,;|\t]|$)")


@dataclass(frozen=True)
class _Dialect:
    """How a file is written: `start` lines come before the data, `likely` is its decimal sign."""

    delimiter: str
    quote: str
    comment: str
    start: int
    names: tuple[str, ...]
    likely: str


def delimited_text(
    path: Path,
    delimiter: Annotated[str, Doc("what stands between two values; a space for any number of them")] = "",
    decimal: Annotated[Literal["", ".", ","], Doc("the decimal sign")] = "",
    quote: Annotated[str, Doc("what stands round a value that holds a delimiter")] = "",
    encoding: Annotated[str, Doc("how characters are written, such as cp1252")] = "",
    header: Header = None,
    skip: Annotated[int, Ge(0), Doc("lines before the header to pass over")] = 0,
    comment: Annotated[str, Doc("what a line to pass over begins with")] = "#",
    missing: Missing = (),
) -> Frame:
    """Delimited text (CSV, TSV, columns set with spaces). What is not given is found out from the file."""
    for name, sign in (("delimiter", delimiter), ("quote", quote)):
        if len(sign) > 1 or not sign.isascii() or sign in ("\n", "\r"):
            raise InputError(Fault(f"{sign!r} is not one plain character", name, "give one, such as ';'"))
    checked(path, KIND, MOST_BYTES)
    with path.open("rb") as file:
        head = file.read(_HEAD + 1)
    text = _decoded(head[:_HEAD], encoding, path, whole=len(head) <= _HEAD)
    dialect = _dialect(_lines(text), delimiter, quote, comment, header, skip, len(head) <= _HEAD)
    within_bounds(len(dialect.names))
    spelling = replace(spelled(missing), decimal=decimal, likely=dialect.likely)
    return Frame(dialect.names, lambda: _read(path, encoding, dialect, spelling))


def _read(path: Path, encoding: str, dialect: _Dialect, spelling: Spelling) -> dict[str, Column]:
    data = read_bytes(path, KIND, MOST_BYTES)
    if encoding or not data.isascii() or b"\0" in data:
        data = _decoded(data, encoding, path).encode()
    body = _body(data, dialect.start)
    del data
    lines = body.count(b"\n") + (not body.endswith(b"\n"))
    within_bounds(len(dialect.names), lines)
    series, plain = _series(body, dialect, path)
    del body
    rows = len(series[0])
    if not rows:
        raise FileError(Fault("it has no rows of data", str(path), "name a file with numbers"))
    if plain and rows == lines:
        spelling = replace(spelling, line=lambda row: dialect.start + row + 1)
    # Each column of text is let go as soon as it has been read.
    return {name: column_of_text(series.pop(0), spelling) for name in dialect.names}


def _decoded(data: bytes, encoding: str, path: Path, whole: bool = True) -> str:
    """Return bytes as text: as the user says, as a byte order mark says, as UTF-8, or as Windows' Latin alphabet."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    tried = [encoding or marked] if encoding or marked else ["utf-8", "cp1252", "latin-1"]
    for name in tried:
        try:
            text = codecs.getincrementaldecoder(name)().decode(data, whole)
        except LookupError:
            raise InputError(Fault(f"no encoding is called {name!r}", "encoding", "use utf-8 or cp1252")) from None
        except UnicodeDecodeError as error:
            if name == tried[-1]:
                fault = f"byte {error.start} is not {name} text"
                raise FileError(Fault(fault, str(path), "name its encoding, such as 'cp1252'")) from error
        else:
            break
    if "\0" in text:
        raise FileError(Fault("it holds NUL bytes, so it is not text", str(path), "name a text file, such as a .csv"))
    return text.removeprefix("\ufeff")


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _body(data: bytes, start: int) -> bytes:
    """Return UTF-8 bytes without their first lines, every line ending alike, blank lines only between others."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    at = 0
    for _ in range(start):
        at = data.find(b"\n", at) + 1 or len(data)
    return data[at:].rstrip(b"\n") if start else data.rstrip(b"\n")


def _series(body: bytes, dialect: _Dialect, path: Path) -> tuple[list[pl.Series], bool]:
    """Return the columns as text, and whether every line is a row."""
    import polars as pl

    quote = dialect.quote.encode()
    delimiter = dialect.delimiter.encode()
    quoted = quote in body
    if quoted and (delimiter == b" " or _stray(body, delimiter, quote)):
        return _slowly(body, dialect, path), False
    rows = body
    if delimiter == b" ":
        rows = re.sub(rb"[ \t]+", b"\t", re.sub(rb"(?m)^[ \t]+|[ \t]+$", b"", rows))
        delimiter = b"\t"
    blank = rows[:1] in (b"\n", b" ", b"\t") or any(two in rows for two in (b"\n\n", b"\n ", b"\n\t"))
    if blank and len(dialect.names) > 1:
        rows = re.sub(rb"(?m)^ *\n" if delimiter == b"\t" else rb"(?m)^[ \t]*\n", b"", rows)
    comment = dialect.comment.encode()
    commented = bool(comment) and (rows.startswith(comment) or b"\n" + comment in rows)
    header = delimiter.join(b"_%d" % number for number in range(len(dialect.names)))  # so that no row is the measure
    try:
        frame = pl.read_csv(
            header + b"\n" + rows,
            separator=delimiter.decode(),
            quote_char=dialect.quote if quoted else None,
            comment_prefix=dialect.comment if commented else None,
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return _slowly(body, dialect, path), False
    return frame.get_columns(), not commented


def _stray(body: bytes, delimiter: bytes, quote: bytes) -> bool:
    """Whether quotes stand elsewhere than round a whole value."""
    mark, between = re.escape(quote), re.escape(delimiter)
    proper = rb"(?:^|(?<=[\n%s]))%s(?:[^%s]|%s%s)*+%s(?=[\n%s]|$)" % (between, mark, mark, mark, mark, mark, between)
    return quote in re.sub(proper, b"", body)


def _slowly(body: bytes, dialect: _Dialect, path: Path) -> list[pl.Series]:
    """Read a body row by row, minding every line: raise FileError for one that is too long, or an open quote."""
    import polars as pl

    width = len(dialect.names)
    columns: list[list[str | None]] = [[] for _ in range(width)]
    numbers, lines = [], []
    for number, line in enumerate(body.decode().split("\n"), dialect.start + 1):
        if not (dialect.comment and line.startswith(dialect.comment)):
            numbers.append(number)
            lines.append(line)
    reader = _reader(lines, dialect.delimiter, dialect.quote, strict=True)
    try:
        for row in reader:
            if width > 1 and len(row) < 2 and not lines[reader.line_num - 1].strip():
                continue
            if any(cell.strip() for cell in row[width:]):
                fault = f"line {numbers[reader.line_num - 1]:,} has {len(row):,} values for {width:,} columns"
                raise FileError(Fault(fault, str(path), "mend the line, or name the delimiter"))
            for column, cell in zip(columns, [*row[:width], *[None] * (width - len(row))], strict=True):
                column.append(cell)
    except csv.Error as error:
        fault = f"a quote in line {numbers[min(reader.line_num, len(numbers)) - 1]:,} is not closed ({error})"
        raise FileError(Fault(fault, str(path), "close it, or name another quote")) from error
    return [pl.Series(column, dtype=pl.String) for column in columns]


def _reader(lines: Sequence[str], delimiter: str, quote: str, strict: bool = False) -> Rows:
    spaced = delimiter == " "
    given = [line.replace("\t", " ").strip() for line in lines] if spaced else lines
    return csv.reader(
        (line + "\n" for line in given),
        delimiter=delimiter,
        quotechar=quote,
        skipinitialspace=delimiter != "\t",
        strict=strict,
    )


def _dialect(
    lines: list[str], delimiter: str, quote: str, comment: str, header: bool | None, skip: int, whole: bool
) -> _Dialect:
    """Return how a file is written, from its first lines."""
    kept = [number for number, line in enumerate(lines) if number >= skip and line.strip()]
    said = [number for number in kept if comment and lines[number].startswith(comment)]
    kept = sorted(set(kept).difference(said))
    if len(kept) > 1 and not whole:
        kept.pop()  # it may be cut off
    kept = kept[:_LINES]
    if not kept:
        raise ValueError("it is empty")
    sample = [lines[number] for number in kept]
    quote = quote or ("'" if any(_APOSTROPHES.match(line) for line in sample) else '"')
    delimiter = delimiter or _delimiter(sample, quote)
    reader = _reader(sample, delimiter, quote)
    rows, ends = [], []  # and where in the sample each is over
    for row in reader:
        rows.append([cell.strip() for cell in row])
        ends.append(reader.line_num)
    first = _preamble(rows) if header is not False else 0
    headed = header if header is not None else not are_values(rows[first])
    names = distinct(rows[first]) if headed else numbered(max(len(row) for row in rows[first:]))
    if headed:
        start = kept[ends[first] - 1] + 1
    else:
        start = kept[0]
        above = [lines[number] for number in said if number < kept[0]]
        names = _named_above(above, names, rows[first], delimiter, quote, comment) if header is None else names
    return _Dialect(delimiter, quote, comment, start, names, _decimal(rows[first:], delimiter))


def _delimiter(lines: list[str], quote: str) -> str:
    """Return the separator that gives most lines the same number of values, more than one."""
    found: dict[str, float] = {}
    for sign in _SEPARATORS:
        if any(sign in line for line in lines):
            share, width = _regular(lines, sign, quote)
            if width > 1 and (share >= 0.5 or sign in lines[0]):
                found[sign] = share
    for sign, share in found.items():
        if share >= 0.9:
            return sign
    if found:
        return max(found, key=lambda sign: found[sign])
    share, width = _regular(lines, " ", quote)
    headed = width == _regular(lines[:1], " ", quote)[1]  # not a date and a time under one name
    return " " if share >= 0.9 and width > 1 and headed else _ONE_COLUMN


def _regular(lines: list[str], delimiter: str, quote: str) -> tuple[float, int]:
    """Return the most common number of values in a line, if more than one, and what share of lines has it."""
    widths = Counter(len(row) for row in _reader(lines, delimiter, quote))
    width, count = max(
        ((width, count) for width, count in widths.items() if width > 1), key=lambda x: x[1], default=(1, 0)
    )
    return count / widths.total(), width


def _preamble(rows: list[list[str]]) -> int:
    """Return how many rows of another width stand before the first that looks like a header."""
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    first = next(number for number, row in enumerate(rows) if len(row) == width)
    if width == 1 or 2 * count < len(rows) or any(_VALUE.fullmatch(cell) for cell in rows[first]):
        return 0
    return first if all(len(row) < width for row in rows[:first]) else 0


def _named_above(
    above: list[str], names: tuple[str, ...], row: list[str], delimiter: str, quote: str, comment: str
) -> tuple[str, ...]:
    """Return the names that the last comment before the data gives the columns, if it does."""
    for line in above[-1:]:
        text = line[len(comment) :].strip()
        found = next(_reader([text], delimiter, quote), [])
        if len(found) == len(names) and not are_values(found):
            return distinct(found)
    return names


def are_values(cells: list[str]) -> bool:
    """Whether these are values, so that there is no header: numbers, dates, or words for what is missing."""
    given = [cell for cell in cells if cell not in MISSING]
    return bool(given) and all(_VALUE.fullmatch(cell) for cell in given)


def _decimal(rows: list[list[str]], delimiter: str) -> str:
    """Return the decimal sign that the first rows speak for: a comma only where nothing speaks for a point."""
    if delimiter == ",":
        return "."
    cells = [cell for row in rows for cell in row]
    telling = [cell for cell in cells if not _GROUPED.fullmatch(cell)]
    comma = any(_COMMA.fullmatch(cell) for cell in telling)
    return "," if comma and not any(_POINT.fullmatch(cell) for cell in telling) else "."
