"""All events of a Standard MIDI File as columns, in the order of the file.

The bytes that an event takes follow from its first few; numpy works this out for every place of the file at once, as
if an event began there, and a short loop then goes from event to event. What is rare (meta events, system exclusive,
programs) the loop reads by itself. Time and memory are in proportion to the file's length, whatever it holds.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from composer.sources.smf.chunks import Span
from composer.sources.smf.faults import broken
from composer.units import I8

U1 = NDArray[np.uint8]

_META, _END_OF_TRACK = 0xFF, 0x2F
SYSEX, _ESCAPE = 0xF0, 0xF7
_MORE = 0x80  # a byte with this bit is followed by another of the same number, or is a status
_MOST_NUMBER = 4  # bytes of a delta time or a length
_ONE_BYTE = range(0xC0, 0xE0)  # programs and channel pressure; all other channel messages have two bytes of data
# Data bytes of what belongs on a cable and not in a file, but is met there. It is passed over.
_ON_CABLES = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}
_REAL_TIME = 0xF8  # messages from here on leave a running status as it is
# By the byte after a delta time of k + 1 bytes: the event's size, 0 where the loop must look closely.
# A byte of data is taken for the first of two that a running status lacks: the loop sees to it that it is.
_SIZES = [
    bytes(k + 3 if byte < _MORE else k + 4 if byte < SYSEX and byte not in _ONE_BYTE else 0 for byte in range(256))
    for k in range(_MOST_NUMBER)
]
_MARGIN = 8  # more than the bytes of any event that has a size
_BLOCK = 2**20


@dataclass(frozen=True)
class Metas:
    """Meta events, each (m,): the number of the event, its kind, and where in the file its data are.

    System exclusive messages are among them, their kind being SYSEX, which no meta event has.
    """

    event: I8
    kind: I8
    offset: I8
    length: I8


@dataclass(frozen=True)
class Events:
    """All events of a file, track after track, each (n,): the track, the tick, and what is sent.

    `status` is there even where the file leaves it out; data bytes are 0..127 (and mean nothing where a status has
    none). `end` (tracks,) is the tick of each track's last event, 0 for a track without any.
    """

    track: I8
    tick: I8
    status: U1
    data1: U1
    data2: U1
    end: I8
    metas: Metas


def events(data: bytes, tracks: Sequence[Span]) -> Events:
    """Return the events of these tracks; raise FileError, with the track and the byte, where one cannot be read.

    A track ends with its end of track, or its chunk. A running status outlasts meta events and system exclusive.
    """
    padded = data + bytes(2 * _MARGIN)
    sizes, begun = _sizes(padded), bytearray(len(padded))
    found = array("q")
    for number, span in enumerate(tracks):
        _follow(padded, number, span, sizes, begun, found)
    del sizes
    start = np.flatnonzero(np.frombuffer(begun, np.uint8))
    del begun
    first = np.searchsorted(start, [span.start for span in tracks] + [len(padded)])
    raw = np.frombuffer(padded, np.uint8)
    tick, place = _deltas(raw, start)
    np.cumsum(tick, out=tick)
    counts = np.diff(first)
    before = np.concatenate([[0], tick])[first]  # ticks of all the tracks before
    tick -= np.repeat(before[:-1], counts)
    status, given = _statuses(raw[place])
    place += given
    at, kind, offset, length = np.array(found, np.int64).reshape(-1, 4).T
    return Events(
        np.repeat(np.arange(len(tracks), dtype=np.int64), counts),
        tick,
        status,
        np.minimum(raw[place], _MORE - 1),
        np.minimum(raw[place + 1], _MORE - 1),
        np.diff(before),
        Metas(np.searchsorted(start, at), kind, offset, length),
    )


def in_turn(found: Events) -> Events:
    """Return the events of tracks that are played one after the other."""
    end = np.cumsum(found.end)
    return replace(found, tick=found.tick + (end - found.end)[found.track], end=end)


def _sizes(padded: bytes) -> bytearray:
    """Return how long an event that began at each place would be, 0 where the first bytes alone do not tell."""
    more = np.frombuffer(padded, np.uint8) >= _MORE
    found = bytearray(len(padded))
    sizes = np.frombuffer(found, np.uint8)
    for begin in range(0, len(padded) - _MARGIN, _BLOCK):
        end = min(begin + _BLOCK, len(padded) - _MARGIN)
        block = sizes[begin:end]
        longer = np.ones(1, np.bool_)  # whether the delta time has more than k bytes
        for k, after in enumerate(_SIZES):
            size = padded[begin + k + 1 : end + k + 1].translate(after)
            np.copyto(block, np.frombuffer(size, np.uint8), where=longer)
            longer = longer & more[begin + k : end + k]
        block[longer] = 0
    return found


def _follow(data: bytes, number: int, span: Span, sizes: bytearray, begun: bytearray, found: array[int]) -> None:
    """Set `begun` to 1 where each event of a track begins; add the place, kind, offset and length of meta events."""
    at, stop, cut = span
    sizes[stop : stop + _MARGIN] = bytes(_MARGIN)  # here the inner loop ends, if not sooner
    running = 0  # data bytes of the last status, 0 before there is any
    while at < stop:
        if running == 2:
            while size := sizes[at]:
                begun[at] = 1
                at += size
            if at >= stop:
                break
        try:
            begun[at] = 1
            place = _number(data, at)[1]
            status = data[place]
            if status < _MORE:
                if not running:
                    raise ValueError("a byte of data where an event should begin")
                at = place + running
            elif status < SYSEX:
                running = 1 if status in _ONE_BYTE else 2
                at = place + 1 + running
            elif status in (SYSEX, _ESCAPE):
                length, offset = _number(data, place + 1)
                if status == SYSEX:
                    found.extend((at, SYSEX, offset, length))
                at = offset + length
            elif status == _META:
                length, offset = _number(data, place + 2)
                found.extend((at, data[place + 1], offset, length))
                at = offset + length
                if data[place + 1] == _END_OF_TRACK and at <= stop:
                    return
            elif status in _ON_CABLES:
                running = running if status >= _REAL_TIME else 0
                at = place + 1 + _ON_CABLES[status]
            else:
                raise ValueError(f"{status:#x} begins no event")
        except ValueError as error:
            raise broken(str(error), number, at) from None
    if at > stop or cut:
        reason = "the file ends" if cut else "its chunk ends"
        inside = f"{reason} inside an event" if at > stop else f"{reason} before the track does"
        raise broken(inside, number, begun.rfind(1, span.start, stop) if at > stop else stop)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Return the number of variable length that begins here, and where the next byte is."""
    value = 0
    for place in range(at, at + _MOST_NUMBER):
        value = value << 7 | data[place] & 0x7F
        if data[place] < _MORE:
            return value, place + 1
    raise ValueError(f"a number of more than {_MOST_NUMBER} bytes")


def _deltas(raw: U1, start: I8) -> tuple[I8, I8]:
    """Return the delta time of the events that begin at these places, and where the byte after it is."""
    place = start.copy()
    last = raw[start]
    value = (last & 0x7F).astype(np.int64)
    longer = np.flatnonzero(last >= _MORE)
    while longer.size:
        place[longer] += 1
        last = raw[place[longer]]
        value[longer] = value[longer] << 7 | last & 0x7F
        longer = longer[last >= _MORE]
    place += 1
    return value, place


def _statuses(found: U1) -> tuple[U1, NDArray[np.bool_]]:
    """Return each event's status, the last of a channel's where data come at once, and whether the file has it."""
    given = found >= _MORE
    if given.all():
        return found, given
    of_channel = given & (found < SYSEX)
    last = np.maximum.accumulate(np.where(of_channel, np.arange(found.size), 0))
    return np.where(given, found, found[last]), given
