"""From a piece to music: `compose` reads as its stages, `render` and `export` put the result into files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from composer.errors import Fault, FileError, InputError, located, pick, unknown
from composer.files import whole
from composer.instruments import instrument
from composer.mapping.rhythm import TIMINGS, Clock
from composer.mapping.rows import ROWS
from composer.mapping.rules import drawn, share, spread
from composer.mapping.scales import key_of
from composer.mapping.targets import TARGETS, in_score
from composer.outputs import OUTPUTS
from composer.parameters import asked_for
from composer.piece.model import Piece, settings_of, source_of
from composer.piece.rule import PitchRule, Rule
from composer.piece.schema import Call
from composer.piece.store import load, spelled_out
from composer.piece.track import PLACE, MarkerModel, TrackBase
from composer.progress import Progress, silent
from composer.score import Marker, Score, Track, notes
from composer.sources import EVENTS, FUNCTIONS
from composer.table import Table
from composer.units import F8, I8

PIECE_FILE = "toml"  # the piece, spelled out, is written beside the music


@dataclass(frozen=True, eq=False)
class Composition:
    """A piece, the table that it was made from, and the score that came of it."""

    piece: Piece
    table: Table
    score: Score


def compose(
    piece: str | Path | Mapping[str, Any] | Piece, table: Table | None = None, *, progress: Progress = silent
) -> Composition:
    """Make the score of a piece: a path, a built-in piece's name, a mapping, or a Piece.

    A `table` takes the place of the piece's own source. Raises InputError where the piece cannot be made.
    """
    spec = load(piece, columns=None if table is None else table.names)
    source = _table(spec, progress) if table is None else table
    clocks: dict[str, Clock] = {}
    tracks = []
    for n, track in enumerate(spec.tracks):
        with located(f"track[{n}]"):
            tracks.append(_track(track, spec, source, clocks))
    score = Score(
        tuple(tracks),
        spec.tempo_map,
        spec.time_signature,
        key_of(spec.key) if spec.key else None,
        _markers(spec, source, clocks),
        spec.title,
    )
    return Composition(spec, source, score)


def sample(function: str, *, seed: int = 0, progress: Progress = silent, **parameters: Any) -> Table:
    """Return the table of one of the functions, by its name, such as `sample("lorenz", points=200)`."""
    return _called(source_of({"function": function, **parameters}), seed, progress)


def _table(piece: Piece, progress: Progress) -> Table:
    if piece.source is None:
        raise InputError(
            Fault("the piece has no source, and no table was given", "source", 'add [source] function = "eta"')
        )
    with located("source"):
        return _called(piece.source, piece.seed, progress)


def _called(source: Call, seed: int, progress: Progress) -> Table:
    function = FUNCTIONS[source.called].call
    offered = {"rng": np.random.default_rng(seed), "progress": progress}
    return function(**source.arguments, **asked_for(function, offered))


def _track(track: TrackBase, piece: Piece, table: Table, clocks: dict[str, Clock]) -> Track:
    """Return one track's notes, and leave its clock among the `clocks` for the tracks that follow it."""
    rows = _rows(track.rows, table)
    values = {name: _values(track, name, piece, table, rows) for name in TARGETS}
    clock = _clock(track, rows, values["duration"], table, piece, clocks)
    clocks.setdefault(track.name, clock)
    columns = {name: np.asarray(values[name])[rows] for name in ("pitch", "velocity", "pan")}
    columns |= {"start": clock.start, "length": clock.length}
    heard = np.all(np.isfinite([*columns.values()]), axis=0)
    if values["duration"] is not None:
        heard &= np.isfinite(values["duration"][rows])
    return Track(track.name, track.instrument, notes(row=rows[heard], **{k: v[heard] for k, v in columns.items()}))


def _rows(selection: Call, table: Table) -> I8:
    function = ROWS[selection.called]
    with located("rows"):
        return function(table, **selection.arguments, **asked_for(function, {"events": EVENTS}))


def _values(track: TrackBase, target: str, piece: Piece, table: Table, rows: I8) -> F8 | None:
    """Return what a rule gives for every row of the table, in the score's units; None without a rule."""
    rule = track.rule(target)
    if rule is None:
        return None
    with located(target):
        if rule.value is not None:
            number = in_score(rule.target, [rule.target.number(rule.value)], rule.unit)
            return np.full(len(table), number[0])
        with located("from"):
            column = table[rule.from_ or ""]
        if rule.over == "rows":
            column = np.where(np.isin(np.arange(len(table)), rows), column, np.nan)
        shares = share(column, [(step.called, step.arguments) for step in rule.via], rule.invert)
        if isinstance(rule, PitchRule):
            scale = rule.scale or _default_scale(track, piece)
            return drawn(shares, scale, rule.ends_for(scale), rule.snap)
        return spread(shares, rule.target, rule.ends, rule.unit)


def _default_scale(track: TrackBase, piece: Piece) -> str:
    """Return the piece's key; drums know no key."""
    return "chromatic" if instrument(track.instrument).is_drums else piece.key or "chromatic"


def _clock(
    track: TrackBase, rows: I8, durations: F8 | None, table: Table, piece: Piece, clocks: Mapping[str, Clock]
) -> Clock:
    rule: Rule | None = track.rule("duration")
    offered = {
        "rows": rows,
        "table": table,
        "durations": None if durations is None else durations[rows],
        "unit": TARGETS["duration"].unit if rule is None else rule.unit,
        "tempo": piece.tempo_map,
        "grid": track.grid_beats,
        "clocks": clocks,
    }
    timing = TIMINGS[track.time.called]
    with located("time"):
        clock = timing(**asked_for(timing, offered), **track.time.arguments)
    return Clock(clock.rows, clock.start + track.delay, clock.length)


def _markers(piece: Piece, table: Table, clocks: Mapping[str, Clock]) -> tuple[Marker, ...]:
    found = []
    for n, marker in enumerate(piece.markers):
        with located(f"marker[{n}]"):
            found += _placed(marker, table, clocks, piece.tracks[0].name)
    return tuple(sorted(found, key=lambda marker: marker.beat))


def _placed(marker: MarkerModel, table: Table, clocks: Mapping[str, Clock], first: str) -> list[Marker]:
    if isinstance(marker.at, float):
        return [Marker(marker.at, marker.text)]
    clock = pick(clocks, marker.follow or first, "track")
    rows = _happenings(marker.at, table) if marker.rows is None else _rows(marker.rows, table)
    known = ~np.isnan(clock.start)
    if not known.any():
        return []
    beats = np.interp(rows, clock.rows[known], clock.start[known])
    return [Marker(float(beat), _worded(marker.text, table, row)) for beat, row in zip(beats, rows, strict=True)]


def _happenings(event: str | None, table: Table) -> F8:
    """Return where along a table's rows, between two of them as a rule, something happens to its index."""
    index = np.asarray(table.index, np.float64)
    order = np.argsort(index)
    return np.interp(EVENTS[event or ""](index), index[order], np.arange(len(table), dtype=np.float64)[order])


def _worded(text: str, table: Table, row: float) -> str:
    """Return a marker's text with the values at a row, or between two, put in for {NAME} and {NAME:.3f}."""
    rows = np.arange(len(table))
    return PLACE.sub(lambda match: format(np.interp(row, rows, table[match[1]]), match[2] or ".6g"), text)


def render(music: Composition | Score, path: str | Path, *, progress: Progress = silent, **settings: Any) -> Path:
    """Write a composition or a score to a file, of the kind that the path's suffix names; return the path.

    `settings` take the place of the piece's, or of the defaults: `rate=48000, encoding="pcm24"` for a .wav,
    `ppq=480` for a .mid. The file appears whole or not at all; InputError and FileError say what is wrong.
    """
    target = Path(path)
    name = target.suffix.removeprefix(".").lower()
    if name not in OUTPUTS:
        kinds = ", ".join(f".{known}" for known in OUTPUTS)
        raise FileError(Fault(f"no output has the suffix {target.suffix!r}", str(target), f"use one of: {kinds}"))
    with whole(target) as (part,):
        _write(music, name, part, progress, settings)
    return target


def export(
    composition: Composition,
    folder: str | Path,
    name: str,
    only: Collection[str] = (),
    *,
    progress: Progress = silent,
) -> list[Path]:
    """Write `folder/name.*`: every output, or `only` some, and the piece spelled out; return the paths.

    All of them appear, or none.
    """
    check_outputs(only)
    kinds = [kind for kind in (*OUTPUTS, PIECE_FILE) if not only or kind in only]
    paths = [Path(folder) / f"{name}.{kind}" for kind in kinds]
    with whole(*paths) as parts:
        for kind, part in zip(kinds, parts, strict=True):
            if kind == PIECE_FILE:
                part.write_text(spelled_out(composition.piece), encoding="utf-8")
            else:
                _write(composition, kind, part, progress, {})
    return paths


def check_outputs(kinds: Collection[str]) -> None:
    """Raise InputError unless every kind is one that `export` can write."""
    known = (*OUTPUTS, PIECE_FILE)
    wrong = [unknown("output", kind, known, "--only") for kind in kinds if kind not in known]
    if wrong:
        raise InputError(*wrong)


def _write(music: Composition | Score, kind: str, path: Path, progress: Progress, changed: Mapping[str, Any]) -> None:
    writer = OUTPUTS[kind]
    score, own = (music, {}) if isinstance(music, Score) else (music.score, music.piece.settings(kind))
    with located(kind):
        settings = settings_of(kind, {**own, **changed})
    writer(score, path, **settings, **asked_for(writer, {"progress": progress}))
