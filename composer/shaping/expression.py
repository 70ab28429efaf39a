"""Expressions in SQL over a table's columns, one row at a time: the conditions and formulas of a piece.

What is written is read here first, word by word, and only what this module's tables hold is handed on: columns,
numbers, texts, operators and the functions of FUNCTIONS. So nothing written can name a file or another table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from composer.errors import Fault, InputError, nearest
from composer.shaping.options import known
from composer.table import Table
from composer.units import F8

if TYPE_CHECKING:
    import polars

FUNCTIONS = frozenset(
    "ABS SQRT CBRT EXP LN LOG LOG2 LOG10 POW POWER SIGN MOD ROUND FLOOR CEIL SIN COS TAN ASIN ACOS ATAN ATAN2 "
    "DEGREES RADIANS PI LEAST GREATEST COALESCE NULLIF IF UPPER LOWER LENGTH STARTS_WITH ENDS_WITH DATE_PART".split()
)
_PARTIAL = frozenset("SQRT LN LOG LOG2 LOG10 POW POWER MOD ASIN ACOS".split())  # not for every number a number
KEYWORDS = frozenset("AND OR NOT IN IS NULL TRUE FALSE BETWEEN LIKE ILIKE CASE WHEN THEN ELSE END".split())
LITERALS = frozenset("DATE TIMESTAMP INTERVAL".split())  # before a text
# Words that a user of SQL may try, for whom "no column is called" would be the wrong answer.
_ELSEWHERE = frozenset("SELECT FROM OVER GROUP ORDER HAVING LIMIT UNION JOIN WHERE WITH EXISTS ANY ALL".split())

# No backslash in a text: a dialect that let it escape the quote would read the rest otherwise than we do.
_PARTS = re.compile(
    r"""(?P<space>\s+)
    | (?P<text>'(?:[^'\\]|'')*')
    | (?P<quoted>"(?:[^"]|"")+")
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?!\w))
    | (?P<word>[^\W\d]\w*)
    | (?P<sign><=|>=|<>|!=|[-+*/%=<>(),])""",
    re.VERBOSE,
)
_LONGEST = 200  # words and signs

Part = tuple[str, str]
_END = ("end", "")
_EMPTY = [("sign", "("), ("sign", ")")]


def parsed(text: str) -> list[Part]:
    """Return an expression as (kind, text) parts, kinds being text, column, number, function, word and sign.

    A word that is neither keyword nor function is a column's name. Raises InputError for
    whatever is not of the small language that this module reads.
    """
    found: list[Part] = []
    at = 0
    while at < len(text):
        match = _PARTS.match(text, at)
        if match is None or text.startswith(("--", "/*"), at):
            sign = text[at : at + 2] if match else re.findall(r"\w+|\W", text[at:])[0]
            raise _fault(f"{sign!r} has no place in an expression", 'write names with other signs in "double quotes"')
        if match.lastgroup != "space":
            found.append((str(match.lastgroup), match.group()))
        at = match.end()
    if not found:
        raise _fault("the expression is empty", "write one such as height > 2")
    if len(found) > _LONGEST:
        raise _fault(f"the expression has {len(found)} parts", f"keep to {_LONGEST}, in several steps if need be")
    depths = list(accumulate({("sign", "("): 1, ("sign", ")"): -1}.get(part, 0) for part in found))
    if min(depths) < 0 or depths[-1]:
        raise _fault("a bracket has no other half", "close each one that is opened")
    for (_, name), *brackets in zip(found, found[1:], found[2:], strict=False):
        if brackets == _EMPTY and name.upper() in FUNCTIONS - {"PI"}:
            raise _fault(f"the brackets of {name} are empty", f"say of what, as in {name}(height)")
    return [_understood(*pair) for pair in zip(found, [*found[1:], _END], strict=True)]


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
            close = [name for name in nearest(text, FUNCTIONS) if name in FUNCTIONS] or sorted(FUNCTIONS)
            raise _fault(f"an expression has no function called {text!r}", "use " + ", ".join(close))
        return "function", text
    if text.upper() in KEYWORDS or (after[0] == "text" and text.upper() in LITERALS):
        return part
    if text.upper() in _ELSEWHERE:
        remedy = f'put "{text}" in double quotes if it is a column'
        raise _fault(f"an expression looks at one row at a time: {text} has no place in it", remedy)
    return "column", text


def _evaluated(table: Table, text: str) -> polars.Series:
    import polars

    parts = parsed(text)
    # Under names of our own, for polars takes some, such as "*", for a pattern.
    names = {name: "" for kind, name in parts if kind == "column"}
    names = {name: f"c{number}" for number, name in enumerate(names)}
    short = repr(text if len(text) <= 80 else text[:77] + "...")
    try:
        frame = polars.DataFrame([*_offered(table, names), *_constants(len(table))])
        made = polars.SQLContext({"t": frame}, eager=True).execute(
            f"SELECT ({_written(parts, names)}\n) AS made FROM t"
        )
    except polars.exceptions.PolarsError as error:
        raise _fault(f"{short} is not understood: {_reason(error, names)}", _LIKE) from error
    except polars.exceptions.PanicException as error:
        raise _fault(f"{short} cannot be worked out", _LIKE) from error
    if made.shape != (len(table), 1):
        raise _fault(f"{short} does not give one value a row", _LIKE)
    return made["made"]


_LIKE = "write it like height > 2 AND kind = 'storm', or wind * 3.6"
_NO_NUMBER = "no_number"  # a column beside the offered ones, all NaN


def _constants(rows: int) -> Iterable[polars.Series]:
    import polars

    yield polars.Series(_NO_NUMBER, np.full(rows, np.nan))  # also gives a constant expression rows to stand in


def _written(parts: list[Part], names: Mapping[str, str]) -> str:
    """Return the parts as SQL, in which what is no number is unknown, as a missing value is.

    Otherwise the NaN that the root of -1 or a division by 0 gives would count as greater than any number.
    """
    words: list[str] = []
    closing: list[str] = []  # for each open bracket, what comes after it is closed
    after, divisor = "", False
    for kind, text in parts:
        if kind == "function":
            partial = text.upper() in _PARTIAL
            words.append("NULLIF(" * (divisor + partial) + text)
            after, divisor = f", {_NO_NUMBER})" * partial + ", 0)" * divisor, False
        elif text == "(" and kind == "sign":
            words.append("NULLIF((" if divisor else "(")
            closing.append(after or ", 0)" * divisor)
            after, divisor = "", False
        elif text == ")" and kind == "sign":
            words.append(text + closing.pop())
        elif kind == "sign":
            words.append(text)
            divisor = text in "/%" or (divisor and text in "+-")
        else:
            word = names[text] if kind == "column" else text
            words.append(f"NULLIF({word}, 0)" if divisor and kind in ("column", "number") else word)
            divisor = False
    return " ".join(words)


def _offered(table: Table, names: Mapping[str, str]) -> Iterable[polars.Series]:
    """Yield columns under the names they have here: labels as texts, dates as moments in UTC, missing as NULL."""
    import polars

    for name, here in names.items():
        values = known(table[name])
        if name in table.labels:
            labels = polars.Series(here, table.labels[name], polars.String)
            valid = np.isin(values, np.arange(len(labels)))
            codes = polars.Series(np.where(valid, values, 0).astype(np.uint32))
            texts = labels.gather(codes) if len(labels) else polars.Series(here, [None] * len(table), polars.String)
            yield polars.select(polars.when(polars.Series(valid)).then(texts).alias(here)).to_series()
        elif name in table.dates:
            valid = np.abs(values) < _FAR
            ticks = np.rint(np.where(valid, values, 0) * 1e6).astype(np.int64)
            moments = polars.Series(here, ticks).cast(polars.Datetime("us"))
            yield polars.select(polars.when(polars.Series(valid)).then(moments).alias(here)).to_series()
        else:
            yield polars.Series(here, values, nan_to_null=True)


_FAR = 8e12  # seconds: what microseconds can count


def _reason(error: Exception, names: Mapping[str, str]) -> str:
    """Return why an expression was refused, on one line, without what only our query round it would explain."""
    line = next(iter(str(error).strip().splitlines()), "")
    if line.startswith("cannot compare 'date/datetime/time'"):
        return "a date is compared with a text that is none; write it like '2022-06-14 12:00'"
    line = re.sub(r"found: \) at Line: 2, .*", "found: its end", line)
    line = re.sub(r"^sql parser error: | at Line: \d+, Column: \d+", "", line)
    for name, here in names.items():
        line = re.sub(rf"\b{here}\b", lambda _, name=name: name, line)  # type: ignore[misc]
    return line[:160]


def _fault(message: str, remedy: str) -> InputError:
    return InputError(Fault(message, remedy=remedy))
