"""Ocean tides at harbours of the world, predicted from their harmonic constants.

The height above mean sea level is the sum over the constituents of f H cos(V + u - g): H and g are the harbour's
amplitude and phase lag, V follows Sun and Moon, and f and u follow the Moon's node (Schureman, Manual of Harmonic
Analysis and Prediction of Tides, Special Publication 98, 1958). V is taken at every moment; f and u, which hardly
change from one day to the next, at every midnight and along straight lines between. Wind and weather are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Gt, Interval, Unit
from typing_extensions import Doc

from composer.errors import Fault, InputError, located
from composer.parameters import Check
from composer.sources.grid import Points, points_between
from composer.sources.tidal.astronomy import DAY, angles, orbit
from composer.sources.tidal.constituents import CONSTITUENTS, NODAL
from composer.sources.tidal.harbours import Harbour, harbour_of, harbours, slug_of
from composer.table import Table
from composer.units import F8, I8

COLUMNS = ("height", "slope", "range")
DEFAULT = "dublin"

YEARS = (1900, 2100)  # over which the longitudes of Moon and Sun, and with them all else, are good
AT_ONCE = 2**14  # points that are worked on together: what a processor's cache holds
SPACING = 1200  # seconds between the samples that turning points and ranges are sought in
LUNAR_DAY = 75  # samples: 24 h 40 min from the first to the last, of a day of 24 h 50 min


class Turns(NamedTuple):
    """High and low waters: times (s since 1970, UTC), heights (m), kinds (1 high, -1 low), each of shape (n,)."""

    times: F8
    heights: F8
    kinds: I8


def harbours_named(name: str | tuple[str, ...]) -> tuple[Harbour, ...]:
    """Return the harbours that are named; raise InputError for none, an unknown one, and one that comes twice."""
    found = tuple(harbour_of(one) for one in ((name,) if isinstance(name, str) else name))
    if not found:
        raise InputError(Fault("no harbour is named", remedy=f"name one or more, such as {DEFAULT!r}"))
    for row in found:
        if found.count(row) > 1:
            raise InputError(Fault(f"the harbour {row.slug!r} is named twice", remedy="name each once"))
    return found


def moment(text: str) -> float:
    """Return a date, or date and time, of ISO 8601 in seconds since 1970; UTC unless it says otherwise.

    Raise InputError for what is none, and outside the years 1900 to 2100.

    >>> moment("2026-01-01"), moment("2026-01-01T02:00+02:00"), moment("1970-01-02 06:30")
    (1767225600.0, 1767225600.0, 109800.0)
    """
    try:
        at = datetime.fromisoformat(text.strip())
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        remedy = "write it like 2026-01-31 or 2026-01-31T06:30"
        raise InputError(Fault(f"{text!r:.60} is not a date", remedy=remedy)) from error
    _within_years(seconds, f"{text!r:.60}")
    return seconds


def _within_years(seconds: float, what: str) -> None:
    first, after = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (YEARS[0], YEARS[1] + 1))
    if not first <= seconds < after:
        remedy = f"stay within the years {YEARS[0]} to {YEARS[1]}"
        raise InputError(Fault(f"{what} is beyond what can be predicted", remedy=remedy))


Start = Annotated[str, Check(moment), Doc("when to begin: an ISO date, or date and time, in UTC")]


def tides(
    points: Points = 720,
    harbour: Annotated[
        str | tuple[str, ...], Check(harbours_named), Doc("a harbour, or a list: then a column of heights for each")
    ] = DEFAULT,
    start: Start = "2026-01-01",
    step: Annotated[float, Interval(ge=0.01, le=1440), Unit("minutes"), Doc("time between points")] = 30.0,
    hours: Annotated[float | None, Gt(0), Doc("how long it lasts, in place of points")] = None,
) -> Table:
    """The tide at one of 36 harbours, in metres, its slope in metres an hour, and its range over a lunar day;
    or the tides of several side by side."""
    with located("harbour"):
        chosen = harbours_named(harbour)
    with located("start"):
        first = moment(start)
    with located("points" if hours is None else "hours"):
        if hours is not None:
            points = points_between(60 * hours, step)
        seconds: F8 = first + 60 * step * np.arange(points, dtype=np.float64)
        _within_years(float(seconds[-1]), "the last of them")
    if isinstance(harbour, str):
        values = (heights(chosen[0], seconds), slopes(chosen[0], seconds), ranges(chosen[0], seconds))
        columns = dict(zip(COLUMNS, values, strict=True))
    else:
        columns = {row.slug: heights(row, seconds) for row in chosen}
    return Table(columns, index=seconds, dates=frozenset({"index"}))


def columns_of(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns of `tides` from its arguments as they were written, faulty ones among them passed over.

    >>> columns_of({}), columns_of({"harbour": ["Dublin Port", "new york", 7]})
    (('height', 'slope', 'range'), ('dublin', 'new_york'))
    """
    named = arguments.get("harbour", DEFAULT)
    if not isinstance(named, list | tuple):
        return COLUMNS
    slugs = {slug_of(row.name): row.slug for row in harbours().values()}
    written = [slug_of(name) for name in named if isinstance(name, str)]
    return tuple(dict.fromkeys(slugs.get(name, name) for name in written))


def heights(at: Harbour, seconds: F8) -> F8:
    """Return the heights, in metres above mean sea level, at times (n,) in seconds since 1970, UTC."""
    total = np.zeros(seconds.size)
    for rows, _, amplitude, phase in _waves(at, seconds):
        total[rows] += amplitude * np.cos(phase)
    return total


def slopes(at: Harbour, seconds: F8) -> F8:
    """Return the derivative of `heights`, in metres an hour, less what f and u add to it (some 1e-5 of it)."""
    total = np.zeros(seconds.size)
    for rows, speed, amplitude, phase in _waves(at, seconds):
        total[rows] -= np.radians(speed) * amplitude * np.sin(phase)
    return total


def _waves(at: Harbour, seconds: F8) -> Iterator[tuple[slice, float, F8, F8]]:
    """Yield each constituent over each stretch of times: the rows, degrees an hour, f H, and V + u - g in radians."""
    for begin in range(0, seconds.size, AT_ONCE):
        rows = slice(begin, min(begin + AT_ONCE, seconds.size))
        longitudes = angles(seconds[rows])
        days = seconds[rows] / DAY
        first = np.floor(days.min())
        midnights = np.arange(first, np.floor(days.max()) + 2)
        before = (np.floor(days) - first).astype(np.int64)
        part = days - midnights[before]
        moon = orbit(midnights * DAY)
        nodal = {name: correct(moon) for name, correct in NODAL.items()}
        for name, (amplitude, lag) in at.constants.items():
            constituent = CONSTITUENTS[name]
            argument = np.full(part.size, float(constituent.lead - lag))
            for count, longitude in zip(constituent.turns, longitudes, strict=True):
                if count:
                    argument += count * longitude
            f, u = (knots[before] + part * np.diff(knots)[before] for knots in constituent.corrections(nodal))
            yield rows, constituent.speed, amplitude * f, np.radians(argument) + u


def ranges(at: Harbour, seconds: F8) -> F8:
    """Return the highest less the lowest water of the lunar day around each time, in metres, to half a per cent.

    It swells and shrinks from springs to neaps, twice a month.
    """
    half = LUNAR_DAY // 2
    first, last = np.floor(seconds.min() / SPACING) - half, np.ceil(seconds.max() / SPACING) + half
    samples = heights(at, np.arange(first, last + 1) * SPACING)
    windows = np.lib.stride_tricks.sliding_window_view(samples, LUNAR_DAY)
    spans = windows.max(axis=1) - windows.min(axis=1)
    return np.asarray(np.interp(seconds / SPACING, first + half + np.arange(spans.size), spans))


def extremes(harbour: str, start: str = "2026-01-01", hours: float = 24.0) -> Turns:
    """Return the high and low waters of a harbour within `hours` (0 to 200 000) of `start`, in order, to 0.01 s.

    Two that lie less than 20 minutes apart may be missed. Raise InputError as `tides` does.
    """
    with located("harbour"):
        (at,) = harbours_named(harbour)
    with located("start"):
        first = moment(start)
    with located("hours"):
        if not 0 <= hours <= 200_000:
            raise InputError(Fault(f"{hours} hours cannot be searched", remedy="give 0 to 200000"))
        _within_years(first + 3600 * hours, "the end")
    samples = np.append(np.arange(first, first + 3600 * hours, SPACING), first + 3600 * hours)
    rising = slopes(at, samples) > 0
    turning = np.flatnonzero(rising[1:] != rising[:-1])
    low, high, kinds = samples[turning], samples[turning + 1], np.where(rising[turning], 1, -1)
    for _ in range(17):  # halves: 1200 s / 2^17 is a hundredth of a second
        middle = (low + high) / 2
        before = (slopes(at, middle) > 0) == (kinds > 0)
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    times = (low + high) / 2
    return Turns(times, heights(at, times), kinds)
