"""The outermost layer of a Standard MIDI File: its header, and where each track's bytes are."""

from __future__ import annotations

import struct
from typing import NamedTuple

from composer.sources.smf.faults import broken

_HEADER, _TRACK = b"MThd", b"MTrk"
_HEAD = 8  # bytes that name a chunk and say how long it is
IN_TURN = 2  # the type of a file whose tracks are patterns, each for itself
_TYPES = (0, 1, IN_TURN)


class Span(NamedTuple):
    """One track's bytes, `start` to `stop` in the file; `cut` says that the file ends before the chunk does."""

    start: int
    stop: int
    cut: bool


class Layout(NamedTuple):
    """A file's type (0: one track, 1: tracks together, 2: tracks in turn), its division of time, and its tracks."""

    kind: int
    division: int
    tracks: list[Span]


def layout(data: bytes) -> Layout:
    """Return where a file has its tracks; raise FileError where there is no header, or fewer tracks than it promises.

    Chunks of other kinds are passed over, and so is what follows the last track. A file in a RIFF envelope (.rmi)
    is read too.
    """
    at, end = _inside(data)
    if data[at : at + 4] != _HEADER:
        raise broken("it does not begin with MThd" if data else "it is empty")
    size = int.from_bytes(data[at + 4 : at + _HEAD], "big")
    first = at + _HEAD + size
    if size < 6 or first > end:
        raise broken("its header is cut short", byte=at)
    kind, promised, division = struct.unpack_from(">HHH", data, at + _HEAD)
    if kind not in _TYPES:
        raise broken(f"it is of type {kind}, and there are 0, 1 and 2", byte=at + _HEAD)
    if not promised:
        raise broken("it has no tracks")
    return Layout(kind, division, _tracks(data, first, end, promised))


def _tracks(data: bytes, at: int, end: int, promised: int) -> list[Span]:
    found: list[Span] = []
    while len(found) < promised:
        if at + _HEAD > end:
            raise broken(f"it holds {len(found)} of the {promised} tracks that it promises", byte=min(at, end))
        name, size = struct.unpack_from(">4sI", data, at)
        if name == _HEADER:
            raise broken(f"another file begins before the last of its {promised} tracks", byte=at)
        stop = at + _HEAD + size
        if name == _TRACK:
            found.append(Span(at + _HEAD, min(stop, end), stop > end))
        at = stop
    return found


def _inside(data: bytes) -> tuple[int, int]:
    """Return the range of a file's bytes that a RIFF envelope's chunk `data` has, or else all."""
    if data[:4] != b"RIFF" or data[8:12] != b"RMID":
        return 0, len(data)
    at = 12
    while at + _HEAD <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        at += _HEAD
        if name == b"data":
            return at, min(at + size, len(data))
        at += size + size % 2  # chunks of RIFF, unlike those of MIDI, begin at even places
    raise broken("its RIFF envelope holds no music")
