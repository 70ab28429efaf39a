"""Data that a program holds in memory: mappings, arrays, data frames of every make."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest

from composer.errors import InputError
from composer.sources.files import table_of
from composer.sources.files.columns import column_of
from composer.table import Table

nan = np.nan
LEAP = dt.datetime(2024, 2, 29, 12, tzinfo=dt.UTC).timestamp()


def numbers(values: Any) -> list[float]:
    found = column_of(values)
    assert found.left_out == ""
    return np.asarray(found.numbers).tolist()


def test_a_table_is_returned_as_it_is() -> None:
    table = Table({"a": [1]})
    assert table_of(table) is table


def test_a_mapping_of_anything() -> None:
    table = table_of(
        {
            "when": np.array(["2024-02-29T12", "NaT"], "datetime64[h]"),
            "x": [1, None],
            "word": ["b", "a"],
            "ok": (True, False),
            5: range(2),
            "z": np.array([1j, 2]),
        }
    )
    assert table.names == ("when", "x", "word", "ok", "5")
    assert table["when"] == pytest.approx([LEAP, nan], nan_ok=True)
    assert dict(table.labels) == {"word": ("a", "b"), "ok": ("false", "true")}
    assert table.dates == {"when", "index"}
    with pytest.raises(InputError, match=r"complex numbers: give \.real and \.imag"):
        table["z"]


@pytest.mark.parametrize("unit", ["ns", "us", "ms", "s", "m", "h"])
def test_moments_of_any_unit(unit: str) -> None:
    found = column_of(np.array(["2024-02-29T12", "NaT", "1960-01-01"], f"datetime64[{unit}]"))
    assert np.asarray(found.numbers) == pytest.approx([LEAP, nan, -3653 * 86400], nan_ok=True)
    assert found.date


@pytest.mark.parametrize(("unit", "day"), [("D", 60), ("W", 54), ("M", 31), ("Y", 0)])
def test_days_weeks_months_and_years_begin_at_midnight(unit: str, day: int) -> None:
    found = column_of(
        np.array(["1972-03-01" if unit == "D" else "1972-02-29"], "datetime64[D]").astype(f"datetime64[{unit}]")
    )
    assert np.asarray(found.numbers).tolist() == [(730 + day) * 86400]


def test_spans_are_seconds() -> None:
    assert numbers(np.array([90, 1], "timedelta64[m]")) == [5400, 60]
    assert numbers([dt.timedelta(minutes=1.5), None, dt.timedelta(0)])[::2] == [90, 0]
    assert numbers([dt.time(6, 30, 15, 500000)]) == [23415.5]


def test_lists_of_python_objects() -> None:
    assert numbers([Fraction(1, 4), Decimal("0.5"), np.float32(2), 10**400, -(10**400)]) == [
        0.25,
        0.5,
        2,
        np.inf,
        -np.inf,
    ]
    assert numbers([dt.date(2024, 2, 29), dt.date(1970, 1, 2)]) == [LEAP - 43200, 86400]
    east = dt.timezone(dt.timedelta(hours=3))
    assert numbers([dt.datetime(2024, 2, 29, 15, tzinfo=east), dt.datetime(2024, 2, 29, 12)]) == [LEAP, LEAP]
    assert numbers(["1,5", 2, "3"]) == [1.5, 2, 3]
    assert column_of([True, None, False]).labels == ("false", "true")
    assert column_of([True, "no idea"]).labels == ("no idea", "true")
    assert column_of(["\ud800", "b", "b"]).labels == ("b", "\ufffd")
    assert column_of([{}, 1]).left_out == "it holds objects such as dict"
    assert column_of([dt.date(2024, 1, 1), 5]).left_out == "it holds objects such as date"
    assert column_of(np.array([1, None, "x"], object)).labels == ("1", "x")


def test_moments_without_a_zone_are_utc_wherever_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as context:
        context.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        found = numbers([dt.datetime(2024, 2, 29, 12), dt.date(2024, 2, 29)])
    time.tzset()
    assert found == [LEAP, LEAP - 43200]


def test_other_arrays() -> None:
    assert numbers(np.array([b"1.5", b"2"])) == [1.5, 2]
    assert numbers(np.ma.array([1.0, 2.0], mask=[False, True])) == pytest.approx([1, nan], nan_ok=True)
    assert column_of(np.ma.array(["a", "b", "b"], mask=[True, False, False])).labels == ("a", "b")
    assert column_of(np.zeros((2, 3))).left_out == "it has the shape 2x3"
    assert column_of(np.float64(3)).left_out == "it is one value, not a column"
    assert column_of([[1, 2], [3, 4]]).left_out == "it holds objects such as list"


def test_arrays_as_tables() -> None:
    assert table_of(np.array([3.0, 1.0]))["value"].tolist() == [3, 1]
    assert table_of(np.arange(6).reshape(2, 3)).names == ("x0", "x1", "x2")
    assert table_of(np.arange(6).reshape(2, 3))["x1"].tolist() == [1, 4]
    assert table_of(np.array([(1, 2.5), (3, 4.5)], [("a", "i4"), ("b", "f4")]), "a")["b"].tolist() == [2.5, 4.5]
    with pytest.raises(InputError, match="shape 2x2x2 is no table"):
        table_of(np.zeros((2, 2, 2)))


@pytest.mark.parametrize("data", [5, "tides.csv", None, object(), {1, 2}])
def test_what_is_no_table(data: object) -> None:
    with pytest.raises(InputError, match="is not a table"):
        table_of(data)


def test_polars() -> None:
    frame = pl.DataFrame(
        {
            "d": [dt.date(2024, 2, 29), None],
            "t": [dt.time(1), None],
            "s": [dt.timedelta(seconds=2), None],
            "c": pl.Series(["y", "x"], dtype=pl.Categorical),
            "n": [None, None],
            "dec": [Decimal("1.25"), None],
            "lists": [[1], [2]],
            "objects": [{"a": 1}, {"a": 2}],
            "zoned": pl.Series([dt.datetime(2024, 2, 29, 12)] * 2).dt.replace_time_zone("Europe/Rome"),
        }
    )
    table = table_of(frame)
    first = {name: table[name][0] for name in table.names if name not in ("n", "c")}
    assert first == {"d": LEAP - 43200, "t": 3600, "s": 2, "dec": 1.25, "zoned": LEAP - 3600}
    assert np.isnan(table["n"]).all()
    assert table["c"].tolist() == [1, 0]
    assert table.dates == {"d", "zoned", "index"}
    assert dict(table.left_out) == {"lists": "it holds list values", "objects": "it holds struct values"}
    assert table_of(pl.Series("v", [1, 2]))["v"].tolist() == [1, 2]


def test_pandas() -> None:
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    days = pd.to_datetime(["2024-03-01", "2024-02-29"])
    frame = pd.DataFrame({"a": [1.5, None], "c": pd.Categorical(["x", "y"])}, index=days)
    table = table_of(frame)
    assert table.names == ("a", "c", "index")
    assert np.asarray(table.index).tolist() == [LEAP - 43200, LEAP + 43200]
    assert np.asarray(table.origin).tolist() == [1, 0]
    assert table["a"] == pytest.approx([nan, 1.5], nan_ok=True)
    assert table.dates == {"index"}
    named = frame.rename_axis("day")
    assert table_of(named).names == ("a", "c", "day")
    assert np.asarray(table_of(named).index).tolist() == [LEAP - 43200, LEAP + 43200]
    assert table_of(pd.DataFrame({"a": [5, 6]}))["index"].tolist() == [0, 1]
    assert table_of(pd.DataFrame({"a": [5, 6]}, index=pd.Index([9, 7], name="k")))["a"].tolist() == [6, 5]
    assert table_of(frame["a"]).names == ("a", "index")
    assert table_of({"s": pd.Series([1, pd.NA, 3]), "t": [pd.NaT, pd.Timestamp("2024-02-29 12:00"), None]}).dates == {
        "t",
        "index",
    }
    zoned = pd.Series(pd.to_datetime(["2024-02-29 13:00"]).tz_localize("Europe/Rome"))
    assert numbers(zoned) == [LEAP]
    assert numbers(pd.Series([1.5, 2])) == [1.5, 2]
    assert column_of(pd.Series(["b", "a"])).labels == ("a", "b")
    assert column_of(pd.Series(["b", "a"], dtype="category")).labels == ("a", "b")
    levels = pd.MultiIndex.from_tuples([(2, "u"), (1, "v")], names=["p", "q"])
    assert table_of(pd.DataFrame({"a": [5, 6]}, index=levels))["index"].tolist() == [0, 1]


def test_pyarrow() -> None:
    pa = pytest.importorskip("pyarrow")
    table = table_of(pa.table({"a": [1, None], "b": ["x", "y"], "t": [dt.datetime(2024, 2, 29, 12)] * 2}))
    assert table["a"] == pytest.approx([1, nan], nan_ok=True)
    assert table.labels["b"] == ("x", "y")
    assert table["t"].tolist() == [LEAP, LEAP]
    columns = {
        "a": pa.array([1, None]),
        "b": pa.chunked_array([["x"], ["y"]]),
        "p": pl.Series(["2024-02-29 12:00", None]),
    }
    assert table_of(columns)["a"] == pytest.approx([1, nan], nan_ok=True)
    assert table_of(columns).labels == {"b": ("x", "y")}
    assert table_of(columns)["index"] == pytest.approx([LEAP, nan], nan_ok=True)


def test_astropy() -> None:
    tables = pytest.importorskip("astropy.table")
    times = pytest.importorskip("astropy.time")
    units = pytest.importorskip("astropy.units")
    made = tables.QTable({"flux": [1.0, 2.0] * units.Jy, "n": [1, 2], "band": ["g", "r"], "pair": np.zeros((2, 2))})
    made["time"] = times.Time(["2024-02-29T12:00:00", "2024-02-29T12:00:01"], scale="utc")
    for given in (made, dict(made.columns)):
        table = table_of(given)
        assert table.names == ("flux", "n", "band", "time")
        assert table["flux"].tolist() == [1, 2]
        assert table["time"] == pytest.approx([LEAP, LEAP + 1], abs=1e-5)
        assert table.dates == {"time", "index"}
        assert table.left_out["pair"] == "it has the shape 2x2"


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(InputError, match="differ in length"):
        table_of({"a": [1, 2], "b": [1]})


def test_the_index() -> None:
    days = [dt.date(1970, 1, 3), dt.date(1970, 1, 1), dt.date(1970, 1, 2)]
    assert np.asarray(table_of({"a": [1, 2, 3]}).index).tolist() == [0, 1, 2]
    only = table_of({"a": [1, 2, 3], "day": days})
    assert (only["a"].tolist(), np.asarray(only.origin).tolist()) == ([2, 3, 1], [1, 2, 0])
    assert table_of({"day": days, "other": days})["index"].tolist() == [0, 86400, 2 * 86400]
    neither = table_of({"a": [1, 2, 3], "day": days, "other": days})
    assert (np.asarray(neither.index).tolist(), neither.dates) == ([0, 1, 2], {"day", "other"})
    down = table_of({"a": [3, 2, 1]}, index="a")
    assert (down["a"].tolist(), np.asarray(down.origin).tolist(), down.dates) == ([1, 2, 3], [2, 1, 0], frozenset())
    twice = table_of({"a": [2, 1, 2, 1], "b": [0, 1, 2, 3]}, index="a")
    assert twice["b"].tolist() == [1, 3, 0, 2]
    many = table_of({"a": np.arange(1000) % 3 == 0, "b": np.arange(1000)}, index="a")
    assert many["b"].tolist() == sorted(range(1000), key=lambda row: row % 3 == 0)
    with pytest.raises(InputError, match="holds no numbers: text: 3 different"):
        table_of({"a": ["x", "y", "z"], "b": [1, 2, 3]}, index="a")


def test_a_missing_index_value_stays_where_the_index_rises() -> None:
    assert table_of({"a": [1, nan, 2]}, "a")["a"] == pytest.approx([1, nan, 2], nan_ok=True)
    assert table_of({"a": [1, nan, 1]}, "a")["a"] == pytest.approx([1, nan, 1], nan_ok=True)
    assert table_of({"a": [2, nan, 1]}, "a")["a"] == pytest.approx([1, 2, nan], nan_ok=True)
    assert np.asarray(table_of({"a": [nan, nan]}, "a").origin).tolist() == [0, 1]


@pytest.mark.parametrize(
    "values", [[5.0], [], [nan, nan], [3.0, 3.0], [np.inf, -np.inf], [1e308, -1e308, 5e-324], [None, None]]
)
def test_odd_columns_pass(values: list[float]) -> None:
    table = table_of({"a": values})
    assert table["a"] == pytest.approx([nan if value is None else value for value in values], nan_ok=True)
    assert len(table) == len(values)
