"""The level of a whole piece."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from composer.outputs.stream import Stream
from composer.units import F4, amplitude_of_db

CEILING_DB = -1.0  # dBFS


def kept_below(stream: Stream, ceiling_db: float = CEILING_DB, spool: Path | None = None) -> Stream:
    """Return the stream with its peak at `ceiling_db` dBFS at most: one gain for the whole, never above 1.

    The peak is known only at the end, so the blocks wait in a nameless file in the folder `spool` (the system's
    for temporary files where None, which may be kept in memory).
    """

    def blocks() -> Iterator[F4]:
        with tempfile.TemporaryFile(prefix="composer-", dir=spool) as waiting:
            peak = 0.0
            sizes = []
            for block in stream.blocks():
                peak = max(peak, float(np.abs(block).max(initial=0.0)))
                sizes.append(block.shape[1])
                waiting.write(np.ascontiguousarray(block).data)
            waiting.seek(0)
            gain = np.float32(min(1.0, float(amplitude_of_db(ceiling_db)) / peak) if peak else 1.0)
            for size in sizes:
                block = np.frombuffer(waiting.read(4 * size * stream.channels), np.float32)
                yield block.reshape(stream.channels, size) * gain

    return Stream(stream.rate, stream.channels, stream.frames, blocks)
