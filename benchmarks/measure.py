"""How the benchmarks measure: CPU seconds of this process or of a child, and a child's peak memory."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence

import numpy as np


def cpu_seconds(work: Callable[[], object], runs: int) -> float:
    """Return the median CPU time, in seconds, of `runs` runs of `work`."""
    taken = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def child(command: Sequence[str]) -> tuple[float, float]:
    """Run a command; return its CPU seconds, user and system, and its peak memory in MB.

    Python keeps its compiled modules, as it does unless it is told not to: run a command once before it counts. And
    OpenBLAS has one thread, whoever uses numpy: those that have nothing to do wait busily at first. Where the system
    lets it, all is done on one processor: two that share a core count the same work twice.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["OPENBLAS_NUM_THREADS"] = "1"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment, preexec_fn=_on_one_processor)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def _on_one_processor() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def machine() -> str:
    """Return what the figures were measured on."""
    return f"Python {platform.python_version()}, numpy {np.__version__}, {platform.system()} {platform.machine()}"
