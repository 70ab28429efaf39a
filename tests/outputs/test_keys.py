"""Pitches between the keys reach whoever reads the `.mid`: by bends, MPE, MTS, or rounded.

What sounds is worked out here from the messages alone: by mido and symusic, and for MTS by a parser of its
system exclusive messages that knows only the MIDI Tuning Updated Specification (CA-020).
"""

from __future__ import annotations

import io
from fractions import Fraction
from itertools import pairwise
from typing import Any, get_args

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import InputError
from composer.outputs.keys import ENCODINGS, nearest_key, tuned
from composer.outputs.midi import Tuning, encode_midi
from composer.score import CONTROL, NOTE, Notes, Score, Track, notes

SOME = settings(max_examples=60, deadline=None)
# A few notes that overlap as they like, of pitches within the keys.
PITCHES = st.sampled_from([60.0, 60.25, 61.5, 69.31]) | st.integers(0, 127_000).map(lambda n: n / 1000)
CHORDS = st.lists(
    st.tuples(
        st.integers(0, 30).map(lambda n: n / 4),
        st.sampled_from([0.25, 1.0, 3.0]),
        PITCHES,
        st.just(0.5),
        st.just(0.0),
        st.just(-1),
    ),
    min_size=1,
    max_size=10,
    unique_by=lambda row: row[2],
).map(lambda rows: np.array(rows, NOTE))


def score_of(*tunes: Notes, instrument: str = "violin") -> Score:
    """Return a score of a track for each of these."""
    return Score(tuple(Track(f"t{n}", instrument, tune) for n, tune in enumerate(tunes)))


def messages(data: bytes, track: int = 1) -> list[tuple[int, Any]]:
    """Return the messages of one track, with their ticks, as mido reads them."""
    found, tick = [], 0
    for message in mido.MidiFile(file=io.BytesIO(data)).tracks[track]:
        tick += message.time
        found.append((tick, message))
    return found


def parameters(data: bytes, track: int = 1) -> list[tuple[int, int, int, int]]:
    """Return channel, number, MSB and LSB of each registered parameter that is set; none is set after a null."""
    selected: dict[int, list[int]] = {}
    low: dict[int, int] = {}
    found = []
    for tick, m in messages(data, track):
        if m.type != "control_change":
            continue
        number = selected.setdefault(m.channel, [127, 127])
        if m.control in (101, 100):
            number[101 - m.control] = m.value
        elif m.control == 38:
            low[m.channel] = m.value
        elif m.control == 6:
            assert tick == 0 and number != [127, 127]
            found.append((m.channel, number[0] * 128 + number[1], m.value, low.pop(m.channel)))
    assert all(number == [127, 127] for number in selected.values())
    return found


def sounding(data: bytes, track: int = 1) -> list[tuple[int, float]]:
    """Return the tick and the pitch, bend included, with which each note of a track begins, sorted."""
    reach: dict[int, int] = {}
    for channel, number, msb, _ in parameters(data, track):
        if number == 0:
            reach[channel] = msb
    wheel: dict[int, int] = {}
    found = []
    for tick, m in messages(data, track):
        if m.type == "pitchwheel":
            wheel[m.channel] = m.pitch
        elif m.type == "note_on":
            found.append((tick, m.note + wheel.get(m.channel, 0) / 8192 * reach.get(m.channel, 2)))
    return sorted(found)


def wanted(tune: Notes) -> list[tuple[int, float]]:
    """Return the tick and the pitch of each note, sorted."""
    return sorted((int(note["start"] * 960), float(note["pitch"])) for note in tune)


def furthest(found: list[tuple[int, float]], expected: list[tuple[int, float]]) -> float:
    """Return by how many semitones the pitches are off at most; their ticks must be the same."""
    assert [tick for tick, _ in found] == [tick for tick, _ in expected]
    return max(abs(a - b) for (_, a), (_, b) in zip(found, expected, strict=True))


def test_every_encoding_can_be_asked_for() -> None:
    assert set(ENCODINGS) == set(get_args(Tuning))


@given(st.floats(-50, 200))
@SOME
def test_the_nearest_key(pitch: float) -> None:
    [key] = nearest_key(np.array([pitch])).tolist()
    nearest = min(abs(Fraction(pitch) - k) for k in range(128))
    assert 0 <= key <= 127 and abs(abs(Fraction(pitch) - key) - nearest) < Fraction(1, 10**12)


# Bends


@given(CHORDS)
@SOME
def test_bends_bring_every_note_within_half_a_step_of_its_pitch(tune: Notes) -> None:
    data = encode_midi(score_of(tune), tuning="bend")
    half = 0.5 * 2 / 8192
    assert furthest(sounding(data), wanted(tune)) <= half + 1e-12
    # and it stays there until the note ends: no bend moves while anything sounds on its channel
    on: dict[int, int] = {}
    for _, m in messages(data):
        if m.type == "note_on":
            on[m.channel] = on.get(m.channel, 0) + 1
        elif m.type == "note_off":
            on[m.channel] -= 1
        elif m.type == "pitchwheel":
            assert not on.get(m.channel)


@given(CHORDS, st.sampled_from(["bend", "mpe"]))
@SOME
def test_symusic_finds_the_pitches_too(tune: Notes, tuning: Tuning) -> None:
    import symusic

    found = []
    for track in symusic.Score.from_midi(encode_midi(score_of(tune), tuning=tuning)).tracks:
        reach = 48 if tuning == "mpe" else 2
        for note in track.notes:
            wheel = [bend.value for bend in track.pitch_bends if bend.time <= note.start]
            found.append((note.start, note.pitch + (wheel[-1] if wheel else 0) / 8192 * reach))
    assert furthest(sorted(found), wanted(tune)) <= 0.5 * (48 if tuning == "mpe" else 2) / 8192 + 1e-12


# MPE


@given(CHORDS)
@SOME
def test_in_a_zone_each_note_sounds_alone_on_its_channel(tune: Notes) -> None:
    data = encode_midi(score_of(tune), tuning="mpe")
    assert furthest(sounding(data), wanted(tune)) <= 0.5 * 48 / 8192 + 1e-12
    on: set[int] = set()
    for _, m in messages(data):
        if m.type == "note_on":
            assert m.channel != 0 and m.channel not in on
            on.add(m.channel)
        elif m.type == "note_off":
            on.remove(m.channel)
        elif m.type == "pitchwheel":
            assert m.channel != 0 and m.channel not in on


def test_the_set_up_of_zones() -> None:
    tune = notes([0, 0], 1, [60.5, 64])
    alone = encode_midi(score_of(tune), tuning="mpe")
    assert sorted(parameters(alone)) == [(0, 6, 8, 0), *((member, 0, 48, 0) for member in range(1, 9))]
    two = encode_midi(score_of(tune, tune, tune), tuning="mpe")
    assert sorted(parameters(two, 1)) == [(0, 6, 8, 0), *((member, 0, 48, 0) for member in range(1, 9))]
    assert sorted(parameters(two, 2)) == [*((member, 0, 48, 0) for member in range(10, 15)), (15, 6, 5, 0)]
    assert parameters(two, 3) == parameters(two, 1)
    assert [m.port for n in (1, 2, 3) for _, m in messages(two, n) if m.type == "midi_port"] == [0, 0, 1]
    # the zone is made before its members get their range: the message that makes it resets them
    order = [number for _, number, *_ in parameters(alone)]
    assert order == [6] + [0] * 8
    programs = [m.channel for _, m in messages(two, 2) if m.type == "program_change"]
    assert sorted(programs) == [10, 11, 12, 13, 14, 15]


def test_members_take_turns_and_the_ninth_note_at_once_clashes() -> None:
    tune = notes(np.arange(40) / 4, 0.25, 60 + np.arange(40) / 8)
    data = encode_midi(score_of(tune), tuning="mpe")
    assert [m.channel for _, m in messages(data) if m.type == "note_on"] == [1 + n % 8 for n in range(40)]
    for count, expected in ((8, []), (9, ["track 't0': 1 of 9 notes have no channel of their own"])):
        told: list[str] = []
        encode_midi(score_of(notes(0, 1, 60 + np.arange(count) * 1.01)), tuning="mpe", report=told.append)
        assert [line.split(",")[0] for line in told] == expected


def test_drums_beside_zones_are_as_ever() -> None:
    drums = Track("drums", "drums", notes(0, 1, [36.4, 38]))
    data = encode_midi(Score((*score_of(notes(0, 1, 60.5)).tracks, drums)), tuning="mpe")
    assert parameters(data, 2) == []
    assert [(m.channel, m.note) for _, m in messages(data, 2) if m.type == "note_on"] == [(9, 36), (9, 38)]
    assert all(9 not in (channel,) for channel, *_ in parameters(data, 1))


def test_bends_in_a_zone_move_all_of_its_members() -> None:
    track = Track("it", "violin", notes(0, 4, [60.5, 64]), np.array([(1, "bend", 2.0)], CONTROL))
    found = [
        (tick, m.channel, m.pitch)
        for tick, m in messages(encode_midi(Score((track,)), tuning="mpe"))
        if m.type == "pitchwheel"
    ]
    step = 8192 / 48
    moved = {(tick, channel): pitch for tick, channel, pitch in found}
    # 60.5 is key 61 half a semitone down
    assert (moved[0, 1], moved[960, 1], moved[960, 2]) == (round(-0.5 * step), round(1.5 * step), round(2 * step))
    assert (0, 2) not in moved and not any(channel == 0 for _, channel in moved)


# MTS


def tunings(data: bytes, track: int) -> dict[tuple[int | None, int], Fraction]:
    """Return the pitch of each (program, key) that the track's system exclusive messages tune, before any note.

    Where they tune octaves, on the track's channels, the program is None.
    """
    found: dict[tuple[int | None, int], Fraction] = {}
    for tick, m in messages(data, track):
        if m.type != "sysex":
            continue
        told = list(m.data)
        # universal real-time, all devices, MIDI tuning, scale/octave in 1 or 2 bytes
        if told[2:4] in ([0x08, 0x08], [0x08, 0x09]):
            assert tick == 0 and told[:2] == [0x7F, 0x7F] and len(told) == 7 + 12 * (told[3] - 7)
            first = {0: 14, 1: 7, 2: 0}  # the channel of the lowest bit of each byte
            channels = {first[n] + bit for n in range(3) for bit in range(7) if told[4 + n] >> bit & 1}
            assert channels == {m.channel for _, m in messages(data, track) if not m.is_meta and hasattr(m, "channel")}
            values = told[7:] if told[3] == 8 else [128 * a + b for a, b in zip(told[7::2], told[8::2], strict=True)]
            raised = [Fraction(v - 64, 100) if told[3] == 8 else Fraction(v - 8192, 8192) for v in values]
            found |= {(None, key): key + raised[key % 12] for key in range(128)}
            continue
        # single note tuning change
        assert tick == 0 and told[:4] == [0x7F, 0x7F, 0x08, 0x02]
        program, count, *changes = told[4:]
        assert len(changes) == 4 * count
        for at in range(0, len(changes), 4):
            key, below, high, low = changes[at : at + 4]
            assert [below, high, low] != [127, 127, 127]  # that means "as it was"
            found[program, key] = below + Fraction(high * 128 + low, 2**14)
    return found


@given(CHORDS, CHORDS)
@SOME
def test_mts_tunes_each_key_to_its_pitch(first: Notes, second: Notes) -> None:
    data = encode_midi(score_of(first, second), tuning="mts")
    for n, tune in enumerate((first, second)):
        tuned_to = tunings(data, 1 + n)
        program = {program for program, _ in tuned_to}
        assert program in ({n}, {None}, set())
        set_there = parameters(data, 1 + n)
        channel = {m.channel for _, m in messages(data, 1 + n) if m.type == "note_on"}
        assert channel == {n}
        assert set_there == ([(n, 4, 0, 0), (n, 3, n, 0)] if n in program else [])
        assert not [m for _, m in messages(data, 1 + n) if m.type == "pitchwheel"]
        keys = [(tick, m.note) for tick, m in messages(data, 1 + n) if m.type == "note_on"]
        sounds = [float(tuned_to.get((n, key), tuned_to.get((None, key), key))) for _, key in keys]
        heard = sorted((tick, pitch) for (tick, _), pitch in zip(keys, sounds, strict=True))
        assert furthest(heard, wanted(tune)) * 100 < 0.007
        # Distinct pitches have distinct keys, in their order.
        by_pitch = sorted({(pitch, key) for (_, key), pitch in zip(keys, sounds, strict=True)})
        assert len(by_pitch) == len(tune)
        assert all(a[1] < b[1] for a, b in pairwise(by_pitch))


@given(st.lists(PITCHES, min_size=1, max_size=128, unique=True))
@SOME
def test_keys_rise_with_the_pitches_and_are_no_further_than_they_must(pitches: list[float]) -> None:
    keys = tuned(np.array(pitches)).key.tolist()
    pairs = sorted(zip(pitches, keys, strict=True))
    assert all(a[1] < b[1] for a, b in pairwise(pairs))
    assert all(0 <= key <= 127 for key in keys)
    nearest = [min(int(pitch + 0.5), 127) for pitch, _ in pairs]
    if len(set(nearest)) == len(nearest):
        assert [key for _, key in pairs] == nearest
    assert all(abs(key - pitch) <= len(pitches) for pitch, key in pairs)


def test_a_scale_of_128_steps_fills_the_keys_and_one_more_is_refused() -> None:
    for pitches in (60 + np.arange(128) / 53, np.arange(128) / 128, 127 - np.arange(128) / 128):
        data = encode_midi(score_of(notes(np.arange(128), 1, pitches)), tuning="mts")
        found = tunings(data, 1)
        assert sorted(key for _, key in found) == list(range(128))
        wanted_there = np.sort(pitches)
        assert max(abs(float(found[0, key]) - wanted_there[key]) for key in range(128)) * 100 < 0.007
        assert [len(m.data) for _, m in messages(data) if m.type == "sysex"] == [6 + 4 * 127, 6 + 4]
    with pytest.raises(InputError, match=r"track 't0'.*129 different pitches on a track"):
        encode_midi(score_of(notes(np.arange(129), 1, 60 + np.arange(129) / 53)), tuning="mts")


def test_whole_pitches_need_no_tuning() -> None:
    plain = score_of(notes([0, 1, 1], 1, [60, 62, 127]))
    for tuning in ("mts", "round"):
        assert encode_midi(plain, tuning=tuning) == encode_midi(plain)


def test_there_are_128_tuning_programs() -> None:
    tune = notes([0, 1], 1, [60.25, 60.4])  # two of one key: no octave tunes them
    data = encode_midi(score_of(*[tune] * 128), tuning="mts")
    assert [set(tunings(data, 1 + n)) for n in (0, 127)] == [{(0, 60), (0, 61)}, {(127, 60), (127, 61)}]
    with pytest.raises(InputError, match="more than 128 tracks"):
        encode_midi(score_of(*[tune] * 129), tuning="mts")
    # a track of whole pitches, or of drums, needs none
    whole = score_of(*[notes(0, 1, 60)] * 129)
    assert encode_midi(whole, tuning="mts") == encode_midi(whole)


JUST = 12 * np.log2(np.array([1, 16 / 15, 9 / 8, 6 / 5, 5 / 4, 4 / 3, 45 / 32, 3 / 2, 8 / 5, 5 / 3, 9 / 5, 15 / 8]))


def test_where_all_octaves_are_alike_the_octave_is_tuned() -> None:
    tune = notes(np.arange(36), 1, np.concatenate([36 + JUST, 60 + JUST, 84 + JUST]))
    found = tunings(encode_midi(score_of(tune), tuning="mts"), 1)
    assert len(found) == 128 and {program for program, _ in found} == {None}
    assert max(abs(float(found[None, 60 + k]) - 60 - JUST[k]) for k in range(12)) * 100 < 0.0062
    # one note that is not so, and each pitch has a key of its own
    tune["pitch"][7] += 0.02
    assert {program for program, _ in tunings(encode_midi(score_of(tune), tuning="mts"), 1)} == {0}


@pytest.mark.parametrize(
    ("pitches", "told"),
    [
        # half a semitone down on E, 13 cents on A: a byte each, 64 for none; channel 1 is the last bit
        ([63.5, 65, 68.87], "f0 14 7f7f0808 000001 40404040 0e 40404040 33 4040 f7"),
        # 25.3 cents up on E, 2073 of 8192: two bytes, 8192 for none
        ([64.253], "f0 20 7f7f0809 000001 4000400040004000 5019 40004000400040004000 40004000 f7"),
    ],
)
def test_the_bytes_of_an_octave_tuning(pitches: list[float], told: str) -> None:
    data = encode_midi(score_of(notes(np.arange(len(pitches)), 1, pitches)), tuning="mts")
    at = data.index(b"\xf0")
    assert data[at : data.index(b"\xf7", at) + 1].hex() == told.replace(" ", "")


def test_pitches_beyond_the_keys_are_tuned_as_far_as_frequencies_go() -> None:
    found = tunings(encode_midi(score_of(notes([0, 1], 1, [-3.0, 140.0])), tuning="mts"), 1)
    assert found == {(0, 0): 0, (0, 127): 127 + Fraction(16382, 2**14)}


# Rounded


@given(CHORDS)
@SOME
def test_rounded_pitches_are_keys(tune: Notes) -> None:
    whole = tune.copy()
    whole["pitch"] = [int(pitch + 0.5) for pitch in tune["pitch"]]
    assert encode_midi(score_of(tune), tuning="round") == encode_midi(score_of(whole))


def test_drums_are_rounded_whatever_the_encoding() -> None:
    drums = score_of(notes([0, 1], 1, [36.3, 38.6]), instrument="drums")
    files = {encode_midi(drums, tuning=tuning) for tuning in get_args(Tuning)}
    assert files == {encode_midi(score_of(notes([0, 1], 1, [36, 39]), instrument="drums"))}
