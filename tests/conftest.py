"""What the tests share: every built-in piece, composed; and the command line, to call.

This is the only conftest.py: pytest, collecting doctests of all modules, would mix up two of one name.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from typer.testing import CliRunner

import composer
from composer.cli.application import app
from composer.piece.store import built_in

settings.register_profile("untimed", deadline=None)  # how fast a machine is decides nothing
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def compositions() -> dict[str, composer.Composition]:
    """Every built-in piece, composed once a session."""
    return {name: composer.compose(name) for name in built_in()}


@pytest.fixture(scope="session")
def written(compositions: dict[str, composer.Composition], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The `.mid` of every built-in piece, written once a session."""
    folder = tmp_path_factory.mktemp("written")
    return {name: composer.render(music, folder / f"{name}.mid") for name, music in compositions.items()}


# The command line, called in this process or in one of its own.

SMALL = """
title = "Small"
tempo = 100
key = "D dorian"
seed = 3
[source]
function = "noise"
points = 12
[[track]]
name = "tune"
instrument = "flute"
pitch = { from = "value", range = ["D4", "D5"] }
duration = 0.125
[[track]]
instrument = "drums"
rows = { name = "maxima", of = "value" }
time = { name = "follow", track = "tune" }
pitch = 38
[[marker]]
at = 1
text = "here"
"""

Run = Callable[..., Any]


@pytest.fixture
def run() -> Run:
    """Call the command line in this process; a bug shows its own traceback, a fault never has one."""

    def call(*words: object) -> Any:
        result = CliRunner().invoke(app(), [str(word) for word in words], prog_name="composer")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return result

    return call


@pytest.fixture
def refused(run: Run) -> Callable[..., str]:
    """Call the command line with a fault of the user's; return what it says."""

    def call(*words: object) -> str:
        result = run(*words)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert result.stderr.startswith("composer: ")
        return str(result.stderr)

    return call


@pytest.fixture
def program() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command line in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: object, **settings: Any) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "composer", *map(str, words)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
        started.append(subprocess.Popen(command, text=True, encoding="utf-8", **pipes))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        with process:
            pass  # waits for it and closes its pipes


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small piece in a file of its own folder."""
    path = tmp_path / "pieces" / "small.toml"
    path.parent.mkdir()
    path.write_text(SMALL)
    return path


@pytest.fixture
def midi(run: Run, small: Path, tmp_path: Path) -> Path:
    """The small piece as a .mid, alone in its folder."""
    assert run("compose", small, "-o", tmp_path / "midi", "--only", "mid").exit_code == 0
    return tmp_path / "midi" / "small.mid"
