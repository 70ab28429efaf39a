"""Whatever happened to a file's bytes, it is read right or refused with one clear error, in bounded time and memory."""

from __future__ import annotations

import random
import re
import struct
import tracemalloc
from collections.abc import Callable

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_smf import encoded, random_events, random_file, smf
from slow_smf import Parsed, Refused, assert_holds, interpreted, mido_events, parsed

import composer.sources.smf.events
from composer.errors import FileError
from composer.score import Score
from composer.sources.midi import midi_score

SEEDS = st.integers(0, 2**32)
END = bytes.fromhex("00ff2f00")


def flipped(rng: random.Random, data: bytes) -> bytes:
    """Flip a few bits."""
    found = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 8])):
        found[rng.randrange(len(found))] ^= 1 << rng.randrange(8)
    return bytes(found)


def replaced(rng: random.Random, data: bytes) -> bytes:
    """Put a byte that means much in place of another."""
    at = rng.randrange(len(data))
    return data[:at] + bytes([rng.choice([0, 0x7F, 0x80, 0xC0, 0xD5, 0xF0, 0xF2, 0xF7, 0xF8, 0xFF])]) + data[at + 1 :]


def cut(rng: random.Random, data: bytes) -> bytes:
    """Leave out the end."""
    return data[: rng.randrange(len(data))]


def lengthened(rng: random.Random, data: bytes) -> bytes:
    """Add something at the end."""
    return data + rng.randbytes(rng.randint(1, 20))


def moved(rng: random.Random, data: bytes) -> bytes:
    """Take some bytes out, or put some in."""
    at = rng.randrange(14, len(data))
    size = rng.randint(1, 4)
    return data[:at] + (data[at + size :] if rng.random() < 0.5 else rng.randbytes(size) + data[at:])


def chunks_of(data: bytes) -> list[bytes]:
    """Return the chunks of a whole file."""
    found, at = [], 0
    while at < len(data):
        size = 8 + struct.unpack(">I", data[at + 4 : at + 8])[0]
        found.append(data[at : at + size])
        at += size
    return found


def lied(rng: random.Random, data: bytes) -> bytes:
    """Give a chunk a wrong length."""
    chunks = chunks_of(data)
    n = rng.randrange(len(chunks))
    size = struct.unpack(">I", chunks[n][4:8])[0]
    lie = max(rng.choice([size - 1, size + 1, size - 4, size + 40, 0, 2**32 - 1, rng.randrange(200)]), 0)
    chunks[n] = chunks[n][:4] + struct.pack(">I", lie) + chunks[n][8:]
    return b"".join(chunks)


def swapped(rng: random.Random, data: bytes) -> bytes:
    """Put chunks in another order, leave one out, or have one twice."""
    chunks = chunks_of(data)
    rng.choice([rng.shuffle, list.pop, lambda some: some.append(rng.choice(some))])(chunks)
    return b"".join(chunks)


MUTATIONS = [flipped, replaced, cut, lengthened, moved, lied, swapped]
# What we refuse and mido may read: each is against the specification.
STRICTER = (
    "a number of more than 4 bytes",
    "a tempo of 0 microseconds",
    "and there are 0, 1 and 2",
    "its division is 0",
    "its time is divided",
    "of \\d bytes instead of",
    "a byte of data where an event should begin",
    "chunk ends inside an event",
)


def outcome(data: bytes) -> Score | str:
    """Return the score, or the message of the error; any other way to fail is a failure."""
    try:
        return midi_score(data)
    except FileError as error:
        assert len(error.faults) == 1 and error.faults[0].remedy
        assert re.match(r"this is not a whole Standard MIDI File \(.+\)$", error.faults[0].message)
        return error.faults[0].message


def mido_knows(kind: int) -> bool:
    """Whether mido knows a kind of meta event."""
    return not isinstance(mido.MetaMessage.from_bytes([0xFF, kind, 8, *bytes(8)]), mido.UnknownMetaMessage)


def is_clean(data: bytes, file: Parsed) -> bool:
    """Whether mido's reading is to be trusted.

    It goes on after the end of a track, runs on from any status, and forgets the time before an unknown meta event.
    """
    ends = [[n for n, event in enumerate(track) if event.status == 255 and event.one == 47] for track in file.tracks]
    return (
        all(end == [len(track) - 1] for end, track in zip(ends, file.tracks, strict=True))
        and all(event.status < 0xF0 or event.status == 0xFF for track in file.tracks for event in track)
        and all(mido_knows(event.one) for track in file.tracks for event in track if event.status == 0xFF)
        and not re.search(rb"[\xf0\xf7]", data[14:])
    )


@given(SEEDS, st.sampled_from(MUTATIONS))
@settings(max_examples=1000, deadline=None)
def test_a_broken_file_is_read_right_or_refused(seed: int, mutate: Callable[[random.Random, bytes], bytes]) -> None:
    rng = random.Random(seed)
    data = mutate(rng, random_file(rng))
    found = outcome(data)
    try:
        heard = interpreted(parsed(data))
    except Refused:
        assert isinstance(found, str)
    else:
        assert isinstance(found, Score), found
        assert_holds(found, heard)


@given(SEEDS, st.sampled_from(MUTATIONS))
@settings(max_examples=400, deadline=None)
def test_what_mido_takes_for_whole_is_read_as_mido_reads_it(
    seed: int, mutate: Callable[[random.Random, bytes], bytes]
) -> None:
    rng = random.Random(seed)
    data = mutate(rng, smf(*(encoded(random_events(rng, 12, odd=False), "broken") for _ in range(rng.randint(1, 3)))))
    found = outcome(data)
    try:
        file = mido_events(data)
    except Exception:
        return
    if file.kind not in (0, 1, 2) or not file.tracks or not is_clean(data, file):
        return
    if isinstance(found, str):
        assert re.search("|".join(STRICTER), found)
    else:
        assert_holds(found, interpreted(file))


@pytest.mark.parametrize("block", [1, 7, 64])
def test_the_blocks_in_which_a_file_is_looked_through_do_not_show(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [random_file(random.Random(seed)) for seed in range(40)]
    expected = [interpreted(parsed(data)) for data in files]
    monkeypatch.setattr(composer.sources.smf.events, "_BLOCK", block)
    for data, heard in zip(files, expected, strict=True):
        assert_holds(midi_score(data), heard)


def test_only_what_is_rare_is_looked_at_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    number = composer.sources.smf.events._number

    def counted(data: bytes, at: int) -> tuple[int, int]:
        seen.append(at)
        return number(data, at)

    notes = "".join(wait + "90 3c 40" + wait + "3c 00" for wait in ("00", "81 00", "81 80 00", "81 80 80 00"))
    data = smf(bytes.fromhex("00 80 00 00" + 20 * notes) + END)
    monkeypatch.setattr(composer.sources.smf.events, "_BLOCK", 5)
    monkeypatch.setattr(composer.sources.smf.events, "_number", counted)
    assert midi_score(data).tracks[0].notes.size == 80
    assert seen == [22, len(data) - 4, len(data) - 1]  # the first event, and the end of the track


@given(st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_random_bytes_in_a_track_are_read_right_or_refused(noise: bytes) -> None:
    data = smf(bytes.fromhex("00903c40") + noise + END)
    found = outcome(data)
    try:
        heard = interpreted(parsed(data))
    except Refused:
        assert isinstance(found, str)
    else:
        assert isinstance(found, Score), found
        assert_holds(found, heard)


# Files made to cost time or memory: 64 KiB each, and what a reader might make of them.
SIZE = 2**16


def full_of(unit: str, head: str = "") -> bytes:
    """Return a file of one track, of the same events again and again."""
    return smf(bytes.fromhex(head) + bytes.fromhex(unit) * (SIZE // len(bytes.fromhex(unit))) + END)


HOSTILE = {
    "a number without an end": lambda: full_of("ff"),
    "another": lambda: full_of("80"),
    "notes that never end": lambda: full_of("003c40", "00903c40"),
    "note-offs alone": lambda: full_of("003c00", "00903c00"),
    "programs": lambda: full_of("0001", "00c001"),
    "empty texts": lambda: full_of("00ff0100"),
    "empty markers": lambda: full_of("00ff0600"),
    "tempi": lambda: full_of("01ff5103000001"),
    "empty system exclusive": lambda: full_of("00f000"),
    "bends": lambda: full_of("000050 000060", "00e00050"),
    "bend ranges": lambda: full_of("000602 000604", "00b06500 00b06400"),
    "ports": lambda: full_of("00ff210100 00ff210101 00903c40"),
    "devices": lambda: smf(b"".join(b"\0\xff\x09\2" + struct.pack(">HI", n, 0x00903C40) for n in range(2**12)) + END),
    "tiny tracks": lambda: smf(*[bytes.fromhex("00903c40")] * (SIZE // 12)),
    "tracks in turn": lambda: smf(*[bytes.fromhex("01903c40")] * (SIZE // 12), kind=2),
    "controllers that many tracks share": lambda: smf(
        b"\0\xb0\7\2" + b"\0\7\2" * (SIZE // 6), *[bytes.fromhex("00903c40")] * (SIZE // 24)
    ),
    "tracks of all programs": lambda: smf(
        *[b"".join(b"\0\xc0%c\0\x90\x3c\x40" % n for n in range(128)) + END] * (SIZE // 900)
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_memory_is_in_proportion_to_the_file(case: str) -> None:
    data = HOSTILE[case]()
    tracemalloc.start()
    try:
        outcome(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 160 * len(data) + 2**20


def test_too_many_shared_controllers_are_refused() -> None:
    found = outcome(HOSTILE["controllers that many tracks share"]())
    assert isinstance(found, str)
    assert re.search(r"\(10923 controllers for up to 2730 tracks of one channel are too many\)", found)
