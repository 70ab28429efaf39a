"""The paths that partial sums draw in the complex plane, term by term.

Each row of the table is a term, each pair of columns re_0 and im_0, re_1 and im_1, ... a path. New steps are drawn
over what is there, as light; where the paths have become small, the camera glides nearer, and only then all is drawn
anew. A note of row n sounds when its sum is reached; between notes the terms run on evenly.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from composer.errors import Fault, InputError
from composer.outputs.video.canvas import Box, Light, Picture, between
from composer.outputs.video.film import Draw
from composer.outputs.video.plane import View, draw_axes
from composer.outputs.video.stage import BRIGHT, Onsets, Stage, lead, onsets
from composer.table import Table
from composer.units import F8

C16 = NDArray[np.complex128]
GLIDE = 2.0  # seconds that the camera takes to come nearer
REST = 6.0  # that it stays at least before it does so again
FLASH = 0.6  # that a note's light takes to fade
_CLOSER = 0.68  # it comes nearer where what is still to come fits into so much of its view
_DRIFT = 0.45  # of the circle of hues, from the first term to the last
_LIGHT, _MORE, _UNTIL = 0.65, 1.0, 60  # of a late term, and how much more of the first, until about this one
_BEHIND = 0.26  # of what was drawn before the camera came nearer
_BESIDE = 0.2  # of it, beside the text above and below the plot
_COARSE = 1.6  # pixels from point to point while the camera moves: the eye does not see it


def convergence(stage: Stage, track: str | None = None) -> Draw:
    """The paths of partial sums, term by term, from 0 to where they converge; each shines with its track's notes."""
    paths = paths_of(stage.with_rows("convergence"))
    heard = onsets(stage)
    terms = terms_at(heard, stage, paths.shape[1] - 1)
    base, plot = stage.page()
    camera = Camera.of(paths, terms, stage, plot)
    hues, shares = _hues(*paths.shape), _shares(paths)
    ground, trace = Picture(stage.width, stage.height), Picture(stage.width, stage.height)
    light = Light(stage.width, stage.height)
    first = 0 if track is None else lead(stage.score, track)  # its notes are those of path 0, and so on
    drawn, seen = 0, None
    unit = stage.unit

    def draw(k: int, picture: Picture) -> None:
        nonlocal drawn, seen
        view, behind, moving = camera.at(k)
        spacing = _COARSE if moving else 1.0
        if view != seen:
            ground.show(base)
            draw_axes(ground, view, stage, ("re", "im"))
            trace.show(ground)
            light.clear()
            drawn, seen = 0, view
        whole = int(terms[k])
        if whole > drawn:
            fresh = slice(drawn, whole + 1)
            for path, hue, share in zip(paths, hues, shares, strict=True):
                _add(light, view, path[fresh], hue[fresh], share[fresh], drawn, behind, spacing)
            light.show(trace, ground)
            drawn = whole
        picture.show(trace)
        nearer = terms[k] - whole
        here = (1 - nearer) * paths[:, whole] + nearer * paths[:, min(whole + 1, paths.shape[1] - 1)]
        heads = view.place(here.real, here.imag).T
        struck = _struck(heard, k, stage.fps, first, len(paths))
        for (x, y), hue, bright in zip(heads, hues, struck, strict=True):
            red, green, blue = 0.25 + 0.75 * hue[whole]
            picture.glow(x, y, (22 + 50 * bright) * unit, (red, green, blue), 0.35 + 0.55 * bright)
        for (x, y), bright in zip(heads, struck, strict=True):  # over all of the light
            picture.disc(x, y, (4.5 + 3 * bright) * unit, BRIGHT)
        text = f"{whole:,} term{'' if whole == 1 else 's'}".replace(",", "\u2009")
        stage.foot(picture, text)

    return draw


def paths_of(table: Table) -> C16:
    """Return the paths of a table, (paths, rows + 1), each from 0 on; InputError where there is none."""
    found = [np.zeros(0, np.complex128)][:0]
    while {f"re_{len(found)}", f"im_{len(found)}"} <= set(table.names):
        found.append(table[f"re_{len(found)}"] + 1j * table[f"im_{len(found)}"])
    if not found:
        raise InputError(
            Fault(
                'the scene "convergence" shows columns re_0, im_0, re_1, ..., and the table has none',
                "scene",
                'take [source] function = "partial_sums", or another scene',
            )
        )
    return np.pad(np.array(found), ((0, 0), (1, 0)))


def terms_at(heard: Onsets, stage: Stage, most: int) -> F8:
    """Return how many terms, with a fraction, each frame shows, (frames,).

    It is that in the middle of the frame; where a note begins within it, no fewer than the note's.
    """
    at, last = np.unique(heard.seconds[::-1], return_index=True)
    terms = np.maximum.accumulate(np.maximum.accumulate(heard.row + 1.0)[::-1][last])
    end = stage.score.seconds
    if end > at[-1]:
        at, terms = np.append(at, end), np.append(terms, most)
    found = np.interp((np.arange(stage.frames) + 0.5) / stage.fps, at, terms, left=0.0)
    inside = heard.frame < stage.frames
    np.maximum.at(found, heard.frame[inside], heard.row[inside] + 1.0)
    return np.minimum(np.maximum.accumulate(found), most)


@dataclass(frozen=True, eq=False)
class Camera:
    """Where the camera stands: `views`, from frame `starts` on (a glide first), and the terms behind each."""

    views: tuple[View, ...]
    starts: tuple[int, ...]
    behind: tuple[int, ...]
    glide: int  # frames

    @classmethod
    def of(cls, paths: C16, terms: F8, stage: Stage, plot: Box) -> Camera:
        """Return the views that each show all that is still to come, large enough."""
        views, starts, behind = [_view(paths, plot)], [0], [0]
        pause, glide = round((GLIDE + REST) * stage.fps), round(GLIDE * stage.fps)
        for k in range(pause, stage.frames - pause, max(1, stage.fps // 2)):
            if k - starts[-1] < pause:
                continue
            view = _view(paths[:, int(terms[k]) :], plot)
            if view.scale[0] * _CLOSER >= views[-1].scale[0]:
                views.append(view)
                starts.append(k)
                behind.append(int(terms[k]))
        return cls(tuple(views), tuple(starts), tuple(behind), max(glide, 1))

    def at(self, k: int) -> tuple[View, int, bool]:
        """Return the view of a frame, how many terms are behind it, and whether the camera moves."""
        n = int(np.searchsorted(self.starts, k, side="right")) - 1
        share = min((k - self.starts[n]) / self.glide, 1.0)
        if n == 0 or share == 1:
            return self.views[n], self.behind[n], False
        return View.between(self.views[n - 1], self.views[n], share * share * (3 - 2 * share)), self.behind[n], True


def _view(paths: C16, plot: Box) -> View:
    return View.fitting(paths.real.ravel(), paths.imag.ravel(), plot, True)


def _hues(paths: int, size: int) -> tuple[F8, ...]:
    """Return the colour of each path's terms, (size, 3): evenly apart, and drifting as the terms double."""
    circle = np.array([colorsys.hls_to_rgb(n / 360, 0.6, 0.95) for n in range(361)])
    drift = _DRIFT * np.log1p(np.arange(size)) / np.log(max(size, 2))
    turns = 0.52 + np.arange(paths)[:, None] / max(paths, 1) + drift
    return tuple(circle[(360 * (turn % 1)).astype(np.int64)] for turn in turns)


def _shares(paths: C16) -> F8:
    """Return how much of each step's light is each path's own, (paths, steps): less where they take it together."""
    ends = np.stack([paths[:, :-1], paths[:, 1:]])
    return np.stack([1.0 / (ends == own[:, None]).all(axis=0).sum(axis=0) for own in ends.transpose(1, 0, 2)])


def _add(light: Light, view: View, path: C16, hue: F8, share: F8, first: int, behind: int, spacing: float) -> None:
    """Draw a path's steps after its term `first`, those before the term `behind` dimly."""
    x, y = view.place(path.real, path.imag)
    # Of a step that lies wholly on one side of the picture, nothing is seen.
    side = np.stack([x < 0, x > light.width, y < 0, y > light.height])
    seen = ~(side[:, 1:] & side[:, :-1]).any(axis=0)
    kept = np.flatnonzero(seen)
    px, py, at = between(x[kept], y[kept], x[kept + 1], y[kept + 1], spacing)
    term = first + kept[at.astype(np.int64)]
    strength = spacing * np.where(term < behind, _BEHIND, _LIGHT + _MORE / (1 + term / _UNTIL)) * share[term - first]
    outside = np.maximum(view.plot.top - py, py - view.plot.bottom)
    strength *= np.clip(1 - 2 * outside / view.plot.top, _BESIDE, 1)
    light.add(px, py, hue[term - first] * strength[:, None])


def _struck(heard: Onsets, k: int, fps: int, first: int, paths: int) -> F8:
    """Return how brightly each path's note still shines, 0..1."""
    strength = np.zeros(paths)
    recent = slice(*np.searchsorted(heard.frame, [k - FLASH * fps, k + 1]))
    path = heard.track[recent] - first
    own = (path >= 0) & (path < paths)
    fresh = np.clip(1 - (k - heard.frame[recent]) / (FLASH * fps), 0, 1)
    np.maximum.at(strength, path[own], fresh[own])
    return strength
