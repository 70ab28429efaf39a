"""The drum kit of the sine renderer: every key of General MIDI's percussion map, each what it is named after."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import windows

from composer.instruments import DRUMS, drums, instrument
from composer.outputs.engines.sine import sine
from composer.outputs.engines.sine.drums import struck
from composer.score import Score, Track, notes
from composer.units import TempoMap

F8 = NDArray[np.float64]
RATE = 44_100
KIT = instrument(DRUMS).kit or {}


def played(start: object, key: object, length: object = 0.1, pan: object = 0.0, rate: int = RATE) -> F8:
    """Return the samples (2, frames) of drums struck at these seconds."""
    score = Score((Track("it", "drums", notes(start, length, key, 1.0, pan)),), TempoMap(((0, 60),)))
    return sine(score, rate, 440.0, ((0,),), threads=1).read().samples.T.astype(np.float64)


def centroid(wave: F8) -> float:
    """Return the mean frequency of a sound's power, in Hz."""
    power = np.abs(np.fft.rfft(wave * windows.hann(wave.size))) ** 2
    return float((power * np.arange(power.size)).sum() / power.sum() * RATE / wave.size)


def lasting(name: str) -> float:
    """Return the seconds in which a drum's power falls to a hundredth of its highest."""
    power = np.convolve(struck(KIT[drums()[name]], RATE) ** 2, np.ones(441) / 441, "same")
    return float(np.flatnonzero(power > power.max() / 100)[-1]) / RATE


@pytest.mark.parametrize("key", range(35, 82))
def test_every_drum_sounds(key: int) -> None:
    rate = 22_050
    wave = struck(KIT[key], rate)
    assert np.isfinite(wave).all()
    assert 0.02 < np.abs(wave).max() < 3
    assert abs(wave[0]) < 0.2
    assert abs(wave[-1]) < 1e-3
    assert wave.size <= 4 * rate
    assert not wave.flags.writeable


def test_a_drum_is_heard_where_it_is_struck_and_rings_out() -> None:
    left, right = played(0.5, 38, length=0.001)
    wave = struck(KIT[38], RATE)
    assert not left[: RATE // 2].any()
    assert left.size == RATE // 2 + wave.size
    assert left[RATE // 2 :] == pytest.approx(np.cos(np.pi / 4) * wave, abs=1e-6)
    assert np.array_equal(left, right)
    assert np.array_equal(played(0.5, 38, length=3.0)[0], left)
    hard = played(0.5, 42, pan=1.0)
    assert not hard[0].any()
    assert hard[1].any()
    assert np.abs(played(0.5, 41)[1]).max() > 1.2 * np.abs(played(0.5, 41)[0]).max()  # the floor tom stands right


def test_unknown_keys_are_silent() -> None:
    assert played(0, 34).shape == (2, 0)
    assert np.array_equal(played([0, 0.1], [36, 30]), played(0, 36))
    assert played([], []).shape == (2, 0)


def test_the_kick_falls_and_the_hats_are_high() -> None:
    kick = struck(KIT[36], RATE)
    assert centroid(kick[:1500]) > 1.15 * centroid(kick[4000:12_000])
    assert centroid(kick[4000:12_000]) < 80
    assert centroid(struck(KIT[42], RATE)) > 6000
    assert 500 < centroid(struck(KIT[38], RATE)[:4000]) < 6000
    toms = [centroid(struck(KIT[key], RATE)[2000:8000]) for key in (41, 43, 45, 47, 48, 50)]
    assert toms == sorted(toms)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("closed hi-hat", "open hi-hat"),
        ("mute triangle", "open triangle"),
        ("mute high conga", "open high conga"),
        ("short whistle", "long whistle"),
        ("short guiro", "long guiro"),
        ("mute cuica", "open cuica"),
        ("splash cymbal", "crash cymbal 1"),
        ("claves", "ride bell"),
    ],
)
def test_what_is_named_long_lasts_longer(short: str, long: str) -> None:
    assert lasting(long) > 1.8 * lasting(short)


def test_a_closed_hat_ends_an_open_one() -> None:
    free, choked = played(0, 46), played([0, 0.1], [46, 42])
    closed = played(0.1, 42)
    at, faded = round(0.1 * RATE), round(0.115 * RATE)
    assert np.array_equal(choked[:, :at], free[:, :at])
    assert np.array_equal(choked[:, faded : closed.shape[1]], closed[:, faded:])
    # Nothing else does, and what is struck at the same time does not.
    assert np.abs(played([0, 0.1], [46, 38])[:, faded : faded + 2000]).max() > 0.1
    both = played([0, 0], [46, 42])
    assert both.shape == free.shape
    # It ends in a fade, not in a step.
    only = choked - np.pad(closed, ((0, 0), (0, choked.shape[1] - closed.shape[1])))
    steps = np.abs(np.diff(only[0, at - 50 : faded + 50]))
    assert steps.max() < 1.5 * np.abs(np.diff(free[0, at - 2000 : at])).max()


def test_drums_do_not_follow_a_bend_and_are_the_same_each_time() -> None:
    first = struck(KIT[49], RATE)
    struck.cache_clear()
    assert np.array_equal(first, struck(KIT[49], RATE))
    assert len({struck(KIT[key], RATE).tobytes() for key in KIT}) == len(KIT)


@pytest.mark.parametrize("key", [80, 81])
def test_no_drum_is_folded_back(key: int) -> None:
    rate = 16_000
    above = [tone.hz for tone in KIT[key].tones if tone.hz > rate / 2]
    wave = struck(KIT[key], rate)
    spectrum = np.abs(np.fft.rfft(wave))
    assert above
    for hz in above:
        k = round((rate - hz) * wave.size / rate)
        # What is there is a little more than the skirts of the partials below.
        assert spectrum[k - 5 : k + 6].max() < 0.02 * spectrum.max()
        folded = np.abs(
            np.fft.rfft(np.sin(2 * np.pi * hz * np.arange(wave.size) / rate) * np.exp(-np.arange(wave.size) / 2000))
        )
        assert folded[k - 5 : k + 6].max() > 0.5 * folded.max()
