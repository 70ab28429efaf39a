"""What a piece says about its `.mid`: tunings, lyrics, cues, copyright, ramps, ports and files; and pretty_midi."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pretty_midi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import composer
from composer.errors import InputError
from composer.outputs.midi import encode_midi
from composer.piece.form import tempo_map
from composer.piece.store import load, spelled_out
from composer.score import Score, Track, notes
from composer.sources.midi import midi_score, read_midi
from composer.writing import export, render

MANY = composer.Table({"x": np.sin(np.arange(500) / 7)})
TABLE = composer.Table({"x": np.sin(np.arange(40) / 3), "day": 86400.0 * np.arange(40)}, dates=frozenset({"day"}))


def on(*tracks: dict[str, Any], **settings: Any) -> dict[str, Any]:
    return {"track": list(tracks), **settings}


def metas(path: Path, kind: str) -> list[tuple[int, str]]:
    """Return the ticks and texts of a file's meta events of one kind, by mido."""
    found = []
    for track in mido.MidiFile(path, charset="utf-8").tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == kind:
                found.append((tick, message.text))
    return found


# Tunings


@pytest.mark.parametrize(("tuning", "step"), [("19edo", 12 / 19), ("31edo", 12 / 31), ("24edo", 0.5)])
def test_a_chromatic_melody_plays_every_pitch_of_the_tuning(tuning: str, step: float) -> None:
    rule = {"from": "x", "scale": "chromatic", "range": ["C4", "C6"]}
    pitch = composer.compose(on({"pitch": rule}, tuning=tuning), MANY).score.tracks[0].notes["pitch"]
    assert np.allclose((pitch - 60) / step, np.rint((pitch - 60) / step))
    assert np.unique(pitch).size > 24  # more than the keys of two octaves


def test_a_scale_is_drawn_to_the_tuning_and_its_root_is_the_tonic() -> None:
    rule = {"from": "x", "range": ["D4", "D5"]}
    made = composer.compose(on({"pitch": rule}, tuning="just", key="D major"), TABLE)
    ratios = np.unique(2 ** ((made.score.tracks[0].notes["pitch"] - 62) / 12))
    assert ratios == pytest.approx([1, 9 / 8, 5 / 4, 4 / 3, 3 / 2, 5 / 3, 15 / 8, 2])


def test_chords_are_in_tune_too() -> None:
    chords = {"role": "chords", "pitch": {"from": "x"}, "rows": {"name": "every", "nth": 8}}
    made = composer.compose(on(chords, tuning="just", key="C major"), TABLE)
    pitches = made.score.tracks[0].notes["pitch"]
    assert pitches.size == 15 and (pitches % 1 != 0).any()
    assert np.isin(np.round(pitches % 12, 4), np.round(12 * np.log2(JUST) % 12, 4)).all()


JUST = np.array([1, 16 / 15, 9 / 8, 6 / 5, 5 / 4, 4 / 3, 45 / 32, 3 / 2, 8 / 5, 5 / 3, 9 / 5, 15 / 8])


def test_continuous_pitch_and_drums_know_no_tuning() -> None:
    free = {"pitch": {"from": "x", "range": [60, 72], "snap": False}}
    drums = {"instrument": "drums", "pitch": 38}
    made = composer.compose(on(free, drums, tuning="19edo"), TABLE)
    x = TABLE["x"]
    assert made.score.tracks[0].notes["pitch"] == pytest.approx(60 + 12 * (x - x.min()) / np.ptp(x))
    assert set(made.score.tracks[1].notes["pitch"]) == {38}


def test_a_scala_file_is_found_from_the_piece(tmp_path: Path) -> None:
    (tmp_path / "quarter.scl").write_text("! quarter.scl\nquarters\n 4\n300.0\n600.0\n900.0\n2/1\n")
    (tmp_path / "piece.toml").write_text(
        'tuning = "quarter.scl"\n[source]\nfunction = "noise"\npoints = 50\n[[track]]\n'
        'pitch = { from = "value", scale = "chromatic", range = ["C4", "C5"] }\n'
    )
    piece = load(tmp_path / "piece.toml")
    assert set(composer.compose(piece).score.tracks[0].notes["pitch"]) == {60, 63, 66, 69, 72}
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "again.toml").write_text(spelled_out(piece, tmp_path / "sub"))
    assert 'tuning = "../quarter.scl"' in (tmp_path / "sub" / "again.toml").read_text()
    assert composer.compose(tmp_path / "sub" / "again.toml").score.tracks[0].notes.size == 50


@pytest.mark.parametrize(
    ("tuning", "says"),
    [
        ("18etd", "no tuning is called '18etd'"),
        ("none.scl", "there is no such file"),
        ([100, -5], "the period is -5 cents"),
        (5, "5 is no tuning"),
        ({"scl": 5}, "scl is 5"),
    ],
)
def test_a_wrong_tuning(tuning: Any, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        load(on({}, tuning=tuning))
    assert caught.value.faults[0].where == "tuning"


@pytest.mark.parametrize("encoding", ["bend", "mpe", "mts"])
def test_a_tuned_piece_comes_back_in_tune(encoding: str, tmp_path: Path) -> None:
    rule = {"from": "x", "scale": "chromatic", "range": ["C4", "C6"]}
    piece = on({"pitch": rule, "duration": 2}, tuning="19edo", mid={"tuning": encoding})
    made = composer.compose(piece, TABLE)
    (read,) = read_midi(render(made, tmp_path / "a.mid")).tracks
    finest = {"bend": 2 / 8192, "mpe": 48 / 8192, "mts": 1 / 2**14}[encoding]
    assert np.abs(read.notes["pitch"] - made.score.tracks[0].notes["pitch"]).max() <= finest / 2 + 1e-9


# Texts


def test_labels_become_lyrics_cues_are_cues_and_the_copyright_is_kept(tmp_path: Path) -> None:
    track = {"label": "day", "duration": 0.5, "pitch": {"from": "x"}}
    cues = [{"text": "go", "at": 2, "cue": True}, {"text": "here", "at": 3}]
    made = composer.compose(on(track, marker=cues, copyright="© nobody"), TABLE)
    path = render(made, tmp_path / "a.mid")
    assert metas(path, "lyrics")[:3] == [(0, "1970-01-01"), (480, "1970-01-02"), (960, "1970-01-03")]
    assert len(metas(path, "lyrics")) == 40
    assert metas(path, "cue_marker") == [(1920, "go")] and metas(path, "marker") == [(2880, "here")]
    assert metas(path, "copyright") == [(0, "© nobody")]


def test_a_label_that_is_no_column() -> None:
    with pytest.raises(InputError, match="no column is called 'dya'"):
        load(on({"label": "dya"}), columns=("day",))


# Tempo


@given(st.floats(20, 300), st.floats(20, 300), st.floats(1, 64))
def test_a_ramp_lasts_as_long_as_its_integral(first: float, last: float, length: float) -> None:
    made = tempo_map([(0.0, first), (length, last, "ramp")])
    assert made.changes[-1] == (length, last)
    bpm = first + (last - first) * (np.arange(100_000) + 0.5) / 100_000
    assert float(made.seconds(length)) == pytest.approx((60 / bpm).mean() * length, rel=1e-4)
    tempi = [tempo for _, tempo in made.changes]
    assert tempi == sorted(tempi, reverse=last < first)


def test_a_ramp_in_a_piece() -> None:
    made = composer.compose(on({}, tempo=[[0, 60], [4, 120, "ramp"], [8, 90]]), TABLE).score.tempo
    assert made.changes[0][1] < 62 and made.at(3.9) > 115 and made.at(4) == 120 and made.at(9) == 90
    with pytest.raises(InputError, match=r"tempo\[1\]\[2\]"):
        load(on({}, tempo=[[0, 60], [4, 120, "rmap"]]))


def test_every_tempo_from_4_to_1000_bpm_is_read_as_it_is_written() -> None:
    quarter = np.arange(60_000, 15_000_001, dtype=np.float64)  # microseconds: all that there are
    assert (np.rint(6e7 / (6e7 / quarter)) == quarter).all()  # as the reader divides, and the writer rounds


@given(st.floats(4, 1000))
@settings(max_examples=60, deadline=None)
def test_a_tempo_survives_ten_cycles_to_the_microsecond(bpm: float) -> None:
    score = Score((Track("a", "piano", notes(0, 1, 60)),), composer.Score((), tempo_map([(0.0, bpm)])).tempo)
    quarter = round(6e7 / bpm)
    for _ in range(10):
        score = midi_score(encode_midi(score))
        assert round(6e7 / score.tempo.changes[0][1]) == quarter


# Many tracks


def crowd() -> Score:
    names = ["flute", "oboe", "violin", "cello", "marimba"]
    melodic = [Track(f"{k}", names[k % 5], notes([k, k + 1], 1, 40 + k)) for k in range(40)]
    drums = [Track(f"drums {k}", "drums", notes(k, 1, 36 + k)) for k in range(2)]
    return Score((*melodic[:20], *drums, *melodic[20:]))


def test_forty_melodic_tracks_and_two_of_drums_share_no_channel_of_a_port() -> None:
    data = encode_midi(crowd())
    seen: dict[tuple[int, int], set[str]] = {}

    for track in mido.MidiFile(file=io.BytesIO(data)).tracks[1:]:
        port = next((message.port for message in track if message.type == "midi_port"), 0)
        channels = {message.channel for message in track if message.type == "note_on"}
        for channel in channels:
            seen.setdefault((port, channel), set()).add(track.name)
    assert all(len(names) == 1 or channel == 9 for (_, channel), names in seen.items())
    assert {port for port, _ in seen} == {0, 1, 2}
    assert seen[0, 9] == {"drums 0", "drums 1"}
    read = midi_score(data)
    assert sorted(track.name for track in read.tracks) == sorted(track.name for track in crowd().tracks)


def test_files_in_place_of_ports(tmp_path: Path) -> None:
    render(crowd(), tmp_path / "a.mid", split="files")
    counts = {path.name: len(read_midi(path).tracks) for path in tmp_path.iterdir()}
    assert counts == {"a.mid": 17, "a-2.mid": 15, "a-3.mid": 10}
    assert all(b"\xff\x21" not in path.read_bytes() for path in tmp_path.iterdir())


def test_export_names_every_file(tmp_path: Path) -> None:
    piece = on(*({"instrument": "flute", "name": f"{k}"} for k in range(17)), mid={"split": "files"})
    paths = export(composer.compose(piece, TABLE), tmp_path, "x", ["mid"])
    assert [path.name for path in paths] == ["x.mid", "x-2.mid"] and all(path.is_file() for path in paths)


def test_type_0_is_one_track_and_cannot_hold_ports(tmp_path: Path) -> None:
    made = composer.compose(on({"instrument": "flute"}, {"instrument": "cello"}), TABLE)
    file = mido.MidiFile(render(made, tmp_path / "a.mid", type=0))
    assert (file.type, len(file.tracks)) == (0, 1)
    assert sum(message.type == "note_on" for message in file.tracks[0]) == 80
    with pytest.raises(InputError, match="need 3 ports"):
        render(crowd(), tmp_path / "b.mid", type=0)


def test_what_has_no_channel_is_told(tmp_path: Path) -> None:
    rule = {"from": "x", "range": [40, 80], "snap": False}
    many = [{"name": f"{k}", "pitch": rule, "duration": 8, "time": {"name": "index", "length": 20}} for k in range(15)]
    told: list[str] = []
    render(composer.compose(on(*many), TABLE), tmp_path / "a.mid", report=told.append)
    assert len(told) == 15 and "have no channel of their own" in told[0]


def test_a_piece_chooses_banks_channels_and_where_its_key_is(tmp_path: Path) -> None:
    rule = {"from": "x", "range": [50, 60], "snap": False}
    tracks = [{"instrument": "flute", "pitch": rule, "bank": bank} for bank in (8, [8, 1], None)]
    piece = on(*tracks, key="D major", mid={"channels": 1, "key_in": "conductor"})
    made = composer.compose(piece, TABLE)
    assert [track.bank for track in made.score.tracks] == [(8, 0), (8, 1), None]
    file = mido.MidiFile(render(made, tmp_path / "a.mid"))
    assert [{m.channel for m in track if not m.is_meta} for track in file.tracks[1:]] == [{0}, {1}, {2}]
    assert ["key_signature" in {m.type for m in track} for track in file.tracks] == [True, False, False, False]
    again = load(piece)
    assert [track.bank for track in again.tracks] == [8, (8, 1), None]
    palette = {"from": "x", "palette": ["flute", "oboe"]}
    split = composer.compose(on({"instrument": palette, "bank": 3, "name": "two"}, legend=True), TABLE).score
    assert {track.bank for track in split.tracks} == {(3, 0)}


@pytest.mark.parametrize("bank", [128, -1, [1, 2, 3], [1], [1, 128], "8", True, 1.5])
def test_what_is_no_bank(bank: Any) -> None:
    with pytest.raises(InputError, match="is no bank") as caught:
        load(on({"bank": bank}))
    assert caught.value.faults[0].where == "track[0].bank"


# pretty_midi


def test_a_score_and_its_pretty_midi_are_the_same_music() -> None:
    score = composer.compose("riemann").score
    pretty = score.to_pretty_midi()
    assert isinstance(pretty, pretty_midi.PrettyMIDI)
    assert pretty.get_end_time() == pytest.approx(score.seconds, abs=2e-3)
    back = Score.from_pretty_midi(pretty)
    assert back.tempo.changes == pytest.approx(np.array(score.tempo.changes), rel=1e-5)
    assert (back.meter, back.key.sharps if back.key else None) == (score.meter, 0)
    mine = sorted(zip(*(np.concatenate([t.notes[f] for t in score.tracks]) for f in ("start", "pitch")), strict=True))
    theirs = sorted(zip(*(np.concatenate([t.notes[f] for t in back.tracks]) for f in ("start", "pitch")), strict=True))
    assert np.array(theirs) == pytest.approx(np.array(mine), abs=1e-3)


def test_a_pretty_midi_of_somebody_s_becomes_a_score() -> None:
    music = pretty_midi.PrettyMIDI(resolution=480, initial_tempo=90)
    player = pretty_midi.Instrument(program=40, name="Geige")
    player.notes = [pretty_midi.Note(velocity=100, pitch=64, start=2 / 3, end=4 / 3)]
    player.pitch_bends = [pretty_midi.PitchBend(pitch=4096, time=0.0)]
    player.control_changes = [pretty_midi.ControlChange(11, 64, 0.0), pretty_midi.ControlChange(10, 127, 0.0)]
    music.instruments = [player, pretty_midi.Instrument(program=0, is_drum=True)]
    score = Score.from_pretty_midi(music)
    violin, drums = score.tracks
    assert (violin.name, violin.instrument, drums.instrument) == ("Geige", "violin", "drums")
    note = violin.notes[0]
    assert (note["start"], note["length"], note["pitch"], note["pan"]) == (1, 1, 64, 1)
    assert {(row["target"], round(float(row["value"]), 3)) for row in violin.controls} == {
        ("bend", 1.0),
        ("expression", 0.504),
    }
    assert score.tempo.at(0) == pytest.approx(90)


def test_analysis(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "scale.mid"
    beat = Track("a", "piano", notes(np.arange(64) * 0.5, 0.5, np.where(np.arange(64) % 2, 67, 60)))
    render(Score((beat,)), path)
    text = run("describe", path, "--analysis").stdout
    assert "pretty_midi estimates: tempo" in text and "0.500" in text
    assert run("describe", path, "--analysis", "--json").stdout.count('"chroma"') == 1


def test_analysis_of_what_has_no_score(refused: Any, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n2\n")
    assert "holds no score" in refused("describe", tmp_path / "a.csv", "--analysis")


def test_only_the_channels_that_choose_a_tuning_program_are_tuned() -> None:
    change = bytes([0x7F, 0x7F, 8, 2, 3, 2, 60, 60, 64, 0, 61, 0x7F, 0x7F, 0x7F])  # C4 up by half a semitone
    chosen = [
        ("control_change", control, value) for control, value in ((101, 0), (100, 3), (6, 3), (101, 127), (100, 127))
    ]
    track = mido.MidiTrack([mido.Message("sysex", data=change)])
    track += [mido.Message(kind, channel=1, control=control, value=value) for kind, control, value in chosen]
    for channel in (0, 1):
        track += [mido.Message("note_on", channel=channel, note=key, velocity=64) for key in (60, 61)]
        track += [mido.Message("note_off", channel=channel, note=key, time=480 * (key == 60)) for key in (60, 61)]
    file = mido.MidiFile(tracks=[track])
    data = io.BytesIO()
    file.save(file=data)
    read = midi_score(data.getvalue(), lanes=True)
    assert [sorted(track.notes["pitch"].tolist()) for track in read.tracks] == [[60, 61], [60.5, 61]]


@pytest.mark.parametrize("width", [1, 2])
def test_octaves_that_are_tuned_on_some_channels_of_a_port(width: int) -> None:
    middle = [64] if width == 1 else [64, 0]
    raised = [(64 + 50) if width == 1 else 64 + 32, *([] if width == 1 else [0])]  # by half a semitone
    change = [0x7E, 0x7F, 8, 7 + width, 0, 1, 2, *raised, *(11 * middle)]  # C, on channels 2 and 8
    track = mido.MidiTrack([mido.MetaMessage("midi_port", port=1), mido.Message("sysex", data=change)])
    here, other = track, mido.MidiTrack([mido.MetaMessage("midi_port", port=0)])
    for part in (here, other):
        for channel in (1, 2, 7):
            part += [mido.Message("note_on", channel=channel, note=key, velocity=64) for key in (60, 61, 72)]
            part += [mido.Message("note_off", channel=channel, note=key, time=96) for key in (60, 61, 72)]
    data = io.BytesIO()
    mido.MidiFile(tracks=[here, other]).save(file=data)
    read = midi_score(data.getvalue(), lanes=True)
    tuned_here, plain = [60.5, 61, 72.5], [60, 61, 72]
    assert [t.notes["pitch"].tolist() for t in read.tracks] == [tuned_here, plain, tuned_here, plain, plain, plain]
