"""Effects, which have no pitch: played at key 60 as they are."""

from __future__ import annotations

import numpy as np

from synthesis.chance import uniform
from synthesis.tones import Gain, Sound, band, coloured, once, ringing

RATE = 22_050


def wash(seed: int, gain: Gain, seconds: float = 1.2, swell: tuple[float, float] = (0.0, 1.0)) -> Sound:
    """Noise in a loop, swelling `swell[1]` times in it by a depth `swell[0]`."""
    count = round(seconds * RATE)
    wave = coloured(seed, count, RATE, lambda f: gain(f) * (f > 20))
    wave *= 1 + swell[0] * np.sin(2 * np.pi * swell[1] * np.arange(count) / count)
    return Sound(np.concatenate((wave[-8:], wave, wave[:8])), RATE, 60, (8, 8 + count))


def helicopter(key: int, seed: int) -> Sound:
    """A rotor: eleven blows of low noise a second."""
    count = RATE
    turn = (11 * np.arange(count) / count) % 1
    wave = coloured(seed, count, RATE, band(40, 500)) * np.exp(-7 * turn) * (1 - np.exp(-60 * turn))
    wave += 0.25 * coloured(seed + 1, count, RATE, band(200, 3_000, 1))
    wave -= wave.mean()
    return Sound(np.concatenate((wave[-8:], wave, wave[:8])), RATE, 60, (8, 8 + count))


def applause(key: int, seed: int) -> Sound:
    """Hundreds of claps, each a short burst, wrapped round the loop."""
    count = round(1.6 * RATE)
    wave = np.zeros(count)
    at, size, loud = (uniform(seed + n, 420) for n in range(3))
    for n in range(420):
        length = round((0.008 + 0.02 * size[n]) * RATE)
        low = 500 + 900 * size[n]
        clap = coloured(seed + 10 + n, length, RATE, band(low, 2.5 * low)) * np.exp(-5 * np.arange(length) / length)
        np.add.at(wave, (int(at[n] * count) + np.arange(length)) % count, clap * (0.2 + loud[n] ** 2))
    wave -= wave.mean()
    return Sound(np.concatenate((wave[-8:], wave, wave[:8])), RATE, 60, (8, 8 + count))


def telephone(key: int, seed: int) -> Sound:
    """Two gongs struck twenty times a second, in a loop of one second that rings for two thirds of it."""
    count = RATE
    time = np.arange(count) / RATE
    one = ringing(np.arange(RATE // 2) / RATE, [(1_420, 1, 0.5), (1_740, 0.8, 0.4), (3_950, 0.5, 0.2)], seed)
    wave = np.zeros(count)
    for n in range(13):
        np.add.at(wave, (round(n * 0.05 * RATE) + np.arange(one.size)) % count, one * (1 if n % 2 else 0.8))
    wave -= wave.mean()
    return Sound(np.concatenate((wave[-8:], wave, wave[:8])), RATE, 60, (8, 8 + time.size))


def bird(key: int, seed: int) -> Sound:
    """Four chirps that sweep down and up."""
    time = np.arange(round(0.9 * 32_000)) / 32_000
    wave = np.zeros(time.size)
    for start, low, high, length in (
        (0.0, 2_600, 4_300, 0.13),
        (0.2, 2_500, 4_500, 0.11),
        (0.38, 3_000, 4_800, 0.16),
        (0.66, 2_300, 3_900, 0.18),
    ):
        here = (time >= start) & (time < start + length)
        part = (time[here] - start) / length
        turn = 2 * np.pi * np.cumsum(low + (high - low) * (1 - np.abs(2 * part - 0.6)).clip(0)) / 32_000
        wave[here] += np.sin(turn) * np.sin(np.pi * part) ** 2
    return once(wave, 32_000, 60)


def gunshot(key: int, seed: int) -> Sound:
    """A crack and its echoes."""
    count = round(1.1 * RATE)
    time = np.arange(count) / RATE
    wave = coloured(seed, count, RATE, band(60, 6_000, 1)) * (np.exp(-time * 28) + 0.12 * np.exp(-time * 4.5))
    return once(wave + 1.2 * np.sin(2 * np.pi * 70 * time) * np.exp(-time * 22), RATE, 60, 0.05)


def fret(key: int, seed: int) -> Sound:
    """A finger that slides along a wound string."""
    count = round(0.45 * 32_000)
    time = np.arange(count) / 32_000
    rub = coloured(seed, count, 32_000, band(1_200, 6_000))
    squeak = np.sin(2 * np.pi * np.cumsum(1_500 + 1_400 * time / 0.45) / 32_000) * 0.8
    return once((rub + squeak) * np.sin(np.pi * time / 0.45) ** 1.5, 32_000, 60)


def reverse_cymbal(key: int, seed: int) -> Sound:
    """A cymbal that swells and stops."""
    count = round(1.3 * 28_000)
    time = np.arange(count) / 28_000
    wave = coloured(seed, count, 28_000, band(2_500, 11_000, 1)) * 10 ** (-2.2 * (1.3 - time) / 1.3)
    return once(wave, 28_000, 60, 0.012)
