"""What a Standard MIDI File says beside its notes: tempo, meter, key, markers, names; and the ports of its tracks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from composer.score import Key, Marker, Meter
from composer.sources.smf.events import Events
from composer.sources.smf.faults import broken
from composer.sources.smf.held import held, places
from composer.sources.smf.texts import text_of
from composer.sources.smf.timing import Timing
from composer.units import I8

_NAME, _MARKER, _DEVICE, _PORT, _TEMPO, _METER, _KEY = 0x03, 0x06, 0x09, 0x21, 0x51, 0x58, 0x59
_DEFAULT_BPM = 120.0
_SHORTEST = 7  # 1/128, as the power of two that a meter's unit is
_MOST_SHARPS = 7
_FIFTHS = "FCGDAEB"


@dataclass
class Conductor:
    """What was found: tempi (bpm) by their beat, the first meter and the first key, markers, names by track."""

    tempi: dict[float, float] = field(default_factory=lambda: {0.0: _DEFAULT_BPM})
    meter: Meter | None = None
    key: Key | None = None
    markers: list[Marker] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)


def conducted(data: bytes, found: Events, time: Timing, in_turn: bool = False) -> Conductor:
    """Return what the meta events of a file say, in order of time.

    Tracks that are played in turn have each a tempo of their own. Keys and meters that there are not are passed over;
    raises FileError for an event that is too short for what it should say, and for a tempo of no time at all.
    """
    metas = found.metas
    known = np.flatnonzero(np.isin(metas.kind, list(_HANDLERS)))
    ticks = found.tick[metas.event[known]]
    order = np.argsort(ticks, kind="stable")
    rows = (column[known][order].tolist() for column in (metas.event, metas.kind, metas.offset, metas.length))
    made = Conductor()
    if in_turn:
        made.tempi |= dict.fromkeys((found.end[:-1] / time.ticks_a_beat).tolist(), _DEFAULT_BPM)
    for tick, event, kind, offset, length in zip(ticks[order].tolist(), *rows, strict=True):
        what, least, take = _HANDLERS[kind]
        track = int(found.track[event])
        if length < least:
            raise broken(f"{what} of {length} bytes instead of {least}", track, offset)
        if in_turn and kind == _TEMPO and tick == found.end[track]:
            continue  # it would be taken for the next track's
        fault = take(made, tick / time.ticks_a_beat, track, data[offset : offset + length])
        if fault:
            raise broken(fault, track, offset)
    if time.by_frames:
        made.tempi = {0.0: _DEFAULT_BPM}
    return made


def ports(data: bytes, found: Events) -> I8:
    """Return the port of each event, (n,), counted from 0 as they come: two events share one if they name the same
    number and the same device last, or neither."""
    metas = found.metas
    which = np.flatnonzero((metas.kind == _PORT) | (metas.kind == _DEVICE))
    if not which.size:
        return np.zeros(found.tick.size, np.int64)
    known: dict[tuple[bytes, bytes], int] = {(b"\x00", b""): 0}
    numbers, port, device, last_track = [], b"\x00", b"", -1
    for n in which.tolist():
        track = int(found.track[metas.event[n]])
        if track != last_track:
            port, device, last_track = b"\x00", b"", track
        said = data[metas.offset[n] : metas.offset[n] + metas.length[n]]
        if metas.kind[n] == _PORT:
            port = said[:1] or b"\x00"
        else:
            device = said
        numbers.append(known.setdefault((port, device), len(known)))
    place = places(found.track, np.arange(found.tick.size))
    return held(place[metas.event[which]], numbers, place, found.tick.size, 0)


def _name(made: Conductor, beat: float, track: int, said: bytes) -> str:
    made.names.setdefault(track, text_of(said))
    return ""


def _marker(made: Conductor, beat: float, track: int, said: bytes) -> str:
    made.markers.append(Marker(beat, text_of(said)))
    return ""


def _tempo(made: Conductor, beat: float, track: int, said: bytes) -> str:
    quarter = int.from_bytes(said[:3], "big")  # microseconds
    if not quarter:
        return "a tempo of 0 microseconds a beat"
    made.tempi[beat] = 6e7 / quarter
    return ""


def _meter(made: Conductor, beat: float, track: int, said: bytes) -> str:
    if made.meter is None and said[0] and said[1] <= _SHORTEST:
        made.meter = Meter(said[0], 2 ** said[1])
    return ""


def _key(made: Conductor, beat: float, track: int, said: bytes) -> str:
    sharps = int.from_bytes(said[:1], "big", signed=True)
    if made.key is None and abs(sharps) <= _MOST_SHARPS and said[1] in (0, 1):
        minor = bool(said[1])
        place = sharps + 3 * minor + 1  # of the tonic on the line of fifths, from F
        tonic = _FIFTHS[place % 7] + ("b", "", "#")[place // 7 + 1]
        made.key = Key(f"{tonic} {'minor' if minor else 'major'}", sharps, minor)
    return ""


# A kind of meta event: what it is, the bytes that it needs, and what takes it and returns what is wrong with it.
_HANDLERS: dict[int, tuple[str, int, Callable[[Conductor, float, int, bytes], str]]] = {
    _NAME: ("a name", 0, _name),
    _MARKER: ("a marker", 0, _marker),
    _TEMPO: ("a tempo", 3, _tempo),
    _METER: ("a meter", 2, _meter),
    _KEY: ("a key", 2, _key),
}
