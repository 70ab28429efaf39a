"""Every function that a piece's `[source]` can name, each returning a Table.

To add one: write a function of this room whose parameters carry a `Doc`, and its row here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from composer.sources import dynamics, noise, planets, primes, signals, special, sums, tides, vertical, zeros
from composer.table import Table
from composer.units import F8


@dataclass(frozen=True)
class Function:
    """A source: the function, the columns of its table, and the event along its index.

    The columns are known before it is run: always the same, or from the arguments as the user wrote them, which
    may be faulty.
    """

    call: Callable[..., Table]
    columns: tuple[str, ...] | Callable[[Mapping[str, Any]], tuple[str, ...]]  # the second from the arguments
    event: str | None = None

    def columns_for(self, arguments: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the columns of the table that these arguments lead to."""
        return self.columns(arguments) if callable(self.columns) else self.columns


FUNCTIONS = {
    "eta": Function(vertical.eta, vertical.COLUMNS, "zeros"),
    "zeta": Function(vertical.zeta, vertical.COLUMNS, "zeros"),
    "hardy_z": Function(vertical.hardy_z, vertical.COLUMNS, "zeros"),
    "zeros": Function(zeros.zeros, ("t", "gap", "number")),
    "partial_sums": Function(sums.sums, sums.columns_of),
    "bessel_j": Function(special.bessel_j, ("x", "j", "slope")),
    "logistic_map": Function(dynamics.logistic_map, ("n", "x", "step")),
    "lorenz": Function(dynamics.lorenz, ("t", "x", "y", "z", "speed")),
    "prime_gaps": Function(primes.prime_gaps, ("n", "gap", "prime")),
    "noise": Function(noise.noise, ("n", "value")),
    "chirp": Function(signals.chirp, ("t", "value", "frequency")),
    "tides": Function(tides.tides, tides.columns_of),
    "planets": Function(planets.planets, planets.columns_of),
}

# What happens along an index by itself, for markers: from an index (n,), in any order, to the places where it does.
EVENTS: dict[str, Callable[[F8], F8]] = {"zeros": zeros.zeros_along}
