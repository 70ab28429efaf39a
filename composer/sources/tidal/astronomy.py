"""Where Moon and Sun stand, in the slow angles from which every tide is reckoned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import polynomial
from numpy.typing import ArrayLike

from composer.units import F8

DAY = 86_400
CENTURY = 36_525 * DAY  # Julian, in seconds
J2000 = 946_728_000  # 2000-01-01 12:00, in seconds since the beginning of 1970

# Mean longitudes in degrees, by powers of Julian centuries since J2000 (Meeus, Astronomical Algorithms, 2nd ed.,
# 1998, chapters 25, 47 and 22). Universal time stands for dynamical time: a minute moves the Moon by 0.01°.
LONGITUDES = {
    "s": (218.3164477, 481267.88123421, -0.0015786),  # of the Moon
    "h": (280.46646, 36000.76983, 0.0003032),  # of the Sun
    "p": (83.3532465, 4069.0137287, -0.01032),  # of the Moon's perigee
    "p1": (282.93735, 1.71954, 0.0004569),  # of the Sun's perigee
}
NODE = (125.0445479, -1934.1362891, 0.0020754)  # of the Moon's ascending node
ANGLES = ("T", *LONGITUDES)  # T: the hour angle of the mean Sun at Greenwich
OBLIQUITY = np.radians(23.452)  # of the ecliptic, and of the Moon's orbit to it: Schureman's, whose
INCLINATION = np.radians(5.145)  # factors are fitted to them

# Degrees an hour, the drift of the rates over the centuries left out.
RATES = (15.0, *(3600 * terms[1] / CENTURY for terms in LONGITUDES.values()))


def angles(seconds: F8) -> F8:
    """Return T, s, h, p and p1, in degrees, shape (5, n), at times (n,) in seconds since 1970, UTC."""
    hour_angle = np.mod(seconds, DAY) * (360 / DAY) + 180
    return np.stack([hour_angle, *(_along(terms, seconds) for terms in LONGITUDES.values())])


@dataclass(frozen=True)
class Orbit:
    """The Moon's orbit against the equator, in radians, shape (n,): what the nodal corrections are made of.

    Names and meaning are those of Schureman, Manual of Harmonic Analysis and Prediction of Tides (Special
    Publication 98 of the Coast and Geodetic Survey, 1958), paragraphs 22 and 122 to 135.
    """

    inclination: F8  # I, of the orbit to the equator
    nu: F8  # right ascension of their intersection
    xi: F8  # longitude of the intersection in the orbit
    nu1: F8  # nu', of the constituent K1
    nu2: F8  # 2 nu'', of K2
    perigee: F8  # P = p - ξ


def orbit(seconds: F8) -> Orbit:
    """Return the Moon's orbit at times (n,) in seconds since 1970, UTC."""
    node = np.radians(_along(NODE, seconds))
    tilt, slant = OBLIQUITY, INCLINATION
    inclination = np.arccos(np.cos(slant) * np.cos(tilt) - np.sin(slant) * np.sin(tilt) * np.cos(node))
    nu = np.arctan2(
        np.sin(slant) * np.sin(node),
        np.cos(slant) * np.sin(tilt) + np.sin(slant) * np.cos(tilt) * np.cos(node),
    )
    from_node = np.arctan2(
        np.sin(tilt) * np.sin(node),
        np.sin(slant) * np.cos(tilt) + np.cos(slant) * np.sin(tilt) * np.cos(node),
    )
    xi = wrapped(node - from_node)
    doubled, squared = np.sin(2 * inclination), np.sin(inclination) ** 2
    nu1 = np.arctan2(doubled * np.sin(nu), doubled * np.cos(nu) + 0.3347)
    nu2 = np.arctan2(squared * np.sin(2 * nu), squared * np.cos(2 * nu) + 0.0727)
    perigee = np.radians(_along(LONGITUDES["p"], seconds)) - xi
    return Orbit(inclination, nu, xi, nu1, nu2, perigee)


def wrapped(radians: F8) -> F8:
    """Return angles brought within half a turn of 0."""
    return np.mod(radians + np.pi, 2 * np.pi) - np.pi


def _along(terms: tuple[float, ...], seconds: ArrayLike) -> F8:
    centuries = (np.asarray(seconds, np.float64) - J2000) / CENTURY
    return np.asarray(polynomial.polyval(centuries, terms), np.float64)
