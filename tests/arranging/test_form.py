"""The form: sections play their rows, one after another, in whole bars, each with its own tempo and tracks."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.arranging.form import Stretch, joined, passages
from composer.composition import compose
from composer.errors import InputError
from composer.mapping.metre import bar_length
from composer.piece.model import piece_of
from composer.score import CONTROL, Marker, Meter, Score, Track, notes
from composer.table import Table
from composer.units import TempoMap

Raw = dict[str, Any]
BARS = {"4/4": 4.0, "3/4": 3.0, "6/8": 3.0, "7/8": 3.5, "5/16": 1.25, "2/2": 4.0}
TABLE = Table({"a": [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0]})


def on(*tracks: Raw, **settings: Any) -> Raw:
    """Return a piece of these tracks, without a source."""
    return {"track": list(tracks), **settings}


def rows_played(score: Score, track: int = 0) -> list[int]:
    """Return the rows of a track's notes, in order."""
    return [int(row) for row in score.tracks[track].notes["row"]]


def seconds_by_hand(changes: list[tuple[float, float]], beat: float) -> float:
    """Return when a beat is, summed change by change."""
    total = 0.0
    for (begin, bpm), end in zip(changes, [*(at for at, _ in changes[1:]), float("inf")], strict=True):
        if beat > begin:
            total += (min(beat, end) - begin) * 60 / bpm
    return total


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (None, range(10)),
        ([0, 3], range(3)),
        ([4, 6], range(4, 6)),
        ([-3, 10], range(7, 10)),
        ([-3, -1], range(7, 9)),
        ([0, 99], range(10)),
        ([-99, 2], range(2)),
    ],
)
def test_a_section_plays_its_rows_alone(rows: list[int] | None, expected: range) -> None:
    section = {} if rows is None else {"rows": rows}
    assert rows_played(compose(on({}, section=[section]), TABLE).score) == list(expected)


@pytest.mark.parametrize("rows", [[3, 3], [5, 2], [-1, -3], [20, 30]])
def test_a_section_without_rows_is_told_as_it_was_written(rows: list[int]) -> None:
    with pytest.raises(InputError, match=f"there are no rows from {rows[0]} to {rows[1]}") as caught:
        compose(on({}, section=[{}, {"rows": rows}]), TABLE)
    assert [fault.where for fault in caught.value.faults] == ["section[1].rows"]
    assert "the table has 10" in caught.value.faults[0].remedy


def test_a_section_of_an_empty_table_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match="there are no rows") as caught:
        compose(on({}, section=[{"name": "a"}]), Table({"a": []}))
    assert len(caught.value.faults) == 1


def test_a_split_begins_anew_where_the_category_changes() -> None:
    kinds = [0, 0, 1, 1, 1, 0, 2, 2]
    table = Table({"kind": kinds, "a": np.arange(8.0)}, labels={"kind": ("x", "y", "z")})
    piece = on({"duration": 1}, section=[{"name": "part", "rows": [1, 8], "split": {"name": "changes", "of": "kind"}}])
    score = compose(piece, table).score
    assert rows_played(score) == [1, 2, 3, 4, 5, 6, 7]
    assert score.tracks[0].notes["start"].tolist() == [0, 4, 5, 6, 8, 12, 13]  # each stretch on a bar of its own
    assert [(m.beat, m.text) for m in score.markers] == [(0, "part 1"), (4, "part 2"), (8, "part 3"), (12, "part 4")]


def test_a_split_without_cuts_is_one_stretch_with_the_plain_name() -> None:
    piece = on({}, section=[{"name": "all", "split": {"name": "above", "of": "a", "value": 100}}])
    assert [marker.text for marker in compose(piece, TABLE).score.markers] == ["all"]


def test_a_fault_in_a_split_is_placed() -> None:
    with pytest.raises(InputError, match="holds no categories") as caught:
        compose(on({}, section=[{"split": {"name": "labelled", "of": "a", "label": "x"}}]), TABLE)
    assert caught.value.faults[0].where == "section[0].split"


@pytest.mark.parametrize(("meter", "bar"), BARS.items())
def test_repeats_are_the_same_notes_whole_bars_later(meter: str, bar: float) -> None:
    rules = {
        "pitch": {"from": "a"},
        "duration": {"from": "a", "range": [0.3, 0.7]},
        "velocity": {"from": "a"},
        "pan": {"from": "a"},
    }
    score = compose(on(rules, meter=meter, section=[{"name": "v", "repeats": 3}]), TABLE).score
    made = score.tracks[0].notes.reshape(3, 10)
    over = float((made[0]["start"] + made[0]["length"]).max())
    moved = -(-over // bar) * bar
    for k in range(3):
        assert made[k]["start"] == pytest.approx(made[0]["start"] + k * moved, abs=1e-9)
        for name in ("length", "pitch", "velocity", "pan", "row"):
            assert (made[k][name] == made[0][name]).all()
    assert [marker.beat for marker in score.markers] == [0, moved, 2 * moved]


@pytest.mark.parametrize(("meter", "bar"), BARS.items())
def test_each_section_begins_with_a_bar(meter: str, bar: float) -> None:
    sections = [{"name": "x", "rows": [0, k]} for k in (1, 3, 8, 5)]
    score = compose(on({"duration": 0.5}, meter=meter, section=sections), TABLE).score
    begins = [0.0]
    for k in (1, 3, 8):
        begins.append(begins[-1] + -(-k * 0.5 // bar) * bar)
    assert [marker.beat for marker in score.markers] == begins
    assert bar_length(Meter(*map(int, meter.split("/")))) == bar


def test_a_section_that_fills_its_bars_leaves_none_empty() -> None:
    # Thirty tenths are three beats, but for the rounding: no further bar of 3/4 may open.
    table = Table({"a": np.zeros(30)})
    score = compose(on({"duration": 0.1}, meter="3/4", section=[{"repeats": 4}]), table).score
    assert score.tracks[0].notes["start"][::30] == pytest.approx([0, 3, 6, 9], abs=1e-9)


def test_tempi_land_at_their_sections_beats_and_repeat_nothing() -> None:
    sections = [
        {"rows": [0, 8], "tempo": [[0, 60], [2, 90], [50, 200]]},  # four beats: beat 50 never comes
        {"rows": [0, 3]},
        {"rows": [0, 3], "tempo": 100},
        {"rows": [0, 3], "tempo": [[0, 100], [1, 100], [2, 40]]},
    ]
    score = compose(on({}, tempo=100, section=sections), TABLE).score
    assert score.tempo.changes == ((0, 60), (2, 90), (4, 100), (14, 40))


def test_without_sections_the_tempo_stays_as_it_was_written() -> None:
    score = compose(on({}, tempo=[[0, 60], [400, 90]]), TABLE).score
    assert score.tempo.changes == ((0, 60), (400, 90))


def test_the_seconds_of_sections_add_up() -> None:
    sections = [{"rows": [0, 7], "tempo": [[0, 61], [1.5, 97]]}, {"tempo": 133, "repeats": 2}, {"rows": [2, 5]}]
    one = {"duration": {"from": "a", "range": [0.25, 1.5], "unit": "s"}, "grid": "1/16"}
    score = compose(on(one, tempo=77, meter="7/8", section=sections), TABLE).score
    changes = list(score.tempo.changes)
    for note in score.tracks[0].notes:
        assert float(score.tempo.seconds(note["start"])) == pytest.approx(seconds_by_hand(changes, note["start"]))
    # Each section alone lasts its share: whole bars at its own tempo.
    begins = [0.0]
    for section in [sections[0], {"tempo": 133}, {"tempo": 133}]:
        alone = compose(on(one, tempo=77, meter="7/8", section=[section]), TABLE).score
        bars = -(-alone.end // 3.5) * 3.5
        begins.append(begins[-1] + seconds_by_hand(list(alone.tempo.changes), bars))
    firsts = [score.tracks[0].notes["start"][k] for k in (0, 7, 17, 27)]
    assert [seconds_by_hand(changes, first) for first in firsts] == pytest.approx(begins)


def test_durations_in_seconds_hold_at_every_sections_tempo() -> None:
    sections = [{"rows": [0, 3], "tempo": [[0, 60], [1, 120]]}, {"tempo": 240}]
    score = compose(on({"duration": {"value": 0.4, "unit": "s"}}, section=sections), TABLE).score
    made, changes = score.tracks[0].notes, list(score.tempo.changes)
    begin = np.array([seconds_by_hand(changes, at) for at in made["start"]])
    over = np.array([seconds_by_hand(changes, at) for at in made["start"] + made["length"]])
    assert over - begin == pytest.approx(np.full(13, 0.4))


def test_tracks_that_do_not_play_are_silent() -> None:
    sections = [{"tracks": ["x"]}, {"tracks": ["y"], "rows": [2, 4]}, {}]
    score = compose(on({"name": "x"}, {"name": "y"}, section=sections), TABLE).score
    assert [track.name for track in score.tracks] == ["x", "y"]
    assert rows_played(score, 0) == [*range(10), *range(10)]
    assert rows_played(score, 1) == [2, 3, *range(10)]
    assert score.tracks[1].notes["start"][0] == 8
    assert score.tracks[0].notes["start"][10] == 12


def test_a_track_that_never_plays_is_no_track() -> None:
    score = compose(on({"name": "x"}, {"name": "y"}, section=[{"tracks": ["y"]}]), TABLE).score
    assert [track.name for track in score.tracks] == ["y"]


def test_tracks_stand_in_the_pieces_order_whoever_begins() -> None:
    sections = [{"tracks": ["c"]}, {"tracks": ["b"]}, {}]
    score = compose(on({"name": "a"}, {"name": "b"}, {"name": "c"}, section=sections), TABLE).score
    assert [track.name for track in score.tracks] == ["a", "b", "c"]


def test_tracks_of_one_name_stay_apart() -> None:
    same = {"name": "x", "pitch": 60}, {"name": "y", "pitch": 61}, {"name": "x", "pitch": 62}
    for sections in ([], [{}, {"tracks": ["x"]}, {"tracks": ["y"]}]):
        score = compose(on(*same, section=sections), TABLE).score
        assert [track.name for track in score.tracks] == ["x", "y", "x"]
        assert [set(track.notes["pitch"]) for track in score.tracks] == [{60}, {61}, {62}]
        for track in score.tracks:
            assert (np.diff(track.notes["start"]) >= 0).all()


def test_a_silent_track_keeps_the_time_of_those_that_follow_it() -> None:
    lead = {"name": "lead", "duration": {"from": "a", "range": [1, 3]}}
    other = {"name": "other", "time": {"name": "follow", "track": "lead"}}
    whole, alone = (compose(on(lead, other, section=[section]), TABLE).score for section in ({}, {"tracks": ["other"]}))
    assert [track.name for track in alone.tracks] == ["other"]
    assert (alone.tracks[0].notes == whole.tracks[1].notes).all()


def test_a_silent_tracks_end_does_not_hold_up_the_next_section() -> None:
    long, short = {"name": "long", "duration": 8}, {"name": "short", "duration": 0.25}
    score = compose(on(long, short, section=[{"rows": [0, 2], "tracks": ["short"]}, {}]), TABLE).score
    assert score.tracks[0].notes["start"][0] == 4


def test_values_are_scaled_over_the_whole_table() -> None:
    rules = {name: {"from": "a"} for name in ("pitch", "velocity", "pan", "duration")}
    whole = compose(on(rules), TABLE).score.tracks[0].notes
    part = compose(on(rules, section=[{"rows": [6, 9]}]), TABLE).score.tracks[0].notes
    assert part["row"].tolist() == [6, 7, 8]
    for name in ("pitch", "velocity", "pan", "length"):
        assert part[name].tolist() == whole[name][6:9].tolist()


def test_selected_rows_are_those_of_the_whole_table() -> None:
    piece = on({"rows": {"name": "records", "of": "a"}}, section=[{"rows": [5, 10]}, {"rows": [0, 4]}])
    assert rows_played(compose(piece, TABLE).score) == [5, 2]  # not row 7, a record of its section alone


def test_the_index_places_notes_within_their_section() -> None:
    table = Table({"a": np.arange(8.0)}, index=[0, 1, 2, 3, 10, 20, 40, 50])
    piece = on({"time": {"name": "index", "length": 16}}, section=[{"rows": [0, 4]}, {"rows": [4, 8]}])
    made = compose(piece, table).score.tracks[0].notes
    # Each four rows take sixteen beats of their own, the last a quarter of them.
    assert made["start"] == pytest.approx([0, 4, 8, 12, 16, 16 + 3, 16 + 9, 16 + 12])
    assert made["length"] == pytest.approx([4, 4, 4, 4, 3, 6, 3, 4])


def test_a_follower_keeps_its_leaders_time_in_every_section() -> None:
    lead = {"name": "lead", "duration": {"from": "a", "range": [0.5, 2]}}
    other = {"rows": {"name": "every", "nth": 3}, "time": {"name": "follow", "track": "lead"}}
    score = compose(on(lead, other, section=[{"rows": [0, 5]}, {"rows": [5, 10]}, {}]), TABLE).score
    first, second = (track.notes for track in score.tracks)
    at = {}
    for note in first:  # by section: rows begin again
        at.setdefault(int(note["row"]), []).append(float(note["start"]))
    expected = sorted(moment for row in (0, 3, 6, 9) for moment in at[row])
    assert second["start"].tolist() == expected


def test_onsets_count_from_the_start_of_their_section() -> None:
    piece = on({"onset": {"from": "index", "range": [0, 9]}}, section=[{"rows": [0, 5]}, {"rows": [2, 4]}])
    made = compose(piece, TABLE).score.tracks[0].notes
    assert made["start"].tolist() == [0, 1, 2, 3, 4, 8 + 2, 8 + 3]


def test_markers_of_rows_and_beats_find_their_sections() -> None:
    sections = [{"name": "A", "rows": [0, 4]}, {"name": "B", "rows": [4, 8]}, {"rows": [3, 7]}]
    marks = [
        {"text": "peak {a}", "rows": {"name": "above", "of": "a", "value": 4.5}},
        {"text": "five", "at": 5},
    ]
    score = compose(on({"duration": 1}, section=sections, marker=marks), TABLE).score
    assert [(m.beat, m.text) for m in score.markers] == [
        (0, "A"),
        (4, "B"),
        (4, "peak 5"),
        (5, "peak 9"),
        (5, "five"),
        (7, "peak 6"),
        (9, "peak 5"),
        (10, "peak 9"),
    ]


def test_markers_of_a_track_that_is_silent_are_left_out() -> None:
    marks = [{"text": "m", "rows": {"name": "above", "of": "a", "value": 8}, "follow": "x"}]
    sections = [{"tracks": ["y"]}, {}]
    score = compose(on({"name": "x", "duration": 1}, {"name": "y"}, section=sections, marker=marks), TABLE).score
    assert [(m.beat, m.text) for m in score.markers] == [(8 + 5, "m")]


def test_markers_say_dates_and_labels_as_such() -> None:
    table = Table(
        {"kind": [0.0, 1.0], "when": [0.0, 86400.0]}, labels={"kind": ("dry", "wet")}, dates=frozenset({"when"})
    )
    piece = on({}, marker=[{"text": "{kind} {when} {index:.1f}", "rows": "every"}])
    assert [m.text for m in compose(piece, table).score.markers] == ["dry 1970-01-01 0.0", "wet 1970-01-02 1.0"]


def test_markers_at_the_zeros_lie_between_their_rows() -> None:
    # The first zero of zeta above the real axis is at 14.134725.
    table = Table({"a": np.arange(11.0)}, index=np.linspace(10, 20, 11))
    piece = on({"duration": 1}, section=[{"rows": [3, 11]}], marker=[{"text": "{index:.6f}", "at": "zeros"}])
    (marker,) = compose(piece, table).score.markers
    assert marker.beat == pytest.approx(1.134725, abs=1e-6)
    assert marker.text == "14.134725"
    parted = on({"duration": 1}, section=[{"rows": [0, 5]}, {"rows": [5, 11]}], marker=[{"text": "z", "at": "zeros"}])
    (marker,) = compose(parted, table).score.markers
    assert marker.beat == 4  # after row 4, the last of its section
    out = on({}, section=[{"rows": [0, 3]}], marker=[{"text": "z", "at": "zeros"}])
    assert compose(out, table).score.markers == ()


def test_the_same_seed_gives_the_same_music() -> None:
    piece = on(
        {"pitch": {"from": "value"}, "volume": {"from": "value"}},
        seed=5,
        source={"function": "noise", "points": 40},
        section=[{"repeats": 2}, {"split": {"name": "crossings", "of": "value"}}],
        legend=True,
        ending=["fade", "ritardando"],
    )
    first, second = compose(piece).score, compose(piece).score
    for one, other in zip(first.tracks, second.tracks, strict=True):
        assert (one.notes == other.notes).all() and (one.controls == other.controls).all()
    assert (first.tempo, first.markers) == (second.tempo, second.markers)
    changed = compose({**piece, "seed": 6}).score
    assert not np.array_equal(changed.tracks[0].notes["pitch"], first.tracks[0].notes["pitch"])


def test_automation_moves_with_its_section() -> None:
    rules = {"duration": 1, "volume": {"from": "a", "range": [0, 1], "curve": "step"}}
    score = compose(on(rules, section=[{"rows": [0, 2]}, {"rows": [4, 6]}]), TABLE).score
    made = score.tracks[0].controls
    assert made["start"].tolist() == [0, 1, 4, 5]
    assert made["value"].tolist() == [0.25, 0, 0.5, 1]


SECTION = st.fixed_dictionaries(
    {"rows": st.tuples(st.integers(0, 6), st.integers(7, 10))},
    optional={
        "repeats": st.integers(1, 3),
        "tempo": st.sampled_from([60, 90, ((0, 80), (1, 120), (6, 80))]),
        "split": st.just({"name": "minima", "of": "a"}),
        "tracks": st.sampled_from([["x"], ["y"], ["x", "y"]]),
    },
)


@given(st.lists(SECTION, min_size=1, max_size=5), st.sampled_from(list(BARS)), st.booleans())
def test_any_form_keeps_its_rows_in_order_and_its_tempi_rising(sections: list[Raw], meter: str, opened: bool) -> None:
    x = {"name": "x", "pitch": {"from": "a"}, "duration": {"from": "a", "range": [0.3, 1.1]}}
    piece = on(x, {"name": "y"}, section=sections, meter=meter, legend=opened)
    score = compose(piece, TABLE).score
    beats = [beat for beat, _ in score.tempo.changes]
    assert beats == sorted(set(beats)) and beats[0] == 0
    tempi = [bpm for _, bpm in score.tempo.changes]
    assert all(a != b for a, b in itertools.pairwise(tempi))
    for name in ("x", "y"):
        expected = [1, 9, 5] if opened and name == "x" else []  # the legend: of ten values the fifth is the middle
        for section in sections:
            if name in section.get("tracks", ["x", "y"]):
                expected += list(range(*section["rows"])) * (1 if "split" in section else section.get("repeats", 1))
        made = [track for track in score.tracks if track.name == name]
        if not any("split" in section and section.get("repeats", 1) > 1 for section in sections):
            assert [int(row) for track in made for row in track.notes["row"]] == expected
        for track in made:
            assert (np.diff(track.notes["start"]) > 0).all()


# joined, by itself


def part(*starts: float, end: float = 1.0, tempo: tuple[tuple[float, float], ...] = ((0.0, 120.0),)) -> Stretch:
    """Return a stretch of one track with short notes."""
    controls = np.array([(0.0, "volume", 0.5)], CONTROL)
    track = Track("t", "flute", notes(list(starts), 0.25, 60), controls)
    return Stretch({(0, 0): track}, TempoMap(tempo), end, (Marker(1, "m"),))


def test_joined_stretches_follow_in_whole_bars() -> None:
    score = joined([part(0, 1, end=1.25), part(0.5, end=6.5), part(0)], Meter(3, 4))
    assert score.tracks[0].notes["start"].tolist() == [0, 1, 3.5, 12]
    assert score.tracks[0].controls["start"].tolist() == [0, 3, 12]
    assert [marker.beat for marker in score.markers] == [1, 4, 13]


def test_joining_leaves_what_it_joins_alone() -> None:
    first, second = part(0, 1, end=2), part(0, end=2)
    joined([first, second], Meter())
    assert second.tracks[0, 0].notes["start"].tolist() == [0]
    assert second.tracks[0, 0].controls["start"].tolist() == [0]


def test_stretches_that_take_no_time_leave_a_tempo() -> None:
    nothing = [Stretch({}, TempoMap(((0.0, bpm),)), 0.0) for bpm in (70.0, 80.0)]
    assert joined(nothing, Meter()).tempo.changes == ((0, 70),)
    assert joined([nothing[0], part(0, tempo=((0, 90),))], Meter()).tempo.changes == ((0, 90),)


def test_passages_know_their_rows_and_names() -> None:
    piece = piece_of(
        on({"name": "x"}, section=[{"name": "p", "rows": [2, 6], "tracks": ["x"]}, {"repeats": 2}]), TABLE.names
    )
    found = passages(piece, TABLE)
    assert [np.flatnonzero(p.within).tolist() for p in found] == [[2, 3, 4, 5], list(range(10)), list(range(10))]
    assert [p.name for p in found] == ["p", "", ""]
    assert [p.plays("y") for p in found] == [False, True, True]
    assert found[0].of(np.array([0, 3, 5, 9])).tolist() == [3, 5]
