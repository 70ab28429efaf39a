"""Dither: noise of a triangular density, two steps wide, added before samples become whole numbers.

Rounding alone is an error that follows the sound, and is heard as distortion where the sound is soft. With this noise
the error's mean and power are the same whatever the sound is (Lipshitz, Wannamaker & Vanderkooy, "Quantization and
dither", J. Audio Eng. Soc. 40, 1992). The noise of a frame depends on its number and the seed alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from composer.outputs.mastering.blocks import windowed
from composer.outputs.stream import Stream
from composer.units import F4, F8

_FINEST = 2.0**-16  # of the noise's steps, in those of the whole numbers

QUIET = 2048  # frames: digital silence is where no sample is heard within so many


def dithered(stream: Stream, bits: int = 16, seed: int = 0) -> Stream:
    """Return the stream (mono or stereo) rounded to whole numbers of `bits` bits, with dither.

    Digital silence stays what it is: a frame all of whose samples are 0, and those of QUIET frames before and after it.
    """
    full = 2.0 ** (bits - 1)

    def blocks() -> Iterator[F4]:
        at = 0
        for window in windowed(stream.blocks(), QUIET):
            k = window.shape[1] - 2 * QUIET
            noise = _steps(seed, at, k)[: stream.channels]
            sounds = np.asarray(window.any(axis=0))
            if not sounds[QUIET : QUIET + k].all():
                before = np.concatenate([[0], np.cumsum(sounds)])
                noise[:, before[2 * QUIET + 1 :] == before[: -2 * QUIET - 1]] = 0
            whole = np.multiply(window[:, QUIET : QUIET + k], full / _FINEST, dtype=np.float64)
            whole += noise
            whole *= _FINEST
            np.rint(whole, out=whole)
            np.minimum(np.maximum(whole, -full, out=whole), full - 1, out=whole)
            yield np.multiply(whole, 1 / full, dtype=np.float32, casting="same_kind")
            at += k

    return Stream(stream.rate, stream.channels, stream.frames, blocks)


def triangular(seed: int, first: int, frames: int) -> F8:
    """Return noise (2, frames) of a triangular density over -1..1, from the frame `first` on."""
    return np.asarray(_steps(seed, first, frames) * _FINEST, np.float64)


def _steps(seed: int, first: int, frames: int) -> NDArray[np.int32]:
    """Return that noise in its finest steps.

    A frame takes one number of 64 bits from the generator, which is moved to the first frame at once: its quarters are
    the two even ones, of 16 bits, whose difference is one channel's noise, and those of the other.
    """
    bits = np.random.PCG64(seed).advance(first).random_raw(frames)
    quarters = bits.astype("<u8", copy=False).view("<u2")
    steps = np.empty((2, frames), np.int32)
    for channel, row in enumerate(steps):
        np.subtract(quarters[2 * channel :: 4], quarters[2 * channel + 1 :: 4], out=row, dtype=np.int32)
    return steps
