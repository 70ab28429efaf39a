"""Fidelity: how much of the data a listener to the `.mid` could know, target by target.

The score is encoded and read back, so that the figures are those of the file: keys, 7-bit velocities, ticks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from composer.arranging.values import rows_of, shares_of
from composer.errors import located
from composer.mapping.scalers import rank
from composer.mapping.targets import AUTOMATION, TARGETS
from composer.outputs.midi import encode_midi
from composer.outputs.performance import controlled, sounding_pitch
from composer.piece.model import Piece
from composer.piece.rule import Rule
from composer.piece.track import TrackBase
from composer.score import Score, Track
from composer.sources.midi import midi_score
from composer.table import Table
from composer.units import F8, I8


@dataclass(frozen=True)
class Fidelity:
    """What became of one column in one target of one track.

    `spearman` is the rank correlation between the column and what the `.mid` holds, over all notes, None where one of
    them is constant; `rows` are the track's rows, `rows_heard` those of them with a note; `values` the distinct
    values of the column in these, `levels` the distinct values left of them; `clipped` the rows beyond the ends of
    the mapping.
    """

    track: str
    target: str
    column: str
    spearman: float | None
    rows: int
    rows_heard: int
    values: int
    levels: int
    clipped: int


def fidelity(piece: Piece, table: Table, score: Score) -> list[Fidelity]:
    """Return the fidelity of every rule of every track that follows a column, in the tracks' order."""
    ppq = int(piece.settings("mid")["ppq"])
    read = iter(track for track in midi_score(encode_midi(score, ppq)).tracks if track.notes.size)
    pairs = [(track, next(read) if track.notes.size else track) for track in score.tracks]
    found = []
    for n, track in enumerate(piece.tracks):
        names = [(track.called(player), name) for player, name in enumerate(track.palette)]
        mine = [pairs.pop(0) for _ in names if pairs and (pairs[0][0].name, pairs[0][0].instrument) in names]
        with located(f"track[{n}]"):
            found += list(_of_track(track, rows_of(track.rows, table), mine, table, ppq))
    return found


def _of_track(
    track: TrackBase, rows: I8, pairs: list[tuple[Track, Track]], table: Table, ppq: int
) -> Iterator[Fidelity]:
    for name in TARGETS:
        rule = track.rule(name)
        if rule is None or rule.from_ is None or name not in _HEARD:
            continue
        matched = [_matched(written, heard, ppq) for written, heard in pairs]
        row = np.concatenate([np.empty(0, np.int64), *(written["row"][which] for (written, which, _) in matched)])
        values = np.concatenate(
            [np.empty(0), *(_heard(name, heard)[k] for (_, heard), (_, _, k) in zip(pairs, matched, strict=True))]
        )
        of_data = row >= 0
        column, values, row = table[rule.from_][row[of_data]], values[of_data], row[of_data]
        yield Fidelity(
            track=track.name,
            target=name,
            column=rule.from_,
            spearman=spearman(column, values),
            rows=rows.size,
            rows_heard=np.unique(row).size,
            values=np.unique(column[np.isfinite(column)]).size,
            levels=np.unique(values.round(9)).size,
            clipped=_clipped(rule, table, rows),
        )


def spearman(x: F8, y: F8) -> float | None:
    """Return Spearman's rank correlation of two columns (n,), ties sharing the mean of their places.

    None where fewer than two pairs are known, or one of the columns is constant.
    """
    known = np.isfinite(x) & np.isfinite(y)
    if known.sum() < 2 or np.ptp(x[known]) == 0 or np.ptp(y[known]) == 0:
        return None
    a, b = rank(x[known]) - 0.5, rank(y[known]) - 0.5
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))


def _matched(written: Track, heard: Track, ppq: int) -> tuple[np.ndarray, I8, I8]:
    """Return the written notes, which of them (m,) are in the file, and where (m,) among the notes read back."""
    notes = written.notes
    key = _places(notes["start"], notes["pitch"], ppq)
    there = _places(heard.notes["start"], heard.notes["pitch"], ppq)
    order = np.argsort(there, kind="stable")
    at = np.minimum(np.searchsorted(there[order], key), there.size - 1)
    found = np.flatnonzero(there[order][at] == key)
    return notes, found, order[at[found]]


def _places(start: F8, pitch: F8, ppq: int) -> I8:
    return np.floor(start * ppq + 0.5).astype(np.int64) << 7 | np.floor(pitch + 0.5).astype(np.int64)


_HEARD = ("pitch", "duration", "velocity", "pan", "onset", *AUTOMATION)


def _heard(target: str, track: Track) -> F8:
    """Return what a target came to in the file for each note read back, (n,)."""
    fields = {"duration": "length", "onset": "start", "velocity": "velocity", "pan": "pan"}
    if target == "pitch":
        return sounding_pitch(track)
    if target in fields:
        return np.asarray(track.notes[fields[target]], np.float64)
    return controlled(track, target, track.notes["start"])


def _clipped(rule: Rule, table: Table, rows: I8) -> int:
    """Return how many rows have more extreme values than the least extreme one that comes to 0 or to 1."""
    shares, column = shares_of(rule, table, rows)[rows], table[rule.from_ or ""][rows]
    count = 0
    for end in (0.0, 1.0):
        there = column[shares == end]
        if there.size and there.size < shares.size:
            inner = column[(shares != end) & np.isfinite(shares)]
            above = bool(inner.size) and float(inner.mean()) < float(there.mean())
            count += int((there != (there.min() if above else there.max())).sum())
    return count
