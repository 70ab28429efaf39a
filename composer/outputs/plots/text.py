"""Text that fits: in signs that the font has, in lines of a given width. Widths are in points, measured by the font."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

BOX = "\N{WHITE SQUARE}"
FAMILY = "DejaVu Sans"
_ELLIPSIS = "…"
_MEASURED = 100.0  # points


def font(size: float, bold: bool = False) -> Any:
    """Return the properties of the one font that pictures are set in."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=FAMILY, size=size, weight="bold" if bold else "normal")


def legible(text: str) -> str:
    """Return `text` in signs that the font has: those it lacks without their accents, or as boxes; blanks as one space.

    A missing sign is no fault of whoever named a track: a picture with a box for it is right, and says so quietly.
    """
    from matplotlib.font_manager import findfont, get_font

    charmap = get_font(findfont(font(10))).get_charmap()

    def shown(sign: str) -> str:
        if ord(sign) in charmap:
            return sign
        plain = [part for part in unicodedata.normalize("NFKD", sign) if ord(part) in charmap]
        letters = [part for part in plain if not unicodedata.combining(part)]
        return "".join(letters) or ("" if unicodedata.category(sign) in ("Mn", "Me", "Cf") else BOX)

    spaced = "".join(" " if sign.isspace() or unicodedata.category(sign) == "Cc" else sign for sign in text)
    return "".join(map(shown, " ".join(unicodedata.normalize("NFC", spaced).split())))


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Return how wide a line of legible text is, in points: the sum of its signs, kerning left out."""
    return sum(_advance(sign, bold) for sign in text) * size / _MEASURED


@lru_cache(maxsize=4096)
def _advance(sign: str, bold: bool) -> float:
    """Return how far one sign of `_MEASURED` points advances, in points."""
    from matplotlib.font_manager import findfont, get_font

    face = get_font(findfont(font(_MEASURED, bold)))
    face.set_size(_MEASURED, 72)
    return float(face.load_char(ord(sign)).linearHoriAdvance / 65536)


def shortened(text: str, width: float, size: float, bold: bool = False) -> str:
    """Return a line of text, cut with an ellipsis where it is wider than `width` points."""
    if width_of(text, size, bold) <= width:
        return text
    low, high = 0, len(text)
    while low < high:  # the most signs that fit
        middle = (low + high + 1) // 2
        fits = width_of(text[:middle].rstrip() + _ELLIPSIS, size, bold) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + _ELLIPSIS


def wrapped(text: str, width: float, size: float, bold: bool = False, most: int = 3) -> str:
    """Return text in at most `most` lines of `width` points; what is left over ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(joined, size, bold) <= width:
            lines[-1] = joined
        else:
            lines += _broken(word, width, size, bold, most)
        if len(lines) > most:
            break
    if len(lines) > most:
        last = f"{lines[most - 1]} {lines[most]}"
        lines = [*lines[: most - 1], shortened(last, width, size, bold)]
        if not lines[-1].endswith(_ELLIPSIS):
            lines[-1] = shortened(lines[-1] + " " + "W" * 200, width, size, bold)
    return "\n".join(lines)


def _broken(word: str, width: float, size: float, bold: bool, most: int) -> list[str]:
    """Return a word in pieces that fit, one where it does: a title may have no spaces."""
    pieces: list[str] = []
    while word and len(pieces) <= most:
        taken = len(word)
        while taken > 1 and width_of(word[:taken], size, bold) > width:
            taken = max(1, min(taken - 1, int(taken * width / width_of(word[:taken], size, bold))))
        pieces.append(word[:taken])
        word = word[taken:]
    return pieces
