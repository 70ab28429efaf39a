"""Noise: mean 0, deviation 1, and the slope of its periodogram on logarithmic axes."""

from __future__ import annotations

import numpy as np
import pytest

from composer.sources.noise import SLOPES, Colour, noise


def slope(values: np.ndarray) -> float:
    """Return how the power of `values` falls with frequency: the straight line through octave means."""
    windowed = values * np.hanning(values.size)  # keeps the jump from the end to the start out of it
    power = np.abs(np.fft.rfft(windowed)) ** 2
    edges = [2**k for k in range(4, int(np.log2(power.size)))]
    octaves = [power[low : 2 * low].mean() for low in edges]
    return float(-np.polyfit(np.log2(edges), np.log2(octaves), 1)[0])


@pytest.mark.parametrize(("colour", "expected"), [("white", 0), ("pink", 1), ("brown", 2)])
def test_power_falls_with_frequency(colour: Colour, expected: float) -> None:
    values = noise(2**16, colour, rng=np.random.default_rng(1))["value"]
    assert slope(values) == pytest.approx(expected, abs=0.1)


def test_every_colour_is_proven() -> None:
    assert SLOPES == {"white": 0, "pink": 1, "brown": 2}


def test_the_slope_of_what_is_known() -> None:
    # Brown noise is the running sum of white; white noise is what a generator gives.
    white = np.random.default_rng(5).standard_normal(2**16)
    assert slope(white) == pytest.approx(0, abs=0.1)
    assert slope(np.cumsum(white)) == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("points", [2, 3, 200, 10_001])
@pytest.mark.parametrize("colour", SLOPES)
def test_mean_and_deviation(colour: Colour, points: int) -> None:
    values = noise(points, colour, rng=np.random.default_rng(2))["value"]
    assert values.mean() == pytest.approx(0, abs=1e-12)
    assert values.std() == pytest.approx(1, abs=1e-12)


def test_the_seed_decides() -> None:
    one, same, other = (noise(50, rng=np.random.default_rng(seed))["value"].tolist() for seed in (7, 7, 8))
    assert one == same != other
