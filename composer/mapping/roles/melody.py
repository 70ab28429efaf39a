"""The melody: the mapped values themselves, one note a row, at rest on the chords as far as one likes."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.instruments import Instrument
from composer.mapping.consonance import Consonance, drawn_to_chords
from composer.mapping.harmony import Harmony, scale_classes
from composer.mapping.lines import Line, repeats
from composer.mapping.metre import phrase_of
from composer.mapping.register import folded
from composer.score import Meter, Notes, notes
from composer.units import F8, I8


def melody(
    line: Line,
    harmony: Harmony | None,
    scale: F8,
    player: Instrument,
    meter: Meter,
    rng: np.random.Generator,
    consonance: Consonance = 0.0,
    phrase: Annotated[
        float,
        Interval(ge=0, le=4096),
        Unit("beats"),
        Doc("rest in every second phrase of this length, to be answered; 0: never"),
    ] = 0.0,
) -> Notes:
    """The mapped pitches, one note a row; where the size is more than one, with thirds of the scale below.

    A pitch beyond the instrument's range moves by octaves into it.
    """
    pitch = folded(line.pitch, player)
    pitch = drawn_to_chords(pitch, line.start, consonance, harmony, scale, player, meter, rng)
    length = line.length
    called = np.ones(len(line), bool)
    if phrase:
        number = phrase_of(line.start, phrase)
        called = number % 2 == 0
        length = np.minimum(length, (number + 1) * phrase - line.start)
    sizes = np.ones(len(line), np.int64) if player.is_drums else line.sizes
    of, pitches = _harmonised(pitch, np.where(called, sizes, 0), scale, player)
    return notes(line.start[of], length[of], pitches, line.velocity[of], line.pan[of], line.row[of])


# Which interval below a note is its third, in semitones: the first that leads to a note of the scale.
_THIRDS_BELOW = (3, 4, 5, 8, 9, 7, 12)


def _harmonised(pitch: F8, sizes: I8, scale: F8, player: Instrument) -> tuple[I8, F8]:
    """Return each note's place in the line, and its pitch: the melody's and, under it, thirds within the range."""
    own = np.isin(np.arange(12), scale_classes(scale))
    of, nth = repeats(sizes)
    pitches = pitch[of]
    for depth in range(1, int(sizes.max(initial=1))):
        deeper = nth >= depth
        here = np.floor(pitches[deeper] + 0.5).astype(np.int64)
        steps = [own[(here - step) % 12] for step in _THIRDS_BELOW]
        pitches[deeper] = np.where(np.any(steps, axis=0), here - np.select(steps, _THIRDS_BELOW, 0), -1)
    kept = (nth == 0) | (pitches >= player.lowest)
    return of[kept], pitches[kept]
