"""Scales and keys: which pitches a piece may use, and how a value finds one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from composer.errors import Fault, InputError, pick, unknown
from composer.errors import nearest as close_to
from composer.instruments import drums
from composer.mapping.scalers import rank
from composer.score import Key
from composer.units import F8, fifths_of, pitch_class_of, pitch_name, pitch_of

LOWEST, HIGHEST = 0, 127  # MIDI


@dataclass(frozen=True)
class Scale:
    """A row of SCALES: `steps` in semitones above the tonic, or fixed `pitches` that need no tonic.

    `fifths` is how far the tonic lies from the key signature's major tonic on the line of fifths (dorian: 2,
    for D dorian has C major's signature); None where no signature fits.
    """

    steps: tuple[int, ...] = ()
    fifths: int | None = None
    pitches: tuple[int, ...] = ()

    @property
    def needs_tonic(self) -> bool:
        """Whether the scale means nothing without a tonic."""
        return 0 < len(self.steps) < 12


SCALES = {
    "major": Scale((0, 2, 4, 5, 7, 9, 11), 0),
    "minor": Scale((0, 2, 3, 5, 7, 8, 10), 3),
    "ionian": Scale((0, 2, 4, 5, 7, 9, 11), 0),
    "dorian": Scale((0, 2, 3, 5, 7, 9, 10), 2),
    "phrygian": Scale((0, 1, 3, 5, 7, 8, 10), 4),
    "lydian": Scale((0, 2, 4, 6, 7, 9, 11), -1),
    "mixolydian": Scale((0, 2, 4, 5, 7, 9, 10), 1),
    "aeolian": Scale((0, 2, 3, 5, 7, 8, 10), 3),
    "locrian": Scale((0, 1, 3, 5, 6, 8, 10), 5),
    "harmonic minor": Scale((0, 2, 3, 5, 7, 8, 11), 3),
    "melodic minor": Scale((0, 2, 3, 5, 7, 9, 11), 3),
    "major pentatonic": Scale((0, 2, 4, 7, 9), 0),
    "minor pentatonic": Scale((0, 3, 5, 7, 10), 3),
    "blues": Scale((0, 3, 5, 6, 7, 10), 3),
    "whole tone": Scale((0, 2, 4, 6, 8, 10)),
    "chromatic": Scale(tuple(range(12))),
    # Piano keys 35 to 64 (MIDI = key + 20) but for those whose number mod 12 is 0, 2, 5, 7 or 10: the scale
    # of the script that this project grew from.
    "granville": Scale(pitches=tuple(key + 20 for key in range(35, 65) if key % 12 not in {0, 2, 5, 7, 10})),
}


def scale_pitches(scale: str | Sequence[int | str]) -> tuple[tuple[int, ...], bool]:
    """Return the MIDI numbers of a scale in rising order, and whether they are fixed (no octaves repeat).

    `scale` is "TONIC NAME" ("D dorian"), a name that needs no tonic ("chromatic", "granville"), a list of
    pitch classes ([0, 2, 7] or ["D", "F", "A"]), or a list of pitches (["D3", 57, "closed hi-hat"]).

    >>> scale_pitches("granville")[0][:4], scale_pitches(["C4", "G3"])
    ((55, 57, 59, 60), ((55, 60), True))
    """
    if isinstance(scale, str):
        tonic, row = _named(scale)
        if row.pitches:
            return row.pitches, True
        classes = {(pitch_class_of(tonic) + step) % 12 for step in row.steps}
        return _repeated(classes), False
    if not scale:
        raise InputError(Fault("the scale is empty", remedy='give a name like "D dorian", or a list of notes'))
    if all(isinstance(entry, int) and 0 <= entry < 12 for entry in scale):
        return _repeated({int(entry) for entry in scale}), False
    if all(isinstance(entry, str) and _is_class(entry) for entry in scale):
        return _repeated({pitch_class_of(str(entry)) for entry in scale}), False
    return tuple(sorted({int(pitch_number(entry)) for entry in scale})), True


def candidates(scale: str | Sequence[int | str], low: float | None = None, high: float | None = None) -> F8:
    """Return the pitches of `scale` between two MIDI numbers, both included, None leaving an end open."""
    pitches, _ = scale_pitches(scale)
    first, last = LOWEST if low is None else low, HIGHEST if high is None else high
    within = np.array([pitch for pitch in pitches if first <= pitch <= last], np.float64)
    if not within.size:
        raise InputError(
            Fault(
                f"the scale {scale!r} has no note from {pitch_name(first)} to {pitch_name(last)}",
                remedy=f"its notes lie from {pitch_name(pitches[0])} to {pitch_name(pitches[-1])}: widen the range",
            )
        )
    return within


def key_of(text: str) -> Key:
    """Return the key written as "TONIC NAME", with its signature; raise InputError where none fits.

    >>> key_of("D dorian"), key_of("Bb major").sharps
    (Key(name='D dorian', sharps=0, minor=True), -2)
    """
    tonic, row = _named(text)
    if row.fifths is None or not tonic:
        raise InputError(
            Fault(f"{text!r} has no key signature", remedy='write a key like "D dorian"; a scale goes in a rule')
        )
    sharps = fifths_of(tonic) - row.fifths
    while not -7 <= sharps <= 7:
        sharps += 12 if sharps < 0 else -12
    return Key(text, sharps, 3 in row.steps and 4 not in row.steps)


def pitch_number(value: float | str) -> float:
    """Return the MIDI number of a number, a note name with octave, or a drum's name."""
    if not isinstance(value, str):
        return float(value)
    if value.lower() in drums():
        return float(drums()[value.lower()])
    if close_to(value, drums()):
        raise InputError(unknown("note or drum", value, drums()))
    return float(pitch_of(value))


def _named(text: str) -> tuple[str, Scale]:
    """Split "D dorian" into the tonic (empty where the scale needs none) and the row of SCALES."""
    name = " ".join(text.split())
    if name.lower() in SCALES:
        row = SCALES[name.lower()]
        if row.needs_tonic:
            raise InputError(Fault(f"{text!r} has no tonic", remedy=f"write it like 'D {name.lower()}'"))
        return ("C" if row.steps else ""), row
    tonic, _, rest = name.partition(" ")
    if _is_class(tonic):
        return tonic, pick(SCALES, rest.lower() or "major", "scale")
    if rest.lower() in SCALES:
        raise InputError(Fault(f"{tonic!r} is not a note name", remedy=f"write it like 'D {rest.lower()}'"))
    raise InputError(unknown("scale", text, [f"C {other}" if SCALES[other].needs_tonic else other for other in SCALES]))


def _is_class(text: str) -> bool:
    try:
        pitch_class_of(text)
    except InputError:
        return False
    return True


def _repeated(classes: set[int]) -> tuple[int, ...]:
    return tuple(pitch for pitch in range(LOWEST, HIGHEST + 1) if pitch % 12 in classes)


# Snapping: a share (0..1, NaN kept) of the range low..high becomes one of the rising `pitches`.


def nearest(share: F8, pitches: F8, low: float, high: float) -> F8:
    """The pitch nearest to the place in the range; half way between two, the higher."""
    middles = (pitches[1:] + pitches[:-1]) / 2
    return pitches[np.searchsorted(middles, _place(share, low, high), side="right")]


def up(share: F8, pitches: F8, low: float, high: float) -> F8:
    """The next pitch at or above the place in the range."""
    k = np.searchsorted(pitches, _place(share, low, high) - _TOUCH, side="left")
    return pitches[np.minimum(k, pitches.size - 1)]


def down(share: F8, pitches: F8, low: float, high: float) -> F8:
    """The next pitch at or below the place in the range."""
    k = np.searchsorted(pitches, _place(share, low, high) + _TOUCH, side="right") - 1
    return pitches[np.maximum(k, 0)]


def equal_width(share: F8, pitches: F8, low: float, high: float) -> F8:
    """Each pitch gets an equal part of 0..1, whatever its distance from the next: floor(share · n)."""
    k = np.floor(np.nan_to_num(share) * pitches.size).astype(int)
    return np.asarray(pitches[np.clip(k, 0, pitches.size - 1)])


def equal_count(share: F8, pitches: F8, low: float, high: float) -> F8:
    """Each pitch gets as many of the values as the next (equal values stay together)."""
    # A hair more, lest 1/49 of 49 pitches come to less than the first.
    return equal_width(rank(share) * (1 + 1e-12), pitches, low, high)


_TOUCH = 1e-9  # semitones: a place this near to a pitch is on it


def _place(share: F8, low: float, high: float) -> F8:
    return np.nan_to_num(low + share * (high - low), nan=low)


SNAPS = {
    "nearest": nearest,
    "up": up,
    "down": down,
    "equal-width": equal_width,
    "equal-count": equal_count,
}
