"""Every timing, on every kind of table, in beats and in seconds, on a grid and off it, with one tempo and several."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import InputError
from composer.mapping.rhythm import STEP, TIMINGS, Clock, follow, index, sequence
from composer.parameters import asked_for
from composer.table import Table
from composer.units import TempoMap

NAN, INF = math.nan, math.inf
ONE, SEVERAL = TempoMap(((0, 60),)), TempoMap(((0, 60), (4, 120), (8, 30)))

INDICES = {
    "empty": np.array([]),
    "one row": np.array([5.0]),
    "constant": np.full(4, 2.0),
    "all NaN": np.full(4, NAN),
    "some NaN": np.array([0.0, NAN, 1.0, 3.0]),
    "infinities": np.array([-INF, 0.0, 1.0, INF, 2.0]),
    "extremes": np.array([-1.7e308, 0.0, 5e-324, 1.7e308]),
    "subnormal": np.array([0.0, 5e-324, 1e-323]),
    "a million": np.arange(10.0**6),
}


def offered(at: np.ndarray, durations: np.ndarray | None, unit: str, tempo: TempoMap, grid: float) -> dict[str, Any]:
    """Return all that a timing may ask for: every row of a table over the index `at`."""
    rows = np.arange(at.size)
    clock = Clock(rows, np.arange(at.size) * 0.5, np.full(at.size, 0.5))
    return {
        "rows": rows,
        "table": Table({"a": at}, at),
        "durations": durations,
        "unit": unit,
        "tempo": tempo,
        "grid": grid,
        "clocks": {"melody": clock},
    }


def timed(name: str, given: dict[str, Any]) -> Clock:
    arguments = {"track": "melody"} if name == "follow" else {}
    return TIMINGS[name](**asked_for(TIMINGS[name], given), **arguments)


@pytest.mark.parametrize("tempo", [ONE, SEVERAL], ids=["one tempo", "several"])
@pytest.mark.parametrize("grid", [0.0, 0.25])
@pytest.mark.parametrize("at", INDICES.values(), ids=INDICES)
@pytest.mark.parametrize("name", TIMINGS)
def test_every_timing_on_every_kind_of_index(name: str, at: np.ndarray, grid: float, tempo: TempoMap) -> None:
    missing = ~np.isfinite(at) if name == "index" else np.zeros(at.size, bool)
    unknown = np.full(at.size, NAN)
    half = np.where(np.arange(at.size) % 2 == 0, 0.3, NAN)
    for durations in (None, np.full(at.size, 0.3), half, unknown):
        for unit in ("beats", "s"):
            clock = timed(name, offered(at, durations, unit, tempo, grid))
            assert clock.rows.shape == clock.start.shape == clock.length.shape == at.shape
            assert np.array_equal(np.isnan(clock.start), missing)
            known = ~np.isnan(clock.start) & ~np.isnan(clock.length)
            assert np.all(clock.start[known] >= 0)
            assert np.all(clock.length[known] > 0)
            assert np.isfinite(clock.length[known]).all()
            assert clock.end >= 0
            # A sequence must know every length; elsewhere a missing duration leaves the note out.
            given = np.zeros(at.size, bool) if durations is None or name == "sequence" else np.isnan(durations)
            assert np.array_equal(np.isnan(clock.length), given | (missing if durations is None else False))


@st.composite
def calls(draw: st.DrawFn) -> tuple[dict[str, Any], float]:
    size = draw(st.integers(0, 12))
    at = np.array(draw(st.lists(st.one_of(st.floats(-100, 100), st.just(NAN)), min_size=size, max_size=size)))
    lengths = st.one_of(st.floats(0.01, 5), st.just(NAN))
    durations = draw(st.none() | st.lists(lengths, min_size=size, max_size=size).map(np.array))
    grid = draw(st.sampled_from([0.0625, 0.125, 0.25, 1 / 3, 1.0, 1.5, 4.0]))
    tempo = draw(st.sampled_from([ONE, SEVERAL, TempoMap(((0, 96), (3.3, 140)))]))
    given = offered(at.astype(np.float64), durations, draw(st.sampled_from(["beats", "s"])), tempo, grid)
    return given, grid


@settings(deadline=None, max_examples=150)
@given(calls())
@pytest.mark.parametrize("name", TIMINGS)
def test_on_a_grid_all_starts_and_lengths_are_multiples_and_no_length_is_less_than_one(
    name: str, call: tuple[dict[str, Any], float]
) -> None:
    given, grid = call
    clock = timed(name, given)
    starts = clock.start[~np.isnan(clock.start)] / grid
    lengths = clock.length[~np.isnan(clock.length)] / grid
    assert starts == pytest.approx(np.round(starts), abs=1e-9)
    assert lengths == pytest.approx(np.round(lengths), abs=1e-9)
    assert np.all(lengths > 1 - 1e-9)


# One after another


def test_a_sequence_puts_each_note_after_the_one_before() -> None:
    clock = sequence(np.array([3, 5, 9]), np.array([1.0, 0.5, 2.0]), "beats", ONE, 0.0)
    assert clock.rows.tolist() == [3, 5, 9]
    assert clock.start.tolist() == [0, 1, 1.5]
    assert clock.length.tolist() == [1, 0.5, 2]
    assert clock.end == 3.5


def test_a_sequence_without_durations_walks_in_equal_steps() -> None:
    clock = sequence(np.arange(3), None, "beats", ONE, 0.0)
    assert clock.start.tolist() == [0, STEP, 2 * STEP]
    assert clock.length.tolist() == [STEP] * 3


def test_a_missing_duration_lasts_as_the_shortest() -> None:
    clock = sequence(np.arange(4), np.array([1.0, NAN, 0.25, NAN]), "beats", ONE, 0.0)
    assert clock.length.tolist() == [1, 0.25, 0.25, 0.25]
    assert clock.start.tolist() == [0, 1, 1.25, 1.5]
    assert sequence(np.arange(2), np.array([NAN, NAN]), "beats", ONE, 0.0).length.tolist() == [STEP] * 2


def test_a_sequence_in_seconds_over_several_tempi() -> None:
    # 60 bpm up to beat 4, then 120 up to beat 8 (second 6), then 30.
    clock = sequence(np.arange(4), np.array([3.0, 2.0, 1.0, 4.0]), "s", SEVERAL, 0.0)
    assert clock.start.tolist() == [0, 3, 6, 8]
    assert clock.length.tolist() == [3, 3, 2, 2]


def test_seconds_at_60_bpm_are_beats_to_the_last_bit() -> None:
    lengths = np.random.default_rng(1).uniform(0.1, 0.5, 300)
    clock = sequence(np.arange(300), lengths, "s", ONE, 0.0)
    assert clock.length.tolist() == lengths.tolist()


def test_a_sequence_on_a_grid() -> None:
    clock = sequence(np.arange(4), np.array([0.3, 0.7, 0.01, 0.375]), "beats", ONE, 0.25)
    assert clock.length.tolist() == [0.25, 0.75, 0.25, 0.5]
    assert clock.start.tolist() == [0, 0.25, 1, 1.25]


# In proportion to the index


def at_index(
    at: list[float], *, rows: list[int] | None = None, durations: Any = None, grid: float = 0.0, **more: Any
) -> Clock:
    chosen = np.arange(len(at)) if rows is None else np.array(rows)
    given = None if durations is None else np.array(durations)
    unit, tempo = more.pop("unit", "beats"), more.pop("tempo", ONE)
    return index(chosen, Table({"a": at}, at), given, unit, tempo, grid, **more)


def test_onsets_follow_the_index_and_the_last_row_has_its_share() -> None:
    clock = at_index([0, 1, 2, 3], length=8.0)
    assert clock.start.tolist() == [0, 2, 4, 6]
    assert clock.length.tolist() == [2, 2, 2, 2]
    uneven = at_index([100, 101, 103, 104], length=16.0)
    assert uneven.start.tolist() == [0, 3, 9, 12]
    assert uneven.length.tolist() == [3, 6, 3, 4]


def test_the_last_row_lasts_no_longer_than_its_share_however_short() -> None:
    """Rows closer than a STEP: the table ends where it should, and so does a track that follows another's time."""
    table = Table({"y": np.zeros(16)})
    clock = index(np.arange(16), table, None, "beats", ONE, 0.0, length=4.0)
    assert clock.length.tolist() == [0.25] * 16
    assert clock.end == 4.0
    assert follow(np.arange(0, 16, 2), {"lead": clock}, None, "beats", ONE, 0.0, track="lead").end == 4.0


def test_rows_keep_the_place_that_the_whole_table_gives_them() -> None:
    clock = at_index([0, 1, 2, 3], rows=[1, 3], length=8.0)
    assert clock.start.tolist() == [2, 6]
    assert clock.length.tolist() == [4, 2]


def test_an_index_out_of_order_or_twice_at_one_place() -> None:
    clock = at_index([3, 1, 1, 0], length=8.0)
    assert clock.start == pytest.approx([6, 2, 2, 0])
    assert clock.length == pytest.approx([2, 4, 4, 2])


def test_a_row_without_a_place_never_sounds() -> None:
    clock = at_index([0, NAN, 1, INF], length=8.0)
    assert np.array_equal(clock.start, [0, NAN, 4, NAN], equal_nan=True)
    assert np.array_equal(clock.length, [4, NAN, 4, NAN], equal_nan=True)
    assert clock.end == 8
    assert at_index([NAN, NAN]).end == 0


def test_a_constant_index_sounds_at_once() -> None:
    clock = at_index([7, 7, 7], length=8.0)
    assert clock.start.tolist() == [0, 0, 0]
    assert clock.length.tolist() == [8, 8, 8]


def test_the_length_may_be_in_seconds() -> None:
    clock = at_index([0, 1, 2, 3], length=8.0, length_unit="s", tempo=SEVERAL)  # seconds 0, 2, 4, 6
    assert clock.start.tolist() == [0, 2, 4, 8]
    assert clock.length.tolist() == [2, 2, 4, 1]  # second 8 is beat 9


def test_durations_at_the_index() -> None:
    clock = at_index([0, 1, 2, 3], durations=[0.5, 1, NAN, 9], length=8.0)
    assert clock.start.tolist() == [0, 2, 4, 6]
    assert np.array_equal(clock.length, [0.5, 1, NAN, 9], equal_nan=True)
    in_seconds = at_index([0, 1, 2, 3], durations=[1, 3, 1, 2], unit="s", length=8.0, tempo=SEVERAL)
    assert in_seconds.start.tolist() == [0, 2, 4, 6]
    assert in_seconds.length.tolist() == [1, 4, 2, 2.5]


def test_the_index_on_a_grid() -> None:
    clock = at_index([0, 0.9, 2.2, 3], length=4.0, grid=0.5)
    assert clock.start.tolist() == [0, 1, 2, 3]
    assert clock.length.tolist() == [1, 1, 1, 1]
    crowded = at_index([0, 0.1, 3], length=3.0, grid=1.0)
    assert crowded.start.tolist() == [0, 0, 2]
    assert crowded.length.tolist() == [2, 2, 1]
    # The end of the whole, 10.3 beats, is off the grid; the last note is not.
    assert at_index([0, 1], length=10.3, grid=2.0).length.tolist() == [6, 4]


# Together with another track


def following(rows: list[int], clock: Clock, durations: Any = None, unit: str = "beats", grid: float = 0.0) -> Clock:
    given = None if durations is None else np.array(durations)
    return follow(np.array(rows), {"melody": clock}, given, unit, SEVERAL, grid, track="melody")


MELODY = Clock(np.array([0, 2, 4]), np.array([0.0, 1.0, 3.0]), np.array([1.0, 2.0, 1.0]))


def test_a_row_sounds_when_it_does_there() -> None:
    clock = following([0, 4], MELODY)
    assert clock.start.tolist() == [0, 3]
    assert clock.length.tolist() == [3, 1]  # the last until the other track ends


def test_a_row_that_does_not_sound_there_is_put_between_its_neighbours() -> None:
    assert following([0, 1, 2, 3, 4], MELODY).start.tolist() == [0, 0.5, 1, 2, 3]
    assert following([4, 5, 9], MELODY).start.tolist() == [3, 3, 3]
    holes = Clock(np.array([0, 2, 4]), np.array([0.0, NAN, 4.0]), np.array([1.0, 1.0, 1.0]))
    assert following([0, 2, 4], holes).start.tolist() == [0, 2, 4]


def test_a_track_that_is_silent_is_followed_in_silence() -> None:
    silent = Clock(np.array([0, 1]), np.array([NAN, NAN]), np.array([1.0, 1.0]))
    assert np.isnan(following([0, 1], silent).start).all()
    assert following([], silent).start.shape == (0,)
    empty = Clock(np.array([], np.int64), np.array([]), np.array([]))
    assert np.isnan(following([0, 1], empty).start).all()


def test_durations_and_grid_while_following() -> None:
    assert following([0, 2, 4], MELODY, [0.5, 0.5, 4]).length.tolist() == [0.5, 0.5, 4]
    assert following([0, 2, 4], MELODY, [1, 2, 2], unit="s").length.tolist() == [1, 2, 3]
    clock = following([0, 1, 2, 3, 4], MELODY, grid=1.0)
    assert clock.start.tolist() == [0, 1, 1, 2, 3]
    assert clock.length.tolist() == [1, 1, 1, 1, 1]


def test_a_track_that_is_not_there() -> None:
    with pytest.raises(InputError, match="no earlier track is called 'melodi'") as caught:
        follow(np.array([0]), {"melody": MELODY}, None, "beats", ONE, 0.0, track="melodi")
    assert caught.value.faults[0].remedy == "did you mean 'melody'?"
