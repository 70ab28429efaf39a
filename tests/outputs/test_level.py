"""One gain brings a stream under the ceiling, and leaves alone what is under it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from composer.outputs.level import kept_below
from composer.outputs.stream import Stream
from composer.units import F4


def stream_of(*blocks: list[float]) -> Stream:
    """Return a mono stream of these blocks."""

    def made() -> Iterator[F4]:
        yield from (np.array([block], np.float32) for block in blocks)

    return Stream(8000, 1, sum(map(len, blocks)), made)


def test_a_loud_stream_gets_one_gain() -> None:
    stream = kept_below(stream_of([0.5, 0.25], [], [-2.0], [1.0]))
    gain = 10 ** (-1 / 20) / 2
    assert (stream.rate, stream.channels, stream.frames) == (8000, 1, 4)
    assert stream.read().samples[:, 0] == pytest.approx(np.array([0.5, 0.25, -2.0, 1.0]) * gain, rel=1e-6)
    assert [block.shape for block in stream.blocks()] == [(1, 2), (1, 0), (1, 1), (1, 1)]


def test_the_ceiling_can_be_set() -> None:
    assert kept_below(stream_of([4.0]), -6.0).read().samples[0, 0] == pytest.approx(10 ** (-6 / 20), rel=1e-6)


@pytest.mark.parametrize("values", [[], [0.0], [0.5, -0.89], [1e-9]])
def test_a_quiet_stream_is_not_touched(values: list[float]) -> None:
    assert np.array_equal(kept_below(stream_of(values)).read().samples, stream_of(values).read().samples)


def test_blocks_begin_anew() -> None:
    stream = kept_below(stream_of([2.0], [1.0]))
    assert np.array_equal(stream.read().samples, stream.read().samples)
