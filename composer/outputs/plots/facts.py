"""What a plot may ask for besides score and table: plain data that the floors above know and hand over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from composer.errors import Fault, InputError
from composer.table import Table


@dataclass(frozen=True)
class Follows:
    """A rule of a track: its `target` follows a `column`; `parts` are the score's tracks that play it, by number.

    A track that `glides` comes to a note's pitch by its end.
    """

    track: str
    target: str
    column: str
    parts: tuple[int, ...]
    number: int = 0  # the track's place in the piece
    glides: bool = False


class Kept(Protocol):
    """What the fidelity report says of one rule: see `composer.arranging.fidelity`."""

    @property
    def track(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def spearman(self) -> float | None: ...


NAMES = {"re": "real part", "im": "imaginary part", "abs": "modulus", "arg": "argument (rad)"}


def is_complex(table: Table) -> bool:
    """Whether the table holds the values of a complex function: eta's, zeta's."""
    return {"re", "im", "abs"} <= set(table.names)


def named(table: Table, column: str, units: dict[str, str]) -> str:
    """Return a column's label, with its unit where one is known."""
    if is_complex(table) and column in NAMES:
        return NAMES[column]
    if column in table.dates:
        return f"{column} (UTC)"
    return f"{column} ({units[column]})" if units.get(column) else column


def table_needed(table: Table | None, what: str) -> Table:
    """Return the table, or raise InputError where there is none, as of a `.mid`."""
    if table is None:
        fault = Fault(f"{what} needs the data that the notes came from", "kind", "plot a piece, or choose kind roll")
        raise InputError(fault)
    return table
