"""Writes a score as a Standard MIDI File of type 1: a conductor track, then one track an instrument.

numpy encodes all notes of a track at once; the only loops are over tracks, tempi and markers. Here, and
nowhere else, positions become ticks (rounded once, from absolute beats: ends, never lengths), velocity
becomes 1..127 and pan 1..127 with 64 in the middle (MIDI's RP-036: 0 and 1 are both hard left).

A pitch between two keys is the nearer key, bent; a channel has but one bend, so this is for tracks in which notes
of different parts of a semitone never sound together. In others such pitches go to the nearest key.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.errors import Fault, InputError, located
from composer.instruments import instrument
from composer.outputs.events import Words, encode, meta, words
from composer.outputs.performance import bends, held
from composer.score import CONTROLLERS, MOST_BEND, Controls, Notes, Score, Track
from composer.units import F8, I8

DRUM_CHANNEL = 9
MELODIC_CHANNELS = [channel for channel in range(16) if channel != DRUM_CHANNEL]
LAST_TICK = 2**40  # well inside the 46 bits of a word
_TRACK_NAME, _INSTRUMENT, _MARKER, _END = 0x03, 0x04, 0x06, 0x2F
_TEMPO, _METER, _KEY = 0x51, 0x58, 0x59
_NOTE_OFF_VELOCITY = 64  # what a keyboard without release velocity sends
BEND_RANGES = np.array([2, 12, 24])  # semitones; 2 is what a synthesiser has at power-on
_BEND_CENTRE = 8192  # of 14 bits; so many steps lead up or down to the end of the range


class Playable(NamedTuple):
    """Notes as a channel holds them, each (n,): ticks, 7-bit numbers, and whose track they are."""

    start: I8
    end: I8
    pitch: I8
    velocity: I8
    owner: I8

    def of(self, owner: int) -> Playable:
        """Return the notes of one track."""
        return Playable(*(column[self.owner == owner] for column in self))


def write_midi(
    score: Score,
    path: Path,
    ppq: Annotated[int, Interval(ge=24, le=32767), Unit("ticks"), Doc("ticks a beat")] = 960,
) -> None:
    """A Standard MIDI File of type 1, with each track on its own channel."""
    path.write_bytes(encode_midi(score, ppq))


def encode_midi(score: Score, ppq: int = 960) -> bytes:
    """Return the score as the bytes of a Standard MIDI File.

    Notes of one pitch on one channel never overlap: the earlier ends where the later begins, and those that
    begin together become one, the loudest and longest. Every note lasts at least one tick. Raises InputError
    for more than 15 melodic tracks, and for positions that are negative, not finite or too far out.
    """
    conductor = _conductor(score, ppq)
    bodies = [conductor, *_bodies(score, ppq)]
    end = max(last for _, last in bodies)
    chunks = [_chunk(body + meta(_END, b"", end - last)) for body, last in bodies]
    return b"MThd" + struct.pack(">IHHH", 6, 1, len(chunks), ppq) + b"".join(chunks)


def _bodies(score: Score, ppq: int) -> list[tuple[bytes, int]]:
    """Return each track's events as bytes, and the tick of its last one."""
    channels = _channels(score)
    made: dict[int, tuple[bytes, int]] = {}
    for channel in dict.fromkeys(channels):
        members = [n for n, taken in enumerate(channels) if taken == channel]
        playables = _playables([score.tracks[n] for n in members], ppq)
        for n, notes in zip(members, playables, strict=True):
            track = score.tracks[n]
            with located(f"track {track.name!r}"):
                played_on = instrument(track.instrument).name
                head = meta(_TRACK_NAME, _text(track.name)) + meta(_INSTRUMENT, _text(played_on))
                body, last = encode(_track_words(track, notes, ppq), channel)
                made[n] = head + body, last
    return [made[n] for n in range(len(channels))]


def _channels(score: Score) -> list[int]:
    """Return each track's channel: one each, all drums on the one that General MIDI keeps for them."""
    drums = [instrument(track.instrument).is_drums for track in score.tracks]
    melodic = len(drums) - sum(drums)
    if melodic > len(MELODIC_CHANNELS):
        raise InputError(
            Fault(
                f"{melodic} melodic tracks, and a .mid has channels for {len(MELODIC_CHANNELS)}",
                "track",
                "merge some tracks or leave some out",
            )
        )
    free = iter(MELODIC_CHANNELS)
    return [DRUM_CHANNEL if is_drum else next(free) for is_drum in drums]


def _playables(tracks: list[Track], ppq: int) -> list[Playable]:
    """Return what one channel can hold of the notes of the tracks that share it, track by track."""
    parts = []
    for owner, track in enumerate(tracks):
        notes = track.notes
        with located(f"track {track.name!r}"):
            start, end = _ticks(notes["start"], ppq), _ticks(notes["start"] + notes["length"], ppq)
        pitch = np.clip(np.floor(notes["pitch"] + 0.5), 0, 127).astype(np.int64)
        velocity = np.clip(np.floor(127 * notes["velocity"] + 0.5), 1, 127).astype(np.int64)
        parts.append(Playable(start, end, pitch, velocity, np.full(start.size, owner)))
    kept = playable(Playable(*map(np.concatenate, zip(*parts, strict=True))))
    return [kept] if len(tracks) == 1 else [kept.of(owner) for owner in range(len(tracks))]


def _track_words(track: Track, notes: Playable, ppq: int) -> list[Words]:
    return [
        words("program", 0, instrument(track.instrument).program),
        *_pan_words(track.notes, ppq),
        *_control_words(track.controls, ppq),
        *_bend_words(track, ppq),
        words("note_off", notes.end, notes.pitch, _NOTE_OFF_VELOCITY),
        words("note_on", notes.start, notes.pitch, notes.velocity),
    ]


def playable(notes: Playable) -> Playable:
    """Return what one channel can hold of these notes, by pitch and start: see `encode_midi`."""
    order = np.argsort(notes.pitch << 48 | notes.start, kind="stable")
    start, end, pitch, velocity, owner = (column[order] for column in notes)
    end = np.maximum(end, start + 1)
    same_key = pitch[1:] == pitch[:-1]
    again = same_key & (start[1:] == start[:-1])
    if again.any():
        groups = np.flatnonzero(np.concatenate([[True], ~again]))
        end, velocity = np.maximum.reduceat(end, groups), np.maximum.reduceat(velocity, groups)
        start, pitch, owner = start[groups], pitch[groups], owner[groups]
        same_key = pitch[1:] == pitch[:-1]
    end[:-1] = np.where(same_key, np.minimum(end[:-1], start[1:]), end[:-1])
    return Playable(start, end, pitch, velocity, owner)


def _pan_words(notes: Notes, ppq: int) -> list[Words]:
    """Return a pan event at the track's start, and one wherever a note's pan differs from the last."""
    first = _ticks(notes["start"], ppq)
    if not first.size:
        return []
    order = np.argsort(first, kind="stable")
    tick, pan = first[order], np.floor(64.5 + 63 * np.clip(notes["pan"][order], -1, 1)).astype(np.int64)
    last_of_tick = np.append(tick[1:] != tick[:-1], True)
    tick, pan = tick[last_of_tick], pan[last_of_tick]
    changed = np.concatenate([[True], pan[1:] != pan[:-1]])
    tick, pan = tick[changed], pan[changed]
    tick[0] = 0
    return [words("controller", tick, 10, pan)]


def _control_words(controls: Controls, ppq: int) -> list[Words]:
    found = []
    for target, number in CONTROLLERS.items():
        rows = controls[controls["target"] == target]
        if rows.size:
            rows = rows[np.argsort(rows["start"], kind="stable")]
            tick = _ticks(rows["start"], ppq)
            value = np.clip(np.floor(127 * rows["value"] + 0.5), 0, 127).astype(np.int64)
            # The words of one tick are put in order of value: what exceeds its last value would outlast it.
            kept = value <= value[np.searchsorted(tick, tick, side="right") - 1]
            found.append(words("controller", tick[kept], number, value[kept]))
    return found


def _bend_words(track: Track, ppq: int) -> list[Words]:
    """Return the bend range and the bends of a track that needs any, each to half a step of 14 bits.

    The range is the smallest of `BEND_RANGES` that has room. A bend right at its upper end is a step short of it:
    14 bits count to 16383.
    """
    if instrument(track.instrument).is_drums:
        return []
    start, bend = bends(track)
    bent = _ticks(start, ppq)
    begun, part = _parts_of_keys(track.notes, ppq)
    tick = np.union1d(bent, begun)
    if not tick.size:
        return []
    total = np.clip(held(bent, bend, tick, 0.0) + held(begun, part, tick, 0.0), -MOST_BEND, MOST_BEND)
    most = BEND_RANGES[np.searchsorted(BEND_RANGES, np.abs(total).max())]
    number = np.floor(_BEND_CENTRE + _BEND_CENTRE * total / most + 0.5).astype(np.int64)
    number = np.minimum(number, 2 * _BEND_CENTRE - 1)
    changed = np.diff(number, prepend=_BEND_CENTRE) != 0
    tick, number = tick[changed], number[changed]
    return [
        words("rpn_msb", 0, 101, 0),
        words("rpn_lsb", 0, 100, 0),
        words("data_lsb", 0, 38, 0),
        words("data_msb", 0, 6, most),
        words("null_rpn_msb", 0, 101, 127),
        words("null_rpn_lsb", 0, 100, 127),
        words("bend", tick, number & 0x7F, number >> 7),
    ]


def _parts_of_keys(notes: Notes, ppq: int) -> tuple[I8, F8]:
    """Return how far, in semitones, notes are from their keys, and the ticks at which those begin.

    There are none where all pitches are whole, to the finest step that a bend can have, and none where notes that
    are differently far overlap.
    """
    none = np.empty(0, np.int64), np.empty(0)
    pitch = np.ascontiguousarray(notes["pitch"])
    if (np.rint(pitch) == pitch).all():  # the common case, for little
        return none
    part = pitch - np.floor(pitch + 0.5)
    step = np.floor(part * (_BEND_CENTRE / BEND_RANGES[0]) + 0.5)
    if not step.any():
        return none
    start = _ticks(notes["start"], ppq)
    end = np.maximum(_ticks(notes["start"] + notes["length"], ppq), start + 1)
    order = np.argsort(start, kind="stable")
    start, end, part, step = start[order], end[order], part[order], step[order]
    # Whatever sounds where the step changes has another step: the one before it, or one that outlasted that.
    overlaps = (step[1:] != step[:-1]) & (start[1:] < np.maximum.accumulate(end)[:-1])
    return none if overlaps.any() else (start, part)


def _conductor(score: Score, ppq: int) -> tuple[bytes, int]:
    """Return the first track's events (title, tempo map, meter, key, markers) and the tick of the last."""
    events = [(0, _TRACK_NAME, _text(score.title))] if score.title else []
    for beat, bpm in score.tempo.changes:
        quarter = round(6e7 / bpm)  # microseconds
        if not 1 <= quarter < 2**24:
            raise InputError(Fault(f"{bpm} bpm", "tempo", "a .mid holds tempi from 3.6 to 60 million bpm"))
        events.append((_tick(beat, ppq), _TEMPO, quarter.to_bytes(3, "big")))
    meter = score.meter
    clocks = max(1, 96 // meter.unit)  # MIDI clocks a metronome click, 24 to a quarter note
    events.append((0, _METER, bytes([meter.beats, meter.unit.bit_length() - 1, clocks, 8])))
    if score.key is not None:
        events.append((0, _KEY, struct.pack("bB", score.key.sharps, score.key.minor)))
    events += [(_tick(marker.beat, ppq), _MARKER, _text(marker.text)) for marker in score.markers]
    events.sort(key=lambda event: event[0])
    waits = np.diff([tick for tick, _, _ in events], prepend=0)
    data = b"".join(meta(kind, text, int(wait)) for (_, kind, text), wait in zip(events, waits, strict=True))
    return data, events[-1][0]


def _ticks(beats: F8, ppq: int) -> I8:
    with np.errstate(over="ignore"):
        ticks = np.floor(beats * ppq + 0.5)
    fit = (ticks >= 0) & (ticks <= LAST_TICK)  # false for NaN too
    if not fit.all():
        raise InputError(
            Fault(
                f"there is something at beat {beats[~fit][0]}",
                remedy=f"keep beats between 0 and {LAST_TICK // ppq:,}".replace(",", " "),
            )
        )
    return ticks.astype(np.int64)


def _tick(beat: float, ppq: int) -> int:
    return int(_ticks(np.array([beat]), ppq)[0])


def _text(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _chunk(body: bytes) -> bytes:
    return b"MTrk" + struct.pack(">I", len(body)) + body
