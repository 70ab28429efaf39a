"""Reads a Standard MIDI File, from whatever program, as a score.

The room `smf` turns the bytes into columns of numbers; here they become what a score holds: notes, programs and banks,
pan, the controllers of `score.CONTROLLERS`, pitch bends in semitones (by the range that the file sets), tempo map,
first meter, first key, markers and names. Programs, pan, controllers and bends are set for a line, which is a channel
of a port, whichever track they come in; what the master of an MPE zone is told, its members are told too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from composer.errors import FileError
from composer.files import read_bytes
from composer.instruments import DRUMS, instrument_of_program
from composer.score import BEND, CONTROL, CONTROLLERS, NOTE, Bank, Controls, Meter, Notes, Score, Track
from composer.sources.smf.bends import bends
from composer.sources.smf.chunks import IN_TURN, layout
from composer.sources.smf.conductor import conducted, ports
from composer.sources.smf.events import U1, Events, events, in_turn
from composer.sources.smf.faults import broken
from composer.sources.smf.held import held, in_order, places
from composer.sources.smf.lanes import joined
from composer.sources.smf.pairing import ends
from composer.sources.smf.timing import timing
from composer.sources.smf.tunings import octaves, programs, tuned
from composer.sources.smf.zones import together, zones
from composer.units import F8, I8, TempoMap

MOST_BYTES = 64 * 2**20
_MOST_REPEATS = 2**20  # rows of controllers that tracks of one line have in common
_NOTE_OFF, _NOTE_ON, _CONTROLLER, _PROGRAM, _WHEEL = 0x80, 0x90, 0xB0, 0xC0, 0xE0
_CHANNELS, _DRUM_CHANNEL = 16, 9
_PAN, _CENTRE = 10, 64
_BANK_MSB, _BANK_LSB = 0, 32
_PROGRAMS, _HALF_BANKS = 128, 128
_TARGETS = np.array([*CONTROLLERS, BEND], CONTROL["target"])
_BEND_TARGET = len(CONTROLLERS)
_TARGET_OF = np.full(128, -1, np.int64)
_TARGET_OF[list(CONTROLLERS.values())] = np.arange(len(CONTROLLERS))


@dataclass(frozen=True)
class _Sent:
    """The n events of a file, each with its kind, its line, and its place (see `held.places`).

    `in_time` (n,) are the events' numbers in order of time over all tracks, and so by `place % n`; `tunings` are the
    pitches of the keys, (128,), in each tuning program that the file sets; `octaves` has by how much the twelve keys
    from C are raised, in semitones, on each line for which it says so; `zones` has the master of each line that
    is a member of one.
    """

    events: Events
    kind: U1
    line: I8
    place: I8
    in_time: I8
    ticks_a_beat: float
    tunings: dict[int, F8]
    octaves: dict[int, F8]
    zones: dict[int, int]

    def beats(self, ticks: I8) -> F8:
        """Return ticks as beats."""
        return ticks / self.ticks_a_beat

    def which(self, *kinds: int) -> I8:
        """Return the numbers of the events of some kinds."""
        return np.flatnonzero(np.logical_or.reduce([self.kind == kind for kind in kinds]))

    def last(self, changes: I8, value: U1, at: I8, otherwise: int) -> I8:
        """Return the value of the last of some events before others on their line."""
        return held(self.place[changes], value[changes], self.place[at], self.line.size, otherwise)


def read_midi(path: str | Path) -> Score:
    """Return the score that a `.mid` file holds; raise FileError where it cannot be read."""
    data = read_bytes(Path(path), "MIDI file (.mid)", MOST_BYTES)
    try:
        return midi_score(data)
    except FileError as error:
        raise FileError(*(replace(fault, where=str(path)) for fault in error.faults)) from error


def midi_score(data: bytes, *, lanes: bool = False) -> Score:
    """Return the score that the bytes of a `.mid` file hold; raise FileError where they hold none.

    The patterns of a file of type 2 follow one another. A note that no note-off ends lasts to the end of its track.
    The channels of one track and instrument become one track again where nothing is lost by it, unless they are to
    stay apart as `lanes`.
    """
    file = layout(data)
    time = timing(file.division)
    found = events(data, file.tracks)
    if file.kind == IN_TURN:
        found = in_turn(found)
    said = conducted(data, found, time, in_turn=file.kind == IN_TURN)
    return Score(
        tuple(_tracks(_sent(data, found, time.ticks_a_beat), said.names, lanes)),
        TempoMap(tuple(sorted(said.tempi.items()))),
        said.meter or Meter(),
        said.key,
        tuple(said.markers),
        said.names.get(0, ""),
    )


def _sent(data: bytes, found: Events, ticks_a_beat: float) -> _Sent:
    port = ports(data, found)
    line = _CHANNELS * port + (found.status & 0x0F)
    order = rank = np.arange(found.tick.size, dtype=np.int64)
    if (found.tick[1:] < found.tick[:-1]).any():
        order = np.argsort(found.tick, kind="stable")  # at one tick, the earlier track comes first
        rank = np.empty_like(order)
        rank[order] = np.arange(order.size, dtype=np.int64)
    kind = found.status & np.uint8(0xF0)
    place = places(line, rank)
    control = np.flatnonzero(kind == _CONTROLLER)
    made = zones(place[control], found.data1[control], found.data2[control], line.size)
    raised = octaves(data, found, port)
    return _Sent(found, kind, line, place, order, ticks_a_beat, programs(data, found), raised, made)


def _tracks(sent: _Sent, names: dict[int, str], lanes: bool) -> Iterator[Track]:
    """Yield a track for each line and program that a track of the file plays on, or those that go together as one."""
    notes, track, line, program = _played(sent)
    changes = np.diff(track) | np.diff(line) | np.diff(program)
    first = np.flatnonzero(np.concatenate([[True], changes != 0])[: notes.size])
    groups = list(zip(*(column[first].tolist() for column in (track, line, program)), strict=True))
    place, controls = _controls(sent)
    masters = np.array([sent.zones.get(on, -1) for _, on, _ in groups], np.int64)  # -1: none
    (begin, end), (begin_above, end_above) = (
        np.searchsorted(place, np.array([of, of + 1]) * sent.line.size) for of in (line[first], masters)
    )
    if (end - begin + end_above - begin_above).sum() > controls.size + _MOST_REPEATS:
        raise broken(f"{controls.size} controllers for up to {first.size} tracks of one channel are too many")
    bounds = np.append(first, notes.size)
    players = [(_player(sent, on, n), _bank_of(n)) for _, on, n in groups]
    players_of = Counter(own for own, _ in {(group[0], its) for group, its in zip(groups, players, strict=True)})
    lines_of = Counter(own for own, _ in {group[:2] for group in groups})
    one: dict[int, list[tuple[Notes, Controls]]] = {}  # the lines of each track that is one instrument's
    for n, ((own, _, _), (played_on, bank), mine) in enumerate(zip(groups, players, pairwise(bounds), strict=True)):
        part = notes[slice(*mine)], together(controls[begin_above[n] : end_above[n]], controls[begin[n] : end[n]])
        if players_of[own] == 1 and not lanes:
            one.setdefault(own, []).append(part)
            if len(one[own]) < lines_of[own]:
                continue
            whole = joined(one[own]) if lines_of[own] > 1 else None
            for own_notes, own_controls in one[own] if whole is None else [whole]:
                yield Track(names.get(own) or played_on, played_on, own_notes, own_controls, bank=bank)
        else:
            name = names.get(own) if lines_of[own] == 1 else None  # a type 0 file has one name for all
            yield Track(name or played_on, played_on, *part, bank=bank)


def _player(sent: _Sent, line: int, program: int) -> str:
    """Return the instrument of a program, or the drums on their channel, unless that is a zone's."""
    if line % _CHANNELS == _DRUM_CHANNEL and line not in sent.zones:
        return DRUMS
    return instrument_of_program(program % _PROGRAMS).name


def _bank_of(program: int) -> Bank | None:
    """Return the bank that a program's number stands for beside the program itself: see `_programs`."""
    bank = program // _PROGRAMS - 1
    return None if bank < 0 else divmod(bank, _HALF_BANKS)


def _played(sent: _Sent) -> tuple[Notes, I8, I8, I8]:
    """Return all notes, and each one's track in the file, line and program; they are sorted by these three."""
    found = sent.events
    some = sent.which(_NOTE_OFF, _NOTE_ON)
    begins = (sent.kind[some] == _NOTE_ON) & (found.data2[some] > 0)
    track, line = found.track[some], sent.line[some]
    voice = track * (int(line.max(initial=0)) + 1) + line
    end = ends(voice, found.data1[some], found.tick[some], begins, found.end[track])
    on = some[begins]
    program = _programs(sent, on)
    order = in_order(found.track[on], sent.line[on], program)
    on, end, program = on[order], end[order], program[order]
    controllers = sent.which(_CONTROLLER)
    pan = sent.last(controllers[found.data1[controllers] == _PAN], found.data2, on, _CENTRE)
    notes = np.empty(on.size, NOTE)
    notes["start"] = sent.beats(found.tick[on])
    notes["length"] = sent.beats(end - found.tick[on])
    notes["pitch"] = _pitches(sent, on)
    notes["velocity"] = found.data2[on] / 127
    notes["pan"] = np.maximum((pan - _CENTRE) / (127 - _CENTRE), -1.0)
    notes["row"] = -1
    return notes, found.track[on], sent.line[on], program


def _programs(sent: _Sent, on: I8) -> I8:
    """Return the program of notes (m,), 0..127, and 128 times one more than its bank, where the file selects any.

    A bank counts from the next program on. A member of a zone that has no program has its master's.
    """
    found, size = sent.events, sent.line.size
    change, control = sent.which(_PROGRAM), sent.which(_CONTROLLER)
    value = found.data1[change].astype(np.int64)
    halves = [control[found.data1[control] == number] for number in (_BANK_MSB, _BANK_LSB)]
    if any(half.size for half in halves):
        high, low = (sent.last(half, found.data2, change, -1) for half in halves)
        bank = _HALF_BANKS * np.maximum(high, 0) + np.maximum(low, 0)
        value += np.where((high >= 0) | (low >= 0), _PROGRAMS * (bank + 1), 0)
    place = sent.place[on]
    program = held(sent.place[change], value, place, size, -1)
    if sent.zones:
        master = np.arange(int(sent.line.max()) + 1)
        for member, line in sent.zones.items():
            if member < master.size:
                master[member] = line
        above = held(sent.place[change], value, master[sent.line[on]] * size + place % size, size, -1)
        program = np.where(program < 0, above, program)
    return np.maximum(program, 0)


def _pitches(sent: _Sent, on: I8) -> F8 | U1:
    """Return the pitches of notes (m,): their keys, or what their channels' tuning program makes of them."""
    found, key = sent.events, sent.events.data1[on]
    pitch: F8 | U1 = key
    if sent.tunings:
        control = sent.which(_CONTROLLER)
        number, value = found.data1[control], found.data2[control]
        pitch = tuned(sent.tunings, sent.place[control], number, value, sent.place[on], key, sent.line.size)
    for line, raised in sent.octaves.items():
        pitch = np.where(sent.line[on] == line, pitch + raised[key % 12], pitch)
    return pitch


def _controls(sent: _Sent) -> tuple[I8, Controls]:
    """Return the controllers and the bends of all lines, and their places, by which they are sorted."""
    found = sent.events
    control, wheel = sent.which(_CONTROLLER), sent.which(_WHEEL)
    place, number, value = sent.place[control], found.data1[control], found.data2[control]
    turned = found.data1[wheel] | found.data2[wheel].astype(np.int64) << 7
    bent, bend = bends(place, number, value, sent.place[wheel], turned, sent.line.size, sent.zones)
    target = _TARGET_OF[number]
    known = target >= 0
    place = np.concatenate([place[known], bent])
    order = np.argsort(place)
    place = place[order]
    made = np.empty(place.size, CONTROL)
    made["start"] = sent.beats(found.tick[sent.in_time[place % max(sent.line.size, 1)]])
    made["target"] = _TARGETS[np.concatenate([target[known], np.full(bent.size, _BEND_TARGET)])[order]]
    made["value"] = np.concatenate([value[known] / 127, bend])[order]
    return place, made
