"""What the rules of a track say for each row of the table, in the score's units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from composer.errors import located
from composer.instruments import instrument
from composer.mapping.harmony import tonic_of
from composer.mapping.rows import ROWS
from composer.mapping.rules import drawn, share, spread
from composer.mapping.scales import scale_pitches
from composer.mapping.targets import TARGETS, in_score
from composer.mapping.tunings import Tuning, tuning_of
from composer.parameters import asked_for
from composer.piece.form import EQUAL
from composer.piece.model import Piece
from composer.piece.rule import Following, PitchRule, Rule
from composer.piece.schema import Call
from composer.piece.track import PaletteRule, TrackBase
from composer.sources.functions import EVENTS
from composer.table import Table
from composer.units import F8, I8, pitch_name


@dataclass(frozen=True)
class Voices:
    """The rules of a track, worked out over the whole table of n rows.

    `targets` holds each target that has a rule, (n,), in the score's units, NaN for what is missing; `palette` which of
    the track's instruments plays each row, (n,).
    """

    targets: dict[str, F8]
    palette: I8


def rows_of(selection: Call, table: Table) -> I8:
    """Return the numbers of the rows that a selection takes, rising."""
    function = ROWS[selection.called]
    return function(table, **selection.arguments, **asked_for(function, {"events": EVENTS}))


def values_of(track: TrackBase, piece: Piece, table: Table, rows: I8) -> Voices:
    """Return what the track's rules give; `rows` (m,) are those that the track plays of the table."""
    targets = {}
    for name in TARGETS:
        rule = track.rule(name)
        if rule is not None:
            with located(name):
                targets[name] = _values(rule, track, piece, table, rows)
    palette = np.zeros(len(table), np.int64)
    if isinstance(track.instrument, PaletteRule):
        with located("instrument"):
            palette = _players(track.instrument, table, rows)
    return Voices(targets, palette)


def _players(rule: PaletteRule, table: Table, rows: I8) -> I8:
    """Return which instrument of a palette plays each row, (n,); the first where the column says nothing."""
    count = len(rule.palette)
    labels = table.labels.get(rule.from_, ())
    if labels:  # a category has its own instrument, whichever others the table holds
        codes = table[rule.from_]
        codes = np.where(np.isfinite(codes), len(labels) - 1 - codes if rule.invert else codes, 0)
        return codes.astype(np.int64) % count
    shares = np.nan_to_num(shares_of(rule, table, rows))
    return np.clip(np.floor(shares * count), 0, count - 1).astype(np.int64)


def shares_of(rule: Following, table: Table, rows: I8 | None = None) -> F8:
    """Return the column that a rule follows, brought to 0..1, (n,), NaN for what is missing."""
    with located("from"):
        column = table[rule.from_ or ""]
    if rule.over == "rows" and rows is not None:
        column = np.where(np.isin(np.arange(len(table)), rows), column, np.nan)
    return share(column, [(step.called, step.arguments) for step in rule.via], rule.invert)


def scale_of(track: TrackBase, piece: Piece) -> str | tuple[int | str, ...]:
    """Return the scale that the track's pitches are drawn to: its own, or the piece's key; drums know no key."""
    rule = track.rule("pitch")
    if isinstance(rule, PitchRule) and rule.scale:
        return rule.scale
    return "chromatic" if instrument(track.palette[0]).is_drums else piece.key or "chromatic"


def tuning_in(piece: Piece) -> Tuning | None:
    """Return the tuning of the piece, its root on the key's tonic; None for twelve equal steps."""
    if piece.tuning == EQUAL:
        return None
    with located("tuning"):
        tuning = tuning_of(piece.tuning, tonic_of(piece.key) if piece.key else 0)
    return None if tuning.is_equal_12 else tuning


def playable_ends(track: TrackBase, rule: PitchRule, scale: str | tuple[int | str, ...]) -> tuple[float, float]:
    """Return the range of a pitch rule, drawn in to what all of the track's instruments can play.

    So the order of the data is kept. Where nothing is left of the range, or the instrument has drums for pitches, it
    stays as it is.
    """
    low, high = rule.ends_for(scale)
    players = [instrument(name) for name in track.palette]
    if not track.keep_in_range or any(player.is_drums for player in players):
        return low, high
    inside = max(low, *(player.lowest for player in players)), min(high, *(player.highest for player in players))
    fits = any(inside[0] <= pitch <= inside[1] for pitch in scale_pitches(scale)[0])
    return inside if inside[0] < inside[1] and fits else (low, high)


def drawn_in(piece: Piece) -> Iterator[str]:
    """Yield, for each pitch rule whose range its instrument cannot play, what became of it."""
    for track in piece.tracks:
        rule = track.rule("pitch")
        if isinstance(rule, PitchRule) and rule.from_ is not None:
            scale = scale_of(track, piece)
            asked, kept = rule.ends_for(scale), playable_ends(track, rule, scale)
            if asked != kept:
                was, now = (" to ".join(map(pitch_name, ends)) for ends in (asked, kept))
                yield f"track {track.name!r}: the range {was} is drawn in to {now}, for {' and '.join(track.palette)}"


def _values(rule: Rule, track: TrackBase, piece: Piece, table: Table, rows: I8) -> F8:
    if rule.value is not None:
        number = in_score(rule.target, [rule.target.number(rule.value)], rule.unit)
        return np.full(len(table), number[0])
    shares = shares_of(rule, table, rows)
    if isinstance(rule, PitchRule):
        scale = scale_of(track, piece)
        return drawn(shares, scale, playable_ends(track, rule, scale), rule.snap, tuning_in(piece))
    return spread(shares, rule.target, rule.ends, rule.unit)
