"""What an instrument can reach."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.errors import InputError
from composer.instruments import instrument, instruments
from composer.mapping.register import folded, nearest_among, of_classes, pitched

PITCHED = [row for row in instruments().values() if not row.is_drums]


@given(st.floats(0, 127), st.sampled_from(PITCHED))
def test_a_pitch_moves_by_octaves_no_further_than_it_must(pitch: float, player: object) -> None:
    (moved,) = folded(np.array([pitch]), player)  # type: ignore[arg-type]
    octaves = [pitch + 12 * k for k in range(-11, 12)]
    within = [p for p in octaves if player.lowest <= p <= player.highest]  # type: ignore[attr-defined]
    assert moved == min(within, key=lambda p: abs(p - pitch))


def test_every_instrument_has_an_octave_and_more_and_reaches_c3() -> None:
    # What the registers of the bass and the drone rely on.
    assert min(row.highest - row.lowest for row in PITCHED) >= 12
    assert min(row.highest for row in PITCHED) >= 48


def test_drums_are_not_folded_and_have_no_pitches() -> None:
    assert folded(np.array([3.0]), instrument("drums")).tolist() == [3.0]
    with pytest.raises(InputError, match="cannot play the role 'bass'"):
        pitched(instrument("drums"), "bass")
    pitched(instrument("piano"), "bass")


def test_pitches_of_classes_lie_between_both_ends() -> None:
    assert of_classes((0, 7), 60, 72).tolist() == [60, 67, 72]
    assert of_classes((0, 7), 60.5, 71.5).tolist() == [67]


def test_half_way_between_two_the_higher_is_nearest() -> None:
    pitches = np.array([60.0, 64.0, 67.0])
    assert nearest_among(pitches, [0, 61.9, 62, 65.4, 65.5, 99]).tolist() == [0, 0, 1, 1, 2, 2]
