"""Expressions in SQL over a table's columns, one row at a time: the conditions and formulas of a piece.

What is written is read here first, word by word, and only what this module's tables hold is handed on: columns,
numbers, texts, operators and the functions of FUNCTIONS. So nothing written can name a file or another table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from composer.errors import Fault, InputError, unknown
from composer.shaping.options import known
from composer.table import Table
from composer.units import F8

if TYPE_CHECKING:
    import polars

FUNCTIONS = frozenset(
    "ABS SQRT CBRT EXP LN LOG LOG2 LOG10 POW POWER SIGN MOD ROUND FLOOR CEIL SIN COS TAN ASIN ACOS ATAN ATAN2 "
    "DEGREES RADIANS PI LEAST GREATEST COALESCE NULLIF IF UPPER LOWER LENGTH STARTS_WITH ENDS_WITH DATE_PART".split()
)
KEYWORDS = frozenset("AND OR NOT IN IS NULL TRUE FALSE BETWEEN LIKE ILIKE CASE WHEN THEN ELSE END".split())
LITERALS = frozenset("DATE TIMESTAMP INTERVAL".split())  # before a text
# Words that a user of SQL may try, for whom "no column is called" would be the wrong answer.
_ELSEWHERE = frozenset("SELECT FROM OVER GROUP ORDER HAVING LIMIT UNION JOIN WHERE WITH EXISTS ANY ALL".split())

_PARTS = re.compile(
    r"""(?P<space>\s+)
    | (?P<text>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")+")
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?!\w))
    | (?P<word>[^\W\d]\w*)
    | (?P<sign><=|>=|<>|!=|[-+*/%=<>(),])""",
    re.VERBOSE,
)
_LONGEST = 200  # words and signs


Part = tuple[str, str]


def parsed(text: str) -> list[Part]:
    """Return an expression as (kind, text) parts, kinds being text, column, number, word and sign.

    A word is a keyword, or a function before its bracket; any other is a column's name. Raises InputError for
    whatever is not of the small language that this module reads.
    """
    found: list[Part] = []
    at = 0
    while at < len(text):
        match = _PARTS.match(text, at)
        if match is None or text.startswith(("--", "/*"), at):
            sign = text[at] if match is None else text[at : at + 2]
            raise _fault(f"{sign!r} has no place in an expression", 'write names with other signs in "double quotes"')
        if match.lastgroup != "space":
            found.append((str(match.lastgroup), match.group()))
        at = match.end()
    if not found:
        raise _fault("the expression is empty", "write one such as height > 2")
    if len(found) > _LONGEST:
        raise _fault(f"the expression has {len(found)} parts", f"keep to {_LONGEST}, in several steps if need be")
    return [_understood(*pair) for pair in zip(found, [*found[1:], ("end", "")], strict=True)]


def truth(table: Table, condition: str) -> NDArray[np.bool_]:
    """Return for each row whether a condition holds, shape (n,); where that is unknown it does not.

    Raises InputError where the condition is not understood, or is none.
    """
    import polars

    values = _evaluated(table, condition)
    if values.dtype != polars.Boolean:
        raise _fault("the condition is not true or false", "compare, as in height > 2 or kind = 'storm'")
    return values.fill_null(False).to_numpy()


def formula(table: Table, text: str) -> tuple[F8, bool]:
    """Return a formula's value for each row, shape (n,), and whether it is a date; true counts as 1.

    Raises InputError where the formula is not understood, or its value is a text.
    """
    import polars

    values = _evaluated(table, text)
    moments = values.dtype.is_temporal() and values.dtype != polars.Time
    if isinstance(values.dtype, polars.Duration):
        return values.dt.total_microseconds().cast(polars.Float64).to_numpy() / 1e6, False
    if moments:
        return values.cast(polars.Datetime("us")).to_physical().cast(polars.Float64).to_numpy() / 1e6, True
    if not (values.dtype.is_numeric() or values.dtype in (polars.Boolean, polars.Null)):
        raise _fault("the formula's value is not a number", "compare a label, as in kind = 'storm', which gives 1 or 0")
    return known(values.cast(polars.Float64).to_numpy()), False


def _understood(part: Part, after: Part) -> Part:
    kind, text = part
    if kind == "quoted":
        return "column", text[1:-1].replace('""', '"')
    if kind != "word":
        return part
    if after[1] == "(" and text.upper() not in KEYWORDS:
        if text.upper() not in FUNCTIONS:
            raise InputError(unknown("function of an expression", text, FUNCTIONS))
        return part
    if text.upper() in KEYWORDS or (after[0] == "text" and text.upper() in LITERALS):
        return part
    if text.upper() in _ELSEWHERE:
        remedy = f'put "{text}" in double quotes if it is a column'
        raise _fault(f"an expression looks at one row at a time: {text} has no place in it", remedy)
    return "column", text


def _evaluated(table: Table, text: str) -> polars.Series:
    import polars

    parts = parsed(text)
    names = dict.fromkeys(name for kind, name in parts if kind == "column")
    for name in names:
        table[name]
    written = " ".join('"' + word.replace('"', '""') + '"' if kind == "column" else word for kind, word in parts)
    try:
        # A column for each name and one more, so that a constant has rows to stand in.
        frame = polars.DataFrame([*_offered(table, names), polars.Series(_ROWS, np.zeros(len(table)))])
        made = polars.SQLContext({"t": frame}, eager=True).execute(f"SELECT ({written}) AS made FROM t")
    except polars.exceptions.PolarsError as error:
        raise _fault(
            f"{text!r} is not understood ({_reason(error)})", "write it like height > 2 or wind * 3.6"
        ) from error
    except polars.exceptions.PanicException as error:
        raise _fault(f"{text!r} cannot be worked out", "write it in simpler steps") from error
    if made.shape != (len(table), 1):
        raise _fault(f"{text!r} does not give one value a row", "write it like height > 2 or wind * 3.6")
    return made["made"]


_ROWS = "\0rows"  # no column that can be written


def _offered(table: Table, names: Iterable[str]) -> Iterable[polars.Series]:
    """Yield columns as what they mean: labels as texts, dates as moments in UTC, what is missing as NULL."""
    import polars

    for name in names:
        values = known(table[name])
        if name in table.labels:
            labels = polars.Series(name, table.labels[name], polars.String)
            valid = np.isin(values, np.arange(len(labels)))
            codes = polars.Series(np.where(valid, values, 0).astype(np.uint32))
            texts = labels.gather(codes) if len(labels) else polars.Series(name, [None] * len(table), polars.String)
            yield polars.select(polars.when(polars.Series(valid)).then(texts).alias(name)).to_series()
        elif name in table.dates:
            valid = np.abs(values) < _FAR
            ticks = np.rint(np.where(valid, values, 0) * 1e6).astype(np.int64)
            moments = polars.Series(name, ticks).cast(polars.Datetime("us"))
            yield polars.select(polars.when(polars.Series(valid)).then(moments).alias(name)).to_series()
        else:
            yield polars.Series(name, values, nan_to_null=True)


_FAR = 8e12  # seconds: what microseconds can count


def _reason(error: Exception) -> str:
    """Return the first line of an error, without where in a query of ours it arose."""
    line = str(error).strip().splitlines()[0] if str(error).strip() else "no reason given"
    return re.sub(r"^sql parser error: | at Line: \d+, Column: \d+|Resolved plan.*", "", line)[:160]


def _fault(message: str, remedy: str) -> InputError:
    return InputError(Fault(message if len(message) < 300 else message[:300] + "...", remedy=remedy))
