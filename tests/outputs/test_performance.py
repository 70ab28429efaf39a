"""What an engine plays: notes in seconds, with volume, expression and the pedal worked in."""

from __future__ import annotations

import numpy as np
import pytest

from composer.outputs.performance import Performance, performed, sounding_pitch
from composer.score import CONTROL, Notes, Score, Track, notes
from composer.units import TempoMap


def played(these: Notes, *controls: tuple[float, str, float], tempo: TempoMap | None = None) -> Performance:
    """Return what one track plays; a beat is a second unless told otherwise."""
    track = Track("it", "piano", these, np.array(list(controls), CONTROL))
    [performance] = performed(Score((track,), tempo or TempoMap(((0, 60),))))
    return performance


def test_seconds_follow_the_tempo_map() -> None:
    part = played(notes([0, 1, 2], [1, 2, 1], 60), tempo=TempoMap(((0, 60), (2, 120))))
    assert part.start.tolist() == [0, 1, 2]
    assert part.end.tolist() == [1, 2.5, 2.5]


def test_amplitude_is_the_square_of_velocity_volume_and_expression() -> None:
    changes = [(1, "volume", 50 / 127), (2, "expression", 0.5), (2, "expression", 0.25), (9, "volume", 1.0)]
    part = played(notes([0, 1, 2], 1, 60, 0.8), *changes)
    assert part.amplitude.tolist() == pytest.approx([0.64, 0.64 / 4, 0.64 / 4 / 16])


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ([], [1, 2, 5]),
        ([(0.5, 1.0), (3, 0.0)], [3, 3, 5]),
        ([(0.5, 1.0), (1.5, 0.0), (1.6, 1.0), (6, 0.0)], [1.5, 6, 6]),
        ([(0.5, 0.49)], [1, 2, 5]),
        ([(3, 0.0), (0.5, 1.0)], [3, 3, 5]),
        ([(0.5, 1.0), (1.7, 0.0), (1.7, 1.0), (4, 0.0)], [1.7, 4, 5]),
        ([(1.5, 1.0)], [1, 5, 5]),
    ],
)
def test_the_pedal_puts_ends_off_to_its_lift(changes: list[tuple[float, float]], ends: list[float]) -> None:
    part = played(notes([0, 1, 4], 1, 60), *((at, "sustain", value) for at, value in changes))
    assert part.end.tolist() == ends


def test_pitch_and_pan_are_the_notes_own() -> None:
    part = played(notes([0, 1], 1, [60.25, 70], pan=[-0.5, 1]))
    assert (part.pitch.tolist(), part.pan.tolist()) == ([60.25, 70.0], [-0.5, 1.0])
    assert part.instrument.name == "acoustic grand piano"


def test_bends_stand_beside_the_pitches() -> None:
    part = played(
        notes([0, 1], 1, [60.25, 70]),
        *((3, "bend", -30.0), (1, "bend", 0.5), (2, "volume", 0.5), (1, "bend", 1.5)),
        tempo=TempoMap(((0, 60), (2, 120))),
    )
    assert part.pitch.tolist() == [60.25, 70.0]
    assert part.bend_at.tolist() == [1, 1, 2.5]
    assert part.bend.tolist() == [0.5, 1.5, -24]
    assert (played(notes(0, 1, 60)).bend_at.size, played(notes(0, 1, 60)).bend.size) == (0, 0)


def test_the_sounding_pitch_is_bent_by_what_holds_at_the_start() -> None:
    changes = np.array(
        [(2, "bend", -1), (1, "bend", 7), (1, "bend", 0.5), (0, "volume", 0.1), (5, "bend", 99)], CONTROL
    )
    tune = notes([0, 0.999, 1, 1.5, 2, 9], 1, [60, 61, 62, 63.25, 64, 65])
    assert sounding_pitch(Track("it", "flute", tune, changes)).tolist() == [60, 61, 62.5, 63.75, 63, 89]
    assert sounding_pitch(Track("it", "flute", tune)).tolist() == tune["pitch"].tolist()
    assert sounding_pitch(Track("it", "drums", tune, changes)).tolist() == tune["pitch"].tolist()
    assert sounding_pitch(Track("it", "flute", notes([], [], []), changes)).tolist() == []
