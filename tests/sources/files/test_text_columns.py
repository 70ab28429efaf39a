"""What a column of text says: every reading, at its borders."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.sources.files.dates import dates, times
from composer.sources.files.frame import Column
from composer.sources.files.text import MISSING, READINGS, Spelling, column_of_text, natural

nan = np.nan


def column(words: list[str | None], **spelling: object) -> Column:
    return column_of_text(pl.Series(words, dtype=pl.String), Spelling(**spelling))  # type: ignore[arg-type]


def assert_numbers(words: list[str | None], expected: list[float], **spelling: object) -> None:
    found = column(words, **spelling)
    assert found.left_out == ""
    assert not found.date
    assert found.labels == ()
    assert np.array_equal(np.asarray(found.numbers), expected, equal_nan=True)


def test_the_readings_are_tried_in_this_order() -> None:
    assert list(READINGS) == ["numbers", "truths", "dates", "times"]


@pytest.mark.parametrize("word", sorted(MISSING))
def test_words_for_missing_values(word: str) -> None:
    assert_numbers(["1", word, f" {word} ", None, "2.5"], [1, nan, nan, nan, 2.5])
    assert_numbers([word], [nan])


def test_ones_own_words_for_missing_values() -> None:
    assert_numbers(["1", "-999", "-999.00", "gone", "2"], [1, nan, nan, nan, 2], missing=("-999", "gone"))
    assert_numbers(["1", "-999"], [1, -999])
    assert column(["a", "gone", "b", "a"], missing=("gone",)).labels == ("a", "b")


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("1e308", 1e308),
        ("1e400", np.inf),
        ("5e-324", 5e-324),
        ("inf", np.inf),
        ("-inf", -np.inf),
        ("Infinity", np.inf),
        ("-nan", nan),
        ("+1.5", 1.5),
        (" 7 ", 7),
        (".5", 0.5),
        ("5.", 5),
        ("1E+05", 1e5),
        ("-0", -0.0),
        ("9007199254740993", 9007199254740992.0),
        ("−3.5", -3.5),
        ("1,234", 1234),
        ("1,234.5", 1234.5),
        ("-12,345,678", -12345678),
        ("1 234", 1234),
        ("1\u00a0234\u202f567", 1234567),
        ("1'234.5", 1234.5),
    ],
)
def test_spellings_of_numbers(word: str, value: float) -> None:
    assert_numbers([word], [value])
    assert_numbers(["3", word, "x"], [3, value, nan], missing=("x",))


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["1,5", "2"], [1.5, 2]),
        (["1.234,5", "0,5"], [1234.5, 0.5]),
        (["0,123"], [0.123]),  # no thousand begins with 0
        (["1,5e3", "-2,25"], [1500, -2.25]),
        (["1,234", "1,5"], [1.234, 1.5]),
        (["1 234,5", ",5"], [1234.5, 0.5]),
        (["1.234.567", "1,5"], [1234567, 1.5]),
    ],
)
def test_decimal_commas_are_seen_in_the_column(words: list[str | None], values: list[float]) -> None:
    assert_numbers(words, values)
    assert_numbers(words, values, likely=",")
    assert_numbers(words, values, decimal=",")


def test_a_likely_comma_is_only_the_first_guess() -> None:
    assert_numbers(["1.234", "5.678"], [1234, 5678], likely=",")
    assert_numbers(["1.2", "0.567"], [1.2, 0.567], likely=",")
    assert_numbers(["0.5"], [0.5], likely=",")


@pytest.mark.parametrize("word", ["1.2.3", "0x10", "1_000", "1e", "--1", "12,34,5.6", "5 %", "$5", "1 23"])
def test_what_is_no_number(word: str) -> None:
    assert "row 2 holds" in column(["1", word, "2", "3"]).left_out


@pytest.mark.parametrize(
    ("words", "labels", "codes"),
    [
        (["true", "False", None, "TRUE"], ("False", "true"), [1, 0, nan, 1]),
        (["yes", "no", "NA"], ("no", "yes"), [1, 0, nan]),
        (["Yes", "Yes", "Yes"], ("no", "Yes"), [1, 1, 1]),
        (["false"], ("false", "true"), [0]),
    ],
)
def test_truths(words: list[str | None], labels: tuple[str, str], codes: list[float]) -> None:
    found = column(words)
    assert found.labels == labels
    assert np.array_equal(np.asarray(found.numbers), codes, equal_nan=True)


def test_a_mixture_of_truths_is_categories() -> None:
    assert column(["yes", "true", "yes", "no"]).labels == ("no", "true", "yes")
    assert column(["true", "false", "maybe", "true"]).labels == ("false", "maybe", "true")


@pytest.mark.parametrize(
    ("word", "moment"),
    [
        ("2024-02-29", dt.datetime(2024, 2, 29)),
        ("2024/2/9", dt.datetime(2024, 2, 9)),
        ("2024-02", dt.datetime(2024, 2, 1)),
        ("1582-10-04 12:30", dt.datetime(1582, 10, 4, 12, 30)),
        ("2024-12-31T23:59:59.25", dt.datetime(2024, 12, 31, 23, 59, 59, 250000)),
        ("2024-12-31 23:59:59,5", dt.datetime(2024, 12, 31, 23, 59, 59, 500000)),
        ("2024-01-01T00:30:00Z", dt.datetime(2024, 1, 1, 0, 30)),
        ("2024-01-01 00:30 UTC", dt.datetime(2024, 1, 1, 0, 30)),
        ("2024-01-01T00:30:00+02:00", dt.datetime(2023, 12, 31, 22, 30)),
        ("2024-01-01T00:30-0330", dt.datetime(2024, 1, 1, 4, 0)),
        ("2024-01-01T00:30+05", dt.datetime(2023, 12, 31, 19, 30)),
        ("29.02.2024", dt.datetime(2024, 2, 29)),
        ("1.2.2024 6:05", dt.datetime(2024, 2, 1, 6, 5)),
        ("29/02/2024", dt.datetime(2024, 2, 29)),
        ("02/29/2024 1:05 PM", dt.datetime(2024, 2, 29, 13, 5)),
        ("12-31-1999 12:00 am", dt.datetime(1999, 12, 31)),
        ("12/31/1999, 12:30:10 pm", dt.datetime(1999, 12, 31, 12, 30, 10)),
        ("05/05/2024", dt.datetime(2024, 5, 5)),
        ("9999-12-31", dt.datetime(9999, 12, 31)),
        ("0001-01-01", dt.datetime(1, 1, 1)),
    ],
)
def test_spellings_of_dates(word: str, moment: dt.datetime) -> None:
    found = column([word, "NA"])
    assert found.date
    assert np.asarray(found.numbers)[0] == moment.replace(tzinfo=dt.UTC).timestamp()
    assert np.isnan(np.asarray(found.numbers)[1])


@given(st.lists(st.datetimes(), min_size=1, max_size=9), st.sampled_from(["T", " "]))
def test_iso_dates_are_what_python_says(moments: list[dt.datetime], between: str) -> None:
    seconds, doubt = dates(pl.Series([moment.isoformat(between) for moment in moments]))
    assert doubt == ""
    expected = [(moment - dt.datetime(1970, 1, 1)) / dt.timedelta(seconds=1) for moment in moments]
    assert seconds == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    "word",
    [
        "2023-02-29",
        "2024-13-01",
        "2024-00-01",
        "2024-01-00",
        "2024-01-01 25:00",
        "2024-01-01 10:61",
        "2024-1-1 13:00 PM",
    ],
)
def test_there_is_no_such_date(word: str) -> None:
    assert f"row 3 holds {word!r} among dates" in column(["2024-01-01", "2024-01-02", word]).left_out


def test_day_and_month_are_told_apart_by_the_whole_column() -> None:
    day, month = 86400.0, 31 * 86400.0
    assert np.asarray(column(["01/02/1970", "13/01/1970"]).numbers).tolist() == [month, 12 * day]
    assert np.asarray(column(["01/02/1970", "01/13/1970"]).numbers).tolist() == [day, 12 * day]
    doubtful = column(["01/02/2024", "03/04/2024"]).left_out
    assert "'01/02/2024' may begin with the day or the month: write them as 2024-06-14" in doubtful
    assert "among" not in doubtful
    assert np.asarray(column(["01.02.1970", "03.01.1970"]).numbers).tolist() == [month, 2 * day]


def test_times_of_day_are_plain_seconds() -> None:
    found = column(["6:30", "06:30:15.5", "24:00", "100:00:01"])
    assert np.asarray(found.numbers).tolist() == [23400, 23415.5, 86400, 360001]
    assert not found.date
    assert np.isnan(times(pl.Series(["6:30", "6:60", "6:3", "x"]))).tolist() == [False, True, True, True]


def test_categories_are_coded_in_the_order_of_their_numbers() -> None:
    found = column(["Q10", "Q2", None, "q1", "Q2"])
    assert found.labels == ("q1", "Q2", "Q10")
    assert np.array_equal(np.asarray(found.numbers), [2, 1, nan, 0, 1], equal_nan=True)
    assert sorted(["a", "B", "b", "A", "a2b10", "a2b9", "a02", "9" * 9999], key=natural)[-1] == "b"


@pytest.mark.parametrize(
    ("different", "rows", "coded"),
    [
        (64, 65, True),
        (65, 66, False),
        (65, 259, False),
        (65, 260, True),
        (1000, 4000, True),
        (1001, 5000, False),
        (64, 64, False),
        (3, 3, False),
        (2, 2, True),
        (1, 1, True),
    ],
)
def test_how_many_categories_there_may_be(different: int, rows: int, coded: bool) -> None:
    found = column([f"v{n % different}" for n in range(rows)])
    assert len(found.labels) == (different if coded else 0)
    assert (found.left_out == f"text: {different:,} different values, such as 'v0'") == (not coded)


def test_half_of_the_values_are_too_few_for_faulty_numbers() -> None:
    assert column(["1", "2", "x", "y"]).labels == ("1", "2", "x", "y") or column(["1", "2", "x", "y"]).left_out
    assert "among" not in column(["1", "2", "x", "y"]).left_out
    assert "row 4 holds 'x' among numbers; missing = ['x']" in column(["1", "2", "3", "x", "y"]).left_out
    assert "row 2 (line 12) holds" in column(["1", "x", "3", "4"], line=lambda row: row + 11).left_out
    assert len(column(["1", "x" * 9999, "3", "4"]).left_out) < 200


@given(st.lists(st.floats(), min_size=1), st.sampled_from([",", "."]))
def test_numbers_are_read_to_the_last_bit(numbers: list[float], decimal: str) -> None:
    words: list[str | None] = [repr(number).replace(".", decimal) for number in numbers]
    assert_numbers(words, numbers, decimal=decimal)
