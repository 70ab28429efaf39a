"""Special functions of a real variable."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Interval
from typing_extensions import Doc

from composer.parameters import Check
from composer.sources.grid import Exact, Grid, Points, Range, within
from composer.table import Table


def bessel_j(
    x: Annotated[Range, Check(within(10**15)), Doc("the variable: from, to (excluded), |x| ≤ 1e15")] = (
        Exact(0),
        Exact(60),
    ),
    points: Points = 240,
    order: Annotated[float, Interval(ge=0, le=1000), Doc("the order nu")] = 0.0,
) -> Table:
    """The Bessel function of the first kind J_nu(x) and its derivative: a drum's or a chain's swing."""
    from scipy import special

    at = Grid.between(*x, points).floats()
    return Table({"x": at, "j": special.jv(order, at), "slope": special.jvp(order, at)}, index=at)
