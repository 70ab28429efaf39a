"""The table: named columns of numbers over an index, where every piece begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from composer.errors import Fault, InputError, pick
from composer.units import F8

INDEX = "index"  # the name under which a rule reads the index, if no column has it


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of n numbers each, a missing value being NaN, over an index in the data's own units.

    `columns` maps names to array-likes of shape (n,); they are copied to frozen float64. `index` is
    0, 1, ... n - 1 where none is given. `labels` names the codes of a column of categories.

    >>> table = Table({"height": [1.0, 3.0, 2.0]})
    >>> len(table), table.names, table["height"].max()
    (3, ('height',), np.float64(3.0))
    """

    columns: Mapping[str, ArrayLike]
    index: ArrayLike | None = None
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = {str(name): _frozen(values, str(name)) for name, values in dict(self.columns).items()}
        lengths = {name: values.size for name, values in columns.items()}
        rows = next(iter(lengths.values()), 0)
        index = _frozen(np.arange(rows) if self.index is None else self.index, INDEX)
        if set(lengths.values()) - {index.size}:
            sizes = ", ".join(f"{name} {size}" for name, size in {INDEX: index.size, **lengths}.items())
            raise InputError(Fault(f"the columns differ in length ({sizes})", "table", "make them equal"))
        object.__setattr__(self, "columns", MappingProxyType(columns))
        object.__setattr__(self, "index", index)
        object.__setattr__(self, "labels", MappingProxyType(dict(self.labels)))

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
        return np.asarray(pick(self.columns, name, "column"), np.float64)


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
