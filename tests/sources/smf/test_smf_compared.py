"""The reader finds what others find: a slow model of its own, mido and symusic, in random files and in every piece."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_smf import DIVISIONS, META, encoded, random_events, random_file, smf, written_by_mido
from slow_smf import TARGETS, Event, assert_holds, interpreted, mido_events, parsed

import composer
import composer.piece.store
from composer.instruments import instrument, instruments
from composer.outputs.midi import encode_midi
from composer.score import CONTROL, Key, Meter, Score, Track, notes
from composer.sources.midi import midi_score
from composer.units import TempoMap

SEEDS = st.integers(0, 2**32)
PLAYERS = [name for name in instruments() if name not in ("drums", "sine")]


def in_ticks(score: Score, a_beat: int) -> Counter[tuple[Any, ...]]:
    """Return the notes of a score in ticks, with who plays them."""
    found: Counter[tuple[Any, ...]] = Counter()
    for track in score.tracks:
        player = instrument(track.instrument)
        for note in track.notes:
            times = [round(float(beats) * a_beat) for beats in (note["start"], note["length"])]
            found[player.is_drums, player.program, *times, int(note["pitch"]), round(127 * note["velocity"])] += 1
    return found


def by_symusic(read: Any) -> Counter[tuple[Any, ...]]:
    """Return the notes that symusic finds, in the shape of `in_ticks`; the drums' program is no matter."""
    return Counter(
        (track.is_drum, 0 if track.is_drum else track.program, n.time, n.duration, n.pitch, n.velocity)
        for track in read.tracks
        for n in track.notes
    )


@given(SEEDS)
@settings(max_examples=600, deadline=None)
def test_any_file_is_read_as_the_slow_model_reads_it(seed: int) -> None:
    data = random_file(random.Random(seed))
    assert_holds(midi_score(data, lanes=True), interpreted(parsed(data)))


@given(SEEDS)
@settings(max_examples=300, deadline=None)
def test_files_of_mido_are_read_as_mido_reads_them(seed: int) -> None:
    rng = random.Random(seed)
    tracks = [random_events(rng, rng.randrange(40), odd=False) for _ in range(rng.randint(1, 4))]
    data = written_by_mido(tracks, rng.choice(DIVISIONS))
    assert_holds(midi_score(data, lanes=True), interpreted(mido_events(data)))


def sung(rng: random.Random, channel: int) -> list[Event]:
    """Return a track on one channel in which all notes end, with a name, programs, controllers and bends."""
    found, tick = [Event(0, META, 3, 0, f"part {channel}".encode()), Event(0, 0xC0 | channel, rng.randrange(128))], 0
    for _ in range(rng.randrange(1, 30)):
        tick += rng.choice([0, 1, 96, 1000])
        keys = rng.sample(range(128), rng.randint(1, 3))
        found += [Event(tick, 0x90 | channel, key, rng.randint(1, 127)) for key in keys]
        if rng.random() < 0.3:
            found.append(Event(tick, 0xB0 | channel, rng.choice(sorted(TARGETS)), rng.randrange(128)))
        if rng.random() < 0.2:
            found.append(Event(tick, 0xE0 | channel, rng.randrange(128), rng.randrange(128)))
        if rng.random() < 0.1:
            found.append(Event(tick, 0xC0 | channel, rng.randrange(128)))
        tick += rng.choice([1, 30, 200])
        off = rng.choice([(0x90, 0), (0x80, 64)])
        found += [Event(tick, off[0] | channel, key, off[1]) for key in keys]
    return found


@given(SEEDS)
@settings(max_examples=300, deadline=None)
def test_symusic_mido_and_we_hear_the_same(seed: int) -> None:
    import symusic

    rng = random.Random(seed)
    tracks = [sung(rng, channel) for channel in rng.sample(range(16), rng.randint(1, 4))]
    tempo = [(rng.choice([0, 96, 500]), rng.randint(1000, 2**24 - 1)) for _ in range(rng.randrange(3))]
    conductor = [
        Event(tick, META, 0x51, 0, quarter.to_bytes(3, "big")) for tick, quarter in sorted(dict(tempo).items())
    ]
    tracks = [conductor, *tracks]
    writers = [lambda: written_by_mido(tracks, 480)]
    writers += [lambda way=way: smf(*(encoded(t, way) for t in tracks), division=480) for way in ("never", "broken")]
    data = rng.choice(writers)()
    score, read = midi_score(data, lanes=True), symusic.Score.from_midi(data)
    heard = interpreted(mido_events(data))
    assert_holds(score, heard)
    assert in_ticks(score, 480) == by_symusic(read)
    assert {(t.name, instrument(t.instrument).is_drums) for t in score.tracks} == {
        (t.name, t.is_drum) for t in read.tracks if t.notes
    }
    told = {change.time: change.mspq for change in read.tempos}
    assert told == {tick: quarter for tick, quarter in dict(tempo).items()}
    assert {round(beat * 480): round(6e7 / bpm) for beat, bpm in score.tempo.changes} == {0: 500_000, **told}
    controls = Counter((c.time, TARGETS[c.number], c.value) for t in read.tracks for c in t.controls)
    once = {t.name: t.controls for t in score.tracks}  # tracks of one channel share them
    mine = Counter(
        (round(float(at) * 480), target, round(127 * float(value)))
        for rows in once.values()
        for at, target, value in rows.tolist()
        if target != "bend"
    )
    assert mine == controls


def random_score(rng: random.Random) -> Score:
    """Return a score of a few tracks, drums and banks among them, whose notes may overlap at will."""

    def tune(drums: bool) -> Any:
        count = rng.randint(1, 8)
        start = [rng.choice([rng.randrange(40) / 4, rng.uniform(0, 60)]) for _ in range(count)]
        length = [rng.choice([0, 0.25, 1, rng.uniform(0, 8)]) for _ in range(count)]
        pitch = [rng.choice([36, 60, 61.4, rng.uniform(0, 127)]) for _ in range(count)]
        pan = [rng.choice([-1, 0, 0.5]) for _ in range(count)] if rng.random() < 0.5 else 0.0
        return notes(start, length, pitch, [rng.random() for _ in range(count)], pan)

    made = []
    for n in range(17 if rng.random() < 0.02 else rng.choice([1, 2, 2, 3])):
        player = rng.choice(["drums", *rng.sample(PLAYERS, 3)])
        bank = rng.choice([None, None, (rng.randrange(128), rng.randrange(128))]) if player != "drums" else None
        rows = [(rng.uniform(0, 40), rng.choice(["volume", "bend"]), rng.random()) for _ in range(rng.randrange(4))]
        made.append(Track(f"{player} {n}", player, tune(player == "drums"), np.array(rows, CONTROL), bank=bank))
    tempi = {0.0: 120.0} | {rng.uniform(0, 60): rng.uniform(4, 1000) for _ in range(rng.randrange(3))}
    key = rng.choice([None, Key("E minor", 1, True)])
    return Score(tuple(made), TempoMap(tuple(sorted(tempi.items()))), Meter(3, 4), key, title="any")


@given(SEEDS)
@settings(max_examples=1000, deadline=None)
def test_a_thousand_random_scores_are_read_the_same_by_mido_symusic_and_us(seed: int) -> None:
    import symusic

    rng = random.Random(seed)
    score = random_score(rng)
    ppq = rng.choice([24, 480, 960])
    data = encode_midi(score, ppq, rng.choice(["bend", "round"]))
    read = midi_score(data, lanes=True)
    assert_holds(read, interpreted(mido_events(data)))
    assert in_ticks(read, ppq) == by_symusic(symusic.Score.from_midi(data))
    # and it is the score that was written: every onset of every track, by its name
    for track in score.tracks:
        begun = {int(np.floor(at * ppq + 0.5)) for at in track.notes["start"].tolist()}
        named = [mine for mine in read.tracks if mine.name == track.name]
        if track.instrument != "drums" and named:  # of a track of several channels, each is called as its instrument
            assert {round(at * ppq) for mine in named for at in mine.notes["start"].tolist()} == begun
            assert {(mine.instrument, mine.bank) for mine in named} == {(track.instrument, track.bank)}


@pytest.fixture(scope="module", params=sorted(composer.piece.store.built_in()))
def piece(request: pytest.FixtureRequest, compositions: dict[str, composer.Composition]) -> Score:
    """Each built-in piece's score."""
    return compositions[request.param].score


def test_a_piece_is_read_as_mido_and_symusic_read_it(piece: Score) -> None:
    import symusic

    data = encode_midi(piece)
    score = midi_score(data, lanes=True)
    heard = interpreted(mido_events(data))
    assert heard == interpreted(parsed(data))
    assert_holds(score, heard)
    assert in_ticks(score, 960) == by_symusic(symusic.Score.from_midi(data))
    names = [track.name for track in midi_score(data).tracks]
    assert list(dict.fromkeys(names)) == [track.name for track in piece.tracks if len(track.notes)]
    assert score.title == piece.title


def test_a_wrong_score_is_told_from_a_right_one() -> None:
    data = smf(bytes.fromhex("00903c40 60803c40 00ff2f00"))
    heard, right = interpreted(parsed(data)), midi_score(data, lanes=True)
    assert_holds(right, heard)
    for field, more in (("start", 1e-9), ("length", 1e-9), ("pitch", 1), ("velocity", 1e-9), ("pan", 1e-9)):
        notes = right.tracks[0].notes.copy()
        notes[field] += more
        wrong = Score((Track(right.tracks[0].name, right.tracks[0].instrument, notes),))
        with pytest.raises(AssertionError):
            assert_holds(wrong, heard)
