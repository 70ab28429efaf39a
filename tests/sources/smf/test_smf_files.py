"""Files as they are met, put together byte by byte: each oddity is read as it is meant, or refused with its place."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_smf import chunk, smf
from slow_smf import assert_holds, interpreted, mido_events, parsed

from composer.errors import FileError
from composer.score import Key, Meter, Score, Track
from composer.sources.midi import midi_score, read_midi
from composer.sources.smf.held import held, in_order, places
from composer.sources.smf.pairing import ends
from composer.sources.smf.texts import text_of

GOLDEN = Path(__file__).parents[2] / "golden"
NOTE = "00 90 3c 40  60 80 3c 40"
END = "00 ff 2f 00"


def hexed(*tracks: str, kind: int = 1, division: int = 96) -> bytes:
    """Return a file of tracks given in hex."""
    return smf(*map(bytes.fromhex, tracks), kind=kind, division=division)


def read(*tracks: str, kind: int = 1, division: int = 96) -> Score:
    """Return the score in these tracks."""
    return midi_score(hexed(*tracks, kind=kind, division=division))


def played(track: Track) -> list[tuple[float, float, float]]:
    """Return start, length and pitch of a track's notes."""
    return [(float(n["start"]), float(n["length"]), float(n["pitch"])) for n in track.notes]


ONE = [(0.0, 1.0, 60.0)]


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.hex")))
def test_the_goldens(name: str) -> None:
    lines = (GOLDEN / f"{name}.hex").read_text("utf-8").splitlines()
    data = bytes.fromhex("".join(line.split("#")[0] for line in lines))
    heard = interpreted(mido_events(data))
    assert heard == interpreted(parsed(data)) and any(row[2] for row in heard.tracks)
    assert_holds(midi_score(data, lanes=True), heard)


# Tracks and chunks


@pytest.mark.parametrize(
    "track",
    [
        NOTE,  # no end of track
        NOTE + END + "00 90 3e 40",  # something after it
        NOTE + END + "ff ff ff ff ff",  # and something that would be an error before it
        NOTE + "00 ff 2f 02 00 00",  # an end with data
        "00 90 3c 40  60 3c 00" + END,
        "00 90 3c 40  00 ff 01 01 41  60 3c 00" + END,  # a status runs on after a text,
        "00 90 3c 40  00 f0 01 f7  60 3c 00" + END,  # system exclusive
        "00 90 3c 40  00 f0 02 01 02  00 f7 02 03 f7  60 3c 00" + END,  # in two packets,
        "00 90 3c 40  00 f7 03 90 40 40  60 3c 00" + END,  # an escape,
        "00 90 3c 40  00 f8  00 fe  60 3c 00" + END,  # and what belongs on cables
        "00 c0 00  00 00  00 90 3c 40  00 d0 05  30 06  00 ff 01 00  00 07  30 90 3c 00" + END,  # of one byte of data
        "00 f1 00 00 f2 00 00 00 f3 00 00 f6" + NOTE + END,
        "80 80 80 00 90 3c 40  80 80 80 60 80 3c 40" + END,  # numbers longer than they need to be
        "00 ff 01 80 80 80 01 41" + NOTE + END,
        "00 90 3c c0  60 80 3c ff" + END,  # data above 127 are 127
        "",
    ],
)
def test_whole_tracks(track: str) -> None:
    score = read(track, NOTE + END)
    assert [played(found) for found in score.tracks] == ([ONE, ONE] if track else [ONE])


def test_velocities_and_keys_above_127_are_127() -> None:
    assert read("00 90 c0 ff  60 80 7f 40" + END).tracks[0].notes[["length", "pitch", "velocity"]].tolist() == [
        (1.0, 127.0, 1.0)
    ]


def test_a_chunk_that_says_it_is_longer_than_the_file_is_read_if_its_track_ends() -> None:
    data = hexed(NOTE + END)
    longer = data[:18] + struct.pack(">I", 2**32 - 1) + data[22:]
    assert played(midi_score(longer).tracks[0]) == ONE
    assert played(midi_score(longer + b"\x00\x90").tracks[0]) == ONE
    with pytest.raises(FileError, match=r"track 1, byte 30: the file ends before the track does"):
        midi_score(longer[:-4])


def test_tracks_beyond_those_promised_and_junk_are_left_alone() -> None:
    data = hexed(NOTE + END)
    for more in (data[14:], b"junk", bytes(100)):
        assert [played(track) for track in midi_score(data + more).tracks] == [ONE]


@pytest.mark.parametrize("before", [b"", chunk(b"LIST", b"")[:4] + struct.pack("<I", 3) + b"abc\0"])
@pytest.mark.parametrize("padding", [b"", b"\0"])
def test_a_riff_envelope(before: bytes, padding: bytes) -> None:
    data = hexed(NOTE + END) + padding
    body = b"RMID" + before + b"data" + struct.pack("<I", len(data)) + data + b"LIST" + struct.pack("<I", 0)
    wrapped = b"RIFF" + struct.pack("<I", len(body)) + body
    assert played(midi_score(wrapped).tracks[0]) == ONE
    with pytest.raises(FileError, match="its RIFF envelope holds no music"):
        midi_score(wrapped.replace(b"data", b"dada"))
    inside = wrapped.index(b"MThd")
    cut = wrapped[: inside - 4] + struct.pack("<I", 25) + wrapped[inside:]
    with pytest.raises(FileError, match=rf"track 1, byte {inside + 22}: the file ends inside an event"):
        midi_score(cut)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (hexed(NOTE + END)[:12], "byte 0: its header is cut short"),
        (b"MThd" + struct.pack(">IHH", 4, 1, 1) + hexed(NOTE)[14:], "byte 0: its header is cut short"),
        (hexed(NOTE, kind=7), "byte 8: it is of type 7, and there are 0, 1 and 2"),
        (hexed(), "it has no tracks"),
        (hexed(NOTE)[:14], "byte 14: it holds 0 of the 1 tracks that it promises"),
        (hexed(NOTE, NOTE)[:-16], "byte 30: it holds 1 of the 2 tracks that it promises"),
        (hexed(NOTE, NOTE)[:-16] + b"XFIH\x7f\0\0\0end", "byte 41: it holds 1 of the 2 tracks that it promises"),
        (hexed(NOTE, NOTE)[:30] + hexed(NOTE), "byte 30: another file begins before the last of its 2 tracks"),
        (hexed(NOTE + "00"), "track 1, byte 30: its chunk ends inside an event"),
        (hexed(NOTE, NOTE + "00 90"), "track 2, byte 46: its chunk ends inside an event"),
        (hexed(NOTE + "00 90 3c"), "track 1, byte 30: its chunk ends inside an event"),
        (hexed(NOTE + "00 90 3c")[:-1], "track 1, byte 30: the file ends inside an event"),
        (hexed("00 ff 01 7f 41", NOTE), "track 1, byte 22: its chunk ends inside an event"),
        (hexed("00 ff 2f 7f", NOTE), "track 1, byte 22: its chunk ends inside an event"),
        (hexed("00 f0 ff ff ff 7f", NOTE), "track 1, byte 22: its chunk ends inside an event"),
        (hexed("00 c0", NOTE), "track 1, byte 22: its chunk ends inside an event"),
        (hexed(NOTE + "ff ff ff ff 7f 3c 40" + END), "track 1, byte 30: a number of more than 4 bytes"),
        (hexed("00 ff 01 80 80 80 80 01 41"), "track 1, byte 22: a number of more than 4 bytes"),
        (hexed("00 f0 80 80 80 80 01 f7"), "track 1, byte 22: a number of more than 4 bytes"),
        (hexed(NOTE, "00 3c 40"), "track 2, byte 38: a byte of data where an event should begin"),
        (hexed("00 90 3c 40 00 f6 00 3c 00"), "track 1, byte 28: a byte of data where an event should begin"),
        (hexed("00 f4"), "track 1, byte 22: 0xf4 begins no event"),
        (hexed(NOTE + "00 ff 51 03 00 00 00"), "track 1, byte 34: a tempo of 0 microseconds a beat"),
        (hexed("00 ff 51 02 00 01"), "track 1, byte 26: a tempo of 2 bytes instead of 3"),
        (hexed("00 ff 58 01 00"), "track 1, byte 26: a meter of 1 bytes instead of 2"),
        (hexed("00 ff 59 00"), "track 1, byte 26: a key of 0 bytes instead of 2"),
    ],
)
def test_where_it_breaks_is_said(data: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        midi_score(data)
    (fault,) = caught.value.faults
    assert fault.message == f"this is not a whole Standard MIDI File ({reason})"
    (tmp_path / "a.mid").write_bytes(data)
    with pytest.raises(FileError, match=re.escape(f"a.mid: {fault.message}\n    export it again, or try another")):
        read_midi(tmp_path / "a.mid")


# Time


def test_patterns_of_type_2_follow_one_another_each_with_its_own_tempo() -> None:
    score = read(
        "00 ff 51 03 0f 42 40  00 90 3c 40  60 80 3c 40  60 ff 51 03 07 00 00" + END,  # the last tempo lasts no time
        "00 90 3e 40  60 3e 00  30 ff 06 01 41" + END,
        "00 ff 51 03 01 00 00  00 90 40 40" + "60 ff 2f 00",
        kind=2,
    )
    assert [played(track) for track in score.tracks] == [ONE, [(2, 1, 62)], [(3.5, 1, 64)]]
    assert score.tempo.changes == ((0.0, 60.0), (2.0, 120.0), (3.5, 6e7 / 65536))
    assert [marker.beat for marker in score.markers] == [3.5]


def test_a_note_that_is_not_released_lasts_to_the_end_of_its_own_track() -> None:
    score = read("00 90 3c 40  60 ff 2f 00", "00 91 3c 40  83 00 ff 2f 00", "60 92 3c 40")
    assert [played(track) for track in score.tracks] == [ONE, [(0, 4, 60)], [(1, 0, 60)]]


def test_times_are_the_nearest_to_the_truth() -> None:
    score = read("".join("07 90 3c 40  07 80 3c 40" for _ in range(100)) + END, division=49)
    assert score.tracks[0].notes["start"].tolist() == [(7 + 14 * n) / 49 for n in range(100)]
    assert set(score.tracks[0].notes["length"].tolist()) == {7 / 49}


def test_the_longest_waits() -> None:
    score = read("ff ff ff 7f 90 3c 40  ff ff ff 7f 3c 00" + END, division=1)
    assert played(score.tracks[0]) == [(2**28 - 1, 2**28 - 1, 60)]


# Ports


def test_channels_of_different_ports_are_different() -> None:
    def port(n: int) -> str:
        return f"00 ff 21 01 0{n}"

    score = read(
        port(0) + "00 c0 28  00 b0 0a 7f  00 b0 07 7f  00 e0 00 50" + END,
        port(1) + "00 c0 49" + END,
        port(0) + NOTE + END,
        port(1) + NOTE + END,
        NOTE + END,  # as port 0
        "00 ff 21 00" + NOTE + END,  # so too
    )
    assert [track.instrument for track in score.tracks] == ["violin", "flute", "violin", "violin"]
    assert [float(track.notes["pan"][0]) for track in score.tracks] == [1, 0, 1, 1]
    assert [track.controls["target"].tolist() for track in score.tracks] == [["volume", "bend"], []] + [
        ["volume", "bend"]
    ] * 2


def test_devices_are_ports_too_and_may_change_within_a_track() -> None:
    one, two = "00 ff 09 01 41", "00 ff 09 01 42"
    score = read(
        "00 ff 03 01 4e"
        + one
        + "00 c0 28  00 90 3c 40"
        + two
        + "00 c0 49  60 90 3c 40  60 80 3c 40"
        + one
        + "60 80 3c 40"
    )
    assert [(track.name, track.instrument, played(track)) for track in score.tracks] == [
        ("violin", "violin", [(0, 3, 60)]),
        ("flute", "flute", [(1, 1, 60)]),
    ]


def test_channel_10_is_the_drums_on_every_port() -> None:
    score = read("00 ff 21 01 01  00 c9 28  00 99 24 40  60 89 24 40" + END)
    assert [track.instrument for track in score.tracks] == ["drums"]


# What is said beside the notes


@pytest.mark.parametrize(
    ("said", "meter", "key"),
    [
        ("00 ff 58 02 03 03  00 ff 59 02 fd 01", Meter(3, 8), Key("C minor", -3, True)),
        ("00 ff 58 04 00 02 18 08  00 ff 58 04 05 02 18 08", Meter(5, 4), None),  # bars of nothing
        ("00 ff 58 04 03 08 18 08", Meter(4, 4), None),  # of 256ths
        ("00 ff 58 04 03 07 18 08", Meter(3, 128), None),
        ("00 ff 59 02 08 00  00 ff 59 02 07 00  00 ff 59 02 00 00", Meter(4, 4), Key("C# major", 7, False)),
        ("00 ff 59 02 f8 00  00 ff 59 02 f9 00", Meter(4, 4), Key("Cb major", -7, False)),
        ("00 ff 59 02 00 02  00 ff 59 02 07 01", Meter(4, 4), Key("A# minor", 7, True)),
        ("00 ff 59 02 f9 01", Meter(4, 4), Key("Ab minor", -7, True)),
    ],
)
def test_the_first_meter_and_key_that_there_are(said: str, meter: Meter, key: Key | None) -> None:
    score = read(said + NOTE + END)
    assert (score.meter, score.key) == (meter, key)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"plain", "plain"),
        ("ピアノ".encode("cp932"), "ピアノ"),
        ("曲名 1".encode("cp932"), "曲名 1"),
        ("ピアノ".encode(), "ピアノ"),
        (b"Fl\xf6te \xc4\xd6\xdc", "Flöte ÄÖÜ"),  # half-width katakana, if it were Shift-JIS
        (b"\xe9t\xe9e", "étée"),  # two kanji
        (b"Don\x92t", "Don\x92t"),
        (b"\x83s\x83\xff", "\x83s\x83ÿ"),
    ],
)
def test_the_encoding_of_names_is_guessed(data: bytes, text: str) -> None:
    assert text_of(data) == text


def test_the_first_name_of_a_track_is_its_name() -> None:
    score = read("00 ff 03 01 41" + NOTE + "00 ff 03 01 42" + END, "00 ff 03 00" + NOTE + "00 ff 03 01 42" + END)
    assert (score.title, [track.name for track in score.tracks]) == ("A", ["A", "acoustic grand piano"])


# The tools


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(60, 61), st.booleans()), max_size=40))
def test_notes_end_in_the_order_in_which_they_began(rows: list[tuple[int, int, bool]]) -> None:
    waiting: dict[tuple[int, int], list[int]] = {}
    expected = {}
    for tick, (voice, key, begins) in enumerate(rows):
        if begins:
            waiting.setdefault((voice, key), []).append(tick)
            expected[tick] = 100 + voice
        elif waiting.get((voice, key)):
            expected[waiting[voice, key].pop(0)] = tick
    voice, key, begins = np.array(rows, np.int64).reshape(-1, 3).T
    found = ends(voice, key.astype(np.uint8), np.arange(len(rows)), begins.astype(bool), 100 + voice)
    assert found.tolist() == list(expected.values())


def test_what_is_held() -> None:
    line = np.array([0, 1, 0, 1, 0, 2])
    place = places(line, np.arange(6))
    assert place[np.argsort(place)].tolist() == [0, 2, 4, 7, 9, 17]
    assert held(place[[3, 0]], [70, 50], place, 6, 9).tolist() == [50, 9, 50, 70, 50, 9]
    assert held(place[:0], [], place, 6, 9).tolist() == [9] * 6


@pytest.mark.parametrize("most", [3, 2**16 - 1, 2**16, 2**40])
def test_sorting_by_several_keys(most: int) -> None:
    rng = np.random.default_rng(1)
    keys = [rng.choice([0, 1, most // 2, most], 500) for _ in range(3)]
    rows = list(zip(*(key.tolist() for key in keys), range(500), strict=True))
    assert in_order(*keys).tolist() == [row[3] for row in sorted(rows)]
