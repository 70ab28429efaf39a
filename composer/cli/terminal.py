"""All that is drawn on a terminal: results on stdout, faults and progress on stderr; and options in common."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, ParamSpec

import typer

from composer.errors import ComposerError
from composer.progress import Progress, silent

P = ParamSpec("P")
PATIENCE = 1.0  # seconds of work before progress is shown

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
PieceName = Annotated[str, typer.Argument(metavar="PIECE", help="A .toml, or a built-in piece's name.")]
Changes = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a setting of the piece.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for scripts.")]


def verb(command: Callable[P, None]) -> Callable[P, None]:
    """Wrap a verb so that the user's faults end in one message and status 1, an interruption in 130."""

    @functools.wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()  # so that an output that is full or gone is found out here
        except ComposerError as error:
            _complain(str(error))
            raise typer.Exit(1) from error
        except BrokenPipeError as error:
            _drop_output()  # whoever read it has had enough
            raise typer.Exit(1) from error
        except OSError as error:  # a full disk, a name that is too long, a device that is gone
            _complain(f"{error.filename or 'the output'}: {(error.strerror or str(error)).lower()}")
            _drop_output()
            raise typer.Exit(1) from error
        except KeyboardInterrupt as error:
            _complain("interrupted: nothing was left half-written")
            raise typer.Exit(130) from error

    return guarded


def _drop_output() -> None:
    """Let what is still waiting to be printed go nowhere, or Python would try, and fail, again at its exit."""
    with contextlib.suppress(OSError, ValueError):  # a standard output that is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str) -> None:
    sys.stderr.write(f"composer: {text}\n")


def say(text: str) -> None:
    """Print plain text."""
    sys.stdout.write(text + "\n")


def say_json(data: Any) -> None:
    """Print data as JSON."""
    say(json.dumps(data, indent=2, ensure_ascii=False, default=str))


def say_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under headings, folded to the width of the terminal; in one line each where there is none."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold", header_style="bold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console = Console()
    if not console.is_terminal:
        console.width = 1000
    console.print(table)


def say_entries(entries: Sequence[tuple[str, str, Sequence[str]]]) -> None:
    """Print a name, what it is, and what more there is to say, entry by entry, folded to the terminal."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    if not sys.stdout.isatty():
        for name, what, more in entries:
            say("\n    ".join((f"{name}  {what}", *more)))
        return
    console = Console()
    for name, what, more in entries:
        console.print(Text.assemble((name, "bold"), f"  {what}"))
        for line in more:
            console.print(Padding(Text(line), (0, 0, 0, 4), expand=False))


@contextlib.contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """Yield a Progress that draws bars on stderr, once the work has lasted over a second, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bars = Bars(*columns, console=Console(stderr=True), transient=True)
    begun = time.monotonic()
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int) -> None:
        if not tasks and time.monotonic() - begun < PATIENCE:
            return
        if stage not in tasks:
            bars.start()
            tasks[stage] = bars.add_task(stage, total=total)
        bars.update(tasks[stage], completed=done, total=total)

    try:
        yield report
    finally:
        bars.stop()


def clock_time(seconds: float) -> str:
    """Return a length of time as minutes and seconds.

    >>> clock_time(83.25)
    '1:23.2'
    """
    tenths = int(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"
