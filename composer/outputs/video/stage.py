"""What every scene stands on: the music, its table, the size of the picture, and when which row is heard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from composer.errors import Fault, InputError, unknown
from composer.outputs.video.canvas import Box, Colour, Picture, hex_colour
from composer.outputs.video.lettering import fitting, width, write
from composer.score import Score, Track
from composer.table import Table
from composer.units import F8, I8

GROUND = hex_colour("#0b0e17")
FAINT = hex_colour("#2a3145")
QUIET = hex_colour("#8d97b0")
BRIGHT = hex_colour("#f2f4fa")
# After M. Okabe, K. Ito, "Color universal design" (2008), its dark ones lightened for a dark ground.
COLOURS = tuple(
    map(hex_colour, ("#56b4e9", "#e69f00", "#2fc496", "#f0e442", "#d88bb5", "#ff7a45", "#8fa8ff", "#c8ced9"))
)
_SAME_MOMENT = 1e-6  # of a frame: onsets that rounding put just before a frame belong to it


@dataclass(frozen=True, eq=False)
class Stage:
    """A score, the table it was made from, if any, and the form of the film."""

    score: Score
    table: Table | None
    width: int
    height: int
    fps: int
    frames: int

    @property
    def unit(self) -> float:
        """The size of things: 1 where the shorter side has 1080 pixels."""
        return min(self.width, self.height) / 1080

    @property
    def plot(self) -> Box:
        """The part of the picture that the scene itself has: text is above and below it."""
        margin = 60 * self.unit
        return Box(margin, 130 * self.unit, self.width - margin, self.height - 110 * self.unit)

    def frame_at(self, seconds: F8) -> I8:
        """Return the numbers of the frames that are shown at these times."""
        return np.floor(seconds * self.fps + _SAME_MOMENT).astype(np.int64)

    def base(self) -> Picture:
        """Return a picture with the ground and the title alone."""
        picture = Picture(self.width, self.height)
        picture.fill(GROUND)
        room = self.width - 120 * self.unit
        title = fitting(self.score.title, 40 * self.unit, room)
        write(picture, 60 * self.unit, 84 * self.unit, title, 40 * self.unit, BRIGHT)
        return picture

    def with_rows(self, wanted: str) -> Table:
        """Return the table, InputError where there is none."""
        if self.table is None:
            raise InputError(
                Fault(f"the scene {wanted!r} shows a piece's table, and there is none", "scene", 'use "roll"')
            )
        return self.table


@dataclass(frozen=True)
class Onsets:
    """When notes begin, (n,) in order: seconds, the frame in which, the table's row, and the number of the track."""

    seconds: F8
    frame: I8
    row: I8
    track: I8
    velocity: F8


def onsets(stage: Stage) -> Onsets:
    """Return the onsets of all notes that came from a row of the table."""
    parts = [track.notes[track.notes["row"] >= 0] for track in stage.score.tracks]
    notes = np.concatenate([*parts, np.empty(0, stage.score.tracks[0].notes.dtype)]) if parts else None
    if notes is None or not notes.size:
        raise InputError(Fault("no note came from a row of the table", "scene", 'use "roll"'))
    track = np.repeat(np.arange(len(parts)), [part.size for part in parts])
    seconds = stage.score.tempo.seconds(notes["start"])
    order = np.argsort(seconds, kind="stable")
    seconds = seconds[order]
    return Onsets(
        seconds, stage.frame_at(seconds), notes["row"][order], track[order], notes["velocity"][order].astype(np.float64)
    )


def lead(score: Score, name: str | None) -> int:
    """Return the number of the track of this name; of the one whose notes come from the most rows, where None."""
    if name is None:
        return int(np.argmax([np.unique(track.notes["row"][track.notes["row"] >= 0]).size for track in score.tracks]))
    names = [track.name for track in score.tracks]
    if name not in names:
        raise InputError(unknown("track", name, names, "track"))
    return names.index(name)


def colour_of(number: int) -> Colour:
    """Return the colour of a track."""
    return COLOURS[number % len(COLOURS)]


def legend(picture: Picture, stage: Stage, tracks: tuple[Track, ...]) -> None:
    """Write the names of the tracks, each in its colour, below the title, as far as there is room."""
    x, y, size = 60 * stage.unit, 118 * stage.unit, 22 * stage.unit
    for number, track in enumerate(tracks):
        text = fitting(track.name, size, stage.width - 60 * stage.unit - x)
        if not text or (text != track.name and number):
            break
        write(picture, x, y, text, size, colour_of(number))
        x += width(text, size) + 28 * stage.unit
