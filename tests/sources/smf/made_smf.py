"""Random Standard MIDI Files: tracks of events, written by an encoder of these tests or by mido."""

from __future__ import annotations

import io
import random
import struct

import mido
from slow_smf import Event

DIVISIONS = (1, 24, 96, 480, 960, 32767)
FILM = (0xE828, 0xE728, 0xE364, 0xE250)
WAITS = (0, 0, 0, 1, 5, 48, 96, 127, 128, 480, 16383, 16384)
NUMBERS = (1, 7, 10, 11, 64, 6, 38, 98, 99, 100, 101, 121, 0, 32)
META = 0xFF


def number(value: int) -> bytes:
    """Return a number of variable length."""
    found = [value % 128]
    while value := value // 128:
        found.append(128 + value % 128)
    return bytes(reversed(found))


def chunk(name: bytes, body: bytes) -> bytes:
    """Return a chunk with its name and length."""
    return name + struct.pack(">I", len(body)) + body


def smf(*tracks: bytes, kind: int = 1, division: int = 96) -> bytes:
    """Return a file of these tracks."""
    head = chunk(b"MThd", struct.pack(">HHH", kind, len(tracks), division))
    return head + b"".join(chunk(b"MTrk", track) for track in tracks)


def encoded(events: list[Event], running: str, *, ends: bool = True) -> bytes:
    """Return a track's bytes; `running` is "never", "kept" (by meta events and system exclusive) or "broken" (by them).

    A status is left out wherever it may be.
    """
    found, now, last = [], 0, 0
    for event in events:
        found.append(number(event.tick - now))
        now = event.tick
        if event.status == META:
            found.append(bytes([META, event.one]) + number(len(event.data)) + event.data)
        elif event.status >= 0xF0:
            found.append(bytes([event.status]) + number(len(event.data)) + event.data)
        else:
            if event.status != last:
                found.append(bytes([event.status]))
            found.append(bytes([event.one, event.two][: 1 if event.status >> 4 in (12, 13) else 2]))
            last = event.status
        if running == "never" or (running == "broken" and event.status >= 0xF0):
            last = 0
    return b"".join(found) + (b"\x00\xff\x2f\x00" if ends else b"")


def random_events(rng: random.Random, count: int, *, odd: bool) -> list[Event]:
    """Return events of few channels and keys, so that much of them meets; `odd` adds what is rare in files."""
    found, tick = [], 0
    if rng.random() < 0.7:
        found.append(Event(0, META, 3, 0, rng.choice([b"", b"lead", b"x" * 200])))
    for _ in range(count):
        tick += rng.choice(WAITS)
        channel = rng.choice([0, 0, 1, 9])
        what = rng.random()
        if what < 0.6:
            found.append(
                Event(tick, rng.choice([0x80, 0x90, 0x90]) | channel, rng.choice([60, 61]), rng.choice([0, 1, 127]))
            )
        elif what < 0.75:
            found.append(Event(tick, 0xB0 | channel, rng.choice(NUMBERS), rng.choice([0, 0, 1, 12, 64, 127])))
        elif what < 0.82:
            found.append(Event(tick, 0xE0 | channel, rng.choice([0, 127]), rng.choice([0, 64, 127])))
        elif what < 0.88:
            found.append(Event(tick, 0xC0 | channel, rng.choice([0, 40, 127])))
        elif what < 0.92:
            found.append(Event(tick, rng.choice([0xA0, 0xD0]) | channel, 64))
        else:
            found.append(random_meta(rng, tick, odd=odd))
    return found


def random_meta(rng: random.Random, tick: int, *, odd: bool) -> Event:
    """Return some meta event, or system exclusive."""
    rows = [
        (1, b"text"),
        (6, rng.choice([b"", b"here", b"y" * 130])),
        (0x51, rng.choice([500_000, 1, 1_000_001, 2**24 - 1]).to_bytes(3, "big")),
        (0x58, bytes([rng.choice([3, 4, 255]), rng.randrange(8), 24, 8])),
        (0x59, struct.pack("bB", rng.randint(-7, 7), rng.randrange(2))),
    ]
    if odd:
        rows += [
            (0x21, bytes([rng.randrange(2)])),
            (0x21, b""),
            (0x09, rng.choice([b"", b"one", b"two"])),
            (0x58, bytes([0, 2, 24, 8])),
            (0x59, struct.pack("bB", rng.choice([-8, 8, 127]), 0)),
            (0x59, struct.pack("bB", 0, 2)),
            (0x60, b"\xff\x80"),
            (0x03, b"another name"),
        ]
        if rng.random() < 0.2:
            return Event(tick, rng.choice([0xF0, 0xF7]), 0, 0, rng.choice([b"", b"\xf7", b"\x7e\x90\x3c\x40\xf7"]))
    kind, data = rng.choice(rows)
    return Event(tick, META, kind, 0, data)


def random_file(rng: random.Random) -> bytes:
    """Return a whole file with whatever a file may hold."""
    kind = rng.choice([0, 1, 1, 1, 2])
    tracks = [random_events(rng, rng.randrange(40), odd=True) for _ in range(1 if kind == 0 else rng.randint(1, 4))]
    bodies = [encoded(events, rng.choice(["never", "kept", "broken"]), ends=rng.random() < 0.9) for events in tracks]
    bodies = [
        body + (b"\x00\x90\x3c\x40" if body.endswith(b"\xff\x2f\x00") and rng.random() < 0.1 else b"")
        for body in bodies
    ]
    data = smf(*bodies, kind=kind, division=rng.choice(DIVISIONS + FILM))
    if rng.random() < 0.1:
        data = data[:14] + chunk(b"XFIH", b"MTrk\x00\xff") + data[14:]
    return data


def written_by_mido(tracks: list[list[Event]], division: int) -> bytes:
    """Return a file of type 1 as mido writes it, with running status where it has it."""
    file = mido.MidiFile(ticks_per_beat=division)
    for events in tracks:
        track, now = mido.MidiTrack(), 0
        for event in events:
            if event.status == META:
                raw = [META, event.one, *number(len(event.data)), *event.data]
                message = mido.MetaMessage.from_bytes(raw)
            else:
                raw = [event.status, event.one, event.two][: 2 if event.status >> 4 in (12, 13) else 3]
                message = mido.Message.from_bytes(raw)
            track.append(message.copy(time=event.tick - now))
            now = event.tick
        file.tracks.append(track)
    made = io.BytesIO()
    file.save(file=made)
    return made.getvalue()
