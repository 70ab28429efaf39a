"""A plane of two columns on the picture: its scale, and its axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from composer.errors import Fault, InputError
from composer.outputs.video.canvas import Box, Picture
from composer.outputs.video.lettering import write
from composer.outputs.video.stage import FAINT, LABEL, QUIET, Stage
from composer.units import F8


@dataclass(frozen=True)
class View:
    """How a plane lies on the picture: pixels = offset + scale · value, y upwards."""

    offset: tuple[float, float]
    scale: tuple[float, float]
    plot: Box

    @classmethod
    def fitting(cls, x: F8, y: F8, plot: Box, square: bool) -> View:
        """Return the view that shows all finite points, its units alike on both axes where `square`."""
        good = np.isfinite(x) & np.isfinite(y)
        if not good.any():
            raise InputError(Fault("the columns hold no finite point", "scene", "name others with x and y"))
        ends = [(float(v[good].min()), float(v[good].max())) for v in (x, y)]
        spans = [max(high - low, 1e-9 * max(abs(low), abs(high), 1e-300)) for low, high in ends]
        scale = [0.94 * side / span for side, span in zip((plot.width, plot.height), spans, strict=True)]
        if square:
            scale = [min(scale)] * 2
        middle = [(low + high) / 2 for low, high in ends]
        across = (plot.left + plot.right) / 2 - scale[0] * middle[0]
        down = (plot.top + plot.bottom) / 2 + scale[1] * middle[1]
        return cls((across, down), (scale[0], -scale[1]), plot)

    def place(self, x: ArrayLike, y: ArrayLike) -> F8:
        """Return the pixels of points, (2, n)."""
        return np.stack([self.offset[n] + self.scale[n] * np.asarray(v, np.float64) for n, v in enumerate((x, y))])

    @property
    def origin(self) -> tuple[float, float]:
        """Where 0, 0 lies."""
        return self.offset

    @classmethod
    def between(cls, first: View, second: View, share: float) -> View:
        """Return the view on the way from one square view to another: one point stays where it is, all else grows."""
        scale = float(np.exp((1 - share) * np.log(first.scale[0]) + share * np.log(second.scale[0])))
        ends = first.scale[0], second.scale[0]
        moved = (scale - ends[0]) / (ends[1] - ends[0]) if ends[0] != ends[1] else share
        across, down = (a + moved * (b - a) for a, b in zip(first.offset, second.offset, strict=True))
        return cls((across, down), (scale, -scale), first.plot)


def draw_axes(picture: Picture, view: View, stage: Stage, names: tuple[str, str]) -> None:
    """Draw the axes where they are in view, and name them (always, where each has a unit of its own)."""
    x, y = view.origin
    plot, line, size = view.plot, max(1.0, 1.5 * stage.unit), LABEL * stage.unit
    square = view.scale[0] == -view.scale[1]
    across = plot.top <= y <= plot.bottom
    down = plot.left <= x <= plot.right
    if across:
        picture.box(Box(plot.left, y - line / 2, plot.right, y + line / 2), FAINT)
    if down:
        picture.box(Box(x - line / 2, plot.top, x + line / 2, plot.bottom), FAINT)
    if across or not square:
        level = y if across else plot.bottom
        write(picture, plot.right, level - 10 * stage.unit, names[0], size, QUIET, align=1)
    if down or not square:
        left = x if down else plot.left
        write(picture, left + 10 * stage.unit, plot.top + 20 * stage.unit, names[1], size, QUIET)
