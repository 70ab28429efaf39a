"""One track of several channels: voices that were kept apart for their bends or pans become one track again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from composer.score import BEND, Controls, Notes
from composer.units import F8


def joined(lanes: Sequence[tuple[Notes, Controls]]) -> tuple[Notes, Controls] | None:
    """Return the notes and controls of lanes of one instrument as one, each note at the pitch that it is bent to.

    None where that would lose something: where a bend moves while a note sounds, or other controllers differ.
    """
    others = [controls[controls["target"] != BEND] for _, controls in lanes]
    if any(not np.array_equal(others[0], other) for other in others[1:]):
        return None
    parts = []
    for notes, controls in lanes:
        own = controls[controls["target"] == BEND]
        begin = _bend_at(own, notes["start"], "right")
        if not np.array_equal(begin, _bend_at(own, notes["start"] + notes["length"], "left")) or _moves(own, notes):
            return None
        bent = notes.copy()
        bent["pitch"] += begin
        parts.append(bent)
    whole = np.concatenate(parts)
    return whole[np.lexsort((whole["pitch"], whole["start"]))], others[0]


def _bend_at(bends: Controls, beats: F8, side: str) -> F8:
    """Return the bend that holds at each beat, or just before it (`side` left)."""
    place = np.searchsorted(bends["start"], beats, side="right" if side == "right" else "left") - 1
    return np.append(bends["value"], 0.0)[place]


def _moves(bends: Controls, notes: Notes) -> bool:
    """Whether a bend changes after a note's start and before its end."""
    first = np.searchsorted(bends["start"], notes["start"], side="right")
    last = np.searchsorted(bends["start"], notes["start"] + notes["length"], side="left")
    return bool((last > first).any())
