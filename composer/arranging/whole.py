"""The whole score of a piece: legend, passages, endings."""

from __future__ import annotations

from dataclasses import replace

from composer.arranging.form import joined, numbered, numbered_voices, passages
from composer.arranging.legend import legend
from composer.arranging.markers import fixed_markers, marked, markers_of
from composer.arranging.playing import parts_of, played
from composer.errors import located
from composer.mapping.endings import ENDINGS
from composer.mapping.scales import key_of
from composer.piece.model import Piece
from composer.score import Marker, Score
from composer.table import Table


def arranged(piece: Piece, table: Table) -> Score:
    """Return the score of a piece played from a table; raise InputError where the two do not fit."""
    parts = parts_of(piece, table)
    form, marks = passages(piece, table), marked(piece, table)
    scores, ends = [], []
    if piece.legend is not None:
        opening, end = legend(piece.legend, piece, parts, table, form[0].tempo)
        scores.append(opening)
        ends.append(end)
    for number, passage in enumerate(form):
        music = played(passage, number, parts, piece, table)
        scores.append(replace(music.score, markers=markers_of(passage, marks, table, music.clocks)))
        ends.append(music.end)
    opened = ends[0] if piece.legend is not None else 0.0
    fixed = [Marker(marker.beat + opened, marker.text) for marker in fixed_markers(piece)]
    score = joined(scores, ends, piece.time_signature)
    order = {key: place for place, key in enumerate(numbered_voices(piece))}
    places = [order[key] for key in numbered(score.tracks)]
    score = replace(
        score,
        tracks=tuple(track for _, track in sorted(zip(places, score.tracks, strict=True), key=lambda pair: pair[0])),
        markers=tuple(sorted((*score.markers, *fixed), key=lambda marker: marker.beat)),
        key=key_of(piece.key) if piece.key else None,
        title=piece.title,
    )
    for n, ending in enumerate(piece.ending):
        with located(f"ending[{n}]"):
            score = ENDINGS[ending.called](score, **ending.arguments)
    return score
