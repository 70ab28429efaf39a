"""The line: what the rules gave for the rows that a track plays, before a role makes notes of it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from composer.errors import Fault, InputError
from composer.mapping.metre import TOUCH
from composer.units import F8, I8

MOST_NOTES = 10_000_000
MOST_TOGETHER = 24


@dataclass(frozen=True, eq=False)
class Line:
    """What the rules gave for the rows that a track plays, each (m,), without missing values, in order of start."""

    row: I8
    start: F8  # beats
    length: F8  # beats, above 0
    pitch: F8  # MIDI numbers, already drawn to the scale
    velocity: F8  # 0..1
    pan: F8  # -1 (left) .. 1 (right)
    size: F8  # how many notes sound together; a role rounds it
    density: F8  # 0..1: how many of the steps sound

    def __post_init__(self) -> None:
        for field in fields(self):
            values = np.array(getattr(self, field.name), np.int64 if field.name == "row" else np.float64)
            values.setflags(write=False)
            object.__setattr__(self, field.name, values)

    def __len__(self) -> int:
        return int(self.row.size)

    @property
    def end(self) -> float:
        """The beat at which the last row is over."""
        return float((self.start + self.length).max(initial=0.0))

    @property
    def sizes(self) -> I8:
        """How many notes sound together, rounded, 1 to MOST_TOGETHER."""
        return np.clip(np.floor(self.size + 0.5), 1, MOST_TOGETHER).astype(np.int64)

    @property
    def span(self) -> F8:
        """How long each row has the field to itself: its length, or until the next later start."""
        if not len(self):
            return self.length
        moments = np.append(np.unique(self.start), np.inf)
        after = moments[np.searchsorted(moments, self.start, side="right")]
        return np.minimum(self.length, after - self.start)

    def taking(self, which: ArrayLike) -> Line:
        """Return the line of some of its rows, given by number or by a mask, in that order."""
        return Line(*(getattr(self, field.name)[which] for field in fields(self)))

    def sounding(self, beats: F8) -> I8:
        """Return the number of the row that began last at each position, the first before any has begun."""
        return np.maximum(np.searchsorted(self.start, beats + TOUCH, side="right") - 1, 0)

    def until(self, end: float) -> float:
        """Return where a pattern under these rows stops: at `end`, or with the rows if it comes before them."""
        return end if len(self) and end > self.start[0] + TOUCH else self.end

    def struck_again(self, beats: F8) -> Line:
        """Return the line with each row begun anew at those rising `beats` that fall within its span."""
        first = np.searchsorted(beats, self.start + TOUCH, side="right")
        last = np.searchsorted(beats, self.start + self.span - TOUCH, side="left")
        count = np.maximum(last - first, 0) + 1
        of, nth = repeats(count)
        places = np.append(beats, np.inf)
        start = np.where(nth == 0, self.start[of], places[np.minimum(first[of] + nth - 1, beats.size)])
        whole = self.length[of] - (start - self.start[of])
        after = places[np.minimum(first[of] + nth, beats.size)] - start
        length = np.where(nth < count[of] - 1, after, whole)
        others = {f.name: getattr(self, f.name)[of] for f in fields(self) if f.name not in ("start", "length")}
        return Line(start=start, length=length, **others)

    def filled(self, step: float) -> tuple[I8, I8, F8, F8]:
        """Return notes every `step` beats through each row's span: the row's number here, the note's in the row,
        starts and lengths."""
        of, nth = repeats(np.maximum(np.ceil((self.span - TOUCH) / step), 1))
        after = nth * step
        return of, nth, self.start[of] + after, np.minimum(self.span[of] - after, step)


def repeats(count: F8 | I8) -> tuple[I8, I8]:
    """Return k and 0, 1, ... count[k] - 1 for every k; raise InputError where that is too many notes."""
    total = float(np.sum(count))
    if total > MOST_NOTES:
        fault = Fault(f"{total:.0f} notes on one track are too many", remedy="make the step longer")
        raise InputError(fault)
    times = count.astype(np.int64)
    of = np.repeat(np.arange(times.size), times)
    return of, np.arange(of.size) - np.repeat(np.cumsum(times) - times, times)
