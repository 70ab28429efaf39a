"""Sustained sounds: the harmonics of each kind of instrument by their number and frequency."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from synthesis.chance import F8
from synthesis.tones import Gain, Sound, cloud, loop_of, looped


def steady(
    key: int,
    seed: int,
    amplitudes: Callable[[F8, F8], F8],
    seconds: float = 0.28,
    width: float = 6.0,
    spread: float = 0.02,
    breath: Gain | None = None,
    rate: int = 24_000,
) -> Sound:
    """One player: a line with a little unsteadiness around it, and breath."""
    return cloud(loop_of(key, seconds, rate), amplitudes, seed, width, spread, breath)


def drawbars(bars: Sequence[float]) -> Callable[[F8, F8], F8]:
    """Return the harmonics of an organ's nine drawbars, without the sub-octaves that would lower the pitch."""
    feet = (1, 2, 3, 4, 5, 6, 8, 10, 12)

    def harmonics(number: F8, hertz: F8) -> F8:
        return np.sum([bar * (number == foot) for foot, bar in zip(feet, bars, strict=False)], axis=0) + 0.002 * (
            number < 20
        )

    return harmonics


def principal(number: F8, hertz: F8) -> F8:
    """The pipes of a church organ: 8, 4, 2 2/3 and 2 foot, each with overtones of its own, and a mixture."""
    total = np.zeros(number.size)
    for foot, share in ((1, 1.0), (2, 0.7), (3, 0.35), (4, 0.5), (6, 0.25), (8, 0.25), (12, 0.12)):
        inner = number / foot
        total += np.where(inner == np.round(inner), share / np.maximum(inner, 1) ** 1.5, 0.0)
    return total


def bowed(number: F8, hertz: F8, body: Gain, tilt: float = 0.9) -> F8:
    """A bowed string: a saw, through a body."""
    return body(hertz) / number**tilt


def saw(number: F8, hertz: F8) -> F8:
    """All harmonics, 1/n."""
    return 1 / number


def square(number: F8, hertz: F8) -> F8:
    """Odd harmonics, 1/n."""
    return (number % 2) / number


def pulse(number: F8, hertz: F8, width: float = 0.2) -> F8:
    """A pulse of that share of the period."""
    return np.abs(np.sin(np.pi * number * width)) / number


def vowel(number: F8, hertz: F8, mouth: Gain) -> F8:
    """A voice: the glottis' 12 dB an octave, through the mouth."""
    return mouth(hertz) / number**1.1


def brass(number: F8, hertz: F8, cut: float, body: Gain | None = None) -> F8:
    """Flat up to the bell's cut-off, then falling steeply."""
    gain = 1 / (1 + (hertz / cut) ** 2.6) / number**0.25
    return gain if body is None else gain * body(hertz)


def reed(number: F8, hertz: F8, even: float, mouth: Gain, tilt: float) -> F8:
    """A reed: even harmonics have `even` of their strength (a cylinder's are weak), formants shape the rest."""
    return np.where(number % 2 == 0, even, 1.0) * mouth(hertz) / number**tilt


def flute(number: F8, hertz: F8, second: float, tilt: float) -> F8:
    """Nearly a sine: the second harmonic, then a steep fall."""
    return np.where(number == 1, 1.0, second / np.maximum(number - 1, 1) ** tilt)


def glassy(
    key: int, seed: int, lines: Sequence[tuple[float, float]], seconds: float = 0.5, width: float = 8.0
) -> Sound:
    """A loop of lines that need not be harmonic, each with a cloud."""
    loop = loop_of(key, seconds, 22_050)
    bins = loop.frames // 2
    spectrum = np.zeros(bins + 1, np.complex128)
    for n, (ratio, amplitude) in enumerate(lines):
        line = round(ratio * loop.cycles)
        hertz = line * loop.rate / loop.frames
        if hertz > 0.4 * loop.rate:
            continue
        turn = np.exp(2j * np.pi * np.modf(0.618 * n + n * (seed % 997) / 997)[0]) * -1j
        spectrum[line] += amplitude * turn
        for away in range(1, 1 + int(line * width / 1731)):
            side = 0.25 * amplitude / away
            spectrum[line + away] += side * turn * np.exp(2j * np.pi * np.modf(0.37 * away * (n + 2))[0])
            spectrum[line - away] += side * turn * np.exp(2j * np.pi * np.modf(0.73 * away * (n + 3))[0])
    return looped(loop, np.fft.irfft(spectrum, loop.frames) * loop.frames)
