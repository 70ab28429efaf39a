"""Zeros per second, in CPU seconds of one process: `python benchmarks/zeros.py`."""

from __future__ import annotations

import time

from composer.sources.zeta.zeros import zeros

RANGES = ((8, 600_270), (10**8, 10**8 + 10**4), (10**12, 10**12 + 10**3))


def zeros_per_second() -> list[tuple[int, int, int, float, str]]:
    """Return for each range: its ends, the zeros found, CPU seconds, and what is known of their count."""
    rows = []
    for start, end in RANGES:
        begun = time.process_time()
        found = zeros(start, end)
        rows.append((start, end, len(found), time.process_time() - begun, found.statement))
    return rows


if __name__ == "__main__":
    for start, end, count, seconds, statement in zeros_per_second():
        print(f"[{start}, {end}]: {count} zeros in {seconds:.2f} s, {count / seconds:,.0f} a second; {statement}")
