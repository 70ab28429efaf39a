"""Pitches between the keys in a `.mid`: each encoding says which key a note strikes, and what brings it to its pitch.

To add one: write a function from the pitches of a track, (n,), to its Keys, and its row in ENCODINGS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from composer.errors import Fault, InputError
from composer.outputs.events import Words, parameter, sysex
from composer.units import F8, I8

MPE_REACH = 48  # semitones: what the members of an MPE zone have at power-on
_CENTRE = 2**14  # steps of an MTS frequency in a semitone
_OCTAVE_STEPS = 2**13  # of an octave tuning in a semitone
_AT_ONCE = 127  # note changes in one message


@dataclass(frozen=True)
class Keys:
    """The keys that a track's notes strike, (n,), and how far above them they are to sound, (n,) semitones.

    `reach` is the range of its bends where the encoding decides it (0: the smallest that has room). `messages` and
    `set_up` go before all notes: from the channels of the track, to system exclusive messages and to words. In a
    `zone`, each note has a channel of its own.
    """

    key: I8
    above: F8
    reach: int = 0
    zone: bool = False
    messages: Callable[[tuple[int, ...]], list[bytes]] = field(default=lambda channels: [])
    set_up: Callable[[tuple[int, ...]], list[Words]] = field(default=lambda channels: [])


def rounded(pitch: F8, number: int = 0) -> Keys:
    """Each pitch goes to the nearest key."""
    key = nearest_key(pitch)
    return Keys(key, np.zeros(pitch.size))


def bent(pitch: F8, number: int = 0) -> Keys:
    """Each note strikes the nearest key, bent to its pitch; notes bent differently have channels in turn."""
    key = nearest_key(pitch)
    return Keys(key, pitch - key)


def expressive(pitch: F8, number: int = 0) -> Keys:
    """MPE: the track is a zone, and each note has a channel of its own with bends of 48 semitones."""
    key = nearest_key(pitch)
    return Keys(key, pitch - key, MPE_REACH, zone=True, set_up=_zone)


def tuned(pitch: F8, number: int = 0) -> Keys:
    """The MIDI Tuning Standard: the keys themselves are tuned, by messages at the start; nothing is bent.

    Where all octaves are alike, their twelve keys are tuned, on the track's channels. Elsewhere each of its pitches has
    a key of its own, near it and in their order, in the tuning program that is the track's `number`. Raises InputError
    for more pitches than there are keys, or tracks than programs. Source: the MIDI Tuning Updated Specification
    (CA-020): scale/octave tuning, and single note tuning change.
    """
    nearest = nearest_key(pitch)
    if (nearest == pitch).all():
        return rounded(pitch)
    octave = _octave(nearest, pitch)
    if octave is not None:
        return Keys(nearest, np.zeros(pitch.size), messages=lambda channels: [_octave_message(octave, channels)])
    pitches, which = np.unique(pitch, return_inverse=True)
    if pitches.size > 128 or number > 127:
        what = f"{pitches.size} different pitches on a track" if pitches.size > 128 else "more than 128 tracks"
        raise InputError(Fault(what, "tuning", 'MTS has 128 of each: use tuning = "bend" or "mpe"'))
    keys = _keys_in_order(pitches)
    changes = b"".join(map(_change, keys.tolist(), np.clip(pitches, 0, 127 + 16382 / _CENTRE).tolist()))
    messages = []
    for first in range(0, keys.size, _AT_ONCE):
        part = changes[4 * first : 4 * (first + _AT_ONCE)]
        messages.append(sysex(bytes([0x7F, 0x7F, 0x08, 0x02, number, len(part) // 4]) + part))

    def select(channels: tuple[int, ...]) -> list[Words]:
        return [*parameter("bank", 0, channels), *parameter("tuning", number, channels)]

    return Keys(keys[which], np.zeros(pitch.size), messages=lambda channels: messages, set_up=select)


def _octave(key: I8, pitch: F8) -> F8 | None:
    """Return by how many cents the twelve keys from C are to be raised, where that tunes all notes (n,)."""
    steps = np.floor(_OCTAVE_STEPS * (pitch - key) + 0.5).astype(np.int64)
    octave = np.zeros(12, np.int64)
    octave[key % 12] = steps
    fits = (octave[key % 12] == steps).all() and np.abs(steps).max() <= _OCTAVE_STEPS // 2
    return np.asarray(100 / _OCTAVE_STEPS * octave, np.float64) if fits else None


def _octave_message(cents: F8, channels: tuple[int, ...]) -> bytes:
    """Return the message that raises the twelve keys on channels: of one byte each, which General MIDI 2 knows, if
    they are whole cents; of two otherwise.

    The channels are a bit each, the last ones first.
    """
    mask = sum(1 << channel for channel in channels)
    which = bytes([mask >> 14, mask >> 7 & 0x7F, mask & 0x7F])
    whole = np.rint(cents)
    if np.abs(cents - whole).max() <= 50 / _OCTAVE_STEPS:
        return sysex(bytes([0x7F, 0x7F, 0x08, 0x08]) + which + bytes((whole + 64).astype(np.uint8)))
    values = np.rint(cents / 100 * _OCTAVE_STEPS).astype(np.int64) + _OCTAVE_STEPS
    return sysex(
        bytes([0x7F, 0x7F, 0x08, 0x09]) + which + bytes(b for v in values.tolist() for b in (v >> 7, v & 0x7F))
    )


def nearest_key(pitch: F8) -> I8:
    """Return the keys, 0..127, nearest to pitches (n,); half way, the higher."""
    return np.clip(np.floor(pitch + 0.5), 0, 127).astype(np.int64)


def _zone(channels: tuple[int, ...]) -> list[Words]:
    """Return the words by which a master channel, the first, gets the others for members (M1-100-UM, 2018)."""
    master, *members = channels
    return [*parameter("mpe", len(members), [master]), *parameter("range", MPE_REACH, members)]


def _keys_in_order(pitches: F8) -> I8:
    """Return a key for each of the rising pitches, (n,), rising too, none twice, none far from its pitch."""
    keys = nearest_key(pitches)
    for n in range(1, keys.size):
        keys[n] = max(keys[n], keys[n - 1] + 1)
    over = 127
    for n in range(keys.size - 1, -1, -1):
        keys[n] = min(keys[n], over)
        over = keys[n] - 1
    return keys


def _change(key: int, pitch: float) -> bytes:
    """Return the bytes that tune a key: itself, the key below the pitch, and 14 bits of the semitone above that."""
    steps = round(pitch * _CENTRE)
    return bytes([key, steps >> 14, steps >> 7 & 0x7F, steps & 0x7F])


def nearest_step(bend: F8, reach: int) -> F8:
    """Return the bend numbers, -8192..8191, nearest to bends (n,) in semitones; `reach` is what 8192 stands for."""
    return np.floor(BEND_STEPS * bend / reach + 0.5)


def for_fluidsynth(bend: F8, reach: int) -> F8:
    """Return the bend numbers with which FluidSynth comes to the nearest whole cent.

    It plays 127/128 of a bend and floors pitches to whole cents, as measured with version 2.3: so each is the first
    number that reaches its cent.
    """
    cents = np.floor(100 * bend + 0.5)
    return np.ceil((cents + _MARGIN) * (128 / 127) * BEND_STEPS / (100 * reach))


BEND_STEPS = 8192  # from no bend to the end of the range
_MARGIN = 0.01  # cents
PLAYERS: dict[str, Callable[[F8, int], F8]] = {"any": nearest_step, "fluidsynth": for_fluidsynth}
ENCODINGS: dict[str, Callable[..., Keys]] = {"bend": bent, "mpe": expressive, "mts": tuned, "round": rounded}
