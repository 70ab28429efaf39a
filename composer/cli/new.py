"""`composer new`: a piece to start from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from composer.cli.terminal import Quiet, say, verb
from composer.errors import Fault, FileError, InputError, nearest, unknown
from composer.files import whole
from composer.piece.starter import starter
from composer.piece.starters.data import data_starter
from composer.sources.files import READERS
from composer.sources.functions import FUNCTIONS


@verb
def new(
    source: Annotated[
        str, typer.Argument(metavar="DATA|FUNCTION", help="A data file, or one of `composer list functions`.")
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="PIECE.toml", help="The file to write; printed if left out.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write a starting piece for a data file or a function: commented, and ready to compose.

    A data file is looked at first: its index, its columns, what goes together, what comes again. The piece has
    three to six tracks and lasts one to two minutes; its comments say what was found and what each setting does.

    Example:  composer new tides.csv -o tides.toml
    """
    if out is not None and out.exists():
        raise FileError(Fault("there is something of this name already", str(out), "choose another name with -o"))
    text = _text(source, Path() if out is None else out.parent)
    if out is None:
        say(text.rstrip())
        return
    with whole(out) as (part,):
        part.write_text(text, encoding="utf-8")
    if not quiet:
        say(f"{out}  now: composer compose {out}")


def _text(source: str, folder: Path) -> str:
    """Return the piece for what is named: a function, if there is one of this name; a file, if it looks like one."""
    if source in FUNCTIONS:
        return starter(source)
    path = Path(source)
    if not _is_there(path) and "://" not in source:
        beside = [str(path.with_name(name)) for name in nearest(path.name, _data_beside(path))]
        remedy = "did you mean " + " or ".join(map(repr, beside)) + "?"
        if _known(path):
            remedy = remedy if beside else "give the path of a data file"
            raise FileError(Fault("there is no such file", source, remedy))
        fault = unknown("function", source, FUNCTIONS)
        raise InputError(replace(fault, remedy=remedy) if beside else fault)
    return data_starter(path, folder)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name can be too long even to ask for
        return False


def _known(path: Path) -> bool:
    return path.suffix.lower().removeprefix(".") in READERS


def _data_beside(path: Path) -> list[str]:
    """Return the names of the data files in the folder where one was looked for."""
    try:
        return sorted(other.name for other in path.parent.iterdir() if _known(other))
    except OSError:
        return []
