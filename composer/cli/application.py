"""The typer application: every verb, and the options of the program itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from composer.cli.terminal import say

# Every verb, with its module in this room and its function there. A module is loaded when its verb is called, for most
# of them need the models of a piece, which take longer to build than many a verb to do.
VERBS = {
    "compose": ("compose", "compose"),
    "new": ("new", "new"),
    "check": ("check", "check"),
    "describe": ("describe", "describe"),
    "render": ("render", "render"),
    "plot": ("plot", "plot"),
    "video": ("video", "video"),
    "mux": ("mux", "mux"),
    "list": ("lists", "list_rows"),
}


class _Commands(Mapping[str, Any]):
    """The verbs by their names, as commands that are made when they are looked up."""

    def __getitem__(self, name: str) -> Any:
        module, function = VERBS[name]
        one = _typer()
        one.command(name=name)(getattr(import_module(f"composer.cli.{module}"), function))
        return typer.main.get_command(one)

    def __iter__(self) -> Iterator[str]:
        return iter(VERBS)

    def __len__(self) -> int:
        return len(VERBS)


class _Program(TyperGroup):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": _Commands()})


def app() -> Any:
    """Return the typer application with every verb."""
    application = _typer(
        cls=_Program,
        name="composer",
        help="Turn numbers into music: a function or a dataset becomes a multi-track .mid and a stereo WAV.",
        epilog="First steps:  composer compose riemann -o out",
        no_args_is_help=True,
    )
    application.callback()(_options)
    return application


def _typer(**settings: Any) -> typer.Typer:
    return typer.Typer(pretty_exceptions_enable=False, add_completion=False, rich_markup_mode=None, **settings)


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
