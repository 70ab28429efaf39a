"""`composer check`: every fault at once, for people and for scripts; nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from composer.piece.store import built_in

Run = Callable[..., Any]


@pytest.mark.parametrize("name", built_in())
def test_the_built_in_pieces_are_in_order(run: Run, name: str) -> None:
    result = run("check", name)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{name}: in order, ")


def test_faults_are_told_all_at_once(refused: Run, small: Path) -> None:
    message = refused("check", small, "--set", "tempo=0", "--set", "track.tune.pan=7", "--set", "titel=x")
    assert message.count("\n    ") == 3
    for where in ("tempo: ", "track[0].pan: ", "titel: "):
        assert where in message


def test_json(run: Run, small: Path) -> None:
    assert json.loads(run("check", small, "--json").stdout) == {"ok": True, "faults": []}
    result = run("check", small, "--json", "--set", "tempo=0")
    assert result.exit_code == 1
    fault = {"message": "0 is too small", "where": "tempo", "remedy": "give 4 or more"}
    assert json.loads(result.stdout) == {"ok": False, "faults": [fault]}
    result = run("check", "nothing.toml", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["faults"][0]["where"] == "nothing.toml"


def test_quiet(run: Run, refused: Run, small: Path) -> None:
    assert run("check", small, "--quiet").output == ""
    assert "tempo" in refused("check", small, "--quiet", "--set", "tempo=0")


def test_nothing_is_written(run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    run("check", small)
    assert list(empty.iterdir()) == []


def test_a_file_that_is_no_piece(refused: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    for content, words in ((b"", "empty"), (b"[", "not TOML"), (b"\xff", "not UTF-8"), (b"x = 1", "no setting")):
        path.write_bytes(content)
        assert words in refused("check", path)
