"""The melody: what moves to the chords, what is doubled in thirds, when it rests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import chord_at, play, row_of, scene, settings_of

from composer.instruments import instrument
from composer.mapping.harmony import Harmony, chords_of
from composer.mapping.lines import Line
from composer.mapping.metre import strong
from composer.mapping.register import folded
from composer.mapping.roles import Setting

drawn = settings_of("melody", least=1)


def alone(setting: Setting) -> Setting:
    """Return the setting with one note a row, and the rows numbered."""
    line = Line(**{**vars(setting.line), "size": setting.line.size * 0, "row": np.arange(len(setting.line))})
    return replace(setting, line=line)


@settings(max_examples=40)
@given(drawn)
def test_untouched_the_melody_is_the_data_folded_into_the_range(setting: Setting) -> None:
    setting = alone(setting)
    made = play("melody", setting)
    assert np.array_equal(made["pitch"], folded(setting.line.pitch, setting.player))
    assert np.array_equal(made["start"], setting.line.start)
    assert np.array_equal(made["length"], setting.line.length)
    assert np.array_equal(made["row"], setting.line.row)


@settings(max_examples=40)
@given(drawn)
def test_wholly_consonant_every_strong_beat_is_the_nearest_chord_tone_and_nothing_else_moves(setting: Setting) -> None:
    setting = alone(setting)
    free, made = play("melody", setting), play("melody", setting, consonance=1.0)
    heavy = strong(setting.line.start, setting.meter)
    before = None
    for was, now, on in zip(free, made, heavy, strict=True):
        if not on or setting.harmony is None:
            assert now["pitch"] == was["pitch"]
        else:
            tones = [
                pitch
                for pitch in range(setting.player.lowest, setting.player.highest + 1)
                if pitch % 12 in chord_at(setting.harmony, now["start"])
            ]
            assert now["pitch"] in tones
            least = min(abs(pitch - was["pitch"]) for pitch in tones)
            near = [pitch for pitch in tones if abs(pitch - was["pitch"]) == least]
            # Half way between two, the melody moves towards where it was; the higher where that says nothing.
            assert now["pitch"] == min(near, key=lambda pitch: (abs(pitch - before) if before else 0, -pitch))
        before = now["pitch"]


@settings(max_examples=40)
@given(drawn, st.floats(0, 1), st.floats(0, 1), st.integers(0, 9))
def test_what_moves_at_a_low_dial_also_moves_at_a_high_one(setting: Setting, a: float, b: float, seed: int) -> None:
    setting = alone(setting)
    free = play("melody", setting, seed)["pitch"]
    low, high = (play("melody", setting, seed, consonance=dial)["pitch"] for dial in sorted((a, b)))
    assert np.all((low == free) | (high != free) | (low == high))


def test_about_half_of_the_strong_notes_move_at_one_half() -> None:
    line = row_of([62.0] * 4000, 2.0)
    made = play("melody", scene(line, "I"), consonance=0.5)
    tops = made["pitch"][np.append(True, made["row"][1:] != made["row"][:-1])]
    assert 0.45 < np.mean(tops != 62) < 0.55


def test_a_tie_goes_towards_the_note_before() -> None:
    line = row_of([72.0, 62.0, 48.0, 62.0], 2.0, size=np.ones(4))
    assert play("melody", scene(line, "I"), consonance=1.0)["pitch"].tolist() == [72, 64, 48, 60]
    line = row_of([62.0], 2.0, size=np.ones(1))
    assert play("melody", scene(line, "I"), consonance=1.0)["pitch"].tolist() == [64]


def test_a_larger_size_adds_thirds_below() -> None:
    line = row_of([67.0, 69.0, 71.0], size=np.array([3.0, 2.0, 1.0]))
    assert play("melody", scene(line))["pitch"].tolist() == [67, 64, 60, 69, 65, 71]
    harmonic = row_of([72.0, 68.0], size=np.full(2, 2.0))
    assert play("melody", scene(harmonic, key="A harmonic minor"))["pitch"].tolist() == [72, 69, 68, 65]
    five = row_of([74.0, 72.0], size=np.full(2, 2.0))
    assert play("melody", scene(five, key="C major pentatonic"))["pitch"].tolist() == [74, 69, 72, 69]


def test_thirds_below_the_range_are_left_out() -> None:
    flute = instrument("flute")
    line = row_of([64.0], size=np.full(1, 4.0))
    assert play("melody", scene(line, player=flute))["pitch"].tolist() == [64, 60]


@settings(max_examples=50)
@given(drawn, st.sampled_from([1.0, 1.5, 4.0]))
def test_a_melody_that_calls_rests_in_odd_phrases(setting: Setting, phrase: float) -> None:
    setting = alone(setting)
    every, calls = play("melody", setting), play("melody", setting, phrase=phrase)
    assert calls["row"].tolist() == [n["row"] for n in every if int((n["start"] + 1e-6) // phrase) % 2 == 0]
    for note in calls:
        over = (int((note["start"] + 1e-6) // phrase) + 1) * phrase
        length = every["length"][every["row"] == note["row"]][0]
        assert note["length"] == min(length, over - note["start"])


def test_pitches_between_the_keys_are_kept_until_they_move() -> None:
    line = row_of([60.4, 60.4], 1.0, size=np.ones(2))
    harmony = Harmony(np.zeros(1), chords_of("V", "C"))
    made = play("melody", replace(scene(line), harmony=harmony), consonance=1.0)
    assert made["pitch"].tolist() == [59, 60.4]
