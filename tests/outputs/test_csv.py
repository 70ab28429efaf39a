"""The notes as a table: every line against the score and the data, read back by the csv module and by polars."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.composition import compose
from composer.outputs.csv import HEADINGS, write_csv
from composer.score import Score, Track, notes
from composer.table import Table
from composer.units import TempoMap
from composer.writing import export, render

Raw = dict[str, Any]
NAN = math.nan
TABLE = Table(
    {"a": [1.5, 0.1, NAN, -2.0], "kind": [0, 1, 1, 0], "when": [0.0, 86400.0, 3600.0, 0.25]},
    index=[10.0, 20.0, 30.0, 40.0],
    labels={"kind": ("dry", "wet, very")},
    dates=frozenset({"when"}),
)


def lines_of(score: Score, table: Table | None = None) -> list[dict[str, str]]:
    """Return the lines of a score's .csv as the csv module reads them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        write_csv(score, path, table=table)
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            assert len(reader.fieldnames or ()) == len(set(reader.fieldnames or ()))
            return list(reader)


def test_every_line_is_a_note_with_its_rows_values() -> None:
    rules = {"name": "x", "duration": 0.75, "velocity": {"from": "a"}, "pan": {"from": "kind"}}
    made = compose({"track": [rules, {"instrument": "drums"}], "tempo": [[0, 60], [1, 90]]}, TABLE)
    lines = lines_of(made.score, made.table)
    written = [(track, note) for track in made.score.tracks for note in track.notes]
    assert len(lines) == len(written) == 3 + 4
    for line, (track, note) in zip(lines, written, strict=True):
        assert (line["track"], line["instrument"]) == (track.name, track.instrument)
        for heading, name in {"start_beat": "start", "length_beats": "length"}.items():
            assert float(line[heading]) == pytest.approx(note[name], abs=1e-6)
        for name in ("pitch", "velocity", "pan"):
            assert float(line[name]) == pytest.approx(note[name], abs=1e-6)
        row = int(line["row"])
        assert row == note["row"] == int(line["source_row"])
        assert float(line["index"]) == [10, 20, 30, 40][row]
        assert line["kind"] == ["dry", "wet, very", "wet, very", "dry"][row]
        assert line["when"] == ["1970-01-01", "1970-01-02", "1970-01-01 01:00", "1970-01-01 00:00:00.250"][row]
        assert line["a"] == "" if row == 2 else float(line["a"]) == TABLE["a"][row]


def test_seconds_are_those_of_the_tempo_map() -> None:
    score = Score(
        (Track("x", "flute", notes([0, 1, 1.5, 4], [1, 1, 1, 0.5], 60)),), TempoMap(((0.0, 60.0), (2.0, 120.0)))
    )
    lines = lines_of(score)
    assert [float(line["start_s"]) for line in lines] == [0, 1, 1.5, 3]
    assert [float(line["length_s"]) for line in lines] == [1, 1, 0.75, 0.25]


def test_a_ritardando_is_in_the_seconds() -> None:
    piece = {"track": [{"duration": 1}], "tempo": 60, "ending": {"name": "ritardando", "beats": 2, "to": 0.5}}
    lines = lines_of(compose(piece, TABLE).score)
    assert [float(line["length_s"]) for line in lines] == pytest.approx([1, 1, 1 / 0.75, 2], abs=1e-6)


def test_without_a_table_there_are_the_notes_alone() -> None:
    score = Score((Track("x", "flute", notes([0, 1], 1, [60, 61.25], row=[3, -1])),))
    lines = lines_of(score)
    assert list(lines[0]) == [*HEADINGS, "row"]
    assert [line["row"] for line in lines] == ["3", "-1"]
    assert [line["pitch"] for line in lines] == ["60.0", "61.25"]


def test_notes_of_no_row_have_blank_values() -> None:
    score = Score((Track("x", "flute", notes([0, 1], 1, 60, row=[-1, 3])),))
    blank, full = lines_of(score, TABLE)
    assert [blank[name] for name in ("row", "source_row")] == ["-1", "-1"]
    assert [blank[name] for name in ("index", "a", "kind", "when")] == [""] * 4
    assert [full[name] for name in ("row", "source_row", "index", "a", "kind")] == ["3", "3", "40", "-2", "dry"]


def test_the_source_row_is_the_datas_own() -> None:
    table = TABLE.taking([3, 1, 0])
    lines = lines_of(compose({"track": [{}]}, table).score, table)
    assert [line["row"] for line in lines] == ["0", "1", "2"]
    assert [line["source_row"] for line in lines] == ["3", "1", "0"]
    assert [line["a"] for line in lines] == ["-2", "0.1", "1.5"]


def test_a_column_called_index_is_written_once() -> None:
    table = Table({"b": [1.0, 2.0], "index": [5.0, 6.0]})
    lines = lines_of(compose({"track": [{}]}, table).score, table)
    assert list(lines[0])[-2:] == ["index", "b"]
    assert [line["index"] for line in lines] == ["5", "6"]


def test_missing_values_are_blank_whatever_the_column_holds() -> None:
    table = Table(
        {"a": [NAN], "kind": [NAN], "when": [NAN]}, labels={"kind": ("x",)}, dates=frozenset({"when"}), index=[NAN]
    )
    (line,) = lines_of(Score((Track("x", "flute", notes(0, 1, 60, row=0)),)), table)
    assert [line[name] for name in ("index", "a", "kind", "when")] == [""] * 4
    assert line["row"] == "0"


def test_columns_stand_in_the_tables_order() -> None:
    lines = lines_of(compose({"track": [{}]}, TABLE).score, TABLE)
    assert list(lines[0]) == [*HEADINGS, "row", "source_row", "index", "a", "kind", "when"]


TEXT = st.text(st.sampled_from(list("ab,\"'\n\r\t; é♭")), min_size=1, max_size=8)


@given(TEXT, st.tuples(TEXT, TEXT), TEXT)
@settings(deadline=None)
def test_texts_of_any_kind_come_back(name: str, labels: tuple[str, str], column: str) -> None:
    table = Table({column: [0, 1]}, labels={column: labels})
    score = Score((Track(name, "flute", notes([0, 1], 1, 60, row=[0, 1])),))
    lines = lines_of(score, table)
    assert [line["track"] for line in lines] == [name, name]
    assert [line[column] for line in lines] == list(labels)


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=20))
@settings(deadline=None)
def test_numbers_come_back_to_the_last_bit(values: list[float]) -> None:
    table = Table({"a": values})
    score = Score((Track("x", "flute", notes(np.arange(len(values)), 1, 60, row=np.arange(len(values)))),))
    assert [float(line["a"]) for line in lines_of(score, table)] == values


def test_polars_reads_what_is_written(tmp_path: Path) -> None:
    piece = {"track": [{"name": 'a "tune",\nlong', "duration": 0.3}, {"name": "y", "velocity": {"from": "a"}}]}
    made = compose(piece, TABLE)
    (path,) = export(made, tmp_path, "x", ["csv"])
    frame = pl.read_csv(path)
    score = made.score
    assert frame.height == sum(track.notes.size for track in score.tracks)
    assert frame["track"].unique(maintain_order=True).to_list() == ['a "tune",\nlong', "y"]
    assert frame["row"].to_list() == [int(row) for track in score.tracks for row in track.notes["row"]]
    starts = np.concatenate([track.notes["start"] for track in score.tracks])
    assert frame["start_beat"].to_numpy() == pytest.approx(starts, abs=1e-6)
    assert frame["start_s"].to_numpy() == pytest.approx(starts / 2, abs=1e-6)
    assert frame["kind"].to_list()[:2] == ["dry", "wet, very"]
    assert frame["a"].dtype == pl.Float64
    assert {"source_row", "index", "when"} < set(frame.columns)


def test_render_writes_it_by_its_suffix_with_the_table_and_an_empty_score_too(tmp_path: Path) -> None:
    made = compose({"track": [{}]}, TABLE)
    assert "source_row" in render(made, tmp_path / "a.csv").read_text("utf-8").splitlines()[0]
    assert "source_row" not in render(made.score, tmp_path / "b.csv").read_text("utf-8").splitlines()[0]
    empty = render(compose({"track": [{}]}, Table({"a": []})), tmp_path / "c.csv").read_bytes()
    assert empty == (",".join([*HEADINGS, "row", "source_row", "index", "a"]) + "\r\n").encode()
