"""Units: note names, frequencies, the laws of level and place, and the tempo map that is the only clock."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import InputError
from composer.units import (
    TempoMap,
    amplitude_of_db,
    amplitude_of_velocity,
    db_of_amplitude,
    fifths_of,
    hz_of_pitch,
    pan_gains,
    pitch_class_of,
    pitch_name,
    pitch_of,
    velocity_of_amplitude,
)

# Note names


@pytest.mark.parametrize(
    ("name", "pitch"),
    [
        ("C4", 60),
        ("c4", 60),
        (" C4 ", 60),
        ("C#4", 61),
        ("C♯4", 61),
        ("Db4", 61),
        ("D♭4", 61),
        ("Cb4", 59),
        ("B3", 59),
        ("E#4", 65),
        ("Fb4", 64),
        ("B#3", 60),
        ("Cx4", 62),
        ("C##4", 62),
        ("Dbb4", 60),
        ("bb4", 70),
        ("b4", 71),
        ("A4", 69),
        ("A0", 21),
        ("C8", 108),
        ("C-1", 0),
        ("G9", 127),
    ],
)
def test_a_note_name_has_one_pitch(name: str, pitch: int) -> None:
    assert pitch_of(name) == pitch


@pytest.mark.parametrize("name", ["", "H4", "4", "C#b4", "Cb#4", "C 4", "C--1", "C4.5", "do4", "C4 D4", "C444", "C٤"])
def test_what_is_no_note_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=re.escape(f"{name!r} is not a note name")):
        pitch_of(name)


def test_an_octave_is_asked_for_or_refused() -> None:
    with pytest.raises(InputError, match=r"'F#' has no octave\n *write it like F#4"):
        pitch_of("F#")
    with pytest.raises(InputError, match="'F#4' has an octave"):
        pitch_class_of("F#4")


def test_every_midi_number_has_a_name_that_leads_back() -> None:
    assert [pitch_of(pitch_name(pitch)) for pitch in range(128)] == list(range(128))
    assert (pitch_name(0), pitch_name(60), pitch_name(127)) == ("C-1", "C4", "G9")


def test_a_fraction_is_named_after_the_nearest_key() -> None:
    assert [pitch_name(pitch) for pitch in (59.49, 59.5, 60.49, 60.5)] == ["B3", "C4", "C4", "C#4"]


def test_pitch_classes_wrap_at_the_octave() -> None:
    names = ["C", "C#", "Db", "D", "E", "Fb", "E#", "F", "B", "Cb", "B#", "Abb"]
    assert [pitch_class_of(name) for name in names] == [0, 1, 1, 2, 4, 4, 5, 5, 11, 11, 0, 7]


def test_the_line_of_fifths_is_a_line() -> None:
    line = "Fbb Cbb Gbb Dbb Abb Ebb Bbb Fb Cb Gb Db Ab Eb Bb F C G D A E B F# C# G# D# A# E# B# Fx".split()
    assert [fifths_of(name) for name in line] == list(range(-15, 14))


# Frequencies


def test_known_frequencies() -> None:
    # Middle C and the piano's lowest key, as in any table of equal temperament.
    assert hz_of_pitch([69, 57, 81]).tolist() == [440, 220, 880]
    assert hz_of_pitch(60) == pytest.approx(261.6255653005986, rel=1e-14)
    assert hz_of_pitch(21) == 27.5
    assert hz_of_pitch(69, a4=432) == 432


# Level and place


def test_amplitude_is_velocity_squared() -> None:
    assert amplitude_of_velocity([0, 0.5, 1]).tolist() == [0, 0.25, 1]
    assert velocity_of_amplitude([0, 0.25, 1]).tolist() == [0, 0.5, 1]


def test_decibels() -> None:
    assert amplitude_of_db([0, -20, 20, -np.inf]).tolist() == [1, 0.1, 10, 0]
    assert db_of_amplitude(0.5) == pytest.approx(-6.020599913279624)
    assert db_of_amplitude(0) == -math.inf


def test_pan_at_its_three_places() -> None:
    left, right = pan_gains([-1, 0, 1])
    assert left.tolist() == [1, pytest.approx(math.sqrt(0.5)), 0]
    assert right.tolist() == [0, pytest.approx(math.sqrt(0.5)), 1]


@settings(deadline=None)
@given(st.floats(-1, 1))
def test_pan_keeps_the_power_and_its_two_sides_mirror_each_other(pan: float) -> None:
    left, right = pan_gains(pan)
    assert left**2 + right**2 == pytest.approx(1, abs=1e-15)
    assert pan_gains(-pan) == (pytest.approx(right, abs=1e-15), pytest.approx(left, abs=1e-15))
    assert left == pytest.approx(math.cos(math.radians(90 * (pan + 1) / 2)), abs=1e-15)


# Time


@st.composite
def tempo_maps(draw: st.DrawFn) -> TempoMap:
    gaps = draw(st.lists(st.floats(0.01, 50), max_size=6))
    beats = [0.0, *np.cumsum(gaps).tolist()]
    return TempoMap(tuple((beat, draw(st.floats(10, 400))) for beat in beats))


def exact_seconds(tempo: TempoMap, beat: float) -> Fraction:
    """Walk the map change by change in rational numbers: the slow plain model."""
    changes = [(Fraction(at), Fraction(bpm)) for at, bpm in tempo.changes]
    total, target = Fraction(0), Fraction(beat)
    for n, (at, bpm) in enumerate(changes):
        until = changes[n + 1][0] if n + 1 < len(changes) else target
        if target <= at:
            break
        total += (min(until, target) - at) * 60 / bpm
    return total


def test_one_tempo() -> None:
    assert TempoMap().seconds([0, 1, 4]).tolist() == [0, 0.5, 2]
    assert TempoMap(((0, 96),)).beats(60) == 96


def test_several_tempi() -> None:
    tempo = TempoMap(((0, 60), (4, 120), (8, 30)))
    assert tempo.seconds([0, 2, 4, 6, 8, 9]).tolist() == [0, 2, 4, 5, 6, 8]
    assert tempo.beats([0, 2, 4, 5, 6, 8]).tolist() == [0, 2, 4, 6, 8, 9]
    assert tempo.seconds_lasting([0, 2, 3, 7], [1, 4, 1, 2]).tolist() == [1, 3, 1, 2.5]
    assert tempo.beats_lasting([0, 2, 3, 5.5], [1, 3, 1, 2.5]).tolist() == [1, 4, 1, 2]


@settings(deadline=None)
@given(tempo_maps(), st.floats(0, 300))
def test_seconds_are_the_sum_over_the_changes(tempo: TempoMap, beat: float) -> None:
    assert tempo.seconds(beat) == pytest.approx(float(exact_seconds(tempo, beat)), rel=1e-12, abs=1e-12)


@settings(deadline=None)
@given(tempo_maps(), st.floats(0, 300))
def test_beats_and_seconds_are_inverse(tempo: TempoMap, beat: float) -> None:
    assert tempo.beats(tempo.seconds(beat)) == pytest.approx(beat, rel=1e-12, abs=1e-9)


@settings(deadline=None)
@given(tempo_maps(), st.lists(st.floats(0, 300), min_size=2, max_size=20))
def test_time_never_runs_backwards(tempo: TempoMap, beats: list[float]) -> None:
    assert np.all(np.diff(tempo.seconds(sorted(beats))) >= 0)


@settings(deadline=None)
@given(tempo_maps(), st.floats(0, 300), st.floats(0, 100))
def test_a_length_is_the_difference_of_two_positions(tempo: TempoMap, start: float, length: float) -> None:
    seconds = tempo.seconds_lasting(start, length)
    assert seconds == pytest.approx(float(tempo.seconds(start + length) - tempo.seconds(start)), rel=1e-9, abs=1e-9)
    beats = tempo.beats_lasting(start, length)
    assert beats == pytest.approx(float(tempo.beats(start + length) - tempo.beats(start)), rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(st.floats(0, 1e6), st.floats(0, 1e3))
def test_at_60_bpm_a_length_in_seconds_is_the_same_number_of_beats(start: float, length: float) -> None:
    tempo = TempoMap(((0, 60),))
    assert tempo.beats_lasting(start, length) == length
    assert tempo.seconds_lasting(start, length) == length


@settings(deadline=None)
@given(tempo_maps())
def test_a_missing_position_stays_missing(tempo: TempoMap) -> None:
    assert np.isnan(tempo.seconds([np.nan])).all()
    assert np.isnan(tempo.beats([np.nan])).all()
    assert np.isnan(tempo.seconds_lasting([0, 1], np.nan)).all()
    assert np.isnan(tempo.beats_lasting([0, 1], np.nan)).all()


@pytest.mark.parametrize(
    "changes",
    [
        (),
        ((1, 120),),
        ((-1, 120),),
        ((0, 120), (0, 60)),
        ((0, 120), (8, 60), (4, 90)),
        ((0, 120), (math.nan, 60)),
        ((0, 120), (math.inf, 60)),
        ((math.nan, 120),),
    ],
)
def test_changes_out_of_order_are_refused(changes: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(InputError, match="first change at beat 0"):
        TempoMap(changes)


@pytest.mark.parametrize("bpm", [0, -60, math.nan, math.inf, -math.inf])
def test_a_tempo_that_is_none_is_refused(bpm: float) -> None:
    with pytest.raises(InputError, match="not above 0 bpm"):
        TempoMap(((0, 120), (4, bpm)))


@settings(deadline=None)
@given(st.integers(1, 5))
def test_positions_keep_their_shape(rows: int) -> None:
    tempo = TempoMap(((0, 60), (1, 90)))
    assert tempo.seconds(np.zeros((rows, 2))).shape == (rows, 2)
    assert tempo.seconds_lasting(np.zeros(rows), 1.0).shape == (rows,)
