"""The logistic map against its own definition, the Lorenz system against a Runge-Kutta integration of our own."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from composer.errors import InputError
from composer.sources.dynamics import logistic_map, lorenz


def test_the_logistic_map_is_its_iteration() -> None:
    table = logistic_map(50, r=3.9, x0=0.3)
    x = 0.3
    for n in range(50):
        assert (table["n"][n], table["x"][n]) == (n, x)
        x = 3.9 * x * (1 - x)
    assert table["step"][0] == 0
    assert table["step"][1:].tolist() == (table["x"][1:] - table["x"][:-1]).tolist()


def test_the_logistic_map_s_cycle_of_two() -> None:
    # For 3 < r < 1 + sqrt 6 the orbit tends to the two roots of r² x² - r (r + 1) x + (r + 1) (May 1976).
    r = 3.2
    roots = sorted((r + 1 + sign * math.sqrt((r - 3) * (r + 1))) / (2 * r) for sign in (-1, 1))
    end = logistic_map(2000, r=r, x0=0.3)["x"][-4:]
    assert sorted(end[:2].tolist()) == pytest.approx(roots, abs=1e-14)
    assert end[:2].tolist() == end[2:].tolist()


def test_the_logistic_map_at_its_bounds() -> None:
    assert logistic_map(5, r=4, x0=0.5)["x"].tolist() == [0.5, 1, 0, 0, 0]
    assert logistic_map(3, r=0, x0=0.7)["x"].tolist() == [0.7, 0, 0]
    x = logistic_map(10**5, r=4, x0=0.3)["x"]
    assert np.all((x >= 0) & (x <= 1))


def runge_kutta(
    flow: Callable[[np.ndarray], np.ndarray], at: tuple[float, float, float], step: float, count: int
) -> np.ndarray:
    """Integrate by the classical fourth-order method, 100 steps to each of the `count` points."""
    state, h, path = np.array(at), step / 100, [np.array(at)]
    for _ in range(count - 1):
        for _ in range(100):
            k1 = flow(state)
            k2 = flow(state + h / 2 * k1)
            k3 = flow(state + h / 2 * k2)
            k4 = flow(state + h * k3)
            state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        path.append(state)
    return np.array(path).T


@pytest.mark.parametrize(
    ("sigma", "rho", "beta", "start"),
    [(10, 28, 8 / 3, (1, 1, 1)), (16, 45.92, 4, (-3, 2, 20)), (10, 0.5, 1, (5, 5, 5))],
)
def test_the_lorenz_path(sigma: float, rho: float, beta: float, start: tuple[float, float, float]) -> None:
    def flow(at: np.ndarray) -> np.ndarray:
        x, y, z = at
        return np.array([sigma * (y - x), x * (rho - z) - y, x * y - beta * z])

    table = lorenz(50, 0.04, sigma, rho, beta, start)  # two units of time: before chaos parts the two
    path = np.array([table["x"], table["y"], table["z"]])
    assert path[:, 0].tolist() == list(start)
    assert path == pytest.approx(runge_kutta(flow, start, 0.04, 50), rel=1e-5, abs=1e-5)
    assert table["speed"] == pytest.approx([np.linalg.norm(flow(at)) for at in path.T])
    assert table["t"].tolist() == [0.04 * k for k in range(50)] == table["index"].tolist()


def test_the_lorenz_system_rests_at_its_fixed_points() -> None:
    rho, beta = 20.0, 8 / 3  # below 24.74 the centres of the wings are stable
    side = math.sqrt(beta * (rho - 1))
    for centre in ((side, side, rho - 1), (-side, -side, rho - 1), (0.0, 0.0, 0.0)):
        table = lorenz(100, 0.04, 10.0, rho, beta, centre)
        for name, value in zip("xyz", centre, strict=True):
            assert table[name] == pytest.approx(np.full(100, value), abs=1e-6)
        assert np.all(table["speed"] < 1e-5)


def test_a_start_too_far_out_is_refused() -> None:
    with pytest.raises(InputError, match="too far out"):
        lorenz(5, start=(0.0, 0.0, 1.1e6))
