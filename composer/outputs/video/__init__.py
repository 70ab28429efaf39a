"""From a score to a video with its sound: the scenes that can be seen, and the film of one of them.

To add a scene: write a function of this room that takes a Stage, and its row in SCENES. It returns what paints a
picture, by its number; the numbers rise, and some may be left out. Settings of its own are the writers' of that name.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from fractions import Fraction

from composer.errors import Fault, InputError, pick
from composer.outputs.stream import Stream
from composer.outputs.video.convergence import convergence
from composer.outputs.video.film import Draw, Film
from composer.outputs.video.orbit import orbit
from composer.outputs.video.roll import roll
from composer.outputs.video.sizes import size_of
from composer.outputs.video.stage import Stage
from composer.score import Score
from composer.table import Table

SCENES: dict[str, Callable[..., Draw]] = {
    "convergence": convergence,
    "orbit": orbit,
    "roll": roll,
}
LONGEST = 6 * 3600  # seconds


def film_of(
    score: Score,
    table: Table | None,
    sound: Stream,
    scene: str | None = None,
    size: str = "1920x1080",
    fps: int = 30,
    **settings: str | None,
) -> Film:
    """Return the film of a score, as long as its sound, to the next whole frame; InputError where there is none.

    The scene is chosen by the table's columns where it is None; of its `settings`, those that are None are left out.
    """
    if not any(track.notes.size for track in score.tracks):
        raise InputError(Fault("the score has no notes: there is nothing to see or to hear", "video", "give it some"))
    if not 1 <= fps <= 60:
        raise InputError(Fault(f"{fps} pictures a second cannot be made", "fps", "ask for 1 to 60"))
    width, height = size_of(size)
    frames = int(-(-Fraction(sound.frames, sound.rate) * fps // 1))
    if frames > LONGEST * fps:
        hours = frames / fps / 3600
        raise InputError(Fault(f"a video of {hours:.1f} hours is too long", "video", "keep to six hours"))
    name = scene or scene_for(table)
    make = pick(SCENES, name, "scene", "scene")
    given = {key: value for key, value in settings.items() if value is not None}
    astray = [key for key in given if key not in inspect.signature(make).parameters]
    if astray:
        raise InputError(*(Fault(f"the scene {name!r} has no {key!r}", key, "leave it out") for key in astray))
    return Film(width, height, fps, frames, make(Stage(score, table, width, height, fps, frames), **given))


def scene_for(table: Table | None) -> str:
    """Return the name of the scene that suits a table."""
    names = set() if table is None else set(table.names)
    if {"re_0", "im_0"} <= names:
        return "convergence"
    return "orbit" if {"re", "im"} <= names else "roll"
