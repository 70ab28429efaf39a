"""Tunings: the pitches that there are, before a scale chooses among them.

Pitches are MIDI numbers with fractions (69 = A4), intervals are in cents (100 to the semitone). To add a tuning:
write its row in TUNINGS.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from composer.errors import Fault, InputError, unknown
from composer.mapping.scala import MOST_CENTS, MOST_NOTES, Scl, cents_of, key_pitches, read_kbm, read_scl
from composer.units import F8, I8

FEWEST, MOST = 5, 1200  # the notes of an equal division of the octave
NEVER = math.inf  # the period of a tuning whose pitches do not repeat

_MIDDLE_C = 60
_SAME = 1e-6  # cents: degrees this near are one
_HAIR = 1e-7  # cents: a pitch this near to half way is half way
_FINEST = 0.1  # cents that a note has on average


@dataclass(frozen=True, eq=False)
class Tuning:
    """The cents of each degree above the root, in any order, repeated at every period above and below.

    `degrees` has shape (n,), its first is 0; `period` is in cents, NEVER where the degrees do not repeat; `root` is
    the MIDI number of degree 0.

    >>> Tuning([0, 702]).pitches(60, 72)
    array([60.  , 67.02, 72.  ])
    """

    degrees: ArrayLike
    period: float = 1200.0
    root: float = float(_MIDDLE_C)
    name: str = ""
    rungs: F8 = field(init=False, repr=False)
    """the degrees within one period, rising, each once (from 0, but where they do not repeat)"""

    def __post_init__(self) -> None:
        degrees = np.array(self.degrees, np.float64)
        if degrees.ndim != 1 or not degrees.size or degrees[0] != 0 or not np.isfinite(degrees).all():
            raise InputError(Fault("the degrees of a tuning are cents, the first of them 0", self.name, "mend them"))
        if not self.period >= _FINEST or not math.isfinite(self.root):
            raise InputError(
                Fault(
                    f"a tuning has the period {self.period:g} and the root {self.root:g}",
                    self.name,
                    f"give a period of {_FINEST} cents or more, such as 1200, and a MIDI number",
                )
            )
        degrees.setflags(write=False)
        object.__setattr__(self, "degrees", degrees)
        object.__setattr__(self, "rungs", _rungs(degrees, self.period))
        if self.rungs.size * _FINEST > self.period:
            raise InputError(
                Fault(
                    f"the tuning has {self.rungs.size} notes in {self.period:g} cents",
                    self.name,
                    f"leave {_FINEST} cents a note; the last pitch is the period",
                )
            )

    def pitches(self, low: float, high: float) -> F8:
        """Return all pitches of the tuning between two MIDI numbers, both included, rising."""
        first, last = ((end - self.root) * 100 // self.period for end in (low, high))
        # One more at the top, where the difference may have been rounded to just below a period.
        periods = np.arange(first, last + 2) if math.isfinite(self.period) else np.zeros(1)
        made = self._at(np.repeat(periods, self.rungs.size), np.tile(np.arange(self.rungs.size), periods.size))
        return made[(made >= low) & (made <= high)]

    def nearest(self, pitches: ArrayLike) -> F8:
        """Return the tuning's pitch nearest to each of some MIDI numbers; half way between two, the higher.

        What is no finite number is left as it is.
        """
        given = np.asarray(pitches, np.float64)
        found = np.isfinite(given)
        cents = (np.where(found, given, self.root) - self.root) * 100
        below, rungs = np.floor(cents / self.period), self.rungs
        if math.isfinite(self.period):
            cents, rungs = cents - below * self.period, np.append(rungs, self.period)
        place = np.searchsorted((rungs[1:] + rungs[:-1]) / 2, cents + _HAIR, side="right")
        periods, degree = np.divmod(place, self.rungs.size)
        return np.where(found, self._at(below + periods, degree), given)

    @property
    def is_equal_12(self) -> bool:
        """Whether the tuning's pitches are the keys of 12-tone equal temperament, all of them and no others."""
        return bool(np.array_equal(self.pitches(0, 127), np.arange(128)))

    def _at(self, periods: ArrayLike, degree: I8) -> F8:
        # The one formula for a pitch: whole cents give whole keys, and the same pitch comes out the same.
        span = self.period if math.isfinite(self.period) else 0.0
        return np.asarray(self.root + (np.asarray(periods) * span + self.rungs[degree]) / 100)


def _rungs(degrees: F8, period: float) -> F8:
    """Return degrees brought within one period, rising, each once."""
    within = np.sort(np.mod(degrees, period) if math.isfinite(period) else degrees)
    within = within[within < period - _SAME]  # what is all but the period is degree 0 of the next
    rungs: F8 = within[np.append(True, np.diff(within) > _SAME)]
    rungs.setflags(write=False)
    return rungs


@dataclass(frozen=True)
class Recipe:
    """A row of TUNINGS: the cents of degrees 1, 2, ... above the root, the last being the period."""

    cents: tuple[float, ...]
    doc: str
    source: str


def equal(count: int, period: Fraction = Fraction(1200)) -> tuple[float, ...]:
    """Return the cents of a period, itself in cents, divided in so many equal steps.

    >>> equal(5)
    (240.0, 480.0, 720.0, 960.0, 1200.0)
    """
    return tuple(float(period * step / count) for step in range(1, count + 1))


def _ratios(text: str) -> tuple[float, ...]:
    return tuple(cents_of(Fraction(ratio)) for ratio in text.split())


def _harmonics(first: int) -> tuple[float, ...]:
    """The octave of the harmonic series that begins with one of its members."""
    return tuple(cents_of(Fraction(number, first)) for number in range(first + 1, 2 * first + 1))


def _chain(fifths: Iterable[float]) -> tuple[float, ...]:
    """The twelve notes that fifths, in cents, lead to from the root, each brought within the octave."""
    return (*sorted(round(fifth % 1200, 10) for fifth in fifths), 1200.0)


def _circle(*narrowed: float) -> tuple[float, ...]:
    """Eleven fifths up from the root, the first ones narrower than 3/2 by so many cents, the others pure."""
    narrow = [*narrowed, *[0.0] * (11 - len(narrowed))]
    return _chain(count * _FIFTH - sum(narrow[:count]) for count in range(1, 12))


def _carlos(fifth: int, third: int, minor: int) -> tuple[float, ...]:
    """The step of which so many come nearest, in least squares, to 3/2, 5/4 and 6/5."""
    aims = {fifth: Fraction(3, 2), third: Fraction(5, 4), minor: Fraction(6, 5)}
    return (round(sum(n * cents_of(aim) for n, aim in aims.items()) / sum(n * n for n in aims), 10),)


_FIFTH = cents_of(Fraction(3, 2))
_MEAN = cents_of(Fraction(5)) / 4  # four of them are a pure third and two octaves
_SYNTONIC = cents_of(Fraction(81, 80))
_DITONIC = cents_of(Fraction(3**12, 2**19))  # the Pythagorean comma
_SCHISMA = cents_of(Fraction(32805, 32768))
_BENSON = "D. Benson, Music: A Mathematical Offering (2006), 6.6, after W. Carlos, Computer Music Journal 11 (1987)"
_BARBOUR = "J. M. Barbour, Tuning and Temperament (1951)"
_ELLIS = "A. J. Ellis in H. Helmholtz, On the Sensations of Tone (1885)"
_BOHLEN = "H. Bohlen, Acustica 39 (1978); M. Mathews, J. Pierce et al., J. Acoust. Soc. Am. 84 (1988)"

TUNINGS = {
    "12tet": Recipe(
        equal(12),
        "equal temperament: the octave in twelve (5edo to 1200edo: in so many)",
        f"Zhu Zaiyu (1584); {_BARBOUR}",
    ),
    "just": Recipe(
        _ratios("16/15 9/8 6/5 5/4 4/3 45/32 3/2 8/5 5/3 9/5 15/8 2"),
        "5-limit just intonation: the duodene, three rows of four fifths a pure third apart",
        f"{_ELLIS}, appendix XX",
    ),
    "just 7": Recipe(
        _ratios("16/15 9/8 6/5 5/4 4/3 7/5 3/2 8/5 5/3 7/4 15/8 2"),
        "7-limit just intonation: the duodene with 7/5 for its tritone and the natural seventh 7/4",
        f"{_ELLIS}, with two septimal intervals",
    ),
    "pythagorean": Recipe(
        _ratios("256/243 9/8 32/27 81/64 4/3 729/512 3/2 128/81 27/16 16/9 243/128 2"),
        "pure fifths, five down and six up from the root",
        _BARBOUR,
    ),
    "meantone": Recipe(
        _chain(n * _MEAN for n in range(-3, 9) if n),
        "quarter-comma meantone: pure major thirds; three fifths down and eight up from the root (in C: Eb to G#)",
        f"P. Aaron, Toscanello (1523); {_BARBOUR}",
    ),
    "werckmeister iii": Recipe(
        _circle(*(_DITONIC / 4 * narrow for narrow in (1, 1, 1, 0, 0, 1))),
        "well temperament: the fifths C-G, G-D, D-A and B-F# a quarter of the Pythagorean comma narrow",
        f"A. Werckmeister, Musicalische Temperatur (1691); {_BARBOUR}",
    ),
    "kirnberger iii": Recipe(
        _circle(*[_SYNTONIC / 4] * 4, 0, 0, _SCHISMA),
        "well temperament: C-E pure, its four fifths a quarter of the syntonic comma narrow, F#-C# a schisma narrow",
        "J. P. Kirnberger, letter to Forkel (Allgemeine musikalische Zeitung, 1871)",
    ),
    "vallotti": Recipe(
        _circle(*[_DITONIC / 6] * 5),
        "well temperament: the six fifths from F to B a sixth of the Pythagorean comma narrow",
        "F. A. Vallotti, Della scienza teorica e pratica della moderna musica (1779 and unpublished part)",
    ),
    "young": Recipe(
        _circle(*[_DITONIC / 6] * 6),
        "well temperament: the six fifths from C to F# a sixth of the Pythagorean comma narrow",
        f"T. Young, his second temperament (1802); {_BARBOUR}",
    ),
    "bohlen-pierce": Recipe(
        equal(13, Fraction(cents_of(Fraction(3)))), "the twelfth 3/1 in thirteen equal steps", _BOHLEN
    ),
    "bohlen-pierce just": Recipe(
        _ratios("27/25 25/21 9/7 7/5 75/49 5/3 9/5 49/25 15/7 7/3 63/25 25/9 3"),
        "ratios of the odd numbers 3, 5 and 7 within the twelfth 3/1",
        _BOHLEN,
    ),
    "partch 43": Recipe(
        _ratios(
            "81/80 33/32 21/20 16/15 12/11 11/10 10/9 9/8 8/7 7/6 32/27 6/5 11/9 5/4 14/11 9/7 21/16 4/3 27/20 11/8 7/5"
            " 10/7 16/11 40/27 3/2 32/21 14/9 11/7 8/5 18/11 5/3 27/16 12/7 7/4 16/9 9/5 20/11 11/6 15/8 40/21 64/33"
            " 160/81 2"
        ),
        "11-limit just intonation of 43 notes",
        "H. Partch, Genesis of a Music (1949)",
    ),
    "harmonic series 8-16": Recipe(
        _harmonics(8), "harmonics 8 to 16 of a tone three octaves under the root", "ratios n/8"
    ),
    "harmonic series 16-32": Recipe(
        _harmonics(16), "harmonics 16 to 32 of a tone four octaves under the root", "ratios n/16"
    ),
    "carlos alpha": Recipe(_carlos(9, 5, 4), "one step of 77.965 cents, without octaves", _BENSON),
    "carlos beta": Recipe(_carlos(11, 6, 5), "one step of 63.833 cents, without octaves", _BENSON),
    "carlos gamma": Recipe(_carlos(20, 11, 9), "one step of 35.099 cents, without octaves", _BENSON),
    "slendro": Recipe(
        (228, 484, 728, 960, 1200),
        "five notes of one Javanese gamelan as measured (each gamelan has its own)",
        f"{_ELLIS}, p. 518, no. 94",
    ),
    "pelog": Recipe(
        (137, 446, 575, 687, 820, 1098, 1200),
        "seven notes of one Javanese gamelan as measured (each gamelan has its own)",
        f"{_ELLIS}, p. 518, no. 95",
    ),
}

_DIVISION = re.compile("0*([0-9]{1,9})(?:edo|tet)")


def tuning_of(spec: str | Sequence[float] | Mapping[str, str], tonic: int = 0, folder: Path | None = None) -> Tuning:
    """Return the tuning that a piece names, its root on a tonic (a pitch class) in the octave of middle C.

    `spec` is a name of TUNINGS; "19edo" or the like; the path of a .scl file from `folder`; a list of cents, the last
    of which is the period (the root's 0 is left out); or {"scl": path, "kbm": path}, whose keys say themselves what
    they sound like. Raises InputError, or FileError for what a file says.

    >>> tuning_of("19edo").pitches(60, 61), tuning_of("just", 2).nearest([66.0])
    (array([60.        , 60.63157895]), array([65.86313714]))
    """
    root = float(_MIDDLE_C + tonic)
    if isinstance(spec, Mapping):
        return _from_files(spec, root, folder)
    if isinstance(spec, str):
        if spec.lower().endswith(".scl"):
            return _from_files({"scl": spec}, root, folder)
        name = " ".join(spec.lower().split())
        return _tuning(_named(name), root, name)
    return _tuning(_listed(spec), root, "cents")


def scale_in(tuning: Tuning, scale_pitches: ArrayLike) -> F8:
    """Return a scale of MIDI numbers as it lies in a tuning, rising: each of its pitches goes to the nearest one.

    Pitches that come to the same one become one. A chromatic scale (twelve or more keys, one after the other) takes
    every pitch of the tuning between its ends; so give the scale whole, and cut it to a range afterwards.

    >>> scale_in(tuning_of("24edo"), np.arange(60, 73))[:3], scale_in(tuning_of("7edo"), [60, 61, 62])
    (array([60. , 60.5, 61. ]), array([60.        , 61.71428571]))
    """
    pitches = np.unique(np.asarray(scale_pitches, np.float64))
    if pitches.size >= 12 and (np.diff(pitches) == 1).all():
        return tuning.pitches(pitches[0], pitches[-1])
    return np.unique(tuning.nearest(pitches))


def _tuning(cents: Sequence[float], root: float, name: str) -> Tuning:
    return Tuning([0.0, *cents[:-1]], float(cents[-1]), root, name)


def _named(name: str) -> tuple[float, ...]:
    if name not in TUNINGS and (division := _DIVISION.fullmatch(name)):
        count = int(division[1])
        if not FEWEST <= count <= MOST:
            raise InputError(Fault(f"no tuning has {count} equal steps", remedy=f"divide in {FEWEST} to {MOST}"))
        return equal(count)
    if name not in TUNINGS:
        raise InputError(unknown("tuning", name, [*TUNINGS, "19edo", "24edo", "31edo", "53edo"]))
    return TUNINGS[name].cents


def _listed(spec: Sequence[float]) -> list[float]:
    """Return a list of cents that a tuning can be made of; raise InputError otherwise."""
    remedy = "list the cents of the degrees above the root, the last being the period: [203.9, 701.96, 1200]"
    if not isinstance(spec, Sequence) or not spec:
        raise InputError(Fault(f"{spec!r} is not a tuning", remedy=f'give a name like "just", or {remedy}'))
    if len(spec) > MOST_NOTES:
        raise InputError(Fault(f"a tuning of {len(spec)} notes", remedy=f"give at most {MOST_NOTES}"))
    for value in spec:
        # NaN fails the comparison too.
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MOST_CENTS:
            raise InputError(Fault(f"{value!r} is not a number of cents up to {MOST_CENTS}", remedy=remedy))
    if spec[-1] <= 0:
        raise InputError(Fault(f"the period is {spec[-1]:g} cents", remedy=remedy))
    return [float(value) for value in spec]


def _from_files(spec: Mapping[str, str], root: float, folder: Path | None) -> Tuning:
    for kind, name in spec.items():
        if kind not in ("scl", "kbm"):
            raise InputError(unknown("part of a tuning", kind, ("scl", "kbm")))
        if not isinstance(name, str):
            raise InputError(Fault(f"{kind} is {name!r}", remedy=f"give the path of a .{kind} file"))
    if "scl" not in spec:
        raise InputError(Fault("a keyboard mapping has no scale", remedy='write { scl = "a.scl", kbm = "b.kbm" }'))
    place = Path() if folder is None else folder
    scale = read_scl(place / spec["scl"])
    name = scale.description or Path(spec["scl"]).stem
    if "kbm" not in spec:
        return _tuning(scale.cents, root, name)
    return _on_keys(scale, place / spec["kbm"], name)


def _on_keys(scale: Scl, mapping: Path, name: str) -> Tuning:
    """The pitches of a keyboard's keys, which do not repeat beyond the first and the last."""
    pitches = np.array(list(key_pitches(scale, read_kbm(mapping)).values()))
    return Tuning(np.round((pitches - pitches[0]) * 100, 10), NEVER, float(pitches[0]), name)
