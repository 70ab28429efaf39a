"""Strong beats, weights and backbeats, against bars written out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.mapping.metre import TOUCH, backbeats, bar_length, bar_of, group_starts, groups, phrase_of, strong, weight
from composer.score import Meter

# A bar's units: S is strong.
BARS = {
    (1, 4): "S",
    (2, 4): "S.",
    (3, 4): "S..",
    (4, 4): "S.S.",
    (5, 4): "S..S.",
    (6, 4): "S..S..",
    (8, 4): "S...S...",
    (3, 8): "S..",
    (5, 8): "S..S.",
    (6, 8): "S..S..",
    (7, 8): "S.S.S..",
    (9, 8): "S..S..S..",
    (10, 8): "S..S.S..S.",
    (11, 8): "S..S..S..S.",
    (12, 8): "S..S..S..S..",
    (13, 8): "S..S..S..S.S.",
    (2, 2): "S.",
    (4, 2): "S.S.",
}


@pytest.mark.parametrize("meter", BARS)
def test_strong_beats_are_those_of_the_bar_written_out(meter: tuple[int, int]) -> None:
    bar, unit = BARS[meter], 4 / meter[1]
    positions = np.arange(3 * len(bar)) * unit
    expected = [sign == "S" for sign in 3 * bar]
    for off in (-TOUCH / 2, 0.0, TOUCH / 2):
        assert strong(positions + off, Meter(*meter)).tolist() == expected
    assert not strong(positions + unit / 2, Meter(*meter)).any()
    assert not strong(positions + 3 * TOUCH, Meter(*meter)).any()


@given(st.integers(1, 64), st.sampled_from([1, 2, 4, 8, 16]))
def test_groups_fill_the_bar_with_twos_and_more(beats: int, unit: int) -> None:
    meter = Meter(beats, unit)
    assert sum(groups(meter)) == beats
    assert beats == 1 or min(groups(meter)) >= 2
    assert group_starts(meter)[0] == 0
    assert set(backbeats(meter)) <= {n * 4 / unit for n in range(1, beats)}


def test_weights_fall_with_each_level_of_the_bar() -> None:
    eighths = weight(np.arange(16) / 4, Meter(4, 4)).tolist()
    assert eighths == [1, 0.1, 0.25, 0.1, 0.5, 0.1, 0.25, 0.1, 0.75, 0.1, 0.25, 0.1, 0.5, 0.1, 0.25, 0.1]
    assert weight(np.arange(6) / 2, Meter(6, 8)).tolist() == [1, 0.5, 0.5, 0.75, 0.5, 0.5]
    assert weight(np.array([3.0, 6.0]), Meter(3, 4)).tolist() == [1, 1]


def test_backbeats_answer_the_strong_beats() -> None:
    assert backbeats(Meter(2, 4)) == (1.0,)
    assert backbeats(Meter(9, 8)) == (1.5, 3.0)
    assert backbeats(Meter(12, 8)) == (1.5, 4.5)
    assert backbeats(Meter(5, 4)) == (3.0,)
    assert backbeats(Meter(1, 4)) == ()


def test_bars_and_phrases_are_numbered_from_0_and_forgive_rounding() -> None:
    assert bar_length(Meter(7, 8)) == 3.5
    assert bar_of(np.array([0, 3.4, 3.5 - TOUCH / 2, 7.0]), Meter(7, 8)).tolist() == [0, 0, 1, 2]
    assert phrase_of(np.array([0, 7.9, 8 - TOUCH / 2, 16]), 8.0).tolist() == [0, 0, 1, 2]
    assert np.isfinite(phrase_of(np.array([1e6]), 1e-300)).all()
