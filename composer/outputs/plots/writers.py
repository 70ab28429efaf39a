"""Writes a picture of a score as a .png, .svg or .pdf: the same bytes each time, for no file says when it was made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.outputs.plots import PLOTS, Page, encoded, picture
from composer.outputs.plots.figure import MOST, MOST_DPI
from composer.outputs.plots.notes import Over
from composer.outputs.plots.palette import THEMES
from composer.outputs.sound import Sound, sounded
from composer.progress import Progress, silent
from composer.score import Score
from composer.words import Words

Facts = Callable[[], Mapping[str, Any]]
if TYPE_CHECKING:  # the choices are known only at run time
    Kind: TypeAlias = str
    Theme: TypeAlias = str
else:
    Kind = Annotated[Literal[tuple(PLOTS)], Doc("what is drawn: see `composer list plots`")]
    Theme = Annotated[Literal[tuple(THEMES)], Doc("the colours: on light paper or on dark")]
Side = Interval(ge=0, le=MOST)
USUAL = {"over": "index", "at": None}  # settings of single plots, which the others do not know


def _writer(form: str, doc: str) -> Callable[..., None]:
    def write(
        score: Score,
        path: Path,
        kind: Kind = "roll",
        width: Annotated[int, Side, Unit("px"), Doc("width; 0 for the picture's usual one")] = 0,
        height: Annotated[int, Side, Unit("px"), Doc("height; 0 for one in proportion")] = 0,
        dpi: Annotated[int, Interval(ge=0, le=MOST_DPI), Doc("dots an inch; 0: text grows with the page")] = 0,
        theme: Theme = "light",
        over: Over = "index",
        at: Annotated[float | None, Doc("for kind path: the t whose partial sums are drawn, not the values")] = None,
        *,
        facts: Facts | None = None,
        words: Callable[[], Words] | None = None,
        sound: Sound = sounded,
        progress: Progress = silent,
    ) -> None:
        settings = {name: value for name, value in (("over", over), ("at", at)) if value != USUAL[name]}
        figure = picture(
            kind,
            score,
            page=Page(width, height, dpi, theme),
            settings=settings,
            audio=partial(sound, score, spool=path.parent),
            progress=progress,
            words=words,
            **(facts() if facts is not None else {}),
        )
        path.write_bytes(encoded(figure, form, theme, score.title, words().short if words is not None else ""))

    write.__doc__ = doc
    write.__name__ = write.__qualname__ = f"write_{form}"
    return write


write_png = _writer("png", "A picture of the piece in pixels.")
write_svg = _writer("svg", "A picture of the piece as shapes, for the web.")
write_pdf = _writer("pdf", "A picture of the piece as a page, for print.")
