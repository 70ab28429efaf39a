"""From a score to a video with its sound: the scenes that can be seen, and the files that can be written.

To add a scene: write a function of this room that takes a Stage, and its row in SCENES. It returns what paints a
picture, by its number; the numbers rise, some may be left out.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.errors import Fault, InputError, pick
from composer.outputs.sine import sine_stream
from composer.outputs.stream import Stream
from composer.outputs.video.convergence import convergence
from composer.outputs.video.encoder import Draw, Film, Format, encode, libav
from composer.outputs.video.orbit import orbit
from composer.outputs.video.roll import roll
from composer.outputs.video.sizes import size_of
from composer.outputs.video.stage import Stage
from composer.parameters import Check, Names, asked_for
from composer.progress import Progress, silent
from composer.score import Score
from composer.table import Table

SCENES: dict[str, Callable[..., Draw]] = {
    "convergence": convergence,
    "orbit": orbit,
    "roll": roll,
}
FRAMES_AT_MOST = 60 * 60 * 60 * 6  # six hours of 60 a second

# x264's "veryfast" at a rate factor of 19 cannot be told from the original here; B-frames and the rest are its own.
MP4 = Format(
    "mp4",
    "libx264",
    "aac",
    video_options={"preset": "veryfast", "crf": "19", "g": "250"},
    container_options={"movflags": "+faststart"},
)
WEBM = Format(
    "webm",
    "libvpx-vp9",
    "libopus",
    audio_rates=(48_000, 24_000, 16_000, 12_000, 8_000),
    video_options={"deadline": "realtime", "cpu-used": "7", "crf": "32", "b": "0", "row-mt": "1", "threads": "4"},
)

SceneName = Annotated[
    Literal["convergence", "orbit", "roll"] | None, Doc("what is seen; chosen by the table's columns where left out")
]
Size = Annotated[str, Check(size_of), Doc("width and height, such as 1920x1080, or 720p, 1080p, vertical, square")]
Rate = Annotated[int, Interval(ge=8000, le=48_000), Unit("Hz"), Doc("the sound's sample rate")]
X = Annotated[str | None, Names("column"), Doc("orbit: the column to the right; re where left out")]
Y = Annotated[str | None, Names("column"), Doc("orbit: the column upwards; im where left out")]
TrackName = Annotated[
    str | None, Names("track"), Doc("orbit: the track whose notes lead; convergence: the first path's track")
]
Fps = Annotated[int, Interval(ge=1, le=60), Unit("a second"), Doc("how many pictures")]


def write_mp4(
    score: Score,
    path: Path,
    scene: SceneName = None,
    size: Size = "1920x1080",
    fps: Fps = 30,
    rate: Rate = 44_100,
    x: X = None,
    y: Y = None,
    track: TrackName = None,
    *,
    table: Table | None = None,
    progress: Progress = silent,
) -> None:
    """A video with its sound track: H.264 and AAC, ready to be streamed."""
    _write(score, table, path, MP4, scene, size, fps, rate, {"x": x, "y": y, "track": track}, progress)


def write_webm(
    score: Score,
    path: Path,
    scene: SceneName = None,
    size: Size = "1280x720",
    fps: Fps = 30,
    rate: Rate = 48_000,
    x: X = None,
    y: Y = None,
    track: TrackName = None,
    *,
    table: Table | None = None,
    progress: Progress = silent,
) -> None:
    """A video with its sound track in free formats: VP9 and Opus."""
    _write(score, table, path, WEBM, scene, size, fps, rate, {"x": x, "y": y, "track": track}, progress)


def _write(
    score: Score,
    table: Table | None,
    path: Path,
    form: Format,
    scene: str | None,
    size: str,
    fps: int,
    rate: int,
    settings: dict[str, str | None],
    progress: Progress,
) -> None:
    libav()  # before any work
    if form.audio_rates and rate not in form.audio_rates:
        rates = ", ".join(map(str, form.audio_rates))
        raise InputError(Fault(f"{form.audio} has no sample rate of {rate} Hz", "rate", f"use one of: {rates}"))
    sound = sine_stream(score, rate)
    film = film_of(score, table, sound, scene, size, fps, **settings)
    encode(film, sound, path, form, score.title, progress)


def film_of(
    score: Score,
    table: Table | None,
    sound: Stream,
    scene: str | None = None,
    size: str = "1920x1080",
    fps: int = 30,
    **settings: str | None,
) -> Film:
    """Return the film of a score, as long as its sound, to the next whole frame; InputError where there is none."""
    if not any(track.notes.size for track in score.tracks):
        raise InputError(Fault("the score has no notes: there is nothing to see or hear", "video"))
    if not 1 <= fps <= 60:
        raise InputError(Fault(f"{fps} pictures a second cannot be made", "fps", "ask for 1 to 60"))
    width, height = size_of(size)
    frames = int(-(-Fraction(sound.frames, sound.rate) * fps // 1))
    if frames > FRAMES_AT_MOST:
        raise InputError(Fault(f"a video of {frames / fps / 3600:.1f} hours is too long", "video", "shorten the piece"))
    stage = Stage(score, table, width, height, fps, frames)
    name = scene or scene_for(table)
    draw = pick(SCENES, name, "scene", "scene")
    given = {key: value for key, value in settings.items() if value is not None}
    astray = [key for key in given if key not in inspect.signature(draw).parameters]
    if astray:
        raise InputError(*(Fault(f"the scene {name!r} has no {key}", key, "leave it out") for key in astray))
    return Film(width, height, fps, frames, draw(stage, **given))


def scene_for(table: Table | None) -> str:
    """Return the name of the scene that suits a table."""
    names = set() if table is None else set(table.names)
    if {"re_0", "im_0"} <= names:
        return "convergence"
    return "orbit" if {"re", "im"} <= names else "roll"
