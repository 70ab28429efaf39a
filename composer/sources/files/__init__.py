"""Where data files, and tables of other programs, become a Table.

To add a format: write a reader, from a path and options whose annotations carry a `Doc` to a Frame, and its row
in READERS for every suffix it is known by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from composer.errors import Fault, FileError, InputError, nearest, unknown
from composer.files import checked
from composer.parameters import parameters_of
from composer.sources.files.arrays import archive_file, array_file
from composer.sources.files.dataframes import frame_of, parquet
from composer.sources.files.delimited import delimited_text
from composer.sources.files.frame import Frame, checked_name, tabled
from composer.sources.files.guard import understood
from composer.sources.files.records import json_lines, json_table
from composer.sources.files.sound import midi_notes, wav
from composer.sources.files.workbook import excel_sheet
from composer.table import Table

__all__ = ["READERS", "Reader", "column_names", "read_table", "reader_of", "table_of"]


@dataclass(frozen=True)
class Reader:
    """A format: what reads it, and what it is, in a few words."""

    call: Callable[..., Frame]
    doc: str


_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # two letters at least: C:/ is a drive
_TEXT = Reader(delimited_text, "delimited text, such as CSV")
_LINES = Reader(json_lines, "one JSON record a line")
_MIDI = Reader(midi_notes, "the notes of a Standard MIDI File")

READERS: dict[str, Reader] = {
    "csv": _TEXT,
    "tsv": _TEXT,
    "txt": _TEXT,
    "parquet": Reader(parquet, "Parquet"),
    "xlsx": Reader(excel_sheet, "an Excel workbook"),
    "json": Reader(json_table, "JSON records, or arrays by name"),
    "ndjson": _LINES,
    "jsonl": _LINES,
    "npy": Reader(array_file, "a numpy array"),
    "npz": Reader(archive_file, "numpy arrays by name"),
    "wav": Reader(wav, "a sound, as samples or as a contour"),
    "mid": _MIDI,
    "midi": _MIDI,
}


def reader_of(path: Path | str) -> Reader:
    """Return what reads a file, by the end of its name; raise FileError where nothing does."""
    suffix = Path(path).suffix.lower().removeprefix(".")
    if _URL.match(str(path)):
        raise FileError(Fault("the composer reads no URLs", str(path), "download it first"))
    if suffix in READERS:
        return READERS[suffix]
    known = ", ".join(f".{name}" for name in dict.fromkeys((*nearest(suffix, READERS), *READERS)))
    packed = suffix in ("gz", "zst", "bz2", "xz", "zip")
    remedy = "unpack it first" if packed else f"these are read: {known}"
    checked(Path(path), "data file")
    raise FileError(Fault(f"a file ending in {Path(path).suffix or 'nothing'!r} is not read", str(path), remedy))


def read_table(path: Path | str, /, index: str | None = None, **options: Any) -> Table:
    """Return a data file as a table over the column `index`, or the one that suggests itself.

    `options` are those of the reader of its format (see READERS). Raise FileError where the file cannot be read, and
    InputError where an option or the index is wrong.
    """
    reader = _reader_taking(path, options)
    with understood(Path(path), reader.doc):
        table = tabled(reader.call(Path(path), **options), index)
    return table


def column_names(path: Path | str, /, index: str | None = None, **options: Any) -> tuple[str, ...]:
    """Return the names of a data file's columns, in order, whether or not they turn out to hold numbers.

    Of a text only the head is read. Raise as `read_table`.
    """
    reader = _reader_taking(path, options)
    with understood(Path(path), reader.doc):
        frame = reader.call(Path(path), **options)
    checked_name(frame, index)
    return frame.names


def table_of(data: Any, index: str | None = None) -> Table:
    """Return data in memory as a table over the column `index`, or the one that suggests itself.

    `data` is a Table, which is returned as it is; a mapping of names to array-likes (n,): numbers, truths, text,
    dates; a data frame (polars, pandas, pyarrow, whatever speaks the Arrow stream protocol); a table of astropy;
    or a numpy array (n,), (n, columns), or of records. Raise InputError for anything else.
    """
    return data if isinstance(data, Table) else tabled(frame_of(data), index)


def _reader_taking(path: Path | str, options: Iterable[str]) -> Reader:
    reader = reader_of(path)
    known = [parameter.name for parameter in parameters_of(reader.call)]
    for name in options:
        if name not in known:
            raise InputError(unknown("option of this format", name, known, str(path)))
    return reader
