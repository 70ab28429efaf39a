"""Channel events of a Standard MIDI File as numbers, and numbers as bytes, all events of a track at once.

An event is one 64-bit word, its tick above its rank above its two data bytes,

    tick (46 bits) | rank (4) | data 1 (7) | data 2 (7)

so that sorting the words puts them in the order in which the file must have them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from composer.errors import Fault, InputError

Words = NDArray[np.uint64]

# What comes first at one tick, with the event's status byte (of channel 0). Notes end before others begin;
# a bank is selected before its program, and controllers and tuning are set before the notes that need them;
# data entry LSB goes before MSB, since some synthesisers act at the MSB.
RANKS = (
    ("note_off", 0x80),
    ("bank_msb", 0xB0),
    ("bank_lsb", 0xB0),
    ("program", 0xC0),
    ("controller", 0xB0),
    ("rpn_msb", 0xB0),
    ("rpn_lsb", 0xB0),
    ("data_lsb", 0xB0),
    ("data_msb", 0xB0),
    ("null_rpn_msb", 0xB0),
    ("null_rpn_lsb", 0xB0),
    ("bend", 0xE0),
    ("note_on", 0x90),
)
_RANK = {name: rank for rank, (name, _) in enumerate(RANKS)}
_STATUS = np.array([status for _, status in RANKS], np.uint8)
MOST_DELTA = 2**28 - 1  # the longest wait that a file can hold between two events, in ticks


def words(kind: str, tick: ArrayLike, data1: ArrayLike, data2: ArrayLike = 0) -> Words:
    """Return the words of events of one kind; arguments broadcast to shape (n,)."""
    at, first, second = (np.atleast_1d(np.asarray(x)).astype(np.uint64) for x in (tick, data1, data2))
    rank = np.uint64(_RANK[kind])
    made: Words = at << np.uint64(18) | rank << np.uint64(14) | first << np.uint64(7) | second
    return made


def encode(parts: list[Words], channel: int) -> tuple[bytes, int]:
    """Return the bytes, delta times included, of all events on one channel, and the tick of the last."""
    events = np.sort(np.concatenate([np.empty(0, np.uint64), *parts]))
    if not events.size:
        return b"", 0
    tick = (events >> np.uint64(18)).astype(np.int64)
    rank = (events >> np.uint64(14) & np.uint64(15)).astype(np.intp)
    delta = np.diff(tick, prepend=0)
    _check_delta(int(delta.max()))
    delta_size = 1 + sum((delta >= 1 << 7 * k).astype(np.int64) for k in (1, 2, 3))
    data_size = np.where(_STATUS[rank] == 0xC0, 1, 2)  # a program change has one data byte
    end = np.cumsum(delta_size + 1 + data_size)
    at_status = end - data_size - 1
    data = np.empty(int(end[-1]), np.uint8)
    for k in range(4):  # the delta's 7-bit groups, the last first; all but the last carry bit 8
        some = np.asarray(delta_size > k)
        if not some.any():
            break
        data[at_status[some] - 1 - k] = (delta[some] >> 7 * k & 0x7F) | (0x80 if k else 0)
    data[at_status] = _STATUS[rank] | channel
    data[at_status + 1] = events >> np.uint64(7) & np.uint64(0x7F)
    two = data_size == 2
    data[at_status[two] + 2] = events[two] & np.uint64(0x7F)
    return data.tobytes(), int(tick[-1])


def delta_time(value: int) -> bytes:
    """Return a number as a variable-length quantity: 7 bits a byte, the highest first.

    >>> [delta_time(n).hex() for n in (0, 127, 128, 0x0FFFFFFF)]
    ['00', '7f', '8100', 'ffffff7f']
    """
    _check_delta(value)
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def meta(kind: int, data: bytes, delta: int = 0) -> bytes:
    """Return a meta event of this kind after `delta` ticks."""
    return delta_time(delta) + bytes([0xFF, kind]) + delta_time(len(data)) + data


def _check_delta(ticks: int) -> None:
    if ticks > MOST_DELTA:
        raise InputError(
            Fault(
                f"{ticks} ticks pass without an event, and a .mid can wait {MOST_DELTA} at most",
                remedy="shorten the gap, or lower the ppq",
            )
        )
