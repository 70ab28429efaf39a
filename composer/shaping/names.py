"""Which columns a step leaves, told from its options alone, before there are data: None where the data decide.

Each rule maps (names before, options as written, columns of the other sources by name) to the names after.
Options may be faulty: what is wrong with them is said elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from composer.shaping.joining import names_here

Names = tuple[str, ...]
Rule = Callable[[Names, Mapping[str, Any], Mapping[str, Sequence[str]]], Names | None]


def same(names: Names, options: Mapping[str, Any], sources: Mapping[str, Sequence[str]]) -> Names | None:
    """The names from before."""
    return names


def adding(option: str) -> Rule:
    """Return the rule of a step that puts a column under the name which an option gives, if it gives one."""

    def rule(names: Names, options: Mapping[str, Any], sources: Mapping[str, Sequence[str]]) -> Names | None:
        to = options.get(option)
        return tuple(dict.fromkeys((*names, to))) if isinstance(to, str) and to else names

    return rule


def renamed(names: Names, options: Mapping[str, Any], sources: Mapping[str, Sequence[str]]) -> Names | None:
    """One of them changed."""
    of, to = options.get("of"), options.get("to")
    if not isinstance(to, str):
        return names
    return tuple(dict.fromkeys(to if name == of else name for name in names))


def joined(names: Names, options: Mapping[str, Any], sources: Mapping[str, Sequence[str]]) -> Names | None:
    """Those of another source after them."""
    source, prefix = options.get("source"), options.get("prefix", "")
    if not isinstance(source, str) or source not in sources or not isinstance(prefix, str):
        return None
    return tuple(dict.fromkeys((*names, *names_here(names, sources[source], source, prefix))))


def unforeseen(names: Names, options: Mapping[str, Any], sources: Mapping[str, Sequence[str]]) -> Names | None:
    """Others, which the data decide."""
    return None
