"""What a score holds is what others read in its `.mid`: random scores, and every example piece.

Expected are the notes of slow_midi.py, an independent model of the laws of DESIGN section 6; readers are
mido, composer's own, and for the pieces pretty_midi and symusic too.
"""

from __future__ import annotations

import io
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from slow_midi import (
    Heard,
    assert_thinned,
    begun,
    channels_of,
    expected_bends,
    expected_controls,
    expected_notes,
    expected_pans,
    expected_parts,
    expected_placed,
    heard_by_mido,
    parsed,
    placed_by_mido,
    tick_of,
    timed,
)

import composer
import composer.piece.store
from composer.instruments import instrument, instruments
from composer.outputs.midi import encode_midi
from composer.outputs.performance import sounding_pitch
from composer.score import CONTROL, CONTROLLERS, NOTE, Controls, Key, Marker, Meter, Notes, Score, Track, notes
from composer.sources.midi import midi_score
from composer.units import TempoMap

# The keys from seven flats to seven sharps, as mido names them.
MAJOR = "Cb Gb Db Ab Eb Bb F C G D A E B F# C#".split()
MINOR = "Abm Ebm Bbm Fm Cm Gm Dm Am Em Bm F#m C#m G#m D#m A#m".split()
PITCHED = [name for name in instruments() if name != "drums"]


# Random scores. A few values are drawn often, so that notes meet, and any value sometimes.
def beats(most: int) -> st.SearchStrategy[float]:
    return st.integers(0, 12).map(lambda n: n / 4) | st.floats(0, most, width=32)


NOTES = st.lists(
    st.tuples(
        beats(4096),
        st.sampled_from([0.0, 0.25, 1.0, 1e-6]) | st.floats(0, 64, width=32),
        st.sampled_from([36.0, 60.0, 60.49, 60.5, 61.0]) | st.floats(-30, 160, width=32),
        st.sampled_from([0.0, 1.0]) | st.floats(0, 1, width=16),
        st.sampled_from([-1.0, 0.0, 1.0]) | st.floats(-1, 1, width=16),
        st.just(-1),
    ),
    max_size=24,
).map(lambda rows: np.array(rows, NOTE))
CONTROLS = st.lists(
    st.tuples(beats(4096), st.just("volume") | st.sampled_from(sorted(CONTROLLERS)), st.floats(0, 1, width=16))
    | st.tuples(beats(4096), st.just("bend"), st.sampled_from([0.0, 2.0, -1.5]) | st.floats(-30, 30, width=16)),
    max_size=6,
).map(lambda rows: np.array(rows, CONTROL))
# One note after another, of any pitch, each within a quarter of a beat; and bends of under 1.5 semitones.
MELODIES = st.lists(
    st.tuples(st.integers(0, 8), st.floats(0.01, 0.25), st.sampled_from([60.0, 60.3]) | st.floats(0, 127)),
    min_size=1,
    max_size=12,
).map(lambda rows: notes(*melody(rows)))
SMALL_BENDS = st.lists(
    st.tuples(st.integers(0, 40).map(lambda n: n / 8), st.just("bend"), st.floats(-1.49, 1.49)), max_size=8
).map(lambda rows: np.array(rows, CONTROL))


def melody(rows: list[tuple[int, float, float]]) -> tuple[NDArray[np.float64], ...]:
    """Return starts (a quarter of a beat or more apart), lengths and pitches of rests, lengths and pitches."""
    rests, lengths, pitches = np.array(rows, np.float64).T
    return (np.cumsum(rests + 1) - 1) / 4, lengths, pitches


INSTRUMENTS = st.just("drums") | st.sampled_from(["sine", "piano", *PITCHED])
TRACKS = st.lists(st.builds(Track, st.text(max_size=12), INSTRUMENTS, NOTES, CONTROLS), max_size=5).map(tuple)
TEMPI = st.lists(st.tuples(beats(4096), st.floats(4, 1000)), max_size=4, unique_by=lambda change: change[0]).map(
    lambda changes: TempoMap(tuple(sorted({0.0: 120.0, **dict(changes)}.items())))
)
SCORES = st.builds(
    Score,
    TRACKS,
    TEMPI,
    st.builds(Meter, st.integers(1, 255), st.sampled_from([1, 2, 4, 8, 16, 32])),
    st.none() | st.builds(Key, st.just("any"), st.integers(-7, 7), st.booleans()),
    st.lists(st.builds(Marker, beats(4096), st.text(max_size=12)), max_size=4).map(tuple),
    st.text(max_size=12),
)
PPQS = st.sampled_from([24, 480, 960, 32767])
MODEST = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_back(data: bytes) -> Score:
    """Return what composer reads in a file of these bytes, each channel by itself."""
    return midi_score(data, lanes=True)


def conducted(score: Score, ppq: int, kind: str) -> list[tuple[int, Any]]:
    """Return the messages of one kind on the conductor track that mido finds."""
    track = parsed(encode_midi(score, ppq)).tracks[0]
    return [(tick, message) for tick, message in timed(track) if message.type == kind]


@given(SCORES, PPQS)
@MODEST
def test_mido_hears_the_notes(score: Score, ppq: int) -> None:
    file = parsed(encode_midi(score, ppq))
    assert [placed_by_mido(track) for track in file.tracks[1:]] == expected_placed(score, ppq)
    for track, channels, mine in zip(file.tracks[1:], channels_of(score, ppq), score.tracks, strict=True):
        assert {m.channel for m in track if not m.is_meta} == set(channels)
        programs = [(tick, m.channel, m.program) for tick, m in timed(track) if m.type == "program_change"]
        assert programs == [(0, channel, instrument(mine.instrument).program) for channel in channels]
        assert [m.name for m in track if m.type == "track_name"] == [mine.name]


@given(SCORES, PPQS)
@MODEST
def test_the_tracks_are_aligned(score: Score, ppq: int) -> None:
    file = parsed(encode_midi(score, ppq))
    assert (file.type, file.ticks_per_beat, len(file.tracks)) == (1, ppq, 1 + len(score.tracks))
    ends = set()
    for track in file.tracks:
        messages = timed(track)
        assert [m.type for _, m in messages].count("end_of_track") == 1
        assert messages[-1][1].type == "end_of_track"
        ends.add(messages[-1][0])
    assert len(ends) == 1


@given(SCORES, PPQS)
@MODEST
def test_the_conductor_has_all_that_is_common(score: Score, ppq: int) -> None:
    assert [(t, m.name) for t, m in conducted(score, ppq, "track_name")] == [(0, score.title)] * bool(score.title)
    markers = [(t, m.text) for t, m in conducted(score, ppq, "marker")]
    assert markers == sorted(((tick_of(m.beat, ppq), m.text) for m in score.markers), key=lambda marker: marker[0])
    [(tick, meter)] = conducted(score, ppq, "time_signature")
    assert (tick, meter.numerator, meter.denominator) == (0, score.meter.beats, score.meter.unit)
    tempi = conducted(score, ppq, "set_tempo")
    assert [tick for tick, _ in tempi] == [tick_of(beat, ppq) for beat, _ in score.tempo.changes]
    for (_, message), (_, bpm) in zip(tempi, score.tempo.changes, strict=True):
        assert abs(message.tempo - Fraction(60_000_000) / Fraction(bpm)) <= Fraction(1, 2) + Fraction(1, 10**6)
    keys = [(tick, message.key) for tick, message in conducted(score, ppq, "key_signature")]
    named = [] if score.key is None else [(MINOR if score.key.minor else MAJOR)[score.key.sharps + 7]]
    assert keys == [(0, name) for name in named]


@given(SCORES, PPQS)
@MODEST
def test_mido_finds_pan_and_controllers(score: Score, ppq: int) -> None:
    file = parsed(encode_midi(score, ppq))
    for n, track in enumerate(file.tracks[1:]):
        for channel, expected in expected_pans(score, n, ppq).items():
            changes = [(t, m) for t, m in timed(track) if m.type == "control_change" and m.channel == channel]
            pans = [(t, m.value) for t, m in changes if m.control == 10]
            assert all(a[1] != b[1] and a[0] < b[0] for a, b in pairwise(pans))
            assert [t for t, _ in pans[:1]] == [0] * bool(expected)
            for tick, pan in expected.items():
                assert [value for t, value in pans if t <= tick][-1] == pan
            # Of several at one tick the last counts, in the score and in the file.
            targets = {number: target for target, number in CONTROLLERS.items()}
            found = [(t, targets[m.control], m.value) for t, m in changes if m.control not in (10, *BEND_RANGE)]
            assert_controls(score, n, ppq, found)


def assert_controls(score: Score, track: int, ppq: int, found: list[tuple[int, str, int]]) -> None:
    """Assert that the controllers (tick, target, value) of a channel are those of its track: see `assert_thinned`."""
    wanted = expected_controls(score, track, ppq)
    assert {target for _, target, _ in found} == {target for _, target in wanted}
    for target in {target for _, target in wanted}:
        own = {tick: value for (tick, its), value in wanted.items() if its == target}
        written = [(tick, value) for tick, its, value in found if its == target]
        if target == "sustain":  # at one tick it may be lifted and pressed: the last counts, and no change is dropped
            at_last = dict(written)
            for tick in own:
                assert [value for at, value in sorted(at_last.items()) if at <= tick][-1] == own[tick]
            assert all(a[1] != b[1] for a, b in pairwise(written)) and set(at_last) <= set(own)
        else:
            assert len(dict(written)) == len(written)
            assert_thinned(score, ppq, dict(written), own, 1, begun(score, track, ppq), None)


BEND_RANGE = (101, 100, 38, 6)  # the parameter's number, 0 0, and its data


def bends_by_mido(track: Any, channel: int) -> tuple[int, dict[int, int]]:
    """Return the range that a channel sets for its bends, 0 if none, and its bends by their ticks, -8192..8191."""
    mine = [(tick, m) for tick, m in timed(track) if not m.is_meta and m.channel == channel]
    setting = [(tick, m.control, m.value) for tick, m in mine if m.is_cc() and m.control in BEND_RANGE]
    found = [(tick, m.pitch) for tick, m in mine if m.type == "pitchwheel"]
    if not setting:
        assert not found
        return 0, {}
    span = setting[3][2]
    values = ((101, 0), (100, 0), (38, 0), (6, span), (101, 127), (100, 127))
    assert setting == [(0, *value) for value in values]
    assert all(a[0] < b[0] and a[1] != b[1] for a, b in pairwise([(-1, 0), *found]))
    return span, dict(found)


@given(SCORES | st.builds(lambda *parts: Score((Track("it", "flute", *parts),)), MELODIES, CONTROLS), PPQS)
@MODEST
def test_mido_finds_the_bends(score: Score, ppq: int) -> None:
    file = parsed(encode_midi(score, ppq))
    for n, track in enumerate(file.tracks[1:]):
        by_channel = expected_bends(score, n, ppq)
        most: Fraction = max([Fraction(0), *(abs(bend) for found in by_channel.values() for bend in found.values())])
        # What is wider by less than floating point can tell may stay in the narrower range.
        ranges = {min(s for s in (2, 12, 24, 48) if s >= most - slack) for slack in (0, 1e-12)}
        needed = any(by_channel.values())
        for channel, expected in by_channel.items():
            span, found = bends_by_mido(track, channel)
            assert span in (ranges if needed else {0})
            assert set(found) <= set(expected)
            for tick, exact in expected.items():
                wheel = ([0] + [value for at, value in found.items() if at <= tick])[-1]
                off = abs(wheel - min(exact * 8192 / span, 8191)) - Fraction(1, 2) - Fraction(1, 10**6)
                if off > 0:  # left out: no more than a cent, for 5 ms, and no note begins with it
                    assert off <= Fraction(8192, 100 * span) and tick not in begun(score, n, ppq)
                    following = min(at for at in expected if at > tick)
                    assert score.tempo.seconds(following / ppq) - score.tempo.seconds(tick / ppq) < 0.005
            # At a tick with a bend, the channel's notes end before it and begin after it.
            for tick in found:
                kinds = [m.type for at, m in timed(track) if at == tick and not m.is_meta and m.channel == channel]
                place = kinds.index("pitchwheel")
                assert "note_on" not in kinds[:place] and "note_off" not in kinds[place:]


def sounding(score: Score, ppq: int = 960) -> list[tuple[int, float]]:
    """Return the tick and the pitch, bend included, with which each note of a score begins, sorted."""
    found: list[tuple[int, float]] = []
    for track in score.tracks:
        ticks = np.floor(track.notes["start"] * ppq + 0.5).astype(int).tolist()
        found += zip(ticks, sounding_pitch(track).tolist(), strict=True)
    return sorted(found)


def far(found: list[tuple[int, float]], wanted: list[tuple[int, float]]) -> float:
    """Return how many semitones the pitches are from those wanted, at most; the ticks must be the same."""
    assert [tick for tick, _ in found] == [tick for tick, _ in wanted]
    return max(abs(a[1] - b[1]) for a, b in zip(found, wanted, strict=True))


@given(MELODIES, SMALL_BENDS)
@MODEST
def test_pitches_come_back_to_the_fiftieth_of_a_cent(tune: Notes, bends: Controls) -> None:
    score = Score((Track("it", "violin", tune, bends),))
    read = read_back(encode_midi(score))
    assert far(sounding(read), sounding(score)) * 100 < 0.02
    assert all((track.notes["pitch"] % 1 == 0).all() for track in read.tracks)


@given(MELODIES, SMALL_BENDS, st.floats(1.6, 24))
@MODEST
def test_wider_bends_come_back_as_well_as_their_range_allows(tune: Notes, bends: Controls, most: float) -> None:
    bends["value"] *= most / 1.5
    score = Score((Track("it", "violin", tune, bends),))
    span = bends_by_mido(parsed(encode_midi(score)).tracks[1], 0)[0] or 2
    keys = np.floor(tune["pitch"] + 0.5)
    # composer's own score has bends of two octaves at most
    pitches = np.clip(sounding_pitch(score.tracks[0]) - keys, -24, 24) + keys
    wanted = sorted(zip(np.floor(tune["start"] * 960 + 0.5).astype(int).tolist(), pitches.tolist(), strict=True))
    # half a step of 14 bits; a whole one at the very top
    assert far(sounding(read_back(encode_midi(score))), wanted) <= span / 8192


@given(MELODIES, SMALL_BENDS)
@settings(max_examples=30, deadline=None)
def test_symusic_finds_the_same_bends(tune: Notes, bends: Controls) -> None:
    import symusic

    score = Score((Track("it", "violin", tune, bends),))
    data = encode_midi(score)
    [channels] = channels_of(score)
    # symusic has a track for each channel that plays, in their order
    playing = sorted({placed.channel for placed in placed_by_mido(parsed(data).tracks[1])})
    tracks = symusic.Score.from_midi(data).tracks
    for track, channel in zip(tracks, playing, strict=True):
        span, expected = bends_by_mido(parsed(data).tracks[1], channel)
        assert {bend.time: bend.value for bend in track.pitch_bends} == expected
        setting = [(c.time, c.number, c.value) for c in track.controls if c.number in BEND_RANGE]
        assert sorted(setting) == sorted(
            [(0, 101, 0), (0, 100, 0), (0, 38, 0), (0, 6, span), (0, 101, 127), (0, 100, 127)] if span else []
        )
    assert set(playing) <= set(channels)


@pytest.mark.filterwarnings("ignore:pkg_resources is deprecated")
def test_pretty_midi_finds_the_same_bends() -> None:
    import pretty_midi

    tune = notes(np.arange(8) / 2, 0.5, 60 + np.arange(8) * 0.35)
    data = encode_midi(Score((Track("it", "violin", tune, np.array([(1.25, "bend", -1.0)], CONTROL)),)))
    read = pretty_midi.PrettyMIDI(io.BytesIO(data))
    found = sorted(
        sorted((int(read.time_to_tick(bend.time)), bend.pitch) for bend in part.pitch_bends)
        for part in read.instruments
    )
    track = parsed(data).tracks[1]
    playing = {placed.channel for placed in placed_by_mido(track)}
    assert len(playing) == 2
    assert found == sorted(sorted(bends_by_mido(track, channel)[1].items()) for channel in playing)


@given(SCORES, PPQS)
@MODEST
def test_we_read_what_we_write(score: Score, ppq: int) -> None:
    file = parsed(encode_midi(score, ppq))
    read = read_back(encode_midi(score, ppq))
    channels = channels_of(score, ppq)
    # composer has a track for each channel of a track that plays, in their order
    parts = expected_parts(score, ppq)
    assert len(read.tracks) == len(parts)
    for mine, (n, channel, expected) in zip(read.tracks, parts, strict=True):
        written = score.tracks[n]
        program = instrument(written.instrument).program
        name = "drums" if channel == 9 else PITCHED[program]
        alone = [m for m, *_ in parts].count(n) == 1
        assert (mine.name, mine.instrument) == ((alone and written.name) or name, name)
        assert in_ticks(mine, ppq) == expected
        assert set(mine.notes["row"]) == {-1}
        if sum(channel in others for others in channels) == 1:
            pans = expected_pans(score, n, ppq)[channel]
            for note in mine.notes:
                assert note["pan"] == (pans[round(note["start"] * ppq)] - 64) / 63
            others = mine.controls[mine.controls["target"] != "bend"]
            found = [(round(c["start"] * ppq), str(c["target"]), round(127 * c["value"])) for c in others]
            assert_controls(score, n, ppq, found)
            span, wheel = bends_by_mido(file.tracks[1 + n], channel)
            bends = mine.controls[mine.controls["target"] == "bend"]
            held = {tick: min(max(value * span / 8192, -24), 24) for tick, value in sorted(wheel.items())}
            before = [0.0, *held.values()]
            # Beyond 24 semitones one bend is like another, and what changes nothing is not told.
            changes = {tick: value for (tick, value), last in zip(held.items(), before, strict=False) if value != last}
            assert {round(c["start"] * ppq): c["value"] for c in bends} == changes
    assert read.title == score.title
    assert read.meter == score.meter
    assert (read.key and (read.key.sharps, read.key.minor)) == (score.key and (score.key.sharps, score.key.minor))
    markers = sorted(((tick_of(m.beat, ppq), m.text) for m in score.markers), key=lambda marker: marker[0])
    assert [(round(m.beat * ppq), m.text) for m in read.markers] == markers
    tempi = {tick_of(beat, ppq): 6e7 / round(6e7 / bpm) for beat, bpm in score.tempo.changes}
    assert {round(beat * ppq): bpm for beat, bpm in read.tempo.changes} == pytest.approx(tempi)


def in_ticks(track: Track, ppq: int) -> list[Heard]:
    """Return a track that was read from a `.mid` in the file's own numbers; each must be a whole one."""
    found = []
    for note in track.notes:
        exact = note["start"] * ppq, (note["start"] + note["length"]) * ppq, note["pitch"], 127 * note["velocity"]
        whole = Heard(*(round(value) for value in exact))
        assert exact == pytest.approx(whole, rel=1e-12, abs=1e-6)
        found.append(whole)
    return sorted(found)


@given(SCORES.filter(lambda score: [t.instrument for t in score.tracks].count("drums") <= 1))
@MODEST
def test_a_score_that_was_read_is_written_the_same(score: Score) -> None:
    once = encode_midi(read_back(encode_midi(score)))
    assert encode_midi(read_back(once)) == once


# The example pieces. Their own scores are the second oracle beside the slow model.


@pytest.fixture(scope="module", params=sorted(composer.piece.store.built_in()))
def piece(request: pytest.FixtureRequest, compositions: dict[str, composer.Composition]) -> Score:
    """Each built-in piece's score."""
    return compositions[request.param].score


def test_each_note_of_a_piece_is_within_half_a_tick(piece: Score) -> None:
    for track, mine in zip(parsed(encode_midi(piece)).tracks[1:], piece.tracks, strict=True):
        heard = {(note.start, note.pitch): note for note in heard_by_mido(track)}
        starts = {(floor(n["start"] * 960 + 0.5), floor(n["pitch"] + 0.5)) for n in mine.notes}
        assert len(heard) == len(heard_by_mido(track))
        assert set(heard) == starts
        for note in mine.notes:
            found = heard[floor(note["start"] * 960 + 0.5), floor(note["pitch"] + 0.5)]
            assert abs(found.start - note["start"] * 960) <= 0.5 + 1e-6
            later = [start for start, pitch in starts if pitch == found.pitch and start > found.start]
            end = min([(note["start"] + note["length"]) * 960, *later])
            assert found.end == pytest.approx(end, abs=0.5 + 1e-6) or found.end - found.start == 1
            assert abs(found.velocity - 127 * note["velocity"]) <= 0.5 + 1e-6


def test_mido_reads_a_piece(piece: Score) -> None:
    file = parsed(encode_midi(piece))
    assert [heard_by_mido(track) for track in file.tracks[1:]] == expected_notes(piece, 960)
    assert [sorted({m.channel for m in track if not m.is_meta}) for track in file.tracks[1:]] == channels_of(piece)


def test_we_read_a_piece(piece: Score) -> None:
    read = read_back(encode_midi(piece))
    assert [in_ticks(track, 960) for track in read.tracks] == [heard for *_, heard in expected_parts(piece, 960)]
    assert read.seconds == pytest.approx(piece.seconds, abs=0.005)


def test_symusic_reads_a_piece(piece: Score) -> None:
    import symusic

    read = symusic.Score.from_midi(encode_midi(piece))
    assert read.ticks_per_quarter == 960
    found = [sorted(Heard(n.start, n.end, n.pitch, n.velocity) for n in track.notes) for track in read.tracks]
    parts = expected_parts(piece, 960)
    assert found == [heard for *_, heard in parts]
    for track, (n, *_) in zip(read.tracks, parts, strict=True):
        player = instrument(piece.tracks[n].instrument)
        assert (track.name, track.program, track.is_drum) == (piece.tracks[n].name, player.program, player.is_drums)
    assert [(tempo.time, tempo.mspq) for tempo in read.tempos] == [
        (tick_of(beat, 960), round(6e7 / bpm)) for beat, bpm in piece.tempo.changes
    ]


# pretty_midi keeps times in seconds; its own map leads back to ticks. Some of its versions use pkg_resources.
@pytest.mark.filterwarnings("ignore:pkg_resources is deprecated")
def test_pretty_midi_reads_a_piece(piece: Score) -> None:
    import pretty_midi

    # with the key in the conductor's track alone: for one that is elsewhere, it calls a file invalid
    read = pretty_midi.PrettyMIDI(io.BytesIO(encode_midi(piece, key_in="conductor")), charset="utf-8")
    parts = expected_parts(piece, 960)
    assert len(read.instruments) == len(parts)
    for found, (n, _, expected) in zip(read.instruments, parts, strict=True):
        mine = piece.tracks[n]
        player = instrument(mine.instrument)
        assert (found.name, found.program, found.is_drum) == (mine.name, player.program, player.is_drums)
        heard = [
            Heard(int(read.time_to_tick(n.start)), int(read.time_to_tick(n.end)), n.pitch, n.velocity)
            for n in found.notes
        ]
        assert sorted(heard) == expected
        # and its seconds are the score's own: half a tick, and half a microsecond a beat of the rounded tempo
        slowest = min(bpm for _, bpm in piece.tempo.changes)
        tolerance = 0.5 / 960 * 60 / slowest + 0.5e-6 * piece.end
        starts = sorted(n.start for n in found.notes)
        exact = sorted({float(piece.tempo.seconds(tick / 960)) for tick in (h.start for h in heard)})
        assert sorted(set(np.round(starts, 9))) == pytest.approx(exact, abs=tolerance)
