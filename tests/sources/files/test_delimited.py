"""Delimited text: how a file is written is found out, and what is wrong in it is told by its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.errors import FileError, InputError
from composer.sources.files import column_names, read_table
from composer.table import Table

Read = Callable[..., Table]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a text, or bytes, as a table; its names are known beforehand."""

    def call(content: str | bytes, index: str | None = None, **options: Any) -> Table:
        path = tmp_path / "data.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        table = read_table(path, index, **options)
        assert {*table.names, *table.left_out} == set(column_names(path, **options))
        return table

    return call


def values(table: Table) -> dict[str, list[float]]:
    return {name: table[name].tolist() for name in table.names}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"])
def test_separators_line_ends_and_encodings_are_found_out(
    delimiter: str, ending: str, encoding: str, read: Read
) -> None:
    rows = [("größe", "b", "name"), ("1.5", "2", "x"), ("-3e2", "4", "y"), ("5", "6", "x")]
    table = read(ending.join(delimiter.join(row) for row in rows).encode(encoding))
    assert values(table) == {"größe": [1.5, -300, 5], "b": [2, 4, 6], "name": [0, 1, 0]}
    assert table.labels["name"] == ("x", "y")


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_either_byte_order_is_read(mark: str, read: Read) -> None:
    assert values(read("\ufeffa,b\n1,2\n".encode(mark))) == {"a": [1], "b": [2]}


def test_an_encoding_may_be_named(read: Read) -> None:
    assert values(read("a,b\n1,2\n".encode("utf-16-le"), encoding="utf-16-le")) == {"a": [1], "b": [2]}
    assert values(read("\ufeff1.5\n2\n", encoding="utf-8")) == {"value": [1.5, 2]}
    assert read("имя\n1\n".encode("koi8-r"), encoding="koi8-r").names == ("имя",)
    with pytest.raises(InputError, match="no encoding is called 'utf-9'"):
        read("a\n1\n", encoding="utf-9")
    with pytest.raises(FileError, match="byte 0 is not utf-8 text"):
        read(b"\xe9\n1\n", encoding="utf-8")


def test_the_separator_is_the_regular_one(read: Read) -> None:
    assert read("a; in m,b\n1,2\n3,4\n5,6\n").names == ("a; in m", "b")
    assert read("a,b\n1,2\n3\n4,5\n6\n").names == ("a", "b")
    assert read("a,1;b,2\n1,5;2\n3,5;4\n").names == ("a,1", "b,2")
    assert read("a;b\n" + "1,5;2,5\n" * 50)["b"].tolist() == [2.5] * 50
    assert read("when\n" + "2024-01-01 10:00\n" * 20).dates == {"when", "index"}
    assert read('v\n1.5\n"2,000"\n3\n4\n')["v"].tolist() == [1.5, 2000, 3, 4]


def test_decimal_commas(read: Read) -> None:
    assert values(read("a;b\n1,5;2\n0,125;-3\n1.234,5;10\n")) == {"a": [1.5, 0.125, 1234.5], "b": [2, -3, 10]}
    # The other column says what 1,234 means.
    assert values(read("a;b\n1,5;1,234\n2,5;3,456\n")) == {"a": [1.5, 2.5], "b": [1.234, 3.456]}
    assert values(read("a;b\n1,234;2\n", decimal=",")) == {"a": [1.234], "b": [2]}
    assert values(read("a;b\n1,234;2\n", decimal=".")) == {"a": [1234], "b": [2]}
    assert values(read('a,b\n"1,5",2\n"2,5",3\n')) == {"a": [1.5, 2.5], "b": [2, 3]}


def test_runs_of_spaces_separate(read: Read) -> None:
    text = "# made by hand\n#  t    flux\n   1   2.5 \n  10\t -3\n 100 4\n"
    assert values(read(text)) == {"t": [1, 10, 100], "flux": [2.5, -3, 4]}
    assert values(read('name  v\n"New York"  1\n"Rome"   2\n"New York" 3\n', delimiter=" ")) == {
        "name": [0, 1, 0],
        "v": [1, 2, 3],
    }


def test_one_number_a_line_needs_no_name(read: Read) -> None:
    assert read("7.1\n7.2\n\n6.9\n\n")["value"] == pytest.approx([7.1, 7.2, np.nan, 6.9], nan_ok=True)
    assert values(read("1,5\n2,25\n", decimal=",", delimiter=";")) == {"value": [1.5, 2.25]}
    assert read("level\n1\n2\n").names == ("level",)


def test_a_header_is_told_from_values(read: Read) -> None:
    assert values(read("1,2\n3,4\n")) == {"column_1": [1, 3], "column_2": [2, 4]}
    assert values(read("2024-01-01,NA\n2024-01-02,4\n"))["column_2"] == pytest.approx([np.nan, 4], nan_ok=True)
    assert read("country,1960,1961\nFrance,2,3\n").names == ("country", "1960", "1961")
    assert values(read("1960,1961\n2,3\n", header=True)) == {"1960": [2], "1961": [3]}
    assert values(read("1,x\n2,y\n1,x\n", header=False)) == {"column_1": [1, 2, 1], "column_2": [0, 1, 0]}


def test_names_are_made_distinct(read: Read) -> None:
    assert read(" a ,a,,b,a_2\n1,2,3,4,5\n").names == ("a", "a_2", "column_3", "b", "a_2_2")
    assert read("a,a,a,a\n1,2,3,4\n").names == ("a", "a_2", "a_3", "a_4")
    assert read('"two\nlines",b\n1,2\n').names == ("two lines", "b")


def test_titles_and_comments_before_the_header_are_passed_over(read: Read) -> None:
    expected = {"time": [1, 3], "height": [2, 4]}
    assert values(read("Sea level at Brest\n\ntime,height\n1,2\n3,4\n")) == expected
    assert values(read("# Brest, France\ntime,height\n1,2\n# a pause\n3,4\n")) == expected
    assert values(read("one, two\nthree\ntime,height\n1,2\n3,4\n", skip=2)) == expected
    assert values(read("// Brest\ntime,height\n1,2\n// x\n3,4\n", comment="//")) == expected
    assert values(read("#\n" * 10**6 + "time,height\n1,2\n3,4\n")) == expected
    assert read("#id,x\n1,2\n").names == ("id", "x")
    assert read("#id,x\nw,2\nv,3\n", comment="").names == ("#id", "x")


def test_quotes(read: Read) -> None:
    table = read('a,b\n1,"x, ""y"""\n2,"line\nbreak"\n3,"x, ""y"""\n')
    assert table.labels["b"] == ("line\nbreak", 'x, "y"')
    assert read("a,b\n1,'x,y'\n2,'z'\n'3','z'\n", quote="'").labels["b"] == ("x,y", "z")
    assert read("'a','b'\n'x,y','1'\n'z','2'\n").labels["a"] == ("x,y", "z")
    assert read("a,b\n'80s,1\n'90s,2\n'90s,3\n").labels["a"] == ("'80s", "'90s")
    assert read('a,b\n1,5" pipe\n2,6" pipe\n3,5" pipe\n').labels["b"] == ('5" pipe', '6" pipe')
    assert read('a, b\n1, "x, y"\n2, "z"\n2, "z"\n').labels["b"] == ("x, y", "z")


def test_a_first_name_may_look_like_packed_bytes(read: Read) -> None:
    assert values(read("x^2,y\n1,2\n")) == {"x^2": [1], "y": [2]}


def test_short_lines_end_in_missing_values_and_blank_ones_are_none(read: Read) -> None:
    gap = read("a\tb\n1\t2\n\t\n \n3\t4\n")  # a line of a tab has two values
    assert gap["b"] == pytest.approx([2, np.nan, 4], nan_ok=True)
    table = read("a,b,c\n1,2,3\n4\n\n \n5,6\n7,8,9,,\n")
    assert table["a"].tolist() == [1, 4, 5, 7]
    assert table["c"] == pytest.approx([3, np.nan, np.nan, 9], nan_ok=True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n1,2\n3,4,5\n", "line 3 has 3 values for 2 columns"),
        ("# x\na,b\n\n1,2\n# y\n3,4\n3,4,5,6\n", "line 7 has 4 values for 2 columns"),
        ("a b\n1 2\n\n3 4\n3  4   5\n" + "5 6\n" * 200, "line 5 has 3 values for 2 columns"),
        ('a,b\n1,"x\n2,y\n', "a quote in line 3 is not closed"),
        ('a;b\n1;2\n";"a";;"\n', "a quote in line 3 is not closed"),
        ("a,b\n1,\0\n", "holds NUL bytes, so it is not text"),
        ("", "it is empty"),
        ("\n\n  \n", "it is empty"),
        ("# only\n# comments\n", "it is empty"),
        ("a,b\n", "it has no rows of data"),
        ("a,b\n\n\n", "it has no rows of data"),
        ("a,b\n# nothing\n", "it has no rows of data"),
        ("a\n", "it has no rows of data"),
    ],
)
def test_what_is_wrong_is_told_by_its_line(text: str, reason: str, read: Read) -> None:
    with pytest.raises(FileError, match=reason):
        read(text)


def test_faulty_numbers_are_told_by_row_and_line(read: Read) -> None:
    rows = "".join(f"{n},{'oops' if n == 70 else n}\n" for n in range(200))
    table = read("# tides\na,b\n" + rows)
    assert table.names == ("a",)
    with pytest.raises(InputError, match=r"row 71 \(line 73\) holds 'oops' among numbers; missing = \['oops'\]"):
        table["b"]
    assert np.isnan(read("a,b\n" + rows, missing=("oops",))["b"][70])
    # Where not every line is a row, a line is not named.
    assert "row 71 holds" in read("a,b\n# x\n" + rows + "# y\n").left_out["b"]


def test_a_late_surprise_is_seen(read: Read) -> None:
    rows = "".join(f"{n / 7}\n" for n in range(100_000))
    assert len(read("v\n" + rows)) == 100_000
    with pytest.raises(InputError, match=r"row 100,001 .* holds 'late' among numbers"):
        read("v\n" + rows + "late\n")


def test_a_table_without_numbers_says_why(read: Read) -> None:
    names = [f"n{k}" for k in range(7)]
    rows = [",".join(f"word{n}{k}" for k in range(7)) for n in range(99)]
    with pytest.raises(
        InputError, match=r"n0: text: 99 different values, such as 'word00'; n1: .*n4: [^;]*; and 2 more$"
    ):
        read("\n".join([",".join(names), *rows]))


@pytest.mark.parametrize(
    ("name", "sign"), [("delimiter", ";;"), ("quote", "''"), ("delimiter", "§"), ("delimiter", "\n")]
)
def test_a_separator_is_one_character(name: str, sign: str, read: Read) -> None:
    with pytest.raises(InputError, match="is not one plain character"):
        read("a\n1\n", **{name: sign})


def test_too_wide_and_too_large_tables_are_refused(read: Read) -> None:
    with pytest.raises(FileError, match="20,001 columns; the most is 20,000"):
        read(",".join(f"c{n}" for n in range(20_001)) + "\n1\n")
    with pytest.raises(FileError, match=r"20,000 rows of 20,000 columns are more than 200,000,000 values"):
        read(",".join(f"c{n}" for n in range(20_000)) + "\n1" * 20_000)


def test_five_thousand_columns(read: Read) -> None:
    numbers = np.arange(50_000).reshape(10, 5000) / 8
    table = read("\n".join([",".join(f"c{n}" for n in range(5000)), *(",".join(map(str, row)) for row in numbers)]))
    assert np.array_equal([table[name] for name in table.names], numbers.T)


def test_a_line_that_the_head_cuts_off_tells_nothing(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a;b\n1;2\n1,234;3\n"
    monkeypatch.setattr("composer.sources.files.delimited._HEAD", text.index("4"))
    assert values(read(text)) == {"a": [1, 1234], "b": [2, 3]}


def test_the_names_need_only_the_head(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        file.truncate(3 * 2**29)  # sparse: nearly nothing on the disk, and NUL beyond the head
        file.seek(4, 0)
        file.write(b"1,2\n" * (5 * 2**18))
    assert column_names(path) == ("a", "b")


@given(
    rows=st.lists(
        st.tuples(
            st.floats(allow_nan=False), st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=5)
        ),
        min_size=1,
        max_size=30,
    ),
    delimiter=st.sampled_from(",;\t|"),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_python_writes_is_read_back(rows: list[tuple[float, str]], delimiter: str, read: Read) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerows([("number", "word"), *rows])
    table = read(text.getvalue(), delimiter=delimiter, decimal=".", comment="")
    assert table["number"].tolist() == [number for number, _ in rows]
