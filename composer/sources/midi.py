"""Reads a Standard MIDI File, from whatever program, as a score.

mido parses the bytes; what is kept is what a score holds: notes, programs, pan, the controllers of
`score.CONTROLLERS`, pitch bends in semitones (by the range that the file sets), tempo map, first meter, first
key, markers and names.
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from composer.errors import Fault, FileError
from composer.files import read_bytes
from composer.instruments import DRUMS, instrument_of_program
from composer.score import BEND, CONTROL, CONTROLLERS, MOST_BEND, NOTE, Key, Marker, Meter, Score, Track
from composer.units import TempoMap, fifths_of

MOST_BYTES = 64 * 2**20
_MOST_WAIT = 2**28 - 1  # ticks: a delta time has four bytes at most
_ENDLESS = re.compile(rb"[\x80-\xff]{16384}")  # mido may take it for one number, and need quadratic time
_DRUM_CHANNEL = 9
_PAN, _CENTRE = 10, 64
_DATA_MSB, _DATA_LSB = 6, 38
_NRPN_LSB, _NRPN_MSB, _RPN_LSB, _RPN_MSB = _SELECTORS = (98, 99, 100, 101)
_RESET = 121  # all controllers: the bend too, but not its range (MIDI's RP-015)
_BEND_STEPS = 8192  # from the centre to the end of the range
_TARGETS = {number: name for name, number in CONTROLLERS.items()}


def read_midi(path: Path) -> Score:
    """Return the score that a `.mid` file of type 0 or 1 holds; raise FileError where it cannot be read."""
    data = read_bytes(path, "MIDI file (.mid)", MOST_BYTES)
    try:
        return midi_score(data)
    except FileError:
        raise
    except Exception as error:  # mido meets a broken file with many kinds of error
        reason = f" ({error})" if str(error) else ""
        raise FileError(
            Fault(f"this is not a whole Standard MIDI File{reason}", str(path), "export it again, or try another")
        ) from error


def midi_score(data: bytes) -> Score:
    """Return the score that the bytes of a `.mid` file hold; what is no such file raises an error of some kind."""
    return _score(_parsed(data))


def _parsed(data: bytes) -> Any:
    import mido

    if not data.startswith(b"MThd"):
        raise ValueError("it does not begin with MThd" if data else "it is empty")
    if _ENDLESS.search(data):
        raise ValueError("it holds a number without an end")
    # latin-1 reads any byte; `_text` makes the best of names afterwards.
    file = mido.MidiFile(file=io.BytesIO(_known_chunks(data)), charset="latin-1", clip=True)
    if file.type == 2:
        raise ValueError("type 2 holds independent patterns, not one piece")
    if not file.tracks or file.ticks_per_beat == 0:
        raise ValueError("it has no tracks" if not file.tracks else "its division is 0")
    return file


def _known_chunks(data: bytes) -> bytes:
    """Return a file without the chunks of unknown kinds, which readers are to pass over, and mido does not."""
    kept, at = [], 0
    while at < len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")
        if data[at : at + 4] in (b"MThd", b"MTrk"):
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


@dataclass
class _Channel:
    """What is set on a channel at the time."""

    program: int = 0
    pan: float = 0.0
    controls: list[tuple[float, str, float]] = field(default_factory=list)
    # The parameter that data entry is for: the last number of each selector, and whether it is a registered one.
    selected: dict[int, int] = field(default_factory=dict)
    registered: bool = False
    bend_range: dict[int, int] = field(default_factory=lambda: {_DATA_MSB: 2, _DATA_LSB: 0})  # semitones, cents
    wheel: int = 0
    bend: float = 0.0

    @property
    def sets_bend_range(self) -> bool:
        """Whether data entry is for registered parameter 0, the range of pitch bends."""
        return self.registered and self.selected.get(_RPN_MSB) == self.selected.get(_RPN_LSB) == 0

    def bent(self, beat: float) -> None:
        """Keep the bend, in semitones, if wheel or range have changed it."""
        reach = self.bend_range[_DATA_MSB] + self.bend_range[_DATA_LSB] / 100
        bend = min(max(self.wheel * reach / _BEND_STEPS, -MOST_BEND), MOST_BEND)
        if bend != self.bend:
            self.bend = bend
            self.controls.append((beat, BEND, bend))


@dataclass
class _Reading:
    """What has been found so far; notes are kept by (track in the file, channel, program)."""

    channels: dict[int, _Channel] = field(default_factory=lambda: defaultdict(_Channel))
    notes: dict[tuple[int, int, int], list[list[float]]] = field(default_factory=lambda: defaultdict(list))
    sounding: dict[tuple[int, int, int], deque[list[float]]] = field(default_factory=lambda: defaultdict(deque))
    names: dict[int, str] = field(default_factory=dict)
    tempi: dict[float, float] = field(default_factory=dict)
    meters: list[Meter] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    end: float = 0.0


def _score(file: Any) -> Score:
    beats_a_tick, timed_by_frames = _division(file.ticks_per_beat)
    found = _Reading()
    for tick, track, message in _merged(file):
        found.end = tick * beats_a_tick
        note = _HANDLERS.get(message.type)
        if note is not None:
            note(found, found.end, track, message)
    for waiting in found.sounding.values():  # never released: they last to the end
        for row in waiting:
            row[1] = found.end - row[0]
    tempi = {0.0: 120.0} if timed_by_frames else {0.0: 120.0, **found.tempi}
    return Score(
        tuple(_tracks(found)),
        TempoMap(tuple(sorted(tempi.items()))),
        found.meters[0] if found.meters else Meter(),
        found.keys[0] if found.keys else None,
        tuple(found.markers),
        found.names.get(0, ""),
    )


def _division(division: int) -> tuple[float, bool]:
    """Return the beats in a tick; frames of film count as seconds, at 120 beats a minute."""
    if division > 0:
        return 1 / division, False
    frames, ticks = 256 - (division >> 8 & 0xFF), division & 0xFF
    rate = {24: 24.0, 25: 25.0, 29: 30000 / 1001, 30: 30.0}.get(frames, 0.0) * ticks
    if not rate:
        raise ValueError(f"its time is divided into {frames} frames a second of {ticks} ticks")
    return 2 / rate, True


def _merged(file: Any) -> Iterator[tuple[int, int, Any]]:
    """Yield every message with its tick and its track, in order of time."""
    events = []
    for number, track in enumerate(file.tracks):
        tick = 0
        for message in track:
            if message.time > _MOST_WAIT:
                raise ValueError("a delta time is longer than four bytes")
            tick += message.time
            events.append((tick, number, message))
    yield from sorted(events, key=lambda event: event[0])


def _note_on(found: _Reading, beat: float, track: int, message: Any) -> None:
    if message.velocity == 0:
        _note_off(found, beat, track, message)
        return
    channel = found.channels[message.channel]
    row = [beat, 0.0, message.note, message.velocity / 127, channel.pan, -1]
    found.notes[track, message.channel, channel.program].append(row)
    found.sounding[track, message.channel, message.note].append(row)


def _note_off(found: _Reading, beat: float, track: int, message: Any) -> None:
    waiting = found.sounding[track, message.channel, message.note]
    if waiting:
        row = waiting.popleft()
        row[1] = beat - row[0]


def _program_change(found: _Reading, beat: float, track: int, message: Any) -> None:
    found.channels[message.channel].program = message.program


def _control_change(found: _Reading, beat: float, track: int, message: Any) -> None:
    channel = found.channels[message.channel]
    if message.control == _PAN:
        channel.pan = max((message.value - _CENTRE) / (127 - _CENTRE), -1.0)
    elif message.control in _TARGETS:
        channel.controls.append((beat, _TARGETS[message.control], message.value / 127))
    elif message.control in _SELECTORS:
        channel.selected[message.control] = message.value
        channel.registered = message.control in (_RPN_LSB, _RPN_MSB)
    elif message.control in channel.bend_range and channel.sets_bend_range:
        channel.bend_range[message.control] = message.value
        channel.bent(beat)
    elif message.control == _RESET:
        channel.registered = False
        channel.wheel = 0
        channel.bent(beat)


def _pitch_wheel(found: _Reading, beat: float, track: int, message: Any) -> None:
    channel = found.channels[message.channel]
    channel.wheel = message.pitch
    channel.bent(beat)


def _tempo(found: _Reading, beat: float, track: int, message: Any) -> None:
    if message.tempo:
        found.tempi[beat] = 6e7 / message.tempo


def _meter(found: _Reading, beat: float, track: int, message: Any) -> None:
    found.meters.append(Meter(message.numerator, message.denominator))


def _key(found: _Reading, beat: float, track: int, message: Any) -> None:
    minor = message.key.endswith("m")
    tonic = message.key.removesuffix("m")
    name = f"{tonic} {'minor' if minor else 'major'}"
    found.keys.append(Key(name, fifths_of(tonic) - (3 if minor else 0), minor))


def _marker(found: _Reading, beat: float, track: int, message: Any) -> None:
    found.markers.append(Marker(beat, _text(message.text)))


def _name(found: _Reading, beat: float, track: int, message: Any) -> None:
    found.names.setdefault(track, _text(message.name))


_HANDLERS = {
    "note_on": _note_on,
    "note_off": _note_off,
    "program_change": _program_change,
    "control_change": _control_change,
    "pitchwheel": _pitch_wheel,
    "set_tempo": _tempo,
    "time_signature": _meter,
    "key_signature": _key,
    "marker": _marker,
    "track_name": _name,
}


def _tracks(found: _Reading) -> Iterator[Track]:
    channels = Counter(track for track, _ in {(track, channel) for track, channel, _ in found.notes})
    for (track, channel, program), rows in sorted(found.notes.items(), key=lambda item: item[0]):
        name = DRUMS if channel == _DRUM_CHANNEL else instrument_of_program(program).name
        notes = np.array([tuple(row) for row in rows], NOTE)
        controls = np.array(found.channels[channel].controls, CONTROL)
        own_name = found.names.get(track) if channels[track] == 1 else None  # a type 0 file has one name for all
        yield Track(own_name or name, name, notes, controls)


def _text(text: str) -> str:
    """Return a name read as latin-1 as the UTF-8 that it most likely is."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return text
