"""MPE zones: which channels are members of a master, and what it tells them all (M1-100-UM, version 1.0).

The last word of a file on its zones holds for all of it, as a piece makes its zones at its beginning.
"""

from __future__ import annotations

import numpy as np

from composer.score import BEND, MOST_BEND, Controls
from composer.sources.smf.events import U1
from composer.sources.smf.held import held
from composer.units import F8, I8

MEMBER_REACH = 48  # semitones of a full bend on a member, unless the file says otherwise
_CHANNELS = 16
_SELECT_MSB, _SELECT_LSB, _ENTRY = 101, 100, 6
_ZONE = 6  # the registered parameter


def zones(place: I8, number: U1, value: U1, events: int) -> dict[int, int]:
    """Return the master of each line that is a member of a zone, both as lines.

    `place`, `number` and `value` (n,) are all controllers, among so many events; see `held.places`.
    """
    entry = number == _ENTRY
    chosen = [
        held(place[number == selector], value[number == selector], place[entry], events, -1)
        for selector in (_SELECT_MSB, _SELECT_LSB)
    ]
    made = (chosen[0] == 0) & (chosen[1] == _ZONE)
    at, size = place[entry][made], value[entry][made]
    found: dict[int, int] = {}
    for n in np.argsort(at % max(events, 1)).tolist():  # in order of time: a later zone takes from an earlier
        line, count = int(at[n]) // events, min(int(size[n]), _CHANNELS - 1)
        if line % _CHANNELS == 0:
            members = range(line + 1, line + 1 + count)
        elif line % _CHANNELS == _CHANNELS - 1:
            members = range(line - count, line)
        else:
            continue
        found = {member: master for member, master in found.items() if master != line}
        found |= dict.fromkeys(members, line)
        found.pop(line, None)
    return found


def together(master: Controls, own: Controls) -> Controls:
    """Return the controllers of a master and of one of its members as one, in order of time; their bends add up."""
    if not master.size:
        return own
    bent, moved = (rows[rows["target"] == BEND] for rows in (master, own))
    others = [rows[rows["target"] != BEND] for rows in (master, own)]
    if bent.size and moved.size:
        starts = np.union1d(bent["start"], moved["start"])
        bends = np.empty(starts.size, own.dtype)
        total = _at(bent, starts) + _at(moved, starts)
        bends["start"], bends["target"], bends["value"] = starts, BEND, np.clip(total, -MOST_BEND, MOST_BEND)
    else:
        bends = bent if bent.size else moved
    whole = np.concatenate([*others, bends])
    return whole[np.argsort(whole["start"], kind="stable")]


def _at(bends: Controls, beats: F8) -> F8:
    return np.append(bends["value"], 0.0)[np.searchsorted(bends["start"], beats, side="right") - 1]
