"""The answer: what comes back, when, how changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import play, row_of, scale_of, scene, settings_of, tune

from composer.instruments import instrument
from composer.mapping.roles import Setting
from composer.mapping.roles.answer import TRANSFORMS
from composer.score import Notes, notes

CALL = [60.0, 64.0, 67.0, 65.0]


def answered(transform: str, pitches: list[float] = CALL, name: str = "piano", end: float = 16.0) -> Notes:
    line = row_of([60.0] * 16)
    setting = scene(line, player=instrument(name), lines={"tune": tune(pitches)}, end=end)
    return play("answer", setting, phrase=4.0, transform=transform)


@pytest.mark.parametrize(
    ("transform", "pitches"),
    [
        ("same", [60, 64, 67, 65]),
        ("third", [64, 67, 71, 69]),
        ("fifth", [67, 71, 74, 72]),
        ("inverted", [60, 57, 53, 55]),
        ("retrograde", [65, 67, 64, 60]),
    ],
)
def test_the_call_comes_back_changed(transform: str, pitches: list[float]) -> None:
    made = answered(transform)
    assert made["pitch"].tolist() == pitches
    assert made["start"].tolist() == [4, 5, 6, 7]
    assert made["row"].tolist() == ([3, 2, 1, 0] if transform == "retrograde" else [0, 1, 2, 3])


def test_every_even_phrase_is_answered_and_none_beside() -> None:
    made = answered("same", [60.0 + k % 12 for k in range(16)])
    assert made["row"].tolist() == [0, 1, 2, 3, 8, 9, 10, 11]
    assert made["start"].tolist() == [4, 5, 6, 7, 12, 13, 14, 15]


def test_each_phrase_is_inverted_about_its_own_first_note() -> None:
    made = answered("inverted", [60, 62, 64, 65, 60, 60, 60, 60, 72, 71, 69, 67])
    assert made["pitch"].tolist() == [60, 59, 57, 55, 72, 74, 76, 77]


def test_an_answer_rests_on_the_chords_of_its_own_time() -> None:
    line = row_of([60.0] * 16)
    setting = scene(line, "I V", lines={"tune": tune([60.0, 62.0, 67.0, 65.0])}, end=8.0)
    for transform, pitches in (("same", [59, 62, 67, 65]), ("retrograde", [67, 67, 62, 60])):
        made = play("answer", setting, phrase=4.0, transform=transform, consonance=1.0)
        assert made["pitch"].tolist() == pitches


def test_a_whole_phrase_moves_by_octaves_into_the_range() -> None:
    assert answered("same", CALL, "flute")["pitch"].tolist() == CALL
    assert answered("same", [48, 52, 55, 65], "flute")["pitch"].tolist() == [60, 64, 67, 77]
    assert answered("same", [88, 86, 84, 60], "cello")["pitch"].tolist() == [76, 74, 72, 48]
    # Too wide for the clarinet of an octave and a half: what does not fit moves by itself.
    assert answered("same", [60, 64, 84, 65], "tubular bells")["pitch"].tolist() == [60, 64, 72, 65]


def test_a_note_that_hangs_over_ends_with_its_phrase_and_the_piece() -> None:
    line = row_of([60.0] * 16)
    lines = {"tune": notes([3.5, 8.0], [2.0, 4.0], [60, 62], row=[0, 1])}
    made = play("answer", scene(line, lines=lines, end=14.0), phrase=4.0)
    assert made["start"].tolist() == [7.5, 12]
    assert made["length"].tolist() == [0.5, 2]
    assert play("answer", scene(line, lines=lines, end=12.0), phrase=4.0)["row"].tolist() == [0]


def test_velocity_and_pan_are_its_own_for_the_rows_it_plays() -> None:
    line = row_of([60.0] * 3, row=np.array([1, 2, 2]), velocity=np.array([0.1, 0.2, 0.3]), pan=np.full(3, -1.0))
    made = play("answer", scene(line, lines={"tune": tune(CALL)}, end=8.0), phrase=4.0)
    assert made["velocity"].tolist() == [0.7, 0.1, 0.2, 0.7]
    assert made["pan"].tolist() == [0.25, -1, -1, 0.25]


def test_a_call_in_another_scale_is_answered_in_its_own() -> None:
    lines = {"tune": tune([61.0, 66.0, 60.3])}
    made = play("answer", scene(row_of([60.0] * 8), lines=lines), phrase=4.0)
    assert made["pitch"].tolist() == [62, 67, 60]
    few = scene(row_of([60.0] * 8), lines=lines, scale=np.array([60.0, 62.0, 67.0]))
    assert play("answer", few, phrase=4.0, transform="fifth")["pitch"].tolist() == [67, 67, 67]


@settings(max_examples=40)
@given(settings_of("answer"), st.sampled_from(list(TRANSFORMS)), st.sampled_from([1.0, 1.5, 4.0]))
def test_answers_sound_in_odd_phrases_alone(setting: Setting, transform: str, phrase: float) -> None:
    made = play("answer", setting, phrase=phrase, transform=transform)
    number = np.floor((made["start"] + 1e-6) / phrase)
    assert np.all(number % 2 == 1)
    assert np.all(made["start"] + made["length"] <= (number + 1) * phrase + 1e-9)


def test_call_and_answer_never_sound_together() -> None:
    line = row_of(scale_of("C major")[30:46].tolist(), 1.25, size=np.ones(16))
    melody = play("melody", scene(line), phrase=4.0)
    made = play("answer", replace(scene(line), lines={"tune": melody}), phrase=4.0)
    assert (melody.size, made.size) == (10, 7)  # the third call is past the end
    for note in made:
        over = (melody["start"] < note["start"] + note["length"]) & (
            melody["start"] + melody["length"] > note["start"] + 1e-9
        )
        assert not over.any()
