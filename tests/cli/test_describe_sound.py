"""`composer describe` on every kind of file of sound that `compose` writes: levels, and what the file says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from composer.outputs.audio import FORMATS

Run = Callable[..., Any]


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_compose_wrote_is_described(run: Run, small: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / "out"
    said = ["--set", "sound.artist=Nobody", "--set", "sound.comment=a test", "--set", "sound.rate=48000"]
    assert run("compose", small, "-o", out, "--only", suffix, "--loudness", "-20", *said).exit_code == 0
    path = out / f"small.{suffix}"
    data = json.loads(run("describe", path, "--json").stdout)
    assert (data["rate"], data["channels"], data["frames"]) == (48_000, 2, soundfile.info(path).frames)
    lossy = suffix in ("ogg", "opus", "mp3")
    assert data["loudness_lufs"] == pytest.approx(-20, abs=0.5 if lossy else 0.2)
    assert max(data["peak_dbfs"]) <= data["true_peak_dbtp"] <= (0 if lossy else -0.9)
    assert {name: data["tags"][name] for name in ("title", "artist", "comment")} == {
        "title": "Small",
        "artist": "Nobody",
        "comment": "a test",
    }
    told = run("describe", path).stdout
    assert "title: Small" in told and "LUFS" in told and "dBTP" in told


def test_silence_and_many_channels(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "it.wav"
    soundfile.write(path, np.zeros((8000, 2)), 8000)
    data = json.loads(run("describe", path, "--json").stdout)
    assert (data["loudness_lufs"], data["true_peak_dbtp"], data["tags"]) == (None, None, {})
    assert "LUFS" not in run("describe", path).stdout
    soundfile.write(path, np.full((8000, 4), 0.5), 8000)
    data = json.loads(run("describe", path, "--json").stdout)
    assert data["loudness_lufs"] is None and data["true_peak_dbtp"] > -6.1
    assert "LUFS" not in run("describe", path).stdout


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_no_sound(refused: Callable[..., str], tmp_path: Path, suffix: str) -> None:
    bad = tmp_path / f"bad.{suffix}"
    bad.write_bytes(b"nothing like sound" * 100)
    assert f"{suffix.upper()} that can be read" in refused("describe", bad)
