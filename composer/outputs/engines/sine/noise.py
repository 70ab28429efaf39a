"""Bands of noise, the same numbers on every machine: whole numbers drawn, and filtered by an exact product."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from composer.outputs.engines.sine.exact import sines
from composer.units import F8

SIZE = 2**16  # samples after which a band begins anew
_TAPS = 511
_STEP = 256
_SEED = 35


@lru_cache(maxsize=1)
def _white() -> F8:
    """Return noise of variance 1/3 or so, a bell of four dice, in multiples of 2^-15."""
    drawn = np.random.PCG64(_SEED).random_raw(SIZE).view(np.uint16).reshape(SIZE, 4)
    return np.asarray((drawn.astype(np.float64).sum(axis=1) - 131070.0) * 2.0**-16)


@lru_cache(maxsize=32)
def band(low: float, high: float, rate: int) -> F8:
    """Return noise between two frequencies (Hz), its root mean square 1: (SIZE,), to be repeated."""
    taps = _filter(max(low / rate, 0.0), min(high / rate, 0.5))
    white = _white()
    padded = np.concatenate([white, white[: _TAPS + _STEP]])
    rows = np.lib.stride_tricks.sliding_window_view(padded, _TAPS - 1 + _STEP)[:SIZE:_STEP]
    product = np.zeros((_TAPS - 1 + _STEP, _STEP))
    for k in range(_STEP):
        product[k : k + _TAPS, k] = taps
    noise = np.ascontiguousarray((rows @ product).ravel())
    # The drawn numbers' variance is 4 · (2^32 - 1) / 12 / 2^32.
    noise *= 1 / math.sqrt(math.fsum((taps * taps).tolist()) / 3)
    noise.setflags(write=False)
    return noise


def _filter(low: float, high: float) -> F8:
    """Return the taps of a band (edges in cycles a sample), a windowed sinc, in multiples of 2^-20."""
    n = np.arange(float(_TAPS)) - _TAPS // 2
    safe = np.where(n == 0, 1, n) * math.pi
    ideal = np.where(n == 0, 2 * (high - low), (sines(high * n)[0] - sines(low * n)[0]) / safe)
    window = 0.5 + 0.5 * sines(n / (_TAPS + 1.0))[1]
    return np.asarray(np.rint(ideal * window * 2.0**20) * 2.0**-20)


def looped(noise: F8, at: int, size: int) -> F8:
    """Return `size` samples of a band from `at` on."""
    at %= SIZE
    if at + size <= SIZE:
        return noise[at : at + size]
    return np.concatenate([noise[at:], np.resize(noise, size - (SIZE - at))])
