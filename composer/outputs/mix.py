"""The mix: which tracks an engine may play together, and how loud each group of them goes into the sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from composer.outputs.performance import controlled
from composer.outputs.stream import Stream
from composer.score import Score, Track
from composer.units import F4, F8, amplitude_of_db

SLIDE = 0.01  # seconds in which a send goes to its next value: a step would click


@dataclass(frozen=True)
class Strip:
    """What the tracks of one group have in common: a gain, and how much of them goes to the reverb, 0..1, when.

    `at` (s) and `send` are both (m,): the send holds from each time on, and is 0 before the first.
    """

    tracks: tuple[int, ...]
    gain: float
    at: F8
    send: F8

    @property
    def wet(self) -> bool:
        """Whether anything goes to the reverb."""
        return bool((self.send > 0).any())

    def sends(self, first: int, size: int, rate: int) -> F4:
        """Return the send of `size` frames from the frame `first` on."""
        if self.at.size == 1 and self.at[0] <= 0:
            return np.full(size, self.send[0], np.float32)
        knots = np.stack([self.at, self.at + SLIDE], axis=1).ravel()
        values = np.stack([np.append(0.0, self.send[:-1]), self.send], axis=1).ravel()
        later = np.maximum.accumulate(knots)  # changes closer than a slide cut the one before short
        level: F4 = np.interp(np.arange(first, first + size) / rate, later, values).astype(np.float32)
        return level


def strips(score: Score, apart: bool = False) -> list[Strip]:
    """Return the groups of tracks that go into the mix alike; `apart` keeps every track by itself."""
    found: dict[object, tuple[Strip, list[int]]] = {}
    for n, track in enumerate(score.tracks):
        at, send = _sends(track, score)
        key = (track.gain, at.tobytes(), send.tobytes(), n if apart else -1)
        strip = Strip((), float(amplitude_of_db(track.gain)), at, send)
        found.setdefault(key, (strip, []))[1].append(n)
    return [Strip(tuple(members), strip.gain, strip.at, strip.send) for strip, members in found.values()]


def _sends(track: Track, score: Score) -> tuple[F8, F8]:
    found = track.controls["start"][track.controls["target"] == "reverb"]
    if not found.size:
        return np.empty(0), np.empty(0)
    beats = np.unique(found)
    value = controlled(track, "reverb", beats, 0.0)
    changed = np.diff(value, prepend=0.0) != 0
    return score.tempo.seconds(beats[changed]), value[changed]


def mixed(stream: Stream, each: list[Strip], wet: bool) -> Stream:
    """Return the groups of a stream, each at its gain, as one stereo pair; if `wet`, with one more for the reverb."""

    def blocks() -> Iterator[F4]:
        first = 0
        for block in stream.blocks():
            size = block.shape[1]
            if len(each) == 1 and not wet and each[0].gain == 1.0:
                yield block
                continue
            whole = np.zeros((4 if wet else 2, size), np.float32)
            for n, strip in enumerate(each):
                pair = block[2 * n : 2 * n + 2] * np.float32(strip.gain)
                whole[:2] += pair
                if wet and strip.wet:
                    whole[2:] += pair * strip.sends(first, size, stream.rate)
            first += size
            yield whole

    return Stream(stream.rate, 4 if wet else 2, stream.frames, blocks)


def mono(stream: Stream) -> Stream:
    """Return a stereo stream as one channel: what is in the middle keeps its level."""

    def blocks() -> Iterator[F4]:
        for block in stream.blocks():
            yield (block[:1] + block[1:]) * np.float32(np.sqrt(0.5))

    return Stream(stream.rate, 1, stream.frames, blocks)


def with_their_sum(stream: Stream, each: list[Strip]) -> Stream:
    """Return the groups of a stream, each at its gain, after the pair that is their sum."""

    def blocks() -> Iterator[F4]:
        for block in stream.blocks():
            pairs = block.reshape(len(each), -1, block.shape[1])  # of a mono engine: the same on both sides
            pairs = np.broadcast_to(pairs, (len(each), 2, block.shape[1]))
            pairs = pairs * np.array([strip.gain for strip in each], np.float32)[:, None, None]
            yield np.concatenate([pairs.sum(axis=0, keepdims=True), pairs]).reshape(-1, block.shape[1])

    return Stream(stream.rate, 2 * len(each) + 2, stream.frames, blocks)
