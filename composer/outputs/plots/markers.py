"""Marked places: dotted verticals through the pictures, and their names on flags above a roll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from composer.outputs.plots.axes import SMALL, height_in_points, width_in_points
from composer.outputs.plots.figure import Axes
from composer.outputs.plots.palette import Look
from composer.outputs.plots.text import legible, shortened, width_of
from composer.score import Marker
from composer.units import F8

SIZE = SMALL - 0.5  # points
ROW = 11.5  # points
MOST_ROWS = 4
MOST_HEIGHT = 0.2  # of a picture
BEYOND = 40.0  # points that a name may reach beyond the right edge: the layout makes room
APART = 8.0  # points
DOTTED = (0, (1, 2.2))


def marked(axes: Sequence[Axes], at: F8, look: Look) -> None:
    """Draw dotted verticals at these places through every axes; many of them fainter."""
    from matplotlib.collections import LineCollection

    if not at.size:
        return
    for ax in axes:
        lines = LineCollection(
            [[(x, 0), (x, 1)] for x in at],
            colors=look.accent,
            linewidths=0.8,
            linestyles=DOTTED,
            alpha=faintness(at.size),
            zorder=1.5,
        )
        lines.set_transform(ax.get_xaxis_transform())
        ax.add_collection(lines, autolim=False)


def faintness(count: int) -> float:
    """Return the opacity of the verticals where there are so many."""
    return min(1.0, max(0.25, 40 / max(count, 1))) * 0.9


@dataclass(frozen=True)
class Flags:
    """The names of markers as they fly: each marker's beat, its name and its row from below, -1 where it has no room.

    A vertical ends at the row of its own name, and every name that reaches over another vertical flies higher than
    that one ends: so no line runs through a name.
    """

    at: F8
    names: tuple[str, ...]
    row: tuple[int, ...]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return max(self.row, default=-1) + 1

    @property
    def shown(self) -> int:
        """How many names are shown."""
        return sum(row >= 0 for row in self.row)

    @property
    def height(self) -> float:
        """How high they are, in points."""
        return self.rows * ROW + 4 if self.rows else 1.0


def flags_of(ax: Axes, markers: Sequence[Marker], end: float) -> Flags:
    """Return the flags above an axes that will be `end` beats wide: all, or as many as its size has room for."""
    room = width_in_points(ax)
    ordered = sorted(markers, key=lambda marker: marker.beat)
    names = tuple(shortened(legible(marker.text), room * 0.45, SIZE) for marker in ordered)
    at = np.array([marker.beat for marker in ordered], np.float64)
    most = min(MOST_ROWS, max(int(MOST_HEIGHT * height_in_points(ax) / ROW), 1))
    rows = _rows(at / end * room, [width_of(name, SIZE) for name in names], room + BEYOND, most)
    return Flags(at, names, tuple(rows))


def _rows(left: F8, widths: Sequence[float], room: float, most: int) -> list[int]:
    """Return the row of each name, -1 for none, from where their verticals stand (rising) and their widths, in points.

    >>> _rows(np.array([0.0, 30.0, 200.0, 280.0]), [60, 60, 60, 60], 300, 2)
    [1, 0, 0, -1]
    """
    found = [-1] * left.size
    for n in range(left.size - 1, -1, -1):
        end = left[n] + 3 + widths[n] * 1.05 + APART  # the layout may leave a little less room than there seems to be
        over = [found[k] for k in range(n + 1, left.size) if left[k] < end]
        row = max(over, default=-1) + 1
        if widths[n] and row < most and end - APART <= room:
            found[n] = row
    return found


def fly(ax: Axes, flags: Flags, look: Look) -> None:
    """Draw the flags on a strip, which they fill."""
    from matplotlib.collections import LineCollection

    if not flags.rows:
        return
    shown = [(x, name, row) for x, name, row in zip(flags.at, flags.names, flags.row, strict=True) if row >= 0]
    stems = LineCollection(
        [[(x, 0), (x, (row + 0.9) / flags.rows)] for x, _, row in shown],
        colors=look.accent,
        linewidths=0.8,
        linestyles=DOTTED,
        alpha=faintness(flags.at.size),
        zorder=1.5,
    )
    stems.set_transform(ax.get_xaxis_transform())
    ax.add_collection(stems, autolim=False)
    for x, name, row in shown:
        ax.annotate(
            name,
            (x, (row + 0.5) / flags.rows),
            (3, 0),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            fontsize=SIZE,
            color=look.accent,
            va="center",
            ha="left",
            annotation_clip=False,
        )


def counted(flags: Flags) -> str:
    """Return how many markers there are, and how many of their names are shown where that is not all."""
    count, named = flags.at.size, sum(map(bool, flags.names))
    few = "" if flags.shown == named else f", {flags.shown} of {named} names shown"
    return f"{count} marker{'' if count == 1 else 's'}{few}"
