"""Rows chosen, ordered, grouped, spread and joined: by hand, and against pandas."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from composer.errors import InputError
from composer.shaping.grouping import STANDARDS, aggregate, normalise
from composer.shaping.joining import join
from composer.shaping.order import pivot, rename, reverse, sort
from composer.shaping.selection import between, drop_missing, rows, where
from composer.table import Table

NAN = np.nan


def said(*_: object) -> None:
    """Listen to a report."""


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def same(one: object, other: object) -> bool:
    return np.array_equal(np.asarray(one, np.float64), np.asarray(other, np.float64), equal_nan=True)


def origin(table: Table) -> list[int]:
    return np.asarray(table.origin).tolist()


def test_rows_are_kept_where_a_condition_holds() -> None:
    table = Table({"height": [1, 3, 5, 7], "kind": [0, 1, 0, NAN]}, labels={"kind": ("storm", "calm")})
    spoken: list[str] = []
    made = where(table, "height > 2 AND kind = 'storm'", report=spoken.append)
    assert (made["height"].tolist(), origin(made), made.labels) == ([5], [2], table.labels)
    assert spoken == ["where: 1 of 4 rows kept"]


@pytest.mark.parametrize(
    ("first", "last"), [(0, None), (2, 5), (-3, None), (0, -1), (-2, -1), (5, 2), (100, None), (-100, 3)]
)
def test_rows_by_number_are_a_slice(first: int, last: int | None) -> None:
    made = rows(Table({"x": np.arange(8)}), first, last)
    assert made["x"].tolist() == list(range(8))[first:last]
    assert origin(made) == list(range(8))[first:last]


def test_rows_between_two_places_of_the_index() -> None:
    table = Table({"x": [0, 1, 2, 3, 4]}, index=[30, 10, NAN, 20, np.inf])
    assert between(table, 10, 30)["x"].tolist() == [1, 3]
    assert between(table, high=20)["x"].tolist() == [1]
    assert between(table, low=20)["x"].tolist() == [0, 3]
    assert between(table)["x"].tolist() == [0, 1, 3]
    with pytest.raises(InputError, match=r"low: the index does not hold dates\n *give a number"):
        between(table, "1970-01-01")


def test_rows_between_two_dates_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "XST5")  # whatever the machine's own time is
    getattr(time, "tzset", lambda: None)()
    table = Table({"x": [0, 1, 2]}, [at("2022-06-14"), at("2022-06-14 12:00"), at("2022-06-15")], dates={"index"})  # type: ignore[arg-type]
    assert between(table, "2022-06-14 12:00", "2022-06-15")["x"].tolist() == [1]
    assert between(table, "2022-06-14T14:00+02:00")["x"].tolist() == [1, 2]
    assert between(table, at("2022-06-15"))["x"].tolist() == [2]
    monkeypatch.undo()
    getattr(time, "tzset", lambda: None)()
    with pytest.raises(InputError, match=r"high: 'tomorrow' is not a date\n *write it like 2022-06-14"):
        between(table, None, "tomorrow")


def test_rows_with_a_gap_are_dropped() -> None:
    table = Table({"x": [1, NAN, 3, np.inf], "y": [NAN, 2, 3, 4]})
    spoken: list[str] = []
    assert origin(drop_missing(table, report=spoken.append)) == [2]
    assert origin(drop_missing(table, ("y",), report=said)) == [1, 2, 3]
    assert spoken == ["drop_missing: 3 of 4 rows dropped"]
    with pytest.raises(InputError, match="no column is called 'z'"):
        drop_missing(table, ("z",), report=said)


def test_the_order_turned_round() -> None:
    table = Table({"x": [1, 2, 3]}, index=[0, 1, 5])
    assert (reverse(table)["x"].tolist(), reverse(table)["index"].tolist()) == ([3, 2, 1], [5, 1, 0])
    assert (reverse(table, True)["x"].tolist(), reverse(table, True)["index"].tolist()) == ([3, 2, 1], [0, 4, 5])
    assert origin(reverse(table)) == [2, 1, 0]


def test_sorting_is_stable_and_puts_what_is_missing_last() -> None:
    table = Table({"x": [2, NAN, 1, 2, -np.inf], "k": [0, 2, 1, NAN, 0]}, labels={"k": ("pear", "fig", "apple")})
    assert origin(sort(table, "x")) == [2, 0, 3, 1, 4]
    assert origin(sort(table, "x", True)) == [0, 3, 2, 1, 4]
    assert origin(sort(table, "k")) == [1, 2, 0, 4, 3]
    assert origin(sort(table, "k", True)) == [0, 4, 2, 1, 3]
    assert origin(sort(table, "index", True)) == [4, 3, 2, 1, 0]


def test_a_column_gets_another_name_and_stays_what_it_is() -> None:
    table = Table({"a": [0], "b": [1], "c": [2]}, labels={"b": ("x", "y")}, dates=frozenset({"c", "index"}))
    made = rename(rename(table, "b", "kind"), "c", "day")
    assert (made.names, dict(made.labels), made.dates) == (("a", "kind", "day"), {"kind": ("x", "y")}, {"day", "index"})
    assert rename(table, "a", "a").names == table.names
    for to in ("b", "index"):
        with pytest.raises(InputError, match=f"to: there is a column '{to}' already"):
            rename(table, "a", to)
    with pytest.raises(InputError, match="of: the index keeps its name"):
        rename(table, "index", "t")


LONG = Table(
    {"station": [1, 0, 1, 0, NAN, 1, 0], "value": [10, 20, NAN, 40, 5, 60, 70]},
    [2, 1, 1, 2, 3, 1, 2],
    {"station": ("North", "South")},
    frozenset({"index"}),
)


def test_long_data_becomes_wide() -> None:
    spoken: list[str] = []
    made = pivot(LONG, "station", "value", report=spoken.append)
    assert (made.names, made["index"].tolist(), made.dates) == (("North", "South"), [1, 2], {"index"})
    assert (made["North"].tolist(), made["South"].tolist(), origin(made)) == ([20, 40], [60, 10], [1, 0])
    assert spoken == [
        "pivot: 7 rows became 2 with 2 columns; dropped: 1 without index or name, 1 for a cell that had a value"
    ]


def test_wide_data_agree_with_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(5)
    names, index, values = rng.integers(0, 4, 100), rng.integers(0, 30, 100), rng.standard_normal(100)
    frame = pandas.DataFrame({"n": names, "i": index, "v": values})
    wide = frame.pivot_table(index="i", columns="n", values="v", aggfunc="first")
    made = pivot(Table({"n": names, "v": values}, index), "n", "v", report=said)
    assert made.names == ("0", "1", "2", "3")
    assert all(same(made[str(n)], wide[n]) for n in range(4))
    assert same(made.index, wide.index)


def test_the_cells_of_wide_data_are_what_the_values_were() -> None:
    table = Table({"n": [0.1, 3, 1 / 3], "k": [0, 1, 0]}, labels={"k": ("a", "b")}, dates=frozenset({"n"}))
    by_number = pivot(Table({"n": [0.1, 3, 1 / 3], "k": [0, 1, 0]}, labels=table.labels), "n", "k", report=said)
    assert by_number.names == ("0.1", "0.3333333333333333", "3")
    assert set(by_number.labels) == set(by_number.names)
    assert pivot(table, "k", "n", report=said).dates == {"a", "b"}
    with pytest.raises(InputError, match=r"names: 'x' would make 1,001 rows of 1,001 columns"):
        pivot(Table({"x": np.arange(1001)}), "x", "x", report=said)


@pytest.mark.parametrize("how", ["mean", "median", "min", "max", "sum", "first", "last"])
def test_groups_agree_with_pandas(how: str) -> None:
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(6)
    key, x = rng.integers(0, 5, 60).astype(float), rng.standard_normal(60)
    key[7], x[9] = NAN, NAN
    groups = pandas.DataFrame({"key": key, "x": x}).groupby("key")
    made = aggregate(Table({"x": x, "key": key}), "key", how, "n", report=said)  # type: ignore[arg-type]
    assert made.names == ("x", "key", "n")
    assert made["x"] == pytest.approx(getattr(groups.x, how)().to_numpy())
    assert same(made["key"], range(5))
    assert same(made["n"], groups.size())
    assert origin(made) == [int(np.flatnonzero(key == k)[0]) for k in range(5)]


@pytest.mark.parametrize(
    ("unit", "rule"), [("hour", "h"), ("day", "D"), ("week", "W-SUN"), ("month", "M"), ("year", "Y")]
)
def test_the_calendar_agrees_with_pandas(unit: str, rule: str) -> None:
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(7)
    seconds = np.floor(rng.uniform(at("1962-01-01"), at("2031-01-01"), 300))
    x = rng.standard_normal(300)
    begins = pandas.to_datetime(seconds, unit="s").to_period(rule).start_time
    groups = pandas.Series(x).groupby(begins)
    made = aggregate(Table({"x": x}, seconds, dates=frozenset({"index"})), unit, "sum", report=said)
    assert made["x"] == pytest.approx(groups.sum().to_numpy())
    assert same(made.index, [moment.timestamp() for moment in groups.groups])
    assert made.dates == {"index"}


def test_groups_are_named_by_a_column_first() -> None:
    table = Table({"day": [1, 2, 1], "x": [1, 2, 3]}, [0, 1, 86400], dates=frozenset({"index"}))
    spoken: list[str] = []
    made = aggregate(table, "day", "last", report=spoken.append)
    assert (made["x"].tolist(), made["index"].tolist(), origin(made)) == ([3, 2], [0, 1], [0, 1])
    assert spoken == ["aggregate: 3 rows became 2, one for each day"]
    assert aggregate(table, "index", report=said)["x"].tolist() == [1, 2, 3]
    kept = aggregate(Table({"k": [1, 0, 1, NAN]}, labels={"k": ("a", "b")}), "k", report=spoken.append)
    assert (kept["k"].tolist(), dict(kept.labels)) == ([0, 1], {"k": ("a", "b")})
    assert spoken[-1].endswith("; 1 without k dropped")


def test_groups_that_cannot_be_are_refused() -> None:
    with pytest.raises(
        InputError, match=r"by: no column or unit of the calendar is called 'mnth'\n *did you mean 'month'"
    ):
        aggregate(Table({"x": [1]}), "mnth", report=said)
    with pytest.raises(InputError, match="by: the index holds no dates to take by the month"):
        aggregate(Table({"x": [1]}), "month", report=said)


def test_a_common_measure_within_each_group() -> None:
    table = Table({"x": [1, 10, 3, 30, 2, NAN, 7, 4], "k": [0, 1, 0, 1, 0, 0, 2, NAN]}, labels={"k": ("a", "b", "c")})

    def by(how: str, **options: Any) -> Any:
        return normalise(table, "x", how, "k", **options)["x"]  # type: ignore[arg-type]

    assert same(by("minmax"), [0, 0, 1, 1, 0.5, NAN, 0.5, NAN])
    assert same(by("rank"), [0, 0, 1, 1, 0.5, NAN, 0.5, NAN])
    assert same(by("mean"), [-1, -10, 1, 10, 0, NAN, 0, NAN])
    assert by("zscore") == pytest.approx([-(1.5**0.5), -1, 1.5**0.5, 1, 0, NAN, 0, NAN], nan_ok=True)
    assert normalise(table, "x", to="share").names == ("x", "k", "share")
    assert dict(normalise(table, "x").labels) == {"k": ("a", "b", "c")}


def test_a_common_measure_agrees_with_scipy() -> None:
    from scipy.stats import rankdata, zscore

    x = np.round(np.random.default_rng(8).standard_normal(200), 1)
    expected = {
        "minmax": (x - x.min()) / (x.max() - x.min()),
        "zscore": zscore(x),
        "rank": (rankdata(x) - 1) / (x.size - 1),
        "mean": x - x.mean(),
    }
    for how in STANDARDS:
        for size in (1.0, 1e300, 1e-300) if how != "mean" else (1.0,):
            made = normalise(Table({"x": x * size}), "x", how)["x"]  # type: ignore[arg-type]
            assert made == pytest.approx(expected[how], rel=1e-9, abs=1e-12), (how, size)


def test_the_index_brings_another_source_in() -> None:
    table = Table({"x": [1, 2, 3, 4, 5]}, index=[-1, 0, 1, 2.5, 9])
    other = Table({"y": [40, 20, 0, NAN, 7]}, index=[4, 2, 0, 3, NAN])
    expected = {
        "linear": [NAN, 0, 10, 25, NAN],
        "nearest": [0, 0, 0, 20, 40],
        "previous": [NAN, 0, 0, 20, 40],
        "next": [0, 0, 20, 40, NAN],
        "exact": [NAN, 0, NAN, NAN, NAN],
    }
    for how, values in expected.items():
        made = join(table, "b", how, sources={"b": other}, report=said)  # type: ignore[arg-type]
        assert same(made["y"], values), how
        assert (made.names, origin(made)) == (("x", "y"), [0, 1, 2, 3, 4])
    near = {how: join(table, "b", how, 1.0, sources={"b": other}, report=said)["y"] for how in expected}  # type: ignore[arg-type]
    assert same(near["linear"], [NAN, 0, NAN, NAN, NAN])
    assert same(near["nearest"], [0, 0, 0, 20, NAN])
    assert same(near["previous"], [NAN, 0, 0, 20, NAN])
    assert same(near["next"], [0, 0, 20, NAN, NAN])


@pytest.mark.parametrize("how", ["linear", "nearest", "previous", "next"])
def test_joining_agrees_with_pandas(how: str) -> None:
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(9)
    here, there, y = np.sort(rng.uniform(0, 10, 40)), np.sort(rng.uniform(2, 8, 25)), rng.standard_normal(25)
    shuffled = rng.permutation(25)
    source = Table({"y": y[shuffled]}, index=there[shuffled])
    made = join(Table({"x": here}, index=here), "b", how, sources={"b": source}, report=said)["y"]  # type: ignore[arg-type]
    if how == "linear":
        expected = np.interp(here, there, y, left=NAN, right=NAN)
    else:
        ways = {"previous": "backward", "next": "forward", "nearest": "nearest"}
        frames = pandas.DataFrame({"at": here}), pandas.DataFrame({"at": there, "y": y})
        expected = pandas.merge_asof(*frames, on="at", direction=ways[how])["y"].to_numpy()
    assert made == pytest.approx(expected, nan_ok=True)


def test_of_rows_with_the_same_index_the_last_is_joined() -> None:
    spoken: list[str] = []
    other = Table({"y": [1, 2, 3]}, index=[5, 5, 0])
    made = join(Table({"x": [0]}, index=[5]), "b", "exact", sources={"b": other}, report=spoken.append)
    assert made["y"].tolist() == [2]
    assert spoken == [
        "join: columns of b brought in: 1; of its 3 rows left out, for the lack of an index of their own: 1"
    ]


def test_joined_columns_keep_what_they_hold_under_names_of_their_own() -> None:
    table = Table({"x": [0, 0, 0], "k": [1, 0, 1]}, [0, 1, 2], {"k": ("a", "b")}, frozenset({"index"}))
    other = Table(
        {"x": [5, 7], "kind": [0, 1], "day": [0, 10]}, [0, 2], {"kind": ("c", "d")}, frozenset({"index", "day"})
    )
    made = join(table, "b", sources={"b": other}, report=said)
    assert made.names == ("x", "k", "x_b", "kind", "day")
    assert (made["x_b"].tolist(), made["kind"].tolist(), made["day"].tolist()) == ([5, 6, 7], [0, 0, 1], [0, 5, 10])
    assert (dict(made.labels), made.dates) == ({"k": ("a", "b"), "kind": ("c", "d")}, {"index", "day"})
    assert join(table, "b", prefix="b_", sources={"b": other}, report=said).names[2:] == ("b_x", "b_kind", "b_day")


def test_joins_that_cannot_be_are_refused() -> None:
    table, dated = Table({"x": [0], "y_b": [1]}), Table({"x": [0]}, dates=frozenset({"index"}))
    with pytest.raises(InputError, match=r"source: no source is called 'tide'\n *did you mean 'tides'"):
        join(table, "tide", sources={"tides": dated}, report=said)
    with pytest.raises(InputError, match="source: the index of b holds dates, that of this does not"):
        join(table, "b", sources={"b": dated}, report=said)
    with pytest.raises(InputError, match="source: the index of this holds dates, that of b does not"):
        join(dated, "b", sources={"b": table}, report=said)
    with pytest.raises(InputError, match=r"prefix: there would be two columns 'y_b'"):
        join(Table({"y": [0], "y_b": [1]}), "b", sources={"b": Table({"y": [0]})}, report=said)
    with pytest.raises(InputError, match=r"prefix: there would be two columns 'y_b'"):
        join(Table({"y": [0]}), "b", sources={"b": Table({"y": [0], "y_b": [0]})}, report=said)
