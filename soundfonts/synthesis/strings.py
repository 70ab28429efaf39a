"""Struck and plucked strings: a function of the key for each kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from synthesis.chance import F8
from synthesis.tones import Falling, Gain, Mode, Sound, band, coloured, hertz_of, loop_of, struck


def piano(key: int, seed: int, hard: bool, fall: Falling) -> Sound:
    """A stiff string under a hammer: partials stretched by stiffness, weak where it is struck, falling in two stages.

    Stiffness by key after the measurements in Fletcher, Blackham and Stratton (1962).
    """
    pitch = hertz_of(key)
    low = key < 50
    rate = (22_050 if low else 32_000) if hard else (16_000 if low else 24_000)
    loop = loop_of(key, 0.40 if low else 0.30, rate)
    stiff = np.exp(0.0926 * key - 13.64) + np.exp(-0.0847 * key - 5.82)
    cut = (2_300 + 9 * pitch**0.85) if hard else (750 + 3.5 * pitch**0.85)
    modes = []
    for n in range(1, 61):
        ratio = n * np.sqrt((1 + stiff * n * n) / (1 + stiff))
        hertz = ratio * pitch
        where = abs(np.sin(np.pi * n / 7.7)) + 0.04
        board = min(1.0, (hertz / 130) ** 1.3)  # the sound board hardly radiates the lowest
        strength = where * board / n**0.75 * np.exp(-((hertz / cut) ** 0.9))
        speed = fall(key) * (1 + 0.10 * (n - 1)) + 0.0025 * hertz
        modes += [Mode(ratio, 0.7 * strength, 2.6 * speed), Mode(ratio, 0.3 * strength, speed if n > 1 else fall(key))]
    thump = coloured(seed, round(0.06 * rate), rate, band(90, 700 if not hard else 2_500))
    thump *= np.exp(-np.arange(thump.size) / (0.012 * rate)) * (0.05 if hard else 0.03)
    return struck(loop, modes, seed, 0.8 if key < 80 else 0.35, fall(key), 0.0012 if hard else 0.003, thump, 0.12)


def plucked(
    key: int,
    seed: int,
    fall: Falling,
    at: float = 0.15,
    tilt: float = 1.0,
    cut: float = 4_000.0,
    damping: float = 0.004,
    body: Gain | None = None,
    stiff: float = 0.00004,
    pick: float = 0.04,
    lead: float = 0.32,
    rate: int = 22_050,
    beating: float = 0.0,
    shape: Callable[[F8], F8] | None = None,
    loop_seconds: float = 0.1,
) -> Sound:
    """A string plucked at a share `at` of its length: the ideal string's partials, the body, the losses."""
    pitch = hertz_of(key)
    loop = loop_of(key, max(loop_seconds, 6 / pitch), rate)
    modes = []
    for n in range(1, 71):
        ratio = n * np.sqrt((1 + stiff * n * n) / (1 + stiff))
        hertz = ratio * pitch
        strength = (abs(np.sin(np.pi * n * at)) + 0.03) / n**tilt * np.exp(-((hertz / cut) ** 1.2))
        if body is not None:
            strength *= float(body(np.array([hertz]))[0])
        modes.append(Mode(ratio, strength, fall(key) * (1 + 0.12 * (n - 1)) + (damping * hertz if n > 1 else 0.0)))
    click = coloured(seed, round(0.03 * rate), rate, band(700, 5_000))
    click *= np.exp(-np.arange(click.size) / (0.004 * rate)) * pick
    return struck(loop, modes, seed, lead, fall(key), 0.0008, click, beating, shape)


def sitar(key: int, seed: int, fall: Falling) -> Sound:
    """A string over a flat bridge: overtones come up one after the other, and stay."""
    pitch = hertz_of(key)
    loop = loop_of(key, 0.12, 28_000)
    modes = []
    for n in range(1, 50):
        hertz = n * pitch
        strength = (abs(np.sin(np.pi * n * 0.09)) + 0.1) / n**0.55 * np.exp(-hertz / 5_500)
        speed = fall(key) * (1 + 0.03 * (n - 1)) + (0.0015 * hertz if n > 1 else 0)
        late = 90.0 + 5 * n  # an overtone's second, quick part has the opposite sign: it is not there at first
        modes += [Mode(float(n), strength, speed), Mode(float(n), -0.6 * strength if n > 3 else 0.0, speed + late)]
    buzz = coloured(seed, round(0.05 * loop.rate), loop.rate, band(1_500, 6_000)) * 0.05
    return struck(loop, modes, seed, 0.4, fall(key), 0.001, buzz * np.linspace(1, 0, buzz.size) ** 2, 0.1)
