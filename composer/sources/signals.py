"""Test signals."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Gt, Interval, Unit
from typing_extensions import Doc

from composer.parameters import Check
from composer.sources.grid import Exact, Grid, Points, Range, within
from composer.table import Table

Frequency = Annotated[float, Gt(0), Interval(le=1e6), Unit("cycles per unit of t")]


def chirp(
    t: Annotated[Range, Check(within(10**15)), Doc("time: from, to (excluded), |t| ≤ 1e15")] = (Exact(0), Exact(16)),
    points: Points = 240,
    first: Annotated[Frequency, Doc("frequency at the start")] = 0.1,
    last: Annotated[Frequency, Doc("frequency at the end")] = 2.0,
    sweep: Annotated[Literal["linear", "logarithmic"], Doc("how the frequency moves")] = "logarithmic",
) -> Table:
    """A wave whose frequency sweeps from one value to another."""
    from scipy import signal

    grid = Grid.between(*t, points)
    at = grid.floats()
    since, span = at - at[0], float(grid.count * grid.step)
    share = since / span
    glide = {"linear": first + (last - first) * share, "logarithmic": first * (last / first) ** share}
    value = signal.chirp(since, first, span, last, method=sweep)
    return Table({"t": at, "value": value, "frequency": np.asarray(glide[sweep])}, index=at)
