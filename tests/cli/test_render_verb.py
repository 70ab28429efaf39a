"""`composer render`: a .mid becomes a WAV, or one clear message."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile

Run = Callable[..., Any]


def test_it_writes_beside_the_score(run: Run, midi: Path) -> None:
    result = run("render", midi)
    assert result.exit_code == 0
    assert str(midi.with_suffix(".wav")) in result.stdout and "12 notes" not in result.stderr
    sound = soundfile.info(midi.with_suffix(".wav"))
    assert (sound.samplerate, sound.channels, sound.subtype) == (44_100, 2, "PCM_16")
    samples, _ = soundfile.read(midi.with_suffix(".wav"))
    assert 0.05 < abs(samples).max() <= 1


def test_its_settings(run: Run, midi: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "loud.wav"
    result = run("render", midi, "-o", target, "--rate", 48_000, "--encoding", "pcm24", "--json")
    data = json.loads(result.stdout)
    assert data["files"] == [str(target)] and data["title"] == "Small"
    sound = soundfile.info(target)
    assert (sound.samplerate, sound.subtype) == (48_000, "PCM_24")


def test_quiet(run: Run, midi: Path) -> None:
    assert run("render", midi, "--quiet").output == ""
    assert midi.with_suffix(".wav").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--rate", "10"), "sound.rate: 10 is too small"),
        (("--engine", "sien"), "sound.engine: no engine is called 'sien'\n    did you mean 'sine'?"),
        (("--encoding", "mp3"), "wav.encoding: 'mp3'"),
        (("--engine", "reference"), "sound.engine: the reference renderer plays one track"),
        (("-o", "song.mid"), "song.mid: its suffix names no kind of sound"),
        (("-o", "song.jpeg"), "song.jpeg: its suffix names no kind of sound"),
        (("-o", "song"), "song: its suffix names no kind of sound"),
    ],
)
def test_what_it_refuses(refused: Run, midi: Path, words: tuple[str, ...], message: str) -> None:
    assert message in refused("render", midi, *words)
    assert [path.name for path in midi.parent.iterdir()] == [midi.name]


def test_the_words_of_the_call(run: Run, midi: Path) -> None:
    assert run("render", midi, "--rate", "fast").exit_code == 2
    assert run("render").exit_code == 2


def test_a_score_that_is_not_there(refused: Run, tmp_path: Path) -> None:
    assert "no such file" in refused("render", tmp_path / "nothing.mid")
    for folder in (tmp_path, "", ".", "/"):
        assert "directory" in refused("render", folder)


def test_an_output_that_cannot_be(refused: Run, midi: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert "this is not a folder" in refused("render", midi, "-o", tmp_path / "file" / "a.wav")
    (tmp_path / "a.wav").mkdir()
    assert "this is a directory" in refused("render", midi, "-o", tmp_path / "a.wav")
