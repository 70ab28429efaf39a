"""Writes a million notes on eight tracks as a Standard MIDI File, and reads them, by the composer and by its peers.

    python benchmarks/midi.py [--notes 1000000]

Each writer starts from the same arrays of numbers and ends with the bytes of a whole file. mido's file is then
compared with ours, note by note. Each reader starts from our file on the disk and ends with notes (mido with
messages: it leaves it to others to pair them). CPU seconds, the median of several runs (one for the slow ones, and it
says so).
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measure import cpu_seconds, machine

from composer.outputs.midi import encode_midi
from composer.score import Score, Track, notes
from composer.sources.midi import read_midi

PPQ = 960
TRACKS = 8
PROGRAMS = (0, 11, 40, 42, 46, 56, 73, 88)
NAMES = (
    "acoustic grand piano",
    "vibraphone",
    "violin",
    "cello",
    "orchestral harp",
    "trumpet",
    "flute",
    "pad 1 (new age)",
)


def material(count: int) -> list[np.ndarray]:
    """Return, for each track, (n, 4) integers: start and end in ticks, pitch, velocity; no key overlaps itself."""
    rng = np.random.default_rng(1)
    tracks = []
    for _ in range(TRACKS):
        n = count // TRACKS
        start = np.cumsum(rng.integers(10, 200, n))
        # 48 keys in turn: a key comes again after 48 onsets, long after its last note has ended.
        pitch = 36 + np.arange(n) * 5 % 48
        length = rng.integers(20, 480, n)
        tracks.append(np.column_stack([start, start + length, pitch, rng.integers(1, 128, n)]))
    return tracks


def with_composer(tracks: list[np.ndarray]) -> bytes:
    """Encode by our own writer."""
    made = []
    for name, (start, end, pitch, velocity) in zip(NAMES, (track.T for track in tracks), strict=True):
        made.append(Track(name, name, notes(start / PPQ, (end - start) / PPQ, pitch, velocity / 127)))
    return encode_midi(Score(tuple(made)), PPQ)


def with_mido(tracks: list[np.ndarray]) -> bytes:
    """Build messages and save them, as mido's documentation does."""
    import mido

    file = mido.MidiFile(ticks_per_beat=PPQ)
    for channel, rows in enumerate(tracks):
        track = mido.MidiTrack()
        track.append(mido.Message("program_change", channel=channel, program=PROGRAMS[channel]))
        events = [(start, 1, pitch, velocity) for start, _, pitch, velocity in rows.tolist()]
        events += [(end, 0, pitch, 64) for _, end, pitch, _ in rows.tolist()]
        now = 0
        for tick, is_on, pitch, velocity in sorted(events):
            kind = "note_on" if is_on else "note_off"
            track.append(mido.Message(kind, channel=channel, note=pitch, velocity=velocity, time=tick - now))
            now = tick
        file.tracks.append(track)
    written = io.BytesIO()
    file.save(file=written)
    return written.getvalue()


def with_pretty_midi(tracks: list[np.ndarray]) -> bytes:
    """Build notes in seconds (120 bpm) and write them."""
    import pretty_midi

    file = pretty_midi.PrettyMIDI(resolution=PPQ, initial_tempo=120)
    for program, rows in zip(PROGRAMS, tracks, strict=True):
        part = pretty_midi.Instrument(program)
        part.notes = [
            pretty_midi.Note(velocity, pitch, start / PPQ / 2, end / PPQ / 2)
            for start, end, pitch, velocity in rows.tolist()
        ]
        file.instruments.append(part)
    written = io.BytesIO()
    file.write(written)
    return written.getvalue()


def with_symusic(tracks: list[np.ndarray]) -> bytes:
    """Hand the arrays to symusic's compiled core."""
    import symusic

    score = symusic.Score(PPQ)
    for program, rows in zip(PROGRAMS, tracks, strict=True):
        start, end, pitch, velocity = (np.ascontiguousarray(column, np.int32) for column in rows.T)
        part = symusic.Track("", program, False)
        part.notes = symusic.Note.from_numpy(
            time=start, duration=end - start, pitch=pitch.astype(np.int8), velocity=velocity.astype(np.int8)
        )
        score.tracks.append(part)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.mid"
        score.dump_midi(path)
        return path.read_bytes()


def notes_in(data: bytes) -> list[list[tuple[int, ...]]]:
    """Return the notes of each track that has any, sorted, as symusic's independent reader finds them."""
    import symusic

    score = symusic.Score.from_midi(data)
    parts = []
    for part in score.tracks:
        columns = part.notes.numpy()
        fields = [columns[name].tolist() for name in ("time", "duration", "pitch", "velocity")]
        parts.append(sorted(zip(*fields, strict=True)))
    return parts


def read_by_composer(path: Path) -> int:
    """Read a score; return the number of its notes, as all of these do."""
    return sum(track.notes.size for track in read_midi(path).tracks)


def read_by_symusic(path: Path) -> int:
    """Read by symusic's compiled core."""
    import symusic

    return sum(len(track.notes) for track in symusic.Score(path).tracks)


def read_by_mido(path: Path) -> int:
    """Read messages."""
    import mido

    return sum(message.type == "note_on" for track in mido.MidiFile(path).tracks for message in track)


def read_by_pretty_midi(path: Path) -> int:
    """Read notes in seconds; the library takes files of so many ticks for corrupt, unless it is told."""
    import pretty_midi.pretty_midi

    pretty_midi.pretty_midi.MAX_TICK = 2**40
    return sum(len(part.notes) for part in pretty_midi.PrettyMIDI(str(path)).instruments)


WRITERS: dict[str, tuple[Callable[[list[np.ndarray]], bytes], int]] = {
    "composer": (with_composer, 5),
    "symusic": (with_symusic, 5),
    "mido": (with_mido, 1),
    "pretty_midi": (with_pretty_midi, 1),
}


READERS: dict[str, tuple[Callable[[Path], int], int]] = {
    "composer": (read_by_composer, 5),
    "symusic": (read_by_symusic, 5),
    "mido": (read_by_mido, 1),
    "pretty_midi": (read_by_pretty_midi, 1),
}


def main() -> None:
    """Run every writer and every reader that is installed and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, default=1_000_000)
    count = parser.parse_args().notes
    tracks = material(count)
    print(f"{count:,} notes on {TRACKS} tracks; {machine()}\n")
    print("| writer | CPU seconds | times ours | runs | bytes |\n|---|---|---|---|---|")
    ours, files = 0.0, {}
    for name, (write, runs) in WRITERS.items():
        try:
            files[name] = write([track[:8] for track in tracks])  # warms up, imports
        except ImportError:
            print(f"| {name} | not installed | | | |")
            continue
        seconds = cpu_seconds(lambda write=write, name=name: files.__setitem__(name, write(tracks)), runs)
        ours = ours or seconds
        print(f"| {name} | {seconds:.3f} | {seconds / ours:.1f} | {runs} | {len(files[name]):,} |")
    if {"mido", "symusic"} <= set(files):
        same = notes_in(files["composer"]) == notes_in(files["mido"])
        print(f"\nthe composer's file and mido's hold the same notes: {'yes' if same else 'NO'}")
    with tempfile.TemporaryDirectory() as folder:
        small, whole = Path(folder) / "small.mid", Path(folder) / "whole.mid"
        small.write_bytes(with_composer([track[:8] for track in tracks]))
        whole.write_bytes(with_composer(tracks))
        compare_readers(small, whole)


def compare_readers(small: Path, whole: Path) -> None:
    """Read one file with every reader that is installed and print the table."""
    print("\n| reader | CPU seconds | times ours | runs | notes |\n|---|---|---|---|---|")
    ours, found = 0.0, {}
    for name, (read, runs) in READERS.items():
        try:
            read(small)  # warms up, imports
        except ImportError:
            print(f"| {name} | not installed | | | |")
            continue
        seconds = cpu_seconds(lambda read=read, name=name: found.__setitem__(name, read(whole)), runs)
        ours = ours or seconds
        print(f"| {name} | {seconds:.3f} | {seconds / ours:.1f} | {runs} | {found[name]:,} |")


if __name__ == "__main__":
    main()
