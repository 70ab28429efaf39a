"""`composer describe`: pieces, .mid and .wav, whole or broken."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from composer.piece.store import built_in, load, spelled_out

Run = Callable[..., Any]


@pytest.mark.parametrize("name", built_in())
def test_a_built_in_piece(run: Run, name: str) -> None:
    result = run("describe", name)
    assert result.exit_code == 0
    piece = load(name)
    assert piece.title in result.stdout
    for track in piece.tracks:
        assert track.name in result.stdout and all(player in result.stdout for player in track.palette)
    assert "None" not in result.stdout


def test_a_piece_as_data(run: Run, small: Path, tmp_path: Path) -> None:
    data = json.loads(run("describe", small, "--json").stdout)
    spelled = tmp_path / "again.toml"
    spelled.write_text(data["toml"], "utf-8")
    assert load(spelled) == load(small)
    assert data["source"] == {"function": "noise", "points": 12, "colour": "pink"}
    assert data["tracks"][0]["pitch"] == "value → D4 to D5"
    assert data["tracks"][0]["duration"] == "0.125"


def test_a_rule_in_words(run: Run, small: Path) -> None:
    changes = {
        "track.tune.pitch={from='value', via=['log', 'steps'], invert=true}": "value by log by steps turned round",
        "track.tune.pitch={from='value'}": "value → C3 to C6",
        "track.tune.velocity={value=-6, unit='db'}": "-6.0 db",
        "track.tune.duration={from='value', range=[0.1, 0.5], unit='s'}": "value → 0.1 to 0.5 s",
    }
    for change, words in changes.items():
        changed = small.with_name("changed.toml")
        changed.write_text(spelled_out(load(small, [change])), "utf-8")
        assert words in run("describe", changed).stdout


def test_a_midi_file(run: Run, midi: Path) -> None:
    result = run("describe", midi)
    assert result.exit_code == 0
    for words in ("Small", "100 bpm", "4/4", "tune", "flute", "drums", "1 markers"):
        assert words in result.stdout
    data = json.loads(run("describe", midi, "--json").stdout)
    assert data["tracks"][0]["notes"] == 12
    assert data["tracks"][0]["program"] == 73


def test_a_wav(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "half.wav"
    left = 0.5 * np.sin(2 * math.pi * 100 * np.arange(8000) / 8000)
    soundfile.write(path, np.column_stack([left, np.zeros(8000)]), 8000, "FLOAT")
    data = json.loads(run("describe", path, "--json").stdout)
    assert (data["rate"], data["channels"], data["frames"], data["seconds"]) == (8000, 2, 8000, 1.0)
    assert data["peak_dbfs"][0] == pytest.approx(-6.02, abs=0.01)
    assert data["rms_dbfs"][0] == pytest.approx(-9.03, abs=0.01)
    assert data["peak_dbfs"][1] is None
    assert "8000 Hz" in run("describe", path).stdout


def test_an_empty_wav(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    soundfile.write(path, np.zeros((0, 1)), 8000)
    assert run("describe", path).exit_code == 0


def test_quiet(run: Run, midi: Path) -> None:
    assert run("describe", midi, "--quiet").output == ""


def broken(whole: bytes) -> dict[str, bytes]:
    """Return a .mid broken in every way that we can think of."""
    noise = random.Random(1)
    return {
        "empty": b"",
        "one byte": whole[:1],
        "only the header": whole[:14],
        "cut in a track": whole[: len(whole) // 2],
        "cut at the end": whole[:-5],
        "random": noise.randbytes(500),
        "random after the header": whole[:22] + noise.randbytes(500),
        "a text": b"not a MIDI file",
    }


@pytest.mark.parametrize("verb", ["describe", "render"])
@pytest.mark.parametrize("case", broken(b""))
def test_a_broken_midi_file(refused: Run, midi: Path, verb: str, case: str) -> None:
    bad = midi.with_name("bad.mid")
    bad.write_bytes(broken(midi.read_bytes())[case])
    message = refused(verb, bad)
    assert str(bad) in message and "not a whole Standard MIDI File" in message
    assert not bad.with_suffix(".wav").exists()


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\x00\x00\x00\x00WAVEfmt ", b"nothing like a WAV" * 100])
def test_a_broken_wav(refused: Run, tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_bytes(content)
    assert "not a WAV that can be read" in refused("describe", bad)


def test_what_it_cannot_describe(refused: Run, tmp_path: Path) -> None:
    (tmp_path / "a.odt").write_text("text")
    assert "use one of: .csv, .tsv" in refused("describe", tmp_path / "a.odt")
    assert "no such file" in refused("describe", tmp_path / "b.txt")
    assert "no such file" in refused("describe", tmp_path / "b.mid")
    assert "no such file" in refused("describe", tmp_path / "b.wav")
    assert "directory" in refused("describe", tmp_path)
    assert "one of: riemann" in refused("describe", "reimann")
    refused("describe", "x" * 5000 + ".wav")


def test_a_piece_on_eta_tells_the_zeros_that_it_passes(run: Run) -> None:
    # The 640527th zero of zeta is the first above t = 400000 (Arb gives 400000.373026483).
    assert "35 zeros: 400000.3730, 400001.3425, " in run("describe", "riemann").stdout
    zeros = json.loads(run("describe", "riemann", "--json").stdout)["events"]["zeros"]
    assert len(zeros) == 35 and zeros[0] == pytest.approx(400000.37302648, abs=1e-8)
    assert "zeros" not in run("describe", "lorenz").stdout
