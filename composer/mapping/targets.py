"""What a rule can set, on a note or as automation that moves while notes sound, and in which units.

To add a target of the notes: its row in NOTE_TARGETS, and what it does in `arranging/tracks.py`. A controller that is
named in `score.CONTROLLERS` is a target by that. To add a unit: its conversion in the row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from composer.mapping.scales import pitch_number
from composer.score import BEND, CONTROLLERS, MOST_BEND
from composer.units import F8, amplitude_of_db, velocity_of_amplitude


@dataclass(frozen=True)
class Target:
    """A row of TARGETS.

    `units` converts each unit to the score's own, the first being the default unit; `range` is the default
    range in that unit, `default` the value where a track has no rule (None: the timing or the role decides),
    `limits` what the score can hold, and `number` reads one end of a range, which may be a name. What `moves`
    goes on between the notes, as automation. Targets of one `kind` differ in their doc alone.
    """

    doc: str
    units: Mapping[str, Callable[[F8], F8]]
    range: tuple[float, float]
    limits: tuple[float, float]
    default: float | None = None
    number: Callable[[Any], float] = float
    in_scale: bool = False
    moves: bool = False
    kind: str = ""

    @property
    def unit(self) -> str:
        """The default unit."""
        return next(iter(self.units))


def _same(values: F8) -> F8:
    return values


NOTE_TARGETS = {
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
    "onset": Target(
        "when the note begins, in beats or seconds from the start of the section; it takes the place of `time`",
        {"beats": _same, "s": _same},
        range=(0.0, 64.0),
        limits=(0.0, 1e6),
    ),
    "octave": Target(
        "by how many octaves, rounded to whole ones, the pitch is moved",
        {"octaves": _same},
        range=(-1.0, 1.0),
        limits=(-10.0, 10.0),
    ),
    "articulation": Target(
        "the share of its length that a note sounds: 0.3 is short and dry, 1 is bound to the next",
        {"share": _same},
        range=(0.3, 1.0),
        limits=(0.01, 4.0),
    ),
    "size": Target(
        "how many notes sound together: the size of a chord",
        {"notes": _same},
        range=(1.0, 4.0),
        limits=(1.0, 12.0),
    ),
    "density": Target(
        "how many of its steps a drum pattern or an arpeggio plays, 0 (none) to 1 (all)",
        {"share": _same},
        range=(0.0, 1.0),
        limits=(0.0, 1.0),
    ),
    "glide": Target(
        "for how many beats the pitch slides from the note before",
        {"beats": _same},
        range=(0.0, 0.5),
        limits=(0.0, 64.0),
    ),
}

AUTOMATION = {
    name: Target(
        f"the controller {name}, CC {number} in a .mid, 0..1, moving from row to row while notes sound",
        {"share": _same, "midi": lambda values: values / 127},
        range=(0.0, 1.0),
        limits=(0.0, 1.0),
        moves=True,
        kind="controller",
    )
    for name, number in CONTROLLERS.items()
} | {
    BEND: Target(
        "the bend of the pitch, moving from row to row while notes sound",
        {"semitones": _same, "cents": lambda values: values / 100},
        range=(-2.0, 2.0),
        limits=(-MOST_BEND, MOST_BEND),
        moves=True,
    )
}

TARGETS = NOTE_TARGETS | AUTOMATION

TEMPO = Target("the tempo, in quarter notes a minute", {"bpm": _same}, range=(80.0, 140.0), limits=(4.0, 1000.0))


def in_score(target: Target, numbers: Sequence[float], unit: str) -> F8:
    """Return numbers in the score's unit (NaN where `unit` does not reach)."""
    with np.errstate(all="ignore"):
        return np.asarray(target.units[unit](np.array(numbers, np.float64)), np.float64)
