"""Writes a score as a Standard MIDI File: a conductor track, then one track an instrument.

numpy encodes all notes of a track at once; the only loops are over tracks, channels and texts. Here, and nowhere
else, positions become ticks (rounded once, from absolute beats: ends, never lengths), velocity becomes 1..127 and
pan 1..127 with 64 in the middle (MIDI's RP-036: 0 and 1 are both hard left).

Where notes of a track that sound together differ in pan or in what brings them between the keys, they are given
channels of their own, as far as there are any (see `channels`).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import numpy as np
from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.errors import Fault, InputError, located
from composer.instruments import instrument
from composer.outputs.channels import DRUM_CHANNEL, MELODIC, Seat, clashes, seats, voices, wanted, zones
from composer.outputs.conductor import DEVICE, INSTRUMENT, LYRIC, PORT, TRACK_NAME, conductor, encoded, key_signature
from composer.outputs.controls import Pace, bend_words, control_words, pan_words
from composer.outputs.events import (
    Words,
    delta_time,
    encode,
    meta,
    no_parameter,
    renumbered,
    text_words,
    words,
)
from composer.outputs.keys import ENCODINGS, rounded
from composer.outputs.sheet import Sheet, sheet_of
from composer.outputs.ticks import tick_of
from composer.progress import Report, unheard
from composer.score import Bank, Key, Score
from composer.units import I8

MOST_PORTS = 128
_END = 0x2F
_NOTE_OFF_VELOCITY = 64  # what a keyboard without release velocity sends

Tuning = Literal["bend", "mpe", "mts", "round"]
KeyIn = Literal["tracks", "conductor"]


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
class Manner:
    """How a file is written, for all of its tracks: ticks a beat, type, ports, ticks to seconds, whom bends are for.

    `key` is what each melodic track is to tell.
    """

    ppq: int
    kind: int
    ports: int
    pace: Pace
    player: str
    key: Key | None


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
    channels: Annotated[
        int, Interval(ge=1, le=15), Doc("the most that a track takes for notes of different bends or pans")
    ] = 15,
    key_in: Annotated[
        KeyIn,
        Doc("where the key signature is: also in each melodic track, as MuseScore needs it, or with the tempo alone"),
    ] = "tracks",
    *,
    report: Report = unheard,
) -> None:
    """A Standard MIDI File, with each track on a channel of its own."""
    for part, path in zip(_in_files(score, split), paths, strict=True):
        path.write_bytes(encode_midi(part, ppq, tuning, type, report, player, channels, key_in))


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
    report: Report = unheard,
    player: str = "any",
    channels: int = len(MELODIC),
    key_in: KeyIn = "tracks",
) -> bytes:
    """Return the score as the bytes of a Standard MIDI File of type 0 or 1.

    Notes of one pitch on one channel never overlap: the earlier ends where the later begins, and those that
    begin together become one, the loudest and longest. Every note lasts at least one tick. More than fifteen melodic
    tracks take more ports. A track takes `channels` at most, an MPE zone apart. `report` is told of notes for which
    there is no channel of their own. Raises InputError for positions that are negative, not finite or too far out, and
    for what an encoding or the type cannot hold.
    """
    sheets = _sheets(score, ppq, tuning)
    placed = _seats(sheets, ppq, channels)
    ports = max((seat.port for seat in placed), default=0) + 1
    if ports > MOST_PORTS or (kind == 0 and ports > 1):
        what = f"{len(sheets)} tracks need {ports} ports"
        raise InputError(Fault(what, "track", "merge some tracks" if kind else "use type = 1, or merge some tracks"))
    names = ["", *(track.name for track in score.tracks)]
    key = score.key if kind and key_in == "tracks" else None
    manner = Manner(ppq, kind, ports, lambda ticks: score.tempo.seconds(ticks / ppq), player, key)
    parts = [conductor(score, ppq), *_bodies(sheets, placed, manner, report)]
    if kind == 0:
        names, parts = [""], [_merged(parts)]
    bodies = [_encoded(name, *part) for name, part in zip(names, parts, strict=True)]
    end = max(last for _, last in bodies)
    chunks = [_chunk(body, end - last) for body, last in bodies]
    return b"MThd" + struct.pack(">IHHH", 6, kind, len(chunks), ppq) + b"".join(chunks)


def channels_wanted(score: Score, ppq: int = 960) -> list[int]:
    """Return how many melodic channels each track wants, so that none of its notes bends or pans another: 0 for drums.

    With fewer than that of a port's fifteen, `encode_midi` does what it can.
    """
    return _wants(_sheets(score, ppq, "bend"), ppq, len(MELODIC))


def _sheets(score: Score, ppq: int, tuning: Tuning) -> list[Sheet]:
    return [
        sheet_of(n, track, ppq, rounded if instrument(track.instrument).is_drums else ENCODINGS[tuning])
        for n, track in enumerate(score.tracks)
    ]


def _seats(sheets: Sequence[Sheet], ppq: int, most: int) -> list[Seat]:
    if any(sheet.keys.zone for sheet in sheets):
        return zones([not sheet.player.is_drums for sheet in sheets])
    return seats(_wants(sheets, ppq, most))


def _wants(sheets: Sequence[Sheet], ppq: int, most: int) -> list[int]:
    return [
        0 if sheet.player.is_drums else wanted(sheet.start, sheet.end, sheet.state, most, sheet.rest(ppq))
        for sheet in sheets
    ]


def _bodies(
    sheets: Sequence[Sheet], placed: Sequence[Seat], manner: Manner, report: Report
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
                made[n] = _track(sheets[n], placed[n], own, parts[owner].channel, manner)
    return [made[n] for n in range(len(sheets))]


def _playable(sheet: Sheet, seat: Seat, owner: int, report: Report) -> Playable:
    members = np.array(sheet.members(seat.channels))
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


def _track(sheet: Sheet, seat: Seat, notes: Playable, channel: I8, manner: Manner) -> tuple[list[Words], list[bytes]]:
    """Return the words and texts of a track; `channel` (n,) is that of each note of its sheet.

    In an MPE zone, what holds for all notes goes to the master alone (M1-100-UM), but the instrument: a receiver
    that knows no zones needs it on each channel.
    """
    track, player, ppq = sheet.track, sheet.player, manner.ppq
    every, members = np.array(seat.channels), np.array(sheet.members(seat.channels))
    texts = [meta(TRACK_NAME, encoded(track.name)), meta(INSTRUMENT, encoded(player.name))] if manner.kind else []
    if manner.ports > 1:
        texts += [meta(DEVICE, encoded(f"Port {seat.port + 1}")), meta(PORT, bytes([seat.port]))]
    if manner.key is not None and not player.is_drums:
        texts.append(key_signature(manner.key))
    texts += sheet.keys.messages(seat.channels)
    parts = [
        text_words("head", np.zeros(len(texts), np.int64)),
        *_bank_words(track.bank, every),
        words("program", 0, player.program, 0, every),
        *pan_words(sheet, channel, every, manner.player),
        *control_words(sheet, np.array(sheet.common(seat.channels)), ppq, manner.pace),
        words("note_off", notes.end, notes.pitch, _NOTE_OFF_VELOCITY, notes.channel),
        words("note_on", notes.start, notes.pitch, notes.velocity, notes.channel),
        text_words("lyric", [tick_of(lyric.beat, ppq) for lyric in track.lyrics], len(texts)),
    ]
    texts += [meta(LYRIC, encoded(lyric.text)) for lyric in track.lyrics]
    if not player.is_drums:
        set_up = sheet.keys.set_up(seat.channels)
        set_up += bend_words(sheet, channel, members, ppq, manner.pace, manner.player)
        parts += [*set_up, *no_parameter(every)] if set_up else []
    return parts, texts


def _bank_words(bank: Bank | None, every: I8) -> list[Words]:
    """Return what selects a bank, for the program that follows; nothing where none is asked for."""
    if bank is None:
        return []
    return [words("bank_msb", 0, 0, bank[0], every), words("bank_lsb", 0, 32, bank[1], every)]


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
