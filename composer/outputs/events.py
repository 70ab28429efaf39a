"""Channel events of a Standard MIDI File as numbers, and numbers as bytes, all events of a track at once.

An event is one 64-bit word, its tick above its rank above its two data bytes,

    tick (40 bits) | rank (6) | channel (4) | data 1 (7) | data 2 (7)

so that sorting the words puts them in the order in which the file must have them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from composer.errors import Fault, InputError
from composer.units import I8

Words = NDArray[np.uint64]

# What comes first at one tick, with the event's status byte (of channel 0). Notes end before others begin;
# a bank is selected before its program, and controllers and tuning are set before the notes that need them;
# data entry LSB goes before MSB, since some synthesisers act at the MSB.
# A text or a system exclusive message is bytes of its own: its word holds its number among the `texts` of the track.
RPNS = {"mpe": 6, "bank": 4, "tuning": 3, "range": 0}  # registered parameters, in the order in which they are set
_OF_AN_RPN = ("rpn_msb", "rpn_lsb", "data_lsb", "data_msb")
_OF_AN_NRPN = ("nrpn_msb", "nrpn_lsb", "data_lsb", "data_msb")
_SF2_GENERATORS, _PAN = 120, 17  # the NRPNs of a SoundFont's generators (section 9.6), and the one of its pan
_TEXT = 0xFF  # stands for the first byte of a text, whatever it is
RANKS = (
    ("head", _TEXT),
    ("note_off", 0x80),
    ("bank_msb", 0xB0),
    ("bank_lsb", 0xB0),
    ("program", 0xC0),
    ("controller", 0xB0),
    *((f"{place}_pan", 0xB0) for place in _OF_AN_NRPN),
    *((f"{place}_{name}", 0xB0) for name in RPNS for place in _OF_AN_RPN),
    ("null_rpn_msb", 0xB0),
    ("null_rpn_lsb", 0xB0),
    ("bend", 0xE0),
    ("lyric", _TEXT),
    ("note_on", 0x90),
)
_RANK = {name: rank for rank, (name, _) in enumerate(RANKS)}
_STATUS = np.array([status for _, status in RANKS], np.uint8)
MOST_DELTA = 2**28 - 1  # the longest wait that a file can hold between two events, in ticks
MOST_TEXTS = 2**18


def words(kind: str, tick: ArrayLike, data1: ArrayLike, data2: ArrayLike = 0, channel: ArrayLike = 0) -> Words:
    """Return the words of events of one kind; arguments broadcast to shape (n,)."""
    at, first, second, on = (np.atleast_1d(np.asarray(x)).astype(np.uint64) for x in (tick, data1, data2, channel))
    rank = np.uint64(_RANK[kind])
    made: Words = at << np.uint64(24) | rank << np.uint64(18) | on << np.uint64(14) | first << np.uint64(7) | second
    return made


def text_words(kind: str, ticks: ArrayLike, first: int = 0) -> Words:
    """Return the words of texts at ticks (n,), numbered from `first` among the texts of the track."""
    at = np.atleast_1d(np.asarray(ticks)).astype(np.uint64)
    made: Words = (
        at << np.uint64(24)
        | np.uint64(_RANK[kind]) << np.uint64(18)
        | np.arange(first, first + at.size, dtype=np.uint64)
    )
    return made


def renumbered(part: Words, by: int) -> Words:
    """Return words with the numbers of texts among them, if any, raised."""
    is_text = _STATUS[(part >> np.uint64(18) & np.uint64(63)).astype(np.intp)] == _TEXT
    made: Words = part + np.where(is_text, np.uint64(by), np.uint64(0))
    return made


def parameter(name: str, value: int, channels: ArrayLike) -> list[Words]:
    """Return the words that set a registered parameter on channels, (n,), at tick 0; a null must follow the last."""
    return [
        words(f"rpn_msb_{name}", 0, 101, 0, channels),
        words(f"rpn_lsb_{name}", 0, 100, RPNS[name], channels),
        words(f"data_lsb_{name}", 0, 38, 0, channels),
        words(f"data_msb_{name}", 0, 6, value, channels),
    ]


def pan_offset(tick: ArrayLike, value: I8, channel: ArrayLike) -> list[Words]:
    """Return the words that move the pan of a SoundFont's player by -1000..1000 thousandths of its width, (n,)."""
    data = value + 8192
    return [
        words("nrpn_msb_pan", tick, 99, _SF2_GENERATORS, channel),
        words("nrpn_lsb_pan", tick, 98, _PAN, channel),
        words("data_lsb_pan", tick, 38, data & 0x7F, channel),
        words("data_msb_pan", tick, 6, data >> 7, channel),
    ]


def no_parameter(channels: ArrayLike) -> list[Words]:
    """Return the words after which data entry sets nothing more on channels, (n,)."""
    return [words("null_rpn_msb", 0, 101, 127, channels), words("null_rpn_lsb", 0, 100, 127, channels)]


def encode(parts: Sequence[Words], texts: Sequence[bytes] = ()) -> tuple[bytes, int]:
    """Return the bytes, delta times included, of all events of a track, and the tick of the last.

    Raises InputError for more texts than words can count, and for a wait longer than a file can hold.
    """
    if len(texts) > MOST_TEXTS:
        raise InputError(Fault(f"{len(texts)} texts on one track", remedy=f"{MOST_TEXTS} are the most"))
    events = np.sort(np.concatenate([np.empty(0, np.uint64), *parts]))
    if not events.size:
        return b"", 0
    tick = (events >> np.uint64(24)).astype(np.int64)
    rank = (events >> np.uint64(18) & np.uint64(63)).astype(np.intp)
    delta = np.diff(tick, prepend=0)
    _check_delta(int(delta.max()))
    delta_size = 1 + sum((delta >= 1 << 7 * k).astype(np.int64) for k in (1, 2, 3))
    status = _STATUS[rank]
    data_size = np.where(status == 0xC0, 1, 2)  # a program change has one data byte
    told = np.flatnonzero(status == _TEXT) if texts else np.empty(0, np.intp)
    number = (events[told] & np.uint64(MOST_TEXTS - 1)).astype(np.intp).tolist()
    data_size[told] = [len(texts[n]) - 1 for n in number]
    end = np.cumsum(delta_size + 1 + data_size)
    at_status = end - data_size - 1
    data = np.empty(int(end[-1]), np.uint8)
    for k in range(4):  # the delta's 7-bit groups, the last first; all but the last carry bit 8
        some = np.asarray(delta_size > k)
        if not some.any():
            break
        data[at_status[some] - 1 - k] = (delta[some] >> 7 * k & 0x7F) | (0x80 if k else 0)
    short = np.ones(events.size, bool) if not told.size else status != _TEXT
    at, brief = at_status[short], events[short]
    data[at] = status[short] | (brief >> np.uint64(14) & np.uint64(15)).astype(np.uint8)
    data[at + 1] = brief >> np.uint64(7) & np.uint64(0x7F)
    two = data_size[short] == 2
    data[at[two] + 2] = brief[two] & np.uint64(0x7F)
    for place, n in zip(at_status[told].tolist(), number, strict=True):
        data[place : place + len(texts[n])] = np.frombuffer(texts[n], np.uint8)
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


def meta(kind: int, data: bytes) -> bytes:
    """Return a meta event of this kind, without its delta time."""
    return bytes([0xFF, kind]) + delta_time(len(data)) + data


def sysex(data: bytes) -> bytes:
    """Return a system exclusive message, without its delta time; `data` is what stands between F0 and F7."""
    return b"\xf0" + delta_time(len(data) + 1) + data + b"\xf7"


def _check_delta(ticks: int) -> None:
    if ticks > MOST_DELTA:
        raise InputError(
            Fault(
                f"{ticks} ticks pass without an event, and a .mid can wait {MOST_DELTA} at most",
                remedy="shorten the gap, or lower the ppq",
            )
        )
