"""The order in which a soundfont is looked for, and what is said where there is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fonts import OWN, small

from composer.errors import FileError
from composer.outputs.soundfonts import catalogue
from composer.outputs.soundfonts.catalogue import FONTS, VARIABLE, find_font
from composer.outputs.soundfonts.reader import examine
from composer.outputs.soundfonts.writer import write_font


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def font(tmp_path: Path) -> Path:
    write_font(small(), tmp_path / "mine.sf2")
    return tmp_path / "mine.sf2"


def test_the_order(font: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_font() == find_font("composer") == find_font("") == OWN
    monkeypatch.setenv(VARIABLE, str(font))
    assert find_font() == font
    assert find_font("composer") == OWN
    monkeypatch.setenv(VARIABLE, "gm")
    assert find_font().name == "TimGM6mb.sf2"
    assert find_font(font) == find_font(str(font)) == font


def test_every_font_that_is_here_can_be_examined() -> None:
    here = {name: row.here() for name, row in FONTS.items()}
    assert here["composer"] == OWN
    for name, path in here.items():
        if path is not None:
            assert examine(path).has(0, 0), name
            assert find_font(name) == path


def test_every_row_is_whole() -> None:
    for row in FONTS.values():
        assert all((row.doc, row.licence, row.source, row.install))
        assert list(row.places())


def test_gm_lies_in_pretty_midi_which_is_not_imported() -> None:
    code = "import sys; from composer.outputs.soundfonts.catalogue import find_font; print(find_font('gm'))"
    code += "; assert 'pretty_midi' not in sys.modules"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).parent.name == "pretty_midi"


def test_a_file_in_the_folder_of_a_distribution_is_found(font: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "FOLDERS", (str(font.parent / "none"), str(font.parent)))
    font.rename(font.with_name("FluidR3_GM.sf2"))
    assert find_font("fluid") == font.with_name("FluidR3_GM.sf2")


def test_what_is_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "FOLDERS", ())
    with pytest.raises(FileError, match=r"not installed\n +apt install fluid-soundfont-gm"):
        find_font("fluid")
    monkeypatch.setattr(catalogue, "find_spec", lambda name: None)
    with pytest.raises(FileError, match=r"not installed\n +pip install pretty_midi"):
        find_font("gm")


def test_what_there_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileError, match=r"no soundfont is called 'compser'\n +did you mean 'composer'\?"):
        find_font("compser")
    with pytest.raises(FileError, match=r"there is no such soundfont\n +give the path of one, or use: composer"):
        find_font(tmp_path / "none.sf2")
    with pytest.raises(FileError, match="no soundfont is called"):
        find_font("x" * 5_000)
    monkeypatch.setenv(VARIABLE, "nonsense")
    with pytest.raises(FileError, match=rf"{VARIABLE}=nonsense: no soundfont is called"):
        find_font()
