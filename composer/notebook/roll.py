"""The piano roll as a small SVG image: a colour for each track, the stronger the louder, times below, octaves left.

Notes of one colour and strength are one path of short lines. Where the image would be too large, times, then pitches,
are drawn to a coarser raster, on which notes that touch become one line: no score is too long for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from composer.instruments import instrument
from composer.score import Score
from composer.telling.english import clock, instrument_said, shortened
from composer.units import F8

WIDTH, HEIGHT = 900, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 8, 44, 22
MOST_BYTES = 60_000
# Okabe and Ito's colours, told apart by everyone (Color Universal Design, 2008), but for the yellow, too pale on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A5C00", "#555555")
_OPACITIES = (0.35, 0.55, 0.75, 0.95)  # of the four parts of 0..1 that velocities fall into
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000, 36000)  # seconds from label to label
_MOST_LABELS = 12
_MOST_MARKERS = 80
_MOST_NAMES = 8
_SHORTEST = 1.5  # pixels of a note


def roll_svg(score: Score, most: int = MOST_BYTES) -> str:
    """Return a score's piano roll as an SVG document of at most so many bytes; an empty score has an empty roll."""
    raster, rows = 0.5, 1
    while True:
        svg = _drawn(score, raster, rows)
        if len(svg.encode()) <= most or rows > 127:
            return svg
        raster *= 2
        rows *= 2 if raster > 16 else 1


def _drawn(score: Score, raster: float, rows: int) -> str:
    low, high = _pitches(score)
    seconds = max(score.seconds, 1e-9)
    across = (WIDTH - _LEFT - _RIGHT) / seconds
    down = (HEIGHT - _TOP - _BOTTOM) / (high - low)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        *_octaves(low, high, down),
        *_times(score.seconds, across),
        *_markers(score, across),
        *_notes(score, low, high, across, down, raster, rows),
        *_names(score),
        "</svg>",
    ]
    return "".join(parts)


def _pitches(score: Score) -> tuple[float, float]:
    """Return the ends of the vertical axis: an octave at least, whole keys."""
    found = [track.notes["pitch"][np.isfinite(track.notes["pitch"])] for track in score.tracks]
    pitch = np.concatenate([np.empty(0), *found])
    low, high = (float(np.floor(pitch.min())) - 1, float(np.ceil(pitch.max())) + 1) if pitch.size else (54.0, 66.0)
    spare = max(12 - (high - low), 0) / 2
    return low - spare, high + spare


def _octaves(low: float, high: float, down: float) -> Iterator[str]:
    for pitch in range(12 * int(np.ceil(low / 12)), int(high) + 1, 12):
        y = _TOP + (high - pitch) * down
        yield f'<path d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}" stroke="#ddd"/>'
        yield f'<text x="{_LEFT - 5}" y="{y + 4:.1f}" text-anchor="end" fill="#444">C{pitch // 12 - 1}</text>'


def _times(seconds: float, across: float) -> Iterator[str]:
    step = next((step for step in _STEPS if seconds / step <= _MOST_LABELS), max(seconds / _MOST_LABELS, 1.0))
    for at in np.arange(0, seconds + 1e-9, step):
        x = _LEFT + at * across
        yield f'<path d="M{x:.1f} {_TOP}V{HEIGHT - _BOTTOM}" stroke="#eee"/>'
        side = "end" if x > WIDTH - 30 else "middle"
        yield f'<text x="{x:.1f}" y="{HEIGHT - 7}" text-anchor="{side}" fill="#444">{clock(float(at))}</text>'


def _markers(score: Score, across: float) -> Iterator[str]:
    """Yield a dotted line for each marker, where there are not too many to be told apart."""
    if 0 < len(score.markers) <= _MOST_MARKERS:
        at = _LEFT + score.tempo.seconds([marker.beat for marker in score.markers]) * across
        lines = "".join(f"M{x:.1f} {_TOP}V{HEIGHT - _BOTTOM}" for x in np.unique(at.round(1)) if x <= WIDTH - _RIGHT)
        yield f'<path d="{lines}" stroke="#999" stroke-dasharray="2 3"/>'


def _notes(
    score: Score, low: float, high: float, across: float, down: float, raster: float, rows: int
) -> Iterator[str]:
    tall = max(min(down * rows, 9.0), 1.4)
    lines: dict[tuple[int, int], list[F8]] = {}
    for number, track in enumerate(score.tracks):
        notes = track.notes[np.isfinite(track.notes["pitch"])]
        start = score.tempo.seconds(notes["start"])
        length = score.tempo.seconds_lasting(notes["start"], notes["length"])
        if instrument(track.instrument).is_drums:
            length = np.zeros(notes.size)  # strokes, however long they are written
        pitch = np.floor((notes["pitch"] - low) / rows + 0.5) * rows + low if rows > 1 else notes["pitch"]
        y = (_TOP + (high - pitch) * down).round(1)
        x = _LEFT + start * across
        ends = np.stack([y, x, x + np.maximum(length * across, _SHORTEST)])
        strength = np.clip((notes["velocity"] * len(_OPACITIES)).astype(np.int64), 0, len(_OPACITIES) - 1)
        for k in range(len(_OPACITIES)):
            lines.setdefault((number % len(COLOURS), k), []).append(ends[:, strength == k])
    for (colour, k), found in sorted(lines.items()):
        path = "".join(_segments(np.concatenate(found, axis=1), raster))
        if path:
            yield (
                f'<path d="{path}" stroke="{COLOURS[colour]}" stroke-opacity="{_OPACITIES[k]}" '
                f'stroke-width="{tall:.1f}"/>'
            )


def _segments(ends: F8, raster: float) -> Iterator[str]:
    """Yield horizontal lines from y, x and end, (3, n), on the raster: what touches on one height is one line."""
    if not ends.shape[1]:
        return
    y, start = ends[0], np.floor(ends[1] / raster) * raster
    end = np.maximum(np.ceil(ends[2] / raster - 0.5) * raster, start + raster)
    order = np.lexsort((start, y))
    y, start, end = y[order], start[order], end[order]
    new = np.append(True, y[1:] != y[:-1])
    if raster > 0.5:  # a finer image keeps the notes apart
        shift = np.cumsum(new) * 4.0 * WIDTH  # so that the longest end so far is that of the same height
        reached = np.maximum.accumulate(end + shift) - shift
        new |= np.append(True, start[1:] > reached[:-1])
    first = np.flatnonzero(new) if raster > 0.5 else np.arange(y.size)
    last = np.maximum.reduceat(end, first)
    for at, left, right in zip(y[first].tolist(), start[first].tolist(), last.tolist(), strict=True):
        yield f"M{left:g} {at:g}h{right - left:g}"


def _names(score: Score) -> Iterator[str]:
    """Yield the title, and each track's name in its colour, as many as there is room for."""
    yield f'<text x="{_LEFT}" y="15" font-size="13" font-weight="bold">{_text(score.title, 90)}</text>'
    x = float(_LEFT)
    named: Sequence[tuple[int, str]] = [
        (n, track.name or instrument_said(track.instrument)) for n, track in enumerate(score.tracks) if track.notes.size
    ]
    for number, name in named[:_MOST_NAMES]:
        text = shortened(" ".join(name.split()), 24)
        wide = 16 + 6.2 * len(text)
        if x + wide > WIDTH - _RIGHT:
            break
        yield f'<rect x="{x:.0f}" y="25" width="9" height="9" fill="{COLOURS[number % len(COLOURS)]}"/>'
        yield f'<text x="{x + 12:.0f}" y="34">{_text(text, 24)}</text>'
        x += wide + 10


def _text(text: str, most: int) -> str:
    """Return text for an XML document: no characters that it cannot hold."""
    return escape(shortened(" ".join("".join(c if c.isprintable() else " " for c in text).split()), most))
