"""The letters of names: a Standard MIDI File does not say in which encoding they are."""

from __future__ import annotations

import re

# Two characters of Shift-JIS in a row. The first byte of each is a control character of Latin-1, which no name has.
_WIDE = re.compile(rb"(?:[\x81-\x9f][\x40-\x7e\x80-\xfc]){2}")


def text_of(data: bytes) -> str:
    """Return a text as the UTF-8, the Shift-JIS or else the Latin-1 that it most likely is.

    >>> [text_of(name.encode(code)) for name, code in (("Flöte", "utf-8"), ("Flöte", "latin-1"), ("曲名", "cp932"))]
    ['Flöte', 'Flöte', '曲名']
    """
    for encoding in ("utf-8", "cp932") if _WIDE.search(data) else ("utf-8",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
