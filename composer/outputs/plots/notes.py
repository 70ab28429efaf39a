"""The data that the music follows, each column on a strip of its own, as it was before any scaling."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Literal

import numpy as np
from typing_extensions import Doc

from composer.outputs.plots import axes as common
from composer.outputs.plots.facts import Follows, is_complex, named
from composer.outputs.plots.figure import Axes
from composer.outputs.plots.markers import DOTTED, marked
from composer.outputs.plots.palette import Look
from composer.outputs.plots.text import legible, shortened
from composer.score import Score
from composer.table import INDEX, Table
from composer.units import F8, I8

MOST_STRIPS = 6
GAP = 15.0  # points between strips: a line of small text
MOST_DOTS = 1500  # notes up to which each is a dot
MANY_DOTS = 400  # notes of a track from which dots are smaller
DOT, RING, RINGS = 4.0, 3.0, 12.0  # points: a dot's size, what a ring adds to it, and what all rings may
MOST_RINGS = 3  # about a dot; where there are more, each track has a lane
LANE, MOST_LANES = 9.0, 0.5  # points, and the share of all strips
NEAR_ZERO = 0.05  # of the greatest modulus: below it, a minimum is near a zero
ORDER = ("pitch", "duration", "velocity")  # the three curves that this project began with
Over = Annotated[
    Literal["index", "row", "time"],
    Doc("what the curves run over: the data's own index, the row's number, or when it sounds"),
]


def notes(
    ax: Axes,
    score: Score,
    look: Look,
    table: Table | None = None,
    follows: Sequence[Follows] = (),
    units: Mapping[str, str] | None = None,
    zeros: Callable[[], F8] | None = None,
    over: Over = "index",
    most: int = MOST_STRIPS,
) -> None:
    """The columns that the music follows, before scaling, strip by strip, with the rows that became notes as dots."""
    if table is None or not follows:
        _of_score(ax, score, look)
        return
    used = _columns(follows, most)
    if not used:
        return
    common.some_of(ax, len(used), len({rule.column for rule in follows}), "columns", 18)
    x, name = _over(over, table, score, follows)
    crowded = over == "index" and not common.is_dated(table, name) and _crowded(x, score, used)
    parts_of = {
        column: list(dict.fromkeys(part for rule in rules for part in rule.parts)) for column, rules in used.items()
    }
    rows_of = {column: {part: _dotted(score, part) for part in parts} for column, parts in parts_of.items()}
    high = common.height_in_points(ax) - GAP * (len(used) - 1)
    lanes = _lanes(rows_of, x.size, high)
    evenly = (high - sum(lanes.values())) / len(used)
    shares = [evenly + lanes.get(column, 0.0) for column in used]
    strips = common.strips(ax, shares, GAP / common.height_in_points(ax))
    made: list[Axes] = []
    for strip, (column, rules) in zip(strips, used.items(), strict=True):
        rows = rows_of[column]
        curve, *beneath = common.strips(strip, [evenly, lanes[column]]) if column in lanes else [strip]
        _curve(curve, x, table[column], look, crowded)
        if beneath:
            _in_lanes(beneath[0], x, rows, score, look)
        else:
            _dots(curve, x, table[column], rows, look)
        common.value_axis(curve, table, column, "y")
        curve.grid(axis="y")
        common.captioned(curve, named(table, column, dict(units or {})), _told(rules), look)
        made += [curve, *beneath]
    _shared(made, x, table, over, name, score, crowded)
    marks, marking = _marks(x, table, score, follows, over, zeros)
    marked(made, marks, look)
    parts = sorted({part for rules in used.values() for rule in rules for part in rule.parts})
    _explained(made[-1], score, [part for part in parts if _dotted(score, part).size], marking, look)


def _explained(ax: Axes, score: Score, parts: Sequence[int], marking: str, look: Look) -> None:
    """Say beneath the strips whose notes the dots are, and what is dotted through, if anything."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], linestyle="none", marker="o", markersize=5.5, color=look.track(part)) for part in parts]
    labels = [score.tracks[part].name or score.tracks[part].instrument for part in parts]
    if marking:
        handles.append(Line2D([], [], color=look.accent, linewidth=1, linestyle=DOTTED))
        labels.append(marking)
    common.legend(ax, handles, labels, 38)


def _columns(follows: Sequence[Follows], most: int) -> dict[str, list[Follows]]:
    """Return the columns to draw, the first track's pitch, duration and velocity first, with the rules on each."""
    rank = {target: n for n, target in enumerate(ORDER)}
    ordered = sorted(follows, key=lambda rule: (rule.number, rank.get(rule.target, len(rank))))
    found: dict[str, list[Follows]] = {}
    for rule in ordered:
        found.setdefault(rule.column, []).append(rule)
    return {column: found[column] for column in list(found)[:most]}


def _over(over: str, table: Table, score: Score, follows: Sequence[Follows]) -> tuple[F8, str]:
    """Return each row's place along the axis, (n,), and what the axis is called."""
    if over == "row":
        return np.arange(len(table), dtype=np.float64), "row of the data (0 is the first)"
    if over == "time":
        rows, beats = _heard(score, follows)
        x = np.full(len(table), np.nan)
        first = np.unique(rows, return_index=True)
        x[first[0]] = score.tempo.seconds(beats[first[1]])
        return x, "time (min:s)"
    index = np.asarray(table.index, np.float64)
    same = next((name for name in table.names if np.array_equal(table[name], index, equal_nan=True)), INDEX)
    return index, same


def _crowded(x: F8, score: Score, used: Mapping[str, Sequence[Follows]]) -> bool:
    """Whether places above 0 span decades, and most notes are of the first twentieth: they need a logarithmic axis."""
    known = x[np.isfinite(x)]
    if not known.size or known.min() <= 0 or known.max() < 100 * known.min():
        return False
    parts = {part for rules in used.values() for rule in rules for part in rule.parts}
    rows = np.concatenate([np.empty(0, np.int64), *(score.tracks[part].notes["row"] for part in parts)])
    first = x[rows[rows >= 0]] < known.min() + 0.05 * (known.max() - known.min())
    return bool(first.size and first.mean() > 0.5)


def _heard(score: Score, follows: Sequence[Follows]) -> tuple[I8, F8]:
    """Return the rows that sound, and at which beats, in time: of the track with most rows among those that last."""
    parts = dict.fromkeys(part for rule in follows for part in rule.parts)
    played = [notes[notes["row"] >= 0] for notes in (score.tracks[part].notes for part in parts)]
    spans = [float(np.ptp(notes["start"])) if notes.size else -1.0 for notes in played]
    lasting = [notes for notes, span in zip(played, spans, strict=True) if span >= 0.9 * max(spans)]
    best = max(lasting, key=lambda notes: np.unique(notes["row"]).size, default=None)
    return (np.empty(0, np.int64), np.empty(0)) if best is None else (best["row"], best["start"])


def _marks(
    x: F8, table: Table, score: Score, follows: Sequence[Follows], over: str, zeros: Callable[[], F8] | None
) -> tuple[F8, str]:
    """Return the places of the markers, or where there are none of a complex function's zeros; and what they are."""
    if score.markers:
        beats = np.array([marker.beat for marker in score.markers], np.float64)
        if over == "time":
            return np.asarray(score.tempo.seconds(beats)), "markers"
        rows, at = _heard(score, follows)
        known = np.isfinite(x[rows]) if rows.size else np.empty(0, bool)
        places = np.interp(beats, at[known], x[rows[known]]) if known.any() else np.empty(0)
        return places, "markers" if places.size else ""
    if not is_complex(table):
        return np.empty(0), ""
    if zeros is not None:
        places = np.interp(zeros(), np.arange(x.size), x) if x.size else np.empty(0)
        return places[np.isfinite(places)], "zeros" if places.size else ""
    near = x[near_zeros(table)]
    return near, "near a zero" if near.size else ""


def near_zeros(table: Table) -> I8:
    """Return the rows where the modulus has a minimum near 0."""
    size = table["abs"]
    if size.size < 3 or not np.isfinite(size).any():
        return np.empty(0, np.int64)
    dips = (size[1:-1] <= size[:-2]) & (size[1:-1] < size[2:]) & (size[1:-1] < NEAR_ZERO * np.nanmax(size))
    return np.flatnonzero(dips) + 1


def _curve(ax: Axes, x: F8, y: F8, look: Look, crowded: bool) -> None:
    """Draw a line; of many points, the band between the lowest and the highest at each dot of the picture."""
    known = np.isfinite(x)
    order = np.argsort(x[known], kind="stable")
    x, y = x[known][order], y[known][order]
    dots = int(common.width_in_points(ax) * 1.5)
    if x.size > 6 * dots and np.isfinite(y).any():
        low, high, mean, at = _band(x, y, dots, crowded)
        ax.fill_between(at, low, high, color=look.ink, alpha=0.35, linewidth=0.3)
        ax.plot(at, mean, color=look.ink, linewidth=0.6)
    else:
        ax.plot(x, y, color=look.soft, linewidth=0.9, marker="." if x.size == 1 else None, zorder=2)
    values = y[np.isfinite(y)]
    if values.size:
        least, most = float(values.min()), float(values.max())
        margin = 0.08 * (most - least) or max(abs(most) * 0.1, 0.5)
        ax.set_ylim(least - margin, most + margin)


def _band(x: F8, y: F8, count: int, crowded: bool) -> tuple[F8, F8, F8, F8]:
    known = np.isfinite(y)
    x, y = x[known], y[known]
    edges = (np.geomspace if crowded else np.linspace)(x[0], x[-1], count + 1)
    begin = np.unique(np.searchsorted(x, edges[:-1]))
    begin = begin[begin < x.size]
    size = np.diff(np.append(begin, x.size))
    return (
        np.minimum.reduceat(y, begin),
        np.maximum.reduceat(y, begin),
        np.add.reduceat(y, begin) / size,
        np.add.reduceat(x, begin) / size,
    )


def _lanes(rows: Mapping[str, Mapping[int, I8]], count: int, high: float) -> dict[str, float]:
    """Return how high the lanes are, one a track, of the columns of which more meet on a row than rings can show.

    None have any where they would take more than `MOST_LANES` of all `high` points. `rows` holds the rows (of
    `count`) of each track on each column.
    """
    found = {}
    for column, own in rows.items():
        deepest = max((int(ring.max(initial=0)) for ring in _rings(own, count).values()), default=0)
        if deepest > MOST_RINGS:
            found[column] = LANE * len(own)
    return found if sum(found.values()) <= MOST_LANES * high else {}


def _in_lanes(ax: Axes, x: F8, rows: Mapping[int, I8], score: Score, look: Look) -> None:
    """Draw a lane a track, with a tick for each row that became a note of it."""
    from matplotlib.collections import LineCollection

    for lane, (part, own) in enumerate(rows.items()):
        at = x[own]
        ticks = LineCollection([[(a, lane - 0.36), (a, lane + 0.36)] for a in at], colors=look.track(part))
        ticks.set_linewidth(1.4 if own.size < MANY_DOTS else 0.8)
        ax.add_collection(ticks, autolim=False)
    ax.set_ylim(len(rows) - 0.4, -0.6)  # the first above
    names = [score.tracks[part].name or score.tracks[part].instrument for part in rows]
    ax.set_yticks(range(len(rows)), [shortened(legible(name), 70, 7) for name in names], fontsize=7)
    ax.tick_params(axis="y", length=0)


def _dots(ax: Axes, x: F8, y: F8, rows: Mapping[int, I8], look: Look) -> None:
    """Draw the rows that became notes of the tracks that follow this column: where they meet, rings about a dot."""
    rings = _rings(rows, x.size)
    deepest = max((int(ring.max(initial=0)) for ring in rings.values()), default=0)
    step = min(RING, min(RINGS, 0.2 * common.height_in_points(ax)) / max(deepest, 1))
    small = 1.0 if max((found.size for found in rows.values()), default=0) < MANY_DOTS else 0.6
    for ring in range(deepest, -1, -1):  # the larger ones first, so that the smaller lie upon them
        for part, own in rows.items():
            drawn = own[rings[part] == ring]
            if drawn.size:
                ax.plot(
                    x[drawn],
                    y[drawn],
                    linestyle="none",
                    marker="o",
                    markersize=small * (DOT + step * ring),
                    markerfacecolor=look.track(part),
                    markeredgewidth=0,
                    zorder=3,
                )


def _rings(rows: Mapping[int, I8], count: int) -> dict[int, I8]:
    """Return the ring that each row (of `count`) of each track is drawn as: 0, a dot, for the track with most rows.

    >>> {part: ring.tolist() for part, ring in _rings({5: np.array([1]), 6: np.array([0, 1, 2])}, 3).items()}
    {6: [0, 0, 0], 5: [1]}
    """
    taken = np.zeros(count, np.int64)
    found = {}
    for part in sorted(rows, key=lambda part: -rows[part].size):
        found[part] = taken[rows[part]]
        taken[rows[part]] += 1
    return found


def _dotted(score: Score, part: int) -> I8:
    """Return the rows that became notes of a track of the score; none where there are too many to see each."""
    rows = np.unique(score.tracks[part].notes["row"])
    rows = rows[rows >= 0]
    return rows if rows.size <= MOST_DOTS else rows[:0]


def _told(rules: Sequence[Follows]) -> str:
    """Return what a column sets."""
    found: dict[str, list[str]] = {}
    for rule in rules:
        found.setdefault(rule.target, []).append(rule.track)
    return "→ " + " · ".join(f"{target}: {', '.join(dict.fromkeys(tracks))}" for target, tracks in found.items())


def _shared(made: Sequence[Axes], x: F8, table: Table, over: str, name: str, score: Score, crowded: bool) -> None:
    """Give all strips one axis, labelled on the lowest."""
    known = x[np.isfinite(x)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    margin = 0.012 * (high - low) or 0.5
    for strip in made:
        if over == "time":
            common.in_seconds(strip, max(score.seconds, 1.0))
        elif over == "index":
            common.index_axis(strip, table, name)
        else:
            common.plain_axis(strip.xaxis, common.ticks_that_fit(strip, 70))
        if crowded:
            common.decades_axis(strip, low, high)
        elif over != "time":
            strip.set_xlim(low - margin, high + margin)
        strip.grid(axis="x")
        strip.tick_params(axis="x", labelbottom=strip is made[-1], bottom=strip is made[-1])
        strip.set_xlabel("")
    made[-1].set_xlabel(legible(common.index_label(table, name) if over == "index" else name))


# A score alone


def _one_after_another(ax: Axes, values: F8, colour: str) -> None:
    """Draw a line through values with a dot at each; of many, their mean and the band that they lie in."""
    number = np.arange(values.size, dtype=np.float64)
    dots = int(common.width_in_points(ax) * 0.5)
    if values.size > 6 * dots:
        low, high, mean, at = _band(number, values, dots, False)
        ax.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
        ax.plot(at, mean, color=colour, linewidth=0.8)
        return
    marker = "o" if values.size <= MOST_DOTS else None
    ax.plot(number, values, color=colour, linewidth=0.5, marker=marker, markersize=2.5, alpha=0.9)


def _of_score(ax: Axes, score: Score, look: Look) -> None:
    """Draw pitch, length and velocity of each note over its number: all that a `.mid` can say."""
    made = common.strips(ax, [1.0] * 3, GAP / common.height_in_points(ax))
    count = max((track.notes.size for track in score.tracks), default=0)
    for n, track in enumerate(score.tracks):
        own = track.notes
        seconds = score.tempo.seconds_lasting(own["start"], own["length"])
        for strip, values in zip(made, (own["pitch"], seconds, own["velocity"]), strict=True):
            _one_after_another(strip, values, look.track(n))
    pitches = np.concatenate([np.empty(0), *(track.notes["pitch"] for track in score.tracks)])
    low, high = (float(pitches.min()) - 2, float(pitches.max()) + 2) if pitches.size else (58.0, 74.0)
    made[0].set_ylim(low, high)
    common.in_pitches(made[0].yaxis, low, high, min(int(common.height_in_points(made[0]) / 13), 8))
    made[1].set_ylim(bottom=0)
    made[2].set_ylim(0, 1.05)
    for strip in made[1:]:
        common.plain_axis(strip.yaxis, 5)
    for strip, name in zip(made, ("pitch (C4 = MIDI 60)", "length (s)", "velocity (0 to 1)"), strict=True):
        common.captioned(strip, name, "", look)
    for strip in made:
        strip.set_xlim(-0.5, max(count - 0.5, 0.5))
        common.plain_axis(strip.xaxis, common.ticks_that_fit(strip, 70), whole=True)
        strip.grid(True)
        strip.tick_params(axis="x", labelbottom=strip is made[-1], bottom=strip is made[-1])
    made[-1].set_xlabel("number of the note in its track (0 is the first)")
    _explained(made[-1], score, range(len(score.tracks)), "", look)
