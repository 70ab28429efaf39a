"""The piano roll as a small SVG image: a colour for each track, the stronger the louder, times below, octaves left.

Notes of one colour and strength are one path of short lines. Where the image would be too large, times, then pitches,
are drawn to a coarser raster, on which notes that touch become one line: no score is too long for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
_FINEST, _COARSE = 0.5, 8.0  # pixels of the raster: where every note has a line, and where heights are rounded too
_LINE_BYTES = 11  # that a note's line takes, about


def roll_svg(score: Score, most: int = MOST_BYTES) -> str:
    """Return a score's piano roll as an SVG document of at most so many bytes; an empty score has an empty roll."""
    low, high = _pitches(score)
    across = (WIDTH - _LEFT - _RIGHT) / max(score.seconds, 1e-9)
    down = (HEIGHT - _TOP - _BOTTOM) / (high - low)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="sans-serif" font-size="11"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    )
    around = "".join([head, *_octaves(low, high, down), *_times(score.seconds, across), *_markers(score, across)])
    names = "".join(_names(score))
    lines = _lines(score, high, across, down)
    raster = _FINEST
    while True:
        drawn = {key: _on_raster(ends, raster) for key, ends in lines.items()}
        if _LINE_BYTES * sum(ends.shape[1] for ends in drawn.values()) < 2 * most or raster >= WIDTH:
            tall = max(min(down, 9.0), 1.4, raster / 8)
            svg = f"{around}{''.join(_paths(drawn, tall))}{names}</svg>"
            if len(svg.encode()) <= most or raster >= WIDTH:
                return svg
        raster *= 2


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


def _lines(score: Score, high: float, across: float, down: float) -> dict[tuple[int, int], F8]:
    """Return the notes of each colour and strength, (3, n): the height, the left and the right end, in pixels."""
    found: dict[tuple[int, int], list[F8]] = {}
    for number, track in enumerate(score.tracks):
        notes = track.notes[np.isfinite(track.notes["pitch"])]
        length = score.tempo.seconds_lasting(notes["start"], notes["length"])
        if instrument(track.instrument).is_drums:
            length = np.zeros(notes.size)  # strokes, however long they are written
        x = _LEFT + score.tempo.seconds(notes["start"]) * across
        ends = np.stack([_TOP + (high - notes["pitch"]) * down, x, x + np.maximum(length * across, _SHORTEST)])
        strength = np.clip((notes["velocity"] * len(_OPACITIES)).astype(np.int64), 0, len(_OPACITIES) - 1)
        for k in range(len(_OPACITIES)):
            found.setdefault((number % len(COLOURS), k), []).append(ends[:, strength == k])
    return {key: np.concatenate(parts, axis=1) for key, parts in sorted(found.items())}


def _on_raster(ends: F8, raster: float) -> F8:
    """Return lines on a raster of so many pixels: on a coarse one, what touches on one height is one line."""
    y, start, end = ends
    # The heights of a coarse raster come nearer too, but slower: a few rows tell more than a few columns.
    y = y.round(1) if raster <= _COARSE else np.rint(y / (raster / 8)) * (raster / 8)
    start = np.floor(start / raster) * raster
    end = np.maximum(np.ceil(end / raster - 0.5) * raster, start + raster)
    order = np.lexsort((start, y))
    y, start, end = y[order], start[order], end[order]
    if raster == _FINEST or not y.size:
        return np.stack([y, start, end])
    new = np.append(True, y[1:] != y[:-1])
    shift = np.cumsum(new) * 4.0 * WIDTH  # so that the furthest end so far is one of the same height
    reached = np.maximum.accumulate(end + shift) - shift
    first = np.flatnonzero(new | np.append(True, start[1:] > reached[:-1]))
    return np.stack([y[first], start[first], np.maximum.reduceat(end, first)])


def _paths(lines: Mapping[tuple[int, int], F8], tall: float) -> Iterator[str]:
    for (colour, k), (y, start, end) in lines.items():
        path = "".join(
            f"M{left:g} {at:g}h{right - left:g}"
            for at, left, right in zip(y.tolist(), start.tolist(), np.minimum(end, WIDTH).tolist(), strict=True)
        )
        if path:
            style = f'stroke="{COLOURS[colour]}" stroke-opacity="{_OPACITIES[k]}" stroke-width="{tall:.1f}"'
            yield f'<path d="{path}" {style}/>'


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
