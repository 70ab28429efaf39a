"""The score: tracks of notes over a tempo map, all positions in beats; and audio, what it sounds like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.errors import ComposerError, Fault
from composer.units import F4, TempoMap

NOTE = np.dtype(
    [
        ("start", "f8"),  # beats
        ("length", "f8"),  # beats
        ("pitch", "f8"),  # MIDI number, fractions allowed
        ("velocity", "f8"),  # 0..1
        ("pan", "f8"),  # -1 (left) .. 1 (right)
        ("row", "i8"),  # the table's row that the note came from, -1 for none
    ]
)
CONTROL = np.dtype(
    [
        ("start", "f8"),  # beats
        ("target", "U12"),  # a controller's name, such as "volume", or "bend"
        ("value", "f8"),  # holds until the target's next row: 0..1; of a bend, semitones, -24..24
    ]
)
BEND = "bend"  # what moves the pitch of all notes of a track, from the bend's start on; 0 is none
MOST_BEND = 24.0  # semitones, up or down
# The controllers that automation can name, with their numbers in a `.mid` (pan is the notes' own).
CONTROLLERS = {
    "modulation": 1,
    "breath": 2,
    "volume": 7,
    "expression": 11,
    "sustain": 64,
    "resonance": 71,
    "brightness": 74,
    "reverb": 91,
    "chorus": 93,
}
Bank = tuple[int, int]  # its number's high and low part, 0..127: what controllers 0 and 32 select
# Looked up when they are asked for: they stand above this floor.
_PRETTY = "composer.outputs.pretty"
NOTEBOOK = "composer.notebook.figure"
_WRITING = "composer.writing"
Notes = NDArray[np.void]
Controls = NDArray[np.void]


def notes(start: Any, length: Any, pitch: Any, velocity: Any = 0.8, pan: Any = 0.0, row: Any = -1) -> Notes:
    """Return a NOTE array, sorted by start, from numbers or arrays that broadcast to one shape (n,)."""
    columns = np.broadcast_arrays(*(np.atleast_1d(x) for x in (start, length, pitch, velocity, pan, row)))
    made = np.empty(columns[0].shape, NOTE)
    for name, values in zip(NOTE.names or (), columns, strict=True):
        made[name] = values
    return made[np.argsort(made["start"], kind="stable")]


def _frozen(array: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    copy = np.array(array, dtype)
    copy.setflags(write=False)
    return copy


@dataclass(frozen=True)
class Marker:
    """A named place in the score; as a cue, one that something is to happen at."""

    beat: float
    text: str
    cue: bool = False


@dataclass(frozen=True, eq=False)
class Track:
    """One instrument's notes (a NOTE array) and automation (a CONTROL array), both frozen copies, and its lyrics.

    The gain (dB) is that of its sound in the mix; a `.mid` does not hold it.
    `bank` is where a synthesiser that has several looks for the instrument; None leaves it at the one it has.
    """

    name: str
    instrument: str
    notes: Notes
    controls: Controls = field(default_factory=lambda: np.empty(0, CONTROL))
    lyrics: tuple[Marker, ...] = ()
    gain: float = 0.0
    bank: Bank | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "notes", _frozen(self.notes, NOTE))
        object.__setattr__(self, "controls", _frozen(self.controls, CONTROL))

    @property
    def end(self) -> float:
        """The beat at which the last note ends, 0 without notes."""
        return float((self.notes["start"] + self.notes["length"]).max(initial=0.0))


@dataclass(frozen=True)
class Meter:
    """A time signature: `beats` notes of value 1/`unit` in a bar."""

    beats: int = 4
    unit: int = 4


@dataclass(frozen=True)
class Key:
    """A key: its name, its signature (sharps, negative for flats: -7..7), and whether its third is minor."""

    name: str
    sharps: int
    minor: bool


@dataclass(frozen=True, eq=False)
class Score:
    """Everything that an engine needs to play or write the music. Beats are the only clock in here."""

    tracks: tuple[Track, ...]
    tempo: TempoMap = field(default_factory=TempoMap)
    meter: Meter = field(default_factory=Meter)
    key: Key | None = None
    markers: tuple[Marker, ...] = ()
    title: str = ""
    copyright: str = ""

    @property
    def end(self) -> float:
        """The beat at which the last note ends."""
        return max((track.end for track in self.tracks), default=0.0)

    @property
    def seconds(self) -> float:
        """The time, in seconds, at which the last note ends (a synthesiser's release comes after)."""
        return float(self.tempo.seconds(self.end))

    def to_pretty_midi(self) -> Any:
        """Return the score as a `pretty_midi.PrettyMIDI`; see `composer.outputs.pretty`."""
        return import_module(_PRETTY).to_pretty_midi(self)

    def plot(self, kind: str = "roll", *, ax: Any = None, **settings: Any) -> Any:
        """Return a picture of the score, a matplotlib Figure, drawn into `ax` if one is given; see `composer.plot`.

        Raises ComposerError where matplotlib is not installed, InputError for a picture that a score alone has not.
        """
        return drawn(self, kind, ax, settings)

    def play(self) -> Any:
        """Return the sound as an `IPython.display.Audio`, the whole of it; ComposerError where IPython is missing."""
        return import_module(NOTEBOOK).played(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return what a notebook shows; see `composer.notebook`."""
        shown: dict[str, Any] = import_module(NOTEBOOK).score_shown(self)
        return shown

    @staticmethod
    def from_pretty_midi(music: Any) -> Score:
        """Return a `pretty_midi.PrettyMIDI` as a score; see `composer.outputs.pretty`."""
        made: Score = import_module(_PRETTY).from_pretty_midi(music)
        return made


def drawn(music: Any, kind: str, ax: Any, settings: Mapping[str, Any]) -> Any:
    """Return a picture of a score or a composition: see `composer.plot`; ComposerError without matplotlib."""
    try:
        import_module("matplotlib")
    except ImportError as error:
        fault = Fault("pictures need matplotlib, which is not installed", "plot", 'pip install "eta-composer[plot]"')
        raise ComposerError(fault) from error
    return import_module(_WRITING).plot(music, kind, ax=ax, **settings)


@dataclass(frozen=True, eq=False)
class Audio:
    """Samples of shape (frames, channels), float32, full scale at ±1, at `rate` Hz."""

    samples: F4
    rate: int

    def __post_init__(self) -> None:
        seen = np.asarray(self.samples, np.float32).view()  # a view is enough to freeze: an hour is large
        seen.setflags(write=False)
        object.__setattr__(self, "samples", seen)
