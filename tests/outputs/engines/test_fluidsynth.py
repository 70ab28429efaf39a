"""FluidSynth as an engine: it agrees with the sine renderer, ends when it is silent, and keeps groups apart.

What is measured is measured on the sound, through the project's own soundfont.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from composer.errors import ComposerError, FileError, InputError
from composer.outputs.engines.fluidsynth.engine import fluidsynth
from composer.outputs.engines.fluidsynth.playing import FADE, TAIL
from composer.outputs.engines.fluidsynth.rendering import INSTALL, version
from composer.outputs.engines.sine import sine
from composer.outputs.soundfonts.sf2 import DRUMS, Font, Instrument, Preset, Sample, Zone, timecents
from composer.outputs.soundfonts.writer import write_font
from composer.score import CONTROL, Controls, Score, Track, notes
from composer.units import F4, TempoMap

RATE = 44_100
pytestmark = pytest.mark.skipif(version() is None, reason=f"libfluidsynth is missing: {INSTALL}")
MINUTE = TempoMap(((0.0, 60.0),))  # a beat is a second


@pytest.fixture(autouse=True)
def own_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """The font is the project's own, whatever the environment says."""
    monkeypatch.delenv("COMPOSER_SOUNDFONT", raising=False)


def played(
    score: Score, groups: tuple[tuple[int, ...], ...] = (), rate: int = RATE, a4: float = 440.0, **own: object
) -> F4:
    """Return the sound of a score by FluidSynth, (2 * groups, frames); of all its tracks where no groups are given."""
    groups = groups or (tuple(range(len(score.tracks))),)
    stream = fluidsynth(score, rate, a4, groups, **own)  # type: ignore[arg-type]
    blocks = [*stream.blocks()]
    assert all(block.shape[0] == stream.channels == 2 * len(groups) and block.dtype == np.float32 for block in blocks)
    whole = np.concatenate(blocks, axis=1) if blocks else np.zeros((2 * len(groups), 0), np.float32)
    assert whole.shape[1] <= stream.frames
    return whole


def by_sine(score: Score, a4: float = 440.0) -> F4:
    """Return the sound of a score by the sine renderer."""
    stream = sine(score, RATE, a4, (tuple(range(len(score.tracks))),))
    return np.concatenate([*stream.blocks()], axis=1)


def distance(one: F4, other: F4) -> float:
    """Return by how much two sounds differ at most, as long as both last."""
    size = min(one.shape[1], other.shape[1])
    assert size > 0
    return float(np.abs(one[:, :size] - other[:, :size]).max())


def moving(*rows: tuple[float, str, float]) -> Controls:
    return np.array(list(rows), CONTROL)


# What is measured of a note that sounds alone.


def onset(sound: F4) -> float:
    """Return when a sound begins, in seconds: where it first is at -60 dB of its peak."""
    level = np.abs(sound).max(axis=0)
    return float(np.argmax(level > level.max() / 1000)) / RATE


def cents(sound: F4, pitch: float, a4: float = 440.0) -> float:
    """Return how far, in cents, the strongest partial within a third of a semitone is from a pitch."""
    side = sound[int(sound[1].std() > sound[0].std())]
    hz = a4 * 2 ** ((pitch - 69) / 12)
    size = 2**18
    spectrum = np.abs(np.fft.rfft(side * np.hanning(side.size), size))
    near = slice(int(hz * 2 ** (-1 / 36) * size / RATE), int(hz * 2 ** (1 / 36) * size / RATE) + 2)
    k = near.start + int(spectrum[near].argmax())
    low, peak, high = np.log(spectrum[k - 1 : k + 2])
    return 1200 * float(np.log2((k + (low - high) / (low - 2 * peak + high) / 2) * RATE / size / hz))


def balance(sound: F4) -> float:
    """Return how much louder the left is than the right, in dB."""
    left, right = np.sqrt(np.square(sound.astype(np.float64)).mean(axis=1))
    return float(20 * np.log10(max(left, 1e-12) / max(right, 1e-12)))


SLIGHT = 2e-3  # FluidSynth's first 64 frames of a note depend a little on what its voice has played before
STARTS = np.array([0.0, 3.0, 6.013, 9.0, 12.34, 15.0])  # seconds: so far apart that each note is heard alone
PITCHES = np.array([60.0, 72.0, 67.3, 55.52, 64.0, 69.0])
VELOCITIES = np.array([0.3, 1.0, 0.5, 0.8, 0.65, 0.15])
PANS = np.array([0.0, -0.5, 0.9, -0.97, 0.31, 0.08])


def alone(instrument: str, later: float = 0.0, higher: float = 0.0, to_the_right: float = 0.0) -> Score:
    tune = notes(STARTS + later, 1.5, PITCHES + higher, VELOCITIES, np.minimum(PANS + to_the_right, 1))
    return Score((Track("alone", instrument, tune),), MINUTE)


def assert_agreement(one: F4, other: F4) -> None:
    """Assert that two renderings of `alone` agree in onsets, pitches, places and the order of levels."""
    levels = []
    for start, pitch in zip(STARTS, PITCHES, strict=True):
        from_, to = int((start - 0.1) * RATE) if start else 0, int((start + 2.5) * RATE)
        pair = [sound[:, from_:to] for sound in (one, other)]
        assert onset(pair[0]) == pytest.approx(onset(pair[1]), abs=0.005)
        held = [sound[:, int((start + 0.2) * RATE) : int((start + 1.4) * RATE)] for sound in (one, other)]
        assert cents(held[0], pitch) == pytest.approx(cents(held[1], pitch), abs=1.0)
        assert balance(held[0]) == pytest.approx(balance(held[1]), abs=0.5)
        levels.append([np.abs(sound).max() for sound in held])
    assert (np.argsort(levels, axis=0) == np.argsort(VELOCITIES)[:, None]).all()


@pytest.mark.parametrize("instrument", ["sine", "acoustic grand piano", "drawbar organ", "cello", "trumpet"])
def test_both_engines_agree_on_single_notes(instrument: str) -> None:
    assert_agreement(played(alone(instrument)), by_sine(alone(instrument)))


@pytest.mark.parametrize(
    "wrong", [{"later": 0.007}, {"higher": 0.02}, {"to_the_right": 0.06}], ids=["later", "higher", "to the right"]
)
def test_disagreement_would_be_seen(wrong: dict[str, float]) -> None:
    right = by_sine(alone("sine"))
    assert_agreement(right, right)
    with pytest.raises(AssertionError):
        assert_agreement(right, by_sine(alone("sine", **wrong)))


def test_the_order_of_levels_would_be_seen() -> None:
    right = by_sine(alone("sine"))
    louder = right.copy()
    louder[:, int(15 * RATE) :] *= 100
    with pytest.raises(AssertionError):
        assert_agreement(right, louder)


def test_notes_on_one_side_are_silent_on_the_other() -> None:
    for pan, side in ((-1.0, 0), (1.0, 1)):
        sound = played(Score((Track("far", "flute", notes(0, 1, 72, 0.9, pan)),)))
        assert np.abs(sound[side]).max() > 0.01
        assert not sound[1 - side].any()


def test_the_pitch_of_a4_is_kept() -> None:
    tune = Score((Track("a", "sine", notes(0, 3, [69], 0.8)),), MINUTE)
    for a4 in (415.0, 432.0, 466.0):
        assert cents(played(tune, a4=a4)[:, 4410:], 69, a4) == pytest.approx(0, abs=1.0)
    drums = Score((Track("d", "drums", notes(0, 1, 38, 0.8)),), MINUTE)
    assert np.array_equal(played(drums, a4=415.0), played(drums))


@pytest.mark.parametrize("rate", [22_050, 44_100, 96_000])
def test_notes_begin_where_they_should(rate: int, tmp_path: Path) -> None:
    tempo = TempoMap(((0.0, 60.0), (2.0, 200.0), (4.0, 45.0), (4.5, 131.0)))
    beats = np.array([0.0, 0.613, 2.2, 3.07, 4.01, 4.8, 6.0])
    score = Score((Track("t", "sine", notes(beats, 0.05, 100, 1)),), tempo)
    level = np.abs(played(score, rate=rate, soundfont=str(lasting(tmp_path, 0.01)))).max(axis=0)
    late = []
    for second in tempo.seconds(beats):
        first = max(int((second - 0.01) * rate), 0)
        late.append((first + np.argmax(level[first:] > 0.01)) / rate - second)
    assert np.abs(late).max() < 0.0025
    assert abs(np.mean(late)) < 0.001


def test_full_scale_is_the_sine_renderers(tmp_path: Path) -> None:
    sound = played(Score((Track("it", "sine", notes(0, 1, 69, 1.0, -1)),)), soundfont=str(lasting(tmp_path, 0.01)))
    assert np.abs(sound[0]).max() == pytest.approx(1.0, rel=0.02)


# Where it ends.


def lasting(folder: Path, release: float, drums: bool = True) -> Path:
    """Write a font of one full-scale sine that takes `release` seconds to die away."""
    cycle = np.rint(32_000 * np.sin(2 * np.pi * np.arange(4400) / 100)).astype(np.int16)
    sample = Sample("sine", np.append(cycle, np.zeros(46, np.int16)), 44_000, 69, 0, (100, 4300))
    zone = Zone(0, generators={"sampleModes": 1, "releaseVolEnv": timecents(release)})
    presets = [Preset(f"p{n}", 0, n, (Zone(0),)) for n in (0, 79)]
    presets += [Preset("drums", DRUMS, 0, (Zone(0),))] if drums else []
    path = folder / f"lasting {release}.sf2"
    write_font(Font("lasting", (sample,), (Instrument("sine", (zone,)),), tuple(presets)), path)
    return path


def test_it_ends_when_it_is_silent(tmp_path: Path) -> None:
    ends = []
    for release in (0.5, 2.0):
        score = Score((Track("it", "sine", notes(0, 1, 69, 0.9)),), MINUTE)
        sound = played(score, soundfont=str(lasting(tmp_path, release)))
        level = np.abs(sound).max(axis=0)
        last = int(np.flatnonzero(level > level.max() * 10 ** (-90 / 20))[-1])
        assert level.size - last == pytest.approx(0.25 * RATE, abs=2)
        ends.append(last / RATE)
    # An envelope falls by 100 dB in its time of release; it is heard from its peak to 90 dB below.
    assert ends == pytest.approx([1 + 0.9 * 0.5, 1 + 0.9 * 2.0], abs=0.1)


def test_what_never_ends_is_faded_out(tmp_path: Path) -> None:
    held = moving((0.0, "sustain", 1.0))
    score = Score((Track("it", "sine", notes(0, 1, 69, 0.9), held),), MINUTE)
    sound = played(score, soundfont=str(lasting(tmp_path, 101.0)))
    assert sound.shape[1] == round((1 + TAIL) * RATE)
    level = np.abs(sound).max(axis=0)
    assert level[-10:].max() < 1e-4
    assert level[int((TAIL - FADE) * RATE) : int((1 + TAIL - FADE) * RATE)].max() > 0.1


def test_a_pedal_is_lifted_at_the_end(tmp_path: Path) -> None:
    held = moving((0.0, "sustain", 1.0))
    score = Score((Track("it", "sine", notes([0, 2], [1, 1], 69, 0.9), held),), MINUTE)
    sound = played(score, soundfont=str(lasting(tmp_path, 0.5)))
    assert np.abs(sound[:, int(1.8 * RATE) : int(2 * RATE)]).max() > 0.3  # the first note, held by the pedal
    assert sound.shape[1] / RATE == pytest.approx(3 + 0.45 + 0.25, abs=0.1)


def test_a_score_without_notes_is_empty() -> None:
    assert played(Score((Track("none", "flute", notes([], [], [])),))).shape == (2, 0)
    assert played(Score(()), ((),)).shape == (2, 0)


# Groups and passes.

BAND = Score(
    (
        Track("tune", "flute", notes([0, 1, 2], 0.8, [72, 76.4, 79], 0.9, -0.6)),
        Track("low", "cello", notes([0, 1.5], 1.2, [40, 43], 0.7, [0.2, 0.7])),
        Track("kit", "drums", notes([0, 0.5, 1, 1.5], 0.1, [36, 42, 38, 42], 0.8)),
        Track("more", "drums", notes([0.25, 0.75], 0.1, [36, 42], 0.6)),
    ),
    MINUTE,
)


def test_groups_add_up_to_the_whole() -> None:
    whole, apart = played(BAND), played(BAND, ((0,), (1,), (2, 3)))
    assert distance(whole, apart.reshape(3, 2, -1).sum(axis=0)) < SLIGHT
    assert distance(played(Score(BAND.tracks[:1], MINUTE)), apart[:2]) < 2e-6
    assert np.abs(apart.reshape(3, -1)).max(axis=1).min() > 0.01


def test_a_group_may_be_empty() -> None:
    sound = played(BAND, ((), (0,)))
    assert not sound[:2].any() and np.abs(sound[2:]).max() > 0.01
    assert not played(BAND, ((),)).any()


def test_more_tracks_than_channels_take_more_passes() -> None:
    crowd = Score(tuple(Track(f"t{n}", "vibraphone", notes(n, 0.5, 60 + n, 0.8)) for n in range(20)), MINUTE)
    level = np.abs(played(crowd)).max(axis=0)
    assert all(level[int((n + 0.05) * RATE) : int((n + 0.4) * RATE)].max() > 0.01 for n in range(20))


def test_notes_that_sound_together_keep_their_own_pitches_and_places() -> None:
    """Eight tracks of chords between the keys want more channels than a port has; each sounds as it does alone."""
    chord = np.array([60.31, 64.47, 67.62])
    tracks = [Track(f"t{n}", "sine", notes(0, 1, chord + n / 10, 0.5, [-0.8, 0.1, 0.9])) for n in range(8)]
    together = played(Score(tuple(tracks), MINUTE))
    alone = [played(Score((track,), MINUTE)) for track in tracks]
    size = min(sound.shape[1] for sound in alone)
    assert distance(together, np.sum([sound[:, :size] for sound in alone], axis=0)) < SLIGHT


# Settings.


def test_the_same_twice() -> None:
    assert np.array_equal(played(BAND), played(BAND))


def test_there_are_no_effects_unless_asked_for() -> None:
    wet = moving((0.0, "reverb", 1.0), (0.0, "chorus", 1.0))
    dry = Score((Track("it", "celesta", notes(0, 0.5, 72, 0.9)),), MINUTE)
    sent = Score((Track("it", "celesta", notes(0, 0.5, 72, 0.9), wet),), MINUTE)
    assert np.array_equal(played(dry), played(sent))
    for effect in ("reverb", "chorus"):
        assert distance(played(sent, **{effect: True}), played(sent)) > 1e-3
    small, large = (played(sent, reverb=True, reverb_room=room).shape[1] for room in (0.1, 1.0))
    assert large > small


@pytest.mark.parametrize("interpolation", ["none", "linear", "septic"])
def test_interpolation_can_be_chosen(interpolation: str) -> None:
    score = Score((Track("it", "flute", notes(0, 0.5, 71.3, 0.9)),), MINUTE)
    rough, fine = played(score, interpolation=interpolation), played(score)
    assert 0 < distance(rough, fine) < 0.1


def test_polyphony_bounds_the_voices() -> None:
    chord = Score((Track("it", "sine", notes(0, 1, np.arange(40, 80), 0.9)),), MINUTE)
    few, many = (float(np.square(played(chord, polyphony=most)).sum()) for most in (4, 1024))
    assert 0 < few < many / 4


# What is refused.


def refusal(score: Score, rate: int = RATE, **own: object) -> str:
    with pytest.raises(ComposerError) as refused:
        played(score, rate=rate, **own)
    assert isinstance(refused.value, InputError | FileError)
    return str(refused.value)


def test_a_rate_that_fluidsynth_does_not_play_at() -> None:
    assert refusal(BAND, 192_000) == "rate: FluidSynth does not play at 192000 Hz\n    choose 8000 to 96000 Hz"


def test_a_font_without_the_presets(tmp_path: Path) -> None:
    font = lasting(tmp_path, 0.5, drums=False)
    told = refusal(BAND, soundfont=str(font)).splitlines()
    assert told[::2] == [
        f"{font}: it has no flute (bank 0, program 73) for 'tune'",
        f"{font}: it has no cello (bank 0, program 42) for 'low'",
        f"{font}: it has no drums (bank 128, program 0) for 'kit'",
        f"{font}: it has no drums (bank 128, program 0) for 'more'",
    ]


def test_banks_are_selected_as_the_mode_says(tmp_path: Path) -> None:
    """A preset an octave lower in bank 8 is heard where that is asked for, and General MIDI's own in its place."""
    cycle = np.rint(20_000 * np.sin(2 * np.pi * np.arange(4400) / 100)).astype(np.int16)
    sample = Sample("sine", np.append(cycle, np.zeros(46, np.int16)), 44_000, 69, 0, (100, 4300))
    zones = [(Zone(0, generators={"sampleModes": 1, "coarseTune": tune}),) for tune in (0, -12)]
    presets = (Preset("own", 0, 73, (Zone(0),)), Preset("low", 8, 73, (Zone(1),)))
    path = tmp_path / "two banks.sf2"
    write_font(Font("two", (sample,), tuple(Instrument("i", own) for own in zones), presets), path)
    heard = {}
    for bank, banks in ((None, "gs"), ((8, 0), "gs"), ((8, 0), "gm"), ((9, 0), "gs"), ((0, 8), "xg")):
        score = Score((Track("a", "flute", notes(0, 1, 69), bank=bank),), MINUTE)
        sound = played(score, soundfont=str(path), banks=banks)[:, 4410:]
        heard[bank, banks] = 57 if abs(cents(sound, 57)) < 1 else 69
    assert list(heard.values()) == [69, 57, 69, 69, 57]


def test_a_font_that_is_none(tmp_path: Path) -> None:
    page = tmp_path / "page.sf2"
    page.write_text("<html>")
    assert "this is not a soundfont" in refusal(BAND, soundfont=str(page))
    assert "there is no such soundfont" in refusal(BAND, soundfont=str(tmp_path / "none.sf2"))
