"""Fades: the level rises from nothing at the start, and falls to nothing at the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np

from composer.outputs.stream import Stream
from composer.units import F4


def faded(stream: Stream, fade_in: float = 0.0, fade_out: float = 0.0) -> Stream:
    """Return the stream faded over its first and last seconds, along raised cosines; the whole of it at most.

    Where the stream ends is known only when it has ended: as much of it as the fade lasts is always held back.
    """
    first = min(round(fade_in * stream.rate), stream.frames)
    last = min(round(fade_out * stream.rate), stream.frames)
    if not first and not last:
        return stream

    def blocks() -> Iterator[F4]:
        at = held = 0
        waiting: deque[F4] = deque()
        for block in stream.blocks():
            waiting.append(_risen(block, at, first))
            at += block.shape[1]
            held += block.shape[1]
            while waiting and held - waiting[0].shape[1] >= last:
                held -= waiting[0].shape[1]
                yield waiting.popleft()
        for block in waiting:
            held -= block.shape[1]  # frames that come after it
            yield _risen(block[:, ::-1], held, min(last, at))[:, ::-1]

    return Stream(stream.rate, stream.channels, stream.frames, blocks)


def _risen(block: F4, at: int, length: int) -> F4:
    """Return the frames from `at` on of a rise that takes `length`, from 0 at the first to 1 after the last."""
    if at >= length:
        return block
    frame = np.minimum(np.arange(at, at + block.shape[1]), length)
    shape = 0.5 - 0.5 * np.cos(np.pi * frame / length)
    gain = (np.rint(shape * 2.0**23) * 2.0**-23).astype(np.float32)  # a cosine's last bits are the machine's
    return block * gain
