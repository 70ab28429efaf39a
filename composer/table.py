"""The table: named columns of numbers over an index, where every piece begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from composer.errors import Fault, InputError, unknown
from composer.units import F8, I8

INDEX = "index"  # the name under which a rule reads the index, if no column has it


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of n numbers each, a missing value being NaN, over an index in the data's own units.

    `columns` maps names to array-likes of shape (n,); they are copied to frozen float64. `index` is
    0, 1, ... n - 1 where none is given. `labels` names the codes 0, 1, ... of a column of categories; `dates` are
    the names of columns (`index` among them) that hold moments, in seconds since the beginning of 1970, UTC.
    `origin` says which row of the data each row came from (the first, where several became one), and
    `left_out` why a column of the data is not here.

    >>> table = Table({"height": [1.0, 3.0, 2.0]})
    >>> len(table), table.names, table["height"].max()
    (3, ('height',), np.float64(3.0))
    """

    columns: Mapping[str, ArrayLike]
    index: ArrayLike | None = None
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: frozenset[str] = frozenset()
    origin: ArrayLike | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = {str(name): _frozen(values, str(name)) for name, values in dict(self.columns).items()}
        lengths = {name: values.size for name, values in columns.items()}
        rows = next(iter(lengths.values()), 0)
        index = _frozen(np.arange(rows) if self.index is None else self.index, INDEX)
        origin = np.array(np.arange(index.size) if self.origin is None else self.origin, np.int64)
        origin.setflags(write=False)
        if set(lengths.values()) | {origin.size} != {index.size}:
            sizes = ", ".join(f"{name} {size}" for name, size in {INDEX: index.size, **lengths}.items())
            raise InputError(Fault(f"the columns differ in length ({sizes})", "table", "make them equal"))
        object.__setattr__(self, "columns", MappingProxyType(columns))
        object.__setattr__(self, "index", index)
        object.__setattr__(self, "origin", origin)
        object.__setattr__(self, "dates", frozenset(self.dates))
        for name in ("labels", "left_out"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __len__(self) -> int:
        return int(np.asarray(self.index).size)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(self.columns)

    def __getitem__(self, name: str) -> F8:
        """Return a column, or the index under the name `index`; raise InputError with the nearest names."""
        if name == INDEX and INDEX not in self.columns:
            return np.asarray(self.index, np.float64)
        if name in self.columns:
            return np.asarray(self.columns[name], np.float64)
        if name in self.left_out:
            raise InputError(Fault(f"column {name!r} holds no numbers: {self.left_out[name]}", remedy="use another"))
        raise InputError(unknown("column", name, self.columns))

    def taking(self, rows: ArrayLike) -> Table:
        """Return the table of some of its rows, given by number, shape (m,), in that order."""
        which: I8 = np.asarray(rows, np.int64)
        return replace(
            self,
            columns={name: self[name][which] for name in self.names},
            index=np.asarray(self.index)[which],
            origin=np.asarray(self.origin)[which],
        )

    def with_columns(self, columns: Mapping[str, ArrayLike]) -> Table:
        """Return the table with these columns, each in place of the one of its name, or after the others.

        A column that is replaced no longer holds categories or dates.
        """
        return replace(
            self,
            columns={**self.columns, **columns},
            labels={name: codes for name, codes in self.labels.items() if name not in columns},
            dates=self.dates - set(columns),
        )

    def shown(self, name: str, row: int, form: str = ".6g") -> str:
        """Return one value as text: a category's label, a date as ISO 8601 in UTC, a number in a `form`, or in full."""
        value = float(self[name][row])
        if name in self.labels and value >= 0 and value.is_integer() and value < len(self.labels[name]):
            return self.labels[name][int(value)]
        if name in self.dates and np.isfinite(value):
            return iso_date(value)
        return format(value, form) if form else repr(value).removesuffix(".0")


def iso_date(seconds: float) -> str:
    """Return a moment, in seconds since the beginning of 1970, as ISO 8601, as short as it may be.

    >>> iso_date(0.0), iso_date(1655235300.0), iso_date(0.25)
    ('1970-01-01', '2022-06-14 19:35', '1970-01-01 00:00:00.250')
    """
    moment = np.datetime64(round(seconds * 1000), "ms")
    day, time = str(moment).split("T")
    time = time.removesuffix(".000").removesuffix(":00") if time.endswith(":00.000") else time.removesuffix(".000")
    return day if time == "00:00" else f"{day} {time}"


def _frozen(values: ArrayLike, name: str) -> F8:
    try:
        if np.iscomplexobj(values):
            raise TypeError("complex ones have two parts: give .real and .imag")
        array = np.array(values, np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(Fault(f"column {name!r} does not hold numbers ({error})", "table")) from error
    if array.ndim != 1:
        shape = "x".join(map(str, array.shape)) or "a single number"
        raise InputError(
            Fault(f"column {name!r} has the shape {shape}", "table", "give each column as a row of numbers")
        )
    array.setflags(write=False)
    return array
