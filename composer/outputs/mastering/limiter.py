"""A limiter that looks ahead: the true peak stays at the ceiling, and what is below it is not touched at all.

Every frame asks for the gain that brings the highest point around it, between samples too, down to the ceiling. The
reduction (1 - gain) that is asked for is held for LOOK before and after, falls back by an exponential with the
time constant RELEASE, and is smoothed by two means that together look no further than it was held: so the gain has come
down where a peak needs it, gets there without a step, and is one for both channels, so that nothing moves on
the stage. Reductions are whole numbers of 2^-30: their sums are exact, and none is left where none was asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from composer.outputs.mastering.blocks import FRAMES, windowed
from composer.outputs.mastering.peaks import REACH, peaks_between
from composer.outputs.stream import Stream
from composer.units import F4, F8, I8, amplitude_of_db

LOOK = 0.0025  # s
RELEASE = 0.1  # s
_AIM = 10 ** (-0.1 / 20)  # peaks that are too high go so far below the ceiling: the moving gain bends the wave
_FULL = 2.0**30  # a reduction to nothing
_LEAST = 2.0**14  # what is left of a reduction is over at -96 dB


def limited(stream: Stream, ceiling_db: float = -1.0, size: int = FRAMES) -> Stream:
    """Return the stream, in blocks of `size` frames, with its true peak at `ceiling_db` dBTP at most."""
    return Stream(
        stream.rate,
        stream.channels,
        stream.frames,
        lambda: limited_blocks(stream.blocks(), stream.rate, float(amplitude_of_db(ceiling_db)), size),
    )


def limited_blocks(blocks: Iterable[F4], rate: int, ceiling: float, size: int = FRAMES) -> Iterator[F4]:
    """Yield the blocks, cut anew into regular ones, with no point of the wave above the amplitude `ceiling`."""
    limiter = Limiter(rate, ceiling)
    for window in windowed(blocks, limiter.reach, size):
        block, gain = window[:, limiter.reach : -limiter.reach], limiter.gain(window)
        yield block if gain is None else block * gain


class Limiter:
    """Takes blocks of a sound one after another, with `reach` frames before and after each, and returns their gains."""

    def __init__(self, rate: int, ceiling: float) -> None:
        self._look = max(round(LOOK * rate), 1)
        self._ceiling = ceiling
        self._decay = _Decay(rate)
        self.reach = 2 * self._look + REACH

    @property
    def at_rest(self) -> bool:
        """Whether nothing is left of a reduction: a block that stays below the ceiling may be passed over."""
        return not self._decay.held

    def gain(self, window: F4) -> F4 | None:
        """Return the gain of each frame of the next block, (k,), from its window (channels, reach + k + reach).

        None where it is 1.
        """
        look, ceiling = self._look, self._ceiling
        between = peaks_between(window, ceiling)
        highest = np.maximum(between[1:], between[:-1])  # around each frame from 2 look before the block
        if self.at_rest and highest.max() <= ceiling:
            return None
        wanted = np.ceil(np.where(highest > ceiling, 1.0 - _AIM * ceiling / np.maximum(highest, ceiling), 0.0) * _FULL)
        held = _highest_of_each(wanted, 2 * look + 1)
        k = window.shape[1] - 2 * self.reach
        reduction = _mean(_mean(self._decay.of(held, k), look + 1), look + 1)
        return np.asarray((1.0 - reduction / (_FULL * (look + 1) ** 2)).astype(np.float32))


def _highest_of_each(values: F8, width: int) -> F8:
    """Return the highest of each `width` values in a row.

    Two running maxima, forwards and backwards from every width-th value, have them between them (van Herk, "A fast
    algorithm for local minimum and maximum filters on rectangular and octagonal kernels", 1992).
    """
    spans = -(-values.size // width)
    padded = np.zeros((spans, width))
    padded.reshape(-1)[: values.size] = values
    onwards = np.maximum.accumulate(padded, axis=1).reshape(-1)
    backwards = np.maximum.accumulate(padded[:, ::-1], axis=1)[:, ::-1].reshape(-1)
    n = values.size - width + 1
    return np.maximum(backwards[:n], onwards[width - 1 : width - 1 + n])


def _mean(values: I8, width: int) -> I8:
    """Return the sums of each `width` values in a row."""
    total = np.concatenate([[0], np.cumsum(values)])
    return np.asarray(total[width:] - total[:-width])


class _Decay:
    """Lets reductions fall back slowly: y[n] = max(x[n], y[n - 1] e^(-1 / (RELEASE rate)))."""

    def __init__(self, rate: int) -> None:
        # As a running maximum of x[n] a^-n, times a^n; the powers are products of one rounded number, alike anywhere.
        kept = round(math.exp(-1 / (RELEASE * rate)) * 2**40) / 2**40
        self._kept = kept
        self._down = np.cumprod(np.full(FRAMES + 2 * round(LOOK * rate) + 2, kept))
        self._up = 1.0 / self._down
        self.held = 0.0  # what is left of the reduction before the next value

    def of(self, wanted: F8, k: int) -> I8:
        """Return what becomes of the reductions `wanted`; the next call begins `k` values later."""
        n = wanted.size
        start = wanted.copy()
        start[0] = max(start[0], self.held * self._kept)
        falling = np.maximum.accumulate(start * self._up[:n]) * self._down[:n]
        self.held = float(falling[k - 1]) if falling[k - 1] >= _LEAST else 0.0
        return np.maximum(np.rint(falling - _LEAST), wanted).astype(np.int64)
