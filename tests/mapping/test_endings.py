"""The endings: what fades and what slows down, and by how much."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from composer.composition import compose
from composer.errors import InputError
from composer.mapping.endings import ENDINGS, cadence, fade, ritardando
from composer.mapping.scales import key_of
from composer.outputs.midi import encode_midi
from composer.score import CONTROL, Marker, Score, Track, notes
from composer.table import Table
from composer.units import TempoMap


def score_of(*starts: list[float], length: float = 1.0, tempo: TempoMap | None = None) -> Score:
    """Return a score of one track for each list of starts."""
    control = np.array([(0.0, "volume", 0.5)], CONTROL)
    tracks = tuple(Track(f"t{n}", "flute", notes(at, length, 60, 0.8), control) for n, at in enumerate(starts))
    return Score(tracks, tempo or TempoMap(), markers=(Marker(1, "m"),), title="T")


def test_a_fade_falls_evenly_to_its_share_of_the_last_note() -> None:
    made = fade(score_of([*range(20)]), beats=10, to=0.25)
    # The score ends at 20, so the fade begins at 10 and reaches the last note at 19.
    expected = [0.8] * 11 + [0.8 * (1 - 0.75 * k / 9) for k in range(1, 10)]
    assert made.tracks[0].notes["velocity"] == pytest.approx(expected)
    assert made.tracks[0].notes["velocity"][-1] == pytest.approx(0.2)


def test_a_fade_is_the_same_for_all_tracks() -> None:
    made = fade(score_of([0, 4, 7], [2, 6]), beats=8, to=0.0)
    assert made.tracks[0].notes["velocity"] == pytest.approx([0.8, 0.8 * 3 / 7, 0])
    assert made.tracks[1].notes["velocity"] == pytest.approx([0.8 * 5 / 7, 0.8 * 1 / 7])


def test_a_fade_longer_than_the_piece_begins_with_it() -> None:
    assert fade(score_of([0, 1, 2]), beats=100, to=0.5).tracks[0].notes["velocity"] == pytest.approx([0.8, 0.6, 0.4])


def test_a_fade_shorter_than_the_last_note_changes_nothing() -> None:
    made = fade(score_of([0, 1, 2], length=4), beats=2)
    assert made.tracks[0].notes["velocity"].tolist() == [0.8] * 3


def test_a_fade_changes_velocities_alone() -> None:
    before = score_of([0, 1, 2, 3])
    after = fade(before)
    for name in ("start", "length", "pitch", "pan", "row"):
        assert (after.tracks[0].notes[name] == before.tracks[0].notes[name]).all()
    assert (after.tracks[0].controls == before.tracks[0].controls).all()
    assert (after.tempo, after.markers, after.title) == (before.tempo, before.markers, before.title)
    assert before.tracks[0].notes["velocity"].tolist() == [0.8] * 4


def test_a_ritardando_slows_down_beat_by_beat() -> None:
    made = ritardando(score_of([*range(12)]), beats=4, to=0.6)
    assert made.tempo.changes == ((0, 120), (8, 108), (9, 96), (10, 84), (11, 72))


def test_a_ritardando_slows_down_what_changes_anyway() -> None:
    tempo = TempoMap(((0.0, 100.0), (6.0, 200.0), (9.5, 50.0)))
    made = ritardando(score_of([*range(10)], tempo=tempo), beats=5, to=0.5)
    assert made.tempo.changes == ((0, 100), (5, 90), (6, 160), (7, 140), (8, 120), (9, 100))


def test_a_ritardando_begins_with_a_whole_beat() -> None:
    made = ritardando(score_of([0, 1.5, 3.25]), beats=2, to=0.5)  # it ends at 4.25
    assert made.tempo.changes == ((0, 120), (3, 90), (4, 60))


def test_a_ritardando_longer_than_the_piece_begins_with_it() -> None:
    assert ritardando(score_of([0, 1]), beats=50, to=0.5).tempo.changes == ((0, 90), (1, 60))


def test_a_ritardando_makes_the_piece_last_longer_by_what_it_says() -> None:
    before, after = score_of([*range(8)]), ritardando(score_of([*range(8)]), beats=4, to=0.5)
    assert before.seconds == 4
    assert after.seconds == pytest.approx(2 + sum(0.5 / share for share in (0.875, 0.75, 0.625, 0.5)))
    assert all((a.notes == b.notes).all() for a, b in zip(before.tracks, after.tracks, strict=True))


@pytest.mark.parametrize("ending", [fade, ritardando])
@pytest.mark.parametrize("score", [Score(()), score_of([]), score_of([0], length=0.01), score_of([1e5])])
def test_scores_with_next_to_nothing_end_all_the_same(ending: object, score: Score) -> None:
    made = ending(score)  # type: ignore[operator]
    assert encode_midi(made).startswith(b"MThd")


def test_endings_are_done_in_turn() -> None:
    piece = {"track": [{"duration": 1}], "ending": ["fade", {"name": "ritardando", "beats": 2, "to": 0.5}]}
    score = compose(piece, Table({"a": np.arange(4.0)})).score
    assert score.tempo.changes == ((0, 120), (2, 90), (3, 60))
    assert score.tracks[0].notes["velocity"][-1] == pytest.approx(0.8 * 0.15)
    assert list(ENDINGS) == ["fade", "ritardando", "cadence"]


def test_a_cadence_without_a_key_is_refused_at_its_place() -> None:
    with pytest.raises(InputError, match="needs a key"):
        cadence(score_of([0]))
    with pytest.raises(InputError, match="needs a key") as caught:
        compose({"track": [{}], "ending": ["fade", "cadence"]}, Table({"a": [1.0]}))
    assert caught.value.faults[0].where == "ending[1]"


@pytest.mark.parametrize(
    "ending", [{"name": "fade", "beats": 0}, {"name": "fade", "to": 1.1}, {"name": "ritardando", "to": 0.1}]
)
def test_endings_out_of_bounds_are_refused(ending: dict[str, object]) -> None:
    with pytest.raises(InputError, match="ending"):
        compose({"track": [{}], "ending": ending}, Table({"a": [1.0]}))


def test_closing_chords_are_in_tune_whatever_bend_a_track_ends_with() -> None:
    moves = np.array([(0.0, "bend", 0.3), (0.0, "volume", 0.9), (99.0, "bend", 0.2)], CONTROL)
    it = Track("it", "sitar", notes([0, 1, 2], 1.0, [62, 64, 65]), moves)
    closed = cadence(Score((it, replace(it, controls=moves[1:2])), key=key_of("D dorian"))).tracks
    assert [tuple(row) for row in closed[0].controls] == [(0.0, "bend", 0.3), (0.0, "volume", 0.9), (4.0, "bend", 0.0)]
    assert [tuple(row) for row in closed[1].controls] == [(0.0, "volume", 0.9)]
