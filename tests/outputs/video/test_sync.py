"""Picture and sound keep together: what flashes as it clicks, read back from the file, by PyAV's own decoders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from composer.outputs.stream import Stream
from composer.outputs.tags import Tags
from composer.outputs.video.canvas import Picture
from composer.outputs.video.encoder import Format, encode
from composer.outputs.video.film import Film
from composer.outputs.video.writers import MP4, WEBM
from composer.progress import silent
from composer.units import F4
from composer.words import Caption, Words

SMALL = (64, 36)


def film_of_flashes(frames: int, fps: int, flashing: set[int]) -> Film:
    """Return a film that is white in some frames and black in all others."""

    def draw(k: int, picture: Picture) -> None:
        picture.fill((1.0, 1.0, 1.0) if k in flashing else (0.0, 0.0, 0.0))

    return Film(*SMALL, fps, frames, draw)


def clicks(rate: int, frames: int, at: list[float], late: float = 0.0) -> Stream:
    """Return a sound that clicks at some seconds: 5 ms of 1.5 kHz that die away; `late` shifts them."""
    n = np.arange(round(0.005 * rate))
    click = (0.8 * np.cos(2 * np.pi * 1500 * n / rate) * np.exp(-n / (0.001 * rate))).astype(np.float32)
    whole = np.zeros((2, frames), np.float32)
    for seconds in at:
        start = round((seconds + late) * rate)
        whole[:, start : start + click.size] += click[: frames - start]

    def blocks() -> Iterator[F4]:
        for start in range(0, frames, 10_000):
            yield whole[:, start : start + 10_000]

    return Stream(rate, 2, frames, blocks)


def flashes_in(path: Path) -> list[float]:
    """Return when the picture turns white, in seconds."""
    found, before = [], False
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            light = float(frame.to_ndarray()[: frame.height].mean()) > 128
            if light and not before:
                found.append(float(frame.pts * frame.time_base))
            before = light
    return found


def clicks_in(path: Path) -> list[float]:
    """Return when the sound passes half of its greatest value, after 0.2 s without doing so."""
    with av.open(str(path)) as file:
        frames = list(file.decode(audio=0))
    rate = frames[0].sample_rate
    at = [float(frame.pts * frame.time_base) for frame in frames]
    loud = [np.abs(frame.to_ndarray()).max(axis=0) for frame in frames]
    peak = max(float(part.max()) for part in loud)
    times = np.concatenate([t + np.flatnonzero(part > peak / 2) / rate for t, part in zip(at, loud, strict=True)])
    return [float(t) for n, t in enumerate(times) if n == 0 or t - times[n - 1] > 0.2]


def lengths(path: Path) -> tuple[float, float]:
    """Return how long the picture and the sound last: to the end of the last frame that each has."""
    ends = []
    for kind in ("video", "audio"):
        with av.open(str(path)) as file:
            stream = getattr(file.streams, kind)[0]
            packets = [packet for packet in file.demux(stream) if packet.size]
            ends.append(max(float((p.pts + (p.duration or 0)) * p.time_base) for p in packets))
    return ends[0], ends[1]


def offsets(
    path: Path, form: Format, seconds: float, fps: int, rate: int, every: float, late: float = 0.0
) -> list[float]:
    """Encode flashes and clicks, and return how much later each click is heard than its flash is seen, in seconds."""
    frames = round(seconds * fps)
    flashing = [round(t * fps) for t in np.arange(every, seconds - 1, every)]
    sound = clicks(rate, round(seconds * rate), [k / fps for k in flashing], late)
    encode(film_of_flashes(frames, fps, set(flashing)), sound, path, form, silent)
    seen, heard = flashes_in(path), clicks_in(path)
    assert len(seen) == len(heard) == len(flashing)
    return [b - a for a, b in zip(seen, heard, strict=True)]


@pytest.mark.parametrize(
    ("form", "name", "fps", "rate"),
    [
        (MP4, "a.mp4", 24, 44_100),
        (MP4, "a.mp4", 30, 48_000),
        (MP4, "a.mp4", 60, 44_100),
        (WEBM, "a.webm", 30, 48_000),
    ],
)
def test_a_flash_and_its_click_are_together(tmp_path: Path, form: Format, name: str, fps: int, rate: int) -> None:
    path = tmp_path / name
    assert max(map(abs, offsets(path, form, 8, fps, rate, every=0.9))) < 0.005
    picture, sound = lengths(path)
    assert picture == pytest.approx(8, abs=0.002)
    assert abs(sound - picture) < 1 / fps


def test_there_is_no_drift_in_five_minutes(tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    found = offsets(path, MP4, 300, 24, 22_050, every=9.7)
    assert max(map(abs, found)) < 0.005
    assert abs(found[-1] - found[0]) < 0.001
    picture, sound = lengths(path)
    assert picture == pytest.approx(300, abs=0.002) and abs(sound - picture) < 1 / 24


def test_the_test_can_fail(tmp_path: Path) -> None:
    late = offsets(tmp_path / "late.mp4", MP4, 4, 30, 44_100, every=0.9, late=0.012)
    assert min(late) > 0.008


@pytest.mark.parametrize("longer", [-0.3, 0.3])
def test_sound_is_filled_up_or_faded_to_the_length_of_the_picture(tmp_path: Path, longer: float) -> None:
    path = tmp_path / "a.mp4"
    steady = Stream(44_100, 2, round((2 + longer) * 44_100), lambda: iter([np.full((2, 500_000), 0.5, np.float32)]))
    cut = Stream(steady.rate, 2, steady.frames, lambda: iter([next(steady.blocks())[:, : steady.frames]]))
    encode(film_of_flashes(50, 25, set()), cut, path, MP4, silent)
    picture, sound = lengths(path)
    assert picture == pytest.approx(2, abs=1e-3) and sound == pytest.approx(2, abs=0.03)
    with av.open(str(path)) as file:
        heard = np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1)
    assert abs(heard[:, : 44_100 + 22_050]).min() > 0.3
    assert abs(heard[:, 2 * 44_100 - 20 : 2 * 44_100]).max() < 0.1


def test_a_frame_shares_the_memory_of_its_picture() -> None:
    from composer.outputs.video.encoder import frame_of

    picture = Picture(64, 64)
    picture.fill((0.0, 0.0, 0.0))
    frame = frame_of(av, picture, 3, 30)
    picture.luma[10, 20] = 201
    assert np.frombuffer(frame.planes[0], np.uint8).reshape(64, frame.planes[0].line_size)[10, 20] == 201
    assert frame.pts == 3 and float(frame.time_base) == pytest.approx(1 / 30)


@pytest.mark.parametrize("height", [36, 38])
def test_every_even_height_comes_out_as_it_was_drawn(tmp_path: Path, height: int) -> None:
    path = tmp_path / "a.mp4"

    def draw(k: int, picture: Picture) -> None:
        picture.fill((0.0, 0.0, 0.0))
        picture.luma[height // 2 :] = 200
        picture.red[height // 4 :, 16:] = 200

    silence = Stream(44_100, 2, 44_100, lambda: iter([np.zeros((2, 44_100), np.float32)]))
    encode(Film(64, height, 10, 10, draw), silence, path, MP4, silent)
    with av.open(str(path)) as file:
        last = list(file.decode(video=0))[-1]
    luma = last.to_ndarray()[:height].astype(int)
    assert (last.width, last.height) == (64, height)
    assert abs(luma[: height // 2 - 2] - 16).max() < 8 and abs(luma[height // 2 + 2 :] - 200).max() < 8


def test_a_file_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    sound = clicks(44_100, 44_100, [0.5])
    encode(film_of_flashes(30, 30, {15}), replace(sound, tags=Tags("Ébauche № 1")), path, MP4, silent)
    with av.open(str(path)) as file:
        picture, heard = file.streams.video[0].codec_context, file.streams.audio[0].codec_context
        assert file.metadata["title"] == "Ébauche № 1"
        assert (picture.name, picture.pix_fmt, picture.color_range, picture.colorspace) == ("h264", "yuv420p", 1, 1)
        assert (heard.name, heard.sample_rate, heard.channels) == ("aac", 44_100, 2)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # what a player needs first comes first


def test_what_the_drawing_raises_is_raised_and_its_thread_ends(tmp_path: Path) -> None:
    import threading

    def broken(k: int, picture: Picture) -> None:
        if k == 5:
            raise ZeroDivisionError("the fifth")

    with pytest.raises(ZeroDivisionError, match="the fifth"):
        encode(Film(*SMALL, 30, 60, broken), clicks(44_100, 88_200, [1.0]), tmp_path / "a.mp4", MP4, silent)
    assert not [thread for thread in threading.enumerate() if thread.name == "drawing"]


def stops_at(frame: int) -> Callable[[str, int, int], None]:
    def progress(stage: str, done: int, total: int) -> None:
        if done == frame:
            raise KeyboardInterrupt

    return progress


def test_an_interruption_ends_the_thread(tmp_path: Path) -> None:
    import threading

    film = film_of_flashes(60, 30, {5})
    with pytest.raises(KeyboardInterrupt):
        encode(film, clicks(44_100, 88_200, [1.0]), tmp_path / "a.mp4", MP4, stops_at(10))
    assert not [thread for thread in threading.enumerate() if thread.name == "drawing"]


CUES = (
    Caption(0.0, 0.5, "the first"),
    Caption(0.6, 1.4, "η, in two\nlines"),
    Caption(1.9, 9.0, "cut"),
    Caption(5, 6, "late"),
)


def test_captions_and_the_description_are_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    words = Words("What it is, in a sentence.", ("More.",), CUES)
    sound = replace(clicks(44_100, 88_200, [1.0]), tags=Tags("T", "A", "C"))
    encode(film_of_flashes(60, 30, set()), sound, path, MP4, silent, words)
    with av.open(str(path)) as file:
        told = {name: file.metadata[name] for name in ("title", "artist", "comment", "description")}
        assert told == {"title": "T", "artist": "A", "comment": "C", "description": words.short}
        [stream] = file.streams.subtitles
        shown = [p for p in file.demux(stream) if p.pts is not None and bytes(p)[2:]]
        found = [(float(p.pts * p.time_base), float(p.duration * p.time_base), bytes(p)[2:].decode()) for p in shown]
    expected = [(0.0, 0.5, "the first"), (0.6, 0.8, "η, in two\nlines"), (1.9, 0.1, "cut")]
    assert [text for *_, text in found] == [text for *_, text in expected]
    assert np.abs(np.array([f[:2] for f in found]) - np.array([e[:2] for e in expected])).max() <= 0.0011
    # A file without words has no such track.
    encode(film_of_flashes(30, 30, set()), clicks(44_100, 44_100, [0.5]), path, MP4, silent)
    with av.open(str(path)) as file:
        assert not file.streams.subtitles and "description" not in file.metadata
