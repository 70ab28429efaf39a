"""A rule from column to score: scaled, spread over its range, converted, drawn to the scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.mapping.rules import drawn, share, spread
from composer.mapping.targets import TARGETS


def test_a_column_becomes_a_range() -> None:
    column = np.array([10.0, 15.0, np.nan, 20.0])
    made = spread(share(column), TARGETS["duration"], (0.5, 1.5), "beats")
    assert np.array_equal(made, [0.5, 1.0, np.nan, 1.5], equal_nan=True)
    turned = spread(share(column, invert=True), TARGETS["pan"], (-1, 1), "pan")
    assert np.array_equal(turned, [1, 0, np.nan, -1], equal_nan=True)


def test_the_range_is_spread_in_its_own_unit() -> None:
    shares = np.array([0, 0.5, 1])
    # In 16-bit units the middle of 0..32768 is half the amplitude; velocity is its square root.
    assert spread(shares, TARGETS["velocity"], (0, 32768), "int16") == pytest.approx([0, 0.5**0.5, 1])
    assert spread(shares, TARGETS["velocity"], (-40, 0), "db") == pytest.approx([0.1, 10**-0.5, 1])


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_s_default_range_is_reached_and_kept(name: str) -> None:
    target = TARGETS[name]
    made = spread(np.linspace(0, 1, 101), target, target.range, target.unit)
    assert (made[0], made[-1]) == pytest.approx(target.range)
    assert np.all(np.diff(made) > 0)


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=20), st.booleans())
def test_any_column_gives_pitches_of_the_scale_within_the_range(values: list[float], invert: bool) -> None:
    column = np.array(values, np.float64)
    made = drawn(share(column, invert=invert), "D dorian", (50.0, 70.0), "nearest")
    assert np.array_equal(np.isnan(made), ~np.isfinite(column))
    assert set(made[np.isfinite(column)].tolist()) <= {50, 52, 53, 55, 57, 59, 60, 62, 64, 65, 67, 69}


def test_the_first_sketch_s_mapping() -> None:
    # pitch = scale[floor(0.999 · 18 · x^)], duration = 0.1 + 0.4 y^, amplitude = 500 + 2000 (1 - z^) in int16.
    x = np.random.default_rng(1).standard_normal(500)
    hat = (x - x.min()) / (x.max() - x.min())
    scale = [key + 20 for key in range(35, 65) if key % 12 not in {0, 2, 5, 7, 10}]
    pitches = drawn(share(x, [("linear", {}), ("multiply", {"by": 0.999})]), "granville", None, "equal-width")
    assert pitches.tolist() == [scale[int(0.999 * 18 * value)] for value in hat]
    durations = spread(share(x), TARGETS["duration"], (0.1, 0.5), "s")
    assert durations == pytest.approx(0.1 + 0.4 * hat, abs=1e-15)
    velocities = spread(share(x, invert=True), TARGETS["velocity"], (500, 2500), "int16")
    assert 32768 * velocities**2 == pytest.approx(500 + 2000 * (1 - hat), rel=1e-12)
