"""Every scaler and transform keeps the shape, gives shares of 0..1 and NaN exactly for what is missing, whatever
the column holds; and each gives the numbers that a slow plain model gives."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import InputError
from composer.mapping.rules import share
from composer.mapping.scalers import SCALERS, TRANSFORMS, linear, log, multiply, percentile, power, rank, steps, zscore

NAN, INF = math.nan, math.inf
LARGEST, TINIEST = 1.7976931348623157e308, 5e-324

COLUMNS = {
    "empty": np.array([]),
    "one row": np.array([3.0]),
    "constant": np.full(7, -2.5),
    "constant but for missing values": np.array([2.5, NAN, 2.5, INF]),
    "all NaN": np.full(4, NAN),
    "one NaN": np.array([NAN]),
    "some NaN": np.array([1.0, NAN, 3.0, 2.0, NAN]),
    "infinities": np.array([INF, 1.0, -INF, 2.0, NAN, 4.0]),
    "only infinities": np.array([INF, -INF]),
    "largest": np.array([1e308, -1e308, 0.0, LARGEST, -LARGEST]),
    "largest, one sign": np.array([1.6e308, 1.7e308, 1.75e308]),
    "subnormal": np.array([TINIEST, 0.0, 3 * TINIEST, -TINIEST]),
    "two neighbours": np.array([0.0, TINIEST]),
    "two neighbours at 1": np.array([1.0, np.nextafter(1.0, 2.0)]),
    "all magnitudes": np.array([1e308, TINIEST, 1.0, -1e308, -1e-300]),
    "a million": np.random.default_rng(3).standard_normal(10**6),
    "a million equal": np.full(10**6, 0.1),
}

FLOATS = st.one_of(st.floats(), st.integers(-5, 5).map(float))
ARRAYS = st.lists(FLOATS, max_size=12).map(lambda values: np.array(values, np.float64))
SHARES = st.lists(st.one_of(st.floats(0, 1), st.just(NAN)), max_size=12).map(lambda x: np.array(x, np.float64))


def assert_shares(made: np.ndarray, missing: np.ndarray) -> None:
    assert made.dtype == np.float64
    assert made.shape == missing.shape
    assert np.array_equal(np.isnan(made), missing)
    assert np.all((made[~missing] >= 0) & (made[~missing] <= 1))


def missing_for(name: str, column: np.ndarray) -> np.ndarray:
    """Return what the scalers' documentation says is missing."""
    return ~np.isfinite(column) | (~(column > 0) if name == "log" else False)


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
@pytest.mark.parametrize("name", SCALERS)
def test_every_scaler_on_every_kind_of_column(name: str, column: np.ndarray) -> None:
    before = column.copy()
    made = SCALERS[name](column)
    assert_shares(made, missing_for(name, column))
    assert np.array_equal(column, before, equal_nan=True)
    assert made is not column


@settings(deadline=None)
@given(ARRAYS)
@pytest.mark.parametrize("name", SCALERS)
def test_every_scaler_on_any_column(name: str, column: np.ndarray) -> None:
    made, missing = SCALERS[name](column), missing_for(name, column)
    assert_shares(made, missing)
    known = column[~missing]
    # Never downwards; and all the same where all are the same.
    assert np.all(np.diff(made[~missing][np.argsort(known)]) >= -1e-15)
    if known.size and np.all(known == known[0]):
        assert np.all(made[~missing] == 0.5)


@pytest.mark.parametrize("name", SCALERS)
def test_every_scaler_reads_a_frozen_column(name: str) -> None:
    column = np.array([1.0, 2.0, 4.0])
    column.setflags(write=False)
    assert SCALERS[name](column).shape == (3,)


SHARE_COLUMNS = {
    "empty": np.array([]),
    "one row": np.array([0.3]),
    "constant": np.full(5, 0.5),
    "all NaN": np.full(4, NAN),
    "some NaN": np.array([0.0, NAN, 1.0, 0.5]),
    "subnormal": np.array([TINIEST, 1e-310, 1 - 2**-53]),
    "a million": np.linspace(0, 1, 10**6),
}


@pytest.mark.parametrize("shares", SHARE_COLUMNS.values(), ids=SHARE_COLUMNS)
@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_transform_on_every_kind_of_shares(name: str, shares: np.ndarray) -> None:
    before = shares.copy()
    assert_shares(TRANSFORMS[name](shares), np.isnan(shares))
    assert np.array_equal(shares, before, equal_nan=True)


@settings(deadline=None)
@given(SHARES)
@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_transform_on_any_shares(name: str, shares: np.ndarray) -> None:
    made = TRANSFORMS[name](shares)
    assert_shares(made, np.isnan(shares))
    known = ~np.isnan(shares)
    assert np.all(np.diff(made[known][np.argsort(shares[known])]) >= 0)


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
@pytest.mark.parametrize("name", SCALERS)
def test_every_chain_of_a_scaler_and_a_transform(name: str, column: np.ndarray) -> None:
    for transform in TRANSFORMS:
        made = share(column, [(name, {}), (transform, {})], invert=True)
        assert_shares(made, missing_for(name, column))


# Each by itself, against a plain model


@settings(deadline=None)
@given(ARRAYS)
def test_linear_against_rational_numbers(column: np.ndarray) -> None:
    known = [Fraction(value) for value in column if math.isfinite(value)]
    for value, made in zip(column, linear(column), strict=True):
        if not math.isfinite(value):
            assert math.isnan(made)
        elif min(known) == max(known):
            assert made == 0.5
        else:
            exact = (Fraction(value) - min(known)) / (max(known) - min(known))
            assert made == pytest.approx(float(exact), rel=1e-15, abs=1e-15)


def test_linear_between_given_ends() -> None:
    assert linear(np.array([-1, 0, 1, 2, 3, NAN]), 0, 2).tolist()[:-1] == [0, 0, 0.5, 1, 1]
    assert linear(np.array([1.0, 3.0]), low=-1).tolist() == [0.5, 1]
    assert linear(np.array([1.0, 3.0]), high=5).tolist() == [0, 0.5]
    assert linear(np.array([1e308, -1e308, 0.0]), 0, TINIEST).tolist() == [1, 0, 0]
    assert linear(np.array([1e308, -1e308, 0.0]), -LARGEST, LARGEST)[2] == 0.5


@pytest.mark.parametrize(("low", "high"), [(2.0, 1.0), (10.0, None), (None, -10.0)])
def test_ends_the_wrong_way_round_are_refused(low: float | None, high: float | None) -> None:
    with pytest.raises(InputError, match="are reversed"):
        linear(np.array([0.0, 1.0]), low, high)


def test_ends_without_data_are_not_looked_at() -> None:
    assert np.isnan(linear(np.array([NAN]), 2, 1)).all()


@settings(deadline=None)
@given(st.lists(st.floats(1e-300, 1e300), min_size=2, max_size=10))
def test_log_against_its_definition(values: list[float]) -> None:
    low, high = math.log(min(values)), math.log(max(values))
    expected = [(math.log(value) - low) / (high - low) if high > low else 0.5 for value in values]
    assert log(np.array(values)) == pytest.approx(expected, abs=1e-12)


def test_log_gives_the_same_step_to_the_same_ratio() -> None:
    assert log(np.array([1, 10, 100, 1000, 0, -1, NAN]))[:4] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert log(np.array([1.0, 4.0, 16.0]), 1, 256) == pytest.approx([0, 0.25, 0.5])
    with pytest.raises(InputError, match="are reversed"):
        log(np.array([1.0, 2.0]), 9, 3)


@settings(deadline=None)
@given(ARRAYS)
def test_rank_against_counting(column: np.ndarray) -> None:
    known = [value for value in column if math.isfinite(value)]
    for value, made in zip(column, rank(column), strict=True):
        if not math.isfinite(value):
            assert math.isnan(made)
        elif len(set(known)) == 1:
            assert made == 0.5
        else:
            below, equal = sum(other < value for other in known), sum(other == value for other in known)
            assert made == pytest.approx((below + (equal - 1) / 2) / (len(known) - 1), abs=1e-15)


@settings(deadline=None)
@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=12), st.floats(0.1, 10))
def test_zscore_against_its_definition(values: list[int], limit: float) -> None:
    mean = sum(values) / len(values)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    expected = [
        min(max(0.5 + (value - mean) / deviation / (2 * limit), 0), 1) if deviation else 0.5 for value in values
    ]
    assert zscore(np.array(values, np.float64), limit) == pytest.approx(expected, abs=1e-9)


def quantile(values: list[float], percent: float) -> float:
    """Return a percentile by straight lines between the order statistics (Hyndman and Fan 1996, type 7)."""
    ordered, place = sorted(values), (len(values) - 1) * percent / 100
    below = min(int(place), len(values) - 2) if len(values) > 1 else 0
    above = min(below + 1, len(values) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.integers(0, 49), st.integers(51, 100))
def test_percentile_against_its_definition(values: list[float], low: int, high: int) -> None:
    first, last = quantile(values, low), quantile(values, high)
    if 0 < last - first < 1e-6:
        return  # here the rounding of the two ends shows
    if first == last:  # what lies outside still stands out
        expected = [0.5 + ((value > last) - (value < first)) / 2 for value in values]
    else:
        expected = [min(max((value - first) / (last - first), 0), 1) for value in values]
    assert percentile(np.array(values), low, high) == pytest.approx(expected, abs=1e-8)


def test_percentiles_the_wrong_way_round_are_refused() -> None:
    for low, high in ((50, 50), (60, 40)):
        with pytest.raises(InputError, match="let low be below high"):
            percentile(np.array([1.0, 2.0]), low, high)


def test_the_transforms_do_as_they_say() -> None:
    shares = np.array([0, 0.25, 0.5, 1, NAN])
    assert multiply(shares, 0.999)[:4] == pytest.approx([0, 0.24975, 0.4995, 0.999])
    assert power(shares, 3)[:4].tolist() == [0, 0.25**3, 0.125, 1]
    assert power(shares, 0.5)[:4].tolist() == [0, 0.5, pytest.approx(math.sqrt(0.5)), 1]
    assert power(shares, 1e300)[:4].tolist() == [0, 0, 0, 1]


@settings(deadline=None)
@given(SHARES, st.integers(2, 100))
def test_steps_takes_the_nearest_level(shares: np.ndarray, count: int) -> None:
    levels = [k / (count - 1) for k in range(count)]
    for value, made in zip(shares, steps(shares, count), strict=True):
        if not math.isnan(value):
            assert made in levels
            assert abs(made - value) == pytest.approx(min(abs(level - value) for level in levels), abs=1e-15)


def test_a_chain_without_a_scaler_begins_with_linear() -> None:
    column = np.array([2.0, 4.0, 6.0])
    assert share(column).tolist() == [0, 0.5, 1]
    assert share(column, [("power", {"exponent": 2})]).tolist() == [0, 0.25, 1]
    assert share(column, [("linear", {"low": 0, "high": 8}), ("power", {"exponent": 2})]).tolist() == [
        1 / 16,
        1 / 4,
        9 / 16,
    ]
    assert share(column, invert=True).tolist() == [1, 0.5, 0]
    # A scaler that comes later takes what the steps before it gave.
    assert share(np.array([-2.0, 0.0, 1.0]), [("power", {}), ("rank", {})]).tolist() == [0, 0.5, 1]


def test_a_step_that_no_table_knows() -> None:
    with pytest.raises(InputError, match=r"no scaler or transform is called 'powr'\n *did you mean 'power'\?"):
        share(np.array([1.0]), [("powr", {})])


def test_no_name_is_both_a_scaler_and_a_transform() -> None:
    both: dict[str, Callable[..., np.ndarray]] = {**SCALERS, **TRANSFORMS}
    assert len(both) == len(SCALERS) + len(TRANSFORMS)
