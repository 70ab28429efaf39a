"""Tables of eta, zeta and Hardy's Z along a vertical line of the complex plane."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Interval
from typing_extensions import Doc

from composer.parameters import Check
from composer.progress import Progress, silent
from composer.sources.grid import Exact, Grid, Points, Range, within
from composer.sources.zeta import values as at
from composer.table import Table

COLUMNS = ("t", "re", "im", "abs", "arg")

Height = Annotated[Range, Check(within(at.MOST_T)), Doc("imaginary part of s: from, to (excluded), |t| ≤ 1e13")]
Sigma = Annotated[float, Interval(ge=-50, le=50), Doc("real part of s")]


def eta(
    t: Height = (Exact(400_000), Exact(400_020)),
    points: Points = 300,
    sigma: Sigma = 0.5,
    *,
    progress: Progress = silent,
) -> Table:
    """The Dirichlet eta function at sigma + i t: 1 - 1/2^s + 1/3^s - ..."""
    grid = Grid.between(*t, points)
    return _table(grid, at.eta(grid, sigma, progress))


def zeta(
    t: Height = (Exact(0), Exact(50)),
    points: Points = 300,
    sigma: Sigma = 0.5,
    *,
    progress: Progress = silent,
) -> Table:
    """The Riemann zeta function at sigma + i t: 1 + 1/2^s + 1/3^s + ..."""
    grid = Grid.between(*t, points)
    return _table(grid, at.zeta(grid, sigma, progress))


def hardy_z(t: Height = (Exact(0), Exact(50)), points: Points = 300, *, progress: Progress = silent) -> Table:
    """Hardy's Z function at t: zeta on the critical line turned to be real (im is 0, arg 0 or pi)."""
    grid = Grid.between(*t, points)
    return _table(grid, at.hardy_z(grid, progress).astype(np.complex128))


def _table(grid: Grid, values: at.C16) -> Table:
    t = grid.floats()
    columns = (t, values.real, values.imag, np.abs(values), np.angle(values))
    return Table(dict(zip(COLUMNS, columns, strict=True)), index=t)
