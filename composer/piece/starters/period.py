"""Whether a column comes back to itself, and after how many rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from composer.units import F8

FEWEST = 16  # rows
SHORTEST = 3  # rows of a period
CYCLES = 3  # that must be there to be sure
_CHANCE = 0.001  # of taking noise for a period
_LIKE = 0.25  # the least autocorrelation after a period
_MULTIPLES = 60  # of a wave's length: a period that is not a sine may be strongest in a harmonic
_AS_GOOD = 0.8
_DEEP = 0.05  # how far the autocorrelation must have sunk before it comes back
_WHOLE = 0.1  # rows: a period this near to a whole number is one


@dataclass(frozen=True)
class Period:
    """A period: the column that shows it, its length in rows, the autocorrelation there, and its length in words."""

    column: str
    rows: float
    strength: float
    words: str


def period_of(values: F8) -> tuple[float, float] | None:
    """Return after how many rows a column (n,) comes again, and its autocorrelation there; None where it does not.

    The trend taken off, a wave counts if its power is beyond what red noise of the same autocorrelation from row to
    row has once in a thousand (as in Torrence and Compo, A Practical Guide to Wavelet Analysis, 1998, eq. 16). The
    autocorrelation then tells the period from its harmonics. Missing values are bridged.
    """
    known = np.isfinite(values)
    n = values.size
    if n < FEWEST or known.sum() < 0.7 * n:
        return None
    x = _without_trend(np.interp(np.arange(n), np.flatnonzero(known), values[known]))
    variance = float(np.mean(x * x))
    if not variance > 1e-18:
        return None
    power = np.abs(np.fft.rfft(x)[1:]) ** 2 / (n * variance)
    frequency = np.arange(1, power.size + 1) / n
    again = _autocorrelation(x)
    red = float(np.clip(again[1], 0, 1 - 1 / n))
    background = (1 - red**2) / (1 - 2 * red * np.cos(2 * np.pi * frequency) + red**2)
    beyond = np.round(power / background, 6)
    strongest = int(np.argmax(beyond))
    if beyond[strongest] < np.log(power.size / _CHANCE):
        return None
    wave = 1 / float(frequency[strongest])
    multiples = range(1, min(int(n / CYCLES / wave), _MULTIPLES) + 1)
    peaks = [_peak(again, k * wave, max((k * wave) ** 2 / (2 * n), 0.5)) for k in multiples]
    peaks = [peak for peak in peaks if SHORTEST <= peak[0] <= n / CYCLES]
    best = max((height for _, height in peaks), default=0.0)
    if best < _LIKE:
        return None
    lag, height = next(peak for peak in peaks if peak[1] >= _AS_GOOD * best)
    if height - again[: int(lag)].min() < _DEEP:
        return None
    for times in range(2, int(n / 2 / lag) + 1):  # a later return tells the period more exactly
        later, _ = _peak(again, times * lag, max(lag / 8, 0.5))
        lag = later / times if later else lag
    whole = round(lag)
    unsure = max(_WHOLE, lag * lag / (4 * n))
    return (float(whole) if abs(lag - whole) <= unsure else round(lag, 2)), round(height, 3)


def _without_trend(y: F8) -> F8:
    span = max(float(np.ptp(y)), 1e-300)
    y = (y - y.min()) / span if np.isfinite(span) else y / np.abs(y).max()
    x = np.arange(y.size) - (y.size - 1) / 2
    y = y - y.mean()
    return np.asarray(y - x * (np.sum(x * y) / np.sum(x * x)))


def _autocorrelation(x: F8) -> F8:
    """Return the autocorrelation at the lags 0 to n - 1, each from the mean of its products, (n,)."""
    size = 2 ** int(np.ceil(np.log2(2 * x.size)))
    products = np.fft.irfft(np.abs(np.fft.rfft(x, size)) ** 2, size)[: x.size]
    return np.asarray(products / products[0] * x.size / (x.size - np.arange(x.size)))


def _peak(again: F8, about: float, reach: float) -> tuple[float, float]:
    """Return the lag, and the height, of the highest autocorrelation about a lag; 0 and 0 where there is none.

    Both are those of the parabola through the highest value and its neighbours.
    """
    n = again.size
    inside = np.arange(max(int(np.ceil(about - reach)), 1), min(int(np.floor(about + reach)), n - 2) + 1)
    if not inside.size:
        return 0.0, 0.0
    lag = int(inside[np.argmax(np.round(again[inside], 9))])
    before, at, after = (float(again[lag + step]) for step in (-1, 0, 1))
    bend = before - 2 * at + after
    if not (at >= before and at >= after and bend < 0):
        return float(lag), at
    off = (before - after) / (2 * bend)
    return lag + off, at - (before - after) * off / 4
