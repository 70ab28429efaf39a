"""The project's own font: it is what its script builds, it is whole, and FluidSynth plays all of it in tune."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from fonts import OWN, RATE, Player, cents_off, hertz_of, player

from composer.instruments import instruments
from composer.outputs.soundfonts.reader import examine, read_font
from composer.outputs.soundfonts.sf2 import DRUMS, Font, Sample
from composer.outputs.soundfonts.writer import font_bytes

KIT = range(35, 82)
# Programs without a pitch of their own, or with one that moves or is meant to beat.
UNPITCHED = {3, 116, 117, 118, *range(119, 128)}


@pytest.fixture(scope="module")
def build() -> Iterator[ModuleType]:
    """The script, as a module."""
    place = OWN.with_name("build.py")
    spec = importlib.util.spec_from_file_location("build_soundfont", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = before


@pytest.fixture(scope="module")
def font() -> Font:
    return read_font(OWN)


@pytest.fixture(scope="module")
def synth() -> Iterator[Player]:
    with player(OWN) as playing:
        yield playing


def test_it_is_small_free_and_whole() -> None:
    facts = examine(OWN)
    assert facts.size < 8_000_000
    assert facts.texts["copyright"] == "CC0-1.0"
    assert facts.oddities == ()
    assert [(row.bank, row.program) for row in facts.presets] == [*((0, n) for n in range(128)), (DRUMS, 0)]


def test_the_same_sounds_are_computed_again(build: ModuleType, font: Font) -> None:
    """A quarter of the voices and all drums, so that it takes a second; `--check` compares every byte."""
    named = {sample.name: sample for sample in font.samples}
    again = [*build.drum_samples()]
    for name in list(build.VOICES)[1::4]:
        again += build.samples_of(name, build.VOICES[name])
    assert len(again) > 90
    for sample in again:
        old = named[sample.name]
        assert (sample.rate, sample.root, sample.loop) == (old.rate, old.root, old.loop)
        np.testing.assert_array_equal(sample.frames, old.frames, sample.name)


def test_writing_it_again_gives_the_same_bytes(font: Font) -> None:
    data = font_bytes(font)
    assert data == font_bytes(font)
    assert data == OWN.read_bytes()


def test_a_font_that_differs_is_told(build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "build", lambda: read_font(OWN))
    assert build.main(["-o", str(tmp_path / "a.sf2")]) == 0
    assert build.main(["--check", "-o", str(tmp_path / "a.sf2")]) == 0
    with (tmp_path / "a.sf2").open("r+b") as file:
        file.seek(5_000)
        file.write(b"\x55\xaa")
    assert build.main(["--check", "-o", str(tmp_path / "a.sf2")]) == 1


def jump(sample: Sample) -> float:
    """Return how much the step over the loop's end bends, as a multiple of the largest bend within the loop."""
    first, end = sample.loop
    loop = sample.frames[first:end].astype(float)
    bends = np.abs(np.diff(loop, 2))
    seam = np.abs(np.diff(np.concatenate((loop[-2:], loop[:2])), 2))
    return float(seam.max() / max(bends.max(), 1.0))


def test_no_loop_clicks(font: Font) -> None:
    looped = [sample for sample in font.samples if sample.loop[1]]
    assert len(looped) > 200
    for sample in looped:
        assert jump(sample) <= 1.05, sample.name
        start, end = sample.loop
        assert end - start >= 32
        assert start >= 8
        after = sample.frames[end : end + 8].astype(
            int
        )  # what follows the loop goes on as its start, for interpolation
        assert np.abs(after - sample.frames[start : start + 8]).max() <= 3, sample.name


def test_the_measure_of_clicks_sees_one() -> None:
    frames = np.round(9_000 * np.sin(2 * np.pi * np.arange(1000) / 100)).astype(np.int16)
    assert jump(Sample("good", frames, loop=(100, 900))) <= 1.05
    assert jump(Sample("bad", frames, loop=(100, 913))) > 3


def test_samples_are_clean(font: Font) -> None:
    """No clipping, no DC, and those that are played once begin and end in silence."""
    for sample in font.samples:
        frames = sample.frames.astype(float)
        assert np.abs(frames).max() < 32_700, sample.name
        rms = np.sqrt(np.mean(frames**2))
        sounding = frames[slice(*sample.loop)] if sample.loop[1] else frames
        assert abs(sounding.mean()) < 0.01 * rms + 0.5, sample.name
        if not sample.loop[1]:
            assert np.abs(frames[-9:]).max() <= 2, sample.name
            assert np.abs(frames[0]) < 0.05 * np.abs(frames).max(), sample.name


def test_every_program_sounds_and_is_in_tune(synth: Player) -> None:
    """Within a cent of equal temperament, at the middle of what the instrument plays."""
    ranges = {row.program: row for row in instruments().values() if row.family not in ("extra", "drums")}
    for program in range(128):
        row = ranges[program]
        key = (row.lowest + row.highest) // 2 + program % 5  # not only keys that were computed as they are
        sound = synth.note(0, program, key, 100, 1.3, 0.0)
        assert np.abs(sound[:, 0] - sound[:, 1]).max() <= 4 / 32_768, program  # in the middle, but for the dither
        peak = np.abs(sound).max()
        assert 0.01 < peak < 0.5, program
        assert abs(sound.mean()) < 0.01 * peak, program
        if program not in UNPITCHED:
            assert abs(cents_off(sound[2_000:, 0], hertz_of(key))) < 1, (program, key)


def test_the_tuner_sees_a_cent() -> None:
    time = np.arange(RATE) / RATE
    for cents in (-3.0, 0.0, 1.5):
        assert cents_off(np.sin(2 * np.pi * hertz_of(60 + cents / 100) * time), hertz_of(60)) == pytest.approx(
            cents, abs=0.02
        )


def test_every_drum_sounds(synth: Player) -> None:
    for key in KIT:
        sound = synth.note(DRUMS, 0, key, 100, 0.01, 0.45)
        assert np.abs(sound[600:]).max() > 0.001, key  # it goes on after its note is over
        assert np.abs(sound).max() < 0.8, key


@pytest.mark.parametrize("program", [0, 4, 16, 24, 40, 48, 73, 11])
def test_amplitude_is_velocity_squared(synth: Player, program: int) -> None:
    """In FluidSynth, within 1.2 dB (a velocity layer, a filter that velocity opens), most within 0.3."""
    levels = []
    for velocity in (20, 40, 64, 90, 127):
        sound = synth.note(0, program, 60, velocity, 0.8)[:, 0]
        levels.append(20 * np.log10(np.sqrt(np.mean(sound**2)) / (velocity / 127) ** 2))
    assert max(levels) - min(levels) < 1.2
    assert np.median(np.abs(np.array(levels) - levels[-1])) < 0.3


def test_velocity_opens_the_filter(synth: Player) -> None:
    def high(velocity: int) -> float:
        sound = synth.note(0, 25, 52, velocity, 0.5)[:, 0]
        power = np.abs(np.fft.rfft(sound)) ** 2
        hertz = np.fft.rfftfreq(sound.size, 1 / RATE)
        return float(power[(hertz > 4_000) & (hertz < 9_000)].sum() / power[hertz < 2_000].sum())

    assert high(127) > 3 * high(40)


def test_sustained_programs_are_equally_loud(synth: Player) -> None:
    """By the RMS above 100 Hz of the second half second of a middle key: within 3 dB of their median."""
    levels = {}
    for program in (
        16,
        18,
        19,
        20,
        21,
        22,
        40,
        41,
        42,
        48,
        49,
        50,
        52,
        53,
        56,
        57,
        60,
        61,
        65,
        68,
        70,
        71,
        73,
        74,
        80,
        81,
    ):
        sound = synth.note(0, program, 64, 100, 1.0)[RATE // 2 :, 0]
        levels[program] = 20 * np.log10(np.sqrt(np.mean(sound**2)))
    middle = np.median(list(levels.values()))
    assert {program: level for program, level in levels.items() if abs(level - middle) > 4} == {}


def test_notes_die_away_without_a_click(synth: Player) -> None:
    for program in (0, 16, 48, 56, 73, 89):
        sound = synth.note(0, program, 60, 100, 0.6, 3.0)[:, 0]
        assert np.abs(sound[-RATE // 4 :]).max() < 1e-3, program
        around = np.abs(np.diff(sound[round(0.59 * RATE) : round(0.64 * RATE)], 2))
        assert around.max() <= 1.5 * np.abs(np.diff(sound[: round(0.59 * RATE)], 2)).max() + 1e-4, program
