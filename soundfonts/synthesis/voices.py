"""The voices: for each, the keys that are computed and how. Presets share them, each with its own filter and envelope.

To add a voice is to write a function of the key, and a row of `VOICES`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from synthesis.chance import F8
from synthesis.tones import (
    Gain,
    Mode,
    Sound,
    band,
    cloud,
    coloured,
    formants,
    hertz_of,
    loop_of,
    looped,
    once,
    ringing,
    struck,
)


@dataclass(frozen=True)
class Falling:
    """The fall of a struck or plucked voice, in dB a second: `at_60` at key 60, twice that `octaves` higher."""

    at_60: float
    octaves: float = 2.0

    def __call__(self, key: float) -> float:
        return float(self.at_60 * 2 ** ((key - 60) / (12 * self.octaves)))


@dataclass(frozen=True)
class Voice:
    """Keys, and what computes the sound of one; `fall` where the envelope has to let it die away."""

    keys: tuple[int, ...]
    make: Callable[[int, int], Sound]  # of a key and a seed
    fall: Falling | None = None
    louder: float = 0.0  # dB above the others: a voice that is always filtered

    def sounds(self, name: str) -> list[Sound]:
        """Return the voice's samples, from the lowest."""
        return [self.make(key, zlib.crc32(f"{name} {key}".encode())) for key in self.keys]


# Struck and plucked strings.


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
    rate: int = 25_000,
    beating: float = 0.0,
    shape: Callable[[F8], F8] | None = None,
    loop_seconds: float = 0.1,
) -> Sound:
    """A string plucked at a share `at` of its length: its partials by the ideal string, then the body and the losses."""
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


# Struck bars, bells and skins.


def modal(
    key: int,
    seed: int,
    fall: Falling,
    ratios: Sequence[tuple[float, float, float]],
    knock: float = 0.03,
    knock_band: tuple[float, float] = (500.0, 4_000.0),
    lead: float = 0.25,
    attack: float = 0.001,
    rate: int = 26_000,
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
    loop = loop_of(key, max(0.08, 8 / hertz_of(key)), 26_000)
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
    loop = loop_of(key, max(0.08, 8 / hertz_of(key)), 26_000)
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


# Sustained sounds.


def steady(
    key: int,
    seed: int,
    amplitudes: Callable[[F8, F8], F8],
    seconds: float = 0.28,
    width: float = 6.0,
    spread: float = 0.02,
    breath: Gain | None = None,
    rate: int = 26_000,
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
    loop = loop_of(key, seconds, 28_000)
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


# Effects, which have no pitch: played at key 60 as they are.

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
    from synthesis.chance import uniform

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
    count = round(length * RATE)
    time = np.arange(count) / RATE
    pitch = hertz_of(key)
    turn = 2 * np.pi * (pitch * time + pitch * drop * 0.03 * (1 - np.exp(-time / 0.03)))
    wave = np.sin(turn) * np.exp(-5.5 * time / length)
    for ratio, share in ((1.59, 0.35), (2.14, 0.2), (2.65, 0.12)):
        wave += share * skin * np.sin(ratio * turn) * np.exp(-11 * time / length)
    return once(wave + 0.25 * coloured(seed, count, RATE, band(low, 3_000)) * np.exp(-time * 60), RATE, key, 0.03)


# Bodies and mouths.

VIOLIN = formants((280, 120, 0.9), (460, 160, 1.0), (700, 300, 0.6), (1_200, 700, 0.6), (2_600, 1_500, 0.9), floor=0.25)
CELLO = formants((110, 60, 0.9), (220, 120, 1.0), (420, 200, 0.7), (900, 600, 0.45), (1_900, 1_200, 0.4), floor=0.15)
SECTION = formants((300, 250, 0.7), (600, 500, 0.6), (1_300, 1_200, 0.6), (2_800, 2_200, 0.6), floor=0.25)
GUITAR = formants((105, 50, 0.8), (205, 80, 1.0), (400, 200, 0.6), (1_000, 900, 0.5), (2_800, 2_000, 0.35), floor=0.3)
AAH = formants((700, 130, 1.0), (1_150, 160, 0.6), (2_700, 300, 0.28), (3_500, 400, 0.2), floor=0.03)
OOH = formants((330, 120, 1.0), (800, 160, 0.28), (2_400, 300, 0.05), floor=0.012)
OBOE = formants((1_150, 700, 1.0), (2_900, 1_200, 0.45), floor=0.12)
ENGLISH = formants((900, 600, 1.0), (2_300, 1_000, 0.35), floor=0.15)
BASSOON = formants((480, 250, 1.0), (1_150, 500, 0.35), floor=0.08)
SAX = formants((600, 500, 1.0), (1_400, 900, 0.6), (3_000, 1_600, 0.3), floor=0.2)
NOSE = formants((1_300, 500, 1.0), (2_700, 900, 0.8), floor=0.15)
BANJO = formants((450, 300, 0.8), (900, 500, 1.0), (2_800, 1_800, 0.8), floor=0.3)

FIVE = (36, 48, 60, 72, 84)
HIGH = (60, 72, 84, 96)
BAR = ((1.0, 1.0, 1.0), (2.756, 0.35, 3.0), (5.404, 0.18, 6.0), (8.933, 0.08, 10.0))


def _struck(keys: tuple[int, ...], fall: Falling, make: Callable[..., Sound], **settings: object) -> Voice:
    return Voice(keys, partial(make, fall=fall, **settings), fall)


def _steady(
    keys: tuple[int, ...], amplitudes: Callable[..., F8], inner: Mapping[str, object] | None = None, **settings: object
) -> Voice:
    return Voice(keys, partial(steady, amplitudes=partial(amplitudes, **(inner or {})), **settings))


def _deep(amplitudes: Callable[[F8, F8], F8]) -> Voice:
    return Voice((28, 40, 52, 64, 76), partial(steady, amplitudes=amplitudes, seconds=0.1, spread=0.0), louder=8.0)


def _effect(make: Callable[[int, int], Sound]) -> Voice:
    return Voice((60,), make)


def _drive(amount: float) -> Callable[[F8], F8]:
    return lambda wave: np.tanh(amount * wave) + 0.15 * np.tanh(2 * amount * wave)


PIANO_FALL, STRING_FALL = Falling(6.0, 1.4), Falling(9.0, 1.6)
PIANO_KEYS = (21, 33, 43, 52, 60, 67, 76, 86, 98)

VOICES: Mapping[str, Voice] = {
    "piano": _struck(PIANO_KEYS, PIANO_FALL, piano, hard=True),
    "piano soft": _struck((27, 43, 55, 67, 80, 96), PIANO_FALL, piano, hard=False),
    "electric": _struck((33, 45, 57, 69, 81, 93), Falling(7.0, 2.0), electric),
    "fm piano": _struck(
        (33, 45, 57, 69, 81, 93), Falling(8.0, 2.0), fm, operators=((1.0, 1, 1.1, 6.0), (0.28, 14, 0.9, 28.0))
    ),
    "harpsichord": _struck(
        (33, 45, 57, 69, 81),
        Falling(9.0, 1.6),
        plucked,
        at=0.13,
        tilt=0.35,
        cut=9_000,
        damping=0.003,
        pick=0.10,
        beating=0.08,
        lead=0.38,
        rate=32_000,
        body=formants((250, 150, 0.5), (900, 700, 0.5), (2_500, 2_000, 0.7), floor=0.5),
    ),
    "clavinet": _struck(
        (36, 50, 64, 78),
        Falling(12.0, 2.0),
        plucked,
        at=0.07,
        tilt=0.7,
        cut=5_000,
        pick=0.08,
        body=formants((700, 500, 0.9), (1_900, 1_000, 0.8), floor=0.25),
    ),
    "celesta": _struck(
        HIGH, Falling(14.0, 1.8), modal, ratios=((1.0, 1.0, 1.0), (2.0, 0.06, 2), (4.02, 0.2, 4.0), (9.1, 0.07, 9.0))
    ),
    "glockenspiel": _struck((72, 84, 96, 106), Falling(6.0, 2.0), modal, ratios=BAR, knock=0.06, rate=40_000),
    "music box": _struck(
        HIGH,
        Falling(13.0, 2.0),
        modal,
        ratios=((1.0, 1.0, 1.0), (2.0, 0.12, 1.6), (3.0, 0.06, 2.0), (6.27, 0.25, 4.0), (11.3, 0.06, 9.0)),
        knock=0.05,
    ),
    "vibraphone": _struck(
        (53, 65, 77, 89),
        Falling(7.0, 2.5),
        modal,
        ratios=((1.0, 1.0, 1.0), (4.0, 0.2, 4.0), (10.0, 0.06, 12.0)),
    ),
    "marimba": _struck(
        (36, 48, 60, 72, 84),
        Falling(42.0, 1.5),
        modal,
        ratios=((1.0, 1.0, 1.0), (3.98, 0.25, 2.2), (9.9, 0.10, 3.5)),
        knock=0.12,
        knock_band=(200.0, 1_800.0),
    ),
    "xylophone": _struck(
        (65, 77, 89, 101),
        Falling(50.0, 1.6),
        modal,
        ratios=((1.0, 1.0, 1.0), (3.0, 0.4, 1.5), (6.1, 0.2, 2.5)),
        knock=0.2,
        knock_band=(900.0, 6_000.0),
    ),
    "tubular bell": _struck(
        (60, 72, 82),
        Falling(4.5, 2.5),
        modal,
        lead=0.36,
        loop_seconds=0.3,
        ratios=(
            (1.0, 0.75, 1.0),
            (2.0, 1.0, 1.3),
            (3.01, 0.6, 1.7),
            (4.17, 0.5, 2.5),
            (5.43, 0.35, 3.5),
            (6.8, 0.2, 5.0),
            (8.2, 0.1, 8.0),
        ),
    ),
    "dulcimer": _struck(
        (50, 62, 74, 86),
        Falling(12.0, 1.8),
        plucked,
        at=0.11,
        tilt=0.55,
        cut=6_000,
        pick=0.12,
        beating=0.25,
        lead=0.36,
    ),
    "drawbars": _steady(
        (36, 48, 60, 72, 84, 96), drawbars((1.0, 0.8, 0.6, 0.35, 0.15, 0.2, 0.25)), seconds=0.1, spread=0.0
    ),
    "rock organ": _steady(
        (36, 48, 60, 72, 84, 96),
        drawbars((1.0, 0.9, 0.8, 0.6, 0.4, 0.5, 0.5, 0.3, 0.25)),
        seconds=0.3,
        width=4.0,
        spread=0.02,
    ),
    "organ percussion": _struck(
        (48, 60, 72, 84),
        Falling(60.0, 8.0),
        modal,
        ratios=((1.0, 0.4, 1.0), (2.0, 0.6, 1.0), (3.0, 1.0, 1.0)),
        knock=0.08,
    ),
    "church organ": _steady(
        (36, 48, 60, 72, 84),
        principal,
        seconds=0.55,
        width=5.0,
        spread=0.25,
        breath=lambda f: 0.0004 * band(400, 4_000)(f),
    ),
    "reed organ": _steady(FIVE, pulse, {"width": 0.22}, seconds=0.3, width=4.0, spread=0.08),
    "accordion": _steady((48, 60, 72, 84), pulse, {"width": 0.16}, seconds=0.4, width=7.0, spread=0.5),
    "harmonica": _steady(
        (55, 67, 79, 91),
        reed,
        {"even": 0.8, "mouth": NOSE, "tilt": 0.6},
        breath=lambda f: 0.0012 * band(1_500, 6_000)(f),
    ),
    "nylon": _struck(
        (40, 50, 60, 70, 80), Falling(16.0, 2.0), plucked, at=0.2, tilt=1.1, cut=3_200, body=GUITAR, lead=0.36
    ),
    "steel": _struck(
        (40, 50, 60, 70, 82),
        Falling(11.0, 2.0),
        plucked,
        at=0.13,
        tilt=0.7,
        cut=6_000,
        body=GUITAR,
        pick=0.08,
        damping=0.003,
        lead=0.36,
        rate=30_000,
    ),
    "electric guitar": _struck(
        (40, 52, 64, 76),
        Falling(8.0, 2.2),
        plucked,
        at=0.22,
        tilt=0.8,
        cut=4_200,
        pick=0.04,
        damping=0.004,
        lead=0.36,
        body=formants((2_300, 1_800, 0.8), floor=0.6),
    ),
    "muted guitar": _struck((40, 52, 64, 76), Falling(75.0, 3.0), plucked, at=0.2, tilt=1.0, cut=2_500, lead=0.25),
    "distorted": _struck(
        (40, 52, 64, 76),
        Falling(2.5, 4.0),
        plucked,
        at=0.18,
        tilt=0.9,
        cut=3_200,
        damping=0.004,
        lead=0.36,
        shape=_drive(9.0),
        loop_seconds=0.2,
        beating=0.05,
    ),
    "acoustic bass": _struck(
        (28, 38, 50),
        Falling(20.0, 2.5),
        plucked,
        at=0.3,
        tilt=1.2,
        cut=1_400,
        rate=16_000,
        pick=0.05,
        lead=0.4,
        body=formants((100, 80, 0.6), (220, 150, 0.5), floor=0.5),
    ),
    "electric bass": _struck(
        (28, 38, 50), Falling(9.0, 2.5), plucked, at=0.22, tilt=0.9, cut=2_400, rate=22_050, pick=0.04, lead=0.5
    ),
    "slap bass": _struck(
        (28, 38, 50), Falling(11.0, 2.5), plucked, at=0.09, tilt=0.55, cut=6_500, rate=22_050, pick=0.25, lead=0.45
    ),
    "violin": _steady(
        (55, 64, 73, 82, 94),
        bowed,
        {"body": VIOLIN},
        seconds=0.4,
        width=9.0,
        spread=0.04,
        breath=lambda f: 0.0006 * band(900, 7_000)(f),
    ),
    "cello": _steady(
        (28, 38, 48, 58, 68),
        bowed,
        {"body": CELLO},
        seconds=0.4,
        width=9.0,
        spread=0.04,
        rate=22_050,
        breath=lambda f: 0.0005 * band(500, 4_000)(f),
    ),
    "strings": _steady((36, 48, 60, 72, 84), bowed, {"body": SECTION}, seconds=0.75, width=11.0, spread=2.0),
    "pizzicato": _struck(
        (36, 48, 60, 72, 84),
        Falling(48.0, 2.5),
        plucked,
        at=0.2,
        tilt=1.0,
        cut=2_800,
        body=SECTION,
        pick=0.06,
        lead=0.3,
    ),
    "harp": _struck(
        (31, 43, 55, 67, 79, 91), Falling(14.0, 1.8), plucked, at=0.4, tilt=1.3, cut=4_500, pick=0.03, lead=0.35
    ),
    "timpani": _struck(
        (41, 50),
        Falling(16.0, 3.0),
        modal,
        rate=16_000,
        lead=0.36,
        loop_seconds=0.4,
        knock=0.25,
        knock_band=(100.0, 900.0),
        ratios=((1.0, 1.0, 1.0), (1.5, 0.6, 1.3), (1.99, 0.35, 1.8), (2.44, 0.2, 2.5), (0.85, 0.5, 12.0)),
    ),
    "aah": _steady(
        (45, 55, 65, 75, 86),
        vowel,
        {"mouth": AAH},
        seconds=0.65,
        width=12.0,
        spread=1.2,
        rate=22_050,
        breath=lambda f: 0.0003 * band(1_500, 6_000)(f),
    ),
    "ooh": _steady((45, 57, 69, 81), vowel, {"mouth": OOH}, seconds=0.65, width=11.0, spread=1.0, rate=16_000),
    "hit": Voice((48, 64), hit, Falling(28.0, 1e9)),
    "trumpet": _steady(
        (52, 61, 70, 82), brass, {"cut": 2_600}, spread=0.015, breath=lambda f: 0.0005 * band(800, 5_000)(f)
    ),
    "muted trumpet": _steady((55, 67, 79), reed, {"even": 1.0, "mouth": NOSE, "tilt": 0.15}, spread=0.015),
    "trombone": _steady((36, 46, 56, 66), brass, {"cut": 1_500}, spread=0.015, rate=24_000),
    "tuba": _steady((28, 38, 50), brass, {"cut": 600}, spread=0.015, rate=16_000),
    "horn": _steady((36, 46, 56, 66, 77), brass, {"cut": 850}, width=7.0, spread=0.03, rate=16_000),
    "brass": _steady((36, 48, 60, 72, 84), brass, {"cut": 2_200}, seconds=0.55, width=9.0, spread=1.0),
    "sax": _steady(
        (38, 48, 58, 68, 80),
        reed,
        {"even": 0.85, "mouth": SAX, "tilt": 0.7},
        spread=0.03,
        breath=lambda f: 0.001 * band(1_000, 6_000)(f),
    ),
    "oboe": _steady((58, 68, 80, 91), reed, {"even": 1.0, "mouth": OBOE, "tilt": 0.2}, spread=0.015),
    "english horn": _steady((52, 62, 74), reed, {"even": 1.0, "mouth": ENGLISH, "tilt": 0.3}, spread=0.015),
    "bassoon": _steady((34, 44, 56, 68), reed, {"even": 1.0, "mouth": BASSOON, "tilt": 0.2}, spread=0.015, rate=22_050),
    "clarinet": _steady(
        (50, 60, 70, 82),
        reed,
        {"even": 0.12, "mouth": formants((1_500, 1_800, 0.8), floor=0.4), "tilt": 0.75},
        spread=0.01,
        breath=lambda f: 0.0006 * band(900, 5_000)(f),
    ),
    "flute": _steady(
        (60, 69, 79, 91),
        flute,
        {"second": 0.35, "tilt": 1.5},
        width=8.0,
        spread=0.02,
        breath=lambda f: 0.0022 * band(900, 5_000)(f),
    ),
    "recorder": _steady(
        (60, 72, 84, 96),
        flute,
        {"second": 0.12, "tilt": 1.6},
        spread=0.01,
        breath=lambda f: 0.0015 * band(1_200, 6_000)(f),
    ),
    "pan flute": _steady(
        (60, 72, 84, 96),
        reed,
        {"even": 0.15, "mouth": formants(floor=1.0), "tilt": 2.0},
        width=9.0,
        spread=0.04,
        breath=lambda f: 0.006 * band(700, 5_000)(f),
    ),
    "square": _steady((36, 48, 60, 72, 84, 96), square, seconds=0.1, spread=0.0),
    "saw": _steady((36, 48, 60, 72, 84, 96), saw, seconds=0.1, spread=0.0),
    "deep saw": _deep(saw),
    "deep square": _deep(square),
    "wide saw": _steady((36, 48, 60, 72, 84), saw, seconds=0.6, width=14.0, spread=2.0),
    "glass": Voice(
        (48, 60, 72, 84), partial(glassy, lines=((1, 1.0), (2, 0.5), (3.01, 0.2), (4.1, 0.25), (5.6, 0.12), (8.2, 0.1)))
    ),
    "metal": Voice(
        (48, 60, 72),
        partial(
            glassy, lines=((1, 1.0), (1.5, 0.3), (2.41, 0.5), (3.73, 0.4), (5.13, 0.35), (6.91, 0.25), (9.3, 0.15))
        ),
    ),
    "sitar": Voice((48, 60, 72), partial(sitar, fall=Falling(9.0, 2.0)), Falling(9.0, 2.0)),
    "banjo": _struck(
        (48, 58, 68, 80), Falling(26.0, 2.0), plucked, at=0.09, tilt=0.5, cut=6_000, body=BANJO, pick=0.12, lead=0.35
    ),
    "koto": _struck((48, 58, 70, 82), Falling(15.0, 2.0), plucked, at=0.08, tilt=0.75, cut=5_000, pick=0.1, lead=0.36),
    "kalimba": _struck(
        HIGH,
        Falling(30.0, 2.0),
        modal,
        ratios=((1.0, 1.0, 1.0), (5.42, 0.15, 4.0), (2.0, 0.06, 1.5)),
        knock=0.12,
        knock_band=(300.0, 2_500.0),
    ),
    "bagpipe": _steady((55, 67, 79), reed, {"even": 0.9, "mouth": NOSE, "tilt": 0.05}, spread=0.01),
    "tinkle": _struck(
        (72, 84, 96),
        Falling(9.0, 3.0),
        modal,
        rate=40_000,
        ratios=((1.0, 1.0, 1.0), (2.57, 0.6, 1.5), (4.29, 0.4, 2.0), (6.4, 0.25, 3.0)),
    ),
    "agogo": _struck(
        (72, 84),
        Falling(45.0, 3.0),
        modal,
        ratios=((1.0, 1.0, 1.0), (1.48, 0.3, 1.5), (2.9, 0.5, 1.3), (4.6, 0.3, 2.0)),
        knock=0.15,
    ),
    "steel drum": _struck(
        (53, 65, 77, 88),
        Falling(18.0, 2.5),
        modal,
        loop_seconds=0.25,
        ratios=((1.0, 1.0, 1.0), (2.0, 0.8, 0.9), (3.0, 0.35, 1.6), (4.03, 0.2, 2.0), (5.9, 0.1, 4.0)),
        knock=0.08,
    ),
    "wood": _struck(
        (60, 72, 84),
        Falling(110.0, 4.0),
        modal,
        ratios=((1.0, 1.0, 1.0), (2.5, 0.5, 1.5), (4.1, 0.2, 2.0)),
        knock=0.3,
        lead=0.12,
    ),
    "taiko": Voice((36, 48), partial(thud, drop=1.0, length=0.7, skin=1.0, low=100.0)),
    "tom": Voice((43, 55), partial(thud, drop=0.7, length=0.5, skin=1.0, low=300.0)),
    "synth drum": Voice((45, 57), partial(thud, drop=3.0, length=0.5, skin=0.2, low=800.0)),
    "reverse cymbal": _effect(reverse_cymbal),
    "fret": _effect(fret),
    "breath": _effect(lambda key, seed: wash(seed, formants((900, 700, 1.0), (2_400, 1_500, 0.7), floor=0.05), 0.8)),
    "seashore": _effect(lambda key, seed: wash(seed, band(120, 1_500, 1), 1.8, (0.6, 1))),
    "rain": _effect(lambda key, seed: wash(seed, band(1_800, 7_000, 1), 0.8)),
    "bird": _effect(bird),
    "telephone": _effect(telephone),
    "helicopter": _effect(helicopter),
    "applause": _effect(applause),
    "gunshot": _effect(gunshot),
}
