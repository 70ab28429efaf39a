"""Every program that finds our files whole notices a broken one; and one that is not installed makes its tests skip."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from programs import PROGRAMS, ask, called

import composer
from composer.score import Score, Track, notes

NAMES = pytest.mark.parametrize("name", list(PROGRAMS))


def half(data: bytes) -> bytes:
    """Return the first half of a file."""
    return data[: len(data) // 2]


def misnamed(data: bytes) -> bytes:
    """Return a file that does not begin as a MIDI file does."""
    return b"MThx" + data[4:]


def unannounced(data: bytes) -> bytes:
    """Return a file whose second track begins with a data byte, with no status before it."""
    first = data.index(b"MTrk", data.index(b"MTrk") + 4) + 8
    return data[: first + 1] + b"\x3c" + data[first + 2 :]


@pytest.fixture
def mid(tmp_path: Path) -> Path:
    """A file of two tracks."""
    tracks = [Track(name, "flute", notes(np.arange(20) / 2, 0.5, 60 + np.arange(20))) for name in ("one", "two")]
    return composer.render(Score(tuple(tracks), title="Whole"), tmp_path / "whole.mid")


@NAMES
def test_a_whole_file_is_taken(name: str, mid: Path, tmp_path: Path) -> None:
    answer = ask(name, mid, tmp_path)
    assert PROGRAMS[name].content(answer), answer


@NAMES
@pytest.mark.parametrize("fault", [half, misnamed])
def test_a_broken_file_is_noticed(name: str, fault: Callable[[bytes], bytes], mid: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mid"
    bad.write_bytes(fault(mid.read_bytes()))
    assert not PROGRAMS[name].content(ask(name, bad, tmp_path))


# The others play on with what they understand.
@pytest.mark.parametrize("name", ["mftext", "midi2abc", "midigram", "drumstick-dumpsmf"])
def test_a_note_without_a_status_is_noticed(name: str, mid: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mid"
    bad.write_bytes(unannounced(mid.read_bytes()))
    assert not PROGRAMS[name].content(ask(name, bad, tmp_path))


def test_a_note_without_a_status_costs_musescore_notes(mid: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mid"
    bad.write_bytes(unannounced(mid.read_bytes()))
    whole, broken = (ask("mscore3", path, tmp_path).file.read_text() for path in (mid, bad))
    assert broken.count("<note") < whole.count("<note")


def test_a_program_that_is_not_installed_is_skipped_and_says_why(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="no-such-program is not installed: apt install its-package"):
        called(["no-such-program"], "its-package", tmp_path, tmp_path / "out")


def test_a_program_is_given_no_home_of_the_users(tmp_path: Path) -> None:
    tell = "import json, os; print(json.dumps(dict(os.environ)))"
    told = json.loads(called(["python3", "-c", tell], "python3", tmp_path, tmp_path / "out").text)
    places = [place for name, place in told.items() if name == "HOME" or name.startswith("XDG_")]
    assert len(places) == 6 and all(Path(place).is_relative_to(tmp_path) for place in places)
