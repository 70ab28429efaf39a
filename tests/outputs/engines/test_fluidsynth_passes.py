"""What FluidSynth is given to play: our own `.mid` files, in seconds, each with channels enough."""

from __future__ import annotations

import io
from typing import Any

import mido
import numpy as np
import pytest

from composer.outputs.engines.fluidsynth.passes import PPQ, passes, presets
from composer.outputs.midi import encode_midi
from composer.outputs.performance import sounding_pitch
from composer.score import BEND, CONTROL, Marker, Score, Track, notes
from composer.sources.midi import midi_score
from composer.units import TempoMap

MINUTE = TempoMap(((0.0, 60.0),))


def events(midi: bytes) -> list[tuple[float, Any]]:
    """Return what is played, with its time in seconds, as mido reads it."""
    file = mido.MidiFile(file=io.BytesIO(midi))
    assert file.ticks_per_beat == PPQ
    found = []
    for track in file.tracks[1:]:
        tick = 0
        for message in track:
            tick += message.time
            found.append((tick / PPQ, message))
    assert [m.tempo for m in file.tracks[0] if m.type == "set_tempo"] == [1_000_000]
    return found


def starts(midi: bytes) -> list[float]:
    return sorted(second for second, m in events(midi) if m.type == "note_on")


def test_times_are_seconds_whatever_the_tempo() -> None:
    tempo = TempoMap(((0.0, 90.0), (3.0, 180.0), (4.0, 30.0)))
    beats = np.array([0.0, 1.7, 3.5, 5.0])
    bends = np.array([(1.7, BEND, 1.5)], CONTROL)
    (one,) = passes(Score((Track("t", "flute", notes(beats, 0.5, 60), bends),), tempo), ((0,),))
    assert starts(one.midi) == pytest.approx(tempo.seconds(beats), abs=0.5 / PPQ)
    bent = [second for second, m in events(one.midi) if m.type == "pitchwheel"]
    assert bent == pytest.approx([float(tempo.seconds(1.7))], abs=0.5 / PPQ)
    ends = sorted(second for second, m in events(one.midi) if m.type == "note_off")
    assert ends == pytest.approx(tempo.seconds(beats + 0.5), abs=0.5 / PPQ)


def test_all_is_early_as_far_as_there_is_time() -> None:
    (one,) = passes(Score((Track("t", "flute", notes([0, 0.004, 1], 0.5, [60, 61, 62])),), MINUTE), ((0,),), early=0.01)
    assert starts(one.midi) == pytest.approx([0, 0, 0.99], abs=0.5 / PPQ)


def test_a4_moves_pitches_but_not_drums() -> None:
    score = Score((Track("t", "flute", notes(0, 1, 69)), Track("d", "drums", notes(0, 1, 38))), MINUTE)
    (one,) = passes(score, ((0, 1),), a4=440 * 2 ** (2 / 12))
    struck = {(m.channel == 9, m.note) for _, m in events(one.midi) if m.type == "note_on"}
    assert struck == {(False, 71), (True, 38)}


def test_groups_and_crowds_take_passes_of_their_own() -> None:
    tune = notes(0, 1, 60)
    score = Score((*(Track(f"t{n}", "flute", tune) for n in range(17)), Track("d", "drums", tune)), MINUTE)
    made = passes(score, (tuple(range(18)),))
    assert [one.group for one in made] == [0, 0]
    assert [len(starts(one.midi)) for one in made] == [16, 2]
    assert [one.group for one in passes(score, ((0,), (17,), (), (1, 2)))] == [0, 1, 3]
    assert passes(Score((Track("none", "flute", notes([], [], [])),)), ((0,),)) == []


def test_tracks_have_all_the_channels_they_want() -> None:
    chord = notes(0, 1, [60, 64, 67, 70], 0.5, [-0.9, -0.3, 0.3, 0.9])
    made = passes(Score(tuple(Track(f"t{n}", "flute", chord) for n in range(7)), MINUTE), (tuple(range(7)),))
    assert [len(starts(one.midi)) for one in made] == [12, 12, 4]
    for one in made:
        channels = [m.channel for _, m in events(one.midi) if m.type == "note_on"]
        assert len(set(channels)) == len(channels)


def test_words_for_people_are_left_out() -> None:
    track = Track("t", "flute", notes(0, 1, 60), lyrics=(Marker(0, "la"),))
    (one,) = passes(Score((track,), MINUTE, markers=(Marker(0, "here"),), title="song"), ((0,),))
    assert not any(word in one.midi for word in (b"la", b"here", b"song"))


def test_presets_are_those_of_tracks_that_play() -> None:
    score = Score(
        (
            Track("a", "vibraphone", notes(0, 1, 60)),
            Track("b", "drums", notes(0, 1, 38)),
            Track("c", "flute", notes([], [], [])),
            Track("d", "sine", notes(0, 1, 60)),
        )
    )
    found = [(p.bank, p.program, p.instrument, p.track) for p in presets(score, ((0, 1, 2),))]
    assert found == [(0, 11, "vibraphone", "a"), (128, 0, "drums", "b")]


@pytest.mark.parametrize(("banks", "number"), [("gm", 0), ("gs", 8), ("xg", 3), ("mma", 8 * 128 + 3)])
def test_banks_are_those_of_fluidsynths_modes(banks: str, number: int) -> None:
    score = Score(
        (Track("a", "flute", notes(0, 1, 60), bank=(8, 3)), Track("b", "drums", notes(0, 1, 38), bank=(8, 3)))
    )
    assert [(p.bank, p.program) for p in presets(score, ((0, 1),), banks)] == [(number, 73), (128, 0)]
    (one,) = passes(score, ((0, 1),))
    told = [(m.control, m.value) for _, m in events(one.midi) if m.type == "control_change" and m.channel == 0]
    assert [*told[:2]] == [(0, 8), (32, 3)]


# The pan that FluidSynth hears: a step of 7.8125 thousandths for each of CC10's, and the SoundFont parameter's own.


def thousandths(midi: bytes) -> list[float]:
    """Return where FluidSynth puts each note, -500..500: what it makes of the controllers, fractions dropped."""
    coarse, fine, number, low = 64, 0, [0, 0], 0
    found = []
    for _, m in events(midi):
        if m.type == "note_on":
            found.append(float(np.clip(np.trunc((coarse - 64) * 500 / 64 + fine), -500, 500)))
        elif m.type == "control_change":
            match m.control:
                case 10:
                    coarse = m.value
                case 99 | 98:
                    number[99 - m.control] = m.value
                case 38:
                    low = m.value
                case 6 if number == [120, 17]:
                    fine = (m.value << 7 | low) - 8192
    return found


def test_pans_are_exact_to_a_thousandth() -> None:
    pans = np.concatenate([[-1, 1, 0], np.random.default_rng(3).uniform(-1, 1, 500), [-0.999, 0.999, 0.001]])
    (one,) = passes(Score((Track("t", "flute", notes(np.arange(pans.size), 0.5, 60, 0.8, pans)),), MINUTE), ((0,),))
    assert thousandths(one.midi) == pytest.approx(500 * pans, abs=0.5001)


def test_pan_is_written_for_all_players_and_read_back() -> None:
    """The exact pan is written beside the usual controller, for FluidSynth alone; and it is nothing to a reader."""
    pans = np.array([-1, -0.31, 0.0, 0.77])
    score = Score((Track("t", "flute", notes(np.arange(4), 0.5, [60, 61.5, 62, 63], 0.8, pans)),), MINUTE)
    plain, own = encode_midi(score), encode_midi(score, player="fluidsynth")
    assert b"\x62\x11" in own and b"\x62\x11" not in plain  # controller 98 is 17
    for data in (plain, own):
        again = midi_score(data).tracks[0]
        assert again.notes["pan"] == pytest.approx(pans, abs=0.5 / 63)
        assert sounding_pitch(again) == pytest.approx([60, 61.5, 62, 63], abs=0.006)


def test_a_pan_in_the_middle_needs_no_more() -> None:
    (one,) = passes(Score((Track("t", "flute", notes(range(4), 0.5, 60)),), MINUTE), ((0,),))
    assert [m.control for _, m in events(one.midi) if m.type == "control_change"] == [10]
