"""Conversions between units, and the one map from beats to seconds and ticks.

Conventions: a beat is a quarter note, whatever the meter; pitch is a MIDI number, fractions allowed,
60 = C4 (middle C) and 69 = A4; velocity, gain and amplitude are 0..1; pan is -1 (left) to 1 (right).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from composer.errors import Fault, InputError

F8 = NDArray[np.float64]
F4 = NDArray[np.float32]
I8 = NDArray[np.int64]

A4_HZ = 440.0
A4_PITCH = 69


# Pitch

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS = {"#": 1, "♯": 1, "x": 2, "b": -1, "♭": -1}
_NOTE = re.compile(r"([A-Ga-g])([#♯x]*|[b♭]*)(-?[0-9]{1,2})?")
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def _spelled(name: str) -> tuple[int, int | None]:
    """Split a note name into semitones above the octave's C (may leave 0..11) and the octave, if any."""
    match = _NOTE.fullmatch(name.strip())
    if match is None:
        raise InputError(Fault(f"{name!r} is not a note name", remedy="write it like C4, F#3 or Bb-1"))
    letter, accidentals, octave = match.groups()
    semitones = _LETTERS[letter.upper()] + sum(_ACCIDENTALS[sign] for sign in accidentals)
    return semitones, None if octave is None else int(octave)


def pitch_of(name: str) -> int:
    """Return the MIDI number of a note name with its octave; the octave changes at C, so Cb4 is B3.

    >>> [pitch_of(name) for name in ("C4", "C#4", "Db4", "Cb4", "E#4", "A0")]
    [60, 61, 61, 59, 65, 21]
    """
    semitones, octave = _spelled(name)
    if octave is None:
        raise InputError(Fault(f"{name!r} has no octave", remedy=f"write it like {name}4"))
    return 12 * (octave + 1) + semitones


def pitch_class_of(name: str) -> int:
    """Return the pitch class, 0 (C) to 11 (B), of a note name without octave.

    >>> [pitch_class_of(name) for name in ("C", "Cb", "F#", "B#")]
    [0, 11, 6, 0]
    """
    semitones, octave = _spelled(name)
    if octave is not None:
        raise InputError(Fault(f"{name!r} has an octave", remedy="write the name alone, like C or F#"))
    return semitones % 12


def fifths_of(name: str) -> int:
    """Return where a note name stands on the line of fifths: C is 0, G 1, F -1, F# 6, Bb -2.

    >>> [fifths_of(name) for name in ("C", "G", "F", "F#", "Bb")]
    [0, 1, -1, 6, -2]
    """
    semitones, _ = _spelled(name)
    letter = _LETTERS[name.strip()[0].upper()]
    natural = (letter * 7 + 1) % 12 - 1
    return natural + 7 * (semitones - letter)


def pitch_name(pitch: float) -> str:
    """Return the name of the nearest key, sharps for the black ones.

    >>> pitch_name(61), pitch_name(21.2)
    ('C#4', 'A0')
    """
    number = int(np.floor(pitch + 0.5))
    return f"{_NAMES[number % 12]}{number // 12 - 1}"


def hz_of_pitch(pitch: ArrayLike, a4: float = A4_HZ) -> F8:
    """Return the frequencies, in Hz, of MIDI numbers in equal temperament."""
    return np.asarray(a4 * 2.0 ** ((np.asarray(pitch, np.float64) - A4_PITCH) / 12))


# Level and place


def amplitude_of_velocity(velocity: ArrayLike) -> F8:
    """Return amplitude = velocity², the law that General MIDI synthesisers keep."""
    return np.asarray(np.square(np.asarray(velocity, np.float64)))


def velocity_of_amplitude(amplitude: ArrayLike) -> F8:
    """Return the velocity whose square is this amplitude."""
    return np.asarray(np.sqrt(np.asarray(amplitude, np.float64)))


def pan_gains(pan: ArrayLike) -> tuple[F8, F8]:
    """Return the left and right gains of constant-power pan: cos and sin of 90° · (pan + 1) / 2."""
    angle = (np.asarray(pan, np.float64) + 1) * (np.pi / 4)
    # cos(90°) is 6e-17 in floating point: a note at the far right is silent on the left.
    return np.where(np.asarray(pan) >= 1, 0.0, np.cos(angle)), np.sin(angle)


def amplitude_of_db(db: ArrayLike) -> F8:
    """Return the amplitude ratio of a level in decibels."""
    return np.asarray(10.0 ** (np.asarray(db, np.float64) / 20))


def db_of_amplitude(amplitude: float) -> float:
    """Return the level, in decibels, of an amplitude ratio (-inf for silence)."""
    return float(20 * np.log10(amplitude)) if amplitude > 0 else -float("inf")


# Time


@dataclass(frozen=True)
class TempoMap:
    """Tempo changes as (beat, quarter notes a minute), the first at beat 0, each beat later than the last."""

    changes: tuple[tuple[float, float], ...] = ((0.0, 120.0),)

    def __post_init__(self) -> None:
        beats = [beat for beat, _ in self.changes]
        if not beats or beats[0] != 0 or not all(a < b < np.inf for a, b in pairwise(beats)):
            raise InputError(
                Fault(
                    f"the tempo changes at beats {beats}",
                    "tempo",
                    "give the first change at beat 0 and each later one at a later beat",
                )
            )
        if not all(np.isfinite(bpm) and bpm > 0 for _, bpm in self.changes):
            raise InputError(Fault("a tempo is not above 0 bpm", "tempo", "give beats a minute, such as 96"))

    @property
    def _beats(self) -> F8:
        return np.array([beat for beat, _ in self.changes], np.float64)

    @property
    def _beats_a_second(self) -> F8:
        return np.array([bpm / 60 for _, bpm in self.changes], np.float64)

    @property
    def _starts(self) -> F8:
        """The time of each change, in seconds."""
        spans = np.diff(self._beats) / self._beats_a_second[:-1]
        return np.concatenate([[0.0], np.cumsum(spans)])

    def _segment(self, starts: F8, values: F8) -> I8:
        return np.maximum(np.searchsorted(starts, values, side="right") - 1, 0)

    def seconds(self, beats: ArrayLike) -> F8:
        """Return the times, in seconds from the start, of positions in beats."""
        at = np.asarray(beats, np.float64)
        k = self._segment(self._beats, at)
        return np.asarray(self._starts[k] + (at - self._beats[k]) / self._beats_a_second[k])

    def beats(self, seconds: ArrayLike) -> F8:
        """Return the positions, in beats, of times in seconds: the inverse of `seconds`."""
        at = np.asarray(seconds, np.float64)
        k = self._segment(self._starts, at)
        return np.asarray(self._beats[k] + (at - self._starts[k]) * self._beats_a_second[k])

    def at(self, beat: float) -> float:
        """Return the tempo, in quarter notes a minute, at a beat."""
        return self.changes[int(self._segment(self._beats, np.array(beat, np.float64)))][1]

    def seconds_lasting(self, start: ArrayLike, length: ArrayLike) -> F8:
        """Return how many seconds `length` beats from beat `start` last.

        Within one tempo this is one division, not a difference of two positions, so that a length
        given in seconds comes back to the last bit at 60 bpm.
        """
        first, span = np.asarray(start, np.float64), np.asarray(length, np.float64)
        k = self._segment(self._beats, first)
        whole = k == self._segment(self._beats, first + span)
        return np.where(whole, span / self._beats_a_second[k], self.seconds(first + span) - self.seconds(first))

    def beats_lasting(self, start: ArrayLike, length: ArrayLike) -> F8:
        """Return how many beats `length` seconds from second `start` last: see `seconds_lasting`."""
        first, span = np.asarray(start, np.float64), np.asarray(length, np.float64)
        k = self._segment(self._starts, first)
        whole = k == self._segment(self._starts, first + span)
        return np.where(whole, span * self._beats_a_second[k], self.beats(first + span) - self.beats(first))
