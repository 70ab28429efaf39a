"""Times eta on grids, by the composer, python-flint (Arb) and mpmath; and how many zeros of zeta a second it finds.

    python benchmarks/zeta.py [--quick]

CPU seconds of one process on one thread. The composer computes every point, once to warm up and then three times (the
median counts). The peers work point by point, so they compute a few points of the same grid, spread over it, and their
time is scaled to the whole; the table's foot says how many. Arb works with 100 + log2 t bits, mpmath with its usual 53.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read once, when numpy is first imported: so above it

import argparse
import time
from collections.abc import Callable, Iterator
from fractions import Fraction

from measure import cpu_seconds, machine

import composer

HEIGHTS = (400_000, 10**8, 10**12)
SIGMAS = (0.5, 0.75)
COUNTS = (300, 10_000, 1_000_000, 10_000_000)
QUICK_COUNTS = (300, 10_000)
RUNS = 3
RANGES = ((8, 600_270), (10**8, 10**8 + 10**4), (10**12, 10**12 + 10**3))
QUICK_RANGES = ((8, 2_000), (10**8, 10**8 + 100))

Evaluator = Callable[[Fraction, float], complex]


def flint_eta() -> Evaluator:
    """Return eta by Arb: its zeta times 1 - 2^(1 - s)."""
    import flint

    def eta(t: Fraction, sigma: float) -> complex:
        with flint.ctx.workprec(100 + int(t).bit_length()):
            s = flint.acb(sigma, flint.arb(flint.fmpq(t.numerator, t.denominator)))
            return complex(s.zeta() * (1 - flint.acb(2) ** (1 - s)))

    return eta


def mpmath_eta() -> Evaluator:
    """Return eta by mpmath's altzeta."""
    import mpmath

    return lambda t, sigma: complex(mpmath.altzeta(mpmath.mpc(sigma, mpmath.mpf(t.numerator) / t.denominator)))


# For each peer: its evaluator, and how many points it computes at each of HEIGHTS, in full and with --quick.
PEERS: dict[str, tuple[Callable[[], Evaluator], tuple[int, ...], tuple[int, ...]]] = {
    "python-flint": (flint_eta, (200, 100, 10), (20, 10, 1)),
    "mpmath": (mpmath_eta, (5, 5, 1), (1, 1, 0)),
}


def grid_at(height: int, count: int) -> composer.Grid:
    """Return the flagship's step, 1/15, for few points, and 1/1000 for many."""
    return composer.Grid(Fraction(height), Fraction(1, 15 if count <= 300 else 1000), count)


def spread_over(grid: composer.Grid, points: int) -> Iterator[Fraction]:
    """Yield so many points of a grid, evenly spread."""
    return (grid[k * len(grid) // points] for k in range(points))


def seconds_per_point(eta: Evaluator, height: int, sigma: float, points: int) -> float:
    """Return a peer's CPU seconds for one point near a height, warm."""
    eta(Fraction(HEIGHTS[0]), sigma)  # warms up
    grid = grid_at(height, 10_000)
    return cpu_seconds(lambda: [eta(t, sigma) for t in spread_over(grid, points)], 1) / points


def installed_peers() -> dict[str, Evaluator]:
    """Return the evaluators of the peers that are there, and name those that are not."""
    found = {}
    for name, (evaluator, _, _) in PEERS.items():
        try:
            found[name] = evaluator()
        except ImportError:
            print(f"{name} is not installed")
    return found


def print_values(quick: bool) -> None:
    """Print the table of CPU seconds for values of eta."""
    peers = installed_peers()
    head = ["points", "t", "sigma", "composer", *(title for name in peers for title in (name, "times ours"))]
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row, height in enumerate(HEIGHTS):
        for sigma in SIGMAS:
            per_point = {}
            for name, eta in peers.items():
                points = PEERS[name][2 if quick else 1][row]
                per_point[name] = seconds_per_point(eta, height, sigma, points) if points else None
            for count in QUICK_COUNTS if quick else COUNTS:
                grid = grid_at(height, count)
                composer.eta(grid, sigma)  # warms up
                ours = cpu_seconds(lambda grid=grid, sigma=sigma: composer.eta(grid, sigma), RUNS)
                cells = [f"{count:,}", f"{height:,}", f"{sigma}", f"{ours:.4f}"]
                for each in per_point.values():
                    cells += (
                        [f"{each * count:,.{0 if each * count >= 100 else 2}f}", f"{each * count / ours:,.0f}"]
                        if each
                        else ["not run", ""]
                    )
                print(f"| {' | '.join(cells)} |", flush=True)
    print()
    for name in peers:
        points = PEERS[name][2 if quick else 1]
        print(
            f"{name}: scaled from {', '.join(map(str, points))} points at t = {', '.join(map('{:,}'.format, HEIGHTS))}"
        )


def print_zeros(quick: bool) -> None:
    """Print how many zeros of zeta a second the composer finds, each range once."""
    print("\n| range | zeros | CPU seconds | zeros a second | count proved |\n|---|---|---|---|---|")
    for start, end in QUICK_RANGES if quick else RANGES:
        begun = time.process_time()
        found = composer.zeros(start, end)
        seconds = time.process_time() - begun
        proved = "yes" if found.count_proved else "NO"
        rate = f"{len(found) / seconds:,.0f}"
        print(f"| [{start:,}, {end:,}] | {len(found):,} | {seconds:.2f} | {rate} | {proved} |", flush=True)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes only, a few seconds")
    quick = parser.parse_args().quick
    print(f"eta on a grid, CPU seconds on one thread; {machine()}\n")
    print_values(quick)
    print_zeros(quick)


if __name__ == "__main__":
    main()
