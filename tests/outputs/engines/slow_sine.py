"""A slow synthesis from the definition of the voices: one partial of one note after another, in float64."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from composer.instruments import Voice, instrument
from composer.score import Score

F8 = NDArray[np.float64]
POINTS = 64  # frames between two points of a moving frequency, at 44.1 and 48 kHz
RAMP, SWELL = 0.005, 0.3  # seconds: of a bend to its new value, of a vibrato to its depth
PHASE = (math.sqrt(5) - 1) / 2  # turns from partial to partial of a second copy


def synthesis(score: Score, rate: int, a4: float = 440.0, tracks: tuple[int, ...] | None = None) -> F8:
    """Return what these tracks sound, (2, frames): instruments without noise, and no drums."""
    parts = []
    for number, track in enumerate(score.tracks):
        if tracks is not None and number not in tracks:
            continue
        voice = instrument(track.instrument).voice
        assert voice is not None
        assert voice.noise is None
        bends = [(round(float(score.tempo.seconds(at)) * rate), value) for at, _, value in track.controls.tolist()]
        for start, length, pitch, velocity, pan, _ in track.notes.tolist():
            first = round(float(score.tempo.seconds(start)) * rate)
            off = max(round(float(score.tempo.seconds(start + length)) * rate) - first, 1)
            for copy, hz, place, gain in copies(voice, a4 * 2 ** ((pitch - 69) / 12), pan):
                sound = (
                    gain * velocity**2 * note(voice, hz, off, velocity, copy, [(f - first, v) for f, v in bends], rate)
                )
                angle = math.pi / 4 * (place + 1)
                parts.append((first, np.stack([math.cos(angle) * sound, math.sin(angle) * sound])))
    mix = np.zeros((2, max(first + sound.shape[1] for first, sound in parts)))
    for first, sound in parts:
        mix[:, first : first + sound.shape[1]] += sound
    return mix


def copies(voice: Voice, hz: float, pan: float) -> list[tuple[int, float, float, float]]:
    """Return a note's copies: number, frequency, pan and gain."""
    if not voice.detune and not voice.width:
        return [(0, hz, pan, 1.0)]
    room = voice.width * (1 - abs(pan))
    away = 2 ** (voice.detune / 2 / 1200)
    return [(0, hz / away, pan - room, math.sqrt(0.5)), (1, hz * away, pan + room, math.sqrt(0.5))]


def note(
    voice: Voice, hz: float, off: int, velocity: float, copy: int, bends: list[tuple[int, float]], rate: int
) -> F8:
    """Return one note from its first frame until its release is over."""
    shape = voice.envelope
    attack, release = (max(round(seconds * rate), 1) for seconds in (shape.attack, shape.release))
    n = np.arange(off + release, dtype=np.float64)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.minimum(n / attack, 1))
    fade = 0.5 + 0.5 * np.cos(np.pi * np.clip((n - off + 1) / (release + 1), 0, 1))
    hz *= 2 ** ([0.0, *(value for at, value in bends if at <= 0)][-1] / 12)
    heard = frequency(voice, bends, n.size, rate)
    cycles = hz * n / rate if heard is None else hz * np.concatenate([[0.0], np.cumsum(between(heard, n.size))]) / rate
    highest = hz * (1.0 if heard is None else heard.max())
    levels = [level * max(ratio, 1) ** (-voice.brightness * (1 - velocity)) for ratio, level in voice.partials]
    power = math.sqrt(sum(level**2 for level in levels))
    wave = np.zeros(n.size)
    for nth, ((ratio, _), level) in enumerate(zip(voice.partials, levels, strict=True)):
        if ratio * highest < rate / 2:
            tau = shape.decay / max(ratio, 1) ** voice.damping * rate
            body = shape.sustain + (1 - shape.sustain) * np.exp(-n / tau)
            wave += level / power * body * np.sin(2 * np.pi * (ratio * cycles + phase(nth, copy)))
    return ramp * fade * wave


def phase(nth: int, copy: int) -> float:
    """Return the turns with which a partial of a copy begins."""
    return copy * (nth * PHASE + 0.25)


def frequency(voice: Voice, bends: list[tuple[int, float]], frames: int, rate: int) -> F8 | None:
    """Return the frequency, over that at the note's first frame, at points; None where it stays the same."""
    begun = [value for at, value in bends if at <= 0]
    later = [(at, value) for at, value in bends if 0 < at < frames]
    vibrato = voice.vibrato
    if not later and (vibrato is None or frames <= vibrato.delay * rate):
        return None
    t = np.arange(0, frames + POINTS, POINTS, dtype=np.float64)
    bent = np.ones(t.size)
    at_first = begun[-1] if begun else 0.0
    last = 1.0
    for (at, value), (following, _) in zip(later, [*later, (math.inf, 0.0)][1:], strict=True):
        reached = 2 ** ((value - at_first) / 12)
        share = np.clip((t - at) / min(round(RAMP * rate), following - at), 0, 1)
        bent = np.where(t >= at, last + share * (reached - last), bent)
        last = reached
    if vibrato is not None:
        since = np.maximum(t / rate - vibrato.delay, 0)
        depth = (2 ** (vibrato.depth / 1200) - 1) * np.minimum(since / SWELL, 1)
        bent = bent * (1 + depth * np.sin(2 * np.pi * vibrato.rate * since))
    return bent


def between(heard: F8, frames: int) -> F8:
    """Return the means of straight lines through the points, from each frame to the next."""
    return np.interp(np.arange(frames - 1) + 0.5, POINTS * np.arange(heard.size), heard)
