"""Scores as pretty_midi objects, and back, for those who analyse with it; never on the way to a file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.errors import ComposerError, Fault
from composer.instruments import DRUMS, instrument_of_program
from composer.outputs.midi import encode_midi
from composer.score import BEND, CONTROL, CONTROLLERS, Controls, Key, Marker, Meter, Score, Track, notes
from composer.units import F8, TempoMap

if TYPE_CHECKING:
    import pretty_midi

_TARGETS = {number: name for name, number in CONTROLLERS.items()}
_PAN = 10
_BEND_REACH = 2.0 / 8192  # semitones a step: pretty_midi knows no other range


def to_pretty_midi(score: Score) -> pretty_midi.PrettyMIDI:
    """Return the score as pretty_midi reads it from a `.mid` of ours; ComposerError where it cannot be imported.

    Its times are seconds, its instruments one for each channel of a track.
    """
    return _pretty_midi().PrettyMIDI(io.BytesIO(encode_midi(score, key_in="conductor")), charset="utf-8")


def from_pretty_midi(music: pretty_midi.PrettyMIDI) -> Score:
    """Return a pretty_midi object as a score: notes, programs, pan, controllers, bends, tempo map, meter, key, lyrics.

    Positions are those of its ticks, pitch bends those of the usual range of two semitones.
    """
    at, bpm = music.get_tempo_changes()
    beats = _beats(music, at)
    changes = {float(beat): float(tempo) for beat, tempo in zip(beats, bpm, strict=True)}
    changes.setdefault(0.0, 120.0)
    meters = sorted(music.time_signature_changes, key=lambda change: change.time)
    keys = sorted(music.key_signature_changes, key=lambda change: change.time)
    return Score(
        tuple(_track(music, player) for player in music.instruments),
        TempoMap(tuple(sorted(changes.items()))),
        Meter(meters[0].numerator, meters[0].denominator) if meters else Meter(),
        _key(keys[0].key_number) if keys else None,
    )


def analysis(score: Score) -> dict[str, Any]:
    """Return what pretty_midi estimates: shares of the twelve pitch classes by sounding time, and the tempo in bpm.

    The tempo is None where there are too few onsets to tell it.
    """
    music = to_pretty_midi(score)
    chroma = music.get_pitch_class_histogram(use_duration=True, use_velocity=True)
    onsets = sum(len(player.notes) for player in music.instruments)
    tempo = float(music.estimate_tempo()) if onsets > 2 else None
    return {"chroma": [round(float(share), 4) for share in np.nan_to_num(chroma)], "tempo": tempo}


def _track(music: pretty_midi.PrettyMIDI, player: Any) -> Track:
    found = player.notes
    start, end = (_beats(music, [getattr(note, side) for note in found]) for side in ("start", "end"))
    pans = [(change.time, (change.value - 64) / 63) for change in player.control_changes if change.number == _PAN]
    pan = np.zeros(len(found))
    for time, value in sorted(pans):
        pan[np.array([note.start for note in found]) >= time - 1e-9] = max(value, -1.0)
    velocity = np.array([note.velocity for note in found]) / 127
    made = notes(start, end - start, np.array([note.pitch for note in found]), velocity, pan)
    played_on = DRUMS if player.is_drum else instrument_of_program(player.program).name
    name = player.name.strip() or played_on
    lyrics = tuple(Marker(float(_beats(music, [lyric.time])[0]), lyric.text) for lyric in getattr(player, "lyrics", ()))
    return Track(name, played_on, made, _controls(music, player), lyrics)


def _controls(music: pretty_midi.PrettyMIDI, player: Any) -> Controls:
    rows = [
        (change.time, _TARGETS[change.number], change.value / 127)
        for change in player.control_changes
        if change.number in _TARGETS
    ]
    rows += [(bend.time, BEND, bend.pitch * _BEND_REACH) for bend in player.pitch_bends]
    made = np.empty(len(rows), CONTROL)
    if rows:
        time, made["target"], made["value"] = zip(*rows, strict=True)
        made["start"] = _beats(music, time)
    return made[np.argsort(made["start"], kind="stable")]


def _beats(music: pretty_midi.PrettyMIDI, seconds: Any) -> F8:
    ticks = np.array([music.time_to_tick(float(time)) for time in seconds], np.float64)
    return np.asarray(ticks / float(music.resolution), np.float64)


def _key(number: int) -> Key:
    """Return pretty_midi's key, 0..11 major from C upwards, 12..23 minor."""
    names = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
    sharps = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)
    minor = number >= 12
    tonic = number % 12
    return Key(f"{names[tonic]} {'minor' if minor else 'major'}", sharps[(tonic + 3) % 12 if minor else tonic], minor)


def _pretty_midi() -> Any:
    try:
        import pretty_midi
    except Exception as error:  # it also fails where a broken libfluidsynth is found
        fault = f"pretty_midi cannot be imported ({error})"
        raise ComposerError(Fault(fault, remedy="pip install pretty_midi, and mend what it says")) from error
    return pretty_midi
