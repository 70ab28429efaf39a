"""A score as the bytes of a sound file that browsers play."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from composer.outputs.sound import Sound
from composer.score import Score
from composer.units import F4

RATE = 32_000  # Hz: one of MP3's, whose upper half octave is not missed
_FADE = 1.0  # seconds at the end of an excerpt


@dataclass(frozen=True)
class Clip:
    """A sound in the bytes of a file, what browsers call the kind of file, and how long it is (s)."""

    data: bytes
    mime: str
    seconds: float


@dataclass(frozen=True)
class _Way:
    """A way to encode sound: libsndfile's names, the browsers' one, and how hard it is pressed."""

    form: str
    subtype: str
    mime: str
    channels: int
    settings: dict[str, Any]


def _mp3(channels: int, pressed: float) -> _Way:
    settings = {"compression_level": pressed, "bitrate_mode": "VARIABLE"}
    return _Way("MP3", "MPEG_LAYER_III", "audio/mpeg", channels, settings)


# From the best to the smallest; MP3 first, for Safari plays no Ogg. The others are for a libsndfile without MP3.
_WAYS = (
    _mp3(2, 0.9),
    _mp3(2, 0.99),
    _mp3(1, 0.9),
    _mp3(1, 0.99),
    _Way("OGG", "VORBIS", "audio/ogg", 2, {}),
    _Way("OGG", "VORBIS", "audio/ogg", 1, {}),
    _Way("WAV", "PCM_16", "audio/wav", 1, {}),
)


def clip(score: Score, sound: Sound, seconds: float | None = None, most: int | None = None) -> Clip:
    """Return the beginning of a score as a sound file of at most `most` bytes; all of it without `seconds`.

    Where it is too large however hard it is pressed, it becomes shorter.
    """
    samples = _played(score, sound, seconds)
    ways = [way for way in _WAYS if way.form in _formats()]
    while True:
        for way in ways:
            data = _encoded(samples, way)
            if most is None or len(data) <= most:
                return Clip(data, way.mime, samples.shape[0] / RATE)
        samples = _faded(samples[: max(int(samples.shape[0] * 0.7), 1)].copy())


def _formats() -> set[str]:
    import soundfile

    return set(soundfile.available_formats())


def _played(score: Score, sound: Sound, seconds: float | None) -> F4:
    """Return what is heard, (frames, channels), at RATE; what begins later than `seconds` is not even rendered."""
    if seconds is None:
        return sound(score).read().samples
    stream = sound(_begun(score, seconds))
    most = round(seconds * RATE)
    blocks: list[F4] = []
    left = most
    for block in stream.blocks():
        blocks.append(block[:, :left].T)
        left -= blocks[-1].shape[0]
        if left <= 0:
            break
    samples = np.concatenate([np.zeros((0, stream.channels), np.float32), *blocks])
    return _faded(samples) if stream.frames > most else samples


def _begun(score: Score, seconds: float) -> Score:
    """Return the score without the notes that begin later; its controls stay."""
    beat = float(score.tempo.beats(seconds))
    tracks = tuple(replace(track, notes=track.notes[track.notes["start"] < beat]) for track in score.tracks)
    return replace(score, tracks=tracks)


def _faded(samples: F4) -> F4:
    fade = min(round(_FADE * RATE), samples.shape[0])
    made = samples.copy()
    made[samples.shape[0] - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
    return made


def _encoded(samples: F4, way: _Way) -> bytes:
    import soundfile

    heard = samples if samples.shape[1] == way.channels else samples.mean(axis=1, keepdims=True)
    file = io.BytesIO()
    write: Callable[..., None] = soundfile.write
    try:
        write(file, heard, RATE, format=way.form, subtype=way.subtype, **way.settings)
    except TypeError:  # a soundfile before 0.13 knows no compression
        file = io.BytesIO()
        write(file, heard, RATE, format=way.form, subtype=way.subtype)
    return file.getvalue()
