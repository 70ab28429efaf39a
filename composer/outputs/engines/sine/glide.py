"""Notes whose pitch moves: a bend that changes under them, or vibrato.

A bend is held until its next change, as a synthesiser has it; a step of the frequency would not click, the phase
being continuous, but many small ones would buzz: so the frequency goes straight to its new value, in 5 ms, or by the
next change where that is sooner. A dense row of changes is a smooth glide then, a few milliseconds late. Vibrato comes
on a while after the note's beginning. Of all this the frequency is taken at points about a millisecond apart, and
goes straight between them: the phase is the integral of these straight lines, a parabola for each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from composer.instruments import Vibrato
from composer.outputs.engines.sine.exact import power_of_2, sines
from composer.outputs.performance import Performance
from composer.units import F8

RAMP = 0.005  # seconds in which the frequency goes to that of another bend
SWELL = 0.3  # seconds in which vibrato grows to its depth
POINT = 0.0015  # seconds that two points of the frequency are apart, at most
_SPAN = 256  # points between which the phase is summed at once
_KEPT = 16  # spans of a note, at most, whose points are all kept
_PIECE = 256 * _SPAN  # points looked at at a time where a note is first gone through


@dataclass(frozen=True)
class Bend:
    """A track's bend: the frames where it changes, rising, and the semitones from there on, each unlike the last."""

    at: F8
    semitones: F8

    @classmethod
    def of(cls, part: Performance, rate: int) -> Bend:
        """Return the bend of one track."""
        at = np.rint(part.bend_at * rate)
        last_of_frame = np.append(at[1:] != at[:-1], True)[: at.size]
        at, semitones = at[last_of_frame], part.bend[last_of_frame]
        changed = np.diff(semitones, prepend=0.0) != 0
        return cls(at[changed], semitones[changed])


def points_of(rate: int) -> int:
    """Return the frames between two points of the frequency, a power of two."""
    return 1 << max(int(math.log2(POINT * rate)), 0)


@dataclass(frozen=True)
class Glide:
    """The frequency of one note: `hz` at its beginning times what bend (knots) and vibrato make of it."""

    hz: float
    frames: int
    knot: F8  # frames from the note's first, rising,
    ratio: F8  # and the frequency there, over `hz`
    vibrato: Vibrato | None
    rate: int

    @classmethod
    def of(cls, bend: Bend | None, first: int, last: int, hz: float, vibrato: Vibrato | None, rate: int) -> Glide:
        """Return the glide of one note, under the bend of its track."""
        knot, ratio = np.zeros(1), np.ones(1)
        if bend is not None:
            begun, over = np.searchsorted(bend.at, first, side="right"), np.searchsorted(bend.at, last)
            at, semitones = bend.at[begun:over] - first, bend.semitones[begun:over]
            begins_with = bend.semitones[begun - 1] if begun else 0.0
            reached = np.concatenate([[1.0], power_of_2((semitones - begins_with) / 12)])
            there = at + np.minimum(np.diff(at, append=np.inf), max(round(RAMP * rate), 1))
            # Where a line ends as the next begins, that knot is there twice, with one frequency.
            knot = np.concatenate([[0.0], np.stack([at, there], axis=1).ravel()])
            ratio = np.repeat(reached, 2)[:-1]
            once = np.append(knot[1:] != knot[:-1], True)
            knot, ratio = knot[once], ratio[once]
        return cls(hz, last - first, knot, ratio, vibrato, rate)

    @cached_property
    def _depth(self) -> float:
        """By what share vibrato raises and lowers the frequency."""
        return 0.0 if self.vibrato is None else float(power_of_2(np.array(self.vibrato.depth / 1200))) - 1

    @cached_property
    def highest(self) -> float:
        """A bound of the frequency, Hz."""
        return self.hz * float(self.ratio.max()) * (1 + self._depth)

    def hz_at(self, point: F8) -> F8:
        """Return the frequency at these points."""
        frame = point * points_of(self.rate)
        hz = self.hz * np.interp(frame, self.knot, self.ratio)
        if self.vibrato is not None:
            since = np.maximum(frame / self.rate - self.vibrato.delay, 0.0)
            swell = np.minimum(since / SWELL, 1.0) * self._depth
            hz *= 1 + swell * sines(since * self.vibrato.rate)[0]
        return np.asarray(hz)

    def _cycles(self, hz: F8) -> F8:
        """Return the cycles from each point to the next."""
        return (hz[1:] + hz[:-1]) * (points_of(self.rate) / (2 * self.rate))

    @property
    def _spans(self) -> int:
        return self.frames // (points_of(self.rate) * _SPAN) + 1

    @cached_property
    def _made(self) -> F8:
        """The cycles made where each span of points begins."""
        made = [0.0]
        for begin in range(0, self._spans * _SPAN, _PIECE):
            size = min(_PIECE, self._spans * _SPAN - begin)
            each = self._cycles(self.hz_at(np.arange(begin, begin + size + 1, dtype=np.float64))).reshape(-1, _SPAN)
            # One after another, so that the last bits are the same everywhere.
            for span in np.cumsum(each, axis=1)[:, -1].tolist():
                made.append(made[-1] + span)
        return np.array(made)

    def _from(self, first: int, count: int) -> tuple[F8, F8]:
        """Return the frequency at `count` + 1 points from `first` on, and the cycles made at all but the last."""
        span = first // _SPAN
        skipped = first - span * _SPAN
        hz = self.hz_at(np.arange(span * _SPAN, first + count + 1, dtype=np.float64))
        made = np.concatenate([[self._made[span]], self._cycles(hz)]).cumsum()
        return hz[skipped:], made[skipped:-1]

    @cached_property
    def _whole(self) -> tuple[F8, F8] | None:
        """All of these, of a note that is not too long for them to be kept."""
        if self._spans > _KEPT:
            return None
        hz = self.hz_at(np.arange(self._spans * _SPAN + 1, dtype=np.float64))
        return hz, np.concatenate([[0.0], self._cycles(hz)[:-1]]).cumsum()

    def cycles_at(self, start: int, end: int) -> F8:
        """Return the cycles that the note has made at frames `start` to `end`, counted from its first."""
        step = points_of(self.rate)
        first = start // step
        rows = -(-end // step) - first
        whole = self._whole
        hz, made = self._from(first, rows) if whole is None else (part[first:] for part in whole)
        hz, made = hz[: rows + 1], made[:rows, None]
        j = np.arange(step, dtype=np.float64)
        cycles = np.diff(hz)[:, None] / (2 * step * self.rate) * j
        cycles += hz[:-1, None] / self.rate
        cycles *= j
        cycles += made
        head = start % step
        return np.asarray(cycles.reshape(-1)[head : head + end - start])
