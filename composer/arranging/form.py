"""The form: the passages that a piece is played in, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from composer.arranging.values import rows_of, shares_of
from composer.errors import Fault, InputError, located
from composer.mapping.metre import bar_length
from composer.piece.form import SectionModel, TempoRule, tempo_map
from composer.piece.model import Piece
from composer.score import Marker, Meter, Score, Track
from composer.table import Table
from composer.units import I8, TempoMap


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


@dataclass(frozen=True)
class Stretch:
    """Music from a beat 0 of its own: each track by its place in the piece and in its palette, and the end in beats.

    It may be over after its last note.
    """

    tracks: Mapping[tuple[int, int], Track]
    tempo: TempoMap
    end: float
    markers: tuple[Marker, ...] = ()


def joined(stretches: Sequence[Stretch], meter: Meter) -> Score:
    """Return stretches one after another as one score; each begins with the bar after the one before."""
    bar = bar_length(meter)
    lengths = np.ceil(np.array([stretch.end for stretch in stretches]) / bar - 1e-9) * bar
    offsets = (np.cumsum(lengths) - lengths).tolist()
    tempi = [
        (beat + offset, bpm)
        for stretch, offset, length in zip(stretches, offsets, lengths, strict=True)
        for beat, bpm in stretch.tempo.changes
        if beat < length or len(stretches) == 1
    ]
    changes = [change for n, change in enumerate(tempi) if n == 0 or change[1] != tempi[n - 1][1]]
    placed = list(zip(stretches, offsets, strict=True))
    markers = tuple(replace(marker, beat=marker.beat + offset) for part, offset in placed for marker in part.markers)
    keys = sorted({key for stretch in stretches for key in stretch.tracks})
    tracks = [_strung([(part.tracks[key], offset) for part, offset in placed if key in part.tracks]) for key in keys]
    return Score(tuple(tracks), TempoMap(tuple(changes) or stretches[0].tempo.changes), meter, None, markers)


def _strung(parts: Sequence[tuple[Track, float]]) -> Track:
    """Return the parts of one track, each moved by its beats, as one."""
    arrays = []
    for track, offset in parts:
        notes, controls = track.notes.copy(), track.controls.copy()
        notes["start"] += offset
        controls["start"] += offset
        arrays.append((notes, controls))
    first, _ = parts[0]
    notes, controls = (np.concatenate(found) for found in zip(*arrays, strict=True))
    lyrics = tuple(replace(lyric, beat=lyric.beat + offset) for track, offset in parts for lyric in track.lyrics)
    return replace(first, notes=notes, controls=controls, lyrics=lyrics)


def _stretches(section: SectionModel, table: Table) -> Iterator[NDArray[np.bool_]]:
    numbers = np.arange(len(table))
    asked = section.rows or (0, len(table))
    first, last, _ = slice(*asked).indices(len(table))
    if first >= last:
        fault = f"there are no rows from {asked[0]} to {asked[1]}"
        raise InputError(Fault(fault, "rows", f"the table has {len(table)}, counted from 0"))
    with located("split"):
        cuts = np.empty(0, np.int64) if section.split is None else rows_of(section.split, table)
    edges = np.unique([first, *cuts[(cuts > first) & (cuts < last)], last])
    for start, end in pairwise(edges):
        yield (numbers >= start) & (numbers < end)


def _tempo(piece: Piece, section: SectionModel | None, table: Table, within: NDArray[np.bool_]) -> TempoMap:
    if section is not None and section.tempo is not None:
        return tempo_map(section.tempo)
    if not isinstance(piece.tempo, TempoRule):
        return tempo_map(piece.tempo)
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
