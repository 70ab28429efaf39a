"""Fidelity: how much of the data a listener to the `.mid` could know, target by target.

The score is encoded and read back, so that the figures are those of the file: keys, 7-bit velocities, ticks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from composer.arranging.legend import legend
from composer.arranging.playing import parts_of
from composer.arranging.values import rows_of, shares_of
from composer.errors import located
from composer.mapping.scalers import SCALERS, rank
from composer.mapping.targets import AUTOMATION, TARGETS
from composer.outputs.midi import encode_midi
from composer.outputs.performance import controlled, reached_pitch, sounding_pitch
from composer.piece.model import Piece
from composer.piece.rule import Rule
from composer.piece.track import TrackBase
from composer.score import Score, Track
from composer.sources.midi import midi_score
from composer.table import Table
from composer.units import F8, I8, TempoMap


@dataclass(frozen=True)
class Fidelity:
    """What became of one column in one target of one track.

    `spearman` is the rank correlation between the column and what the `.mid` holds, over all notes after the legend,
    None where one of them is constant; `rows` are the track's rows, `rows_heard` those of them with a note; `values`
    the distinct values of the column in these, `levels` the distinct values left of them; `clipped` the rows that
    the scaler brings to 0 or 1 although less extreme ones come there too.
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
    opened = legend_end(piece, table)
    numbered_score = replace(score, tracks=tuple(replace(track, name=str(n)) for n, track in enumerate(score.tracks)))
    heard: dict[int, list[Track]] = {}  # several, where channels of one track could not be made one again
    for read in midi_score(encode_midi(numbered_score, ppq)).tracks:
        heard.setdefault(int(read.name), []).append(read)
    owners = numbered_voices(piece)
    found = []
    for n, track in enumerate(piece.tracks):
        mine = [
            (_after(opened, written), lane)
            for k, (key, written) in enumerate(zip(numbered(score.tracks), score.tracks, strict=True))
            for lane in heard.get(k, ())  # drums of one channel may take each other's notes, and leave none
            if owners[key] == n
        ]
        with located(f"track[{n}]"):
            found += list(_of_track(track, rows_of(track.rows, table), mine, table, ppq))
    return found


TrackKey = tuple[str, str, int]  # a track's name, its instrument, how many like it came before


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


def legend_end(piece: Piece, table: Table) -> float:
    """Return the beat at which the legend is over: its notes have velocities and lengths of their own."""
    return legend(piece.legend, piece, parts_of(piece, table), table, TempoMap()).end if piece.legend else 0.0


def _after(beat: float, track: Track) -> Track:
    return replace(track, notes=track.notes[track.notes["start"] >= beat])


def _of_track(
    track: TrackBase, rows: I8, pairs: list[tuple[Track, Track]], table: Table, ppq: int
) -> Iterator[Fidelity]:
    for name in TARGETS:
        rule = track.rule(name)
        if rule is None or rule.from_ is None or name not in _HEARD:
            continue
        matched = [_matched(written, heard, ppq) for written, heard in pairs]
        row = np.concatenate([np.empty(0, np.int64), *(written["row"][which] for (written, which, _) in matched)])
        sounded = [_heard(name, heard, track.rule("glide") is not None) for _, heard in pairs]
        values = np.concatenate([np.empty(0), *(s[k] for s, (_, _, k) in zip(sounded, matched, strict=True))])
        of_data = row >= 0
        # Times of as many ticks differ in their last bits.
        column, values, row = table[rule.from_][row[of_data]], values[of_data].round(9), row[of_data]
        yield Fidelity(
            track=track.name,
            target=name,
            column=rule.from_,
            spearman=spearman(column, values),
            rows=rows.size,
            rows_heard=np.unique(row).size,
            values=np.unique(column[np.isfinite(column)]).size,
            levels=np.unique(values).size,
            clipped=_clipped(rule, table, rows),
        )


def spearman(x: F8, y: F8) -> float | None:
    """Return Spearman's rank correlation of two columns (n,), ties sharing the mean of their places.

    None where fewer than two pairs are known, or one of the columns is constant.
    """
    known = np.isfinite(x) & np.isfinite(y)
    if known.sum() < 2 or any(column[known].min() == column[known].max() for column in (x, y)):
        return None
    a, b = rank(x[known]) - 0.5, rank(y[known]) - 0.5
    return float(np.clip((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()), -1, 1))


def _matched(written: Track, heard: Track, ppq: int) -> tuple[np.ndarray, I8, I8]:
    """Return the written notes, which of them (m,) are in the file, and where (m,) among the notes read back."""
    wanted, there = sounding_pitch(written), sounding_pitch(heard)
    which, where = np.empty(0, np.int64), np.empty(0, np.int64)
    left = np.arange(written.notes.size)
    for line in _LINES:
        key = _places(written.notes["start"][left], wanted[left], ppq, line)
        found = _places(heard.notes["start"], there, ppq, line)
        order = np.argsort(found, kind="stable")
        at = np.minimum(np.searchsorted(found[order], key), found.size - 1)
        same = found[order][at] == key
        which, where = np.append(which, left[same]), np.append(where, order[at[same]])
        left = left[~same]
    order = np.argsort(which)
    return written.notes, which[order], where[order]


# What is bent comes back a hair off. Pitches are told apart by semitones whose ends lie, in turn, at these parts of
# a key: the first far from the whole keys and quarter-tones that most are, the second far from the first.
_LINES = (0.2537, 0.7537)


def _places(start: F8, pitch: F8, ppq: int, line: float) -> I8:
    key = np.clip(np.floor(pitch + line), 0, 127).astype(np.int64)
    return np.floor(start * ppq + 0.5).astype(np.int64) << 7 | key


_HEARD = ("pitch", "duration", "velocity", "pan", "onset", *AUTOMATION)


def _heard(target: str, track: Track, glides: bool) -> F8:
    """Return what a target came to in the file for each note read back, (n,): a note that `glides` ends as itself."""
    fields = {"duration": "length", "onset": "start", "velocity": "velocity", "pan": "pan"}
    if target == "pitch":
        return reached_pitch(track) if glides else sounding_pitch(track)
    if target in fields:
        return np.asarray(track.notes[fields[target]], np.float64)
    return controlled(track, target, track.notes["start"])


def _clipped(rule: Rule, table: Table, rows: I8) -> int:
    """Return how many rows have more extreme values than the least extreme one that the scaler brings to 0 or to 1."""
    scaler = tuple(step for step in rule.via[:1] if step.called in SCALERS)
    plain = rule.model_copy(update={"via": scaler, "invert": False})
    shares, column = shares_of(plain, table, rows)[rows], table[rule.from_ or ""][rows]
    low, high = column[shares == 0], column[shares == 1]
    return int((low < low.max(initial=-np.inf)).sum() + (high > high.min(initial=np.inf)).sum())
