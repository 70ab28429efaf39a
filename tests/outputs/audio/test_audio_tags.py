"""Title, artist and comment are in the files, by a reader of tags that is not the library that wrote them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest

from composer.outputs.audio import FORMATS, write_audio
from composer.outputs.stream import Stream
from composer.outputs.tags import Tags
from composer.units import F4

TAGS = Tags("Größe ♯1", "Ænima Ωμέγα", 'a "comment"; 100 %')


def written(path: Path, tags: Tags) -> Path:
    def blocks() -> Iterator[F4]:
        yield np.full((2, 4800), 0.1, np.float32)

    write_audio(Stream(48_000, 2, 4800, blocks, tags), path, FORMATS[path.suffix[1:]])
    return path


def info(path: Path) -> dict[str, str]:
    """Return the texts of a WAV's INFO list, by their four letters."""
    data = path.read_bytes()
    found, at = {}, 12
    while at < len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"LIST" and data[at + 8 : at + 12] == b"INFO":
            inner, end = at + 12, at + 8 + size
            while inner < end:
                key, length = struct.unpack_from("<4sI", data, inner)
                found[key.decode()] = data[inner + 8 : inner + 8 + length].split(b"\0")[0].decode()
                inner += 8 + length + length % 2
        at += 8 + size + size % 2
    return found


def read(path: Path) -> dict[str, str]:
    """Return title, artist, comment and software, as far as there are any."""
    if path.suffix == ".wav":
        names = {"title": "INAM", "artist": "IART", "comment": "ICMT", "software": "ISFT"}
        texts = info(path)
        return {name: texts[key] for name, key in names.items() if key in texts}
    file: Any = mutagen.File(path)
    if path.suffix == ".mp3":
        names = {"title": "TIT2", "artist": "TPE1", "comment": "COMM::und", "software": "TSSE"}
        return {name: str(file.tags[key]) for name, key in names.items() if key in (file.tags or ())}
    names = {"title": "title", "artist": "artist", "comment": "comment", "software": "software"}
    if path.suffix == ".opus":
        names["software"] = "encoder"
    return {name: file.tags[key][0] for name, key in names.items() if key in file.tags}


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_was_said_is_read(suffix: str, tmp_path: Path) -> None:
    found = read(written(tmp_path / f"it.{suffix}", TAGS))
    software = found.pop("software")
    assert found == {"title": TAGS.title, "artist": TAGS.artist, "comment": TAGS.comment}
    assert software.startswith("eta-composer")


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_was_not_said_is_not_there(suffix: str, tmp_path: Path) -> None:
    found = read(written(tmp_path / f"it.{suffix}", Tags("only this")))
    found.pop("software")
    assert found == {"title": "only this"}


@pytest.mark.parametrize("suffix", FORMATS)
def test_strange_texts(suffix: str, tmp_path: Path) -> None:
    found = read(written(tmp_path / f"it.{suffix}", Tags("a\0b", "x" * 5000, "line\nline")))
    assert found["title"] == "ab"
    assert found["comment"] == "line\nline"
    assert found["artist"] == "x" * 5000


def test_an_mp3_is_read_after_its_tags(tmp_path: Path) -> None:
    said, silent = (mutagen.File(written(tmp_path / f"{n}.mp3", t)) for n, t in enumerate((TAGS, Tags(software=""))))
    assert said.tags.version == (2, 4, 0) and silent.tags is None
    assert said.info.length == pytest.approx(silent.info.length)
    assert said.info.sample_rate == 48_000
