"""The roles of tracks: each turns a line of mapped values into notes by rules of music, and keeps their rows.

To add one: write a function whose options carry a `Doc`, and its row in ROLES. It may ask for the fields of
Setting, by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from composer.instruments import Instrument
from composer.mapping.harmony import Harmony
from composer.mapping.lines import Line
from composer.mapping.roles.answer import answer
from composer.mapping.roles.arpeggio import arpeggio
from composer.mapping.roles.bass import bass
from composer.mapping.roles.chords import chords
from composer.mapping.roles.counter import counter
from composer.mapping.roles.drone import drone
from composer.mapping.roles.drums import drums
from composer.mapping.roles.melody import melody
from composer.parameters import asked_for
from composer.score import Meter, Notes
from composer.units import F8


@dataclass(frozen=True, eq=False)
class Setting:
    """What a role may ask for, by name.

    The track's `line`, the piece's `harmony` (None: each note makes its own chord), the instrument that is the
    `player`, the `scale` (the track's rising candidate pitches over the whole keyboard), the `meter`, the beat of
    the `end` of the section, the pitch class of the `tonic`, the random generator, and the notes of the tracks before
    by name, `lines`.
    """

    line: Line
    harmony: Harmony | None
    player: Instrument
    scale: F8
    meter: Meter
    end: float
    tonic: int
    rng: np.random.Generator
    lines: Mapping[str, Notes]


ROLES: dict[str, Callable[..., Notes]] = {
    "melody": melody,
    "bass": bass,
    "chords": chords,
    "arpeggio": arpeggio,
    "drone": drone,
    "drums": drums,
    "counter": counter,
    "answer": answer,
}

SIZES = {"chords": 3.0}  # how many notes sound together where no rule says; one in the other roles


def played(role: str, setting: Setting, **options: Any) -> Notes:
    """Return the notes, sorted by start, that a role makes in a setting; raise InputError where it cannot."""
    function = ROLES[role]
    made: Notes = function(**asked_for(function, vars(setting)), **options)
    return made
