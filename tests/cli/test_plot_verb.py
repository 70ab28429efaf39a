"""`composer plot`: a picture of a piece or a .mid, or one clear message."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from matplotlib.image import imread

import composer
from composer.outputs.plots import PLOTS

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def test_a_piece_is_drawn_here(run: Run, small: Path) -> None:
    result = run("plot", small)
    assert result.exit_code == 0 and "small-roll.png" in result.stdout
    assert imread("small-roll.png").shape == (800, 1200, 4)


def test_its_settings(run: Run, small: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.PNG"
    words = ("--kind", "notes", "--over", "time", "--size", "640x480", "--dpi", 72, "--theme", "dark")
    result = run("plot", small, *words, "--set", "title=Other", "-o", target, "--json")
    assert json.loads(result.stdout) == {"kind": "notes", "files": [str(target)]}
    image = imread(target, format="png")
    assert image.shape == (480, 640, 4) and image[0, 0, :3].max() < 0.2
    assert b"Other" in target.read_bytes()


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_a_mid_is_drawn_in_every_form(run: Run, midi: Path, suffix: str) -> None:
    target = Path(f"out.{suffix}")
    assert run("plot", midi, "-o", target, "--quiet").output == ""
    assert target.read_bytes()[:5] == {"svg": b"<?xml", "pdf": b"%PDF-"}[suffix]


def test_compose_draws_as_the_piece_says(run: Run, small: Path) -> None:
    small.write_text(small.read_text() + '[png]\nkind = "fidelity"\nwidth = 600\n[svg]\ntheme = "dark"\n')
    assert run("compose", small, "-o", ".", "--only", "png,svg").exit_code == 0
    assert imread("small.png").shape == (425, 600, 4)
    assert b"#101418" in Path("small.svg").read_bytes()


def test_partial_sums(run: Run) -> None:
    words = ("--set", "source.t=[10, 12]", "--set", "source.points=9", "--kind", "path", "--at", 14.134725)
    assert run("plot", "riemann-reference", *words, "-o", "sums.svg").exit_code == 0
    assert Path("sums.svg").stat().st_size > 20_000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--kind", "rol"), "--kind: no plot is called 'rol'\n    did you mean 'roll'"),
        (("--size", "1x1"), "1x1 px is too small for a picture"),
        (("--size", "100000x100000"), "width: 100000 is too large"),
        (("--size", "20000x20000"), "20000x20000 px is too large for a picture"),
        (("--size", "big"), "--size: 'big' is not a size"),
        (("--dpi", "2000"), "dpi: 2000 is too large"),
        (("--theme", "drak"), "theme: 'drak' is not one of the choices"),
        (("--over", "beats", "--kind", "notes"), "over: 'beats' is not one of the choices"),
        (("--over", "time"), "over: no setting of the plot roll is called 'over'"),
        (("--at", "3", "--kind", "path"), "partial sums are those of eta"),
        (("-o", "a.gif"), "a.gif: its suffix names no kind of picture\n    use one of: .png, .svg, .pdf"),
        (("-o", "a"), "a: its suffix names no kind of picture"),
        (("--set", "titel=x"), "titel"),
    ],
)
def test_what_it_refuses(refused: Run, small: Path, words: tuple[str, ...], message: str) -> None:
    assert message in refused("plot", small, *words)
    assert list(Path().iterdir()) == []


def test_a_mid_has_no_data_and_no_settings(refused: Run, midi: Path) -> None:
    assert "the path needs the data" in refused("plot", midi, "--kind", "path")
    assert "a .mid has no settings" in refused("plot", midi, "--set", "tempo=3")
    assert "no such file" in refused("plot", "nothing.mid")
    assert list(Path().iterdir()) == []


def test_a_full_disk_leaves_the_old_file(refused: Run, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    Path("small-roll.png").write_bytes(b"the old one")
    monkeypatch.setattr(Path, "write_bytes", full)
    assert "no space left on device" in refused("plot", small)
    monkeypatch.undo()
    assert [path.name for path in Path().resolve().iterdir() if path.suffix == ".part"] == []


def test_without_the_extra(refused: Run, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert 'pip install "eta-composer[plot]"' in refused("plot", small)
    assert 'pip install "eta-composer[plot]"' in refused("compose", small, "-o", ".", "--only", "png")
    assert list(Path().iterdir()) == []


def test_the_list(run: Run) -> None:
    found = json.loads(run("list", "plots", "--json").stdout)
    assert [row["name"] for row in found] == list(PLOTS)
    assert all(row["what it is"].endswith(".") for row in found)


def test_every_kind_from_python(small: Path) -> None:
    made = composer.compose(small)
    assert composer.plot(made, width=700, height=500).get_size_inches() * 72 == pytest.approx((700, 500))
    assert composer.plot(made.score, "notes", theme="dark").get_facecolor()[0] < 0.1
    assert made.score.plot(width=600).dpi == 72
