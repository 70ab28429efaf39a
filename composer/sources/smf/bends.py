"""Pitch bends in semitones, from the wheel and the range that registered parameter 0 sets."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from composer.score import MOST_BEND
from composer.sources.smf.events import U1
from composer.sources.smf.held import held
from composer.sources.smf.zones import MEMBER_REACH
from composer.units import F8, I8

_DATA_MSB, _DATA_LSB = 6, 38
_NRPN_LSB, _NRPN_MSB, _RPN_LSB, _RPN_MSB = 98, 99, 100, 101
_RESET = 121  # all controllers: the bend too, but not its range (MIDI's RP-015)
_CENTRE = 8192  # of 14 bits; so many steps lead up or down to the end of the range
_FINEST = 100 * _CENTRE  # parts of a semitone: a cent's steps
_REACH = 2  # semitones, at power-on
_NONE = -1


def bends(
    control: I8, number: U1, value: U1, wheel: I8, wheeled: I8, events: int, members: Collection[int] = ()
) -> tuple[I8, F8]:
    """Return the places where a channel's bend changes, and to how many semitones, each (m,), in order.

    `control` (n,) are the places of controllers, with their numbers and values; `wheel` (k,) those of the pitch
    wheel, with its 14 bits. Places are those of `held.places`, among so many events. A channel begins with a range
    of two semitones, those of `members` (lines of MPE zones) with 48, and with the wheel in the middle.
    """

    def last(which: NDArray[np.bool_], kept: U1, at: I8, otherwise: int) -> I8:
        return held(control[which], kept[which], at, events, otherwise)

    enters = np.isin(number, (_DATA_MSB, _DATA_LSB))
    resets = number == _RESET
    if not wheel.size:
        return np.empty(0, np.int64), np.empty(0)
    if enters.any():
        # Data entry is for the parameter selected last, and a reset selects none.
        selector = last(np.isin(number, (_NRPN_LSB, _NRPN_MSB, _RPN_LSB, _RPN_MSB, _RESET)), number, control, _NONE)
        enters &= (selector == _RPN_LSB) | (selector == _RPN_MSB)
        for half in (_RPN_LSB, _RPN_MSB):
            enters &= last(number == half, value, control, _NONE) == 0
    at = np.sort(np.concatenate([wheel, control[resets | enters]]))
    semitones = last(enters & (number == _DATA_MSB), value, at, _NONE)
    usual = np.where(np.isin(at // events, list(members)), MEMBER_REACH, _REACH) if members else _REACH
    semitones = np.where(semitones == _NONE, usual, semitones)
    cents = last(enters & (number == _DATA_LSB), value, at, 0)
    moved = np.concatenate([wheel, control[resets]])
    steps = held(moved, np.concatenate([wheeled - _CENTRE, np.zeros(int(resets.sum()), np.int64)]), at, events, 0)
    most = int(MOST_BEND * _FINEST)
    bend = np.clip(steps * (100 * semitones + cents), -most, most)
    same_line = at[1:] // events == at[:-1] // events
    changes = bend != np.concatenate([[0], np.where(same_line, bend[:-1], 0)])
    return at[changes], bend[changes] / _FINEST
