"""A path in a plane that is walked as the music plays it: note k sounds when point k is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from composer.errors import Fault, InputError
from composer.outputs.video.canvas import Light, Picture, along
from composer.outputs.video.film import Draw
from composer.outputs.video.plane import View, draw_axes
from composer.outputs.video.stage import BRIGHT, Stage, colour_of, lead, onsets
from composer.table import INDEX, Table
from composer.units import F8, I8

COMPLEX = ("re", "im")
TRAIL = 7.0  # seconds that the trail takes to fade
FLASH = 0.7  # seconds that a note's light takes to fade
_FINE, _FINEST = 10, 100  # points that the curve has from row to row, and at most from note to note
_BRUSH = ((-0.7, 0.0), (0.7, 0.0), (0.0, -0.7), (0.0, 0.7))  # a thicker line, pixels
_LEAP = 4  # a step of more than so many usual ones is a leap: no line is drawn


def orbit(stage: Stage, x: str | None = None, y: str | None = None, track: str | None = None) -> Draw:
    """eta(sigma + it), or two columns of any table, moving with the notes; the origin is lit near a zero."""
    table = stage.with_rows("orbit")
    names = _columns(table, x, y)
    base, plot = stage.page(stage.score.tracks)
    view = View.fitting(table[names[0]], table[names[1]], plot, names == COMPLEX)
    points = view.place(table[names[0]], table[names[1]])
    heard = onsets(stage)
    walk = Walk.of(heard.seconds, heard.row, heard.track == lead(stage.score, track), points)
    draw_axes(base, view, stage, names)
    trace = Picture(stage.width, stage.height)  # what stays: the path so far, and a dot for each note
    trace.show(base)
    light, passing = Light(stage.width, stage.height), Light(stage.width, stage.height)
    unit, near, reading = stage.unit, _nearness(table, names), _reading(table, names)
    hue = np.array(colour_of(lead(stage.score, track)))
    drawn = 0.0
    shown = 0
    # What the lead plays within a frame decides where the head is in it.
    own = np.flatnonzero(heard.track == lead(stage.score, track))
    own_frames = heard.frame[own]

    def draw(k: int, picture: Picture) -> None:
        nonlocal drawn, shown
        now = (k + 0.5) / stage.fps
        until = int(np.searchsorted(own_frames, k, side="right"))
        inside = until and own_frames[until - 1] == k
        now = float(heard.seconds[own[until - 1]]) if inside else max(now, drawn)
        light.add(*walk.between(drawn, now)[:2], np.array(BRIGHT) * 0.3)
        light.show(trace, base)
        drawn = max(drawn, now)
        picture.show(trace)
        px, py, at = walk.between(now - TRAIL, now)
        age = np.clip(1 - (now - at) / TRAIL, 0, 1)
        for aside, down in _BRUSH:
            passing.add(px + aside * unit, py + down * unit, hue * (0.5 * age**1.5)[:, None])
        passing.put_out(passing.show(picture, trace))
        row = walk.row_at(now)
        if near is not None:
            glow = float(np.interp(row, np.arange(near.size), near))
            picture.glow(*view.origin, 150 * unit, (1.0, 0.86, 0.55), 0.75 * glow)
            picture.disc(*view.origin, (4 + 5 * glow) * unit, (1.0, 0.9, 0.65), max(glow, 0.25))
        last = int(np.searchsorted(heard.frame, k, side="right"))
        first = int(np.searchsorted(heard.frame, k - FLASH * stage.fps))
        for n in range(max(first, 0), last):
            _flash(
                picture, points[:, heard.row[n]], 1 - (k - heard.frame[n]) / (FLASH * stage.fps), unit, heard.track[n]
            )
        for n in range(shown, last):
            for kept in (base, trace):  # in the base too: later light is laid over that
                _dot(kept, points[:, heard.row[n]], unit, int(heard.track[n]))
        shown = max(shown, last)
        hx, hy = walk.place(row)
        if np.isfinite(hx) and np.isfinite(hy):
            picture.glow(hx, hy, 46 * unit, BRIGHT, 0.45)
            picture.disc(hx, hy, 7 * unit, BRIGHT)
        stage.foot(picture, reading(row))

    return draw


def _dot(picture: Picture, place: F8, unit: float, track: int) -> None:
    if np.isfinite(place).all():
        picture.disc(float(place[0]), float(place[1]), 3 * unit, colour_of(track), 0.8)


def _flash(picture: Picture, place: F8, strength: float, unit: float, track: int) -> None:
    if np.isfinite(place).all():
        x, y = float(place[0]), float(place[1])
        colour = colour_of(int(track))
        picture.glow(x, y, (16 + 34 * strength) * unit, colour, 0.8 * strength)
        picture.ring(x, y, (8 + 26 * (1 - strength)) * unit, 2.5 * unit, colour, strength)


def _columns(table: Table, x: str | None, y: str | None) -> tuple[str, str]:
    if x is None and y is None:
        if set(COMPLEX) <= set(table.names):
            return COMPLEX
        if len(table.names) < 2:
            raise InputError(Fault("it takes two columns to make a path", "scene", 'use "roll"'))
        # The first column often is the index itself: a path wants two that are not.
        free = [name for name in table.names if not np.array_equal(table[name], np.asarray(table.index))]
        return tuple((free if len(free) > 1 else table.names)[:2])  # type: ignore[return-value]
    if x is None or y is None:
        raise InputError(Fault("a path takes both x and y", "x" if x is None else "y", "name a column for each"))
    table[x], table[y]
    return x, y


@dataclass(frozen=True, eq=False)
class Walk:
    """A walk over rows: `rows` (n,) at `seconds` (n,), straight between them but over leaps; `points` (2, rows)."""

    seconds: F8
    rows: F8
    leap: I8  # those after which one leaps, instead of walking
    points: F8
    path: tuple[F8, F8, F8]  # the fine curve in pixels, broken at leaps, and its times

    @classmethod
    def of(cls, seconds: F8, row: I8, own: F8, points: F8) -> Walk:
        """Return the walk of some onsets: the last row of those at one moment."""
        at, rows = seconds[own.astype(bool)], row[own.astype(bool)].astype(np.float64)
        last = np.append(np.diff(at) > 0, True)
        at, rows = at[last], rows[last]
        steps = np.diff(rows)
        usual = float(np.median(steps[steps > 0])) if (steps > 0).any() else 1.0
        leap = np.flatnonzero((steps <= 0) | (steps > _LEAP * usual))
        fine_at, fine_row = [], []
        walked = np.setdiff1d(np.arange(steps.size), leap)
        fine = int(min(_FINE * max(usual, 1), _FINEST))
        share = np.arange(fine + 1) / fine
        if walked.size:
            fine_at = at[walked, None] + share * np.diff(at)[walked, None]
            fine_row = rows[walked, None] + share * steps[walked, None]
            broken = np.flatnonzero(np.diff(walked) > 1)
            fine_row[broken, -1] = np.nan
        times, where = np.ravel(fine_at), np.ravel(fine_row)
        return cls(at, rows, leap, points, (*_smooth(points, where), times))

    def between(self, start: float, end: float) -> tuple[F8, F8, F8]:
        """Return points a pixel apart, and their times, of the path from one time to another."""
        x, y, at = self.path
        first, last = np.searchsorted(at, [start, end])
        first = max(first - 1, 0)
        if last - first < 1 or not at.size:
            return np.empty(0), np.empty(0), np.empty(0)
        px, py, where = along(x[first : last + 1], y[first : last + 1])
        times = np.interp(where, np.arange(at[first : last + 1].size), at[first : last + 1])
        inside = (times > start) & (times <= end)
        return px[inside], py[inside], times[inside]

    def row_at(self, seconds: float) -> float:
        """Return the row, with a fraction, at a time: that of the last onset, where a leap follows."""
        n = int(np.clip(np.searchsorted(self.seconds, seconds, side="right") - 1, 0, self.rows.size - 1))
        if n + 1 == self.rows.size or n in self.leap or seconds < self.seconds[0]:
            return float(self.rows[n])
        return float(np.interp(seconds, self.seconds[n : n + 2], self.rows[n : n + 2]))

    def place(self, row: float) -> tuple[float, float]:
        """Return the pixel of a row, with a fraction."""
        x, y = _smooth(self.points, np.array([row]))
        return float(x[0]), float(y[0])


def _smooth(points: F8, rows: F8) -> tuple[F8, F8]:
    """Return where the cubic of Catmull and Rom through the points, (2, n), is at rows with fractions."""
    if not rows.size:
        return np.empty(0), np.empty(0)
    count = points.shape[1]
    lost = np.isnan(rows)
    at = np.where(lost, 0, rows)
    k = np.clip(np.floor(at).astype(np.int64), 0, count - 1)
    f = at - k
    before, here, after, beyond = (points[:, np.clip(k + n, 0, count - 1)] for n in (-1, 0, 1, 2))
    before = np.where(np.isnan(before), here, before)
    beyond = np.where(np.isnan(beyond), after, beyond)
    curve = here + 0.5 * f * (
        after - before + f * (2 * before - 5 * here + 4 * after - beyond + f * (3 * (here - after) + beyond - before))
    )
    curve = np.where(f == 0, here, curve)
    curve[:, lost] = np.nan
    return curve[0], curve[1]


def _nearness(table: Table, names: tuple[str, str]) -> F8 | None:
    """Return how near each row is to a zero, 0..1, for a complex path."""
    if names != COMPLEX:
        return None
    size = np.hypot(table["re"], table["im"])
    near = np.square(np.clip(1 - size / (0.6 * np.nanmedian(size) or 1.0), 0, 1))
    return np.nan_to_num(near)


def _reading(table: Table, names: tuple[str, str]) -> Callable[[float], str]:
    """Return what says what is read off at a row, with a fraction: the index, by its name, and the value's size."""
    rows, index = np.arange(len(table)), np.asarray(table.index, np.float64)
    name = next((name for name in table.names if np.array_equal(table[name], index)), "row")
    step = float(np.median(np.abs(np.diff(index)))) if index.size > 1 else 1.0
    decimals = int(np.clip(np.ceil(1 - np.log10(step)), 0, 9)) if step > 0 else 3

    def reading(row: float) -> str:
        if INDEX in table.dates:
            text = table.shown(INDEX, round(row))
        else:
            text = f"{name} = {float(np.interp(row, rows, index)):,.{decimals}f}".replace(",", "\u2009")
        if names == COMPLEX:
            text += f"   modulus {float(np.interp(row, rows, np.hypot(table['re'], table['im']))):.2f}"
        return text

    return reading
