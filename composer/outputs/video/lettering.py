"""Text as masks of grey, drawn by FreeType through matplotlib, whose fonts are always there."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from composer.outputs.video.canvas import Colour, Picture
from composer.units import F4

FONT = "DejaVu Sans"
_BOX = "\u25a1"


def write(picture: Picture, x: float, y: float, text: str, size: float, colour: Colour, align: float = 0.0) -> None:
    """Write a line of text whose baseline is at y, `size` pixels high; x is its left end, or at `align` of its width.

    A character that no font here has becomes a box.
    """
    if not text:
        return
    mask, rise = _mask(text, max(round(size * 4) / 4, 4.0))
    picture.blend(round(x - align * mask.shape[1]), round(y) - rise, mask, colour)


def width(text: str, size: float) -> float:
    """Return how wide a line of text is, in pixels."""
    return float(_mask(text, max(round(size * 4) / 4, 4.0))[0].shape[1]) if text else 0.0


def fitting(text: str, size: float, room: float) -> str:
    """Return the text, cut short where it is wider than the room that there is."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…" if text else ""


def wrapped(text: str, size: float, room: float, most: int) -> list[str]:
    """Return the text in lines, broken between words; what does not fit into the `most` lines is cut short."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and (len(lines) == most or width(longer, size) <= room):
            lines[-1] = longer
        else:
            lines.append(word)
    return [fitting(line, size, room) for line in lines]


@lru_cache(256)
def _mask(text: str, size: float) -> tuple[F4, int]:
    """Return how much of each pixel the text covers, frozen, and how many rows lie above its baseline."""
    font = _font()
    font.set_size(size, 72)
    font.set_text(_drawable(" ".join(text.split("\n")), font), 0.0)
    font.draw_glyphs_to_bitmap(antialiased=True)
    image = np.asarray(font.get_image())
    mask: F4 = (image / 255).astype(np.float32)
    mask.setflags(write=False)
    below = font.get_descent() / 64
    return mask, int(np.ceil(image.shape[0] - below))


def _drawable(text: str, font: Any) -> str:
    """Return the text with a box in place of each character that the font does not have."""
    if text.isascii() and text.isprintable():
        return text
    known = font.get_charmap()
    return "".join(" " if sign.isspace() else sign if ord(sign) in known else _BOX for sign in text)


def _font() -> Any:
    from matplotlib.font_manager import FontProperties, fontManager
    from matplotlib.ft2font import FT2Font

    return FT2Font(fontManager.findfont(FontProperties(family=FONT)))
