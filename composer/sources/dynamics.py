"""Dynamical systems: deterministic, yet never the same twice."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Gt, Interval, Unit
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.sources.grid import Points
from composer.table import Table


def logistic_map(
    points: Points = 200,
    r: Annotated[float, Interval(ge=0, le=4), Doc("growth rate; chaos from 3.57 on")] = 3.9,
    x0: Annotated[float, Interval(ge=0, le=1), Doc("first value")] = 0.5,
) -> Table:
    """The logistic map x -> r x (1 - x): periodic, then chaotic as r grows (May, Nature 261, 1976)."""
    x = np.empty(points)
    value = x0
    for n in range(points):
        x[n] = value
        value = r * value * (1 - value)
    return Table({"n": np.arange(points), "x": x, "step": np.diff(x, prepend=x[0])})


def lorenz(
    points: Points = 400,
    step: Annotated[float, Gt(0), Interval(le=1), Unit("time units"), Doc("time between points")] = 0.04,
    sigma: Annotated[float, Interval(ge=0, le=100), Doc("Prandtl number")] = 10.0,
    rho: Annotated[float, Interval(ge=0, le=500), Doc("Rayleigh number over its critical value")] = 28.0,
    beta: Annotated[float, Interval(ge=0, le=100), Doc("shape of the convection rolls")] = 8 / 3,
    start: Annotated[tuple[float, float, float], Doc("x, y, z at time 0")] = (1.0, 1.0, 1.0),
) -> Table:
    """The Lorenz system, two wings that a path circles without end (J. Atmos. Sci. 20, 1963)."""
    # Not solve_ivp: its steps go through BLAS, whose last digits differ from one processor to another, and in
    # chaos the last digit soon is the first.
    from scipy.integrate import odeint

    def flow(at: np.ndarray, _: float) -> list[float]:
        x, y, z = at
        return [sigma * (y - x), x * (rho - z) - y, x * y - beta * z]

    if max(map(abs, start)) > 1000:
        raise InputError(Fault("the start is too far out", "start", "keep x, y and z within a thousand"))
    t = step * np.arange(points + 1)  # one more than is kept: a path of one point is none to the integrator
    path, facts = odeint(flow, start, t, rtol=1e-10, atol=1e-10, full_output=True, printmessg=False, mxstep=100_000)
    if facts["message"] != "Integration successful.":
        raise InputError(Fault("the path could not be followed", remedy="take a smaller step"))
    x, y, z = at = path[:-1].T
    speed = np.sqrt(np.sum(np.square(flow(at, 0.0)), axis=0))
    return Table({"t": t[:-1], "x": x, "y": y, "z": z, "speed": speed}, index=t[:-1])
