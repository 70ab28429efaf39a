"""Fewer rows say what the many said: means, medians and sums as pandas has them; extremes survive."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import InputError
from composer.shaping.reductions import REDUCTIONS, commonest
from composer.shaping.resampling import HOWS, SECONDS, regular, resample, thin
from composer.table import Table

VALUES = st.lists(st.floats(-1e6, 1e6) | st.integers(-3, 3).map(float) | st.just(np.nan), min_size=1, max_size=60)


def said(*_: object) -> None:
    """Listen to a report."""


@settings(deadline=None)  # the first call imports
@given(VALUES, st.data())
def test_reductions_agree_with_pandas(values: list[float], data: st.DataObject) -> None:
    pandas = pytest.importorskip("pandas")
    inner = data.draw(st.sets(st.integers(1, max(len(values) - 1, 1)), max_size=8)) if len(values) > 1 else set()
    starts = np.array([0, *sorted(inner)])
    stretch = np.repeat(np.arange(starts.size), np.diff(starts, append=len(values)))
    groups = pandas.Series(values).groupby(stretch)
    for how, reduction in REDUCTIONS.items():
        expected = groups.sum(min_count=1) if how == "sum" else getattr(groups, how)()
        assert reduction(np.array(values), starts) == pytest.approx(expected.to_numpy(), nan_ok=True, abs=1e-9), how
    modes = [group.mode().min() if group.notna().any() else np.nan for _, group in groups]
    assert np.array_equal(commonest(np.array(values), starts), modes, equal_nan=True)


def test_the_mean_of_a_constant_is_that_constant() -> None:
    made = resample(Table({"x": np.full(1000, 0.1)}), 7, report=said)
    assert set(made["x"]) == {0.1}


def test_the_mean_of_the_largest_doubles_is_finite_and_their_sum_missing() -> None:
    table = Table({"x": [1.5e308, 1.2e308, 1.5e308, 1.0, 2.0, 3.0]})
    assert resample(table, 2, report=said)["x"] == pytest.approx([1.4e308, 2.0])
    assert np.array_equal(resample(table, 2, "sum", report=said)["x"], [np.nan, 6], equal_nan=True)


def test_rows_become_stretches_of_equal_count() -> None:
    spoken: list[str] = []
    made = resample(Table({"x": [1, 2, 3, 4, 5, 9, 0]}, index=[7, 6, 5, 4, 3, 2, 1]), 3, report=spoken.append)
    assert made["x"].tolist() == [1.5, 3.5, 14 / 3]
    assert (made["index"].tolist(), np.asarray(made.origin).tolist()) == ([7, 5, 3], [0, 2, 4])
    assert spoken == ["resample: 7 rows became 3; mean of each stretch kept"]


def test_along_the_index_stretches_have_equal_length() -> None:
    table = Table({"x": [1, 5, 2, 3, 9, 7]}, index=[0, 9, 1, 2, 10, np.nan])
    made = resample(table, 3, "max", "index", report=said)
    assert made["x"].tolist() == [3, 9]  # 0 to 3.3, nothing, 6.7 to 10
    assert (made["index"].tolist(), np.asarray(made.origin).tolist()) == ([0, 9], [0, 1])
    halves = resample(Table({"x": [1, 2, 3]}, index=[0, 5, 10]), 2, "first", "index", report=said)
    assert halves["x"].tolist() == [1, 2]  # where one stretch ends the next begins


@pytest.mark.parametrize("how", HOWS)
def test_a_table_of_no_more_rows_stays_as_it_is(how: str) -> None:
    table = Table({"x": [3.0, 1.0]})
    assert resample(table, 2, how, report=said) is table  # type: ignore[arg-type]
    assert thin(table, 4, report=said) is table


def test_categories_and_dates_stay_what_they_are() -> None:
    table = Table(
        {"kind": [0, 2, 2, 1, 1, 1, np.nan, 0], "day": [0, 10, 20, 30, 40, 50, 60, 70]},
        labels={"kind": ("a", "b", "c")},
        dates=frozenset({"day"}),
    )
    shown = {
        how: [*resample(table, 2, how, report=said)["kind"], *resample(table, 2, how, report=said)["day"]]  # type: ignore[arg-type]
        for how in REDUCTIONS
    }
    assert shown["mean"] == shown["median"] == [2, 1, 15, 55]
    assert (shown["min"], shown["max"]) == ([2, 1, 0, 40], [2, 1, 30, 70])
    assert (shown["sum"], shown["first"], shown["last"]) == ([2, 1, 0, 40], [0, 1, 0, 40], [1, 0, 30, 70])
    made = resample(table, 2, report=said)
    assert (made.labels, made.dates) == (table.labels, table.dates)


@settings(deadline=None)  # the first call imports
@given(VALUES, st.integers(2, 20))
def test_peaks_keep_rows_and_both_extremes(values: list[float], points: int) -> None:
    table = Table({"n": np.arange(len(values)), "x": values})
    made = resample(table, points, "peaks", of="x", report=said)
    rows = np.asarray(made.origin)
    assert len(made) <= max(points, len(values) if len(values) <= points else points)
    assert (np.diff(rows) > 0).all()
    assert np.array_equal(made["x"], np.array(values)[rows], equal_nan=True)
    known = [value for value in values if not np.isnan(value)]
    assert not known or {min(known), max(known)} <= set(made["x"])


def test_peaks_need_two_rows() -> None:
    with pytest.raises(InputError, match=r"points: peaks keeps 2 rows of a stretch\n *ask for 2 or more"):
        resample(Table({"x": [1, 2, 3]}), 1, "peaks", report=said)


@pytest.mark.parametrize(
    "step", [thin, lambda table, points, of=None, report=said: resample(table, points, "peaks", of=of, report=report)]
)
def test_categories_have_no_extremes(step: Any) -> None:
    table = Table({"k": [0, 1, 0, 1, 0], "x": [0, 1, 2, 9, 3]}, labels={"k": ("a", "b")})
    assert 9 in step(table, 4, report=said)["x"]
    assert len(step(Table({"k": table["k"]}, labels=table.labels), 4, report=said)) == 4
    with pytest.raises(InputError, match="of: column 'k' holds categories"):
        step(table, 4, of="k", report=said)


def test_peaks_look_at_the_first_column_unless_told() -> None:
    table = Table({"a": [0, 5, 1, 1], "b": [1, 1, 7, 0]})
    assert resample(table, 2, "peaks", report=said)["a"].tolist() == [0, 5]
    assert resample(table, 2, "peaks", of="b", report=said)["b"].tolist() == [7, 0]
    assert len(resample(Table({}, index=[1, 2, 3]), 2, "peaks", report=said)) == 2


@settings(deadline=None)  # the first call imports
@given(VALUES, st.integers(4, 20))
def test_thinning_keeps_so_many_rows_and_both_extremes(values: list[float], points: int) -> None:
    table = Table({"x": values})
    made = thin(table, points, report=said)
    rows = np.asarray(made.origin)
    assert len(made) <= points
    assert (np.diff(rows) > 0).all()
    assert np.array_equal(made["x"], np.array(values)[rows], equal_nan=True)
    known = [(value, row) for row, value in enumerate(values) if not np.isnan(value)]
    if known:
        assert {min(known)[0], max(known)[0]} <= set(made["x"])
        assert {known[0][1], known[-1][1]} <= set(rows)
    if len(known) > points:
        assert len(made) >= points - 2 and not np.isnan(made["x"]).any()


def triangles_by_hand(values: list[float], points: int) -> list[int]:
    """The rows that Largest Triangle Three Buckets keeps, step by step as the thesis tells it."""
    n = len(values)
    edges = [1 + k * (n - 2) // (points - 2) for k in range(points - 1)]
    buckets = [range(0, 1), *(range(*pair) for pair in pairwise(edges)), range(n - 1, n)]
    kept = [0]
    for here, following in pairwise(buckets[1:]):
        cx, cy = sum(following) / len(following), sum(values[row] for row in following) / len(following)
        ax, ay = kept[-1], values[kept[-1]]
        areas = [abs(ax * (values[b] - cy) + b * (cy - ay) + cx * (ay - values[b])) / 2 for b in here]
        kept.append(here[areas.index(max(areas))])
    return [*kept, n - 1]


@pytest.mark.parametrize(("n", "points"), [(50, 10), (101, 7), (40, 39), (1000, 40)])
def test_thinning_is_largest_triangle_three_buckets(n: int, points: int) -> None:
    values = np.round(np.sin(np.arange(n) * 0.37) * np.arange(n) + 5 * np.cos(np.arange(n) ** 2), 3)
    by_hand = triangles_by_hand(values.tolist(), points)
    ends = {int(np.argmin(values)), int(np.argmax(values))}
    expected = by_hand if ends <= set(by_hand) else sorted({*triangles_by_hand(values.tolist(), points - 2), *ends})
    assert np.asarray(thin(Table({"x": values}), points, report=said).origin).tolist() == expected


def test_thinning_tells_what_it_dropped() -> None:
    spoken: list[str] = []
    thin(Table({"x": [1, 2, np.nan, 4, 5, 9, 7, 8]}), 5, report=spoken.append)
    assert spoken == ["thin: 3 of 8 rows dropped, 1 of them because x is missing there; the extremes of x kept"]


def test_an_irregular_index_becomes_regular() -> None:
    table = Table({"x": [0, 10, 30, np.nan, 70]}, index=[0, 1, 3, 5, 7], origin=[5, 6, 7, 8, 9])
    made = regular(table, 1.0, report=said)
    assert made["index"].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert made["x"].tolist() == [0, 10, 20, 30, 40, 50, 60, 70]
    assert np.asarray(made.origin).tolist() == [5, 6, 6, 7, 7, 8, 8, 9]
    gaps = regular(table, 1.0, gap=2, report=said)["x"]
    assert np.array_equal(gaps, [0, 10, 20, 30, np.nan, np.nan, np.nan, 70], equal_nan=True)


def test_a_grid_reaches_the_end_in_spite_of_rounding() -> None:
    made = regular(Table({"x": [0, 3]}, index=[0, 0.3]), 0.1, report=said)  # 0.1 * 3 > 0.3
    assert (made["index"][-1], made["x"][-1]) == (0.3, 3.0)


def test_a_grid_agrees_with_numpy() -> None:
    rng = np.random.default_rng(3)
    at, x = np.sort(rng.uniform(-5, 20, 80)), rng.standard_normal(80)
    made = regular(Table({"x": x[::-1]}, index=at[::-1]), 0.3, report=said)
    assert made["x"] == pytest.approx(np.interp(made["index"], at, x), abs=1e-13)
    assert made["index"] == pytest.approx(np.arange(at[0], at[-1], 0.3))


def test_a_grid_holds_categories_and_of_equal_places_the_last() -> None:
    table = Table({"kind": [0, 1, 2]}, [0, 0, 4], {"kind": ("a", "b", "c")}, frozenset({"index"}))
    made = regular(table, 2.0, report=said)
    assert (made["kind"].tolist(), made.labels, made.dates) == ([1, 1, 2], table.labels, table.dates)
    assert regular(table, 1 / 30, "minute", report=said)["index"].tolist() == [0, 2, 4]
    assert {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800} == SECONDS


def test_a_grid_that_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match=r"step: so small a step makes more than 20,000,000 rows"):
        regular(Table({"x": [1, 2]}, index=[0, 1e9]), 1.0, report=said)
    with pytest.raises(InputError, match="unit: the index does not hold dates"):
        regular(Table({"x": [1, 2]}), 1.0, "day", report=said)


def test_the_choices_are_those_of_the_table() -> None:
    from composer.parameters import parameters_of

    def choices(function: Any, name: str) -> set[str]:
        annotation = next(p.annotation for p in parameters_of(function) if p.name == name)
        return set(annotation.__origin__.__args__)

    from composer.shaping import gaps, grouping, interpolation, joining, resampling, smoothing, trends

    assert choices(resample, "how") == set(HOWS)
    assert choices(resample, "along") == set(resampling._STRETCHES)
    assert choices(regular, "unit") == {"index", *SECONDS}
    assert choices(grouping.aggregate, "how") == set(REDUCTIONS)
    assert choices(grouping.normalise, "how") == set(grouping.STANDARDS)
    assert choices(gaps.fill, "how") == set(gaps.FILLINGS)
    assert choices(smoothing.smooth, "kind") == set(smoothing.SMOOTHERS)
    assert choices(trends.detrend, "kind") == set(trends.TRENDS)
    assert choices(joining.join, "how") == set(interpolation.WAYS)
