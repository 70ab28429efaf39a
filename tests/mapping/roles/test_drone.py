"""The drone: its pitches, and when it is struck."""

from __future__ import annotations

import numpy as np
import pytest
from scenes import PITCHED, SEVEN, play, row_of, scale_of, scene

from composer.instruments import instrument
from composer.mapping.lines import Line
from composer.score import Meter


@pytest.mark.parametrize(("held", "pitches"), [("root", [38]), ("root-fifth", [38, 45]), ("chord", [38, 41, 45])])
def test_a_drone_holds_the_tonic_low(held: str, pitches: list[float]) -> None:
    made = play("drone", scene(row_of([80.0], 8.0), "i IV", key="D dorian"), notes=held)
    assert made["pitch"].tolist() == pitches
    assert set(made["start"]) == {0}
    assert set(made["length"]) == {8}


def test_a_drone_is_struck_at_its_bars_with_the_row_that_sounds() -> None:
    line = row_of([60.0] * 10, 1.0, velocity=np.arange(10) / 10)
    line = Line(**{**vars(line), "start": line.start + 2.0})
    made = play("drone", scene(line, meter=Meter(3, 4), end=20.0), notes="root", bars=2)
    assert made["start"].tolist() == [2, 6, 12, 18]
    assert made["length"].tolist() == [4, 6, 6, 2]
    assert made["row"].tolist() == [0, 4, 9, 9]
    assert made["velocity"].tolist() == [0, 0.4, 0.9, 0.9]


@pytest.mark.parametrize("key", SEVEN)
def test_its_fifth_is_the_scales_own(key: str) -> None:
    made = play("drone", scene(row_of([60.0], 4.0), key=key))
    fifth = made["pitch"][1] - made["pitch"][0]
    assert fifth == (6 if "locrian" in key else 7)


def test_it_lies_in_the_low_middle_or_the_lowest_octave() -> None:
    for name in PITCHED:
        player = instrument(name)
        made = play("drone", scene(row_of([60.0], 4.0), key="F# phrygian", player=player), notes="root")
        assert player.lowest <= made["pitch"][0] < max(player.lowest, 36) + 12
        assert made["pitch"][0] % 12 == 6


def test_a_scale_without_the_tonic_gives_its_next_note() -> None:
    made = play("drone", scene(row_of([60.0], 4.0), tonic=1, scale=scale_of("C major")), notes="root")
    assert made["pitch"].tolist() == [38]
