"""The table of the partial sums of eta's series, for several t side by side."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.parameters import Check
from composer.sources.grid import Exact, Grid
from composer.sources.zeta import values as at
from composer.sources.zeta.partial import MOST_T, partial_sums
from composer.table import Table

MOST_PATHS = 12
_PATHS = 6


def _within(t: Decimal) -> None:
    if abs(t) > MOST_T:
        raise InputError(Fault(f"t = {t} is out of reach", remedy=f"stay within ±{MOST_T:,}".replace(",", " ")))


def _above_zero(step: Decimal) -> None:
    if step <= 0:
        raise InputError(Fault(f"a step of {step} leads nowhere", remedy="give a number above 0"))


def sums(
    t: Annotated[Exact, Check(_within), Doc("imaginary part of s of the first path, |t| ≤ 1e13")] = Exact(5_555_555),
    step: Annotated[Exact, Check(_above_zero), Doc("how far t is from path to path")] = Exact("0.1"),
    paths: Annotated[int, Interval(ge=1, le=MOST_PATHS), Doc("how many t")] = _PATHS,
    points: Annotated[int, Interval(ge=1, le=200_000), Doc("how many terms, a row each")] = 20_000,
    sigma: Annotated[float, Interval(ge=0.05, le=10), Doc("real part of s")] = 0.75,
) -> Table:
    """The partial sums of eta's series, term by term, for several t: the paths that they draw in the plane.

    A row is a term: its number, for each path k the sum's parts re_k and im_k and its distance from eta(s), away_k,
    and how often 1 was doubled to come to that number.
    """
    grid = Grid(t, step, paths)
    term = np.arange(1, points + 1, dtype=np.float64)
    columns = {"term": term}
    found = partial_sums([Fraction(point) for point in grid], sigma, points)[:, 1:]
    for k, (path, end) in enumerate(zip(found, at.eta(grid, sigma), strict=True)):
        parts = (path.real, path.imag, np.abs(path - end))
        columns |= dict(zip(_names(k), parts, strict=True))
    columns["octave"] = np.log2(term)
    return Table(columns, index=term)


def columns_of(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns of the table for these arguments."""
    paths = arguments.get("paths", _PATHS)
    count = paths if type(paths) is int and 1 <= paths <= MOST_PATHS else _PATHS
    return ("term", *(name for k in range(count) for name in _names(k)), "octave")


def _names(k: int) -> tuple[str, str, str]:
    return f"re_{k}", f"im_{k}", f"away_{k}"
