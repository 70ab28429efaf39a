"""`composer compose`: what it writes, what it says, what it refuses, and what an interruption leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import composer
from composer.piece.store import load
from composer.writing import export

Run = Callable[..., Any]


def names(folder: Path) -> list[str]:
    """Return the names of what is in a folder, hidden files included."""
    return sorted(path.name for path in folder.iterdir())


def test_it_writes_the_music_and_the_piece(run: Run, small: Path, tmp_path: Path) -> None:
    result = run("compose", small, "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert names(tmp_path / "out") == ["small.mid", "small.toml", "small.wav"]
    assert "Small" in result.stdout and "D dorian" in result.stdout and "flute" in result.stdout
    for path in (tmp_path / "out").iterdir():
        assert str(path) in result.stdout
    assert result.stderr == ""


def test_the_folder_is_out_where_none_is_named(
    run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("compose", small, "--only", "toml").exit_code == 0
    assert names(tmp_path / "out") == ["small.toml"]


def test_json(run: Run, small: Path, tmp_path: Path) -> None:
    data = json.loads(run("compose", small, "-o", tmp_path, "--json").stdout)
    assert (data["title"], data["key"], data["meter"], data["tempo"]) == ("Small", "D dorian", "4/4", [[0.0, 100.0]])
    assert [(track["name"], track["instrument"]) for track in data["tracks"]] == [("tune", "flute"), ("drums", "drums")]
    assert data["tracks"][0]["notes"] == 12
    assert data["markers"] == [{"beat": 1.0, "text": "here"}]
    assert data["files"] == [str(tmp_path / f"small.{kind}") for kind in ("mid", "wav", "toml")]
    assert all(Path(file).is_file() for file in data["files"])


def test_quiet(run: Run, small: Path, tmp_path: Path) -> None:
    result = run("compose", small, "-o", tmp_path, "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "small.mid").exists()


@pytest.mark.parametrize(
    ("only", "kinds"),
    [("mid", ["mid"]), ("toml,wav", ["toml", "wav"]), (" mid , toml ", ["mid", "toml"]), ("", ["mid", "toml", "wav"])],
)
def test_only(run: Run, small: Path, tmp_path: Path, only: str, kinds: list[str]) -> None:
    assert run("compose", small, "-o", tmp_path / "out", "--only", only).exit_code == 0
    assert names(tmp_path / "out") == [f"small.{kind}" for kind in kinds]


def test_only_what_can_be_written(refused: Run, small: Path, tmp_path: Path) -> None:
    assert "no output is called 'midi'\n    did you mean 'mid'?" in refused(
        "compose", small, "-o", tmp_path / "out", "--only", "midi,wav"
    )
    assert not (tmp_path / "out").exists()


def test_set(run: Run, small: Path, tmp_path: Path) -> None:
    words = ("--set", "tempo=80", "--set", "track.tune.instrument=oboe", "--set", "title=Slower and reedier")
    assert run("compose", small, "-o", tmp_path, "--only", "toml", *words).exit_code == 0
    piece = load(tmp_path / "small.toml")
    assert (piece.tempo, piece.tracks[0].instrument, piece.title) == (((0, 80),), "oboe", "Slower and reedier")


def test_the_written_piece_gives_the_same_bytes(run: Run, small: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert run("compose", small, "-o", one, "--set", "seed=11", "--set", "sound.rate=8000").exit_code == 0
    assert run("compose", one / "small.toml", "-o", two).exit_code == 0
    for name in names(one):
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    assert run("compose", small, "-o", two, "--set", "sound.rate=8000").exit_code == 0
    assert (one / "small.wav").read_bytes() != (two / "small.wav").read_bytes()  # the comparison can fail


def test_it_does_not_write_over_the_piece_itself(refused: Run, run: Run, small: Path) -> None:
    before = small.read_text()
    assert "would replace the piece itself" in refused("compose", small, "-o", small.parent)
    assert names(small.parent) == ["small.toml"]
    assert run("compose", small, "-o", small.parent, "--only", "mid").exit_code == 0
    assert small.read_text() == before


@pytest.mark.parametrize("place", ["a file", "below a file", "a folder of that name"])
def test_an_output_that_cannot_be(refused: Run, small: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "taken" / "small.mid").mkdir(parents=True)
    folder = {"a file": "file", "below a file": "file/deeper", "a folder of that name": "taken"}[place]
    message = refused("compose", small, "-o", tmp_path / folder)
    assert ("this is a directory" if place == "a folder of that name" else "this is not a folder") in message
    assert "-o" in message
    assert (tmp_path / "file").read_text() == "mine"
    assert names(tmp_path / "taken") == ["small.mid"]


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no /proc")
def test_an_output_on_a_system_that_takes_none(refused: Run, small: Path) -> None:
    assert "/proc/nowhere" in refused("compose", small, "-o", "/proc/nowhere")


def test_a_name_too_long_for_the_system(refused: Run, small: Path) -> None:
    assert "too long" in refused("compose", small, "-o", "x" * 5000)
    refused("compose", "x" * 5000)
    refused("compose", "x" * 5000 + ".toml")


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ("reimann", "one of: riemann"),
        ("nothing.toml", "there is no such file"),
        ("", "this is a directory"),
    ],
)
def test_a_piece_that_is_not_there(refused: Run, piece: str, words: str) -> None:
    assert words in refused("compose", piece)


def test_every_fault_is_told_and_nothing_written(refused: Run, small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    message = refused("compose", small, "-o", out, "--set", "tempo=0", "--set", "track.tune.instrument=viberphone")
    assert "tempo: 0 is too small" in message
    assert "track[0].instrument: no instrument is called 'viberphone'\n    did you mean 'vibraphone'?" in message
    assert not out.exists()


@pytest.mark.parametrize("words", [(), ("--no-such-option",), ("a", "b"), ("riemann", "--set")])
def test_a_call_whose_words_are_off(run: Run, words: tuple[str, ...]) -> None:
    result = run("compose", *words)
    assert result.exit_code == 2
    assert "Error: " in result.stderr


ENDLESS = ("compose", "lorenz", "--set", "source.points=10000000")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (getattr(signal, "SIGHUP", 1), 129)]
)
@pytest.mark.parametrize("loaded", ["pydantic", "scipy.integrate"])
def test_an_interruption_leaves_nothing(
    program: Callable[..., subprocess.Popen[str]], tmp_path: Path, number: int, status: int, loaded: str
) -> None:
    if signal.getsignal(number) == signal.SIG_IGN:
        pytest.skip("the tests themselves run under nohup")
    (tmp_path / "out").mkdir()
    process = program(*ENDLESS, "-o", tmp_path / "out", env={**os.environ, "PYTHONPROFILEIMPORTTIME": "1"})
    assert process.stderr is not None and process.stdout is not None
    # Python tells each module that it has loaded: pydantic while the program itself is loading, scipy.integrate
    # when the ten million points are begun.
    assert any(line.split("|")[-1].strip() == loaded for line in process.stderr)
    process.send_signal(number)
    said = process.stderr.read()
    assert process.wait(timeout=60) == status
    assert process.stdout.read() == "" and "Traceback" not in said
    assert ("nothing was left half-written" in said) == (loaded == "scipy.integrate" and number == signal.SIGINT)
    assert names(tmp_path / "out") == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_an_interruption_while_files_are_written_leaves_nothing(
    program: Callable[..., subprocess.Popen[str]], small: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    process = program("compose", small, "-o", out, "--set", "source.points=20000")
    deadline = time.monotonic() + 60
    while not (out.exists() and any(".wav." in name for name in names(out))):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted: nothing was left half-written" in stderr and "Traceback" not in stderr
    assert not out.exists()


def test_the_reference_from_another_folder(
    program: Callable[..., subprocess.Popen[str]],
    compositions: dict[str, composer.Composition],
    tmp_path: Path,
) -> None:
    (tmp_path / "elsewhere").mkdir()
    out = tmp_path / "out"
    process = program("compose", "riemann-reference", "-o", out, cwd=tmp_path / "elsewhere")
    stdout, stderr = process.communicate(timeout=600)
    assert (process.returncode, stderr) == (0, "")
    assert "300 notes" in stdout
    for here in export(compositions["riemann-reference"], tmp_path / "here", "riemann-reference"):
        assert (out / here.name).read_bytes() == here.read_bytes(), here.name
    assert names(tmp_path / "elsewhere") == []
