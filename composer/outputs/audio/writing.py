"""Writes a stream as an audio file, through libsndfile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from composer.errors import Fault, FileError, InputError
from composer.outputs.audio.formats import AudioFormat, Encoding
from composer.outputs.audio.tags import Tags, id3
from composer.outputs.mastering.dither import dithered
from composer.outputs.stream import Stream
from composer.parameters import asked_for
from composer.progress import Progress, silent
from composer.units import F4

MOST_BYTES = 2**32 - 2**16  # of sound in a WAV, whose size has four bytes, with room for header and texts
_AT_A_TIME = 16_384  # frames: libsndfile's Vorbis encoder fails on large writes
_ADD_PEAK_CHUNK = 0x1050  # SFC_SET_ADD_PEAK_CHUNK of sndfile.h


def rate_for(kind: AudioFormat, rate: int) -> int:
    """Return the sample rate at which to render for this format where the piece asks for `rate`."""
    return kind.nearest(rate)


def write_audio(
    stream: Stream,
    path: Path,
    kind: AudioFormat,
    settings: Mapping[str, Any] | None = None,
    *,
    tags: Tags | None = None,
    dither: int | None = None,
    progress: Progress = silent,
) -> None:
    """Write a stream, mono or stereo, to a file of this kind, under the settings of its `encoding`.

    Whole numbers of 16 bits are dithered with the seed `dither`, or not where it is None. InputError where the format
    does not know the rate, FileError where it cannot hold a stream of no frames, OSError where it cannot be written.
    """
    import soundfile

    offered = {"rate": stream.rate, "channels": stream.channels}
    encoding = kind.encoding(**(settings or {}), **asked_for(kind.encoding, offered))
    said = tags or Tags()
    _check(stream, path, kind)
    if dither is not None and encoding.bits == 16:
        stream = dithered(stream, 16, dither)
    done = 0
    with path.open("w+b") as place:
        if kind.container == "MP3":
            place.write(id3(said))
        out = _Out(place)
        try:
            file = soundfile.SoundFile(
                out,
                "w",
                stream.rate,
                stream.channels,
                encoding.subtype,
                format=_container(kind, encoding, stream),
                compression_level=encoding.level,
                bitrate_mode=encoding.mode,
            )
            with file:
                _prepare(file, kind, said)
                for block in _pieces(stream.blocks()):
                    file.write(np.ascontiguousarray(encoding.stored(block).T))
                    out.check()
                    done += block.shape[1]
                    progress(path.suffix.removeprefix("."), done, stream.frames)
        except (soundfile.LibsndfileError, AssertionError) as error:
            out.check()  # what the system said is the cause, where it said anything
            raise OSError(f"libsndfile: {error}") from error
        out.check()


def _check(stream: Stream, path: Path, kind: AudioFormat) -> None:
    suits = kind.nearest(stream.rate)
    if suits != stream.rate:
        raise InputError(Fault(f"{stream.rate} Hz is not a rate that this format knows", "rate", f"use rate = {suits}"))
    if not stream.frames and not kind.may_be_empty:
        raise FileError(Fault("there is no sound to write", str(path), "write a .wav, which may be empty"))


def _container(kind: AudioFormat, encoding: Encoding, stream: Stream) -> str:
    """Return the container: an RF64 in place of a WAV that would be too large."""
    size = stream.frames * stream.channels * (encoding.bits // 8 or 4)
    return "RF64" if kind.container == "WAV" and size > MOST_BYTES else kind.container


def _prepare(file: Any, kind: AudioFormat, tags: Tags) -> None:
    """Set what a file says, and leave out the peak chunk of floats, which holds the time of day."""
    import soundfile

    if kind.container == "WAV":
        soundfile._snd.sf_command(file._file, _ADD_PEAK_CHUNK, soundfile._ffi.NULL, 0)
    if kind.container != "MP3":
        for name, text in tags.texts().items():
            setattr(file, name, text)


def _pieces(blocks: Iterator[F4]) -> Iterator[F4]:
    for block in blocks:
        for at in range(0, block.shape[1], _AT_A_TIME):
            yield block[:, at : at + _AT_A_TIME]


class _Out:
    """The file as libsndfile is to see it: from where it stands now, and with what goes wrong kept.

    Nothing can be raised through libsndfile, which tells of a full disk in its own, vaguer words, or not at all.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._start = file.tell()
        self._error: OSError | None = None

    def check(self) -> None:
        """Raise what went wrong."""
        if self._error is not None:
            raise self._error

    def write(self, data: bytes) -> int:
        """Write, or keep the error and write nothing."""
        if self._error is None:
            try:
                return self._file.write(data)
            except OSError as error:
                self._error = error
        return 0

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes."""
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move; return where that is."""
        try:
            self._file.seek(offset + self._start if whence == 0 else offset, whence)
        except OSError as error:  # what waited to be written did not fit
            self._error = self._error or error
        return self.tell()

    def tell(self) -> int:
        """Return where it stands."""
        return self._file.tell() - self._start
