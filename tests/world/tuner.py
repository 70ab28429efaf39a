"""A tuner: the pitch of a sound, by FFT."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def pitch_of_sound(samples: NDArray[np.float64], rate: int) -> float:
    """Return the pitch of the strongest sine: under a Gaussian window its peak is a parabola in decibels."""
    size = samples.size
    window = np.exp(-0.5 * np.square((np.arange(size) - (size - 1) / 2) / (size / 10)))
    spectrum = np.log(np.abs(np.fft.rfft(samples * window, 4 * size)) + 1e-30)
    k = int(spectrum.argmax())
    left, middle, right = spectrum[k - 1 : k + 2]
    hz = (k + 0.5 * (left - right) / (left - 2 * middle + right)) * rate / (4 * size)
    return float(69 + 12 * np.log2(hz / 440))
