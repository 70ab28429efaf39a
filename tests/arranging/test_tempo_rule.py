"""A tempo that follows a column: the mean of each stretch, spread over the range, at its share of the length."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.composition import compose
from composer.errors import InputError
from composer.table import Table

NAN = math.nan


def tempi(values: Any, **rule: Any) -> tuple[tuple[float, float], ...]:
    """Return the tempo changes of a piece whose tempo follows these values."""
    piece = {"tempo": {"from": "a", **rule}, "track": [{"duration": 0.25}]}
    return compose(piece, Table({"a": values})).score.tempo.changes


def test_a_row_a_beat() -> None:
    found = tempi([0, 1, 2, 4], range=[60, 100], length=4)
    assert found == ((0, 60), (1, 70), (2, 80), (3, 100))


def test_each_stretch_has_the_mean_of_its_rows() -> None:
    found = tempi([0, 10, 4, 6, 10, 10, 0, 2], range=[100, 200], length=8, every=2)
    assert found == ((0, 150), (4, 200), (6, 110))  # the second stretch is as fast as the first


def test_more_beats_than_rows() -> None:
    found = tempi([0, 1, 0], range=[60, 120], length=12)
    assert found == ((0, 60), (4, 120), (8, 60))


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=60),
    st.sampled_from([3, 16, 64]),
    st.sampled_from([0.5, 1, 4]),
)
def test_the_tempo_at_any_row_is_the_mean_around_it(values: list[float], length: float, every: float) -> None:
    found = tempi(values, range=[60, 180], length=length, every=every)
    low, high = min(values), max(values)
    shares = [0.5 if low == high else (value - low) / (high - low) for value in values]
    n = len(values)
    steps = max(round(length / every), 1)
    first = sorted({math.floor(k * n / steps + 1e-9) for k in range(steps)})
    expected: list[tuple[float, float]] = []
    for k, row in enumerate(first):
        rows = shares[row : first[k + 1] if k + 1 < len(first) else n]
        expected.append((row / n * steps * every, 60 + 120 * sum(rows) / len(rows)))
    kept = [expected[0]]
    held = round(expected[0][1], 3)
    for beat, bpm in expected[1:]:
        if abs(round(bpm, 3) - held) > 2e-3:
            kept.append((beat, bpm))
        held = round(bpm, 3)
    for beat, bpm in kept:
        last = [tempo for at, tempo in found if at <= beat + 1e-9][-1]
        assert last == pytest.approx(bpm, abs=5e-3)
    assert all(beat < max(length, every) for beat, _ in found)


def test_the_whole_length_is_spanned() -> None:
    beats = [beat for beat, _ in tempi(np.arange(1000.0), length=100)]
    assert beats == list(range(100))


@pytest.mark.parametrize("values", [[], [NAN, NAN], [3.0], [3.0] * 7, [math.inf, -math.inf]])
def test_without_a_difference_the_tempo_is_the_middle(values: list[float]) -> None:
    assert tempi(values, range=[80, 120]) == ((0, 100),)


def test_missing_values_are_bridged() -> None:
    assert tempi([0, NAN, 2, NAN], range=[60, 80], length=4) == ((0, 60), (1, 70), (2, 80))


def test_inverted_and_scaled_tempi() -> None:
    assert tempi([0, 1], range=[60, 80], length=2, invert=True) == ((0, 80), (1, 60))
    assert tempi([1, 5, 1000], range=[60, 80], length=3, via="rank") == ((0, 60), (1, 70), (2, 80))


def test_a_section_takes_its_share_of_the_tempo() -> None:
    piece = {
        "tempo": {"from": "a", "range": [60, 100], "length": 8},
        "track": [{"duration": 1}],
        "section": [{"rows": [4, 8]}, {"rows": [0, 4]}, {"rows": [0, 4], "tempo": 50}],
    }
    found = compose(piece, Table({"a": [0, 0, 1, 1, 2, 2, 4, 4]})).score.tempo.changes
    assert found == ((0, 80), (2, 100), (4, 60), (6, 70), (8, 50))


def test_a_column_that_is_lacking_is_told_with_its_place() -> None:
    with pytest.raises(InputError, match="no column is called 'b'") as caught:
        compose({"tempo": {"from": "b"}, "track": [{}]}, Table({"a": [1.0]}))
    assert caught.value.faults[0].where == "tempo.from"


def test_a_range_that_falls_is_refused() -> None:
    with pytest.raises(InputError, match="does not rise"):
        tempi([1, 2], range=[120, 80])
