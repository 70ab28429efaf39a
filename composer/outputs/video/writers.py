"""Writes a score as a video: what each kind of file is encoded with, and what can be set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.outputs.sound import Sound, sounded
from composer.outputs.stream import Stream
from composer.outputs.video import film_of
from composer.outputs.video.encoder import Format, encode, libav
from composer.outputs.video.gif import encode_gif
from composer.outputs.video.sizes import size_of
from composer.parameters import Check, Names
from composer.progress import Progress, silent
from composer.score import Score
from composer.table import Table
from composer.words import Words

_AAC_RATES = (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000)
_OPUS_RATES = (8000, 12_000, 16_000, 24_000, 48_000)
# At a rate factor of 19, x264's "veryfast" cannot be told from the original here; "faster" takes a third more for files
# of the same size, "superfast" makes them twice as large. Its threads are given: else they depend on the machine, and
# the file on them; the drawing, in a thread of its own, takes as long.
MP4 = Format(
    "mp4",
    "libx264",
    "aac",
    _AAC_RATES,
    video_options={"preset": "veryfast", "crf": "19", "threads": "2"},
    container_options={"movflags": "+faststart"},
    captions="mov_text",
)
WEBM = Format(
    "webm",
    "libvpx-vp9",
    "libopus",
    _OPUS_RATES,
    video_options={"deadline": "realtime", "cpu-used": "5", "crf": "24", "row-mt": "1", "threads": "4"},
)

Scene = Annotated[
    Literal["convergence", "orbit", "roll"] | None, Doc("what is seen; chosen by the table's columns where left out")
]
Size = Annotated[str, Check(size_of), Doc("width and height, such as 1920x1080, or 720p, 1080p, vertical, square")]
Fps = Annotated[int, Interval(ge=1, le=60), Unit("a second"), Doc("how many pictures")]
X = Annotated[str | None, Names("column"), Doc("orbit: the column to the right; re where there is one")]
Y = Annotated[str | None, Names("column"), Doc("orbit: the column upwards; im where there is one")]
OfTrack = Annotated[
    str | None, Names("track"), Doc("orbit: the track whose notes lead; convergence: the track of the first path")
]


def writer_of(form: Format, usual: str, about: str) -> Callable[..., None]:
    """Return what writes a score as a video of a form, of the `usual` size where none is asked for."""

    def write(
        score: Score,
        path: Path,
        scene: Scene = None,
        size: Size = usual,
        fps: Fps = 30,
        x: X = None,
        y: Y = None,
        track: OfTrack = None,
        *,
        table: Table | None = None,
        sound: Sound = sounded,
        words: Callable[[], Words] | None = None,
        progress: Progress = silent,
    ) -> None:
        libav()  # before any work is done
        stream = heard(score, path, sound, form)
        film = film_of(score, table, stream, scene, size, fps, x=x, y=y, track=track)
        encode(film, stream, path, form, progress, None if words is None else words())

    write.__doc__ = about
    return write


write_mp4 = writer_of(
    MP4,
    "1920x1080",
    "A video with its sound: H.264 and AAC, playable while it is fetched, with captions and a description.",
)
write_webm = writer_of(WEBM, "1280x720", "A video with its sound in free formats: VP9 and Opus.")


def write_gif(
    score: Score,
    path: Path,
    scene: Scene = None,
    size: Size = "480x270",
    fps: Annotated[int, Interval(ge=1, le=50), Unit("a second"), Doc("how many pictures")] = 20,
    x: X = None,
    y: Y = None,
    track: OfTrack = None,
    *,
    table: Table | None = None,
    sound: Sound = sounded,
    progress: Progress = silent,
) -> None:
    """A moving picture without sound, as an animated GIF of 256 colours that is played again and again."""
    libav()
    stream = sound(score, spool=path.parent)  # only its length is asked for
    encode_gif(lambda: film_of(score, table, stream, scene, size, fps, x=x, y=y, track=track), path, progress)


def heard(score: Score, path: Path, sound: Sound, form: Format) -> Stream:
    """Return the sound at its own rate, if the codec has that; at 48 kHz otherwise."""
    stream = sound(score, spool=path.parent)
    if stream.rate not in form.audio_rates:
        stream = sound(score, spool=path.parent, rate=48_000)
    if stream.channels > 2:
        raise InputError(Fault(f"a video has one or two channels of sound, not {stream.channels}", "sound"))
    return stream
