"""The errors that are the user's to mend: each says what is wrong, where, and what to do about it.

Anything else that is raised is a bug of ours and keeps its traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: `message`, the place (a path in the piece, a file) and the remedy."""

    message: str
    where: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n    {self.remedy}" if self.remedy else text


class ComposerError(Exception):
    """The user's input is at fault; `faults` holds all that was found, not only the first."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class InputError(ComposerError):
    """A piece, a table or an argument says something that cannot be done."""


class FileError(ComposerError):
    """A file cannot be read, understood or written."""


@contextmanager
def located(where: str) -> Iterator[None]:
    """Let an InputError that passes through say that it arose at `where`, above what it says itself."""
    try:
        yield
    except InputError as error:
        faults = [replace(f, where=f"{where}.{f.where}" if f.where else where) for f in error.faults]
        raise InputError(*faults) from error


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known names that look most like `name`, best first (none where nothing is close).

    >>> nearest("viberphone", ["violin", "vibraphone", "flute"])
    ['vibraphone']
    """
    by_lower = {other.lower(): other for other in known}
    close = difflib.get_close_matches(str(name).lower(), list(by_lower), n=most, cutoff=0.6)
    return [by_lower[other] for other in close]


def unknown(kind: str, name: object, known: Iterable[str], where: str = "") -> Fault:
    """Return the fault of a name that no table knows, with the nearest right names as its remedy."""
    names = list(dict.fromkeys(known))
    close = nearest(str(name), names)
    if close:
        remedy = "did you mean " + " or ".join(repr(other) for other in close) + "?"
    elif len(names) <= 24:
        remedy = "use one of: " + ", ".join(sorted(names)) if names else f"there is no {kind} here"
    else:
        remedy = f"there are {len(names)} of them: `composer list` shows each"
    return Fault(f"no {kind} is called {name!r}", where, remedy)


def pick(table: Mapping[str, T], name: str, kind: str, where: str = "") -> T:
    """Return the row of `table` called `name`; raise InputError naming the nearest rows otherwise."""
    try:
        return table[name]
    except KeyError:
        raise InputError(unknown(kind, name, table, where)) from None
