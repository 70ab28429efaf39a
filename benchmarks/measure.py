"""How the benchmarks measure: CPU seconds of this process, medians of several runs."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable

import numpy as np


def cpu_seconds(work: Callable[[], object], runs: int) -> float:
    """Return the median CPU time, in seconds, of `runs` runs of `work`."""
    taken = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def machine() -> str:
    """Return what the figures were measured on."""
    return f"Python {platform.python_version()}, numpy {np.__version__}, {platform.system()} {platform.machine()}"
