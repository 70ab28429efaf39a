"""Stems: one file a track, which add up to the dry mix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

import composer
from composer.outputs.sound import sounded
from composer.outputs.stems import stem_files
from composer.score import CONTROL, Score, Track, notes

RATE = 8000
SCORE = Score(
    (
        Track("high", "flute", notes([0, 1], 0.5, [72, 76], 0.9, -0.5), gain=-3.0),
        Track("low", "cello", notes(0, 3, 40, 0.7, 0.5), np.array([(0, "reverb", 0.8)], CONTROL)),
        Track('a/b: "c"?', "drums", notes([0, 0.5, 1], 0.1, [36, 38, 36], 0.8)),
    ),
    title="Stems",
)


def read(path: Path) -> NDArray[np.float64]:
    samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
    assert rate == RATE
    return np.asarray(samples)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("stems")
    return composer.export(SCORE, folder, "it", ["stems"], settings={"sound": {"rate": RATE}})


def test_a_file_for_every_track_and_one_for_the_mix(files: list[Path]) -> None:
    assert [path.name for path in files] == [
        "it - 0 dry mix.wav",
        "it - 1 high.wav",
        "it - 2 low.wav",
        "it - 3 a_b_ _c_.wav",
    ]
    assert sorted(path.name for path in files[0].parent.iterdir()) == sorted(path.name for path in files)


def in_db(error: NDArray[np.float64]) -> float:
    return float(20 * np.log10(max(np.abs(error).max(), 1e-30)))


def test_they_add_up_to_the_dry_mix(files: list[Path]) -> None:
    mix, *stems = map(read, files)
    assert {stem.shape for stem in stems} == {mix.shape}
    assert all(np.abs(stem).max() > 0.01 for stem in stems)
    assert in_db(sum(stems) - mix) < -120
    # The comparison can fail: a sample's delay of one of them is heard of.
    assert in_db(stems[0] + np.roll(stems[1], 1, axis=0) + stems[2] - mix) > -60


def test_the_dry_mix_is_what_the_engine_plays(files: list[Path]) -> None:
    dry = Score(tuple(Track(t.name, t.instrument, t.notes, gain=t.gain) for t in SCORE.tracks))  # no reverb
    played = sounded(dry, rate=RATE, apart=True).read().samples[:, :2].astype(np.float64)
    found = read(files[0])
    assert in_db(found - played) < -120
    assert np.abs(found).max() <= 10 ** (-1 / 20) + 1e-6


def test_a_track_has_its_gain(files: list[Path]) -> None:
    louder = Score((Track("high", "flute", SCORE.tracks[0].notes), *SCORE.tracks[1:]))
    folder = files[0].parent.parent
    others = composer.export(louder, folder / "louder", "it", ["stems"], settings={"sound": {"rate": RATE}})
    soft, loud = (np.abs(read(each[1])).max() / np.abs(read(each[2])).max() for each in (files, others))
    assert 20 * np.log10(loud / soft) == pytest.approx(3.0, abs=0.01)


def test_names_that_no_file_may_have() -> None:
    strange = Score(tuple(Track(name, "sine", notes(0, 1, 60)) for name in ("..", "x" * 300, "tab\tbell\x07", "é")))
    assert stem_files(strange) == (" - 0 dry mix", " - 1 ", f" - 2 {'x' * 60}", " - 3 tab_bell_", " - 4 é")


def test_stems_of_the_reference_engine(tmp_path: Path, compositions: dict[str, composer.Composition]) -> None:
    mix, stem = composer.export(compositions["riemann-reference"], tmp_path, "it", ["stems"])
    one, other = (soundfile.read(path, dtype="int32")[0] for path in (mix, stem))
    assert one.any() and np.array_equal(one, other)


def test_no_tracks_no_stems(tmp_path: Path) -> None:
    [mix] = composer.export(Score(()), tmp_path, "it", ["stems"])
    assert soundfile.info(mix).frames == 0
