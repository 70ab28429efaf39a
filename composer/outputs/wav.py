"""Writes the sound of a score as a WAV file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Doc

from composer.errors import Fault, FileError
from composer.outputs.sound import Sound, sounded
from composer.outputs.stream import Stream
from composer.progress import Progress, silent
from composer.score import Score
from composer.units import F4


def _rounded(block: F4, bits: int) -> NDArray[np.int32]:
    """Return samples as integers of `bits` bits, in the upper part of 32."""
    full = 2.0 ** (bits - 1)
    whole = np.clip(np.rint(block.astype(np.float64) * full), -full, full - 1)
    return whole.astype(np.int32) << (32 - bits)


# What a sample becomes in the file: libsndfile's name of the encoding, and the conversion, ours so that
# full scale is the same in all of them.
ENCODINGS: dict[str, tuple[str, Callable[[F4], NDArray[np.generic]]]] = {
    "pcm16": ("PCM_16", lambda block: _rounded(block, 16)),
    "pcm24": ("PCM_24", lambda block: _rounded(block, 24)),
    "float": ("FLOAT", lambda block: block),
}
_MOST_BYTES = 2**32 - 2**16  # what the four bytes of a WAV's size can hold, with room for the header
_SAMPLE_BYTES = {"pcm16": 2, "pcm24": 3, "float": 4}
Encoding = Literal["pcm16", "pcm24", "float"]


def write_wav(
    score: Score,
    path: Path,
    encoding: Annotated[Encoding, Doc("how a sample is stored")] = "pcm16",
    *,
    sound: Sound = sounded,
    progress: Progress = silent,
) -> None:
    """A WAV file: stereo, but for the reference engine, which is mono."""
    stream = sound(score, spool=path.parent)
    done = 0
    with wav_file(path, stream, stream.channels, encoding) as write:
        for block in stream.blocks():
            write(block)
            done += block.shape[1]
            progress("wav", done, stream.frames)


@contextmanager
def wav_file(path: Path, stream: Stream, channels: int, encoding: Encoding) -> Iterator[Callable[[F4], None]]:
    """Open a WAV file for `channels` of a stream; yield what writes blocks, (channels, k), into it."""
    import soundfile

    size = stream.frames * channels * _SAMPLE_BYTES[encoding]
    if size > _MOST_BYTES:
        raise FileError(
            Fault(f"{size / 2**30:.1f} GiB do not fit in a WAV", str(path), "shorten the piece or lower the rate")
        )
    subtype, convert = ENCODINGS[encoding]
    try:
        with soundfile.SoundFile(path, "w", stream.rate, channels, subtype, format="WAV") as file:
            yield lambda block: file.write(np.ascontiguousarray(convert(block).T))
    except soundfile.LibsndfileError as error:
        reason = str(error.error_string).rstrip(". ").lower()
        raise OSError(f"{reason}: the disk may be full") from error
