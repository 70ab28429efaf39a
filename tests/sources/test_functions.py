"""What holds for every function of `[source]`, whichever it is: columns as declared, length as asked, the same
numbers for the same seed, frozen.

A million points are asked of every function but those of mpmath (eta, zeta, hardy_z: from 20 to 1000 points a
second) and the lorenz system, followed step by step (some 10 000 points a second).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from composer.parameters import REQUIRED, asked_for, parameters_of
from composer.sources.functions import FUNCTIONS
from composer.table import Table

SLOW = {
    "eta": 5,
    "zeta": 100,
    "hardy_z": 100,
    "lorenz": 3000,
    "planets": 2600,
    "partial_sums": 200_000,
}  # what is affordable in a test


def call(name: str, points: int, seed: int = 1, progress: Callable[..., None] | None = None) -> Table:
    """Return the table of a function, as `composer.sample` does, without its checks."""
    function = FUNCTIONS[name].call
    offered = {"rng": np.random.default_rng(seed), **({"progress": progress} if progress else {})}
    return function(points=points, **asked_for(function, offered))


def assert_as_declared(name: str, table: Table, points: int) -> None:
    assert table.names == FUNCTIONS[name].columns_for({})
    assert len(table) == points
    for column in (*table.names, "index"):
        assert table[column].shape == (points,)
        assert np.isfinite(table[column]).all()
        assert not table[column].flags.writeable


@pytest.mark.parametrize("points", [1, 2, 5])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_few_points(name: str, points: int) -> None:
    assert_as_declared(name, call(name, points), points)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_many_points(name: str) -> None:
    points = SLOW.get(name, 10**6)
    assert_as_declared(name, call(name, points), points)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_one_seed_one_table(name: str) -> None:
    first, again = call(name, 5), call(name, 5)
    for column in (*first.names, "index"):
        assert first[column].tobytes() == again[column].tobytes()


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if "rng" in FUNCTIONS[name].call.__annotations__])
def test_another_seed_gives_another_table(name: str) -> None:
    first, other = call(name, 20, seed=1), call(name, 20, seed=2)
    assert any(not np.array_equal(first[column], other[column]) for column in first.names)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_index_rises(name: str) -> None:
    assert np.all(np.diff(call(name, 5)["index"]) > 0)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_everything_may_keep_its_default(name: str) -> None:
    assert all(parameter.default is not REQUIRED for parameter in parameters_of(FUNCTIONS[name].call))


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if "progress" in FUNCTIONS[name].call.__annotations__])
def test_progress_is_told_to_the_end(name: str) -> None:
    told: list[tuple[str, int, int]] = []
    call(name, 3, progress=lambda stage, done, total: told.append((stage, done, total)))
    assert {stage for stage, _, _ in told} == {name}
    assert told[-1][1] == told[-1][2]
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
