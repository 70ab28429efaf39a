"""A piece's sound over a video that is there: the picture to the last byte, the sound as long as it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import composer
from composer.errors import ComposerError
from composer.score import Score, Track, notes
from composer.units import TempoMap

SCORE = Score(
    (Track("solo", "marimba", notes(np.arange(8) / 2, 0.5, 60 + np.arange(8))),), TempoMap(((0, 60), (2, 90)))
)


def film(path: Path, seconds: float = 6.0, codec: str = "libx264", bframes: int = 2) -> Path:
    """Write a film without sound: a bar that moves, 25 pictures a second."""
    with av.open(str(path), "w") as file:
        options = {"bf": str(bframes)} if codec == "libx264" else {"deadline": "realtime"}
        stream = file.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 25)
        for k in range(round(seconds * 25)):
            image = np.zeros((48, 64, 3), np.uint8)
            image[:, k % 60 : k % 60 + 4] = 255
            frame = av.VideoFrame.from_ndarray(image)
            frame.pts, frame.time_base = k, Fraction(1, 25)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def packets(path: Path) -> list[tuple[bytes, float]]:
    """Return the data of the picture's packets, and when each is shown."""
    with av.open(str(path)) as file:
        return [(bytes(p), float(p.pts * p.time_base)) for p in file.demux(video=0) if p.size]


def heard(path: Path) -> tuple[np.ndarray, int]:
    """Return the sound's samples, (channels, n), and its rate."""
    with av.open(str(path)) as file:
        frames = list(file.decode(audio=0))
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1), frames[0].sample_rate


@pytest.mark.parametrize(
    ("source", "target", "codec"),
    [
        ("a.mp4", "b.mp4", "libx264"),
        ("a.mp4", "b.mkv", "libx264"),
        ("a.mkv", "b.mov", "libx264"),
        ("a.webm", "b.webm", "libvpx-vp9"),
        ("a.mp4", "a.mp4", "libx264"),
    ],
)
def test_the_picture_is_the_same_to_the_byte(tmp_path: Path, source: str, target: str, codec: str) -> None:
    before = packets(film(tmp_path / source, codec=codec))
    composer.mux(SCORE, tmp_path / source, tmp_path / target)
    after = packets(tmp_path / target)
    assert [data for data, _ in after] == [data for data, _ in before]
    assert [at for _, at in after] == pytest.approx([at - before[0][1] for _, at in before], abs=0.001)
    with av.open(str(tmp_path / target)) as file:
        assert len(list(file.decode(video=0))) == len(before)
    samples, rate = heard(tmp_path / target)
    assert samples.shape[1] / rate == pytest.approx(6, abs=0.04)


def test_the_last_sound_ends_with_the_video(tmp_path: Path) -> None:
    film(tmp_path / "a.mp4", seconds=9)
    factor = composer.mux(SCORE, tmp_path / "a.mp4", tmp_path / "b.mp4")
    samples, rate = heard(tmp_path / "b.mp4")
    onset = np.flatnonzero(abs(samples).max(axis=0) > 0.01)[0] / rate
    quiet = np.flatnonzero(abs(samples).max(axis=0) > 1e-3)[-1] / rate
    assert onset < 0.05 and 8 < quiet <= 9.03
    assert factor < 1 and SCORE.seconds / factor < 9


def test_the_tempo_may_be_kept(tmp_path: Path) -> None:
    film(tmp_path / "a.mp4", seconds=2)
    assert composer.mux(SCORE, tmp_path / "a.mp4", tmp_path / "b.mp4", keep_tempo=True) == 1
    kept, rate = heard(tmp_path / "b.mp4")
    assert kept.shape[1] / rate == pytest.approx(2, abs=0.04)
    factor = composer.mux(SCORE, tmp_path / "a.mp4", tmp_path / "c.mp4")
    assert factor > 1.5
    # The second note (half a beat at 60 a minute) begins at 0.5 s where the tempo is kept.
    energy = np.square(kept[:, : 2 * rate]).sum(axis=0).reshape(-1, rate // 100).sum(axis=1)
    rise = [n for n in range(2, energy.size) if energy[n] > 2 * energy[n - 1] + 1e-6]
    assert any(abs(n / 100 - 0.5) <= 0.02 for n in rise)


def test_its_own_sound_is_replaced(tmp_path: Path) -> None:
    film(tmp_path / "a.mp4", seconds=3)
    composer.mux(SCORE, tmp_path / "a.mp4", tmp_path / "b.mp4")
    composer.mux(SCORE, tmp_path / "b.mp4", tmp_path / "c.mp4")
    with av.open(str(tmp_path / "c.mp4")) as file:
        assert [stream.type for stream in file.streams] == ["video", "audio"]
    assert packets(tmp_path / "c.mp4") == packets(tmp_path / "a.mp4")


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("a.mp4", "b.avi", ".avi is no kind of video"),
        ("a.mp4", "b.webm", "webm does not take its picture (h264)"),
        ("text.mp4", "b.mp4", "this is not a video that can be read"),
        ("sound.wav", "b.mp4", "there is no picture in it"),
        ("none.mp4", "b.mp4", "there is no such file"),
    ],
)
def test_what_it_refuses(tmp_path: Path, source: str, target: str, message: str) -> None:
    film(tmp_path / "a.mp4", seconds=1)
    (tmp_path / "text.mp4").write_text("no video, but text " * 40)
    composer.render(SCORE, tmp_path / "sound.wav")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(ComposerError) as caught:
        composer.mux(SCORE, tmp_path / source, tmp_path / target)
    assert message in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_an_empty_score_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ComposerError, match="no notes"):
        composer.mux(Score(()), film(tmp_path / "a.mp4", seconds=1), tmp_path / "b.mp4")
