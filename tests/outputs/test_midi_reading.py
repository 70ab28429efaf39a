"""A `.mid` from elsewhere is read right, or refused with a FileError that names the file: nothing else.

The files are put together here byte by byte.
"""

from __future__ import annotations

import struct
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import FileError
from composer.outputs.midi import encode_midi
from composer.score import Key, Marker, Meter, Score, Track, notes
from composer.sources.midi import read_midi

END = "00 ff 2f 00"


def smf(*tracks: str, kind: int = 1, division: int = 96) -> bytes:
    """Return a Standard MIDI File of tracks given in hex."""
    chunks = [bytes.fromhex(track) for track in tracks]
    head = b"MThd" + struct.pack(">IHHH", 6, kind, len(chunks), division)
    return head + b"".join(b"MTrk" + struct.pack(">I", len(chunk)) + chunk for chunk in chunks)


def read(data: bytes) -> Score:
    """Return the score in these bytes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "some.mid"
        path.write_bytes(data)
        return read_midi(path)


def played(track: Track) -> list[tuple[float, float, float]]:
    """Return start, length and pitch of a track's notes."""
    return [(float(n["start"]), float(n["length"]), float(n["pitch"])) for n in track.notes]


def test_type_0() -> None:
    score = read(
        smf(
            "00 ff 03 04 53 6f 6e 67  00 ff 51 03 0f 42 40  00 ff 58 04 06 03 24 08  00 ff 59 02 03 00"
            "00 c0 49  00 c1 2a  00 90 3c 40  00 91 30 7f  00 99 24 64  60 80 3c 00  00 81 30 00  00 89 24 00"
            "30 ff 06 03 65 6e 64" + END,
            kind=0,
        )
    )
    assert [(track.instrument, played(track)) for track in score.tracks] == [
        ("flute", [(0, 1, 60)]),
        ("cello", [(0, 1, 48)]),
        ("drums", [(0, 1, 36)]),
    ]
    assert [track.notes["velocity"][0] for track in score.tracks] == [64 / 127, 1.0, 100 / 127]
    assert score.title == "Song"
    assert score.tempo.changes == ((0.0, 60.0),)
    assert score.meter == Meter(6, 8)
    assert score.key == Key("A major", 3, False)
    assert score.markers == (Marker(1.5, "end"),)


def test_running_status_and_velocity_0() -> None:
    score = read(smf("00 90 3c 40  60 3c 00  00 3e 40  30 40 50  30 3e 00  60 40 00" + END))
    assert [played(track) for track in score.tracks] == [[(0, 1, 60), (1, 1, 62), (1.5, 1.5, 64)]]


def test_a_missing_note_off_lasts_to_the_end() -> None:
    score = read(smf("00 90 3c 40  60 90 3e 40  30 80 3e 40" + "30 ff 2f 00", "81 40 ff 2f 00"))
    assert played(score.tracks[0]) == [(0, 2, 60), (1, 0.5, 62)]


def test_a_stray_note_off_is_nothing() -> None:
    score = read(smf("00 80 3c 40  60 90 3c 40  60 80 3c 40  00 80 3c 40" + END))
    assert played(score.tracks[0]) == [(1, 1, 60)]


def test_overlapping_notes_of_one_key_end_in_turn() -> None:
    score = read(smf("00 90 3c 40  60 90 3c 50  60 80 3c 40  60 80 3c 40" + END))
    assert played(score.tracks[0]) == [(0, 2, 60), (1, 2, 60)]


def test_a_program_change_in_mid_track_makes_another_track() -> None:
    score = read(smf("00 ff 03 02 41 42  00 c0 49  00 90 3c 40  60 80 3c 40  00 c0 00  00 90 3e 40  60 80 3e 40" + END))
    assert [(track.name, track.instrument, played(track)) for track in score.tracks] == [
        ("AB", "acoustic grand piano", [(1, 1, 62)]),
        ("AB", "flute", [(0, 1, 60)]),
    ]


def test_a_note_held_over_a_program_change_keeps_its_instrument() -> None:
    score = read(smf("00 c0 49  00 90 3c 40  60 c0 00  60 80 3c 40" + END))
    assert [(track.instrument, played(track)) for track in score.tracks] == [("flute", [(0, 2, 60)])]


def test_a_track_of_another_chunk_sets_the_program() -> None:
    score = read(smf("00 c3 28" + END, "00 93 3c 40  60 83 3c 40" + END))
    assert [track.instrument for track in score.tracks] == ["violin"]


def test_sustain_pedal_and_controllers() -> None:
    score = read(smf("00 b0 40 7f  00 b0 07 40  00 90 3c 40  60 80 3c 40  60 b0 40 00  00 b0 63 01" + END))
    assert [tuple(row) for row in score.tracks[0].controls] == [
        (0.0, "sustain", 1.0),
        (0.0, "volume", 64 / 127),
        (2.0, "sustain", 0.0),
    ]
    assert played(score.tracks[0]) == [(0, 1, 60)]


# Bends. The wheel at 00 50 is 0x50 * 128 - 8192 = 2048 steps up, a quarter of the range.
RPN_0, NULL = "00 b0 65 00  00 b0 64 00", "00 b0 65 7f  00 b0 64 7f"


def bends(score: Score, track: int = 0) -> list[tuple[float, float]]:
    """Return the bends of a track: beats and semitones."""
    rows = score.tracks[track].controls
    return [(float(row["start"]), float(row["value"])) for row in rows if row["target"] == "bend"]


@pytest.mark.parametrize(
    ("setting", "semitones"),
    [
        ("", 0.5),
        (RPN_0 + "00 b0 06 0c", 3.0),
        (RPN_0 + "00 b0 06 0c" + NULL, 3.0),
        (RPN_0 + "00 b0 26 32  00 b0 06 02" + NULL, 0.625),  # 2 semitones and 50 cents, in either order
        (RPN_0 + "00 b0 06 02  00 b0 26 32" + NULL, 0.625),
        ("00 b0 64 00  00 b0 65 00  00 b0 06 0c", 3.0),
        (NULL + "00 b0 06 0c", 0.5),
        ("00 b0 06 0c", 0.5),  # no parameter is selected at power-on
        ("00 b0 64 00  00 b0 06 0c", 0.5),  # nor by half a number
        ("00 b0 65 00  00 b0 64 01  00 b0 06 0c", 0.5),  # fine tuning
        ("00 b0 65 01  00 b0 64 00  00 b0 06 0c", 0.5),
        ("00 b0 63 00  00 b0 62 00  00 b0 06 0c", 0.5),  # parameter 0 of a maker's own
        (RPN_0 + "00 b0 63 00  00 b0 06 0c", 0.5),
        (RPN_0 + "00 b0 62 00  00 b0 06 0c", 0.5),
        ("00 b0 63 00  00 b0 62 00" + RPN_0 + "00 b0 06 0c", 3.0),
        (RPN_0 + "00 b0 06 0c" + NULL + "00 b0 06 18", 3.0),
        (RPN_0 + "00 b0 79 00  00 b0 06 0c", 0.5),  # the reset of all controllers selects none either
        (RPN_0 + "00 b0 06 0c  00 b0 79 00", 3.0),  # and leaves the range
        ("00 b1 65 00  00 b1 64 00  00 b1 06 0c", 0.5),  # of another channel
        (RPN_0 + "00 b1 06 0c", 0.5),
    ],
)
def test_a_bend_is_a_part_of_its_range(setting: str, semitones: float) -> None:
    score = read(smf(setting + "00 90 3c 40  60 e0 00 50  60 80 3c 40" + END))
    assert bends(score) == [(1.0, semitones)]
    assert played(score.tracks[0]) == [(0, 2, 60)]


def test_bends_belong_to_all_tracks_of_their_channel_and_to_no_other() -> None:
    notes_on = "00 90 3c 40  00 91 3c 40  60 80 3c 40  00 81 3c 40"
    score = read(smf("30 e0 00 20  30 e0 7f 7f" + END, notes_on + END, "00 90 48 40  60 80 48 40" + END))
    up = 8191 / 4096
    assert [bends(score, n) for n in range(3)] == [[(0.5, -1.0), (1.0, up)], [], [(0.5, -1.0), (1.0, up)]]


def test_a_range_that_changes_while_bent_and_a_reset_move_the_pitch() -> None:
    steps = "00 e0 00 50" + RPN_0 + "60 b0 06 0c  60 b0 06 0c  60 b0 79 00  60 e0 00 40"
    assert bends(read(smf("00 90 3c 40" + steps + END))) == [(0, 0.5), (1, 3.0), (3, 0.0)]


def test_bends_wider_than_a_score_has_stop_at_two_octaves() -> None:
    wide = RPN_0 + "00 b0 06 30  00 e0 00 50  60 e0 00 70  60 e0 00 00"  # 48 semitones, as MPE has it
    assert bends(read(smf("00 90 3c 40" + wide + END))) == [(0, 12.0), (1, 24.0), (2, -24.0)]


def test_pan_is_the_notes_own() -> None:
    changes = ["b0 0a 00", "b0 0a 01", "b0 0a 40", "b0 0a 7f"]
    score = read(smf("00 90 3c 40" + "".join(f"01 {change} 00 90 3c 40" for change in changes) + END))
    assert score.tracks[0].notes["pan"].tolist() == [0.0, -1.0, -1.0, 0.0, 1.0]


def test_tempo_changes() -> None:
    score = read(smf("60 ff 51 03 0f 42 40  00 ff 51 03 07 a1 20  60 ff 51 03 0f 42 40" + END, "00 90 3c 40" + END))
    assert score.tempo.changes == ((0.0, 120.0), (1.0, 120.0), (2.0, 60.0))
    later = read(smf("00 ff 51 03 0f 42 40  60 ff 51 03 07 a1 20" + END))
    assert later.tempo.changes == ((0.0, 60.0), (1.0, 120.0))


@pytest.mark.parametrize(
    ("text", "name"),
    [("46 6c c3 b6 74 65", "Flöte"), ("46 6c f6 74 65", "Flöte"), ("e6 9b b2", "曲"), ("41 00", "A\x00")],
)
def test_names_in_utf_8_and_in_latin_1(text: str, name: str) -> None:
    size = f"{len(bytes.fromhex(text)):02x}"
    score = read(smf(f"00 ff 03 {size} {text}  00 ff 06 {size} {text}  00 90 3c 40  60 80 3c 40" + END))
    assert (score.title, score.tracks[0].name, score.markers) == (name, name, (Marker(0.0, name),))


def test_a_track_without_a_name_is_called_as_its_instrument() -> None:
    assert read(smf("00 c0 0b  00 90 3c 40  60 80 3c 40" + END)).tracks[0].name == "vibraphone"


@pytest.mark.parametrize(
    ("division", "ticks_a_second"),
    [(0xE828, 24 * 40), (0xE728, 25 * 40), (0xE264, 30 * 100), (0xE350, 30000 / 1001 * 80)],
)
def test_time_in_frames_of_film(division: int, ticks_a_second: float) -> None:
    # a note from tick 960 to 1920; the tempo says nothing here
    data = smf("00 ff 51 03 0f 42 40  87 40 90 3c 40  87 40 80 3c 40" + END, division=division)
    score = read(data)
    note = score.tracks[0].notes[0]
    assert score.tempo.seconds(note["start"]) == pytest.approx(960 / ticks_a_second, rel=1e-12)
    assert score.seconds == pytest.approx(1920 / ticks_a_second, rel=1e-12)


def test_what_a_score_does_not_hold_is_passed_over() -> None:
    strange = [
        "00 f0 05 7e 7f 09 01 f7",  # system exclusive
        "00 ff 7f 03 00 20 33",  # of a maker's own
        "00 ff 54 05 60 00 00 00 00",  # SMPTE offset
        "00 ff 60 02 01 02",  # a kind that nobody knows
        "00 e0 00 50",  # pitch bend
        "00 d0 40",  # pressure on the channel
        "00 a0 3c 40",  # and on a key
    ]
    score = read(smf("".join(strange) + "00 90 3c 40  60 80 3c 40" + END))
    assert played(score.tracks[0]) == [(0, 1, 60)]


@pytest.mark.parametrize("size", [6, 8])
def test_a_longer_header_is_read(size: int) -> None:
    data = smf("00 90 3c 40  60 80 3c 40" + END)
    data = data[:4] + struct.pack(">I", size) + data[8:14] + bytes(size - 6) + data[14:]
    assert played(read(data).tracks[0]) == [(0, 1, 60)]


@pytest.mark.parametrize("at", [14, None])
def test_chunks_of_other_kinds_are_passed_over(at: int | None) -> None:
    data = smf("00 90 3c 40  60 80 3c 40" + END)
    place = len(data) if at is None else at
    data = data[:place] + b"XFIH" + struct.pack(">I", 5) + b"MTrk\xff" + data[place:]
    assert played(read(data).tracks[0]) == [(0, 1, 60)]


# What cannot be read

WHOLE = encode_midi(
    Score(
        (Track("Flöte", "flute", notes([0, 1], 1, [60, 62], pan=[-1, 1])), Track("x", "drums", notes(0, 2, 36))),
        title="A title",
        key=Key("D dorian", 0, False),
        markers=(Marker(1, "here"),),
    )
)


def read_or_refused(data: bytes) -> Score | None:
    """Return the score, None if it is refused; any other way to fail is a failure."""
    try:
        return read(data)
    except FileError as error:
        assert "some.mid: " in str(error)
        assert len(error.faults) == 1 and error.faults[0].remedy
        return None


def test_a_file_cut_short_anywhere_is_refused() -> None:
    assert read_or_refused(WHOLE) is not None
    for size in range(len(WHOLE)):
        with pytest.raises(FileError, match=r"some\.mid: this is not a whole Standard MIDI File"):
            read(WHOLE[:size])


def test_a_byte_gone_wrong_anywhere() -> None:
    for at in range(len(WHOLE)):
        for wrong in (0x00, 0x7F, 0x80, 0xFF):
            read_or_refused(WHOLE[:at] + bytes([wrong]) + WHOLE[at + 1 :])


@given(st.binary(max_size=200), st.sampled_from([b"", WHOLE[:14], WHOLE[:18], WHOLE[:22] + b"\x00"]))
@settings(max_examples=200, deadline=None)
def test_random_bytes(noise: bytes, head: bytes) -> None:
    read_or_refused(head + noise)


@given(st.binary(max_size=120))
@settings(max_examples=200, deadline=None)
def test_random_events(noise: bytes) -> None:
    read_or_refused(smf(noise.hex() + END))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"RIFF" + WHOLE[4:], "does not begin with MThd"),
        (b"title = 'a piece'", "does not begin with MThd"),
        (smf(), "no tracks"),
        (smf("00 90 3c 40" + END, kind=3), "type 3"),
        (smf("00 90 3c 40" + END, division=0), "division is 0"),
    ],
)
def test_the_reason_is_given(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read(data)


@pytest.mark.parametrize("division", [0xE200, 0x9028, 0x8000])
def test_a_division_that_means_nothing_is_refused(division: int) -> None:
    assert read_or_refused(smf("00 90 3c 40  60 80 3c 40" + END, division=division)) is None


@pytest.mark.parametrize("size", [5, 200, 10_000])
def test_a_delta_time_longer_than_four_bytes_is_refused(size: int) -> None:
    with pytest.raises(FileError, match="whole Standard MIDI File"):
        read(smf("ff " * (size - 1) + "7f 90 3c 40" + END))


def test_a_number_without_an_end_does_not_hang() -> None:
    with pytest.raises(FileError, match=r"\(track 1, byte 22: a number of more than 4 bytes\)"):
        read(smf("ff " * 200_000 + END))


def test_long_text_is_no_such_number() -> None:
    text = ("曲" * 4000).encode()
    score = read(smf(f"00 ff 03 dd 60 {text.hex()}  00 90 3c 40  60 80 3c 40" + END))
    assert score.title == "曲" * 4000


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none\.mid: there is no such file"):
        read_midi(tmp_path / "none.mid")
    with pytest.raises(FileError, match="this is a directory"):
        read_midi(tmp_path)
