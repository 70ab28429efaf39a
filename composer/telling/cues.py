"""From moments to captions that can be read: two lines at most, long enough, one after another."""

from __future__ import annotations

import textwrap
from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass

from composer.telling.english import shortened
from composer.telling.moments import LINE, Moment, Weight
from composer.words import Caption

LINES = 2
SHORTEST = 1.2  # seconds that a caption stays
LONGEST = 7.0
PATIENCE = {Weight.ENTRY: 4.0, Weight.SECTION: 3.0}  # seconds that a caption may come late
_READING = 15.0  # characters that are read in a second
_GLANCE = 0.6  # seconds to find it
_HURRIED = 0.5  # the share of its time that a caption has at least
_AT_ONCE = 0.3  # seconds between what seems to happen together


@dataclass(order=True)
class _Cue:
    start: float
    lines: list[str]

    @property
    def needed(self) -> float:
        """The seconds that no other caption may begin in."""
        return max(SHORTEST, _HURRIED * _time_for(self.lines))


def cues_of(moments: Sequence[Moment], end: float = float("inf")) -> tuple[Caption, ...]:
    """Return captions from moments of a music that ends at a second `end`.

    The weightiest find their places first. A caption begins with its moment and stays as long as it takes to read, or
    until the next. Where there is no room, it shares the caption of that very moment; or waits, if it can; or both of
    these in brief; or shares one that is near; two share if each takes a line. What then has no place is left out. The
    last may stay a little longer than the music, to be read.
    """
    placed: list[_Cue] = []
    for moment in sorted(moments, key=lambda moment: (-moment.weight, moment.seconds)):
        latest = max(min(moment.seconds + PATIENCE.get(moment.weight, 0.0), end - SHORTEST), moment.seconds)
        forms = [_Cue(moment.seconds, lines) for text in (moment.text, moment.brief) if (lines := lines_of(text))]
        near = _around(placed, moment.seconds)
        if not any(
            any(_joins(other, cue, _AT_ONCE) for other in near) or _finds_room(placed, cue, latest) for cue in forms
        ):
            any(_joins(other, cue, other.needed) for cue in forms for other in near)
    following = [*(cue.start for cue in placed), float("inf")][1:]
    return tuple(
        Caption(cue.start, min(cue.start + _time_for(cue.lines), after), "\n".join(cue.lines))
        for cue, after in zip(placed, following, strict=True)
    )


def _finds_room(placed: list[_Cue], cue: _Cue, latest: float) -> bool:
    """Put a caption where it is free first, at its moment or as another is over, up to the `latest`; say whether."""
    ends = (other.start + _time_for(other.lines) for other in _around(placed, cue.start, latest))
    for start in (cue.start, *ends):
        if cue.start <= start <= latest and _fits(placed, start, cue):
            insort(placed, _Cue(start, cue.lines))
            return True
    return False


def _around(placed: list[_Cue], start: float, latest: float | None = None) -> list[_Cue]:
    """Return the captions directly before and after a second, and those up to the `latest`."""
    k = bisect_right(placed, start, key=lambda cue: cue.start)
    after = k if latest is None else bisect_right(placed, latest, key=lambda cue: cue.start)
    return placed[max(k - 1, 0) : after + 1]


def _fits(placed: list[_Cue], start: float, cue: _Cue) -> bool:
    k = bisect_right(placed, start, key=lambda other: other.start)
    after_it = k == len(placed) or placed[k].start - start >= cue.needed
    return after_it and (k == 0 or start - placed[k - 1].start >= placed[k - 1].needed)


def _joins(near: _Cue, cue: _Cue, within: float) -> bool:
    """Put a caption's lines below those of one that is near enough in time, if there is room; say whether."""
    if abs(near.start - cue.start) >= within or len(near.lines) + len(cue.lines) > LINES:
        return False
    near.lines = near.lines + [line for line in cue.lines if line not in near.lines]
    return True


def _time_for(lines: list[str]) -> float:
    return min(max(_GLANCE + sum(map(len, lines)) / _READING, SHORTEST), LONGEST)


def lines_of(text: str) -> list[str]:
    """Return text as at most two lines of 42 characters, cut where it is longer.

    >>> lines_of("Highest note: C6\\nreal part 9.8"), lines_of("one " * 30)[1][-1]
    (['Highest note: C6', 'real part 9.8'], '…')
    """
    given = [line.strip() for line in text.split("\n") if line.strip()]
    if len(given) <= LINES and all(len(line) <= LINE for line in given):
        return given
    joined = " ".join(given)
    lines = textwrap.wrap(joined, LINE)
    if len(lines) > LINES:
        return [*lines[: LINES - 1], shortened(joined[len(lines[0]) :].strip(), LINE)]
    # Lines of about the same length are read faster than a long one and a word.
    even = textwrap.wrap(joined, max(-(-len(joined) // len(lines)) + 4, len(max(joined.split(), key=len))))
    return even if len(even) <= LINES and all(len(line) <= LINE for line in even) else lines
