"""Automation: values at moments become the points of a controller that moves between them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from composer.score import BEND, CONTROL, CONTROLLERS, MOST_BEND, Controls
from composer.units import F8, I8

Curve = Literal["line", "step"]
SHORTEST = 1 / 32  # beats: points closer than this are not told apart
_STEP = {**dict.fromkeys(CONTROLLERS, 1 / 127), BEND: 1 / 32}  # a change smaller than this is not heard


def automation(target: str, start: F8, value: F8, curve: Curve = "line") -> Controls:
    """Return CONTROL points for a target's values (in the score's units) at moments in beats, both (n,).

    Missing values are passed over. On a `line`, points are set between two moments wherever the value has moved
    by as much as can be heard; the first value holds from beat 0 on.
    """
    known = np.isfinite(start) & np.isfinite(value)
    order = np.argsort(start[known], kind="stable")
    at, to = start[known][order], value[known][order]
    last_there = np.append(at[1:] != at[:-1], True)[: at.size]
    at, to = at[last_there], to[last_there]
    if curve == "line" and at.size > 1:
        at, to = _between(at, to, _STEP[target])
    if at.size and at[0] > 0:
        at, to = np.append(0.0, at), np.append(to[0], to)
    changed = np.append(True, to[1:] != to[:-1])[: at.size]
    return controls(target, at[changed], to[changed])


def glides(start: F8, length: F8, pitch: F8, beats: F8, furthest: float = MOST_BEND) -> Controls:
    """Return the bends that let each note slide from the pitch of the one before, all (n,), in order of start.

    The slide lasts `beats`, but no longer than the note and never into the next, in a straight line of semitones; a
    leap of more than `furthest` semitones does not slide.
    """
    leap = np.concatenate([[0.0], pitch[:-1] - pitch[1:]])
    slides = np.flatnonzero((leap != 0) & (np.abs(leap) <= furthest) & (beats > 0) & (start > 0))
    over = np.minimum(start + np.minimum(beats, length), np.append(start[1:], np.inf)[: start.size])
    begin, end = start[slides], over[slides]
    parts = [controls(BEND, np.zeros(1), np.zeros(1))]
    for moment, last, from_ in zip(begin, end, leap[slides], strict=True):
        at, to = _between(np.array([moment, last]), np.array([from_, 0.0]), _STEP[BEND])
        parts.append(controls(BEND, at, to))
    return np.concatenate(parts)


def controls(target: str, start: F8, value: F8) -> Controls:
    """Return a CONTROL array from moments and values, (n,)."""
    made = np.empty(start.size, CONTROL)
    made["start"], made["target"], made["value"] = start, target, value
    return made


def _between(at: F8, to: F8, step: float) -> tuple[F8, F8]:
    """Return the points with those of the straight lines between them put in, a step of value apart."""
    heard = np.ceil(np.abs(np.diff(to)) / step)
    parts: I8 = np.clip(np.minimum(heard, np.floor(np.diff(at) / SHORTEST)), 1, None).astype(np.int64)
    first = np.cumsum(parts) - parts
    which = np.repeat(np.arange(parts.size), parts)
    share = (np.arange(which.size) - first[which]) / parts[which]
    moments = at[which] + share * np.diff(at)[which]
    values = to[which] + share * np.diff(to)[which]
    return np.append(moments, at[-1]), np.append(values, to[-1])
