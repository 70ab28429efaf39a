"""From pictures and sound to a file.

The clock is exact: picture k is shown from k / fps seconds on, sample n sounds at n / rate, both as integers in their
own time bases. AAC and Opus begin with samples that belong to nothing, their priming; the container tells players how
many to skip, so that the first sample is heard with the first picture.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from composer.errors import Fault, InputError
from composer.outputs.stream import Stream
from composer.outputs.video.canvas import Picture
from composer.outputs.video.captions import Captions
from composer.outputs.video.film import Film, drawn
from composer.progress import Progress
from composer.units import F4
from composer.words import Words

FADE = 0.01  # seconds, where sound must end before it is over


@dataclass(frozen=True)
class Format:
    """How a kind of file is encoded: its container, and the codecs with their settings, by libav's names."""

    container: str
    video: str
    audio: str
    audio_rates: tuple[int, ...] = ()  # those that the codec takes; none: any
    video_options: dict[str, str] = field(default_factory=dict)
    container_options: dict[str, str] = field(default_factory=dict)
    audio_bits: int = 192_000  # a second
    captions: str = ""  # the codec of captions, none where the container has none that players know


def libav() -> Any:
    """Return PyAV; InputError where it, or matplotlib, which draws the letters, is not installed."""
    try:
        import av
        import matplotlib.ft2font  # noqa: F401
    except ImportError as error:
        raise InputError(
            Fault("videos need PyAV and matplotlib", "video", "install them: pip install 'eta-composer[video]'")
        ) from error
    return av


@contextlib.contextmanager
def failures(av: Any) -> Iterator[None]:
    """Let what libav reports of the system, such as a full disk, be an OSError like any other."""
    try:
        yield
    except av.error.FFmpegError as error:
        raise OSError(getattr(error, "errno", None) or 0, str(error.strerror or error).lower()) from error


def frame_of(av: Any, picture: Picture, k: int, fps: int) -> Any:
    """Return a picture as a frame that shares its memory (a copy, where PyAV would misread its height)."""
    if picture.height % 4 == 0:
        frame = av.VideoFrame.from_numpy_buffer(picture.data, format="yuv420p")
    else:
        frame = av.VideoFrame(picture.width, picture.height, "yuv420p")
        for plane, own in zip(frame.planes, (picture.luma, picture.blue, picture.red), strict=True):
            padded = np.zeros((own.shape[0], plane.line_size), np.uint8)
            padded[:, : own.shape[1]] = own
            plane.update(padded)
    frame.pts, frame.time_base = k, Fraction(1, fps)
    frame.colorspace, frame.color_range = 1, 1  # BT.709, narrow
    return frame


def encode(film: Film, sound: Stream, path: Path, form: Format, progress: Progress, words: Words | None = None) -> None:
    """Write pictures and sound, which is cut or filled up with silence to the same length, to a file.

    It has the sound's tags, and of the `words` the sentence as its description and the captions as a track.
    """
    av = libav()
    with failures(av), drawn(film) as pictures:
        container = av.open(str(path), "w", format=form.container, container_options=form.container_options)
        try:
            container.metadata.update(_told(sound, words))
            video = _video_stream(container, film, form)
            track = Track(container, form.audio, sound, form.audio_bits)
            cues = words.cues if words is not None and form.captions else ()
            captions = Captions(av, container, form.captions, cues, Fraction(film.frames, film.fps))
            for k, picture in enumerate(pictures):
                container.mux(video.encode(frame_of(av, picture, k, film.fps)))
                track.until(Fraction(k + 1, film.fps), last=k + 1 == film.frames)
                captions.until(Fraction(k + 1, film.fps))
                progress("video", k + 1, film.frames)
            container.mux(video.encode(None))
            track.close()
        except BaseException:
            with contextlib.suppress(Exception):
                container.close()
            raise
        container.close()
    _check_whole(av, path, film)


def _told(sound: Stream, words: Words | None) -> dict[str, str]:
    tags = sound.tags
    found = {"title": tags.title, "artist": tags.artist, "comment": tags.comment}
    found["description"] = "" if words is None else words.short
    return {name: text for name, text in found.items() if text}


def _video_stream(container: Any, film: Film, form: Format) -> Any:
    stream = container.add_stream(form.video, rate=film.fps, options=dict(form.video_options))
    stream.width, stream.height, stream.pix_fmt = film.width, film.height, "yuv420p"
    stream.time_base = stream.codec_context.time_base = Fraction(1, film.fps)
    context = stream.codec_context
    context.color_range = context.colorspace = context.color_primaries = context.color_trc = 1
    return stream


class Track:
    """The sound of a file, encoded as far as the pictures have come, so that both lie side by side in it."""

    def __init__(self, container: Any, codec: str, sound: Stream, bits: int) -> None:
        self._av = libav()
        self._container, self._sound = container, sound
        self._stream = container.add_stream(codec, rate=sound.rate)
        self._stream.bit_rate, self._stream.layout = bits, _layout(sound.channels)
        self._stream.time_base = self._stream.codec_context.time_base = Fraction(1, sound.rate)
        self._blocks = sound.blocks()
        self._waiting: F4 = np.empty((sound.channels, 0), np.float32)
        self._done = 0  # samples
        self._read = 0

    def until(self, seconds: Fraction, last: bool = False) -> None:
        """Encode the samples before this time; the `last` are faded where the sound would go on."""
        count = round(seconds * self._sound.rate) - self._done
        if count <= 0:
            return
        samples = self._next(count)
        if last and self._sound.frames > self._done + count:
            fade = min(round(FADE * self._sound.rate), count)
            samples[:, count - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
        frame = self._av.AudioFrame.from_ndarray(samples, "fltp", _layout(self._sound.channels))
        frame.sample_rate, frame.pts, frame.time_base = self._sound.rate, self._done, Fraction(1, self._sound.rate)
        self._container.mux(self._stream.encode(frame))
        self._done += count

    def _next(self, count: int) -> F4:
        """Return the next samples, silence after the last."""
        made = np.zeros((self._sound.channels, count), np.float32)
        at = 0
        while at < count:
            if not self._waiting.shape[1]:
                block = next(self._blocks, None)
                if block is None:
                    break
                self._waiting = block
            take = min(count - at, self._waiting.shape[1])
            made[:, at : at + take] = self._waiting[:, :take]
            self._waiting = self._waiting[:, take:]
            at += take
        return np.clip(made, -1, 1)

    def close(self) -> None:
        """Encode what is left."""
        self._container.mux(self._stream.encode(None))


def _layout(channels: int) -> str:
    return "mono" if channels == 1 else "stereo"


def _check_whole(av: Any, path: Path, film: Film) -> None:
    """Raise OSError for a file that is not what was written: the last bytes may have met a full disk."""
    try:
        with av.open(str(path)) as file:
            found = [float(stream.duration * stream.time_base) for stream in file.streams.video if stream.duration]
    except av.error.FFmpegError as error:
        raise OSError(f"the file is not whole ({error.strerror}): the disk may be full") from error
    if found and abs(found[0] - film.frames / film.fps) > 1 / film.fps:
        raise OSError("the file is shorter than what was written: the disk may be full")
