"""A rule: a column, scaled and bent to 0..1, spread over a range, in the score's units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from composer.errors import pick
from composer.mapping.scalers import SCALERS, TRANSFORMS
from composer.mapping.scales import HIGHEST, LOWEST, SNAPS, candidates, scale_pitches
from composer.mapping.targets import TARGETS, Target
from composer.mapping.tunings import Tuning, scale_in
from composer.units import F8

UNSNAPPED = "none"
NEAR = 0.5  # semitones: how far beyond its range a tuned scale may reach, whose ends are seldom whole keys
Via = Iterable[tuple[str, Mapping[str, Any]]]


def share(column: F8, via: Via = (), invert: bool = False) -> F8:
    """Return the column as shares of 0..1 (NaN for missing values): `via` names a scaler, then transforms.

    Where the first name is a transform, or there is none, `linear` comes first.
    """
    chain = list(via)
    if not chain or chain[0][0] not in SCALERS:
        chain.insert(0, ("linear", {}))
    values = column
    for name, arguments in chain:
        values = pick({**SCALERS, **TRANSFORMS}, name, "scaler or transform")(values, **arguments)
    return 1 - values if invert else values


def spread(shares: F8, target: Target, ends: tuple[float, float], unit: str) -> F8:
    """Return the values, in the score's unit, of shares of a range whose ends are in `unit`."""
    low, high = ends
    return target.units[unit](low + shares * (high - low))


def drawn(
    shares: F8,
    scale: str | Sequence[int | str],
    ends: tuple[float, float] | None,
    snap: str,
    tuning: Tuning | None = None,
) -> F8:
    """Return the pitches of the scale, as it lies in a tuning, that the shares of a range fall on; NaN stays NaN.

    Without `ends`, the range is that of a scale with fixed pitches, the pitch target's own for any other. With
    UNSNAPPED in place of a snap, they are the places in the range themselves, whatever lies between the keys.
    """
    low, high = ends or default_ends(scale)
    if snap == UNSNAPPED:
        return low + shares * (high - low)
    pitches = candidates(scale, low, high)
    if tuning is not None:
        tuned = scale_in(tuning, candidates(scale))
        pitches = tuned[(tuned >= low - NEAR) & (tuned <= high + NEAR)] if tuned.size else pitches
    return np.where(np.isnan(shares), np.nan, pick(SNAPS, snap, "snap")(shares, pitches, low, high))


def default_ends(scale: str | Sequence[int | str]) -> tuple[float, float]:
    """Return the range, in MIDI numbers, that a pitch rule without one has."""
    pitches, fixed = scale_pitches(scale)
    low, high = (pitches[0], pitches[-1]) if fixed else TARGETS["pitch"].range
    return max(low, LOWEST), min(high, HIGHEST)
