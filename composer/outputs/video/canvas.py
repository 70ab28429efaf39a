"""Drawing straight into the planes of a video frame: luma, and two chroma planes of half its width and height.

A frame of 1920 by 1080 is 3.1 MB this way, half of what RGB takes, and goes to the encoder as it is: no conversion, no
copy. Mixing two colours is linear, and so is the way from R'G'B' to Y'CbCr: what is blended here comes out as if it
had been blended in RGB. Colours are R'G'B', 0..1; positions are in pixels, x to the right, y down, a pixel's middle
at .5.

The matrix is that of ITU-R BT.709 (2015), section 3, in its narrow range: Y' 16..235, Cb and Cr 16..240.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from composer.units import F4, F8

U1 = NDArray[np.uint8]
Colour = tuple[float, float, float]
_KR, _KB = 0.2126, 0.0722  # the shares of red and blue in the luma
_AT_ONCE = 1 << 13  # points, or cells, that are worked out together: what that takes stays in the cache
_LUMA = np.array([_KR, 1 - _KR - _KB, _KB])


def ycbcr(rgb: ArrayLike) -> F8:
    """Return R'G'B' of 0..1, shape (..., 3), as Y', Cb, Cr in their 8-bit scale, not rounded.

    >>> ycbcr([[0, 0, 0], [1, 1, 1], [1, 0, 0]]).round(1).tolist()
    [[16.0, 128.0, 128.0], [235.0, 128.0, 128.0], [62.6, 102.3, 240.0]]
    """
    colour = np.asarray(rgb, np.float64)
    luma = colour @ _LUMA
    cb = 128 + 224 * (colour[..., 2] - luma) / (2 * (1 - _KB))
    cr = 128 + 224 * (colour[..., 0] - luma) / (2 * (1 - _KR))
    return np.stack([16 + 219 * luma, cb, cr], axis=-1)


def rgb_of(colour: ArrayLike) -> U1:
    """Return Y', Cb, Cr in their 8-bit scale, shape (..., 3), as R'G'B' of 0..255."""
    exact: F8 = np.asarray(colour, np.float64)
    luma: F8 = (exact[..., 0] - 16) / 219
    r: F8 = luma + (exact[..., 2] - 128) / 224 * 2 * (1 - _KR)
    b: F8 = luma + (exact[..., 1] - 128) / 224 * 2 * (1 - _KB)
    g: F8 = (luma - _KR * r - _KB * b) / (1 - _KR - _KB)
    return np.clip(np.rint(255 * np.stack([r, g, b], axis=-1)), 0, 255).astype(np.uint8)


def hex_colour(text: str) -> Colour:
    """Return a colour written like "#e69f00"."""
    red, green, blue = (int(text[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue


@dataclass(frozen=True)
class Box:
    """A rectangle of the picture, in pixels: from left and top to right and bottom, those excluded."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


class Picture:
    """One frame: `data` of shape (3 height / 2, width), uint8, the three planes one after the other; even sizes."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.data: U1 = np.empty((height * 3 // 2, width), np.uint8)
        flat, pixels = self.data.reshape(-1), width * height
        self.luma: U1 = flat[:pixels].reshape(height, width)
        self.blue: U1 = flat[pixels : pixels + pixels // 4].reshape(height // 2, width // 2)
        self.red: U1 = flat[pixels + pixels // 4 :].reshape(height // 2, width // 2)

    def fill(self, colour: Colour) -> None:
        """Paint all of it."""
        for plane, value in zip((self.luma, self.blue, self.red), ycbcr(colour), strict=True):
            plane[:] = round(float(value))

    def show(self, other: Picture) -> None:
        """Become equal to another picture of the same size."""
        np.copyto(self.data, other.data)

    def rgb(self) -> U1:
        """Return what a viewer sees, shape (height, width, 3): for tests and stills."""
        chroma = [plane.repeat(2, 0).repeat(2, 1) for plane in (self.blue, self.red)]
        return rgb_of(np.stack([self.luma, *chroma], axis=-1))

    def blend(self, left: int, top: int, cover: F4 | F8, colour: Colour) -> None:
        """Lay a colour over the rectangle at (left, top), as much as `cover`, (rows, columns) of 0..1, says."""
        cover, left, top = self._inside(cover, left, top)
        if not cover.size:
            return
        luma, blue, red = ycbcr(colour)
        rows, columns = cover.shape
        _mix(self.luma[top : top + rows, left : left + columns], cover, luma)
        # Whole cells of two by two pixels: what lies outside of the rectangle is not covered.
        before, above = left % 2, top % 2
        cells: F8 = np.pad(cover, ((above, (above + rows) % 2), (before, (before + columns) % 2)))
        cells = (cells[::2, ::2] + cells[1::2, ::2] + cells[::2, 1::2] + cells[1::2, 1::2]) / 4
        place = np.s_[top // 2 : top // 2 + cells.shape[0], left // 2 : left // 2 + cells.shape[1]]
        _mix(self.blue[place], cells, blue)
        _mix(self.red[place], cells, red)

    def _inside(self, cover: F4 | F8, left: int, top: int) -> tuple[F4 | F8, int, int]:
        cover = cover[max(0, -top) : max(0, self.height - top), max(0, -left) : max(0, self.width - left)]
        return cover, max(left, 0), max(top, 0)

    def box(self, box: Box, colour: Colour, opacity: float = 1.0) -> None:
        """Fill a rectangle whose edges may lie between the pixels."""
        across, left = _overlaps(box.left, box.right, self.width)
        down, top = _overlaps(box.top, box.bottom, self.height)
        if across.size and down.size:
            self.blend(left, top, opacity * down[:, None] * across, colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour, opacity: float = 1.0) -> None:
        """Fill a disc, its edge softened over one pixel."""
        distance, left, top = _around(x, y, radius + 1)
        self.blend(left, top, opacity * np.clip(radius + 0.5 - distance, 0, 1), colour)

    def ring(self, x: float, y: float, radius: float, width: float, colour: Colour, opacity: float = 1.0) -> None:
        """Draw a circle's line."""
        distance, left, top = _around(x, y, radius + width)
        cover = np.clip(width / 2 + 0.5 - np.abs(distance - radius), 0, 1)
        self.blend(left, top, opacity * cover, colour)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0) -> None:
        """Draw a light that fades to nothing at `radius`."""
        distance, left, top = _around(x, y, radius)
        self.blend(left, top, strength * np.square(np.clip(1 - np.square(distance / radius), 0, 1)), colour)


def _mix(plane: U1, cover: F4 | F8, value: float) -> None:
    plane[:] = np.rint(plane + cover * (value - plane))


def _overlaps(start: float, end: float, size: int) -> tuple[F8, int]:
    """Return how much of each pixel lies between start and end, and the first of them."""
    start, end = max(start, 0.0), min(end, float(size))
    if not start < end:
        return np.empty(0), 0
    first = int(np.floor(start))
    edges = np.arange(first, int(np.ceil(end)), dtype=np.float64)
    return np.minimum(edges + 1, end) - np.maximum(edges, start), first


def _around(x: float, y: float, reach: float) -> tuple[F8, int, int]:
    """Return the distances of the pixels around a point, and the left and top of their square."""
    left, top = int(np.floor(x - reach)), int(np.floor(y - reach))
    across = np.arange(left, int(np.ceil(x + reach)) + 1) + 0.5 - x
    down = np.arange(top, int(np.ceil(y + reach)) + 1) + 0.5 - y
    return np.hypot(across, down[:, None]), left, top


class Light:
    """Light that adds up, drawn with a fine brush: where paths cross or return, the picture grows brighter.

    Kept as float32, (pixels, 3), so that a path can be drawn on from frame to frame. What is shown is 1 - exp(-light)
    in each colour, over the picture below it.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._light = np.zeros((3, width * height), np.float32)
        self._cells = np.zeros(width * height // 4, np.bool_)  # those of two by two pixels with new light

    def add(self, x: F8, y: F8, light: ArrayLike) -> None:
        """Add points, (n,) each, of some light: (3,) or (n, 3) of R, G, B, 1 being about the most that is shown.

        A point is spread over three by three pixels by the quadratic B-spline: points a pixel apart make an even line.
        """
        inside = np.flatnonzero((x > 2) & (x < self.width - 2) & (y > 2) & (y < self.height - 2))  # none is NaN
        colour = np.asarray(light, np.float32)
        for first in range(0, inside.size, _AT_ONCE):
            some = inside[first : first + _AT_ONCE]
            self._add(x[some], y[some], colour[some].T[:, None] if colour.ndim > 1 else colour[:, None, None])

    def _add(self, x: F8, y: F8, colour: F4) -> None:
        across, down = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
        weights_x = _spline((x - across - 0.5).astype(np.float32))
        weights_y = _spline((y - down - 0.5).astype(np.float32))
        steps = np.arange(-1, 2)
        pixels = ((down + steps[:, None])[:, None] * self.width + (across + steps[:, None])[None]).reshape(9, -1)
        weights = (weights_y[:, None] * weights_x[None]).reshape(9, -1)
        for n in range(3):
            np.add.at(self._light[n], pixels.ravel(), np.broadcast_to(weights * colour[n], pixels.shape).ravel())
        rows, columns = (down + steps[:, None]) // 2, (across + steps[:, None]) // 2
        for row in rows[::2]:
            for column in columns[::2]:
                self._cells[row * (self.width // 2) + column] = True

    def clear(self) -> None:
        """Put out all light."""
        self._light[:] = 0
        self._cells[:] = False

    def show(self, picture: Picture, below: Picture) -> NDArray[np.int64]:
        """Draw the places with new light over those of the picture below; return these places."""
        cells = np.flatnonzero(self._cells)
        self._cells[cells] = False
        for first in range(0, cells.size, _AT_ONCE):
            self._show(cells[first : first + _AT_ONCE], picture, below)
        return cells

    def _show(self, cells: NDArray[np.int64], picture: Picture, below: Picture) -> None:
        pixels = self._pixels(cells)
        shown = 1 - np.exp(-self._light.take(pixels, axis=1))  # (3, 4, cells), each colour's side by side
        cover = shown.max(axis=0)
        hue = shown / np.maximum(cover, 1e-6)
        luma = 16 + 219 * np.tensordot(_LUMA.astype(np.float32), hue, 1)
        old = below.luma.reshape(-1)[pixels]
        picture.luma.reshape(-1)[pixels] = np.rint(old + cover * (luma - old))
        mean = (shown / 4).sum(axis=1)
        share, bright = cover.mean(axis=0), np.tensordot(_LUMA.astype(np.float32), mean, 1)
        for plane, under, n, k in ((picture.blue, below.blue, 2, _KB), (picture.red, below.red, 0, _KR)):
            chroma = 224 * (mean[n] - bright) / (2 * (1 - k))
            plane.reshape(-1)[cells] = np.rint(128 + (under.reshape(-1)[cells] - 128.0) * (1 - share) + chroma)

    def put_out(self, cells: NDArray[np.int64]) -> None:
        """Put out the light of some places that `show` has returned."""
        self._light[:, self._pixels(cells)] = 0

    def _pixels(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        rows, columns = np.divmod(cells, self.width // 2)
        first = 2 * (rows * self.width + columns)
        return np.stack([first, first + 1, first + self.width, first + self.width + 1])


def _spline(offset: F4) -> F4:
    """Return the quadratic B-spline's weights, (3, n), of the pixels before, at and after, for -0.5..0.5."""
    return np.stack([0.5 * (0.5 - offset) ** 2, 0.75 - offset**2, 0.5 * (0.5 + offset) ** 2])


def along(x: F8, y: F8, spacing: float = 1.0) -> tuple[F8, F8, F8]:
    """Return points along a polyline, (n,), some `spacing` apart, and where each lies, as a fraction of its index.

    A vertex that is NaN breaks the line.
    """
    return between(x[:-1], y[:-1], x[1:], y[1:], spacing)


def between(x: F8, y: F8, to_x: F8, to_y: F8, spacing: float = 1.0) -> tuple[F8, F8, F8]:
    """Return points along lines from (x, y) to (to_x, to_y), and the number of each one's line, with a fraction."""
    step = np.hypot(to_x - x, to_y - y)
    count = np.where(np.isfinite(step), np.ceil(step / spacing), 0).astype(np.int64)
    line = np.repeat(np.arange(count.size), count)
    within = np.arange(line.size) - np.repeat(np.cumsum(count) - count, count)
    share = (within + 0.5) / np.maximum(count[line], 1)
    return x[line] + share * (to_x - x)[line], y[line] + share * (to_y - y)[line], line + share
