"""Synthesisers play the `.mid` files: FluidSynth and TiMidity sound when the score does, and Sonivox as long."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from programs import PROGRAMS, ask
from tuner import pitch_of_sound

import composer
from composer.piece.store import built_in
from composer.score import Score, Track, notes
from composer.units import TempoMap

FRAME = 0.02  # seconds
LATE = 3  # frames by which sound may come late, be released, or lie beside the frames


def sounding(score: Score, count: int) -> NDArray[np.bool_]:
    """Return in which of `count` frames notes of the score sound, from the first on."""
    change = np.zeros(count + 1)
    for track in score.tracks:
        start = score.tempo.seconds(track.notes["start"])
        end = score.tempo.seconds(track.notes["start"] + track.notes["length"])
        np.add.at(change, np.minimum((start / FRAME).astype(int), count), 1)
        np.add.at(change, np.minimum((end / FRAME).astype(int) + 1, count), -1)
    return np.cumsum(change[:-1]) > 0


def loud(path: Path) -> NDArray[np.bool_]:
    """Return in which frames a WAV holds sound."""
    samples, rate = soundfile.read(path, always_2d=True)
    size = int(FRAME * rate)
    frames = np.abs(samples[: len(samples) // size * size]).reshape(-1, size * samples.shape[1])
    return frames.max(axis=1) > 1e-4


def grown(mask: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """Return which frames are true, or are that near to one that is."""
    return np.convolve(mask, np.ones(2 * by + 1), "same") > 0.5


def disagreement(heard: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> int:
    """Return how many frames sound though nothing near them should, or are silent in the midst of what should sound."""
    return int((heard & ~grown(wanted, LATE)).sum() + (~grown(heard, LATE) & wanted).sum())


def agrees(program: str, mid: Path, score: Score, folder: Path) -> bool:
    """Return whether a program, in whose answer nothing is wrong, sounds when the score does, to the last note."""
    answer = ask(program, mid, folder)
    assert PROGRAMS[program].content(answer), answer
    heard = loud(answer.file)
    first = 0
    if program == "timidity":  # it leaves out silence at the beginning
        first = int(
            min(score.tempo.seconds(track.notes["start"].min(initial=np.inf)) for track in score.tracks) / FRAME
        )
    wanted = sounding(score, first + max(heard.size, int(score.seconds / FRAME) + 1))[first:]
    return disagreement(np.pad(heard, (0, wanted.size - heard.size)), wanted) == 0


@pytest.mark.parametrize("program", ["fluidsynth", "timidity"])
@pytest.mark.parametrize("piece", list(built_in()))
def test_it_sounds_when_the_score_does(
    program: str, piece: str, written: dict[str, Path], compositions: dict[str, composer.Composition], tmp_path: Path
) -> None:
    assert agrees(program, written[piece], compositions[piece].score, tmp_path)


@pytest.mark.parametrize("program", ["fluidsynth", "timidity"])
def test_strokes_under_a_changing_tempo_come_at_their_times(program: str, tmp_path: Path) -> None:
    strokes = Track("strokes", "flute", notes(np.arange(40) + 0.5, 0.25, 60 + np.arange(40) % 12))
    tempo = TempoMap(((0, 40), (8, 70), (16.5, 35), (24, 55)))
    mid = composer.render(Score((strokes,), tempo), tmp_path / "strokes.mid")
    assert agrees(program, mid, Score((strokes,), tempo), tmp_path)
    assert not agrees(program, mid, Score((strokes,), TempoMap(((0, 40), (8, 70), (17.5, 35), (24, 55)))), tmp_path)


def test_a_note_too_many_and_one_too_few_are_noticed() -> None:
    wanted = np.repeat([True, False, True, False], 50)
    assert disagreement(wanted, wanted) == 0
    assert disagreement(np.repeat([True, False, False, False], 50), wanted) == 50
    assert disagreement(np.repeat([True, True, True, False], 50), wanted) == 50 - 2 * LATE


@pytest.mark.parametrize("piece", list(built_in()))
def test_sonivox_plays_to_the_end(
    piece: str, written: dict[str, Path], compositions: dict[str, composer.Composition], tmp_path: Path
) -> None:
    answer = ask("sonivox", written[piece], tmp_path)
    assert PROGRAMS["sonivox"].content(answer), answer
    (found,) = re.findall(r"played ([\d.]+) peak (\d+)", answer.text)
    assert -0.1 < float(found[0]) - compositions[piece].score.seconds < 2  # a release may follow
    assert 300 < int(found[1]) < 32_767


# Ports: the first and the sixteenth track have one channel, on two ports.


@pytest.mark.parametrize(("program", "knows_ports"), [("timidity", True), ("fluidsynth", False)])
def test_a_second_port_is_another_instrument_where_the_player_knows_ports(
    program: str, knows_ports: bool, tmp_path: Path
) -> None:
    rest = [Track(f"rest {n}", "flute", notes(0, 2, 48, 0.01)) for n in range(14)]
    left, right = (Track("it", "flute", notes(0, 2, pitch, 0.9, pan)) for pitch, pan in ((60, -1), (67, 1)))
    mid = composer.render(Score((left, *rest, right), TempoMap(((0, 60),))), tmp_path / "ports.mid")
    answer = ask(program, mid, tmp_path)
    assert PROGRAMS[program].content(answer), answer
    samples, rate = soundfile.read(answer.file)
    heard = [pitch_of_sound(side, rate) for side in samples[rate // 2 : rate * 3 // 2].T]
    powers = np.square(samples[rate // 2 : rate * 3 // 2]).sum(axis=0)
    assert heard[1] == pytest.approx(67, abs=0.02)
    assert (abs(heard[0] - 60) < 0.02 and powers[0] > powers[1] / 2) == knows_ports
