"""What a column of text says: numbers, yes or no, dates, times of day, categories, or nothing that can be played.

Every reading of READINGS looks at the whole column, so that no late surprise changes what the first rows meant.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.sources.files.dates import dates, times
from composer.sources.files.frame import Column
from composer.units import F8

if TYPE_CHECKING:
    import polars as pl

MISSING = frozenset(
    ("", "NA", "N/A", "n/a", "nan", "NaN", "NAN", "null", "NULL", "None", "-", "--", "#N/A", "?", "<NA>", "NaT")
)
_FEW, _MANY, _SHARE = 64, 1000, 4  # categories: a few; or many, if each stands for so many rows
_PEEK = 100  # values that are looked at first


@dataclass(frozen=True)
class Spelling:
    """How text is to be read: the user's words for what is missing; the decimal sign, if it is known, or the
    one to try first; and which line of the file a row stands in."""

    missing: tuple[str, ...] = ()
    decimal: str = ""
    likely: str = "."
    line: Callable[[int], int | None] = lambda row: None


def spelled(missing: Iterable[str | float]) -> Spelling:
    """Return the spelling of a user who calls these words, or this one, or these numbers missing."""
    return Spelling((missing,) if isinstance(missing, str) else tuple(str(word) for word in missing))


@dataclass(frozen=True)
class Reading:
    """What a column (n,) of text says: numbers, NaN where it says nothing, and in what sense.

    `doubt` tells why nothing can be said though the text has the right form.
    """

    numbers: F8
    labels: tuple[str, ...] = ()
    date: bool = False
    doubt: str = ""


def column_of_text(series: pl.Series, spelling: Spelling | None = None) -> Column:
    """Return what a polars series (n,) of text says."""
    import polars as pl

    spelling = spelling or Spelling()
    if not spelling.missing and (spelling.decimal or spelling.likely) == ".":
        plain = series.cast(pl.Float64, strict=False)
        if plain.null_count() == series.null_count():
            return Column(_floats(plain))
    text = series.str.strip_chars()
    text = text.set(text.is_in(sorted(MISSING.union(spelling.missing))), None)
    gaps = np.isnan(without(_floats(text.cast(pl.Float64, strict=False).fill_null(0.0)), spelling.missing))
    if gaps.any():  # -999.0 where -999 is missing; -nan
        text = text.set(pl.Series(gaps), None)
    given = ~text.is_null().to_numpy()
    found: dict[str, Reading] = {}
    for name, reading in READINGS.items():
        read = found[name] = reading(text, spelling)
        if not np.any(np.isnan(read.numbers) & given):
            return Column(left_out=read.doubt) if read.doubt else Column(read.numbers, read.labels, read.date)
    for name, read in found.items():
        bad = np.isnan(read.numbers) & given
        if 2 * np.count_nonzero(bad) < np.count_nonzero(given):
            return Column(left_out=_faulty(text, int(np.argmax(bad)), name, spelling))
    return _categories(text)


def without(values: F8, missing: tuple[str, ...]) -> F8:
    """Return numbers (n,) with NaN for those that the user's words call missing: -999 is -999.0 too."""
    for word in missing:
        with contextlib.suppress(ValueError):
            values = np.where(values == float(word), np.nan, values)
    return values


def series_of(words: Iterable[str | None]) -> pl.Series:
    """Return words as a polars series; what is no character, as half a surrogate pair, becomes U+FFFD."""
    import polars as pl

    units = (None if word is None else word.encode("utf-16", "surrogatepass") for word in words)
    return pl.Series((None if word is None else word.decode("utf-16", "replace") for word in units), dtype=pl.String)


def numbers(text: pl.Series, spelling: Spelling) -> Reading:
    """Numbers, with a decimal point or comma and with or without separators of thousands."""
    signs = (spelling.decimal,) if spelling.decimal else (spelling.likely, {".": ",", ",": "."}[spelling.likely])
    found = [_numbers(text, sign) for sign in signs]
    best = min(found, key=lambda series: series.null_count())  # the first of equals
    return Reading(_floats(best))


def truths(text: pl.Series, spelling: Spelling) -> Reading:
    """true and false, or yes and no, in any case: 1 and 0."""
    import polars as pl

    nothing = Reading(np.full(len(text), np.nan))
    if not text.drop_nulls().head(1).str.to_lowercase().is_in(["false", "true", "no", "yes"]).any():
        return nothing
    lower = text.str.to_lowercase()
    for no, yes in (("false", "true"), ("no", "yes")):
        values = lower.replace_strict({no: 0.0, yes: 1.0}, default=None, return_dtype=pl.Float64)
        if values.null_count() == text.null_count() < len(text):
            written = [text.filter(lower == word) for word in (no, yes)]
            labels = (str(found[0]) if len(found) else word for word, found in zip((no, yes), written, strict=True))
            return Reading(_floats(values), tuple(labels))
    return nothing


def moments(text: pl.Series, spelling: Spelling) -> Reading:
    """Dates, with or without a time, in seconds since the beginning of 1970, UTC."""
    seconds, doubt = dates(text)
    return Reading(seconds, date=True, doubt=doubt)


def clock(text: pl.Series, spelling: Spelling) -> Reading:
    """Times such as 6:30 or 06:30:15.5, in seconds."""
    return Reading(times(text))


READINGS: dict[str, Callable[[pl.Series, Spelling], Reading]] = {
    "numbers": numbers,
    "truths": truths,
    "dates": moments,
    "times": clock,
}


def natural(label: str) -> tuple[tuple[str, int, str], ...]:
    """Return what labels are sorted by: the numbers within them count as numbers.

    >>> sorted(["Q10", "Q2", "q1"], key=natural)
    ['q1', 'Q2', 'Q10']
    """
    parts = re.findall(r"([^0-9]*)([0-9]*)", label)
    return (
        *((words.casefold(), len(digits.lstrip("0")), digits.lstrip("0")) for words, digits in parts),
        (label, 0, ""),
    )


def labelled(text: pl.Series) -> Column:
    """Return text as categories: codes in the natural order of their labels."""
    import polars as pl

    labels = sorted(text.drop_nulls().unique().to_list(), key=natural)
    codes = text.replace_strict(labels, np.arange(len(labels), dtype=np.float64), default=None, return_dtype=pl.Float64)
    return Column(_floats(codes), tuple(labels))


def _categories(text: pl.Series) -> Column:
    known = text.drop_nulls()
    different = known.n_unique()
    few = different <= _FEW or (different <= _MANY and different * _SHARE <= len(known))
    if few and not different == len(known) > 2:
        return labelled(text)
    return Column(left_out=f"text: {different:,} different values, such as {_short(known[0])!r}")


def _faulty(text: pl.Series, row: int, kind: str, spelling: Spelling) -> str:
    line = spelling.line(row)
    place = f"row {row + 1:,}" + (f" (line {line:,})" if line is not None else "")
    word = _short(text[row])
    return f"{place} holds {word!r} among {kind}; missing = [{word!r}] would take it for a missing value"


def _short(word: str) -> str:
    return word if len(word) <= 40 else f"{word[:37]}..."


def _numbers(text: pl.Series, decimal: str) -> pl.Series:
    """Return the numbers (Float64, null for what is none) in a text with this decimal sign."""
    import polars as pl

    values = text.cast(pl.Float64, strict=False)
    if decimal == ",":
        values = values.set(text.str.contains(".", literal=True), None)
    rest = values.is_null() & text.is_not_null()
    if not rest.any():
        return values
    other = "," if decimal == "." else r"\."
    grouped = rf"^[+-]?(?:[1-9][0-9]{{0,2}}(?:{other}[0-9]{{3}})+|[1-9][0-9]{{0,2}}(?:[ \u00a0\u202f'][0-9]{{3}})+)"
    ending = rf"(?:{re.escape(decimal)}[0-9]*)?$"
    plain = (
        r"^[+-]?[0-9]*,?[0-9]*(?:[eE][+-]?[0-9]+)?$" if decimal == "," else r"^[+-][0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?$"
    )
    left = text.filter(rest).str.replace_all("\u2212", "-", literal=True)
    if not left.head(_PEEK).str.contains(f"{grouped}{ending}|{plain}").any():
        return values
    whole = left.str.contains(grouped + ending)
    bare = left.str.replace_all(rf"[{other} \u00a0\u202f']", "")
    kept = pl.select(pl.when(whole).then(bare).when(left.str.contains(plain)).then(left)).to_series()
    again = kept.str.replace(decimal, ".", literal=True).cast(pl.Float64, strict=False)
    return values.scatter(rest.arg_true(), again)


def _floats(series: pl.Series) -> F8:
    return np.asarray(series.to_numpy(), np.float64)
