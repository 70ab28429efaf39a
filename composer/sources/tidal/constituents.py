"""The constituents of the tide: how fast each turns, where it stands, and how the Moon's node changes it.

Arguments, factors f and phases u follow Schureman (Special Publication 98, 1958), table 2 and paragraphs 70 to 135;
the names that he does not know follow the list of the International Hydrographic Organization.
To add one: a row of ASTRONOMICAL, or of COMPOUND for those that arise in shallow water.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from composer.sources.tidal.astronomy import RATES, Orbit, wrapped
from composer.units import F8

Nodal = Callable[[Orbit], tuple[F8, F8]]  # an orbit -> the factor f, and the phase u in radians


@dataclass(frozen=True)
class Constituent:
    """One cosine: its argument is `turns` of (T, s, h, p, p1) and a `lead` in degrees; `nodal` says what factors
    it has, each a name of NODAL and how many times it counts, below 0 for the parents that are taken away."""

    turns: tuple[int, int, int, int, int]
    lead: int
    nodal: tuple[tuple[str, int], ...]

    @property
    def speed(self) -> float:
        """Degrees an hour."""
        return sum(count * rate for count, rate in zip(self.turns, RATES, strict=True))

    def corrections(self, known: Mapping[str, tuple[F8, F8]]) -> tuple[F8, F8]:
        """Return f and u (radians), from those of NODAL: a compound's is the product, and the sum, of its parents'."""
        f, u = known["none"]
        for name, count in self.nodal:
            f = f * known[name][0] ** abs(count)
            u = u + known[name][1] * count
        return f, u


def _none(orbit: Orbit) -> tuple[F8, F8]:
    """What the Sun alone raises has no nodal correction."""
    return np.ones_like(orbit.nu), np.zeros_like(orbit.nu)


def _mm(orbit: Orbit) -> tuple[F8, F8]:
    return (2 / 3 - np.sin(orbit.inclination) ** 2) / 0.5021, np.zeros_like(orbit.nu)


def _mf(orbit: Orbit) -> tuple[F8, F8]:
    return np.sin(orbit.inclination) ** 2 / 0.1578, -2 * orbit.xi


def _o1(orbit: Orbit) -> tuple[F8, F8]:
    f = np.sin(orbit.inclination) * np.cos(orbit.inclination / 2) ** 2 / 0.3800
    return f, 2 * orbit.xi - orbit.nu


def _j1(orbit: Orbit) -> tuple[F8, F8]:
    return np.sin(2 * orbit.inclination) / 0.7214, -orbit.nu


def _oo1(orbit: Orbit) -> tuple[F8, F8]:
    f = np.sin(orbit.inclination) * np.sin(orbit.inclination / 2) ** 2 / 0.0164
    return f, -2 * orbit.xi - orbit.nu


def _k1(orbit: Orbit) -> tuple[F8, F8]:
    doubled = np.sin(2 * orbit.inclination)
    return np.sqrt(0.8965 * doubled**2 + 0.6001 * doubled * np.cos(orbit.nu) + 0.1006), -orbit.nu1


def _k2(orbit: Orbit) -> tuple[F8, F8]:
    squared = np.sin(orbit.inclination) ** 2
    return np.sqrt(19.0444 * squared**2 + 2.7702 * squared * np.cos(2 * orbit.nu) + 0.0981), -orbit.nu2


def _m2(orbit: Orbit) -> tuple[F8, F8]:
    return np.cos(orbit.inclination / 2) ** 4 / 0.9154, 2 * (orbit.xi - orbit.nu)


def _m3(orbit: Orbit) -> tuple[F8, F8]:
    return np.cos(orbit.inclination / 2) ** 6 / 0.8758, 3 * (orbit.xi - orbit.nu)


def _eta2(orbit: Orbit) -> tuple[F8, F8]:
    return np.sin(orbit.inclination) ** 2 / 0.1565, -2 * orbit.nu


def _l2(orbit: Orbit) -> tuple[F8, F8]:
    """L2 is M2's, and that of a neighbour which runs past it once in 4.4 years (paragraphs 126 to 129)."""
    f, u = _m2(orbit)
    tangent = np.tan(orbit.inclination / 2) ** 2
    beat = np.cos(2 * orbit.perigee)
    apart = np.arctan2(np.sin(2 * orbit.perigee), 1 / (6 * tangent) - beat)
    return f * np.sqrt(1 - 12 * tangent * beat + 36 * tangent**2), u - apart


def _m1(orbit: Orbit) -> tuple[F8, F8]:
    """M1 is made of two neighbours, as is L2, of which the greater one gives the speed (paragraphs 122 to 125)."""
    f, _ = _o1(orbit)
    cosine = np.cos(orbit.inclination)
    merged = np.arctan2((5 * cosine - 1) * np.sin(orbit.perigee), (7 * cosine + 1) * np.cos(orbit.perigee))
    u = -orbit.nu - wrapped(orbit.perigee - merged)
    return f * np.sqrt(2.310 + 1.435 * np.cos(2 * orbit.perigee)), u


def _no1(orbit: Orbit) -> tuple[F8, F8]:
    """M1's, where the published amplitude is that of the greater neighbour alone, 1.435 times M1's."""
    f, u = _m1(orbit)
    return f / 1.435, u


NODAL: Mapping[str, Nodal] = MappingProxyType(
    {
        "none": _none,
        "Mm": _mm,
        "Mf": _mf,
        "O1": _o1,
        "J1": _j1,
        "OO1": _oo1,
        "K1": _k1,
        "K2": _k2,
        "M2": _m2,
        "M3": _m3,
        "eta2": _eta2,
        "L2": _l2,
        "M1": _m1,
        "NO1": _no1,
    }
)

# Turns of T, s, h, p, p1; the lead in degrees; the nodal corrections.
ASTRONOMICAL: Mapping[str, tuple[tuple[int, int, int, int, int], int, str]] = {
    "SA": ((0, 0, 1, 0, 0), 0, "none"),
    "SSA": ((0, 0, 2, 0, 0), 0, "none"),
    "MM": ((0, 1, 0, -1, 0), 0, "Mm"),
    "MF": ((0, 2, 0, 0, 0), 0, "Mf"),
    "MTM": ((0, 3, 0, -1, 0), 0, "Mf"),
    "MSQM": ((0, 4, -2, 0, 0), 0, "Mf"),
    "2Q1": ((1, -4, 1, 2, 0), 90, "O1"),
    "SIG1": ((1, -4, 3, 0, 0), 90, "O1"),
    "Q1": ((1, -3, 1, 1, 0), 90, "O1"),
    "RHO1": ((1, -3, 3, -1, 0), 90, "O1"),
    "O1": ((1, -2, 1, 0, 0), 90, "O1"),
    "M1": ((1, -1, 1, 1, 0), -90, "M1"),
    "NO1": ((1, -1, 1, 1, 0), -90, "NO1"),
    "CHI1": ((1, -1, 3, -1, 0), -90, "J1"),
    "P1": ((1, 0, -1, 0, 0), 90, "none"),
    "S1": ((1, 0, 0, 0, 0), 0, "none"),
    "K1": ((1, 0, 1, 0, 0), -90, "K1"),
    "PHI1": ((1, 0, 3, 0, 0), -90, "none"),
    "THETA1": ((1, 1, -1, 1, 0), -90, "J1"),
    "J1": ((1, 1, 1, -1, 0), -90, "J1"),
    "OO1": ((1, 2, 1, 0, 0), -90, "OO1"),
    "EPS2": ((2, -5, 4, 1, 0), 0, "M2"),
    "2N2": ((2, -4, 2, 2, 0), 0, "M2"),
    "MU2": ((2, -4, 4, 0, 0), 0, "M2"),
    "N2": ((2, -3, 2, 1, 0), 0, "M2"),
    "NU2": ((2, -3, 4, -1, 0), 0, "M2"),
    "GAM2": ((2, -2, 0, 2, 0), 180, "M2"),
    "ALP2": ((2, -2, 1, 0, 1), 180, "M2"),
    "MA2": ((2, -2, 1, 0, 0), 0, "M2"),
    "M2": ((2, -2, 2, 0, 0), 0, "M2"),
    "BET2": ((2, -2, 3, 0, -1), 0, "M2"),
    "MB2": ((2, -2, 3, 0, 0), 0, "M2"),
    "LAM2": ((2, -1, 0, 1, 0), 180, "M2"),
    "L2": ((2, -1, 2, -1, 0), 180, "L2"),
    "T2": ((2, 0, -1, 0, 1), 0, "none"),
    "S2": ((2, 0, 0, 0, 0), 0, "none"),
    "R2": ((2, 0, 1, 0, -1), 180, "none"),
    "K2": ((2, 0, 2, 0, 0), 0, "K2"),
    "ETA2": ((2, 1, 2, -1, 0), 0, "eta2"),
    "M3": ((3, -3, 3, 0, 0), 0, "M3"),
    "S3": ((3, 0, 0, 0, 0), 0, "none"),
}

# What shallow water makes of them: the parents, each with how often it is added (or, below 0, taken away).
COMPOUND: Mapping[str, Mapping[str, int]] = {
    "MSF": {"S2": 1, "M2": -1},
    "MP1": {"M2": 1, "P1": -1},
    "TK1": {"T2": 1, "K1": -1},
    "RP1": {"R2": 1, "P1": -1},
    "KP1": {"K2": 1, "P1": -1},
    "2PO1": {"P1": 2, "O1": -1},
    "SO1": {"S2": 1, "O1": -1},
    "2NS2": {"N2": 2, "S2": -1},
    "MLN2S2": {"M2": 1, "L2": 1, "N2": 1, "S2": -2},
    "OQ2": {"O1": 1, "Q1": 1},
    "MNS2": {"M2": 1, "N2": 1, "S2": -1},
    "2ML2S2": {"M2": 2, "L2": 1, "S2": -2},
    "2MS2K2": {"M2": 2, "S2": 1, "K2": -2},
    "MKL2S2": {"M2": 1, "K2": 1, "L2": 1, "S2": -2},
    "OP2": {"O1": 1, "P1": 1},
    "MKS2": {"M2": 1, "K2": 1, "S2": -1},
    "M2KS2": {"M2": 1, "K2": 2, "S2": -2},
    "2SNMK2": {"S2": 2, "N2": 1, "M2": -1, "K2": -1},
    "MSN2": {"M2": 1, "S2": 1, "N2": -1},
    "KJ2": {"K1": 1, "J1": 1},
    "2KMSN2": {"K2": 2, "M2": 1, "S2": -1, "N2": -1},
    "2SM2": {"S2": 2, "M2": -1},
    "SKM2": {"S2": 1, "K2": 1, "M2": -1},
    "NO3": {"N2": 1, "O1": 1},
    "MO3": {"M2": 1, "O1": 1},
    "2MK3": {"M2": 2, "K1": -1},
    "SO3": {"S2": 1, "O1": 1},
    "MK3": {"M2": 1, "K1": 1},
    "SK3": {"S2": 1, "K1": 1},
    "N4": {"N2": 2},
    "3MS4": {"M2": 3, "S2": -1},
    "MN4": {"M2": 1, "N2": 1},
    "2MLS4": {"M2": 2, "L2": 1, "S2": -1},
    "M4": {"M2": 2},
    "SN4": {"S2": 1, "N2": 1},
    "ML4": {"M2": 1, "L2": 1},
    "MS4": {"M2": 1, "S2": 1},
    "MK4": {"M2": 1, "K2": 1},
    "SL4": {"S2": 1, "L2": 1},
    "S4": {"S2": 2},
    "SK4": {"S2": 1, "K2": 1},
    "MNO5": {"M2": 1, "N2": 1, "O1": 1},
    "2MO5": {"M2": 2, "O1": 1},
    "3MP5": {"M2": 3, "P1": -1},
    "MNK5": {"M2": 1, "N2": 1, "K1": 1},
    "2MP5": {"M2": 2, "P1": 1},
    "2MK5": {"M2": 2, "K1": 1},
    "MSK5": {"M2": 1, "S2": 1, "K1": 1},
    "3KM5": {"K1": 3, "M2": 1},
    "2NMLS6": {"N2": 2, "M2": 1, "L2": 1, "S2": -1},
    "2NM6": {"N2": 2, "M2": 1},
    "2MLNS6": {"M2": 2, "L2": 1, "N2": 1, "S2": -1},
    "2MN6": {"M2": 2, "N2": 1},
    "3MLS6": {"M2": 3, "L2": 1, "S2": -1},
    "M6": {"M2": 3},
    "MSN6": {"M2": 1, "S2": 1, "N2": 1},
    "2ML6": {"M2": 2, "L2": 1},
    "2MS6": {"M2": 2, "S2": 1},
    "2MK6": {"M2": 2, "K2": 1},
    "MSL6": {"M2": 1, "S2": 1, "L2": 1},
    "2SM6": {"S2": 2, "M2": 1},
    "MSK6": {"M2": 1, "S2": 1, "K2": 1},
    "S6": {"S2": 3},
    "2MNO7": {"M2": 2, "N2": 1, "O1": 1},
    "2NMK7": {"N2": 2, "M2": 1, "K1": 1},
    "2MSO7": {"M2": 2, "S2": 1, "O1": 1},
    "MSKO7": {"M2": 1, "S2": 1, "K2": 1, "O1": 1},
    "2MN8": {"M2": 2, "N2": 2},
    "3MN8": {"M2": 3, "N2": 1},
    "4MLS8": {"M2": 4, "L2": 1, "S2": -1},
    "M8": {"M2": 4},
    "2MSN8": {"M2": 2, "S2": 1, "N2": 1},
    "3ML8": {"M2": 3, "L2": 1},
    "3MS8": {"M2": 3, "S2": 1},
    "3MK8": {"M2": 3, "K2": 1},
    "2MSL8": {"M2": 2, "S2": 1, "L2": 1},
    "2MS8": {"M2": 2, "S2": 2},
    "2MSK8": {"M2": 2, "S2": 1, "K2": 1},
    "2M2NK9": {"M2": 2, "N2": 2, "K1": 1},
    "3MNK9": {"M2": 3, "N2": 1, "K1": 1},
    "4MK9": {"M2": 4, "K1": 1},
    "3MSK9": {"M2": 3, "S2": 1, "K1": 1},
    "4MN10": {"M2": 4, "N2": 1},
    "M10": {"M2": 5},
    "3MNS10": {"M2": 3, "N2": 1, "S2": 1},
    "4MS10": {"M2": 4, "S2": 1},
    "3MSL10": {"M2": 3, "S2": 1, "L2": 1},
    "3M2S10": {"M2": 3, "S2": 2},
    "4MSK11": {"M2": 4, "S2": 1, "K1": 1},
    "4MNS12": {"M2": 4, "N2": 1, "S2": 1},
    "5MS12": {"M2": 5, "S2": 1},
    "4MSL12": {"M2": 4, "S2": 1, "L2": 1},
    "4M2S12": {"M2": 4, "S2": 2},
}


def _compound(parents: Mapping[str, int]) -> Constituent:
    rows = [(ASTRONOMICAL[name], count) for name, count in parents.items()]
    t, s, h, p, p1 = (sum(turns[k] * count for (turns, _, _), count in rows) for k in range(len(RATES)))
    lead = sum(lead * count for (_, lead, _), count in rows)
    return Constituent((t, s, h, p, p1), lead, tuple((nodal, count) for (_, _, nodal), count in rows))


CONSTITUENTS: Mapping[str, Constituent] = MappingProxyType(
    {
        **{name: Constituent(turns, lead, ((nodal, 1),)) for name, (turns, lead, nodal) in ASTRONOMICAL.items()},
        **{name: _compound(parents) for name, parents in COMPOUND.items()},
    }
)
