"""Whatever a parser does on broken bytes is one error of the user's file, told once."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import polars as pl
import pytest

from composer.errors import FileError, InputError
from composer.sources.files.guard import members, silenced, understood


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("the first line\nand more"), r"\(the first line\)"),
        (KeyError("x"), "'x'"),
        (pl.exceptions.ComputeError("bad"), "bad"),
        (pl.exceptions.PanicException("unwrap on None"), "unwrap on None"),
        (MemoryError(), "needs more memory than there is"),
        (RecursionError("maximum recursion depth"), "nested too deeply"),
        (IndexError(), r"\(IndexError\)"),
        (ValueError("x" * 999), r"\(x{200} \.\.\.\)"),
    ],
)
def test_every_failure_becomes_a_fault_of_the_file(error: BaseException, reason: str) -> None:
    with pytest.raises(FileError, match=reason) as caught, understood(Path("a.csv"), "a table"):
        raise error
    assert caught.value.__cause__ is error
    assert str(caught.value).startswith("a.csv: this cannot be read as a table (")


def test_faults_and_interruptions_pass() -> None:
    for error in (InputError(), FileError(), KeyboardInterrupt()):
        with pytest.raises(type(error)) as caught, understood(Path("a.csv"), "a table"):
            raise error
        assert caught.value is error


def test_what_compiled_code_says_is_not_heard(capfd: pytest.CaptureFixture[str]) -> None:
    with silenced():
        os.write(2, b"thread panicked")
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def test_the_bounds_of_an_archive() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a", bytes(600))
        archive.writestr("b", bytes(400))
    with zipfile.ZipFile(made) as archive:
        assert [info.filename for info in members(archive, 10**6, most=1000)] == ["a", "b"]
        with pytest.raises(ValueError, match="1,000,000 bytes would unpack to 1,000"):
            members(archive, 10**6, most=999)
