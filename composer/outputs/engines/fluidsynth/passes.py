"""From a score to what FluidSynth plays: a `.mid` for each pass, made by our own writer, and the presets it needs.

A pass has one synthesiser with sixteen channels. Tracks whose sound must come apart are played by different passes,
and so are more tracks than sixteen channels hold. Times are written in seconds, at one tempo: FluidSynth's player meets
a change of tempo a millisecond or two late, each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from composer.instruments import instrument
from composer.outputs.channels import MELODIC
from composer.outputs.midi import channels_wanted, encode_midi
from composer.score import NOTE, Bank, Score, Track
from composer.units import A4_HZ, TempoMap

PPQ = 4000  # ticks a second: six to each of FluidSynth's own steps, and 18 hours can pass without an event
DRUM_BANK = 128
# The bank that FluidSynth makes of controllers 0 and 32, in each of its modes.
BANKS: dict[str, Callable[[Bank], int]] = {
    "gm": lambda bank: 0,
    "gs": lambda bank: bank[0],
    "xg": lambda bank: bank[1],
    "mma": lambda bank: 128 * bank[0] + bank[1],
}
_A_BEAT_A_SECOND = TempoMap(((0.0, 60.0),))


@dataclass(frozen=True)
class Pass:
    """What one synthesiser plays: the bytes of a `.mid`, and the number of the group that it belongs to."""

    group: int
    midi: bytes


@dataclass(frozen=True)
class Preset:
    """A preset that a track needs: its place in the soundfont."""

    bank: int
    program: int
    instrument: str
    track: str


def passes(score: Score, groups: Sequence[Sequence[int]], a4: float = A4_HZ, early: float = 0.0) -> list[Pass]:
    """Return what has to be played so that each of the `groups` of tracks, by number, sounds on its own.

    All events come `early` by so many seconds, as far as there is time before them.
    """
    shift = 12 * float(np.log2(a4 / A4_HZ))
    made = []
    for number, group in enumerate(groups):
        heard = [score.tracks[n] for n in sorted(set(group)) if score.tracks[n].notes.size]
        timed = Score(tuple(_in_seconds(track, score.tempo, shift, early) for track in heard), _A_BEAT_A_SECOND)
        for tracks in _parts(timed):
            made.append(Pass(number, encode_midi(replace(timed, tracks=tracks), PPQ, player="fluidsynth")))
    return made


def presets(score: Score, groups: Sequence[Sequence[int]], banks: str = "gs") -> list[Preset]:
    """Return the presets that the tracks of the groups need, each track its own; `banks` is a row of `BANKS`."""
    found = []
    for n in sorted({n for group in groups for n in group}):
        track = score.tracks[n]
        player = instrument(track.instrument)
        if track.notes.size:
            place = (DRUM_BANK, 0) if player.is_drums else (BANKS[banks](track.bank or (0, 0)), player.program)
            found.append(Preset(*place, player.name, track.name))
    return found


def _parts(score: Score) -> list[tuple[Track, ...]]:
    """Return the tracks in parts of as many as have all the channels that they want; all drums are in one."""
    parts: list[list[Track]] = []
    drums: list[Track] = []
    free = 0
    for track, wants in zip(score.tracks, channels_wanted(score, PPQ), strict=True):
        if wants > free:
            parts.append([])
            free = len(MELODIC)
        free -= wants
        (parts[-1] if wants else drums).append(track)
    if drums:
        parts = [drums + part for part in parts[:1]] + parts[1:] if parts else [drums]
    return [tuple(part) for part in parts]


def _in_seconds(track: Track, tempo: TempoMap, shift: float, early: float) -> Track:
    """Return the track with seconds for beats, less `early`, and its pitches, unless drums, raised by `shift`."""
    notes, controls = np.array(track.notes, NOTE), np.array(track.controls)
    start = tempo.seconds(track.notes["start"])
    end = start + tempo.seconds_lasting(track.notes["start"], track.notes["length"])
    notes["start"] = np.maximum(start - early, 0)
    notes["length"] = np.maximum(end - early, notes["start"]) - notes["start"]
    if not instrument(track.instrument).is_drums:
        notes["pitch"] += shift
    controls["start"] = np.maximum(tempo.seconds(track.controls["start"]) - early, 0)
    return replace(track, notes=notes, controls=controls, lyrics=())
