"""Fades, where the end of a stream is known only when it is there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from composer.outputs.mastering.fades import faded
from composer.outputs.stream import Stream
from composer.units import F4

RATE = 1000


def ones(frames: int, size: int, announced: int | None = None) -> Stream:
    def blocks() -> Iterator[F4]:
        yield from (np.ones((2, min(size, frames - at)), np.float32) for at in range(0, frames, size))

    return Stream(RATE, 2, frames if announced is None else announced, blocks)


def rise(length: int) -> F4:
    return (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / length)).astype(np.float32)


@pytest.mark.parametrize("size", [1, 7, 300, 5000])
@pytest.mark.parametrize("announced", [3000, 3500])
def test_along_raised_cosines(size: int, announced: int) -> None:
    found = faded(ones(3000, size, announced), 0.5, 1.0).read().samples
    expected = np.ones(3000, np.float32)
    expected[:500] *= rise(500)
    expected[-1000:] *= rise(1000)[::-1]
    assert found == pytest.approx(np.stack([expected] * 2, axis=1), abs=1e-6)
    assert not found[0].any() and not found[-1].any()
    assert (found[500:2000] == 1).all()


def test_fades_are_no_longer_than_the_sound() -> None:
    found = faded(ones(200, 64), 5.0, 5.0).read().samples[:, 0]
    assert found == pytest.approx(rise(200) * rise(200)[::-1], abs=1e-6)
    assert faded(ones(0, 64), 1.0, 1.0).read().samples.shape == (0, 2)


def test_no_fades_no_change() -> None:
    stream = ones(100, 10)
    assert faded(stream) is stream
