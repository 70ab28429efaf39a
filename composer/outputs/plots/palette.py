"""Colours that can be told apart: by anyone, on a screen and in print, on light paper and on dark.

Six hues are Okabe and Ito's ("Color Universal Design", 2008), in an order in which neighbours differ in lightness too;
their yellow is seen on dark paper only, and a brown and a grey take its and black's places on light: they are told
apart as tints too, which say how loud a note is.
From the ninth track on they come again, as darker ones on light paper and lighter ones on dark: lightness is the
second cue, a dark edge the third where there is room for one, and sixteen tracks have sixteen colours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from composer.units import F8

HUES = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#8C510A", "#333333")
_ON_DARK = {
    "#0072B2": "#2F7FD0",
    "#56B4E9": "#8CD3F5",
    "#8C510A": "#F0E442",
    "#333333": "#B8B8B8",
}  # too dark, or free to be brighter there
_SHIFT = 0.42  # by how much the second round is mixed with the ink


@dataclass(frozen=True)
class Look:
    """A theme: the colours of paper, ink and what lies between, and the maps of a field and of a path."""

    paper: str
    ink: str
    soft: str  # lesser text, ticks
    line: str  # grid lines
    shade: str  # the rows of the black keys
    accent: str  # markers, zeros
    field: str  # matplotlib's name of a perceptually uniform map, silence in the colour of the paper
    path: str  # one whose two ends are seen on the paper
    path_ends: tuple[float, float] = (0.0, 1.0)  # the part of it that is
    dark: bool = False

    def track(self, number: int) -> str:
        """Return the colour of a track, as "#rrggbb"; sixteen in a row differ.

        >>> len({THEMES["light"].track(n) for n in range(16)})
        16
        """
        hue = HUES[number % len(HUES)]
        own = _ON_DARK.get(hue, hue) if self.dark else hue
        if number // len(HUES) % 2 == 0:
            return own
        mixed = (1 - _SHIFT) * rgb(own) + _SHIFT * rgb(self.ink)
        return "#" + "".join(f"{round(255 * part):02X}" for part in mixed)

    def edge(self, number: int) -> str:
        """Return the colour of the edge of a track's shapes: ink from the ninth on, where the hues come again."""
        return self.ink if number // len(HUES) % 2 else self.paper

    def tint(self, number: int, share: F8) -> F8:
        """Return a track's colour mixed with the paper, (n, 3) parts of 1, from its shares of 1, (n,)."""
        return np.asarray(share[:, None] * rgb(self.track(number)) + (1 - share[:, None]) * rgb(self.paper))

    def style(self) -> dict[str, Any]:
        """Return matplotlib's settings for this theme, for an `rc_context` to hold while a picture is drawn."""
        return {
            "font.family": ["DejaVu Sans"],  # the font that comes with matplotlib: the same picture everywhere
            "font.size": 9.5,
            "axes.titlesize": 14,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.titlepad": 8,
            "axes.labelsize": 9.5,
            "xtick.labelsize": 8.5,
            "ytick.labelsize": 8.5,
            "legend.fontsize": 9,
            "legend.frameon": False,
            "figure.facecolor": self.paper,
            "savefig.facecolor": self.paper,
            "axes.facecolor": self.paper,
            "axes.edgecolor": self.soft,
            "axes.labelcolor": self.ink,
            "axes.titlecolor": self.ink,
            "axes.linewidth": 0.7,
            "axes.axisbelow": True,
            "axes.unicode_minus": True,
            "axes.formatter.useoffset": False,
            "axes.prop_cycle": _cycle(self),
            "text.color": self.ink,
            "text.parse_math": False,  # a "$" in a title is a dollar
            "text.usetex": False,
            "xtick.color": self.soft,
            "ytick.color": self.soft,
            "xtick.labelcolor": self.ink,
            "ytick.labelcolor": self.ink,
            "grid.color": self.line,
            "grid.linewidth": 0.6,
            "path.simplify": True,
            "agg.path.chunksize": 20_000,
            "svg.hashsalt": "composer",  # the same picture, the same names inside its file
            "svg.fonttype": "path",
            "pdf.fonttype": 42,
        }


def _cycle(look: Look) -> Any:
    from cycler import cycler  # it comes with matplotlib

    return cycler(color=[look.track(n) for n in range(16)])


def rgb(colour: str) -> F8:
    """Return a "#rrggbb" as three shares of 1."""
    return np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])


THEMES: Mapping[str, Look] = MappingProxyType(
    {
        "light": Look(
            paper="#FFFFFF",
            ink="#1A1A1A",
            soft="#5C5C5C",
            line="#DADADA",
            shade="#F3F4F6",
            accent="#B3123B",
            field="magma_r",
            path="viridis",
            path_ends=(0.0, 0.88),
        ),
        "dark": Look(
            paper="#101418",
            ink="#F0F0F0",
            soft="#A8ADB3",
            line="#343A41",
            shade="#181D23",
            accent="#FF8FA3",
            field="magma",
            path="viridis",
            path_ends=(0.25, 1.0),
            dark=True,
        ),
    }
)
