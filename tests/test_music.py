"""The rules of music hold for whole pieces over random tables: in key, in range, on the chord, no voice crossed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import composer
from composer.instruments import instrument
from composer.mapping.harmony import chords_of, diatonic
from composer.mapping.roles import ROLES
from composer.mapping.scales import scale_pitches

KEYS = ["C major", "D dorian", "A minor", "F# phrygian", "Bb lydian", "G mixolydian", "E locrian"]
PLAYERS = ["flute", "viola", "cello", "acoustic bass", "tubular bells", "church organ", "marimba"]
STRONG = {"4/4": (0.0, 2.0), "3/4": (0.0,), "6/8": (0.0, 1.5), "2/2": (0.0,)}
BAR = {"4/4": 4.0, "3/4": 3.0, "6/8": 3.0, "2/2": 4.0}
ROLE_OPTIONS: dict[str, dict[str, Any]] = {"counter": {"against": "lead"}, "answer": {"to": "lead"}}


@st.composite
def tables(draw: st.DrawFn) -> composer.Table:
    """Return a table of two columns: walks with gaps, constants, steps."""
    rows = draw(st.integers(1, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    kinds = {
        "walk": np.cumsum(rng.standard_normal(rows)),
        "steps": rng.integers(0, 3, rows).astype(float),
        "constant": np.full(rows, 2.5),
        "tails": rng.standard_cauchy(rows),
    }
    columns = {name: kinds[draw(st.sampled_from(list(kinds)))].copy() for name in ("a", "b")}
    columns["a"][rng.random(rows) < draw(st.sampled_from([0.0, 0.3]))] = np.nan
    return composer.Table(columns)


def piece(key: str, meter: str, *tracks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a piece whose first track, "lead", plays column a in eighths."""
    lead = {"name": "lead", "instrument": "flute", "duration": 0.5, "pitch": {"from": "a", "range": ["C2", "C7"]}}
    return {"key": key, "meter": meter, "seed": 5, "track": [lead, *tracks], **more}


def classes_of(key: str) -> set[int]:
    return {pitch % 12 for pitch in scale_pitches(key)[0]}


@settings(deadline=None, max_examples=60)
@given(tables(), st.sampled_from(KEYS), st.sampled_from(list(STRONG)), st.sampled_from(PLAYERS), st.data())
def test_every_role_is_in_key_and_in_range(
    table: composer.Table, key: str, meter: str, player: str, data: st.DataObject
) -> None:
    role = data.draw(st.sampled_from([name for name in ROLES if name != "drums"]))
    harmony = data.draw(st.sampled_from([None, "given", "following"]))
    chords = st.sampled_from([chord.name for chord in diatonic(key)])
    progression = " ".join(data.draw(st.lists(chords, min_size=1, max_size=5)))
    asked = {
        None: {},
        "given": {"harmony": {"progression": progression}},
        "following": {"harmony": {"following": {"from": "b"}}},
    }[harmony]
    track = {
        "name": "mine",
        "instrument": player,
        "role": {"name": role, **ROLE_OPTIONS.get(role, {})},
        "time": {"name": "follow", "track": "lead"},
        "pitch": {"from": "b", "range": ["A0", "C8"]},
        "size": {"from": "a", "range": [1, 5]},
        "octave": {"from": "b"},
    }
    made = composer.compose(piece(key, meter, track, **asked), table)
    for played in made.score.tracks:
        pitches = played.notes["pitch"]
        assert set(pitches % 12) <= classes_of(key)
        row = instrument(played.instrument)
        assert ((pitches >= row.lowest) & (pitches <= row.highest)).all()
        assert ((played.notes["row"] >= 0) & (played.notes["row"] < len(table))).all()
        assert (played.notes["length"] > 0).all()


@settings(deadline=None, max_examples=60)
@given(tables(), st.sampled_from(KEYS), st.sampled_from(list(STRONG)), st.data())
def test_consonant_melodies_are_on_the_chord_where_it_counts(
    table: composer.Table, key: str, meter: str, data: st.DataObject
) -> None:
    names = data.draw(st.lists(st.sampled_from([chord.name for chord in diatonic(key)]), min_size=1, max_size=5))
    progression = " ".join(names)
    raw = piece(key, meter, harmony={"progression": progression})
    raw["track"][0]["role"] = {"name": "melody", "consonance": 1}
    notes = composer.compose(raw, table).score.tracks[0].notes
    chords = chords_of(progression, key)
    for note in notes:
        bar, place = divmod(float(note["start"]), BAR[meter])
        if place in STRONG[meter]:
            assert int(note["pitch"]) % 12 in chords[int(bar) % len(chords)].classes
    raw["track"][0]["role"] = {"name": "melody", "consonance": 0}
    faithful = composer.compose(raw, table).score.tracks[0].notes
    del raw["harmony"], raw["track"][0]["role"]
    plain = composer.compose(raw, table).score.tracks[0].notes
    assert np.array_equal(faithful, plain)


@settings(deadline=None, max_examples=60)
@given(tables(), st.sampled_from(KEYS), st.integers(2, 5), st.sampled_from(["church organ", "violin", "viola"]))
def test_voices_of_chords_do_not_cross(table: composer.Table, key: str, size: int, player: str) -> None:
    chords = {
        "name": "pad",
        "instrument": player,
        "role": "chords",
        "time": {"name": "follow", "track": "lead"},
        "pitch": {"from": "b"},
        "size": size,
    }
    raw = piece(key, "4/4", chords, harmony={"progression": "I IV V vi" if "major" in key else diatonic(key)[0].name})
    notes = composer.compose(raw, table).score.tracks[1].notes
    moments = np.unique(notes["start"])
    assert moments.size or np.isnan(table["a"]).all() or np.isnan(table["b"]).all()
    for start in moments:
        voicing = notes["pitch"][notes["start"] == start].tolist()  # from the lowest voice to the highest
        assert voicing == sorted(set(voicing))


@pytest.mark.parametrize("scale", ["C major", "D harmonic minor"])
@pytest.mark.parametrize("kind", ["normal", "uniform", "sine", "walk"])
def test_three_octaves_of_seven_notes_keep_the_order_of_the_data(kind: str, scale: str) -> None:
    rng = np.random.default_rng(3)
    column = {
        "normal": rng.standard_normal(2000),
        "uniform": rng.random(2000),
        "sine": np.sin(np.arange(2000) / 7.3),
        "walk": np.cumsum(rng.standard_normal(2000)),
    }[kind]
    for snap, least in (("nearest", 0.99), (False, 0.9999)):
        pitch = {"from": "x", "scale": scale, "range": ["C3", "C6"], "snap": snap}
        made = composer.compose({"track": [{"duration": 0.25, "pitch": pitch}]}, {"x": column})
        (row,) = composer.fidelity(made)
        assert row.target == "pitch" and row.spearman is not None and row.spearman >= least
        assert row.rows_heard == 2000
