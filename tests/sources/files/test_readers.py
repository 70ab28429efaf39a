"""The same table in every format reads to the same Table; and what is no readable file is refused in one way."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mido
import numpy as np
import polars as pl
import pytest
import soundfile
import xlsxwriter

from composer.errors import FileError, InputError
from composer.parameters import parameters_of
from composer.sources.files import READERS, column_names, read_table, reader_of
from composer.table import Table

DAYS = [dt.datetime(2024, 2, day, 6 * (day % 3)) for day in (27, 28, 29)] + [dt.datetime(2024, 3, 1, 23, 59, 30)]
HEIGHT = [0.1, None, 1e308, -2.5e-7]
STATE = ["Q2", "Q10", "Q2", "Q2"]
OPEN = [True, False, False, True]
RECORDS = {"time": DAYS, "height": HEIGHT, "state": STATE, "open": OPEN}
TABLE = Table(
    {
        "time": [moment.replace(tzinfo=dt.UTC).timestamp() for moment in DAYS],
        "height": [np.nan if value is None else value for value in HEIGHT],
        "state": [0, 1, 0, 0],
        "open": [1, 0, 0, 1],
    },
    index=[moment.replace(tzinfo=dt.UTC).timestamp() for moment in DAYS],
    labels={"state": ("Q2", "Q10"), "open": ("false", "true")},
    dates=frozenset({"time", "index"}),
)
SOUND = np.array([[0.5, -0.25], [0.0, 1 / 32768], [-1.0, 0.75]])
SOUND_TABLE = Table(
    {"seconds": [0, 1 / 8000, 2 / 8000], "left": SOUND[:, 0], "right": SOUND[:, 1]}, [0, 1 / 8000, 2 / 8000]
)
NOTES_TABLE = Table(
    {
        "start": [0, 1, 1.5],
        "length": [1, 0.5, 2.5],
        "pitch": [60, 72, 64],
        "velocity": [1, 64 / 127, 1 / 127],
        "pan": [0, 1, 0],
        "track": [0, 1, 0],
        "seconds": [0, 0.5, 0.75],
    },
    [0, 0.5, 0.75],
    labels={"track": ("low", "high")},
)


def frame() -> pl.DataFrame:
    return pl.DataFrame(RECORDS)


def write_xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("tides")
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, list(RECORDS))
        for row, (day, height, state, is_open) in enumerate(zip(*RECORDS.values(), strict=True), 1):
            sheet.write_datetime(row, 0, day, date)
            if height is not None:
                sheet.write_number(row, 1, height)
            sheet.write_string(row, 2, state)
            sheet.write_boolean(row, 3, is_open)


def json_records() -> list[dict[str, Any]]:
    return [
        dict(zip(RECORDS, (row[0].isoformat(), *row[1:]), strict=True)) for row in zip(*RECORDS.values(), strict=True)
    ]


def arrays() -> dict[str, np.ndarray]:
    return {
        "time": np.array(DAYS, "datetime64[s]"),
        "height": np.array(HEIGHT, float),
        "state": np.array(STATE),
        "open": np.array(OPEN),
    }


def write_npy(path: Path) -> None:
    columns = arrays()
    records = np.empty(4, [(name, values.dtype) for name, values in columns.items()])
    for name, values in columns.items():
        records[name] = values
    np.save(path, records)


def write_midi(path: Path) -> None:
    file = mido.MidiFile(ticks_per_beat=480)
    for name, channel, pan, events in (
        ("low", 0, 64, [(0, 60, 127), (480, 60, 0), (240, 64, 1), (1200, 64, 0)]),
        ("high", 1, 127, [(480, 72, 64), (240, 72, 0)]),
    ):
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        track.append(mido.Message("control_change", channel=channel, control=10, value=pan))
        track += [mido.Message("note_on", channel=channel, time=t, note=n, velocity=v) for t, n, v in events]
        file.tracks.append(track)
    file.save(path)


def lines(path: Path) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in json_records()))


# A format, what writes TABLE (or another) in it, and the options with which it is read.
WRITERS: dict[str, tuple[Callable[[Path], object], Table, dict[str, Any]]] = {
    "csv": (lambda path: frame().write_csv(path, null_value="NA"), TABLE, {}),
    "tsv": (lambda path: frame().write_csv(path, separator="\t"), TABLE, {}),
    "txt": (
        lambda path: path.write_bytes(frame().write_csv(separator=";", decimal_comma=True).encode("utf-16")),
        TABLE,
        {},
    ),
    "parquet": (lambda path: frame().write_parquet(path), TABLE, {}),
    "xlsx": (write_xlsx, TABLE, {}),
    "json": (lambda path: path.write_text(json.dumps(json_records())), TABLE, {}),
    "ndjson": (lines, TABLE, {}),
    "jsonl": (lines, TABLE, {}),
    "npy": (write_npy, TABLE, {}),
    "npz": (lambda path: np.savez_compressed(path, **arrays()), TABLE, {}),
    "wav": (lambda path: soundfile.write(path, SOUND, 8000, "PCM_16"), SOUND_TABLE, {"what": "samples"}),
    "mid": (write_midi, NOTES_TABLE, {}),
    "midi": (write_midi, NOTES_TABLE, {}),
}


def assert_equal(one: Table, other: Table) -> None:
    """Compare two tables, all of them and to the last bit."""
    assert one.names == other.names
    for name in (*one.names, "index"):
        assert np.array_equal(one[name], other[name], equal_nan=True), name
    assert np.array_equal(one.index, other.index)
    assert np.array_equal(one.origin, other.origin)
    for field in ("labels", "dates", "left_out"):
        assert getattr(one, field) == getattr(other, field), field


@pytest.mark.parametrize("suffix", sorted({*READERS, *WRITERS}))
def test_what_was_written_is_read(suffix: str, tmp_path: Path) -> None:
    write, table, options = WRITERS[suffix]
    path = tmp_path / f"tides.{suffix}"
    write(path)
    assert_equal(read_table(path, **options), table)
    assert column_names(str(path), **options) == table.names


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_the_index_that_is_named_sorts_the_rows(suffix: str, tmp_path: Path) -> None:
    write, table, options = WRITERS[suffix]
    path = tmp_path / f"tides.{suffix}"
    write(path)
    name = table.names[1]
    read = read_table(path, name, **options)
    order = np.argsort(table[name], kind="stable")
    assert np.array_equal(read.index, table[name][order], equal_nan=True)
    assert np.asarray(read.origin).tolist() == order.tolist()
    for column in table.names:
        assert np.array_equal(read[column], table[column][order], equal_nan=True)
    assert "index" not in read.dates
    with pytest.raises(InputError, match="no column is called 'heigth'"):
        read_table(path, "heigth", **options)
    with pytest.raises(InputError, match="no column is called 'heigth'"):
        column_names(path, "heigth", **options)


@pytest.mark.parametrize("suffix", sorted(READERS))
@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\xff\xfe\0", b"PK\x03\x04" + b"x" * 50, b"PAR1" * 9, b"[[{", b"\0" * 999]
)
def test_broken_bytes_are_one_clear_error(suffix: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"broken.{suffix}"
    path.write_bytes(content)
    try:
        read_table(path)
    except FileError as error:
        (fault,) = error.faults
        assert "\n" not in fault.message
        assert str(path) in str(error)
    except InputError as error:  # text by accident
        assert "no column holds numbers" in str(error)
    else:
        raise AssertionError("it was read")


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_damaged_files_never_crash(suffix: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write, _, options = WRITERS[suffix]
    path = tmp_path / f"tides.{suffix}"
    write(path)
    whole, rng = path.read_bytes(), np.random.default_rng(4)
    for _ in range(25):
        damaged = np.frombuffer(whole, np.uint8).copy()
        damaged[rng.integers(0, damaged.size, 4)] = rng.integers(0, 256, 4)
        path.write_bytes(damaged.tobytes()[: rng.integers(damaged.size // 2, 2 * damaged.size)])
        try:
            read_table(path, **options)
        except (FileError, InputError):
            continue
    assert "panicked" not in capfd.readouterr().err


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_what_is_no_file_is_refused(suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"folder.{suffix}").mkdir()
    os.mkfifo(tmp_path / f"pipe.{suffix}")
    (tmp_path / f"loop.{suffix}").symlink_to(tmp_path / f"loop.{suffix}")
    for name, reason in (
        ("folder", "this is a directory"),
        ("pipe", "not a regular file"),
        ("loop", r"leads nowhere|cannot be read"),
        ("none", "no such file"),
    ):
        for read in (read_table, column_names):
            with pytest.raises(FileError, match=reason):
                read(tmp_path / f"{name}.{suffix}")


@pytest.mark.parametrize(
    "url", ["http://a.org/b.csv", "https://a.org/b.parquet", "s3://bucket/b.csv", "gs://a/b", "file:///b.csv"]
)
@pytest.mark.parametrize("kind", [str, Path])
def test_urls_are_not_read(url: str, kind: type) -> None:
    with pytest.raises(FileError, match=r"reads no URLs\n +download it first"):
        read_table(kind(url))


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    heavy = "{'polars', 'fastexcel', 'soundfile', 'scipy', 'pandas', 'pyarrow', 'astropy', 'mido'}"
    code = f"import sys, composer.sources.files; print({heavy} & {{name.split('.')[0] for name in sys.modules}})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx", "json", "npy"])
def test_no_library_of_other_programs_is_needed(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"tides.{suffix}"
    WRITERS[suffix][0](path)
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('pandas', 'pyarrow', 'astropy')))\n"
        "from composer.sources.files import read_table; print(len(read_table(sys.argv[1])))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("4\n", "")


def test_an_unknown_ending_names_those_that_are_read(tmp_path: Path) -> None:
    path = tmp_path / "tides.cvs"
    path.write_text("a\n1\n")
    with pytest.raises(FileError, match=r"ending in '.cvs' is not read\n +these are read: \.csv, "):
        read_table(path)
    (tmp_path / "tides.csv.gz").write_bytes(b"\x1f\x8b")
    with pytest.raises(FileError, match="unpack it first"):
        read_table(tmp_path / "tides.csv.gz")
    (tmp_path / "tides").write_text("1")
    with pytest.raises(FileError, match="ending in 'nothing' is not read"):
        read_table(tmp_path / "tides")
    assert reader_of("TIDES.CSV") is READERS["csv"]


def test_an_unknown_option_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    with pytest.raises(InputError, match="did you mean 'delimiter'"):
        read_table(tmp_path / "a.csv", delimeter=";")
    with pytest.raises(InputError, match="no option of this format is called 'path'"):
        column_names(tmp_path / "a.csv", path="b.csv")


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_every_option_has_a_default_and_a_meaning(suffix: str) -> None:
    assert READERS[suffix].doc
    assert READERS[suffix].call.__doc__
    for parameter in parameters_of(READERS[suffix].call):
        assert parameter.default is not parameter.name
        assert parameter.doc
        assert parameter.default is not None or parameter.name == "header"
