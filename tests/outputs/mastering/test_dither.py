"""Dither: its statistics, what it does to a soft sine, and that it does not depend on anything but the frame."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from composer.outputs.mastering.dither import QUIET, dithered, triangular
from composer.outputs.stream import Stream
from composer.units import F4, F8

RATE = 48_000
STEP = 2.0**-15


def stream_of(sound: F4, size: int = 65_536) -> Stream:
    def blocks() -> Iterator[F4]:
        yield from (sound[:, at : at + size] for at in range(0, sound.shape[1], size))

    return Stream(RATE, sound.shape[0], sound.shape[1], blocks)


def done(sound: F4, size: int = 65_536, seed: int = 0) -> F8:
    return dithered(stream_of(sound, size), 16, seed).read().samples.T.astype(np.float64)


def test_the_noise_is_triangular_white_and_its_own_on_each_side() -> None:
    noise = triangular(0, 0, 400_000)
    density, _ = np.histogram(noise, np.linspace(-1, 1, 21), density=True)
    middles = np.linspace(-0.95, 0.95, 20)
    assert density == pytest.approx(1 - np.abs(middles), abs=0.02)
    assert noise.mean() == pytest.approx(0, abs=0.002)
    assert noise.var() == pytest.approx(1 / 6, rel=0.01)
    assert np.abs(np.corrcoef(noise)[0, 1]) < 0.01
    for lag in (1, 2, 3):
        assert abs(np.corrcoef(noise[0, lag:], noise[0, :-lag])[0, 1]) < 0.01


def test_a_frame_has_the_same_noise_wherever_one_begins() -> None:
    whole = triangular(7, 0, 1000)
    assert np.array_equal(triangular(7, 400, 100), whole[:, 400:500])
    assert not np.array_equal(triangular(8, 0, 1000), whole)


@pytest.mark.parametrize("size", [1, 100, 30_000])
def test_the_cuts_do_not_matter(size: int) -> None:
    sound = (0.1 * np.random.default_rng(0).standard_normal((2, 5000))).astype(np.float32)
    assert np.array_equal(done(sound, size), done(sound))


def spectrum(error: F8) -> F8:
    """Return the power at each frequency, in dB under the mean of all."""
    power = np.abs(np.fft.rfft(error * np.hanning(error.size))) ** 2
    return np.asarray(10 * np.log10(power / power[10:-10].mean()))


def test_a_soft_sine_has_no_harmonics() -> None:
    n = 2**17
    cycles = round(1000 * n / RATE)
    sine = (10 ** (-90 / 20) * np.sin(2 * np.pi * cycles * np.arange(n) / n)).astype(np.float32)[None]
    rounded = np.rint(sine[0].astype(np.float64) / STEP) * STEP
    harmonics = [k * cycles for k in range(2, 12)]

    error = (done(sine) - sine)[0] / STEP
    assert spectrum(error)[harmonics].max() < 12  # a bin of noise may stand out so far
    assert spectrum(error)[cycles] < 12
    assert spectrum(rounded / STEP - sine[0] / STEP)[harmonics].max() > 30  # without dither they are there
    assert error.mean() == pytest.approx(0, abs=0.01)
    assert error.var() == pytest.approx(1 / 4, rel=0.03)  # 1/12 of rounding, 1/6 of the noise
    # The spectrum is flat: no octave has more than another.
    power = np.abs(np.fft.rfft(error)) ** 2
    octaves = [power[2**k : 2 ** (k + 1)].mean() for k in range(8, 16)]
    assert max(octaves) / min(octaves) < 1.5


@pytest.mark.parametrize("level", [0.0, 0.2, 0.5, 0.77])
def test_the_mean_is_the_sample(level: float) -> None:
    sound = np.full((1, 200_000), level * STEP, np.float32)
    assert done(sound).mean() / STEP == pytest.approx(level, abs=0.005)


def test_silence_stays_silence() -> None:
    assert not done(np.zeros((2, 100_000), np.float32)).any()
    sound = np.zeros((2, 100_000), np.float32)
    sound[0, 50_000] = 1e-9
    heard = np.flatnonzero(done(sound).any(axis=0))
    assert heard[0] >= 50_000 - QUIET and heard[-1] <= 50_000 + QUIET
    assert heard.size > QUIET / 2
    assert np.flatnonzero(done(sound, size=777).any(axis=0)).tolist() == heard.tolist()


def test_full_scale_is_not_passed() -> None:
    found = done(np.tile(np.array([[1.0, -1.0]], np.float32), 1000))
    assert found.max() <= 1 - STEP and found.min() >= -1
    assert np.array_equal(found / STEP, np.rint(found / STEP))
