"""The reference piece is the first sketch of the project, to the sample: recomputed here from its definition.

Only the values of eta are taken from the composition's table (tests/sources proves them); everything from
there to the sample is plain arithmetic of this file.
"""

from __future__ import annotations

import math
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import composer
from composer.errors import InputError
from composer.outputs.engines.reference import reference
from composer.score import Score, Track, notes
from composer.units import TempoMap

F8 = NDArray[np.float64]
SAMPLES = 3_647_271
# The piano keys 35 to 64 but for those whose number mod 12 is 0, 2, 5, 7 or 10; key 49 is A4 = 440 Hz.
SCALE = [key for key in range(35, 65) if key % 12 not in (0, 2, 5, 7, 10)]


def hatted(x: F8) -> F8:
    """Return x from its least, 0, to its greatest, 1."""
    return (x - x.min()) / (x.max() - x.min())


def by_definition(re: F8, im: F8) -> F8:
    """Return the samples, whole numbers, of the 300 values re + i im."""
    re_hat, im_hat, abs_hat = hatted(re), hatted(im), hatted(np.hypot(re, im))
    sound = []
    for x, y, z in zip(re_hat.tolist(), im_hat.tolist(), abs_hat.tolist(), strict=True):
        key = SCALE[math.floor(0.999 * 18 * x)]
        frequency = 440 * 2 ** ((key - 49) / 12)
        seconds = 0.1 + 0.4 * y
        loudness = 500 + 2000 * (1 - z)
        n = math.floor(44_100 * seconds)
        tau = np.arange(n) * seconds / (n - 1)
        sound.append(np.trunc(loudness * np.sin(2 * np.pi * frequency * tau)))
    return np.concatenate(sound)


@pytest.fixture(scope="module")
def reference_wav(compositions: dict[str, composer.Composition], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The WAV of the built-in piece."""
    folder = tmp_path_factory.mktemp("reference")
    return composer.render(compositions["riemann-reference"], folder / "reference.wav")


def read(path: Path) -> NDArray[np.int16]:
    """Return the samples of a mono file of 16 bits at 44.1 kHz."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 44_100)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def test_the_scale_has_18_notes() -> None:
    assert len(SCALE) == 18


def test_the_points(compositions: dict[str, composer.Composition]) -> None:
    t = compositions["riemann-reference"].table.index
    assert t.tolist() == [400_000 + k / 15 for k in range(300)]


def test_every_sample_is_that_of_the_definition(
    reference_wav: Path, compositions: dict[str, composer.Composition]
) -> None:
    table = compositions["riemann-reference"].table
    expected, found = by_definition(table["re"], table["im"]), read(reference_wav)
    assert found.size == expected.size == SAMPLES
    assert np.abs(found - expected).max() <= 1
    assert np.mean(found != expected) < 1e-3
    # The comparison would see the next key, or a note that is one sample late.
    assert np.abs(np.roll(found, 1) - expected).max() > 100


def test_the_loudness_is_that_of_the_definition(reference_wav: Path) -> None:
    found = np.abs(read(reference_wav).astype(np.int64))
    assert 2480 <= found.max() <= 2500


# The renderer by itself

SECONDS = TempoMap(((0, 60),))


def test_notes_follow_without_a_gap_whatever_their_starts_and_pans() -> None:
    spread = Score((Track("it", "sine", notes([0, 5, 9], [0.1, 0.2, 0.15], [60, 62.5, 64], 0.3, [-1, 0, 1])),), SECONDS)
    tight = Score((Track("it", "piano", notes([0, 0.1, 0.3], [0.1, 0.2, 0.15], [60, 62.5, 64], 0.3)),), SECONDS)
    stream = reference(spread, 8000, 440.0)
    assert (stream.channels, stream.frames) == (1, 800 + 1600 + 1200)
    assert np.array_equal(stream.read().samples, reference(tight, 8000, 440.0).read().samples)


def test_samples_are_truncated_toward_zero() -> None:
    score = Score((Track("it", "sine", notes(0, 0.5, 57, math.sqrt(3 / 32768))),), SECONDS)
    found = reference(score, 44_100, 400.0).read().samples[:, 0] * 32768
    n = 22_050
    exact = 3 * np.sin(2 * np.pi * 200 * np.arange(n) * 0.5 / (n - 1))
    sure = np.abs(exact - np.rint(exact)) > 1e-6  # elsewhere a rounding decides
    assert sure.mean() > 0.9
    assert np.array_equal(found[sure], np.trunc(exact)[sure])
    assert set(found[sure]) == {-2, -1, 0, 1, 2}


def test_notes_too_short_for_a_sample() -> None:
    score = Score((Track("it", "sine", notes([0, 1, 2], [0.0, 1 / 8000, 1e-9], 60)),), SECONDS)
    assert reference(score, 8000, 440.0).read().samples.tolist() == [[0.0]]
    empty = Score((Track("it", "sine", notes([], [], [])),))
    assert reference(empty, 8000, 440.0).read().samples.shape == (0, 1)


@pytest.mark.parametrize("count", [0, 2])
def test_it_plays_one_track(count: int) -> None:
    tracks = tuple(Track(f"{n}", "sine", notes(0, 1, 60)) for n in range(count))
    with pytest.raises(InputError, match=rf"(?s)plays one track, and this piece has {count}.*sine"):
        reference(Score(tracks), 44_100, 440.0)
