"""One page, portrait, that combines the pictures: what the data are, what they became, what that sounds like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.outputs.plots import axes as common
from composer.outputs.plots.facts import Follows, Kept, is_complex, named
from composer.outputs.plots.fidelity import fidelity as draw_fidelity
from composer.outputs.plots.figure import Axes, Figure
from composer.outputs.plots.notes import notes
from composer.outputs.plots.palette import Look
from composer.outputs.plots.path import path
from composer.outputs.plots.roll import roll
from composer.outputs.plots.spectrogram import spectrogram
from composer.outputs.plots.text import legible, wrapped
from composer.outputs.stream import Stream
from composer.progress import Progress, silent
from composer.score import Score
from composer.table import Table
from composer.units import F8
from composer.words import Words

TITLE, WORDS, HEADING = 20.0, 9.5, 11.0  # points
MOST_LINES = 6
REST = " … (composer describe --text tells the rest)"
ROWS = {"notes": 3.9, "roll": 5.4, "middle": 3.7, "spectrogram": 2.9}  # shares of the height
PANELS = {True: 4, False: 5}  # of fidelity, beside a path and alone


def poster(
    page: Figure,
    score: Score,
    look: Look,
    table: Table | None = None,
    follows: Sequence[Follows] = (),
    units: Mapping[str, str] | None = None,
    sums: Callable[[float], NDArray[np.complex128]] | None = None,
    zeros: Callable[[], F8] | None = None,
    fidelity: Callable[[], Sequence[Kept]] | None = None,
    audio: Callable[[], Stream] | None = None,
    words: Callable[[], Words] | None = None,
    progress: Progress = silent,
) -> None:
    """One page of all: a few words, the data, the roll, the path or the fidelity, the spectrogram."""
    room = page.get_figwidth() * 72 * 0.94
    title = wrapped(legible(score.title), room, TITLE, bold=True, most=3)
    told, rest_told = (
        (" ".join(words().paragraphs), REST)
        if words is not None
        else (_mappings(score, table, follows, dict(units or {})), " …")
    )
    lines = _sentences_that_fit(legible(told), room, rest_told)
    head = (_lines(title) * TITLE * 1.25 + WORDS * 1.9 + _lines(lines) * WORDS * 1.42 + 12) / 72
    pitched = table is not None and any(rule.target == "pitch" for rule in follows)
    planar = table is not None and is_complex(table)
    rows = {name: share for name, share in ROWS.items() if name != "middle" or planar or pitched}
    rest = max(page.get_figheight() - head, 1.0)
    shares = [share / sum(rows.values()) * rest for share in rows.values()]
    divided: Any = page.subfigures(1 + len(rows), 1, height_ratios=[head, *shares], hspace=0)
    top, *parts = divided
    part = dict(zip(rows, parts, strict=True))
    y = -8.0
    for text, size, weight, spacing in (
        (title, TITLE, "bold", 1.25),
        (common.facts_of(score), WORDS, "normal", 1.9),
        (lines, WORDS, "normal", 1.42),
    ):
        _write(top, legible(text) if text is not lines and text is not title else text, y, size, weight, spacing)
        y -= _lines(text) * size * spacing

    above = _alone(part["notes"], bottom=0.38)
    notes(above, score, look, table, follows, units, zeros, most=3)
    _named(above, "The data, before scaling" if table is not None and follows else "The notes, one after another", 17)
    rolled = _alone(part["roll"], bottom=0.25)
    roll(rolled, score, look)
    _named(rolled, "The notes")
    if planar or pitched:
        row: Any = part["middle"]
        halves = [row] if planar != pitched else list(row.subfigures(1, 2, width_ratios=[1, 1.2]))
        if planar:
            plane = _alone(halves[0], 0.14, 0.84)
            path(plane, look, table, follows, units, sums, zeros)
            _named(plane, "The path in the complex plane")
        if pitched:
            heard = _alone(halves[-1], 0.1 if planar else 0.06)
            draw_fidelity(heard, score, look, table, follows, units, fidelity, most=PANELS[planar])
            _named(heard, "What is heard of the data (Spearman's ρ)", 20)
    last = _alone(part["spectrogram"], right=0.9)
    spectrogram(last, score, look, audio, progress)
    _named(last, "The sound")


def _sentences_that_fit(told: str, room: float, rest: str) -> str:
    """Return a text in lines of this many points; of one that is too long, the first sentences that fit, and `rest`."""

    def fits(text: str) -> bool:
        return _lines(wrapped(text, room, WORDS, most=99)) <= MOST_LINES

    fitting = told
    if not fits(told):
        sentences = [sentence.removesuffix(".") for sentence in told.split(". ")]
        starts = (". ".join(sentences[:count]) + "." + rest for count in range(1, len(sentences)))
        *_, fitting = (told, *takewhile(fits, starts))
    return wrapped(fitting, room, WORDS, most=MOST_LINES)


def _alone(part: Any, left: float = 0.06, right: float = 0.98, bottom: float = 0.15) -> Axes:
    """Return the one axes of a part of the page, about where the layout will leave it."""
    made: Axes = part.add_subplot(part.add_gridspec(left=left, right=right, bottom=bottom, top=0.9)[0])
    return made


def _lines(text: str) -> int:
    return text.count("\n") + 1 if text else 0


def _write(part: Any, text: str, y: float, size: float, weight: str, spacing: float) -> None:
    """Write text `y` points from the top of a part of the page."""
    part.text(
        0.015,
        1 + y / (part.bbox.height / part.dpi * 72),
        text,
        fontsize=size,
        fontweight=weight,
        va="top",
        linespacing=spacing / 1.2,
    ).set_in_layout(False)


def _named(ax: Axes, heading: str, pad: float = 8) -> None:
    """Write a heading above a picture, with what this says of itself there: how many of its parts are shown."""
    shown = ax.get_title(loc="left")
    ax.set_title(f"{heading}: {shown}" if shown else heading, loc="left", fontsize=HEADING, fontweight="bold", pad=pad)


def _mappings(score: Score, table: Table | None, follows: Sequence[Follows], units: dict[str, str]) -> str:
    """Return in words which column sets what, track by track."""
    if table is None or not follows:
        return ""
    found: dict[int, list[Follows]] = {}
    for rule in follows:
        found.setdefault(rule.number, []).append(rule)
    told = []
    for rules in found.values():
        player = score.tracks[rules[0].parts[0]].instrument if rules[0].parts else ""
        name = rules[0].track if rules[0].track == player or not player else f"{rules[0].track} ({player})"
        told.append(f"{name}: " + ", ".join(f"{named(table, rule.column, units)} → {rule.target}" for rule in rules))
    return ". ".join(told) + "."
