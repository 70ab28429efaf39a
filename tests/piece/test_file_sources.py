"""A piece whose numbers come from files: where they are looked for, what is checked, what is written back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import composer
from composer.errors import InputError
from composer.piece.store import load, spelled_out

Run = Callable[..., Any]

DATA = "day,height,kind\n2024-01-01,1.5,calm\n2024-01-02,2.5,storm\n2024-01-04,0.5,calm\n"
PIECE = """
[source]
file = "data/sea.csv"
[sources.other]
file = "data/other.tsv"
[[shape]]
name = "join"
source = "other"
[[track]]
pitch = { from = "wind", range = ["C4", "C6"] }
duration = { from = "height" }
[[marker]]
rows = { name = "changes", of = "kind" }
text = "{day}: {kind}, {height:.1f}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a piece, and beside it a folder with its data."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sea.csv").write_text(DATA)
    (tmp_path / "data" / "other.tsv").write_text("day\twind\n2024-01-01\t3\n2024-01-05\t7\n")
    (tmp_path / "piece.toml").write_text(PIECE)
    return tmp_path


def test_files_are_found_from_the_folder_of_the_piece(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    made = composer.compose(folder / "piece.toml")
    assert made.table["wind"].tolist() == [3, 4, 6]
    assert made.table["height"].tolist() == [1.5, 2.5, 0.5]
    assert [marker.text for marker in made.score.markers] == ["2024-01-02: storm, 2.5", "2024-01-04: calm, 0.5"]


def test_a_mapping_s_files_are_found_from_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "data")
    made = composer.compose({"source": {"file": "sea.csv"}, "track": [{"pitch": {"from": "height"}}]})
    assert made.score.tracks[0].notes.size == 3


def test_the_written_piece_names_its_files_from_where_it_lies(folder: Path, run: Run) -> None:
    out = folder / "music" / "deep"
    assert run("compose", folder / "piece.toml", "-o", out, "--only", "mid,toml").exit_code == 0
    text = (out / "piece.toml").read_text()
    assert 'file = "../../data/sea.csv"' in text and 'file = "../../data/other.tsv"' in text
    shutil.move(folder, folder.with_name("moved"))  # the whole tree may go elsewhere
    out = folder.with_name("moved") / "music" / "deep"
    before = (out / "piece.mid").read_bytes()
    assert run("compose", out / "piece.toml", "-o", out / "again", "--only", "mid").exit_code == 0
    assert (out / "again" / "piece.mid").read_bytes() == before


def test_a_piece_with_files_comes_back_from_its_spelled_out_text(folder: Path) -> None:
    piece = load(folder / "piece.toml")
    (folder / "again.toml").write_text(spelled_out(piece, folder))
    assert spelled_out(load(folder / "again.toml"), folder) == spelled_out(piece, folder)


FAULTS = {
    'file = "piece.toml"': ("source: ", "'.toml' is not read", ".csv"),
    'file = "no.csv"': ("source: ", "there is no such file", "give the path"),
    'file = "https://example.org/sea.csv"': ("source: ", "reads no URLs", "download"),
    'file = "data/sea.csv"\nindex = "dya"': ("source: ", "no column is called 'dya'", "'day'"),
    'file = "data/sea.csv"\ndelimeter = ";"': ("source.delimeter: ", "no setting is called 'delimeter'", "delimiter"),
    'file = "data/sea.csv"\ndecimal = ";"': ("source.decimal: ", "one of the choices", "'.'"),
    "file = 3": ("source: ", "`file` is not text", 'file = "data.csv"'),
}


@pytest.mark.parametrize("source", FAULTS)
def test_faults_of_a_file_are_the_piece_s_faults(folder: Path, source: str, refused: Callable[..., str]) -> None:
    (folder / "piece.toml").write_text(PIECE.replace('file = "data/sea.csv"', source))
    said = refused("check", folder / "piece.toml")
    assert all(words in said for words in FAULTS[source])


def test_columns_are_known_before_the_piece_is_composed(folder: Path) -> None:
    wrong = PIECE.replace('"wind"', '"wnd"').replace('from = "height"', 'from = "heigth"')
    (folder / "piece.toml").write_text(wrong)
    with pytest.raises(InputError) as caught:
        load(folder / "piece.toml")
    assert {fault.where for fault in caught.value.faults} == {"track[0].pitch.from", "track[0].duration.from"}
    assert "'wind'" in str(caught.value) and "'height'" in str(caught.value)


def test_a_column_without_numbers_says_why(folder: Path) -> None:
    rows = "".join(f"2024-02-{n:02},{n},note number {n}\n" for n in range(1, 29))
    (folder / "data" / "sea.csv").write_text("day,height,kind\n" + rows)
    (folder / "piece.toml").write_text(PIECE.replace('"changes", of = "kind"', '"changes", of = "height"'))
    with pytest.raises(InputError, match=r"marker\[0\].*'kind' holds no numbers: text"):
        composer.compose(folder / "piece.toml")


@pytest.mark.skipif(os.name == "nt", reason="named pipes are POSIX's")
def test_a_pipe_is_refused_at_once(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    with pytest.raises(InputError, match="not a regular file"):
        composer.compose({"source": {"file": str(folder / "pipe.csv")}, "track": [{}]})
