"""Sound and music as data: the samples or the contour of a .wav, the notes of a .mid."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from annotated_types import Gt, Interval, Unit
from typing_extensions import Doc

from composer.errors import Fault, FileError
from composer.files import checked
from composer.score import NOTE
from composer.sources.files.frame import Column, Frame, within_bounds
from composer.sources.files.guard import MOST_BYTES
from composer.sources.midi import read_midi
from composer.units import F8

KIND = "a WAV file"
_PLAUSIBLE = 64  # values a byte: the densest that a sound file packs them
_BLOCK = 2**22  # samples that are transformed at once


def wav(
    path: Path,
    what: Annotated[
        Literal["samples", "contour"], Doc("every sample, or loudness and brightness over time")
    ] = "contour",
    window: Annotated[float, Gt(0), Interval(le=3600), Unit("s"), Doc("the time over which a contour is taken")] = 0.05,
) -> Frame:
    """A sound: its samples, or its loudness (RMS, dB of full scale) and brightness (spectral centroid, Hz)."""
    import soundfile

    size = checked(path, KIND, MOST_BYTES).stat().st_size
    info = soundfile.info(str(path))
    if info.frames * info.channels > _PLAUSIBLE * size:
        raise ValueError(f"its header promises {info.frames:,} frames in {size:,} bytes")
    within_bounds(info.channels + 1, info.frames)
    if not info.frames:
        raise FileError(Fault("it holds no sound", str(path), "name a sound that lasts"))
    channels = {1: ("value",), 2: ("left", "right")}.get(
        info.channels, tuple(f"channel_{number}" for number in range(1, info.channels + 1))
    )
    names = ("seconds", *(channels if what == "samples" else ("loudness", "brightness")))

    def read() -> dict[str, Column]:
        samples, rate = soundfile.read(str(path), dtype="float64", always_2d=True)
        if what == "samples":
            columns = [np.arange(len(samples)) / rate, *samples.T]
        else:
            columns = list(contour(samples, rate, max(round(window * rate), 1)))
        return {name: Column(values) for name, values in zip(names, columns, strict=True)}

    return Frame(names, read, "seconds")


def contour(samples: F8, rate: int, length: int) -> tuple[F8, F8, F8]:
    """Return times (s), loudness (dB of full scale) and brightness (Hz) of windows of `length` samples, each (m,).

    `samples` has the shape (frames, channels); the last window may be shorter and is filled up with silence.
    Loudness is the RMS over all channels, -inf for silence; brightness is the spectral centroid, the mean of the
    frequencies weighted with the amplitudes of the channels' mean under a Hann window, NaN for silence.
    """
    count = -(-len(samples) // length)
    times = np.arange(count) * length / rate
    loudness, brightness = np.empty(count), np.empty(count)
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length) if length > 1 else np.ones(1)
    frequencies = np.arange(length // 2 + 1) * rate / length
    step = max(_BLOCK // length, 1)
    for first in range(0, count, step):
        part = samples[first * length : (first + step) * length]
        filled = np.zeros((-(-len(part) // length) * length, part.shape[1]))
        filled[: len(part)] = part
        windows = filled.reshape(-1, length, part.shape[1])
        sizes = np.minimum(len(part) - np.arange(len(windows)) * length, length)
        power = np.sum(np.square(windows), axis=(1, 2)) / (sizes * part.shape[1])
        amplitudes = np.abs(np.fft.rfft(windows.mean(axis=2) * hann, axis=1))
        total = amplitudes.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            loudness[first : first + step] = 10 * np.log10(power)
            brightness[first : first + step] = np.sum(amplitudes * frequencies, axis=1) / total
    return times, loudness, brightness


def midi_notes(path: Path) -> Frame:
    """The notes of a Standard MIDI File, one a row, in order of time."""
    score = read_midi(path)
    notes = np.concatenate([np.empty(0, NOTE), *(track.notes for track in score.tracks)])
    if not notes.size:
        raise FileError(Fault("it holds no notes", str(path), "name a file that plays something"))
    numbers = np.repeat(np.arange(len(score.tracks)), [len(track.notes) for track in score.tracks])
    order = np.argsort(notes["start"], kind="stable")
    columns = {name: Column(notes[name][order]) for name in ("start", "length", "pitch", "velocity", "pan")}
    columns["track"] = Column(numbers[order], tuple(track.name for track in score.tracks))
    columns["seconds"] = Column(score.tempo.seconds(notes["start"][order]))
    return Frame(tuple(columns), lambda: columns, "seconds")
