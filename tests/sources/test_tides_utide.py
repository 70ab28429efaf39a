"""The tides against UTide's reconstruction (Codiga 2011), from the same constants.

UTide makes its nodal corrections of Foreman's satellites, where ours are Schureman's: what is left is the difference
of the two. It is below 1 % of each of the greater constituents. It is more where UTide corrects what Schureman does
not, or the other way round: MF, MM, R2, S1, M1 and a few of the least.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pytest

from composer.sources.tidal.constituents import CONSTITUENTS
from composer.sources.tidal.harbours import Harbour, harbours
from composer.sources.tides import heights, moment

utide = pytest.importorskip("utide")

PERIGEE = 283.2  # longitude of the Sun's perigee, degrees: in UTide's arguments of SA and S1, not in ours
NAMED = {"LAM2": "LDA2", "THETA1": "THE1", "ALP2": "H1", "BET2": "H2", "2MK3": "MO3", "M1": "NO1"}
LAGS = {"SA": -PERIGEE, "S1": PERIGEE - 90 - 360}
FACTORS = {"M1": 1.435}  # Schureman's M1 is smaller than the greater of its two parts by this
OWN = {"OQ2", "3KM5"}  # of one name, but another frequency or other parents in UTide
CORRECTED = {"MF": 0.35, "MM": 0.11, "R2": 0.2, "S1": 0.3, "M1": 0.25, "NO1": 0.15, "GAM2": 0.15, "ETA2": 0.2,
             "OO1": 0.15, "2N2": 0.12, "J1": 0.1, "PHI1": 0.1, "2MK3": 0.1, "EPS2": 0.08, "RHO1": 0.07, "2Q1": 0.06,
             "ALP2": 0.06, "THETA1": 0.04, "MSF": 0.04, "Q1": 0.03, "CHI1": 0.03, "2PO1": 0.03}  # fmt: skip


def known() -> list[str]:
    """Return UTide's names of constituents."""
    from utide._ut_constants import ut_constants

    return [str(name).strip() for name in ut_constants["const"].name]


def shared(constants: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Return those of the constants that UTide knows."""
    names = set(known()) - OWN
    return {name: value for name, value in constants.items() if NAMED.get(name, name) in names}


def reconstruction(constants: Mapping[str, tuple[float, float]], latitude: float, seconds: np.ndarray) -> np.ndarray:
    """Return UTide's heights, its nodal corrections made at each time."""
    from utide._time_conversion import _normalize_time
    from utide._ut_constants import ut_constants
    from utide.utilities import Bunch

    names = known()
    rows = [
        (NAMED.get(name, name), amplitude * FACTORS.get(name, 1), lag + LAGS.get(name, 0))
        for name, (amplitude, lag) in constants.items()
    ]
    index = np.array([names.index(name) for name, _, _ in rows])
    times = seconds.astype("datetime64[s]").astype("datetime64[ns]")
    coefficients = Bunch(
        name=np.array([name for name, _, _ in rows]),
        A=np.array([amplitude for _, amplitude, _ in rows]),
        g=np.array([lag for _, _, lag in rows]),
        mean=0.0,
        slope=0.0,
    )
    choices = Bunch(
        twodim=False, nodsatlint=False, nodsatnone=False, gwchlint=False, gwchnone=False,
        notrend=True, prefilt=[], nodiagn=True,
    )  # fmt: skip
    coefficients.aux = Bunch(
        frq=ut_constants["const"].freq[index],
        lind=index,
        lat=latitude,
        reftime=_normalize_time(times[times.size // 2 :][:1], None)[0],
        opt=choices,
    )
    return np.asarray(utide.reconstruct(times, coefficients, verbose=False).h)


def rms(values: np.ndarray) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt(np.mean(np.square(values))))


def of(row: Harbour, constants: Mapping[str, tuple[float, float]], seconds: np.ndarray) -> np.ndarray:
    """Return our heights, from these constants."""
    return heights(dataclasses.replace(row, constants=constants), seconds)


SINGLE = sorted(shared({name: (1.0, 0.0) for name in CONSTITUENTS}))


@pytest.mark.parametrize("year", [1995, 2006, 2015, 2026])
def test_each_constituent(year: int) -> None:
    seconds = moment(f"{year}-03-01") + 3600.0 * np.arange(24 * 10)
    row = harbours()["boston"]
    assert len(SINGLE) > 70
    for name in SINGLE:
        constants = {name: (1.0, 30.0)}
        apart = rms(of(row, constants, seconds) - reconstruction(constants, row.latitude, seconds))
        assert apart < CORRECTED.get(name, 0.016), name


@pytest.mark.parametrize("slug", harbours())
def test_each_harbour(slug: str) -> None:
    row = harbours()[slug]
    constants = shared(row.constants)
    for year in (1960, 1997, 2026, 2050):
        seconds = moment(f"{year}-03-01") + 3600.0 * np.arange(24 * 30)
        mine = of(row, constants, seconds)
        apart = rms(mine - reconstruction(constants, row.latitude, seconds))
        foremans = rms(np.array([amplitude * CORRECTED.get(name, 0) for name, (amplitude, _) in constants.items()]))
        assert apart < 0.027
        assert apart < 0.01 * rms(mine) + foremans * np.sqrt(len(constants))
