"""Automation is thinned to what can be heard, and in an MPE zone told to its master; banks are selected first.

mido reads the files; what is to be heard is worked out here, tick by tick.
"""

from __future__ import annotations

import io
from typing import Any

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from slow_midi import assert_thinned

from composer.outputs.controls import BRIEF, thinned
from composer.outputs.midi import encode_midi
from composer.score import CONTROL, Controls, Score, Track, notes
from composer.sources.midi import midi_score
from composer.units import TempoMap

SECONDS = TempoMap(((0, 60),))
F8 = NDArray[np.float64]


def moving(target: str, at: Any, value: Any) -> Controls:
    """Return a CONTROL array of one target."""
    at, value = np.broadcast_arrays(np.atleast_1d(at), value)
    return np.array([(a, target, v) for a, v in zip(at.tolist(), value.tolist(), strict=True)], CONTROL)


def held(*controls: Controls, starts: Any = 0.0, pitch: Any = 60, tempo: TempoMap = SECONDS) -> Score:
    """Return a score of one track under these controls, in seconds unless told otherwise."""
    return Score((Track("it", "violin", notes(starts, 0.5, pitch), np.concatenate(controls)),), tempo)


def events(score: Score, **settings: Any) -> list[tuple[int, Any]]:
    """Return the channel messages of the first track of a score's file, with their ticks."""
    found, tick = [], 0
    for message in mido.MidiFile(file=io.BytesIO(encode_midi(score, **settings))).tracks[1]:
        tick += message.time
        if not message.is_meta:
            found.append((tick, message))
    return found


def controller(score: Score, number: int, **settings: Any) -> list[tuple[int, int]]:
    """Return the ticks and values of a controller."""
    return [(tick, m.value) for tick, m in events(score, **settings) if m.is_cc(number)]


# Thinned


def test_what_is_the_same_is_written_once() -> None:
    score = held(moving("expression", np.arange(1000) / 100, np.repeat([0.2, 0.2004, 0.6], [400, 400, 200])))
    assert controller(score, 11) == [(0, 25), (7680, 76)]


@pytest.mark.parametrize(("target", "number"), [("expression", 11), ("brightness", 74), ("volume", 7)])
def test_a_slope_of_a_point_a_millisecond_has_no_more_than_one_every_five(target: str, number: int) -> None:
    at = np.arange(2000) / 1000
    score = held(moving(target, at, (1 + np.sin(6 * at)) / 2))
    written = controller(score, number)
    wanted = {int(np.floor(tick * 960 + 0.5)): round(127 * (1 + np.sin(6 * tick)) / 2) for tick in at.tolist()}
    assert_thinned(score, 960, dict(written), wanted, 1, [0], None)
    assert len(written) < 0.65 * sum(a != b for a, b in zip([-1, *wanted.values()], wanted.values(), strict=False))


def test_what_a_jump_takes_is_written_however_short_it_is() -> None:
    score = held(moving("volume", np.arange(4) / 1000 + 0.001, [0.5, 0.6, 0.5, 0.7]))
    assert controller(score, 7) == [(1, 64), (2, 76), (3, 64), (4, 89)]


def test_where_a_note_begins_all_is_exact() -> None:
    slope = moving("volume", np.arange(64) / 1000, np.linspace(0.1, 0.4, 64))
    free, struck = (held(slope, starts=starts) for starts in (2.0, np.arange(64) / 1000))
    assert len(controller(free, 7)) < len(controller(struck, 7))
    expected = {int(np.floor(k / 1000 * 960 + 0.5)): round(127 * (0.1 + 0.3 * k / 63)) for k in range(64)}
    written = dict(controller(struck, 7))
    for tick, value in expected.items():
        assert [v for at, v in written.items() if at <= tick][-1] == value


def test_bends_are_thinned_to_a_cent() -> None:
    at = np.arange(4000) / 2000
    wobble = np.sin(2 * np.pi * 6 * at) / 3
    score = held(moving("bend", at, wobble), tempo=TempoMap(((0, 60),)))
    found = [(tick, m.pitch) for tick, m in events(score, ppq=2000) if m.type == "pitchwheel"]
    wanted = dict(zip(range(4000), np.floor(wobble * 4096 + 0.5).astype(int).tolist(), strict=True))
    assert_thinned(score, 2000, dict(found), wanted, 0.01 * 4096, [0], 0)
    assert len(found) < 2500


def test_the_pedal_is_never_thinned() -> None:
    steps = moving("sustain", np.arange(20) / 1000, np.arange(20) % 2)
    assert [value for _, value in controller(held(steps), 64)] == [0, 127] * 10


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(60, 64)), min_size=1, max_size=30),
    st.lists(st.integers(0, 500), max_size=3).map(sorted),
)
@settings(max_examples=200, deadline=None)
def test_what_is_left_out_is_slight_and_short_and_thinning_again_leaves_nothing_out(
    steps: list[tuple[int, int]], starts: list[int]
) -> None:
    tick = np.cumsum([wait + 1 for wait, _ in steps])
    value = np.array([level for _, level in steps])
    kept = thinned(tick, value, 1, np.array(starts, np.int64), lambda ticks: ticks / 1000)
    score = Score((), TempoMap(((0, 60),)))
    written = dict(zip(tick[kept].tolist(), value[kept].tolist(), strict=True))
    assert_thinned(score, 1000, written, dict(zip(tick.tolist(), value.tolist(), strict=True)), 1, starts, None)
    again = thinned(tick[kept], value[kept], 1, np.array(starts, np.int64), lambda ticks: ticks / 1000)
    assert again.all()
    at, level = tick[kept], value[kept]
    for n in range(1, at.size - 1):  # what comes soon after another is far from it, stays, or a note begins with it
        small = abs(level[n] - level[n - 1]) <= 1 and not any(at[n] <= start < at[n + 1] for start in starts)
        assert not small or at[n] - at[n - 1] >= 1000 * BRIEF or at[n + 1] - at[n] >= 1000 * BRIEF


def test_the_checker_of_what_is_thinned_can_fail() -> None:
    score = Score((), TempoMap(((0, 60),)))
    wanted = {0: 60, 2: 61, 4: 62, 20: 63}
    assert_thinned(score, 1000, {0: 60, 4: 62, 20: 63}, wanted, 1, [], None)
    for written, starts in (
        ({0: 60, 20: 63}, []),  # off by 2
        ({0: 60, 4: 62}, []),  # off for long
        ({0: 60, 4: 62, 20: 63}, [3]),  # a note begins meanwhile
        ({0: 60, 4: 62, 19: 63}, []),  # where nothing was
        ({0: 60, 2: 60, 4: 62, 20: 63}, []),  # twice
    ):
        with pytest.raises(AssertionError):
            assert_thinned(score, 1000, written, wanted, 1, starts, None)


# Zones


def zone() -> Score:
    """Return notes that overlap, between the keys, under a controller, a pedal and a bend."""
    rows = [moving("expression", [0, 1], [0.5, 1]), moving("sustain", 2, 1), moving("bend", 1, 1.5)]
    return held(*rows, starts=[0, 0, 1.5], pitch=[60.3, 64.2, 67.1])


def test_in_a_zone_what_all_notes_share_is_told_to_the_master_alone() -> None:
    found = events(zone(), tuning="mpe")
    told = {m.control: set() for _, m in found if m.type == "control_change"}
    for _, m in found:
        if m.type == "control_change":
            told[m.control].add(m.channel)
    assert told[11] == told[64] == {0}
    assert 0 not in told[10] and len(told[10]) == 3  # pan is the notes' own
    assert {m.channel for _, m in found if m.type == "program_change"} == set(range(9))
    assert {m.channel for _, m in found if m.type == "pitchwheel"} == set(range(1, 9))


def test_the_upper_zone_has_its_master_on_channel_16() -> None:
    both = Score((*zone().tracks, *zone().tracks), SECONDS)
    tracks = mido.MidiFile(file=io.BytesIO(encode_midi(both, tuning="mpe"))).tracks
    assert {m.channel for m in tracks[2] if m.is_cc(11)} == {15}


@pytest.mark.parametrize("tuning", ["mpe", "bend"])
def test_the_members_of_a_zone_come_back_with_what_their_master_was_told(tuning: Any) -> None:
    score = held(moving("expression", [0, 1], [0.5, 1]), starts=[0, 0, 1.5], pitch=[60.3, 64.2, 67.1])
    (read,) = midi_score(encode_midi(score, tuning=tuning)).tracks
    assert [(float(c["start"]), str(c["target"]), round(127 * float(c["value"]))) for c in read.controls] == [
        (0, "expression", 64),
        (1, "expression", 127),
    ]
    assert read.notes["pitch"] == pytest.approx([60.3, 64.2, 67.1], abs=0.003)


def made(*messages: mido.Message) -> Score:
    """Return what is read of a file of one track of these messages, each channel by itself."""
    data = io.BytesIO()
    mido.MidiFile(tracks=[mido.MidiTrack(messages)]).save(file=data)
    return midi_score(data.getvalue(), lanes=True)


def chosen(channel: int, number: int, value: int) -> list[mido.Message]:
    """Return the messages that set a registered parameter."""
    pairs = ((101, 0), (100, number), (6, value), (101, 127), (100, 127))
    return [mido.Message("control_change", channel=channel, control=c, value=v) for c, v in pairs]


def struck(channel: int, key: int = 60) -> list[mido.Message]:
    """Return a note of a quarter."""
    return [
        mido.Message("note_on", channel=channel, note=key),
        mido.Message("note_off", channel=channel, note=key, time=480),
    ]


def test_a_zone_of_somebody_else_s() -> None:
    bent = [mido.Message("pitchwheel", channel=channel, pitch=pitch) for channel, pitch in ((0, 4096), (9, 2048))]
    volume = mido.Message("control_change", channel=0, control=7, value=32)
    flute = mido.Message("program_change", channel=0, program=73)
    score = made(*chosen(0, 6, 15), volume, flute, *bent, *struck(9), *struck(4), *struck(3))
    by_pitch = {(t.instrument, tuple(t.controls["target"]), tuple(t.controls["value"])) for t in score.tracks}
    # the 10th channel is a member, no drums: its bend of a quarter of 48 semitones, and the master's of half of 2
    assert by_pitch == {
        ("flute", ("volume", "bend"), (32 / 127, 1.0)),
        ("flute", ("volume", "bend"), (32 / 127, 13.0)),
    }


def test_what_is_no_member_is_told_nothing() -> None:
    volume = mido.Message("control_change", channel=0, control=7, value=32)
    score = made(*chosen(0, 6, 2), volume, *struck(2), *struck(3))
    assert [len(track.controls) for track in score.tracks] == [1, 0]
    off = made(*chosen(0, 6, 2), *chosen(0, 6, 0), volume, *struck(2))
    assert [len(track.controls) for track in off.tracks] == [0]
    upper = mido.Message("control_change", channel=15, control=7, value=64)
    # an upper zone takes members from the lower one
    both = made(*chosen(0, 6, 13), *chosen(15, 6, 5), volume, upper, *struck(9), *struck(10))
    assert [track.controls["value"].tolist() for track in both.tracks] == [[32 / 127], [64 / 127]]
    assert [len(made(*chosen(4, 6, 5), volume, *struck(5)).tracks[0].controls)] == [0]


# Banks


def banked(bank: tuple[int, int] | None, name: str = "flute") -> Track:
    """Return a track of one note."""
    return Track(name, name, notes(0, 1, 60), bank=bank)


def test_a_bank_is_selected_before_its_program_and_none_unless_asked_for() -> None:
    found = [
        (m.type, getattr(m, "control", None), getattr(m, "value", None)) for _, m in events(Score((banked((8, 3)),)))
    ]
    assert found[:3] == [("control_change", 0, 8), ("control_change", 32, 3), ("program_change", None, None)]
    assert not any(control in (0, 32) for _, control, _ in (found[3:]))
    assert not [m for _, m in events(Score((banked(None),))) if m.is_cc(0) or m.is_cc(32)]


@pytest.mark.parametrize("tuning", ["bend", "mpe", "mts", "round"])
def test_banks_come_back(tuning: Any) -> None:
    tracks = (banked((8, 0)), banked(None, "violin"), banked((0, 0), "oboe"), banked((127, 127), "cello"))
    tracks = (*tracks, Track("chord", "organ", notes(0, 1, [60, 60.5, 64.2]), bank=(1, 2)), banked((0, 1), "drums"))
    data = encode_midi(Score(tracks), tuning=tuning)
    read = midi_score(data).tracks
    assert [(t.name, t.instrument, t.bank) for t in read][:4] == [(t.name, t.instrument, t.bank) for t in tracks][:4]
    assert [t.bank for t in read] == [t.bank for t in tracks]
    assert encode_midi(midi_score(encode_midi(midi_score(data), tuning=tuning)), tuning=tuning) == encode_midi(
        midi_score(data), tuning=tuning
    )


def test_a_bank_counts_from_the_next_program_on_and_its_halves_may_come_alone() -> None:
    high, low = (mido.Message("control_change", control=c, value=5) for c in (0, 32))
    program = mido.Message("program_change", program=73)
    score = made(program, high, *struck(0), program, *struck(0), low, program, *struck(0, 61))
    assert [(t.bank, t.notes["start"].tolist()) for t in score.tracks] == [(None, [0]), ((5, 0), [1]), ((5, 5), [2])]
    assert made(low, program, *struck(0)).tracks[0].bank == (0, 5)
    assert made(low, *struck(0)).tracks[0].bank is None
