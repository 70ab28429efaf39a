"""What holds on a line until it changes: a line is a channel of a port, or a track."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from composer.sources.smf.events import U1
from composer.units import I8


def places(line: I8, rank: I8) -> I8:
    """Return one number an event, each (n,), that sorts by line first and then by rank (0..n - 1, none twice)."""
    return line * max(rank.size, 1) + rank


def held(change: I8, value: ArrayLike, at: I8, events: int, otherwise: int) -> I8:
    """Return the value of the last change on the line of each place `at` (m,), at that place or before it.

    `change` and `value` (k,) are the changes, in any order; `otherwise` holds before a line's first. Places are
    those of `places`, among so many events.
    """
    if not change.size:
        return np.full(at.size, otherwise)
    order = np.argsort(change)
    change, values = change[order], np.asarray(value)[order].astype(np.int64)
    last = np.searchsorted(change, at, side="right") - 1
    of_line = (last >= 0) & (change[last] // max(events, 1) == at // max(events, 1))
    return np.where(of_line, values[last], otherwise)


def in_order(*keys: I8 | U1) -> I8:
    """Return what sorts by the first key, then by the next and so on, then as it was; keys (n,) are 0 or more."""
    order = np.arange(keys[0].size)
    for key in reversed(keys):
        most = int(key.max(initial=0))
        if most:
            small = key.astype(np.uint16) if most < 2**16 else key  # numpy sorts 16 bits in linear time
            order = order[np.argsort(small[order], kind="stable")]
    return order
