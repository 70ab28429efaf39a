"""The typer application: every verb, and the options of the program itself."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from composer.cli import check, compose, describe, lists, new, plot, render
from composer.cli.terminal import say


def app() -> Any:
    """Return the typer application with every verb."""
    application = typer.Typer(
        name="composer",
        help="Turn numbers into music: a function or a dataset becomes a multi-track .mid and a stereo WAV.",
        epilog="First steps:  composer compose riemann -o out",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
        rich_markup_mode=None,
    )
    application.callback()(_options)
    for verb in (compose.compose, new.new, check.check, describe.describe, render.render, plot.plot):
        application.command(name=verb.__name__)(verb)
    application.command(name="list")(lists.list_rows)
    return application


def _tell_version(wanted: bool) -> None:
    if wanted:
        import composer

        say(f"composer {composer.__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Hold the options of the program itself, before any verb."""
