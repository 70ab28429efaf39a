"""Struck bars, bells and skins, and what keyboards imitate with tines and operators."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthesis.tones import Falling, Mode, Sound, band, coloured, hertz_of, loop_of, once, struck

DRUM_RATE = 22_050


def modal(
    key: int,
    seed: int,
    fall: Falling,
    ratios: Sequence[tuple[float, float, float]],
    knock: float = 0.03,
    knock_band: tuple[float, float] = (500.0, 4_000.0),
    lead: float = 0.25,
    attack: float = 0.001,
    rate: int = 24_000,
    loop_seconds: float = 0.08,
) -> Sound:
    """Modes as (ratio, amplitude, how many times faster than the first it falls), and the mallet's knock."""
    loop = loop_of(key, max(loop_seconds, 8 / hertz_of(key)), rate)
    modes = [Mode(ratio, amplitude, fall(key) * times) for ratio, amplitude, times in ratios]
    hit = coloured(seed, round(0.025 * rate), rate, band(*knock_band))
    hit *= np.exp(-np.arange(hit.size) / (0.004 * rate)) * knock
    return struck(loop, modes, seed, lead, fall(key), attack, hit)


def electric(key: int, seed: int, fall: Falling) -> Sound:
    """A tine beside a pickup: few harmonics, and the bell of the tine at the start."""
    loop = loop_of(key, max(0.08, 8 / hertz_of(key)), 24_000)
    bright = 0.9 ** max(0, (key - 48) / 6)
    modes = [
        Mode(1.0, 1.0, fall(key)),
        Mode(2.0, 0.42 * bright, fall(key) * 1.4),
        Mode(3.0, 0.16 * bright, fall(key) * 2.5),
        Mode(4.0, 0.09 * bright, fall(key) * 4),
        Mode(5.0, 0.05 * bright, fall(key) * 6),
        Mode(7.11, 0.22, 75.0),
        Mode(14.3, 0.07, 140.0),
        Mode(20.2, 0.05, 220.0),
    ]
    return struck(loop, modes, seed, 0.32, fall(key), 0.0015, None)


def fm(
    key: int,
    seed: int,
    fall: Falling,
    operators: Sequence[tuple[float, float, float, float]],
    lead: float = 0.32,
) -> Sound:
    """Frequency modulation: pairs of (amplitude, modulator's ratio, index, the index's fall in dB a second)."""
    loop = loop_of(key, max(0.08, 8 / hertz_of(key)), 24_000)
    first = round(lead * loop.rate)
    time = np.arange(first + loop.frames + 8) / loop.rate
    late = np.clip((time - 0.8 * lead) / (0.2 * lead), 0, 1)
    clock = np.minimum(time, 0.8 * lead) + 0.2 * lead * (late - late**2 / 2)
    turn = 2 * np.pi * loop.hertz * time
    less = min(1.0, 500 / loop.hertz)  # fewer side bands for high keys
    wave = np.zeros(time.size)
    for amplitude, ratio, index, quick in operators:
        depth = index * (less if ratio < 4 else less**0.5) * 10 ** (-quick * clock / 20)
        wave += amplitude * np.sin(turn + depth * np.sin(ratio * turn))
    rise = round(0.001 * loop.rate)
    wave[:rise] *= np.linspace(0, 1, rise)
    return Sound(wave, loop.rate, key, (first, first + loop.frames))


def hit(key: int, seed: int) -> Sound:
    """An orchestra's chord of octaves and a fifth with drums below: a short burst that dies away."""
    loop = loop_of(key, 0.2, 28_000)
    modes = []
    for base, share in ((1, 1.0), (2, 0.9), (3, 0.5), (4, 0.6)):
        modes += [
            Mode(base * n, share / n**0.8 * np.exp(-base * n * loop.hertz / 5_000), 28 + 3 * n) for n in range(1, 16)
        ]
    drum = coloured(seed, round(0.12 * loop.rate), loop.rate, band(60, 1_800))
    drum *= np.exp(-np.arange(drum.size) / 1_200) * 0.35
    return struck(loop, modes, seed, 0.35, 28, 0.004, drum, 0.4)


def thud(key: int, seed: int, drop: float, length: float, skin: float, low: float) -> Sound:
    """A drum with a pitch: a falling sine, its membrane's other modes, and the stick."""
    count = round(length * DRUM_RATE)
    time = np.arange(count) / DRUM_RATE
    pitch = hertz_of(key)
    turn = 2 * np.pi * (pitch * time + pitch * drop * 0.03 * (1 - np.exp(-time / 0.03)))
    wave = np.sin(turn) * np.exp(-5.5 * time / length)
    for ratio, share in ((1.59, 0.35), (2.14, 0.2), (2.65, 0.12)):
        wave += share * skin * np.sin(ratio * turn) * np.exp(-11 * time / length)
    return once(
        wave + 0.25 * coloured(seed, count, DRUM_RATE, band(low, 3_000)) * np.exp(-time * 60), DRUM_RATE, key, 0.03
    )
