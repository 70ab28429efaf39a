"""The memory of numpy's passing arrays: asked of the system once, not for each of them.

The C library of Linux gives an array of more than 128 KiB back to the system when it is let go of, and the system
clears each page that it hands out anew: with sound in blocks of half a megabyte, that takes more time than the
arithmetic. Once it has seen a larger block come back, it keeps what is smaller (mallopt(3), M_MMAP_THRESHOLD), up to
32 MiB; other systems' libraries do so by themselves.
"""

from __future__ import annotations

from functools import cache

import numpy as np

_MOST = 2**25 - 2**16  # bytes: what the library still learns from


@cache
def keep_memory() -> None:
    """Have memory that is let go of kept for the next array: up to 64 MiB of it, for the rest of the process."""
    np.empty(_MOST, np.uint8)  # never touched, and so never there
