"""Register: which pitches an instrument has for a scale or a chord, and how a pitch comes among them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import ArrayLike

from composer.errors import Fault, InputError
from composer.instruments import Instrument
from composer.units import F8, I8


def folded(pitch: F8, player: Instrument) -> F8:
    """Return pitches moved by octaves into the instrument's range; drums are left alone."""
    if player.is_drums:
        return pitch
    up = np.maximum(np.ceil((player.lowest - pitch) / 12), 0)
    down = np.maximum(np.ceil((pitch - player.highest) / 12), 0)
    return np.asarray(np.clip(pitch + 12 * (up - down), player.lowest, player.highest))


def of_classes(classes: Collection[int], low: float, high: float) -> F8:
    """Return the pitches of these pitch classes between two MIDI numbers, both included, rising."""
    pitches = np.arange(np.ceil(low), np.floor(high) + 1)
    return pitches[np.isin(pitches % 12, list(classes))]


def nearest_among(pitches: F8, pitch: ArrayLike) -> I8:
    """Return the numbers, among rising pitches, of those nearest to some others; half way, the higher."""
    return np.searchsorted((pitches[1:] + pitches[:-1]) / 2, pitch, side="right")


def pitched(player: Instrument, role: str) -> None:
    """Raise InputError unless the instrument has pitches."""
    if player.is_drums:
        raise InputError(
            Fault(
                f"drums cannot play the role {role!r}", remedy='use role = "drums" or "melody", or another instrument'
            )
        )
