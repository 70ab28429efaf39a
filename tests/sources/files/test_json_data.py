"""JSON in its several shapes, one record a line, and what is none of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from composer.errors import FileError
from composer.sources.files import column_names, read_table
from composer.table import Table

nan = np.nan


def read(tmp_path: Path, content: Any, suffix: str = "json", **options: Any) -> Table:
    path = tmp_path / f"data.{suffix}"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    table = read_table(path, **options)
    assert {*table.names, *table.left_out} == set(column_names(path, **options))
    return table


@pytest.mark.parametrize(
    "content",
    [
        [{"a": 1, "b": 2}, {"a": 3, "b": 4}],
        {"a": [1, 3], "b": [2, 4]},
        {"data": [{"a": 1, "b": 2}, {"a": 3, "b": 4}]},
        {"meta": 5, "data": {"a": [1, 3], "b": [2, 4]}},
        {"a": {"0": 1, "1": 3}, "b": {"0": 2, "1": 4}},
        [["a", "b"], [1, 2], [3, 4]],
    ],
)
def test_the_shapes_of_a_table(content: Any, tmp_path: Path) -> None:
    table = read(tmp_path, content)
    assert {name: table[name].tolist() for name in table.names} == {"a": [1, 3], "b": [2, 4]}


def test_a_table_may_lie_deeper(tmp_path: Path) -> None:
    content = {"place": "Brest", "hourly": {"time": ["2024-01-01T00:00"], "height": [3.5]}}
    assert read(tmp_path, content, at="hourly")["height"].tolist() == [3.5]
    assert read(tmp_path, {"a": {"b": [1, 2]}}, at="a.b")["value"].tolist() == [1, 2]
    with pytest.raises(FileError, match=r"holds nothing at 'daily'\n +there is 'place', 'hourly'"):
        read(tmp_path, content, at="daily")


def test_values_of_several_kinds(tmp_path: Path) -> None:
    table = read(
        tmp_path, [{"a": 1, "n": {}}, {"b": "NA", "s": "x"}, {"a": None, "b": "2.5", "t": True}], missing=("x",)
    )
    assert table["a"] == pytest.approx([1, nan, nan], nan_ok=True)
    assert table["b"] == pytest.approx([nan, nan, 2.5], nan_ok=True)
    assert table.labels["t"] == ("false", "true")
    assert table.left_out == {"n": "it holds objects such as dict"}
    assert read(tmp_path, "[NaN, 1, Infinity]")["value"] == pytest.approx([nan, 1, np.inf], nan_ok=True)
    assert read(tmp_path, [1, -999, 2], missing=("-999",))["value"] == pytest.approx([1, nan, 2], nan_ok=True)
    unequal = read(tmp_path, {"a": [1, 2], "b": [1], "c": 5})
    assert unequal.left_out == {"b": "it has 1 values where others have 2", "c": "it is one value, not a column"}
    assert read(tmp_path, [[1, 2], [3]])["column_2"] == pytest.approx([2, nan], nan_ok=True)


@pytest.mark.parametrize("content", ["5", "null", '"text"', '[1, {"a": 2}]'])
def test_what_holds_no_table(content: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="it holds no table"):
        read(tmp_path, content)


@pytest.mark.parametrize("content", ["[]", "{}", '{"data": []}', '{"a": []}'])
def test_what_has_no_rows(content: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="it has no rows of data"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[" * 10**6, "nested too deeply"),
        ("[1" + "0" * 10**7 + "]", "limit"),
        ('[{"a": 1,]', "Expecting|Illegal"),
        ("", "Expecting value"),
    ],
)
def test_hostile_json(content: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=reason):
        read(tmp_path, content)


def test_a_wide_and_ragged_array_is_refused_before_it_is_filled_up(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="20,001 columns"):
        read(tmp_path, [[1] * 20_001, *[[1]] * 10])
    with pytest.raises(FileError, match="more than 200,000,000 values"):
        read(tmp_path, [[1] * 20_000, *[[1]] * 10_000])


def test_one_record_a_line(tmp_path: Path) -> None:
    table = read(tmp_path, '{"a": 1}\n\n{"a": 2, "b": "x"}\n', "jsonl")
    assert table["a"].tolist() == [1, 2]
    strange = read(tmp_path, '{"a": "\u2028"}\r\n{"a": "b"}\r\n', "jsonl")
    assert len(strange) == 2
    with pytest.raises(FileError, match=r"a JSON record in line 3 \(Expecting"):
        read(tmp_path, '{"a": 1}\n{"a": 2}\n{"a":\n', "ndjson")
    with pytest.raises(FileError, match="it has no rows of data"):
        read(tmp_path, "\n", "ndjson")
