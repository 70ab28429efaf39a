"""The path that the values draw in the complex plane, or the partial sums of one of them; or two columns' path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.outputs.plots import axes as common
from composer.outputs.plots.facts import Follows, is_complex, named, table_needed
from composer.outputs.plots.figure import Axes, root_of
from composer.outputs.plots.notes import ORDER, near_zeros
from composer.outputs.plots.palette import Look
from composer.outputs.plots.text import legible
from composer.table import INDEX, Table
from composer.units import F8

RASTER = 6000  # points from which a page for print holds pixels in place of lines
MOST_DOTS = 1200


def path(
    ax: Axes,
    look: Look,
    table: Table | None = None,
    follows: Sequence[Follows] = (),
    units: Mapping[str, str] | None = None,
    sums: Callable[[float], NDArray[np.complex128]] | None = None,
    zeros: Callable[[], F8] | None = None,
    at: Annotated[float | None, Doc("the t whose partial sums are drawn, in place of the values")] = None,
) -> None:
    """The path of the values in the complex plane, zeros marked; of other data, of two columns, or from row to row."""
    if at is not None:
        _partial_sums(ax, at, sums, look)
        return
    data = table_needed(table, "the path")
    if is_complex(data):
        _line(ax, data["re"], data["im"], np.asarray(data.index, np.float64), look, _index_name(data))
        _zeros(ax, data, look, zeros)
        _plane(ax, look)
        return
    x, y = _pair(data, follows)
    along, name = np.asarray(data.index, np.float64), _index_name(data)
    label = {column: legible(named(data, column, dict(units or {}))) for column in (x, y)}
    if x == y:
        _line(ax, data[x][:-1], data[y][1:], along[:-1], look, name, data, light=True)
        label[y] += ", a row later"
    else:
        _line(ax, data[x], data[y], along, look, name, data)
    common.value_axis(ax, data, x, "x")
    common.value_axis(ax, data, y, "y")
    ax.set_xlabel(legible(named(data, x, dict(units or {}))))
    ax.set_ylabel(label[y])
    ax.grid(True)


def _index_name(table: Table) -> str:
    index = np.asarray(table.index, np.float64)
    return next((name for name in table.names if np.array_equal(table[name], index, equal_nan=True)), INDEX)


def _pair(table: Table, follows: Sequence[Follows]) -> tuple[str, str]:
    """Return the two columns of numbers whose path says most: those that the music follows, its pitches first.

    Where it follows but one, that one twice: its path is from each value to the next.
    """
    rank = {target: n for n, target in enumerate(ORDER)}
    index = np.asarray(table.index, np.float64)
    followed = [rule.column for rule in sorted(follows, key=lambda rule: (rank.get(rule.target, 9), rule.number))]
    numbers = [
        name
        for name in dict.fromkeys([*followed, *table.names])
        if not np.array_equal(table[name], index, equal_nan=True) and name not in table.labels and name != INDEX
    ]
    if not numbers:
        raise InputError(Fault("a path needs a column of numbers, and the data have none", "kind", "choose kind notes"))
    told = [name for name in numbers if name in followed] or numbers
    return told[0], told[min(1, len(told) - 1)]


def _line(
    ax: Axes,
    x: F8,
    y: F8,
    along: F8,
    look: Look,
    name: str,
    table: Table | None = None,
    bar: bool = True,
    light: bool = False,
) -> None:
    """Draw a path whose colour goes along, with its colours explained beside it; `light` where the dots say more."""
    from matplotlib.collections import LineCollection

    many = x.size > RASTER
    points = np.stack([x, y], -1)
    known = np.asarray(np.isfinite(points).all(axis=1), np.bool_)
    whole: NDArray[np.bool_] = known[:-1] & known[1:]
    low, high = (float(along[known].min()), float(along[known].max())) if known.any() else (0.0, 1.0)
    high = high if high > low else low + 1
    colours = _colours(look)
    segments: Any = np.stack([points[:-1], points[1:]], axis=1)[whole]
    lines = LineCollection(
        segments,
        array=along[:-1][whole],
        cmap=colours,
        linewidths=np.where(np.arange(x.size - 1)[whole] < RASTER, 0.9, 0.5) if many else 0.4 if light else 1.1,
        alpha=0.75 if many else 0.35 if light else 0.9,
        capstyle="round",
        rasterized=many,
        zorder=2,
    )
    lines.set_clim(low, high)
    ax.add_collection(lines, autolim=False)
    if known.sum() <= MOST_DOTS:
        size = 14 if light else 9
        ax.scatter(
            x[known], y[known], c=along[known], cmap=colours, vmin=low, vmax=high, s=size, linewidths=0, zorder=3
        )
    if known.any():
        ax.update_datalim(points[known])
    ax.margins(0.06)
    ax.autoscale_view()
    if bar:
        _bar(ax, lines, low, high, name, table)


def _colours(look: Look) -> Any:
    """Return the map of a path, cut to the part whose colours are seen on the paper."""
    import matplotlib
    from matplotlib.colors import ListedColormap

    return ListedColormap(matplotlib.colormaps[look.path](np.linspace(*look.path_ends, 256)))


def _bar(ax: Axes, lines: Any, low: float, high: float, name: str, table: Table | None) -> None:
    from matplotlib.cm import ScalarMappable

    place = ax.inset_axes((1.03, 0, 0.022, 1))
    figure = root_of(ax)
    lines = ScalarMappable(lines.norm, lines.cmap)  # its colours without their opacity
    dated = table is not None and common.is_dated(table, name)
    figure.colorbar(lines, cax=place, label=legible(common.index_label(table, name) if table is not None else name))
    if dated:
        place.yaxis.set_ticks(*common.date_ticks(low, high, 8))
    else:
        common.plain_axis(place.yaxis, 8)


def _plane(ax: Axes, look: Look) -> None:
    """Make the axes those of the complex plane: equal units, its axes through the origin."""
    for line in (ax.axhline, ax.axvline):
        line(0, color=look.soft, linewidth=0.7, zorder=1)
    ax.set_aspect("equal", adjustable="datalim")
    common.plain_axis(ax.xaxis, common.ticks_that_fit(ax, 70))
    common.plain_axis(ax.yaxis, common.ticks_that_stack(ax))
    ax.set_xlabel("real part")
    ax.set_ylabel("imaginary part")
    ax.grid(True)


def _zeros(ax: Axes, table: Table, look: Look, zeros: Callable[[], F8] | None) -> None:
    """Mark the rows nearest to the zeros that are passed, where these are known, else those near one; and the origin.

    `zeros` returns the places of the zeros among the rows.
    """
    if zeros is None:
        rows = near_zeros(table)
        told = f"{rows.size} row{'' if rows.size == 1 else 's'} near a zero"
    else:
        passed = zeros()
        rows = np.unique(np.floor(passed + 0.5).astype(np.int64))
        told = f"{passed.size} zero{'' if passed.size == 1 else 's'} passed: the row nearest to each"
    ax.plot(0, 0, marker="+", markersize=13, markeredgewidth=1.6, color=look.accent, zorder=4)
    if rows.size:
        (dots,) = ax.plot(
            table["re"][rows],
            table["im"][rows],
            linestyle="none",
            marker="o",
            markersize=3.4,
            markerfacecolor=look.accent,
            markeredgewidth=0,
            zorder=4,
        )
        common.legend(ax, [dots], [told], 38)


def _limit(sums: NDArray[np.complex128]) -> complex:
    """Return what sums that alternate about their limit come to: their last ones, averaged in pairs again and again."""
    last = sums[-24:]
    while last.size > 1:
        last = (last[1:] + last[:-1]) / 2
    return complex(last[0])


def _partial_sums(ax: Axes, at: float, sums: Callable[[float], NDArray[np.complex128]] | None, look: Look) -> None:
    """Draw the partial sums of eta at one t, and where they end."""
    if sums is None:
        fault = Fault("partial sums are those of eta, and this is no piece on eta", "at", "leave `at` out")
        raise InputError(fault)
    values = sums(at)
    terms = np.log10(np.maximum(np.arange(values.size, dtype=np.float64), 1.0))
    _line(ax, values.real, values.imag, terms, look, "terms added", bar=False)
    figure = root_of(ax)
    place = ax.inset_axes((1.03, 0, 0.022, 1))
    figure.colorbar(ax.collections[0], cax=place, label="terms added")
    powers = range(int(terms.max(initial=0.0)) + 1)
    place.yaxis.set_ticks(list(powers), [common.number(10.0**power) for power in powers])
    _plane(ax, look)
    ax.plot(0, 0, marker="+", markersize=13, markeredgewidth=1.6, color=look.accent, zorder=4)
    if values.size <= abs(at):
        return  # it is not closed yet
    end = _limit(values)
    (ring,) = ax.plot(
        end.real, end.imag, linestyle="none", marker="o", markersize=8, markerfacecolor="none", color=look.accent
    )
    common.legend(ax, [ring], [f"where the partial sums close: eta at t = {common.number(at)}"], 38)
