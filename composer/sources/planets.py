"""The planets: how far apart they are, and how fast they draw near, from the ephemeris DE421 of NASA's JPL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from importlib.resources import as_file, files
from itertools import pairwise
from typing import Annotated, Any

import numpy as np
from annotated_types import Gt, Interval, MinLen, Unit
from typing_extensions import Doc

from composer.errors import Fault, InputError, located, pick
from composer.parameters import Check
from composer.sources.grid import Points, points_between
from composer.table import INDEX, Table
from composer.units import F8

AU = 149_597_870.7  # km (IAU 2012, resolution B2)
DAY = 86_400.0  # s
EPOCH = 2_440_587.5  # the beginning of 1970 as a Julian date
AT_ONCE = 2**16  # moments whose coefficients, some 700 bytes each, are in memory together

# The way to each body from the barycentre of the solar system (0), by NAIF's numbers. From Jupiter outwards it ends
# at the barycentre of the planet and its moons: from Jupiter's and Saturn's centres 300 km at most, Pluto's 2200 km.
BODIES = {
    "sun": (0, 10),
    "mercury": (0, 1, 199),
    "venus": (0, 2, 299),
    "earth": (0, 3, 399),
    "moon": (0, 3, 301),
    "mars": (0, 4, 499),
    "jupiter": (0, 5),
    "saturn": (0, 6),
    "uranus": (0, 7),
    "neptune": (0, 8),
    "pluto": (0, 9),
}
WANDERERS = ("mercury", "venus", "mars", "jupiter", "saturn")  # those that the naked eye sees

# International atomic time was 10 s ahead of UTC in 1972, and a second more from each of these months on (IERS).
LEAPS = np.array(
    "1972-07 1973-01 1974-01 1975-01 1976-01 1977-01 1978-01 1979-01 1980-01 1981-07 1982-07 1983-07 1985-07 1988-01 "
    "1990-01 1991-01 1992-07 1993-07 1994-07 1996-01 1997-07 1999-01 2006-01 2009-01 2012-07 2015-07 2017-01".split(),
    "datetime64[s]",
).astype(np.float64)


def known(name: str) -> None:
    """Raise InputError, with the nearest names, unless this is a body of the ephemeris."""
    pick(BODIES, name, "body")


def all_known(names: tuple[str, ...]) -> None:
    """Raise InputError for the first of these that is no body of the ephemeris."""
    for name in names:
        known(name)


def planets(
    bodies: Annotated[
        tuple[str, ...],
        MinLen(1),
        Check(all_known),
        Doc("what is looked at: sun, moon, earth, mercury and so on to pluto"),
    ] = WANDERERS,
    seen_from: Annotated[str, Check(known), Doc("the body that they are seen from")] = "earth",
    start: Annotated[date, Doc("the first day, at 0 h UTC, from 1899-07-29 to 2053-10-08")] = date(2003, 1, 1),
    step: Annotated[float, Gt(0), Interval(le=10_000), Unit("days"), Doc("time between points")] = 7.0,
    points: Points = 626,
    stop: Annotated[date | None, Doc("the last day, in place of points")] = None,
) -> Table:
    """The distances of planets, sun and moon from one of them, in astronomical units, and how fast they change.

    The columns: `days` since the start; under each body's name the distance between the two centres, in
    astronomical units (149 597 870.7 km), where both are at that moment, not where light shows them; and under
    `mars_speed` and so on how fast it grows, in km/s (less than 0: they draw near). The index is UTC, in seconds
    since the beginning of 1970. Before 1972, when leap seconds came in, it is atomic time less 10 s, within a
    minute of UTC; after 2017 it is as if no other leap second came.

    Raises InputError for names that the ephemeris does not hold, a body seen from itself, moments outside the
    ephemeris, and where the packages of the extra `sky` are not installed. Source: JPL's DE421 (Folkner, Williams
    and Boggs, IPN Progress Report 42-178, 2009).
    """
    names = tuple(dict.fromkeys(bodies))
    if seen_from in names:
        raise InputError(Fault(f"{seen_from} cannot be seen from itself", "bodies", "take it out, or change seen_from"))
    if stop is not None:
        points = _points(start, stop, step)
    days = step * np.arange(points)
    utc: F8 = DAY * (np.datetime64(start, "D").astype(np.float64) + days)
    with _ephemeris() as kernel:
        _inside(kernel, start, julian := _julian_date(utc), "points" if stop is None else "stop")
        parts = [_seen(kernel, names, seen_from, some) for some in np.array_split(julian, -(-points // AT_ONCE))]
    motion = [days, *np.concatenate(parts, axis=1)]
    return Table(dict(zip(columns_of({"bodies": names}), motion, strict=True)), index=utc, dates=frozenset({INDEX}))


def columns_of(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns of the table that `planets` gives for these arguments, be they checked or not.

    >>> columns_of({"bodies": ["venus", "mars"]})
    ('days', 'venus', 'mars', 'venus_speed', 'mars_speed')
    """
    bodies = arguments.get("bodies", WANDERERS)
    named = [name for name in bodies if isinstance(name, str)] if isinstance(bodies, list | tuple) else BODIES
    once = tuple(dict.fromkeys(named))
    return ("days", *once, *(f"{name}_speed" for name in once))


@contextmanager
def _ephemeris() -> Iterator[Any]:
    try:
        from jplephem.spk import SPK

        # Not by skyfield_data's own function, which warns of the age of another file beside this one.
        place = files("skyfield_data") / "data" / "de421.bsp"
    except ImportError as error:
        message = "the planets' positions are in packages that are not installed"
        raise InputError(Fault(message, remedy='pip install "eta-composer[sky]"')) from error
    with as_file(place) as path, SPK.open(path) as kernel:
        yield kernel


def _julian_date(utc: F8) -> F8:
    """Return the Julian dates, in barycentric dynamical time, of moments in seconds since 1970, UTC.

    It is taken to be terrestrial time, atomic time + 32.184 s, from which it strays by less than 2 ms.
    """
    leaps = np.searchsorted(LEAPS, utc, side="right")
    return np.asarray(EPOCH + (utc + (10 + leaps + 32.184)) / DAY)


def _points(start: date, stop: date, step: float) -> int:
    with located("stop"):
        if stop < start:
            raise InputError(Fault(f"{stop} is before the start, {start}", remedy="choose a later day"))
        return points_between((stop - start).days, step)


def _inside(kernel: Any, start: date, julian: F8, limit: str) -> None:
    """Raise InputError unless all moments are within the time that the ephemeris covers."""
    first = max(segment.start_jd for segment in kernel.segments)
    last = min(segment.end_jd for segment in kernel.segments)
    outside = (julian < first) | (julian > last)
    fitting = int(np.argmax(outside)) if outside.any() else julian.size
    covered = f"the ephemeris, which covers {_day(first)} to {_day(last - 1)}"
    if fitting == 0:
        raise InputError(Fault(f"{start} is outside {covered}", "start", "choose a day in it"))
    if fitting < julian.size:
        message = f"from {start} on, {fitting} of {julian.size} points are inside {covered}"
        raise InputError(Fault(message, limit, "ask for no more, start earlier or take a smaller step"))


def _day(julian: float) -> str:
    return str(np.datetime64(int((julian - EPOCH) // 1), "D"))


def _seen(kernel: Any, bodies: tuple[str, ...], seen_from: str, julian: F8) -> F8:
    """Return the distances in au, then their changes in km/s, of each body, shape (2 bodies, n)."""
    here, moving = _motion(kernel, seen_from, julian)
    distances, speeds = [], []
    for name in bodies:
        there, going = _motion(kernel, name, julian)
        (x, y, z), (u, v, w) = there - here, going - moving
        distance = np.sqrt(x * x + y * y + z * z)
        distances.append(distance / AU)
        speeds.append((x * u + y * v + z * w) / distance / DAY)
    return np.array(distances + speeds)


def _motion(kernel: Any, body: str, julian: F8) -> tuple[F8, F8]:
    """Return positions in km and velocities in km a day, shape (3, n) each, from the solar system's barycentre."""
    legs = [kernel[leg].compute_and_differentiate(julian) for leg in pairwise(pick(BODIES, body, "body"))]
    return sum(at for at, _ in legs), sum(going for _, going in legs)
