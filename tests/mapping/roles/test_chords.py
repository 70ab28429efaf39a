"""Chords: which notes, how many, struck when."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from scenes import chord_at, play, row_of, scene, settings_of

from composer.mapping.metre import TOUCH
from composer.mapping.roles import Setting
from composer.mapping.voicing import REACH


def voicings(made: np.ndarray) -> list[list[float]]:
    return [sorted(made["pitch"][made["start"] == start].tolist()) for start in np.unique(made["start"])]


def test_a_progression_is_voiced_as_a_pianist_would() -> None:
    line = row_of([67.0, 69.0, 67.0, 67.0], 4.0)
    made = play("chords", scene(line, "I IV V7 I"))
    assert voicings(made) == [[60, 64, 67], [60, 65, 69], [59, 65, 67], [60, 64, 67]]
    opened = play("chords", scene(line, "I IV V I"), spread="open")
    assert voicings(opened)[0] == [52, 60, 67]


def test_without_a_harmony_each_note_bears_its_triad() -> None:
    line = row_of([67.0, 69.0, 71.0], 1.0)
    made = play("chords", scene(line))
    assert [{p % 12 for p in v} for v in voicings(made)] == [{7, 11, 2}, {9, 0, 4}, {11, 2, 5}]


def test_the_size_is_the_number_of_notes() -> None:
    line = row_of([72.0] * 4, 1.0, size=np.array([1.0, 2.4, 4.0, 0.0]))
    assert [len(v) for v in voicings(play("chords", scene(line, "I")))] == [1, 2, 4, 1]


@settings(max_examples=40)
@given(settings_of("chords"))
def test_chords_hold_only_what_sounds_and_no_note_twice(setting: Setting) -> None:
    made = play("chords", setting)
    for row in np.unique(setting.line.row):
        for start in np.unique(made["start"]):
            struck = made["pitch"][(made["start"] == start) & (made["row"] == row)]
            if setting.harmony is not None:
                assert {p % 12 for p in struck} <= chord_at(setting.harmony, float(start))
            if np.sum(setting.line.row == row) == 1:
                assert all(a < b for a, b in pairwise(struck))


def test_chords_do_not_growl() -> None:
    made = play("chords", scene(row_of([30.0, 28.0], 1.0), "I"))
    assert made["pitch"].min() >= 45


def test_the_highest_note_follows_the_mapped_pitch() -> None:
    pitches = [60.0, 84.0, 72.0, 55.0]
    tops = [max(v) for v in voicings(play("chords", scene(row_of(pitches, 1.0), "I")))]
    assert np.all(np.abs(np.array(tops) - np.array([60, 84, 72, 55])) <= REACH)


def test_a_row_is_struck_again_where_the_harmony_changes() -> None:
    made = play("chords", scene(row_of([67.0], 10.0), "I I IV"))
    assert np.unique(made["start"]).tolist() == [0, 8]
    assert made["length"].tolist() == [8, 8, 8, 2, 2, 2]
    assert set(made["row"]) == {0}


def test_a_strum_goes_up_or_down_and_ends_together() -> None:
    line = row_of([67.0], 4.0)
    up = play("chords", scene(line, "I"), strum=0.25)
    assert up["start"].tolist() == [0, 0.25, 0.5]
    assert up["pitch"].tolist() == [60, 64, 67]
    assert (up["start"] + up["length"]).tolist() == [4, 4, 4]
    down = play("chords", scene(line, "I"), strum=-0.25)
    assert down["pitch"].tolist() == [67, 64, 60]


def test_a_strum_longer_than_its_row_still_sounds_every_note() -> None:
    made = play("chords", scene(row_of([67.0, 67.0], 0.3), "I"), strum=1.0)
    assert made.size == 6
    assert np.all(made["length"] > 0.1 - TOUCH)
    assert np.all(made["start"] + made["length"] <= np.repeat([0.3, 0.6], 3) + 1e-9)
