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
BEYOND = 14.0  # points that a name may reach beyond the right edge: the layout makes room
APART = 8.0  # points
MOST_NAMES = 500  # of markers, evenly spread, that are looked at for room
LEFT_BY_LAYOUT = 0.96  # of the width that there seems to be
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
    that one ends: so no line runs through a name. A name begins at its vertical, `back` points before it where
    it would reach too far beyond the right edge.
    """

    at: F8
    names: tuple[str, ...]
    row: tuple[int, ...]
    back: tuple[float, ...]
    named: int  # how many markers have a name

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
    room = width_in_points(ax) * LEFT_BY_LAYOUT
    ordered = sorted(markers, key=lambda marker: marker.beat)
    step = -(-len(ordered) // MOST_NAMES)
    names = tuple(
        shortened(legible(marker.text), room * 0.45, SIZE) if n % step == 0 else "" for n, marker in enumerate(ordered)
    )
    at = np.array([marker.beat for marker in ordered], np.float64)
    pole = at / end * room
    width = np.array([3 + width_of(name, SIZE) * 1.05 if name else 0.0 for name in names])
    back = np.maximum(pole + width - room - BEYOND, 0.0)
    most = min(MOST_ROWS, max(int(MOST_HEIGHT * height_in_points(ax) / ROW), 1))
    rows = _rows(pole, pole - back, width, most)
    return Flags(at, names, tuple(rows), tuple(back.tolist()), sum(bool(marker.text.strip()) for marker in ordered))


def _rows(pole: F8, left: F8, width: F8, most: int) -> list[int]:
    """Return the row of each name, -1 for none, from the places of the verticals (rising) and of the names, in points.

    They are placed one after another, from the shortest on or from the last on, with rows left free beneath them for
    those that come later or without, whichever shows most names.

    >>> _rows(np.array([0.0, 30.0, 200.0, 280.0]), np.array([0.0, 30.0, 200.0, 190.0]), np.full(4, 60.0), 2)
    [1, 0, 0, 1]
    """
    last_first = np.flatnonzero(width)[::-1]
    orders = (last_first[np.argsort(width[last_first], kind="stable")], last_first)
    ways = [(order.tolist(), leaving) for order in orders for leaving in (True, False)]
    found = [_placed(order, leaving, pole, left, left + width, most) for order, leaving in ways]
    return max(found, key=lambda rows: sum(row >= 0 for row in rows))


def _placed(order: Sequence[int], leaving: bool, pole: F8, left: F8, right: F8, most: int) -> list[int]:
    """Return the row of each name, -1 for none, placed in this order: see `_rows`."""
    found, waiting = np.full(pole.size, -1), np.ones(pole.size, bool)
    first, last = (
        np.searchsorted(pole, left + 2),
        np.searchsorted(pole, right + APART),
    )  # the verticals that a name meets
    named: list[int] = []
    for n in order:
        waiting[n] = False
        beneath = int(found[first[n] : last[n]].max(initial=-1))
        above = min((int(found[k]) for k in named if first[k] <= n < last[k]), default=most)
        taken = {int(found[k]) for k in named if left[k] < right[n] + APART and left[n] < right[k] + APART}
        free = [row for row in range(beneath + 1, above) if row not in taken]
        later = int(waiting[first[n] : last[n]].sum()) if leaving else 0
        if right[n] > left[n] and free:
            found[n] = next((row for row in free if row >= later), free[-1])
            named.append(n)
    return _lowered(found.tolist())


def _lowered(rows: Sequence[int]) -> list[int]:
    """Return rows without empty ones between them.

    >>> _lowered([3, -1, 1, 3])
    [1, -1, 0, 1]
    """
    used = sorted({row for row in rows if row >= 0})
    return [used.index(row) if row >= 0 else -1 for row in rows]


def fly(ax: Axes, flags: Flags, look: Look) -> None:
    """Draw the flags on a strip, which they fill."""
    from matplotlib.collections import LineCollection

    if not flags.rows:
        return
    each = zip(flags.at, flags.names, flags.row, flags.back, strict=True)
    shown = [(x, name, row, back) for x, name, row, back in each if row >= 0]
    stems = LineCollection(
        [[(x, 0), (x, (row + (0.05 if back else 0.9)) / flags.rows)] for x, _, row, back in shown],
        colors=look.accent,
        linewidths=0.8,
        linestyles=DOTTED,
        alpha=faintness(flags.at.size),
        zorder=1.5,
    )
    stems.set_transform(ax.get_xaxis_transform())
    ax.add_collection(stems, autolim=False)
    for x, name, row, back in shown:
        ax.annotate(
            name,
            (x, (row + 0.5) / flags.rows),
            (3 - back, 0),
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
    count = flags.at.size
    few = "" if flags.shown == flags.named else f", {flags.shown} of {flags.named} names shown"
    return f"{count} marker{'' if count == 1 else 's'}{few}"
