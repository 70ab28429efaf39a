"""How tests look at pictures: the texts that are drawn and where, and how unlike two pictures are."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import Any

import matplotlib.text
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread

BLOCK = 8  # px: hinting and the versions of a font move edges, not areas
SLACK = 1.0  # px


def pixels(png: bytes) -> np.ndarray:
    """Return a PNG's pixels, (height, width, 3), 0..255."""
    found = imread(io.BytesIO(png), format="png")
    return np.asarray(found[:, :, :3] * 255.0)


def unlike(a: bytes, b: bytes) -> float:
    """Return how unlike two pictures are: the share of blocks of 8 x 8 px that differ by a tenth of full or more.

    1 where they are not of one size.
    """
    first, second = (pixels(png) for png in (a, b))
    if first.shape != second.shape:
        return 1.0
    return float((np.abs(_blocks(first) - _blocks(second)).max(axis=-1) > 25.5).mean())


def _blocks(image: np.ndarray) -> np.ndarray:
    high, wide = (size // BLOCK for size in image.shape[:2])
    return image[: high * BLOCK, : wide * BLOCK].reshape(high, BLOCK, wide, BLOCK, 3).mean(axis=(1, 3))


@contextmanager
def _recorded(seen: dict[int, tuple[str, Any]]) -> Iterator[None]:
    draw = matplotlib.text.Text.draw

    def recording(self: Any, renderer: Any, *more: Any, **settings: Any) -> Any:
        if self.get_visible() and self.get_text().strip():
            seen[id(self)] = (self.get_text(), matplotlib.text.Text.get_window_extent(self, renderer))
        return draw(self, renderer, *more, **settings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matplotlib.text.Text, "draw", recording)
        yield


def texts_of(figure: Any) -> list[tuple[str, Any]]:
    """Draw a figure; return every text that was drawn, with its box in px."""
    seen: dict[int, tuple[str, Any]] = {}
    with _recorded(seen):
        FigureCanvasAgg(figure).draw()
    return list(seen.values())


def cut_off(figure: Any) -> list[str]:
    """Return the texts that do not lie whole within the figure."""
    page = figure.bbox
    return [
        text
        for text, box in texts_of(figure)
        if box.x0 < page.x0 - SLACK or box.y0 < page.y0 - SLACK or box.x1 > page.x1 + SLACK or box.y1 > page.y1 + SLACK
    ]


def overlapping(figure: Any) -> list[tuple[str, str]]:
    """Return the pairs of texts that lie upon each other."""

    def meet(a: Any, b: Any) -> bool:
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        up = min(a.y1, b.y1) - max(a.y0, b.y0)
        return bool(across > SLACK and up > 2 * SLACK)  # the box of a line is higher than its letters

    found = combinations(texts_of(figure), 2)
    return [(one, other) for (one, a), (other, b) in found if meet(a, b)]
