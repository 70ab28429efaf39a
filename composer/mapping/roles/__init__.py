from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from composer.mapping.lines import Line
from composer.score import Notes, notes


def melody(line: Line) -> Notes:
    """One note a row."""
    return notes(line.start, line.length, line.pitch, line.velocity, line.pan, line.row)


@dataclass(frozen=True)
class Role:
    call: Callable[..., Notes]
    size: float = 1.0


ROLES = {"melody": Role(melody), "bass": Role(melody)}
