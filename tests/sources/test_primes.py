"""The primes against trial division and against how many there are below a million."""

from __future__ import annotations

from itertools import pairwise

import pytest

from composer.sources.primes import prime_gaps


def is_prime(number: int) -> bool:
    """Whether nothing divides the number: the slow plain model."""
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


NAIVE = [number for number in range(6000) if is_prime(number)]


def test_the_first_primes_and_their_gaps() -> None:
    points = len(NAIVE) - 1
    table = prime_gaps(points)
    assert table["prime"].tolist() == NAIVE[:-1]
    assert table["gap"].tolist() == [after - before for before, after in pairwise(NAIVE)]
    assert table["n"].tolist() == list(range(1, points + 1)) == table["index"].tolist()


@pytest.mark.parametrize("points", range(1, 40))
def test_few_primes(points: int) -> None:
    # The estimate of the sieve's limit is tightest here.
    assert prime_gaps(points)["prime"].tolist() == NAIVE[:points]


def test_how_many_there_are_below_a_million() -> None:
    table = prime_gaps(78_498)  # pi(10^6)
    assert table["prime"][-1] == 999_983
    assert table["gap"][-1] == 20  # 1 000 003 comes next


def test_the_millionth_prime() -> None:
    assert prime_gaps(10**6)["prime"][-1] == 15_485_863
