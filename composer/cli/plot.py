"""`composer plot`: a picture of a piece, or of a .mid from anywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from composer.cli.summary import say_files
from composer.cli.terminal import AsJson, Changes, Quiet, progress, say_json, verb
from composer.errors import Fault, FileError, InputError, pick
from composer.outputs.plots import PLOTS
from composer.outputs.plots.figure import FORMATS
from composer.progress import Progress
from composer.sources.midi import read_midi
from composer.writing import Music, render

MIDI = (".mid", ".midi")
_SIZE = re.compile(r"(\d{1,9})[x×](\d{1,9})")


@verb
def plot(
    music: Annotated[
        str,
        typer.Argument(metavar="PIECE|SCORE.mid", help="A piece, a built-in piece's name, or a Standard MIDI File."),
    ],
    kind: Annotated[str, typer.Option(help=f"What is drawn: {', '.join(PLOTS)}.")] = "roll",
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="OUT", help="A .png, .svg or .pdf; NAME-KIND.png, here, if left out."),
    ] = None,
    size: Annotated[str | None, typer.Option(metavar="WxH", help="Width and height in px, such as 1200x800.")] = None,
    dpi: Annotated[int, typer.Option(help="Dots an inch; 0: text grows with the page.")] = 0,
    theme: Annotated[str, typer.Option(help="light or dark.")] = "light",
    over: Annotated[str | None, typer.Option(help="For notes: what they run over, index, row or time.")] = None,
    at: Annotated[float | None, typer.Option(metavar="T", help="For path: draw eta's partial sums at this t.")] = None,
    set_: Changes = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Draw a picture of a piece, or of a .mid from anywhere.

    Example:  composer plot riemann --kind poster -o riemann.png
    """
    pick(PLOTS, kind, "plot", "--kind")
    width, height = (0, 0) if size is None else _sides(size)
    target = out or Path(f"{Path(music).stem}-{kind}.png")
    if target.suffix.lower().removeprefix(".") not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise FileError(Fault("its suffix names no kind of picture", str(target), f"use one of: {known}"))
    settings: dict[str, Any] = {"kind": kind, "width": width, "height": height, "dpi": dpi, "theme": theme}
    settings |= {name: value for name, value in (("over", over), ("at", at)) if value is not None}
    with progress(quiet or as_json) as report:
        file = render(_made(music, set_ or (), report), target, progress=report, **settings)
    if as_json:
        say_json({"kind": kind, "files": [str(file)]})
    elif not quiet:
        say_files([file])


def _made(music: str, changes: Any, report: Progress) -> Music:
    """Return the score of a .mid, or the composition of a piece with its changes."""
    if Path(music).suffix.lower() not in MIDI:
        from composer.composition import compose  # the models of a piece take their time
        from composer.piece.store import find, load

        return compose(load(find(music), changes), progress=report)
    if changes:
        raise InputError(Fault("a .mid has no settings to change", "--set", "plot a piece, or leave --set out"))
    return read_midi(Path(music))


def _sides(size: str) -> tuple[int, int]:
    match = _SIZE.fullmatch(size.strip().lower())
    if match is None:
        raise InputError(Fault(f"{size!r} is not a size", "--size", "write width x height in px, such as 1200x800"))
    return int(match[1]), int(match[2])
