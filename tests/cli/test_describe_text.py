"""`composer describe --text`: a piece and a .mid in sentences, also as data; what holds no music says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import composer

Run = Callable[..., Any]


def test_a_piece(run: Run, small: Path) -> None:
    result = run("describe", small, "--text")
    words = composer.in_words(composer.compose(small))
    assert " ".join(result.stdout.split()) == " ".join(words.text.split())
    assert "Tune: the flute plays a note for every value: twelve notes within a second, at 0:00." in words.text


def test_a_midi_file_as_data(run: Run, midi: Path) -> None:
    data = json.loads(run("describe", midi, "--text", "--json").stdout)
    words = composer.in_words(composer.read_midi(midi))
    assert data["words"]["short"] == words.short
    assert data["words"]["paragraphs"] == list(words.paragraphs)
    assert [cue["text"] for cue in data["words"]["cues"]] == [cue.text for cue in words.cues]
    assert data["tracks"][0]["name"] == "tune"
    assert "words" not in json.loads(run("describe", midi, "--json").stdout)


def test_a_table_has_no_music(refused: Callable[..., str], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x\n1\n2\n")
    assert "it holds no music to tell of" in refused("describe", path, "--text")
