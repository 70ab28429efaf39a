"""What every role keeps to, on random lines: range, scale, rows, order, seeds."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Annotated, get_origin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import (
    NEEDED,
    OPTIONS,
    PITCHED,
    classes,
    in_range,
    parallels,
    play,
    row_of,
    scale_of,
    scene,
    settings_of,
    tune,
)

from composer.errors import InputError
from composer.instruments import instrument
from composer.mapping.lines import Line
from composer.mapping.roles import ROLES, Setting
from composer.parameters import parameters_of, summary
from composer.score import NOTE

TUNE = {"tune": tune([60, 64, 67, 72, 71, 65, 62, 60])}


def player_of(role: str) -> str:
    return "drums" if role == "drums" else "piano"


@pytest.mark.parametrize("role", ROLES)
@settings(max_examples=40)
@given(st.data())
def test_every_role_keeps_to_its_instrument_its_scale_and_its_rows(role: str, data: st.DataObject) -> None:
    setting, options = data.draw(settings_of(role)), data.draw(st.sampled_from(OPTIONS[role]))
    line, harmony = setting.line, setting.harmony
    made = play(role, setting, **options)
    assert made.dtype == NOTE
    assert np.all(np.diff(made["start"]) >= 0)
    assert np.all(made["length"] > 0)
    assert all(np.isfinite(made[name]).all() for name in NOTE.names or ())
    assert np.all((made["velocity"] >= 0) & (made["velocity"] <= 1) & (np.abs(made["pan"]) <= 1))
    assert in_range(made, setting.player)
    source = setting.lines["tune"]["row"] if role == "answer" else line.row
    assert set(made["row"].tolist()) <= set(source.tolist())
    if len(line) == 0:
        assert made.size == 0
    if role != "drums":
        chords = {one for chord in harmony.chords for one in chord.classes} if harmony else set()
        assert classes(made["pitch"]) <= classes(setting.scale) | chords
    if role not in ("drone", "drums", "answer"):
        # Nothing sounds longer than its row, nor before it.
        for note in made:
            rows = np.flatnonzero(line.row == note["row"])
            ends = line.start[rows] + line.length[rows]
            within = (line.start[rows] <= note["start"] + 1e-9) & (note["start"] + note["length"] <= ends + 1e-9)
            assert within.any()
    again = play(role, setting, **options)
    assert again.tobytes() == made.tobytes()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_plays_a_line_of_one_row(role: str) -> None:
    setting = scene(row_of([64.0], 16.0), "I IV", player=instrument(player_of(role)), lines=TUNE, end=16.0)
    for harmony in (setting.harmony, None):
        made = play(role, replace(setting, harmony=harmony))
        assert made.size > 0


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_silent_without_rows(role: str) -> None:
    setting = scene(row_of([]), "I IV", player=instrument(player_of(role)), lines=TUNE, end=16.0)
    made = play(role, setting)
    assert made.dtype == NOTE
    assert made.size == 0


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("drone", "drums", "answer")])
def test_every_row_of_a_plain_line_is_heard_at_its_start_with_its_velocity_and_pan(role: str) -> None:
    rng = np.random.default_rng(5)
    line = row_of(rng.choice(scale_of("C major")[20:50], 32).tolist(), 1.5, velocity=rng.random(32), pan=rng.random(32))
    made = play(role, scene(line, "I vi IV V", lines={"tune": tune([76.0] * 48)}))
    for k in range(32):
        own = made[made["row"] == k]
        assert own["start"].min() == line.start[k]
        assert set(own["velocity"]) == {line.velocity[k]}
        assert set(own["pan"]) == {line.pan[k]}


@pytest.mark.parametrize("role", ROLES)
def test_every_role_plays_a_scale_of_a_few_fixed_pitches(role: str) -> None:
    line = row_of([60.0, 67.0] * 8)
    setting = scene(line, player=instrument(player_of(role)), lines=TUNE, scale=np.array([60.0, 62.0, 67.0]))
    made = play(role, setting)
    assert made.size > 0
    assert role == "drums" or classes(made["pitch"]) <= {0, 2, 7}


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("melody", "drums", "answer")])
def test_roles_of_pitches_refuse_the_drums(role: str) -> None:
    with pytest.raises(InputError, match=f"drums cannot play the role '{role}'"):
        play(role, scene(row_of([60.0]), player=instrument("drums"), lines=TUNE))


def test_a_drum_role_refuses_an_instrument_of_pitches() -> None:
    with pytest.raises(InputError, match="violin cannot play the role 'drums'"):
        play("drums", scene(row_of([60.0]), player=instrument("violin")))


@pytest.mark.parametrize("role", ["melody", "answer"])
def test_drums_play_their_keys_as_they_are(role: str) -> None:
    line = row_of([36.0, 38.0], size=np.full(2, 3.0))
    setting = scene(line, "I", player=instrument("drums"), lines={"tune": tune([36.0, 99.0], 4.0)}, end=16.0)
    options = {"consonance": 1.0} if role == "melody" else {}
    assert play(role, setting, **options)["pitch"].tolist() == ([36.0, 38.0] if role == "melody" else [36.0, 99.0])


@pytest.mark.parametrize("role", NEEDED)
def test_a_track_that_is_not_there_is_named(role: str) -> None:
    with pytest.raises(InputError, match="no earlier track is called 'tune'"):
        play(role, scene(row_of([60.0])))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_asks_only_for_what_a_setting_has_and_documents_the_rest(role: str) -> None:
    own = {parameter.name for parameter in parameters_of(ROLES[role])}
    injected = set(ROLES[role].__code__.co_varnames[: ROLES[role].__code__.co_argcount]) - own
    assert injected <= {field.name for field in fields(Setting)}
    assert own.isdisjoint(field.name for field in fields(Setting))
    assert summary(ROLES[role])
    assert all(get_origin(parameter.annotation) is Annotated for parameter in parameters_of(ROLES[role]))


def test_the_random_settings_have_all_kinds_of_players() -> None:
    assert len(PITCHED) > 100


def test_the_checker_of_parallels_sees_them() -> None:
    assert parallels([67, 69], [60, 62]) == [1]
    assert parallels([72, 74], [60, 50]) == [1]
    assert parallels([67, 67], [60, 60]) == parallels([67, 65], [60, 62]) == []
    assert parallels([67, float("nan"), 69], [60, 60, 62]) == []


@pytest.mark.parametrize("role", ROLES)
def test_a_hundred_thousand_rows_are_played(role: str) -> None:
    rng = np.random.default_rng(2)
    pitch = rng.choice(scale_of("C major")[25:50], 100_000)
    line = Line(**{**vars(row_of(pitch.tolist(), 0.5)), "density": rng.random(100_000)})
    setting = scene(line, "I vi ii7 V7", player=instrument(player_of(role)), lines={"tune": tune(pitch.tolist(), 0.5)})
    options = {"pattern": "walking"} if role == "bass" else {}
    assert play(role, setting, **options).size > 5_000
