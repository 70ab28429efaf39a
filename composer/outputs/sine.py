"""The stereo sine renderer: every note a few sine partials under an ADSR envelope.

The samples n = 256 k + j of a partial of angular frequency w come from one product of matrices,

    a sin(w n) = sin(256 w k) · a cos(w j) + cos(256 w k) · a sin(w j),

so that only the block phases 256 w k and one block of 256 need a sine, and all partials of a note are summed
by the product itself. Its factors are rounded to 2^-23 (-138 dB): then every product and sum is exact in
float64, and the samples do not depend on the machine's linear algebra library.

A note whose bend stays the same until its release is over is such a sum too, at another frequency. One whose bend
moves needs a sine for each sample of a partial. A bend is held until its next change, as a synthesiser has it; a step
of the frequency would not click, the phase being continuous, but many small ones would buzz: so the frequency goes
straight to its new value, in 5 ms, or by the next change where that is sooner. A dense row of changes is a smooth
glide then, a few milliseconds late. The phase is the integral of these straight lines, a parabola for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from composer.instruments import Voice, instrument
from composer.outputs.performance import Performance, held, performed
from composer.outputs.stream import Stream
from composer.score import Score
from composer.units import F4, F8, hz_of_pitch, pan_gains

BLOCK = 256  # samples a row of the product
CHUNK = 256 * BLOCK  # frames that leave the renderer at a time
RAMP = 0.005  # seconds in which the frequency goes to that of another bend
_SILENT = 2.0**-17  # an envelope below this is over: half a step of 16 bits


def sine(score: Score, rate: int, a4: float, groups: tuple[tuple[int, ...], ...]) -> Stream:
    """The built-in sine renderer: every note a few sine partials under an envelope."""
    apart = [_stream(replace(score, tracks=tuple(score.tracks[n] for n in group)), rate, a4) for group in groups]
    frames = max((stream.frames for stream in apart), default=0)

    def blocks() -> Iterator[F4]:
        for pairs in zip_longest(*(stream.blocks() for stream in apart)):
            size = max(pair.shape[1] for pair in pairs if pair is not None)
            whole = np.zeros((2 * len(apart), size), np.float32)
            for n, pair in enumerate(pairs):
                if pair is not None:
                    whole[2 * n : 2 * n + 2, : pair.shape[1]] = pair
            yield whole

    return Stream(rate, 2 * len(groups), frames, blocks)


def _stream(score: Score, rate: int, a4: float) -> Stream:
    parts = list(performed(score))
    bends = [_Bend.of(part, rate) for part in parts]
    cues = _cues(score, parts, bends, rate, a4)
    frames = int(cues["last"].max(initial=0))
    timbres = _timbres(score, rate)
    return Stream(rate, 2, frames, lambda: _blocks(cues, timbres, bends, rate, frames))


_CUE = np.dtype(
    [
        ("first", "i8"),  # the frame where the note begins,
        ("off", "i8"),  # where it is released,
        ("last", "i8"),  # and where it is over
        ("hz", "f8"),  # with the bend that holds where it begins
        ("left", "f4"),  # gains
        ("right", "f4"),
        ("timbre", "i8"),  # its place among the timbres
        ("bend", "i8"),  # and among the bends, -1 where it has none that moves
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

    def partials(self, hz: float, rate: int) -> tuple[F8, F8, F8]:
        """Return each partial's frequency over the note's, its angular frequency (radians a sample) and amplitude.

        The amplitudes are scaled to a power of one sine's; partials from half the sample rate up are left out.
        """
        ratio, amplitude = np.array(self.voice.partials).T
        amplitude = amplitude / np.sqrt(np.square(amplitude).sum())
        omega = 2 * np.pi * ratio * (1.0 if self.voice.fixed else hz) / rate
        fit = omega < np.pi
        return ratio[fit], omega[fit], amplitude[fit]

    def waves(self, hz: float, rate: int) -> tuple[F8, F8]:
        """Return each partial's angular frequency (radians a sample) and the product's second factor."""
        _, omega, amplitude = self.partials(hz, rate)
        angle = np.multiply.outer(omega, np.arange(BLOCK))
        factor = np.concatenate([amplitude[:, None] * np.cos(angle), amplitude[:, None] * np.sin(angle)])
        return omega, _rounded(factor)


@dataclass(frozen=True)
class _Bend:
    """A track's bend: the frames where it changes, rising, and the semitones from there on, each unlike the last."""

    at: F8
    semitones: F8

    @classmethod
    def of(cls, part: Performance, rate: int) -> _Bend:
        at = np.rint(part.bend_at * rate)
        last_of_frame = np.append(at[1:] != at[:-1], True)[: at.size]
        at, semitones = at[last_of_frame], part.bend[last_of_frame]
        changed = np.diff(semitones, prepend=0.0) != 0
        return cls(at[changed], semitones[changed])


@dataclass(frozen=True)
class _Glide:
    """The frequency of a note whose bend moves: straight lines between knots.

    All (knots,): frames from the note's first, Hz there and by how much that rises a frame, and the cycles so far.
    """

    frame: F8
    hz: F8
    slope: F8
    cycles: F8
    rate: int

    @classmethod
    def of(cls, bend: _Bend, cue: np.void, rate: int) -> _Glide:
        """Return the glide of one note, under the bend of its track."""
        first, last, hz = cue["first"], cue["last"], cue["hz"]
        begun, over = np.searchsorted(bend.at, first, side="right"), np.searchsorted(bend.at, last)
        at, semitones = bend.at[begun:over] - first, bend.semitones[begun:over]
        begins_with = bend.semitones[begun - 1] if begun else 0.0
        reached = np.concatenate([[hz], hz * 2.0 ** ((semitones - begins_with) / 12)])
        there = at + np.minimum(np.diff(at, append=np.inf), max(round(RAMP * rate), 1))
        # Where a line ends as the next begins, that knot is there twice, with one frequency: no line lies between.
        frame = np.concatenate([[0.0], np.stack([at, there], axis=1).ravel()])
        heard = np.repeat(reached, 2)[:-1]
        span = np.diff(frame)
        slope = np.append(np.diff(heard) / np.maximum(span, 1.0), 0.0)
        cycles = np.concatenate([[0.0], np.cumsum(span * (heard[1:] + heard[:-1]) / 2)]) / rate
        return cls(frame, heard, slope, cycles, rate)

    def cycles_at(self, frame: F8) -> F8:
        """Return the cycles that the note's fundamental has made at these frames."""
        k = np.searchsorted(self.frame, frame, side="right") - 1
        since = frame - self.frame[k]
        return self.cycles[k] + since * (self.hz[k] + since * self.slope[k] / 2) / self.rate


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


def _cues(score: Score, played: list[Performance], bends: list[_Bend], rate: int, a4: float) -> Cues:
    """Return what there is to sound, in order of onset; pitches that a drum kit lacks are left out."""
    place = {id(voice): k for k, voice in enumerate(_voices(score))}
    parts = []
    for track, (part, bend) in enumerate(zip(played, bends, strict=True)):
        cues = np.empty(part.start.size, _CUE)
        cues["first"] = np.rint(part.start * rate)
        cues["off"] = np.maximum(np.rint(part.end * rate), cues["first"] + 1)
        cues["hz"] = hz_of_pitch(part.pitch + held(bend.at, bend.semitones, cues["first"], 0.0), a4)
        for side, gain in zip(("left", "right"), pan_gains(part.pan), strict=True):
            cues[side] = gain * part.amplitude
        pitches, which = np.unique(part.pitch, return_inverse=True)
        voices = [part.instrument.voice_of(pitch) for pitch in pitches]
        cues["timbre"] = np.array([place.get(id(voice), -1) for voice in voices], np.int64)[which]
        release = np.array([0 if voice is None else round(voice.envelope.release * rate) for voice in voices])
        cues["last"] = cues["off"] + np.maximum(release, 1)[which]
        changes = np.searchsorted(bend.at, cues["last"]) - np.searchsorted(bend.at, cues["first"], side="right")
        cues["bend"] = np.where(changes > 0, track, -1)
        parts.append(cues[cues["timbre"] >= 0])
    cues = np.concatenate([np.empty(0, _CUE), *parts])
    return cues[np.argsort(cues["first"], kind="stable")]


def _blocks(cues: Cues, timbres: list[_Timbre], bends: list[_Bend], rate: int, frames: int) -> Iterator[F4]:
    waves = lru_cache(maxsize=512)(lambda timbre, hz: timbres[timbre].waves(hz, rate))

    @lru_cache(maxsize=64)
    def glide(n: int) -> _Glide:
        return _Glide.of(bends[cues["bend"][n]], cues[n], rate)

    sounding: list[int] = []
    arrivals = np.searchsorted(cues["first"], np.arange(CHUNK, frames + CHUNK, CHUNK))
    for chunk, arrived in enumerate(arrivals):
        start, end = chunk * CHUNK, min((chunk + 1) * CHUNK, frames)
        sounding += range(arrivals[chunk - 1] if chunk else 0, arrived)
        mix = np.zeros((2, end - start), np.float32)
        for n in sounding:
            first, off, last, hz, left, right, timbre, bend = cues[n].item()
            begin, stop = max(first, start), min(last, end)
            if bend < 0:
                wave = _steady(*waves(timbre, hz), begin - first, stop - first)
            else:
                wave = _gliding(timbres[timbre], glide(n), begin - first, stop - first)
            _shape(wave, timbres[timbre], begin - first, stop - first, off - first)
            mix[0, begin - start : stop - start] += wave * np.float32(left)
            mix[1, begin - start : stop - start] += wave * np.float32(right)
        sounding = [n for n in sounding if cues["last"][n] > end]
        yield mix


def _steady(omega: F8, factor: F8, start: int, end: int) -> F4:
    """Return the sum of a note's partials from sample `start` to `end`, counted from its first."""
    block_phase = np.multiply.outer(BLOCK * np.arange(start // BLOCK, -(-end // BLOCK), dtype=np.float64), omega)
    turned = np.concatenate([_rounded(np.sin(block_phase)), _rounded(np.cos(block_phase))], axis=1)
    skipped = start % BLOCK
    wave: F4 = np.matmul(turned, factor).ravel()[skipped : skipped + end - start].astype(np.float32)
    return wave


def _gliding(timbre: _Timbre, glide: _Glide, start: int, end: int) -> F4:
    """Return the same of a note whose bend moves; a partial that would ever be too high is left out throughout."""
    angle = 2 * np.pi * glide.cycles_at(np.arange(start, end, dtype=np.float64))
    wave = np.zeros(end - start)
    ratios, _, amplitudes = timbre.partials(float(glide.hz.max()), glide.rate)
    for ratio, amplitude in zip(ratios, amplitudes, strict=True):
        # Rounded like the products: a sine's last bits differ from one processor to another.
        wave += _rounded(amplitude * np.sin(ratio * angle))
    return wave.astype(np.float32)


def _shape(wave: F4, timbre: _Timbre, start: int, end: int, off: int) -> None:
    """Give samples `start` to `end` of a note its envelope, in place; it is released at `off`."""
    in_body = max(min(end, timbre.body.size) - start, 0)
    wave[:in_body] *= timbre.body[start : start + in_body]
    wave[in_body:] *= timbre.sustain
    if end > off:
        released = max(off, start)
        wave[released - start :] *= timbre.fade[released - off : end - off]
