"""What moves while notes sound, as words: pan, the controllers of the automation, and bends, thinned.

A value is written where it differs from the one before. Of small changes there is no more than one in `BRIEF` seconds:
what is heard is off by `SLIGHT` steps of a controller, or by `FLAT` of a bend, for less than twice that time. At the
start of each note all is exact, to half a step.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from composer.outputs.events import Words, pan_offset, parameter, words
from composer.outputs.keys import BEND_STEPS, PLAYERS
from composer.outputs.performance import bends, held
from composer.outputs.sheet import Sheet
from composer.outputs.ticks import ticks_of
from composer.score import CONTROLLERS, MOST_BEND
from composer.units import F8, I8

BEND_RANGES = np.array([2, 12, 24, 48])  # semitones; 2 is what a synthesiser has at power-on
BRIEF = 0.005  # seconds: less than the ear needs to tell a step from a slope
SLIGHT = 1  # of a controller's 127 steps
FLAT = 0.01  # semitones, a fifth of what can be told between two notes
_SWITCHES = frozenset({"sustain"})  # pressed or not: every change of theirs counts, even of one tick

Pace = Callable[[I8], F8]  # from ticks to seconds


def pan_words(sheet: Sheet, channel: I8, every: I8, player: str) -> list[Words]:
    """Return a pan event at the start of each channel, and one wherever a note's pan differs from the last there.

    For FluidSynth, what seven bits leave over goes with it.
    """
    found = []
    for member in every:
        own = slice(None) if every.size == 1 else channel == member
        tick, pan = sheet.start[own], sheet.pan[own]
        if not tick.size:
            continue
        last_of_tick = np.append(tick[1:] != tick[:-1], True)
        tick, pan = tick[last_of_tick], pan[last_of_tick]
        changed = np.concatenate([[True], pan[1:] != pan[:-1]])
        tick, pan = tick[changed], pan[changed]
        tick[0] = 0
        found.append(words("controller", tick, 10, pan, member))
        if player == "fluidsynth":
            found += _fine_pan_words(sheet.start[own], sheet.place[own], sheet.pan[own], int(member))
    return found


def _fine_pan_words(tick: I8, place: F8, pan: I8, channel: int) -> list[Words]:
    """Return what moves each note from where FluidSynth puts its 7-bit pan to its place, to a thousandth.

    FluidSynth counts from -500 to 500 thousandths, 7.8125 for each step from 64, and drops the fraction of the sum,
    as measured with version 2.3: so the sum is the nearest thousandth, or less than one further from the middle.
    """
    left_over = np.rint(500 * place) - 500 / 64 * (pan - 64)
    move = np.where(place > 0, np.ceil(left_over), np.floor(left_over)).astype(np.int64)
    last_of_tick = np.append(tick[1:] != tick[:-1], True)
    tick, move = tick[last_of_tick], move[last_of_tick]
    changed = np.diff(move, prepend=0) != 0
    tick = np.where(np.arange(tick.size) == 0, 0, tick)
    return pan_offset(tick[changed], move[changed], channel)


def control_words(sheet: Sheet, every: I8, ppq: int, pace: Pace) -> list[Words]:
    """Return the events of a track's controllers for each of these channels."""
    controls, found = sheet.track.controls, []
    for target, number in CONTROLLERS.items():
        rows = controls[controls["target"] == target]
        if rows.size:
            rows = rows[np.argsort(rows["start"], kind="stable")]
            tick = ticks_of(rows["start"], ppq)
            value = np.clip(np.floor(127 * rows["value"] + 0.5), 0, 127).astype(np.int64)
            tick, value = (_switched if target in _SWITCHES else _moved)(tick, value, sheet.start, pace)
            found += [words("controller", tick, number, value, member) for member in every]
    return found


def _switched(tick: I8, value: I8, begun: I8, pace: Pace) -> tuple[I8, I8]:
    """Return the changes of a pedal, which may be lifted and pressed at one tick.

    The words of a tick are put in order of value: what exceeds its last value would outlast it.
    """
    kept = value <= value[np.searchsorted(tick, tick, side="right") - 1]
    tick, value = tick[kept], value[kept]
    order = np.lexsort((value, tick))
    tick, value = tick[order], value[order]
    changed = np.append(True, value[1:] != value[:-1])
    return tick[changed], value[changed]


def _moved(tick: I8, value: I8, begun: I8, pace: Pace) -> tuple[I8, I8]:
    """Return the changes of a controller: of those of one tick the last, thinned."""
    last = np.append(tick[1:] != tick[:-1], True)
    tick, value = tick[last], value[last]
    kept = thinned(tick, value, SLIGHT, begun, pace)
    return tick[kept], value[kept]


def thinned(tick: I8, value: I8, slight: float, begun: I8, pace: Pace, before: int | None = None) -> NDArray[np.bool_]:
    """Return which values (n,), each from its tick to the next, are to be written; `before` holds at first.

    Written is what differs from what was written last. Within `BRIEF` seconds of that, what is no more than `slight`
    away is left out if the next comes within `BRIEF` again, and no note begins (`begun`, in order) before that. So what
    is heard is off for less than twice as long, and who thins again leaves out nothing more.
    """
    changed: NDArray[np.bool_] = value != np.append(-1 if before is None else before, value[:-1])
    at = np.flatnonzero(changed)
    ticks, values = tick[at], value[at]
    seconds = pace(ticks)
    close = np.append(np.diff(seconds) < BRIEF, False)
    plays = np.searchsorted(begun, ticks)
    close &= np.append(plays[1:] == plays[:-1], False)
    if close.any():
        kept = np.ones(at.size, bool)
        last, since = before, -np.inf
        for n, (its, now, may_go) in enumerate(zip(values.tolist(), seconds.tolist(), close.tolist(), strict=True)):
            if its == last or (may_go and last is not None and abs(its - last) <= slight and now < since + BRIEF):
                kept[n] = False
            else:
                last, since = its, now
        changed[at[~kept]] = False
    return changed


def bend_words(sheet: Sheet, channel: I8, every: I8, ppq: int, pace: Pace, player: str) -> list[Words]:
    """Return the bend range and the bends of a track that needs any, each to half a step of 14 bits.

    `channel` (n,) is that of each note, `every` those that notes are played on. The range is the encoding's own, or
    the smallest of `BEND_RANGES` that has room. A bend right at its upper end is a step short of it: 14 bits count to
    16383.
    """
    start, bend = bends(sheet.track)
    bent = ticks_of(start, ppq)
    above = sheet.keys.above if sheet.above.any() else np.zeros(sheet.start.size)
    totals = []
    for member in every:
        own = slice(None) if every.size == 1 else channel == member
        begun = sheet.start[own]
        struck = begun if above.any() else np.empty(0, np.int64)
        tick = np.union1d(bent, struck)
        held_there = held(bent, bend, tick, 0.0)
        if struck.size:
            held_there = held_there + held(struck, above[own], tick, 0.0)
        totals.append((member, tick, np.clip(held_there, -MOST_BEND - 0.5, MOST_BEND + 0.5), begun))
    most = max((float(np.abs(total).max(initial=0.0)) for _, _, total, _ in totals), default=0.0)
    if not most and not any(tick.size for _, tick, *_ in totals):
        return []
    reach = sheet.keys.reach or int(BEND_RANGES[np.searchsorted(BEND_RANGES, most)])
    found = [] if sheet.keys.reach else parameter("range", reach, every)
    slight = FLAT * BEND_STEPS / reach
    for member, tick, total, begun in totals:
        number = np.clip(PLAYERS[player](total, reach), -BEND_STEPS, BEND_STEPS - 1).astype(np.int64) + BEND_STEPS
        kept = thinned(tick, number, slight, begun, pace, BEND_STEPS)
        tick, number = tick[kept], number[kept]
        found.append(words("bend", tick, number & 0x7F, number >> 7, member))
    return found
