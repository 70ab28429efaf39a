"""The arpeggio: the order of its notes, its steps, its gaps."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import chord_at, play, row_of, scene, settings_of

from composer.instruments import instrument
from composer.mapping.lines import Line
from composer.mapping.metre import TOUCH
from composer.mapping.roles import Setting
from composer.mapping.roles.arpeggio import PATTERNS

# The places of eight notes among three and among four, written out.
ORDERS = {
    "up": ("01201201", "01230123"),
    "down": ("21021021", "32103210"),
    "up-down": ("01210121", "01232101"),
    "down-up": ("21012101", "32101232"),
    "inside-out": ("12012012", "12031203"),
    "outside-in": ("02102102", "30213021"),
}


@pytest.mark.parametrize("pattern", ORDERS)
def test_a_pattern_is_the_order_written_out(pattern: str) -> None:
    for size, order in zip((3, 4), ORDERS[pattern], strict=True):
        places = PATTERNS[pattern](np.arange(8), size, np.zeros(8))
        assert "".join(map(str, places)) == order


@given(st.integers(1, 16), st.integers(0, 99))
def test_every_pattern_stays_among_its_notes_and_reaches_all(size: int, seed: int) -> None:
    draws = np.random.default_rng(seed).random(2000)
    for name, pattern in PATTERNS.items():
        places = pattern(np.arange(2000), size, draws)
        assert set(places.tolist()) == set(range(size)), name
        if name == "random" and size > 1:
            assert np.all(np.diff(places) != 0)


def test_a_row_is_filled_from_near_its_pitch_upwards() -> None:
    made = play("arpeggio", scene(row_of([61.0, 66.0], [1.0, 0.6]), "I"))
    assert made["pitch"].tolist() == [60, 64, 67, 60, 67, 72, 76]
    assert made["start"].tolist() == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5]
    assert np.allclose(made["length"], [0.25] * 6 + [0.1])
    wide = play("arpeggio", scene(row_of([60.0], 2.0), "I"), octaves=2, step=0.5)
    assert wide["pitch"].tolist() == [60, 64, 67, 72]


def test_the_chord_changes_in_the_middle_of_a_row() -> None:
    made = play("arpeggio", scene(row_of([60.0], 8.0), "I V"), step=1.0)
    assert made["pitch"].tolist() == [60, 64, 67, 60, 62, 67, 59, 62]


def test_near_the_top_of_the_range_the_arpeggio_begins_lower() -> None:
    made = play("arpeggio", scene(row_of([108.0], 1.0), "I", player=instrument("piano")))
    assert made["pitch"].tolist() == [100, 103, 108, 100]


@settings(max_examples=40)
@given(settings_of("arpeggio"), st.sampled_from(list(PATTERNS)))
def test_all_steps_are_notes_of_the_chord_that_sounds(setting: Setting, pattern: str) -> None:
    made = play("arpeggio", setting, pattern=pattern)
    if setting.harmony is not None:
        assert all(n["pitch"] % 12 in chord_at(setting.harmony, n["start"]) for n in made)
    starts = setting.line.start
    assert all(np.any(np.abs(made["start"] - start) < TOUCH) for start in starts)


@settings(max_examples=40)
@given(settings_of("arpeggio"), st.floats(0, 1), st.floats(0, 1))
def test_a_lower_density_leaves_out_steps_and_adds_none(setting: Setting, a: float, b: float) -> None:
    def played(density: float) -> list[tuple[float, ...]]:
        line = Line(**{**vars(setting.line), "density": np.full(len(setting.line), density)})
        return [tuple(n) for n in play("arpeggio", replace(setting, line=line), pattern="random")]

    low, high, full, none = played(min(a, b)), played(max(a, b)), played(1.0), played(0.0)
    assert set(none) <= set(low) <= set(high) <= set(full)
    assert len(none) == len(setting.line)
    assert len(full) == setting.line.filled(0.25)[0].size


def test_at_random_no_note_comes_twice_running() -> None:
    made = play("arpeggio", scene(row_of([60.0], 64.0), "I"), pattern="random")
    assert made.size == 256
    assert all(a != b for a, b in pairwise(made["pitch"]))
    assert set(made["pitch"]) == {60, 64, 67}
