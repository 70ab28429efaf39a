"""What a sound engine plays: each track's notes in seconds, with volume, expression and pedal worked in.

Bends move while notes sound, so they stand beside the notes, and the pitches are the keys' own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.errors import Fault, InputError, located
from composer.instruments import Instrument, instrument
from composer.score import BEND, MOST_BEND, Score, Track
from composer.units import F8, TempoMap, amplitude_of_velocity

LAST_SECOND = 2.0**32  # 136 years
UNITY_VOLUME = 100 / 127  # General MIDI's volume at power-on: the level at which a note keeps its amplitude


@dataclass(frozen=True)
class Performance:
    """The notes of one track, each array (n,): start and end in seconds, pitch, amplitude 0..1, pan.

    The pitch is bent by `bend` semitones from `bend_at` seconds on, both (m,), until the next; by none before.
    """

    instrument: Instrument
    start: F8
    end: F8
    pitch: F8
    amplitude: F8
    pan: F8
    bend_at: F8
    bend: F8


def performed(score: Score) -> Iterator[Performance]:
    """Yield what each track of the score plays; InputError for notes before beat 0, or nowhere in time."""
    for track in score.tracks:
        notes = track.notes
        with np.errstate(all="ignore"):  # what is not finite is refused below
            start = score.tempo.seconds(notes["start"])
            end = start + score.tempo.seconds_lasting(notes["start"], notes["length"])
            bent, bend = bends(track)
            bend_at = score.tempo.seconds(bent)
        with located(f"track {track.name!r}"):
            check_reach(notes["start"], start, end)
        volume = controlled(track, "volume", notes["start"], UNITY_VOLUME) / UNITY_VOLUME
        expression = controlled(track, "expression", notes["start"], 1.0)
        yield Performance(
            instrument(track.instrument),
            start,
            _pedalled(track, score.tempo, end),
            notes["pitch"],
            amplitude_of_velocity(notes["velocity"] * volume * expression),
            notes["pan"],
            bend_at,
            bend,
        )


def check_reach(beats: F8, start: F8, end: F8) -> None:
    """Raise InputError for a note that starts or ends (s) before 0, after `LAST_SECOND`, or nowhere."""
    fit = (start >= 0) & (end >= 0) & (np.maximum(start, end) <= LAST_SECOND)  # false for NaN too
    if not fit.all():
        raise InputError(
            Fault(f"the note at beat {beats[~fit][0]} is out of reach", remedy="keep notes finite, and from beat 0 up")
        )


def bends(track: Track) -> tuple[F8, F8]:
    """Return where the track's bend changes (beats) and to what (semitones); drums are never bent."""
    if instrument(track.instrument).is_drums:
        return np.empty(0), np.empty(0)
    start, value = _events(track, BEND)
    return start, np.clip(value, -MOST_BEND, MOST_BEND)


def sounding_pitch(track: Track) -> F8:
    """Return the pitch with which each note begins, (n,): its own, and the bend that holds at its start."""
    return track.notes["pitch"] + held(*bends(track), track.notes["start"], 0.0)


def reached_pitch(track: Track) -> F8:
    """Return the pitch with which each note ends, (n,): its own, and the bend that holds just before its end."""
    notes = track.notes
    return notes["pitch"] + held(*bends(track), notes["start"] + notes["length"] * (1 - 1e-6), 0.0)


def held(start: NDArray[Any], value: F8, at: NDArray[Any], default: float) -> F8:
    """Return the value that holds at each place: that of the last change, `default` before the first."""
    return np.append(value, default)[np.searchsorted(start, at, side="right") - 1]


def _events(track: Track, target: str) -> tuple[F8, F8]:
    rows = track.controls[track.controls["target"] == target]
    rows = rows[np.argsort(rows["start"], kind="stable")]
    return rows["start"], rows["value"]


def controlled(track: Track, target: str, beats: F8, default: float = np.nan) -> F8:
    """Return the value that a controller has at each beat, `default` before its first."""
    return held(*_events(track, target), beats, default)


def _pedalled(track: Track, tempo: TempoMap, end: F8) -> F8:
    """Return the ends, in seconds, with those that fall while the sustain pedal is down put off to its lift."""
    start, value = _events(track, "sustain")
    if not start.size:
        return end
    at, down = tempo.seconds(start), value >= 0.5
    lifts = np.append(at[~down], max(end.max(initial=0.0), at[-1]))
    # What is released at the very moment when the pedal goes down is not held: note-offs come first.
    held = np.append(down, False)[np.searchsorted(at, end, side="left") - 1]
    lift = lifts[np.minimum(np.searchsorted(at[~down], end, side="right"), lifts.size - 1)]
    return np.where(held, np.maximum(lift, end), end)
