"""Words for a piece file: TOML's own spelling of text and numbers, comments, and lengths of time in plain language."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import Any

WIDTH = 112  # of a line of comment
COLUMN = 62  # where the comments beside settings begin, if there is room
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
MINUTE, HOUR, DAY, WEEK, MONTH, YEAR = 60.0, 3600.0, 86400.0, 604800.0, 2629746.0, 31556952.0  # seconds
_STEPS = (
    (YEAR, "yearly", "year"),
    (MONTH, "monthly", "month"),
    (WEEK, "weekly", "week"),
    (DAY, "daily", "day"),
    (HOUR, "hourly", "hour"),
    (MINUTE, "every minute", "minute"),
    (1.0, "every second", "second"),
)
_COUNTED = 120  # of a unit, beyond which a length is said in a larger one
_NEAR = 0.04  # a month of 31 days is near to a month, four weeks are not


def toml(value: Any) -> str:
    """Return a value as TOML spells it: text, a date, a number, a truth, or a list of these.

    >>> toml('a "b"'), toml([1, 0.5]), toml(True)
    ('"a \\\\"b\\\\""', '[1, 0.5]', 'true')
    """
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | date):
        return f'"{"".join(map(_spelled, str(value)))}"'
    return str(value)


def can_be_written(text: str) -> bool:
    """Whether text has a form in UTF-8: half of a surrogate pair has none."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def inline(**entries: Any) -> str:
    """Return an inline table of TOML; a trailing underscore lets an entry be called `from_`."""
    return "{ " + ", ".join(f"{name.rstrip('_')} = {toml(value)}" for name, value in entries.items()) + " }"


def setting(text: str, comment: str) -> str:
    """Return a line of a piece file, with what it does beside it."""
    return f"{text:<{COLUMN}} # {plain(comment)}"


def commented(*sentences: str) -> list[str]:
    """Return paragraphs as lines of comment."""
    lines: list[str] = []
    for sentence in sentences:
        folded = textwrap.wrap(plain(sentence), WIDTH - 2, break_long_words=False, break_on_hyphens=False)
        lines += [f"# {line}" for line in folded] or ["#"]
    return lines


def plain(text: str) -> str:
    """Return text on one line, without what a comment must not hold."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def shown(name: str, most: int = 40) -> str:
    """Return a name for a comment, cut where it is very long."""
    name = " ".join(plain(name).split())
    return name if len(name) <= most else f"{name[: most - 3]}..."


def listing(names: list[str], most: int = 8) -> str:
    """Return names as in a sentence: a, b and c; of very many the first."""
    if len(names) > most:
        names = [*names[:most], f"{len(names) - most} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def step_in_words(seconds: float) -> str:
    """Return how often something happens that comes again after so many seconds.

    >>> step_in_words(600), step_in_words(86400), step_in_words(31 * 86400), step_in_words(0.5)
    ('every 10 minutes', 'daily', 'monthly', 'every 0.5 seconds')
    """
    count, adverb, noun = _in_units(seconds)
    return adverb if count == 1 else f"every {count:g} {noun}s"


def span_in_words(seconds: float) -> str:
    """Return a length of time.

    >>> span_in_words(365 * 86400), span_in_words(7 * 86400), span_in_words(36 * 3600)
    ('a year', 'a week', '36 hours')
    """
    count, _, noun = _in_units(seconds)
    return f"{'an' if noun == 'hour' else 'a'} {noun}" if count == 1 else f"{count:g} {noun}s"


def _in_units(seconds: float) -> tuple[float, str, str]:
    """Return a time in the largest unit of which it is a whole number, or else in the largest that it holds twice."""
    for unit, adverb, noun in _STEPS:
        count = seconds / unit
        if 1 <= round(count) <= _COUNTED and abs(count - round(count)) <= _NEAR:
            return float(round(count)), adverb, noun
    for unit, adverb, noun in _STEPS:
        if seconds >= 2 * unit:
            return float(f"{seconds / unit:.3g}"), adverb, noun
    return float(f"{seconds:.3g}"), "", "second"


def _spelled(letter: str) -> str:
    if letter in _SHORT:
        return _SHORT[letter]
    return f"\\u{ord(letter):04x}" if ord(letter) < 32 or ord(letter) == 127 else letter
