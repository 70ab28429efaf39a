"""Soundfonts at the command line: what `describe` and `list` say of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fonts import OWN, compressed, small

from composer.outputs.soundfonts.catalogue import FONTS
from composer.outputs.soundfonts.writer import write_font


def test_a_font_is_described(run: Callable[..., Any], tmp_path: Path) -> None:
    write_font(small(), tmp_path / "a.sf2")
    said = run("describe", tmp_path / "a.sf2").stdout.splitlines()
    assert said[0] == "Small · SoundFont 2.01 · 0.0 MB · 16-bit sound"
    assert said[1] == "2 presets · 2 instruments · 1 samples"
    assert "copyright: CC0-1.0" in said
    assert said[-1].split() == ["128", "0", "Drums"]
    data = json.loads(run("describe", OWN, "--json").stdout)
    assert data["name"] == "Composer"
    assert data["presets"][40] == {"bank": 0, "program": 40, "name": "Violin"}
    assert (data["bytes"], len(data["presets"])) == (OWN.stat().st_size, 129)


def test_a_compressed_font_is_described(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "a.sf3").write_bytes(compressed())
    assert "SoundFont 3.01 · 0.0 MB · compressed sound" in run("describe", tmp_path / "a.sf3").stdout


def test_a_broken_font_is_refused_in_one_message(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "a.sf2").write_bytes(OWN.read_bytes()[:100_000])
    said = refused("describe", tmp_path / "a.sf2")
    assert "this soundfont is broken: it is cut short" in said
    assert "composer list soundfonts" in said


def test_the_known_fonts_are_listed(run: Callable[..., Any]) -> None:
    rows = json.loads(run("list", "soundfonts", "--json").stdout)
    assert [row["name"] for row in rows] == list(FONTS)
    assert rows[0]["is here"] == str(OWN)
    assert {"what it is", "licence", "comes from"} < set(rows[0])
    assert all(row["is here"].startswith(("/", "no: ")) or Path(row["is here"]).is_absolute() for row in rows)
