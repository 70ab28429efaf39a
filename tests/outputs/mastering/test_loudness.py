"""Loudness against another meter, against figures of the standard, and against arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pyloudnorm
import pytest
from scipy.signal import sosfilt

from composer.outputs.mastering.loudness import LoudnessMeter, blockwise, k_weighting
from composer.units import F4


def measured(sound: F4, rate: int, size: int = 65_536) -> float:
    meter = LoudnessMeter(rate, sound.shape[0])
    for at in range(0, sound.shape[1], size):
        meter.add(sound[:, at : at + size])
    return meter.loudness()


def sine(hz: float, db: float, seconds: float, rate: int = 48_000, channels: int = 1) -> F4:
    wave = 10 ** (db / 20) * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
    return np.tile(wave.astype(np.float32), (channels, 1))


def noise(seed: int, rate: int, seconds: float, channels: int) -> F4:
    """Return noise that swells and stops, so that the gates have something to do."""
    n = round(seconds * rate)
    white = np.random.default_rng(seed).standard_normal((channels, n)) * 0.1
    red = np.cumsum(white, axis=1)
    red -= np.linspace(red[:, :1], red[:, -1:], n, axis=1)[..., 0]
    shape = np.interp(np.arange(n), np.linspace(0, n, 9), [0, 1, 0.3, 0, 0, 0.001, 0.001, 0.8, 0.1])
    return ((white + 0.02 * red) * shape).astype(np.float32)


@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_another_meter_agrees(rate: int, channels: int, seed: int) -> None:
    sound = noise(seed, rate, 4.0 + 0.1 * seed, channels)
    other = pyloudnorm.Meter(rate, "DeMan").integrated_loudness(sound.T.astype(np.float64))
    assert measured(sound, rate) == pytest.approx(other, abs=0.001)
    # Its own default filters are not quite those of the standard.
    roughly = pyloudnorm.Meter(rate).integrated_loudness(sound.T.astype(np.float64))
    assert measured(sound, rate) == pytest.approx(roughly, abs=0.1)


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000])
def test_a_full_sine_is_at_minus_3_01_at_every_rate(rate: int) -> None:
    # At other rates than the standard's the filters are bent, well within the 0.1 LU that EBU Tech 3341 allows.
    near = 0.005 if rate in (44_100, 48_000) else 0.05
    assert measured(sine(997, 0, 3, rate), rate) == pytest.approx(-3.01, abs=near)
    assert measured(sine(997, 0, 3, rate, channels=2), rate) == pytest.approx(0.0, abs=near)


def test_the_cases_of_ebu_tech_3341() -> None:
    # 1, 2: a stereo sine of 1 kHz; 3, 4: what is 10 LU lower, or lower still, is not counted; 5: what is not, is.
    def steps(*parts: tuple[float, float]) -> F4:
        return np.concatenate([sine(1000, db, seconds, channels=2) for db, seconds in parts], axis=1)

    for parts, target in [
        ([(-23, 20)], -23),
        ([(-33, 20)], -33),
        ([(-36, 10), (-23, 60), (-36, 10)], -23),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
    ]:
        assert measured(steps(*parts), 48_000) == pytest.approx(target, abs=0.1)


def test_the_filters_are_the_standards_at_48_khz() -> None:
    # ITU-R BS.1770-4, tables 1 and 2
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285, 1, -1.69065929318241, 0.73248077421585]
    high = [1.0, -2.0, 1.0, 1, -1.99004745483398, 0.99007225036621]
    assert k_weighting(48_000) == pytest.approx(np.array([shelf, high]), abs=1e-8)


@pytest.mark.parametrize("size", [7, 999, 1102, 70_000])
def test_the_cuts_do_not_matter(size: int) -> None:
    sound = noise(1, 11_025, 1.5, 2)
    assert measured(sound, 11_025, size) == pytest.approx(measured(sound, 11_025), abs=1e-9)


def test_a_short_sound_is_one_block() -> None:
    assert measured(sine(997, -10, 0.2), 48_000) == pytest.approx(-13.01, abs=0.2)
    assert measured(sine(997, -10, 0.39), 48_000) == pytest.approx(measured(sine(997, -10, 5), 48_000), abs=0.1)


def test_silence_has_no_loudness() -> None:
    assert measured(np.zeros((2, 0), np.float32), 8000) == -math.inf
    assert measured(np.zeros((2, 100), np.float32), 8000) == -math.inf
    assert measured(np.zeros((1, 100_000), np.float32), 8000) == -math.inf
    assert measured(sine(997, -80, 2), 48_000) == -math.inf  # under the absolute gate


def test_a_gain_is_what_it_would_be() -> None:
    sound = noise(2, 48_000, 4, 2)
    meter = LoudnessMeter(48_000, 2)
    meter.add(sound)
    for gain in (0.01, 0.5, 2.0):
        assert meter.loudness(gain) == pytest.approx(measured(sound * np.float32(gain), 48_000), abs=1e-3)


def test_ringing_after_the_end_is_let_go() -> None:
    meter = LoudnessMeter(8000, 1)
    meter.add(sine(100, 0, 1, 8000))
    for _ in range(40):
        meter.add(np.zeros((1, 8000), np.float32))
    assert not meter._states[-1].any()


@pytest.mark.parametrize("changed", [[0], [2], [5], [1, 2], [0, 3, 5]])
@pytest.mark.parametrize("size", [3000, 44_100, 50_001])
def test_blocks_are_measured_anew_as_if_all_were(changed: list[int], size: int) -> None:
    sound = 0.1 * np.random.default_rng(8).standard_normal((2, 6 * size)).astype(np.float32)
    blocks = list(np.split(sound, 6, axis=1))
    meter = LoudnessMeter(44_100, 2)
    for block in blocks:
        meter.add(block)
    gain = np.float32(1.5)
    after = meter.times(float(gain))
    now = [block * gain * np.float32(0.3 if n in changed else 1) for n, block in enumerate(blocks)]
    for n, block in enumerate(now):
        if n in changed or n - 1 in changed:
            after.replace(n, block)
    expected = LoudnessMeter(44_100, 2)
    for block in now:
        expected.add(block)
    # Where the size is small, the filters have not quite forgotten the block before the last.
    assert after.loudness() == pytest.approx(expected.loudness(), abs=1e-6)
    assert abs(after.loudness() - meter.loudness(float(gain))) > 0.1  # and meter is what it was


@pytest.mark.parametrize("rate", [8000, 44_100, 192_000])
def test_the_filter_is_scipys_however_the_samples_come(rate: int) -> None:
    sound = np.random.default_rng(3).standard_normal((2, 5000))
    filtered, state, found = blockwise(rate), np.zeros((2, 4)), []
    for part in np.split(sound, [0, 1, 32, 95, 96, 1000, 1001, 4000], axis=1):
        out, state = filtered(part, state)
        found.append(out)
    expected = sosfilt(k_weighting(rate), sound)
    assert np.abs(np.concatenate(found, axis=1) - expected).max() < 1e-9
