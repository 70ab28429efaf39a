"""The master: loudness by another meter, true peak by oversampling, and what it says where it falls short."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from scipy.signal import butter, resample_poly, sosfilt

from composer.outputs.mastering import blocks as spools
from composer.outputs.mastering.blocks import regular
from composer.outputs.mastering.level import MOST_LIMITED_DB, mastered
from composer.outputs.mastering.limiter import limited_blocks
from composer.outputs.stream import Stream
from composer.units import F4

RATE = 44_100


def stream_of(sound: F4, size: int = 50_000) -> Stream:
    def blocks() -> Iterator[F4]:
        yield from (sound[:, at : at + size] for at in range(0, sound.shape[1], size))

    return Stream(RATE, sound.shape[0], sound.shape[1], blocks)


def true_peak_db(sound: F4) -> float:
    return float(20 * np.log10(np.abs(resample_poly(sound.astype(np.float64), 16, 1, axis=1)).max()))


def lufs(sound: F4) -> float:
    return float(pyloudnorm.Meter(RATE).integrated_loudness(sound.T.astype(np.float64)))


def music(crest: float, seconds: float = 3.0, channels: int = 2) -> F4:
    """Return noise in strokes, the sharper the greater `crest`."""
    n = round(seconds * RATE)
    dark = sosfilt(butter(1, 2000, fs=RATE, output="sos"), np.random.default_rng(5).standard_normal((channels, n)))
    return (0.3 * dark * np.exp(-crest * ((2.3 * np.arange(n) / RATE) % 1))).astype(np.float32)


@pytest.mark.parametrize("target", [-30.0, -23.0, -16.0, -14.0])
@pytest.mark.parametrize("crest", [1.0, 4.0])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_loudness_is_that_asked_for(target: float, crest: float, channels: int) -> None:
    told: list[str] = []
    found = mastered(stream_of(music(crest, channels=channels)), target, report=told.append).read().samples.T
    assert lufs(found) == pytest.approx(target, abs=0.2)
    assert true_peak_db(found) <= -0.9
    assert told == []


def test_a_gain_is_all_there_is_where_no_peak_is_too_high() -> None:
    sound = music(1.0)
    found = mastered(stream_of(sound), -30.0).read().samples.T
    gain = found[0, 1000] / sound[0, 1000]
    assert np.abs(found - sound * gain).max() < 1e-6


def test_what_cannot_be_reached_is_said() -> None:
    sound = music(30.0)
    told: list[str] = []
    found = mastered(stream_of(sound), -8.0, report=told.append).read().samples.T
    assert len(told) == 1
    assert f"the loudness is {lufs(found):.1f} LUFS, not -8" in told[0]
    assert lufs(found) < -8.2
    assert true_peak_db(found) <= -0.9
    # All the gain that may be given is given.
    heard = np.abs(sound) > 1e-7
    gain = np.abs(found[heard] / sound[heard]).max()  # where no limiter works
    assert -1 < 20 * np.log10(gain) - (-1 - true_peak_db(sound) + MOST_LIMITED_DB) <= 0.01


@pytest.mark.parametrize("ceiling", [-1.0, -6.0])
def test_by_the_peak_alone_nothing_is_made_louder(ceiling: float) -> None:
    loud = 4 * music(1.0)
    found = mastered(stream_of(loud), None, ceiling).read().samples.T
    assert true_peak_db(found) == pytest.approx(ceiling, abs=0.05)
    assert np.abs(found - loud * (found[0, 1000] / loud[0, 1000])).max() < 1e-6  # one gain
    soft = music(1.0) * np.float32(0.1)
    assert np.array_equal(mastered(stream_of(soft), None, ceiling).read().samples.T, soft)


@pytest.mark.parametrize("loudness", [None, -16.0])
@pytest.mark.parametrize("frames", [0, 1, 100_000])
def test_silence_stays_silence(loudness: float | None, frames: int) -> None:
    told: list[str] = []
    found = mastered(stream_of(np.zeros((2, frames), np.float32)), loudness, report=told.append).read().samples
    assert found.shape == (frames, 2) and not found.any()
    assert told == []


@pytest.mark.parametrize("frames", [1, 100, 5000])
def test_short_sounds(frames: int) -> None:
    sound = music(1.0)[:, :frames]
    found = mastered(stream_of(sound), -16.0).read().samples.T
    assert np.isfinite(found).all() and found.any()
    assert true_peak_db(found) <= -0.9


def test_very_soft_sound_is_brought_up() -> None:
    found = mastered(stream_of(music(1.0) * np.float32(1e-4)), -16.0).read().samples.T
    assert lufs(found) == pytest.approx(-16.0, abs=0.2)


def test_the_cuts_do_not_matter_and_blocks_begin_anew() -> None:
    stream = mastered(stream_of(music(8.0)), -14.0)
    first = stream.read().samples
    assert np.array_equal(stream.read().samples, first)
    assert np.array_equal(mastered(stream_of(music(8.0), 777), -14.0).read().samples, first)


def test_nothing_is_left_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "IN_MEMORY", 0)
    blocks = mastered(stream_of(music(1.0)), -16.0, spool=tmp_path).blocks()
    next(blocks)
    assert list(tmp_path.iterdir()) == []
    blocks.close()  # type: ignore[attr-defined]
    with pytest.raises(FileNotFoundError):
        next(mastered(stream_of(music(1.0)), -16.0, spool=tmp_path / "none").blocks())


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    sound = music(1.0)
    mastered(stream_of(sound), None, progress=lambda *one: told.append(one)).read()
    assert told[-1] == ("sound", sound.shape[1], sound.shape[1])


@pytest.mark.parametrize("strokes", [[0.2], [4.4, 9.1], [1.48, 1.49, 11.9]])
def test_what_is_passed_over_is_as_if_the_limiter_had_seen_it(strokes: list[float]) -> None:
    sound = 0.3 * music(0.0, 12.0)
    for at in strokes:
        stroke = np.exp(-np.arange(2000) / 300) * np.sin(np.arange(2000) / 9)
        sound[:, int(at * RATE) :][:, :2000] += (1.2 * stroke[: sound.shape[1] - int(at * RATE)]).astype(np.float32)
    found = mastered(stream_of(sound), -20.0).read().samples.T
    assert lufs(found) == pytest.approx(-20.0, abs=0.2)
    calm = int(7 * RATE)
    gain = found[0, calm] / sound[0, calm]
    expected = np.concatenate([*limited_blocks(regular([sound * gain]), RATE, 10 ** (-1 / 20))], axis=1)
    assert np.abs(sound * gain - expected).max() > 0.3  # the limiter works
    assert np.abs(found - expected).max() < 1e-6
