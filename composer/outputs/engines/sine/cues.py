"""What there is to sound, as frames and gains: one row for each note, or for each of the two copies of a wide one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from composer.instruments import Drum, Voice
from composer.outputs.engines.sine.exact import hz_of, power_of_2, sines
from composer.outputs.engines.sine.glide import Bend
from composer.outputs.engines.sine.timbre import SILENT, loudness_of_soft
from composer.outputs.performance import Performance, held
from composer.units import F8

CUE = np.dtype(
    [
        ("first", "i8"),  # the frame where the note begins,
        ("off", "i8"),  # where it is released,
        ("last", "i8"),  # and where it is over
        ("hz", "f8"),  # with the bend that holds where it begins
        ("left", "f8"),  # gains
        ("right", "f8"),
        ("velocity", "f8"),  # how hard it is played, 0..1, volume and expression included
        ("timbre", "i8"),  # its place among the voices, or among the drums
        ("copy", "i8"),  # 0, or 1 for the second of a wide note
        ("bend", "i8"),  # its track's place among the bends, -1 where that does not move under the note
        ("kind", "i8"),  # STEADY, ...
    ]
)
Cues = NDArray[np.void]
STEADY, MOVING, NOISE, DRUM = range(4)


@dataclass(frozen=True)
class Places:
    """Where the voices and the drums that a score needs stand in their tables."""

    voices: Mapping[int, int]  # by the identity of the Voice
    drums: Mapping[int, int]  # by key
    drum_frames: Sequence[int]


def cues_of(part: Performance, bend: Bend, track: int, places: Places, rate: int, a4: float) -> Cues:
    """Return what one track sounds, in order of onset; drum keys that a kit lacks are left out."""
    cues = np.zeros(part.start.size, CUE)
    cues["first"] = np.rint(part.start * rate)
    cues["off"] = np.maximum(np.rint(part.end * rate), cues["first"] + 1)
    cues["velocity"] = np.minimum(np.sqrt(part.amplitude), 1.0)
    if part.instrument.kit is not None:
        cues, pan, amplitude = _drums(cues, part, part.instrument.kit, places, rate)
        _place(cues, pan, amplitude)
        return cues[np.argsort(cues["first"], kind="stable")]
    voice = part.instrument.voice
    assert voice is not None
    cues["hz"] = hz_of(part.pitch + held(bend.at, bend.semitones, cues["first"], 0.0), a4)
    cues["timbre"] = places.voices[id(voice)]
    _end(cues, voice, rate)
    changes = np.searchsorted(bend.at, cues["last"]) - np.searchsorted(bend.at, cues["first"], side="right")
    cues["bend"] = np.where(changes > 0, track, -1)
    moves = changes > 0
    if voice.vibrato is not None:
        moves |= cues["last"] - cues["first"] > voice.vibrato.delay * rate
    cues["kind"] = np.where(moves, MOVING, STEADY)
    amplitude = part.amplitude * loudness_of_soft(voice, cues["velocity"])
    made = list(_copies(cues, part.pan, amplitude, voice))
    if voice.noise is not None:
        breath = cues.copy()
        breath["kind"] = NOISE
        if voice.noise.decay:
            lasting = math.ceil(-math.log(SILENT) * voice.noise.decay * rate)
            breath["off"] = np.minimum(breath["off"], breath["first"] + lasting)
            breath["last"] = np.minimum(breath["last"], breath["off"] + max(round(voice.envelope.release * rate), 1))
        _place(breath, part.pan, part.amplitude)
        made.append(breath)
    every = np.concatenate(made)
    return every[np.argsort(every["first"], kind="stable")]


def _place(cues: Cues, pan: F8, amplitude: F8) -> None:
    """Set the gains: constant power, as `pan_gains`."""
    sine, cosine = sines((pan + 1) / 8)
    cues["left"] = np.where(pan >= 1, 0.0, cosine) * amplitude
    cues["right"] = np.where(pan <= -1, 0.0, sine) * amplitude


def _copies(cues: Cues, pan: F8, amplitude: F8, voice: Voice) -> list[Cues]:
    """Return the notes; of a voice with detune or width, two of each, half the detune down and up, left and right."""
    if not voice.detune and not voice.width:
        _place(cues, pan, amplitude)
        return [cues]
    copies = []
    for copy, side in enumerate((-1, 1)):
        made = cues.copy()
        made["copy"] = copy
        made["hz"] *= power_of_2(np.array(side * voice.detune / 2400))
        # Nearer to a side there is less room: a note that is at one stays there.
        _place(made, pan + side * voice.width * (1 - np.abs(pan)), amplitude * math.sqrt(0.5))
        copies.append(made)
    return copies


def _end(cues: Cues, voice: Voice, rate: int) -> None:
    """Set where the notes are over; what decays is let go when it is silent."""
    shape = voice.envelope
    if shape.sustain == 0:
        lowest = min(1.0, *(ratio for ratio, _ in voice.partials))
        lasting = math.ceil(-math.log(SILENT) * shape.decay * lowest ** min(-voice.damping, 0.0) * rate)
        cues["off"] = np.minimum(cues["off"], cues["first"] + lasting + max(round(shape.attack * rate), 1))
    cues["last"] = cues["off"] + max(round(shape.release * rate), 1)


def _drums(cues: Cues, part: Performance, kit: Mapping[int, Drum], places: Places, rate: int) -> tuple[Cues, F8, F8]:
    """Return the drums' cues, their pans and amplitudes: a drum rings out, unless one of its group chokes it."""
    key = np.floor(part.pitch + 0.5).astype(np.int64)
    known = np.isin(key, list(kit))
    cues, key, pan, amplitude = cues[known], key[known], part.pan[known], part.amplitude[known]
    if not cues.size:
        return cues, pan, amplitude
    keys, which = np.unique(key, return_inverse=True)
    place = np.array([places.drums[k] for k in keys.tolist()], np.int64)
    cues["timbre"] = place[which]
    cues["kind"] = DRUM
    cues["bend"] = -1
    frames = np.array(places.drum_frames, np.int64)[cues["timbre"]]
    cues["last"] = cues["first"] + frames
    cues["off"] = cues["last"]
    choke = np.array([kit[k].choke for k in keys.tolist()])[which]
    for group in set(choke.tolist()) - {""}:
        own = np.flatnonzero(choke == group)
        onsets = np.unique(cues["first"][own])
        following = np.append(onsets, np.iinfo(np.int64).max)[np.searchsorted(onsets, cues["first"][own], side="right")]
        cues["off"][own] = np.minimum(cues["off"][own], following)
        cues["last"][own] = np.minimum(cues["last"][own], cues["off"][own] + max(round(CHOKED * rate), 1))
    toward = np.array([kit[k].pan for k in keys.tolist()])[which]
    return cues, pan + toward * (1 - np.abs(pan)), amplitude


CHOKED = 0.012  # seconds in which a choked drum fades
