"""A WAV file holds the samples of its stream, in every encoding.

Files are read with the standard library and scipy, not with the library that wrote them.
"""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.io import wavfile

import composer
from composer.errors import InputError
from composer.outputs.engines import ENGINES, Chosen, Engine
from composer.outputs.sound import sounded
from composer.outputs.stream import Stream
from composer.score import Score, Track, notes
from composer.units import TempoMap

SCORE = Score(
    (
        Track("one", "organ", notes([0, 1], 1, [60, 64.5], [0.9, 0.4], [-0.5, 1])),
        Track("two", "drums", notes([0, 1.5], 0.1, [36, 42], 0.7)),
    )
)
MONO = Score((Track("it", "sine", notes([0, 1], [0.5, 0.25], [60, 70], 0.4)),), TempoMap(((0, 60),)))


def whole_numbers(path: Path) -> tuple[NDArray[np.int64], int, int]:
    """Return the samples (frames, channels) of a PCM file, the bytes of each, and the rate."""
    with wave.open(str(path)) as file:
        size, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
        data = file.readframes(file.getnframes())
    values = [int.from_bytes(data[at : at + size], "little", signed=True) for at in range(0, len(data), size)]
    return np.array(values, np.int64).reshape(-1, channels), size, rate


@pytest.mark.parametrize(("encoding", "bits"), [("pcm16", 16), ("pcm24", 24)])
@pytest.mark.parametrize("rate", [8000, 44_100, 48_000])
def test_whole_numbers_are_the_stream_rounded(encoding: str, bits: int, rate: int, tmp_path: Path) -> None:
    path = composer.render(SCORE, tmp_path / "it.wav", encoding=encoding, rate=rate, dither=False)
    found, size, found_rate = whole_numbers(path)
    assert (size, found_rate) == (bits // 8, rate)
    exact = sounded(SCORE, rate=rate).read().samples.astype(np.float64) * 2 ** (bits - 1)
    assert found.shape == exact.shape
    assert found.any()
    assert np.abs(found - exact).max() <= 0.5


@pytest.mark.parametrize("rate", [8000, 96_000, 192_000])
def test_floats_are_the_stream(rate: int, tmp_path: Path) -> None:
    path = composer.render(SCORE, tmp_path / "it.wav", encoding="float", rate=rate)
    found_rate, found = wavfile.read(path)
    assert (found_rate, found.dtype) == (rate, np.float32)
    assert np.array_equal(found, sounded(SCORE, rate=rate).read().samples)


def test_the_reference_is_mono(tmp_path: Path) -> None:
    path = composer.render(MONO, tmp_path / "it.wav", engine="reference")
    found, size, rate = whole_numbers(path)
    assert (found.shape[1], size, rate) == (1, 2, 44_100)
    assert np.array_equal(found[:, 0], 32768 * sounded(MONO, engine=Chosen("reference")).read().samples[:, 0])


def test_a4_is_handed_on(tmp_path: Path) -> None:
    path = composer.render(MONO, tmp_path / "it.wav", a4=442, encoding="float")
    assert np.array_equal(wavfile.read(path)[1], sounded(MONO, a4=442.0).read().samples)


def of_values(*values: float) -> Any:
    """Return an engine that plays these samples, on both channels."""

    def blocks() -> Iterator[NDArray[np.float32]]:
        yield np.array([values, values], np.float32)

    return Engine(lambda score, rate, a4, groups, **settings: Stream(rate, 2, len(values), blocks), mastered=False)


def test_full_scale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(ENGINES, "sine", of_values(1.0, -1.0, 0.5, -0.5, 1 / 32768, 0.0, 2.0, -2.0))
    path = composer.render(SCORE, tmp_path / "it.wav")
    assert whole_numbers(path)[0][:, 0].tolist() == [32767, -32768, 16384, -16384, 1, 0, 32767, -32768]
    path = composer.render(SCORE, tmp_path / "it.wav", encoding="pcm24")
    full = 2**23
    assert whole_numbers(path)[0][:, 1].tolist() == [full - 1, -full, full // 2, -full // 2, 256, 0, full - 1, -full]


def test_silence_of_no_length(tmp_path: Path) -> None:
    path = composer.render(Score(()), tmp_path / "it.wav")
    with wave.open(str(path)) as file:
        assert (file.getnframes(), file.getnchannels(), file.getframerate()) == (0, 2, 44_100)


def test_samples_of_16_bits_are_dithered_unless_they_are_not_to_be(tmp_path: Path) -> None:
    plain, noisy = (
        whole_numbers(composer.render(SCORE, tmp_path / f"{dither}.wav", rate=8000, dither=dither))[0]
        for dither in (False, True)
    )
    assert 0 < np.abs(plain - noisy).max() <= 2
    again = whole_numbers(composer.render(SCORE, tmp_path / "again.wav", rate=8000))[0]
    assert np.array_equal(noisy, again)  # by default, and the same each time


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": 7999},
        {"rate": 192_001},
        {"encoding": "mp3"},
        {"engine": "organ"},
        {"a4": 300},
        {"loudness": -3},
        {"loudness": "loud"},
        {"ceiling": 1},
    ],
)
def test_settings_out_of_bounds_are_refused(wrong: dict[str, Any], tmp_path: Path) -> None:
    [name] = wrong
    with pytest.raises(InputError, match=name):
        composer.render(SCORE, tmp_path / "it.wav", **wrong)
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    told = []
    composer.render(SCORE, tmp_path / "it.wav", progress=lambda *report: told.append(report))
    frames = sounded(SCORE).frames
    assert told[-1] == ("wav", frames, frames)
    assert ("sound", frames, frames) in told
    assert [(stage != "sound", done) for stage, done, _ in told] == sorted((s != "sound", done) for s, done, _ in told)
