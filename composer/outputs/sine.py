"""The stereo sine renderer: every note a few sine partials under an ADSR envelope.

The samples n = 256 k + j of a partial of angular frequency w come from one product of matrices,

    a sin(w n) = sin(256 w k) · a cos(w j) + cos(256 w k) · a sin(w j),

so that only the block phases 256 w k and one block of 256 need a sine, and all partials of a note are summed
by the product itself. Its factors are rounded to 2^-23 (-138 dB): then every product and sum is exact in
float64, and the samples do not depend on the machine's linear algebra library.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from composer.instruments import Voice, instrument
from composer.outputs.level import kept_below
from composer.outputs.performance import performed
from composer.outputs.stream import Stream
from composer.score import Score
from composer.units import A4_HZ, F4, F8, hz_of_pitch, pan_gains

BLOCK = 256  # samples a row of the product
CHUNK = 256 * BLOCK  # frames that leave the renderer at a time
_SILENT = 2.0**-17  # an envelope below this is over: half a step of 16 bits


def sine_stream(score: Score, rate: int, a4: float = A4_HZ, spool: Path | None = None) -> Stream:
    """Return the score as stereo at `rate` Hz, its peak at -1 dBFS at most; `spool` is as for `kept_below`."""
    cues = _cues(score, rate, a4)
    frames = int(cues["last"].max(initial=0))
    timbres = _timbres(score, rate)
    return kept_below(Stream(rate, 2, frames, lambda: _blocks(cues, timbres, rate, frames)), spool=spool)


_CUE = np.dtype(
    [
        ("first", "i8"),  # the frame where the note begins,
        ("off", "i8"),  # where it is released,
        ("last", "i8"),  # and where it is over
        ("hz", "f8"),
        ("left", "f4"),  # gains
        ("right", "f4"),
        ("timbre", "i8"),  # its place among the timbres
    ]
)
Cues = NDArray[np.void]


@dataclass(frozen=True)
class _Timbre:
    """A voice at one sample rate: `body` is attack and decay, `sustain` holds after it, `fade` is the release."""

    voice: Voice
    body: F4
    sustain: np.float32
    fade: F4

    @classmethod
    def of(cls, voice: Voice, rate: int) -> _Timbre:
        shape = voice.envelope
        attack = max(round(shape.attack * rate), 1)
        release = max(round(shape.release * rate), 1)
        fall = 1.0 - shape.sustain
        settled = shape.decay * np.log(fall / _SILENT) if fall > _SILENT else 0.0
        decay = np.exp(-np.arange(int(settled * rate)) / (shape.decay * rate))
        body = np.concatenate([np.arange(attack) / attack, shape.sustain + fall * decay])
        fade = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, release + 1) / release)
        return cls(voice, body.astype(np.float32), np.float32(shape.sustain), fade.astype(np.float32))

    def waves(self, hz: float, rate: int) -> tuple[F8, F8]:
        """Return each partial's angular frequency (radians a sample) and the product's second factor.

        The amplitudes are scaled to a power of one sine's; partials from half the sample rate up are left out.
        """
        ratio, amplitude = np.array(self.voice.partials).T
        amplitude = amplitude / np.sqrt(np.square(amplitude).sum())
        omega = 2 * np.pi * ratio * (1.0 if self.voice.fixed else hz) / rate
        omega, amplitude = omega[omega < np.pi], amplitude[omega < np.pi]
        angle = np.multiply.outer(omega, np.arange(BLOCK))
        factor = np.concatenate([amplitude[:, None] * np.cos(angle), amplitude[:, None] * np.sin(angle)])
        return omega, _rounded(factor)


def _rounded(values: F8) -> F8:
    return np.rint(values * 2.0**23) * 2.0**-23


def _voices(score: Score) -> list[Voice]:
    """Return the distinct voices that the score needs."""
    found = {}
    for track in score.tracks:
        player = instrument(track.instrument)
        voices = player.kit.values() if player.kit is not None else [player.voice]
        found.update({id(voice): voice for voice in voices if voice is not None})
    return list(found.values())


def _timbres(score: Score, rate: int) -> list[_Timbre]:
    return [_Timbre.of(voice, rate) for voice in _voices(score)]


def _cues(score: Score, rate: int, a4: float) -> Cues:
    """Return what there is to sound, in order of onset; pitches that a drum kit lacks are left out."""
    place = {id(voice): k for k, voice in enumerate(_voices(score))}
    parts = []
    for part in performed(score):
        cues = np.empty(part.start.size, _CUE)
        cues["first"] = np.rint(part.start * rate)
        cues["off"] = np.maximum(np.rint(part.end * rate), cues["first"] + 1)
        cues["hz"] = hz_of_pitch(part.pitch, a4)
        for side, gain in zip(("left", "right"), pan_gains(part.pan), strict=True):
            cues[side] = gain * part.amplitude
        pitches, which = np.unique(part.pitch, return_inverse=True)
        voices = [part.instrument.voice_of(pitch) for pitch in pitches]
        cues["timbre"] = np.array([place.get(id(voice), -1) for voice in voices], np.int64)[which]
        release = np.array([0 if voice is None else round(voice.envelope.release * rate) for voice in voices])
        cues["last"] = cues["off"] + np.maximum(release, 1)[which]
        parts.append(cues[cues["timbre"] >= 0])
    cues = np.concatenate([np.empty(0, _CUE), *parts])
    return cues[np.argsort(cues["first"], kind="stable")]


def _blocks(cues: Cues, timbres: list[_Timbre], rate: int, frames: int) -> Iterator[F4]:
    waves = lru_cache(maxsize=512)(lambda timbre, hz: timbres[timbre].waves(hz, rate))
    sounding: list[int] = []
    arrivals = np.searchsorted(cues["first"], np.arange(CHUNK, frames + CHUNK, CHUNK))
    for chunk, arrived in enumerate(arrivals):
        start, end = chunk * CHUNK, min((chunk + 1) * CHUNK, frames)
        sounding += range(arrivals[chunk - 1] if chunk else 0, arrived)
        mix = np.zeros((2, end - start), np.float32)
        for n in sounding:
            first, off, last, hz, left, right, timbre = cues[n].item()
            begin, stop = max(first, start), min(last, end)
            wave = _wave(timbres[timbre], *waves(timbre, hz), begin - first, stop - first, off - first)
            mix[0, begin - start : stop - start] += wave * np.float32(left)
            mix[1, begin - start : stop - start] += wave * np.float32(right)
        sounding = [n for n in sounding if cues["last"][n] > end]
        yield mix


def _wave(timbre: _Timbre, omega: F8, factor: F8, start: int, end: int, off: int) -> F4:
    """Return a note's samples from `start` to `end`, counted from its first; it is released at `off`."""
    block_phase = np.multiply.outer(BLOCK * np.arange(start // BLOCK, -(-end // BLOCK), dtype=np.float64), omega)
    turned = np.concatenate([_rounded(np.sin(block_phase)), _rounded(np.cos(block_phase))], axis=1)
    skipped = start % BLOCK
    wave: F4 = np.matmul(turned, factor).ravel()[skipped : skipped + end - start].astype(np.float32)
    in_body = max(min(end, timbre.body.size) - start, 0)
    wave[:in_body] *= timbre.body[start : start + in_body]
    wave[in_body:] *= timbre.sustain
    if end > off:
        released = max(off, start)
        wave[released - start :] *= timbre.fade[released - off : end - off]
    return wave
