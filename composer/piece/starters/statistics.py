"""The few figures that tell what a column of numbers is like; NaN and ±inf count as missing in all of them."""

from __future__ import annotations

import numpy as np

from composer.mapping.scalers import SCALERS
from composer.units import F8

FEW_LEVELS = 7
HEAVY = 4.0  # of skewness: what no straight scale shows
_DECADES = 2.0
_FAR = 3.0  # interquartile ranges beyond a quartile: an outlier


def found_in(values: F8) -> F8:
    """Return the values that are there, (m,) of (n,)."""
    return values[np.isfinite(values)]


def correlation(a: F8, b: F8) -> float:
    """Return Pearson's correlation of two columns, (n,) each, over the rows where both are there; 0 without spread."""
    both = np.isfinite(a) & np.isfinite(b)
    if not both.any():
        return 0.0
    x, y = SCALERS["linear"](a[both]), SCALERS["linear"](b[both])
    x, y = x - x.mean(), y - y.mean()
    spread = float(np.sqrt(np.sum(x * x) * np.sum(y * y)))
    return round(float(np.sum(x * y)) / spread, 6) if spread > 0 else 0.0


def trend(values: F8) -> float:
    """Return Spearman's correlation of a column (n,) with its rows: 1 where it only rises."""
    rows = np.where(np.isfinite(values), np.arange(values.size), np.nan)
    return correlation(SCALERS["rank"](values), SCALERS["rank"](rows))


def roughness(shares: F8) -> float:
    """Return how far a column (n,) moves from row to row, in its standard deviations: near 0 slow, above 1 restless."""
    known = found_in(shares)
    spread = float(known.std()) if known.size else 0.0
    return round(float(np.diff(known).std()) / spread, 6) if known.size > 1 and spread > 0 else 0.0


def skewness(shares: F8) -> float:
    """Return the third standardised moment of a column (n,), 0 where it does not vary."""
    known = found_in(shares)
    spread = float(known.std()) if known.size else 0.0
    return float(np.mean(((known - known.mean()) / spread) ** 3)) if spread > 1e-12 else 0.0


def scaler_for(values: F8) -> str:
    """Return the name of the scaler that lets a column (n,) be heard over the whole of a range.

    rank for few levels, and where one end or one value crowds out the rest; log over more than two decades above 0, if
    that is less lopsided; percentile where there are outliers.
    """
    known = found_in(values)
    distinct = np.unique(known)
    if distinct.size <= FEW_LEVELS:
        return "rank" if distinct.size > 1 else "linear"
    shares = SCALERS["linear"](known)
    skew = abs(skewness(shares))
    decades = np.log10(distinct[-1]) - np.log10(distinct[0]) if distinct[0] > 0 else 0.0
    if decades > _DECADES and abs(skewness(SCALERS["log"](known))) < skew:
        return "log"
    low, high = np.percentile(shares, [25, 75])
    if skew > HEAVY or low == high:
        return "rank"
    reach = _FAR * (high - low)
    return "percentile" if shares.min() < low - reach or shares.max() > high + reach else "linear"
