"""Keys that a file tunes: the MIDI Tuning Standard's single note changes, the channels that choose a program, octaves.

What is said last of a program, or of a channel's octaves, holds for the whole file, as a piece sets its tuning at its
beginning.
"""

from __future__ import annotations

import numpy as np

from composer.sources.smf.events import SYSEX, U1, Events
from composer.sources.smf.held import held
from composer.units import F8, I8

_UNIVERSAL, _REAL_TIME, _SINGLE_NOTES = (0x7E, 0x7F), 0x7F, b"\x08\x02"
_OCTAVES = {b"\x08\x08": 1, b"\x08\x09": 2}  # bytes for each of the twelve keys from C
_CHANNELS = 16
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


def octaves(data: bytes, found: Events, port: I8) -> dict[int, F8]:
    """Return by how many semitones the twelve keys from C are raised on each line that a file tunes so.

    `port` (n,) is that of each event. One byte is a cent, from 64; two are 8192 steps of a semitone, from 8192.
    """
    made: dict[int, F8] = {}
    metas = found.metas
    for n in np.flatnonzero(metas.kind == SYSEX).tolist():
        said = data[metas.offset[n] : metas.offset[n] + metas.length[n]].rstrip(b"\xf7")
        width = _OCTAVES.get(said[2:4], 0)
        if not width or said[0] not in _UNIVERSAL or len(said) < 7 + 12 * width:
            continue
        values = np.frombuffer(said, np.uint8, 12 * width, 7).astype(np.int64).reshape(12, width)
        raised = (values[:, 0] - 64) / 100 if width == 1 else ((values[:, 0] << 7 | values[:, 1]) - 2**13) / 2**13
        mask = said[4] << 14 | said[5] << 7 | said[6]
        first = _CHANNELS * int(port[metas.event[n]])
        made |= {first + channel: raised for channel in range(_CHANNELS) if mask >> channel & 1}
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
