"""Lays a piece's sound over a video that is there already: its picture is copied as it is, packet by packet."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from composer.errors import Fault, FileError, InputError
from composer.files import checked
from composer.outputs.sound import Sound, sounded
from composer.outputs.video.encoder import Track, failures, libav
from composer.progress import Progress, silent
from composer.score import Score
from composer.units import TempoMap

# By suffix: the container, and the codec and bits a second of the sound.
CONTAINERS = {
    ".mp4": ("mp4", "aac", 192_000),
    ".m4v": ("mp4", "aac", 192_000),
    ".mov": ("mov", "aac", 192_000),
    ".mkv": ("matroska", "libopus", 160_000),
    ".webm": ("webm", "libopus", 160_000),
}
_RATE = 48_000  # Hz: what both codecs and all players take
_SHORTEST = 0.1  # seconds


@dataclass(frozen=True)
class _Video:
    """When the picture of a video begins, and how long it lasts, in seconds; each packet's time of decoding."""

    start: Fraction
    length: Fraction
    decoded: tuple[Fraction, ...]


def mux_video(
    score: Score,
    video: Path,
    path: Path,
    *,
    keep_tempo: bool = False,
    suffix: str = "",
    sound: Sound = sounded,
    progress: Progress = silent,
) -> float:
    """Write the picture of `video` with the sound of a score to `path`; return what its tempo was multiplied by.

    The score's tempo is stretched so that its last sound ends with the video, unless it is to be kept; then the sound
    is cut, or silence follows it. What else the video holds, such as a sound of its own, is left out. `suffix` says
    what to write, where it is not that of the path. FileError for what is no video, or does not fit the container.
    """
    av = libav()
    checked(video, "video")
    container, codec, bits = container_for(path, suffix)
    with failures(av), _opened(av, video) as source:
        picture = source.streams.video[0]
        found = _measured(source, picture, video)
        played, factor = (score, 1.0) if keep_tempo else stretched(score, found.length, sound)
        stream = sound(played, spool=path.parent, rate=_RATE)
        source.seek(0)
        options = {"movflags": "+faststart"} if container in ("mp4", "mov") else {}
        target = av.open(str(path), "w", format=container, container_options=options)
        try:
            title = score.title or source.metadata.get("title", "")
            if title:
                target.metadata["title"] = title
            copied = _copy_of(target, picture, video, container)
            track = Track(target, codec, stream, bits)
            packets = (packet for packet in source.demux(picture) if packet.size)  # the last is empty, a sign
            for n, (packet, decoded) in enumerate(zip(packets, found.decoded, strict=True)):
                base = packet.time_base
                packet.dts = round((decoded - found.start) / base)
                packet.pts = packet.dts if packet.pts is None else packet.pts - round(found.start / base)
                packet.stream = copied
                target.mux(packet)
                track.until(min(max(decoded - found.start, Fraction(0)), found.length))
                progress("mux", n + 1, len(found.decoded))
            track.until(found.length, last=True)
            track.close()
        except BaseException:
            with contextlib.suppress(Exception):
                target.close()
            raise
        target.close()
    return factor


def container_for(path: Path, suffix: str = "") -> tuple[str, str, int]:
    """Return the container, and the sound's codec and bits a second, for a suffix; FileError for one we do not know."""
    ending = (suffix or path.suffix).lower()
    if ending not in CONTAINERS:
        known = ", ".join(CONTAINERS)
        raise FileError(Fault(f"{ending or 'no suffix'} is no kind of video", str(path), f"use one of: {known}"))
    return CONTAINERS[ending]


def stretched(score: Score, seconds: Fraction, sound: Sound) -> tuple[Score, float]:
    """Return the score at the tempo at which its last sound ends at a time, and what the tempo was multiplied by.

    What sounds on after the last note, such as a release, keeps its length.
    """
    if not score.seconds > 0:
        raise InputError(Fault("the score has no notes: there is nothing to lay over the video", "mux", "give it some"))
    whole = sound(score, rate=_RATE)
    rest = max(whole.frames / _RATE - score.seconds, 0.0)
    wanted = max(float(seconds) - rest, float(seconds) / 2)
    factor = score.seconds / wanted
    tempo = TempoMap(tuple((beat, bpm * factor) for beat, bpm in score.tempo.changes))
    return replace(score, tempo=tempo), factor


def _opened(av: Any, video: Path) -> Any:
    try:
        source = av.open(str(video))
    except av.error.FFmpegError as error:
        reason = str(error.strerror).lower()
        raise FileError(Fault(f"this is not a video that can be read ({reason})", str(video), "try another")) from error
    if not source.streams.video:
        source.close()
        raise FileError(Fault("there is no picture in it", str(video), "name a video"))
    return source


def _measured(source: Any, picture: Any, video: Path) -> _Video:
    """Look at every packet of the picture, which containers describe better than they do themselves."""
    usual = 1 / picture.average_rate if picture.average_rate else Fraction(0)
    shown: list[Fraction] = []
    decoded: list[Fraction | None] = []
    end = Fraction(0)
    for packet in source.demux(picture):
        if not packet.size:
            continue
        at = packet.dts if packet.pts is None else packet.pts
        if at is None:
            raise FileError(Fault("its pictures have no times", str(video), "put it into another container first"))
        shown.append(at * packet.time_base)
        decoded.append(None if packet.dts is None else packet.dts * packet.time_base)
        end = max(end, shown[-1] + (packet.duration * packet.time_base if packet.duration else usual))
    length = end - min(shown) if shown else Fraction(0)
    if length < _SHORTEST:
        raise FileError(Fault("its picture does not last", str(video), "name a video of a tenth of a second or more"))
    known = [at for at in decoded if at is not None]
    return _Video(min(shown), length, tuple(known) if len(known) == len(decoded) else _decoding(shown))


def _decoding(shown: list[Fraction]) -> tuple[Fraction, ...]:
    """Return times of decoding where not all are given, as in Matroska: rising, none after its picture is shown."""
    ordered = sorted(shown)
    early = max(at - own for at, own in zip(ordered, shown, strict=True))
    return tuple(at - early for at in ordered)


def _copy_of(target: Any, picture: Any, video: Path, container: str) -> Any:
    """Return a stream for the packets of the picture, as they are."""
    try:
        return target.add_stream_from_template(picture, opaque=True)
    except ValueError as error:
        name = picture.codec_context.name
        raise FileError(
            Fault(f"{container} does not take its picture ({name})", str(video), "write a .mkv, which takes all kinds")
        ) from error
