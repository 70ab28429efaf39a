"""Keys that a file tunes: the MIDI Tuning Standard's single note changes, and the channels that choose a program.

What a program says last holds for the whole file, as a piece sets its tuning at its beginning.
"""

from __future__ import annotations

import numpy as np

from composer.sources.smf.events import SYSEX, U1, Events
from composer.sources.smf.held import held
from composer.units import F8, I8

_REAL_TIME, _SINGLE_NOTES = 0x7F, b"\x08\x02"
_SELECT_MSB, _SELECT_LSB, _ENTRY = 101, 100, 6
_TUNING_PROGRAM = 3  # the registered parameter
_CENTRE = 2**14  # steps of a semitone
_UNCHANGED = b"\x7f\x7f\x7f"


def programs(data: bytes, found: Events) -> dict[int, F8]:
    """Return the pitches of the 128 keys in each tuning program that the file sets, as MIDI numbers."""
    made: dict[int, F8] = {}
    metas = found.metas
    for n in np.flatnonzero(metas.kind == SYSEX).tolist():
        said = data[metas.offset[n] : metas.offset[n] + metas.length[n]].rstrip(b"\xf7")
        if len(said) < 6 or said[0] != _REAL_TIME or said[2:4] != _SINGLE_NOTES:
            continue
        keys = made.setdefault(said[4], np.arange(128, dtype=np.float64))
        for at in range(6, min(6 + 4 * said[5], len(said) - 3), 4):
            key, below, high, low = said[at : at + 4]
            if key < 128 and said[at + 1 : at + 4] != _UNCHANGED:
                keys[key] = below + (high << 7 | low) / _CENTRE
    return made


def tuned(made: dict[int, F8], place: I8, number: U1, value: U1, at: I8, key: U1, events: int) -> F8:
    """Return the pitches of keys (m,) struck at places `at` (see `held.places`), in the programs chosen there.

    `place`, `number` and `value` (k,) are the controllers of all lines, among so many events.
    """
    pitch = key.astype(np.float64)
    entry = number == _ENTRY
    chosen = [
        held(place[number == selector], value[number == selector], place[entry], events, -1)
        for selector in (_SELECT_MSB, _SELECT_LSB)
    ]
    selects = (chosen[0] == 0) & (chosen[1] == _TUNING_PROGRAM)
    program = held(place[entry][selects], value[entry][selects], at, events, -1)
    for wanted, keys in made.items():
        pitch = np.where(program == wanted, keys[key], pitch)
    return pitch
