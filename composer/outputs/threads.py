"""How many things are done at once: chunks by our own threads, and products of matrices by none of the library's.

OpenBLAS, which numpy's packages carry, splits even small products among threads that wait for each other busily. Of
this renderer's products that makes ten times the work; its chunks are in parallel themselves.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

_FOLDERS = ("../numpy.libs", ".libs", ".dylibs")  # of Linux, Windows and macOS, from numpy's own
_PREFIXES, _SUFFIXES = ("scipy_openblas", "openblas"), ("64_", "")


def cores() -> int:
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _library() -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """Return what gets and sets the number of OpenBLAS's threads, None where numpy has another library."""
    for folder in _FOLDERS:
        for path in sorted((Path(np.__file__).parent / folder).glob("*openblas*")):
            try:
                library = ctypes.CDLL(str(path))  # loaded already: a handle to the same
            except OSError:
                continue
            for prefix, suffix in ((p, s) for p in _PREFIXES for s in _SUFFIXES):
                try:
                    get, put = (getattr(library, f"{prefix}_{verb}_num_threads{suffix}") for verb in ("get", "set"))
                except AttributeError:
                    continue
                return get, put
    return None


class _Limit:
    """The library's threads are one while anybody wants that, and then what they were: the setting is the process's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted, self._before = 0, 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        found = _library()
        if found is None:
            yield
            return
        get, put = found
        with self._lock:
            if not self._wanted:
                self._before = get()
                put(1)
            self._wanted += 1
        try:
            yield
        finally:
            with self._lock:
                self._wanted -= 1
                if not self._wanted:
                    put(self._before)


one_thread_each = _Limit()
