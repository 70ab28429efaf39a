"""The form: the passages that a piece is played in, one after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from composer.arranging.values import rows_of, shares_of
from composer.errors import Fault, InputError, located
from composer.piece.form import SectionModel, TempoRule
from composer.piece.model import Piece
from composer.score import Marker, Meter, Score, Track
from composer.table import Table
from composer.units import F8, I8, TempoMap

TrackKey = tuple[str, str, int]  # a track's name, its instrument, how many like it came before


@dataclass(frozen=True)
class Passage:
    """A stretch of the piece: the rows of the table that it plays, (n,) true or false, and who plays it, and how."""

    within: NDArray[np.bool_]
    tempo: TempoMap
    name: str = ""
    tracks: tuple[str, ...] | None = None
    progression: str | None = None

    def plays(self, track: str) -> bool:
        """Whether the track of this name plays here."""
        return self.tracks is None or track in self.tracks

    def of(self, rows: I8) -> I8:
        """Return those of the rows that lie in this passage."""
        return rows[self.within[rows]]


def passages(piece: Piece, table: Table) -> list[Passage]:
    """Return the passages in the order in which they are played; without sections, the one that is all."""
    if not piece.sections:
        everything = np.ones(len(table), bool)
        return [Passage(everything, _tempo(piece, None, table, everything))]
    found = []
    for n, section in enumerate(piece.sections):
        with located(f"section[{n}]"):
            stretches = list(_stretches(section, table))
            for k, within in enumerate(stretches):
                name = f"{section.name} {k + 1}".strip() if len(stretches) > 1 else section.name
                tempo = _tempo(piece, section, table, within)
                found += [Passage(within, tempo, name, section.tracks, section.progression)] * section.repeats
    return found


def joined(parts: Sequence[Score], ends: Sequence[float], meter: Meter) -> Score:
    """Return scores one after another as one; each but the first begins with the bar after the one before.

    `ends` are the beats at which they are over, which may be after their last notes.
    """
    bar = bar_beats(meter)
    lengths = np.ceil(np.array(ends) / bar - 1e-9) * bar
    offsets = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
    tempi = [
        (float(beat + offset), bpm)
        for part, offset, length in zip(parts, offsets, lengths, strict=True)
        for beat, bpm in part.tempo.changes
        if beat < length or len(parts) == 1
    ]
    changes = [change for n, change in enumerate(tempi) if n == 0 or change[1] != tempi[n - 1][1]]
    markers = tuple(
        Marker(marker.beat + float(offset), marker.text)
        for part, offset in zip(parts, offsets, strict=True)
        for marker in part.markers
    )
    named = [dict(zip(numbered(part.tracks), part.tracks, strict=True)) for part in parts]
    tracks = tuple(_strung(key, named, offsets) for key in dict.fromkeys(key for tracks in named for key in tracks))
    return Score(tracks, TempoMap(tuple(changes or parts[0].tempo.changes)), meter, None, markers)


def numbered(tracks: Iterable[Track]) -> list[TrackKey]:
    """Return each track's name and instrument, and how many like it came before: tracks may share a name."""
    return _counted((track.name, track.instrument) for track in tracks)


def numbered_voices(piece: Piece) -> dict[TrackKey, int]:
    """Return the number of the piece's track that each track of its score belongs to, in order, by `numbered`."""
    voices = [
        (track.called(n), played_on, number)
        for number, track in enumerate(piece.tracks)
        for n, played_on in enumerate(track.palette)
    ]
    return {key: number for key, (_, _, number) in zip(_counted(voice[:2] for voice in voices), voices, strict=True)}


def _counted(names: Iterable[tuple[str, str]]) -> list[TrackKey]:
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for name in names:
        found.append((*name, seen[name]))
        seen[name] += 1
    return found


def bar_beats(meter: Meter) -> float:
    """Return how many quarter notes a bar lasts."""
    return meter.beats * 4 / meter.unit


def _strung(key: TrackKey, parts: Sequence[Mapping[TrackKey, Track]], offsets: F8) -> Track:
    found = []
    for tracks, offset in zip(parts, offsets, strict=True):
        if key in tracks:
            notes, controls = tracks[key].notes.copy(), tracks[key].controls.copy()
            notes["start"] += offset
            controls["start"] += offset
            found.append((notes, controls))
    return Track(*key[:2], *(np.concatenate(arrays) for arrays in zip(*found, strict=True)))


def _stretches(section: SectionModel, table: Table) -> Iterator[NDArray[np.bool_]]:
    numbers = np.arange(len(table))
    first, last = section.rows or (0, len(table))
    first, last, _ = slice(first, last).indices(len(table))
    if first >= last:
        raise InputError(
            Fault(
                "there are no rows" + (f" from {section.rows[0]} to {section.rows[1]}" if section.rows else ""),
                "rows",
                f"the table has {len(table)}, counted from 0",
            )
        )
    with located("split"):
        cuts = np.empty(0, np.int64) if section.split is None else rows_of(section.split, table)
    edges = np.unique([first, *cuts[(cuts > first) & (cuts < last)], last])
    for start, end in pairwise(edges):
        yield (numbers >= start) & (numbers < end)


def _tempo(piece: Piece, section: SectionModel | None, table: Table, within: NDArray[np.bool_]) -> TempoMap:
    if section is not None and section.tempo is not None:
        return TempoMap(section.tempo)
    if not isinstance(piece.tempo, TempoRule):
        return TempoMap(piece.tempo)
    with located("tempo"):
        return _following(piece.tempo, table, within)


def _following(rule: TempoRule, table: Table, within: NDArray[np.bool_]) -> TempoMap:
    """Return the tempo of a passage: the whole table lasts `rule.length` beats, the passage its share of them."""
    shares = shares_of(rule, table)[within]
    known = np.flatnonzero(~np.isnan(shares))
    if not known.size:
        return TempoMap(((0.0, float(np.mean(rule.range))),))
    shares = np.interp(np.arange(shares.size), known, shares[known])
    steps = max(round(rule.length * shares.size / len(table) / rule.every), 1)
    edges = np.unique(np.linspace(0, shares.size, steps + 1).astype(np.int64)[:-1])
    means = np.add.reduceat(shares, edges) / np.diff(np.append(edges, shares.size))
    low, high = rule.range
    return TempoMap(
        tuple(
            (float(edge * steps * rule.every / shares.size), round(float(low + mean * (high - low)), 3))
            for edge, mean in zip(edges, means, strict=True)
        )
    )
