"""How a piece ends: each ending takes the whole score and returns one with its close changed.

To add one: write a function whose parameters carry a `Doc`, and its row in ENDINGS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import numpy as np
from annotated_types import Gt, Interval, Le
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.instruments import instrument
from composer.mapping.harmony import Chord, chords_of
from composer.mapping.metre import bar_length
from composer.score import BEND, CONTROL, Controls, Marker, Score, Track, notes
from composer.units import TempoMap


def fade(
    score: Score,
    beats: Annotated[float, Gt(0), Doc("how long it takes")] = 16.0,
    to: Annotated[float, Interval(ge=0, le=1), Doc("the share of its velocity that the last note keeps")] = 0.15,
) -> Score:
    """The last beats grow softer, down to a share of their velocity."""
    begin = max(score.end - beats, 0.0)
    last = max((float(track.notes["start"].max(initial=0.0)) for track in score.tracks), default=0.0)
    tracks = []
    for track in score.tracks:
        made = track.notes.copy()
        gone = np.clip((made["start"] - begin) / max(last - begin, 1e-9), 0, 1)
        made["velocity"] *= 1 - gone * (1 - to)
        tracks.append(replace(track, notes=made))
    return replace(score, tracks=tuple(tracks))


def ritardando(
    score: Score,
    beats: Annotated[float, Gt(0), Doc("how long it takes")] = 8.0,
    to: Annotated[float, Interval(gt=0.1, le=1), Doc("the share of its tempo that is left at the end")] = 0.6,
) -> Score:
    """The last beats slow down, beat by beat."""
    begin = max(np.ceil(score.end - beats), 0.0)
    before = [change for change in score.tempo.changes if change[0] < begin]
    at = np.arange(begin, max(score.end, begin + 1))
    share = 1 - (1 - to) * (np.arange(at.size) + 1) / at.size
    slower = [round(score.tempo.at(beat) * float(left), 3) for beat, left in zip(at, share, strict=True)]
    return replace(score, tempo=TempoMap((*before, *zip(at.tolist(), slower, strict=True))))


def cadence(
    score: Score,
    chords: Annotated[str, Doc("the closing chords as Roman numerals in the key")] = "V I",
    length: Annotated[float, Gt(0), Le(64), Doc("how many beats each chord lasts, the last twice as long")] = 4.0,
    velocity: Annotated[float, Interval(gt=0, le=1), Doc("how hard the chords are struck")] = 0.6,
) -> Score:
    """The piece closes with chords: each track goes to the nearest note of the chord, the lowest to its root."""
    if score.key is None:
        raise InputError(Fault("a cadence needs a key", remedy='give the piece a key = "D dorian"'))
    closing = chords_of(chords, score.key.name)
    bar = bar_length(score.meter)
    begin = float(np.ceil(score.end / bar - 1e-9) * bar)
    pitched = [not instrument(track.instrument).is_drums for track in score.tracks]
    voices = [n for n, track in enumerate(score.tracks) if track.notes.size and pitched[n]]
    if not voices:
        return score
    lowest = min(voices, key=lambda n: float(np.median(score.tracks[n].notes["pitch"])))
    tracks = list(score.tracks)
    for n in voices:
        tracks[n] = _closed(tracks[n], closing, begin, length, velocity, root=n == lowest)
    return replace(score, tracks=tuple(tracks), markers=(*score.markers, Marker(begin, "cadence")))


def _closed(track: Track, chords: tuple[Chord, ...], begin: float, length: float, velocity: float, root: bool) -> Track:
    player, last = instrument(track.instrument), track.notes[-1]
    middle = float(np.median(track.notes["pitch"]))
    pitch, found = float(last["pitch"]), []
    for n, chord in enumerate(chords):
        classes = (chord.root,) if root else chord.classes
        inside = [key for key in range(player.lowest, player.highest + 1) if key % 12 in classes]
        near = middle if root else pitch  # roots stay in the register of their track
        pitch = min(inside, key=lambda key: (abs(key - near), key)) if inside else pitch
        lasting = length * (2 if n == len(chords) - 1 else 1)
        found.append(notes(begin + n * length, lasting, pitch, velocity, float(last["pan"])))
    return replace(track, notes=np.concatenate([track.notes, *found]), controls=_unbent(track.controls, begin))


def _unbent(controls: Controls, begin: float) -> Controls:
    """Return the controls with no bend from `begin` on: the closing chords are in tune."""
    bends = controls["target"] == BEND
    if not bends.any():
        return controls
    kept = controls[~bends | (controls["start"] < begin)]
    return np.concatenate([kept, np.array([(begin, BEND, 0.0)], CONTROL)])


ENDINGS: dict[str, Callable[..., Score]] = {"fade": fade, "ritardando": ritardando, "cadence": cadence}
