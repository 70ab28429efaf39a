"""Notes whose pitch moves, read from tables of one period; notes' noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from composer.instruments import Noise, Voice
from composer.outputs.engines.sine.exact import power_of_2, rounded, sines
from composer.outputs.engines.sine.glide import Bend, Glide
from composer.outputs.engines.sine.noise import SIZE, band, looped
from composer.outputs.engines.sine.timbre import BLOCK, SILENT, Edges, phase_of
from composer.units import F8

C16 = NDArray[np.complex128]
# Samples of a table, a power of two: read along straight lines, a harmonic p is right to (pi p / PERIOD)² / 2.
PERIOD = 8192


@dataclass(frozen=True)
class _Layer:
    """A period and its envelope: how often it goes round in a cycle of the note, its sustain, fall and decay."""

    ratio: float
    period: C16
    sustain: float
    octaves: float  # of decay a frame


class Movers:
    """The notes of a score whose pitch moves, and those that have noise.

    What is kept of notes and tables is bounded, and never changes what a sample is.
    """

    def __init__(self, voices: Sequence[Voice], edges: Sequence[Edges], bends: Sequence[Bend], rate: int) -> None:
        self._voices, self._edges, self._bends, self._rate = voices, edges, bends, rate
        self._layers = lru_cache(maxsize=64)(self._make_layers)
        self._glide = lru_cache(maxsize=64)(self._make_glide)

    def _make_glide(self, bend: int, timbre: int, first: int, last: int, hz: float) -> Glide:
        moving = self._bends[bend] if bend >= 0 else None
        return Glide.of(moving, first, last, hz, self._voices[timbre].vibrato, self._rate)

    def _make_layers(self, timbre: int, fitting: int, velocity: float, copy: int) -> tuple[_Layer, ...]:
        """Return the layers of a voice's first `fitting` partials."""
        voice = self._voices[timbre]
        shape = voice.envelope
        power = math.fsum(level * level for _, level in voice.partials)
        power *= 1 + (voice.noise.level**2 if voice.noise else 0)
        ratios, levels = np.array(voice.partials[:fitting]).T
        soft = voice.brightness * np.array([math.log2(max(ratio, 1.0)) for ratio in ratios.tolist()]) * (1 - velocity)
        heard = levels * power_of_2(-soft) / math.sqrt(power)
        phases = phase_of(np.array(copy), np.arange(fitting))
        rows = list(zip(ratios.tolist(), heard.tolist(), phases.tolist(), strict=True))
        together = all(float(ratio).is_integer() for ratio, _, _ in rows) and not voice.damping
        groups = [rows] if together else [[row] for row in rows]
        layers = []
        for group in groups:
            ratio = 1.0 if together else group[0][0]
            octaves = max(ratio, 1.0) ** voice.damping / (math.log(2) * shape.decay * self._rate)
            layers.append(_Layer(ratio, _period([(r / ratio, a, p) for r, a, p in group]), shape.sustain, octaves))
        return tuple(layers)

    def add_moving(self, mix: F8, cue: np.void, start: int, end: int) -> None:
        """Add to `mix` (2, ...), which begins at frame `start`, what a note of moving pitch sounds until `end`."""
        first, off, last, hz, left, right, velocity, timbre, copy, bend, _ = cue.item()
        glide = self._glide(bend, timbre, first, last, hz)
        fitting = sum(ratio * glide.highest < self._rate / 2 for ratio, _ in self._voices[timbre].partials)
        if not fitting:
            return
        begin, stop = max(first, start), min(last, end)
        cycles = glide.cycles_at(begin - first, stop - first)
        wave = np.zeros(stop - begin)
        for layer in self._layers(timbre, fitting, velocity, copy):
            if layer.sustain or layer.octaves * (begin - first) < -math.log2(SILENT):
                sound = _read(layer.period, cycles * layer.ratio if layer.ratio != 1 else cycles)
                sound *= _body(layer.sustain, layer.octaves, begin - first, stop - first)
                wave += sound
        self._add(mix, wave, self._edges[timbre], first, off, begin, stop, start, left, right)

    def add_noise(self, mix: F8, cue: np.void, start: int, end: int) -> None:
        """Add the noise of a note."""
        first, off, last, _, left, right, _, timbre, _, _, _ = cue.item()
        voice = self._voices[timbre]
        noise: Noise | None = voice.noise
        assert noise is not None
        begin, stop = max(first, start), min(last, end)
        level = noise.level / math.sqrt(2 * (1 + noise.level**2))  # a sine's root mean square is that of 1/2
        wave = looped(band(noise.low, noise.high, self._rate), first * 7919 % SIZE + begin - first, stop - begin)
        sustain, decay = (0.0, noise.decay) if noise.decay else (voice.envelope.sustain, voice.envelope.decay)
        wave = wave * _body(sustain, 1 / (math.log(2) * decay * self._rate), begin - first, stop - first)
        self._add(mix, wave, self._edges[timbre], first, off, begin, stop, start, level * left, level * right)

    def _add(
        self,
        mix: F8,
        wave: F8,
        edges: Edges,
        first: int,
        off: int,
        begin: int,
        stop: int,
        start: int,
        left: float,
        right: float,
    ) -> None:
        """Give a wave its attack and its release, and add it to the left and to the right."""
        if begin < first + edges.attack:
            at = begin - first + BLOCK
            wave *= edges.ramp[at : at + wave.size]
        if stop > off:
            at = max(begin, off) - off + BLOCK
            released = wave[max(off - begin, 0) :]
            released *= edges.fade[at : at + released.size]
        for side, gain in ((0, left), (1, right)):
            mix[side, begin - start : stop - start] += wave * gain


def _body(sustain: float, octaves: float, start: int, end: int) -> F8 | float:
    """Return the envelope after its attack: the fall from 1 to `sustain`."""
    if sustain == 1:
        return 1.0
    if octaves * start > math.log2((1 - sustain) / SILENT):
        return sustain
    step = 256
    rows = np.arange(start // step, -(-end // step), dtype=np.float64)
    fallen = np.multiply.outer(power_of_2(-octaves * step * rows), power_of_2(-octaves * np.arange(float(step))))
    fallen *= 1 - sustain
    fallen += sustain
    return np.asarray(fallen.reshape(-1)[start % step : start % step + end - start])


def _period(partials: list[tuple[float, float, float]]) -> C16:
    """Return one period of partials (harmonic, amplitude, phase): real its samples, imaginary the rise to the next."""
    ratio, level, phase = np.array(partials).T
    sine, cosine = sines(phase)
    factor = rounded(np.concatenate([level * cosine, level * sine]))
    waves = np.concatenate([np.stack([_harmonic(int(r), shift) for r in ratio]) for shift in (0, PERIOD // 4)])
    period = factor @ waves
    return np.asarray(period + 1j * np.diff(period, append=period[0]))


@lru_cache(maxsize=1)
def _sine() -> F8:
    return rounded(sines(np.arange(PERIOD) / PERIOD)[0])


def _harmonic(number: int, shift: int) -> F8:
    return np.asarray(_sine()[(number * np.arange(PERIOD) + shift) % PERIOD])


def _read(period: C16, cycles: F8) -> F8:
    """Return the table's values at these cycles, not below 0, on straight lines between its samples."""
    at = cycles * PERIOD
    whole = at.astype(np.int64)
    at -= whole
    whole &= PERIOD - 1
    line = period.take(whole, mode="clip")
    at *= line.imag
    at += line.real
    return at
