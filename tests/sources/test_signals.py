"""The chirp: its frequency at the ends, and that its phase is the integral of that frequency."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import numpy as np
import pytest

from composer.sources.signals import chirp

Sweep = Literal["linear", "logarithmic"]
SWEEPS: list[Sweep] = ["linear", "logarithmic"]


@pytest.mark.parametrize("sweep", SWEEPS)
@pytest.mark.parametrize(("first", "last"), [(0.5, 4.0), (4.0, 0.5)])
def test_the_frequency_goes_from_first_to_last(sweep: Sweep, first: float, last: float) -> None:
    table = chirp((Decimal(10), Decimal(26)), 100_000, first, last, sweep)
    frequency = table["frequency"]
    assert frequency[0] == first
    assert frequency[-1] == pytest.approx(last, rel=1e-4)  # the end itself is excluded
    assert np.all(np.diff(frequency) * (last - first) > 0)
    middle = {"linear": (first + last) / 2, "logarithmic": (first * last) ** 0.5}
    assert frequency[50_000] == pytest.approx(middle[sweep])


@pytest.mark.parametrize("sweep", SWEEPS)
def test_the_phase_is_the_integral_of_the_frequency(sweep: Sweep) -> None:
    table = chirp((Decimal(-3), Decimal(13)), 200_000, 0.5, 4.0, sweep)
    cycles = np.concatenate(
        [[0], np.cumsum((table["frequency"][1:] + table["frequency"][:-1]) / 2 * np.diff(table["t"]))]
    )
    assert table["value"] == pytest.approx(np.cos(2 * np.pi * cycles), abs=1e-6)


@pytest.mark.parametrize("sweep", SWEEPS)
def test_a_sweep_that_stays_is_a_cosine(sweep: Sweep) -> None:
    table = chirp((Decimal(0), Decimal(4)), 64, 1.0, 1.0, sweep)
    assert table["value"] == pytest.approx(np.cos(2 * np.pi * table["t"]), abs=1e-12)
    assert table["frequency"].tolist() == [1.0] * 64
