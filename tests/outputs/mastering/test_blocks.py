"""Streams cut anew: nothing is lost, and the cuts do not depend on how they came."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from composer.outputs.mastering import blocks
from composer.outputs.mastering.blocks import FRAMES, Spool, regular, windowed
from composer.units import F4

SOUND = np.random.default_rng(1).standard_normal((2, 1000)).astype(np.float32)


def cut(*sizes: int) -> list[F4]:
    """Return SOUND in blocks of these sizes and what is left."""
    edges = [0, *np.cumsum(sizes).tolist(), SOUND.shape[1]]
    return [SOUND[:, a:b] for a, b in pairwise(edges)]


@pytest.mark.parametrize("sizes", [(), (1,), (0, 64, 64, 0, 128), (7,) * 100, (999,), (64,) * 15])
@pytest.mark.parametrize("size", [1, 64, 250, 1000, 5000])
def test_regular_blocks(sizes: tuple[int, ...], size: int) -> None:
    found = [*regular(cut(*sizes), size)]
    assert [block.shape[1] for block in found[:-1]] == [size] * (len(found) - 1)
    assert 0 < found[-1].shape[1] <= size
    assert np.array_equal(np.concatenate(found, axis=1), SOUND)


@pytest.mark.parametrize("reach", [0, 1, 40, 64])
def test_windows_see_what_stands_beside(reach: int) -> None:
    around = np.pad(SOUND, ((0, 0), (reach, reach)))
    at = 0
    for window in windowed(cut(*(7,) * 100), reach, 64):
        k = window.shape[1] - 2 * reach
        assert np.array_equal(window, around[:, at : at + k + 2 * reach])
        at += k
    assert at == SOUND.shape[1]


def test_nothing_has_no_blocks() -> None:
    assert [*regular([])] == [*regular([SOUND[:, :0]])] == [*windowed([], 3)] == []


@pytest.fixture(params=[0, 2 * 8 * FRAMES, 2**26], ids=["all in a file", "two blocks in memory", "all in memory"])
def memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Have a spool keep so many bytes in memory."""
    monkeypatch.setattr(blocks, "IN_MEMORY", request.param)
    return int(request.param)


@pytest.mark.usefixtures("memory")
def test_a_spool_gives_back_what_it_got_as_often_as_asked(tmp_path: Path) -> None:
    with Spool(2, tmp_path) as spool:
        for block in regular(cut(7, 300)):
            spool.add(block)
        for _ in range(2):
            assert np.array_equal(np.concatenate([*spool.blocks()], axis=1), SOUND)
        assert list(tmp_path.iterdir()) == []  # it has no name


@pytest.mark.parametrize("order", [range(4), [3, 0, 2, 2, 1], [1, 0, 3, 2]])
@pytest.mark.usefixtures("memory")
def test_a_spool_has_the_windows_of_its_blocks(order: Iterable[int], tmp_path: Path) -> None:
    sound = np.random.default_rng(2).standard_normal((2, 3 * FRAMES + 1000)).astype(np.float32)
    expected = [*windowed([sound], 500)]
    with Spool(2, tmp_path) as spool:
        for block in regular([sound]):
            spool.add(block)
        assert len(spool) == 4
        for number in order:
            assert np.array_equal(spool.window(number, 500), expected[number])
        assert spool.block(-1) is spool.block(4) is None


def test_a_long_sound_does_not_stay_in_memory(tmp_path: Path) -> None:
    block = np.ones((2, FRAMES), np.float32)
    block.setflags(write=False)
    with Spool(2, tmp_path) as spool:
        for _ in range(blocks.IN_MEMORY // block.nbytes + 3):
            spool.add(block)
        last = spool.block(len(spool) - 1)
        assert last is not block
        assert np.array_equal(last, block)
        assert spool.block(0) is block
