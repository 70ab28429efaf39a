"""Which note-off ends which note-on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from composer.sources.smf.events import U1
from composer.sources.smf.held import in_order
from composer.units import I8


def ends(voice: I8, key: U1, tick: I8, begins: NDArray[np.bool_], last: I8) -> I8:
    """Return the tick at which each note-on's note ends.

    The events are note-ons and note-offs, each (n,), in order of time within a voice (0, 1, ...), a track's channel;
    `begins` tells the ones from the others. Of a key's notes the first to begin is the first to end. A note-off with
    nothing to end is ignored; `last` (n,) is where a note ends that no note-off does.
    """
    if not begins.any():
        return np.empty(0, np.int64)
    order = in_order(voice, key)
    is_on, group_key, group_voice = begins[order], key[order], voice[order]
    is_new = np.concatenate([[True], (group_key[1:] != group_key[:-1]) | (group_voice[1:] != group_voice[:-1])])
    opening = np.flatnonzero(is_new)
    group = np.cumsum(is_new) - 1
    is_off = ~is_on & ~_strays(is_on, opening, group)
    on, off = np.flatnonzero(is_on), np.flatnonzero(is_off)
    # The k-th note-off of a group ends its k-th note-on.
    nth = np.arange(off.size) - np.searchsorted(off, opening)[group[off]]
    ended = np.searchsorted(on, opening)[group[off]] + nth
    end = last[order[on]]
    end[ended] = tick[order[off]]
    found = np.empty(tick.size, np.int64)
    found[order[on]] = end
    return found[begins]


def _strays(is_on: NDArray[np.bool_], opening: I8, group: I8) -> NDArray[np.bool_]:
    """Return which events are note-offs while no note of their group sounds.

    With 1 for a note-on and -1 for a note-off, these are where a group's sum reaches a new low below 0.
    """
    total = np.cumsum(np.where(is_on, 1, -1))
    before = np.concatenate([[0], total])[opening]
    total -= before[group]
    if total.min() >= 0:
        return np.zeros(is_on.size, np.bool_)
    floor = -group * (is_on.size + 1)  # each group lies below all those before it
    low = np.minimum.accumulate(np.minimum(total, 0) + floor)
    lower = np.concatenate([[True], low[1:] < low[:-1]])
    return lower & (low < floor) & ~is_on
