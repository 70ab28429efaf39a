"""What `describe` tells of a table, and of the form and fidelity of a piece."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from composer.cli.tables import say_facts, table_data
from composer.table import Table

Run = Callable[..., Any]
NAN = math.nan

TABLES = {
    "empty": Table({"a": []}),
    "no columns": Table({}),
    "one row": Table({"a": [2.0]}),
    "all missing": Table({"a": [NAN, NAN]}, index=[NAN, NAN]),
    "categories all missing": Table({"kind": [NAN]}, labels={"kind": ("x", "y")}),
    "dates all missing": Table({"when": [NAN]}, dates=frozenset({"when", "index"}), index=[NAN]),
    "infinite": Table({"a": [math.inf, 1.0, -math.inf]}, index=[0, math.inf, 1]),
    "the largest doubles": Table({"a": [-1.7e308, 1.7e308, 0]}, index=[-1.7e308, 0, 1.7e308]),
    "constant index": Table({"a": [1.0, 2.0]}, index=[5, 5]),
}


def told(table: Table, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines that a person reads of a table."""
    say_facts(table)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_every_kind_are_told(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(told(TABLES[kind], capsys))
    assert text.startswith(f"{len(TABLES[kind])} rows")
    assert "None" not in text and "nan" not in text
    data = json.loads(json.dumps(table_data(TABLES[kind]), allow_nan=False))
    assert data["rows"] == len(TABLES[kind])
    assert list(data["columns"]) == list(TABLES[kind].names)


def test_numbers() -> None:
    data = table_data(Table({"a": [1.0, NAN, 3.0, 3.0, 5.0]}))
    assert data["columns"]["a"] == {
        "kind": "numbers",
        "missing": 1,
        "lowest": 1.0,
        "highest": 5.0,
        "distinct": 3,
        "mean": 3.0,
        "deviation": pytest.approx(math.sqrt(2)),
    }


def test_infinite_values_are_missing() -> None:
    assert table_data(TABLES["infinite"])["columns"]["a"]["missing"] == 2


def test_the_mean_of_the_largest_doubles() -> None:
    column = table_data(TABLES["the largest doubles"])["columns"]["a"]
    assert column["mean"] == pytest.approx(0, abs=1e290)
    assert column["deviation"] == pytest.approx(1.7e308 * math.sqrt(2 / 3))


def test_dates() -> None:
    table = Table({"when": [86400.0, NAN, 0.0]}, index=[0.0, 3600.0, 7200.0], dates=frozenset({"when", "index"}))
    data = table_data(table)
    column = data["columns"]["when"]
    assert (column["kind"], column["first"], column["last"]) == ("dates", "1970-01-01", "1970-01-02")
    assert (column["lowest"], column["highest"], column["missing"], column["distinct"]) == (0, 86400, 1, 2)
    assert (data["index"]["first"], data["index"]["last"]) == ("1970-01-01", "1970-01-01 02:00")
    assert data["index"]["step"] == 3600


def test_categories() -> None:
    table = Table({"kind": [0.0, 2.0, NAN, 2.0]}, labels={"kind": ("dry", "wet", "snow")})
    column = table_data(table)["columns"]["kind"]
    assert (column["kind"], column["labels"], column["distinct"]) == ("categories", ["dry", "wet", "snow"], 2)
    assert column["missing"] == 1


@pytest.mark.parametrize(
    ("index", "step"),
    [
        ([0, 0.1, 0.2, 0.30000000000000004], 0.1),
        ([3, 2, 1], -1),
        ([0, 1, 3], None),
        ([0, NAN, 2], None),
        ([4], None),
        ([], None),
        ([5, 5], 0),
    ],
)
def test_the_step_of_a_regular_index(index: list[float], step: float | None) -> None:
    found = table_data(Table({}, index=index))["index"]["step"]
    assert found == (None if step is None else pytest.approx(step))


def test_a_person_reads_the_index_the_columns_and_what_was_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(
        {"a": [1.0, 2.5], "kind": [0.0, 1.0], "when": [0.0, 86400.0], "many": [0.0, 1.0]},
        index=[0.0, 86400.0],
        labels={"kind": ("dry", "wet"), "many": tuple("abcdefg")},
        dates=frozenset({"when", "index"}),
        left_out={"note": "text in most rows"},
    )
    lines = told(table, capsys)
    assert lines[0] == "2 rows · index 1970-01-01 to 1970-01-02 · regular, step 86400 s"
    cells = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines[1:6]]
    assert cells == [
        ["column", "kind", "range", "distinct", "missing"],
        ["a", "numbers", "1 to 2.5", "2", "0"],
        ["kind", "categories", "dry, wet", "2", "0"],
        ["when", "dates", "1970-01-01 to 1970-01-02", "2", "0"],
        ["many", "categories", "a, b, c, d, e, f, ...", "2", "0"],
    ]
    assert lines[6] == "left out: note: text in most rows"


def test_an_index_of_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(Table({"a": [1, 2, 3]}), capsys)[0] == "3 rows · index 0 to 2 · regular, step 1"
    assert told(TABLES["one row"], capsys)[0] == "1 rows · index 0 to 0 · irregular"
    assert told(TABLES["empty"], capsys)[0] == "0 rows · index - · irregular"


# Pieces

FORMED = """
title = "Formed"
tempo = { from = "value", range = [70, 110] }
key = "D dorian"
legend = true
ending = "fade"
[source]
function = "noise"
points = 30
[[section]]
name = "A"
rows = [0, 10]
[[section]]
name = "B"
[[track]]
name = "tune"
instrument = { from = "value", palette = ["flute", "oboe"] }
pitch = { from = "value", via = "rank", range = ["D3", "D6"] }
velocity = { from = "value", via = "percentile", invert = true }
volume = { from = "value" }
"""


@pytest.fixture
def formed(tmp_path: Path) -> Path:
    """A piece with sections, a palette, a legend and an ending, in a file."""
    path = tmp_path / "formed.toml"
    path.write_text(FORMED, "utf-8")
    return path


def test_a_piece_tells_its_tempo_its_palette_and_its_fidelity(run: Run, formed: Path) -> None:
    text = run("describe", formed).stdout
    assert "tempo from value, 70 to 110 bpm · 4/4 · D dorian · 1 track\n" in text
    assert "flute, oboe" in text
    assert "value by percentile turned round" in text
    lines = [line.split() for line in text.splitlines() if " → " in line and line.startswith("tune")][-3:]
    assert [line[3] for line in lines] == ["pitch", "velocity", "volume"]
    assert all(line[5:8] == ["30", "of", "30"] for line in lines)
    assert float(lines[0][4]) > 0.99 and float(lines[1][4]) < -0.5  # the fade costs some


def test_a_pieces_fidelity_as_data(run: Run, formed: Path) -> None:
    data = json.loads(run("describe", formed, "--json").stdout)
    assert [row["target"] for row in data["fidelity"]] == ["pitch", "velocity", "volume"]
    pitch, velocity, volume = data["fidelity"]
    assert pitch["track"] == "tune" and pitch["column"] == "value"
    assert pitch["spearman"] > 0.99 and pitch["rows"] == pitch["rows_heard"] == pitch["values"] == 30
    assert velocity["spearman"] < -0.5 and velocity["clipped"] > 0
    assert volume["spearman"] > 0.99
    (said,) = data["report"]
    assert said == "track 'tune': the range D3 to D6 is drawn in to C4 to D6, for flute and oboe"
    assert data["tracks"][0]["instrument"] == "flute, oboe"


def test_a_constant_target_has_no_fidelity(run: Run, formed: Path) -> None:
    formed.write_text(FORMED.split("[[section]]")[0] + "[[track]]\npitch = 60\n", "utf-8")
    assert json.loads(run("describe", formed, "--json").stdout)["fidelity"] == []
    assert run("describe", formed).exit_code == 0


def test_a_piece_without_a_source_is_told_without_fidelity(run: Run, formed: Path) -> None:
    formed.write_text('[[track]]\npitch = { from = "a" }\n', "utf-8")
    assert json.loads(run("describe", formed, "--json").stdout)["fidelity"] == []
    assert "spearman" not in run("describe", formed).stdout
