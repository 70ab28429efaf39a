"""What plays a score: each engine turns it into sound, as a stream with a stereo pair for each group of tracks.

To add one: write a function of the form of `Plays`, whose settings carry a `Doc`, and its row here. A piece names it
and its settings in `[sound]`: `engine = "sine"`, or `engine = { name = "sine", ... }`.

An engine plays the performance (velocity, volume, expression, pan, bends, the sustain pedal) at its own level, which
may go beyond full scale: gains, reverb, loudness and limiting come after it, in `composer.outputs.sound`. Where several
groups are asked for, each has its own two channels, 2g and 2g + 1, and all of them the same length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from composer.outputs.engines.fluidsynth.engine import about, fluidsynth, reverberates
from composer.outputs.engines.reference import reference
from composer.outputs.engines.sine import sine
from composer.outputs.stream import Stream

Groups = tuple[tuple[int, ...], ...]  # the numbers of the tracks whose sound stays together
Plays = Callable[..., Stream]  # (score, rate in Hz, Hz of A4, groups, settings by name)


@dataclass(frozen=True)
class Engine:
    """A function that plays, and whether what it plays is mastered; where not, its samples go into the file as is.

    `about` returns, from the engine's settings, what a listener may want to know of it: a version, a soundfont;
    `reverberates` whether the engine itself plays what tracks send to the reverb.
    """

    call: Plays
    mastered: bool = True
    about: Callable[..., str] | None = None
    reverberates: Callable[..., bool] | None = None


ENGINES: dict[str, Engine] = {
    "sine": Engine(sine),
    "fluidsynth": Engine(fluidsynth, about=about, reverberates=reverberates),
    "reference": Engine(reference, mastered=False),
}


@dataclass(frozen=True)
class Chosen:
    """An engine by its name, and its settings."""

    name: str = "sine"
    settings: Mapping[str, Any] = field(default_factory=dict)
