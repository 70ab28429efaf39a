"""The drums: a beat as dense as the data, each drum in its own place in the bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Interval, MinLen
from typing_extensions import Doc

from composer.errors import Fault, InputError, pick
from composer.instruments import Instrument
from composer.instruments import drums as keys
from composer.mapping.lines import MOST_NOTES, Line
from composer.mapping.metre import TOUCH, Mask, backbeats, bar_length, bar_of, weight
from composer.parameters import Check
from composer.score import Meter, Notes, notes
from composer.units import F8, I8

SIXTEENTH = 0.25  # beats


@dataclass(frozen=True)
class Part:
    """What a drum does in a beat.

    `most` is the part of the bar's steps that sound at density 1, `answers` whether its even pattern begins at the
    backbeat, `shift` by what part of the bar it comes later still, and `likely` how likely each step is at density
    1, given its metric weight and whether it is a backbeat.
    """

    most: float
    answers: bool
    shift: float
    likely: Callable[[F8, Mask], F8]


PARTS = {
    "ground": Part(3 / 8, False, 0.0, lambda weight, back: np.where(back, weight / 4, weight)),
    "backbeat": Part(3 / 16, True, 0.0, lambda weight, back: np.where(back, 1.0, (1 - weight) / 8)),
    "pulse": Part(1.0, False, 0.0, lambda weight, back: np.maximum(weight, 0.6) ** 0.5),
    "fill": Part(5 / 16, False, 3 / 16, lambda weight, back: (1 - weight) / 2),
}
_PART_OF = {
    **dict.fromkeys(("acoustic bass drum", "bass drum"), "ground"),
    **dict.fromkeys(("side stick", "acoustic snare", "hand clap", "electric snare"), "backbeat"),
    **dict.fromkeys(("closed hi-hat", "pedal hi-hat", "open hi-hat", "ride cymbal 1", "ride cymbal 2"), "pulse"),
    **dict.fromkeys(("ride bell", "tambourine", "cabasa", "maracas", "mute triangle"), "pulse"),
}


def _known(names: tuple[str, ...]) -> None:
    for name in names:
        pick(keys(), name, "drum")


def drums(
    line: Line,
    meter: Meter,
    end: float,
    player: Instrument,
    rng: np.random.Generator,
    mode: Annotated[
        Literal["euclidean", "probability"],
        Doc("the density of the row at each bar, its strokes spread evenly; or that at each step, as a chance"),
    ] = "euclidean",
    kit: Annotated[tuple[str, ...], MinLen(1), Check(_known), Doc("the drums that play")] = (
        "bass drum",
        "acoustic snare",
        "closed hi-hat",
    ),
    steps: Annotated[int, Interval(ge=0, le=64), Doc("the steps of a bar; 0 for its sixteenths")] = 0,
    rotation: Annotated[int, Interval(ge=-64, le=64), Doc("by how many steps everything comes later")] = 0,
) -> Notes:
    """A beat from the first row to the end: the denser the row, the more strokes; the pitch is not used.

    Bass drums keep to the strong beats, snares to the backbeats, hi-hats and rides to the pulse, and other drums
    fill in between; strong places are struck harder.
    """
    if not player.is_drums:
        raise InputError(
            Fault(f"the {player.name} cannot play the role 'drums'", remedy='use instrument = "drums", or another role')
        )
    _known(kit)
    if not len(line):
        return notes([], [], [])
    bar = bar_length(meter)
    count = steps or max(round(bar / SIXTEENTH), 1)
    stop = line.until(end)
    first = int(bar_of(line.start[:1], meter)[0])
    bars = np.arange(first, max(np.ceil((stop - TOUCH) / bar), first + 1))
    if bars.size * count * len(kit) > MOST_NOTES:
        raise InputError(Fault(f"{bars.size} bars of {count} steps are too many", remedy="take fewer steps"))
    in_bar = np.asarray(np.arange(count) * (bar / count), np.float64)
    start = bars[:, None] * bar + in_bar
    row = line.sounding(start)
    inside = (start >= line.start[0] - TOUCH) & (start < stop - TOUCH)
    back = np.any(np.abs(in_bar[:, None] - np.array(backbeats(meter))) <= TOUCH, axis=1)
    stresses = weight(in_bar, meter)
    made = []
    for place, name in enumerate(dict.fromkeys(kit)):
        part = PARTS[_PART_OF.get(name, "fill")]
        if mode == "euclidean":
            late = round(backbeats(meter)[0] / bar * count) if part.answers and backbeats(meter) else 0
            late += round(part.shift * count) + (2 * place if part.shift else 0)
            struck = _even(line.density[row[:, 0]], part, count, late)
        else:
            chance = part.likely(stresses, back) * line.density[row]
            struck = rng.random(row.shape) < chance
        struck = np.roll(struck, rotation, axis=1) & inside
        stress = np.broadcast_to(0.6 + 0.4 * (np.maximum(stresses, back) if part.answers else stresses), row.shape)
        of = row[struck]
        made.append(
            notes(
                start[struck],
                np.minimum(bar / count, stop - start[struck]),
                keys()[name],
                line.velocity[of] * stress[struck],
                line.pan[of],
                line.row[of],
            )
        )
    together: Any = np.concatenate(made)
    return notes(**{name: together[name] for name in together.dtype.names})


def _even(density: F8, part: Part, steps: int, late: int) -> Mask:
    """Return the strokes (bars, steps) of a part: as many as each bar's density asks for, spread evenly."""
    pulses = np.floor(np.clip(density, 0, 1) * max(part.most * steps, 1) + 0.5).astype(np.int64)
    return np.roll(euclidean(np.minimum(pulses, steps), steps), late, axis=1)


def euclidean(pulses: I8, steps: int) -> Mask:
    """Return patterns (n, steps), each with `pulses` (n,) strokes as even as can be, the first on the first step.

    They are E(k, n) of G. Toussaint, The Euclidean Algorithm Generates Traditional Musical Rhythms (Bridges, 2005),
    up to rotation: a stroke at each step i where i·k mod n < k.
    """
    return (np.arange(steps) * pulses[:, None]) % steps < pulses[:, None]
