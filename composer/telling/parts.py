"""The parts of a score: each track with what the piece says about it, where there is a piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from composer.arranging.fidelity import legend_end, numbered, numbered_voices
from composer.piece.model import Piece
from composer.piece.track import TrackBase
from composer.score import NOTE, Key, Notes, Score
from composer.table import Table
from composer.telling.english import instrument_said, note_said, number
from composer.units import F8, I8


@dataclass(frozen=True, eq=False)
class Part:
    """A track as it is told: its notes after the legend, when each begins (s), and the piece's track, if any.

    All tracks of a palette are one part. `closing` are notes that no row of the table made, such as a cadence's.
    """

    name: str
    instruments: tuple[str, ...]
    notes: Notes
    seconds: F8
    lengths: F8  # s
    track: TrackBase | None = None

    @property
    def of_rows(self) -> np.ndarray:
        """Which of the notes came from a row of the table, (n,)."""
        return np.asarray(self.notes["row"] >= 0)

    @property
    def rows(self) -> I8:
        """The rows that are heard, rising."""
        return np.unique(self.notes["row"][self.of_rows])


@dataclass(frozen=True)
class Extreme:
    """The highest or the lowest note of a part, the first of several, and the row that it came from, -1 for none."""

    seconds: float
    pitch: float
    row: int


def parts_of(score: Score, piece: Piece | None, table: Table | None) -> list[Part]:
    """Return the parts of a score that have notes, in order."""
    if piece is None or table is None:
        parts = [_part(score, track.name, [n], 0.0, None) for n, track in enumerate(score.tracks)]
    else:
        opened = legend_end(piece, table)
        owners = numbered_voices(piece)
        mine: dict[int, list[int]] = {}
        for n, key in enumerate(numbered(score.tracks)):
            mine.setdefault(owners[key], []).append(n)
        parts = [_part(score, piece.tracks[n].name, mine[n], opened, piece.tracks[n]) for n in sorted(mine)]
    return [part for part in parts if part.notes.size]


def _part(score: Score, name: str, numbers: list[int], opened: float, track: TrackBase | None) -> Part:
    notes = np.concatenate([np.empty(0, NOTE), *(score.tracks[n].notes for n in numbers)])
    notes = notes[(notes["start"] >= opened - 1e-9) & np.isfinite(notes["pitch"])]
    notes = notes[np.argsort(notes["start"], kind="stable")]
    instruments = tuple(dict.fromkeys(instrument_said(score.tracks[n].instrument) for n in numbers))
    lengths = score.tempo.seconds_lasting(notes["start"], notes["length"])
    return Part(name, instruments, notes, score.tempo.seconds(notes["start"]), lengths, track)


def extremes_of(part: Part, column: F8 | None = None, inverted: bool = False) -> tuple[Extreme, Extreme]:
    """Return the highest and the lowest note: of equal ones, that of the most extreme value, then the first."""
    chosen = np.flatnonzero(part.of_rows) if part.of_rows.any() else np.arange(part.notes.size)
    notes = part.notes[chosen]
    value = np.zeros(notes.size) if column is None else np.append(column, np.nan)[notes["row"]]
    value = np.nan_to_num(-value if inverted else value)
    found = []
    for sign in (1, -1):
        k = chosen[np.lexsort((notes["start"], -sign * value, -sign * notes["pitch"]))[0]]
        found.append(Extreme(float(part.seconds[k]), float(part.notes["pitch"][k]), int(part.notes["row"][k])))
    return found[0], found[1]


def pitch_said(pitch: float, key: Key | None) -> str:
    """Return a note's name, with how far it lies from its key where that can be heard."""
    cents = round(100 * (pitch - np.floor(pitch + 0.5)))
    away = "" if abs(cents) < 5 else f" {'plus' if cents > 0 else 'minus'} {number(abs(cents))} cents"
    return note_said(pitch, key) + away


def clock_part(parts: list[Part]) -> Part | None:
    """Return the part that knows best when a row of the table sounds: that with most rows, the first of several."""
    return max(parts, key=lambda part: part.rows.size, default=None) if parts else None


def seconds_at(part: Part, places: F8, tempo_beats: Callable[[F8], F8]) -> Iterator[tuple[float, float]]:
    """Yield each place along the table's rows (fractions allowed) with the second at which it first sounds.

    Between two notes that follow each other in the part, time runs with the beats, as markers have it; a place that
    no two notes surround is passed over.
    """
    notes = part.notes[part.of_rows]
    _, first = np.unique(notes["start"], return_index=True)
    row, beat = notes["row"][first].astype(np.float64), notes["start"][first]
    rising = row[1:] >= row[:-1]
    for place in places:
        inside = np.flatnonzero(rising & (row[:-1] <= place) & (place <= row[1:]))
        on_note = np.flatnonzero(row == place)
        if on_note.size:
            yield float(place), float(tempo_beats(beat[on_note[:1]])[0])
        elif inside.size:
            k = inside[0]
            share = (place - row[k]) / (row[k + 1] - row[k])
            yield float(place), float(tempo_beats(np.array([beat[k] + share * (beat[k + 1] - beat[k])]))[0])
