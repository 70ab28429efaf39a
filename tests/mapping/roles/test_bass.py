"""The bass: roots, fifths, octaves and walks, low."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import PITCHED, SEVEN, play, row_of, scale_of, scene, settings_of

from composer.instruments import instrument
from composer.mapping.harmony import Harmony, diatonic
from composer.mapping.lines import Line
from composer.mapping.roles import Setting


def text(made: np.ndarray) -> str:
    return " ".join(f"{n['start']:g}:{n['pitch']:g}" for n in made)


def test_roots_lie_low_and_near_the_mapped_pitch() -> None:
    line = row_of([36.0, 84.0, 50.0, 31.0], 4.0)
    made = play("bass", scene(line, "I vi IV V"))
    assert made["pitch"].tolist() == [36, 45, 53, 31]


@settings(max_examples=40)
@given(settings_of("bass"))
def test_every_root_is_the_one_that_sounds(setting: Setting) -> None:
    made = play("bass", setting)
    for note in made:
        if setting.harmony is None:
            mapped = setting.line.pitch[setting.line.row == note["row"]]
            assert note["pitch"] % 12 in mapped % 12
        else:
            assert note["pitch"] % 12 == setting.harmony.chord(float(note["start"])).root


@pytest.mark.parametrize("name", ["piano", "flute", "contrabass", "glockenspiel", "tuba", "bass"])
def test_a_bass_keeps_to_the_low_register_of_its_instrument(name: str) -> None:
    player = instrument(name)
    line = row_of(np.arange(24, 100).tolist(), 1.0)
    made = play("bass", scene(line, "I ii iii IV V vi", player=player))
    assert player.lowest <= made["pitch"].min()
    assert made["pitch"].max() <= max(55, player.lowest + 12)


def test_a_row_is_struck_again_where_the_chord_changes_under_it() -> None:
    line = row_of([36.0, 36.0], [10.0, 2.0])
    made = play("bass", scene(line, "I I IV"))
    assert text(made) == "0:36 8:41 10:41"
    assert made["length"].tolist() == [8, 2, 2]
    assert made["row"].tolist() == [0, 0, 1]


def test_fifths_alternate_with_roots_from_each_change_of_chord() -> None:
    line = row_of([43.0, 43.0, 43.0, 43.0], [3.0, 1.0, 2.0, 2.0])
    assert text(play("bass", scene(line, "I V"), pattern="root-fifth")) == "0:48 1:43 2:48 3:43 4:43 5:38 6:43 7:38"
    assert text(play("bass", scene(line, "vii°"), pattern="root-fifth")) == "0:47 1:41 2:47 3:41 4:47 5:41 6:47 7:41"
    short = row_of([48.0] * 3, 0.5)
    assert text(play("bass", scene(short, "I"), pattern="root-fifth")) == "0:48 0.5:43 1:48"


def test_octaves_go_up_where_there_is_room_and_down_where_not() -> None:
    line = row_of([36.0, 55.0], 4.0)
    made = play("bass", scene(line, "I V"), pattern="octaves", step=2.0)
    assert text(made) == "0:36 2:48 4:55 6:43"


def test_without_a_harmony_the_mapped_note_is_the_root() -> None:
    line = row_of([50.0, 50.0, 41.0], 1.0)
    assert play("bass", scene(line), pattern="root-fifth")["pitch"].tolist() == [50, 45, 41]


@settings(max_examples=50)
@given(
    st.sampled_from(SEVEN),
    st.lists(st.integers(0, 6), min_size=2, max_size=8),
    st.sampled_from([2.0, 3.0, 4.0, 5.0, 8.0]),
    st.integers(24, 90),
    st.sampled_from(PITCHED),
)
def test_a_walk_leads_from_root_to_root_by_step(
    key: str, degrees: list[int], span: float, pitch: int, name: str
) -> None:
    chords = [diatonic(key)[k] for k, after in zip(degrees, [*degrees[1:], -1], strict=True) if k != after]
    line = row_of([float(pitch)] * len(chords), span)
    harmony = Harmony(np.arange(len(chords)) * span, tuple(chords))
    made = play("bass", scene(line, key=key, harmony=harmony, player=instrument(name)), pattern="walking")
    own = {pitch % 12 for pitch in scale_of(key).astype(int).tolist()}
    assert made["start"].tolist() == np.arange(span * len(chords)).tolist()
    first = [n for n in made if n["start"] % span == 0]
    assert [n["pitch"] % 12 for n in first] == [chord.root for chord in chords]
    for before, after in pairwise(made):
        assert before["pitch"] % 12 in own
        # Between two roots side by side, at the end of the range, two notes have no other way than to repeat one.
        if span > 2 and after["start"] < span * (len(chords) - 1) + 1:
            assert before["pitch"] != after["pitch"]
    for root in first[1:]:
        before = made["pitch"][made["start"] == root["start"] - 1][0]
        between = range(int(min(before, root["pitch"])) + 1, int(max(before, root["pitch"])))
        assert not any(pitch % 12 in own for pitch in between)


@pytest.mark.parametrize(
    ("progression", "walk"),
    [
        ("I IV I", "36 38 40 43 41 40 38 35 36"),  # C D E G, F E D B, C
        ("I I6 I", "36 35 33 35 36 35 33 35 36"),  # round the root: C B A B
        ("i III i", "33 35 36 38 36 35 33 31 33"),
    ],
)
def test_a_walk_steps_towards_the_next_root(progression: str, walk: str) -> None:
    key = "C major" if "IV" in progression or "I6" in progression else "A minor"
    line = row_of([36.0, 38.0, 36.0], 4.0)
    made = play("bass", scene(line, progression, key=key), pattern="walking")
    assert " ".join(f"{pitch:g}" for pitch in made["pitch"][:9]) == walk


def test_a_walk_of_two_notes_does_not_anticipate_the_next_root_or_repeat_its_own() -> None:
    line = row_of([36.0] * 3, 4.0)
    made = play("bass", scene(line, "I ii I"), pattern="walking", step=2.0)
    assert made["pitch"].tolist()[:5] == [36, 40, 38, 35, 36]


def test_a_walk_lasts_a_beat_a_note_and_restarts_with_its_rows() -> None:
    line = Line(**{**vars(row_of([40.0, 40.0], 4.0)), "start": np.array([0.0, 2.5])})
    made = play("bass", scene(line, "I"), pattern="walking")
    assert made["start"].tolist() == [0, 1, 2, 2.5, 3.5, 4.5, 5.5]
    assert made["length"].tolist() == [1, 1, 0.5, 1, 1, 1, 1]
