"""The reverb, measured as a room is: decay, density, spectrum, width; and that it is exact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.signal import butter, fftconvolve, sosfiltfilt

from composer.outputs.mastering.reverb import Reverb, response, reverberated, room, with_reverb
from composer.outputs.stream import Stream
from composer.units import F4, F8

RATE = 44_100


def impulse_response(rate: int = RATE, **settings: Any) -> F8:
    """Return what a room makes of one click, (2, frames), from the click on."""
    place = room(rate, **settings)
    click = np.zeros((1, place.tail + 1), np.float32)
    click[0, 0] = 1.0
    return Reverb(place).add(click).astype(np.float64)


def decay_time(wave: F8, rate: int = RATE) -> float:
    """Return RT60 by Schroeder's backward integration, from -5 to -35 dB."""
    left = np.cumsum(np.square(wave)[::-1])[::-1]
    level = 10 * np.log10(np.maximum(left / left[0], 1e-20))
    begin, end = np.argmax(level < -5), np.argmax(level < -35)
    slope = np.polyfit(np.arange(begin, end) / rate, level[begin:end], 1)[0]
    return float(-60 / slope)


def band(wave: F8, low: float, high: float) -> F8:
    return np.asarray(sosfiltfilt(butter(2, [low, high], "bandpass", fs=RATE, output="sos"), wave))


@pytest.mark.parametrize("decay", [0.4, 1.8, 5.0])
@pytest.mark.parametrize("rate", [22_050, 44_100])
def test_it_decays_in_the_time_that_was_asked_for(decay: float, rate: int) -> None:
    for wave in impulse_response(rate, decay=decay, damping=0.0):
        assert decay_time(wave, rate) == pytest.approx(decay, rel=0.1)


def test_high_frequencies_decay_sooner_and_the_middle_as_asked() -> None:
    left, _ = impulse_response(decay=2.0, damping=0.5)
    times = [decay_time(band(left, f / 1.4, f * 1.4)) for f in (500, 2000, 5000, 12_000)]
    assert times[0] == pytest.approx(2.0, rel=0.1)
    assert times == sorted(times, reverse=True)
    assert times[-1] < 0.5 * times[0]


def test_it_is_dense_and_falls_smoothly() -> None:
    left, _ = impulse_response(decay=2.0, predelay=0.0)
    # Echo density: the share of samples beyond one standard deviation, against that of Gaussian noise (Abel & Huang).
    for at in (0.03, 0.1, 0.5, 1.0):
        part = left[round(at * RATE) : round((at + 0.02) * RATE)]
        assert np.mean(np.abs(part) > part.std()) / 0.3173 == pytest.approx(1.0, abs=0.2)
    level = 10 * np.log10(np.square(left[: RATE * 2 // 882 * 882]).reshape(-1, 882).sum(axis=1))  # of 20 ms
    line = np.polyval(np.polyfit(np.arange(5, 95), level[5:95], 2), np.arange(5, 95))
    assert np.abs(level[5:95] - line).max() < 2.5


def test_no_frequency_rings() -> None:
    left, _ = impulse_response(decay=2.0, damping=0.0)
    late = left[round(0.8 * RATE) : round(1.6 * RATE)]
    power = np.square(np.abs(np.fft.rfft(late * np.hanning(late.size))))
    hz = np.fft.rfftfreq(late.size, 1 / RATE)
    heard = power[(hz > 200) & (hz < 15_000)]
    # The powers of noise are exponentially distributed: none stands out as a mode of a metal tank would.
    assert heard.max() / heard.mean() < 2.5 * np.log(heard.size)
    thirds = [power[(hz > f / 1.12) & (hz < f * 1.12)].mean() for f in 250 * 2 ** (np.arange(17) / 3)]
    assert 10 * np.log10(max(thirds) / min(thirds)) < 4


@pytest.mark.parametrize(("width", "correlation"), [(0.0, 1.0), (1.0, 0.0), (0.5, 0.7071)])
def test_left_and_right_are_as_unlike_as_asked(width: float, correlation: float) -> None:
    left, right = impulse_response(width=width)
    assert np.corrcoef(left, right)[0, 1] == pytest.approx(correlation, abs=0.05)
    assert np.square(left).sum() == pytest.approx(np.square(right).sum(), rel=1e-3)


def test_its_power_is_what_is_sent_to_it() -> None:
    assert np.square(impulse_response()).sum() == pytest.approx(1.0, rel=1e-3)
    assert np.square(impulse_response(level=-6.0)).sum() == pytest.approx(10**-0.6, rel=1e-3)


def test_it_begins_after_the_predelay() -> None:
    left, _ = impulse_response(predelay=0.1)
    assert not left[: round(0.1 * RATE)].any()
    assert np.flatnonzero(left)[0] < 0.103 * RATE


SOUND = (0.3 * np.random.default_rng(1).standard_normal((1, 90_000))).astype(np.float32)


def wet(sizes: list[int], **settings: Any) -> F4:
    reverb = Reverb(room(8000, **settings))
    return np.concatenate([reverb.add(block) for block in np.split(SOUND, np.cumsum(sizes), axis=1)], axis=1)


@pytest.mark.parametrize("sizes", [[], [1], [8192] * 10, [8191, 2, 0, 30_000], [700] * 128, [65_536]])
def test_the_cuts_do_not_change_a_bit(sizes: list[int]) -> None:
    assert np.array_equal(wet(sizes), wet([5000] * 17))


def test_it_is_the_convolution_to_the_last_bit() -> None:
    taps = response(8000, 0.3, 0.5, 0.01, 1.0, 0)
    rounded = np.rint(SOUND[0, :20_000].astype(np.float64) * 2**18).astype(np.int64)
    whole_taps = taps.astype(np.int64)
    assert np.array_equal(whole_taps, taps)
    exact = np.stack([np.convolve(rounded, one)[: rounded.size] for one in whole_taps])  # in integers
    found = Reverb(room(8000, decay=0.3, predelay=0.01)).add(SOUND[:, :20_000])
    assert np.array_equal(found, (exact * 2.0**-39).astype(np.float32))


def test_it_is_the_convolution_of_what_was_sent() -> None:
    place = room(RATE, decay=0.5)
    sound = 0.2 * np.random.default_rng(2).standard_normal((2, 50_000)).astype(np.float32)
    taps = response(RATE, 0.5, 0.5, 0.02, 1.0, 0) / 2**21
    expected = fftconvolve(np.tile(sound.sum(axis=0) / 2**0.5, (2, 1)), taps, axes=1)[:, :50_000]
    assert np.abs(Reverb(place).add(sound) - expected).max() < 1e-4


def test_silence_is_silence_before_and_after() -> None:
    place = room(8000, decay=0.2, predelay=0.0)
    reverb = Reverb(place)
    assert not reverb.add(np.zeros((1, 30_000), np.float32)).any()
    assert reverb.add(np.ones((1, 1), np.float32)).shape == (2, 1)
    assert reverb.add(np.zeros((1, place.tail), np.float32)).any()
    assert not reverb.add(np.zeros((1, 60_000), np.float32)).any()


def test_streams_get_their_tail() -> None:
    def blocks() -> Iterator[F4]:
        yield np.ones((4, 10), np.float32) * np.array([[1], [2], [0.5], [0.25]], np.float32)

    place = room(8000, decay=0.3)
    both = with_reverb(Stream(8000, 4, 10, blocks), place)
    alone = reverberated(Stream(8000, 2, 10, lambda: (block[2:] for block in blocks())), place)
    assert both.frames == alone.frames == 10 + place.tail
    found, heard = both.read().samples, alone.read().samples.copy()
    assert found.shape == heard.shape == (both.frames, 2)
    heard[:10] += [1, 2]
    assert np.array_equal(found, heard)
    assert np.abs(found[-100:]).max() < 1e-4


@pytest.mark.parametrize("rate", [8000, 11_025, 96_000, 192_000])
def test_at_other_rates(rate: int) -> None:
    left, right = impulse_response(rate, decay=0.3, damping=1.0)
    assert np.isfinite(left).all()
    assert np.square(left).sum() + np.square(right).sum() == pytest.approx(1.0, rel=1e-3)


def test_seeds_are_rooms_of_their_own() -> None:
    one, other = (response(8000, 0.3, 0.5, 0.0, 1.0, seed)[0] for seed in (0, 1))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.1
    assert np.array_equal(one, response(8000, 0.3, 0.5, 0.0, 1.0, 0)[0])
