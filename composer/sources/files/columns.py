"""From whatever a program calls a column - an array, a list, a polars series - to numbers."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from composer.sources.files.frame import Column
from composer.sources.files.text import Spelling, column_of_text, labelled, series_of, without
from composer.units import F8

if TYPE_CHECKING:
    import polars as pl

_SECONDS = {"W": 604800.0, "D": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}  # in a unit of numpy
_PARTS = {"ms": 1e3, "us": 1e6, "ns": 1e9, "ps": 1e12, "fs": 1e15, "as": 1e18}  # of a second
_BOTH = ("false", "true")


def column_of(values: Any, spelling: Spelling | None = None) -> Column:
    """Return an array-like (n,) as a column: numbers, truths, dates, times, or text by what it says.

    Anything that numpy takes for an array will do, and polars series, masked arrays, and objects that have their
    own seconds since 1970 (`unix`, as astropy's Time).
    """
    if isinstance(values, Column):
        return values
    if hasattr(values, "unix"):
        return Column(np.asarray(values.unix, np.float64), date=True)
    if isinstance(values, np.ma.MaskedArray):
        return _masked(values, spelling)
    if hasattr(values, "to_physical"):  # a series of polars
        return column_of_series(values, spelling)
    if hasattr(values, "to_pylist"):  # an array of pyarrow
        import polars as pl

        return column_of_series(pl.Series(values), spelling)
    if isinstance(values, list | tuple):
        return column_of_objects(values, spelling)
    array = np.asarray(values)
    if array.ndim != 1:
        shape = "x".join(map(str, array.shape))
        return Column(left_out=f"it has the shape {shape}" if shape else "it is one value, not a column")
    return _KINDS.get(array.dtype.kind, _left_out)(array, spelling)


def column_of_series(series: pl.Series, spelling: Spelling | None = None) -> Column:
    """Return a polars series (n,) as a column, whatever its type."""
    import polars as pl

    kind: Any = series.dtype
    if kind == pl.String:
        return column_of_text(series, spelling)
    if kind == pl.Boolean:
        return Column(_floats(series), _BOTH)
    if kind.is_numeric() or kind == pl.Null:
        return Column(without(_floats(series), spelling.missing if spelling else ()))
    if kind == pl.Categorical or kind == pl.Enum:
        return labelled(series.cast(pl.String))
    if kind == pl.Date:
        return Column(_floats(series.to_physical()) * 86400.0, date=True)
    if kind == pl.Time:
        return Column(_floats(series.to_physical()) / 1e9)
    if kind == pl.Datetime or kind == pl.Duration:
        return Column(_floats(series.to_physical()) / _PARTS[kind.time_unit], date=kind == pl.Datetime)
    return Column(left_out=f"it holds {str(kind).split('(')[0].lower()} values")


def column_of_objects(values: Sequence[Any], spelling: Spelling | None = None) -> Column:
    """Return a list (n,) of Python's own objects as a column; what is of several kinds is read as text."""
    kinds = {_kind(value) for value in values} - {""}
    if kinds <= {"number"}:
        numbers = np.array([_number(value) for value in values], np.float64)
        return Column(without(numbers, spelling.missing if spelling else ()))
    if kinds == {"date"}:
        return Column(np.array([_moment(value) for value in values], np.float64), date=True)
    if kinds == {"time"}:
        return Column(np.array([_span(value) for value in values], np.float64))
    if kinds <= {"text", "truth", "number"}:
        words = [_word(value) for value in values]
        return column_of_text(series_of(words), spelling)
    strange = next(value for value in values if _kind(value) not in ("number", "text", "truth"))
    return Column(left_out=f"it holds objects such as {type(strange).__name__}")


def _truths(array: NDArray[Any], spelling: Spelling | None) -> Column:
    return Column(array.astype(np.float64), _BOTH)


def _numbers(array: NDArray[Any], spelling: Spelling | None) -> Column:
    return Column(array.astype(np.float64))


def _dates(array: NDArray[Any], spelling: Spelling | None) -> Column:
    """Seconds since 1970 from datetime64 of any unit: months and years by the calendar."""
    unit = np.datetime_data(array.dtype)[0]
    if unit in ("Y", "M", "W", "generic"):
        array = array.astype("datetime64[D]")
    return Column(_in_seconds(array), date=True)


def _spans(array: NDArray[Any], spelling: Spelling | None) -> Column:
    return Column(_in_seconds(array))


def _in_seconds(array: NDArray[Any]) -> F8:
    unit, count = np.datetime_data(array.dtype)
    each = _SECONDS.get(unit, 1.0 if unit in _PARTS else np.nan)  # months and years have no length of their own
    seconds = array.astype(np.int64) * (each * count) / _PARTS.get(unit, 1.0)
    return np.where(np.isnat(array), np.nan, seconds)


def _texts(array: NDArray[Any], spelling: Spelling | None) -> Column:
    words = array.tolist()
    if array.dtype.kind == "S":
        words = [word.decode("utf-8", "replace") for word in words]
    return column_of_text(series_of(words), spelling)


def _objects(array: NDArray[Any], spelling: Spelling | None) -> Column:
    return column_of_objects(array.tolist(), spelling)


def _left_out(array: NDArray[Any], spelling: Spelling | None) -> Column:
    kind = {"c": "complex numbers: give .real and .imag", "V": "records"}.get(array.dtype.kind, str(array.dtype))
    return Column(left_out=f"it holds {kind}")


# By numpy's letter for the kind of its values.
_KINDS: dict[str, Callable[[NDArray[Any], Spelling | None], Column]] = {
    "b": _truths,
    "i": _numbers,
    "u": _numbers,
    "f": _numbers,
    "M": _dates,
    "m": _spans,
    "U": _texts,
    "T": _texts,
    "S": _texts,
    "O": _objects,
}


def _masked(values: Any, spelling: Spelling | None) -> Column:
    column = column_of(np.asarray(values.data), spelling)
    if column.numbers is None:
        return column
    gaps = np.where(np.ma.getmaskarray(values), np.nan, np.asarray(column.numbers, np.float64))
    return Column(gaps, column.labels, column.date)


def _floats(series: pl.Series) -> F8:
    import polars as pl

    return np.asarray(series.cast(pl.Float64, strict=False).to_numpy(), np.float64)


def _kind(value: Any) -> str:
    """Return what one object is, "" for a missing value."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):  # pandas has its own for nothing
        return ""
    if isinstance(value, bool | np.bool_):
        return "truth"
    if isinstance(value, Real) or hasattr(value, "as_tuple"):  # Decimal is not registered as real
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, datetime.date | np.datetime64):
        return "date"
    return "time" if isinstance(value, datetime.time | datetime.timedelta | np.timedelta64) else "other"


def _number(value: Any) -> float:
    if not _kind(value):
        return np.nan
    try:
        return float(value)
    except OverflowError:  # a whole number beyond 1e308
        return np.inf if value > 0 else -np.inf


def _word(value: Any) -> str | None:
    if not _kind(value):
        return None
    return value if isinstance(value, str) else str(value).lower()


def _moment(value: Any) -> float:
    if not _kind(value):
        return np.nan
    if isinstance(value, np.datetime64):
        return float(np.asarray(_dates(np.array([value]), None).numbers)[0])
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, datetime.time())
    return float((value if value.tzinfo else value.replace(tzinfo=datetime.UTC)).timestamp())


def _span(value: Any) -> float:
    if not _kind(value):
        return np.nan
    if isinstance(value, datetime.time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return float(
        value / (datetime.timedelta(seconds=1) if isinstance(value, datetime.timedelta) else np.timedelta64(1, "s"))
    )
