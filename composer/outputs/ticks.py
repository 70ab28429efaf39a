"""Positions in beats as ticks of a Standard MIDI File: rounded once, from absolute beats."""

from __future__ import annotations

import numpy as np

from composer.errors import Fault, InputError
from composer.units import F8, I8

LAST_TICK = 2**38  # well inside the 40 bits that a word of `events` has for it


def ticks_of(beats: F8, ppq: int) -> I8:
    """Return the ticks nearest to positions in beats; InputError for what is negative, not finite or too far out."""
    with np.errstate(over="ignore"):
        ticks = np.floor(beats * ppq + 0.5)
    fit = (ticks >= 0) & (ticks <= LAST_TICK)  # false for NaN too
    if not fit.all():
        raise InputError(
            Fault(
                f"there is something at beat {beats[~fit][0]}",
                remedy=f"keep beats between 0 and {LAST_TICK // ppq:,}".replace(",", " "),
            )
        )
    return ticks.astype(np.int64)


def tick_of(beat: float, ppq: int) -> int:
    """Return the tick nearest to one position in beats; see `ticks_of`."""
    return int(ticks_of(np.array([beat]), ppq)[0])
