"""The zeros as a source and as markers: against mpmath's zeros, in place between the notes, and told by describe."""

from __future__ import annotations

from decimal import Decimal

import mpmath
import numpy as np
import pytest

import composer
from composer.errors import InputError
from composer.sources.zeros import zeros, zeros_along

FIRST = [float(mpmath.zetazero(n).imag) for n in range(1, 8)]


def test_the_first_zeros_are_mpmath_s() -> None:
    table = zeros(Decimal(0), 6)
    assert table["t"] == pytest.approx(FIRST[:6], abs=1e-9)
    assert table["gap"] == pytest.approx(np.diff(FIRST), abs=1e-9)
    assert table["number"].tolist() == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("points", [1, 2, 100, 2000])
def test_as_many_as_asked_for_from_where_asked(points: int) -> None:
    table = zeros(Decimal(20), points)
    assert len(table) == points
    assert table["t"][0] == pytest.approx(FIRST[1], abs=1e-9)
    assert table["number"][0] == 2


def test_an_index_that_goes_below_0_passes_the_mirrored_zeros() -> None:
    assert zeros_along(np.array([26.0, -15.0, np.nan])) == pytest.approx([-FIRST[0], *FIRST[:3]], abs=1e-9)
    assert zeros_along(np.array([])).size == 0
    assert zeros_along(np.array([3.0])).size == 0


def test_markers_stand_in_their_places_between_the_notes() -> None:
    piece = {
        "source": {"function": "eta", "t": [10, 30], "points": 40},
        "track": [{"duration": 1.0}],
        "marker": [{"at": "zeros", "text": "{t:.2f}"}],
    }
    markers = composer.compose(piece).score.markers
    assert [marker.text for marker in markers] == [f"{zero:.2f}" for zero in FIRST[:3]]
    # Two rows a unit of t, a beat a row.
    assert [marker.beat for marker in markers] == pytest.approx([2 * (zero - 10) for zero in FIRST[:3]], abs=1e-6)


def test_what_happens_nowhere_is_refused() -> None:
    piece = {"source": {"function": "eta"}, "track": [{}], "marker": [{"at": "poles", "text": "x"}]}
    with pytest.raises(InputError, match=r"marker\[0\]\.at: no event along an index is called 'poles'"):
        composer.load(piece)
