"""True peak, against waves whose peaks are known and against oversampling of the whole."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import resample_poly

from composer.outputs.mastering.peaks import REACH, TAPS, Bounds, PeakMeter, peaks_between
from composer.units import F4


def peak(sound: F4, *sizes: int) -> float:
    meter = PeakMeter(sound.shape[0])
    for block in np.split(sound, np.cumsum(sizes), axis=1):
        meter.add(block)
    return meter.peak


def sine(cycles: float, phase: float, frames: int = 4000) -> F4:
    """Return a sine of so many cycles a frame, in a hall of silence, so that it begins and ends smoothly."""
    wave = np.sin(2 * np.pi * (cycles * np.arange(frames) + phase))
    return (wave * np.hanning(frames) ** 0.25).astype(np.float32)[None]


@pytest.mark.parametrize("cycles", [0.01, 1 / 6, 0.25, 1 / 3, 0.4])
@pytest.mark.parametrize("phase", [0.0, 0.125, 0.3])
def test_a_sine_has_the_peak_that_its_samples_may_miss(cycles: float, phase: float) -> None:
    assert 20 * np.log10(peak(sine(cycles, phase))) == pytest.approx(0.0, abs=0.05)


def test_a_quarter_of_the_rate_hides_three_decibels() -> None:
    sound = sine(0.25, 0.125)
    assert np.abs(sound).max() == pytest.approx(0.5**0.5, rel=1e-3)
    assert peak(sound) == pytest.approx(1.0, rel=2e-3)


@pytest.mark.parametrize("seed", range(6))
def test_noise_against_oversampling_of_all_of_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sound = (rng.standard_normal((2, 8000)) * np.exp(rng.uniform(-3, 0, 8000))).astype(np.float32)
    sound = resample_poly(sound, 2, 1, axis=1).astype(np.float32)  # nothing near half the rate, where filters differ
    oracle = np.abs(resample_poly(sound.astype(np.float64), 32, 1, axis=1, window=("kaiser", 9.0))).max()
    assert 20 * np.log10(peak(sound) / oracle) == pytest.approx(0.0, abs=0.05)


def test_what_is_above_a_threshold_is_exact_whatever_the_threshold() -> None:
    sound = np.random.default_rng(3).standard_normal((2, 3000)).astype(np.float32)
    exact = peaks_between(sound, 0.0)
    assert exact.size == 3000 - TAPS + 1
    for threshold in (0.5, 1.5, 3.0):
        found = peaks_between(sound, threshold)
        above = exact > threshold
        assert above.any()
        # Where the finer points are not needed to know that it is above, they are looked at all the same.
        assert np.array_equal(found[above], exact[above])
        assert (found[~above] <= threshold).all()


@pytest.mark.parametrize("sizes", [(), (1,), (0, 5, 30, 1), (100, 900)])
def test_the_cuts_do_not_matter(sizes: tuple[int, ...]) -> None:
    sound = np.random.default_rng(4).standard_normal((2, 2000)).astype(np.float32)
    assert peak(sound, *sizes) == peak(sound)


@pytest.mark.parametrize("frames", [0, 1, 10, TAPS, 100])
def test_short_sounds_and_silence(frames: int) -> None:
    assert peak(np.zeros((1, frames), np.float32)) == 0.0
    impulse = np.zeros((1, frames), np.float32)
    impulse[:, -1:] = -0.5
    assert peak(impulse) == (0.5 if frames else 0.0)


def test_asking_does_not_disturb() -> None:
    sound = sine(0.25, 0.125)
    meter = PeakMeter(1)
    highest = 0.0
    for block in np.split(sound, 40, axis=1):
        meter.add(block)
        highest = max(highest, float(np.abs(block).max()))
        assert meter.peak >= highest
    assert meter.peak == peak(sound)


@pytest.mark.parametrize("sizes", [(40,) * 10, (100, 32, 500), (700, 16)])
def test_no_wave_goes_beyond_its_bound(sizes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(9)
    n = sum(sizes)
    sound = (rng.standard_normal((2, n)) * np.repeat(rng.uniform(0, 1, len(sizes)), sizes)).astype(np.float32)
    sound[0, -1] = 1.5  # the wave rises above it, after the end
    bounds = Bounds(2)
    for block in np.split(sound, np.cumsum(sizes)[:-1], axis=1):
        bounds.add(block)
    exact = peaks_between(np.pad(sound, ((0, 0), (REACH, REACH))), 0.0)
    at = 0
    for number, size in enumerate(sizes):
        highest = exact[max(at - REACH, 0) : at + size + REACH].max()
        assert highest <= bounds.around(number) < 12 * highest
        at += size
    assert bounds.highest == np.abs(sound).max()
