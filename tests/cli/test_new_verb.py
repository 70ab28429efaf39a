"""`composer new`: a piece to start from, for every function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from composer.piece.starter import starter
from composer.piece.store import load
from composer.sources import FUNCTIONS

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
