"""Pitches between the keys as they are heard: in our renderer, in FluidSynth and in TiMidity, by FFT.

FluidSynth plays whole cents, and rounds down; a full bend is 127/128 of its range there. TiMidity 2.14 takes a bend to
1/256 of a semitone, and reads a sample in steps of 1/4096 of its own rate (its `recompute_freq`): 0.42 cent at the
sample's own key, twice that an octave below. So it is as exact as the SoundFont's samples are low, whatever the file
says. It bends by two octaves at most, half of what an MPE zone has.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from programs import PROGRAMS, ask, timidity_cfg
from tiny_sf2 import soundfont
from tuner import pitch_of_sound

import composer
from composer.score import Score, Track, notes
from composer.units import TempoMap

F8 = NDArray[np.float64]
PITCHES = np.array([60.0, 60.25, 61.37, 64.5, 69.31, 57.123, 72.4999, 48.004, 83.71])
SPAN, HELD, WINDOW = 3, 2.5, 2.0  # seconds: from note to note, of a note, and of what is measured of it
KEYS = np.floor(PITCHES + 0.5)
RATE = 44_100
FLUIDSYNTH_REACH = 127 / 128  # of what a bend is to be


def pitches_heard(path: Path, count: int = PITCHES.size) -> F8:
    """Return the pitch of each of the notes of a `held` score in a WAV, nan for silence."""
    samples, rate = soundfile.read(path, always_2d=True)
    mono = samples.sum(axis=1)
    heard = np.full(count, np.nan)
    for n in range(count):
        begin = int((n * SPAN + (HELD - WINDOW) / 2) * rate)
        part = mono[begin : begin + int(WINDOW * rate)]
        if part.size and np.abs(part).max() > 1e-3:
            heard[n] = pitch_of_sound(part, rate)
    return heard


def held(pitch: F8) -> Score:
    """Return a score of single held notes, in seconds."""
    return Score((Track("it", "flute", notes(SPAN * np.arange(pitch.size), HELD, pitch)),), TempoMap(((0, 60),)))


def cents(heard: F8, wanted: F8 = PITCHES) -> F8:
    """Return how many cents each pitch is too high."""
    return 100 * (heard - wanted)


Played = Callable[..., F8]


@pytest.fixture
def played(tmp_path: Path) -> Played:
    """Return by how many cents what a program plays is above `PITCHES`, in an encoding, or where told other pitches."""

    def play(program: str, encoding: str, told: F8 = PITCHES) -> F8:
        mid = composer.render(held(told), tmp_path / f"{encoding}.mid", tuning=encoding)
        answer = ask(program, mid, tmp_path)
        assert PROGRAMS[program].content(answer), answer
        return cents(pitches_heard(answer.file))

    return play


@pytest.mark.parametrize("pitch", [48.0, 60.25, 69.0, 72.4999, 83.71])
def test_the_meter_is_right_to_a_hundredth_of_a_cent_and_sees_a_twentieth(pitch: float) -> None:
    time = np.arange(int(WINDOW * RATE)) / RATE
    waves = [np.sin(0.3 + 2 * np.pi * time * 440 * 2 ** ((p - 69) / 12)) for p in (pitch, pitch + 0.0005)]
    low, high = (pitch_of_sound(wave, RATE) for wave in waves)
    assert abs(low - pitch) < 1e-4
    assert high - low == pytest.approx(0.0005, abs=2e-4)


def test_silence_and_a_wrong_pitch_are_noticed(tmp_path: Path) -> None:
    wrong = PITCHES + 0.001 * (np.arange(PITCHES.size) == 3)
    heard = pitches_heard(composer.render(held(wrong[:-1]), tmp_path / "a.wav", encoding="float"))
    assert np.isnan(heard[-1])
    assert [n for n, off in enumerate(cents(heard)[:-1]) if abs(off) > 0.05] == [3]


def test_our_renderer_plays_the_score_to_a_twentieth_of_a_cent(tmp_path: Path) -> None:
    heard = pitches_heard(composer.render(held(PITCHES), tmp_path / "a.wav", encoding="float"))
    assert np.abs(cents(heard)).max() < 0.05


# Half a step of 14 bits, of a range of 2 and of 48 semitones, and the meter's own error.
@pytest.mark.parametrize(("encoding", "most"), [("bend", 0.0125 + 0.01), ("mpe", 0.293 + 0.01), ("mts", 0.0031 + 0.01)])
def test_our_renderer_plays_the_file_as_finely_as_bends_are_written(encoding: str, most: float, tmp_path: Path) -> None:
    score = composer.read_midi(composer.render(held(PITCHES), tmp_path / "a.mid", tuning=encoding))
    heard = pitches_heard(composer.render(score, tmp_path / "a.wav", encoding="float"))
    assert np.abs(cents(heard)).max() < most


@pytest.mark.parametrize(("encoding", "reach"), [("bend", 2), ("mpe", 48)])
def test_fluidsynth_plays_what_the_bends_say(encoding: str, reach: int, played: Played) -> None:
    step = reach / 8192
    bend = np.floor((PITCHES - KEYS) / step + 0.5) * step * FLUIDSYNTH_REACH
    wanted = np.floor(100 * (KEYS + bend) + 1e-6) / 100
    assert np.abs(played("fluidsynth", encoding) - cents(wanted)).max() < 0.01


def test_fluidsynth_plays_what_the_tuning_messages_say(played: Played) -> None:
    wanted = np.floor(100 * np.floor(PITCHES * 2**14 + 0.5) / 2**14 + 1e-6) / 100
    assert np.abs(played("fluidsynth", "mts") - cents(wanted)).max() < 0.01


# Scales whose octaves are alike, at whole cents and between them.
WHOLE = 48 + np.arange(24) + np.tile([0, 13, -44, 50, 7, 0, 1, 2, 3, -20, 49, 0], 2) / 100
JUST = 12 * np.log2(np.array([1, 16 / 15, 9 / 8, 6 / 5, 5 / 4, 4 / 3, 45 / 32, 3 / 2, 8 / 5, 5 / 3, 9 / 5, 15 / 8]))


@pytest.mark.parametrize(
    ("program", "pitches", "low", "high"),
    [
        ("fluidsynth", WHOLE, -1.01, 0.01),
        ("fluidsynth", 60 + JUST, -1.01, 0.01),
        ("timidity", WHOLE, -2.0, 2.0),
    ],
)
def test_octave_tunings_are_understood(program: str, pitches: F8, low: float, high: float, tmp_path: Path) -> None:
    mid = composer.render(held(pitches), tmp_path / "a.mid", tuning="mts")
    off = cents(pitches_heard(ask(program, mid, tmp_path).file, pitches.size), pitches)
    assert low < off.min() and off.max() < high


def test_timidity_knows_octaves_of_whole_cents_only(tmp_path: Path) -> None:
    mid = composer.render(held(60 + JUST), tmp_path / "a.mid", tuning="mts")
    off = cents(pitches_heard(ask("timidity", mid, tmp_path).file, JUST.size), np.rint(60 + JUST))
    assert np.abs(off).max() < 2  # the keys, as if there were no message


@pytest.mark.parametrize(("encoding", "most"), [("bend", 0.9), ("mpe", 1.2), ("mts", 0.52)])
def test_half_a_cent_more_brings_fluidsynth_nearer(encoding: str, most: float, played: Played) -> None:
    assert np.abs(played("fluidsynth", encoding, PITCHES + 0.005)).max() < most


@pytest.mark.parametrize("encoding", ["bend", "mpe"])
def test_what_is_written_for_fluidsynth_is_right_to_its_half_cent(encoding: str, tmp_path: Path) -> None:
    pitches = np.random.default_rng(8).uniform(40, 90, 40)
    mid = composer.render(held(pitches), tmp_path / "a.mid", tuning=encoding, player="fluidsynth")
    answer = ask("fluidsynth", mid, tmp_path)
    heard = pitches_heard(answer.file, pitches.size)
    assert np.abs(cents(heard, pitches)).max() < 0.52


@pytest.mark.parametrize("encoding", ["bend", "mts"])
def test_timidity_is_right_to_two_cents(encoding: str, played: Played) -> None:
    assert np.abs(played("timidity", encoding)).max() < 2


RANDOM = np.random.default_rng(8).uniform(40, 90, 40)


def timidity_s(told: F8, root: int, folder: Path) -> F8:
    """Return by how many cents TiMidity is off with bends in a range of two semitones and a sample of this key."""
    (folder / "root.sf2").write_bytes(soundfont(root))
    mid = composer.render(held(told), folder / "a.mid", tuning="bend")
    answer = ask("timidity", mid, folder, cfg=timidity_cfg(folder / "root.sf2"))
    assert PROGRAMS["timidity"].content(answer), answer
    return cents(pitches_heard(answer.file, told.size), told)


def test_timidity_is_right_to_two_cents_at_random_pitches_where_the_sample_is_no_higher(tmp_path: Path) -> None:
    assert np.abs(timidity_s(RANDOM, 45, tmp_path)).max() < 1.5


def test_what_timidity_is_off_by_is_the_step_of_a_sample_that_is_too_high(tmp_path: Path) -> None:
    off = timidity_s(RANDOM, 93, tmp_path)
    step = 1200 * np.log2(1 + 2 ** ((93 - RANDOM) / 12) / 4096)
    assert step.max() > 8 and np.abs(off).max() > 5
    assert (np.abs(off) < step + 100 / 256 + 0.8).all()  # and at most one sample of the loop
    near = RANDOM > 93 - 24
    assert near.sum() >= 8 and np.abs(off[near]).max() < 2


def test_timidity_bends_an_mpe_zone_by_half(played: Played) -> None:
    np.testing.assert_allclose(played("timidity", "mpe"), 50 * (KEYS - PITCHES), atol=2)


@pytest.mark.parametrize(("program", "most"), [("fluidsynth", 0.02), ("timidity", 2)])
def test_rounded_pitches_are_the_keys(program: str, most: float, played: Played) -> None:
    np.testing.assert_allclose(played(program, "round"), 100 * (KEYS - PITCHES), atol=most)


@pytest.mark.parametrize("encoding", ["bend", "mpe"])
def test_notes_that_sound_together_are_bent_each_for_itself(encoding: str, tmp_path: Path) -> None:
    chord = np.array([60.25, 64.4, 67.1, 71.33])
    score = Score((Track("it", "flute", notes(0, HELD, chord)),), TempoMap(((0, 60),)))
    mid = composer.render(score, tmp_path / "a.mid", tuning=encoding)
    samples, rate = soundfile.read(ask("fluidsynth", mid, tmp_path).file)
    part = samples.sum(axis=1)[: int(WINDOW * rate)]
    for pitch in chord:
        # Alone in its band, a semitone to each side, each note is measured as if it were the only one.
        bins = np.fft.rfftfreq(part.size, 1 / rate)
        near = np.abs(12 * np.log2(np.maximum(bins, 1) / 440) + 69 - pitch) < 1
        alone = np.fft.irfft(np.fft.rfft(part) * near, part.size)
        assert abs(pitch_of_sound(alone, rate) - pitch) < 0.015


@pytest.mark.parametrize("encoding", ["bend", "mpe"])
def test_no_melodic_note_takes_the_drums_channel(encoding: str, tmp_path: Path) -> None:
    pitch = 60 + np.arange(18) * 0.7  # in an MPE zone each has the next channel
    mid = composer.render(held(pitch), tmp_path / "a.mid", tuning=encoding)
    heard = pitches_heard(ask("fluidsynth", mid, tmp_path).file, pitch.size)
    assert np.abs(cents(heard, pitch)).max() < 2
