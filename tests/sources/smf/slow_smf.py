"""What a Standard MIDI File holds, worked out byte by byte and event by event in plain Python.

This is the oracle of the reader's tests: it shares no code with composer/sources, and is written to be read, not to be
fast. `parsed` turns bytes into events, `interpreted` events into what a score holds; `mido_events` brings what mido
finds in a file into the same shape.
"""

from __future__ import annotations

import contextlib
import io
import struct
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

import mido

from composer.instruments import instruments
from composer.score import Score

PROGRAMS = list(instruments())[:128]
TARGETS = {
    1: "modulation",
    2: "breath",
    7: "volume",
    11: "expression",
    64: "sustain",
    71: "resonance",
    74: "brightness",
    91: "reverb",
    93: "chorus",
}
MAJOR = "Cb Gb Db Ab Eb Bb F C G D A E B F# C#".split()
MINOR = "Ab Eb Bb F C G D A E B F# C# G# D# A#".split()


class Refused(Exception):
    """These bytes are no Standard MIDI File."""


class Event(NamedTuple):
    """One event: a channel's message, or with status 0xFF a meta event with its kind and data."""

    tick: int
    status: int
    one: int = 0
    two: int = 0
    data: bytes = b""


class Parsed(NamedTuple):
    """A file's type, division and events, track by track, with the tick at which each track ends."""

    kind: int
    division: int
    tracks: list[list[Event]]
    ends: list[int]


class Bytes:
    """Bytes that are read one after another, up to a limit."""

    def __init__(self, data: bytes, at: int, stop: int) -> None:
        self.data, self.at, self.stop = data, at, stop

    def one(self) -> int:
        return self.some(1)[0]

    def some(self, count: int) -> bytes:
        if self.at + count > self.stop:
            raise Refused
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        value = 0
        for _ in range(4):
            byte = self.one()
            value = 128 * value + byte % 128
            if byte < 128:
                return value
        raise Refused


def parsed(data: bytes) -> Parsed:
    """Return the events of a file; raise Refused where it is not whole."""
    if data[:4] != b"MThd" or len(data) < 14:
        raise Refused
    size, kind, count, division = struct.unpack(">IHHH", data[4:14])
    if size < 6 or kind > 2 or count == 0 or division == 0:
        raise Refused
    if division >= 0x8000 and (256 - division // 256 not in (24, 25, 29, 30) or division % 256 == 0):
        raise Refused
    at = 8 + size
    tracks, ends = [], []
    while len(tracks) < count:
        if at + 8 > len(data) or data[at : at + 4] == b"MThd":
            raise Refused
        (length,) = struct.unpack(">I", data[at + 4 : at + 8])
        if data[at : at + 4] == b"MTrk":
            events, end = track_events(data, at + 8, at + 8 + length)
            tracks.append(events)
            ends.append(end)
        at += 8 + length
    return Parsed(kind, division, tracks, ends)


def track_events(data: bytes, start: int, stop: int) -> tuple[list[Event], int]:
    """Return the events of one track, and the tick at which it ends."""
    source = Bytes(data, start, min(stop, len(data)))
    tick, last, found = 0, 0, []
    while source.at < source.stop:
        tick += source.number()
        status = source.one()
        if status < 0x80:
            if not last:
                raise Refused
            source.at -= 1
            status = last
        if status < 0xF0:
            last = status
            both = [min(byte, 127) for byte in source.some(1 if status // 16 in (12, 13) else 2)]
            found.append(Event(tick, status, *both))
        elif status in (0xF0, 0xF7):
            source.some(source.number())
        elif status == 0xFF:
            kind = source.one()
            found.append(Event(tick, status, kind, 0, source.some(source.number())))
            if kind == 0x2F:
                return found, tick
        elif status in (0xF1, 0xF3, 0xF2, 0xF6):
            source.some({0xF1: 1, 0xF3: 1, 0xF2: 2, 0xF6: 0}[status])
            last = 0
        elif status in (0xF4, 0xF5, 0xF9, 0xFD):
            raise Refused
    if stop > len(data):
        raise Refused
    return found, tick


def mido_events(data: bytes) -> Parsed:
    """Return the events of a file as mido reads them; raises whatever mido raises."""
    file = mido.MidiFile(file=io.BytesIO(data), charset="latin-1", clip=True)
    tracks, ends = [], []
    for track in file.tracks:
        tick, found = 0, []
        for message in track:
            tick += message.time
            if message.is_meta:
                raw = message.bytes()
                size = 3
                while raw[size - 1] >= 128:
                    size += 1
                found.append(Event(tick, 0xFF, raw[1], 0, bytes(raw[size:])))
            elif message.type != "sysex":
                raw = [*message.bytes(), 0, 0]
                found.append(Event(tick, *raw[:3]))
        tracks.append(found)
        ends.append(tick)
    return Parsed(file.type, file.ticks_per_beat % 2**16, tracks, ends)


class Note(NamedTuple):
    """A note in ticks and 7-bit numbers."""

    start: int
    end: int
    key: int
    velocity: int
    pan: int


@dataclass
class Line:
    """A channel of a port, as it is set at the time."""

    program: int = 0
    bank: tuple[int, int] | None = None  # of the program
    selected: dict[int, int] = field(default_factory=dict)  # by controllers 0 and 32, for the next program
    pan: int = 64
    parameter: dict[str, int] = field(default_factory=dict)
    registered: bool = False
    span: dict[str, int] = field(default_factory=lambda: {"semitones": 2, "cents": 0})
    wheel: int = 8192
    bend: Fraction = Fraction(0)
    controls: list[tuple[int, str, Fraction]] = field(default_factory=list)

    def control(self, tick: int, number: int, value: int) -> None:
        if number in (0, 32):
            self.selected[number] = value
        elif number == 10:
            self.pan = value
        elif number in TARGETS:
            self.controls.append((tick, TARGETS[number], Fraction(value, 127)))
        elif number in (98, 99):
            self.registered = False
        elif number in (100, 101):
            self.registered = True
            self.parameter["low" if number == 100 else "high"] = value
        elif number in (6, 38) and self.registered and self.parameter == {"low": 0, "high": 0}:
            self.span["semitones" if number == 6 else "cents"] = value
            self.bent(tick)
        elif number == 121:
            self.registered = False
            self.wheel = 8192
            self.bent(tick)

    def bent(self, tick: int) -> None:
        span = self.span["semitones"] + Fraction(self.span["cents"], 100)
        bend = min(max((self.wheel - 8192) * span / 8192, Fraction(-24)), Fraction(24))
        if bend != self.bend:
            self.bend = bend
            self.controls.append((tick, "bend", bend))


@dataclass
class Heard:
    """What is in a file, by the file's own numbers."""

    ticks_a_beat: Fraction
    tracks: list[tuple[bytes, str, list[Note], list[tuple[int, str, Fraction]], tuple[int, int] | None]]
    tempi: dict[int, Fraction]
    meter: tuple[int, int]
    key: tuple[str, int, bool] | None
    markers: list[tuple[int, bytes]]
    title: bytes


def interpreted(file: Parsed) -> Heard:
    """Return what the events of a file mean; raise Refused where they mean nothing."""
    shifts = [sum(file.ends[:n]) if file.kind == 2 else 0 for n in range(len(file.tracks))]
    tempi = dict.fromkeys(shifts, Fraction(120)) | {0: Fraction(120)}
    merged = [
        (event.tick + shift, n, k, event)
        for n, (track, shift) in enumerate(zip(file.tracks, shifts, strict=True))
        for k, event in enumerate(track)
    ]
    lines: dict[tuple[Any, ...], Line] = defaultdict(Line)
    ports: list[tuple[int, bytes]] = [(0, b"")] * len(file.tracks)
    order: list[tuple[int, bytes]] = [(0, b"")]
    groups: dict[tuple[Any, ...], list[list[int]]] = defaultdict(list)
    waiting: dict[tuple[Any, ...], list[list[int]]] = defaultdict(list)
    names: dict[int, bytes] = {}
    markers, meters, keys = [], [], []
    for events in file.tracks:  # ports are counted as they come in the file
        port, device = 0, b""
        for event in events:
            if event.status == 0xFF and event.one in (0x21, 0x09):
                port, device = said_port(event, port, device)
                if (port, device) not in order:
                    order.append((port, device))
    for tick, n, _, event in sorted(merged, key=lambda row: row[:3]):
        line_of = lines[ports[n], event.status % 16]
        sort = event.status // 16
        voice = (n, ports[n], event.status % 16, event.one)
        if sort == 9 and event.two > 0:
            note = [tick, file.ends[n] + shifts[n], event.one, event.two, line_of.pan]
            bank = (-1, -1) if line_of.bank is None else line_of.bank
            groups[n, order.index(ports[n]), event.status % 16, bank, line_of.program].append(note)
            waiting[voice].append(note)
        elif sort in (8, 9):
            if waiting[voice]:
                waiting[voice].pop(0)[1] = tick
        elif sort == 11:
            line_of.control(tick, event.one, event.two)
        elif sort == 12:
            line_of.program = event.one
            if line_of.selected:
                line_of.bank = (line_of.selected.get(0, 0), line_of.selected.get(32, 0))
        elif sort == 14:
            line_of.wheel = event.one + 128 * event.two
            line_of.bent(tick)
        elif event.status == 0xFF:
            said = event.data
            if event.one in (0x21, 0x09):
                ports[n] = said_port(event, *ports[n])
            elif event.one == 3:
                names.setdefault(n, said)
            elif event.one == 6:
                markers.append((tick, said))
            elif event.one == 0x51:
                if len(said) < 3 or said[:3] == bytes(3):
                    if len(said) < 3 or file.kind != 2 or event.tick != file.ends[n]:
                        raise Refused
                elif file.kind != 2 or event.tick != file.ends[n]:
                    tempi[tick] = Fraction(60_000_000, said[0] * 65536 + said[1] * 256 + said[2])
            elif event.one == 0x58:
                if len(said) < 2:
                    raise Refused
                if said[0] and said[1] < 8:
                    meters.append((said[0], 2 ** said[1]))
            elif event.one == 0x59:
                if len(said) < 2:
                    raise Refused
                sharps = said[0] - 256 * (said[0] > 127)
                if -7 <= sharps <= 7 and said[1] < 2:
                    tonic = (MINOR if said[1] else MAJOR)[sharps + 7]
                    keys.append((f"{tonic} {'minor' if said[1] else 'major'}", sharps, said[1] == 1))
    tracks = []
    for (n, port, channel, bank, program), rows in sorted(groups.items(), key=lambda item: item[0]):
        alone = len({group[:3] for group in groups if group[0] == n}) == 1
        played_on = "drums" if channel == 9 else PROGRAMS[program]
        name = names.get(n, b"") if alone else b""
        controls = lines[order[port], channel].controls
        tracks.append((name, played_on, [Note(*row) for row in rows], controls, None if bank[0] < 0 else bank))
    by_frames = file.division >= 0x8000
    rates = {24: Fraction(24), 25: Fraction(25), 29: Fraction(30000, 1001), 30: Fraction(30)}
    a_beat = rates[256 - file.division // 256] * (file.division % 256) / 2 if by_frames else Fraction(file.division)
    return Heard(
        a_beat,
        tracks,
        {0: Fraction(120)} if by_frames else tempi,
        meters[0] if meters else (4, 4),
        keys[0] if keys else None,
        markers,
        names.get(0, b""),
    )


def said_port(event: Event, port: int, device: bytes) -> tuple[int, bytes]:
    """Return the port and the device after an event that names one of them."""
    if event.one == 0x21:
        return (event.data[0] if event.data else 0), device
    return port, event.data


def assert_holds(score: Score, heard: Heard) -> None:
    """Assert that a score holds what was heard, to the last bits of a float, and names in some encoding."""
    a_beat = heard.ticks_a_beat

    def near(value: float, exact: Fraction) -> bool:
        return abs(value - exact) <= abs(exact) * Fraction(1, 2**51)

    assert [track.instrument for track in score.tracks] == [row[1] for row in heard.tracks]
    assert [track.bank for track in score.tracks] == [row[4] for row in heard.tracks]
    for track, (name, played_on, notes, controls, _) in zip(score.tracks, heard.tracks, strict=True):
        assert track.name in (readings(name) if name else {played_on})
        assert len(track.notes) == len(notes)
        for mine, note in zip(track.notes.tolist(), notes, strict=True):
            start, length, pitch, velocity, pan, row = mine
            assert near(start, note.start / a_beat) and near(length, (note.end - note.start) / a_beat), (mine, note)
            assert (pitch, velocity, row) == (note.key, note.velocity / 127, -1)
            assert pan == max((note.pan - 64) / 63, -1)
        assert [target for _, target, _ in track.controls.tolist()] == [target for _, target, _ in controls]
        for (at, _, found), (tick, _, value) in zip(track.controls.tolist(), controls, strict=True):
            assert near(at, tick / a_beat) and near(found, value), (at, found, tick, value)
    assert len(score.tempo.changes) == len(heard.tempi)
    for (beat, bpm), tick in zip(score.tempo.changes, sorted(heard.tempi), strict=True):
        assert near(beat, tick / a_beat) and near(bpm, heard.tempi[tick])
    assert (score.meter.beats, score.meter.unit) == heard.meter
    assert (score.key and (score.key.name, score.key.sharps, score.key.minor)) == heard.key
    assert len(score.markers) == len(heard.markers)
    for marker, (tick, text) in zip(score.markers, heard.markers, strict=True):
        assert near(marker.beat, tick / a_beat) and marker.text in readings(text)
    assert score.title in readings(heard.title)


def readings(text: bytes) -> set[str]:
    """Return all that a name may be read as."""
    found = set()
    for encoding in ("utf-8", "cp932", "latin-1"):
        with contextlib.suppress(UnicodeDecodeError):
            found.add(text.decode(encoding))
    return found
