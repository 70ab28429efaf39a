"""The path from a score to sound: what is live waits for nothing, and is as loud as was guessed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile

import composer
from composer.errors import InputError
from composer.outputs import sound
from composer.outputs.engines import ENGINES, Engine
from composer.outputs.mastering import PeakMeter
from composer.outputs.stream import Stream
from composer.score import CONTROL, Score, Track, notes
from composer.units import F4, db_of_amplitude


@pytest.mark.parametrize("name", ["riemann", "tides", "standard"])
def test_live_sound_is_about_as_loud_as_asked_for(compositions: dict[str, composer.Composition], name: str) -> None:
    blocks = [*composer.stream(compositions[name], loudness=-18)]
    whole = np.concatenate(blocks)
    assert blocks[0].shape == (sound.LIVE_FRAMES, 2) and blocks[0].dtype == np.float32
    assert pyloudnorm.Meter(44_100).integrated_loudness(whole) == pytest.approx(-18, abs=5)
    peaks = PeakMeter(2)
    peaks.add(np.ascontiguousarray(whole.T))
    assert db_of_amplitude(peaks.peak) <= -1 + 0.05
    assert len(whole) == len(sound.sounded(compositions[name].score).read().samples)


def test_live_sound_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def blocks() -> Iterator[F4]:
        for n in range(1000):
            asked.append(n)
            yield np.full((2, sound.LIVE_FRAMES), 0.1, np.float32)

    slow = Engine(lambda score, rate, a4, groups, **settings: Stream(rate, 2, 1000 * sound.LIVE_FRAMES, blocks))
    monkeypatch.setitem(ENGINES, "sine", slow)
    playing = composer.stream(Score((Track("it", "sine", notes(0, 4, 60)),)))
    assert asked == []
    next(playing)
    assert len(asked) <= 3


def test_live_silence_and_the_mono_engine(compositions: dict[str, composer.Composition]) -> None:
    assert [*composer.stream(Score(()))] == []
    reference = np.concatenate([*composer.stream(compositions["riemann-reference"])])
    assert reference.shape == (3_647_271, 2)
    assert np.array_equal(reference[:, 0], reference[:, 1])


def test_settings_are_checked_before_the_first_block() -> None:
    with pytest.raises(InputError, match="rate"):
        composer.stream(Score(()), rate=10)
    with pytest.raises(InputError, match="engine"):
        composer.stream(Score(()), engine="sien")


def test_what_played_is_among_the_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Engine(ENGINES["sine"].call, about=lambda **settings: f"It, with {len(settings)} settings")
    monkeypatch.setitem(ENGINES, "sine", said)
    score = Score((), title="T")
    assert sound.sounded(score, artist="A", comment="C").tags.texts() == {
        "title": "T",
        "artist": "A",
        "comment": "C; It, with 0 settings",
        "software": "eta-composer",
    }
    assert sound.sounded(score).tags.comment == "It, with 0 settings"


@pytest.mark.parametrize("own", [False, True])
def test_what_is_sent_to_the_reverb_sounds_in_one_room(monkeypatch: pytest.MonkeyPatch, own: bool) -> None:
    row = Engine(ENGINES["sine"].call, reverberates=lambda **settings: own)
    monkeypatch.setitem(ENGINES, "sine", row)
    sent = np.array([(0.0, "reverb", 0.5)], CONTROL)
    score = Score((Track("a", "flute", notes(0, 1, 60, 0.5), sent),))
    dry = sound.sounded(score, reverb=False).frames
    assert (sound.sounded(score).frames == dry) == own


def test_mono_files_are_as_loud_and_have_one_channel(tmp_path: Path) -> None:
    score = Score((Track("it", "flute", notes([0, 1], 1, [60, 67], 0.8, [-1, 1])),))
    for name in ("it.wav", "it.flac", "it.ogg", "it.opus", "it.mp3"):
        path = composer.render(score, tmp_path / name, channels="mono")
        samples, rate = soundfile.read(path)
        assert samples.ndim == 1
        assert pyloudnorm.Meter(rate).integrated_loudness(samples) == pytest.approx(-16, abs=0.3)
