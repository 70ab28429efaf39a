"""A `.mid` is right to the byte, and what cannot be written is refused in clear words.

The goldens, tests/golden/*.hex, were written by hand from the Standard MIDI File specification: bytes, then
what they mean. The rest is read by mido, or looked up in the bytes.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from slow_midi import Heard, heard_by_mido, parsed, placed_by_mido, timed

import composer
from composer.errors import InputError
from composer.outputs.midi import encode_midi
from composer.score import CONTROL, NOTE, Controls, Key, Marker, Meter, Score, Track, notes
from composer.units import TempoMap

GOLDEN = Path(__file__).parent.parent / "golden"


def controls(*rows: tuple[float, str, float]) -> Controls:
    """Return a CONTROL array of these rows."""
    return np.array(list(rows), CONTROL)


ONE_NOTE = Score((Track("lead", "flute", notes(1, 1, 60, 0.5)),))
TWO_TRACKS = Score(
    (
        Track("Flöte", "flute", notes([0, 1], 1, [72, 76], [1.0, 0.25], [-1, 1])),
        Track(
            "Bass", "acoustic bass", notes(0, 3, 36, 0.8, 0.25), controls((0, "volume", 100 / 127), (3, "volume", 1.0))
        ),
    ),
    TempoMap(((0, 90), (2, 96.5))),
    Meter(3, 8),
    Key("F minor", -4, True),
    (Marker(0, "A"), Marker(2.5, "B")),
    "Zwei",
)
DRUMS = Score(
    (
        Track("kick", "drums", notes([0, 1, 3], [2, 1, 0], [36, 36, 60], [0.5, 1, 0])),
        Track("snare", "drums", notes([1, 1, 1.5], [0.25, 0.5, 0.5], [38, 38, 36], [0.75, 0.5, 1])),
    )
)
BENT = Score((Track("lead", "flute", notes(1, 1, 60.1, 0.5), controls((1.5, "bend", -1))),))
GOLDENS = {"one_note": (ONE_NOTE, 960), "bent_note": (BENT, 960), "two_tracks": (TWO_TRACKS, 480), "drums": (DRUMS, 96)}


def golden(name: str) -> list[tuple[int, bytes, str]]:
    """Return the lines of a golden: the line's number, its bytes and its comment."""
    found = []
    for number, line in enumerate((GOLDEN / f"{name}.hex").read_text("utf-8").splitlines(), 1):
        text, _, comment = line.partition("#")
        if text.strip():
            found.append((number, bytes.fromhex(text), comment.strip()))
    return found


def difference(data: bytes, lines: list[tuple[int, bytes, str]]) -> str:
    """Say where bytes first differ from the lines of a golden, "" if nowhere."""
    at = 0
    for number, expected, comment in lines:
        found = data[at : at + len(expected)]
        if found != expected:
            return f"line {number} ({comment}): {expected.hex(' ')} expected, {found.hex(' ')} found"
        at += len(expected)
    return f"{len(data) - at} bytes too many" if len(data) > at else ""


@pytest.mark.parametrize("name", GOLDENS)
def test_the_bytes_of_the_specification(name: str) -> None:
    score, ppq = GOLDENS[name]
    assert difference(encode_midi(score, ppq), golden(name)) == ""


def test_every_golden_is_compared_and_explained() -> None:
    assert {path.stem for path in GOLDEN.glob("*.hex")} == set(GOLDENS)
    assert all(comment for name in GOLDENS for _, _, comment in golden(name))


@pytest.mark.parametrize("name", GOLDENS)
def test_a_flipped_bit_is_noticed(name: str) -> None:
    lines = golden(name)
    data = b"".join(found for _, found, _ in lines)
    assert difference(data, lines) == ""
    for at in range(len(data)):
        flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert "expected" in difference(flipped, lines)
    assert "expected" in difference(data[:-1], lines)
    assert difference(data + b"\x00", lines) == "1 bytes too many"


def one(instrument: str = "flute", **columns: object) -> Score:
    """Return a score of one track, of one note unless told otherwise."""
    return Score((Track("it", instrument, notes(**{"start": 0, "length": 1, "pitch": 60, **columns})),))


def heard(score: Score, ppq: int = 960) -> list[Heard]:
    """Return the notes of a score's first track as mido reads them."""
    return heard_by_mido(parsed(encode_midi(score, ppq)).tracks[1])


def test_ends_are_rounded_not_lengths() -> None:
    # 10.4 to 20.8 ticks: the length, 10.4, would make it end at 20.
    assert heard(one(start=10.4 / 960, length=10.4 / 960)) == [Heard(10, 21, 60, 102)]
    # and after a million such steps nothing has drifted
    assert heard(one(start=1e6 / 3, length=1 / 3), ppq=24) == [Heard(8_000_000, 8_000_008, 60, 102)]


@pytest.mark.parametrize("length", [0.0, 1e-12, 0.4 / 960])
def test_a_note_lasts_at_least_a_tick(length: float) -> None:
    assert heard(one(start=2, length=length)) == [Heard(1920, 1921, 60, 102)]


def test_overlapping_notes_of_one_pitch_are_trimmed() -> None:
    score = one(start=[0, 1, 2], length=[8, 0.5, 1], pitch=[60, 60, 62])
    assert heard(score) == [Heard(0, 960, 60, 102), Heard(960, 1440, 60, 102), Heard(1920, 2880, 62, 102)]


def test_notes_that_begin_together_become_the_loudest_and_longest() -> None:
    assert heard(one(start=[0, 0, 0], length=[1, 3, 2], velocity=[0.5, 0.25, 1.0])) == [Heard(0, 2880, 60, 127)]


@pytest.mark.parametrize(
    ("pitch", "key"), [(-5.0, 0), (0, 0), (59.49, 59), (59.5, 60), (60.5, 61), (126.9, 127), (400.0, 127)]
)
def test_pitch_goes_to_the_nearest_key(pitch: float, key: int) -> None:
    assert heard(one(pitch=pitch))[0].pitch == key


@pytest.mark.parametrize(("velocity", "number"), [(0.0, 1), (0.003, 1), (0.5, 64), (1.0, 127)])
def test_velocity_is_never_a_note_off(velocity: float, number: int) -> None:
    assert heard(one(velocity=velocity))[0].velocity == number


def test_tempo_is_rounded_not_truncated() -> None:
    # 6e7 / 90 = 666666.67 and 6e7 / 105 = 571428.57; 6e7 / 110 = 545454.55; 6e7 / 70 = 857142.86
    for bpm, quarter in [(90, 666667), (105, 571429), (110, 545455), (70, 857143), (132, 454545)]:
        score = Score((), TempoMap(((0, bpm),)))
        assert [m.tempo for m in parsed(encode_midi(score)).tracks[0] if m.type == "set_tempo"] == [quarter]


@pytest.mark.parametrize(("bpm", "fits"), [(3.58, True), (3.57, False), (6e7, True), (1.3e8, False)])
def test_the_tempi_that_a_file_can_hold(bpm: float, fits: bool) -> None:
    score = Score((), TempoMap(((0, bpm),)))
    if fits:
        assert parsed(encode_midi(score)).tracks[0][0].tempo == round(6e7 / bpm)
    else:
        with pytest.raises(InputError, match=r"tempo: .* bpm"):
            encode_midi(score)


@pytest.mark.parametrize("ppq", [24, 960, 32767])
def test_the_resolutions_that_a_file_can_hold(ppq: int, tmp_path: Path) -> None:
    path = composer.render(ONE_NOTE, tmp_path / "one.mid", ppq=ppq)
    assert path.read_bytes()[12:14] == ppq.to_bytes(2, "big")
    assert parsed(path.read_bytes()).ticks_per_beat == ppq
    assert heard(ONE_NOTE, ppq) == [Heard(ppq, 2 * ppq, 60, 64)]


@pytest.mark.parametrize("ppq", [0, 23, 32768, 960.5, "many"])
def test_other_resolutions_are_refused(ppq: object, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ppq"):
        composer.render(ONE_NOTE, tmp_path / "one.mid", ppq=ppq)
    assert list(tmp_path.iterdir()) == []


def melodic(count: int) -> tuple[Track, ...]:
    """Return as many tracks, each of one flute."""
    return tuple(Track(f"flute {n}", "flute", notes(0, 1, 60)) for n in range(count))


def test_fifteen_melodic_tracks_leave_channel_10_to_the_drums() -> None:
    drums = Track("drums", "drums", notes(0, 1, 36))
    tracks = melodic(15)
    file = parsed(encode_midi(Score((*tracks[:4], drums, *tracks[4:], drums))))
    channels = [{m.channel for m in track if not m.is_meta} for track in file.tracks[1:]]
    assert channels[4] == channels[16] == {9}
    assert channels[:4] + channels[5:16] == [{n} for n in range(16) if n != 9]


@pytest.mark.parametrize("beat", [-2.0, math.nan, math.inf, -math.inf, 1e12, 1e300, 1e308])
@pytest.mark.parametrize("field", ["start", "length", "marker", "volume", "bend"])
def test_positions_out_of_reach_are_refused(field: str, beat: float) -> None:
    row = {"start": 0.0, "length": 1.0, "pitch": 60.0, "velocity": 0.8, "pan": 0.0, "row": -1}
    if field in row:
        row[field] = beat
    changes = controls((beat, field, 1.0)) if field in ("volume", "bend") else controls()
    track = Track("it", "flute", np.array([tuple(row.values())], NOTE), changes)
    markers = (Marker(beat, "there"),) if field == "marker" else ()
    with pytest.raises(InputError, match="there is something at beat") as caught:
        encode_midi(Score((track,), markers=markers))
    assert ("track 'it'" in str(caught.value)) == (field != "marker")
    assert "keep beats between 0 and 286 331 153" in str(caught.value)


def test_a_gap_longer_than_a_delta_time_is_refused() -> None:
    last = (2**28 - 2) / 960
    assert heard(one(start=last, length=1 / 960)) == [Heard(2**28 - 2, 2**28 - 1, 60, 102)]
    with pytest.raises(InputError, match=r"(?s)track 'it'.* 268435456 ticks pass without an event"):
        encode_midi(one(start=2**28 / 960))
    with pytest.raises(InputError, match="268435456 ticks pass without an event"):
        encode_midi(Score((), markers=(Marker(2**28 / 960, "far"),)))
    # nor can the conductor wait so long for the end of the others
    with pytest.raises(InputError, match="ticks pass without an event"):
        encode_midi(one(start=[0, 2**27 / 960, 2**28 / 960]))


def test_of_controllers_at_one_tick_the_last_counts() -> None:
    steps = [(0, "volume", 1.0), (0, "volume", 0.25), (1, "sustain", 1.0), (1, "sustain", 0.0), (2, "volume", 0.5)]
    track = Track("it", "flute", notes(0, 4, 60), controls(*steps, (2, "volume", 0.75), (0.5, "sustain", 1.0)))
    values: dict[int, list[tuple[int, int]]] = {7: [], 64: [], 10: []}
    for tick, message in timed(parsed(encode_midi(Score((track,)))).tracks[1]):
        if message.type == "control_change":
            values[message.control].append((tick, message.value))
    assert dict(values[7]) == {0: 32, 1920: 95}
    assert dict(values[64]) == {480: 127, 960: 0}


def test_a_pedal_that_is_changed_at_one_tick_is_lifted_and_pressed() -> None:
    steps = controls((0, "sustain", 1.0), (1, "sustain", 0.0), (1, "sustain", 1.0))
    file = parsed(encode_midi(Score((Track("it", "piano", notes(0, 4, 60), steps),))))
    pedal = [(tick, m.value) for tick, m in timed(file.tracks[1]) if m.is_cc(64)]
    assert pedal == [(0, 127), (960, 0), (960, 127)]


def test_simultaneous_events_of_a_track_are_in_order() -> None:
    track = Track(
        "it",
        "piano",
        notes([0, 1], 1, [60, 60], pan=[-1, 1]),
        controls((1, "volume", 0.5), (0, "expression", 0.5)),
    )
    file = parsed(encode_midi(Score((track,))))
    kinds = [(tick, m.type, getattr(m, "control", None)) for tick, m in timed(file.tracks[1]) if not m.is_meta]
    assert kinds == [
        (0, "program_change", None),
        (0, "control_change", 10),
        (0, "control_change", 11),
        (0, "note_on", None),
        (960, "note_off", None),
        (960, "control_change", 7),
        (960, "control_change", 10),
        (960, "note_on", None),
        (1920, "note_off", None),
    ]


# Bends


def channels(score: Score, **options: Any) -> list[list[int]]:
    """Return the channels of each track of a score's file."""
    tracks = parsed(encode_midi(score, **options)).tracks[1:]
    return [sorted({m.channel for m in track if hasattr(m, "channel")}) for track in tracks]


def bend_range(score: Score) -> int | None:
    """Return the bend range that a score's first track sets, in semitones, None where it sets none."""
    values = {m.channel: m.value for m in parsed(encode_midi(score)).tracks[1] if m.is_cc(6)}
    assert not values or list(values) == channels(score)[0]
    assert len(set(values.values())) <= 1
    return values[0] if values else None


def wheels(score: Score, track: int = 1) -> dict[int, list[tuple[int, int]]]:
    """Return the bends of a score's track by channel: ticks, and 14 bits from -8192 to 8191."""
    found: dict[int, list[tuple[int, int]]] = {channel: [] for channel in channels(score)[track - 1]}
    for tick, m in timed(parsed(encode_midi(score)).tracks[track]):
        if m.type == "pitchwheel":
            found[m.channel].append((tick, m.pitch))
    return found


def wheel(score: Score, track: int = 1) -> list[tuple[int, int]]:
    """Return the bends of the first channel of a score's track."""
    return next(iter(wheels(score, track).values()))


def bent(*rows: tuple[float, float], pitch: object = 60, instrument: str = "flute") -> Score:
    """Return a score of notes of a beat, one after another, under these bends."""
    count = np.size(pitch)
    tune = notes(np.arange(count), 1, pitch)
    return Score((Track("it", instrument, tune, controls(*((at, "bend", value) for at, value in rows))),))


@pytest.mark.parametrize(
    ("bend", "span", "value"),
    [
        (0.5, 2, 2048),
        (-2, 2, -8192),
        (2, 2, 8191),
        (2.001, 12, 1366),
        (-12, 12, -8192),
        (12.5, 24, 4267),
        (24, 24, 8191),
        (99, 24, 8191),
        (-99, 24, -8192),
    ],
)
def test_the_range_is_the_smallest_that_has_room(bend: float, span: int, value: int) -> None:
    assert (bend_range(bent((0, bend))), wheel(bent((0, bend)))) == (span, [(0, value)])
    assert bend_range(bent((0, 0.1), (0.5, bend), (1, 0.1))) == span


def test_only_changes_of_the_bend_are_written_and_of_one_tick_the_last() -> None:
    steps = [(0, 0), (0.25, 1), (0.5, 1), (0.5, 1.00005), (0.75, -1), (0.75, 0.5), (0.75, 0), (1, 2), (1, 0)]
    assert wheel(bent(*steps)) == [(240, 4096), (720, 0)]
    assert wheel(bent((0.75, 0.5), (0.25, 1))) == [(240, 4096), (720, 2048)]
    assert (bend_range(bent((1, 0))), wheel(bent((1, 0)))) == (2, [])


def test_a_tune_between_the_keys_is_bent_note_by_note() -> None:
    # Notes follow at once, so each change of bend waits half a beat for a channel: two of them in turn.
    score = bent(pitch=[60, 60.25, 61.75, 62.5, 61.5, 67])
    assert [note.pitch for note in heard(score)] == [60, 60, 62, 63, 62, 67]
    assert wheels(score) == {0: [(1920, -1024), (4800, 0)], 1: [(960, 1024), (2880, -2048)]}
    played = {
        placed.heard.start // 960: placed.channel for placed in placed_by_mido(parsed(encode_midi(score)).tracks[1])
    }
    assert played == {0: 0, 1: 1, 2: 0, 3: 1, 4: 1, 5: 0}
    assert bend_range(score) == 2


def test_a_tune_with_rests_needs_one_channel() -> None:
    tune = notes([0, 1.5, 3], 1, [60.25, 61.75, 62.5])
    score = Score((Track("it", "flute", tune),))
    assert wheels(score) == {0: [(0, 1024), (1440, -1024), (2880, -2048)]}
    assert channels(score) == [[0]]
    shorter = Score((Track("it", "flute", notes([0, 1.5 - 1 / 960, 3], 1, [60.25, 61.75, 62.5])),))
    assert channels(shorter) == [[0, 1]]


def test_bends_and_pitches_between_the_keys_are_summed() -> None:
    score = bent((0.5, 1), (2, -1.25), pitch=[60.25, 60.25, 59.5])
    assert (bend_range(score), wheel(score)) == (2, [(0, 1024), (480, 5120), (1920, -4096)])
    assert wheels(score)[1] == [(480, 4096), (1920, -7168)]
    assert bend_range(bent((1, -2), pitch=[60, 59.5])) == 12


def test_notes_that_overlap_at_different_parts_of_a_semitone_have_channels_of_their_own() -> None:
    for starts, lengths, pitches, expected in (
        ([0, 0.5], [1, 1], [60.25, 64], {0: [(0, 1024)], 1: []}),
        ([0, 0], [1, 1], [60.25, 64.5], {0: [(0, 1024)], 1: [(0, -2048)]}),
        ([0, 1], [3.5, 1], [60.25, 62.25], {0: [(0, 1024)]}),
        ([0, 1 + 0.4 / 960], [1 + 0.6 / 960, 1], [60.25, 62.5], {0: [(0, 1024)], 1: [(960, -2048)]}),
        ([1, 1 + 0.4 / 960], [0, 1], [60.25, 62.5], {0: [(960, 1024)], 1: [(960, -2048)]}),
        ([0.5, 0], [1, 1], [60.25, 64], {0: [], 1: [(480, 1024)]}),  # in order of start
    ):
        rows = [(*row, 0.8, 0, -1) for row in zip(starts, lengths, pitches, strict=True)]
        score = Score((Track("it", "organ", np.array(rows, NOTE)),))
        assert wheels(score) == expected
        assert bend_range(score) == 2


def test_notes_that_overlap_with_different_pans_have_channels_of_their_own() -> None:
    def pans(*values: float, lasting: float = 1) -> list[tuple[int, int, int]]:
        score = one(
            "organ", start=np.arange(len(values)) / 2, length=lasting, pitch=60 + np.arange(len(values)), pan=values
        )
        found = timed(parsed(encode_midi(score)).tracks[1])
        return [(tick, m.channel, m.value) for tick, m in found if m.is_cc(10)]

    assert pans(-1, 1) == [(0, 0, 1), (0, 1, 127)]
    assert pans(-1, 1, -1, 0) == [(0, 0, 1), (0, 1, 127), (1440, 1, 64)]
    assert pans(-1, -1) == [(0, 0, 1)]
    assert pans(-1, 1, lasting=0.5) == [(0, 0, 1), (480, 0, 127)]  # one channel will do


def test_notes_at_the_same_part_of_a_semitone_may_overlap() -> None:
    # 60.1 and 72.1 are not at quite the same distance from their keys in floating point
    tune = notes([0, 0, 0.5, 2, 2.5], [1, 2, 1.5, 1, 1], [60.1, 72.1, 67.1, 60.4, 72.4])
    score = Score((Track("it", "organ", tune),))
    assert wheels(score) == {0: [(0, 410)], 1: [(1920, 1638)]}


def test_notes_that_touch_after_rounding_do_not_overlap() -> None:
    # What has a pan only, and no bend, needs no silence before it.
    tune = notes([0, 1], [1 + 0.4 / 960, 1], [60, 62], pan=[-1, 1])
    assert channels(Score((Track("it", "flute", tune),))) == [[0]]
    tune["length"][0] = 1 + 0.6 / 960
    assert channels(Score((Track("it", "flute", tune),))) == [[0, 1]]


def test_pitches_that_no_bend_can_tell_from_keys_are_keys() -> None:
    assert encode_midi(bent(pitch=[60 + 1e-5, 62 - 1e-5])) == encode_midi(bent(pitch=[60, 62]))
    assert wheel(bent(pitch=[60 + 1.3e-4])) == [(0, 1)]


def test_drums_are_never_bent() -> None:
    drums = bent((0, 1), pitch=[36.3, 38.4], instrument="drums")
    assert encode_midi(drums) == encode_midi(bent(pitch=[36, 38], instrument="drums"))


def test_each_track_has_bends_of_its_own() -> None:
    score = Score((*bent((0, 1)).tracks, *bent(pitch=60).tracks, *bent((1, -4)).tracks))
    assert [wheel(score, n) for n in (1, 2, 3)] == [[(0, 4096)], [], [(960, -2731)]]


def test_a_bend_comes_after_the_note_that_ends_and_before_the_one_that_begins() -> None:
    score = bent((1, 1), pitch=[60, 62])
    kinds = [(tick, m.type) for tick, m in timed(parsed(encode_midi(score)).tracks[1]) if tick == 960]
    assert kinds == [(960, "note_off"), (960, "pitchwheel"), (960, "note_on")]


def test_no_music_is_a_file_too() -> None:
    for score in (Score(()), Score((Track("rest", "flute", notes([], [], [])),))):
        file = parsed(encode_midi(score))
        assert [m.type for m in file.tracks[0]] == ["set_tempo", "time_signature", "end_of_track"]
        assert [heard_by_mido(track) for track in file.tracks[1:]] == [[] for _ in score.tracks]


def test_a_name_that_is_no_unicode_does_not_stop_the_file() -> None:
    file = parsed(encode_midi(Score((Track("a\ud800b", "flute", notes(0, 1, 60)),))))
    assert [m.name for m in file.tracks[1] if m.type == "track_name"] == ["a?b"]


def test_the_same_score_gives_the_same_bytes() -> None:
    assert encode_midi(TWO_TRACKS) == encode_midi(TWO_TRACKS)
    assert encode_midi(TWO_TRACKS) != encode_midi(TWO_TRACKS, ppq=480)
