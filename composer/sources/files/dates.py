"""Dates and times of day as text, read by their form; every date as seconds since the beginning of 1970, UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.units import F8

if TYPE_CHECKING:
    import polars as pl

_TIME = (
    r"(?:(?:T|,? +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}(?:[.,][0-9]+)?))?"
    r"(?: ?(?P<half>[AaPp][Mm]))? ?(?P<zone>Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_YEAR_FIRST = rf"^(?P<year>[0-9]{{4}})[-/](?P<month>[0-9]{{1,2}})(?:[-/](?P<day>[0-9]{{1,2}}){_TIME})?$"
_DOTTED = rf"^(?P<day>[0-9]{{1,2}})\.(?P<month>[0-9]{{1,2}})\.(?P<year>[0-9]{{4}}){_TIME}$"
_EITHER = rf"^(?P<day>[0-9]{{1,2}})[/-](?P<month>[0-9]{{1,2}})[/-](?P<year>[0-9]{{4}}){_TIME}$"
_CLOCK = r"^(?P<hour>[0-9]{1,3}):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9](?:\.[0-9]+)?))?$"
_PEEK = 100  # values that are looked at first


def dates(text: pl.Series) -> tuple[F8, str]:
    """Return seconds (n,) since 1970, NaN for what is no date, and why the order of day and month is in doubt, if so.

    Forms: 2024-06-14, 2024/6/14, 2024-06, 14.06.2024, 14/06/2024 or 06/14/2024 (whichever the whole column
    allows), all but the month with a time: 19:35, 19:35:00.5, 7:35 PM, then Z or an offset. Without one it is UTC.
    """
    for form in (_YEAR_FIRST, _DOTTED):
        found = _fields(text, form)
        if found:
            return _seconds(found), ""
    found = _fields(text, _EITHER)
    if not found:
        return np.full(len(text), np.nan), ""
    day_first = _seconds(found)
    month_first = _seconds({**found, "day": found["month"], "month": found["day"]})
    bad_day, bad_month = np.count_nonzero(np.isnan(day_first)), np.count_nonzero(np.isnan(month_first))
    if bad_day == bad_month and not np.array_equal(day_first, month_first, equal_nan=True):
        shown = text.drop_nulls()[0]
        return day_first, f"dates such as {shown!r} may begin with the day or the month: write them as 2024-06-14"
    return (day_first, "") if bad_day <= bad_month else (month_first, "")


def times(text: pl.Series) -> F8:
    """Return times such as 6:30 and 06:30:15.5 in seconds (n,), NaN for what is none."""
    found = _fields(text, _CLOCK)
    if not found:
        return np.full(len(text), np.nan)
    return np.asarray(found["hour"] * 3600 + found["minute"] * 60 + np.nan_to_num(found["second"]), np.float64)


def _fields(text: pl.Series, form: str) -> dict[str, F8]:
    """Return the parts that a form finds, each (n,), NaN where there is none; nothing where it does not fit."""
    import polars as pl

    if not text.drop_nulls().head(_PEEK).str.contains(form).any():
        return {}
    parts = text.str.extract_groups(form).struct.unnest()
    found = {}
    for name, series in parts.to_dict().items():
        if name == "half":
            values = series.str.to_lowercase().replace_strict({"am": 0.0, "pm": 12.0}, default=None)
        elif name == "zone":
            values = _offset(series)
        else:
            values = series.str.replace(",", ".", literal=True)
        found[name] = np.asarray(values.cast(pl.Float64, strict=False).to_numpy(), np.float64)
    return found


def _offset(zone: pl.Series) -> pl.Series:
    """Return offsets such as +02:00, -0330 or Z in seconds."""
    import polars as pl

    digits = zone.str.replace(":", "", literal=True)
    hours, minutes = (digits.str.slice(at, 2).cast(pl.Float64, strict=False).fill_null(0.0) for at in (1, 3))
    sign = pl.select(pl.when(zone.str.starts_with("-")).then(-1.0).otherwise(1.0)).to_series()
    named = zone.str.contains("^[A-Za-z]")
    return (sign * (hours * 3600 + minutes * 60)).set(named.fill_null(True), 0.0)


def _seconds(parts: dict[str, F8]) -> F8:
    """Return seconds since 1970 from year, month, day, hour, ...: NaN where there is no such moment."""
    zero = np.zeros_like(parts["year"])
    day = np.where(np.isnan(parts["day"]), 1.0, parts["day"])
    hour, minute, second, zone = (np.nan_to_num(parts.get(name, zero)) for name in ("hour", "minute", "second", "zone"))
    half = parts.get("half", np.full_like(zero, np.nan))
    fits = (parts["month"] >= 1) & (parts["month"] <= 12) & (day >= 1) & (hour <= 24) & (minute < 60) & (second < 61)
    fits &= np.isnan(half) | (hour >= 1) & (hour <= 12)
    hour = np.where(np.isnan(half), hour, hour % 12 + np.nan_to_num(half))
    months = np.where(fits, (parts["year"] - 1970) * 12 + parts["month"] - 1, 0).astype(np.int64)
    first, after = (shifted.astype("datetime64[M]").astype("datetime64[D]") for shifted in (months, months + 1))
    fits &= day <= (after - first).astype(np.int64)
    days = first.astype(np.int64) + day - 1
    return np.where(fits, days * 86400 + hour * 3600 + minute * 60 + second - zone, np.nan)
