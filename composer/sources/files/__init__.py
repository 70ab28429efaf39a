from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from typing_extensions import Doc

from composer.table import Table


@dataclass(frozen=True)
class Reader:
    call: Callable[..., Any]
    doc: str = ""


def delimited(path: Path, delimiter: Annotated[str, Doc("x")] = "") -> Table:
    """CSV."""
    import polars as pl

    f = pl.read_csv(path)
    return Table({n: f[n].to_numpy() for n in f.columns})


READERS = {"csv": Reader(delimited)}


def reader_of(path: Path) -> Reader:
    return READERS[path.suffix[1:]]


def read_table(path: Path, index: str | None = None, **options: Any) -> Table:
    return delimited(path)


def column_names(path: Path, index: str | None = None, **options: Any) -> tuple[str, ...]:
    return delimited(path).names


def table_of(data: Any, index: str | None = None) -> Table:
    return data if isinstance(data, Table) else Table(data)
