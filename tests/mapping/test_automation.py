"""Automation: the points of a controller or a bend say at any beat what the rows say, as near as can be heard."""

from __future__ import annotations

import io
import itertools
import math
import time
from bisect import bisect_right
from typing import Any

import mido
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.composition import compose
from composer.mapping.automation import SHORTEST, automation, controls, glides
from composer.outputs.midi import encode_midi
from composer.score import CONTROLLERS, Controls
from composer.table import Table

NAN = math.nan
STEP = 1 / 127


def points(made: Controls) -> list[tuple[float, float]]:
    """Return moments and values."""
    return [(float(row["start"]), float(row["value"])) for row in made]


def value_at(made: Controls, beat: float) -> float:
    """Return the value that holds at a beat, looked up point by point."""
    found = points(made)
    return found[bisect_right([at for at, _ in found], beat) - 1][1]


def arrays(*columns: Any) -> list[np.ndarray]:
    """Return columns of numbers as arrays."""
    return [np.array(column, np.float64) for column in columns]


def test_steps_hold_until_the_next() -> None:
    made = automation("volume", *arrays([1, 2, 4], [0.5, 0.25, 1]), "step")
    assert points(made) == [(0, 0.5), (2, 0.25), (4, 1)]
    assert set(made["target"]) == {"volume"}


def test_the_first_value_holds_from_the_beginning() -> None:
    for curve in ("line", "step"):
        made = automation("breath", *arrays([3, 5], [0.2, 0.2]), curve)
        assert points(made) == [(0, 0.2)]


def test_nothing_known_gives_no_points() -> None:
    for curve in ("line", "step"):
        assert automation("volume", *arrays([], []), curve).size == 0
        assert automation("volume", *arrays([0, NAN], [NAN, 0.5]), curve).size == 0


def test_missing_values_and_moments_are_passed_over() -> None:
    made = automation("volume", *arrays([0, 1, 2, NAN, 4, 5], [0.1, NAN, 0.3, 0.9, math.inf, 0.5]), "step")
    assert points(made) == [(0, 0.1), (2, 0.3), (5, 0.5)]


def test_moments_may_come_in_any_order_and_the_last_of_equals_counts() -> None:
    made = automation("volume", *arrays([4, 0, 2, 2, 4], [0.4, 0, 0.1, 0.2, 0.5]), "step")
    assert points(made) == [(0, 0), (2, 0.2), (4, 0.5)]


def test_a_value_that_stays_is_one_point() -> None:
    assert points(automation("volume", *arrays([0, 1, 2, 3], [0.5, 0.5, 0.5, 0.6]), "step")) == [(0, 0.5), (3, 0.6)]


def test_a_line_rises_in_steps_that_can_be_heard() -> None:
    made = automation("volume", *arrays([0, 127], [0, 1]))
    assert made["start"] == pytest.approx(np.arange(128))
    assert made["value"] == pytest.approx(np.arange(128) / 127)


def test_a_fast_line_has_no_points_closer_than_the_shortest() -> None:
    made = automation("volume", *arrays([0, 0.25], [0, 1]))
    assert made["start"] == pytest.approx(np.arange(9) / 32)
    assert made["value"] == pytest.approx(np.arange(9) / 8)


def test_a_bend_moves_in_finer_steps() -> None:
    assert automation("bend", *arrays([0, 8], [-2, 2])).size == 1 + 4 * 32


MOMENTS = st.lists(st.tuples(st.floats(0, 200), st.one_of(st.floats(0, 1), st.just(NAN))), min_size=1, max_size=12)


@given(MOMENTS, st.randoms(use_true_random=False))
def test_a_line_is_within_one_step_of_the_straight_one(rows: list[tuple[float, float]], random: Any) -> None:
    start, value = arrays(*zip(*rows, strict=True))
    made = automation("volume", start, value)
    known = dict((at, to) for at, to in rows if not math.isnan(to))  # of equal moments the last
    if not known:
        assert made.size == 0
        return
    xs = sorted(known)
    for beat in [random.uniform(0, 220) for _ in range(30)] + xs:
        k = bisect_right(xs, beat)
        if k in (0, len(xs)):
            wanted, slope = known[xs[max(k - 1, 0)]], 0.0
        else:
            slope = (known[xs[k]] - known[xs[k - 1]]) / (xs[k] - xs[k - 1])
            wanted = known[xs[k - 1]] + slope * (beat - xs[k - 1])
            if xs[k] - xs[k - 1] < 2 * SHORTEST:  # too near to have points between
                continue
        assert abs(value_at(made, beat) - wanted) <= max(STEP, abs(slope) * 2 * SHORTEST) + 1e-9
    for at in xs:
        assert value_at(made, at) == pytest.approx(known[at], abs=1e-12)
    assert (np.diff(made["start"]) > 0).all() and made["start"][0] == 0
    assert ((made["value"] >= 0) & (made["value"] <= 1)).all()


def messages(score: Any, ppq: int) -> list[tuple[int, Any]]:
    """Return every message of a score's .mid with its tick, as mido reads it."""
    found = []
    for track in mido.MidiFile(file=io.BytesIO(encode_midi(score, ppq))).tracks:
        tick = 0
        for message in track:
            tick += message.time
            found.append((tick, message))
    return found


@pytest.mark.parametrize("target", CONTROLLERS)
def test_the_midi_file_holds_the_controllers_values(target: str) -> None:
    values = [0.0, 1.0, 0.25, NAN, 0.75, 0.5]
    rules = {"duration": 2, target: {"from": "a", "curve": "step"}}
    found = messages(compose({"track": [rules]}, Table({"a": values})).score, 96)
    made = [(tick, m.value) for tick, m in found if m.type == "control_change" and m.control == CONTROLLERS[target]]
    assert made == [(0, 0), (192, 127), (384, 32), (768, 95), (960, 64)]


def test_the_midi_file_follows_the_line() -> None:
    rules = {"duration": 4, "expression": {"from": "a", "range": [0, 127], "unit": "midi"}}
    found = messages(compose({"track": [rules]}, Table({"a": [0.0, 1.0, 0.5]})).score, 960)
    made = [(tick, m.value) for tick, m in found if m.type == "control_change" and m.control == 11]
    for tick in range(0, 12 * 960, 7):
        wanted = np.interp(tick / 960, [0, 4, 8], [0, 127, 63.5])
        assert abs([value for at, value in made if at <= tick][-1] - wanted) <= 1.6
    assert {tick: value for tick, value in made}[3840] == 127
    assert all(-1 <= a[1] - b[1] <= 1 for a, b in itertools.pairwise(made))


def test_a_bend_rule_reaches_the_file_in_cents() -> None:
    rules = {"duration": 1, "bend": {"from": "a", "range": [-100, 100], "unit": "cents", "curve": "step"}}
    found = messages(compose({"track": [rules]}, Table({"a": [0.0, 1.0, 0.5]})).score, 96)
    assert [(tick, m.pitch) for tick, m in found if m.type == "pitchwheel"] == [(0, -4096), (96, 4096), (192, 0)]


def test_automation_follows_the_rows_that_are_silent_too() -> None:
    # A row whose pitch is missing is a rest, yet its volume is known.
    rules = {"duration": 1, "pitch": {"from": "a"}, "volume": {"from": "b", "curve": "step"}}
    score = compose({"track": [rules]}, Table({"a": [1.0, NAN, 2.0], "b": [0.0, 1.0, 0.5]})).score
    assert points(score.tracks[0].controls) == [(0, 0), (1, 1), (2, 0.5)]


def test_a_hundred_thousand_rows_are_quick() -> None:
    at, values = np.arange(100_000) * 0.5, np.random.default_rng(1).random(100_000)
    begun = time.perf_counter()
    made = automation("volume", at, values)
    assert time.perf_counter() - begun < 3
    assert made.size > 100_000


def test_controls_are_made_of_columns() -> None:
    made = controls("volume", *arrays([0, 1], [0.5, 1]))
    assert made.tolist() == [(0, "volume", 0.5), (1, "volume", 1)]


# Glides


def test_a_slide_goes_from_the_note_before_to_the_note_itself() -> None:
    made = glides(*arrays([0, 1, 2], [1, 1, 1], [60, 64, 64], [0.5, 0.5, 0.5]))
    assert points(made)[0] == (0, 0)
    assert value_at(made, 0.99) == 0
    assert value_at(made, 1) == -4
    assert value_at(made, 1.25) == pytest.approx(-2, abs=0.3)
    assert value_at(made, 1.5) == 0
    assert made["start"].max() == 1.5  # the third note is where the second was: it does not slide


def test_leaps_too_far_and_slides_of_no_length_do_not_slide() -> None:
    far = glides(*arrays([0, 1, 2, 3], [1, 1, 1, 1], [60, 85, 61, 85], [1, 1, 1, 1]))
    assert sorted(set(far["start"] // 1)) == [0, 2, 3, 4]
    assert value_at(far, 2) == 24 and value_at(far, 3) == -24
    assert points(glides(*arrays([0, 1], [1, 1], [60, 62], [0, 0]))) == [(0, 0)]
    assert points(glides(*arrays([], [], [], []))) == [(0, 0)]
    assert points(glides(*arrays([0, 1, 2], [1, 1, 1], [60, 70, 60], [1, 1, 1]), furthest=5)) == [(0, 0)]


PITCHES = st.lists(
    st.tuples(
        st.integers(48, 72),
        st.sampled_from([0.1, 0.25, 0.3, 1, 2.7]),
        st.sampled_from([0, 0.05, 0.5, 1, 9]),
        st.sampled_from([0.3, 1, 1.0000001, 4]),
    ),
    min_size=2,
    max_size=15,
)


@given(PITCHES)
def test_no_slide_leaks_into_the_next_note(rows: list[tuple[float, float, float, float]]) -> None:
    pitch, gap, beats, share = arrays(*zip(*rows, strict=True))
    start = np.concatenate([[0], np.cumsum(gap)[:-1]])
    length = gap * share  # some notes sound on into the next
    made = glides(start, length, pitch, beats)
    assert (made["target"] == "bend").all()
    at, value = made["start"], made["value"]
    order = np.argsort(at, kind="stable")
    at, value = at[order], value[order]
    for k in range(1, len(rows)):
        leap = pitch[k - 1] - pitch[k]
        held = value[np.searchsorted(at, start[k], side="right") - 1]
        assert held == (leap if beats[k] > 0 else 0)
        over = start[k] + min(beats[k], length[k])
        close = start[k + 1] if k + 1 < len(rows) else np.inf
        if over < close:
            assert value[np.searchsorted(at, over, side="right") - 1] == 0
        inside = value[(at > start[k]) & (at < min(over, close))]
        assert (np.abs(inside) < abs(leap)).all() if leap else not inside.size  # nobody else's slide
        assert (np.diff(np.abs(inside)) < 0).all()


@pytest.mark.parametrize("ppq", [96, 960])
@pytest.mark.parametrize("snap", [True, False])
def test_the_midi_file_holds_the_slides(ppq: int, snap: bool) -> None:
    values = np.random.default_rng(3).random(40)
    pitch = {"from": "a", "range": [52, 72], **({} if snap else {"snap": False})}
    score = compose({"track": [{"duration": 1, "pitch": pitch, "glide": 0.5}]}, Table({"a": values})).score
    wheel: dict[int, list[tuple[int, float]]] = {channel: [(0, 0.0)] for channel in range(16)}
    most, notes = 2, []
    for tick, message in messages(score, ppq):
        if message.type == "control_change" and message.control == 6:
            most = message.value
        if message.type == "pitchwheel":
            wheel[message.channel].append((tick, message.pitch * most / 8192))
        if message.type == "note_on" and message.velocity:
            notes.append((tick, message.note, message.channel))
    own = score.tracks[0].notes["pitch"]

    def sounding(tick: int, key: int, channel: int) -> float:
        own_wheel = wheel[channel]
        return key + own_wheel[bisect_right([at for at, _ in own_wheel], tick) - 1][1]

    for k, (tick, key, channel) in enumerate(notes[1:], 1):
        assert sounding(tick, key, channel) == pytest.approx(own[k - 1], abs=0.01)
        assert sounding(tick + ppq // 2, key, channel) == pytest.approx(own[k], abs=0.01)
        assert sounding(tick + ppq - 1, key, channel) == pytest.approx(own[k], abs=0.01)


def test_a_missing_glide_does_not_slide() -> None:
    rules = {"duration": 1, "pitch": {"from": "a", "range": [60, 72]}, "glide": {"from": "b", "range": [0, 0.5]}}
    score = compose({"track": [rules]}, Table({"a": [0.0, 1.0, 0.5], "b": [1.0, NAN, 1.0]})).score
    made = score.tracks[0].controls
    assert not ((made["start"] >= 1) & (made["start"] < 2)).any()
    assert ((made["start"] >= 2) & (made["start"] < 3)).any()
