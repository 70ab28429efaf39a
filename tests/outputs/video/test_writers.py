"""Videos as files: what each kind holds, and bad input, a full disk, an interruption, a missing library."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import composer
from composer.errors import ComposerError
from composer.score import Score, Track, notes

TUNE = {"name": "tune", "instrument": "flute", "pitch": {"from": "z", "range": ["C4", "C6"]}, "duration": 0.25}
SMALL = {"size": "160x90", "fps": 12}


@pytest.fixture(scope="module")
def made() -> composer.Composition:
    """A short piece over a path in the plane."""
    angle = np.linspace(0, 6, 9)
    table = composer.Table({"re": np.cos(angle), "im": np.sin(angle), "z": angle})
    return composer.compose({"title": "A Circle", "tempo": 120, "track": [TUNE]}, table)


@pytest.mark.parametrize(
    ("name", "video", "audio"), [("a.mp4", "h264", "aac"), ("a.webm", "vp9", "opus"), ("a.gif", "gif", None)]
)
def test_every_kind_of_file(
    made: composer.Composition, tmp_path: Path, name: str, video: str, audio: str | None
) -> None:
    path = composer.render(made, tmp_path / name, **SMALL)
    with av.open(str(path)) as file:
        pictures = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
        assert file.streams.video[0].codec_context.name == video
        assert [stream.codec_context.name for stream in file.streams.audio] == ([audio] if audio else [])
        assert audio is None or file.metadata["title"] == "A Circle"
    with av.open(str(path)) as file:
        times = [float(frame.pts * frame.time_base) for frame in file.decode(video=0)]
    assert pictures[0].shape == (90, 160, 3)
    assert np.diff(times) == pytest.approx(1 / 12, abs=0.007)  # a GIF counts in hundredths of a second
    assert len(times) / 12 >= made.score.seconds
    assert any(abs(a.astype(int) - b).max() > 60 for a, b in pairwise(pictures))
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_gif_has_the_colours_of_the_mp4(made: composer.Composition, tmp_path: Path) -> None:
    shown = []
    for name in ("a.gif", "a.mp4"):
        with av.open(str(composer.render(made, tmp_path / name, **SMALL))) as file:
            shown.append([frame.to_ndarray(format="rgb24").astype(int) for frame in file.decode(video=0)][10])
    assert abs(shown[0] - shown[1]).mean() < 4
    assert abs(shown[0] - shown[1][::-1]).mean() > 4  # upside down it would be noticed


def test_a_rate_that_a_codec_lacks_becomes_48_khz(made: composer.Composition, tmp_path: Path) -> None:
    for name in ("a.webm", "b.mp4"):
        path = composer.render(made, tmp_path / name, rate=10_000, **SMALL)
        with av.open(str(path)) as file:
            assert file.streams.audio[0].codec_context.sample_rate == 48_000


def test_the_reference_engine_is_heard_in_mono(tmp_path: Path) -> None:
    score = Score((Track("solo", "flute", notes([0, 1], 1, [60, 64])),))
    path = composer.render(score, tmp_path / "a.mp4", engine="reference", **SMALL)
    with av.open(str(path)) as file:
        assert file.streams.audio[0].codec_context.channels == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": "1x1"}, "mp4.size: 1x1 has an odd side"),
        ({"size": "100000x100000"}, "mp4.size: a video of 100000x100000 cannot be made"),
        ({"fps": 0}, "mp4.fps: 0 is too small"),
        ({"fps": 1000}, "mp4.fps: 1000 is too large"),
        ({"scene": "orbits"}, "mp4.scene"),
        ({"scene": "roll", "x": "re"}, "the scene 'roll' has no 'x'"),
        ({"scene": "convergence"}, "re_0"),
    ],
)
def test_settings_that_cannot_be(
    made: composer.Composition, tmp_path: Path, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ComposerError) as caught:
        composer.render(made, tmp_path / "new" / "a.mp4", **settings)
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif"])
def test_a_score_without_notes_is_refused(tmp_path: Path, name: str) -> None:
    for score in (Score(()), Score((Track("rest", "flute", notes([], [], [])),))):
        with pytest.raises(ComposerError, match="no notes"):
            composer.render(score, tmp_path / name, **SMALL)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif"])
def test_a_score_of_one_short_note(tmp_path: Path, name: str) -> None:
    path = composer.render(Score((Track("dot", "drums", notes(0, 0.01, 38)),)), tmp_path / name, **SMALL)
    with av.open(str(path)) as file:
        assert len(list(file.decode(video=0))) >= 1


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif"])
@pytest.mark.parametrize("error", [KeyboardInterrupt])
def test_an_interruption_leaves_nothing(
    made: composer.Composition, tmp_path: Path, name: str, error: type[BaseException]
) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if stage in ("video", "gif") and done == 5:
            raise error

    with pytest.raises(error):
        composer.render(made, tmp_path / "new" / name, progress=stop, **SMALL)
    assert not list(tmp_path.iterdir())
    assert not [thread for thread in threading.enumerate() if thread.name == "drawing"]


FULL = """
import io, pathlib, resource, sys, tempfile
import composer
from composer.score import Score, Track, notes
score = Score((Track("solo", "flute", notes([0, 0.5, 1], 0.5, [60, 67, 64])),))
folder = pathlib.Path(sys.argv[1])
tempfile.TemporaryFile = lambda **words: io.BytesIO()  # where the sound waits, there is room
for name in ("a.mp4", "a.webm", "a.gif"):
    size = composer.render(score, folder / name, size="64x64", fps=5).stat().st_size
    (folder / name).unlink()
    for most in (size // 3, size - 1):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        try:
            composer.render(score, folder / name, size="64x64", fps=5)
        except composer.ComposerError as error:
            print(name, "it cannot be written" in str(error))
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit of a file's size")
def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: a third of what the file needs, and all but a byte."""
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [*("a.mp4", "True") * 2, *("a.webm", "True") * 2, *("a.gif", "True") * 2]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("library", ["av", "matplotlib.ft2font"])
@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif"])
def test_without_the_extra_a_video_says_what_to_install(
    made: composer.Composition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, name: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ComposerError, match=r"eta-composer\[video\]"):
        composer.render(made, tmp_path / name)
    assert composer.render(made, tmp_path / "a.mid").exists()


def progress_of() -> tuple[list[tuple[int, int]], Callable[[str, int, int], None]]:
    seen: list[tuple[int, int]] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "video":
            seen.append((done, total))

    return seen, progress


def test_progress_counts_the_pictures(made: composer.Composition, tmp_path: Path) -> None:
    seen, progress = progress_of()
    composer.render(made, tmp_path / "a.mp4", progress=progress, **SMALL)
    assert [done for done, _ in seen] == list(range(1, seen[0][1] + 1))
