"""Which track plays where, and which channel each note takes: no two states on one channel while it sounds.

What is expected is counted note against note, in plain Python.
"""

from __future__ import annotations

import time
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.outputs.channels import Seat, clashes, seats, voices, wanted, zones
from composer.units import I8

# Notes as (start, length, state), few enough values that they meet.
NOTES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30), st.integers(-3, 5)), max_size=40).map(sorted)
MANY = settings(max_examples=300, deadline=None)


def columns(rows: list[tuple[int, int, int]]) -> tuple[I8, I8, I8]:
    """Return start, end and state, each (n,)."""
    start, length, state = np.array(rows, np.int64).reshape(-1, 3).T
    return start, start + length, state


def at_once(rows: list[tuple[int, int, int]], rest: int = 0) -> int:
    """Return the most states that there are at once, of notes that sound or have ended less than `rest` ago."""
    return max(
        (len({s, *(other for b, length, other in rows if b <= at < b + length + rest)}) for at, _, s in rows), default=1
    )


# Seats


def test_one_track_has_one_channel() -> None:
    assert seats([]) == []
    assert seats([1]) == [Seat(0, (0,))]
    assert seats([0]) == [Seat(0, (9,))]
    assert seats([1, 0, 1, 0]) == [Seat(0, (0,)), Seat(0, (9,)), Seat(0, (1,)), Seat(0, (9,))]


def test_forty_melodic_tracks_and_drums_have_three_ports_and_nothing_wraps() -> None:
    wants = [1] * 42
    wants[3] = wants[30] = 0
    made = seats(wants)
    assert made[3] == made[30] == Seat(0, (9,))
    melodic = [seat for n, seat in enumerate(made) if n not in (3, 30)]
    assert [seat.port for seat in melodic] == [0] * 15 + [1] * 15 + [2] * 10
    assert [seat.channels for seat in melodic[:15]] == [(n,) for n in range(16) if n != 9]
    assert [seat.channels for seat in melodic[15:30]] == [(n,) for n in range(16) if n != 9]
    assert len({(seat.port, seat.channels) for seat in melodic}) == 40


@given(st.lists(st.integers(0, 20), max_size=50))
@MANY
def test_channels_that_are_left_go_round_those_that_want_them(wants: list[int]) -> None:
    made = seats(wants)
    taken = Counter((seat.port, ch) for seat, want in zip(made, wants, strict=True) for ch in seat.channels if want)
    assert all(count == 1 and channel in range(16) and channel != 9 for (_, channel), count in taken.items())
    assert all(seat == Seat(0, (9,)) for seat, want in zip(made, wants, strict=True) if not want)
    melodic = [(seat, want) for seat, want in zip(made, wants, strict=True) if want]
    assert [seat.port for seat, _ in melodic] == [n // 15 for n in range(len(melodic))]
    for port in range(len(melodic) // 15 + 1):
        here = [(len(seat.channels), want) for seat, want in melodic if seat.port == port]
        assert all(1 <= has <= want for has, want in here)
        short = [has for has, want in here if has < want]
        # Who goes short does so because all are given away, and because nobody has much more.
        assert not short or sum(has for has, _ in here) == 15
        assert all(has <= least + 1 for has, _ in here for least in short)
        channels = [channel for seat, _ in melodic if seat.port == port for channel in seat.channels]
        assert channels == [n for n in range(16) if n != 9][: len(channels)]


def test_zones() -> None:
    lower, upper = (0, 1, 2, 3, 4, 5, 6, 7, 8), (15, 14, 13, 12, 11, 10)
    assert zones([True]) == [Seat(0, lower)]
    assert zones([True, False]) == [Seat(0, lower), Seat(0, (9,))]
    assert zones([True, True]) == [Seat(0, lower), Seat(0, upper)]
    assert zones([True, False, True, True, True, True]) == [
        Seat(0, lower),
        Seat(0, (9,)),
        Seat(0, upper),
        Seat(1, lower),
        Seat(1, upper),
        Seat(2, lower),
    ]
    assert zones([False]) == [Seat(0, (9,))]


# Voices


@given(NOTES, st.integers(1, 6))
@MANY
def test_notes_of_one_voice_have_one_state_while_they_sound_but_for_those_that_clash(
    rows: list[tuple[int, int, int]], most: int
) -> None:
    start, end, state = columns(rows)
    taken = voices(start, end, state, most)
    assert taken.shape == start.shape and ((taken >= 0) & (taken < most)).all()
    # A note clashes that changes the state of its voice while a note sounds there.
    by_hand = set()
    for voice in range(most):
        mine = [n for n in range(start.size) if taken[n] == voice]
        for before, n in pairwise(mine):
            sounds = any(end[m] > start[n] for m in mine if m < n)
            if state[before] != state[n] and sounds:
                by_hand.add(n)
        for n in mine:
            for m in mine:
                if m < n and end[m] > start[n] and state[m] != state[n]:
                    assert by_hand & set(range(m + 1, n + 1))
    assert clashes(start, end, state, taken) == len(by_hand)
    assert (not by_hand) == (at_once(rows) <= most)


@given(NOTES, st.integers(2, 6))
@MANY
def test_a_voice_that_changes_is_the_one_that_is_silent_for_the_longest(
    rows: list[tuple[int, int, int]], most: int
) -> None:
    start, end, state = columns(rows)
    taken = voices(start, end, state, most)
    until, states = dict.fromkeys(range(most), -1), dict[int, int]()
    for n, voice in enumerate(taken.tolist()):
        if states.get(voice) != state[n]:
            assert state[n] not in states.values()
            assert until[voice] == min(until.values())
        states[voice], until[voice] = int(state[n]), max(until[voice], int(end[n]))


@given(NOTES, st.integers(1, 6), st.integers(0, 20))
@MANY
def test_with_the_voices_that_are_wanted_each_rests_before_it_changes(
    rows: list[tuple[int, int, int]], most: int, rest: int
) -> None:
    start, end, state = columns(rows)
    count = wanted(start, end, state, most, rest)
    assert count == min(most, at_once(rows, rest))
    taken = voices(start, end, state, count)
    if at_once(rows, rest) <= most:
        assert clashes(start, end, state, taken) == 0
        for voice in range(count):
            mine = [n for n in range(start.size) if taken[n] == voice]
            for before, n in pairwise(mine):
                if state[before] != state[n]:
                    assert all(end[m] + rest <= start[n] for m in mine if m < n)


def test_no_notes_want_one_voice() -> None:
    empty = np.empty(0, np.int64)
    assert wanted(empty, empty, empty, 15, 480) == 1
    assert voices(empty, empty, empty, 15).size == clashes(empty, empty, empty, empty) == 0


def test_more_states_than_voices_take_the_one_that_is_silent_soonest() -> None:
    start, end, state = columns([(0, 50, 1), (1, 9, 2), (2, 90, 3), (3, 90, 2), (60, 1, 3), (70, 1, 4)])
    taken = voices(start, end, state, 2)
    # 3 cuts in where 2 sounds until 10; 2 then where 1 sounds until 50; at 70 the one with 92, not 93
    assert taken.tolist() == [0, 1, 1, 0, 1, 1]
    assert clashes(start, end, state, taken) == 3


@pytest.mark.parametrize("kind", ["all differ", "few states"])
def test_a_hundred_thousand_notes_take_no_time(kind: str) -> None:
    rng = np.random.default_rng(1)
    count = 100_000
    start = np.sort(rng.integers(0, 50 * count, count))
    end = start + rng.integers(1, 2000, count)
    state = np.arange(count) if kind == "all differ" else rng.integers(0, 30, count)
    begun = time.process_time()
    wanted(start, end, state, 15, 480)
    clashes(start, end, state, voices(start, end, state, 15))
    assert time.process_time() - begun < 2
