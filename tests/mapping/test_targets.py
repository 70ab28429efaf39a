"""Every target's units against their definitions, and its defaults against its own limits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from composer.mapping.targets import TARGETS, in_score
from composer.score import BEND, CONTROLLERS, NOTE

# What one number of each unit is in the score, by definition: amplitude = velocity², 0 dB and int16 32768 full scale.
UNITS = {
    ("pitch", "midi"): (60.5, 60.5),
    ("duration", "beats"): (1.5, 1.5),
    ("duration", "s"): (1.5, 1.5),  # turned to beats by the timing, which knows the tempo
    ("velocity", "velocity"): (0.3, 0.3),
    ("velocity", "midi"): (127, 1),
    ("velocity", "amplitude"): (0.25, 0.5),
    ("velocity", "int16"): (8192, 0.5),
    ("velocity", "db"): (-6.020599913279624, math.sqrt(0.5)),
    ("pan", "pan"): (-0.5, -0.5),
    ("onset", "beats"): (7.5, 7.5),
    ("onset", "s"): (7.5, 7.5),
    ("octave", "octaves"): (-1, -1),
    ("articulation", "share"): (0.5, 0.5),
    ("size", "notes"): (3, 3),
    ("density", "share"): (0.5, 0.5),
    ("glide", "beats"): (0.25, 0.25),
    **{(name, "share"): (0.5, 0.5) for name in CONTROLLERS},
    **{(name, "midi"): (127, 1) for name in CONTROLLERS},
    ("bend", "semitones"): (1.5, 1.5),
    ("bend", "cents"): (-50, -0.5),
}


def test_every_unit_is_proven_here() -> None:
    assert set(UNITS) == {(name, unit) for name, target in TARGETS.items() for unit in target.units}


@pytest.mark.parametrize(("name", "unit"), UNITS)
def test_a_unit(name: str, unit: str) -> None:
    number, expected = UNITS[name, unit]
    assert in_score(TARGETS[name], [number], unit).tolist() == [pytest.approx(expected)]


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_agrees_with_itself_and_with_the_note(name: str) -> None:
    target = TARGETS[name]
    assert target.unit in target.units
    low, high = target.limits
    assert low <= target.range[0] < target.range[1] <= high
    assert target.default is None or low <= target.default <= high
    assert target.doc
    in_note = {"duration": "length", "onset": "start"}.get(name, name) in (NOTE.names or ())
    assert target.moves == (name in CONTROLLERS or name == BEND)
    assert target.default is None or in_note


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_s_units_keep_shape_and_missing_values(name: str) -> None:
    for unit, convert in TARGETS[name].units.items():
        for column in (np.array([]), np.array([np.nan]), np.array([0.5, np.nan, 1.0]), np.full(10**6, 0.25)):
            made = convert(column)
            assert made.shape == column.shape, unit
            assert np.array_equal(np.isnan(made), np.isnan(column)), unit


def test_what_a_unit_does_not_reach_is_missing() -> None:
    assert np.isnan(in_score(TARGETS["velocity"], [-1], "amplitude")).all()


def test_ends_may_be_names() -> None:
    assert TARGETS["pitch"].number("C4") == 60
    assert TARGETS["pitch"].number("cowbell") == 56
    assert TARGETS["pan"].number(1) == 1.0
