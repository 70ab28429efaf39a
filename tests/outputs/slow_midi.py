"""What a `.mid` must hold of a score, worked out note by note in plain Python and exact fractions.

This is the oracle of the encoder's tests: it shares no code with composer/outputs, and is written to be read,
not to be fast. `heard_by_mido` brings what mido finds in a file into the same shape.
"""

from __future__ import annotations

import io
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

import mido

from composer.instruments import instrument
from composer.score import Score


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


def channels_of(score: Score) -> list[int]:
    """Return each track's channel, counted from 0: melodic tracks in order around 9, which is for the drums."""
    channels = []
    melodic = 0
    for track in score.tracks:
        if instrument(track.instrument).is_drums:
            channels.append(9)
        else:
            channels.append(melodic if melodic < 9 else melodic + 1)
            melodic += 1
    return channels


def expected_notes(score: Score, ppq: int) -> list[list[Heard]]:
    """Return each track's notes as the laws have them, sorted."""
    channels = channels_of(score)
    kept: list[list[Heard]] = [[] for _ in score.tracks]
    keys: dict[tuple[int, int], list[tuple[Heard, int]]] = {}
    for n, track in enumerate(score.tracks):
        for note in track.notes:
            start = tick_of(note["start"], ppq)
            end = max(tick_of(note["start"] + note["length"], ppq), start + 1)
            pitch = min(max(floor(Fraction(float(note["pitch"])) + Fraction(1, 2)), 0), 127)
            heard = Heard(start, end, pitch, seven_bits(note["velocity"], 1))
            keys.setdefault((channels[n], pitch), []).append((heard, n))
    for found in keys.values():
        by_start: dict[int, list[tuple[Heard, int]]] = {}
        for heard, n in found:
            by_start.setdefault(heard.start, []).append((heard, n))
        starts = sorted(by_start)
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            together = by_start[start]
            end = max(heard.end for heard, _ in together)
            loudest = max(heard.velocity for heard, _ in together)
            first, owner = together[0]
            end = end if following is None else min(end, following)
            kept[owner].append(Heard(start, end, first.pitch, loudest))
    return [sorted(notes) for notes in kept]


def expected_pans(score: Score, track: int, ppq: int) -> dict[int, int]:
    """Return the pan (0..127) at each tick where a note of the track begins: the last of those that share it."""
    return {
        tick_of(note["start"], ppq): floor(Fraction(129, 2) + 63 * Fraction(float(note["pan"])))
        for note in score.tracks[track].notes
    }


def expected_controls(score: Score, track: int, ppq: int) -> dict[tuple[int, str], int]:
    """Return the value (0..127) of each controller at each tick where it changes: the last in time of those there."""
    rows = score.tracks[track].controls
    changes = sorted(rows[rows["target"] != "bend"], key=lambda control: float(control["start"]))
    return {(tick_of(c["start"], ppq), str(c["target"])): seven_bits(c["value"], 0) for c in changes}


def expected_bends(score: Score, track: int, ppq: int) -> dict[int, Fraction]:
    """Return the bend (exact semitones, -24..24) at each tick where one may change; none where none is needed."""
    mine = score.tracks[track]
    if instrument(mine.instrument).is_drums:
        return {}
    rows = mine.controls[mine.controls["target"] == "bend"]
    changes = [
        (tick_of(row["start"], ppq), min(max(Fraction(float(row["value"])), Fraction(-24)), Fraction(24)))
        for row in sorted(rows, key=lambda row: float(row["start"]))
    ]
    spans = []
    for note in mine.notes:
        pitch = Fraction(float(note["pitch"]))
        start = tick_of(note["start"], ppq)
        end = max(tick_of(note["start"] + note["length"], ppq), start + 1)
        spans.append((start, end, pitch - floor(pitch + Fraction(1, 2))))

    def step(part: Fraction) -> int:
        return floor(part * 4096 + Fraction(1, 2))

    meet = any(a[0] < b[1] and b[0] < a[1] and step(a[2]) != step(b[2]) for a in spans for b in spans)
    parts = [(start, part) for start, _, part in sorted(spans, key=lambda span: span[0])]
    if meet or not any(step(part) for _, part in parts):
        parts = []
    return {
        at: min(max(last_until(at, changes) + last_until(at, parts), Fraction(-24)), Fraction(24))
        for at in sorted({tick for tick, _ in changes + parts})
    }


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


def heard_by_mido(track: Any) -> list[Heard]:
    """Return the notes of one track, sorted; no note may begin before the last of its pitch has ended."""
    sounding: dict[tuple[int, int], tuple[int, int]] = {}
    found = []
    for tick, message in timed(track):
        if message.type == "note_on":
            assert message.velocity > 0
            assert (message.channel, message.note) not in sounding
            sounding[message.channel, message.note] = tick, message.velocity
        elif message.type == "note_off":
            start, velocity = sounding.pop((message.channel, message.note))
            found.append(Heard(start, tick, message.note, velocity))
    assert not sounding
    return sorted(found)
