"""Writes a stream as an audio file, through libsndfile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from composer.errors import Fault, FileError, InputError
from composer.outputs.audio.formats import AudioFormat, Encoding
from composer.outputs.audio.id3 import id3
from composer.outputs.mastering.dither import dithered
from composer.outputs.stream import Stream
from composer.outputs.tags import Tags
from composer.parameters import asked_for
from composer.progress import Progress, silent
from composer.units import F4

MOST_BYTES = 2**32 - 2**20  # of sound in a WAV, whose size has four bytes, with room for header and texts
_AT_A_TIME = 16_384  # frames: libsndfile's Vorbis encoder fails on large writes


def rate_for(kind: AudioFormat, rate: int) -> int:
    """Return the sample rate at which to render for this format where the piece asks for `rate`."""
    return kind.nearest(rate)


def write_audio(
    stream: Stream,
    path: Path,
    kind: AudioFormat,
    settings: Mapping[str, Any] | None = None,
    *,
    stage: str = "file",
    progress: Progress = silent,
) -> None:
    """Write a stream, mono or stereo, to a file of this kind, under the settings of its `encoding`.

    InputError where the format does not know the rate, FileError where it cannot hold a stream of no frames, OSError
    where it cannot be written.
    """
    encoding = kind.encoding(**(settings or {}), **asked_for(kind.encoding, {"rate": stream.rate}))
    tags = stream.tags
    if stream.dither is not None and encoding.bits == 16:
        stream = dithered(stream, encoding.bits, stream.dither)
    done = 0
    with audio_file(path, kind, encoding, stream.rate, stream.channels, stream.frames, tags) as write:
        for block in stream.blocks():
            write(block)
            done += block.shape[1]
            progress(stage, done, stream.frames)


@contextmanager
def audio_file(
    path: Path, kind: AudioFormat, encoding: Encoding, rate: int, channels: int, frames: int, tags: Tags
) -> Iterator[Callable[[F4], None]]:
    """Open an audio file for up to `frames` frames; yield what writes blocks, (channels, k), into it.

    The errors are those of `write_audio`.
    """
    from soundfile import LibsndfileError

    from composer.outputs.audio.libsndfile import OutFile, Sink

    _check(path, kind, rate, frames)
    with path.open("w+b") as place:
        if kind.container == "MP3":
            place.write(id3(tags))
        sink = Sink(place)
        try:
            with OutFile(
                sink,
                "w",
                rate,
                channels,
                encoding.subtype,
                format=container(kind, encoding, channels * frames),
                compression_level=encoding.level,
                bitrate_mode=encoding.mode,
            ) as file:
                if kind.container == "WAV":
                    file.without_peaks()
                texts = {} if kind.container == "MP3" else tags.texts()

                def write(block: F4) -> None:
                    # Only now: libsndfile gives a WAV that has texts but no sound a wrong size.
                    while texts and block.shape[1]:
                        setattr(file, *texts.popitem())
                    stored = encoding.stored(block)
                    interleaved = np.empty(stored.shape[::-1], stored.dtype)
                    for channel, samples in enumerate(stored):
                        interleaved[:, channel] = samples
                    for at in range(0, block.shape[1], _AT_A_TIME):
                        file.write(interleaved[at : at + _AT_A_TIME])
                        sink.check()

                yield write
        except (LibsndfileError, AssertionError) as error:
            sink.check()  # its cause, if there is one
            if isinstance(error, AssertionError):
                raise
            raise OSError(f"libsndfile: {error}") from error
        sink.check()


def _check(path: Path, kind: AudioFormat, rate: int, frames: int) -> None:
    suits = kind.nearest(rate)
    if suits != rate:
        raise InputError(Fault(f"{rate} Hz is not a rate that this format knows", "rate", f"use rate = {suits}"))
    if not frames and not kind.may_be_empty:
        raise FileError(Fault("there is no sound to write", str(path), "write a .wav, which may be empty"))


def container(kind: AudioFormat, encoding: Encoding, samples: int) -> str:
    """Return libsndfile's name of the container: an RF64 in place of a WAV that would be too large."""
    size = samples * (encoding.bits // 8 or 4)
    return "RF64" if kind.container == "WAV" and size > MOST_BYTES else kind.container
