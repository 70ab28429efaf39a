"""What a `.mid` must hold of a score, worked out note by note in plain Python and exact fractions.

This is the oracle of the encoder's tests: it shares no code with composer/outputs, and is written to be read,
not to be fast. `heard_by_mido` brings what mido finds in a file into the same shape.
"""

from __future__ import annotations

import io
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any, NamedTuple

import mido

from composer.instruments import instrument
from composer.score import Score, Track


class Heard(NamedTuple):
    """One note in a `.mid`: ticks and 7-bit numbers."""

    start: int
    end: int
    pitch: int
    velocity: int


def tick_of(beat: float, ppq: int) -> int:
    """Return the tick nearest to a beat, the later of two that are equally near."""
    return floor(Fraction(float(beat)) * ppq + Fraction(1, 2))


def seven_bits(value: float, least: int) -> int:
    """Return 0..1 as `least`..127."""
    return min(max(floor(127 * Fraction(float(value)) + Fraction(1, 2)), least), 127)


class Placed(NamedTuple):
    """One note in a `.mid`, and the port and channel that it is on, both counted from 0."""

    port: int
    channel: int
    heard: Heard


def key_of(pitch: float) -> int:
    """Return the key, 0..127, nearest to a pitch, the higher of two."""
    return min(max(floor(Fraction(float(pitch)) + Fraction(1, 2)), 0), 127)


def step_of(pitch: float) -> int:
    """Return how far a pitch is above its key, in steps of 1/4096 semitone: the finest that a bend can tell."""
    return floor((Fraction(float(pitch)) - key_of(pitch)) * 4096 + Fraction(1, 2))


def pan_of(pan: float) -> int:
    """Return a pan as 1..127."""
    return floor(Fraction(129, 2) + 63 * Fraction(float(pan)))


def is_drums(track: Track) -> bool:
    """Whether a track is played on the drums' channel."""
    return bool(instrument(track.instrument).is_drums)


def spans_of(track: Track, ppq: int) -> list[tuple[int, int, tuple[int, int], Any]]:
    """Return a track's notes in order of start: their ticks, what their channel must have (bend, pan), the note."""
    found = []
    for note in track.notes:
        start = tick_of(note["start"], ppq)
        end = max(tick_of(note["start"] + note["length"], ppq), start + 1)
        bend = 0 if is_drums(track) else step_of(note["pitch"])
        found.append((start, end, (bend, pan_of(note["pan"])), note))
    return sorted(found, key=lambda span: span[0])


def voices_wanted(track: Track, ppq: int) -> int:
    """Return the most states that there are at once, 15 at most; what is bent rings on for half a beat."""
    spans = spans_of(track, ppq)
    rest = round(ppq / 2) if any(bend for _, _, (bend, _), _ in spans) else 0
    most = 1
    for n, (start, _, mine, _) in enumerate(spans):
        most = max(most, len({mine, *(state for _, end, state, _ in spans[:n] if end + rest > start)}))
    return min(most, 15)


def seats_of(score: Score, ppq: int) -> list[tuple[int, list[int]]]:
    """Return each track's port and channels: fifteen melodic ones a port; those that are left go round."""
    seats: list[tuple[int, list[int]]] = [(0, [9]) for _ in score.tracks]
    melodic = [n for n, track in enumerate(score.tracks) if not is_drums(track)]
    for port in range(len(melodic) // 15 + 1):
        mine = melodic[15 * port : 15 * port + 15]
        wants = {n: voices_wanted(score.tracks[n], ppq) for n in mine}
        shares = dict.fromkeys(mine, 1)
        while sum(shares.values()) < 15 and shares != wants:
            for n in mine:
                if sum(shares.values()) < 15 and shares[n] < wants[n]:
                    shares[n] += 1
        free = [*range(9), *range(10, 16)]
        for n in mine:
            seats[n] = (port, [free.pop(0) for _ in range(shares[n])])
    return seats


def channels_of(score: Score, ppq: int = 960) -> list[list[int]]:
    """Return each track's channels."""
    return [channels for _, channels in seats_of(score, ppq)]


def voices_of(track: Track, ppq: int, channels: list[int]) -> list[int]:
    """Return the channel of each note of `spans_of`: that with its state, or the one that fell silent first."""
    until: dict[int, list[int]] = {channel: [] for channel in channels}
    states: dict[int, tuple[int, int] | None] = dict.fromkeys(channels)
    taken = []
    for _, end, state, _ in spans_of(track, ppq):
        same = [channel for channel in channels if states[channel] == state]
        mine = same[0] if same else min(channels, key=lambda channel: max(until[channel], default=-1))
        until[mine].append(end)
        states[mine] = state
        taken.append(mine)
    return taken


def expected_placed(score: Score, ppq: int) -> list[list[Placed]]:
    """Return each track's notes as the laws have them, sorted."""
    seats = seats_of(score, ppq)
    kept: list[list[Placed]] = [[] for _ in score.tracks]
    keys: dict[tuple[int, int, int], list[tuple[Heard, int]]] = {}
    for n, (track, (port, channels)) in enumerate(zip(score.tracks, seats, strict=True)):
        for (start, end, _, note), channel in zip(spans_of(track, ppq), voices_of(track, ppq, channels), strict=True):
            heard = Heard(start, end, key_of(note["pitch"]), seven_bits(note["velocity"], 1))
            keys.setdefault((port, channel, heard.pitch), []).append((heard, n))
    for (port, channel, pitch), found in keys.items():
        by_start: dict[int, list[tuple[Heard, int]]] = {}
        for heard, n in found:
            by_start.setdefault(heard.start, []).append((heard, n))
        starts = sorted(by_start)
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            together = by_start[start]
            end = max(heard.end for heard, _ in together)
            loudest = max(heard.velocity for heard, _ in together)
            owner = together[0][1]
            end = end if following is None else min(end, following)
            kept[owner].append(Placed(port, channel, Heard(start, end, pitch, loudest)))
    return [sorted(notes) for notes in kept]


def expected_notes(score: Score, ppq: int) -> list[list[Heard]]:
    """Return each track's notes as the laws have them, whatever their channels, sorted."""
    return [sorted(placed.heard for placed in track) for track in expected_placed(score, ppq)]


def expected_parts(score: Score, ppq: int) -> list[tuple[int, int, list[Heard]]]:
    """Return the notes by track and channel, in this order, as readers have them who know one channel a track."""
    found: dict[tuple[int, int], list[Heard]] = {}
    for n, track in enumerate(expected_placed(score, ppq)):
        for placed in track:
            found.setdefault((n, placed.channel), []).append(placed.heard)
    return [(n, channel, sorted(found[n, channel])) for n, channel in sorted(found)]


def expected_pans(score: Score, track: int, ppq: int) -> dict[int, dict[int, int]]:
    """Return, by channel, the pan (0..127) at each tick where a note begins: the last of those that share it."""
    mine, channels = score.tracks[track], channels_of(score, ppq)[track]
    found: dict[int, dict[int, int]] = {channel: {} for channel in channels}
    for (start, _, (_, pan), _), channel in zip(spans_of(mine, ppq), voices_of(mine, ppq, channels), strict=True):
        found[channel][start] = pan
    return found


def expected_controls(score: Score, track: int, ppq: int) -> dict[tuple[int, str], int]:
    """Return the value (0..127) of each controller at each tick where it changes: the last in time of those there."""
    rows = score.tracks[track].controls
    changes = sorted(rows[rows["target"] != "bend"], key=lambda control: float(control["start"]))
    return {(tick_of(c["start"], ppq), str(c["target"])): seven_bits(c["value"], 0) for c in changes}


def begun(score: Score, track: int, ppq: int) -> list[int]:
    """Return the ticks at which a track's notes begin."""
    return [tick_of(note["start"], ppq) for note in score.tracks[track].notes]


def assert_thinned(
    score: Score, ppq: int, written: dict[int, Any], wanted: dict[int, Any], slight: Any, starts: list[int], first: Any
) -> None:
    """Assert that values written at ticks are those wanted, but for what is short, slight and no note begins in.

    `first` holds before the first. What is wanted and what is written are compared at every tick where either changes.
    """
    values = [first, *(value for _, value in sorted(written.items()))]
    assert all(a != b for a, b in pairwise(values)), "something is written twice"
    assert set(written) <= set(wanted)
    edges = sorted(wanted)
    off_since = None
    for tick, following in zip(edges, [*edges[1:], None], strict=True):
        now = [first, *(value for at, value in sorted(written.items()) if at <= tick)][-1]
        if now == wanted[tick]:
            off_since = None
            continue
        off_since = tick if off_since is None else off_since
        assert abs(now - wanted[tick]) <= slight
        assert following is not None
        lasting = float(score.tempo.seconds(following / ppq) - score.tempo.seconds(off_since / ppq))
        assert lasting < 0.010 + 1e-9
        assert not any(tick <= start < following for start in starts)


def expected_bends(score: Score, track: int, ppq: int) -> dict[int, dict[int, Fraction]]:
    """Return, by channel, the bend (exact semitones) at each tick where one may change; none where none is needed."""
    mine, channels = score.tracks[track], channels_of(score, ppq)[track]
    found: dict[int, dict[int, Fraction]] = {channel: {} for channel in channels}
    if is_drums(mine):
        return found
    rows = mine.controls[mine.controls["target"] == "bend"]
    changes = [
        (tick_of(row["start"], ppq), min(max(Fraction(float(row["value"])), Fraction(-24)), Fraction(24)))
        for row in sorted(rows, key=lambda row: float(row["start"]))
    ]
    spans = spans_of(mine, ppq)
    between = any(bend for _, _, (bend, _), _ in spans)
    played = list(zip(spans, voices_of(mine, ppq, channels), strict=True))
    for channel in channels:
        parts = [
            (start, Fraction(float(note["pitch"])) - key_of(note["pitch"]))
            for (start, _, _, note), its in played
            if between and its == channel
        ]
        most = Fraction(49, 2)
        found[channel] = {
            at: min(max(last_until(at, changes) + last_until(at, parts), -most), most)
            for at in sorted({tick for tick, _ in changes + parts})
        }
    return found


def last_until(tick: int, changes: list[tuple[int, Fraction]]) -> Fraction:
    """Return the last value at this tick or before, 0 if there is none."""
    return [Fraction(0), *(value for at, value in changes if at <= tick)][-1]


def parsed(data: bytes) -> mido.MidiFile:
    """Return a file as mido reads it, with names in UTF-8."""
    return mido.MidiFile(file=io.BytesIO(data), charset="utf-8")


def timed(track: Any) -> list[tuple[int, Any]]:
    """Return a track's messages with their ticks from the start."""
    tick = 0
    found = []
    for message in track:
        tick += message.time
        found.append((tick, message))
    return found


def placed_by_mido(track: Any) -> list[Placed]:
    """Return the notes of one track, sorted; no note may begin before the last of its key has ended."""
    sounding: dict[tuple[int, int], tuple[int, int]] = {}
    found, port = [], 0
    for tick, message in timed(track):
        if message.type == "midi_port":
            port = message.port
        elif message.type == "note_on":
            assert message.velocity > 0
            assert (message.channel, message.note) not in sounding
            sounding[message.channel, message.note] = tick, message.velocity
        elif message.type == "note_off":
            start, velocity = sounding.pop((message.channel, message.note))
            found.append(Placed(port, message.channel, Heard(start, tick, message.note, velocity)))
    assert not sounding
    return sorted(found)


def heard_by_mido(track: Any) -> list[Heard]:
    """Return the notes of one track, whatever their channels, sorted."""
    return sorted(placed.heard for placed in placed_by_mido(track))
