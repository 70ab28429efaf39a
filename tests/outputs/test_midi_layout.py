"""What stands in a `.mid` beside the notes: the conductor, lyrics, ports, types 0 and 1, tempi; and what is reported.

Expected ticks and numbers are worked out by hand or in exact fractions; mido and symusic read the files.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_midi import (
    Heard,
    Placed,
    channels_of,
    expected_parts,
    expected_placed,
    parsed,
    placed_by_mido,
    spans_of,
    timed,
    voices_of,
)

import composer
from composer.errors import InputError
from composer.outputs.keys import ENCODINGS
from composer.outputs.midi import encode_midi
from composer.score import CONTROL, NOTE, Key, Marker, Meter, Score, Track, notes
from composer.sources.midi import midi_score
from composer.units import TempoMap

SUNG = Score(
    (
        Track(
            "Alt",
            "choir aahs",
            notes([0, 1, 2], 1, [60, 60, 64]),
            lyrics=(Marker(1, "Ö"), Marker(0, "La"), Marker(1, "zwei"), Marker(2.5, "")),
        ),
        Track("Bass", "cello", notes(0, 4, 36.5), np.array([(2, "bend", 1.5)], CONTROL), (Marker(3, "mm"),)),
        Track("beat", "drums", notes([0, 1, 2, 3], 0.5, 38)),
    ),
    TempoMap(((0, 90), (1.5, 132.3))),
    Meter(7, 8),
    Key("E minor", 1, True),
    (Marker(2, "B"), Marker(0, "A"), Marker(2, "lights", cue=True), Marker(2, "C")),
    "Lied",
    "© 2026 Jemand",
)


def told(messages: list[tuple[int, Any]], *kinds: str) -> list[tuple[int, str, str]]:
    """Return tick, kind and text of the messages of these kinds."""
    return [(tick, m.type, text_of(m)) for tick, m in messages if m.type in kinds]


def text_of(message: Any) -> str:
    """Return a message's text or name, "" if it has none."""
    return str(getattr(message, "text", getattr(message, "name", "")))


# The conductor


@pytest.mark.parametrize("ppq", [24, 960, 32767])
def test_the_conductor_says_what_all_share_at_its_ticks(ppq: int) -> None:
    conductor = timed(parsed(encode_midi(SUNG, ppq)).tracks[0])
    found = [(tick, m.type) for tick, m in conductor]
    half = int(1.5 * ppq + 0.5)
    assert found[:-1] == [
        (0, "track_name"),
        (0, "copyright"),
        (0, "set_tempo"),
        (0, "time_signature"),
        (0, "key_signature"),
        (0, "marker"),
        (half, "set_tempo"),
        (2 * ppq, "marker"),
        (2 * ppq, "cue_marker"),
        (2 * ppq, "marker"),
    ]
    assert [text for *_, text in told(conductor, "track_name", "copyright", "marker", "cue_marker")] == [
        "Lied",
        "© 2026 Jemand",
        "A",
        "B",
        "lights",
        "C",
    ]
    by_kind = {m.type: m for _, m in conductor}
    meter = by_kind["time_signature"]
    assert (meter.numerator, meter.denominator) == (7, 8)
    # a click is an eighth, half of the quarter's 24 clocks
    assert (meter.clocks_per_click, meter.notated_32nd_notes_per_beat) == (12, 8)
    assert by_kind["key_signature"].key == "Em"
    assert [m.tempo for _, m in conductor if m.type == "set_tempo"] == [666667, 453515]


def test_what_is_not_given_is_not_written() -> None:
    conductor = parsed(encode_midi(Score(()))).tracks[0]
    assert [m.type for m in conductor] == ["set_tempo", "time_signature", "end_of_track"]


@pytest.mark.parametrize(("unit", "clocks"), [(1, 96), (2, 48), (4, 24), (8, 12), (32, 3), (64, 1), (128, 1)])
def test_the_metronome_clicks_once_a_beat_of_the_meter(unit: int, clocks: int) -> None:
    meter = parsed(encode_midi(Score((), meter=Meter(4, unit)))).tracks[0][1]
    assert (meter.denominator, meter.clocks_per_click) == (unit, clocks)


# Lyrics


def test_lyrics_stand_before_the_notes_that_are_sung_and_after_those_that_end() -> None:
    file = parsed(encode_midi(SUNG))
    found = told(timed(file.tracks[1]), "lyrics", "note_on", "note_off")
    assert found == [
        (0, "lyrics", "La"),
        (0, "note_on", ""),
        (960, "note_off", ""),
        (960, "lyrics", "Ö"),
        (960, "lyrics", "zwei"),
        (960, "note_on", ""),
        (1920, "note_off", ""),
        (1920, "note_on", ""),
        (2400, "lyrics", ""),
        (2880, "note_off", ""),
    ]
    assert told(timed(file.tracks[2]), "lyrics") == [(2880, "lyrics", "mm")]
    assert told(timed(file.tracks[0]), "lyrics") == told(timed(file.tracks[3]), "lyrics") == []


def test_lyrics_are_meta_events_5() -> None:
    data = encode_midi(Score((Track("", "flute", notes(0, 1, 60), lyrics=(Marker(0, "la"),)),)))
    assert bytes.fromhex("00 ff 05 02 6c 61 00 90 3c 66") in data


@pytest.mark.parametrize("tuning", ENCODINGS)
def test_lyrics_keep_their_places_among_tuning_messages_and_ports(tuning: Any) -> None:
    sung = Track("it", "flute", notes([0, 1], 1, [60.3, 62.4]), lyrics=(Marker(1, "lu"),))
    others = tuple(Track(f"t{n}", "flute", notes(0, 1, 60)) for n in range(15))
    file = parsed(encode_midi(Score((*others, sung)), tuning=tuning))
    assert told(timed(file.tracks[16]), "lyrics", "track_name") == [(0, "track_name", "it"), (960, "lyrics", "lu")]


def test_a_lyric_before_the_beginning_is_refused() -> None:
    with pytest.raises(InputError, match=r"(?s)track 'it'.*there is something at beat -1"):
        encode_midi(Score((Track("it", "flute", notes(0, 1, 60), lyrics=(Marker(-1, "la"),)),)))


# Type 0


def all_notes(data: bytes) -> list[Placed]:
    """Return the notes of all tracks of a file: port, channel and note, sorted."""
    return sorted(placed for track in parsed(data).tracks for placed in placed_by_mido(track))


@pytest.mark.parametrize("tuning", ENCODINGS)
def test_type_0_has_one_track_with_all_that_type_1_has(tuning: Any) -> None:
    import symusic

    one, many = encode_midi(SUNG, tuning=tuning, kind=0), encode_midi(SUNG, tuning=tuning, key_in="conductor")
    file = parsed(one)
    assert (file.type, len(file.tracks)) == (0, 1)
    assert all_notes(one) == all_notes(many) and len(all_notes(one)) == 8
    names = ("instrument_name", "track_name", "end_of_track")  # of tracks, which there are none of

    def events(data: bytes) -> list[tuple[int, str]]:
        found = [(tick, str(m.copy(time=0))) for track in parsed(data).tracks for tick, m in timed(track)]
        return sorted(event for event in found if not any(name in event[1] for name in names))

    assert events(one) == events(many)
    assert [m.name for m in file.tracks[0] if m.type == "track_name"] == ["Lied"]
    assert [m.type for m in file.tracks[0]][-1] == "end_of_track"
    for data in (one, many):
        by_symusic = [n for track in symusic.Score.from_midi(data).tracks for n in track.notes]
        found = sorted(Heard(n.start, n.end, n.pitch, n.velocity) for n in by_symusic)
        assert found == sorted(placed.heard for placed in all_notes(one))
    assert sum(track.notes.size for track in midi_score(one).tracks) == 8


def test_the_type_and_the_tuning_can_be_asked_for(tmp_path: Path) -> None:
    path = composer.render(SUNG, tmp_path / "one.mid", type=0, tuning="mts")
    assert path.read_bytes() == encode_midi(SUNG, tuning="mts", kind=0)
    for wrong in ({"type": 2}, {"tuning": "just"}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            composer.render(SUNG, tmp_path / "two.mid", **wrong)


def test_type_0_has_one_port() -> None:
    tracks = tuple(Track(f"t{n}", "flute", notes(0, 1, 60)) for n in range(16))
    assert len(all_notes(encode_midi(Score(tracks[:15]), kind=0))) == 15
    with pytest.raises(InputError, match=r"track: 16 tracks need 2 ports(?s:.*)type = 1"):
        encode_midi(Score(tracks), kind=0)


# Ports


def band(melodic: int, drums: int = 0) -> Score:
    """Return a score of so many tracks of three notes, drums among them."""
    made = [Track(f"t{n}", "flute", notes([0, 1, 2], 1, [60, 62, 64 + n % 9])) for n in range(melodic)]
    for n in range(drums):
        made.insert(7 * n, Track(f"d{n}", "drums", notes([0, 1, 2], 1, 36 + n)))
    return Score(tuple(made))


def test_forty_tracks_and_drums_sound_each_on_a_channel_of_its_own() -> None:
    score = band(40, 2)
    data = encode_midi(score)
    file = parsed(data)
    names = [m.name for track in file.tracks[1:] for m in track if m.type == "track_name"]
    assert names == [track.name for track in score.tracks]
    seats = []
    for track in file.tracks[1:]:
        metas = [m for m in track if m.is_meta]
        [port] = [m.port for m in metas if m.type == "midi_port"]
        assert [m.name for m in metas if m.type == "device_name"] == [f"Port {port + 1}"]
        kinds = [m.type for m in track]
        assert max(kinds.index("midi_port"), kinds.index("device_name")) < kinds.index("program_change")
        [channel] = {m.channel for m in track if not m.is_meta}
        seats.append((port, channel))
    drums = [n for n, track in enumerate(score.tracks) if track.instrument == "drums"]
    assert [seats[n] for n in drums] == [(0, 9)] * 2
    melodic = [seat for n, seat in enumerate(seats) if n not in drums]
    assert melodic == [(n // 15, n % 15 + (n % 15 >= 9)) for n in range(40)]
    assert len(all_notes(data)) == 42 * 3
    assert sum(track.notes.size for track in midi_score(data).tracks) == 42 * 3
    assert b"\x00\xff\x09\x06Port 2" in data and b"\x00\xff\x21\x01\x02" in data


def test_one_port_is_not_named() -> None:
    kinds = {m.type for track in parsed(encode_midi(band(15, 2))).tracks for m in track}
    assert not kinds & {"midi_port", "device_name"}


def test_there_are_128_ports() -> None:
    tune = notes(0, 1, 60)
    tracks = tuple(Track("", "flute", tune) for _ in range(1921))
    assert {m.port for m in parsed(encode_midi(Score(tracks[:-1]))).tracks[-1] if m.type == "midi_port"} == {127}
    with pytest.raises(InputError, match="1921 tracks need 129 ports"):
        encode_midi(Score(tracks))


# The report


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.25, 1.0, 3.0]),
            st.sampled_from([0.25, 1.0, 3.0]),
            st.integers(0, 127).map(float) | st.integers(0, 127_000).map(lambda n: n / 1000),
            st.just(0.5),
            st.sampled_from([0.0, 0.0, 1.0]),
            st.just(-1),
        ),
        max_size=24,
    ),
    st.integers(0, 14),
)
@settings(max_examples=150, deadline=None)
def test_it_is_reported_how_many_notes_bend_others_that_sound(rows: list[tuple[float, ...]], others: int) -> None:
    track = Track("it", "organ", np.array(rows, NOTE))
    score = Score((track, *band(others).tracks))
    lines: list[str] = []
    encode_midi(score, report=lines.append)
    spans = spans_of(track, 960)
    channel = voices_of(track, 960, channels_of(score)[0])
    clashes = 0
    for n, (start, _, (bend, _), _) in enumerate(spans):
        before = [m for m in range(n) if channel[m] == channel[n]]
        if before and spans[before[-1]][2][0] != bend:
            clashes += any(spans[m][1] > start for m in before)
    assert bool(clashes) == any(
        spans[m][1] > spans[n][0] and channel[m] == channel[n] and spans[m][2][0] != spans[n][2][0]
        for n in range(len(spans))
        for m in range(n)
    )
    count = f"{clashes} of {len(rows)} notes have no channel of their own, and bend others that still sound"
    assert lines == ([f"track 'it': {count}"] if clashes else [])


def test_nothing_is_reported_of_drums_pans_and_keys() -> None:
    lines: list[str] = []
    full = band(14).tracks
    tune = notes(0, 1, 40 + np.arange(4), pan=np.linspace(-1, 1, 4))
    odd = notes(0, 1, 40 + np.arange(4) * 1.01)
    for tracks in ((Track("it", "flute", tune),), (Track("it", "drums", odd),)):
        encode_midi(Score((*full, *tracks)), report=lines.append)
    for tuning in ("mts", "round"):
        encode_midi(Score((*full, Track("it", "flute", odd))), tuning=tuning, report=lines.append)
    assert lines == []
    encode_midi(Score((*full, Track("it", "flute", odd))), report=lines.append)
    assert len(lines) == 1


# Tempi and resolutions


@given(
    st.lists(st.floats(4, 1000), min_size=1, max_size=6),
    st.lists(st.floats(0.01, 64), min_size=6, max_size=6),
    st.sampled_from([24, 960, 32767]),
)
@settings(max_examples=100, deadline=None)
def test_tempi_survive_ten_times_writing_and_reading(bpms: list[float], waits: list[float], ppq: int) -> None:
    beats = [0.0, *np.cumsum(np.ceil(np.array(waits) * ppq) / ppq).tolist()]
    score = Score((), TempoMap(tuple(zip(beats, bpms, strict=False))))
    first: list[tuple[int, int]] = []
    for _ in range(10):
        data = encode_midi(score, ppq)
        found = [(tick, m.tempo) for tick, m in timed(parsed(data).tracks[0]) if m.type == "set_tempo"]
        assert found == (first or found)
        first = found
        score = midi_score(data)
    for (_, quarter), bpm in zip(first, bpms, strict=True):
        assert abs(quarter - 6 * 10**7 / Fraction(bpm)) <= Fraction(1, 2) + Fraction(1, 10**6)


def test_every_whole_tempo_from_4_to_1000_survives() -> None:
    changes = tuple((float(n), float(bpm)) for n, bpm in enumerate(range(4, 1001)))
    score = Score((), TempoMap(changes))
    for _ in range(10):
        score = midi_score(encode_midi(score))
    quarters = [round(6e7 / bpm) for _, bpm in score.tempo.changes]
    assert quarters == [int(Fraction(6 * 10**7, bpm) + Fraction(1, 2)) for bpm in range(4, 1001)]


@pytest.mark.parametrize("ppq", [24, 32767])
def test_the_coarsest_and_the_finest_resolution_keep_ten_minutes_in_step(ppq: int) -> None:
    # 1200 beats in thirds and fifths of a beat: the last is as near to its place as the first
    beats = np.arange(0, 1200, 1 / 3)
    score = Score((Track("it", "flute", notes(beats, 1 / 5, 60 + np.arange(beats.size) % 24)),))
    [track] = parsed(encode_midi(score, ppq)).tracks[1:]
    found = [placed.heard for placed in sorted(placed_by_mido(track), key=lambda placed: placed.heard.start)]
    for n, note in enumerate(found):
        assert abs(note.start - Fraction(n, 3) * ppq) <= Fraction(1, 2)
        assert abs(note.end - (Fraction(n, 3) + Fraction(1, 5)) * ppq) <= Fraction(1, 2)
    assert len(found) == 3600


# A thousand scores


def random_score(seed: int, tracks: int) -> Score:
    """Return a score of so many tracks: chords, pitches between the keys, pans, bends and drums."""
    rng = np.random.default_rng(seed)
    made = []
    for n in range(tracks):
        count = int(rng.integers(0, 9 if tracks < 12 else 4))
        start = rng.integers(0, 12, count) / 4 if rng.random() < 0.5 else rng.uniform(0, 8, count).astype(np.float32)
        length = rng.choice([0.0, 0.25, 1.0, 4.0], count)
        pitch = rng.integers(58, 64, count) + rng.choice([0.0, 0.0, 0.25, 0.5, 0.3125], count) * (rng.random() < 0.6)
        pan = rng.choice([-1.0, 0.0, 1.0], count) * (rng.random() < 0.3)
        bends = [(float(at), "bend", float(value)) for at, value in rng.uniform(0, 3, (int(rng.random() < 0.2), 2))]
        player = "drums" if rng.random() < 0.1 else str(rng.choice(["flute", "piano", "violin"]))
        tune = notes(start.astype(np.float64), length, pitch, rng.integers(0, 129, count) / 128, pan)
        made.append(Track(f"t{n}", player, tune, np.array(bends, CONTROL)))
    return Score(tuple(made))


@given(
    st.builds(random_score, st.integers(0, 2**32 - 1), st.integers(1, 5) | st.integers(1, 40)),
    st.sampled_from([24, 480, 960, 32767]),
)
@settings(max_examples=1000, deadline=None)
def test_mido_and_symusic_read_the_notes_of_any_score(score: Score, ppq: int) -> None:
    import symusic

    data = encode_midi(score, ppq)
    tracks = parsed(data).tracks[1:]
    assert [placed_by_mido(track) for track in tracks] == expected_placed(score, ppq)
    # symusic says no channels; it has a track for each that plays
    found = [
        (track.name, track.is_drum, sorted(Heard(n.start, n.end, n.pitch, n.velocity) for n in track.notes))
        for track in symusic.Score.from_midi(data).tracks
    ]
    parts = expected_parts(score, ppq)
    assert sorted(found) == sorted((score.tracks[n].name, channel == 9, heard) for n, channel, heard in parts)
