"""The legend: the least, middle and greatest value of a mapping, said and played before the piece begins."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.composition import compose
from composer.errors import InputError
from composer.score import Score
from composer.table import Table

Raw = dict[str, Any]
NAN = math.nan
RISE = {"name": "x", "duration": 1, "pitch": {"from": "a", "scale": "C major", "range": ["C4", "C6"]}}


def opened(table: Table, *tracks: Raw, legend: Any = True, **settings: Any) -> tuple[Score, Score]:
    """Return a piece's score with its legend, and without."""
    piece = {"track": list(tracks), **settings}
    return compose({**piece, "legend": legend}, table).score, compose(piece, table).score


def said(score: Score) -> list[tuple[float, str]]:
    """Return a score's markers."""
    return [(marker.beat, marker.text) for marker in score.markers]


def test_the_legend_plays_least_middle_and_greatest_in_order() -> None:
    table = Table({"a": [5.0, 9.0, 1.0, 3.0, 7.0]})
    score, plain = opened(table, RISE)
    first = score.tracks[0].notes[:3]
    assert first["row"].tolist() == [2, 0, 1]
    assert first["start"].tolist() == [0, 1, 2]
    assert first["length"].tolist() == [1, 1, 1]
    assert first["pitch"].tolist() == [60, 72, 84]
    assert said(score) == [(0, "lowest a: 1"), (1, "middle a: 5"), (2, "highest a: 9")]
    rest = score.tracks[0].notes[3:]
    assert rest["start"].tolist() == (plain.tracks[0].notes["start"] + 4).tolist()
    for name in ("length", "pitch", "velocity", "pan", "row"):
        assert rest[name].tolist() == plain.tracks[0].notes[name].tolist()


@given(st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(NAN)), min_size=1, max_size=30), st.booleans())
def test_the_legends_pitches_are_the_mappings_own(values: list[float], turned: bool) -> None:
    rule = {**RISE, "pitch": {**RISE["pitch"], "invert": turned}}
    score, plain = opened(Table({"a": values}), rule)
    known = sorted(value for value in values if not math.isnan(value))
    if not known:
        assert score.end == plain.end == 0 and score.markers == ()
        return
    own = {int(note["row"]): float(note["pitch"]) for note in plain.tracks[0].notes}
    first = score.tracks[0].notes[:3]
    assert [values[row] for row in first["row"]] == [known[0], known[(len(known) - 1) // 2], known[-1]]
    assert first["pitch"].tolist() == [own[int(row)] for row in first["row"]]
    assert (np.diff(first["pitch"]) * (-1 if turned else 1) >= 0).all()


@pytest.mark.parametrize(
    ("meter", "beats", "bars"),
    [("4/4", 1, 4), ("3/4", 1, 6), ("6/8", 0.5, 3), ("7/8", 1, 7), ("4/4", 4, 16), ("4/4", 0.25, 4), ("3/4", 0.75, 3)],
)
def test_the_legend_takes_whole_bars_with_a_rest_after_it(meter: str, beats: float, bars: float) -> None:
    score, _ = opened(Table({"a": [1.0, 2.0, 3.0]}), RISE, legend={"beats": beats}, meter=meter)
    made = score.tracks[0].notes
    assert made["start"][:3].tolist() == [0, beats, 2 * beats]
    assert made["length"][:3].tolist() == [beats] * 3
    assert made["start"][3] == bars
    assert bars >= 4 * beats


def test_the_first_track_that_follows_a_column_is_taught_or_those_that_are_named() -> None:
    table = Table({"a": [1.0, 2.0, 3.0], "b": [30.0, 10.0, 20.0]})
    tracks = ({"name": "fixed"}, RISE, {"name": "y", "pitch": {"from": "b"}, "duration": 1})
    score, _ = opened(table, *tracks)
    assert [track.name for track in score.tracks] == ["fixed", "x", "y"]
    assert [text for _, text in said(score)] == ["lowest a: 1", "middle a: 2", "highest a: 3"]
    assert [track.notes["start"][0] for track in score.tracks] == [4, 0, 4]
    score, _ = opened(table, *tracks, legend={"tracks": ["y", "x"]})
    assert [beat for beat, _ in said(score)] == [0, 1, 2, 4, 5, 6]  # one after the other, in the piece's order
    assert said(score)[3] == (4, "lowest b: 10")
    assert score.tracks[0].notes["start"][0] == 8


def test_a_track_that_follows_no_column_cannot_be_taught() -> None:
    with pytest.raises(InputError, match="pitch of 'z' follows no column") as caught:
        opened(Table({"a": [1.0]}), RISE, {"name": "z"}, legend={"tracks": ["z"]})
    assert caught.value.faults[0].where == "legend.tracks"
    assert opened(Table({"a": [1.0]}), {"name": "z"})[0].markers == ()


def test_the_legend_teaches_the_rows_that_the_track_plays() -> None:
    rows = {"name": "below", "of": "a", "value": 6}
    score, _ = opened(Table({"a": [9.0, 2.0, 4.0, 3.0]}), {**RISE, "rows": rows})
    assert [text for _, text in said(score)] == ["lowest a: 2", "middle a: 3", "highest a: 4"]


def test_the_legend_says_dates_and_labels() -> None:
    table = Table(
        {"kind": [1.0, 0.0, 2.0], "when": [86400.0, 0.0, 86400.5]},
        labels={"kind": ("dry", "wet", "snow")},
        dates=frozenset({"when"}),
    )
    tracks = {"name": "k", "pitch": {"from": "kind"}}, {"name": "w", "pitch": {"from": "when"}}
    score, _ = opened(table, *tracks, legend={"tracks": ["k", "w"]})
    assert [text for _, text in said(score)] == [
        "lowest kind: dry",
        "middle kind: wet",
        "highest kind: snow",
        "lowest when: 1970-01-01",
        "middle when: 1970-01-02",
        "highest when: 1970-01-02 00:00:00.500",
    ]


def test_the_index_is_taught_too() -> None:
    table = Table({"a": [1.0, 2.0]}, index=[0.0, 86400.0], dates=frozenset({"index"}))
    score, _ = opened(table, {"pitch": {"from": "index"}})
    assert next(text for _, text in said(score)) == "lowest index: 1970-01-01"


def test_fixed_markers_come_after_the_legend_and_rows_find_theirs() -> None:
    table = Table({"a": [1.0, 2.0, 3.0]})
    marks = [{"text": "one", "at": 1}, {"text": "row {a}", "rows": {"name": "above", "of": "a", "value": 2.5}}]
    score, _ = opened(table, RISE, marker=marks, section=[{"name": "A"}])
    assert said(score)[3:] == [(4, "A"), (5, "one"), (6, "row 3")]


def test_the_legend_is_heard_at_the_pieces_first_tempo() -> None:
    score, _ = opened(Table({"a": [1.0, 2.0]}), RISE, tempo=[[0, 60], [1, 90]])
    assert score.tempo.changes == ((0, 60), (5, 90))


def test_a_legend_of_nothing_takes_no_time() -> None:
    for values in ([], [NAN, NAN]):
        score, _ = opened(Table({"a": values}), RISE, marker=[{"text": "m", "at": 2}])
        assert said(score) == [(2, "m")]


def test_a_palettes_legend_is_played_by_the_instrument_of_its_row() -> None:
    palette = {"from": "b", "palette": ["flute", "oboe"]}
    table = Table({"a": [1.0, 2.0, 3.0], "b": [9.0, 0.0, 0.0]})
    score, _ = opened(table, {**RISE, "instrument": palette})
    oboe = next(track for track in score.tracks if track.instrument == "oboe")
    assert oboe.notes["start"].tolist() == [0, 1, 2, 4]
