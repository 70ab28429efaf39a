"""Conditions and formulas mean what they say, one row at a time, and reach nothing but the table."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import InputError
from composer.shaping import expression
from composer.shaping.expression import FUNCTIONS, KEYWORDS, formula, parsed, truth
from composer.table import Table

DAY = 86400.0
TABLE = Table(
    {
        "height": [1.0, np.nan, 3.0, np.inf, -2.0],
        "kind": [0, 1, np.nan, 0, 7],
        "date": [0, DAY, np.nan, 2.5 * DAY, 1e300],
        'wind "10 m"': [5, 4, 3, 2, 1],
        "end": [1, 0, 1, 0, 1],
    },
    [0, DAY, 2 * DAY, 3 * DAY, 4 * DAY],
    {"kind": ("storm", "it's calm")},
    frozenset({"index", "date"}),
)


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("height > 2", [2]),
        ("NOT height > 2", [0, 4]),
        ("height IS NULL", [1, 3]),
        ("height IS NOT NULL AND height < 0", [4]),
        ("height IN (1, 3)", [0, 2]),
        ("height BETWEEN -2 AND 1", [0, 4]),
        ("kind = 'storm'", [0, 3]),
        ("kind <> 'storm'", [1]),
        ("kind = 'it''s calm'", [1]),
        ("kind LIKE '%calm' or kind is null", [1, 2, 4]),
        ("UPPER(kind) = 'STORM'", [0, 3]),
        ("kind = 'unheard of'", []),
        ("index >= '1970-01-03'", [2, 3, 4]),
        ("index > DATE '1970-01-03'", [3, 4]),
        ("index BETWEEN '1970-01-02' AND '1970-01-03 12:00'", [1, 2]),
        ("date = '1970-01-03T12:00:00'", [3]),
        ("date = index", [0, 1]),
        ("DATE_PART('day', index) = 2", [1]),
        ("DATE_PART('hour', date) = 12", [3]),
        ('"wind ""10 m""" >= 4', [0, 1]),
        ('"end" = 1', [0, 2, 4]),
        ("height > 2 AND kind = 'storm' OR index = '1970-01-05'", [4]),
        ("CASE WHEN height > 2 THEN TRUE ELSE FALSE END", [2]),
        ("TRUE", [0, 1, 2, 3, 4]),
        ("1 = 2", []),
        ("1/2 = 0.5", [0, 1, 2, 3, 4]),
    ],
)
def test_a_condition_holds_where_it_says(condition: str, rows: list[int]) -> None:
    assert np.flatnonzero(truth(TABLE, condition)).tolist() == rows


@pytest.mark.parametrize(
    "condition",
    [
        "SQRT(height - 100) > 1",
        "LN(height - 100) > 1",
        "height / 0 > 1",
        "height / (height - height) > 1",
        "height / - 0 < 1",
        "1 / ABS(height * 0) > 0",
        "height % 0 > 1",
        "MOD(height, 0) > 1",
        "ASIN(height + 10) > 0",
        "POW(height - 100, 0.5) > 0",
        "LOG(height - 100, 10) > 0",
    ],
)
def test_what_is_no_number_is_not_greater_than_one(condition: str) -> None:
    assert not truth(TABLE, condition).any()


@settings(deadline=None)  # the first call imports
@given(
    st.lists(st.floats(allow_infinity=False, width=32) | st.integers(-3, 3).map(float), max_size=30),
    st.integers(-3, 3),
    st.sampled_from([("<", "__lt__"), ("<=", "__le__"), ("=", "__eq__"), (">=", "__ge__"), (">", "__gt__")]),
)
def test_a_condition_is_a_python_filter(values: list[float], bound: int, sign: tuple[str, str]) -> None:
    chosen = truth(Table({"x": values}), f"x {sign[0]} {bound} OR x > 100").tolist()
    assert chosen == [getattr(value, sign[1])(float(bound)) or value > 100 for value in values]


def test_a_formula_is_worked_out_row_by_row() -> None:
    values, dates = formula(TABLE, "height * 3.6 + SQRT(ABS(height)) - 10 % 4")
    assert not dates
    assert values == pytest.approx([3.6 + 1 - 2, np.nan, 10.8 + 3**0.5 - 2, np.nan, -7.2 + 2**0.5 - 2], nan_ok=True)


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("SIN(x)", math.sin),
        ("EXP(-x)", lambda x: math.exp(-x)),
        ("LOG(x, 2)", math.log2),
        ("LN(x)", math.log),
        ("LOG10(x)", math.log10),
        ("CBRT(x)", math.cbrt),
        ("x / 4 / 2", lambda x: x / 4 / 2),
        ("8 / (x + 1) * 2", lambda x: 8 / (x + 1) * 2),
        ("1 / -x", lambda x: 1 / -x),
        ("x / SQRT(x / 2)", lambda x: x / math.sqrt(x / 2)),
        ("POWER(x, 2) - x * x + ATAN2(x, 3)", lambda x: math.atan2(x, 3)),
        ("DEGREES(x) + RADIANS(x) + PI()", lambda x: math.degrees(x) + math.radians(x) + math.pi),
        ("GREATEST(x, 2) - LEAST(x, 2)", lambda x: abs(x - 2)),
        ("ROUND(x, 1) + FLOOR(x) + CEIL(x)", lambda x: round(x, 1) + math.floor(x) + math.ceil(x)),
        ("IF(x > 1, x, 0) + COALESCE(NULLIF(x, 0.5), 9)", lambda x: (x if x > 1 else 0) + (9 if x == 0.5 else x)),
    ],
)
def test_formulas_agree_with_python(text: str, python: object) -> None:
    x = [0.5, 1.25, 2.0, 7.75]
    assert formula(Table({"x": x}), text)[0] == pytest.approx([python(value) for value in x], rel=1e-14)  # type: ignore[operator]


def test_a_formula_of_dates_is_one_of_seconds_or_a_date() -> None:
    later, dates = formula(TABLE, "date + INTERVAL '1 day'")
    assert dates and later[:2].tolist() == [DAY, 2 * DAY]
    assert formula(TABLE, "index - date")[0][[0, 1, 3]].tolist() == [0, 0, DAY / 2]
    assert formula(TABLE, "DATE '2022-06-14'")[0][0] == datetime(2022, 6, 14, tzinfo=UTC).timestamp()
    assert formula(TABLE, "kind = 'storm'")[0].tolist()[:2] == [1, 0]


def test_what_is_beyond_doubles_is_missing() -> None:
    assert np.isnan(formula(Table({"x": [1e308, -1e308]}), "x * 10")[0]).all()
    assert np.isnan(formula(Table({"x": [1.0]}), "NULL")[0]).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the expression is empty"),
        ("  ", "the expression is empty"),
        ("heigth > 2", r"no column is called 'heigth'\n *did you mean 'height'"),
        ("height >", "'height >' is not understood: Expected: an expression, found: its end"),
        ("(height > 2", "a bracket has no other half"),
        ("height > 2)", "a bracket has no other half"),
        ("height > 2) OR (1 = 1", "a bracket has no other half"),
        ("height = 'x'", "cannot compare string with numeric type"),
        ("index > 'yesterday'", "a date is compared with a text that is none; write it like '2022-06-14"),
        ("height", "the condition is not true or false"),
        ("kind", "the condition is not true or false"),
        ("1", "the condition is not true or false"),
        ("height > 1e", "'1e' has no place in an expression"),
        ("height ^ 2 > 1", r"'\^' has no place"),
        ("SUM(height) > 2", "an expression has no function called 'SUM'"),
        ("SQRRT(height) > 2", r"no function called 'SQRRT'\n *use SQRT"),
        ("LEAST() > 2", "the brackets of LEAST are empty"),
        ("height > 1 AND " * 60 + "TRUE", "the expression has 241 parts"),
        ("(" * 90 + "TRUE" + ")" * 90, "is not understood: recursion limit exceeded"),
        ("height > 1 --TRUE", "'--' has no place in an expression"),
        ("(SELECT 1) = 1", "an expression looks at one row at a time: SELECT has no place in it"),
        ("height, height", "is not understood|does not give one value"),
        ("*", "is not understood"),
        ("height height", "is not understood"),
    ],
)
def test_what_is_wrong_is_said_on_one_line(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        truth(TABLE, text)
    (fault,) = caught.value.faults
    assert "\n" not in fault.message and len(fault.message) < 260 and fault.remedy


def test_a_column_may_have_any_name() -> None:
    odd = ["*", "^.*$", "no_number", "c1", "a.b", "x\\", 'say "x"', "SELECT", "naïve name", "--"]
    table = Table({name: [float(number), -1.0] for number, name in enumerate(odd)})
    for number, name in enumerate(odd):
        quoted = '"' + name.replace('"', '""') + '"'
        assert formula(table, f'{quoted} + 0 * "c1"')[0].tolist() == [number, -1]


def test_a_reason_names_the_columns_as_the_user_does() -> None:
    with pytest.raises(InputError, match=r"no function matches the given name and arguments: `POW\(height\)`"):
        truth(TABLE, "kind = 'storm' AND POW(height) > 1")


def test_even_a_function_over_all_rows_would_be_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expression, "FUNCTIONS", FUNCTIONS | {"SUM"})
    with pytest.raises(InputError, match=r"'SUM\(height\) > 1' does not give one value a row"):
        truth(TABLE, "SUM(height) > 1")


def test_a_formula_is_a_number() -> None:
    with pytest.raises(InputError, match="the formula's value is not a number"):
        formula(TABLE, "kind")
    with pytest.raises(InputError, match="the formula's value is not a number"):
        formula(TABLE, "LOWER(kind)")


# What may not be reached: each of these reads a file, another table or other rows where polars is asked directly.
REACHING = [
    "height IN (SELECT height FROM read_csv('{file}'))",
    "height IN (SELECT * FROM READ_CSV('{file}'))",
    "EXISTS (SELECT * FROM read_csv('{file}'))",
    "(SELECT 1) = 1",
    "(TABLE t) = 1",
    "(VALUES (1)) = 1",
    "(WITH a AS (SELECT 1) SELECT 1) = 1",
    "height > 2) AS made FROM read_csv('{file}') --",
    "height > 2 FROM read_csv('{file}')",
    "height > 2; DROP TABLE t",
    "height > 2 /* */",
    "height > 2;",
    "read_csv('{file}') = 1",
    "read_parquet('{file}') = 1",
    "READ_JSON('{file}') = 1",
    "scan_csv('{file}') = 1",
    "height IN (\"SELECT\" height FROM '{file}')",
    "height > SUM(height) OVER ()",
    "height > AVG(height)",
    "ROW_NUMBER() > 1",
    "COUNT(*) > 1",
    "height > ANY (SELECT 1)",
    "t.height > 2",
    "height::TEXT = 'x'",
    "CAST(height AS TEXT) = 'x'",
    "height[1] > 2",
    "{{height}} > 2",
    "`height` > 2",
    "$1 > 2",
    "COLUMNS('.*') > 2",
    "EXTRACT(year FROM index) > 2",
    "(height) FROM '{file}' WHERE (TRUE)",
    "'a' = E'{file}'",
    r"kind = 'a\' OR kind = ' OR TRUE OR kind = '",
]


@pytest.mark.parametrize("text", REACHING)
def test_an_expression_reaches_no_file_and_no_other_rows(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import polars

    file = tmp_path / "secret.csv"
    file.write_text("height\n3\n")
    asked: list[object] = []
    monkeypatch.setattr(polars, "SQLContext", lambda *args, **kwargs: asked.append(args))
    for read in (truth, formula):
        with pytest.raises(InputError):
            read(TABLE, text.format(file=file))
    assert asked == []  # it is refused before polars sees a word of it


def test_polars_itself_would_have_read_the_file(tmp_path: Path) -> None:
    import polars

    file = tmp_path / "secret.csv"
    file.write_text("height\n3\n")
    frame = polars.DataFrame({"height": [1.0, 3.0]})
    query = f"SELECT (height IN (SELECT height FROM read_csv('{file}'))) AS made FROM t"
    assert polars.SQLContext({"t": frame}, eager=True).execute(query)["made"].to_list() == [False, True]


@settings(deadline=None)  # the first call imports
@given(st.text(alphabet="height()'\"<>=,.;-/*%123 \n\\ANDORSELECTFROMread_csv", max_size=40) | st.text(max_size=20))
def test_whatever_is_written_only_known_words_are_handed_on(text: str) -> None:
    try:
        parts = parsed(text)
    except InputError:
        return
    for kind, word in parts:
        assert kind in ("text", "column", "number", "function", "word", "sign")
        if kind == "function":
            assert word.upper() in FUNCTIONS
        if kind == "word":
            assert word.upper() in KEYWORDS | {"DATE", "TIMESTAMP", "INTERVAL"}
        if kind == "text":
            assert word[0] == word[-1] == "'" and "'" not in word[1:-1].replace("''", "")


@settings(deadline=None)  # the first call imports
@given(
    st.lists(st.sampled_from(["height", "kind", "'x'", "2", "(", ")", "AND", "NOT", "<", "+", "/", "SQRT(", "IN", ","]))
)
def test_no_expression_ends_in_a_traceback(words: list[str]) -> None:
    for read in (truth, formula):
        try:
            read(TABLE, " ".join(words))
        except InputError as error:
            assert error.faults[0].remedy


def test_the_functions_and_keywords_are_none_that_look_beyond_the_row() -> None:
    assert not (FUNCTIONS | KEYWORDS) & set(
        "SELECT FROM WITH OVER JOIN UNION TABLE VALUES EXISTS ANY ALL READ_CSV READ_PARQUET READ_JSON READ_IPC SUM AVG "
        "MIN MAX COUNT FIRST LAST MEDIAN STDDEV VARIANCE QUANTILE LAG LEAD ROW_NUMBER RANK COLUMNS CAST UNNEST".split()
    )
