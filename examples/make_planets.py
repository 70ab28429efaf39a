"""Writes planets.csv, from which a piece can be played without an ephemeris.

    python examples/make_planets.py

The file comes to lie beside this one. It takes what `pip install "eta-composer[sky]"` installs.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from composer.sources.planets import planets
from composer.table import iso_date

BODIES = ("mercury", "venus", "mars", "jupiter", "saturn")
ABOUT = """\
# The distances of five planets from the Earth, every Wednesday at 0 h UTC for twelve years, in astronomical units of
# 149597870.7 km: from centre to centre, where they are at that moment and not where their light shows them.
# Computed by make_planets.py, with jplephem, from the ephemeris DE421 of NASA's Jet Propulsion Laboratory.
"""


def text() -> str:
    """Return the text of the file."""
    table = planets(BODIES, seen_from="earth", start=date(2003, 1, 1), step=7, points=626)
    rows = zip(table["index"], *(table[name] for name in BODIES), strict=True)
    lines = [",".join((iso_date(moment), *(f"{au:.5f}" for au in aus))) for moment, *aus in rows]
    return ABOUT + "\n".join([",".join(("date", *BODIES)), *lines, ""])


if __name__ == "__main__":
    Path(__file__).with_name("planets.csv").write_text(text(), encoding="utf-8", newline="\n")
