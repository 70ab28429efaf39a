"""The data against what is heard of them: a panel for each track whose pitch follows a column."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from composer.errors import Fault, InputError
from composer.instruments import drums as drum_keys
from composer.instruments import instrument
from composer.outputs.performance import reached_pitch, sounding_pitch
from composer.outputs.plots import axes as common
from composer.outputs.plots.facts import Follows, Kept, named, table_needed
from composer.outputs.plots.figure import Axes
from composer.outputs.plots.palette import Look
from composer.outputs.plots.text import legible, shortened, width_of
from composer.score import Score
from composer.table import Table

MOST_PANELS = 12
GAPS = (54.0, 52.0)  # points between panels: the names of pitches and a label, and two lines of text
DRUMS = 84.0  # in place of the first of GAPS, where there are names of drums
DRUM = 72.0  # points that the name of a drum may have
NAMES = (9.5, 8.75, 8.0)  # points: the size of the tracks' names, as they fit
WIDE = 170.0  # points of a panel from which there is room for words
RASTER = 4000


def fidelity(
    ax: Axes,
    score: Score,
    look: Look,
    table: Table | None = None,
    follows: Sequence[Follows] = (),
    units: Mapping[str, str] | None = None,
    fidelity: Callable[[], Sequence[Kept]] | None = None,
    most: int = MOST_PANELS,
) -> None:
    """The data against the pitch that sounds, a panel a track, with Spearman's rank correlation (1: all order kept)."""
    data = table_needed(table, "the picture of fidelity")
    pitched = [rule for rule in follows if rule.target == "pitch"]
    rules = pitched[:most]
    if not rules:
        fault = Fault("no track's pitch follows a column", "kind", "choose kind roll")
        raise InputError(fault)
    kept = [row for row in (fidelity() if fidelity is not None else ()) if row.target == "pitch"]
    gaps = (DRUMS, GAPS[1]) if any(_drummed(rule, score) for rule in rules) else GAPS
    columns = _columns(len(rules), common.width_in_points(ax), common.height_in_points(ax), gaps)
    made = common.panels(ax, len(rules), columns, gaps)
    common.some_of(ax, len(rules), len(pitched), "rules", 20)
    room = (common.width_in_points(ax) - gaps[0] * (columns - 1)) / columns
    headings = []
    for n, (panel, rule) in enumerate(zip(made, rules, strict=True)):
        spearman = next((r.spearman for r in kept[n:] if (r.track, r.column) == (rule.track, rule.column)), None)
        _panel(panel, rule, data, score, look, dict(units or {}))
        sign = "Spearman" if room > WIDE else "ρ"
        told = "" if spearman is None else f"{sign} {round(spearman, 3) + 0.0:+.3f}".replace("-", "−")
        if told and _drummed(rule, score):
            told = f"{told} by key" if room > WIDE else ""  # "higher" is but the order of the drums' keys
        headings.append((legible(rule.track), told))
    size = next((size for size in NAMES if all(_fits(*heading, room, size) for heading in headings)), NAMES[-1])
    for panel, (name, told) in zip(made, headings, strict=True):
        name = shortened(name, room - width_of(told, 8.5) - 8, size, bold=True)
        panel.set_title(name, fontsize=size, loc="left", pad=5, color=look.ink)
        panel.set_title(told, fontsize=8.5, loc="right", pad=5, fontweight="normal", color=look.soft)
    several = dict.fromkeys(part for rule in rules if len(rule.parts) > 1 for part in rule.parts)
    _explained(ax, list(several), score, look)


def _fits(name: str, told: str, room: float, size: float) -> bool:
    return width_of(name, size, bold=True) + width_of(told, 8.5) + 8 <= room


def _explained(ax: Axes, parts: Sequence[int], score: Score, look: Look) -> None:
    """Say beneath the last line of panels what the colours are where a rule has several: a palette's instruments."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], linestyle="none", marker="o", markersize=5.5, color=look.track(part)) for part in parts]
    common.legend(ax, handles, [score.tracks[part].name or score.tracks[part].instrument for part in parts], 38)


def _drummed(rule: Follows, score: Score) -> bool:
    return any(instrument(score.tracks[part].instrument).is_drums for part in rule.parts)


def _columns(count: int, width: float, height: float, gaps: tuple[float, float]) -> int:
    """Return in how many columns so many panels are the nearest to squares."""

    def narrowness(columns: int) -> float:
        rows = math.ceil(count / columns)
        across = (width - gaps[0] * (columns - 1)) / columns
        down = (height - gaps[1] * (rows - 1)) / rows
        return abs(math.log(max(across, 1.0) / max(down, 1.0))) + 0.5 * (rows * columns - count)

    return min(range(1, count + 1), key=narrowness)


def _panel(ax: Axes, rule: Follows, table: Table, score: Score, look: Look, units: dict[str, str]) -> None:
    heights = []
    for part in rule.parts:
        track = score.tracks[part]
        of_data = track.notes["row"] >= 0
        pitch = (reached_pitch(track) if rule.glides else sounding_pitch(track))[of_data]
        values = table[rule.column][track.notes["row"][of_data]]
        heights.append(pitch)
        count = max(pitch.size, 1)
        ax.scatter(
            values,
            pitch,
            s=13 if count < 500 else 7,
            color=look.track(part),
            alpha=float(np.clip(250 / count, 0.06, 0.75 if len(rule.parts) == 1 else 1.0)),
            linewidths=0,
            rasterized=count > RASTER,
        )
    common.value_axis(ax, table, rule.column, "x")
    common.plain_or_fewer(ax, 5 if common.width_in_points(ax) > 105 else 3)
    ax.set_xlabel(legible(named(table, rule.column, units)))
    known = np.concatenate([np.empty(0), *heights])
    low, high = (float(known.min()) - 1.5, float(known.max()) + 1.5) if known.size else (58.0, 74.0)
    ax.set_ylim(low, high)
    if _drummed(rule, score):
        names = {key: name for name, key in drum_keys().items()}
        keys = sorted({int(key) for key in np.floor(known + 0.5)})
        keys = keys[:: math.ceil(len(keys) / 8) or 1]
        ax.set_yticks(keys, [shortened(names.get(key, str(key)), DRUM, 7.5) for key in keys], fontsize=7.5)
    else:
        common.in_pitches(ax.yaxis, low, high, min(int(common.height_in_points(ax) / 13), 7))
        ax.set_ylabel("pitch")
    ax.grid(True)
