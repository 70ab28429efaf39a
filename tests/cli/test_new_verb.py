"""`composer new`: a piece to start from, for every function and for data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from composer.piece.starter import starter
from composer.piece.starters.data import data_starter
from composer.piece.store import load
from composer.sources.functions import FUNCTIONS

Run = Callable[..., Any]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_it_writes_is_in_order(run: Run, tmp_path: Path, function: str) -> None:
    path = tmp_path / "new.toml"
    result = run("new", function, "-o", path)
    assert result.exit_code == 0
    assert f"composer compose {path}" in result.stdout
    assert path.read_text("utf-8") == starter(function)
    assert run("check", path).exit_code == 0
    source = load(path).source
    assert source is not None and source.called == function


def test_without_a_file_it_is_printed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "eta").stdout == starter("eta")
    assert list(tmp_path.iterdir()) == []


def test_quiet(run: Run, tmp_path: Path) -> None:
    assert run("new", "eta", "-o", tmp_path / "new.toml", "--quiet").output == ""


def test_a_new_piece_composes(run: Run, tmp_path: Path) -> None:
    assert run("new", "logistic_map", "-o", tmp_path / "new.toml").exit_code == 0
    result = run("compose", tmp_path / "new.toml", "-o", tmp_path / "out", "--set", "source.points=20")
    assert result.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["new.mid", "new.toml", "new.wav"]


def test_nothing_is_replaced(refused: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("mine")
    assert "already" in refused("new", "eta", "-o", path)
    assert path.read_text() == "mine"


def test_what_it_refuses(refused: Run, run: Run, tmp_path: Path) -> None:
    assert "no function is called 'etaa'\n    did you mean 'eta' or 'zeta'?" in refused("new", "etaa")
    (tmp_path / "file").write_text("mine")
    assert "this is not a folder" in refused("new", "eta", "-o", tmp_path / "file" / "new.toml")
    assert "too long" in refused("new", "eta", "-o", "x" * 5000)
    assert run("new").exit_code == 2


DATA = "year,rain\n" + "".join(f"{1990 + k},{k * 7 % 11}\n" for k in range(30))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "rain.csv"
    path.parent.mkdir()
    path.write_text(DATA)
    return path


def test_a_data_file_becomes_a_piece_that_composes(run: Run, data: Path, tmp_path: Path) -> None:
    piece = tmp_path / "pieces" / "rain.toml"
    result = run("new", data, "-o", piece)
    assert result.exit_code == 0
    assert result.stdout == f"{piece}  now: composer compose {piece}\n"
    assert piece.read_text("utf-8") == data_starter(data, piece.parent)
    assert 'file = "../data/rain.csv"' in piece.read_text("utf-8")
    assert 'index = "year"' in piece.read_text("utf-8")
    assert run("check", piece).exit_code == 0
    assert run("compose", piece, "-o", tmp_path / "out", "--only", "mid").exit_code == 0


def test_a_data_file_is_named_from_here_when_printed(
    run: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "data/rain.csv").stdout == data_starter(Path("data/rain.csv"))
    assert 'file = "data/rain.csv"' in run("new", "data/rain.csv").stdout


def test_a_function_is_meant_though_a_folder_has_its_name(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "eta").mkdir()
    assert run("new", "eta").stdout == starter("eta")


def test_what_it_refuses_of_data(refused: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(data.parent)
    assert "rain.cvs: there is no such file" not in refused("new", "rain.cvs")
    assert "no function is called 'rain.cvs'\n    did you mean 'rain.csv'?" in refused("new", "rain.cvs")
    assert "rian.csv: there is no such file\n    did you mean 'rain.csv'?" in refused("new", "rian.csv")
    assert f"did you mean '{data}'?" in refused("new", data.with_name("rains.csv"))
    assert "zzz.csv: there is no such file\n    give the path of a data file" in refused("new", "zzz.csv")
    assert "nowhere/zzz.csv: there is no such file" in refused("new", "nowhere/zzz.csv")
    assert "no function is called 'zzz'" in refused("new", "zzz")
    assert "no URLs" in refused("new", "https://example.org/rain.csv")
    assert "too long" not in refused("new", "x" * 5000)
    assert "directory" in refused("new", tmp_path)
    (tmp_path / "rain.docx").write_text("x")
    assert "a file ending in '.docx' is not read" in refused("new", tmp_path / "rain.docx")
    (tmp_path / "empty.csv").write_text("")
    assert refused("new", tmp_path / "empty.csv").count("\n") <= 3
    assert "already" in refused("new", data, "-o", data)
    assert data.read_text() == DATA


def test_the_help_has_a_worked_example(run: Run) -> None:
    assert "composer new tides.csv -o tides.toml" in run("new", "--help").stdout
