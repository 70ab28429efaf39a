"""Writes a score as a WAV file, through one of the engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval, Unit
from numpy.typing import NDArray
from typing_extensions import Doc

from composer.errors import Fault, FileError
from composer.outputs.reference import reference_stream
from composer.outputs.sine import sine_stream
from composer.outputs.stream import Stream
from composer.progress import Progress, silent
from composer.score import Score
from composer.units import A4_HZ, F4

ENGINES: dict[str, Callable[[Score, int, float, Path | None], Stream]] = {
    "sine": sine_stream,
    "reference": reference_stream,
}


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


def write_wav(
    score: Score,
    path: Path,
    engine: Annotated[Literal["sine", "reference"], Doc("what plays the notes")] = "sine",
    rate: Annotated[int, Interval(ge=8000, le=192_000), Unit("Hz"), Doc("sample rate")] = 44_100,
    encoding: Annotated[Literal["pcm16", "pcm24", "float"], Doc("how a sample is stored")] = "pcm16",
    a4: Annotated[float, Interval(ge=400, le=480), Unit("Hz"), Doc("the pitch of A4")] = A4_HZ,
    *,
    progress: Progress = silent,
) -> None:
    """A WAV file, stereo from the sine renderer, mono from the reference renderer."""
    import soundfile

    stream = ENGINES[engine](score, rate, a4, path.parent)
    size = stream.frames * stream.channels * _SAMPLE_BYTES[encoding]
    if size > _MOST_BYTES:
        raise FileError(
            Fault(f"{size / 2**30:.1f} GiB do not fit in a WAV", str(path), "shorten the piece or lower the rate")
        )
    subtype, convert = ENCODINGS[encoding]
    done = 0
    try:
        with soundfile.SoundFile(path, "w", rate, stream.channels, subtype, format="WAV") as file:
            for block in stream.blocks():
                file.write(np.ascontiguousarray(convert(block).T))
                done += block.shape[1]
                progress("wav", done, stream.frames)
    except soundfile.LibsndfileError as error:
        reason = str(error.error_string).rstrip(". ").lower()
        raise OSError(f"{reason}: the disk may be full") from error
