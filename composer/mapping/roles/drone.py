"""The drone: a pedal note under everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval
from typing_extensions import Doc

from composer.instruments import Instrument
from composer.mapping.harmony import Classes, scale_classes, triad_on
from composer.mapping.lines import Line
from composer.mapping.metre import TOUCH, bar_length
from composer.mapping.register import folded, pitched
from composer.score import Meter, Notes
from composer.score import notes as notes_of
from composer.units import F8

LOW = 36  # C2: the pedal lies in the octave above, or in the instrument's lowest


def drone(
    line: Line,
    scale: F8,
    player: Instrument,
    meter: Meter,
    end: float,
    tonic: int,
    notes: Annotated[
        Literal["root", "root-fifth", "chord"], Doc("the key's tonic, with its fifth, or its whole triad")
    ] = "root-fifth",
    bars: Annotated[int, Interval(ge=1, le=1024), Doc("how many bars it lasts until it is struck again")] = 4,
) -> Notes:
    """The tonic held low from the first row to the end; each stroke is as loud as the row that sounds then.

    Where the track's scale lacks the key's tonic, the drone is on the next note above that it has.
    """
    pitched(player, "drone")
    if not len(line):
        return notes_of([], [], [])
    own = scale_classes(scale)
    root = min(own, key=lambda other: (other - tonic) % 12)
    floor = max(player.lowest, LOW)
    ground = floor + (root - floor) % 12
    triad = triad_on(root, own)
    pitches = folded(np.array([ground + (other - root) % 12 for other in HELD[notes](triad)], np.float64), player)
    start = _strokes(float(line.start[0]), line.until(end), bars * bar_length(meter))
    length = np.diff(np.append(start, line.until(end)))
    of = line.sounding(start)
    of, stroke = np.repeat(of, pitches.size), np.repeat(np.arange(start.size), pitches.size)
    pitch = np.tile(pitches, start.size)
    return notes_of(start[stroke], length[stroke], pitch, line.velocity[of], line.pan[of], line.row[of])


def _strokes(first: float, last: float, step: float) -> F8:
    """Return the first beat, then every multiple of `step` after it and before the last."""
    later = np.arange(np.floor((first + TOUCH) / step) + 1, np.ceil((last - TOUCH) / step)) * step
    return np.append(first, later)


HELD: dict[str, Callable[[Classes], Classes]] = {
    "root": lambda triad: triad[:1],
    "root-fifth": lambda triad: triad[::2],
    "chord": lambda triad: triad,
}
