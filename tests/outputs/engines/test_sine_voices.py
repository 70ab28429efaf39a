"""The instruments: in tune, band-limited, as loud as each other, and to be told apart."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import hilbert, windows

from composer.instruments import Envelope, Noise, instrument, instrument_of_program, instruments
from composer.outputs.engines.sine import sine
from composer.outputs.engines.sine.noise import SIZE, band, looped
from composer.score import Score, Track, notes
from composer.units import TempoMap

F8 = NDArray[np.float64]
RATE = 22_050
PLAYERS = [name for name, row in instruments().items() if row.voice is not None]
IN_TUNE = [
    "piano",
    "vibraphone",
    "church organ",
    "guitar",
    "fretless bass",
    "violin",
    "trumpet",
    "oboe",
    "flute",
    "sitar",
]
WIDE = ["string ensemble 1", "rock organ", "synth strings 1", "lead 2 (sawtooth)", "pad 2 (warm)", "honky-tonk piano"]


def played(player: str, tune: object, rate: int = RATE) -> F8:
    """Return the samples (2, frames) of notes in seconds."""
    score = Score((Track("it", player, tune),), TempoMap(((0, 60),)))  # type: ignore[arg-type]
    return sine(score, rate, 440.0, ((0,),), threads=1).read().samples.T.astype(np.float64)


def middle(player: str) -> int:
    """Return a pitch in the middle of an instrument's range."""
    return (instrument(player).lowest + instrument(player).highest) // 2


@pytest.mark.parametrize("player", PLAYERS)
def test_every_instrument_sounds_and_is_as_loud_as_a_sine(player: str) -> None:
    tune = notes([0, 1.6, 1.7], [1.2, 1e-6, 0.02], middle(player), 1.0)
    wave = played(player, tune)
    assert np.isfinite(wave).all()
    assert played(player, tune[:0]).shape == (2, 0)
    assert np.abs(played(player, tune[1:2])).max() < 4  # shorter than a sample
    # The loudest tenth of a second, or less of what is shorter: a sine's power is a half.
    power = (wave[:, : round(1.2 * RATE)] ** 2).sum(axis=0)
    window = RATE // 50
    loudest = np.convolve(power, np.ones(window) / window, "valid").max()
    assert 0.2 < loudest < 1.6
    assert np.abs(wave).max() < 4
    assert not wave[:, -1].any() or np.abs(wave[:, -1]).max() < 1e-4


def hz_in(wave: F8, expected: float, rate: int) -> float:
    """Return the mean frequency near an expected one, by phase: that of what stands in a window around it."""
    n = np.arange(wave.size)
    moved = wave * np.exp(-2j * np.pi * expected * n / rate)
    width = round(rate / 40)
    smooth = np.convolve(moved, windows.blackmanharris(width) / width, "valid")
    phase = np.unwrap(np.angle(smooth))
    return expected + float(np.polyfit(n[: phase.size], phase, 1)[0]) * rate / (2 * np.pi)


def test_the_frequency_meter_is_right() -> None:
    wave = np.sin(2 * np.pi * 440.1 * np.arange(2 * RATE) / RATE)
    assert abs(1200 * math.log2(hz_in(wave, 440, RATE) / 440.1)) < 0.005
    assert abs(1200 * math.log2(hz_in(wave, 440, RATE) / 440)) > 0.3


@pytest.mark.parametrize("player", IN_TUNE)
def test_every_instrument_of_one_voice_is_in_tune(player: str) -> None:
    voice = instrument(player).voice
    assert voice is not None
    pitch = max(middle(player), 60)
    hz = 440 * 2 ** ((pitch - 69) / 12)
    wave = played(player, notes(0, 3, pitch, 0.8))[0]
    begin = 0.1
    lasting = 2.5 if voice.envelope.sustain else min(2.5, 4 * voice.envelope.decay)
    if voice.vibrato is not None:  # over whole turns of it, when it has its depth
        begin = voice.vibrato.delay + 0.3
        lasting = math.floor((2.8 - begin) * voice.vibrato.rate) / voice.vibrato.rate
    found = hz_in(wave[round(begin * RATE) : round((begin + lasting) * RATE)], hz, RATE)
    assert abs(1200 * math.log2(found / hz)) < (0.1 if voice.vibrato is None and voice.noise is None else 2.0)


@pytest.mark.parametrize("player", WIDE)
def test_two_copies_stand_about_the_pitch(player: str) -> None:
    voice = instrument(player).voice
    assert voice is not None
    hz = 440.0
    size = 20 * RATE
    wave = played(player, notes(0, 21, 69, 0.8)).sum(axis=0)[RATE // 2 : RATE // 2 + size]
    if not voice.envelope.sustain:
        wave = wave[: 2 * RATE]
    found = hz_in(played(player, notes(0, 3, 69, 0.8, -1.0))[0][: 2 * RATE], hz, RATE)
    assert abs(1200 * math.log2(found / hz)) < voice.detune + (voice.vibrato.depth if voice.vibrato else 0)
    if voice.envelope.sustain and voice.vibrato is None:
        spectrum = np.abs(np.fft.rfft(wave * windows.hann(wave.size)))
        at = np.arange(spectrum.size) * RATE / wave.size
        cents = 1200 * np.log2(np.maximum(at, 1) / hz)
        for side in (-1, 1):
            near = np.abs(cents - side * voice.detune / 2) < voice.detune / 2
            peak = np.flatnonzero(near)[np.argmax(spectrum[near])]
            left, top, right = np.log(spectrum[peak - 1 : peak + 2])
            exact = (peak + 0.5 * (left - right) / (left - 2 * top + right)) * RATE / wave.size
            assert abs(1200 * math.log2(exact / hz) - side * voice.detune / 2) < 0.05


def test_width_keeps_the_power_and_gives_way_at_the_sides() -> None:
    score = notes(0, 8, 69, 0.8)
    for pan in (-0.5, 0.0, 0.7):
        score["pan"] = pan
        left, right = played("string ensemble 1", score)[:, RATE : 7 * RATE]
        assert (left**2).mean() + (right**2).mean() == pytest.approx(0.64**2 / 2, rel=0.05)
    score["pan"] = 1.0
    assert not played("string ensemble 1", score)[0].any()
    score["pan"] = 0.0
    left, right = played("string ensemble 1", score)[:, RATE : 7 * RATE]
    assert (left**2).mean() == pytest.approx((right**2).mean(), rel=0.1)
    together = np.corrcoef(left, right)[0, 1]
    assert 0.2 < together < 0.98  # wide, but never against each other
    mono = ((left + right) ** 2).mean() / 2
    assert mono == pytest.approx(0.64**2 / 2, rel=0.5)


@pytest.mark.parametrize("player", ["lead 2 (sawtooth)", "violin", "piano", "harpsichord", "fx 3 (crystal)", "sitar"])
@pytest.mark.parametrize("pitch", [72.3, 95.7])
def test_nothing_is_folded_back(player: str, pitch: float) -> None:
    rate = 16_000
    voice = instrument(player).voice
    assert voice is not None
    hz = 440 * 2 ** ((pitch - 69) / 12)
    wave = played(player, notes(0, 2, pitch, 1.0, -1.0), rate)[0][1600 : 1600 + rate]
    spectrum = np.abs(np.fft.rfft(wave * windows.blackmanharris(wave.size)))
    at = np.arange(spectrum.size) * rate / wave.size
    own = np.zeros(at.size, bool)
    for ratio, _ in voice.partials:
        if ratio * hz < rate / 2:
            own |= np.abs(at - ratio * hz) < 12 + ratio * hz * (
                (voice.vibrato is not None) * 0.03 + voice.detune / 1200
            )
    noise = voice.noise is not None and not voice.noise.decay
    assert spectrum[~own].max() < 10 ** ((-30 if noise else -70) / 20) * spectrum.max()
    folded = [abs(rate - ratio * hz) for ratio, _ in voice.partials if rate / 2 < ratio * hz < rate]
    assert folded or pitch < 80
    # A sawtooth that is not band-limited would be seen.
    naive = 2 * (hz * np.arange(rate) / rate % 1) - 1
    seen = np.abs(np.fft.rfft(naive * windows.blackmanharris(rate)))
    assert seen[~own].max() > 10 ** (-40 / 20) * seen.max()


def test_what_is_played_softly_is_dull_and_as_strong_as_its_velocity() -> None:
    loud, soft = (
        played("trumpet", notes(0, 1, 67, velocity))[0, RATE // 4 : RATE * 3 // 4] for velocity in (1.0, 0.25)
    )
    assert np.sqrt((soft**2).mean() / (loud**2).mean()) == pytest.approx(0.0625, rel=0.02)
    assert centroid(soft) < 0.6 * centroid(loud)
    loud, soft = (played("church organ", notes(0, 1, 67, v))[0, RATE // 4 : RATE * 3 // 4] for v in (1.0, 0.25))
    assert centroid(soft) == pytest.approx(centroid(loud), rel=1e-3)


def test_what_is_struck_loses_its_high_partials_first() -> None:
    wave = played("piano", notes(0, 2.5, 60, 0.9))[0]
    early, late = wave[RATE // 10 : RATE // 2], wave[2 * RATE : 2 * RATE + RATE * 2 // 5]
    assert centroid(late) < 0.85 * centroid(early)


def test_vibrato_comes_late_and_goes_evenly() -> None:
    vibrato = instrument("violin").voice.vibrato  # type: ignore[union-attr]
    assert vibrato is not None
    wave = played("violin", notes(0, 3, 69, 0.8))[0]
    n = np.arange(wave.size)
    narrow = np.convolve(wave * np.exp(-2j * np.pi * 440 * n / RATE), windows.blackmanharris(RATE // 20), "same")
    hz = 440 + np.diff(np.unwrap(np.angle(narrow))) * RATE / (2 * np.pi)
    cents = 1200 * np.log2(hz / 440)
    assert np.abs(cents[RATE // 10 : round((vibrato.delay - 0.03) * RATE)]).max() < 0.5
    full = cents[round((vibrato.delay + 0.4) * RATE) : round(2.9 * RATE)]
    assert full.max() == pytest.approx(vibrato.depth, rel=0.25)
    assert full.min() == pytest.approx(-vibrato.depth, rel=0.25)
    crossings = np.count_nonzero(np.diff(np.sign(full)))
    assert crossings / 2 / (full.size / RATE) == pytest.approx(vibrato.rate, rel=0.1)
    short = played("violin", notes(0, vibrato.delay - 0.2, 69, 0.8))  # over before it begins
    assert short.shape[1] > 0


def centroid(wave: F8) -> float:
    """Return the mean frequency of a sound's power, in Hz."""
    power = np.abs(np.fft.rfft(wave * windows.hann(wave.size))) ** 2
    return float((power * np.arange(power.size)).sum() / power.sum() * RATE / wave.size)


def features(player: str, pitch: int) -> F8:
    """Return how a note sounds: log centroid, attack and how much is left after a second, width and tonality."""
    left, right = played(player, notes(0, 1.5, pitch, 0.8))
    envelope = np.sqrt(np.convolve(left**2 + right**2, np.ones(441) / 441, "same"))
    attack = float(np.argmax(envelope > 0.5 * envelope.max())) / RATE
    later = float(envelope[RATE : RATE + 2000].mean() / envelope.max())
    side = float(((left - right) ** 2).mean() / ((left + right) ** 2).mean())
    power = np.abs(np.fft.rfft((left + right)[:RATE] * windows.hann(RATE))) ** 2 + 1e-9
    flat = float(np.exp(np.log(power).mean()) / power.mean())
    bright = math.log2(centroid((left + right)[: RATE // 2]) / 100)
    return np.array([bright, math.log2(attack + 0.002), 4 * later, 3 * math.sqrt(side), math.log10(flat) / 2])


def test_the_families_sound_apart() -> None:
    heard = [features(instrument_of_program(8 * family).name, 64) for family in range(16)]
    for first in range(16):
        for second in range(first):
            assert np.abs(heard[first] - heard[second]).max() > 0.25, (first, second)
    # The measure takes one for itself.
    assert np.abs(heard[0] - features(instrument_of_program(0).name, 64)).max() < 1e-9


def test_members_of_a_family_are_not_all_one() -> None:
    for family in range(16):
        voices = {instrument_of_program(8 * family + member).voice for member in range(8)}
        assert len(voices) >= 6, instrument_of_program(8 * family).family


@pytest.mark.parametrize(("low", "high"), [(200, 1000), (2000, 6000), (5000, 15_000)])
def test_noise_has_its_band_and_its_loudness(low: float, high: float) -> None:
    noise = band(low, high, 44_100)
    assert noise.size == SIZE
    assert np.sqrt((noise**2).mean()) == pytest.approx(1, rel=0.05)
    power = np.abs(np.fft.rfft(noise)) ** 2
    at = np.arange(power.size) * 44_100 / SIZE
    inside = (at > low) & (at < high)
    assert power[inside].sum() / power.sum() > 0.9
    assert power[(at < low - 400) | (at > high + 400)].sum() / power.sum() < 1e-4
    assert np.array_equal(np.rint(noise * 1e6), np.rint(band(low, high, 44_100) * 1e6))
    assert abs(np.corrcoef(noise[:-5000], noise[5000:])[0, 1]) < 0.05
    assert np.array_equal(looped(noise, 2 * SIZE - 3, 10), np.concatenate([noise[-3:], noise[:7]]))
    assert looped(noise, 5, 3 * SIZE).size == 3 * SIZE


def test_breath_keeps_to_its_note() -> None:
    flute = played("pan flute", notes(0.5, 1, 72, 0.8))[0]
    noise = instrument("pan flute").voice.noise  # type: ignore[union-attr]
    assert isinstance(noise, Noise)
    assert not flute[: RATE // 2].any()
    envelope = instrument("pan flute").voice.envelope  # type: ignore[union-attr]
    assert isinstance(envelope, Envelope)
    assert flute.size == round(1.5 * RATE) + round(envelope.release * RATE)
    part = flute[RATE * 3 // 4 : RATE * 5 // 4]
    power = np.abs(np.fft.rfft(part * windows.blackmanharris(part.size))) ** 2
    at = np.arange(power.size) * RATE / part.size
    tone = np.zeros(at.size, bool)
    for ratio in (1, 2, 3, 4):
        tone |= np.abs(at - ratio * 523.25) < 20
    assert power[~tone].sum() / power[tone].sum() == pytest.approx(noise.level**2, rel=0.4)


def test_the_analytic_signal_of_a_note_has_no_steps() -> None:
    # A detuned pair beats, but its sum never jumps.
    wave = played("honky-tonk piano", notes(0, 1.5, 60, 0.8, -1.0))[0]
    size = np.abs(hilbert(wave))[RATE // 10 :]
    assert np.abs(np.diff(size)).max() < 0.1
