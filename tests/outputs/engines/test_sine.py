"""The sine renderer keeps the laws of pitch, velocity and pan, and makes no click, alias or seam.

All is measured on rendered audio, or compared with the slow synthesis of `slow_sine`. The measuring tools are tested
too. Instruments and drums are in `test_sine_voices` and `test_sine_drums`, threads and groups in
`test_sine_chunks`.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import hilbert, windows
from slow_sine import synthesis

import composer
from composer.errors import InputError
from composer.instruments import Voice, instrument
from composer.outputs.engines.sine import CHUNK, sine
from composer.outputs.engines.sine.timbre import BLOCK
from composer.outputs.stream import Stream
from composer.score import CONTROL, Notes, Score, Track, notes
from composer.units import TempoMap

F8 = NDArray[np.float64]
RATE = 44_100
SECONDS = TempoMap(((0, 60),))  # a beat is a second


def score_of(*tracks: Track) -> Score:
    """Return a score in which a beat is a second."""
    return Score(tracks, SECONDS)


def one(player: str, start: object, length: object, pitch: object, velocity: object = 0.5, pan: object = 0.0) -> Score:
    """Return a score of one track, in seconds."""
    return score_of(Track("it", player, notes(start, length, pitch, velocity, pan)))


def played(score: Score, rate: int = RATE, a4: float = 440.0) -> Stream:
    """Return all tracks together, as the engine makes them: not mastered."""
    return sine(score, rate, a4, (tuple(range(len(score.tracks))),))


def rendered(score: Score, rate: int = RATE, a4: float = 440.0) -> F8:
    """Return the samples (2, frames)."""
    return played(score, rate, a4).read().samples.T.astype(np.float64)


# Pitch


def measured_hz(samples: F8, rate: int) -> float:
    """Return the frequency of the strongest partial: under a Gaussian window its peak is a parabola in decibels."""
    size = samples.size
    spectrum = np.abs(np.fft.rfft(samples * windows.gaussian(size, size / 10), 4 * size))
    k = int(np.argmax(spectrum))
    left, middle, right = np.log(spectrum[k - 1 : k + 2])
    return float((k + 0.5 * (left - right) / (left - 2 * middle + right)) * rate / (4 * size))


def cents(hz: float, other: float) -> float:
    """Return how far apart two frequencies are."""
    return abs(1200 * math.log2(hz / other))


@pytest.mark.parametrize("hz", [30.0, 440.0, 3999.9])
def test_the_tuner_sees_a_tenth_of_a_cent(hz: float) -> None:
    wave = np.sin(2 * np.pi * hz * np.arange(2 * 44_100) / 44_100)
    assert cents(measured_hz(wave, 44_100), hz) < 0.01
    assert cents(measured_hz(wave, 44_100), hz * 2 ** (0.11 / 1200)) > 0.1


@pytest.mark.parametrize("rate", [8000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize(("pitch", "a4"), [(24, 440), (60.37, 440), (69, 440), (69.005, 432), (69, 443.2), (94.5, 440)])
def test_pitch_is_right_to_a_tenth_of_a_cent(pitch: float, a4: float, rate: int) -> None:
    wave = rendered(one("sine", 0.01, 2.2, pitch), rate, a4)[0]
    assert cents(measured_hz(wave[rate // 10 : rate // 10 + 2 * rate], rate), a4 * 2 ** ((pitch - 69) / 12)) < 0.1


# Level and place


def amplitude(samples: F8, hz: float) -> float:
    """Return the amplitude of one frequency, by least squares."""
    angle = 2 * np.pi * hz * np.arange(samples.size) / RATE
    parts = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return float(np.hypot(*np.linalg.lstsq(parts, samples, rcond=None)[0]))


@pytest.mark.parametrize("velocity", [0.05, 0.3, 0.5, 0.9])
def test_amplitude_is_velocity_squared(velocity: float) -> None:
    left, right = rendered(one("sine", 0, 1, 69, velocity))[:, 4410:35280]
    assert amplitude(left, 440) == pytest.approx(velocity**2 * math.cos(math.pi / 4), rel=1e-5)
    assert amplitude(right, 440) == pytest.approx(velocity**2 * math.sin(math.pi / 4), rel=1e-5)


@pytest.mark.parametrize("pan", [-1.0, -0.6, 0.0, 0.25, 1.0])
def test_pan_has_constant_power(pan: float) -> None:
    left, right = (amplitude(side, 440) for side in rendered(one("sine", 0, 1, 69, 0.8, pan))[:, 4410:35280])
    angle = math.radians(90 * (pan + 1) / 2)
    assert left == pytest.approx(0.64 * math.cos(angle), rel=1e-5, abs=1e-9)
    assert right == pytest.approx(0.64 * math.sin(angle), rel=1e-5, abs=1e-9)
    assert left**2 + right**2 == pytest.approx(0.64**2, rel=1e-5)


@pytest.mark.parametrize("pan", [-1.0, 1.0])
def test_the_other_side_is_silent(pan: float) -> None:
    sides = rendered(one("organ", 0, 1, 60, 0.8, pan))
    assert not sides[0 if pan > 0 else 1].any()


def test_silence_is_silence() -> None:
    for score in (Score(()), one("sine", [], [], [])):
        assert rendered(score).shape == (2, 0)
    silent = rendered(one("piano", 0.5, 1, 60, 0.0))
    assert silent.shape[1] > RATE
    assert not silent.any()
    assert not rendered(one("sine", 0.5, 1, 69))[:, : RATE // 2].any()


def test_partials_from_half_the_rate_up_are_left_out() -> None:
    rate = 8000
    # 1567.98 Hz: the organ's second partial, 3136 Hz, fits under 4000 Hz; 3, 4, 6 and 8 would come back as
    # 3296, 1728, 1408 and 3456 ... Hz.
    hz = 440 * 2 ** (22 / 12)
    wave = rendered(one("organ", 0, 4, 91, 0.7), rate)[0, 2 * rate : 3 * rate + rate // 2]
    spectrum = np.abs(np.fft.rfft(wave * windows.blackmanharris(wave.size)))
    at = np.arange(spectrum.size) * rate / wave.size
    away = (np.abs(at - hz) > 8) & (np.abs(at - 2 * hz) > 8)
    assert spectrum[np.abs(at - 2 * hz) < 4].max() > 0.3 * spectrum.max()
    assert spectrum[away].max() < 10 ** (-80 / 20) * spectrum.max()
    # A note whose fundamental does not fit is silent.
    assert not rendered(one("sine", 0, 1, 108), rate).any()
    assert rendered(one("sine", 0, 1, 107), rate).any()


# Clicks


def fastest_bend(voice: Voice, hz: float, rate: int) -> float:
    """Return a bound of the second difference of a note of amplitude 1: its sines', and its envelope's bends."""
    ratio, level = np.array(voice.partials).T
    level = level / math.sqrt(float(np.square(level).sum()))
    omega = 2 * np.pi * ratio * hz / rate
    level, omega, ratio = level[omega < np.pi], omega[omega < np.pi], ratio[omega < np.pi]
    attack, release = (max(round(x * rate), 1) for x in (voice.envelope.attack, voice.envelope.release))
    decay = np.maximum(ratio, 1) ** voice.damping / (voice.envelope.decay * rate)
    slope = np.pi / (2 * attack) + np.pi / (2 * release) + decay
    curve = slope**2 + (np.pi / attack) ** 2 / 2 + (np.pi / release) ** 2 / 2
    return float((level * (omega**2 + 2 * omega * slope + curve)).sum())


def has_click(samples: F8, bound: float) -> bool:
    """Whether samples bend faster somewhere than `bound`; silence goes before and after."""
    return bool(np.abs(np.diff(np.pad(samples, 3), 2)).max() > bound)


CLICKLESS = ["sine", "celesta", "church organ", "vibraphone", "violin", "tubular bells", "clarinet", "glockenspiel"]
# Lengths in seconds: shorter than an attack, cut anywhere in a wave, into the sustain.
LENGTHS = [0.0001, 0.003, 0.0517, 0.1003, 0.25, 0.70001]


@pytest.mark.parametrize("player", CLICKLESS)
@pytest.mark.parametrize("pitch", [36.3, 60, 77])
def test_no_click_where_notes_begin_and_end(player: str, pitch: float) -> None:
    voice = instrument(player).voice
    assert voice is not None
    hz = 440 * 2 ** ((pitch - 69) / 12)
    bound = 0.16 * fastest_bend(voice, hz, RATE) + 1e-4
    starts = np.arange(len(LENGTHS)) * (max(LENGTHS) + voice.envelope.release + 0.1) + 0.01003
    left, right = rendered(one(player, starts, LENGTHS, pitch, 0.4, -1))
    assert np.abs(left).max() > 0.1
    assert not has_click(left, bound)
    assert not right.any()


@pytest.mark.parametrize("player", ["sine", "church organ", "violin"])
def test_the_click_detector_hears_clicks(player: str) -> None:
    voice = instrument(player).voice
    assert voice is not None
    bound = 0.16 * fastest_bend(voice, 440 * 2 ** ((48 - 69) / 12), RATE) + 1e-4
    clean = rendered(one(player, 0.1, 1, 48, 0.4, -1))[0]
    assert not has_click(clean, bound)
    loud = RATE // 2 + int(np.argmax(np.abs(clean[RATE // 2 : RATE // 2 + 2000])))
    for planted in (
        clean[:loud],  # cut off without a release
        clean[loud:],  # begun without an attack
        np.delete(clean, slice(loud - 300, loud - 40)),  # a piece left out
        clean + 0.03 * (np.arange(clean.size) >= RATE // 2),  # a step 30 dB down
    ):
        assert has_click(planted, bound)


# The whole, against a plain synthesis


def seamy(rate: int) -> Score:
    """Return notes that begin, end and last across the seams of blocks and chunks."""
    near = [k + d for k in (0, BLOCK, CHUNK, 2 * CHUNK) for d in (-1, 0, 1) if k + d >= 0]
    starts = np.array(near, np.float64) / rate
    long = Track("long", "church organ", notes([0, 0.5], 3 * CHUNK / rate, [48.2, 55], 0.4, [-0.5, 0.5]))
    many = Track(
        "many", "vibraphone", notes(starts, 0.3, 60 + np.arange(starts.size), 0.35, np.linspace(-1, 1, starts.size))
    )
    short = Track("short", "sine", notes(starts + BLOCK / rate, 1 / rate, 90, 0.6))
    wide = Track("wide", "tango accordion", notes(starts, 0.5, 62, 0.2, -0.2))
    return score_of(long, many, short, wide)


@pytest.mark.parametrize("rate", [22_050, 48_000])
def test_the_sound_is_that_of_a_plain_synthesis(rate: int) -> None:
    score = seamy(rate)
    found, expected = rendered(score, rate), synthesis(score, rate)
    assert found.shape == expected.shape
    assert found.shape[1] > 3 * CHUNK
    assert np.abs(found - expected).max() < 10 ** (-100 / 20)
    # The comparison would see one sample of one short note left out.
    wrong = expected.copy()
    wrong[:, CHUNK + BLOCK + 50] = 0
    assert np.abs(found - wrong).max() > 10 ** (-60 / 20)


def test_tempo_changes_move_the_notes() -> None:
    score = Score(
        (Track("it", "vibraphone", notes([0, 1, 2.5], 0.2, 72, 0.5)),), TempoMap(((0, 60), (1, 90), (2, 200)))
    )
    found, expected = rendered(score), synthesis(score, RATE)
    assert np.abs(found - expected).max() < 10 ** (-100 / 20)
    onset = 1 + 60 / 90 + 0.5 * 60 / 200
    heard = np.flatnonzero(np.abs(found[0, round((onset - 0.1) * RATE) :]) > 1e-3)[0] / RATE + onset - 0.1
    assert heard == pytest.approx(onset, abs=0.002)


def test_unknown_drum_keys_are_silent() -> None:
    heard = one("drums", [0, 1, 2], 0.1, [36, 30, 82], 0.5)
    assert np.array_equal(rendered(heard), rendered(one("drums", 0, 0.1, 36, 0.5)))
    assert rendered(one("drums", 0, 0.1, 30)).shape == (2, 0)


# Controllers


def controlled(length: float, *rows: tuple[float, str, float], player: str = "sine") -> Score:
    """Return one note from 0 on, and another at second 4, under these changes."""
    return score_of(Track("it", player, notes([0, 4], length, 69, 0.6), np.array(list(rows), CONTROL)))


@pytest.mark.parametrize("target", ["volume", "expression"])
def test_volume_and_expression_follow_the_law_of_velocity(target: str) -> None:
    wave = rendered(controlled(1, (2, target, 0.5)))[0]
    unity = 100 / 127 if target == "volume" else 1.0
    first, second = (amplitude(wave[at : at + RATE // 2], 440) for at in (4410, 4 * RATE + 4410))
    assert first == pytest.approx(0.36 * math.sqrt(0.5), rel=1e-5)
    assert second == pytest.approx(first * (0.5 / unity) ** 2, rel=1e-5)


def test_the_pedal_holds_notes_until_it_is_lifted() -> None:
    held = rendered(controlled(1, (0.5, "sustain", 1.0), (2, "sustain", 0.0)))
    assert amplitude(held[0, RATE + 4410 : 2 * RATE], 440) == pytest.approx(0.36 * math.sqrt(0.5), rel=1e-5)
    assert not held[:, 2 * RATE + 442 : 4 * RATE].any()
    assert held.shape[1] == 5 * RATE + 441
    # as if the first note had been written so long
    written = score_of(Track("it", "sine", notes([0, 4], [2, 1], 69, 0.6)))
    assert np.array_equal(held, rendered(written))


def test_controllers_that_are_not_loudness_change_nothing() -> None:
    assert np.array_equal(rendered(controlled(1, (0, "reverb", 1.0), (1, "modulation", 1.0))), rendered(controlled(1)))


# Bends


def bent(player: str, tune: Notes, *rows: tuple[float, float]) -> Score:
    """Return one track under these bends: seconds and semitones."""
    return score_of(Track("it", player, tune, np.array([(at, "bend", value) for at, value in rows], CONTROL)))


GLIDE = [(0.5 + k / 200, k / 200) for k in range(401)]  # two semitones in two seconds


@pytest.mark.parametrize(
    "rows",
    [
        [(0, 0.5)],
        [(-1, 0.5)],
        [(0, 7.0), (0, 0.5)],
        [(0, 0.5), (1, 0.5), (1.5, 0.5)],
        [(0.5, 0.5)],
        [(0, 3.0), (0.25, -3.0), (0.5, 0.5)],
        [(0, 0.5), (3.005, 2.0)],  # a bend in the release
    ],
)
def test_a_bend_that_holds_is_right_to_a_twentieth_of_a_cent(rows: list[tuple[float, float]]) -> None:
    wave = rendered(bent("sine", notes(0, 3, 69, 0.5), *rows))[0]
    assert cents(measured_hz(wave[RATE * 3 // 5 : RATE * 13 // 5], RATE), 440 * 2 ** (0.5 / 12)) < 0.005


def test_a_bend_that_holds_over_a_note_sounds_as_the_bent_pitch() -> None:
    tune = notes([0, 1, 2], 0.5, [60, 62, 64], 0.5)
    same = bent("violin", tune, (0, 0.5), (0.9, -1.25), (1.9, 0), (9, 3))
    written = one("violin", [0, 1, 2], 0.5, [60.5, 60.75, 64], 0.5)
    assert np.array_equal(rendered(same), rendered(written))
    for nothing in ([(0, 0), (0.3, 0)], [(0.3, 12), (0.3, 0)]):
        assert np.array_equal(rendered(bent("violin", tune, *nothing)), rendered(bent("violin", tune)))


def test_a_bend_is_heard_on_its_own_track_alone() -> None:
    first = bent("violin", notes(0, 1, 60, 0.2)).tracks[0]
    second = bent("organ", notes(0, 1, 67, 0.2), (0.5, 2.0)).tracks[0]
    both = rendered(score_of(first, second))
    alone = [rendered(score_of(track)) for track in (first, second)]
    for part in alone:
        both[:, : part.shape[1]] -= part
    assert np.abs(both).max() < 1e-6


def instantaneous_hz(wave: F8) -> F8:
    """Return the frequency between samples, by the analytic signal, averaged over 64 of them."""
    phase = np.unwrap(np.angle(hilbert(wave)))
    return np.convolve(np.diff(phase), np.ones(64) / 64, "same") * RATE / (2 * np.pi)


@pytest.mark.parametrize("apart", [1, 2, 4])
def test_a_glide_is_right_to_two_cents_all_along(apart: int) -> None:
    # Changes are 5, 10 and 20 ms apart, 0.5, 1 and 2 cents: what sounds is up to one of them behind.
    wave = rendered(bent("sine", notes(0, 3.5, 69, 0.5), *GLIDE[::apart]))[0]
    at = (np.arange(wave.size - 1) + 0.5) / RATE
    heard = (at > 0.1) & (at < 3.4)
    exact = np.clip(at - 0.5, 0, 2)[heard]
    off = 1200 * np.log2(instantaneous_hz(wave)[heard] / 440) - 100 * exact
    assert np.abs(off).max() < min(0.05 + 0.5 * apart, 2)
    assert np.abs(off[at[heard] > 2.6]).max() < 0.06  # and where it has arrived


def test_the_frequency_ramps_in_five_milliseconds() -> None:
    hz = instantaneous_hz(rendered(bent("sine", notes(0, 1, 93, 0.5), (0.5, 12)))[0])
    level = [hz[round((0.5 + t) * RATE)] / 1760 for t in (-0.002, 0.00125, 0.0025, 0.00375, 0.007)]
    assert level == pytest.approx([1, 1.25, 1.5, 1.75, 2], rel=0.01)


@pytest.mark.parametrize("player", ["sine", "church organ", "violin"])
@pytest.mark.parametrize("rows", [GLIDE, [(0.4, 2.0), (0.9, -3.0), (1.1, 0.0), (1.4, 2.0)]])
def test_no_click_where_a_bend_moves(player: str, rows: list[tuple[float, float]]) -> None:
    voice = instrument(player).voice
    assert voice is not None
    left = rendered(bent(player, notes([0.1, 1.7], [1.5, 1.4], [60, 60.3], 0.4, -1), *rows))[0]
    assert np.abs(left).max() > 0.1
    # No more than the note would have, unbent, at its highest.
    assert not has_click(left, 0.16 * fastest_bend(voice, 440 * 2 ** ((62.3 - 69) / 12), RATE) + 1e-4)


def test_the_phase_goes_on_where_a_bend_moves() -> None:
    wave = rendered(bent("sine", notes(0, 2, 69, 0.5, -1), (1, 1.0)))[0]
    phase = np.unwrap(np.angle(hilbert(wave)))[RATE // 2 : RATE * 3 // 2]
    assert np.abs(np.diff(phase, 2)).max() < 1e-4


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_a_moving_bend_is_that_of_a_plain_synthesis(rate: int) -> None:
    # Steps in and beside the seam of chunks, a glide of steps closer than a ramp, and some of a single frame.
    near = [(CHUNK + d) / rate for d in (-300, -1, 0, 1, 100)]
    ats = [0.005, 0.3, 0.301, *near, *(3.2 + k / 1000 for k in range(60)), *(3.4 + k / rate for k in range(5)), 3.95]
    score = bent(
        "church organ",
        notes([0.01, 0.3, 2, 3.25], [3.9, 0.2, 0.7, 0.4], [60.3, 55, 72, 48], 0.3),
        *((at, 2 * math.sin(k)) for k, at in enumerate(ats)),
    )
    found, expected = rendered(score, rate), synthesis(score, rate)
    assert found.shape == expected.shape
    assert found.shape[1] > CHUNK
    assert np.abs(found - expected).max() < 10 ** (-100 / 20)


def test_a_partial_that_a_bend_takes_too_high_is_left_out_throughout() -> None:
    rate = 8000
    # 1568 Hz: the organ's second partial is under 4000 Hz, and over it when bent by five semitones.
    steady = rendered(bent("organ", notes(0, 4, 91, 0.7)), rate)[0]
    moving = rendered(bent("organ", notes(0, 4, 91, 0.7), (3, 5.0)), rate)[0]
    at = np.arange(rate + 1) / 2
    levels = []
    for wave in (steady, moving):
        spectrum = np.abs(np.fft.rfft(wave[rate // 2 : rate // 2 + 2 * rate] * windows.blackmanharris(2 * rate)))
        levels.append(spectrum[np.abs(at - 3136) < 4].max() / spectrum.max())
    assert levels[0] > 0.3
    assert levels[1] < 1e-4
    after = np.abs(np.fft.rfft(moving[3 * rate + 400 : 4 * rate - 400] * windows.blackmanharris(rate - 800)))
    hz = np.arange(after.size) * rate / (rate - 800)
    assert after[np.abs(hz - 1568 * 2 ** (5 / 12)) > 20].max() < 1e-3 * after.max()
    # The lowest has to go, too, where it does not fit.
    assert not rendered(bent("sine", notes(0, 1, 100, 0.7), (0.5, 24)), rate).any()
    assert rendered(bent("sine", notes(0, 1, 100, 0.7), (0.5, 1)), rate).any()


def test_drums_are_never_bent() -> None:
    tune = notes([0, 0.5], 0.2, [36, 41], 0.5)
    assert np.array_equal(rendered(bent("drums", tune, (0, 1), (0.6, 12))), rendered(bent("drums", tune)))


def test_bends_come_with_their_notes_under_another_tempo() -> None:
    tune = notes([0, 2, 4], 2, [60, 62, 64], 0.5)
    changes = np.array([(2, "bend", 0.5), (4, "bend", 1)], CONTROL)
    found = rendered(Score((Track("it", "sine", tune, changes),), TempoMap(((0, 60), (1, 171)))))
    start = 1 + 60 / 171
    wave = found[0, round((start + 0.05) * RATE) : round((start + 0.65) * RATE)]
    assert cents(measured_hz(wave, RATE), 440 * 2 ** ((62.5 - 69) / 12)) < 0.05


def test_a_dense_bend_under_a_long_note_stays_within_memory() -> None:
    rows = [(k / 100, math.sin(k)) for k in range(12_000)]
    stream = played(bent("church organ", notes(0, 120, 60, 0.5), *rows), 8000)
    tracemalloc.start()
    frames = sum(block.shape[1] for block in stream.blocks())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert frames == stream.frames
    assert peak < 14 * 2**20


# Cost and repetition


def test_the_same_score_gives_the_same_samples(tmp_path: Path) -> None:
    first, second = (composer.render(seamy(22_050), tmp_path / f"{n}.wav", rate=22_050) for n in (1, 2))
    assert first.read_bytes() == second.read_bytes()
    stream = played(seamy(22_050), 22_050)
    assert np.array_equal(stream.read().samples, stream.read().samples)


def test_threads_of_linear_algebra_do_not_change_the_samples() -> None:
    code = (
        "import hashlib, numpy as np\n"
        "from composer.outputs.engines.sine import sine\n"
        "from composer.score import Score, Track, notes\n"
        "many = notes(np.arange(40) / 8, 4, 40 + np.arange(40) + 0.1, 0.5)\n"
        "audio = sine(Score((Track('it', 'strings', many),)), 44100, 440.0, ((0,),)).read()\n"
        "print(hashlib.sha256(audio.samples.tobytes()).hexdigest())\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(found) == 1


def test_memory_does_not_grow_with_length() -> None:
    peaks = []
    for minutes in (2, 20):
        count = 30 * minutes
        stream = played(one("sine", np.arange(count) * 2, 1.9, 50 + np.arange(count) % 30, 0.5), 8000)
        assert stream.frames > minutes * 60 * 8000 * 0.99
        tracemalloc.start()
        frames = sum(block.shape[1] for block in stream.blocks())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert frames == stream.frames
    assert peaks[1] < peaks[0] + 2**18
    assert peaks[1] < 8 * 2**20  # where twenty minutes are 77 MB


@pytest.mark.parametrize("beat", [-1.0, math.nan, math.inf, -math.inf, 1e300])
def test_positions_out_of_reach_are_refused(beat: float) -> None:
    for start, length in ((beat, 1.0), (0.5, beat)):
        with pytest.raises(InputError, match=re.escape(f"track 'it': the note at beat {start} is out of reach")):
            played(one("sine", start, length, 60), RATE)
