"""The counter-melody: a second voice by the rules of counterpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
from typing_extensions import Doc

from composer.errors import pick
from composer.instruments import Instrument
from composer.mapping.harmony import Harmony, scale_classes, sounding
from composer.mapping.lines import Line
from composer.mapping.metre import TOUCH
from composer.mapping.register import folded, of_classes, pitched
from composer.parameters import Names
from composer.score import Notes, notes
from composer.units import F8

CONSONANT = (0, 3, 4, 7, 8, 9)  # semitones, octaves apart: the octave, thirds, the fifth, sixths
PERFECT = (0, 7)

# What speaks against a note, in semitones of distance from the mapped pitch.
SIMILAR = 2.0  # both voices move the same way
HIDDEN = 2.0  # ... to an octave or a fifth
OBLIQUE = 0.5  # one voice stays
BARE = 1.0  # an octave or a fifth sounds empty in two voices
FOREIGN = 1.0  # not a note of the chord that sounds


def counter(
    line: Line,
    harmony: Harmony | None,
    scale: F8,
    player: Instrument,
    lines: Mapping[str, Notes],
    against: Annotated[str, Names("earlier track"), Doc("the track it accompanies")],
    side: Annotated[Literal["below", "above"], Doc("on which side of that track it stays")] = "below",
) -> Notes:
    """One note a row, near the mapped pitch, consonant with what another track plays then and against its motion.

    Thirds, sixths, octaves and fifths of the scale are allowed, no octaves or fifths in a row. Where the range has
    no such note on its side of the other voice it crosses over; where there is none at all, it rests.
    """
    pitched(player, "counter")
    own = of_classes(scale_classes(scale), player.lowest, player.highest)
    theirs = np.floor(heard(pick(lines, against, "earlier track"), line.start, side) + 0.5)
    wanted = folded(line.pitch, player)
    if harmony is None:
        which, foreign = np.zeros(len(line), np.int64), [np.zeros(own.size)]
    else:
        which, chords = sounding(line.start, line.pitch, harmony, scale)
        foreign = [np.where(np.isin(own % 12, classes), 0.0, FOREIGN) for classes in chords]
    result = np.full(len(line), np.nan)
    known: dict[tuple[float | None, ...], float] = {}
    before: Pair | None = None
    for n, moment in enumerate(zip(wanted.tolist(), theirs.tolist(), which.tolist(), strict=True)):
        other = None if np.isnan(moment[1]) else moment[1]
        case = (moment[0], other, moment[2], *(before or (None, None)))
        if case not in known:
            cost = np.abs(own - moment[0]) + foreign[moment[2]]
            known[case] = float(own[np.argmin(cost)]) if other is None else _set(own, cost, other, before, side)
        result[n] = known[case]
        before = None if other is None or np.isnan(known[case]) else (known[case], other)
    kept = np.flatnonzero(~np.isnan(result))
    line = line.taking(kept)
    return notes(line.start, line.length, result[kept], line.velocity, line.pan, line.row)


Pair = tuple[float, float]  # what the two voices sounded: this one's pitch and the other's


def _set(own: F8, cost: F8, theirs: float, before: Pair | None, side: str) -> float:
    """Return the pitch of `own` that goes best against `theirs`, NaN where none may."""
    interval = np.abs(own - theirs) % 12
    perfect = np.isin(interval, PERFECT)
    allowed = np.isin(interval, CONSONANT) & (own != theirs)
    cost = cost + BARE * perfect
    if before is not None:
        ours, their = np.sign(own - before[0]), np.sign(theirs - before[1])
        similar = ours * their > 0
        cost = cost + SIMILAR * similar + HIDDEN * (similar & perfect) + OBLIQUE * (ours * their == 0)
        last = abs(before[0] - before[1]) % 12
        if their and last in PERFECT:
            allowed &= (interval != last) | (ours == 0)
    aside = allowed & ((own < theirs) if side == "below" else (own > theirs))
    chosen = aside if aside.any() else allowed
    return float(own[np.argmin(np.where(chosen, cost, np.inf))]) if chosen.any() else float("nan")


def heard(track: Notes, beats: F8, side: str) -> F8:
    """Return what sounds in a track at rising positions: the pitch struck last, NaN where there is a rest.

    Of several struck together, it is the lowest for a voice below, the highest for one above.
    """
    outer = min if side == "below" else max
    starts, ends, pitches = (x.tolist() for x in (track["start"], track["start"] + track["length"], track["pitch"]))
    result = np.full(beats.size, np.nan)
    held: list[int] = []  # what has begun and may still sound, in order of start
    following = 0
    for n, beat in enumerate(beats.tolist()):
        while following < len(starts) and starts[following] <= beat + TOUCH:
            held.append(following)
            following += 1
        while held and ends[held[-1]] <= beat + TOUCH:
            held.pop()
        together = []
        for k in reversed(held):
            if starts[k] < starts[held[-1]] - TOUCH:
                break
            if ends[k] > beat + TOUCH:
                together.append(pitches[k])
        if together:
            result[n] = outer(together)
    return result
