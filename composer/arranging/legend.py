"""The legend: a few notes that teach the mapping before the piece begins."""

from __future__ import annotations

import numpy as np

from composer.arranging.form import Stretch
from composer.arranging.playing import Part
from composer.errors import Fault, InputError, located
from composer.mapping.metre import bar_length
from composer.piece.form import LegendModel
from composer.piece.model import Piece
from composer.score import Marker, Track, notes
from composer.table import Table
from composer.units import TempoMap

VELOCITY = 0.7


def legend(asked: LegendModel, piece: Piece, parts: list[Part], table: Table, tempo: TempoMap) -> Stretch:
    """Return music that plays the least, middle and greatest value of each track taught.

    Each track takes whole bars; a marker at each note names the column and its value.
    """
    bar = bar_length(piece.time_signature)
    beat, tracks, markers = 0.0, {}, []
    for part in _taught(asked, parts):
        column = part.track.rule("pitch").from_ or ""  # type: ignore[union-attr]
        pitch = part.voices.targets["pitch"]
        known = part.rows[np.isfinite(pitch[part.rows]) & np.isfinite(table[column][part.rows])]
        if not known.size:
            continue
        order = known[np.argsort(table[column][known], kind="stable")]
        rows = order[[0, (order.size - 1) // 2, -1]]
        starts = beat + asked.beats * np.arange(3)
        made = notes(starts, asked.beats, pitch[rows], VELOCITY, 0.0, rows)
        player = int(part.voices.palette[rows[0]])
        name, played_on = part.track.called(player), part.track.palette[player]
        gain, bank = part.track.gain, part.track.bank_numbers
        tracks[part.number, player] = Track(name, played_on, made, gain=gain, bank=bank)
        for start, row, word in zip(starts, rows, ("lowest", "middle", "highest"), strict=True):
            markers.append(Marker(float(start), f"{word} {column}: {table.shown(column, row)}"))
        beat += np.ceil(4 * asked.beats / bar) * bar
    return Stretch(tracks, TempoMap(tempo.changes[:1]), beat, tuple(markers))


def _taught(asked: LegendModel, parts: list[Part]) -> list[Part]:
    following = [part for part in parts if getattr(part.track.rule("pitch"), "from_", None)]
    if asked.tracks is None:
        return following[:1]
    with located("legend.tracks"):
        lacking = set(asked.tracks) - {part.track.name for part in following}
        if lacking:
            raise InputError(
                Fault(f"the pitch of {sorted(lacking)[0]!r} follows no column", remedy="name tracks whose pitch does")
            )
    return [part for part in following if part.track.name in asked.tracks]
