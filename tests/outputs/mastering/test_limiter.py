"""The limiter keeps the wave under its ceiling, moves smoothly, and leaves alone what is under it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from scipy.ndimage import maximum_filter1d
from scipy.signal import butter, resample_poly, sosfilt

from composer.outputs.mastering.limiter import LOOK, RELEASE, _highest_of_each, limited
from composer.outputs.stream import Stream
from composer.units import F4

RATE = 44_100
CEILING = 10 ** (-1 / 20)


def stream_of(sound: F4, size: int = 65_536, rate: int = RATE) -> Stream:
    def blocks() -> Iterator[F4]:
        yield from (sound[:, at : at + size] for at in range(0, sound.shape[1], size))

    return Stream(rate, sound.shape[0], sound.shape[1], blocks)


def whole(stream: Stream) -> F4:
    return stream.read().samples.T


def true_peak(sound: F4) -> float:
    """Return the true peak by oversampling of the whole, 16 times."""
    return float(np.abs(resample_poly(sound.astype(np.float64), 16, 1, axis=1)).max())


def music(seed: int, seconds: float = 2.5, level: float = 1.0) -> F4:
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE)
    dark = sosfilt(butter(1, 3000, fs=RATE, output="sos"), rng.standard_normal((2, n)))
    beat = 0.05 + np.exp(-6 * ((2.3 * np.arange(n) / RATE) % 1))
    return (level * dark * beat).astype(np.float32)


@pytest.mark.parametrize("over_db", [0.5, 3, 6, 12])
@pytest.mark.parametrize("kind", ["music", "noise", "sine", "square"])
def test_the_wave_stays_under_the_ceiling(kind: str, over_db: float) -> None:
    t = np.arange(2 * RATE) / RATE
    sound = {
        "music": music(1),
        "noise": np.random.default_rng(2).uniform(-1, 1, (1, RATE)),
        "sine": np.sin(2 * np.pi * 11_025 * t + np.pi / 4)[None] * (t < 1.5),
        "square": sosfilt(butter(4, 15_000, fs=RATE, output="sos"), np.sign(np.sin(2 * np.pi * 110.3 * t)))[None],
    }[kind].astype(np.float32)
    sound = sound * np.float32(CEILING * 10 ** (over_db / 20) / true_peak(sound))
    found = whole(limited(stream_of(sound)))
    assert true_peak(sound) > CEILING * 1.05
    assert 20 * np.log10(true_peak(found)) <= -1 + 0.1
    assert 20 * np.log10(true_peak(found)) >= -1 - 0.6  # and it takes no more than it has to


def test_what_is_far_from_a_peak_keeps_its_bits() -> None:
    sound = music(3, 4.0)
    sound *= np.float32(CEILING * 0.9 / true_peak(sound))
    assert np.array_equal(whole(limited(stream_of(sound))), sound)
    sound[:, 2 * RATE] = 1.5
    found = whole(limited(stream_of(sound)))
    changed = np.flatnonzero((found != sound).any(axis=0))
    assert changed[0] >= (2 - 2 * LOOK - 0.001) * RATE
    assert changed[-1] <= (2 + 2 * LOOK + 12 * RELEASE) * RATE
    assert 2 * RATE in changed


def test_the_gain_is_one_for_both_channels_and_smooth() -> None:
    t = np.arange(2 * RATE) / RATE
    carrier = 0.5 * np.cos(2 * np.pi * 3000 * t)
    loud = np.where((t > 0.8) & (t < 0.9), 4.0, 1.0)
    sound = np.stack([carrier * loud, np.full_like(t, 0.25)]).astype(np.float32)
    found = whole(limited(stream_of(sound)))
    gain = found[1] / 0.25  # the other channel shows what was done to the first
    assert gain.min() == pytest.approx(CEILING / 2, rel=0.02)
    assert gain.max() == 1.0
    # From no reduction to all of it, within about twice the look-ahead: no step, and no corner either.
    assert np.abs(np.diff(gain)).max() <= 2.5 * (1 - CEILING / 2) / (2 * LOOK * RATE)
    assert np.abs(np.diff(gain, 2)).max() <= 8 * (1 - CEILING / 2) / (2 * LOOK * RATE) ** 2
    after = gain[round((0.9 + 3 * LOOK) * RATE) :]
    assert (np.diff(after) >= 0).all()
    half = np.flatnonzero(1 - after <= (1 - after[0]) / 2)[0] / RATE
    assert half == pytest.approx(RELEASE * np.log(2), rel=0.1)


@pytest.mark.parametrize("size", [1000, 65_537, 40_000])
def test_the_cuts_do_not_matter(size: int) -> None:
    sound = music(4, 4.0, 3.0)
    assert np.array_equal(whole(limited(stream_of(sound, size))), whole(limited(stream_of(sound))))


@pytest.mark.parametrize("rate", [8000, 48_000, 192_000])
@pytest.mark.parametrize("frames", [0, 1, 50, 70_000])
def test_lengths_and_rates(rate: int, frames: int) -> None:
    sound = np.full((2, frames), 2.0, np.float32)
    found = whole(limited(stream_of(sound, rate=rate), -6.0))
    assert found.shape == sound.shape
    assert np.abs(found).max(initial=0.0) <= 10 ** (-6 / 20)


def test_silence_is_silence() -> None:
    sound = np.zeros((2, 100_000), np.float32)
    sound[:, 5] = 3.0
    found = whole(limited(stream_of(sound)))
    assert not found[:, 6:].any() and not found[:, :5].any()


@pytest.mark.parametrize(("size", "width"), [(1, 1), (7, 7), (100, 1), (100, 9), (101, 25), (500, 221)])
def test_the_highest_of_each_few_is_scipys(size: int, width: int) -> None:
    values = np.random.default_rng(size).random(size)
    half = width // 2
    assert np.array_equal(_highest_of_each(values, width), maximum_filter1d(values, width)[half : size - half])
