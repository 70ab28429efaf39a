"""What each format of audio files has to say: its settings, and the sample rates that it knows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval, Unit
from numpy.typing import NDArray
from typing_extensions import Doc

from composer.units import F4


@dataclass(frozen=True)
class Encoding:
    """How samples are stored: libsndfile's name of it, the `bits` of whole numbers (0 for what takes floats).

    `level` is libsndfile's of compression, 0 (least) to 1, `mode` its bit rate mode; None where it has no say.
    """

    subtype: str
    bits: int = 0
    level: float | None = None
    mode: str | None = None

    def stored(self, block: F4) -> NDArray[np.generic]:
        """Return samples as they are handed over: floats, integers of 16 bits, or those in the upper part of 32."""
        return _rounded(block, self.bits) if self.bits else block


@dataclass(frozen=True)
class AudioFormat:
    """A kind of audio file: libsndfile's name of its container, what makes its Encoding of its settings.

    `encoding` may ask for `rate` and `channels`; `nearest` gives the rate to take in place of another.
    """

    container: str
    encoding: Callable[..., Encoding]
    nearest: Callable[[int], int]
    may_be_empty: bool = True  # whether it can hold no frame


def _rounded(block: F4, bits: int) -> NDArray[np.generic]:
    full = np.float32(2.0 ** (bits - 1))  # up to 24 bits, single precision holds every whole number
    whole = block * full
    np.clip(np.rint(whole, out=whole), -full, full - 1, out=whole)
    return whole.astype(np.int16) if bits == 16 else whole.astype(np.int32) << (32 - bits)


# The rates


def every_rate(rate: int) -> int:
    """Return the rate itself: the format knows all."""
    return rate


def flac_rate(rate: int) -> int:
    """Return the rate, as FLAC can say it: above 65,535 Hz in tens."""
    return rate if rate < 2**16 else -(-rate // 10) * 10


def one_of(*known: int) -> Callable[[int], int]:
    """Return what gives the lowest of the known rates that is not below a rate, or the highest."""

    def nearest(rate: int) -> int:
        return known[min(bisect_left(known, rate), len(known) - 1)]

    return nearest


# The settings

_PCM = {"pcm16": Encoding("PCM_16", 16), "pcm24": Encoding("PCM_24", 24), "float": Encoding("FLOAT")}


def wav(
    encoding: Annotated[Literal["pcm16", "pcm24", "float"], Doc("how a sample is stored")] = "pcm16",
) -> Encoding:
    """A WAV file; above 4 GiB an RF64."""
    return _PCM[encoding]


def flac(
    encoding: Annotated[Literal["pcm16", "pcm24"], Doc("how a sample is stored")] = "pcm16",
    compression: Annotated[int, Interval(ge=0, le=8), Doc("0: fastest; 8: smallest")] = 5,
) -> Encoding:
    """A FLAC file: all of the sound in about half the space."""
    return Encoding(f"PCM_{_PCM[encoding].bits}", _PCM[encoding].bits, compression / 8)


def vorbis(
    quality: Annotated[float, Interval(ge=0, le=10), Doc("0: smallest; 10: best; 6 is about 190 kbit/s")] = 6.0,
) -> Encoding:
    """An Ogg Vorbis file."""
    return Encoding("VORBIS", level=1 - quality / 10)


def opus(
    bitrate: Annotated[int, Interval(ge=12, le=256), Unit("kbit/s"), Doc("for a channel")] = 80,
) -> Encoding:
    """An Opus file, at 48 kHz where the piece has a rate that Opus does not know."""
    return Encoding("OPUS", level=(256 - bitrate) / 250)  # libsndfile: 6 to 256 kbit/s a channel


_MP3_MOST = 0.999  # of compression: libsndfile refuses 1


def mp3(
    quality: Annotated[
        float, Interval(ge=0, le=9), Doc("LAME's V: 0 is best, 9 smallest; 2 is about 190 kbit/s")
    ] = 2.0,
    bitrate: Annotated[
        int, Interval(ge=0, le=320), Unit("kbit/s"), Doc("a constant one; 0: it varies, by the quality")
    ] = 0,
    *,
    rate: int = 44_100,
) -> Encoding:
    """An MP3 file, at 48 kHz at most."""
    if not bitrate:
        return Encoding("MPEG_LAYER_III", level=quality / 10, mode="VARIABLE")
    # The constant bit rates of the three generations of the format, as libsndfile spreads them.
    least, most = (32, 320) if rate >= 32_000 else (8, 160) if rate >= 16_000 else (8, 64)
    level = (most - min(max(bitrate, least), most)) / (most - least)
    return Encoding("MPEG_LAYER_III", level=min(level, _MP3_MOST), mode="CONSTANT")
