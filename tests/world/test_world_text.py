"""Programs that print what a `.mid` holds, abcMIDI's and Drumstick's, find in it the score, note for note."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from programs import PROGRAMS, ask

import composer
from composer.instruments import instrument
from composer.piece.store import built_in
from composer.score import Score, Track

PPQ = 960
PIECES = pytest.mark.parametrize("piece", list(built_in()))
Found = Counter[tuple[int, ...]]


def printed(name: str, mid: Path, folder: Path) -> str:
    """Return what a program prints of a file about which it has no complaint."""
    answer = ask(name, mid, folder)
    assert PROGRAMS[name].content(answer), answer
    return answer.text


def struck(track: Track) -> Found:
    """Return the tick, key and velocity of every note of a track."""
    rows = track.notes
    tick = np.floor(rows["start"] * PPQ + 0.5)
    velocity = np.clip(np.floor(rows["velocity"] * 127 + 0.5), 1, 127)
    return Counter(zip(*(x.astype(int).tolist() for x in (tick, np.floor(rows["pitch"] + 0.5), velocity)), strict=True))


def markers(score: Score) -> list[tuple[int, str]]:
    """Return the tick and text of every marker that is no cue."""
    return sorted((round(mark.beat * PPQ), mark.text) for mark in score.markers if not mark.cue)


def unescaped(text: str) -> str:
    """Return what mftext prints with the bytes that it knows no letter for."""
    return re.sub(r"\\0x(..)", lambda byte: chr(int(byte[1], 16)), text).encode("latin-1").decode("utf-8")


@PIECES
def test_mftext_prints_the_conductor_track(
    piece: str, written: dict[str, Path], compositions: dict[str, composer.Composition], tmp_path: Path
) -> None:
    score = compositions[piece].score
    head, first, *_ = printed("mftext", written[piece], tmp_path).split("Track start\n")
    assert head == f"Header format=1 ntrks={len(score.tracks) + 1} division={PPQ}\n"
    assert re.findall(r"0x03 .*\n +Text = <(.*)>", first) == [score.title]
    tempi = re.findall(r"Time=(\d+)  Tempo, microseconds-per-MIDI-quarter-note=(\d+)", first)
    assert tempi == [(str(round(beat * PPQ)), str(round(6e7 / bpm))) for beat, bpm in score.tempo.changes]
    assert f"Time signature={score.meter.beats}/{score.meter.unit}  " in first
    key = [] if score.key is None else [(str(score.key.sharps), str(int(score.key.minor)))]
    assert re.findall(r"Key signature, sharp/flats=(-?\d+)  minor=(\d)", first) == key
    found = re.findall(r"Time=(\d+)  Meta Text, type=0x06 .*\n +Text = <(.*)>", first)
    assert sorted((int(tick), unescaped(text)) for tick, text in found) == markers(score)


@PIECES
def test_mftext_prints_every_note_of_every_track(
    piece: str, written: dict[str, Path], compositions: dict[str, composer.Composition], tmp_path: Path
) -> None:
    score = compositions[piece].score
    _, _, *parts = printed("mftext", written[piece], tmp_path).split("Track start\n")
    assert len(parts) == len(score.tracks)
    for part, track in zip(parts, score.tracks, strict=True):
        assert re.findall(r"0x03 .*\n +Text = <(.*)>", part) == [track.name]
        assert set(re.findall(r"program=(\d+)", part)) == {str(instrument(track.instrument).program)}
        notes = re.findall(r"Time=(\d+)  Note on, chan=\d+ pitch=(\d+) vol=(\d+)", part)
        assert Counter(tuple(map(int, note)) for note in notes) == struck(track)
        assert part.count("Note off") == len(notes)


@PIECES
def test_midi2abc_writes_meter_tempo_key_and_a_voice_for_each_track(
    piece: str, written: dict[str, Path], compositions: dict[str, composer.Composition], tmp_path: Path
) -> None:
    score = compositions[piece].score
    lines = printed("midi2abc", written[piece], tmp_path).splitlines()
    assert f"M: {score.meter.beats}/{score.meter.unit}" in lines
    assert f"Q:1/4={round(score.tempo.changes[0][1])}" in lines
    sharps = 0 if score.key is None else score.key.sharps
    (key,) = (line for line in lines if line.startswith("K:"))
    assert key.endswith(f"% {abs(sharps)} {'flats' if sharps < 0 else 'sharps'}")
    assert [line for line in lines if line.startswith("V:")] == [f"V:{n + 1}" for n in range(len(score.tracks))]


@PIECES
def test_midi2abc_finds_where_every_note_ends(
    piece: str, written: dict[str, Path], compositions: dict[str, composer.Composition], tmp_path: Path
) -> None:
    score = compositions[piece].score
    rows = [line.split() for line in printed("midigram", written[piece], tmp_path).splitlines()]
    found = Counter(tuple(int(row[k]) for k in (2, 0, 1, 4)) for row in rows if len(row) == 6 and row[0].isdigit())
    assert found.total() == sum(track.notes.size for track in score.tracks)
    for number, track in enumerate(score.tracks, 2):
        edges = track.notes["start"], track.notes["start"] + track.notes["length"]
        start, end = (np.floor(edge * PPQ + 0.5).astype(int) for edge in edges)
        key = np.floor(track.notes["pitch"] + 0.5).astype(int)
        for first, last, own in zip(start, end, key, strict=True):
            again = start[(key == own) & (start > first)].min(initial=last)  # a key that is struck again may end there
            assert {(number, first, max(stop, first + 1), own) for stop in (last, again)} & found.keys()


@PIECES
def test_drumstick_reads_every_note_at_its_second(
    piece: str, written: dict[str, Path], compositions: dict[str, composer.Composition], tmp_path: Path
) -> None:
    score = compositions[piece].score
    head, first, *parts = printed("drumstick-dumpsmf", written[piece], tmp_path).split("Start: ")
    assert f"Format=1, Tracks={len(score.tracks) + 1}, Division={PPQ}" in head
    assert re.findall(r"Text \(3\) +(.*)", first) == [score.title]
    assert len(parts) == len(score.tracks)
    for part, track in zip(parts, score.tracks, strict=True):
        assert re.findall(r"Text \(3\) +(.*)", part) == [track.name]
        found = re.findall(r"(\d+) +([\d.]+) +\d+ Note On +(\d+), (\d+)", part)
        assert Counter((int(tick), int(key), int(velocity)) for tick, _, key, velocity in found) == struck(track)
        seconds = np.sort(score.tempo.seconds(track.notes["start"]))
        # A tick is at most half a millisecond off, at 62.5 bpm and more; the tempi are rounded to microseconds a beat.
        np.testing.assert_allclose(np.sort([float(second) for _, second, *_ in found]), seconds, atol=2e-3)
