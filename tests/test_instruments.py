"""The instruments are General MIDI's, in its order and under its names, and each can be voiced."""

from __future__ import annotations

import warnings
from dataclasses import replace

import pytest

from composer.errors import InputError
from composer.instruments import DRUMS, Noise, Voice, aliases, drums, instrument, instrument_of_program, instruments
from composer.units import hz_of_pitch

# Where pretty_midi's words differ from General MIDI's own (MMA, General MIDI Level 1 Sound Set), which we keep.
OTHER_WORDS = {"synth choir": "synth voice", "lead 4 chiff": "lead 4 (chiff)"}
OTHER_DRUMS = {
    "bass drum 1": "bass drum",
    "closed hi hat": "closed hi-hat",
    "pedal hi hat": "pedal hi-hat",
    "open hi hat": "open hi-hat",
    "hi bongo": "high bongo",
    "mute hi conga": "mute high conga",
    "open hi conga": "open high conga",
    "hi wood block": "high wood block",
}


def general_midi() -> tuple[list[str], list[str]]:
    """Return pretty_midi's names of the 128 programs and of the 47 drums, in lower case."""
    with warnings.catch_warnings():
        # It asks for pkg_resources, which warns of its own end.
        warnings.filterwarnings("ignore", message="pkg_resources is deprecated", category=UserWarning)
        warnings.filterwarnings("ignore", message="(?s).*pkg_resources", category=DeprecationWarning)
        from pretty_midi.constants import DRUM_MAP, INSTRUMENT_MAP
    return [name.lower() for name in INSTRUMENT_MAP], [name.lower() for name in DRUM_MAP]


def test_the_programs_are_general_midi_s_128_in_order() -> None:
    theirs = [OTHER_WORDS.get(name, name) for name in general_midi()[0]]
    ours = [row for row in instruments().values() if row.family not in {"extra", "drums"}]
    assert [row.name for row in ours] == theirs
    assert [row.program for row in ours] == list(range(128))


def test_families_hold_eight_programs_each() -> None:
    families = [instrument_of_program(program).family for program in range(128)]
    assert families == [families[8 * (program // 8)] for program in range(128)]
    assert len(set(families)) == 16


def test_beyond_general_midi_there_are_the_sine_and_the_drums() -> None:
    assert list(instruments())[128:] == ["sine", DRUMS]
    assert instrument("sine").program == instrument("ocarina").program == 79
    assert [row.name for row in instruments().values() if row.is_drums] == [DRUMS]


def test_the_drums_are_general_midi_s_percussion_map() -> None:
    theirs = [OTHER_DRUMS.get(name, name) for name in general_midi()[1]]
    assert list(drums()) == theirs
    assert list(drums().values()) == list(range(35, 82))


def test_the_lists_of_other_words_hold_nothing_needless() -> None:
    programs, kit = general_midi()
    assert set(OTHER_WORDS) <= set(programs)
    assert set(OTHER_DRUMS) <= set(kit)


@pytest.mark.parametrize("alias", aliases())
def test_every_alias_resolves(alias: str) -> None:
    assert alias not in instruments()
    assert instrument(alias).name == aliases()[alias]


def test_names_know_no_case_and_wrong_ones_are_answered() -> None:
    assert instrument("Vibraphone") is instrument("vibraphone")
    assert instrument("PIANO").program == 0
    with pytest.raises(InputError, match=r"track\[0\]: no instrument is called 'viberphone'\n *did you mean 'vibraph"):
        instrument("viberphone", "track[0]")


def assert_sane(voice: Voice) -> None:
    assert voice.partials
    assert max(amplitude for _, amplitude in voice.partials) == 1
    assert all(frequency > 0 and 0 < amplitude <= 1 for frequency, amplitude in voice.partials)
    envelope = voice.envelope
    assert 0.001 <= envelope.attack <= 1  # s: shorter clicks
    assert 0 < envelope.decay <= 5
    assert 0 <= envelope.sustain <= 1
    assert 0.005 <= envelope.release <= 5
    assert 0 <= voice.damping <= 1
    assert 0 <= voice.brightness <= 2
    assert 0 <= voice.detune <= 20
    assert 0 <= voice.width < 1
    if voice.vibrato is not None:
        assert 2 <= voice.vibrato.rate <= 20
        assert 0 < voice.vibrato.depth <= 200
        assert 0 <= voice.vibrato.delay <= 1
    if voice.noise is not None:
        assert_noise(voice.noise)


def assert_noise(noise: Noise) -> None:
    assert noise.level > 0
    assert 20 <= noise.low < noise.high <= 20_000
    assert 0 <= noise.decay <= 5


@pytest.mark.parametrize("name", [name for name in instruments() if name != DRUMS])
def test_every_instrument_has_a_voice_and_a_range(name: str) -> None:
    row = instrument(name)
    assert 0 <= row.lowest < row.highest <= 127
    assert row.highest - row.lowest >= 12
    assert row.voice is not None
    assert row.kit is None
    assert_sane(row.voice)
    assert all(row.voice.partials[n][0] < row.voice.partials[n + 1][0] for n in range(len(row.voice.partials) - 1))
    # The fundamental of every note that it plays well is to be heard at any rate from 16 kHz on.
    assert 8 < hz_of_pitch(row.lowest) < hz_of_pitch(row.highest) < 8000


def test_the_pure_sine_is_one_sine() -> None:
    voice = instrument("sine").voice
    assert voice is not None
    assert voice.partials == ((1.0, 1.0),)
    assert voice.envelope.sustain == 1
    assert (voice.damping, voice.brightness, voice.detune, voice.width) == (0, 0, 0, 0)
    assert voice.vibrato is None
    assert voice.noise is None


def test_an_empty_field_takes_a_family_s_away() -> None:
    violin, pizzicato = instrument("violin").voice, instrument("pizzicato strings").voice
    assert violin is not None
    assert pizzicato is not None
    assert violin.vibrato is not None
    assert pizzicato.vibrato is None


def test_every_drum_is_one_of_its_own() -> None:
    kit = instrument(DRUMS)
    assert kit.is_drums
    assert (kit.lowest, kit.highest) == (35, 81)
    assert kit.kit is not None
    assert len({replace(drum, key=0, pan=0.0) for drum in kit.kit.values()}) == len(kit.kit)
    for key in drums().values():
        drum = kit.kit[key]
        assert drum.key == key
        assert drum.tones or drum.noises
        assert all(20 <= tone.hz <= 16000 and 0 < tone.level <= 1 and 0 < tone.decay <= 2 for tone in drum.tones)
        for noise in drum.noises:
            assert_noise(noise)
        assert 0 < drum.level <= 1
        assert 0.001 <= drum.attack <= 0.05
        assert drum.bursts[0] == 0
        assert list(drum.bursts) == sorted(set(drum.bursts))
        assert -1 < drum.pan < 1
    assert {34, 82}.isdisjoint(kit.kit)


def test_the_tables_are_frozen() -> None:
    with pytest.raises(TypeError):
        instruments()["kazoo"] = instrument("flute")  # type: ignore[index]
    with pytest.raises(TypeError):
        drums()["bin"] = 3  # type: ignore[index]
    with pytest.raises(TypeError):
        aliases()["keys"] = "x"  # type: ignore[index]
