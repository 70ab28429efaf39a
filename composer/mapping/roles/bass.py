"""The bass: the roots of the harmony, low, and ways to move between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.instruments import Instrument
from composer.mapping.harmony import Harmony, scale_classes, sounding
from composer.mapping.lines import Line
from composer.mapping.register import nearest_among, of_classes, pitched
from composer.score import Notes, notes
from composer.units import F8, I8

LOW, HIGH = 28, 55  # E1 to G3, the double bass's; a higher instrument plays its lowest octave


@dataclass(frozen=True, eq=False)
class Ground:
    """What a pattern may look at, of every note (n,): the root and the fifth of its chord, the mapped pitch, and
    which note under the chord it is, counted from 0; the register of the roots, from `low` to `high`, and the `scale`
    within it, or two octaves of it."""

    root: F8
    fifth: F8
    wanted: F8
    nth: I8
    scale: F8
    low: float
    high: float


def bass(
    line: Line,
    harmony: Harmony | None,
    scale: F8,
    player: Instrument,
    pattern: Annotated[
        Literal["root", "root-fifth", "octaves", "walking"],
        Doc("what follows a chord's root: itself, its fifth, its octave, or steps towards the next root"),
    ] = "root",
    step: Annotated[
        float, Interval(ge=0.0625, le=64), Unit("beats"), Doc("how long each note is, in all patterns but root")
    ] = 1.0,
) -> Notes:
    """The root of the chord that sounds, low and near the mapped pitch; without a harmony, the mapped note.

    It is struck at each row, again where the chord changes under it, and as the pattern says.
    """
    pitched(player, "bass")
    low = max(player.lowest, LOW)
    high = min(player.highest, max(HIGH, low + 12))
    if harmony is not None:
        line = line.struck_again(harmony.changes)
    if pattern == "root":
        of, start, length = np.arange(len(line)), line.start, line.length
    else:
        of, _, start, length = line.filled(step)
    which, chords = sounding(line.start, line.pitch, harmony, scale)
    roots, fifths = np.empty(len(line)), np.empty(len(line))
    for number, classes in enumerate(chords):
        here = which == number
        tones = of_classes(classes[:1], low, high)
        roots[here] = tones[nearest_among(tones, line.pitch[here])]
        tones = of_classes(classes[2:3] or classes[:1], low, high)
        fifths[here] = tones[nearest_among(tones, roots[here] - 1)]  # the one below, if both are as far
    order = np.argsort(start, kind="stable")
    of, start, length = of[order], start[order], length[order]
    own = of_classes(scale_classes(scale), low, min(max(high, low + 24), player.highest))
    ground = Ground(roots[of], fifths[of], line.pitch[of], _since_change(which[of]), own, low, high)
    return notes(start, length, PATTERNS[pattern](ground), line.velocity[of], line.pan[of], line.row[of])


def _since_change(values: I8) -> I8:
    """Return how many of the values directly before each are equal to it."""
    if not values.size:
        return values
    places = np.arange(values.size)
    changed = np.append(True, values[1:] != values[:-1])
    return np.asarray(places - np.maximum.accumulate(np.where(changed, places, 0)))


def _root(ground: Ground) -> F8:
    return ground.root


def _root_fifth(ground: Ground) -> F8:
    return np.where(ground.nth % 2 == 0, ground.root, ground.fifth)


def _octaves(ground: Ground) -> F8:
    above, below = ground.root + 12, ground.root - 12
    other = np.where(above <= ground.high, above, np.where(below >= ground.low, below, ground.root))
    return np.where(ground.nth % 2 == 0, ground.root, other)


def _walking(ground: Ground) -> F8:
    """Return under each chord its root, then steps of the scale, the last of them beside the next chord's root.

    Each next root stands in that octave, and is approached from that side, which leaves as many steps as there
    are notes; the mapped pitch breaks the tie.
    """
    first = np.flatnonzero(ground.nth == 0)
    result = ground.root.copy()
    here = float(result[0]) if result.size else 0.0
    for n, begin in enumerate(first):
        end = int(first[n + 1]) if n + 1 < first.size else result.size
        result[begin] = here
        moves = int(end - begin) - 1
        following = float(ground.root[end]) if end < result.size else here
        wanted = float(ground.wanted[end]) if end < result.size else here
        start = int(nearest_among(ground.scale, here))
        goal, here = _approach(ground, start, moves, following, wanted) if end < result.size else (start, here)
        if moves:
            result[begin + 1 : end] = ground.scale[_path(start, goal, moves, ground.scale.size)]
    return result


def _approach(ground: Ground, start: int, moves: int, root: float, wanted: float) -> tuple[int, float]:
    """Return the place in the scale from which to step to the next root, and the octave of that root."""
    scale = ground.scale
    choices = []
    for pitch in of_classes((int(root) % 12,), ground.low, ground.high).tolist():
        below = int(np.searchsorted(scale, pitch, side="left")) - 1
        above = int(np.searchsorted(scale, pitch, side="right"))
        for goal in (below, above):
            if 0 <= goal < scale.size:
                cost = abs(abs(goal - start) - moves) + abs(pitch - wanted) / 4
                choices.append((cost, -abs(goal - start), goal, pitch))
    _, _, goal, pitch = min(choices)
    return goal, pitch


def _path(start: int, goal: int, moves: int, size: int) -> I8:
    """Return the places in the scale of `moves` notes after `start`, the last at `goal`, no two neighbours equal.

    With far to go it strides there, the widest steps last; otherwise it turns once on the way, and skips once if steps
    alone do not come out.
    """
    way = goal - start
    towards = -1 if way < 0 else 1
    strides = towards * (np.arange(1, moves + 1) * abs(way) // moves)
    if abs(way) >= moves:
        return start + strides
    skip = (moves - way) % 2
    for direction, leg in product((towards, -towards), (1, -1)):  # the skip in the first leg, or after the turn
        onwards = (moves + direction * way - leg * skip) // 2
        skipped = 0 if leg == 1 else onwards
        if 0 <= onwards <= moves and skipped < moves:
            steps = np.where(np.arange(moves) < onwards, 1, -1)
            steps[skipped] *= 1 + skip
            places = start + direction * np.cumsum(steps)
            if places[-1] == goal and places.min() >= 0 and places.max() < size:
                return places
    return start + strides


PATTERNS: dict[str, Callable[[Ground], F8]] = {
    "root": _root,
    "root-fifth": _root_fifth,
    "octaves": _octaves,
    "walking": _walking,
}
