"""How long work tells how far it is, and what it left out: callbacks, so that no terminal library enters the core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Report = Callable[[str], None]  # told, a line each, what a result does not hold


class Progress(Protocol):
    """Called now and then by work that may take over a second."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report that `done` of `total` steps of the stage with this name are finished."""


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing: the default wherever a Progress is taken."""


def unheard(line: str) -> None:
    """Report to nobody: the default wherever a Report is taken."""
