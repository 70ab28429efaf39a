"""Blocks cut anew: at places that do not depend on how a stream came, and with what stands beside them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np

from composer.units import F4

FRAMES = 65_536  # of a regular block


def regular(blocks: Iterable[F4], size: int = FRAMES) -> Iterator[F4]:
    """Yield the same frames in blocks of `size`, the last of what is left; a stream of no frames has no blocks."""
    waiting: list[F4] = []
    held = 0
    for block in blocks:
        at = 0
        while held + block.shape[1] - at >= size:
            end = at + size - held
            waiting.append(block[:, at:end])
            yield waiting[0] if len(waiting) == 1 else np.concatenate(waiting, axis=1)
            waiting, held, at = [], 0, end
        if at < block.shape[1]:
            waiting.append(block[:, at:])
            held += block.shape[1] - at
    if held:
        yield np.concatenate(waiting, axis=1)


def windowed(blocks: Iterable[F4], reach: int, size: int = FRAMES) -> Iterator[F4]:
    """Yield each regular block with `reach` (up to `size`) frames before and after it; zeros stand outside the stream.

    All of them are (channels, reach + k + reach).
    """
    before: F4 | None = None
    block: F4 | None = None
    for after in regular(blocks, size):
        if block is not None:
            yield _between(before, block, after, reach)
            before = block
        block = after
    if block is not None:
        yield _between(before, block, None, reach)


def _between(before: F4 | None, block: F4, after: F4 | None, reach: int) -> F4:
    channels, k = block.shape
    window = np.zeros((channels, reach + k + reach), np.float32)
    window[:, reach : reach + k] = block
    if before is not None and reach:
        window[:, :reach] = before[:, -reach:]
    if after is not None:
        beside = after[:, :reach]
        window[:, reach + k : reach + k + beside.shape[1]] = beside
    return window


IN_MEMORY = 2**26  # bytes of sound that wait in memory, some three minutes of stereo; what comes after them, in a file


class Spool:
    """Sound that waits, in regular blocks, to be read as often as wanted; a context manager.

    The first IN_MEMORY bytes of it stay in memory, what comes after them in a nameless file in `folder`, or where None
    in the system's for temporary files, which may be kept in memory. No block that was added is to be changed.
    """

    def __init__(self, channels: int, folder: Path | None = None) -> None:
        self.channels = channels
        self._folder = folder
        self._kept: list[F4] = []
        self._filed: list[int] = []  # frames of each block in the file
        self._file: IO[bytes] | None = None
        self._read: dict[int, F4] = {}  # the last few that were read from it

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

    def __len__(self) -> int:
        """Return how many blocks there are."""
        return len(self._kept) + len(self._filed)

    def add(self, block: F4) -> None:
        """Append the frames of a regular block, (channels, k)."""
        if (len(self._kept) + 1) * 4 * self.channels * FRAMES <= IN_MEMORY:
            self._kept.append(block)
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="composer-", dir=self._folder)  # closed on leaving
        self._filed.append(block.shape[1])
        self._file.seek(0, os.SEEK_END)
        self._file.write(np.ascontiguousarray(block, np.float32).data)

    def block(self, number: int) -> F4 | None:
        """Return one of the blocks, None where there is none of this number."""
        if not 0 <= number < len(self):
            return None
        if number < len(self._kept):
            return self._kept[number]
        place = number - len(self._kept)
        if place not in self._read:
            assert self._file is not None
            frame = 4 * self.channels
            self._file.seek(place * frame * FRAMES)  # all but the last are whole
            data = self._file.read(frame * self._filed[place])
            while len(self._read) > _AROUND:
                del self._read[max(self._read, key=lambda other: abs(other - place))]
            self._read[place] = np.frombuffer(data, np.float32).reshape(self.channels, -1)
        return self._read[place]

    def blocks(self) -> Iterator[F4]:
        """Yield all blocks, from the start."""
        return (block for number in range(len(self)) if (block := self.block(number)) is not None)

    def window(self, number: int, reach: int) -> F4:
        """Return a block with `reach` (up to FRAMES) frames before and after it, as `windowed` does."""
        block = self.block(number)
        assert block is not None
        return _between(self.block(number - 1), block, self.block(number + 1), reach)


_AROUND = 2  # blocks that are kept, besides the one that was asked for
