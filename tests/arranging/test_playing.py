"""What tracks play: palettes, onsets, octaves, articulation, pitches between the keys; and tables of every kind."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.arranging.fidelity import fidelity
from composer.composition import compose
from composer.errors import InputError
from composer.mapping.roles import ROLES
from composer.outputs.midi import encode_midi
from composer.score import Score, notes
from composer.table import Table
from composer.writing import export

Raw = dict[str, Any]
NAN = math.nan
KINDS = ("sun", "rain", "snow")


def on(*tracks: Raw, **settings: Any) -> Raw:
    """Return a piece of these tracks, without a source."""
    return {"track": list(tracks), **settings}


def rows_by_instrument(score: Score) -> dict[str, list[int]]:
    """Return which rows each instrument plays."""
    return {track.instrument: track.notes["row"].tolist() for track in score.tracks}


# Palettes


def test_categories_choose_their_instruments_in_order() -> None:
    table = Table({"kind": [2, 0, 1, 0, 2]}, labels={"kind": KINDS})
    score = compose(
        on({"name": "w", "instrument": {"from": "kind", "palette": ["flute", "oboe", "piano"]}}), table
    ).score
    assert rows_by_instrument(score) == {"flute": [1, 3], "oboe": [2], "acoustic grand piano": [0, 4]}
    assert [track.name for track in score.tracks] == ["w (flute)", "w (oboe)", "w (acoustic grand piano)"]


def test_a_category_keeps_its_instrument_whatever_others_there_are() -> None:
    palette = {"from": "kind", "palette": ["flute", "oboe", "clarinet"]}
    table = Table({"kind": [1, 2, 1, NAN]}, labels={"kind": KINDS})
    assert rows_by_instrument(compose(on({"instrument": palette}), table).score) == {
        "flute": [3],  # the first, where nothing is known
        "oboe": [0, 2],
        "clarinet": [1],
    }
    two = Table({"kind": [0, 1]}, labels={"kind": KINDS[:2]})
    assert rows_by_instrument(compose(on({"instrument": palette}), two).score) == {"flute": [0], "oboe": [1]}


def test_more_categories_than_instruments_take_turns() -> None:
    palette = {"from": "kind", "palette": ["flute", "oboe"]}
    table = Table({"kind": [0, 1, 2]}, labels={"kind": KINDS})
    assert rows_by_instrument(compose(on({"instrument": palette}), table).score) == {"flute": [0, 2], "oboe": [1]}


def test_categories_turned_round() -> None:
    palette = {"from": "kind", "palette": ["flute", "oboe", "clarinet"], "invert": True}
    table = Table({"kind": [0, 1, 2]}, labels={"kind": KINDS})
    assert rows_by_instrument(compose(on({"instrument": palette}), table).score) == {
        "flute": [2],
        "oboe": [1],
        "clarinet": [0],
    }


def test_numbers_choose_by_equal_parts() -> None:
    palette = {"from": "a", "palette": ["flute", "oboe", "clarinet", "bassoon"]}
    table = Table({"a": [0, 24.9, 25.1, 50.1, 74.9, 75.1, 100, NAN]})
    assert rows_by_instrument(compose(on({"instrument": palette}), table).score) == {
        "flute": [0, 1, 7],
        "oboe": [2],
        "clarinet": [3, 4],
        "bassoon": [5, 6],
    }


@given(
    st.lists(st.one_of(st.floats(-10, 10), st.just(NAN)), max_size=30), st.integers(2, 5), st.booleans(), st.booleans()
)
def test_each_note_is_in_one_track(values: list[float], count: int, twice: bool, cut: bool) -> None:
    names = ["flute", "oboe", "flute" if twice else "clarinet", "bassoon", "celesta"][:count]
    piece = on({"name": "p", "instrument": {"from": "a", "palette": names}, "pan": {"from": "i"}})
    if cut and len(values) > 1:
        piece["section"] = [{"rows": [0, 1]}, {"rows": [1, len(values)]}]
    score = compose(piece, Table({"a": values, "i": np.arange(len(values))})).score
    assert sorted(row for track in score.tracks for row in track.notes["row"]) == list(range(len(values)))
    assert all(track.notes.size for track in score.tracks)  # those that play nothing are absent
    for track in score.tracks:
        assert track.name == f"p ({track.instrument})"


def test_every_instrument_of_a_palette_has_the_tracks_controllers() -> None:
    rules = {"instrument": {"from": "a", "palette": ["flute", "oboe"]}, "volume": {"from": "a", "curve": "step"}}
    score = compose(on({**rules, "duration": 1}), Table({"a": [0.0, 1.0]})).score
    assert [track.controls["value"].tolist() for track in score.tracks] == [[0, 1], [0, 1]]


def test_drums_in_a_palette_keep_their_channel() -> None:
    palette = {"from": "a", "palette": ["flute", "drums"]}
    score = compose(on({"instrument": palette, "pitch": 72}), Table({"a": [0.0, 1.0]})).score
    tracks = mido.MidiFile(file=io.BytesIO(encode_midi(score))).tracks[1:]
    assert [next(m.channel for m in track if m.type == "note_on") for track in tracks] == [0, 9]


def test_an_unnamed_palette_is_called_after_its_column() -> None:
    score = compose(on({"instrument": {"from": "a", "palette": ["flute", "oboe"]}}), Table({"a": [0.0]})).score
    assert [track.name for track in score.tracks] == ["a (oboe)"]  # a single value is the middle


def test_a_palette_of_a_column_that_is_lacking() -> None:
    with pytest.raises(InputError, match="no column is called 'b'") as caught:
        compose(on({"instrument": {"from": "b", "palette": ["flute", "oboe"]}}), Table({"a": [0.0]}))
    assert "instrument" in caught.value.faults[0].where


def test_notes_of_no_row_are_the_first_instruments_and_follow_no_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_rows(**_options: Any) -> Any:
        """Two notes of the role's own."""
        return notes([0, 1], 1.0, [60, 62], row=-1)

    monkeypatch.setitem(ROLES, "bass", without_rows)
    palette = {"from": "a", "palette": ["flute", "oboe"]}
    rules = {"role": "bass", "instrument": palette, "articulation": {"from": "a"}, "glide": {"from": "a"}}
    for values in ([0.0, 1.0], []):
        (track,) = compose(on(rules), Table({"a": values})).score.tracks
        assert track.instrument == "flute"
        assert track.notes["length"].tolist() == [1, 1]
        assert track.controls["value"].tolist() == [0]


# Targets


def test_onsets_place_each_row_and_last_until_the_next() -> None:
    table = Table({"t": [4.0, 0.0, NAN, 1.0], "a": [1.0, 2.0, 3.0, 4.0]})
    made = compose(on({"onset": {"from": "t", "range": [0, 8]}}), table).score.tracks[0].notes
    assert made["row"].tolist() == [1, 3, 0]
    assert made["start"].tolist() == [0, 2, 8]
    assert made["length"].tolist() == [2, 6, 0.5]


def test_onsets_in_seconds_follow_the_tempo() -> None:
    rules = {"onset": {"from": "t", "range": [0, 4], "unit": "s"}, "duration": 0.5, "delay": 1}
    piece = on(rules, tempo=[[0, 60], [2, 120]])
    made = compose(piece, Table({"t": [0.0, 2.0, 3.0, 4.0]})).score.tracks[0].notes
    assert made["start"] == pytest.approx([1, 3, 5, 7])


def test_octaves_are_whole_and_rounded() -> None:
    rules = {"pitch": 60, "octave": {"from": "a", "range": [-2, 2]}}
    made = compose(on(rules), Table({"a": [0.0, 1.1, 1.4, 2.0, 2.6, 2.8, 4.0, NAN]})).score.tracks[0].notes
    assert made["pitch"].tolist() == [36, 48, 48, 60, 72, 72, 84]
    assert made["row"].tolist() == list(range(7))


def test_articulation_shortens_what_sounds_but_not_the_time() -> None:
    rules = {"duration": 2, "articulation": {"from": "a", "range": [0.25, 1]}}
    made = compose(on(rules), Table({"a": [0.0, 1.0, NAN, 3.0]})).score.tracks[0].notes
    assert made["start"].tolist() == [0, 2, 4, 6]
    assert made["length"] == pytest.approx([0.5, 1, 2, 2])


@pytest.mark.parametrize("off", [False, "none"])
def test_pitches_may_lie_between_the_keys(off: Any) -> None:
    table = Table({"a": [0.0, 1.0, 3.0, 8.0]})
    rules = {"pitch": {"from": "a", "range": [60, 62], "snap": off, "scale": "C major"}}
    assert compose(on(rules), table).score.tracks[0].notes["pitch"].tolist() == [60, 60.25, 60.75, 62]


def test_glide_and_bend_are_not_asked_for_together() -> None:
    with pytest.raises(InputError, match="both move the pitch"):
        compose(on({"glide": 1, "bend": 1}), Table({"a": [1.0]}))


@pytest.mark.parametrize("snap", ["nearest", "none"])
def test_bend_and_pitch_together_are_what_the_file_sounds(snap: str) -> None:
    rules = {
        "duration": 1,
        "pitch": {"from": "a", "range": [55, 65], "snap": snap},
        "bend": {"from": "b", "range": [-1.5, 1.5], "curve": "step"},
    }
    rng = np.random.default_rng(2)
    table = Table({"a": rng.random(30), "b": rng.random(30)})
    score = compose(on(rules), table).score
    own = score.tracks[0].notes["pitch"]
    bend = -1.5 + 3 * (table["b"] - table["b"].min()) / np.ptp(table["b"])
    most, wheel, found = 2, dict.fromkeys(range(16), 0), []
    for message in mido.MidiFile(file=io.BytesIO(encode_midi(score))).tracks[1]:
        if message.type == "control_change" and message.control == 6:
            most = message.value
        if message.type == "pitchwheel":
            wheel[message.channel] = message.pitch
        if message.type == "note_on":
            found.append(message.note + wheel[message.channel] * most / 8192)
    assert found == pytest.approx(own + bend, abs=0.002)


# Tables of every kind, through everything at once

COLUMNS: dict[str, list[float]] = {
    "empty": [],
    "one row": [2.0],
    "one missing row": [NAN],
    "constant": [3.0] * 9,
    "all missing": [NAN] * 9,
    "infinite": [math.inf, -math.inf, 1.0, NAN, 2.0],
    "the largest doubles": [-1.7e308, 1.7e308, 1e308, 0.0],
    "the smallest": [5e-324, 0.0, 1e-320],
}


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("time", ["sequence", "index"])
@pytest.mark.parametrize("form", [[], [{"name": "A"}, {"split": {"name": "changes", "of": "a"}, "repeats": 2}]])
@pytest.mark.parametrize("indexed", [False, True])
def test_every_table_through_everything(kind: str, time: str, form: list[Raw], indexed: bool, tmp_path: Path) -> None:
    values = COLUMNS[kind]
    table = Table({"a": values}, index=values if indexed else None)
    everything = {
        name: {"from": "a"} for name in ("velocity", "pan", "octave", "articulation", "volume", "glide", "expression")
    }
    piece = on(
        {
            **everything,
            "time": time,
            "pitch": {"from": "a", "snap": False, "range": [60, 72]},
            "instrument": {"from": "a", "palette": ["flute", "oboe"]},
        },
        {"onset": {"from": "a"}, "bend": {"from": "a"}, "instrument": "violin"},
        {"rows": {"name": "above", "of": "a", "value": 1e307}, "pitch": {"from": "a"}},
        tempo={"from": "a"},
        section=form,
        legend=True,
        ending=["fade", "ritardando"],
        marker=[{"text": "{a}", "rows": {"name": "minima", "of": "a"}}],
    )
    if not indexed or kind != "the largest doubles":  # no zeros are known so far up
        piece["marker"].append({"text": "z", "at": "zeros"})
    if form and not values:
        with pytest.raises(InputError, match="there are no rows") as caught:
            compose(piece, table)
        assert len(caught.value.faults) == 1
        return
    made = compose(piece, table)
    for track in made.score.tracks:
        assert all(np.isfinite(track.notes[name]).all() for name in ("start", "length", "pitch", "velocity", "pan"))
        assert np.isfinite(track.controls["value"]).all() and np.isfinite(track.controls["start"]).all()
        assert (track.notes["length"] > 0).all() and (track.notes["start"] >= 0).all()
    files = export(made, tmp_path, "x", ["mid", "csv"])
    played = [m for track in mido.MidiFile(files[0]).tracks for m in track if m.type == "note_on"]
    assert bool(played) == any(track.notes.size for track in made.score.tracks)
    for row in fidelity(made.piece, made.table, made.score):
        assert row.spearman is None or -1 <= row.spearman <= 1
        assert row.rows_heard <= row.rows


def test_rows_that_no_section_has_sound_in_none() -> None:
    rows = {"name": "above", "of": "a", "value": 10}
    for legend in (False, True):
        piece = on({"pitch": {"from": "a"}, "rows": rows}, section=[{}, {"repeats": 2}], legend=legend, tempo=70)
        score = compose(piece, Table({"a": [1.0, 2.0]})).score
        assert score.end == 0 and score.tempo.changes == ((0, 70),)


def test_a_counter_melody_against_a_track_that_is_silent_here() -> None:
    raw = {
        "key": "C major",
        "track": [
            {"name": "lead", "pitch": {"from": "a"}},
            {"name": "other", "role": {"name": "counter", "against": "lead"}, "pitch": {"from": "a"}},
            {"name": "reply", "role": {"name": "answer", "to": "lead"}, "pitch": {"from": "a"}},
        ],
        "section": [{"tracks": ["other", "reply"]}],
    }
    made = compose(raw, Table({"a": [1.0, 2.0, 3.0]}))
    assert [track.name for track in made.score.tracks] == ["other", "reply"]
    assert made.score.tracks[0].notes.size == 3  # it has nothing to keep to
