"""The constituents: speeds as published, arguments at a known moment, nodal corrections as Schureman tabulates them."""

from __future__ import annotations

import numpy as np
import pytest

from composer.sources.tidal.astronomy import CENTURY, DAY, J2000, LONGITUDES, angles, orbit, wrapped
from composer.sources.tidal.constituents import ASTRONOMICAL, COMPOUND, CONSTITUENTS, NODAL

# Degrees an hour, from the standard list of tidal constituents of the International Hydrographic Organization.
PUBLISHED = {
    "SA": 0.0410686, "SSA": 0.0821373, "MM": 0.5443747, "MSF": 1.0158958, "MF": 1.098033, "MTM": 1.6424078,
    "MSQM": 2.1139287, "2Q1": 12.8542862, "SIG1": 12.9271398, "Q1": 13.3986609, "RHO1": 13.4715145, "O1": 13.9430356,
    "MP1": 14.0251729, "M1": 14.4966939, "NO1": 14.4966939, "CHI1": 14.5695476, "TK1": 14.9178647, "P1": 14.9589314,
    "S1": 15.0, "K1": 15.0410686, "RP1": 15.0821353, "KP1": 15.1232059, "PHI1": 15.123206, "THETA1": 15.5125897,
    "J1": 15.5854433, "2PO1": 15.9748271, "SO1": 16.0569644, "OO1": 16.1391017, "2NS2": 26.8794591,
    "MLN2S2": 26.9523127, "OQ2": 27.3416965, "MNS2": 27.4238338, "EPS2": 27.4238338, "2ML2S2": 27.4966874,
    "2MS2K2": 27.8039339, "2N2": 27.8953548, "MU2": 27.9682085, "N2": 28.4397295, "NU2": 28.5125832,
    "MKL2S2": 28.5947204, "OP2": 28.901967, "GAM2": 28.9112506, "MA2": 28.943036, "ALP2": 28.9430376,
    "M2": 28.9841042, "MB2": 29.025173, "MKS2": 29.0662415, "M2KS2": 29.148378, "2SNMK2": 29.373488,
    "LAM2": 29.4556253, "L2": 29.5284789, "T2": 29.9589333, "S2": 30.0, "R2": 30.0410667, "K2": 30.0821373,
    "MSN2": 30.5443747, "ETA2": 30.626512, "KJ2": 30.626512, "2KMSN2": 30.7086493, "2SM2": 31.0158958,
    "SKM2": 31.098033, "NO3": 42.3827651, "MO3": 42.9271398, "2MK3": 42.9271398, "M3": 43.4761564,
    "SO3": 43.9430356, "MK3": 44.0251729, "S3": 45.0, "SK3": 45.0410686, "N4": 56.8794591, "3MS4": 56.9523127,
    "MN4": 57.4238338, "2MLS4": 57.4966874, "M4": 57.9682085, "SN4": 58.4397295, "ML4": 58.5125832,
    "MS4": 58.9841042, "MK4": 59.0662415, "SL4": 59.528479, "S4": 60.0, "SK4": 60.0821373, "MNO5": 71.3668694,
    "2MO5": 71.911244, "3MP5": 71.9933814, "MNK5": 72.4649024, "2MP5": 72.92714, "2MK5": 73.009277,
    "MSK5": 74.0251729, "3KM5": 74.1073102, "2NMLS6": 85.3920423, "2NM6": 85.8635633, "2MLNS6": 85.936417,
    "2MN6": 86.407938, "3MLS6": 86.4807917, "M6": 86.9523127, "MSN6": 87.4238338, "2ML6": 87.496687,
    "2MS6": 87.9682085, "2MK6": 88.0503458, "MSL6": 88.512583, "2SM6": 88.9841042, "MSK6": 89.0662415, "S6": 90.0,
    "2MNO7": 100.3509736, "2NMK7": 100.904632, "2MSO7": 101.9112441, "MSKO7": 103.0092771, "2MN8": 114.8476676,
    "3MN8": 115.3920423, "4MLS8": 115.4648959, "M8": 115.936417, "2MSN8": 116.407938, "3ML8": 116.4807917,
    "3MS8": 116.9523127, "3MK8": 117.03445, "2MSL8": 117.4966874, "2MS8": 117.9682085, "2MSK8": 118.0503458,
    "2M2NK9": 129.8887362, "3MNK9": 130.4331109, "4MK9": 130.9774856, "3MSK9": 131.9933814, "4MN10": 144.3761465,
    "M10": 144.9205212, "3MNS10": 145.3920423, "4MS10": 145.936417, "3MSL10": 146.4807915, "3M2S10": 146.9523127,
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_speeds_are_those_published(name: str) -> None:
    # Seven decimals are printed, of the greatest some are rounded or summed from rounded ones.
    assert CONSTITUENTS[name].speed == pytest.approx(PUBLISHED[name], abs=1e-6)


def test_every_constituent_has_its_species() -> None:
    # The digits at a name's end say how often it turns in a day; BET2 and those of twelve turns are not on the list.
    for name, constituent in CONSTITUENTS.items():
        digits = "".join(c if c.isdigit() else " " for c in name).split()
        ends = name[-1].isdigit()
        assert constituent.turns[0] == (int(digits[-1]) if ends else 0), name
    assert set(CONSTITUENTS) - set(PUBLISHED) == {"BET2", "4MSK11", "4MNS12", "5MS12", "4MSL12", "4M2S12"}


def test_the_parents_are_written_in_the_compounds_names() -> None:
    # As in 2MS6 = 2 M2 + S2: each letter stands for a parent, with the number before it; the sum has the speed.
    for name, parents in COMPOUND.items():
        speed = sum(count * CONSTITUENTS[parent].speed for parent, count in parents.items())
        assert CONSTITUENTS[name].speed == pytest.approx(speed, abs=1e-9)
        assert {parent[0] for parent in parents} <= set(name.replace("F", "S")) | {"M", "S", "N", "O"}
        assert set(parents) <= set(ASTRONOMICAL)


# Quarter turns of the arguments at midnight, from the same list; for S1 Schureman's, who alone has it half a turn on.
QUARTERS = {
    -1: "2Q1 SIG1 Q1 RHO1 O1 P1",
    0: "SA SSA MM MF MTM MSQM EPS2 2N2 MU2 N2 NU2 MA2 M2 BET2 MB2 T2 S2 K2 ETA2",
    1: "M1 NO1 CHI1 K1 PHI1 THETA1 J1 OO1",
    2: "S1 GAM2 ALP2 LAM2 L2 R2 M3 S3",
}


def test_the_leads_are_those_published() -> None:
    found = {
        name: (constituent.lead + 180 * constituent.turns[0] + 90) % 360 // 90 - 1
        for name, constituent in CONSTITUENTS.items()
        if name in ASTRONOMICAL
    }
    assert found == {name: quarters for quarters, names in QUARTERS.items() for name in names.split()}


def test_moon_and_sun_on_a_known_day() -> None:
    # Meeus, Astronomical Algorithms, example 47.a: 1992 April 12, 0h: L' = 134.290182° (of T = -0.077221081451);
    # and example 25.a: 1992 October 13, 0h: L0 = 201.80720°.
    s = angles(np.array([(2448724.5 - 2440587.5) * DAY]))[1, 0]
    assert s % 360 == pytest.approx(134.290182, abs=1e-5)
    h = angles(np.array([(2448908.5 - 2440587.5) * DAY]))[2, 0]
    assert h % 360 == pytest.approx(201.80720, abs=1e-5)


def test_the_sun_is_over_greenwich_at_noon() -> None:
    hour_angle = angles(np.array([0.0, 43200.0, -21600.0, 5 * DAY + 3600.0]))[0]
    assert hour_angle.tolist() == [180, 360, 450, 195]


def test_the_rates_are_the_longitudes_own() -> None:
    day = np.array([J2000 - DAY, J2000 + DAY], np.float64)
    for row, terms in zip(angles(day)[1:], LONGITUDES.values(), strict=True):
        assert np.diff(row)[0] == pytest.approx(terms[1] * 2 * DAY / CENTURY, abs=1e-9)


def of_node(degrees: float) -> float:
    """Return the time near 2000, in seconds since 1970, at which the Moon's node has this longitude."""
    return J2000 + CENTURY * (125.0445479 - degrees) / 1934.1362891


def test_the_orbit_is_schuremans() -> None:
    # His formulas in numbers (paragraph 22), by half angles, where ours are those of the spherical triangle.
    degrees = np.arange(-179.0, 180.0)
    half = np.radians(degrees) / 2
    moon = orbit(np.array([of_node(node) for node in degrees]))
    assert np.cos(moon.inclination) == pytest.approx(0.91370 - 0.03569 * np.cos(2 * half), abs=2e-5)
    total, less = np.arctan(1.01883 * np.tan(half)), np.arctan(0.64412 * np.tan(half))
    assert moon.nu == pytest.approx(total - less, abs=2e-5)
    assert moon.xi == pytest.approx(2 * half - total - less, abs=2e-5)


@pytest.mark.parametrize(
    ("name", "moons", "suns", "mean", "turns"), [("K1", 0.5023, 0.1681, 0.5305, 1), ("K2", 0.5023, 0.0365, 0.1151, 2)]
)
def test_k1_and_k2_are_the_sum_of_moon_and_sun(name: str, moons: float, suns: float, mean: float, turns: int) -> None:
    moon = orbit(np.linspace(0.0, 19 * 365.25 * DAY, 500))
    lunar = np.sin(2 * moon.inclination) if turns == 1 else np.sin(moon.inclination) ** 2
    both = (moons * lunar * np.exp(-1j * turns * moon.nu) + suns) / mean
    f, u = NODAL[name](moon)
    assert f == pytest.approx(np.abs(both), abs=2e-3)
    assert u == pytest.approx(np.angle(both), abs=2e-4)


@pytest.mark.parametrize(
    ("name", "greatest", "least", "swing"),
    [  # the bounds of f, and of u in degrees, that tables of nodal corrections give
        ("M2", 1.038, 0.963, 2.14),
        ("O1", 1.183, 0.806, 10.81),
        ("K1", 1.113, 0.882, 8.87),
        ("K2", 1.317, 0.748, 17.75),
        ("Mf", 1.452, 0.625, 23.7),
        ("Mm", 1.131, 0.872, 0.0),
        ("J1", 1.165, 0.827, 13.0),
        ("OO1", 1.785, 0.488, 36.7),
    ],
)
def test_the_nodal_corrections_swing_as_they_should(name: str, greatest: float, least: float, swing: float) -> None:
    f, u = NODAL[name](orbit(np.array([of_node(degrees) for degrees in range(-180, 181)], np.float64)))
    assert (f.max(), f.min()) == pytest.approx((greatest, least), abs=0.005)
    assert np.degrees(np.abs(u)).max() == pytest.approx(swing, abs=0.35)


def test_compounds_multiply_factors_and_add_phases() -> None:
    known = {name: nodal(orbit(np.array([1e9, 1.2e9]))) for name, nodal in NODAL.items()}
    (m2, um), (k1, uk), (o1, uo) = known["M2"], known["K1"], known["O1"]
    for name, factor, phase in (
        ("M4", m2**2, 2 * um),
        ("2MK3", m2**2 * k1, 2 * um - uk),
        ("MO3", m2 * o1, um + uo),
        ("2SM2", m2, -um),
        ("S4", np.ones(2), np.zeros(2)),
    ):
        f, u = CONSTITUENTS[name].corrections(known)
        assert f == pytest.approx(factor, rel=1e-14)
        assert u == pytest.approx(phase, abs=1e-14)


def test_corrections_are_smooth_over_two_centuries() -> None:
    # They are interpolated from day to day: no turn may be lost on the way, and the line must be as good as the curve.
    midnights = np.arange(-25567, 47847, dtype=np.float64) * DAY
    known = {name: nodal(orbit(midnights)) for name, nodal in NODAL.items()}
    for name in NODAL:
        f, u = known[name]
        assert np.all(f > 0), name
        assert np.abs(np.diff(f)).max() < 0.01, name
        assert np.abs(np.diff(u)).max() < 0.01, name
        for values in (f, u):
            assert np.abs(np.diff(values, 2)).max() < 1e-4, name


def test_m1_is_the_sum_of_its_two_neighbours() -> None:
    # Paragraphs 122 to 125: A16 = ½ sin I cos² ½I at P behind the middle, and A23 = ¾ sin 2I at P ahead.
    moon = orbit(np.linspace(0.0, 9 * 365.25 * DAY, 500))
    f, u = NODAL["M1"](moon)
    small = np.sin(moon.inclination) * np.cos(moon.inclination / 2) ** 2 / 2
    great = 0.75 * np.sin(2 * moon.inclination)
    both = small * np.exp(-1j * moon.perigee) + great * np.exp(1j * moon.perigee)
    middle = moon.xi - moon.nu
    mine = f * np.exp(1j * (u + moon.perigee + moon.xi))  # V of M1 is ahead of the middle by p = P + xi
    other = both * np.exp(1j * middle)
    ratio = other / mine
    assert np.abs(ratio / ratio[0] - 1).max() < 0.08  # Schureman's Qa takes a mean inclination of the orbit
    assert np.abs(np.angle(ratio)).max() < 1e-9
    assert NODAL["NO1"](moon)[0] == pytest.approx(f / 1.435)


def test_l2_is_the_sum_of_its_two_neighbours() -> None:
    # Paragraphs 126 to 129: M2's cos⁴ ½I, and 6 sin² ½I cos² ½I at 2P behind it, of the opposite sign.
    moon = orbit(np.linspace(0.0, 9 * 365.25 * DAY, 500))
    f, u = NODAL["L2"](moon)
    cosine, sine = np.cos(moon.inclination / 2), np.sin(moon.inclination / 2)
    both = cosine**4 - 6 * sine**2 * cosine**2 * np.exp(2j * moon.perigee)
    ratio = both * np.exp(2j * (moon.xi - moon.nu)) / (0.9154 * f * np.exp(1j * u))
    assert np.abs(ratio - 1).max() < 1e-9


def test_angles_are_wrapped_to_half_a_turn() -> None:
    assert np.degrees(wrapped(np.radians([-190.0, 0.0, 179.0, 370.0]))) == pytest.approx([170, 0, 179, 10])
