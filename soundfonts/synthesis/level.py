"""How loud a sound is, so that all of them are made equally loud.

Source of the weighting: ITU-R BS.1770-4, its two filters at 48 kHz, of which only the gain by frequency is needed.
"""

from __future__ import annotations

import numpy as np

from synthesis.chance import F8
from synthesis.tones import Sound

SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
HEARD = 0.4  # seconds that are weighed, as in the standard


def weighting(hertz: F8) -> F8:
    """Return the gain of the K weighting at a frequency."""
    z = np.exp(-2j * np.pi * np.minimum(hertz, 23_999.0) / 48_000)
    gain = np.ones(np.shape(hertz))
    for top, bottom in (SHELF, HIGH_PASS):
        gain = gain * np.abs(np.polyval(top[::-1], z) / np.polyval(bottom[::-1], z))
    return gain


def loudness(sound: Sound, fall: float = 0.0) -> float:
    """Return the weighted RMS of a sound's first 0.4 s, its envelope falling by `fall` dB a second meanwhile.

    Of a sound that is nothing but a loop, the whole loop is weighed.
    """
    size = round(HEARD * sound.rate)
    wave = sound.samples
    if sound.loop is not None and fall == 0:
        wave = wave[slice(*sound.loop)]
        size = wave.size
    elif sound.loop is not None:
        first, end = sound.loop
        wave = np.concatenate((wave[:end], np.resize(wave[first:end], max(0, size - end))))
    wave = np.resize(wave, size) if wave.size >= size else np.concatenate((wave, np.zeros(size - wave.size)))
    wave = wave * 10 ** (-fall * np.arange(size) / sound.rate / 20)
    spectrum = np.fft.rfft(wave) * weighting(np.fft.rfftfreq(size, 1 / sound.rate))
    return float(np.sqrt(2 * np.sum(np.abs(spectrum) ** 2)) / size)
