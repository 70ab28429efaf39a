"""Chords: the harmony in full, each chord led from the one before."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.instruments import Instrument
from composer.mapping.harmony import Harmony, sounding
from composer.mapping.lines import Line, repeats
from composer.mapping.register import pitched
from composer.mapping.voicing import voiced
from composer.score import Notes, notes
from composer.units import F8

LOW = 45  # A2: below it the thirds of a chord sound thick


def chords(
    line: Line,
    harmony: Harmony | None,
    scale: F8,
    player: Instrument,
    spread: Annotated[Literal["close", "open"], Doc("the voices side by side, or the second from the top dropped")] = (
        "close"
    ),
    strum: Annotated[
        float,
        Interval(ge=-4, le=4),
        Unit("beats"),
        Doc("the time from each note of a chord to the next, upwards; below 0 downwards"),
    ] = 0.0,
) -> Notes:
    """The chord that sounds, as many notes as the size says, its highest near the mapped pitch.

    Without a harmony it is the triad of the scale on the mapped note. Each chord moves as little as it can from
    the one before, and is struck again where the harmony changes under a row.
    """
    pitched(player, "chords")
    if harmony is not None:
        line = line.struck_again(harmony.changes)
    which, table = sounding(line.start, line.pitch, harmony, scale)
    low = max(player.lowest, min(LOW, player.highest - 24))
    voicings = voiced((table[k] for k in which), line.sizes, line.pitch, low, player.highest, spread)
    count = np.array([len(voicing) for voicing in voicings], np.int64)
    of, nth = repeats(count)
    pitch = np.fromiter((note for voicing in voicings for note in voicing), np.float64, of.size)
    place = nth if strum >= 0 else count[of] - 1 - nth
    # However short a row, every note of its chord is heard.
    late = place * np.minimum(abs(strum), line.length[of] / count[of])
    return notes(line.start[of] + late, line.length[of] - late, pitch, line.velocity[of], line.pan[of], line.row[of])
