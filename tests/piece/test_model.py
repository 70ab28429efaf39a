"""Every fault of a piece is told: its path as the user wrote it, the value, and the remedy; all in one error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from composer.errors import Fault, InputError
from composer.piece.model import Piece, piece_of, source_of
from composer.piece.rule import PitchRule
from composer.piece.sections import settings_of

Raw = dict[str, Any]


def track(**settings: Any) -> Raw:
    """Return a piece on noise whose one track `a` has these settings."""
    return {"source": {"function": "noise", "points": 20}, "track": [{"name": "a", **settings}]}


def piece(**settings: Any) -> Raw:
    """Return a piece on noise with these settings of the piece itself."""
    return {**track(), **settings}


def source(function: str = "eta", **settings: Any) -> Raw:
    """Return a piece on a function with these settings."""
    return {"source": {"function": function, **settings}, "track": [{}]}


def pitch(**settings: Any) -> Raw:
    """Return a piece with a pitch rule on the noise's column."""
    return track(pitch={"from": "value", **settings})


def velocity(**settings: Any) -> Raw:
    """Return a piece with a velocity rule on the noise's column."""
    return track(velocity={"from": "value", **settings})


def marker(**settings: Any) -> Raw:
    """Return a piece with one marker."""
    return piece(marker=[settings])


def faults(raw: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with a piece."""
    with pytest.raises(InputError) as caught:
        piece_of(raw)
    return list(caught.value.faults)


# (the piece, the fault's path, words of the message, words of the remedy)
MISSPELT: list[tuple[Raw, str, str, str]] = [
    (source("etaa"), "source", "no function is called 'etaa'", "did you mean 'eta' or 'zeta'?"),
    (piece(source="etaa"), "source", "'etaa'", "'eta'"),
    (piece(source={"function": 3}), "source", "no function is called 3", "logistic_map"),
    (piece(source={"function": [1]}), "source", "no function is called [1]", "logistic_map"),
    (piece(source={"points": 3}), "source", "it lacks `function`", 'add function = "'),
    (track(pitch={"from": "valu"}), "track[0].pitch.from", "no column is called 'valu'", "'value'"),
    (track(rows={"name": "minima", "of": "valu"}), "track[0].rows.of", "column", "'value'"),
    (marker(text="x", rows={"name": "minima", "of": "valu"}), "marker[0].rows.of", "column", "'value'"),
    (marker(text="{valu:.2f}", rows="every"), "marker[0].text", "no column is called 'valu'", "'value'"),
    (pitch(scale="D doriann"), "track[0].pitch.scale", "no scale is called 'doriann'", "'dorian'"),
    (piece(key="D doriann"), "key", "no scale is called 'doriann'", "'dorian'"),
    (track(instrument="viberphone"), "track[0].instrument", "'viberphone'", "'vibraphone'"),
    (track(pitc=60), "track[0].pitc", "no setting is called 'pitc'", "'pitch'"),
    (track(pitch={"form": "value"}), "track[0].pitch.form", "no setting is called 'form'", "'from'"),
    (pitch(via={"name": "zscore", "limt": 2}), "track[0].pitch.via.limt", "'limt'", "'limit'"),
    (pitch(via=["linear", {"name": "multiply", "bye": 1}]), "track[0].pitch.via[1].bye", "'bye'", "'by'"),
    (pitch(via="logg"), "track[0].pitch.via", "no scaler or transform is called 'logg'", "'log'"),
    (pitch(via=["linear", "powr"]), "track[0].pitch.via[1]", "'powr'", "'power'"),
    (track(rows="evry"), "track[0].rows", "no selection of rows is called 'evry'", "'every'"),
    (track(rows={"name": "every", "nht": 2}), "track[0].rows.nht", "'nht'", "'nth'"),
    (track(time="sequenc"), "track[0].time", "no timing is called 'sequenc'", "'sequence'"),
    (track(time={"name": "index", "lenght": 3}), "track[0].time.lenght", "'lenght'", "'length'"),
    (track(time={"name": "index", "length_unit": "sec"}), "track[0].time.length_unit", "'sec'", "'beats' or 's'"),
    (source(sgima=1), "source.sgima", "no setting is called 'sgima'", "'sigma'"),
    (piece(sound={"engin": "sine"}), "sound.engin", "'engin'", "'engine'"),
    (piece(sound={"engine": "sien"}), "sound.engine", "'sien'", "'sine'"),
    (piece(wav={"encoding": "mp3"}), "wav.encoding", "'mp3'", "'pcm16'"),
    (piece(mid={"pqq": 1}), "mid.pqq", "'pqq'", "'ppq'"),
    (piece(midi={"ppq": 960}), "midi", "'midi'", "'mid'"),
    (piece(titel="x"), "titel", "'titel'", "'title'"),
    (piece(tracks=[]), "tracks", "'tracks'", "'track'"),
    (marker(text="x", at=1, fllow="a"), "marker[0].fllow", "'fllow'", "'follow'"),
    (pitch(snap="nearst"), "track[0].pitch.snap", "'nearst'", "'nearest'"),
    (pitch(unit="hz"), "track[0].pitch.unit", "'hz'", "'midi'"),
    (velocity(unit="decibel"), "track[0].velocity.unit", "'decibel'", "'db'"),
    (pitch(over="row"), "track[0].pitch.over", "'row'", "'rows'"),
    (velocity(scale="D dorian"), "track[0].velocity.scale", "no setting is called 'scale'", ""),
]

RANGES: list[tuple[Raw, str, str, str]] = [
    (pitch(range=["C6", "C4"]), "track[0].pitch.range", "['C6', 'C4'] is reversed", "invert = true"),
    (pitch(range=["C4", "C4"]), "track[0].pitch.range", "['C4', 'C4'] is empty", "lower end first"),
    (pitch(range=["C4", "H4"]), "track[0].pitch.range", "'H4' is not a note name", "C4"),
    (pitch(range=["C4"]), "track[0].pitch.range[1]", "missing", "add it"),
    (pitch(range=[1, 2, 3]), "track[0].pitch.range", "3 entries", "at most 2"),
    (pitch(range="C4"), "track[0].pitch.range", "'C4' is not a list", "[a, b]"),
    (pitch(range=[0, 128]), "track[0].pitch.range", "0 to 128 midi is out of bounds", "0 to 127"),
    (pitch(range=[61.1, 61.9]), "track[0].pitch.scale", "no note from C#4 to D4", "widen the range"),
    (velocity(range=[0.2, 2]), "track[0].velocity.range", "0.2 to 2 velocity", "0 to 1"),
    (velocity(range=[-40, 3], unit="db"), "track[0].velocity.range", "-40 to 3 db", "0 to 1"),
    (velocity(range=["C4", 1]), "track[0].velocity.range", "'C4' is not a number", "without quotes"),
    (velocity(range=[0.2, math.inf]), "track[0].velocity.range[1]", "inf is not finite", "ordinary"),
    (velocity(unit="db"), "track[0].velocity.range", "the default is not in 'db'", "both ends"),
    (velocity(unit="midi"), "track[0].velocity.range", "the default is not in 'midi'", "both ends"),
    (track(pan={"from": "value", "range": [1, -1]}), "track[0].pan.range", "[1.0, -1.0] is reversed", "invert"),
    (track(duration={"from": "value", "range": [0, 1]}), "track[0].duration.range", "0 to 1 beats", "1e-06"),
    (track(duration={"from": "value", "range": [1, 1e9]}), "track[0].duration.range", "1e+09", "1e+06"),
    (track(pitch="C44"), "track[0].pitch", "540 midi is out of bounds", "0 to 127"),
    (track(pitch={"value": "C44"}), "track[0].pitch.value", "540 midi is out of bounds", "0 to 127"),
    (track(pitch="Hx"), "track[0].pitch", "'Hx' is not a note name", "C4"),
    (track(pitch=True), "track[0].pitch", "True is not a number", "without quotes"),
    (track(velocity=1.5), "track[0].velocity", "1.5 velocity", "0 to 1"),
    (track(velocity="loud"), "track[0].velocity", "'loud' is not a number", "without quotes"),
    (track(velocity={"value": math.nan}), "track[0].velocity.value", "nan is not finite", "ordinary"),
    (track(pan=-2), "track[0].pan", "-2 pan", "-1 to 1"),
    (track(duration=0), "track[0].duration", "0 beats", "1e-06"),
    (track(pitch={}), "track[0].pitch", "either `from` (a column) or `value`", "from ="),
    (pitch(value=60), "track[0].pitch", "either `from` (a column) or `value`", "from ="),
    (pitch(scale=[]), "track[0].pitch.scale", "empty", "D dorian"),
    (pitch(scale=[60, "X9"]), "track[0].pitch.scale", "'X9' is not a note name", "C4"),
    (pitch(scale=[1.5]), "track[0].pitch.scale[0]", "1.5 is not a whole number", "whole"),
    (pitch(scale=5), "track[0].pitch.scale", "5 is not a list", "[a, b]"),
    (pitch(invert="yes"), "track[0].pitch.invert", "'yes' is neither true nor false", "true or false"),
    (pitch(via={"name": "percentile", "low": 90, "high": 10}), "track[0].pitch.via", "90.0 and 10.0", "below"),
    (pitch(via={"name": "linear", "low": 9, "high": 1}), "track[0].pitch.via", "9.0 and 1.0 are reversed", "swap"),
    (pitch(via=["linear", {"name": "multiply", "by": 2}]), "track[0].pitch.via[1].by", "2 is too large", "1 or less"),
]

NUMBERS: list[tuple[Raw, str, str, str]] = [
    (source(sigma=math.inf), "source.sigma", "inf is not finite", "ordinary number"),
    (source(sigma=math.nan), "source.sigma", "nan is not finite", "ordinary number"),
    (source(sigma=100), "source.sigma", "100 is too large", "50 or less"),
    (source(sigma="0.5"), "source.sigma", "'0.5' is not a number", "without quotes"),
    (source(t=[0, math.inf]), "source.t[1]", "inf is not finite", "ordinary number"),
    (source(t=[math.nan, 1]), "source.t[0]", "nan is not finite", "ordinary number"),
    (source(t=[5, 1]), "source.t", "[5, 1] is reversed", "lower end first"),
    (source(t=[5, 5]), "source.t", "[5, 5] is empty", "lower end first"),
    (source(t=[0, 1e14]), "source.t", "is out of reach", "10,000,000,000,000"),
    (source(t=[-1e14, 0]), "source.t", "is out of reach", "10,000,000,000,000"),
    (source(t=[0]), "source.t[1]", "missing", "add it"),
    (source(t=[0, 1, 2]), "source.t", "3 entries", "at most 2"),
    (source(t=5), "source.t", "5 is not a list", "[a, b]"),
    (source(t=["0", 1]), "source.t[0]", "'0' is not a number", "without quotes"),
    (source(t=[True, 2]), "source.t[0]", "True is not a number", "without quotes"),
    (source(t=[0, Decimal("1e-999999999")]), "source.t[1]", "out of reach", "1e308"),
    (source(points=0), "source.points", "0 is too small", "1 or more"),
    (source(points=-1), "source.points", "-1 is too small", "1 or more"),
    (source(points=10**12), "source.points", "1000000000000 is too large", "or less"),
    (source(points=2.5), "source.points", "2.5 is not a whole number", "whole number"),
    (source(points="300"), "source.points", "'300' is not a number", "without quotes"),
    (source(points=True), "source.points", "True is not a number", "without quotes"),
    (source(points=[3]), "source.points", "[3] is not a whole number", "whole number"),
    (source(points=Decimal("1e999999999")), "source.points", "out of reach", "1e308"),
    (source(points=2**20000), "source.points", "is too large", "or less"),  # too long for Python to print
    (piece(tempo=0), "tempo", "0 is too small", "4 or more"),
    (piece(tempo=1001), "tempo", "1001 is too large", "1000 or less"),
    (piece(tempo=True), "tempo", "True is not a number", "without quotes"),
    (piece(tempo="96"), "tempo", "'96' is not a number", "without quotes"),
    (piece(tempo=[[0, 96], [0, 120]]), "tempo", "[0.0, 0.0]", "a later beat"),
    (piece(tempo=[[0, 96], [8, 120], [4, 100]]), "tempo", "[0.0, 8.0, 4.0]", "a later beat"),
    (piece(tempo=[[1, 96]]), "tempo", "[1.0]", "at beat 0"),
    (piece(tempo=[]), "tempo", "0 entries", "at least 1"),
    (piece(tempo=[[0]]), "tempo[0][1]", "missing", "add it"),
    (piece(tempo=[96]), "tempo[0]", "96 is not a list", "[a, b]"),
    (piece(tempo=[[0, 2000]]), "tempo[0][1]", "2000 is too large", "1000 or less"),
    (piece(tempo={"range": [80, 90]}), "tempo.from", "missing", "add it"),
    (piece(tempo={"from": "value", "range": [90, 80]}), "tempo.range", "does not rise", "invert"),
    (piece(tempo={"from": "hight", "range": [80, 90]}), "tempo.from", "no column is called 'hight'", "use one of"),
    (piece(harmony={}), "harmony", "either `progression` or `following`", 'progression = "'),
    (piece(section=[{"tracks": ["x"]}]), "section[0].tracks[0]", "no track is called 'x'", "use one of: a"),
    (piece(section=[{"repeats": 0}]), "section[0].repeats", "0 is too small", "1 or more"),
    (piece(section=[{"progression": "I"}], key=None), "section[0]", "chords need a key", "D dorian"),
    (piece(legend={"beats": 0}), "legend.beats", "0 is too small", "more than 0"),
    (piece(ending="fad"), "ending", "no ending is called 'fad'", "'fade'"),
    (piece(shape="fil"), "shape", "no shaping step is called 'fil'", "'fill'"),
    (track(bend=2, glide=1), "track[0]", "`glide` and `bend`", "one of them"),
    (
        track(instrument={"from": "value", "palette": ["flute"]}),
        "track[0].instrument.palette",
        "1 entries",
        "at least 2",
    ),
    (piece(meter="4/3"), "meter", "'4/3' is not a meter", '"4/4"'),
    (piece(meter="0/4"), "meter", "'0/4' is not a meter", '"4/4"'),
    (piece(meter=4), "meter", "4 is not text", "quotes"),
    (piece(key="chromatic"), "key", "no key signature", "D dorian"),
    (piece(key="dorian"), "key", "'dorian' has no tonic", "'D dorian'"),
    (piece(key=5), "key", "5 is not text", "quotes"),
    (piece(seed=-1), "seed", "-1 is too small", "0 or more"),
    (piece(seed=2**63), "seed", "is too large", "less than"),
    (piece(seed=1.5), "seed", "1.5 is not a whole number", "whole number"),
    (piece(title=5), "title", "5 is not text", "quotes"),
    (piece(sound={"rate": 10}), "sound.rate", "10 is too small", "8000 or more"),
    (piece(sound={"rate": 44100.5}), "sound.rate", "44100.5 is not a whole number", "whole number"),
    (piece(mid={"ppq": 1}), "mid.ppq", "1 is too small", "24 or more"),
    (track(grid="1/0"), "track[0].grid", "'1/0' is not a note value", '"1/16"'),
    (track(grid="fine"), "track[0].grid", "'fine' is not a note value", '"1/16"'),
    (track(grid=-1), "track[0].grid", "-1.0 is not a note value", '"1/16"'),
    (track(grid=True), "track[0].grid", "True is not a number", "without quotes"),
    (track(delay=-1), "track[0].delay", "-1 is too small", "0 or more"),
    (track(delay=math.inf), "track[0].delay", "inf is not finite", "ordinary"),
    (track(rows={"name": "every", "nth": 0}), "track[0].rows.nth", "0 is too small", "1 or more"),
    (track(time={"name": "index", "length": 0}), "track[0].time.length", "0 is too small", "more than 0"),
]

SHAPES: list[tuple[Raw, str, str, str]] = [
    ({"source": {"function": "noise"}}, "track", "missing", "add it"),
    (piece(track=[]), "track", "0 entries", "at least 1"),
    (piece(track=5), "track", "5 is not a list", ""),
    (piece(track={"instrument": "flute"}), "track", "not a list of them", "[[track]]"),
    (piece(track=["flute"]), "track[0]", "'flute' is not a table", "name = value"),
    (piece(marker={"text": "x", "at": 1}), "marker", "not a list of them", "[[marker]]"),
    (piece(source=5), "source", "5 is not a table", "name = value"),
    (piece(wav=5), "wav", "5 is not a table", "name = value"),
    (track(name=5), "track[0].name", "5 is not text", "quotes"),
    ({"track": [{"instrument": 5}]}, "track[0].instrument", "5 is neither a name nor a palette", "palette ="),
    (track(rows="minima"), "track[0].rows.of", "missing", "add it"),
    (track(rows={"name": "below", "of": "value"}), "track[0].rows.value", "missing", "add it"),
    (track(rows={"nth": 2}), "track[0].rows", "it lacks `name`", "every"),
    (track(rows=5), "track[0].rows", "5 is not a table", "name = value"),
    (pitch(via=[["linear"]]), "track[0].pitch.via[0]", "['linear'] is not a table", "name = value"),
    (track(time="follow"), "track[0].time.track", "missing", "add it"),
    (track(time={"name": "follow", "track": "b"}), "track[0].time.track", "no earlier track is called 'b'", "a"),
    (track(time={"name": "follow", "track": "a"}), "track[0].time.track", "'a'", "there is no earlier track"),
    (marker(text="x"), "marker[0]", "either `at` (a beat) or `rows`", "at = 16"),
    (marker(text="x", at=1, rows="every"), "marker[0]", "either `at` (a beat) or `rows`", "at = 16"),
    (marker(at=1), "marker[0].text", "missing", "add it"),
    (marker(text="x", at=-1), "marker[0].at", "-1 is too small", "0 or more"),
    (marker(text="x", rows="every", follow="b"), "marker[0].follow", "'b'", "a"),
]


@pytest.mark.parametrize(("raw", "where", "message", "remedy"), [*MISSPELT, *RANGES, *NUMBERS, *SHAPES])
def test_each_fault_has_its_place_and_its_remedy(raw: Raw, where: str, message: str, remedy: str) -> None:
    found = faults(raw)
    assert [fault.where for fault in found] == [where]
    assert message in found[0].message
    assert remedy in found[0].remedy


@pytest.mark.parametrize("raw", [row[0] for row in (*MISSPELT, *RANGES, *NUMBERS, *SHAPES)])
def test_no_fault_speaks_pydantic(raw: Raw) -> None:
    text = str(InputError(*faults(raw)))
    for word in ("Input should", "Value error", "validation", "pydantic", "tagged-union", "function-"):
        assert word not in text


def test_a_piece_without_faults_is_no_error() -> None:
    # The harness above can fail: the pieces that it varies are right themselves.
    for raw in (track(), piece(), source(), pitch(), velocity(), marker(text="x", at=1)):
        assert isinstance(piece_of(raw), Piece)


def test_follow_of_a_later_track() -> None:
    raw = piece(track=[{"name": "a", "time": {"name": "follow", "track": "b"}}, {"name": "b"}])
    (fault,) = faults(raw)
    assert (fault.where, fault.message) == ("track[0].time.track", "no earlier track is called 'b'")


def test_all_faults_come_together() -> None:
    raw = {
        "tempo": 0,
        "titel": "x",
        "key": "H dorian",
        "source": {"function": "eta", "t": [0, math.nan], "points": 0},
        "sound": {"rate": 1},
        "track": [
            {"instrument": "viberphone", "pitch": {"from": "rre"}, "velocity": 2},
            {"pitch": {"from": "re", "range": ["C6", "C4"]}, "rows": "evry", "gird": 1},
        ],
        "marker": [{"text": "x"}],
    }
    assert {fault.where for fault in faults(raw)} == {
        "tempo",
        "titel",
        "key",
        "source.t[1]",
        "source.points",
        "sound.rate",
        "track[0].instrument",
        "track[0].pitch.from",
        "track[0].velocity",
        "track[1].pitch.range",
        "track[1].rows",
        "track[1].gird",
        "marker[0]",
    }


def test_a_wrong_key_is_one_fault_not_one_in_every_track() -> None:
    raw = piece(key="D doriann", track=[{"pitch": {"from": "value"}}, {"pitch": {"from": "value"}}])
    assert [fault.where for fault in faults(raw)] == ["key"]


def test_an_error_prints_every_fault_with_its_remedy() -> None:
    text = str(InputError(*faults(piece(tempo=0, titel="x"))))
    assert "tempo: 0 is too small\n    give 4 or more" in text
    assert "titel: no setting is called 'titel'\n    did you mean 'title'?" in text


def test_names_of_every_kind_do_not_break_the_search_for_tracks() -> None:
    raw = piece(track=[{"name": [1]}, {"name": "b", "time": {"name": "follow", "track": "x"}}])
    assert [fault.where for fault in faults(raw)] == ["track[0].name", "track[1].time.track"]


def test_huge_and_deep_values_are_shown_short() -> None:
    deep: Any = 1
    for _ in range(2000):
        deep = [deep]
    for value in (deep, "x" * 10**6, ["y" * 1000] * 1000):
        (fault,) = faults(piece(meter=value))
        assert len(fault.message) < 400


def test_columns_are_those_of_the_table_that_is_handed_over() -> None:
    raw = {"track": [{"pitch": {"from": "heigth"}}, {"pitch": {"from": "index"}}]}
    assert piece_of(raw).tracks[0].rule("pitch") is not None  # no table, no columns to check against
    with pytest.raises(InputError, match="did you mean 'height'") as caught:
        piece_of(raw, columns=["height"])
    assert [fault.where for fault in caught.value.faults] == ["track[0].pitch.from"]
    over_source = piece(track=[{"pitch": {"from": "height"}}])
    assert piece_of(over_source, columns=["height"]).tracks[0].name == "acoustic grand piano"


def test_short_forms_say_what_they_stand_for() -> None:
    short = track(
        pitch="C4",
        pan=-0.3,
        duration=2,
        rows="every",
        time="sequence",
        velocity={"from": "value", "via": "log"},
    )
    long = track(
        pitch={"value": "C4"},
        pan={"value": -0.3},
        duration={"value": 2.0},
        rows={"name": "every", "nth": 1, "offset": 0},
        time={"name": "sequence"},
        velocity={"from": "value", "via": [{"name": "log"}]},
    )
    assert piece_of(short) == piece_of(long)
    assert piece_of(piece(source="noise")) == piece_of(piece(source={"function": "noise"}))
    assert piece_of(piece(tempo=96)) == piece_of(piece(tempo=[[0, 96]]))


def test_a_constant_rule_keeps_its_value_and_unit() -> None:
    spec = piece_of(track(velocity={"value": -6, "unit": "db"}, pitch="F#3")).tracks[0]
    loudness, key = spec.rule("velocity"), spec.rule("pitch")
    assert loudness is not None and (loudness.value, loudness.unit) == (-6.0, "db")
    assert isinstance(key, PitchRule) and (key.value, key.unit) == ("F#3", "midi")


MID = {"ppq": 960, "tuning": "bend", "player": "any", "type": 1, "split": "ports", "channels": 15, "key_in": "tracks"}


def test_defaults() -> None:
    spec = piece_of({"track": [{}]})
    assert (spec.tempo, spec.meter, spec.key, spec.seed, spec.source) == (((0.0, 120.0),), "4/4", None, 0, None)
    only = spec.tracks[0]
    assert (only.name, only.instrument) == ("acoustic grand piano", "acoustic grand piano")
    assert (only.rows.called, only.time.called, only.grid_beats, only.delay) == ("every", "sequence", 0.0, 0.0)
    values = {name: only.rule(name) for name in ("pitch", "velocity", "pan")}
    assert {name: rule and rule.value for name, rule in values.items()} == {"pitch": 60, "velocity": 0.8, "pan": 0}
    assert only.rule("duration") is None
    assert spec.settings("mid") == MID


@pytest.mark.parametrize(("written", "beats"), [("1/16", 0.25), ("1/4", 1), ("1/12", 1 / 3), (0, 0), (0.5, 0.5)])
def test_grid(written: float | str, beats: float) -> None:
    assert piece_of(track(grid=written)).tracks[0].grid_beats == pytest.approx(beats, abs=0)


def test_an_instrument_is_known_by_its_alias_and_in_any_case() -> None:
    spec = piece_of(piece(track=[{"instrument": "piano"}, {"instrument": "FLUTE"}]))
    assert [(one.name, one.instrument) for one in spec.tracks] == [
        ("piano", "acoustic grand piano"),
        ("FLUTE", "flute"),
    ]


def test_a_piece_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        piece_of(track()).title = "other"


def test_python_names_are_not_words_of_the_file() -> None:
    (fault,) = faults(track(pitch={"from_": "value"}))
    assert fault.where == "track[0].pitch.from_"


def test_source_of_and_settings_of() -> None:
    assert source_of({"function": "noise", "points": 3}).arguments == {"points": 3, "colour": "pink"}
    with pytest.raises(InputError, match="no setting is called 'poins'"):
        source_of({"function": "noise", "poins": 3})
    assert settings_of("mid", {"ppq": 480}) == {**MID, "ppq": 480}
    with pytest.raises(InputError, match="ppq: 1 is too small"):
        settings_of("mid", {"ppq": 1})


def test_a_wrong_column_does_not_hide_a_reversed_range() -> None:
    rule = {"from": "valu", "range": ["C5", "C4"]}
    with pytest.raises(InputError) as caught:
        piece_of({"source": {"function": "chirp"}, "track": [{"pitch": rule}]})
    assert [fault.where for fault in caught.value.faults] == ["track[0].pitch.from", "track[0].pitch.range"]
