"""From a score to sound: the one path of files, stems, videos and notebooks. An engine plays, a mix, a master."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.errors import located, pick
from composer.outputs.engines import ENGINES, Chosen
from composer.outputs.level import kept_below
from composer.outputs.mix import mixed, strips, with_their_sum
from composer.outputs.stream import Stream
from composer.score import Score
from composer.units import A4_HZ

Sound = Callable[..., Stream]  # `sounded` with the settings of a piece: (score, spool=...)


def sounded(
    score: Score,
    *,
    engine: Annotated[Chosen, Doc("what plays the notes")] = Chosen(),  # noqa: B008 (frozen)
    rate: Annotated[int, Interval(ge=8000, le=192_000), Unit("Hz"), Doc("sample rate")] = 44_100,
    a4: Annotated[float, Interval(ge=400, le=480), Unit("Hz"), Doc("the pitch of A4")] = A4_HZ,
    spool: Path | None = None,
    apart: bool = False,
) -> Stream:
    """The sound of a piece, for every kind of file that holds sound.

    What has to be heard to its end before its level is known waits in a nameless file in the folder `spool`. With
    `apart`, the stream has the pair of the dry mix and then one of every track, not mastered.
    """
    player = pick(ENGINES, engine.name, "engine", "sound.engine")
    each = strips(score, apart)
    groups = tuple(strip.tracks for strip in each)
    with located("sound"):
        stream = player.call(score, rate, a4, groups, **engine.settings)
    if apart:
        return kept_below(with_their_sum(stream, each), spool=spool)
    if not player.mastered:
        return stream
    return kept_below(mixed(stream, each, wet=False), spool=spool)
