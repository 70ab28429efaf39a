"""Scala files: the pitches of a tuning (.scl), and which of them each key of a keyboard plays (.kbm).

The formats are those described at huygens-fokker.org/scala/scl_format.html and /scala/help.htm#mappings. Pitches
are in cents above degree 0, keys and pitches of keys in MIDI numbers (69 = 440 Hz). Whatever a file says that the
description has no meaning for is refused, with the number of its line.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from composer.errors import Fault, FileError
from composer.files import read_bytes
from composer.units import A4_HZ, A4_PITCH

MOST_NOTES = 10_000
MOST_CENTS = 120_000  # a hundred octaves
MOST_DIGITS = 400  # of a number: more than the longest ratio of a hundred octaves needs
_MOST_BYTES = 2**20


@dataclass(frozen=True)
class Scl:
    """A .scl file: the cents of the degrees 1, 2, ... above degree 0 (0 cents, unsaid); the last is the period."""

    description: str
    cents: tuple[float, ...]

    def at(self, degree: int) -> float:
        """Return the cents of any degree, those beyond the scale lying whole periods away."""
        periods, within = divmod(degree, len(self.cents))
        return periods * self.cents[-1] + (self.cents[within - 1] if within else 0.0)


@dataclass(frozen=True)
class Kbm:
    """A .kbm file: the keys first..last play a pattern of degrees, laid from key `middle` upwards and downwards.

    None in the pattern is a key that plays nothing; an empty pattern gives every key its own degree. From one
    pattern to the next the pitch rises by that of degree `octave` (0: by the period). Key `reference` sounds at `hz`.
    """

    first: int
    last: int
    middle: int
    reference: int
    hz: float
    octave: int
    pattern: tuple[int | None, ...]

    def cents(self, key: int, scale: Scl) -> float | None:
        """Return the cents of a key above degree 0 of the first pattern, None where it plays nothing."""
        if not self.pattern:
            return scale.at(key - self.middle)
        repeats, place = divmod(key - self.middle, len(self.pattern))
        degree = self.pattern[place]
        return None if degree is None else scale.at(degree) + repeats * scale.at(self.octave or len(scale.cents))


def read_scl(path: Path) -> Scl:
    """Return what a .scl file says; raise FileError with the number of the line that is wrong."""
    return parse_scl(read_bytes(path, "Scala scale", _MOST_BYTES), str(path))


def read_kbm(path: Path) -> Kbm:
    """Return what a .kbm file says; raise FileError with the number of the line that is wrong."""
    return parse_kbm(read_bytes(path, "Scala keyboard mapping", _MOST_BYTES), str(path))


def parse_scl(data: bytes, path: str) -> Scl:
    """Return what the bytes of a .scl file say; `path` is what the errors call it.

    >>> parse_scl(b"! fifth.scl\\nA fifth and an octave\\n 2\\n 3/2\\n 1200. cents\\n", "fifth.scl").cents
    (701.9550008654, 1200.0)
    """
    lines = _Lines(data, path)
    description = lines.following("the description, which may be empty,").strip()
    count = lines.whole("the number of pitches", 1, MOST_NOTES)
    cents = []
    for number in range(1, count + 1):
        text = lines.following(f"pitch {number} of {count} (the last is the period)")
        cents.append(_pitch(text, lines))
    if cents[-1] < 1:
        raise lines.fault(f"the period is {cents[-1]:g} cents", "let the last pitch be a cent or more, such as 2/1")
    lines.end(f"the file says {count} pitches, and this is one more", "correct the count or take this line away")
    return Scl(description, tuple(cents))


def parse_kbm(data: bytes, path: str) -> Kbm:
    """Return what the bytes of a .kbm file say; `path` is what the errors call it."""
    lines = _Lines(data, path)
    size = lines.whole("the size of the map", 0, MOST_NOTES)
    first = lines.whole("the first key", 0, 127)
    last = lines.whole("the last key", 0, 127)
    if first > last:
        raise lines.fault(f"the last key {last} is below the first, {first}", "let the last be the higher one")
    middle = lines.whole("the key of the first entry", 0, 127)
    reference = lines.whole("the reference key", 0, 127)
    place = lines.number
    hz = _hertz(lines.following("the frequency of the reference key, in Hz"), lines)
    octave = lines.whole("the degree of the formal octave", 0, MOST_NOTES)
    pattern = [_entry(lines.following("an entry"), lines) for _ in range(min(size, len(lines.left)))]
    lines.end(f"the map has {size} entries, and this is one more", "correct the size or take this line away")
    pattern += [None] * (size - len(pattern))  # at the end they may be left out
    played = [not size or pattern[(key - middle) % size] is not None for key in range(128)]
    if not played[reference]:
        raise lines.fault(f"the reference key {reference} plays nothing", "choose a key that has a degree", place)
    if not any(played[first : last + 1]):
        raise lines.fault(f"none of the keys {first} to {last} plays anything", "give some of them degrees")
    return Kbm(first, last, middle, reference, hz, octave, tuple(pattern))


def key_pitches(scale: Scl, keyboard: Kbm) -> dict[int, float]:
    """Return the pitch, as a MIDI number with fractions, of every key that plays, the reference key's from its Hz."""
    zero = keyboard.cents(keyboard.reference, scale) or 0.0
    cents = {key: keyboard.cents(key, scale) for key in range(keyboard.first, keyboard.last + 1)}
    tuned = pitch_of_hz(keyboard.hz)
    return {key: round(tuned + (value - zero) / 100, 12) for key, value in cents.items() if value is not None}


def cents_of(ratio: Fraction) -> float:
    """Return the cents of a frequency ratio above 0: 1200 · log2, to ten decimals.

    The digits beyond are not the same on every machine.

    >>> cents_of(Fraction(2)), cents_of(Fraction(5, 4))
    (1200.0, 386.3137138648)
    """
    octaves = ratio.numerator.bit_length() - ratio.denominator.bit_length()
    return round(1200 * (octaves + math.log2(ratio / Fraction(2) ** octaves)), 10)


def pitch_of_hz(hz: float) -> float:
    """Return the MIDI number, with fractions, of a frequency: the inverse of `hz_of_pitch`, to twelve decimals."""
    return round(A4_PITCH + 12 * math.log2(hz / A4_HZ), 12)


class _Lines:
    """The lines of a Scala file that are no comments, handed out one after the other."""

    def __init__(self, data: bytes, path: str) -> None:
        self.path = path
        # Not str.splitlines, which would also break at characters of ISO 8859-1 such as 0x85.
        raw = re.split(rb"\r\n|\n|\r", data.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n \t"))
        for self.number, line in enumerate(raw, 1):  # the line that was handed out last
            if b"\0" in line:
                raise self.fault("the line holds a NUL byte", "save the file as plain text (UTF-8 or ISO 8859-1)")
        self.left = [(n, _text(line)) for n, line in enumerate(raw, 1) if not line.startswith(b"!")][::-1]

    def following(self, expected: str) -> str:
        """Return the next line; raise FileError where the file has ended."""
        if not self.left:
            raise self.fault("the file ends too early", f"expected {expected} on a line after this one")
        self.number, line = self.left.pop()
        return line

    def whole(self, expected: str, low: int, high: int) -> int:
        """Return the whole number on the next line, with nothing beside it."""
        text = self.following(f"{expected}, a whole number from {low} to {high},")
        if not re.fullmatch("[ \t]*-?[0-9]{1,9}[ \t]*", text) or not low <= int(text) <= high:
            raise self.fault(f"{_short(text)} cannot be {expected}", f"expected a whole number from {low} to {high}")
        return int(text)

    def end(self, message: str, remedy: str) -> None:
        """Raise FileError if there is yet another line."""
        if self.left:
            self.following("")
            raise self.fault(message, remedy)

    def fault(self, message: str, remedy: str, line: int | None = None) -> FileError:
        """Return the error of a line, the one handed out last if no other is named."""
        return FileError(Fault(message, f"{self.path}:{self.number if line is None else line}", remedy))


# What may follow a value is ignored, but not what would have made another value of it: 1e4, 3/2/1, 100,0, 7\\12.
_AFTER = r"(?![0-9./,:^*\\+-]|[eE][+-]?[0-9]|[ \t]*/)"
_CENTS = re.compile(rf"[ \t]*(-?(?:[0-9]+\.[0-9]*|\.[0-9]+)){_AFTER}")
_RATIO = re.compile(rf"[ \t]*([0-9]+)(?:[ \t]*/[ \t]*([0-9]+))?{_AFTER}")
_HERTZ = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")


def _pitch(text: str, lines: _Lines) -> float:
    """Return the cents of a pitch's line: cents if the value has a period, else a ratio."""
    expected = "expected a ratio such as 3/2, or cents with a period such as 701.955"
    if cents := _CENTS.match(text):
        value = float(_bounded(cents[1], lines))
    elif ratio := _RATIO.match(text):
        parts = [int(_bounded(part, lines)) for part in ratio.groups(default="1")]
        if 0 in parts:
            raise lines.fault(f"the ratio {_short(text)} has a 0", "expected a ratio above 0, such as 3/2")
        value = cents_of(Fraction(*parts))
    elif re.match(r"[ \t]*(-[0-9]|[0-9]+[ \t]*/[ \t]*-)", text):
        raise lines.fault(f"the ratio {_short(text)} is negative", expected)
    else:
        raise lines.fault(f"{_short(text)} is not a pitch", expected)
    if abs(value) > MOST_CENTS:
        raise lines.fault(f"the pitch {_short(text)} is out of reach", "expected at most 100 octaves")
    return value


def _hertz(text: str, lines: _Lines) -> float:
    number = text.strip(" \t")
    if not _HERTZ.fullmatch(number) or not 1 <= float(_bounded(number, lines)) <= 100_000:
        raise lines.fault(f"{_short(text)} cannot be a frequency", "expected 1 to 100000 Hz, such as 440.0")
    return float(number)


def _entry(text: str, lines: _Lines) -> int | None:
    """Return the degree of an entry of a map, None for an x."""
    entry = text.strip(" \t")
    if entry in ("x", "X"):
        return None
    if not re.fullmatch("[0-9]{1,9}", entry) or int(entry) > MOST_NOTES:
        raise lines.fault(f"{_short(text)} is no entry", f"expected a degree from 0 to {MOST_NOTES}, or x for no note")
    return int(entry)


def _bounded(digits: str, lines: _Lines) -> str:
    if len(digits) > MOST_DIGITS:
        raise lines.fault(f"a number has {len(digits)} digits", f"expected at most {MOST_DIGITS}")
    return digits


def _text(line: bytes) -> str:
    """Return a line's text: UTF-8 where it is that, else ISO 8859-1, in which any bytes are text."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("iso-8859-1")


def _short(text: str) -> str:
    """Return a line as an error quotes it."""
    shown = text.strip(" \t")
    return repr(shown if len(shown) <= 40 else f"{shown[:37]}...") if shown else "an empty line"
