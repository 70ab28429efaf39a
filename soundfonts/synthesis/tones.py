"""The three ways in which a sound is made: a cloud of lines, struck or plucked modes, and shaped noise.

Every loop is seamless by construction: all its lines have a whole number of periods in it, so that nothing has to be
faded across. The loop's length and the sample's rate are chosen so that its key is in tune to 0.05 cent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from synthesis.chance import F8, noise, phases

MOST_BESIDE = 0.45  # of a line: what stands beside it must not be taken for the pitch
GUARD = 8  # frames that go on before and after a loop, for interpolation
Gain = Callable[[F8], F8]  # of a frequency in Hz


@dataclass(frozen=True)
class Loop:
    """A loop of `frames` that holds `cycles` periods of a key, played at `rate` Hz."""

    key: int
    frames: int
    cycles: int
    rate: int

    @property
    def hertz(self) -> float:
        """The pitch, as it is played."""
        return self.rate * self.cycles / self.frames


@dataclass(frozen=True)
class Sound:
    """A computed sample: floats of any scale; `loop` is None where it is played once."""

    samples: F8
    rate: int
    key: int
    loop: tuple[int, int] | None


def hertz_of(key: float) -> float:
    """Return the equal-tempered frequency of a MIDI key."""
    return float(440 * 2 ** ((key - 69) / 12))


def loop_of(key: int, seconds: float, rate: int) -> Loop:
    """Return a loop of about that length and rate in which the key has a whole number of periods."""
    hertz = hertz_of(key)
    cycles = max(1, round(seconds * hertz))
    frames = round(rate * cycles / hertz)
    while frames < 64:
        cycles += 1
        frames = round(rate * cycles / hertz)
    return Loop(key, frames, cycles, round(hertz * frames / cycles))


def edge(loop: Loop, hertz: F8) -> F8:
    """Return the gain that lets nothing through near half the rate, where a synthesiser's interpolation fails."""
    top = min(0.42 * loop.rate, 15_000.0)
    return np.clip((top - hertz) / (0.12 * top), 0, 1)


def looped(loop: Loop, wave: F8) -> Sound:
    """Return a sound that is nothing but a loop."""
    return Sound(np.concatenate((wave[-GUARD:], wave, wave[:GUARD])), loop.rate, loop.key, (GUARD, GUARD + loop.frames))


def cloud(
    loop: Loop,
    harmonics: Callable[[F8, F8], F8],
    seed: int,
    width: float = 0.0,
    spread: float = 0.0,
    breath: Gain | None = None,
) -> Sound:
    """Return harmonics, each a line with a cloud of weaker lines around it, as of many players or of a human one.

    `harmonics` gives the amplitude of harmonic n (1, 2, ...) at a frequency. The cloud reaches `width` cents to
    either side, even on both so that the pitch stays, and has `spread` times the power of its line. `breath` is the
    amplitude of noise by frequency. Lines in a periodic cloud: after P. Nasca's PADsynth algorithm.
    """
    bins = loop.frames // 2
    spectrum = np.zeros(bins + 1, np.complex128)
    number = np.arange(1, bins // loop.cycles + 1, dtype=np.float64)
    hertz = number * loop.hertz
    amplitude = harmonics(number, hertz) * edge(loop, hertz)
    turn = np.exp(1j * phases(seed, number.size))
    turn[0] = -1j  # a sine: the fundamentals of voices that sound together must not cancel
    for n in np.flatnonzero(np.abs(amplitude) > 1e-5 * np.abs(amplitude).max()).tolist():
        centre = (n + 1) * loop.cycles
        spectrum[centre] += amplitude[n] * turn[n]
        reach = centre * (2 ** (width / 1200) - 1)
        far = min(int(3 * reach), centre - 1, bins - centre)
        if spread > 0 and far > 0:
            away = np.arange(1, far + 1)
            weight = np.exp(-0.5 * (away / reach) ** 2)
            share = min(np.sqrt(spread / (2 * np.sum(weight**2))), MOST_BESIDE)
            weight *= amplitude[n] * share
            around = np.exp(1j * phases(seed * 1000 + n, 2 * far))
            spectrum[centre + 1 : centre + far + 1] += weight * around[:far]
            spectrum[centre - far : centre] += (weight * around[far:])[::-1]
    if breath is not None:
        every = np.arange(bins + 1) * loop.rate / loop.frames
        grain = np.sqrt(loop.rate / loop.frames)  # so that the noise has the same power whatever the loop's length
        spectrum += breath(every) * edge(loop, every) * grain * np.exp(1j * phases(seed + 77, bins + 1))
    spectrum[0] = 0
    return looped(loop, np.fft.irfft(spectrum, loop.frames) * loop.frames)


@dataclass(frozen=True)
class Falling:
    """The fall of a struck or plucked voice, in dB a second: `at_60` at key 60, twice that `octaves` higher."""

    at_60: float
    octaves: float = 2.0

    def __call__(self, key: float) -> float:
        return float(self.at_60 * 2 ** ((key - 60) / (12 * self.octaves)))


@dataclass(frozen=True)
class Mode:
    """A partial: its multiple of the pitch, amplitude, and how fast it falls in dB a second."""

    ratio: float
    amplitude: float
    fall: float


def struck(
    loop: Loop,
    modes: Sequence[Mode],
    seed: int,
    lead: float,
    fall: float,
    attack: float = 0.0015,
    knock: F8 | None = None,
    beating: float = 0.0,
    shape: Callable[[F8], F8] | None = None,
) -> Sound:
    """Return modes that ring after a blow: `lead` seconds in which each falls by itself, then a loop of what is left.

    The fall that the synthesiser's envelope adds, `fall` dB a second, is taken off beforehand. Modes stand at the
    nearest frequencies that have whole periods in the loop. `knock` is added at the start; with `beating`, every
    overtone has a second line of that share beside it, as strings in a choir of strings do. `shape` distorts.
    """
    first = round(lead * loop.rate)
    time = np.arange(first + loop.frames + GUARD) / loop.rate
    ease = 0.2 * lead  # the clock of the fall comes to rest smoothly, at the loop
    late = np.clip((time - (lead - ease)) / ease, 0, 1)
    clock = np.minimum(time, lead - ease) + ease * (late - late**2 / 2)
    start = phases(seed, 2 * len(modes))
    wave = np.zeros(time.size)
    for n, mode in enumerate(modes):
        line = max(1, round(mode.ratio * loop.cycles))
        hertz = line * loop.rate / loop.frames
        gain = float(edge(loop, np.array([hertz]))[0]) * mode.amplitude
        if gain < 1e-5:
            continue
        decay = 10 ** (-(mode.fall - fall) * clock / 20)
        angle = 2 * np.pi * hertz * time
        # Both stages of one partial have one sign, and the fundamental's is always the same: voices must not cancel.
        sign = -1.0 if start[line % len(modes)] > np.pi and line != loop.cycles else 1.0
        wave += gain * sign * decay * np.sin(angle)
        if beating and mode.ratio > 1.5:
            beside = 2 * np.pi * (line + 1) * loop.rate / loop.frames * time
            wave += beating * gain * decay * np.sin(beside + start[len(modes) + n])
    if shape is not None:
        wave = shape(wave / np.abs(wave).max())
        wave -= wave[first : first + loop.frames].mean()
    if knock is not None:
        size = min(knock.size, first)
        wave[:size] += knock[:size] * np.abs(wave).max()
    rise = min(1 + round(attack * loop.rate), wave.size)
    wave[:rise] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / rise)
    return Sound(wave, loop.rate, loop.key, (first, first + loop.frames))


def once(sound: F8, rate: int, key: int, fade: float = 0.01) -> Sound:
    """Return a sound that is played once, without a click at either end, and without DC."""
    wave = sound - sound.mean()
    rise, drop = max(2, round(0.0008 * rate)), max(2, round(fade * rate))
    wave[:rise] *= np.linspace(0, 1, rise)
    wave[-drop:] *= np.linspace(1, 0, drop) ** 2
    return Sound(np.concatenate((wave, np.zeros(GUARD))), rate, key, None)


def ringing(time: F8, partials: Sequence[tuple[float, float, float]], seed: int) -> F8:
    """Return the sum of partials (Hz, amplitude, seconds until 60 dB less), from zero at the start."""
    wave = np.zeros(time.size)
    turn = phases(seed, len(partials))
    for (hertz, amplitude, fall), phase in zip(partials, turn, strict=True):
        wave += amplitude * np.sin(2 * np.pi * hertz * time + (phase > np.pi) * np.pi) * 10 ** (-3 * time / fall)
    return wave


def coloured(seed: int, count: int, rate: int, gain: Gain) -> F8:
    """Return noise whose amplitude by frequency is `gain`, of RMS 1."""
    spectrum = np.fft.rfft(noise(seed, count)) * gain(np.fft.rfftfreq(count, 1 / rate))
    wave = np.fft.irfft(spectrum, count)
    return wave / np.sqrt(np.mean(wave**2))


def band(low: float, high: float, slope: float = 2.0) -> Gain:
    """Return the gain of a band from `low` to `high` Hz whose sides fall with that power of the frequency."""

    def gain(hertz: F8) -> F8:
        f = np.maximum(hertz, 1.0)
        return 1 / np.sqrt((1 + (low / f) ** (2 * slope)) * (1 + (f / high) ** (2 * slope)))

    return gain


def formants(*peaks: tuple[float, float, float], floor: float = 0.0) -> Gain:
    """Return the gain of resonances (Hz, width in Hz, gain) above a floor."""

    def gain(hertz: F8) -> F8:
        total = np.full(np.shape(hertz), floor)
        for centre, width, height in peaks:
            total = total + height / (1 + ((hertz - centre) / (width / 2)) ** 2)
        return total

    return gain
