"""Integrated loudness, as ITU-R BS.1770-4 defines it, measured while the sound goes by.

The sound is K-weighted (a high shelf for the head, a high pass for the ear), its power taken in blocks of 400 ms that
begin every 100 ms; of these, the mean of those that are above -70 LUFS and less than 10 LU below the mean of those.
The weighting's two filters are given there for 48 kHz: here they are made for any rate from the analogue filters
behind them (B. De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145, 2018).

A piece shorter than 400 ms has no whole block: it counts as one block of its own length.
"""

from __future__ import annotations

import math

import numpy as np

from composer.units import F4, F8

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


class LoudnessMeter:
    """Takes the blocks of mono or stereo sound, (channels, k), one after another, and knows their loudness."""

    def __init__(self, rate: int, channels: int) -> None:
        self.rate = rate
        self._sections = k_weighting(rate)
        self._state = np.zeros((2, channels, 2))
        self._frames = 0
        self._begun = 0.0  # the energy of the step that is not over
        self._steps: list[F8] = []  # energies of those that are

    def add(self, block: F4) -> None:
        """Measure the next frames."""
        k = block.shape[1]
        if k == 0:
            return
        power = self._power(block)
        # Steps begin at the frames floor(n rate / 10), from the first on: at no rate do they drift.
        first = (10 * self._frames + 9) // self.rate + 1
        last = (10 * (self._frames + k) + 9) // self.rate
        begins = np.arange(first, last + 1) * self.rate // 10 - self._frames
        begins = begins[(begins > 0) & (begins <= k)]
        self._frames += k
        if begins.size == 0:
            self._begun += float(power.sum())
            return
        edges = np.concatenate([[0], begins, [k]])
        sums = np.add.reduceat(np.append(power, 0.0), edges)[:-1]
        sums[np.diff(edges) == 0] = 0.0
        sums[0] += self._begun
        self._begun = float(sums[-1])
        self._steps.append(sums[:-1])

    def _power(self, block: F4) -> F8:
        from scipy.signal import sosfilt

        if not block.any() and np.abs(self._state).max() < 1e-100:
            self._state[:] = 0.0  # the filters' last ringing would take ages, being subnormal numbers
            return np.zeros(block.shape[1])
        weighted, self._state = sosfilt(self._sections, block.astype(np.float64), zi=self._state)
        return np.asarray(np.square(weighted).sum(axis=0))

    def loudness(self, gain: float = 1.0) -> float:
        """Return the integrated loudness, in LUFS, of all so far, at `gain` times its level; -inf for silence."""
        steps = np.concatenate([np.empty(0), *self._steps])
        if steps.size < _STEPS:
            energy = float(steps.sum()) + self._begun
            powers = np.array([energy / self._frames]) if self._frames else np.empty(0)
        else:
            begins = np.arange(steps.size + 1) * self.rate // 10
            span = begins[_STEPS:] - begins[:-_STEPS]
            powers = np.convolve(steps, np.ones(_STEPS), "valid") / span
        powers = powers * gain**2
        heard = powers[powers > _power_at(_LEAST)]
        if heard.size == 0:
            return -math.inf
        heard = heard[heard > heard.mean() * 10 ** (-_BELOW / 10)]
        return OFFSET + 10 * math.log10(float(heard.mean()))


def _power_at(level: float) -> float:
    return float(10 ** ((level - OFFSET) / 10))
