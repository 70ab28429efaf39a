"""A track as a `.mid` plays it: its notes in ticks and 7-bit numbers, with the keys that they strike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from composer.errors import located
from composer.instruments import Instrument, instrument
from composer.outputs.keys import BEND_STEPS, Keys
from composer.outputs.ticks import ticks_of
from composer.score import Track
from composer.units import F8, I8

TAIL = 0.5  # beats: after its end a note may still ring, and its channel is better not bent
_BEND_STEP = 2 / BEND_STEPS  # semitones: the finest that a bend can be told


@dataclass(frozen=True)
class Sheet:
    """A track with its notes in order of start, each (n,): start and end in ticks, pan 1..127, and keys.

    `place` is the pan before it was rounded, -1..1.
    """

    track: Track
    start: I8
    end: I8
    pan: I8
    place: F8
    velocity: I8
    keys: Keys

    @property
    def player(self) -> Instrument:
        """The instrument that plays it."""
        return instrument(self.track.instrument)

    @property
    def above(self) -> I8:
        """How far each note is bent from its key, in the finest steps that there are."""
        steps: I8 = np.floor(self.keys.above / _BEND_STEP + 0.5).astype(np.int64)
        return steps

    @property
    def state(self) -> I8:
        """What a channel has to have for each note: two that differ cannot share one while they sound together."""
        if self.keys.zone:
            return np.arange(self.start.size, dtype=np.int64)
        return (256 * self.above + self.pan).astype(np.int64)

    def rest(self, ppq: int) -> int:
        """Return for how many ticks a channel should be silent before it is bent to another pitch."""
        return round(TAIL * ppq) if self.above.any() else 0

    def members(self, channels: tuple[int, ...]) -> tuple[int, ...]:
        """Return those of its channels that notes are played on: in a zone, all but the master."""
        return channels[1:] if self.keys.zone else channels

    def common(self, channels: tuple[int, ...]) -> tuple[int, ...]:
        """Return those of its channels that are told what all notes have in common: in a zone, the master alone."""
        return channels[:1] if self.keys.zone else channels


def sheet_of(number: int, track: Track, ppq: int, encoding: Callable[..., Keys]) -> Sheet:
    """Return the `number`th track in ticks, its pitches written by a row of `ENCODINGS`; see `ticks_of`."""
    notes = track.notes
    with located(f"track {track.name!r}"):
        start, end = ticks_of(notes["start"], ppq), ticks_of(notes["start"] + notes["length"], ppq)
        order = np.argsort(start, kind="stable")
        keys = encoding(np.ascontiguousarray(notes["pitch"])[order], number)
    velocity = np.clip(np.floor(127 * notes["velocity"] + 0.5), 1, 127).astype(np.int64)
    place = np.clip(notes["pan"], -1, 1)[order]
    pan = np.floor(64.5 + 63 * place).astype(np.int64)
    return Sheet(track, start[order], np.maximum(end, start + 1)[order], pan, place, velocity[order], keys)
