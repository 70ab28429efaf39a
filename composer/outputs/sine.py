"""The sine renderer's stereo mix below full scale, until the sound path does that."""

from __future__ import annotations

from pathlib import Path

from composer.outputs.engines.sine import sine
from composer.outputs.level import kept_below
from composer.outputs.stream import Stream
from composer.score import Score
from composer.units import A4_HZ


def sine_stream(score: Score, rate: int, a4: float = A4_HZ, spool: Path | None = None) -> Stream:
    """Return the score as stereo at `rate` Hz, its peak at -1 dBFS at most; `spool` is as for `kept_below`."""
    return kept_below(sine(score, rate, a4, (tuple(range(len(score.tracks))),)), spool=spool)
