"""From a piece to music: `compose` reads as its stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from composer.arranging.fidelity import Fidelity
from composer.arranging.fidelity import fidelity as _fidelity
from composer.arranging.values import drawn_in
from composer.arranging.whole import arranged
from composer.errors import Fault, InputError, located
from composer.parameters import asked_for
from composer.piece.files import FileCall
from composer.piece.model import Piece, source_of
from composer.piece.schema import Call
from composer.piece.store import load
from composer.progress import Progress, Report, silent
from composer.score import NOTEBOOK, Score, drawn
from composer.shaping import SHAPES
from composer.sources.files import read_table, table_of
from composer.sources.functions import FUNCTIONS
from composer.table import Table


@dataclass(frozen=True, eq=False)
class Composition:
    """A piece, the table that it was made from, shaped, the score that came of it, and what was left out on the way."""

    piece: Piece
    table: Table
    score: Score
    report: tuple[str, ...] = ()

    def plot(self, kind: str = "roll", *, ax: Any = None, **settings: Any) -> Any:
        """Return a picture, a matplotlib Figure, drawn into `ax` if one is given: see `composer.plot`."""
        return drawn(self, kind, ax, settings)

    def play(self) -> Any:
        """Return the sound as an `IPython.display.Audio`, the whole of it; ComposerError where IPython is missing."""
        return import_module(NOTEBOOK).played(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return what a notebook shows; see `composer.notebook`."""
        shown: dict[str, Any] = import_module(NOTEBOOK).composition_shown(self)
        return shown


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


def _shaped(piece: Piece, table: Table, report: Report, progress: Progress) -> Table:
    others = {}
    for name, source in piece.sources.items():
        with located(f"sources.{name}"):
            others[name] = _read(source, piece.seed, progress)
    for n, step in enumerate(piece.shape):
        function = SHAPES[step.called].call
        with located(f"shape[{n}]"):
            table = function(table, **step.arguments, **asked_for(function, {"sources": others, "report": report}))
    return table
