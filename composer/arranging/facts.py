"""What a picture of a piece may ask for besides its score: its table, which column sets what, how well it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from composer.arranging.fidelity import fidelity, numbered, numbered_voices
from composer.arranging.markers import happenings
from composer.mapping.targets import TARGETS
from composer.outputs.plots.facts import Follows
from composer.piece.model import Piece
from composer.score import Score
from composer.sources.functions import FUNCTIONS
from composer.sources.zeta.partial import MOST_TERMS, partial_sums
from composer.table import INDEX, Table

SUMMED = "eta"  # the function whose partial sums can be drawn
ZEROS, ALONG = "zeros", "t"  # the event that the path of a complex function marks, and the index that it lies on


def facts_of(piece: Piece, table: Table, score: Score) -> dict[str, Any]:
    """Return the facts by the names under which the plots ask for them; what takes time is a function to call."""
    facts: dict[str, Any] = {
        "table": table,
        "follows": tuple(_follows(piece, score)),
        "fidelity": partial(fidelity, piece, table, score),
    }
    source = piece.source
    if source is not None and source.called == SUMMED:
        facts["sums"] = partial(_sums, sigma=float(source.arguments["sigma"]))
    passes = source is not None and source.called in FUNCTIONS and FUNCTIONS[source.called].event == ZEROS
    if passes and ALONG in table.names and np.array_equal(table[ALONG], table[INDEX], equal_nan=True):
        facts["zeros"] = partial(happenings, ZEROS, table)
    return facts


def _follows(piece: Piece, score: Score) -> Iterator[Follows]:
    owners = numbered_voices(piece)
    parts: dict[int, list[int]] = {}
    for n, key in enumerate(numbered(score.tracks)):
        if key in owners:
            parts.setdefault(owners[key], []).append(n)
    for number, track in enumerate(piece.tracks):
        glides = track.rule("glide") is not None
        for target in TARGETS:
            rule = track.rule(target)
            if rule is not None and rule.from_ is not None:
                yield Follows(track.name, target, rule.from_, tuple(parts.get(number, ())), number, glides)


def _sums(t: float, sigma: float) -> Any:
    # After t / pi terms the path closes upon its end, and by t of them it is as good as closed.
    return partial_sums(t, sigma, min(max(round(abs(t)) + 1000, 2000), MOST_TERMS))
