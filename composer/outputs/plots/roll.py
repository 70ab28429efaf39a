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
from composer.outputs.plots.palette import Look, rgb
from composer.outputs.plots.text import legible, shortened
from composer.score import Notes, Score, Track
from composer.units import F8

FAINTEST = 0.3  # the opacity of a note of velocity 0, as a share of that of 1
COVER = 0.92  # how opaque notes that lie upon each other become together
LEAST_ALPHA = 0.012  # three steps of 8 bits
BEND_KNOTS = 12  # places along a note at which its bend is drawn
RASTER = 4000  # notes from which a page for print holds pixels in place of shapes
EDGED = 1500  # notes up to which each has an edge


def roll(ax: Axes, score: Score, look: Look) -> None:
    """A piano roll: tracks in colours, velocity as opacity, bars and beats, minutes and seconds, markers, drums."""
    places = [n for n, track in enumerate(score.tracks) if not _is_drums(track)]
    beaten = [n for n, track in enumerate(score.tracks) if _is_drums(track)]
    kit = _kit([score.tracks[n] for n in beaten])
    shares = [0.055 if score.markers else 0.002, 1.0, *([min(0.05 + 0.045 * len(kit), 0.5)] if kit else [])]
    top, keys, *rest = common.strips(ax, shares)
    end = common.Bars.of(score).end
    common.by_the_clock(top, score, end)
    top.set_yticks([])
    top.spines["bottom"].set_visible(False)
    keys.spines["top"].set_visible(bool(score.markers))
    for strip in (keys, *rest):
        common.in_bars(strip, score)
        strip.tick_params(axis="x", bottom=strip is [keys, *rest][-1], which="both")
    if rest:
        keys.tick_params(axis="x", labelbottom=False)
        keys.set_xlabel("")
    _keys(keys, score, places, look)
    if rest:
        _drums(rest[0], score, beaten, kit, look)
    at = np.array([marker.beat for marker in score.markers], np.float64)
    common.marked([top, keys, *rest], at, look)
    shown = common.labelled(top, score.markers, at, look)
    _legend([keys, *rest][-1], score, shown, look)


def _is_drums(track: Track) -> bool:
    return instrument(track.instrument).is_drums


@dataclass(frozen=True)
class _Shapes:
    """Outlines of notes in beats and pitches, (n, corners, 2), and their velocities."""

    outline: F8
    velocity: F8


def _keys(ax: Axes, score: Score, places: Sequence[int], look: Look) -> None:
    """Draw the notes that have a pitch."""
    thin = ax.get_xlim()[1] / max(common.width_in_points(ax), 1)  # beats a point: no note is narrower
    shapes = {n: _outlines(score.tracks[n], thin) for n in places}
    pitches = np.concatenate([np.empty(0), *(s.outline[:, :, 1].ravel() for s in shapes.values())])
    low, high = (pitches.min(), pitches.max()) if pitches.size else (59.5, 72.5)
    margin = max(1.0, (14 - (high - low)) / 2)  # an octave and a little, at least
    low, high = low - margin, high + margin
    ax.set_ylim(low, high)
    common.in_pitches(ax.yaxis, low, high, 16)
    ax.set_ylabel("pitch (C4 = MIDI 60)")
    if high - low < 75:
        common.as_keys(ax, low, high, look)
    count = sum(s.velocity.size for s in shapes.values())
    layers = _layers(list(shapes.values()), ax.get_xlim()[1])
    for n, shape in shapes.items():
        _paint(ax, shape, look.track(n), layers, count, look)


def _outlines(track: Track, thin: float) -> _Shapes:
    """Return the outlines of a track's notes: a row of the roll high, or as their bend moves."""
    notes = track.notes
    start, length = notes["start"], np.maximum(notes["length"], thin)
    bent, bend = bends(track)
    share = np.linspace(0, 1, BEND_KNOTS) if bent.size > 1 else np.array([0.0, 1.0])
    at = start[:, None] + length[:, None] * share
    sounding = notes["pitch"][:, None] + held(bent, bend, np.minimum(at, _last(notes)[:, None]), 0.0)
    half = 0.44
    outline = np.concatenate(
        [np.stack([at, sounding - half], -1), np.stack([at, sounding + half], -1)[:, ::-1]], axis=1
    )
    return _Shapes(outline, np.clip(notes["velocity"], 0, 1))


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


def _opacity(velocity: F8, layers: float) -> F8:
    """Return the opacities of notes: the louder, the more; fewer where many lie upon each other, but never mud."""
    own = FAINTEST + (1 - FAINTEST) * velocity
    return np.asarray(np.maximum(1 - (1 - COVER * own) ** (1 / layers), LEAST_ALPHA))


def _paint(ax: Axes, shapes: _Shapes, colour: str, layers: float, count: int, look: Look) -> None:
    from matplotlib.collections import PolyCollection

    if not shapes.velocity.size:
        return
    outlines: Any = shapes.outline
    faces = np.empty((shapes.velocity.size, 4))
    faces[:, :3] = rgb(colour)
    faces[:, 3] = _opacity(shapes.velocity, layers)
    edged = count <= EDGED
    ax.add_collection(
        PolyCollection(
            outlines,
            facecolors=faces,
            edgecolors=look.paper if edged else "none",
            linewidths=0.35 if edged else 0,
            rasterized=count > RASTER,
            zorder=2,
        ),
        autolim=False,
    )


# Drums


def _kit(tracks: Sequence[Track]) -> list[int]:
    """Return the drums that are struck, by their keys, low ones first."""
    return sorted({int(key) for track in tracks for key in np.floor(track.notes["pitch"] + 0.5)})


def _drums(ax: Axes, score: Score, beaten: Sequence[int], kit: Sequence[int], look: Look) -> None:
    """Draw each drum's strokes as ticks on a line of its own."""
    from matplotlib.collections import LineCollection

    row = {key: n for n, key in enumerate(kit)}
    count = sum(score.tracks[n].notes.size for n in beaten)
    rooms = common.width_in_points(ax) * len(kit) / 2
    layers = max(count / rooms, 1.0)
    for n in beaten:
        notes = score.tracks[n].notes
        line = np.array([row[int(key)] for key in np.floor(notes["pitch"] + 0.5)], np.float64)
        ends: Any = np.stack(
            [np.stack([notes["start"], line - 0.36], -1), np.stack([notes["start"], line + 0.36], -1)], axis=1
        )
        colours = np.empty((notes.size, 4))
        colours[:, :3] = rgb(look.track(n))
        colours[:, 3] = _opacity(np.clip(notes["velocity"], 0, 1), layers)
        ax.add_collection(
            LineCollection(ends, colors=colours, linewidths=1.8, rasterized=count > RASTER), autolim=False
        )
    ax.set_ylim(-0.6, len(kit) - 0.4)
    names = {key: name for name, key in drum_keys().items()}
    step = math.ceil(len(kit) / 12)
    shown = list(kit)[::step]
    ax.set_yticks(
        [row[key] for key in shown], [shortened(legible(names.get(key, f"key {key}")), 80, 7.5) for key in shown]
    )
    ax.tick_params(axis="y", length=0, labelsize=7.5 if len(kit) <= 6 else 6.5)


def _legend(ax: Axes, score: Score, shown: int, look: Look) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    labels = []
    for n, track in enumerate(score.tracks):
        if _is_drums(track):
            handles.append(
                Line2D([], [], color=look.track(n), marker="|", markersize=8, markeredgewidth=2, linewidth=0)
            )
        else:
            handles.append(Patch(facecolor=look.track(n)))
        labels.append(_called(track))
    if score.markers:
        handles.append(Line2D([], [], color=look.accent, linewidth=1, linestyle=(0, (1, 2.2))))
        count = len(score.markers)
        few = "" if shown == count else f", {shown} of them named"
        labels.append(f"{count} marker{'' if count == 1 else 's'}{few}")
    common.legend(ax, handles, labels, 38)


def _called(track: Track) -> str:
    """Return a track's name with its instrument, which the name may hold already."""
    if track.instrument.lower() in track.name.lower():
        return track.name
    return f"{track.name} ({track.instrument})" if track.name.strip() else track.instrument
