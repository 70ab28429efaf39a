"""MuseScore 3 opens the `.mid` files as scores; its MusicXML tells what it found in them.

It quantises what it reads. Where fewer than six tenths of the moments near a beat lie within a 1/128 note of it, it
takes what it reads for a human performance, and guesses meter, tempo and key (`importmidi_quant.cpp`): that follows
from the notes alone, nothing else in a file can keep it from it, and neither does its options file (`-M`). Of `zeros`
it guesses the key right. It looks for keys in tracks that have notes, and guesses where it finds none
(`importmidi_key.cpp`); it gives every channel of a track a part; it leaves out markers, and the title.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from programs import PROGRAMS, ask, bench, called

import composer
from composer.instruments import instrument
from composer.piece.store import built_in
from composer.score import Key, Meter, Score, Track, notes
from composer.units import TempoMap

# Their notes lie off the grid: MuseScore takes them for human performances.
GUESSED = {"riemann-reference", "zeros"}
WITHOUT_KEY = {"riemann-reference"}  # MuseScore shows one nevertheless
ALL = frozenset(built_in())
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@pytest.fixture(scope="module")
def notated(written: dict[str, Path]) -> dict[str, ElementTree.Element]:
    """Every built-in piece as MusicXML, converted in one run."""
    folder = bench() / "notated"
    folder.mkdir()
    files = {name: folder / f"{name}.musicxml" for name in written}
    job = folder / "job.json"
    job.write_text(json.dumps([{"in": str(written[name]), "out": str(files[name])} for name in written]))
    answer = called(["mscore3", "-j", str(job)], PROGRAMS["mscore3"].package, folder, job)
    assert answer.status == 0, answer.complaints
    return {name: ElementTree.parse(file).getroot() for name, file in files.items()}


def notation(mid: Path, folder: Path) -> ElementTree.Element:
    """Return one file as MusicXML."""
    answer = ask("mscore3", mid, folder)
    assert PROGRAMS["mscore3"].content(answer), answer
    return ElementTree.parse(answer.file).getroot()


def struck(part: ElementTree.Element) -> int:
    """Return how many notes a part has, those that are tied to an earlier one not counted."""
    return sum(note.find("rest") is None and not _goes_on(note) for note in part.iter("note"))


def _goes_on(note: ElementTree.Element) -> bool:
    return any(tie.get("type") == "stop" for tie in note.findall("tie"))


def written_notes(part: ElementTree.Element) -> Iterator[tuple[float, float, int]]:
    """Yield every note of a part as its beat, its length in beats, up to its first tie, and its pitch."""
    now = last = 0.0
    divisions = 1
    for measure in part.iter("measure"):
        for event in measure:
            divisions = int(event.findtext("divisions") or divisions)
            length = int(event.findtext("duration") or 0) / divisions
            if event.tag == "backup":
                now -= length
            if event.tag not in ("note", "forward"):
                continue
            start = last if event.find("chord") is not None else now
            pitch = event.find("pitch")
            if pitch is not None and not _goes_on(event):
                semitones = _STEPS[pitch.findtext("step", "")] + int(pitch.findtext("alter", "0"))
                yield start, length, 12 * (int(pitch.findtext("octave", "")) + 1) + semitones
            last, now = start, start + length


@pytest.mark.parametrize("piece", sorted(ALL))
def test_musescore_counts_the_notes_of_every_part(
    piece: str, notated: dict[str, ElementTree.Element], compositions: dict[str, composer.Composition]
) -> None:
    parts, tracks = list(notated[piece].iter("part")), compositions[piece].score.tracks
    names = [name.text or "" for name in notated[piece].iter("part-name")]
    # Where a track has several channels, its name is that of the first of its parts.
    own = [k for k, name in enumerate(names) if ", " in name]
    assert [names[k].partition(", ")[2] for k in own] == [track.name for track in tracks]
    assert len(own) == len(parts)
    counts = np.add.reduceat([struck(part) for part in parts], own).tolist()
    assert counts == [track.notes.size for track in tracks]


@pytest.mark.parametrize("piece", sorted(ALL))
def test_musescore_reads_the_programs_and_channels(
    piece: str, notated: dict[str, ElementTree.Element], compositions: dict[str, composer.Composition]
) -> None:
    tracks = compositions[piece].score.tracks
    for told, track in zip(notated[piece].iter("score-part"), tracks, strict=True):
        player = instrument(track.instrument)
        assert told.findtext("midi-instrument/midi-program") == str(player.program + 1)
        assert (told.findtext("midi-instrument/midi-channel") == "10") == player.is_drums


@pytest.mark.parametrize("piece", sorted(ALL - GUESSED))
def test_musescore_reads_meter_and_tempo(
    piece: str, notated: dict[str, ElementTree.Element], compositions: dict[str, composer.Composition]
) -> None:
    score, root = compositions[piece].score, notated[piece]
    meters = {(time.findtext("beats"), time.findtext("beat-type")) for time in root.iter("time")}
    assert meters == {(str(score.meter.beats), str(score.meter.unit))}
    tempi = [sound.get("tempo", "") for sound in root.iter("sound") if sound.get("tempo")]
    wanted = [f"{bpm:.0f}" for _, bpm in score.tempo.changes]
    # Changes that fall between the notes it writes, or that round to the same number, are merged.
    assert tempi[0] == wanted[0]
    assert not Counter(tempi) - Counter(wanted)
    assert len(tempi) >= 0.9 * len(wanted)


def test_what_is_on_the_grid_is_notated_exactly(tmp_path: Path) -> None:
    start = np.arange(0, 64) / 2
    pitch = 60 + np.array([0, 2, 4, 5, 7, 9, 11, 12])[np.arange(64) * 5 % 8]
    octaves = np.repeat(pitch[::4], 2) + np.tile([0, 12], 16)
    tracks = (
        Track("eighths", "flute", notes(start, 0.5, pitch)),
        Track("chords", "violin", notes(np.repeat(start[::4], 2), 2.0, octaves)),
    )
    score = Score(tracks, TempoMap(((0, 90), (16, 132))), Meter(4, 4), title="On the grid")
    root = notation(composer.render(score, tmp_path / "grid.mid"), tmp_path)
    for part, track in zip(root.iter("part"), tracks, strict=True):
        rows = track.notes
        wanted = zip(*(rows[name].tolist() for name in ("start", "length", "pitch")), strict=True)
        assert Counter(written_notes(part)) == Counter(wanted)
    assert [sound.get("tempo") for sound in root.iter("sound") if sound.get("tempo")] == ["90", "132"]


@pytest.mark.parametrize("piece", sorted(ALL - WITHOUT_KEY))
def test_musescore_shows_the_key_on_every_staff(
    piece: str, notated: dict[str, ElementTree.Element], compositions: dict[str, composer.Composition]
) -> None:
    key = compositions[piece].score.key
    assert key is not None
    for part in notated[piece].iter("part"):
        drums = notated[piece].find(f".//score-part[@id='{part.get('id')}']/midi-instrument/midi-channel")
        sharps = 0 if drums is not None and drums.text == "10" else key.sharps
        assert [fifths.text for fifths in part.iter("fifths")] == [str(sharps)]


def test_musescore_takes_a_key_only_from_a_track_with_notes(tmp_path: Path) -> None:
    tune = Track("tune", "flute", notes(np.arange(32) / 2, 0.5, 60 + np.arange(32) % 2 * 4))
    score = Score((tune, tune), key=Key("Ab major", -4, False))
    for key_in, shown in (("conductor", "0"), ("tracks", "-4")):
        mid = composer.render(score, tmp_path / f"{key_in}.mid", key_in=key_in)
        assert [fifths.text for fifths in notation(mid, tmp_path).iter("fifths")] == [shown, shown]


def on_the_beat(score: Score) -> float:
    """Return the share of the moments nearest to a beat that lie within a 1/128 note of it, all tracks together.

    MuseScore takes notes less than a 1/64 apart for one chord, and rounds to sixteenths, or to the notes' own length
    where that is less.
    """
    beat = 4 / score.meter.unit
    starts = np.concatenate([track.notes["start"] for track in score.tracks])
    lengths = np.concatenate([track.notes["length"] for track in score.tracks])
    order = np.argsort(starts, kind="stable")
    starts, lengths = starts[order], lengths[order]
    first = np.append(True, np.diff(starts) > 1 / 16)
    longest = np.maximum.reduceat(lengths, np.flatnonzero(first))
    starts = starts[first]
    step = 0.25 * 2.0 ** np.minimum(np.floor(np.log2(np.maximum(longest, 1 / 32) / 0.25)), 0)
    rounded = np.floor(starts / step + 0.5) * step
    near = np.abs(rounded / beat - np.rint(rounded / beat)) < 1e-9
    which = np.flatnonzero(near)
    _, once = np.unique(rounded[which], return_index=True)
    which = which[once]
    return float((np.abs(starts[which] - rounded[which]) < 1 / 32).mean())


def test_the_pieces_that_musescore_takes_for_performances_are_those_off_the_beat(
    compositions: dict[str, composer.Composition],
) -> None:
    shares = {name: on_the_beat(music.score) for name, music in compositions.items()}
    assert {name for name, share in shares.items() if share < 0.6} == GUESSED, shares


@pytest.mark.parametrize("piece", sorted(GUESSED))
def test_of_a_performance_musescore_invents_the_tempo(
    piece: str, notated: dict[str, ElementTree.Element], compositions: dict[str, composer.Composition]
) -> None:
    score = compositions[piece].score
    (tempo,) = (sound.get("tempo") for sound in notated[piece].iter("sound") if sound.get("tempo"))
    assert tempo != f"{score.tempo.changes[0][1]:.0f}"


def test_one_channel_a_track_is_one_part(tmp_path: Path, compositions: dict[str, composer.Composition]) -> None:
    score = compositions["breath"].score
    for channels, spread in ((15, True), (1, False)):
        root = notation(composer.render(score, tmp_path / "breath.mid", channels=channels), tmp_path)
        assert (len(list(root.iter("part"))) > len(score.tracks)) == spread
    told = [part.findtext("part-name", "").partition(", ")[2] for part in root.iter("score-part")]
    assert told == [track.name for track in score.tracks]
    programs = [part.findtext("midi-instrument/midi-program") for part in root.iter("score-part")]
    assert programs == [str(instrument(track.instrument).program + 1) for track in score.tracks]
    assert [struck(part) for part in root.iter("part")] == [track.notes.size for track in score.tracks]


def test_twenty_tracks_are_on_two_ports(tmp_path: Path) -> None:
    tracks = [Track(f"track {n + 1}", "flute", notes(0, 4, 48 + n)) for n in range(20)]
    root = notation(composer.render(Score(tuple(tracks)), tmp_path / "ports.mid"), tmp_path)
    assert [device.get("port") for device in root.iter("midi-device")] == ["1"] * 15 + ["2"] * 5
    channels = [int(channel.text or 0) for channel in root.iter("midi-channel")]
    assert channels == [*range(1, 10), *range(11, 17), *range(1, 6)]
