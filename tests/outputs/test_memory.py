"""Memory that is let go of is kept for the next array: counted in pages that the system hands out, not timed."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries do as they like")
CODE = """
import resource
import numpy as np
from composer.outputs.memory import keep_memory
{first}
def pages():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(100):
        [np.ones(2**17) for _ in range(8)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
pages()
print(pages())
"""


def pages(first: str) -> int:
    """Return the pages that eight arrays of a megabyte at a time take, a hundred times, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", CODE.format(first=first)], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_arrays_take_the_pages_of_those_before_them() -> None:
    assert pages("keep_memory()") < 1000  # of 204,800


def test_it_is_that_call_which_does_it() -> None:
    assert pages("np.empty(2**16, np.uint8)") > 10_000
