"""The program as a whole: help, version, the status of a wrong call, pipes that break, disks that are full."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import composer
from composer.cli import main
from composer.cli.application import VERBS

Run = Callable[..., Any]
Program = Callable[..., "subprocess.Popen[str]"]


def test_help_names_every_verb(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for verb in VERBS:
        assert re.search(rf"^ +{verb} ", result.stdout, re.MULTILINE)
    assert "composer compose riemann -o out" in result.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_every_verb_has_an_example_that_works(
    run: Run, midi: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    result = run(verb, "--help")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    example = re.search(r"Example: composer (.*?) Arguments?:", text) or re.search(
        r"Example: composer (.*?) Options:", text
    )
    assert example is not None, text
    words = shlex.split(example[1])
    assert words[0] == verb
    # The example is run, in a folder that has the files that it speaks of; the flagship with three points.
    monkeypatch.chdir(midi.parent)
    midi.with_name("song.mid").write_bytes(midi.read_bytes())
    Path("out").mkdir()
    Path("out/riemann.mid").write_bytes(midi.read_bytes())
    Path("tides.csv").write_text("time,height\n0,1\n1,3\n2,2\n")
    Path("my-piece.toml").write_text('[source]\nfunction = "noise"\n[[track]]\n')
    quick = ["--set", "source.t=[0, 10]", "--set", "source.points=3"]
    if verb == "mux":
        assert run("video", "riemann", *quick, "--size", "128x72", "-o", "film.mp4").exit_code == 0
    short = verb in ("compose", "plot", "video", "mux")
    assert run(*words, *(quick if short else [])).exit_code == 0


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"composer {composer.__version__}\n"


@pytest.mark.parametrize("words", [(), ("composed",), ("--no-such-option",), ("compose", "--help", "x")])
def test_wrong_words(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == (0 if "--help" in words else 2)


def test_python_m(program: Program, tmp_path: Path) -> None:
    process = program("--version", cwd=tmp_path)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr) == (0, f"composer {composer.__version__}\n", "")


def test_a_fault_in_its_own_process(program: Program, tmp_path: Path) -> None:
    process = program("check", "nothing.toml", cwd=tmp_path)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (1, "")
    assert stderr == "composer: nothing.toml: there is no such file\n    give the path of a piece (.toml)\n"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are POSIX")
@pytest.mark.parametrize("words", [("list", "functions"), ("new", "eta"), ("check", "riemann"), ("--help",)])
def test_a_pipe_that_nobody_reads(program: Program, words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = program(*words, stdout=writing)
    os.close(writing)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("words", [("list", "functions"), ("new", "eta")])
def test_a_full_disk(program: Program, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        process = program(*words, stdout=full)
        _, stderr = process.communicate(timeout=60)
    assert stderr.splitlines()[0] == "composer: the output: no space left on device"
    assert process.returncode != 0 and "Traceback" not in stderr


def test_output_is_unicode_and_unfolded_where_there_is_no_terminal(program: Program, tmp_path: Path) -> None:
    title = "Ζήτα ♪ " + "long " * 40
    (tmp_path / "piece.toml").write_text(f'title = "{title}"\nsource = "noise"\n[[track]]\nname = "ñ"\n', "utf-8")
    process = program("describe", "piece.toml", cwd=tmp_path, env={**os.environ, "PYTHONUTF8": "1"})
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (0, "")
    assert title in stdout and "ñ" in stdout


@pytest.mark.parametrize(("before", "after"), [(None, "1"), ("4", "4")])
def test_linear_algebra_has_one_thread_unless_the_user_says(
    before: str | None, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["composer", "--version"])
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", before or "")
    if before is None:
        monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    with pytest.raises(SystemExit):
        main()
    assert os.environ["OPENBLAS_NUM_THREADS"] == after
