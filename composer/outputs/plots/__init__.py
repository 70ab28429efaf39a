"""Pictures of a score: one plot a file of this room, matplotlib's Figures, returned and never shown.

To add one: write `NAME(ax, score, ...)`, which draws into an axes and asks in its signature for what it needs (the
score, the table, the look, the facts of `facts.py`), settings of the user's carrying a `Doc`, and its row here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from composer.errors import Fault, InputError, pick, unknown
from composer.outputs.plots import axes as common
from composer.outputs.plots.fidelity import fidelity
from composer.outputs.plots.figure import (
    LEAST_INCHES,
    Axes,
    Figure,
    Page,
    blank,
    drawing,
    encoded,
    look_of,
    root_of,
    settled,
)
from composer.outputs.plots.notes import notes
from composer.outputs.plots.path import path
from composer.outputs.plots.poster import poster
from composer.outputs.plots.roll import roll
from composer.outputs.plots.spectrogram import spectrogram
from composer.outputs.plots.text import legible, shortened, wrapped
from composer.parameters import asked_for, parameters_of, summary
from composer.score import Score

__all__ = ["PLOTS", "Page", "Plot", "encoded", "picture"]


@dataclass(frozen=True)
class Plot:
    """A row of PLOTS: what draws it, its usual size (px), and whether it needs the data besides the score."""

    call: Callable[..., None]
    size: tuple[int, int]
    data: bool = False  # a .mid alone is not enough
    whole: bool = False  # it fills a page, in place of an axes

    @property
    def doc(self) -> str:
        """What it shows, in a line."""
        return summary(self.call)


PLOTS: Mapping[str, Plot] = {
    "roll": Plot(roll, (1200, 800)),
    "notes": Plot(notes, (1200, 900)),
    "spectrogram": Plot(spectrogram, (1200, 700)),
    "path": Plot(path, (1100, 1000), data=True),
    "fidelity": Plot(fidelity, (1200, 850), data=True),
    "poster": Plot(poster, (1200, 1700), whole=True),
}


def picture(
    kind: str,
    score: Score,
    *,
    ax: Axes | None = None,
    page: Page | None = None,
    settings: Mapping[str, Any] | None = None,
    **offered: Any,
) -> Figure:
    """Return a figure of one of the PLOTS, drawn into `ax` where one is given, on a `page` of its own otherwise.

    `offered` is what the plot may ask for (`table`, `follows`, `fidelity`, `audio`, ...), `settings` its own, and,
    where there is no `page`, what a Page has. The figure belongs to no window: save it, or let a notebook show it.
    Raises InputError where it cannot be drawn.
    """
    plot = pick(PLOTS, kind, "plot", "kind")
    own = [parameter.name for parameter in parameters_of(plot.call)]
    sides = [field.name for field in fields(Page)]
    for name in settings or {}:
        if name not in (*own, *(() if page else sides)):
            raise InputError(unknown(f"setting of the plot {kind}", name, [*own, *sides], name))
    given = {name: value for name, value in (settings or {}).items() if name in own}
    wanted = page or Page(**{name: value for name, value in (settings or {}).items() if name in sides})
    look = look_of(wanted.theme)
    with drawing(look):
        everything = {"score": score, "look": look, **offered}
        if ax is not None:
            if plot.whole:
                raise InputError(Fault(f"a {kind} is a page of its own", "ax", "leave it out"))
            plot.call(ax, **asked_for(plot.call, everything), **given)
            return root_of(ax)
        fitted = wanted.fitted(plot.size)
        figure = blank(fitted)
        place = figure if plot.whole else _beneath_a_title(figure, score)
        plot.call(place, **asked_for(plot.call, everything), **given)
        return settled(figure, fitted)


TITLE, BENEATH = 15.0, 9.5  # points
LEFT = 0.015  # of the width


def _beneath_a_title(figure: Figure, score: Score) -> Axes:
    """Return the axes that the rest of the page is left to, the title and a line of facts written above."""
    room = figure.get_figwidth() * 72 * 0.95
    title = wrapped(legible(score.title), room, TITLE, bold=True, most=3)
    lines = title.count("\n") + 1 if title else 0
    high = (lines * TITLE * 1.25 + BENEATH * 1.5 + 8) / 72
    rest = figure.get_figheight() - high
    if rest < LEAST_INCHES[1] * 0.7:
        raise InputError(Fault("the title leaves no room for the picture", "size", "make the page higher"))
    parts: Any = figure.subfigures(2, 1, height_ratios=[high, rest], hspace=0)
    head, body = parts
    facts = shortened(legible(common.facts_of(score)), room, BENEATH)
    top, point = 1 - 6 / (high * 72), 1 / (high * 72)
    for text in (
        head.text(LEFT, top, title, fontsize=TITLE, fontweight="bold", va="top", linespacing=1.08),
        head.text(LEFT, 2 * point, facts, fontsize=BENEATH, va="bottom"),
    ):
        text.set_in_layout(False)
    own: Axes = body.add_subplot(body.add_gridspec(left=0.06, right=0.985, bottom=0.1, top=0.97)[0])
    return own
