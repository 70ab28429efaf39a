"""Integrated loudness, as ITU-R BS.1770-4 defines it, measured while the sound goes by.

The sound is K-weighted (a high shelf for the head, a high pass for the ear), its power taken in blocks of 400 ms that
begin every 100 ms; of these, the mean of those that are above -70 LUFS and less than 10 LU below the mean of those.
The weighting's two filters are given there for 48 kHz: here they are made for any rate from the analogue filters
behind them (B. De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145, 2018).

A piece shorter than 400 ms has no whole block: it counts as one block of its own length.
"""

from __future__ import annotations

import math
from copy import copy
from functools import lru_cache

import numpy as np

from composer.outputs.threads import one_thread_each
from composer.units import F4, F8, I8

OFFSET = -0.691  # dB, so that 997 Hz at full scale in one channel are -3.01 LKFS
_LEAST = -70.0  # LUFS of a block that is looked at, at all
_BELOW = 10.0  # LU under the mean
_STEPS = 4  # of 100 ms, in a block


def k_weighting(rate: int) -> F8:
    """Return the K-weighting filter at a sample rate, as two second-order sections (2, 6) in scipy's order."""
    # The shelf: its frequency, its quality, its gain at the top, and the gain at the middle as a power of that.
    k = math.tan(math.pi * 1681.974450955533 / rate)
    q = 0.7071752369554196
    top = 10 ** (3.999843853973347 / 20)
    middle = top**0.4996667741545416
    shelf = [top + middle * k / q + k * k, 2 * (k * k - top), top - middle * k / q + k * k]
    poles = [1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k]
    k = math.tan(math.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    own = [1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k]
    high = [1.0, -2.0, 1.0, 1.0, own[1] / own[0], own[2] / own[0]]
    return np.array([[*(b / poles[0] for b in shelf), *(a / poles[0] for a in poles)], high])


_STATES = 4  # numbers that two sections keep from one sample to the next
_SPAN = 32  # samples that are filtered at once


class Blockwise:
    """A filter of two second-order sections, computed by spans of samples: products of matrices, without a loop.

    What comes out of a span is linear in its samples and in the state before it, and so is the state after it; the
    states are summed over the spans in steps that double. scipy's filters do the same, but take a second to import.
    """

    def __init__(self, sections: F8) -> None:
        # What an impulse, and each state by itself, makes of the outputs and of the state after a span.
        states, value = np.zeros((1 + _STATES, _STATES)), np.zeros(1 + _STATES)
        states[1:], value[0] = np.eye(_STATES), 1.0
        out, after = [], []
        for _ in range(_SPAN):
            states, heard = _step(sections, states, value)
            out.append(heard)
            after.append(states)
            value = np.zeros(1 + _STATES)
        impulse = np.array([heard[0] for heard in out])
        delay = np.arange(_SPAN)[None, :] - np.arange(_SPAN)[:, None]
        self._of_samples = np.where(delay >= 0, impulse[np.abs(delay)], 0.0)
        self._of_state = np.array([heard[1:] for heard in out]).T
        self._kept = np.array([one[1:] for one in after])  # the states after 1, 2, ... samples
        self._gained = np.array([one[0] for one in after])[::-1]  # of the span's samples, the first of them first

    def __call__(self, samples: F8, state: F8) -> tuple[F8, F8]:
        """Return the samples (channels, k) filtered, from the state (channels, 4) on, and the state after them."""
        channels, k = samples.shape
        spans = -(-k // _SPAN)
        padded = samples
        if spans * _SPAN != k:
            padded = np.zeros((channels, spans * _SPAN))
            padded[:, :k] = samples
        spanned = padded.reshape(channels, spans, _SPAN)
        states = np.empty((channels, spans + 1, _STATES))
        states[:, 0] = state
        with one_thread_each():
            np.matmul(spanned, self._gained, out=states[:, 1:])
            carried, by = self._kept[-1], 1
            while by <= spans:
                states[:, by:] += np.matmul(states[:, :-by], carried)
                carried, by = carried @ carried, 2 * by
            filtered = np.matmul(spanned, self._of_samples)
            filtered += np.matmul(states[:, :-1], self._of_state)
        last = k - (spans - 1) * _SPAN if spans else 0
        if not last:
            return samples, state
        # The last span may be a part of one: its own state, from that before it.
        part = np.matmul(spanned[:, -1, :last], self._gained[_SPAN - last :])
        return filtered.reshape(channels, -1)[:, :k], np.matmul(states[:, -2], self._kept[last - 1]) + part


def _step(sections: F8, states: F8, value: F8) -> tuple[F8, F8]:
    """Return the states (n, 4) after one sample each, and what comes out (n,): the transposed direct form II."""
    after = np.empty_like(states)
    for n, (b0, b1, b2, _, a1, a2) in enumerate(sections):
        first, second = states[:, 2 * n], states[:, 2 * n + 1]
        out = b0 * value + first
        after[:, 2 * n] = b1 * value - a1 * out + second
        after[:, 2 * n + 1] = b2 * value - a2 * out
        value = out
    return after, value


@lru_cache(maxsize=8)
def blockwise(rate: int) -> Blockwise:
    """Return the K-weighting filter at a sample rate."""
    return Blockwise(k_weighting(rate))


class LoudnessMeter:
    """Takes the blocks of mono or stereo sound, (channels, k), one after another, and knows their loudness.

    Blocks that are changed afterwards can be measured anew, alone.
    """

    def __init__(self, rate: int, channels: int) -> None:
        self.rate = rate
        self._filter = blockwise(rate)
        # Of each block: where it begins, the energies of the steps that it touches, and the filters' state before it.
        self._begins = [0]
        self._energies: list[F8] = []
        self._states = [np.zeros((channels, _STATES))]

    def add(self, block: F4) -> None:
        """Measure the next frames."""
        self._begins.append(self._begins[-1] + block.shape[1])
        energies, state = self._measured(block, self._begins[-2], self._states[-1])
        self._energies.append(energies)
        self._states.append(state)

    def times(self, gain: float) -> LoudnessMeter:
        """Return a meter that knows the same sound at `gain` times its level."""
        louder = copy(self)
        louder._begins = [*self._begins]
        louder._energies = [one * gain**2 for one in self._energies]
        louder._states = [one * gain for one in self._states]
        return louder

    def replace(self, number: int, block: F4) -> None:
        """Measure block `number` anew, which is `block` now; the next one is to be, too, for it hears the last."""
        self._energies[number], self._states[number + 1] = self._measured(
            block, self._begins[number], self._states[number]
        )

    def _measured(self, block: F4, begin: int, state: F8) -> tuple[F8, F8]:
        """Return the energies of a block's steps, and the filters' state after it."""
        k = block.shape[1]
        if k == 0:
            return np.empty(0), state
        edges = np.maximum(self._edges(self._step(begin), self._step(begin + k - 1) + 1) - begin, 0)
        if not block.any() and np.abs(state).max() < 1e-100:
            return np.zeros(edges.size), np.zeros_like(state)  # subnormal numbers would take ages
        weighted, after = self._filter(block.astype(np.float64), state)
        return np.add.reduceat(np.square(weighted, out=weighted), edges, axis=1).sum(axis=0), after

    # Steps begin at the frames floor(n rate / 10): at no rate do they drift.

    def _step(self, frame: int) -> int:
        return (10 * frame + 9) // self.rate

    def _edges(self, first: int, end: int) -> I8:
        return np.arange(first, end) * self.rate // 10

    def loudness(self, gain: float = 1.0) -> float:
        """Return the integrated loudness, in LUFS, of all so far, at `gain` times its level; -inf for silence."""
        frames = self._begins[-1]
        over = self._step(frames)  # as many are
        steps = np.zeros(over + 1)
        for begin, energies in zip(self._begins[:-1], self._energies, strict=True):
            first = self._step(begin)
            steps[first : first + energies.size] += energies
        if over < _STEPS:
            powers = np.array([float(steps.sum()) / frames]) if frames else np.empty(0)
        else:
            edges = self._edges(0, over + 1)
            powers = np.convolve(steps[:over], np.ones(_STEPS), "valid") / (edges[_STEPS:] - edges[:-_STEPS])
        powers = powers * gain**2
        heard = powers[powers > _power_at(_LEAST)]
        if heard.size == 0:
            return -math.inf
        heard = heard[heard > heard.mean() * 10 ** (-_BELOW / 10)]
        return OFFSET + 10 * math.log10(float(heard.mean()))


def _power_at(level: float) -> float:
    return float(10 ** ((level - OFFSET) / 10))
