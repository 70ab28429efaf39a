"""The command line: one verb a file, each a thin door to the Python API."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any


def main() -> None:
    """Run the `composer` program: exit status 0 done, 1 the input is at fault, 2 the call's words are off."""
    # A polite kill, or a terminal that is closed, unwinds the stack as Ctrl-C does: no half-written file stays behind.
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            signal.signal(number, _terminated)
    # Threads for numpy's products of matrices would begin by waiting busily; ours are made in threads of our own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from composer.cli.application import app  # here, so that Ctrl-C while all is loading ends quietly too

        app()()
    except KeyboardInterrupt:
        sys.exit(130)


def _terminated(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)
