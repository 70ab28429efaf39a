"""Harmony: chords written as roman numerals or chosen by the data, and which of them sounds when.

A numeral counts degrees of the key's own scale: VI in A minor is F major. A key of other than seven notes counts
those of the first scale of seven with the same signature: of C major in C major pentatonic, of A minor in A blues.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from composer.errors import Fault, InputError
from composer.mapping.metre import TOUCH
from composer.mapping.scales import SCALES, key_of
from composer.units import F8, I8, pitch_class_of

Classes = tuple[int, ...]
MOST_CHANGES = 1_000_000


@dataclass(frozen=True)
class Chord:
    """A chord: the pitch class of its root, all its pitch classes from the root upwards, and its numeral."""

    root: int
    classes: Classes
    name: str


# The signs after a numeral: the third, the fifth and the seventh above the root, in semitones.
SIGNS = {
    "°": (3, 6, 9),
    "o": (3, 6, 9),
    "dim": (3, 6, 9),
    "ø": (3, 6, 10),
    "+": (4, 8, 10),
    "aug": (4, 8, 10),
}
MAJOR, MINOR = (4, 7, 10), (3, 7, 10)  # without a sign, upper and lower case

# What may follow: from the third, the fifth and the seventh to the semitones above the root. To add one: its row.
EXTENSIONS: dict[str, Callable[[int, int, int], Classes]] = {
    "": lambda third, fifth, seventh: (third, fifth),
    "6": lambda third, fifth, seventh: (third, fifth, 9),
    "7": lambda third, fifth, seventh: (third, fifth, seventh),
    "maj7": lambda third, fifth, seventh: (third, fifth, 11),
    "9": lambda third, fifth, seventh: (third, fifth, seventh, 14),
    "maj9": lambda third, fifth, seventh: (third, fifth, 11, 14),
    "add9": lambda third, fifth, seventh: (third, fifth, 14),
    "sus2": lambda third, fifth, seventh: (2, fifth),
    "sus4": lambda third, fifth, seventh: (5, fifth),
    "7sus4": lambda third, fifth, seventh: (5, fifth, seventh),
}

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
_MAJOR_SCALE = SCALES["major"].steps
_ALTERED = {"": 0, "b": -1, "♭": -1, "#": 1, "♯": 1}


def _any_of(texts: Sequence[str]) -> str:
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))


_GRAMMAR = re.compile(
    f"([b♭#♯]?)({_any_of([*NUMERALS, *map(str.lower, NUMERALS)])})({_any_of([*SIGNS])})?({_any_of([*EXTENSIONS])})"
)
_ALLOWED = (
    "write numerals such as I, vi, bVII, vii°, III+ or ii7: upper case for major, lower for minor; then ° (o, dim), "
    f"ø or + (aug); then {', '.join(name for name in EXTENSIONS if name)}"
)


def chords_of(progression: str, key: str) -> tuple[Chord, ...]:
    """Return the chords of a progression such as "i VI III VII" in a key; raise InputError naming a bad numeral.

    Spaces, commas, hyphens and bar lines part the numerals. An accidental lowers or raises the degree by a
    semitone, unless the key has it so already (against the major scale): bVII is G major both in A major
    and in A minor. 7 is the minor seventh (of ° the diminished one), maj7 the major, 9 adds the major ninth.

    >>> [chord.classes for chord in chords_of("ii7 V7 I", "C major")]
    [(2, 5, 9, 0), (7, 11, 2, 5), (0, 4, 7)]
    """
    names = [name for name in re.split(r"[\s,|–-]+", progression) if name]
    if not names:
        raise InputError(Fault("the progression has no chords", remedy='write it like "I V vi IV"'))
    tonic, steps = _degrees(key)
    return tuple(_read(name, tonic, steps) for name in names)


def _read(name: str, tonic: int, steps: Sequence[int]) -> Chord:
    match = _GRAMMAR.fullmatch(name)
    if match is None:
        raise InputError(Fault(f"{name!r} is not a chord", remedy=_ALLOWED))
    accidental, numeral, sign, extension = match.groups()
    degree, change = NUMERALS.index(numeral.upper()), _ALTERED[accidental]
    has_already = (steps[degree] - _MAJOR_SCALE[degree]) * change > 0
    root = (tonic + steps[degree] + (0 if has_already else change)) % 12
    quality = SIGNS[sign] if sign else MAJOR if numeral.isupper() else MINOR
    above = EXTENSIONS[extension](*quality)
    return Chord(root, (root, *((root + semitones) % 12 for semitones in above)), name)


def diatonic(key: str, sevenths: bool = False) -> tuple[Chord, ...]:
    """Return the chord on each degree of a key, in thirds of its own scale: triads, or with their sevenths.

    >>> " ".join(chord.name for chord in diatonic("A minor"))
    'i ii° III iv v VI VII'
    """
    tonic, steps = _degrees(key)
    chords = []
    for degree in range(7):
        stack = [(steps[(degree + up) % 7] - steps[degree]) % 12 for up in ((2, 4, 6) if sevenths else (2, 4))]
        root = (tonic + steps[degree]) % 12
        chords.append(Chord(root, (root, *((root + semitones) % 12 for semitones in stack)), _named(degree, stack)))
    return tuple(chords)


def _named(degree: int, stack: Sequence[int]) -> str:
    """Return the numeral of a stack of thirds, as `chords_of` reads it."""
    third, fifth, *seventh = stack
    numeral = NUMERALS[degree] if third == 4 else NUMERALS[degree].lower()
    half = seventh == [10]
    sign = {6: "ø" if half else "°", 8: "+"}.get(fifth, "")
    return numeral + sign + ("" if not seventh else "maj7" if seventh == [11] else "7")


# From rest to tension: the degrees that stand for the tonic, then for the subdominant, then for the dominant
# (the functions of H. Riemann, Vereinfachte Harmonielehre, 1893).
_BY_TENSION = (0, 5, 2, 3, 1, 4, 6)
_LATER = {7: 0, 8: 1, 6: 2}  # by the fifth: perfect, augmented, diminished


def by_tension(key: str) -> tuple[Chord, ...]:
    """Return a key's seven triads from rest to tension: the tonic first, augmented and diminished ones last.

    >>> " ".join(chord.name for chord in by_tension("C major"))
    'I vi iii IV ii V vii°'
    """
    chords = diatonic(key)
    home, *others = (chords[degree] for degree in _BY_TENSION)
    return (home, *sorted(others, key=lambda chord: _LATER[(chord.classes[2] - chord.root) % 12]))


def following(shares: F8, key: str) -> tuple[Chord, ...]:
    """Return the chord that each share, 0 (home) to 1 (far away), chooses; NaN keeps the chord before.

    Each of the key's triads has an equal part of 0..1, in the order of `by_tension`.
    """
    chords = by_tension(key)
    known = ~np.isnan(shares)
    last = np.maximum.accumulate(np.where(known, np.arange(shares.size), -1)) if shares.size else np.empty(0, int)
    held = np.where(last >= 0, np.clip(shares[last], 0, 1), 0.0)
    chosen = np.minimum(np.floor(held * len(chords)).astype(int), len(chords) - 1)
    return tuple(chords[k] for k in chosen)


def tonic_of(key: str) -> int:
    """Return the pitch class of a key's tonic.

    >>> tonic_of("Bb major")
    10
    """
    return _degrees(key)[0]


def _degrees(key: str) -> tuple[int, tuple[int, ...]]:
    """Return the pitch class of a key's tonic and the seven steps its numerals count."""
    tonic, _, name = " ".join(key_of(key).name.split()).partition(" ")
    row = SCALES[name.lower() or "major"]
    if len(row.steps) != 7:
        row = next(other for other in SCALES.values() if len(other.steps) == 7 and other.fifths == row.fifths)
    return pitch_class_of(tonic), row.steps


@dataclass(frozen=True, eq=False)
class Harmony:
    """Chords and the beats at which each begins, (k,), rising from 0; the last sounds until the end."""

    starts: F8
    chords: tuple[Chord, ...]

    def __post_init__(self) -> None:
        starts = np.array(self.starts, np.float64)
        if not self.chords or starts.shape != (len(self.chords),):
            raise InputError(Fault(f"{starts.size} places for {len(self.chords)} chords", "harmony", "make them equal"))
        if starts[0] != 0 or not np.all(np.diff(starts) > 0):
            raise InputError(Fault("the chords do not begin at 0 and rise", "harmony", "give rising beats from 0"))
        starts.setflags(write=False)
        object.__setattr__(self, "starts", starts)

    @classmethod
    def repeated(cls, chords: Sequence[Chord], length: float, until: float) -> Harmony:
        """Return chords of `length` beats each, from the first again after the last, until a beat."""
        count = max(np.ceil(until / length - TOUCH), 1)
        if count > MOST_CHANGES:
            raise InputError(Fault(f"{count:.0f} changes of chord are too many", "harmony", "let a chord last longer"))
        return cls(np.arange(count) * length, tuple(chords[k % len(chords)] for k in range(int(count))))

    def at(self, beats: F8) -> I8:
        """Return the numbers of the chords that sound at positions in beats."""
        return np.maximum(np.searchsorted(self.starts, np.asarray(beats) + TOUCH, side="right") - 1, 0)

    def chord(self, beat: float) -> Chord:
        """Return the chord that sounds at a beat."""
        return self.chords[int(self.at(np.array([beat]))[0])]

    @property
    def changes(self) -> F8:
        """The beats at which another chord begins than the one before."""
        other = [a.classes != b.classes for a, b in zip(self.chords, self.chords[1:], strict=False)]
        return np.asarray(self.starts[1:][np.array(other, bool)])


# Chords out of a scale alone, in semitones above the root, the best first: the four triads, fourths and seconds in
# place of the third, and the triads turned over. A scale that has none of them gives its most consonant notes.
_TRIADS = ((4, 7), (3, 7), (3, 6), (4, 8), (5, 7), (2, 7), (3, 8), (4, 9), (5, 9), (5, 8))
_BY_CONSONANCE = (7, 5, 4, 3, 9, 8, 10, 2, 6, 11, 1)


def triad_on(root: int, classes: Classes) -> Classes:
    """Return the triad on a root out of the pitch classes of a scale, in thirds where the scale has them.

    >>> triad_on(11, (0, 2, 4, 5, 7, 9, 11)), triad_on(2, (0, 2, 4, 7, 9)), triad_on(0, tuple(range(12)))
    ((11, 2, 5), (2, 7, 9), (0, 4, 7))
    """
    above = {(other - root) % 12 for other in classes}
    rest = tuple(sorted([step for step in _BY_CONSONANCE if step in above][:2]))
    chosen = next((triad for triad in _TRIADS if above.issuperset(triad)), rest)
    return (root, *((root + step) % 12 for step in chosen))


def sounding(beats: F8, pitch: F8, harmony: Harmony | None, scale: F8) -> tuple[I8, list[Classes]]:
    """Return the chord at each of the positions, (m,): its number among some chords, and those chords' classes.

    It is the harmony's; without one, the triad of the scale on the position's own `pitch`.
    """
    if harmony is None:
        roots = np.floor(pitch + 0.5).astype(np.int64) % 12
        found, which = np.unique(roots, return_inverse=True)
        own = scale_classes(scale)
        return which.astype(np.int64), [triad_on(int(root), own) for root in found]
    numbers: dict[Classes, int] = {}
    of_chord = np.array([numbers.setdefault(chord.classes, len(numbers)) for chord in harmony.chords], np.int64)
    return of_chord[harmony.at(beats)], list(numbers)


def scale_classes(scale: F8) -> Classes:
    """Return the pitch classes of a scale's pitches, rising."""
    return tuple(sorted({int(pitch) % 12 for pitch in scale}))
