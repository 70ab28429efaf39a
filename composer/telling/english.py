"""English: numbers, times, names and lists as they are read aloud.

The minus sign is U+2212, which speech synthesisers read as a word; they pass over a hyphen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from composer.mapping.scales import key_of
from composer.score import Key
from composer.units import F8

_PLURALS = ("aahs", "oohs", "bells", "drums", "strings", "harmonics", "echoes", "goblins", "fifths")
_NUMBERED = re.compile(r"(.+?)(?: \d+)?(?: \((.+)\))?")
_SHARPS = ("C", "C sharp", "D", "D sharp", "E", "F", "F sharp", "G", "G sharp", "A", "A sharp", "B")
_FLATS = ("C", "D flat", "D", "E flat", "E", "F", "G flat", "G", "A flat", "A", "B flat", "B")
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SIDES = ((0.06, "the middle"), (0.3, "a little {}"), (0.65, "{}"), (1.01, "far {}"))
_MONTHS = (
    "January February March April May June July August September October November December"  # whatever the locale
).split()
MONTH, YEAR = "month", "year"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return so many things, small numbers in words.

    >>> counted(1, "note"), counted(4, "point"), counted(1250, "note"), counted(2, "voice of brass", "voices of brass")
    ('one note', 'four points', '1,250 notes', 'two voices of brass')
    """
    said = _COUNTS[count] if count < len(_COUNTS) else f"{count:,}"
    return f"{said} {noun if count == 1 else plural or noun + 's'}"


def number(value: float, digits: int = 3, places: int | None = None) -> str:
    """Return a number, of so many significant digits, or with so many decimal places.

    >>> number(400_000), number(1958), number(-0.0333), number(12.5, places=3), number(-0.001, places=2)
    ('400,000', '1958', '−0.0333', '12.5', '0')
    >>> number(6.02e23), number(1.5e-7), number(float("inf"))
    ('6.02e23', '1.5e−7', 'infinity')
    """
    if not np.isfinite(value):
        return "unknown" if np.isnan(value) else f"{'−' if value < 0 else ''}infinity"
    if value and not 1e-5 <= abs(value) < 1e15:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}".replace("-", "−")
    if places is None:
        places = max(digits - 1 - int(np.floor(np.log10(abs(value)))), 0) if value else 0
    text = f"{value:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    whole, _, part = text.partition(".")
    if len(whole.lstrip("-")) == 5:  # 1,958: years are read so, and other numbers can be
        text = whole.replace(",", "") + (f".{part}" if part else "")
    return "0" if text == "-0" else text.replace("-", "−")


def places_for(values: F8) -> int:
    """Return how many decimal places tell neighbouring values apart, 0 to 9.

    >>> places_for(np.array([0.0, 1.0, 2.0])), places_for(np.array([400_000, 400_000 + 1 / 15]))
    (0, 3)
    """
    known = np.unique(values[np.isfinite(values)])
    with np.errstate(over="ignore"):
        steps = np.diff(known)
    steps = steps[np.isfinite(steps) & (steps > 0)]
    if not steps.size or np.array_equal(known, np.rint(known)):
        return 0
    return int(np.clip(np.ceil(-np.log10(np.median(steps))) + 1, 1, 9))


def clock(seconds: float) -> str:
    """Return a moment of the sound.

    >>> clock(7.4), clock(84.96), clock(3725)
    ('0:07', '1:24', '1:02:05')
    """
    whole = int(seconds + 1e-6)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def lasting(seconds: float) -> str:
    """Return a length of time.

    >>> lasting(1), lasting(84.6), lasting(3725), lasting(0.25), lasting(60)
    ('1 second', '1 minute 25 seconds', '1 hour 2 minutes', '0.25 seconds', '1 minute')
    """
    if seconds < 10:
        shown = number(seconds, 2)
        return f"{shown} second{'' if shown == '1' else 's'}"
    whole = round(seconds)
    parts = [(whole // 3600, "hour"), (whole % 3600 // 60, "minute"), (whole % 60, "second")]
    said = [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in parts if count]
    return " ".join(said[:2]) or "0 seconds"


def listing(things: Sequence[str], last: str = "and") -> str:
    """Return things as in a sentence.

    >>> listing(["a"]), listing(["a", "b"]), listing(["a", "b", "c"], "or")
    ('a', 'a and b', 'a, b or c')
    """
    return f" {last} ".join([", ".join(things[:-1]), things[-1]] if len(things) > 1 else things)


def ordinal(n: int) -> str:
    """Return a number as a place in order.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 12, 22)]
    ['first', 'second', 'third', 'fourth', '12th', '22nd']
    """
    named = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    if n <= len(named):
        return named[n - 1]
    ending = "th" if 10 < n % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{number(n)}{ending}"


def instrument_said(name: str) -> str:
    """Return an instrument's name without General MIDI's numbers.

    >>> [instrument_said(name) for name in ("vibraphone", "pad 2 (warm)", "electric piano 1", "fx 3 (crystal)", "sine")]
    ['vibraphone', 'warm pad', 'electric piano', 'crystal effect', 'sine tone']
    """
    match = _NUMBERED.fullmatch(name)
    plain, kind = match.groups() if match else (name, None)
    plain = {"fx": "effect", "sine": "sine tone"}.get(plain, plain)
    return f"{kind} {plain}" if kind else plain


def plays(name: str, verb: str = "plays") -> str:
    """Return a verb as it follows an instrument's name: `tubular bells` play, a `vibraphone` plays.

    >>> plays("tubular bells"), plays("acoustic bass", "holds"), plays("choir aahs", "answers")
    ('play', 'holds', 'answer')
    """
    return verb.removesuffix("s") if name.split()[-1] in _PLURALS else verb


def note_said(pitch: float, key: Key | None = None) -> str:
    """Return a pitch as it is read aloud, black keys as the key spells them.

    >>> note_said(61), note_said(70, Key("Bb lydian", -1, False)), note_said(60.4)
    ('C sharp 4', 'B flat 4', 'C4')
    """
    whole = int(np.floor(pitch + 0.5))
    name = (_FLATS if key is not None and key.sharps < 0 else _SHARPS)[whole % 12]
    return f"{name}{' ' if len(name) > 1 else ''}{whole // 12 - 1}"


def scale_said(scale: str) -> str:
    """Return a scale's or a key's name as it is read aloud.

    >>> scale_said("Bb lydian"), scale_said("C# minor"), scale_said("granville")
    ('B flat lydian', 'C sharp minor', 'granville')
    """
    tonic, *rest = scale.split()
    signs = {"#": " sharp", "♯": " sharp", "b": " flat", "♭": " flat"}
    if rest or len(tonic) <= 2:
        tonic = tonic[:1] + "".join(signs.get(sign, sign) for sign in tonic[1:])
    return " ".join([tonic, *rest])


def key_said(name: str) -> Key | None:
    """Return the key of a scale's name, None where it has none: only for how its notes are spelt."""
    try:
        return key_of(name)
    except Exception:
        return None


def side_said(pan: float) -> str:
    """Return which side a note is on.

    >>> [side_said(pan) for pan in (0, -0.25, 0.5, -1)]
    ['the middle', 'a little left', 'right', 'far left']
    """
    words = next(words for most, words in _SIDES if abs(pan) <= most)
    return words.format("left" if pan < 0 else "right")


def place_said(pan: float) -> str:
    """Return where a note stands; nothing in the middle.

    >>> [place_said(pan) for pan in (0, -0.25, 0.5, -1)]
    ['', 'a little to the left', 'on the right', 'on the far left']
    """
    side = side_said(pan)
    if side.startswith("a little "):
        return side.replace("a little ", "a little to the ")
    return "" if side == "the middle" else f"on the {side}"


def precision_of(seconds: F8) -> str:
    """Return how much of its dates tells moments apart: `year`, `month`, or nothing less than the whole.

    >>> precision_of(np.array([-31536000.0, 0.0])), precision_of(np.array([0.0, 2678400.0])), precision_of(np.zeros(1))
    ('year', 'month', '')
    """
    known = np.unique(seconds[np.isfinite(seconds)])
    moments = (known * 1000).astype("M8[ms]")
    if moments.size < 2 or (moments != moments.astype("M8[M]")).any():
        return ""
    return YEAR if (moments == moments.astype("M8[Y]")).all() else MONTH


def date_said(seconds: float, precision: str = "") -> str:
    """Return a moment, in seconds since the beginning of 1970, as a date, with the time where it is not midnight.

    >>> date_said(0), date_said(1655235300), date_said(0, "month"), date_said(0, "year")
    ('1 January 1970', '14 June 2022, 19:35', 'January 1970', '1970')
    """
    if not np.isfinite(seconds):
        return "an unknown moment"
    day, _, time = str(np.datetime64(round(seconds), "s")).partition("T")
    sign, (year, month, date) = ("−" if day.startswith("-") else ""), day.lstrip("-").split("-")
    year = f"{sign}{int(year)}"
    if precision == YEAR:
        return year
    named = f"{_MONTHS[int(month) - 1]} {year}"
    if precision == MONTH:
        return named
    time = "" if time == "00:00:00" else f", {time.removesuffix(':00')}"
    return f"{int(date)} {named}{time}"


def sentence(text: str) -> str:
    """Return text as a sentence: it begins with a capital and ends with a full stop.

    >>> sentence("the end"), sentence("Why?"), sentence("")
    ('The end.', 'Why?', '')
    """
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if not text or text[-1] in ".?!…" else ".")


def shortened(text: str, most: int) -> str:
    """Return text of at most so many characters, cut between words where it is longer.

    >>> shortened("one two three", 9), shortened("one two", 9)
    ('one two…', 'one two')
    """
    if len(text) <= most:
        return text
    cut = text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:")
    return (cut or text[: most - 1]) + "…"
