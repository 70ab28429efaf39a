"""`composer check`: every fault of a piece at once."""

from __future__ import annotations

import typer

from composer.cli.terminal import AsJson, Changes, PieceName, Quiet, say, say_json, verb
from composer.errors import ComposerError
from composer.piece.store import find, load


@verb
def check(
    piece: PieceName,
    set_: Changes = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Check a piece: report every fault at once, with its place and its remedy; write nothing.

    Example:  composer check my-piece.toml
    """
    try:
        spec = load(find(piece), set_ or ())
    except ComposerError as error:
        if not as_json:
            raise
        say_json({"ok": False, "faults": [vars(fault) for fault in error.faults]})
        raise typer.Exit(1) from error
    if as_json:
        say_json({"ok": True, "faults": []})
    elif not quiet:
        count = len(spec.tracks)
        say(f"{piece}: in order, {count} track{'s' if count > 1 else ''}")
