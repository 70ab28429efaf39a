"""The piano roll: every note of every track in its place, drums on a strip of their own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from composer.instruments import drums as drum_keys
from composer.instruments import instrument
from composer.outputs.performance import bends, held
from composer.outputs.plots import axes as common
from composer.outputs.plots.figure import Axes
from composer.outputs.plots.markers import DOTTED, Flags, counted, flags_of, fly, marked
from composer.outputs.plots.palette import Look, rgb
from composer.outputs.plots.text import legible, shortened
from composer.score import Notes, Score, Track
from composer.units import F8, I8

FAINTEST = 0.5  # how much of its colour a note of velocity 0 has
INSET = (1.0, 0.64, 0.4, 0.24)  # how much of a row's height notes have that lie upon others, one, two, three deep
EDGES = (0.4, 0.25, 0.0, 0.0)  # points: their edges
HALF = 0.44  # of a note's height, in semitones
DENSE = 2.0  # notes upon each other, in the mean, from which each cannot be seen: they are drawn as a density
COVER = 0.92  # how opaque they then become together
LEAST_ALPHA = 0.012  # three steps of 8 bits
KEY = (0.0, 0.25, 0.5, 0.75, 1.0)  # the velocities whose tints the legend shows
COLUMNS = 2000  # places along a roll at which notes are counted
BEND_KNOTS = 12  # places along a note at which its bend is drawn
RASTER = 4000  # notes from which a page for print holds pixels in place of shapes
EDGED = 1500  # notes up to which each has an edge


def roll(ax: Axes, score: Score, look: Look) -> None:
    """A piano roll: tracks in colours, fuller where louder, bars and beats, minutes and seconds, markers, drums."""
    places = [n for n, track in enumerate(score.tracks) if not _is_drums(track)]
    beaten = [n for n, track in enumerate(score.tracks) if _is_drums(track)]
    kit = _kit([score.tracks[n] for n in beaten])
    end = common.Bars.of(score).end
    flags = flags_of(ax, score.markers, end)
    high = max(common.height_in_points(ax) - flags.height, 1.0)
    shares = [1.0, *([_kit_share(len(kit), high)] if kit else [])]
    shares = [flags.height / high * sum(shares), *shares]
    top, keys, *rest = common.strips(ax, shares)
    common.by_the_clock(top, score, end)
    top.set_yticks([])
    for side in ("bottom", "left", "right"):  # names may reach beyond
        top.spines[side].set_visible(False)
    keys.spines["top"].set_visible(flags.rows > 0)
    for strip in (keys, *rest):
        common.in_bars(strip, score)
        strip.tick_params(axis="x", bottom=strip is [keys, *rest][-1], which="both")
    if rest:
        keys.tick_params(axis="x", labelbottom=False)
        keys.set_xlabel("")
    dense = _keys(keys, score, places, look)
    if rest:
        _drums(rest[0], score, beaten, kit, look)
    marked([keys, *rest], flags.at, look)
    fly(top, flags, look)
    _legend([keys, *rest][-1], score, flags, dense, look)


def _is_drums(track: Track) -> bool:
    return instrument(track.instrument).is_drums


@dataclass(frozen=True)
class _Shapes:
    """Outlines of notes in beats and pitches, (n, corners, 2), and their velocities."""

    outline: F8
    velocity: F8


def _keys(ax: Axes, score: Score, places: Sequence[int], look: Look) -> bool:
    """Draw the notes that have a pitch, short ones upon long ones, narrower where they lie upon others.

    Return whether they are dense, and drawn as veils.
    """
    thin = ax.get_xlim()[1] / max(common.width_in_points(ax), 1)  # beats a point: no note is narrower
    places = sorted(places, key=lambda n: -score.tracks[n].notes["length"].sum() / max(score.tracks[n].notes.size, 1))
    shapes = {n: _outlines(score.tracks[n], thin) for n in places}
    pitches = np.concatenate([np.empty(0), *(s.outline[:, :, 1].ravel() for s in shapes.values())])
    low, high = (pitches.min(), pitches.max()) if pitches.size else (59.5, 72.5)
    margin = max(1.0, (14 - (high - low)) / 2)  # an octave and a little, at least
    low, high = low - margin, high + margin
    ax.set_ylim(low, high)
    common.in_pitches(ax.yaxis, low, high, min(int(common.height_in_points(ax) / 13), 16))
    ax.set_ylabel("pitch (C4 = MIDI 60)")
    if high - low < 75:
        common.as_keys(ax, low, high, look)
    end = ax.get_xlim()[1]
    layers = _layers(list(shapes.values()), end)
    count = sum(s.velocity.size for s in shapes.values())
    deep = _depths([score.tracks[n].notes for n in places], end) if layers <= DENSE else []
    for place, n in enumerate(places):
        depth = deep[place] if deep else None
        _paint(ax, _outlines(score.tracks[n], thin, depth), n, depth, layers, count, look)
    return layers > DENSE


def _outlines(track: Track, thin: float, depth: I8 | None = None) -> _Shapes:
    """Return the outlines of a track's notes: a row of the roll high, or as their bend moves, narrower with depth."""
    notes = track.notes
    start, length = notes["start"], np.maximum(notes["length"], thin)
    bent, bend = bends(track)
    share = np.linspace(0, 1, BEND_KNOTS) if bent.size > 1 else np.array([0.0, 1.0])
    at = start[:, None] + length[:, None] * share
    sounding = notes["pitch"][:, None] + held(bent, bend, np.minimum(at, _last(notes)[:, None]), 0.0)
    half = HALF * (1.0 if depth is None else np.array(INSET)[depth, None])
    outline = np.concatenate(
        [np.stack([at, sounding - half], -1), np.stack([at, sounding + half], -1)[:, ::-1]], axis=1
    )
    return _Shapes(outline, np.clip(notes["velocity"], 0, 1))


def _depths(layers: Sequence[Notes], end: float) -> list[I8]:
    """Return on how many notes of earlier layers each note lies, on the same key and at the same time: 0 to 3."""
    found, taken = [], np.zeros((128, COLUMNS + 2), np.int8)
    for notes in layers:
        row = np.clip(np.floor(notes["pitch"] + 0.5), 0, 127).astype(np.int64)
        first = np.clip(np.rint(notes["start"] / end * COLUMNS), 0, COLUMNS).astype(np.int64)
        last = np.rint((notes["start"] + notes["length"]) / end * COLUMNS).astype(np.int64)
        last = np.maximum(last, first + 1)
        spans = list(zip(row.tolist(), first.tolist(), last.tolist(), strict=True))
        depth = np.array([taken[key, a:b].max() for key, a, b in spans], np.int64)
        for (key, a, b), below in zip(spans, depth.tolist(), strict=True):
            taken[key, a:b] = min(below + 1, len(INSET) - 1)
        found.append(depth)
    return found


def _last(notes: Notes) -> F8:
    """Return a moment just before each note ends: a bend at its very end is the next note's."""
    return np.asarray(notes["start"] + notes["length"] * (1 - 1e-6))


def _layers(shapes: Sequence[_Shapes], end: float) -> float:
    """Return how many notes lie upon each other at a dot of the picture, in the mean over those where any lies."""
    boxes = [s.outline for s in shapes if s.velocity.size]
    if not boxes:
        return 1.0
    columns = 1000
    left = np.concatenate([box[:, 0, 0] for box in boxes]) / end * columns
    right = np.concatenate([box[:, box.shape[1] // 2 - 1, 0] for box in boxes]) / end * columns
    row = np.rint(np.concatenate([box[:, 0, 1] for box in boxes])).astype(np.int64)
    row -= row.min()
    depth = np.zeros((int(row.max()) + 1, columns + 2))
    first, last = (np.clip(x, 0, columns).astype(np.int64) for x in (left, np.maximum(right, left + 1)))
    # A box adds 1 from its first column to its last: the running sum of what begins less what ends.
    np.add.at(depth, (row, first), 1.0)
    np.add.at(depth, (row, np.maximum(last, first + 1)), -1.0)
    depth = np.cumsum(depth, axis=1)
    weight = np.maximum(right - left, 1e-3).sum()
    covered = (depth > 0.5).sum()
    return max(float(weight / max(covered, 1)), 1.0)


def _share(velocity: F8) -> F8:
    """Return how much of its colour a note has: the louder, the more."""
    return np.asarray(FAINTEST + (1 - FAINTEST) * np.clip(velocity, 0, 1))


def _opacity(velocity: F8, layers: float) -> F8:
    """Return the opacities of notes of which so many lie upon each other: together never mud."""
    return np.asarray(np.maximum(1 - (1 - COVER * _share(velocity)) ** (1 / layers), LEAST_ALPHA))


def _faces(number: int, velocity: F8, layers: float, look: Look) -> F8:
    """Return the colours of a track's notes, (n, 4): tints of its own, or where they are dense, veils of it."""
    if layers <= DENSE:
        return np.column_stack([look.tint(number, _share(velocity)), np.ones(velocity.size)])
    return np.column_stack([np.tile(rgb(look.track(number)), (velocity.size, 1)), _opacity(velocity, layers)])


def _paint(ax: Axes, shapes: _Shapes, number: int, depth: I8 | None, layers: float, count: int, look: Look) -> None:
    from matplotlib.collections import PolyCollection

    if not shapes.velocity.size:
        return
    outlines: Any = shapes.outline
    edged = count <= EDGED
    wide = np.ptp(shapes.outline[:, :, 0], axis=1) * common.width_in_points(ax) / ax.get_xlim()[1] > 3
    ax.add_collection(
        PolyCollection(
            outlines,
            facecolors=_faces(number, shapes.velocity, layers, look),
            edgecolors=look.edge(number) if edged else "none",
            linewidths=np.where(wide, 0.4 if depth is None else np.array(EDGES)[depth], 0.0) if edged else 0,
            rasterized=count > RASTER,
            zorder=2,
        ),
        autolim=False,
    )


# Drums


def _kit(tracks: Sequence[Track]) -> list[int]:
    """Return the drums that are struck, by their keys, low ones first."""
    return sorted({int(key) for track in tracks for key in np.floor(track.notes["pitch"] + 0.5)})


def _kit_share(count: int, high: float) -> float:
    """Return how high the strip of so many drums is, as a share of the keys' where both are `high` points together."""
    least = min(count * 9.0 / high, 0.5)  # a name each
    return max(min(0.05 + 0.045 * count, 0.5), least / (1 - least))


def _drums(ax: Axes, score: Score, beaten: Sequence[int], kit: Sequence[int], look: Look) -> None:
    """Draw each drum's strokes as ticks on a line of its own."""
    from matplotlib.collections import LineCollection

    row = {key: n for n, key in enumerate(kit)}
    count = sum(score.tracks[n].notes.size for n in beaten)
    rooms = common.width_in_points(ax) * len(kit) / 2
    layers = max(count / rooms, 1.0)
    deep = _depths([score.tracks[n].notes for n in beaten], ax.get_xlim()[1])
    for n, depth in zip(beaten, deep, strict=True):
        notes = score.tracks[n].notes
        line = np.array([row[int(key)] for key in np.floor(notes["pitch"] + 0.5)], np.float64)
        half = 0.36 * np.array(INSET)[depth]
        ends: Any = np.stack(
            [np.stack([notes["start"], line - half], -1), np.stack([notes["start"], line + half], -1)], axis=1
        )
        colours = _faces(n, notes["velocity"], layers, look)
        ax.add_collection(
            LineCollection(ends, colors=colours, linewidths=1.8, rasterized=count > RASTER), autolim=False
        )
    ax.set_ylim(-0.6, len(kit) - 0.4)
    names = {key: name for name, key in drum_keys().items()}
    step = math.ceil(len(kit) / max(int(common.height_in_points(ax) / 8), 1))
    shown = list(kit)[::step]
    ax.set_yticks(
        [row[key] for key in shown], [shortened(legible(names.get(key, f"key {key}")), 80, 7.5) for key in shown]
    )
    ax.tick_params(axis="y", length=0, labelsize=7.5 if len(kit) <= 6 else 6.5)


def _legend(ax: Axes, score: Score, flags: Flags, dense: bool, look: Look) -> None:
    """Explain beneath an axes the tracks' colours, each as loud as its notes are, the loudness and the markers."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    labels = []
    for n, track in enumerate(score.tracks):
        usual = np.array([float(np.median(track.notes["velocity"])) if track.notes.size else 1.0])
        colour = look.tint(n, _share(usual))[0]
        if _is_drums(track):
            handles.append(Line2D([], [], color=colour, marker="|", markersize=8, markeredgewidth=2, linewidth=0))
        else:
            handles.append(Patch(facecolor=colour, edgecolor=look.edge(n), linewidth=0.4))
        labels.append(_called(track))
    if any(track.notes.size for track in score.tracks):
        greys = _share(np.array(KEY))[:, None] * rgb(look.soft) + (1 - _share(np.array(KEY))[:, None]) * rgb(look.paper)
        handles.append(tuple(Patch(facecolor=grey, linewidth=0) for grey in greys))
        labels.append("fuller: louder, or more notes" if dense else "velocity, 0 to 1")
    if score.markers:
        handles.append(Line2D([], [], color=look.accent, linewidth=1, linestyle=DOTTED))
        labels.append(counted(flags))
    common.legend(ax, handles, labels, 38)


def _called(track: Track) -> str:
    """Return a track's name with its instrument, which the name may hold already."""
    if track.instrument.lower() in track.name.lower():
        return track.name
    return f"{track.name} ({track.instrument})" if track.name.strip() else track.instrument
