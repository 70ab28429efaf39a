"""Parquet files, and what other programs hold in memory: mappings, data frames, tables of astropy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.errors import Fault, FileError, InputError
from composer.files import checked
from composer.sources.files.arrays import frame_of_array
from composer.sources.files.columns import column_of, column_of_series
from composer.sources.files.delimited import Missing
from composer.sources.files.frame import Column, Frame, distinct, within_bounds
from composer.sources.files.guard import MOST_BYTES, silenced
from composer.sources.files.text import Spelling, spelled

if TYPE_CHECKING:
    import polars as pl

KIND = "a Parquet file"
_UNNAMED = "__index_level_0__"  # what pandas calls an index that has no name


def parquet(path: Path, missing: Missing = ()) -> Frame:
    """A Parquet file, as polars, pandas, R and databases write it."""
    import polars as pl

    checked(path, KIND, MOST_BYTES)
    with silenced():
        names = tuple(pl.read_parquet_schema(path))
        rows = int(pl.scan_parquet(path).select(pl.len()).collect().item())
        within_bounds(len(names), rows)
    if not rows or not names:
        raise FileError(Fault("it has no rows of data", str(path), "name a file with numbers"))
    own = _UNNAMED if _UNNAMED in names else None
    shown = _shown(names)

    def read() -> dict[str, Column]:
        with silenced():
            frame = pl.read_parquet(path)
            return _columns(frame, shown, spelled(missing))

    return Frame(shown, read, shown[names.index(own)] if own else None)


def frame_of(data: Any) -> Frame:
    """Return what a program holds in memory as a frame; raise InputError where it is no table."""
    if isinstance(data, Mapping):
        return _of_mapping(data)
    if hasattr(data, "colnames"):  # astropy
        return _of_mapping({name: data[name] for name in data.colnames})
    if isinstance(data, np.ndarray):
        return frame_of_array(data)
    if hasattr(data, "to_frame") and not hasattr(data, "columns"):  # a series
        data = data.to_frame()
    if hasattr(data, "__arrow_c_stream__"):
        return _of_stream(data)
    raise InputError(
        Fault(f"{type(data).__name__} is not a table", "table", "give a mapping of names to columns, or a data frame")
    )


def _of_mapping(data: Mapping[Any, Any]) -> Frame:
    names = distinct(data)
    return Frame(names, lambda: {name: column_of(values) for name, values in zip(names, data.values(), strict=True)})


@dataclass(frozen=True)
class _Stream:
    """Data seen as an Arrow stream only: of a data frame of pandas, polars would leave out the index."""

    data: Any

    def __arrow_c_stream__(self, schema: object = None) -> object:
        return self.data.__arrow_c_stream__(schema)


def _of_stream(data: Any) -> Frame:
    import polars as pl

    try:
        frame = pl.DataFrame(_Stream(data))
    except ImportError as error:
        raise InputError(Fault(f"the data frame cannot be read ({error})", "table", "pip install pyarrow")) from error
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        raise InputError(Fault(f"the data frame cannot be read ({error})", "table", "give plain columns")) from error
    named = getattr(getattr(data, "index", None), "names", None) or ()  # a data frame of pandas
    own = next((name for name in (_UNNAMED, *named) if name in frame.columns), None) if len(named) < 2 else None
    names = _shown(frame.columns)
    return Frame(names, lambda: _columns(frame, names), names[frame.columns.index(own)] if own is not None else None)


def _shown(names: Any) -> tuple[str, ...]:
    return distinct("index" if name == _UNNAMED else name for name in names)


def _columns(frame: pl.DataFrame, names: tuple[str, ...], spelling: Spelling | None = None) -> dict[str, Column]:
    return {name: column_of_series(series, spelling) for name, series in zip(names, frame.get_columns(), strict=True)}
