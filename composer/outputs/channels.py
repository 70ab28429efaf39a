"""Channels and ports: which tracks play on which, and which of its channels each note of a track takes.

A channel has one pan, one bend and one instrument at a time. A track has a channel of its own, drums the one that
General MIDI keeps for them; sixteen channels are a port, and more tracks take more ports. What channels are left on
a port go to the tracks whose notes differ in pan or bend while they sound together, as voices of an MPE zone do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from composer.units import I8

DRUM_CHANNEL = 9
MELODIC = tuple(channel for channel in range(16) if channel != DRUM_CHANNEL)


@dataclass(frozen=True)
class Seat:
    """Where a track plays: a port, counted from 0, and its channels there, the first being its own."""

    port: int
    channels: tuple[int, ...]


def seats(wants: Sequence[int]) -> list[Seat]:
    """Return the seat of each track: 0 wants the drums' channel, n as many melodic ones as are left, 1 at least.

    Fifteen melodic tracks in turn share a port; drums are on the first. No two tracks share a melodic channel.

    >>> seats([1, 0, 2])
    [Seat(port=0, channels=(0,)), Seat(port=0, channels=(9,)), Seat(port=0, channels=(1, 2))]
    """
    made = [Seat(0, (DRUM_CHANNEL,))] * len(wants)
    melodic = [n for n, want in enumerate(wants) if want]
    for port, first in enumerate(range(0, len(melodic), len(MELODIC))):
        members = melodic[first : first + len(MELODIC)]
        counts = _shared([wants[n] for n in members], len(MELODIC))
        free = iter(MELODIC)
        for n, count in zip(members, counts, strict=True):
            made[n] = Seat(port, tuple(next(free) for _ in range(count)))
    return made


def zones(members: Sequence[bool]) -> list[Seat]:
    """Return the seat of each track as an MPE zone: its first channel is the master, the others are its members.

    `members` says which tracks are melodic. A port has a lower zone of eight members and an upper one of five,
    so that the drums' channel is left alone.
    """
    lower, upper = tuple(range(9)), tuple(range(15, DRUM_CHANNEL, -1))
    made, place = [], 0
    for melodic in members:
        made.append(Seat(place // 2, (lower, upper)[place % 2]) if melodic else Seat(0, (DRUM_CHANNEL,)))
        place += melodic
    return made


def _shared(wants: Sequence[int], most: int) -> list[int]:
    """Return how many of `most` each gets: one, then one more in turn to those who want more."""
    counts = [1] * len(wants)
    left = most - len(wants)
    while left and any(count < want for count, want in zip(counts, wants, strict=True)):
        for n, want in enumerate(wants):
            if left and counts[n] < want:
                counts[n] += 1
                left -= 1
    return counts


def voices(start: I8, end: I8, state: I8, most: int) -> tuple[I8, int]:
    """Return the voice, 0 .. most - 1, of each note, all (n,), in order of start, and how many notes clash.

    A note joins the voice that already has its `state` (its pan and bend), or takes the one that has been silent
    for the longest and gives it that state. Where none is silent, it takes the one that is so soonest, and clashes:
    it changes the state of notes that still sound.
    """
    taken = np.zeros(start.size, np.int64)
    if most == 1 or not start.size or (state == state[0]).all():
        return taken, _clashes(start, end, state)
    until, clashes = [-1] * most, 0
    states: list[int | None] = [None] * most
    for n, (begin, finish, its) in enumerate(zip(start.tolist(), end.tolist(), state.tolist(), strict=True)):
        if its in states:
            voice = states.index(its)
        else:
            voice = until.index(min(until))
            clashes += until[voice] > begin
        states[voice], until[voice] = its, max(until[voice], finish)
        taken[n] = voice
    return taken, clashes


def _clashes(start: I8, end: I8, state: I8) -> int:
    """Return how many notes, in order of start, begin in another state while one of the last still sounds."""
    if start.size < 2:
        return 0
    changes = state[1:] != state[:-1]
    return int((changes & (start[1:] < np.maximum.accumulate(end)[:-1])).sum())


def wanted(start: I8, end: I8, state: I8, most: int, rest: int = 0) -> int:
    """Return how many voices, `most` at most, notes (n,) in order of start want.

    They are as many as there ever are states at once, of notes that sound or have ended less than `rest` ticks
    ago: with so many, `voices` changes the state of none that has not been silent for `rest` ticks.
    """
    if not start.size or (state == state[0]).all() or (not rest and not _clashes(start, end, state)):
        return 1
    peak, ringing = 1, dict[int, int]()  # until when each state rings
    for begin, finish, its in zip(start.tolist(), (end + rest).tolist(), state.tolist(), strict=True):
        if its not in ringing:
            ringing = {other: until for other, until in ringing.items() if until > begin}
        ringing[its] = max(ringing.get(its, 0), finish)
        peak = max(peak, len(ringing))
        if peak >= most:
            return most
    return peak
