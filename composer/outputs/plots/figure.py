"""The page that a picture is drawn on: its size and look, and the bytes that it becomes. No window, no global state."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from composer.errors import Fault, InputError
from composer.outputs.plots.palette import THEMES, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes
    from matplotlib.figure import Figure as Figure
else:  # signatures are read at run time, where matplotlib may be missing
    Axes = Figure = Any

LEAST, MOST = 200, 20_000  # px a side
MOST_PIXELS = 60_000_000  # 240 MB while it is drawn
LEAST_DPI, MOST_DPI = 50, 1200
LEAST_INCHES = (3.0, 2.2)  # below this, text leaves no room for a picture
USUAL_DPI = 100
MARGIN = 0.1  # inches at the left and the right


@dataclass(frozen=True)
class Page:
    """A size in px and the dots an inch that text is set at; 0 for the picture's usual ones.

    With 0, the dots grow with the page from its usual width on: a page twice as wide shows the same, twice as large.
    """

    width: int = 0
    height: int = 0
    dpi: int = 0
    theme: str = "light"

    def fitted(self, usual: tuple[int, int]) -> Page:
        """Return the page with every size known, for a picture that is usually (width, height) px; or InputError."""
        width = self.width or (round(self.height * usual[0] / usual[1]) if self.height else usual[0])
        height = self.height or round(width * usual[1] / usual[0])
        sizes = f"{width}x{height}"
        if min(width, height) < LEAST:
            raise InputError(
                Fault(f"{sizes} px is too small for a picture", "size", f"give at least {LEAST} px a side")
            )
        if max(width, height) > MOST or width * height > MOST_PIXELS:
            most = f"at most {MOST} px a side, and {MOST_PIXELS // 10**6} million in all"
            raise InputError(Fault(f"{sizes} px is too large for a picture", "size", f"give {most}"))
        dpi = self.dpi or max(round(USUAL_DPI * min(width / usual[0], height / usual[1])), 72)
        if not LEAST_DPI <= dpi <= MOST_DPI:
            remedy = f"give {LEAST_DPI} to {MOST_DPI}, or 0 for a fit one"
            raise InputError(Fault(f"{dpi} dots an inch are out of bounds", "dpi", remedy))
        if width / dpi < LEAST_INCHES[0] or height / dpi < LEAST_INCHES[1]:
            raise _too_small(Page(width, height, dpi))
        return Page(width, height, dpi, self.theme)


def look_of(theme: str) -> Look:
    """Return a theme by its name, or raise InputError."""
    from composer.errors import pick

    return pick(THEMES, theme, "theme", "theme")


@contextmanager
def drawing(look: Look) -> Iterator[None]:
    """Let matplotlib draw in this look, until the end; raise InputError where it is not installed.

    What a layout says when it has no room becomes an InputError too.
    """
    try:
        import matplotlib
    except ImportError as error:
        fault = Fault("pictures need matplotlib, which is not installed", remedy='pip install "eta-composer[plot]"')
        raise InputError(fault) from error
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()  # inside the context: what a user has set elsewhere comes back at its end
        settings: Any = look.style()
        matplotlib.rcParams.update(settings)
        warnings.filterwarnings("error", "constrained_layout not applied")
        yield


def blank(page: Page) -> Figure:
    """Return an empty figure of a fitted page, drawn by Agg: no window is ever opened."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as NewFigure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=MARGIN)
    made = NewFigure(figsize=(page.width / page.dpi, page.height / page.dpi), dpi=page.dpi, layout=layout)
    FigureCanvasAgg(made)
    return made


def root_of(ax: Axes) -> Figure:
    """Return the figure that an axes stands in, through all of its parts."""
    found: Figure = ax.figure.canvas.figure
    return found


def settled(figure: Figure, page: Page) -> Figure:
    """Lay the figure out once and for all, so that it stays as it is outside of `drawing`; return it."""
    try:
        for _ in range(2):  # the first may widen a view, and with it the numbers on its axes
            figure.draw_without_rendering()
    except UserWarning as error:
        raise _too_small(page) from error
    figure.set_layout_engine("none")
    return figure


def _too_small(page: Page) -> InputError:
    inches = f"{page.width / page.dpi:.1f}x{page.height / page.dpi:.1f} inches"
    message = f"{page.width}x{page.height} px at {page.dpi} dots an inch, {inches}, leave no room for the picture"
    return InputError(Fault(message, "size", "make it larger, or give fewer dots an inch"))


# What a file says of itself: never when it was made, so that the same picture is the same bytes.
def _png_facts(title: str, words: str) -> dict[str, str | None]:
    return {"Software": None, "Title": title or None, "Description": words or None}


def _svg_facts(title: str, words: str) -> dict[str, str | None]:
    return {"Date": None, "Creator": None, "Title": title or None, "Description": words or None}


def _pdf_facts(title: str, words: str) -> dict[str, str | None]:
    return {"CreationDate": None, "Creator": None, "Producer": None, "Title": title or None, "Subject": words or None}


FORMATS: Mapping[str, Callable[[str, str], dict[str, str | None]]] = {
    "png": _png_facts,
    "svg": _svg_facts,
    "pdf": _pdf_facts,
}


def encoded(figure: Figure, kind: str, theme: str = "light", title: str = "", words: str = "") -> bytes:
    """Return the figure as the bytes of a png, svg or pdf; `title` and `words` (alt text) go into its metadata."""
    from composer.errors import pick

    facts = pick(FORMATS, kind, "format of a picture")(_clean(title), _clean(words))
    given = {name: value for name, value in facts.items() if value is not None or name in _NAMED.get(kind, ())}
    buffer = io.BytesIO()
    with drawing(look_of(theme)):
        figure.savefig(buffer, format=kind, dpi=figure.dpi, metadata=given)
    return buffer.getvalue()


_NAMED = {  # what matplotlib fills in by itself unless it is told nothing
    "png": ("Software",),
    "svg": ("Date", "Creator"),
    "pdf": ("CreationDate", "Creator", "Producer"),
}


def _clean(text: str) -> str:
    """Return text without the control characters that neither XML nor a PNG can hold."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()
