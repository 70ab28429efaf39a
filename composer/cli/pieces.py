"""What is in a piece, for people and for scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from composer.arranging.fidelity import Fidelity
from composer.cli.terminal import say, say_table
from composer.composition import Composition, compose, fidelity
from composer.mapping.targets import TARGETS
from composer.piece.form import TempoRule
from composer.piece.model import Piece
from composer.piece.rule import PitchRule, Rule
from composer.piece.store import load, spelled_out
from composer.piece.track import TrackBase
from composer.sources.functions import EVENTS, FUNCTIONS
from composer.units import pitch_name

LONGEST = 5000  # of t: a longer range has too many zeros to tell
MOST_SHOWN = 40


Made = tuple[Piece, Composition | None]


def read_piece(path: Path) -> Made:
    """Return the piece of a file, and its composition where it has a source to make one from."""
    piece = load(path)
    return piece, None if piece.source is None else compose(piece)


def piece_data(made: Made) -> dict[str, Any]:
    """Return a piece as plain data, with what its mapping keeps of the table: see `fidelity`."""
    piece, composition = made
    return {
        "toml": spelled_out(piece),
        "source": _source(piece),
        "events": _events(piece),
        "tracks": [_mappings(track) for track in piece.tracks],
        "report": [] if composition is None else list(composition.report),
        "fidelity": [vars(row) for row in _fidelity(composition)],
    }


def _fidelity(composition: Composition | None) -> list[Fidelity]:
    return [] if composition is None else fidelity(composition)


def _events(piece: Piece) -> dict[str, list[float]]:
    """Return what happens along the source's range, such as the zeros that it passes; nothing for a long range."""
    if piece.source is None or piece.source.called not in FUNCTIONS:
        return {}
    event, ends = FUNCTIONS[piece.source.called].event, piece.source.arguments.get("t")
    if event is None or ends is None or ends[1] - ends[0] > LONGEST:
        return {}
    return {event: EVENTS[event](np.array(ends, np.float64)).tolist()}


def _source(piece: Piece) -> dict[str, Any] | None:
    call = piece.source
    return None if call is None else {call.key: call.called, **call.arguments}


def _mappings(track: TrackBase) -> dict[str, str]:
    rules = {name: track.rule(name) for name in TARGETS}
    return {"name": track.name, "instrument": ", ".join(track.palette), "role": track.role.called} | {
        name: _words(rule) for name, rule in rules.items() if rule is not None
    }


def _words(rule: Rule) -> str:
    """Return a rule in a few words, such as "re → C4 to C6"."""
    if rule.value is not None:
        return f"{rule.value}{_unit(rule)}"
    via = [step.called for step in rule.via if step.called != "linear"]
    ends = " to ".join(map(str, rule.range or _default_ends(rule)))
    turned = " turned round" if rule.invert else ""
    return f"{rule.from_}{''.join(f' by {name}' for name in via)}{turned} → {ends}{_unit(rule)}"


def _default_ends(rule: Rule) -> tuple[str, ...]:
    return tuple(map(pitch_name, rule.ends_for(rule.scale or "chromatic"))) if isinstance(rule, PitchRule) else ()


def _unit(rule: Rule) -> str:
    return "" if rule.unit == rule.target.unit else f" {rule.unit}"


def say_piece(made: Made) -> None:
    """Print what a piece maps to what, and how much of the data can be heard."""
    piece, composition = made
    facts = [
        _tempo(piece),
        piece.meter,
        piece.key or "no key",
        f"{len(piece.tracks)} track{'s' if len(piece.tracks) > 1 else ''}",
    ]
    say((f"{piece.title}\n" if piece.title else "") + " · ".join(facts))
    if piece.source is not None:
        given = {name: value for name, value in piece.source.arguments.items() if value not in (None, "", ())}
        say(f"source: {piece.source.called}({', '.join(f'{name} = {_shown(value)}' for name, value in given.items())})")
    for line in composition.report if composition else ():
        say(line)
    for event, places in _events(piece).items():
        shown = ", ".join(f"{place:.4f}" for place in places[:MOST_SHOWN])
        say(f"{len(places)} {event}: {shown}{', ...' if len(places) > MOST_SHOWN else ''}")
    mappings = [_mappings(track) for track in piece.tracks]
    used = [name for name in TARGETS if any(name in found for found in mappings)]
    headings = ("name", "instrument", "role", *used)
    say_table(("track", *headings[1:]), [[found.get(name, "-") for name in headings] for found in mappings])
    if composition is not None:
        _say_fidelity(_fidelity(composition))


def _say_fidelity(report: list[Fidelity]) -> None:
    rows = [
        (
            row.track,
            f"{row.column} → {row.target}",
            "-" if row.spearman is None else f"{row.spearman:+.4f}",
            f"{row.rows_heard} of {row.rows}",
            f"{row.levels} of {row.values}",
            row.clipped,
        )
        for row in report
    ]
    say("\nwhat the .mid keeps of the data (Spearman's correlation, rows with a note, distinct levels, rows clipped)")
    say_table(("track", "mapping", "spearman", "rows heard", "levels", "clipped"), rows)


def _tempo(piece: Piece) -> str:
    if isinstance(piece.tempo, TempoRule):
        low, high = piece.tempo.range
        return f"tempo from {piece.tempo.from_}, {low:g} to {high:g} bpm"
    return f"{piece.tempo[0][1]:g} bpm"


def _shown(value: Any) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)
