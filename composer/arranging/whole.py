"""The whole score of a piece: legend, passages, endings."""

from __future__ import annotations

from dataclasses import replace

from composer.arranging.form import joined, passages
from composer.arranging.legend import legend
from composer.arranging.markers import fixed_markers, marked, markers_of
from composer.arranging.playing import parts_of, played
from composer.errors import located
from composer.mapping.endings import ENDINGS
from composer.mapping.scales import key_of
from composer.piece.model import Piece
from composer.score import Score
from composer.table import Table


def arranged(piece: Piece, table: Table) -> Score:
    """Return the score of a piece played from a table; raise InputError where the two do not fit."""
    parts = parts_of(piece, table)
    form, marks = passages(piece, table), marked(piece, table)
    stretches = [] if piece.legend is None else [legend(piece.legend, piece, parts, table, form[0].tempo)]
    opened = sum(stretch.end for stretch in stretches)
    for number, passage in enumerate(form):
        music, clocks = played(passage, number, parts, piece, table)
        stretches.append(replace(music, markers=markers_of(passage, marks, table, clocks)))
    score = joined(stretches, piece.time_signature)
    fixed = [replace(marker, beat=marker.beat + opened) for marker in fixed_markers(piece)]
    score = replace(
        score,
        markers=tuple(sorted((*score.markers, *fixed), key=lambda marker: marker.beat)),
        key=key_of(piece.key) if piece.key else None,
        title=piece.title,
        copyright=piece.copyright,
    )
    for n, ending in enumerate(piece.ending):
        with located(f"ending[{n}]"):
            score = ENDINGS[ending.called](score, **ending.arguments)
    return score
