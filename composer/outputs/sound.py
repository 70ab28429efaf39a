"""From a score to sound: the one path of files, stems, videos and notebooks. An engine plays, a mix, a master."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.errors import located, pick
from composer.outputs.engines import ENGINES, Chosen
from composer.outputs.mastering import faded, limited, mastered, with_reverb
from composer.outputs.mastering import room as room_of
from composer.outputs.memory import keep_memory
from composer.outputs.mix import mixed, mono, strips, with_their_sum
from composer.outputs.stream import Stream
from composer.outputs.tags import Tags
from composer.progress import Progress, Report, silent, unheard
from composer.score import Score
from composer.units import A4_HZ, amplitude_of_db, amplitude_of_velocity

Sound = Callable[..., Stream]  # `sounded` with the settings of a piece: (score, spool=..., progress=..., report=...)
LIVE_FRAMES = 4096  # of a block that is to be played at once
PEAK = "peak"  # in place of a loudness: the peak alone decides


def sounded(
    score: Score,
    *,
    engine: Annotated[Chosen, Doc("what plays the notes")] = Chosen(),  # noqa: B008 (frozen)
    rate: Annotated[int, Interval(ge=8000, le=192_000), Unit("Hz"), Doc("sample rate")] = 44_100,
    channels: Annotated[Literal["stereo", "mono"], Doc("how many channels of sound there are")] = "stereo",
    a4: Annotated[float, Interval(ge=400, le=480), Unit("Hz"), Doc("the pitch of A4")] = A4_HZ,
    loudness: Annotated[
        float | Literal["peak"],
        Unit("LUFS"),
        Doc('integrated loudness of the whole; "peak": as it is, but for peaks above the ceiling'),
    ] = -16.0,
    ceiling: Annotated[float, Interval(ge=-20, le=0), Unit("dBTP"), Doc("the true peak is nowhere above this")] = -1.0,
    reverb: Annotated[bool, Doc("whether tracks are sent to the room, as much as their `reverb` says")] = True,
    room: Annotated[Mapping[str, Any], Doc("what the room is like")] = MappingProxyType({}),
    fade_in: Annotated[float, Interval(ge=0, le=60), Unit("s"), Doc("how long the sound rises at the start")] = 0.0,
    fade_out: Annotated[float, Interval(ge=0, le=60), Unit("s"), Doc("how long it falls at the end")] = 0.0,
    dither: Annotated[bool, Doc("whether samples of 16 bits are dithered before they are rounded")] = True,
    artist: Annotated[str, Doc("who made it, written into the files")] = "",
    comment: Annotated[str, Doc("what else is written into the files")] = "",
    spool: Path | None = None,
    apart: bool = False,
    live: bool = False,
    progress: Progress = silent,
    report: Report = unheard,
) -> Stream:
    """The sound of a piece, for every kind of file that holds sound.

    What has to be heard to its end before its level is known waits, if it is long in a nameless file in the folder
    `spool`. With `apart`, the stream has the pair of the dry mix and then one of every track, and only a gain. `live`
    sound waits for nothing: its loudness is guessed from the notes, the limiter keeps its peaks, fades are left out.
    """
    keep_memory()
    player = pick(ENGINES, engine.name, "engine", "sound.engine")
    each = strips(score, apart)
    groups = tuple(strip.tracks for strip in each)
    with located("sound"):
        stream = player.call(score, rate, a4, groups, **engine.settings)
    played_by = "" if player.about is None else player.about(**engine.settings)
    tags = Tags(score.title, artist, "; ".join(text for text in (comment, played_by) if text))
    if apart:
        whole = mastered(with_their_sum(stream, each), None, ceiling, spool, progress=progress, report=report)
        return replace(whole, tags=tags)
    if not player.mastered:
        return replace(stream, tags=tags)
    own_room = player.reverberates is not None and player.reverberates(**engine.settings)
    wet = reverb and not own_room and any(strip.wet for strip in each)
    mix = mixed(stream, each, wet)
    if wet:
        mix = with_reverb(mix, room_of(rate, **room))
    if channels == "mono":
        mix = mono(mix)
    if live:
        louder = _times(mix, _guessed_gain(score, -16.0 if loudness == PEAK else float(loudness)))
        return limited(louder, ceiling, LIVE_FRAMES)
    target = None if loudness == PEAK else float(loudness)
    whole = mastered(faded(mix, fade_in, fade_out), target, ceiling, spool, progress=progress, report=report)
    return replace(whole, tags=tags, dither=0 if dither else None)


def _guessed_gain(score: Score, loudness: float) -> float:
    """Return the gain, as a ratio, that brings notes which keep their power for their length to a loudness (LUFS)."""
    energy = 0.0
    for track in score.tracks:
        seconds = score.tempo.seconds_lasting(track.notes["start"], track.notes["length"])
        amplitude = amplitude_of_velocity(track.notes["velocity"]) * amplitude_of_db(track.gain)
        energy += float((np.square(amplitude) / 2 * seconds).sum())
    if not energy or not score.seconds:
        return 1.0
    return float(amplitude_of_db(loudness) / np.sqrt(energy / score.seconds))


def _times(stream: Stream, gain: float) -> Stream:
    return replace(stream, blocks=lambda: (block * np.float32(gain) for block in stream.blocks()))
