"""What is in a score, for people and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from composer.cli.terminal import clock_time, say, say_table
from composer.instruments import instrument
from composer.score import Score, Track
from composer.units import pitch_name


def score_data(score: Score) -> dict[str, Any]:
    """Return what is in a score, as plain data: beats, seconds, MIDI numbers, velocity and pan as in a Score."""
    return {
        "title": score.title,
        "seconds": round(score.seconds, 6),
        "beats": round(score.end, 6),
        "tempo": [list(change) for change in score.tempo.changes],
        "meter": f"{score.meter.beats}/{score.meter.unit}",
        "key": score.key.name if score.key else None,
        "markers": [{"beat": marker.beat, "text": marker.text} for marker in score.markers],
        "tracks": [_track_data(track) for track in score.tracks],
    }


def _track_data(track: Track) -> dict[str, Any]:
    notes = track.notes
    ranges = {
        name: [float(notes[name].min()), float(notes[name].max())] if notes.size else None
        for name in ("pitch", "velocity", "pan", "length")
    }
    return {
        "name": track.name,
        "instrument": track.instrument,
        "program": instrument(track.instrument).program,
        "notes": int(notes.size),
        "end": track.end,
        **ranges,
    }


def say_score(score: Score) -> None:
    """Print a short table of a score."""
    data = score_data(score)
    bpm = [f"{bpm:g}" for _, bpm in score.tempo.changes]
    facts = [
        clock_time(score.seconds),
        f"{score.end:g} beats",
        f"{bpm[0]} bpm" if len(bpm) == 1 else f"{len(bpm)} tempi, {bpm[0]} bpm first",
        data["meter"],
        data["key"] or "no key",
        f"{sum(track.notes.size for track in score.tracks)} notes",
        f"{len(score.markers)} markers",
    ]
    say((f"{score.title}\n" if score.title else "") + " · ".join(facts))
    rows = []
    for track in data["tracks"]:
        low, high = track["pitch"] or (0, 0)
        pitches = f"{pitch_name(low)}..{pitch_name(high)}" if track["notes"] else "-"
        cells = [_span(track[name], digits) for name, digits in (("velocity", 2), ("pan", 2), ("length", 2))]
        rows.append((track["name"], track["instrument"], track["notes"], pitches, *cells))
    say_table(("track", "instrument", "notes", "pitch", "velocity", "pan", "beats"), rows)


def say_files(files: Sequence[Path]) -> None:
    """Print the files that were written, and their sizes."""
    for file in files:
        say(f"{file}  {file.stat().st_size:,} bytes".replace(",", " "))


def _span(ends: list[float] | None, digits: int) -> str:
    if ends is None:
        return "-"
    low, high = (f"{end + 0.0:.{digits}f}" for end in ends)
    return low if low == high else f"{low}..{high}"
