"""Writes a score as a Standard MIDI File: a conductor track, then one track an instrument.

numpy encodes all notes of a track at once; the only loops are over tracks, channels and texts. Here, and nowhere
else, positions become ticks (rounded once, from absolute beats: ends, never lengths), velocity becomes 1..127 and
pan 1..127 with 64 in the middle (MIDI's RP-036: 0 and 1 are both hard left).

Where notes of a track that sound together differ in pan or in what brings them between the keys, they are given
channels of their own, as far as there are any (see `channels`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import numpy as np
from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.errors import Fault, InputError, located
from composer.instruments import instrument
from composer.outputs.channels import DRUM_CHANNEL, MELODIC, Seat, clashes, seats, voices, wanted, zones
from composer.outputs.conductor import DEVICE, INSTRUMENT, LYRIC, PORT, TRACK_NAME, conductor, encoded
from composer.outputs.events import (
    Words,
    delta_time,
    encode,
    meta,
    no_parameter,
    parameter,
    renumbered,
    text_words,
    words,
)
from composer.outputs.keys import BEND_STEPS, ENCODINGS, PLAYERS, Keys, rounded
from composer.outputs.performance import bends, held
from composer.outputs.ticks import tick_of, ticks_of
from composer.score import CONTROLLERS, MOST_BEND, Score, Track
from composer.units import I8

TAIL = 0.5  # beats: after its end a note may still ring, and its channel is better not bent
BEND_RANGES = np.array([2, 12, 24, 48])  # semitones; 2 is what a synthesiser has at power-on
MOST_PORTS = 128
_END = 0x2F
_NOTE_OFF_VELOCITY = 64  # what a keyboard without release velocity sends
_BEND_STEP = 2 / BEND_STEPS  # semitones: the finest that a bend can be told

Tuning = Literal["bend", "mpe", "mts", "round"]


class Playable(NamedTuple):
    """Notes as channels hold them, each (n,): ticks, 7-bit numbers, the channel, and whose track they are."""

    start: I8
    end: I8
    pitch: I8
    velocity: I8
    channel: I8
    owner: I8

    def of(self, owner: int) -> Playable:
        """Return the notes of one track."""
        return Playable(*(column[self.owner == owner] for column in self))


@dataclass(frozen=True)
class Sheet:
    """A track with its notes in order of start, each (n,): start and end in ticks, pan 1..127, and keys."""

    track: Track
    start: I8
    end: I8
    pan: I8
    velocity: I8
    keys: Keys
    player: str = "any"

    @property
    def above(self) -> I8:
        """How far each note is bent from its key, in the finest steps that there are."""
        steps: I8 = np.floor(self.keys.above / _BEND_STEP + 0.5).astype(np.int64)
        return steps

    @property
    def state(self) -> I8:
        """What a channel has to have for each note: two that differ cannot share one while they sound together."""
        if self.keys.zone:
            return np.arange(self.start.size, dtype=np.int64)
        return (256 * self.above + self.pan).astype(np.int64)

    def rest(self, ppq: int) -> int:
        """Return for how many ticks a channel should be silent before it is bent to another pitch."""
        return round(TAIL * ppq) if self.above.any() else 0


def write_midi(
    score: Score,
    paths: Sequence[Path],
    ppq: Annotated[int, Interval(ge=24, le=32767), Unit("ticks"), Doc("ticks a beat")] = 960,
    tuning: Annotated[
        Tuning,
        Doc("how pitches between the keys are written: by bends, as an MPE zone, by tuning the keys (MTS), or not"),
    ] = "bend",
    player: Annotated[
        Literal["any", "fluidsynth"], Doc("what the bends are for: FluidSynth floors pitches to whole cents")
    ] = "any",
    type: Annotated[Literal[0, 1], Doc("1: a track for each instrument; 0: all in one")] = 1,
    split: Annotated[
        Literal["ports", "files"], Doc("where more than fifteen melodic tracks go: to further ports, or files")
    ] = "ports",
    *,
    report: Callable[[str], None] = lambda line: None,
) -> None:
    """A Standard MIDI File, with each track on a channel of its own."""
    for part, path in zip(_in_files(score, split), paths, strict=True):
        path.write_bytes(encode_midi(part, ppq, tuning, type, report, player))


def midi_files(score: Score, split: str) -> tuple[str, ...]:
    """Return what is added to the names of the files: they are numbered from the second on."""
    return tuple(f"-{n + 1}" if n else "" for n in range(len(_in_files(score, split))))


def _in_files(score: Score, split: str) -> list[Score]:
    """Return the score, or one for every fifteen of its melodic tracks if it is to be `split` into files.

    The drums are in the first.
    """
    melodic = [n for n, track in enumerate(score.tracks) if not instrument(track.instrument).is_drums]
    if split != "files" or len(melodic) <= len(MELODIC):
        return [score]
    groups = [set(melodic[n : n + len(MELODIC)]) for n in range(0, len(melodic), len(MELODIC))]
    groups[0] |= set(range(len(score.tracks))) - set(melodic)
    return [replace(score, tracks=tuple(score.tracks[n] for n in sorted(group))) for group in groups]


def encode_midi(
    score: Score,
    ppq: int = 960,
    tuning: Tuning = "bend",
    kind: int = 1,
    report: Callable[[str], None] = lambda line: None,
    player: str = "any",
) -> bytes:
    """Return the score as the bytes of a Standard MIDI File of type 0 or 1.

    Notes of one pitch on one channel never overlap: the earlier ends where the later begins, and those that
    begin together become one, the loudest and longest. Every note lasts at least one tick. More than fifteen melodic
    tracks take more ports. `report` is told of notes for which there is no channel of their own. Raises InputError
    for positions that are negative, not finite or too far out, and for what an encoding or the type cannot hold.
    """
    sheets = [replace(_sheet(n, track, ppq, tuning), player=player) for n, track in enumerate(score.tracks)]
    placed = _seats(sheets, ppq)
    ports = max((seat.port for seat in placed), default=0) + 1
    if ports > MOST_PORTS or (kind == 0 and ports > 1):
        what = f"{len(sheets)} tracks need {ports} ports"
        raise InputError(Fault(what, "track", "merge some tracks" if kind else "use type = 1, or merge some tracks"))
    names = ["", *(track.name for track in score.tracks)]
    parts = [conductor(score, ppq), *_bodies(sheets, placed, ports, ppq, kind, report)]
    if kind == 0:
        names, parts = [""], [_merged(parts)]
    bodies = [_encoded(name, *part) for name, part in zip(names, parts, strict=True)]
    end = max(last for _, last in bodies)
    chunks = [_chunk(body, end - last) for body, last in bodies]
    return b"MThd" + struct.pack(">IHHH", 6, kind, len(chunks), ppq) + b"".join(chunks)


def _sheet(number: int, track: Track, ppq: int, tuning: Tuning) -> Sheet:
    notes = track.notes
    with located(f"track {track.name!r}"):
        start, end = ticks_of(notes["start"], ppq), ticks_of(notes["start"] + notes["length"], ppq)
        order = np.argsort(start, kind="stable")
        encoding = rounded if instrument(track.instrument).is_drums else ENCODINGS[tuning]
        keys = encoding(np.ascontiguousarray(notes["pitch"])[order], number)
    velocity = np.clip(np.floor(127 * notes["velocity"] + 0.5), 1, 127).astype(np.int64)
    pan = np.floor(64.5 + 63 * np.clip(notes["pan"], -1, 1)).astype(np.int64)
    return Sheet(track, start[order], np.maximum(end, start + 1)[order], pan[order], velocity[order], keys)


def _seats(sheets: Sequence[Sheet], ppq: int) -> list[Seat]:
    drums = [instrument(sheet.track.instrument).is_drums for sheet in sheets]
    if any(sheet.keys.zone for sheet in sheets):
        return zones([not is_drum for is_drum in drums])
    wants = [
        0 if is_drum else wanted(sheet.start, sheet.end, sheet.state, len(MELODIC), sheet.rest(ppq))
        for sheet, is_drum in zip(sheets, drums, strict=True)
    ]
    return seats(wants)


def _bodies(
    sheets: Sequence[Sheet], placed: Sequence[Seat], ports: int, ppq: int, kind: int, report: Callable[[str], None]
) -> list[tuple[list[Words], list[bytes]]]:
    """Return each track's words and texts."""
    held_by_drums = [n for n, seat in enumerate(placed) if seat.channels == (DRUM_CHANNEL,)]
    alone = [[n] for n in range(len(sheets)) if n not in held_by_drums]
    made: dict[int, tuple[list[Words], list[bytes]]] = {}
    for members in [*alone, *([held_by_drums] if held_by_drums else [])]:  # who shares a channel shares its keys
        parts = [_playable(sheets[n], placed[n], owner, report) for owner, n in enumerate(members)]
        kept = playable(Playable(*map(np.concatenate, zip(*parts, strict=True))))
        for owner, n in enumerate(members):
            own = kept if len(members) == 1 else kept.of(owner)
            with located(f"track {sheets[n].track.name!r}"):
                made[n] = _track(sheets[n], placed[n], own, parts[owner].channel, ports, ppq, kind)
    return [made[n] for n in range(len(sheets))]


def _playable(sheet: Sheet, seat: Seat, owner: int, report: Callable[[str], None]) -> Playable:
    members = np.array(seat.channels[1:] if sheet.keys.zone else seat.channels)
    voice = voices(sheet.start, sheet.end, sheet.state, members.size)
    if sheet.above.any() and (strangers := clashes(sheet.start, sheet.end, sheet.above, voice)):
        report(
            f"track {sheet.track.name!r}: {strangers} of {sheet.start.size} notes have no channel of their own, and "
            f"bend others that still sound"
        )
    owners = np.full(sheet.start.size, owner)
    return Playable(sheet.start, sheet.end, sheet.keys.key, sheet.velocity, members[voice], owners)


def playable(notes: Playable) -> Playable:
    """Return what channels can hold of these notes, by channel, pitch and start: see `encode_midi`."""
    order = np.argsort(notes.channel << 55 | notes.pitch << 48 | notes.start, kind="stable")
    start, end, pitch, velocity, channel, owner = (column[order] for column in notes)
    end = np.maximum(end, start + 1)
    same_key = (pitch[1:] == pitch[:-1]) & (channel[1:] == channel[:-1])
    again = same_key & (start[1:] == start[:-1])
    if again.any():
        groups = np.flatnonzero(np.concatenate([[True], ~again]))
        end, velocity = np.maximum.reduceat(end, groups), np.maximum.reduceat(velocity, groups)
        start, pitch, channel, owner = start[groups], pitch[groups], channel[groups], owner[groups]
        same_key = (pitch[1:] == pitch[:-1]) & (channel[1:] == channel[:-1])
    end[:-1] = np.where(same_key, np.minimum(end[:-1], start[1:]), end[:-1])
    return Playable(start, end, pitch, velocity, channel, owner)


def _track(
    sheet: Sheet, seat: Seat, notes: Playable, channel: I8, ports: int, ppq: int, kind: int
) -> tuple[list[Words], list[bytes]]:
    """Return the words and texts of a track; `channel` (n,) is that of each note of its sheet."""
    track, every = sheet.track, np.array(seat.channels)
    player = instrument(track.instrument)
    texts = [meta(TRACK_NAME, encoded(track.name)), meta(INSTRUMENT, encoded(player.name))] if kind else []
    if ports > 1:
        texts += [meta(DEVICE, encoded(f"Port {seat.port + 1}")), meta(PORT, bytes([seat.port]))]
    texts += sheet.keys.messages
    parts = [
        text_words("head", np.zeros(len(texts), np.int64)),
        words("program", 0, player.program, 0, every),
        *_pan_words(sheet, channel, every),
        *_control_words(track, every, ppq),
        words("note_off", notes.end, notes.pitch, _NOTE_OFF_VELOCITY, notes.channel),
        words("note_on", notes.start, notes.pitch, notes.velocity, notes.channel),
        text_words("lyric", [tick_of(lyric.beat, ppq) for lyric in track.lyrics], len(texts)),
    ]
    texts += [meta(LYRIC, encoded(lyric.text)) for lyric in track.lyrics]
    set_up = [] if player.is_drums else [*sheet.keys.set_up(seat.channels), *_bend_words(sheet, channel, every, ppq)]
    if set_up:
        parts += [*set_up, *no_parameter(every)]
    return parts, texts


def _pan_words(sheet: Sheet, channel: I8, every: I8) -> list[Words]:
    """Return a pan event at the start of each channel, and one wherever a note's pan differs from the last there."""
    found = []
    for member in every:
        own = slice(None) if every.size == 1 else channel == member
        tick, pan = sheet.start[own], sheet.pan[own]
        if not tick.size:
            continue
        last_of_tick = np.append(tick[1:] != tick[:-1], True)
        tick, pan = tick[last_of_tick], pan[last_of_tick]
        changed = np.concatenate([[True], pan[1:] != pan[:-1]])
        tick, pan = tick[changed], pan[changed]
        tick[0] = 0
        found.append(words("controller", tick, 10, pan, member))
    return found


def _control_words(track: Track, every: I8, ppq: int) -> list[Words]:
    found = []
    for target, number in CONTROLLERS.items():
        rows = track.controls[track.controls["target"] == target]
        if rows.size:
            rows = rows[np.argsort(rows["start"], kind="stable")]
            tick = ticks_of(rows["start"], ppq)
            value = np.clip(np.floor(127 * rows["value"] + 0.5), 0, 127).astype(np.int64)
            # The words of one tick are put in order of value: what exceeds its last value would outlast it.
            kept = value <= value[np.searchsorted(tick, tick, side="right") - 1]
            tick, value = tick[kept], value[kept]
            found += [words("controller", tick, number, value, member) for member in every]
    return found


def _bend_words(sheet: Sheet, channel: I8, every: I8, ppq: int) -> list[Words]:
    """Return the bend range and the bends of a track that needs any, each to half a step of 14 bits.

    The range is the encoding's own, or the smallest of `BEND_RANGES` that has room. A bend right at its upper end is
    a step short of it: 14 bits count to 16383.
    """
    start, bend = bends(sheet.track)
    bent = ticks_of(start, ppq)
    above = sheet.keys.above if sheet.above.any() else np.zeros(sheet.start.size)
    members = every[1:] if sheet.keys.zone else every
    totals = []
    for member in members:
        own = slice(None) if every.size == 1 else channel == member
        begun = sheet.start[own] if above.any() else np.empty(0, np.int64)
        tick = np.union1d(bent, begun)
        held_there = held(bent, bend, tick, 0.0)
        if begun.size:
            held_there = held_there + held(begun, above[own], tick, 0.0)
        totals.append((member, tick, np.clip(held_there, -MOST_BEND - 0.5, MOST_BEND + 0.5)))
    most = max((float(np.abs(total).max(initial=0.0)) for _, _, total in totals), default=0.0)
    if not most and not any(tick.size for _, tick, _ in totals):
        return []
    reach = sheet.keys.reach or int(BEND_RANGES[np.searchsorted(BEND_RANGES, most)])
    found = [] if sheet.keys.reach else parameter("range", reach, members)
    for member, tick, total in totals:
        number = np.clip(PLAYERS[sheet.player](total, reach), -BEND_STEPS, BEND_STEPS - 1).astype(np.int64) + BEND_STEPS
        changed = np.diff(number, prepend=BEND_STEPS) != 0
        tick, number = tick[changed], number[changed]
        found.append(words("bend", tick, number & 0x7F, number >> 7, member))
    return found


def _merged(parts: Sequence[tuple[list[Words], list[bytes]]]) -> tuple[list[Words], list[bytes]]:
    """Return the words and texts of several tracks as those of one."""
    events: list[Words] = []
    texts: list[bytes] = []
    for own, told in parts:
        for part in own:
            events.append(renumbered(part, len(texts)))
        texts += told
    return events, texts


def _encoded(name: str, events: list[Words], texts: list[bytes]) -> tuple[bytes, int]:
    if not name:
        return encode(events, texts)
    with located(f"track {name!r}"):
        return encode(events, texts)


def _chunk(body: bytes, wait: int) -> bytes:
    whole = body + delta_time(wait) + meta(_END, b"")
    return b"MTrk" + struct.pack(">I", len(whole)) + whole
