"""A piano roll that scrolls past a playhead, for any score.

The roll is drawn once, in pieces as wide as the picture and twice over, as it looks before and after it has sounded;
a frame is put together from slices of them. It moves by the same whole, even number of pixels from each frame to the
next: nothing shimmers, and the encoder finds the motion at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from composer.instruments import instrument
from composer.outputs.performance import sounding_pitch
from composer.outputs.video.canvas import Box, Colour, Picture
from composer.outputs.video.film import Draw
from composer.outputs.video.lettering import fitting, write
from composer.outputs.video.stage import BRIGHT, FAINT, GROUND, LABEL, MARGIN, QUIET, Stage, colour_of
from composer.units import F8, I8, pitch_name

IN_VIEW = 7.0  # seconds, about, from side to side
_HEAD = 0.3  # where the playhead is, of the width
_MOST_LANES = 14  # of drums
_PIECES = 6  # kept in memory
_BAND = 34  # units for the markers' texts above the lanes, and for the bars' numbers below them
_SPARE = 90  # units between bars' numbers at least


def roll(stage: Stage) -> Draw:
    """A scrolling piano roll with a playhead, coloured by track, brighter the louder."""
    notes = Notes.of(stage)
    base, plot = stage.page(stage.score.tracks)
    step = 2 * max(1, round(stage.width / (IN_VIEW * stage.fps) / 2))
    head = 2 * round(_HEAD * stage.width / 2)
    strip = Strip(stage, notes, step, plot)
    unit = stage.unit

    def draw(k: int, picture: Picture) -> None:
        picture.show(base)
        left = k * step - head
        strip.show(picture, left, 0, head, past=True)
        strip.show(picture, left + head, head, stage.width, past=False)
        now = (k + 1) / stage.fps - 1e-6
        for n in np.flatnonzero((notes.start <= now) & (notes.end > k / stage.fps)):
            box, colour = strip.box(int(n), left), notes.colour[n]
            bright = tuple(0.35 * c + 0.65 for c in colour)
            picture.box(box, (bright[0], bright[1], bright[2]))
            middle, reach = (box.top + box.bottom) / 2, 60 * unit
            fresh = float(np.exp(-(now - notes.start[n]) * 4))
            picture.glow(head, middle, reach, colour, (0.25 + 0.6 * fresh) * notes.loudness[n])
        picture.box(Box(head - unit, plot.top, head + unit, plot.bottom), BRIGHT, 0.8)
        for place, name in notes.octaves:
            y = max(strip.below(place) - 6 * unit, plot.top + 0.8 * LABEL * unit)
            write(picture, 12 * unit, y, name, LABEL * unit, QUIET)
        _timeline(picture, stage, k)

    return draw


def _timeline(picture: Picture, stage: Stage, k: int) -> None:
    """Draw how far the piece has come, along the bottom."""
    unit, y = stage.unit, stage.height - 40 * stage.unit
    left, right = MARGIN * unit, stage.width - MARGIN * unit
    at = left + (right - left) * (k + 1) / stage.frames
    picture.box(Box(left, y - 1.5 * unit, right, y + 1.5 * unit), FAINT)
    picture.box(Box(left, y - 1.5 * unit, at, y + 1.5 * unit), QUIET)
    picture.disc(at, y, 6 * unit, BRIGHT)


@dataclass(frozen=True, eq=False)
class Notes:
    """All notes, (n,) each: start and end in seconds, the lane from the top (0..1), its height, loudness, colour."""

    start: F8
    end: F8
    lane: F8
    lane_height: float
    loudness: F8
    colour: tuple[Colour, ...]
    octaves: tuple[tuple[float, str], ...]  # where the Cs are, and their names
    floor: float  # where the pitches end and the drums begin

    @classmethod
    def of(cls, stage: Stage) -> Notes:
        """Return the notes of a score: pitches above, drums in lanes of their own below."""
        tracks = stage.score.tracks
        drums = [instrument(track.instrument).is_drums for track in tracks]
        pitches = [sounding_pitch(track) for track in tracks]
        melodic = np.concatenate([np.empty(0), *(p for p, drum in zip(pitches, drums, strict=True) if not drum)])
        keys = np.unique(np.concatenate([np.empty(0), *(p for p, drum in zip(pitches, drums, strict=True) if drum)]))
        low, high = (np.floor(melodic.min()) - 1, np.ceil(melodic.max()) + 1) if melodic.size else (60.0, 60.0)
        if melodic.size and high - low < 16:  # few pitches: not as broad as a hand
            low, high = (low + high) / 2 - 8, (low + high) / 2 + 8
        span = high - low if melodic.size else 0.0
        lanes = min(keys.size, _MOST_LANES)
        below = (lanes + 1.0) if lanes and melodic.size else float(lanes)
        total = max(span + 1 + below, 1.0)

        def lane(track: F8, drum: bool) -> F8:
            if drum:
                place = np.searchsorted(keys, track) * max(lanes - 1, 0) / max(keys.size - 1, 1)
                return np.asarray((total - lanes + (lanes - 1 - place) + 0.5) / total)
            return np.asarray((high - track + 0.5) / total)

        starts, lengths, loud, colour, places = [], [], [], [], []
        for number, (track, pitch, drum) in enumerate(zip(tracks, pitches, drums, strict=True)):
            notes = track.notes
            start = stage.score.tempo.seconds(notes["start"])
            length = stage.score.tempo.seconds_lasting(notes["start"], notes["length"])
            starts.append(start)
            lengths.append(np.full(start.size, 0.06) if drum else length)  # a stroke is a tick
            loud.append(np.clip(notes["velocity"], 0, 1))
            places.append(lane(pitch, drum))
            colour += [colour_of(number)] * start.size
        start = np.concatenate([np.empty(0), *starts])
        cs = range(int(np.ceil(low / 12)) * 12, int(high) + 1, 12) if melodic.size else ()
        return cls(
            start,
            start + np.concatenate([np.empty(0), *lengths]),
            np.concatenate([np.empty(0), *places]),
            1 / total,
            np.concatenate([np.empty(0), *loud]),
            tuple(colour),
            tuple(((high - c + 0.5) / total, pitch_name(c)) for c in cs),
            (span + 1.5) / total if lanes and melodic.size else 1.0,
        )


class Strip:
    """The roll as a band that is as long as the music, drawn in pieces when they are first shown."""

    def __init__(self, stage: Stage, notes: Notes, step: int, plot: Box) -> None:
        self.plot, band = plot, _BAND * stage.unit
        self.lanes = Box(plot.left, plot.top + (band if stage.score.markers else 0), plot.right, plot.bottom - band)
        self._stage, self._notes = stage, notes
        self._speed = step * stage.fps  # pixels a second
        self._top, self._bottom = 2 * round(self.plot.top / 2), 2 * round(self.plot.bottom / 2)
        self._pieces: dict[tuple[int, bool], Picture] = {}
        beats = np.arange(0, stage.score.end + 1e-9, 4 * stage.score.meter.beats / stage.score.meter.unit)
        self._bars = stage.score.tempo.seconds(beats)
        self._markers = self._with_room(stage)

    def box(self, n: int, left: int) -> Box:
        """Return where a note lies, the band's pixel `left` being that of the picture's left side."""
        notes, lanes = self._notes, self.lanes
        height = max(notes.lane_height * lanes.height * 0.82, 2.0)
        middle = lanes.top + notes.lane[n] * lanes.height
        start = notes.start[n] * self._speed
        end = max(notes.end[n] * self._speed - 1.0, start + 2.0)  # a gap, so that repeated notes can be told
        return Box(start - left, middle - height / 2, end - left, middle + height / 2)

    def below(self, place: float) -> float:
        """Return the height, in pixels, of the lower edge of a lane whose middle is at `place`, 0..1."""
        return self.lanes.top + (place + self._notes.lane_height / 2) * self.lanes.height

    def show(self, picture: Picture, start: int, left: int, right: int, past: bool) -> None:
        """Copy the band from pixel `start` on to the picture's columns from left to right."""
        width = self._stage.width
        while left < right:
            number, offset = divmod(start, width)
            take = min(right - left, width - offset)
            piece = self._piece(number, past)
            for plane, own, part in (
                (picture.luma, piece.luma, 1),
                (picture.blue, piece.blue, 2),
                (picture.red, piece.red, 2),
            ):
                rows = slice(self._top // part, self._bottom // part)
                plane[rows, left // part : (left + take) // part] = own[rows, offset // part : (offset + take) // part]
            left, start = left + take, start + take

    def _piece(self, number: int, past: bool) -> Picture:
        key = (number, past)
        if key not in self._pieces:
            while len(self._pieces) >= _PIECES:
                del self._pieces[next(iter(self._pieces))]
            self._pieces[key] = self._drawn(number * self._stage.width, past)
        return self._pieces[key]

    def _drawn(self, left: int, past: bool) -> Picture:
        picture = Picture(self._stage.width, self._stage.height)
        picture.fill(GROUND)
        unit, plot, width = self._stage.unit, self.plot, self._stage.width
        thin, size = max(1.0, unit), LABEL * unit
        for place, _ in self._notes.octaves:
            y = self.below(place)
            picture.box(Box(0, y - thin / 2, width, y + thin / 2), FAINT, 0.7)
        if self._notes.floor < 1:
            y = self.lanes.top + self._notes.floor * self.lanes.height
            picture.box(Box(0, y - thin / 2, width, y + thin / 2), FAINT)
        near = (self._bars * self._speed > left - 200) & (self._bars * self._speed < left + width + 200)
        every = max(1, round(_SPARE * unit / max(self._speed * self._bar_length(), 1e-9)))
        for n in np.flatnonzero(near):
            if n % every:
                continue
            x = self._bars[n] * self._speed - left
            picture.box(Box(x - thin / 2, plot.top, x + thin / 2, plot.bottom), FAINT, 0.6)
            write(picture, x + 6 * unit, plot.bottom - 8 * unit, str(n + 1), size, QUIET)
        for seconds, text, room in self._markers:
            x = seconds * self._speed - left
            if -width < x < width:
                picture.box(Box(x - thin, plot.top, x + thin, plot.bottom), QUIET, 0.8)
                write(picture, x + 8 * unit, plot.top + 24 * unit, fitting(text, size, room), size, QUIET)
        for n in self._within(left, left + width):
            strength = 0.45 + 0.55 * float(self._notes.loudness[n])
            picture.box(self.box(int(n), left), self._notes.colour[n], 0.4 * strength if past else strength)
        return picture

    def _with_room(self, stage: Stage) -> list[tuple[float, str, float]]:
        """Return each marker's time (s), its text, and how wide that may be: up to the next marker, in pixels."""
        marks = sorted(stage.score.markers, key=lambda mark: mark.beat)
        at = np.array([float(stage.score.tempo.seconds(mark.beat)) for mark in marks])
        room = np.append(np.diff(at) * self._speed, stage.width)[: at.size] - 16 * stage.unit
        return [
            (float(seconds), mark.text, min(float(wide), stage.width))
            for seconds, mark, wide in zip(at, marks, room, strict=True)
        ]

    def _bar_length(self) -> float:
        return float(np.median(np.diff(self._bars))) if self._bars.size > 1 else 1.0

    def _within(self, left: int, right: int) -> I8:
        start, end = self._notes.start * self._speed, self._notes.end * self._speed
        return np.flatnonzero((start < right) & (np.maximum(end, start + 2) > left))
