"""What a rule can set on a note, and in which units.

To add a target: its row in TARGETS, and its field in NOTE. To add a unit: its conversion in the row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from composer.mapping.scales import pitch_number
from composer.units import F8, amplitude_of_db, velocity_of_amplitude


@dataclass(frozen=True)
class Target:
    """A row of TARGETS.

    `units` converts each unit to the score's own, the first being the default unit; `range` is the default
    range in that unit, `default` the value where a track has no rule (None: the timing decides), `limits` what
    the score can hold, and `number` reads one end of a range, which may be a name.
    """

    doc: str
    units: Mapping[str, Callable[[F8], F8]]
    range: tuple[float, float]
    limits: tuple[float, float]
    default: float | None
    number: Callable[[Any], float] = float
    in_scale: bool = False

    @property
    def unit(self) -> str:
        """The default unit."""
        return next(iter(self.units))


def _same(values: F8) -> F8:
    return values


TARGETS = {
    "pitch": Target(
        "the key that is struck: a MIDI number (60 = C4), a note's or a drum's name; drawn to the scale",
        {"midi": _same},
        range=(48, 84),
        limits=(0, 127),
        default=60,
        number=pitch_number,
        in_scale=True,
    ),
    "duration": Target(
        "how long the note lasts, in beats (quarter notes) or seconds",
        {"beats": _same, "s": _same},
        range=(0.25, 2.0),
        limits=(1e-6, 1e6),
        default=None,
    ),
    "velocity": Target(
        "how hard the note is struck, 0..1; amplitude is its square",
        {
            "velocity": _same,
            "midi": lambda values: values / 127,
            "amplitude": velocity_of_amplitude,
            "int16": lambda values: velocity_of_amplitude(values / 32768),
            "db": lambda values: velocity_of_amplitude(amplitude_of_db(values)),
        },
        range=(0.3, 1.0),
        limits=(0.0, 1.0),
        default=0.8,
    ),
    "pan": Target(
        "where the note stands, -1 (left) to 1 (right)",
        {"pan": _same},
        range=(-1.0, 1.0),
        limits=(-1.0, 1.0),
        default=0.0,
    ),
}


def in_score(target: Target, numbers: Sequence[float], unit: str) -> F8:
    """Return numbers in the score's unit (NaN where `unit` does not reach)."""
    with np.errstate(all="ignore"):
        return np.asarray(target.units[unit](np.array(numbers, np.float64)), np.float64)
