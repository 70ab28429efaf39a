"""From a piece to its score and its files: what sounds when, what is traced to which row, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import composer
from composer.composition import compose, sample
from composer.errors import FileError, InputError
from composer.mapping.rhythm import TIMINGS
from composer.mapping.rules import drawn, share
from composer.mapping.scales import SNAPS, candidates
from composer.outputs import BY_DEFAULT, OUTPUTS, Output
from composer.outputs.midi import encode_midi
from composer.piece.store import load, spelled_out
from composer.sources.midi import read_midi
from composer.table import Table
from composer.writing import check_outputs, export, render

Raw = dict[str, Any]
NAN = math.nan
VALUES = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0]


def on(*tracks: Raw, **settings: Any) -> Raw:
    """Return a piece of these tracks, without a source."""
    return {"track": list(tracks), **settings}


def bytes_of(composition: composer.Composition, folder: Path) -> dict[str, bytes]:
    """Return what `export` writes for a composition, by suffix."""
    return {path.suffix: path.read_bytes() for path in export(composition, folder, "piece")}


# Determinism

RICH = {
    "title": "Rich",
    "seed": 7,
    "tempo": [[0, 90], [8, 133.3]],
    "key": "D dorian",
    "source": {"function": "noise", "points": 60},
    "track": [
        {
            "name": "melody",
            "instrument": "vibraphone",
            "grid": "1/16",
            "pitch": {"from": "value", "range": ["C4", "C6"]},
            "duration": {"from": "value", "range": [0.1, 0.5], "unit": "s"},
            "velocity": {"from": "value", "via": ["rank", "power"], "range": [-30, 0], "unit": "db"},
            "pan": {"from": "value", "invert": True},
        },
        {
            "instrument": "drums",
            "rows": {"name": "maxima", "of": "value"},
            "time": {"name": "follow", "track": "melody"},
            "pitch": {"from": "value", "scale": ["low tom", "ride cymbal 1"], "snap": "equal-count"},
            "duration": 0.5,
        },
    ],
    "marker": [{"text": "{value:.2f}", "rows": {"name": "crossings", "of": "value"}}],
}


def test_one_piece_gives_one_result(tmp_path: Path) -> None:
    first, second = compose(RICH), compose(RICH)
    once = bytes_of(first, tmp_path / "one")
    assert set(once) == {".toml", *(f".{name}" for name in BY_DEFAULT)}
    assert bytes_of(second, tmp_path / "two") == once


def test_the_written_piece_gives_the_same_bytes(tmp_path: Path) -> None:
    once = bytes_of(compose(RICH), tmp_path / "one")
    again = bytes_of(compose(tmp_path / "one" / "piece.toml"), tmp_path / "two")
    assert again == once


def test_noise_is_equal_for_one_seed_and_differs_by_seed() -> None:
    values = [sample("noise", seed=seed, points=50)["value"] for seed in (1, 1, 2)]
    assert np.array_equal(values[0], values[1])
    assert not np.array_equal(values[0], values[2])
    scores = [encode_midi(compose(load(RICH, [f"seed={seed}"])).score) for seed in (1, 1, 2)]
    assert scores[0] == scores[1] != scores[2]


def test_composing_does_not_use_the_global_seed() -> None:
    np.random.seed(3)  # noqa: NPY002
    before = compose(RICH).table["value"]
    np.random.seed(4)  # noqa: NPY002
    assert np.array_equal(compose(RICH).table["value"], before)


# Tables handed over


def test_a_table_takes_the_place_of_the_source() -> None:
    table = Table({"height": VALUES})
    for piece in (on({"pitch": {"from": "height"}}), on({"pitch": {"from": "height"}}, source={"function": "eta"})):
        made = compose(piece, table)
        assert made.table is table
        assert made.score.tracks[0].notes["row"].tolist() == list(range(8))


def test_without_source_and_table_there_is_nothing_to_play() -> None:
    with pytest.raises(InputError, match="no source, and no table was given") as caught:
        compose(on({}))
    assert caught.value.faults[0].where == "source"


def test_wrong_columns_of_a_table_are_told_all_at_once() -> None:
    piece = on(
        {"pitch": {"from": "heigth"}, "rows": {"name": "minima", "of": "hieght"}},
        {"pan": {"from": "re"}},
        marker=[{"text": "{hight}", "rows": "every"}],
    )
    with pytest.raises(InputError, match="did you mean 'height'") as caught:
        compose(piece, Table({"height": VALUES}))
    assert {fault.where for fault in caught.value.faults} == {
        "track[0].pitch.from",
        "track[0].rows.of",
        "track[1].pan.from",
        "marker[0].text",
    }


def test_a_wrong_column_of_a_finished_piece_is_told_with_its_path() -> None:
    piece = load(on({}, {"pitch": {"from": "re"}}))
    with pytest.raises(InputError, match="no column is called 're'") as caught:
        compose(piece, Table({"height": VALUES}))
    assert [fault.where for fault in caught.value.faults] == ["track[1].pitch.from"]


def test_a_pole_is_a_fault_of_the_source() -> None:
    source = {"function": "zeta", "sigma": 1, "t": [0, 1], "points": 2}
    with pytest.raises(InputError, match="pole") as caught:
        compose(on({}, source=source))
    assert caught.value.faults[0].where == "source.sigma"


# Rows, notes and times


def test_every_note_comes_from_its_row() -> None:
    table = Table({"a": VALUES, "b": VALUES[::-1]})
    rules = {
        "pitch": {"from": "a", "scale": "C major", "range": ["C4", "C6"]},
        "duration": {"from": "b", "range": [0.25, 1.0]},
        "velocity": {"from": "a", "via": "rank", "range": [0.2, 0.9], "invert": True},
        "pan": {"from": "b"},
    }
    notes = compose(on(rules), table).score.tracks[0].notes
    rows = notes["row"]
    assert rows.tolist() == list(range(8))
    a, b = np.array(VALUES)[rows], np.array(VALUES[::-1])[rows]
    white = np.array([p for p in range(60, 85) if p % 12 in {0, 2, 4, 5, 7, 9, 11}])
    for pitch, place in zip(notes["pitch"], 60 + 24 * (a - 1) / 8, strict=True):
        assert pitch in white and abs(pitch - place) == np.abs(white - place).min()
    assert notes["length"] == pytest.approx(0.25 + 0.75 * (b - 1) / 8)
    assert notes["pan"] == pytest.approx(-1 + 2 * (b - 1) / 8)
    order = np.argsort(-notes["velocity"], kind="stable")  # turned round: the loudest note is the least value
    assert a[order].tolist() == sorted(VALUES)


@pytest.mark.parametrize("snap", SNAPS)
def test_a_pitch_can_be_derived_again_from_its_row(snap: str) -> None:
    piece = load(RICH, [f"track.melody.pitch.snap={snap}"])
    made = compose(piece)
    notes = made.score.tracks[0].notes
    ends = (60.0, 84.0)
    expected = drawn(share(made.table["value"]), "D dorian", ends, snap)
    assert np.array_equal(notes["pitch"], expected[notes["row"]])
    assert set(notes["pitch"]) <= set(candidates("D dorian", *ends))


def test_missing_values_are_rests_that_take_their_time() -> None:
    table = Table({"a": [1.0, NAN, 3.0, NAN], "b": [1.0, 2.0, 3.0, 4.0]})
    rules = {"pitch": {"from": "a"}, "duration": {"from": "b", "range": [1, 4]}}
    notes = compose(on(rules), table).score.tracks[0].notes
    assert notes["row"].tolist() == [0, 2]
    assert notes["start"].tolist() == [0, 1 + 2]
    silent = compose(on({"pitch": {"from": "a"}, "duration": {"from": "a", "range": [1, 4]}}), table)
    notes = silent.score.tracks[0].notes  # a missing duration lasts as the shortest
    assert notes["row"].tolist() == [0, 2]
    assert notes["start"].tolist() == [0, 1 + 1]


@pytest.mark.parametrize("target", ["pitch", "velocity", "pan", "duration"])
@pytest.mark.parametrize("missing", [NAN, math.inf, -math.inf])
def test_no_rule_plays_a_missing_value(target: str, missing: float) -> None:
    table = Table({"a": [1.0, missing, 3.0]})
    notes = compose(on({target: {"from": "a"}}), table).score.tracks[0].notes
    assert notes["row"].tolist() == [0, 2]
    assert all(np.isfinite(notes[name]).all() for name in notes.dtype.names)


def test_a_sequence_on_a_grid() -> None:
    table = Table({"a": [0.0, 1.0, 2.0]})
    rules = {"grid": "1/16", "duration": {"from": "a", "range": [0.1, 0.8]}}
    notes = compose(on(rules), table).score.tracks[0].notes
    assert notes["length"].tolist() == [0.25, 0.5, 0.75]  # 0.1, 0.45 and 0.8; never shorter than the grid
    assert notes["start"].tolist() == [0, 0.25, 0.75]


def test_seconds_follow_the_tempo() -> None:
    table = Table({"a": [0.0, 0.0, 0.0, 0.0]})
    piece = on({"duration": {"value": 1, "unit": "s"}}, tempo=[[0, 60], [2, 120]])
    notes = compose(piece, table).score.tracks[0].notes
    assert notes["start"].tolist() == [0, 1, 2, 4]
    assert notes["length"].tolist() == [1, 1, 2, 2]


def test_the_index_places_the_notes() -> None:
    table = Table({"a": [1.0, 2.0, 3.0, 4.0]}, index=[10.0, 11.0, 13.0, 14.0])
    notes = compose(on({"time": {"name": "index", "length": 16}}), table).score.tracks[0].notes
    # Four rows over 16 beats: the last has its share, so the first three quarters hold the four onsets.
    assert notes["start"].tolist() == [0, 3, 9, 12]
    assert notes["length"].tolist() == [3, 6, 3, 4]


def test_a_track_follows_another() -> None:
    table = Table({"a": [0.0, 1.0, 2.0, 3.0]})
    first = {"name": "lead", "duration": {"from": "a", "range": [1, 4]}, "delay": 2}
    second = {"rows": {"name": "every", "nth": 2}, "time": {"name": "follow", "track": "lead"}}
    score = compose(on(first, second), table).score
    lead, other = (track.notes for track in score.tracks)
    assert lead["start"].tolist() == [2, 3, 5, 8]  # delayed as a whole
    assert other["row"].tolist() == [0, 2]
    assert other["start"].tolist() == [2, 5]
    assert other["length"].tolist() == [3, 7]  # until the next, the last until the lead's end
    later = compose(on(first, {**second, "delay": 0.5, "duration": 1}), table).score.tracks[1].notes
    assert later["start"].tolist() == [2.5, 5.5]
    assert later["length"].tolist() == [1, 1]


def test_a_row_that_the_leader_does_not_play_sounds_between_its_neighbours() -> None:
    table = Table({"a": [0.0, 1.0, 2.0, 3.0, 4.0]})
    lead = {"name": "lead", "rows": {"name": "every", "nth": 2}, "duration": 1}
    score = compose(on(lead, {"time": {"name": "follow", "track": "lead"}, "duration": 0.5}), table).score
    assert score.tracks[1].notes["start"].tolist() == [0, 0.5, 1, 1.5, 2]


def test_over_rows_looks_at_the_rows_that_are_played() -> None:
    table = Table({"a": [5.0, 1.0, 100.0, 2.0, 7.0]})
    rows = {"name": "below", "of": "a", "value": 6}

    def pans(over: str) -> list[float]:
        piece = on({"rows": rows, "pan": {"from": "a", "over": over}})
        return [float(pan) for pan in compose(piece, table).score.tracks[0].notes["pan"]]

    assert pans("rows") == pytest.approx([1, -1, -0.5])
    assert max(pans("table")) == pytest.approx(-1 + 2 * 4 / 99)


def test_markers_from_rows_say_the_rows_values() -> None:
    table = Table({"a": [0.0, 1.0, 0.0, 2.0, 0.0]}, index=[10, 20, 30, 40, 50])
    piece = on(
        {"name": "lead", "duration": 1, "delay": 1},
        {"name": "slow", "duration": 2},
        marker=[
            {"text": "peak {a:.1f} of {index} {{a}}", "rows": {"name": "maxima", "of": "a"}, "follow": "slow"},
            {"text": "{a}", "rows": {"name": "above", "of": "a", "value": 1.5}},
            {"text": "end {a}", "at": 0.5},
        ],
    )
    markers = compose(piece, table).score.markers
    assert [(marker.beat, marker.text) for marker in markers] == [
        (0.5, "end {a}"),
        (2.0, "peak 1.0 of 20 {1}"),
        (4.0, "2"),
        (6.0, "peak 2.0 of 40 {2}"),
    ]


def test_the_score_carries_title_tempo_meter_and_key() -> None:
    score = compose(on({}, title="T", tempo=90, meter="7/8", key="Eb major"), Table({"a": VALUES})).score
    assert (score.title, score.tempo.changes) == ("T", ((0.0, 90.0),))
    assert (score.meter.beats, score.meter.unit) == (7, 8)
    assert score.key is not None and (score.key.name, score.key.sharps) == ("Eb major", -3)


def test_pitches_keep_the_key_but_drums_do_not() -> None:
    table = Table({"a": np.arange(100.0)})
    rule = {"pitch": {"from": "a", "range": [36, 60]}}
    score = compose(on(rule, {**rule, "instrument": "drums"}, key="C major"), table).score
    tune, drums = (set(track.notes["pitch"].astype(int) % 12) for track in score.tracks)
    assert tune == {0, 2, 4, 5, 7, 9, 11}
    assert drums == set(range(12))


# Tables of every kind, for every timing and every snap

COLUMNS: dict[str, Callable[[], list[float] | np.ndarray]] = {
    "empty": lambda: [],
    "one row": lambda: [2.0],
    "one missing row": lambda: [NAN],
    "constant": lambda: [3.0] * 9,
    "all missing": lambda: [NAN] * 9,
    "some missing": lambda: [1.0, NAN, 2.0, math.inf, -5.0, NAN],
    "the largest doubles": lambda: [-1.7e308, 0.0, 1.7e308],
    "100 000 rows": lambda: np.sin(np.arange(100_000) ** 1.5),
}
WORKABLE = {"empty": 0, "one row": 1, "one missing row": 0, "constant": 9, "all missing": 0, "some missing": 3}


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("timing", TIMINGS)
def test_every_table_at_every_timing(kind: str, timing: str) -> None:
    table = Table({"a": COLUMNS[kind]()})
    time = {"name": timing, "track": "lead"} if timing == "follow" else timing
    rules = {name: {"from": "a"} for name in ("pitch", "velocity", "pan", "duration")}
    piece = on(
        {"name": "lead", **rules},
        {"time": time, "grid": "1/16", **rules},
        {"time": time, "rows": {"name": "maxima", "of": "a"}},
        {"time": time},
        marker=[{"text": "{a}", "rows": {"name": "minima", "of": "a"}}],
        tempo=[[0, 60], [4, 120]],
    )
    score = compose(piece, table).score
    count = WORKABLE.get(kind, len(table))
    sizes = [track.notes.size for track in score.tracks]
    assert sizes[:2] == [count, count]
    assert sizes[3] == len(table)  # a track without rules needs no value
    for track in score.tracks:
        notes = track.notes
        assert all(np.isfinite(notes[name]).all() for name in ("start", "length", "pitch", "velocity", "pan"))
        assert (notes["length"] > 0).all() and (notes["start"] >= 0).all()
        assert (np.diff(notes["start"]) >= 0).all()
    assert encode_midi(score).startswith(b"MThd")


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("snap", SNAPS)
def test_every_table_with_every_snap(kind: str, snap: str) -> None:
    table = Table({"a": COLUMNS[kind]()})
    piece = on({"pitch": {"from": "a", "scale": "D dorian", "range": ["D4", "D5"], "snap": snap}})
    notes = compose(piece, table).score.tracks[0].notes
    assert notes.size == WORKABLE.get(kind, len(table))
    assert set(notes["pitch"]) <= {62, 64, 65, 67, 69, 71, 72, 74}
    if kind == "100 000 rows":
        assert len(set(notes["pitch"])) == 8


def test_an_empty_score_is_written_all_the_same(tmp_path: Path) -> None:
    made = compose(on({"pitch": {"from": "a"}}), Table({"a": []}))
    files = export(made, tmp_path, "empty")
    assert all(path.stat().st_size > 0 for path in files)
    assert sum(track.notes.size for track in read_midi(tmp_path / "empty.mid").tracks) == 0


# Files


@pytest.fixture
def made() -> composer.Composition:
    """A composition of eight short notes."""
    piece = on({"name": "tune", "pitch": {"from": "a"}, "duration": 0.125}, mid={"ppq": 480})
    return compose(piece, Table({"a": VALUES}))


def test_render_goes_by_the_suffix(made: composer.Composition, tmp_path: Path) -> None:
    import soundfile

    middle = render(made, tmp_path / "new" / "a.MID")
    assert middle.read_bytes()[:4] == b"MThd"
    assert int.from_bytes(middle.read_bytes()[12:14], "big") == 480  # the piece's setting
    assert int.from_bytes(render(made, tmp_path / "b.mid", ppq=96).read_bytes()[12:14], "big") == 96
    assert int.from_bytes(render(made.score, str(tmp_path / "c.mid")).read_bytes()[12:14], "big") == 960
    sound = soundfile.info(render(made, tmp_path / "a.wav", rate=48_000, encoding="pcm24"))
    assert (sound.samplerate, sound.subtype, sound.channels) == (48_000, "PCM_24", 2)


@pytest.mark.parametrize("name", ["a.jpeg", "a", "a.mid.gz", ".mid"])
def test_an_unknown_suffix_is_told_with_the_known_ones(made: composer.Composition, tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match=r"use one of: \.mid, \.wav"):
        render(made, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "settings", "where"),
    [
        ("a.mid", {"ppq": 1}, "mid.ppq"),
        ("a.mid", {"rate": 48_000}, "mid.rate"),
        ("a.wav", {"rate": "fast"}, "sound.rate"),
        ("a.wav", {"engine": "sien"}, "sound.engine"),
        ("a.wav", {"a4": math.nan}, "sound.a4"),
    ],
)
def test_settings_in_a_call_are_checked(
    made: composer.Composition, tmp_path: Path, name: str, settings: Raw, where: str
) -> None:
    with pytest.raises(InputError) as caught:
        render(made, tmp_path / name, **settings)
    assert [fault.where for fault in caught.value.faults] == [where]
    assert list(tmp_path.iterdir()) == []


def test_a_fault_that_an_engine_finds_has_the_pieces_own_path(tmp_path: Path) -> None:
    two = compose(on({}, {}), Table({"a": VALUES}))
    with pytest.raises(InputError, match="plays one track") as caught:
        render(two, tmp_path / "a.wav", engine="reference")
    assert [fault.where for fault in caught.value.faults] == ["sound.engine"]


def test_export_writes_all_or_what_is_asked_for(made: composer.Composition, tmp_path: Path) -> None:
    assert [path.name for path in export(made, tmp_path / "all", "x")] == ["x.mid", "x.wav", "x.toml"]
    assert [path.name for path in export(made, tmp_path / "some", "x", ["toml", "mid"])] == ["x.mid", "x.toml"]
    assert sorted(path.name for path in (tmp_path / "some").iterdir()) == ["x.mid", "x.toml"]
    assert (tmp_path / "all" / "x.toml").read_text("utf-8") == spelled_out(made.piece)


def test_export_refuses_what_it_cannot_write(made: composer.Composition, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no output is called 'mpeg'"):
        export(made, tmp_path / "out", "x", ["mid", "mpeg"])
    assert not (tmp_path / "out").exists()
    with pytest.raises(InputError) as caught:
        check_outputs(["wave", "midi"])
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), ZeroDivisionError(), KeyboardInterrupt()])
def test_export_leaves_all_or_nothing(
    made: composer.Composition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    @wraps(OUTPUTS["wav"].write)
    def half_written(score: Any, path: Path, **settings: Any) -> None:
        path.write_bytes(b"half of it")
        raise failure

    (tmp_path / "x.mid").write_bytes(b"the old one")
    monkeypatch.setitem(OUTPUTS, "wav", Output(half_written, by_default=True))
    expected = FileError if isinstance(failure, OSError) else type(failure)
    with pytest.raises(expected):
        export(made, tmp_path, "x")
    assert [path.name for path in tmp_path.iterdir()] == ["x.mid"]
    assert (tmp_path / "x.mid").read_bytes() == b"the old one"


def test_progress_is_reported_to_its_end(tmp_path: Path) -> None:
    seen: dict[str, tuple[int, int]] = {}

    def note(stage: str, done: int, total: int) -> None:
        seen[stage] = (done, total)

    source = {"function": "eta", "t": [0, 10], "points": 5}
    export(compose(on({}, source=source), progress=note), tmp_path, "x", progress=note)
    assert set(seen) == {"eta", "sound", "wav"}
    assert seen["eta"] == (5, 5) and seen["wav"][0] == seen["wav"][1] > 0


def test_sample_checks_its_arguments() -> None:
    assert len(sample("lorenz", points=3)) == 3
    with pytest.raises(InputError, match="did you mean 'eta'"):
        sample("etaa")
    with pytest.raises(InputError, match="points: 0 is too small"):
        sample("noise", points=0)


def test_the_built_in_pieces_sound_as_they_say(compositions: dict[str, composer.Composition]) -> None:
    for name, composition in compositions.items():
        assert composition.piece == load(name)
        for track in composition.score.tracks:
            assert track.notes.size, (name, track.name)
            rows = track.notes["row"]
            least = -1 if any(ending.called == "cadence" for ending in composition.piece.ending) else 0
            assert rows.min() >= least and rows.max() < len(composition.table)
