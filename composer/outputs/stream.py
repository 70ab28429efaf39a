"""Audio on its way: planar blocks made when asked for, so that memory does not grow with length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from composer.outputs.tags import Tags
from composer.score import Audio
from composer.units import F4


@dataclass(frozen=True)
class Stream:
    """Sound at `rate` Hz: `blocks()` starts anew and yields (channels, k) float32, one by one.

    There are `frames` frames at the most: what rings until it is silent may be over sooner. Files say what the `tags`
    say, and what they keep in 16 bits is dithered with the seed `dither`, or just rounded where it is None.
    """

    rate: int
    channels: int
    frames: int
    blocks: Callable[[], Iterator[F4]]
    tags: Tags = Tags()  # noqa: RUF009 (frozen)
    dither: int | None = None

    def read(self) -> Audio:
        """Return the whole as Audio, in memory."""
        samples = np.empty((self.frames, self.channels), np.float32)
        at = 0
        for block in self.blocks():
            samples[at : at + block.shape[1]] = block.T
            at += block.shape[1]
        return Audio(samples[:at], self.rate)
