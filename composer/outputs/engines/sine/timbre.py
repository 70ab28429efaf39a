"""Voices at one sample rate: all partials of all of them in one table, and their envelopes as samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.instruments import Voice
from composer.outputs.engines.sine.exact import power_of_2, sines
from composer.units import F8, I8

BLOCK = 256  # samples a row of the product: a row of a mix, and the longest that a factor stands for
ROWS = 256
_GOLDEN = 0.6180339887498949
SILENT = 2.0**-20  # what has decayed below this is over


@dataclass(frozen=True)
class Partials:
    """The partials of every voice, one after another, as sines that decay or sustain.

    Of voice v they are `begin[v] : begin[v] + count[v]` of the others, each (partials,): the frequency as a multiple
    of the note's, the amplitude (the squares of a voice's sum to 1, or less with its noise), the octaves by which
    it decays a frame, the octaves by which it falls as a note's velocity goes from 1 to 0, and which of the voice's it
    is. What falls to a sustain level is two of them.
    """

    begin: I8
    count: I8
    ratio: F8
    level: F8
    decay: F8
    soft: F8
    nth: F8

    @classmethod
    def of(cls, voices: Sequence[Voice], rate: int) -> Partials:
        """Return the table of these voices."""
        tables = [_partials(voice, rate) for voice in voices]
        count = np.array([len(table) for table in tables], np.int64)
        columns = np.concatenate([np.empty((0, 5)), *tables]).T
        return cls(np.cumsum(count) - count, count, *columns)


def _partials(voice: Voice, rate: int) -> F8:
    """Return the rows of one voice: ratio, level, decay, soft, nth."""
    power = math.fsum(level * level for _, level in voice.partials) * (1 + (voice.noise.level**2 if voice.noise else 0))
    rows = []
    for nth, (ratio, level) in enumerate(voice.partials):
        level /= math.sqrt(power)
        soft = voice.brightness * math.log2(max(ratio, 1.0))
        octaves = max(ratio, 1.0) ** voice.damping / (math.log(2) * voice.envelope.decay * rate)
        sustain = voice.envelope.sustain
        rows += [(ratio, level * sustain, 0.0, soft, nth)] if sustain > 0 else []
        rows += [(ratio, level * (1 - sustain), octaves, soft, nth)] if sustain < 1 else []
    return np.array(rows, np.float64).reshape(-1, 5)


@dataclass(frozen=True)
class Edges:
    """What the beginnings and ends of a voice's notes are multiplied by, in windows of up to `ROWS` rows.

    `ramp` has BLOCK zeros before the note and ones after its attack, `fade` has BLOCK ones before the release and
    zeros after it: half a cosine each, that no corner clicks.
    """

    attack: int  # frames
    release: int
    ramp: F8
    fade: F8

    @classmethod
    def of(cls, voice: Voice, rate: int) -> Edges:
        """Return those of one voice."""
        attack, release = (max(round(seconds * rate), 1) for seconds in (voice.envelope.attack, voice.envelope.release))
        rest = (ROWS + 1) * BLOCK
        ramp = [np.zeros(BLOCK), half_cosine(attack), np.ones(rest)]
        fade = [np.ones(BLOCK), 1 - half_cosine(release + 1)[1:], np.zeros(rest)]
        return cls(attack, release, np.concatenate(ramp), np.concatenate(fade))

    def rising(self, since: int, rows: int) -> F8:
        """Return rows (rows, BLOCK) of the attack from `since` frames after a note's first, -BLOCK at least."""
        at = min(since, self.attack) + BLOCK
        return self.ramp[at : at + rows * BLOCK].reshape(rows, BLOCK)

    def fading(self, since: int, rows: int) -> F8:
        """Return the same of the release, from `since` frames after the note is let go."""
        at = min(since, self.release) + BLOCK
        return self.fade[at : at + rows * BLOCK].reshape(rows, BLOCK)


def phase_of(copy: NDArray[Any], nth: NDArray[Any]) -> F8:
    """Return the turns with which a partial begins: none, or in a second copy different ones.

    So the two copies are nowhere twice as loud, nor silent, in all partials at once.
    """
    return np.asarray(copy * (nth * _GOLDEN + 0.25))


def half_cosine(frames: int) -> F8:
    """Return the rise from 0 to 1 (which would be the next sample) in `frames` frames."""
    return 0.5 - 0.5 * sines(np.arange(frames) / (2.0 * frames))[1]


def loudness_of_soft(voice: Voice, velocity: F8) -> F8:
    """Return the gain that gives a note of each velocity the power it has at velocity 1, before its own gain."""
    if not voice.brightness:
        return np.ones_like(velocity)
    ratio, level = np.array(voice.partials).T
    power = np.zeros_like(velocity)
    for k in range(ratio.size):
        octaves = voice.brightness * math.log2(max(ratio[k], 1.0)) * (1 - velocity)
        power += level[k] ** 2 * power_of_2(-2 * octaves)
    return np.asarray(np.sqrt(math.fsum(level * level) / power))
