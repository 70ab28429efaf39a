"""A stereo reverb: the sound convolved with a decaying noise, whose high frequencies decay sooner.

A room's late reverberation is such a noise (J. A. Moorer, "About this reverberation business", Computer Music
Journal 3, 1979): dense from its first millisecond, without a ring of its own; and two that are unlike are wide.

The convolution is by parts of the response (uniformly partitioned overlap-save), and is exact: the sound is rounded to
2^-18, the response to 2^-21 of its size, and their convolution is a whole number then, to which what comes from
the Fourier transforms is rounded. No library or processor can change a bit, nor can the blocks in which the sound
comes, and after the tail there is silence.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Interval, Unit
from numpy.typing import NDArray
from typing_extensions import Doc

from composer.outputs.mastering.blocks import FRAMES
from composer.outputs.stream import Stream
from composer.units import F4, F8, amplitude_of_db

C16 = NDArray[np.complex128]

_SOUND = 2.0**18
_RESPONSE = 2.0**21
_OVER_DB = 75.0  # the response ends this far down
_ONSET = 0.012  # s in which it reaches its level
_LOWEST = 120.0  # Hz: what is below would only blur
_EDGES = (250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16_000.0)  # Hz between bands that decay alike


@dataclass(frozen=True, eq=False)
class Room:
    """What a reverb's response is at one sample rate: `parts` are its spectra (2, parts, bins), `size` frames each."""

    size: int
    parts: C16
    gain: float
    tail: int  # frames that sound on after the last


def room(
    rate: int,
    decay: Annotated[
        float, Interval(ge=0.1, le=8), Unit("s"), Doc("how long it takes to fall by 60 dB, up to 700 Hz")
    ] = 1.8,
    damping: Annotated[float, Interval(ge=0, le=1), Doc("how much sooner high frequencies decay")] = 0.5,
    predelay: Annotated[float, Interval(ge=0, le=0.25), Unit("s"), Doc("how long after the sound it begins")] = 0.02,
    width: Annotated[float, Interval(ge=0, le=1), Doc("0: the same left and right; 1: unlike each other")] = 1.0,
    level: Annotated[
        float, Interval(ge=-60, le=12), Unit("dB"), Doc("its level; at 0, it has the power of what is sent to it")
    ] = 0.0,
    seed: int = 0,
) -> Room:
    """Make a room of noise that decays."""
    from scipy.fft import rfft

    whole = response(rate, decay, damping, predelay, width, seed)
    size = 2 ** (15 + max(round(math.log2(rate / 48_000)), -2))  # about 0.7 s
    parts = -(-whole.shape[1] // size)
    padded = np.zeros((2, parts * size))
    padded[:, : whole.shape[1]] = whole
    spectra = np.asarray(rfft(padded.reshape(2, parts, size), 2 * size))
    spectra.setflags(write=False)
    gain = float(np.float32(amplitude_of_db(level))) / (_SOUND * _RESPONSE)
    return Room(size, spectra, gain, whole.shape[1] - 1)


class Reverb:
    """Takes the blocks that are sent to a room, of any length, and returns what sounds there in the same frames."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._size, self._parts = room.size, room.parts
        # Spectra of the last parts of the sound, the newest first; None where it was silent.
        self._heard: list[C16 | None] = [None] * room.parts.shape[1]
        self._waiting = np.zeros(2 * room.size)  # the last part of the sound, and the one that is not full
        self._filled = 0
        self._later: C16 | None = None  # what parts that are over give to this one

    def add(self, block: F4) -> F4:
        """Return the wet sound (2, k) of the next frames, (1 or 2, k)."""
        sent = block[0] if block.shape[0] == 1 else (block[0] + block[1]) * np.float32(math.sqrt(0.5))
        sound = np.rint(sent.astype(np.float64) * _SOUND)
        wet = np.empty((2, sound.size), np.float32)
        at = 0
        while at < sound.size:
            k = min(sound.size - at, self._size - self._filled)
            wet[:, at : at + k] = self._next(sound[at : at + k])
            at += k
        return wet

    def _next(self, sound: F8) -> F4:
        """Return the wet sound of frames that do not go beyond the part that is not full."""
        from scipy.fft import irfft, rfft

        begin, end = self._filled, self._filled + sound.size
        self._waiting[self._size + begin : self._size + end] = sound
        self._filled = end
        spectrum = rfft(self._waiting) if self._waiting.any() else None
        if begin == 0:
            self._later = self._sum(self._heard[:-1], self._parts[:, 1:])
        both = self._sum([spectrum], self._parts)
        both = self._later if both is None else both if self._later is None else both + self._later
        if end == self._size:
            self._waiting[: self._size] = self._waiting[self._size :]
            self._waiting[self._size :] = 0.0
            self._filled = 0
            self._heard = [spectrum, *self._heard[:-1]]
        if both is None:
            return np.zeros((2, sound.size), np.float32)
        wave = irfft(both, 2 * self._size)[:, self._size + begin : self._size + end]
        return np.asarray((np.rint(wave) * self.room.gain).astype(np.float32))

    @staticmethod
    def _sum(heard: list[C16 | None], parts: C16) -> C16 | None:
        total = None
        for n, spectrum in enumerate(heard):
            if spectrum is not None:
                product = spectrum * parts[:, n]
                total = product if total is None else np.add(total, product, out=total)
        return total


def response(rate: int, decay: float, damping: float, predelay: float, width: float, seed: int) -> F8:
    """Return the response (2, frames), left and right, in whole numbers; each has half the power of one 2^21."""
    from scipy.fft import irfft, rfft

    length = max(round(decay * _OVER_DB / 60 * rate), 2)
    draws = np.random.Generator(np.random.PCG64(seed)).random((2, 4, length))
    noise = draws.sum(axis=1) - 2.0  # nearly normal, and of sums alone
    edges = np.array([edge for edge in _EDGES if edge < 0.45 * rate])
    frequency = np.arange(length // 2 + 1) * (rate / length)
    with np.errstate(divide="ignore"):
        octave = np.log2(np.maximum(frequency, 1e-3))
    spectrum = rfft(noise)
    spectrum *= _step(octave - math.log2(_LOWEST))
    time = np.arange(length) / rate
    wet = np.zeros((2, length))
    centres = np.concatenate([[edges[0] / 2], edges]) * math.sqrt(2)
    for n, centre in enumerate(centres):
        # Bands that add up to the whole: each begins where the one below ends, over an octave.
        share = np.ones_like(octave) if n == 0 else _step(octave - math.log2(edges[n - 1]))
        if n < edges.size:
            share = share - _step(octave - math.log2(edges[n]))
        falls = decay / (1 + 2 * damping * max(centre / 1000 - 0.7, 0) / 4)
        wet += irfft(spectrum * share, length) * np.exp(-math.log(1000) * time / falls)
    rise = np.minimum(time / _ONSET, 1.0)
    wet *= rise * rise * (3 - 2 * rise)
    wet *= np.minimum((length - 1 - np.arange(length)) / (0.1 * length), 1.0)
    turned = math.pi / 4 * (1 - width)
    wet = np.stack([math.cos(turned) * one + math.sin(turned) * other for one, other in (wet, wet[::-1])])
    wet *= _RESPONSE * math.sqrt(0.5) / np.sqrt(np.square(wet).sum(axis=1, keepdims=True))
    before = np.zeros((2, round(predelay * rate)))
    return np.concatenate([before, np.rint(wet)], axis=1)


def _step(octaves: F8) -> F8:
    """Return a smooth step from 0 to 1, within half an octave on both sides of 0."""
    return np.asarray(0.5 + 0.5 * np.sin(np.pi * np.clip(octaves, -0.5, 0.5)))


def reverberated(stream: Stream, place: Room) -> Stream:
    """Return the wet sound alone, stereo, of a stream that is sent to a room, and its tail after the last frame."""

    def blocks() -> Iterator[F4]:
        reverb = Reverb(place)
        for block in stream.blocks():
            yield reverb.add(block)
        yield from _tail(reverb)

    return Stream(stream.rate, 2, stream.frames + place.tail, blocks)


def with_reverb(stream: Stream, place: Room) -> Stream:
    """Return the first pair of a stream and what its second pair, the send, sounds like in a room, as their sum."""

    def blocks() -> Iterator[F4]:
        reverb = Reverb(place)
        for block in stream.blocks():
            yield block[:2] + reverb.add(block[2:])
        yield from _tail(reverb)

    return Stream(stream.rate, 2, stream.frames + place.tail, blocks)


def _tail(reverb: Reverb) -> Iterator[F4]:
    for at in range(0, reverb.room.tail, FRAMES):
        yield reverb.add(np.zeros((1, min(FRAMES, reverb.room.tail - at)), np.float32))
