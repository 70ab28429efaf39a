"""From a piece to music: `compose` reads as its stages, `render` and `export` put the result into files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from composer.arranging.fidelity import Fidelity
from composer.arranging.fidelity import fidelity as _fidelity
from composer.arranging.values import drawn_in
from composer.arranging.whole import arranged
from composer.errors import Fault, FileError, InputError, located, unknown
from composer.files import whole
from composer.outputs import BY_DEFAULT, IN_FILES, OUTPUTS
from composer.parameters import asked_for
from composer.piece.files import FileCall
from composer.piece.model import Piece, settings_of, source_of
from composer.piece.schema import Call
from composer.piece.store import load, spelled_out
from composer.progress import Progress, silent
from composer.score import Score
from composer.shaping import SHAPES
from composer.sources import FUNCTIONS
from composer.sources.files import read_table, table_of
from composer.table import Table

PIECE_FILE = "toml"  # the piece, spelled out, is written beside the music


@dataclass(frozen=True, eq=False)
class Composition:
    """A piece, the table that it was made from, shaped, the score that came of it, and what was left out on the way."""

    piece: Piece
    table: Table
    score: Score
    report: tuple[str, ...] = ()


Music = Composition | Score
Report = Callable[[str], None]


def unheard(line: str) -> None:
    """Report to nobody."""


def compose(
    piece: str | Path | Mapping[str, Any] | Piece, table: Any = None, *, progress: Progress = silent
) -> Composition:
    """Make the score of a piece: a path, a built-in piece's name, a mapping, or a Piece.

    A `table` takes the place of the piece's own source: a Table, a mapping of names to arrays, or any data frame that
    exports an Arrow stream. Raises InputError where the piece cannot be made.
    """
    given = None if table is None else table_of(table)
    spec = load(piece, columns=None if given is None else given.names)
    report: list[str] = []
    data = _shaped(spec, _source(spec, progress) if given is None else given, report.append, progress)
    report += drawn_in(spec)
    return Composition(spec, data, arranged(spec, data), tuple(report))


def fidelity(composition: Composition) -> list[Fidelity]:
    """Return, for every rule of every track that follows a column, how much of it the `.mid` lets a listener know."""
    return _fidelity(composition.piece, composition.table, composition.score)


def sample(function: str, *, seed: int = 0, progress: Progress = silent, **parameters: Any) -> Table:
    """Return the table of one of the functions, by its name, such as `sample("lorenz", points=200)`."""
    return _read(source_of({"function": function, **parameters}), seed, progress)


def _source(piece: Piece, progress: Progress) -> Table:
    if piece.source is None:
        raise InputError(
            Fault("the piece has no source, and no table was given", "source", 'add [source] function = "eta"')
        )
    with located("source"):
        return _read(piece.source, piece.seed, progress)


def _read(source: Call, seed: int, progress: Progress) -> Table:
    if isinstance(source, FileCall):
        return read_table(Path(source.file), **source.settings)
    function = FUNCTIONS[source.called].call
    offered = {"rng": np.random.default_rng(seed), "progress": progress}
    return function(**source.arguments, **asked_for(function, offered))


def _shaped(piece: Piece, table: Table, report: Callable[[str], None], progress: Progress) -> Table:
    others = {}
    for name, source in piece.sources.items():
        with located(f"sources.{name}"):
            others[name] = _read(source, piece.seed, progress)
    for n, step in enumerate(piece.shape):
        function = SHAPES[step.called].call
        with located(f"shape[{n}]"):
            table = function(table, **step.arguments, **asked_for(function, {"sources": others, "report": report}))
    return table


def render(
    music: Music,
    path: str | Path,
    *,
    progress: Progress = silent,
    report: Report = unheard,
    **settings: Any,
) -> Path:
    """Write a composition or a score to a file, of the kind that the path's suffix names; return the path.

    `settings` take the place of the piece's, or of the defaults: `rate=48000, encoding="pcm24"` for a .wav,
    `ppq=480` for a .mid. `report` is told what a file cannot hold; what takes several files is put into more of
    them, numbered from the second on. The files appear whole or not at all; InputError and FileError say what is
    wrong.
    """
    target = Path(path)
    name = target.suffix.removeprefix(".").lower()
    if name not in OUTPUTS:
        kinds = ", ".join(f".{known}" for known in OUTPUTS)
        raise FileError(Fault(f"no output has the suffix {target.suffix!r}", str(target), f"use one of: {kinds}"))
    parts = _parts(music, name, settings)
    with whole(*(_numbered(target, n) for n in range(len(parts)))) as beside:
        for part, place in zip(parts, beside, strict=True):
            _write(part, name, place, progress, report, settings)
    return target


def export(
    composition: Composition,
    folder: str | Path,
    name: str,
    only: Collection[str] = (),
    *,
    progress: Progress = silent,
    report: Report = unheard,
) -> list[Path]:
    """Write `folder/name.*`: .mid, .wav and the piece spelled out, or `only` what is asked for; return the paths.

    All of them appear, or none. `report` is as for `render`.
    """
    check_outputs(only)
    works: list[tuple[str, Music, Path]] = []
    for kind in (*OUTPUTS, PIECE_FILE):
        if kind in (only or (*BY_DEFAULT, PIECE_FILE)):
            target = Path(folder) / f"{name}.{kind}"
            works += [(kind, part, _numbered(target, n)) for n, part in enumerate(_parts(composition, kind, {}))]
    with whole(*(path for _, _, path in works)) as beside:
        for (kind, part, path), place in zip(works, beside, strict=True):
            if kind == PIECE_FILE:
                place.write_text(spelled_out(composition.piece, path.parent), encoding="utf-8")
            else:
                _write(part, kind, place, progress, report, {})
    return [path for _, _, path in works]


def _numbered(path: Path, n: int) -> Path:
    return path.with_name(f"{path.stem}-{n + 1}{path.suffix}") if n else path


def check_outputs(kinds: Collection[str]) -> None:
    """Raise InputError unless every kind is one that `export` can write."""
    known = (*OUTPUTS, PIECE_FILE)
    wrong = [unknown("output", kind, known, "--only") for kind in kinds if kind not in known]
    if wrong:
        raise InputError(*wrong)


def _parts(music: Music, kind: str, changed: Mapping[str, Any]) -> list[Music]:
    """Return the music in as many parts as there are to be files."""
    divide = IN_FILES.get(kind)
    if divide is None:
        return [music]
    score = music if isinstance(music, Score) else music.score
    scores = divide(score, **asked_for(divide, _settings(music, kind, changed)))
    return [part if isinstance(music, Score) else replace(music, score=part) for part in scores]


def _settings(music: Music, kind: str, changed: Mapping[str, Any]) -> dict[str, Any]:
    own = {} if isinstance(music, Score) else music.piece.settings(kind)
    with located(kind):
        return settings_of(kind, {**own, **changed})


def _write(music: Music, kind: str, path: Path, progress: Progress, report: Report, changed: Mapping[str, Any]) -> None:
    writer = OUTPUTS[kind]
    offered: dict[str, Any] = {"progress": progress, "report": report}
    score = music if isinstance(music, Score) else music.score
    if not isinstance(music, Score):
        offered["table"] = music.table
    writer(score, path, **_settings(music, kind, changed), **asked_for(writer, offered))
