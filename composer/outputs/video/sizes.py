"""The sizes of pictures, by name or written like "1920x1080"."""

from __future__ import annotations

import re

from composer.errors import Fault, InputError

SIZES = {
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "vertical": (1080, 1920),
    "square": (1080, 1080),
}
SMALLEST, LARGEST = 32, 4096
MOST_PIXELS = 4096 * 2304  # H.264's level 5.2 ends about there
_WRITTEN = re.compile(r"([0-9]{1,9})\s*[x×]\s*([0-9]{1,9})")


def size_of(text: str) -> tuple[int, int]:
    """Return the width and height that a size says; raise InputError for one that no video can have.

    >>> size_of("1280x720"), size_of("square")
    ((1280, 720), (1080, 1080))
    """
    match = _WRITTEN.fullmatch(text.strip())
    if text not in SIZES and match is None:
        raise InputError(
            Fault(f"{text!r} is not a size", remedy=f'write it like "1920x1080", or take {", ".join(SIZES)}')
        )
    width, height = SIZES[text] if match is None else (int(match[1]), int(match[2]))
    if width % 2 or height % 2:
        raise InputError(Fault(f"{width}x{height} has an odd side", remedy="video takes even numbers of pixels"))
    if min(width, height) < SMALLEST or max(width, height) > LARGEST or width * height > MOST_PIXELS:
        limits = f"from {SMALLEST} to {LARGEST} pixels a side, {MOST_PIXELS / 1e6:.1f} million in all"
        raise InputError(Fault(f"a video of {width}x{height} cannot be made", remedy=f"keep to {limits}"))
    return width, height
