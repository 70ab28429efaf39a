"""Fades: the level rises from nothing at the start, and falls to nothing at the end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from composer.outputs.stream import Stream
from composer.units import F4


def faded(stream: Stream, fade_in: float = 0.0, fade_out: float = 0.0) -> Stream:
    """Return the stream faded over its first and last seconds, along raised cosines; the whole of it at most."""
    first = min(round(fade_in * stream.rate), stream.frames)
    last = min(round(fade_out * stream.rate), stream.frames)
    if not first and not last:
        return stream

    def blocks() -> Iterator[F4]:
        at = 0
        for block in stream.blocks():
            frame = np.arange(at, at + block.shape[1])
            at += block.shape[1]
            if frame.size and (frame[0] < first or frame[-1] >= stream.frames - last):
                gain = _rise(frame, first) * _rise(stream.frames - 1 - frame, last)
                yield block * gain
            else:
                yield block

    return Stream(stream.rate, stream.channels, stream.frames, blocks)


def _rise(frame: np.ndarray[tuple[int, ...], np.dtype[np.int64]], length: int) -> F4:
    """Return the gain of frames of a rise that takes `length`, 0 at the first and 1 after the last."""
    if not length:
        return np.ones(frame.size, np.float32)
    shape = 0.5 - 0.5 * np.cos(np.pi * np.minimum(frame, length) / length)
    return (np.rint(shape * 2.0**23) * 2.0**-23).astype(np.float32)  # a cosine's last bits are the machine's
