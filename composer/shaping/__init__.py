from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from typing_extensions import Doc

from composer.table import Table


@dataclass(frozen=True)
class Shape:
    call: Callable[..., Table]


def rows(table: Table, first: Annotated[int, Doc("a")] = 0, last: Annotated[int, Doc("a")] = 5) -> Table:
    """Rows."""
    return table.taking(range(len(table))[first:last])


def other(table: Table) -> Table:
    """Other."""
    return table


SHAPES = {"rows": Shape(rows), "other": Shape(other)}


def columns_after(
    names: Sequence[str], steps: Sequence[Any], sources: Mapping[str, Sequence[str]]
) -> tuple[str, ...] | None:
    return tuple(names)
