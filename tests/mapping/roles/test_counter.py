"""The counter-melody, against the rules of counterpoint checked one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import heard_at, parallels, play, row_of, scale_of, scene, settings_of, tune

from composer.instruments import instrument
from composer.mapping.roles import Setting
from composer.mapping.roles.counter import heard
from composer.score import notes

CELLO = instrument("cello")


def voices(pitches: list[float], mapped: float | list[float] = 60.0, **options: object) -> list[float]:
    """Return what a cello plays in C major against a tune of these pitches, note for note."""
    own = mapped if isinstance(mapped, list) else [mapped] * len(pitches)
    return play("counter", scene(row_of(own), player=CELLO, lines={"tune": tune(pitches)}), **options)["pitch"].tolist()


def passages(least: float, most: float) -> st.SearchStrategy[list[float]]:
    own = scale_of("C major")
    return st.lists(st.sampled_from(own[(own >= least) & (own <= most)].tolist()), min_size=1, max_size=12)


@settings(max_examples=40)
@given(settings_of("counter"), st.sampled_from(["below", "above"]))
def test_what_sounds_in_the_other_voice_is_what_a_slow_search_finds(setting: Setting, side: str) -> None:
    other, beats = setting.lines["tune"], setting.line.start
    outer = min if side == "below" else max
    slow = [outer(heard_at(other, beat), default=np.nan) for beat in beats]
    assert np.array_equal(heard(other, beats, side), slow, equal_nan=True)


@settings(max_examples=80)
@given(passages(64, 84), st.data(), st.sampled_from(["below", "above"]))
def test_the_rules_of_two_voices(theirs: list[float], data: st.DataObject, side: str) -> None:
    mapped = data.draw(st.lists(st.sampled_from(scale_of("C major").tolist()), min_size=12, max_size=12))[: len(theirs)]
    player = CELLO if side == "below" else instrument("piano")
    setting = scene(row_of(mapped), player=player, lines={"tune": tune(theirs)})
    ours = play("counter", setting, side=side)["pitch"].tolist()
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert (one < other) if side == "below" else (one > other)
        assert abs(one - other) % 12 in (0, 3, 4, 7, 8, 9)
        assert one != other
    assert parallels(ours, theirs) == []


@settings(max_examples=40)
@given(settings_of("counter"), st.sampled_from(["below", "above"]))
def test_the_rules_hold_with_rests_and_any_instruments(setting: Setting, side: str) -> None:
    line = replace(setting.line, row=np.arange(len(setting.line)))
    made = play("counter", replace(setting, line=line), side=side)
    outer = min if side == "below" else max
    ours, theirs = [], []
    for n in range(len(line)):
        own = made["pitch"][made["row"] == n]
        ours.append(float(own[0]) if own.size else np.nan)
        theirs.append(outer(heard_at(setting.lines["tune"], float(line.start[n])), default=np.nan))
        if own.size and not np.isnan(theirs[-1]):
            assert abs(ours[-1] - theirs[-1]) % 12 in (0, 3, 4, 7, 8, 9)
            assert ours[-1] != theirs[-1]
    assert parallels(ours, theirs) == []


def test_it_is_as_near_to_the_mapped_pitch_as_the_rules_allow() -> None:
    assert voices([72.0], 64.0) == [64]
    assert voices([72.0], 65.0) == [64]  # the fourth below C is not consonant, nor is the fifth as full as the sixth
    assert voices([72.0], 40.0) == [40]


def test_it_moves_against_the_other_voice() -> None:
    rng = np.random.default_rng(3)
    own = scale_of("C major")
    theirs = rng.choice(own[(own >= 64) & (own <= 84)], 500).tolist()
    ours = np.diff(voices(theirs, 55.0))
    motion = ours * np.diff(theirs)
    assert np.sum(motion < 0) > 3 * np.sum(motion > 0)


def test_parallel_fifths_and_octaves_are_avoided_even_if_the_data_ask_for_them() -> None:
    theirs = [67.0, 69.0, 71.0, 72.0]
    assert parallels([60, 62, 64, 65], theirs) == [1, 2, 3]
    assert parallels(voices(theirs, [60.0, 62.0, 64.0, 65.0]), theirs) == []
    assert parallels(voices(theirs, [55.0, 57.0, 59.0, 60.0]), theirs) == []


def test_where_the_other_rests_it_plays_what_is_mapped() -> None:
    line = row_of([61.0, 65.0], 4.0)
    made = play("counter", scene(line, player=CELLO, lines={"tune": notes([], [], [])}))
    assert made["pitch"].tolist() == [60, 65]


def test_it_prefers_notes_of_the_chord() -> None:
    line = row_of([59.0])
    lines = {"tune": tune([72.0])}
    pitches = [
        play("counter", scene(line, chord, player=CELLO, lines=lines))["pitch"][0] for chord in ("vi", "I", "IV")
    ]
    assert pitches == [57, 60, 57]


@pytest.mark.parametrize(("side", "expected"), [("below", 52), ("above", 76)])
def test_against_a_chord_it_keeps_clear_of_the_outer_voice(side: str, expected: float) -> None:
    lines = {"tune": notes(0, 4, [60, 64, 67, 72])}
    line = row_of([64.0])
    made = play("counter", scene(line, lines=lines, player=instrument("piano")), side=side)
    assert (made["pitch"][0] < 60) if side == "below" else (made["pitch"][0] > 72)
    assert abs(made["pitch"][0] - expected) <= 5


def test_where_its_range_leaves_no_room_it_crosses_and_stays_consonant() -> None:
    made = play("counter", scene(row_of([60.0]), player=instrument("flute"), lines={"tune": tune([60.0])}))
    assert made["pitch"].tolist() == [64]


def test_where_nothing_is_consonant_it_rests() -> None:
    lines = {"tune": tune([61.0, 60.0])}
    made = play("counter", scene(row_of([60.0, 60.0]), player=CELLO, lines=lines, scale=np.array([60.0])))
    assert made["pitch"].tolist() == [48]
    assert made["row"].tolist() == [1]
