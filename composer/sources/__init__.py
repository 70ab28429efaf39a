"""Where numbers come from: every function that a piece's `[source]` can name, each returning a Table.

To add one: write a function of this room whose parameters carry a `Doc`, and its row here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from composer.sources import dynamics, noise, primes, signals, special, vertical
from composer.sources.grid import Grid
from composer.table import Table

__all__ = ["FUNCTIONS", "Function", "Grid"]


@dataclass(frozen=True)
class Function:
    """A source: the function, and the columns of the table that it returns (known before it is run)."""

    call: Callable[..., Table]
    columns: tuple[str, ...]


FUNCTIONS = {
    "eta": Function(vertical.eta, vertical.COLUMNS),
    "zeta": Function(vertical.zeta, vertical.COLUMNS),
    "hardy_z": Function(vertical.hardy_z, vertical.COLUMNS),
    "bessel_j": Function(special.bessel_j, ("x", "j", "slope")),
    "logistic_map": Function(dynamics.logistic_map, ("n", "x", "step")),
    "lorenz": Function(dynamics.lorenz, ("t", "x", "y", "z", "speed")),
    "prime_gaps": Function(primes.prime_gaps, ("n", "gap", "prime")),
    "noise": Function(noise.noise, ("n", "value")),
    "chirp": Function(signals.chirp, ("t", "value", "frequency")),
}
