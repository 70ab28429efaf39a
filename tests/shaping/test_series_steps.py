"""Columns made from columns, against numpy, pandas and scipy; gaps filled, trends and seasons taken away."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import InputError
from composer.shaping.gaps import clip, fill
from composer.shaping.series import column, cumsum, diff, lag
from composer.shaping.smoothing import smooth
from composer.shaping.trends import deseason, detrend
from composer.table import Table
from composer.units import F8

GAPPY = [np.nan, 1.0, 2.0, np.nan, np.nan, 5.0, 9.0, np.nan, 8.0, np.nan, np.nan, np.nan]
NUMBERS = st.lists(st.floats(-1e6, 1e6) | st.just(np.nan), max_size=40)


def said(*_: object) -> None:
    """Listen to a report."""


def x_of(values: object, table: Table | None = None) -> Table:
    return Table({"x": values})  # type: ignore[dict-item]


def same(one: F8, other: object) -> bool:
    return np.array_equal(one, np.asarray(other, np.float64), equal_nan=True)


@settings(deadline=None)  # the first call imports
@given(NUMBERS, st.integers(1, 5))
def test_differences_sums_and_shifts_agree_with_pandas(values: list[float], rows: int) -> None:
    pandas = pytest.importorskip("pandas")
    series, table = pandas.Series(values, dtype=float), x_of(values)
    assert same(diff(table, "x", rows)["x"], series.diff(rows))
    assert same(lag(table, "x", rows)["x"], series.shift(rows))
    assert same(lag(table, "x", -rows)["x"], series.shift(-rows))
    assert same(lag(table, "x", 0)["x"], series)
    assert cumsum(table, "x")["x"] == pytest.approx(series.cumsum().to_numpy(), nan_ok=True, abs=1e-6)


def test_a_new_column_stands_after_the_others_and_knows_what_it_holds() -> None:
    table = Table({"k": [0, 1], "d": [0, 86400]}, None, {"k": ("a", "b")}, frozenset({"d"}))
    shifted = lag(lag(table, "k", to="k before"), "d", to="d before")
    assert shifted.names == ("k", "d", "k before", "d before")
    assert (set(shifted.labels), shifted.dates) == ({"k", "k before"}, {"d", "d before"})
    assert diff(table, "d").dates == frozenset()
    assert detrend(table, "d").dates == frozenset()
    assert smooth(table, "d", to="s").dates == {"d", "s"}
    assert column(table, "d + INTERVAL '1 day'", "next").dates == {"d", "next"}
    assert column(table, "index + 1", "d").dates == frozenset()
    assert np.asarray(shifted.origin).tolist() == [0, 1]


@pytest.mark.parametrize("how", ["linear", "previous", "next", "nearest"])
@pytest.mark.parametrize("most", [None, 1, 2])
def test_filling_agrees_with_pandas(how: str, most: int | None) -> None:
    pandas = pytest.importorskip("pandas")
    series = pandas.Series(GAPPY)
    expected = {
        "linear": lambda: series.interpolate(limit_area="inside"),
        "previous": series.ffill,
        "next": series.bfill,
        "nearest": lambda: series.interpolate("nearest", limit_area="inside").ffill().bfill(),
    }[how]()
    runs = series.isna().groupby(series.notna().cumsum() * 2 + series.notna()).transform("sum")
    if most is not None:
        expected = expected.where(series.notna() | (runs <= most))
    made = fill(x_of(GAPPY), how=how, most=most, report=said)  # type: ignore[arg-type]
    assert made["x"] == pytest.approx(expected.to_numpy(), nan_ok=True)


def test_filling_with_the_mean_or_a_value() -> None:
    assert fill(x_of([1, np.nan, np.inf, 4]), how="mean", report=said)["x"].tolist() == [1, 2.5, 2.5, 4]
    assert fill(x_of([1, np.nan]), how="value", value=-7, report=said)["x"].tolist() == [1, -7]
    assert fill(x_of([np.nan]), how="value", value=3, report=said)["x"].tolist() == [3]


def test_filling_leaves_other_columns_and_what_categories_cannot_be() -> None:
    table = Table({"k": [1, np.nan, 0], "x": [1, np.nan, 3], "y": [1, np.nan, 1]}, labels={"k": ("a", "b")})
    spoken: list[str] = []
    made = fill(table, ("k", "x"), report=spoken.append)
    assert (made["k"].tolist(), made["x"].tolist(), dict(made.labels)) == ([1, 1, 0], [1, 2, 3], dict(table.labels))
    assert np.isnan(made["y"][1])
    assert spoken == ["fill: 2 of 2 missing values filled"]
    assert fill(table, how="mean", report=said)["k"].tolist() == [1, 1, 0]
    fill(table, how="value", report=spoken.append)
    assert spoken[-1] == "fill: 2 of 3 missing values filled"
    with pytest.raises(InputError, match="no column is called 'z'"):
        fill(table, ("z",), report=said)


def test_clipping_draws_to_the_bounds() -> None:
    table = Table({"x": [-5, 0, 5, np.nan]}, dates=frozenset({"x"}))
    assert same(clip(table, "x", -1, 2)["x"], [-1, 0, 2, np.nan])
    assert same(clip(table, "x", low=1)["x"], [1, 1, 5, np.nan])
    assert clip(table, "x").dates == {"x"}
    with pytest.raises(InputError, match=r"low: the bounds 2 and 1 are reversed\n *swap them"):
        clip(table, "x", 2, 1)


@settings(deadline=None)  # the first call imports
@given(NUMBERS, st.sampled_from([1, 3, 5, 9, 41]), st.sampled_from(["mean", "median"]))
def test_moving_windows_agree_with_pandas(values: list[float], window: int, kind: str) -> None:
    pandas = pytest.importorskip("pandas")
    rolling = pandas.Series(values, dtype=float).rolling(window, min_periods=1, center=True)
    expected = np.where(np.isnan(values), np.nan, getattr(rolling, kind)()) if values else []
    made = smooth(x_of(values), "x", window, kind)["x"]  # type: ignore[arg-type]
    assert made == pytest.approx(expected, nan_ok=True, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(("window", "order"), [(5, 2), (7, 0), (9, 3), (21, 5), (3, 1), (61, 4)])
def test_savitzky_golay_agrees_with_scipy(window: int, order: int) -> None:
    from scipy.signal import savgol_filter

    values = np.random.default_rng(2).standard_normal(61).cumsum()
    made = smooth(x_of(values), "x", window, "savgol", order)["x"]
    assert made == pytest.approx(savgol_filter(values, window, order), abs=1e-10)


def test_savitzky_golay_keeps_polynomials_and_gaps() -> None:
    rows = np.arange(30.0)
    cubic = rows**3 - 20 * rows**2 + 5
    assert smooth(x_of(cubic), "x", 11, "savgol", 3)["x"] == pytest.approx(cubic)
    high = np.polynomial.chebyshev.chebval(rows / 15 - 1, [3, 1, -2, 1, 4, 2, -1, 1, -3, 2])  # of degree 9
    assert smooth(x_of(high), "x", 21, "savgol", 9)["x"] == pytest.approx(high, abs=1e-12)
    line = np.where((rows == 4) | (rows > 27), np.nan, 3 * rows + 1)
    made = smooth(x_of(line), "x", 5, "savgol")["x"]
    assert made[:25] == pytest.approx(line[:25], nan_ok=True)
    assert np.isnan(made).tolist() == np.isnan(line).tolist()
    assert smooth(x_of([1, 5, 2]), "x", 9, "savgol", 2)["x"] == pytest.approx([1, 5, 2])  # as wide as can be
    assert smooth(x_of([1, 5]), "x", 9, "savgol", 2)["x"] == pytest.approx([1, 5])


def test_smoothing_rounds_no_constant_and_carries_no_rounding_along() -> None:
    assert set(smooth(x_of(np.full(99, 0.1)), "x", 7)["x"]) == {0.1}
    made = smooth(x_of([1e16, 1e16, *[1.0] * 40]), "x", 5)["x"]
    assert set(made[4:]) == {1.0}


@pytest.mark.parametrize("kind", ["mean", "median", "savgol"])
def test_smoothing_of_the_largest_doubles_stays_finite(kind: str) -> None:
    values = np.array([1.7e308, -1.7e308, 1.7e308, 1.6e308, 1.5e308, 1.7e308])
    made = smooth(x_of(values), "x", 3, kind, 1)["x"]  # type: ignore[arg-type]
    assert np.isfinite(made).all()
    small = smooth(x_of(values / 1e308), "x", 3, kind, 1)["x"]  # type: ignore[arg-type]
    assert made / 1e308 == pytest.approx(small)


def test_windows_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match=r"window: a window of 4 rows has no middle\n *take 5"):
        smooth(x_of([1, 2]), "x", 4)
    with pytest.raises(InputError, match=r"order: 3 rows do not decide a polynomial of degree 3\n *take a window of 5"):
        smooth(x_of([1, 2]), "x", 3, "savgol", 3)


def test_detrending_agrees_with_scipy() -> None:
    from scipy.signal import detrend as by_scipy

    values = np.random.default_rng(4).standard_normal(200).cumsum()
    assert detrend(x_of(values), "x")["x"] == pytest.approx(by_scipy(values), abs=1e-10)
    assert detrend(x_of(values), "x", "mean")["x"] == pytest.approx(by_scipy(values, type="constant"), abs=1e-10)


def test_detrending_goes_by_the_index_and_leaves_out_what_is_missing() -> None:
    index = np.array([0, 1, 5, 7, np.nan, 11, 3])
    values = np.array([1, 3, 11, np.nan, 4, 30, 7])
    known = np.isfinite(index) & np.isfinite(values)
    slope, level = np.polyfit(index[known], values[known], 1)
    made = detrend(Table({"x": values}, index=index), "x")["x"]
    assert made == pytest.approx(np.where(known, values - slope * index - level, np.nan), nan_ok=True, abs=1e-12)


@settings(deadline=None)  # the first call imports
@given(st.integers(-999, 999), st.integers(-999, 999), st.integers(1, 50), st.sampled_from([1.0, 1e300, 1e-300]))
def test_a_line_without_its_trend_is_nothing(slope: int, level: int, rows: int, size: float) -> None:
    index = np.arange(rows) * 0.75 + 1.6e9
    values = (slope * np.arange(rows) + level) * size
    assert set(detrend(Table({"x": values}, index=index), "x")["x"]) == {0.0}


@settings(deadline=None)  # the first call imports
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12),
    st.integers(1, 9),
    st.integers(0, 5),
    st.integers(-300, 300),
)
def test_what_repeats_exactly_is_constant_without_its_seasons(
    season: list[float], times: int, more: int, size: int
) -> None:
    values = np.array((season * (times + 1))[: len(season) * times + min(more, len(season))]) * 10.0**size
    made = deseason(x_of(values), "x", len(season))["x"]
    assert len(set(made)) == 1
    assert made[0] == pytest.approx((values / 10.0**size).mean() * 10.0**size, rel=1e-9, abs=1e-9 * 10.0**size)


def test_seasons_are_the_means_of_their_rows() -> None:
    values = [1, 10, 3, np.nan, 8, 40]
    # seasons: (1 + 3 + 8) / 3 = 4 and (10 + 40) / 2 = 25; all: 62 / 5 = 12.4
    made = deseason(Table({"x": values}, dates=frozenset({"x"})), "x", 2)
    assert made["x"] == pytest.approx([1 - 4 + 12.4, 10 - 25 + 12.4, 3 - 4 + 12.4, np.nan, 16.4, 27.4], nan_ok=True)
    assert made.dates == {"x"}


def test_a_formula_makes_a_column() -> None:
    table = Table({"x": [3, 5], "y": [4, 12]})
    made = column(table, "SQRT(x*x + y*y)", "r")
    assert (made.names, made["r"].tolist()) == (("x", "y", "r"), [5, 13])
    assert column(table, "x + 1", "x")["x"].tolist() == [4, 6]
    assert column(table, "2", "two")["two"].tolist() == [2, 2]
    with pytest.raises(InputError, match="to: the index stays as it is"):
        column(table, "x", "index")
