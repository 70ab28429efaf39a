"""The command line: one verb a file, each a thin door to the Python API."""

from __future__ import annotations

import signal
from typing import Annotated, Any

import typer


def main() -> None:
    """Run the `composer` program: exit status 0 done, 1 the input is at fault, 2 the call's words are off."""
    # A polite kill unwinds the stack as Ctrl-C does, so that no half-written file stays behind.
    signal.signal(signal.SIGTERM, _terminated)
    app()()


def app() -> Any:
    """Return the typer application with every verb."""
    from composer.cli import check, compose, describe, lists, new, render

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
    for verb in (compose.compose, new.new, check.check, describe.describe, render.render):
        application.command(name=verb.__name__)(verb)
    application.command(name="list")(lists.list_rows)
    return application


def _tell_version(wanted: bool) -> None:
    if wanted:
        import composer
        from composer.cli.terminal import say

        say(f"composer {composer.__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Hold the options of the program itself, before any verb."""


def _terminated(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)
