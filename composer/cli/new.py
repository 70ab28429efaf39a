"""`composer new`: a piece to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from composer.cli.terminal import Quiet, say, verb
from composer.errors import Fault, FileError
from composer.files import whole
from composer.piece.starter import starter


@verb
def new(
    function: Annotated[str, typer.Argument(metavar="FUNCTION", help="One of `composer list functions`.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="PIECE.toml", help="The file to write; printed if left out.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write a starting piece for a function: commented, and ready to compose.

    Example:  composer new lorenz -o lorenz.toml
    """
    text = starter(function)
    if out is None:
        say(text.rstrip())
        return
    if out.exists():
        raise FileError(Fault("there is something of this name already", str(out), "choose another name with -o"))
    with whole(out) as (part,):
        part.write_text(text, encoding="utf-8")
    if not quiet:
        say(f"{out}  now: composer compose {out}")
