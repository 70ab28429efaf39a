"""Voicings against a brute-force search over all sets of pitches, and the rules of voice leading one by one."""

from __future__ import annotations

import time
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.mapping.harmony import chords_of
from composer.mapping.voicing import REACH, positions, voiced

CHORDS = [chord.classes for chord in chords_of("I ii iii7 IVmaj7 V7 vi vii° V9 Isus4 iiiadd9", "C major")]
Voicing = tuple[int, ...]


def kept(classes: Voicing, size: int) -> set[int]:
    """Which of a chord's classes may sound: the root, then third, seventh, ninth, and last the fifth."""
    order = [classes[0], classes[1], *classes[3:], classes[2]]
    return set(order[:size])


def close(classes: Voicing, size: int, low: int, high: int) -> list[Voicing]:
    """Every close position, found among all sets of pitches: no chord note lies unused between two voices."""
    tones = [p for p in range(low, high + 1) if p % 12 in kept(classes, size)]
    size = min(size, len(tones))
    return [v for v in combinations(tones, size) if not any(v[0] < p < v[-1] and p not in v for p in tones)]


def overlaps(before: Voicing, after: Voicing) -> int:
    """Count the voices that pass where a neighbour was."""
    pairs = list(zip(before, after, strict=True))
    up = sum(new > old_above for (_, new), (old_above, _) in pairwise(pairs))
    return up + sum(new < old_below for (old_below, _), (_, new) in pairwise(pairs))


def motion(before: Voicing, after: Voicing) -> int:
    return sum(abs(a - b) for a, b in zip(before, after, strict=True))


@given(st.sampled_from(CHORDS), st.integers(1, 6), st.integers(30, 60), st.integers(14, 30))
def test_positions_are_those_of_a_search_over_all_sets(classes: Voicing, size: int, low: int, width: int) -> None:
    found = [tuple(row) for row in positions(classes, size, low, low + width).tolist()]
    assert found == sorted(close(classes, size, low, low + width))


@given(st.sampled_from(CHORDS), st.integers(2, 7), st.integers(30, 60), st.integers(30, 60))
def test_open_positions_are_close_ones_with_a_voice_dropped(classes: Voicing, size: int, low: int, width: int) -> None:
    found = positions(classes, size, low, low + width, "open").tolist()
    if found == positions(classes, size, low, low + width).tolist():
        return  # no room to open any
    for voicing in found:
        assert voicing == sorted(set(voicing))
        assert low <= voicing[0] and voicing[-1] <= low + width
        # Lifted again by octaves, the dropped voice completes a close position under the same top.
        lifted = [sorted([*voicing[:k], voicing[k] + 12 * up, *voicing[k + 1 :]]) for k in (0, 1) for up in (1, 2)]
        assert any(tuple(v) in close(classes, size, v[0], v[-1]) and v[-1] == voicing[-1] for v in lifted)


def test_open_triads_and_sevenths_are_drop_two() -> None:
    assert [60, 67, 76] in positions((0, 4, 7), 3, 48, 84, "open").tolist()
    assert [55, 60, 64, 71] in positions((0, 4, 7, 11), 4, 48, 84, "open").tolist()
    assert positions((0, 4, 7), 3, 60, 67, "open").tolist() == [[60, 64, 67]]


@st.composite
def passages(draw: st.DrawFn) -> tuple[list[Voicing], list[int], list[float], int, int]:
    n = draw(st.integers(1, 8))
    chords = draw(st.lists(st.sampled_from(CHORDS), min_size=n, max_size=n))
    sizes = draw(st.lists(st.integers(1, 5), min_size=n, max_size=n))
    near = draw(st.lists(st.floats(30, 100), min_size=n, max_size=n))
    low = draw(st.integers(30, 60))
    return chords, sizes, near, low, low + draw(st.integers(20, 40))


@settings(max_examples=60)
@given(passages())
def test_each_voicing_is_the_best_of_all_that_are_near(passage: tuple) -> None:  # type: ignore[type-arg]
    chords, sizes, near, low, high = passage
    found = voiced(chords, np.array(sizes), np.array(near), low, high)
    assert len(found) == len(chords)
    before: Voicing = ()
    for classes, size, pitch, voicing in zip(chords, sizes, near, found, strict=True):
        every = close(classes, size, low, high)
        tops = [v[-1] for v in every]
        goal = min(max(int(np.floor(pitch + 0.5)), min(tops)), max(tops))
        within = [v for v in every if abs(v[-1] - goal) <= REACH]
        assert voicing in within
        n = min(len(before), len(voicing))
        old = before[len(before) - n :]

        def rank(v: Voicing, n: int = n, old: Voicing = old, goal: int = goal) -> tuple[int, int, int]:
            new = v[len(v) - n :]
            return overlaps(old, new), motion(old, new), abs(v[-1] - goal)

        assert rank(voicing) == min(map(rank, within))
        before = voicing


@given(passages(), st.sampled_from(["close", "open"]))
def test_voices_never_cross_and_none_is_doubled_at_the_unison(passage: tuple, spread: str) -> None:  # type: ignore[type-arg]
    chords, sizes, near, low, high = passage
    for classes, size, v in zip(
        chords, sizes, voiced(chords, np.array(sizes), np.array(near), low, high, spread), strict=True
    ):
        assert all(a < b for a, b in pairwise(v))
        assert low <= v[0] and v[-1] <= high
        assert {p % 12 for p in v} <= set(classes)
        if size <= len(classes):
            assert len({p % 12 for p in v}) == len(v) == size


def test_a_familiar_progression_moves_by_steps() -> None:
    chords = [chord.classes for chord in chords_of("I IV V I", "C major")]
    found = voiced(chords, np.full(4, 3), np.full(4, 67.0), 48, 84)
    assert found == [(60, 64, 67), (60, 65, 69), (59, 62, 67), (60, 64, 67)]


def test_common_tones_stay_and_steady_data_keep_the_chord_where_it_is() -> None:
    chords = [(0, 4, 7), (9, 0, 4), (0, 4, 7)]
    found = voiced(chords, np.full(3, 3), np.array([67.0, 69.0, 66.0]), 40, 90)
    assert found == [(60, 64, 67), (60, 64, 69), (60, 64, 67)]


def test_the_highest_voice_follows_the_data() -> None:
    near = np.array([60.0, 72.0, 84.0, 60.0])
    tops = [v[-1] for v in voiced([(0, 4, 7)] * 4, np.full(4, 3), near, 40, 96)]
    assert np.all(np.abs(np.array(tops) - near) <= REACH)


def test_the_fifth_is_left_out_first() -> None:
    assert {p % 12 for p in voiced([(7, 11, 2, 5)], np.array([3]), np.array([67.0]), 48, 84)[0]} == {7, 11, 5}
    assert {p % 12 for p in voiced([(0, 4, 7)], np.array([2]), np.array([67.0]), 48, 84)[0]} == {0, 4}
    assert {p % 12 for p in voiced([(0, 4, 7)], np.array([1]), np.array([67.0]), 48, 84)[0]} == {0}


def test_a_larger_chord_doubles_in_octaves() -> None:
    assert voiced([(0, 4, 7)], np.array([4]), np.array([72.0]), 48, 84) == [(60, 64, 67, 72)]
    assert len(voiced([(0, 4, 7)], np.array([50]), np.array([72.0]), 60, 72)[0]) == 4


@pytest.mark.parametrize("spread", ["close", "open"])
def test_a_hundred_thousand_chords_take_seconds(spread: str) -> None:
    rng = np.random.default_rng(0)
    chords = [CHORDS[k] for k in rng.integers(0, len(CHORDS), 100_000)]
    began = time.process_time()
    voiced(chords, rng.integers(1, 6, 100_000), rng.uniform(30, 100, 100_000), 21, 108, spread)
    assert time.process_time() - began < 10
