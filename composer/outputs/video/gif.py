"""Animated GIFs: a palette of 256 colours for the whole film, found from some of its pictures before it is encoded."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from composer.outputs.video.canvas import U1, Picture, rgb_of
from composer.outputs.video.encoder import failures, libav
from composer.outputs.video.film import Film, drawn
from composer.progress import Progress
from composer.units import F8

_SAMPLES = 24  # pictures looked at for the palette
_COLOURS = 255  # the last place is left for what the encoder calls transparent: unchanged since the last picture
_ROUNDS = 6  # of Lloyd's algorithm
_SHAPE = (64, 32, 32)  # bins of luma and chroma


def encode_gif(film_of: Callable[[], Film], path: Path, progress: Progress) -> None:
    """Write a film, made anew by each call, as an animated GIF."""
    av = libav()
    table, palette = _palette(film_of())
    film = film_of()
    with failures(av), drawn(film) as pictures:
        container = av.open(str(path), "w", format="gif")
        try:
            stream = container.add_stream("gif", rate=film.fps)
            stream.width, stream.height, stream.pix_fmt = film.width, film.height, "pal8"
            stream.time_base = stream.codec_context.time_base = Fraction(1, film.fps)
            for k, picture in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray((table[_bins(picture)], palette), format="pal8")
                frame.pts, frame.time_base = k, Fraction(1, film.fps)
                container.mux(stream.encode(frame))
                progress("gif", k + 1, film.frames)
            container.mux(stream.encode(None))
        except BaseException:
            with contextlib.suppress(Exception):
                container.close()
            raise
        container.close()
    with path.open("rb") as file:
        file.seek(-1, 2)
        if file.read() != b";":  # the trailer
            raise OSError("the file is not whole: the disk may be full")


def _bins(picture: Picture) -> NDArray[np.uint16]:
    """Return the bin of each pixel's colour, (height, width)."""
    found = picture.luma.astype(np.uint16)
    found >>= 2
    found <<= 10
    cells = picture.blue.astype(np.uint16)
    cells >>= 3
    cells <<= 5
    cells |= picture.red >> 3
    found |= cells.repeat(2, 0).repeat(2, 1)
    return found


def _palette(film: Film) -> tuple[U1, U1]:
    """Return the palette's place for each bin, (65536,), and the palette, (256, 4): A, R, G, B."""
    picture = Picture(film.width, film.height)
    luma, blue, red = np.unravel_index(np.arange(np.prod(_SHAPE)), _SHAPE)
    every = np.stack([4 * luma + 1.5, 8 * blue + 3.5, 8 * red + 3.5], axis=1)
    seen, sums = np.zeros(every.shape[0], np.int64), np.zeros(every.shape)
    for k in np.unique(np.linspace(0, film.frames - 1, _SAMPLES).astype(np.int64)):
        film.draw(int(k), picture)
        bins = _bins(picture).ravel()
        seen += np.bincount(bins, minlength=seen.size)
        for n, plane in enumerate(
            (picture.luma, *(own.repeat(2, 0).repeat(2, 1) for own in (picture.blue, picture.red)))
        ):
            sums[:, n] += np.bincount(bins, plane.ravel(), seen.size)
    used = np.flatnonzero(seen)
    every[used] = sums[used] / seen[used, None]  # the middle of a bin is another colour than the ground
    # The square root: much ground must not take all places from fine lines.
    weight, points = np.sqrt(seen[used]), every[used]
    centres = points[np.argsort(-weight, kind="stable")[:_COLOURS]]
    for _ in range(_ROUNDS):
        own = _nearest(points, centres)
        total = np.bincount(own, weight, centres.shape[0])
        sums = np.stack([np.bincount(own, weight * axis, centres.shape[0]) for axis in points.T], axis=1)
        centres = np.where(total[:, None] > 0, sums / np.maximum(total, 1e-12)[:, None], centres)
    palette = np.zeros((256, 4), np.uint8)
    palette[:, 0] = 255
    palette[: centres.shape[0], 1:] = rgb_of(centres)
    return _nearest(every, centres).astype(np.uint8), palette


def _nearest(points: F8, centres: F8) -> NDArray[np.int64]:
    found = np.empty(points.shape[0], np.int64)
    for start in range(0, points.shape[0], 4096):
        part = points[start : start + 4096]
        found[start : start + 4096] = (np.square(centres).sum(axis=1) - 2 * part @ centres.T).argmin(axis=1)
    return found
