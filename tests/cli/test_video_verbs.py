"""`composer video` and `composer mux`: a piece or a .mid is seen, or laid over a video; or one clear message."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest

Run = Callable[..., Any]
TINY = ("--size", "64x64", "--fps", "5")


def test_a_video_of_a_mid_from_anywhere(run: Run, midi: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(midi.parent)
    result = run("video", midi, *TINY)
    assert result.exit_code == 0 and "small.mp4" in result.stdout
    with av.open(str(midi.with_suffix(".mp4"))) as file:
        assert file.metadata["title"] == "Small"
        assert [(s.type, s.codec_context.name) for s in file.streams] == [
            ("video", "h264"),
            ("audio", "aac"),
            ("subtitle", "mov_text"),
        ]
        assert (file.streams.video[0].width, file.streams.video[0].average_rate) == (64, 5)


def test_its_options_take_the_place_of_the_pieces(run: Run, small: Path, tmp_path: Path) -> None:
    small.write_text(small.read_text() + '\n[gif]\nscene = "orbit"\nsize = "96x96"\nx = "n"\ny = "value"\n')
    target = tmp_path / "new" / "small.gif"
    result = run("video", small, "-o", target, "--fps", 4, "--size", "64x48", "--json", "--set", "title=Other")
    data = json.loads(result.stdout)
    assert data["files"] == [str(target)] and data["title"] == "Other"
    with av.open(str(target)) as file:
        assert (file.streams.video[0].width, file.streams.video[0].height) == (64, 48)


def test_compose_writes_videos_too(run: Run, small: Path, tmp_path: Path) -> None:
    words = ("--set", "mp4.size=64x64", "--set", "mp4.fps=5", "--set", "mp4.scene=roll")
    assert run("compose", small, "--only", "mp4", "-o", tmp_path / "out", *words).exit_code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["small.mp4"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-o", "a.avi"), "a.avi: its suffix names no kind of video"),
        (("--size", "1x1"), "mp4.size: 1x1 has an odd side"),
        (("--size", "100000x100000"), "mp4.size: a video of 100000x100000 cannot be made"),
        (("--fps", "0"), "mp4.fps: 0 is too small"),
        (("--scene", "orbit"), "scene: the scene 'orbit' shows a piece's table, and there is none"),
        (("--scene", "rolls"), "mp4.scene"),
    ],
)
def test_what_video_refuses(
    refused: Run, midi: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(midi.parent)
    assert message in refused("video", midi, *words)
    assert [path.name for path in midi.parent.iterdir()] == [midi.name]


def test_a_piece_is_laid_over_a_video(run: Run, refused: Run, midi: Path, small: Path, tmp_path: Path) -> None:
    film, target = tmp_path / "film.mp4", tmp_path / "with music.mp4"
    assert run("video", midi, "-o", film, *TINY, "--quiet").output == ""
    result = run("mux", film, small, "-o", target)
    assert result.exit_code == 0 and "tempo times" in result.stdout and "with music.mp4" in result.stdout
    data = json.loads(run("mux", film, midi, "-o", target, "--keep-tempo", "--json").stdout)
    assert data == {"tempo_factor": 1.0, "files": [str(target)]}
    with av.open(str(film)) as before, av.open(str(target)) as after:
        assert [bytes(p) for p in before.demux(video=0)] == [bytes(p) for p in after.demux(video=0)]
    assert "no kind of video" in refused("mux", film, midi, "-o", tmp_path / "a.avi")


def test_the_words_of_the_calls(run: Run, midi: Path) -> None:
    assert run("video").exit_code == 2
    assert run("video", midi, "--fps", "many").exit_code == 2
    assert run("mux", midi).exit_code == 2
    assert "Example:" in run("video", "--help").stdout and "Example:" in run("mux", "--help").stdout
