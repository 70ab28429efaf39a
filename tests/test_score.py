"""Notes, tracks and scores: sorted, copied, frozen, and with ends that agree with the tempo map."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from composer.score import BEND, CONTROL, CONTROLLERS, NOTE, Score, Track, notes
from composer.units import TempoMap


def test_notes_are_sorted_by_start_and_those_at_once_keep_their_order() -> None:
    made = notes(start=[2, 0, 1, 0], length=1, pitch=[60, 61, 62, 63], row=[0, 1, 2, 3])
    assert made["start"].tolist() == [0, 0, 1, 2]
    assert made["row"].tolist() == [1, 3, 2, 0]
    assert made["pitch"].tolist() == [61, 63, 62, 60]
    at_once = notes(start=np.tile([1, 0], 500), length=1, pitch=60, row=np.arange(1000))
    assert at_once["row"].tolist() == [*range(1, 1000, 2), *range(0, 1000, 2)]


def test_notes_are_made_of_numbers_or_arrays() -> None:
    one = notes(0, 1, 60)
    assert one.dtype == NOTE
    assert one.tolist() == [(0.0, 1.0, 60.0, 0.8, 0.0, -1)]
    assert notes([], [], []).shape == (0,)
    assert notes(np.arange(3), 1, 60, velocity=[0.1, 0.2, 0.3], pan=-1)["velocity"].tolist() == [0.1, 0.2, 0.3]
    with pytest.raises(ValueError, match=r"shape mismatch|broadcast"):
        notes([0, 1], [1, 2, 3], 60)


def test_a_track_holds_frozen_copies() -> None:
    given = notes(0, 1, 60)
    controls = np.array([(0, "volume", 0.5)], CONTROL)
    track = Track("a", "violin", given, controls)
    given["pitch"] = 99
    controls["value"] = 0.9
    assert track.notes["pitch"].tolist() == [60]
    assert track.controls["value"].tolist() == [0.5]
    with pytest.raises(ValueError, match="read-only"):
        track.notes["pitch"] = 5
    with pytest.raises(ValueError, match="read-only"):
        track.controls["value"] = 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        track.name = "b"  # type: ignore[misc]


def test_every_controller_fits_its_column() -> None:
    for name, number in CONTROLLERS.items():
        assert np.array([(0, name, 0)], CONTROL)["target"][0] == name
        assert 0 <= number <= 119
    assert len(set(CONTROLLERS.values())) == len(CONTROLLERS)
    assert np.array([(0, BEND, -24)], CONTROL).tolist() == [(0.0, "bend", -24.0)]
    assert BEND not in CONTROLLERS


def test_a_track_ends_with_the_last_note_to_stop() -> None:
    assert Track("a", "violin", notes([0, 1], [10, 1], 60)).end == 10
    assert Track("a", "violin", notes([], [], [])).end == 0


def test_a_score_ends_with_its_last_track() -> None:
    tracks = (Track("a", "violin", notes(0, 3, 60)), Track("b", "violin", notes(4, 2, 60)))
    score = Score(tracks, TempoMap(((0, 60), (4, 120))))
    assert (score.end, score.seconds) == (6, 5)
    assert (Score(()).end, Score(()).seconds) == (0, 0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        score.title = "x"  # type: ignore[misc]
