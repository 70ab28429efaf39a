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


@dataclass(frozen=True, eq=False)
class Steps:
    """The steps of a bar: the metric weight of each, and whether it is a backbeat."""

    weight: F8
    back: Mask


def _spread(most: float, later: float = 0.0) -> Callable[[F8, Steps], Mask]:
    """Return the even pattern of `most` of the bar's steps at density 1, `later` by a part of the bar."""

    def struck(density: F8, steps: Steps) -> Mask:
        count = steps.back.size
        pulses = np.floor(density * max(most * count, 1) + 0.5).astype(np.int64)
        return np.roll(euclidean(pulses, count), round(later * count), axis=1)

    return struck


def _on_backbeats(density: F8, steps: Steps) -> Mask:
    number = np.cumsum(steps.back)  # of the backbeat, from 1
    return np.asarray(steps.back & (number <= np.floor(density[:, None] * (number[-1] + 1) + 0.5)))


@dataclass(frozen=True)
class Part:
    """What a drum does in a beat.

    `strokes` gives the steps (bars, steps) that sound at a density (bars,), and `likely` how likely each step is at
    density 1; a part that `answers` has its accents on the backbeats too.
    """

    strokes: Callable[[F8, Steps], Mask]
    likely: Callable[[Steps], F8]
    answers: bool = False


PARTS = {
    "ground": Part(_spread(3 / 8), lambda steps: np.where(steps.back, steps.weight / 4, steps.weight)),
    "backbeat": Part(_on_backbeats, lambda steps: np.where(steps.back, 1.0, (1 - steps.weight) / 8), answers=True),
    "pulse": Part(_spread(1.0), lambda steps: np.maximum(steps.weight, 0.6) ** 0.5),
    "fill": Part(_spread(5 / 16, later=3 / 16), lambda steps: (1 - steps.weight) / 2),
}
FILL = "fill"  # what a drum does that is not named here
_PART_OF = {
    **dict.fromkeys(("acoustic bass drum", "bass drum"), "ground"),
    **dict.fromkeys(("side stick", "acoustic snare", "hand clap", "electric snare"), "backbeat"),
    **dict.fromkeys(("closed hi-hat", "pedal hi-hat", "open hi-hat", "ride cymbal 1", "ride cymbal 2"), "pulse"),
    **dict.fromkeys(("ride bell", "tambourine", "cabasa", "maracas", "mute triangle"), "pulse"),
}


def _evenly(part: Part, place: int, density: F8, steps: Steps, rng: np.random.Generator) -> Mask:
    struck = part.strokes(density[:, 0], steps)
    return np.roll(struck, 2 * place, axis=1) if part is PARTS[FILL] else struck  # so that fills interlock


def _by_chance(part: Part, place: int, density: F8, steps: Steps, rng: np.random.Generator) -> Mask:
    return np.asarray(rng.random(density.shape) < part.likely(steps) * density)


# How a part, the kit's so many-th, plays at the density of each step (bars, steps): the steps that sound.
MODES: dict[str, Callable[[Part, int, F8, Steps, np.random.Generator], Mask]] = {
    "euclidean": _evenly,
    "probability": _by_chance,
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
    inside = (start >= line.start[0] - TOUCH) & (start < stop - TOUCH)
    row = line.sounding(start)
    density = np.clip(line.density[row], 0, 1)
    answering = np.rint(np.array(backbeats(meter)) / bar * count)
    grid = Steps(weight(in_bar, meter), np.isin(np.arange(count), answering))
    made = []
    for place, name in enumerate(dict.fromkeys(kit)):
        part = PARTS[_PART_OF.get(name, FILL)]
        struck = np.roll(MODES[mode](part, place, density, grid, rng), rotation, axis=1) & inside
        stress = 0.6 + 0.4 * (np.maximum(grid.weight, grid.back) if part.answers else grid.weight)
        begin, of = start[struck], row[struck]
        velocity = line.velocity[of] * np.broadcast_to(stress, row.shape)[struck]
        length = np.minimum(bar / count, stop - begin)
        made.append(notes(begin, length, keys()[name], velocity, line.pan[of], line.row[of]))
    together: Any = np.concatenate(made)
    return notes(**{name: together[name] for name in together.dtype.names})


def euclidean(pulses: I8, steps: int) -> Mask:
    """Return patterns (n, steps), each with `pulses` (n,) strokes as even as can be, the first on the first step.

    They are E(k, n) of G. Toussaint, The Euclidean Algorithm Generates Traditional Musical Rhythms (Bridges, 2005),
    up to rotation: a stroke at each step i where i·k mod n < k.
    """
    return (np.arange(steps) * pulses[:, None]) % steps < pulses[:, None]
