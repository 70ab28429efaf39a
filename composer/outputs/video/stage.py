"""What every scene stands on: the music, its table, the size of the picture, and when which row is heard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from composer.errors import Fault, InputError, unknown
from composer.outputs.video.canvas import Box, Colour, Picture, hex_colour
from composer.outputs.video.lettering import fitting, width, wrapped, write
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
# In units: margins at the sides, room at the foot, and the sizes of letters.
MARGIN, FOOT = 60, 100
TITLE, READING, LABEL = 40, 30, 24
_MOST_LINES = 3  # of the title, and of the tracks' names
_GAP = 28  # units between names
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
        """The size of things: 1 where the picture is 1080 pixels high, or tall and 810 wide.

        It shrinks less than the picture does: what is small must still be read.
        """
        return float((min(self.height, 4 / 3 * self.width) / 1080) ** 0.75)

    def frame_at(self, seconds: F8) -> I8:
        """Return the numbers of the frames that are shown at these times."""
        return np.floor(seconds * self.fps + _SAME_MOMENT).astype(np.int64)

    def page(self, tracks: tuple[Track, ...] = ()) -> tuple[Picture, Box]:
        """Return the ground with the title and the names of tracks, each in its colour, and the room below them.

        That room is the scene's; what is below it, at the foot, is for a line of text or of time.
        """
        unit = self.unit
        picture = Picture(self.width, self.height)
        picture.fill(GROUND)
        left, right, y = MARGIN * unit, self.width - MARGIN * unit, 42 * unit
        for line in wrapped(self.score.title, TITLE * unit, right - left, _MOST_LINES):
            y += 1.2 * TITLE * unit
            write(picture, left, y - 0.25 * TITLE * unit, line, TITLE * unit, BRIGHT)
        for row in _rows_of_names(tracks, LABEL * unit, right - left):
            y += 1.35 * LABEL * unit
            for x, text, colour in row:
                write(picture, left + x, y - 0.25 * LABEL * unit, text, LABEL * unit, colour)
        return picture, Box(left, y + 16 * unit, right, self.height - FOOT * unit)

    def foot(self, picture: Picture, text: str) -> None:
        """Write a line below the scene."""
        size = READING * self.unit
        write(
            picture,
            MARGIN * self.unit,
            self.height - 44 * self.unit,
            fitting(text, size, self.width - 2 * MARGIN * self.unit),
            size,
            QUIET,
        )

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
    """Return the colour of a track; from the ninth on they are darker."""
    share = _DARKER ** (number // len(COLOURS))
    red, green, blue = COLOURS[number % len(COLOURS)]
    return red * share, green * share, blue * share


_DARKER = 0.6


def _rows_of_names(tracks: tuple[Track, ...], size: float, room: float) -> list[list[tuple[float, str, Colour]]]:
    """Return the names of tracks, in rows, each with its place and its colour; what finds no room is "…"."""
    rows: list[list[tuple[float, str, Colour]]] = []
    x, gap = room, _GAP / LABEL * size
    for number, track in enumerate(tracks):
        text = fitting(track.name, size, room)
        if x + width(text, size) > room:
            if len(rows) == _MOST_LINES:
                rows[-1].append((min(x, room - width("…", size)), "…", QUIET))
                break
            rows.append([])
            x = 0.0
        rows[-1].append((x, text, colour_of(number)))
        x += width(text, size) + gap
    return rows
