"""What plots share: strips of one panel, axes of bars, of time, of pitch and of the data, legends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from composer.outputs.plots.figure import Axes, root_of
from composer.outputs.plots.palette import Look
from composer.outputs.plots.text import legible, shortened, width_of
from composer.score import Score
from composer.table import INDEX, Table
from composer.units import F8, pitch_name

SMALL = 8.5  # points
LONG_NAME = 230.0  # points that a name in a legend may have, where it has a line
NATURALS = (0, 2, 4, 5, 7, 9, 11)
BLACK = (1, 3, 6, 8, 10)
_CLOCK = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400)


def width_in_points(ax: Axes) -> float:
    """Return about how wide an axes is, in points: its place in the figure before any layout."""
    return _in_points(ax)[0]


def height_in_points(ax: Axes) -> float:
    """Return about how high an axes is, in points: its place in the figure before any layout."""
    return _in_points(ax)[1]


def _in_points(ax: Axes) -> tuple[float, float]:
    figure = root_of(ax)
    box = ax.get_window_extent()
    return float(box.width) * 72 / figure.dpi, float(box.height) * 72 / figure.dpi


def captioned(ax: Axes, name: str, told: str, look: Look) -> None:
    """Write above a strip what is measured on it, at its left, and what is told of it, at its right."""
    room = width_in_points(ax)
    name = shortened(legible(name), room * 0.7, SMALL + 0.5)
    told = shortened(legible(told), room * 0.97 - width_of(name, SMALL + 0.5) - 12, SMALL - 1)
    for text, side, size, colour in ((name, 0, SMALL + 0.5, look.ink), (told, 1, SMALL - 1, look.soft)):
        ax.annotate(
            text,
            (side, 1),
            (0, 2),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right" if side else "left",
            va="bottom",
            fontsize=size,
            color=colour,
            annotation_clip=False,
        )


def strips(ax: Axes, shares: Sequence[float], gap: float = 0.0) -> list[Axes]:
    """Divide an axes into strips from top to bottom, whose heights are as these shares, `gap` of the whole between."""
    ax.set_axis_off()
    room = 1 - gap * (len(shares) - 1)
    made, top = [], 1.0
    for share in shares:
        height = room * share / sum(shares)
        made.append(ax.inset_axes((0, top - height, 1, height)))
        top -= height + gap
    return made


def panels(ax: Axes, count: int, columns: int, gaps: tuple[float, float]) -> list[Axes]:
    """Divide an axes into `count` panels of so many columns, row by row, `gaps` points between (x, y)."""
    ax.set_axis_off()
    rows = math.ceil(count / columns)
    across, down = gaps[0] / width_in_points(ax), gaps[1] / height_in_points(ax)
    width, height = (1 - across * (columns - 1)) / columns, (1 - down * (rows - 1)) / rows
    return [
        ax.inset_axes((k % columns * (width + across), 1 - height - k // columns * (height + down), width, height))
        for k in range(count)
    ]


def some_of(ax: Axes, shown: int, count: int, things: str, pad: float) -> None:
    """Say above an axes, `pad` points from it, that not all are shown, where some are left out."""
    if shown < count:
        ax.set_title(f"{shown} of {count} {things}", loc="left", fontsize=SMALL, fontweight="normal", pad=pad)


def facts_of(score: Score) -> str:
    """Return a score in a few words: its length, tempo, meter, key, notes and tracks."""
    tempi = [bpm for _, bpm in score.tempo.changes]
    tempo = f"{tempi[0]:.4g} bpm" if min(tempi) == max(tempi) else f"{min(tempi):.4g}–{max(tempi):.4g} bpm"
    notes = sum(track.notes.size for track in score.tracks)
    found = [
        clock(round(score.seconds)),  # to the nearest second, as the words say it
        tempo,
        f"{score.meter.beats}/{score.meter.unit}",
        score.key.name if score.key else "",
        f"{number(notes)} note{'' if notes == 1 else 's'}",
        f"{len(score.tracks)} track{'' if len(score.tracks) == 1 else 's'}",
    ]
    return " · ".join(fact for fact in found if fact)


# Steps


def round_step(span: float, most: int, steps: Sequence[float] = (1, 2, 5, 10)) -> float:
    """Return the least of the round steps (times a power of ten) that divides a span into `most` parts at most."""
    least = span / max(most, 1)
    if not (least > 0 and math.isfinite(least)):
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next((step * power for step in steps if step * power >= least * (1 - 1e-9)), 10 * power)


def clock(seconds: float, step: float = 1.0) -> str:
    """Return a moment as minutes and seconds, as finely as the step between ticks needs.

    >>> clock(83.25), clock(83.25, 0.5), clock(3723)
    ('1:23', '1:23.2', '1:02:03')
    """
    if step < 1:
        return f"{int(seconds) // 60}:{seconds % 60:04.1f}"
    whole = round(seconds) if step >= 1 and abs(seconds - round(seconds)) < 1e-6 else int(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def clock_ticks(seconds: float, most: int) -> tuple[F8, list[str]]:
    """Return the ticks (s) of a clock that runs from 0 to `seconds`, `most` or so of them, and their labels."""
    step = next((step for step in _CLOCK if seconds / step <= most), round_step(seconds, most))
    ticks = np.arange(0, seconds * (1 + 1e-9) + 1e-9, step)
    return ticks, [clock(tick, step) for tick in ticks]


def ticks_that_fit(ax: Axes, points: float = 62.0) -> int:
    """Return how many labels of so many points stand side by side along an axes."""
    return max(int(width_in_points(ax) / points), 2)


def ticks_that_stack(ax: Axes) -> int:
    """Return how many labels stand above each other along an axes, nine at most."""
    return min(max(int(height_in_points(ax) / 17), 2), 9)


# Axes of time


@dataclass(frozen=True)
class Bars:
    """The bars of a score: how long one is, in quarter notes, and how many there are to draw (one at least)."""

    length: float
    count: int

    @classmethod
    def of(cls, score: Score) -> Bars:
        length = score.meter.beats * 4 / score.meter.unit
        return cls(length, max(math.ceil(score.end / length - 1e-9), 1))

    @property
    def end(self) -> float:
        """The beat at which the last bar ends."""
        return self.length * self.count


def in_bars(ax: Axes, score: Score) -> None:
    """Number the bars along the lower edge, and draw them, with the beats where there is room for these."""
    bars = Bars.of(score)
    room = ticks_that_fit(ax, 34)
    step = int(next((s for s in _bar_steps() if bars.count / s <= room), 1))
    ticks = np.arange(0, bars.count, step)
    ax.set_xlim(0, bars.end)
    ax.set_xticks(ticks * bars.length, [str(tick + 1) for tick in ticks])
    beat = 4 / score.meter.unit
    fine = width_in_points(ax) / bars.count / score.meter.beats  # points a beat
    minor = beat if fine >= 8 else bars.length if width_in_points(ax) / bars.count >= 4 else 0
    if minor and (step > 1 or minor < bars.length):
        ax.set_xticks(np.arange(0, bars.end + minor / 2, minor), minor=True)
        ax.tick_params(axis="x", which="minor", length=2)
        ax.grid(axis="x", which="minor", linewidth=0.3, alpha=0.7)
    ax.grid(axis="x", which="major")
    of = "bar" if not minor or minor == bars.length else f"bar (lines between: beats, 1/{score.meter.unit})"
    ax.set_xlabel(of)


def _bar_steps() -> Sequence[float]:
    return [base * 10**power for power in range(7) for base in (1, 2, 4, 5)]


def by_the_clock(ax: Axes, score: Score, end: float) -> None:
    """Give the upper edge of an axes in beats, 0 to `end`, its minutes and seconds."""
    seconds = float(score.tempo.seconds(end))
    at, labels = clock_ticks(seconds, ticks_that_fit(ax, 70))
    ax.set_xlim(0, end)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xticks(score.tempo.beats(at), labels)
    ax.set_xlabel("time (min:s)")


def in_seconds(ax: Axes, seconds: float) -> None:
    """Give the lower edge of an axes in seconds its minutes and seconds."""
    at, labels = clock_ticks(seconds, ticks_that_fit(ax, 70))
    ax.set_xlim(0, seconds)
    ax.set_xticks(at, labels)
    ax.set_xlabel("time (min:s)")


# Axes of pitch


def in_pitches(axis: Any, low: float, high: float, most: int) -> None:
    """Name the keys from low to high along an axis: all naturals, or only as many Cs as there is room for."""
    keys = range(math.ceil(low), math.floor(high) + 1)
    choices = [
        [key for key in keys if key % 12 in NATURALS],
        [key for key in keys if key % 12 in (0, 4, 7)],
        [key for key in keys if key % 12 in (0, 7)],
        [key for key in keys if key % 12 == 0],
        [key for key in keys if key % 24 == 0],
        [key for key in keys if key % 48 == 0],
    ]
    chosen = next((found for found in choices if 0 < len(found) <= max(most, 1)), [])
    chosen = chosen or [*keys[: max(most, 1)]]
    axis.set_ticks(chosen, [pitch_name(key) for key in chosen])


def as_keys(ax: Axes, low: float, high: float, look: Look) -> None:
    """Shade the rows of the black keys between two pitches."""
    from matplotlib.collections import PolyCollection

    keys = [key for key in range(math.floor(low), math.ceil(high) + 1) if key % 12 in BLACK]
    rows = [[(0, key - 0.5), (1, key - 0.5), (1, key + 0.5), (0, key + 0.5)] for key in keys]
    shades = PolyCollection(rows, facecolors=look.shade, linewidths=0, zorder=0)
    shades.set_transform(ax.get_yaxis_transform())
    ax.add_collection(shades, autolim=False)


# Axes of the data


def value_axis(ax: Axes, table: Table, column: str, which: str) -> None:
    """Give an axis ("x" or "y") the form of a column: a date, a category's names, a number in full."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    known = table[column][np.isfinite(table[column])]
    if column in table.labels:
        names = table.labels[column]
        codes = [code for code in range(len(names)) if code in set(known.tolist())]
        room = 8 if which == "x" else max(int(height_in_points(ax) / 13), 2)
        codes = codes[:: max(math.ceil(len(codes) / room), 1)]
        axis.set_ticks(codes, [shortened(legible(names[code]), 70, SMALL) for code in codes])
        if codes:
            margin = 0.5 + 0.05 * (codes[-1] - codes[0])
            (ax.set_xlim if which == "x" else ax.set_ylim)(codes[0] - margin, codes[-1] + margin)
    elif column in table.dates and known.size:
        _dated(axis, float(known.min()), float(known.max()), 8 if which == "x" else ticks_that_stack(ax))
    else:
        plain_axis(axis, ticks_that_fit(ax, 70) if which == "x" else ticks_that_stack(ax))


def plain_axis(axis: Any, most: int, whole: bool = False) -> None:
    """Give an axis at most so many round ticks, their numbers in full."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    least = 1 if whole else 3 if most > 3 else 2
    axis.set_major_locator(MaxNLocator(max(most, 1), steps=[1, 2, 2.5, 5, 10], integer=whole, min_n_ticks=least))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def plain_or_fewer(ax: Axes, most: int) -> None:
    """Thin the ticks of a narrow axes' lower edge out to so many."""
    from matplotlib.ticker import FixedLocator, MaxNLocator

    locator = ax.xaxis.get_major_locator()
    if isinstance(locator, MaxNLocator):
        locator.set_params(nbins=most)
    elif isinstance(locator, FixedLocator):
        ticks = list(zip(ax.get_xticks(), (label.get_text() for label in ax.get_xticklabels()), strict=True))
        kept = ticks[:: math.ceil(len(ticks) / most) or 1]
        ax.set_xticks([at for at, _ in kept], [text for _, text in kept])


def index_axis(ax: Axes, table: Table, name: str) -> None:
    """Give the lower edge of an axes the form of the table's index, which goes by this name."""
    index = np.asarray(table.index, np.float64)
    known = index[np.isfinite(index)]
    if is_dated(table, name) and known.size:
        _dated(ax.xaxis, float(known.min()), float(known.max()), ticks_that_fit(ax, 90))
    else:
        plain_axis(ax.xaxis, ticks_that_fit(ax, 70))


def decades_axis(ax: Axes, low: float, high: float) -> None:
    """Make the lower edge of an axes logarithmic, from low (above 0) to high, its numbers in full."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    room = ticks_that_fit(ax, 70)
    count = math.log10(high / low)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(10, (1, 2, 5) if 3 * count < room else (1,), numticks=room))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    ax.xaxis.set_minor_locator(NullLocator())
    margin = (high / low) ** 0.012
    ax.set_xlim(low / margin, high * margin)


def is_dated(table: Table, name: str) -> bool:
    """Whether a table's index, which goes by this name, holds dates."""
    return name in table.dates or INDEX in table.dates


def index_label(table: Table, name: str) -> str:
    """Return what the axis of a table's index is called, where the index goes by this name."""
    if not is_dated(table, name):
        return name
    return "date (UTC)" if name == INDEX else f"{name} (UTC)"


def number(value: float) -> str:
    """Return a tick's number in full, from five digits on its thousands apart, a power of ten where it is far out.

    >>> number(400002.5).split(), number(1700.0), number(-0.25), number(0.0), number(1e9), number(2.5e-7)
    (['400', '002.5'], '1700', '−0.25', '0', '1e9', '2.5e−7')
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    if not 1e-4 <= abs(value) < 1e8:
        text = f"{value:.6g}"
        text = text if "e" in text else f"{value:.5e}"
        mantissa, power = text.split("e")
        short = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{short}e{int(power)}".replace("-", "−")
    form = "," if abs(value) >= 10_000 else ""  # years are read without
    text = f"{value:.10g}" if abs(value) < 1 else f"{value:{form}.4f}".rstrip("0").rstrip(".")
    return text.replace(",", "\N{NO-BREAK SPACE}").replace("-", "−")


_DATE_STEPS = (
    # (step in days, months or years; how a tick is written)
    *((("s", n), "%H:%M:%S") for n in (1, 5, 15, 30)),
    *((("m", n), "%H:%M") for n in (1, 5, 15, 30)),
    *((("h", n), "%d %b %H:%M") for n in (1, 3, 6, 12)),
    *((("D", n), "%d %b %Y") for n in (1, 2, 7, 14)),
    *((("M", n), "%b %Y") for n in (1, 3, 6)),
    *((("Y", n), "%Y") for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)


def _dated(axis: Any, low: float, high: float, most: int) -> None:
    """Give an axis in seconds since 1970 the dates of round steps: days, months or years."""
    ticks, labels = date_ticks(low, high, most)
    axis.set_ticks(ticks, labels)


def date_ticks(low: float, high: float, most: int) -> tuple[list[float], list[str]]:
    """Return the ticks (s since 1970, UTC) between two moments, `most` at most, and their dates.

    >>> date_ticks(0.0, 86400 * 365.0 * 3, 4)[1]
    ['1970', '1971', '1972']
    """
    for (unit, step), form in _DATE_STEPS:
        first = np.datetime64(math.floor(low), "s").astype(f"datetime64[{unit}]").astype(np.int64)
        last = np.datetime64(math.ceil(high), "s").astype(f"datetime64[{unit}]").astype(np.int64)
        if (last - first) / step > most + 1:
            continue
        since = 1970 if unit == "Y" else 0  # numpy counts years from there
        counts = np.arange(first - (first + since) % step, last + step, step)
        moments = counts.astype(f"datetime64[{unit}]").astype("datetime64[s]")
        inside = [moment for moment in moments if low <= moment.astype(np.int64) <= high]
        if len(inside) <= most:
            return [float(moment.astype(np.int64)) for moment in inside], [_written(m, form) for m in inside]
    return [low, high], [_written(np.datetime64(int(at), "s"), "%Y") for at in (low, high)]


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # in any locale


def _written(moment: np.datetime64, form: str) -> str:
    day, time = str(moment.astype("datetime64[s]")).split("T")
    year, month, date = day.rsplit("-", 2)
    parts = {"%Y": year, "%b": _MONTHS[int(month) - 1], "%d": str(int(date))}
    parts |= dict(zip(("%H", "%M", "%S"), time.split(":"), strict=True))
    for sign, text in parts.items():
        form = form.replace(sign, text)
    return form


# Legends


def legend(ax: Axes, handles: Sequence[Any], labels: Sequence[str], below: float) -> None:
    """Set a legend beneath an axes, `below` points under its lower edge, in as many columns as fit."""
    from matplotlib.legend_handler import HandlerTuple
    from matplotlib.transforms import ScaledTranslation

    if not handles:
        return
    room = width_in_points(ax)
    names = [shortened(legible(label), min(max(room * 0.4, LONG_NAME), room - 46), 9) for label in labels]
    widths = [width_of(name, 9) + 46 for name in names]  # with its handle, and what lies between columns
    columns = next(n for n in range(len(names), 0, -1) if n == 1 or sum(max(widths[k::n]) for k in range(n)) <= room)
    figure = root_of(ax)
    shift = ScaledTranslation(0, -below / 72, figure.dpi_scale_trans)
    ax.legend(
        _by_rows(handles, columns),
        _by_rows(names, columns),
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=ax.transAxes + shift,
        ncols=columns,
        borderaxespad=0,
        borderpad=0,
        handlelength=1.6,
        columnspacing=1.6,
        handler_map={tuple: HandlerTuple(ndivide=None, pad=0)},  # several in one: side by side
    )


def _by_rows(items: Sequence[Any], columns: int) -> list[Any]:
    """Return items so that a legend, which fills column by column, reads row by row."""
    rows = math.ceil(len(items) / columns)
    full = len(items) % columns or columns  # the columns that reach the last row
    order = [row * columns + k for k in range(columns) for row in range(rows if k < full else rows - 1)]
    return [items[k] for k in order]
