"""Coloured noise: randomness with a memory."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

import numpy as np
from typing_extensions import Doc

from composer.sources.grid import Points
from composer.table import Table

Colour = Literal["white", "pink", "brown"]
SLOPES = dict(zip(get_args(Colour), (0, 1, 2), strict=True))  # power falls as 1 / frequency^slope


def noise(
    points: Points = 200,
    colour: Annotated[Colour, Doc("power against frequency: flat, 1/f or 1/f²")] = "pink",
    *,
    rng: np.random.Generator,
) -> Table:
    """Gaussian noise of mean 0 and deviation 1, white, pink or brown; pink is what melodies resemble
    (Voss and Clarke, J. Acoust. Soc. Am. 63, 1978)."""
    frequency = np.arange(points + 1, dtype=np.float64)  # of twice as many points, of which half are kept:
    frequency[0] = np.inf  # so the end is not drawn to the start; no constant part
    spectrum = rng.standard_normal(points + 1) + 1j * rng.standard_normal(points + 1)
    values = np.fft.irfft(spectrum / frequency ** (SLOPES[colour] / 2), 2 * points)[:points]
    deviation = values.std()
    if deviation > 0:
        values = (values - values.mean()) / deviation
    return Table({"n": np.arange(points), "value": values})
