"""The drum kit: keys 35 to 81 of General MIDI's percussion map, each a computed sound that is played once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synthesis.chance import F8, phases
from synthesis.tones import Sound, band, coloured, once, ringing

RATE = 32_000
LOW_RATE = 22_050

Make = Callable[[int], Sound]


@dataclass(frozen=True)
class Drum:
    """A sound, how many semitones it is tuned by, how loud (dB below the loudest), and the group that it cuts off.

    `rings` is the time in which metal, which is looped, falls by 60 dB.
    """

    sound: str
    tune: int = 0
    quieter: float = 0.0
    group: int = 0
    rings: float = 0.0


def _time(seconds: float, rate: int = RATE) -> F8:
    return np.arange(round(seconds * rate)) / rate


def _sweep(time: F8, start: float, end: float, quick: float) -> F8:
    """Return the phase of a tone that falls from one frequency to another."""
    return np.asarray(2 * np.pi * (end * time + (start - end) * quick * (1 - np.exp(-time / quick))), np.float64)


def kick(seed: int, low: float, length: float, beater: float) -> Sound:
    """A bass drum: a tone that falls at once, and the beater."""
    time = _time(length, LOW_RATE)
    wave = np.sin(_sweep(time, 4.5 * low, low, 0.018)) * np.exp(-time * 4.8 / length)
    click = coloured(seed, time.size, LOW_RATE, band(900, 5_000)) * np.exp(-time * 140)
    return once(np.tanh(1.5 * wave) + beater * click, LOW_RATE, 60, 0.03)


def snare(seed: int, tone: float, wires: float, length: float) -> Sound:
    """Two modes of the skin, and the wires' rattle."""
    time = _time(length)
    skin = np.sin(_sweep(time, 1.35 * tone, tone, 0.02)) * np.exp(-time * 24)
    skin += 0.5 * np.sin(_sweep(time, 2.3 * tone, 1.75 * tone, 0.02)) * np.exp(-time * 32)
    rattle = coloured(seed, time.size, RATE, band(1_400, 8_500, 1)) * np.exp(-time * 4.5 / length)
    return once(0.8 * skin + wires * rattle, RATE, 60, 0.02)


def clap(seed: int) -> Sound:
    """Four hands, a hundredth of a second apart, and the room."""
    time = _time(0.26)
    envelope = sum(
        np.where(time >= at, np.exp(-(time - at) * (230 if at < 0.03 else 26)), 0.0)
        for at in (0.0, 0.011, 0.022, 0.033)
    )
    return once(coloured(seed, time.size, RATE, band(900, 2_800)) * envelope, RATE, 60, 0.02)


# Hertz of six square-like oscillators that do not agree: the metal of hats and cymbals.
METAL = (317.1, 465.3, 540.7, 741.2, 1_013.9, 1_391.7)


def metal(
    seed: int,
    low: float,
    ring: float,
    burst: float = 1.0,
    bell: Sequence[tuple[float, float]] = (),
    attack: float = 0.0,
    seconds: float = 0.5,
) -> Sound:
    """Struck metal: dense inharmonic partials (a share `ring`) and noise above `low` Hz, in a loop that can ring on.

    `burst` is how much louder the stroke is than what rings, `bell` are lines (Hz, amplitude).
    """
    count = round(seconds * RATE)
    hertz = np.fft.rfftfreq(count, 1 / RATE)
    lines = np.zeros(hertz.size, np.complex128)
    for n, own in enumerate(METAL):
        odd = np.arange(1, int(14_000 / own) + 1, 2)
        np.add.at(lines, np.round(odd * own * seconds).astype(int), np.exp(1j * (2.4 * n + odd)) / odd)
    lines *= band(low, 13_000, 3)(hertz)
    hiss = band(low, 12_000, 1.5)(hertz) * np.exp(1j * phases(seed, hertz.size))
    spectrum = sum(
        share * part / np.sqrt(np.sum(np.abs(part) ** 2)) for share, part in ((ring, lines), (1 - ring, hiss))
    )
    for own, amplitude in bell:
        spectrum[round(own * seconds)] += amplitude
    spectrum[hertz < 60] = 0
    loop = np.fft.irfft(spectrum, count)
    loop /= np.sqrt(np.mean(loop**2))
    lead = round(0.12 * RATE)
    wave = np.concatenate((loop[-lead:], loop, loop[:8]))
    time = np.arange(lead) / RATE
    ease = 0.5 + 0.5 * np.cos(np.pi * np.arange(lead) / lead)  # the stroke is over where the loop begins
    stroke = coloured(seed + 1, lead, RATE, band(0.6 * low, 11_000)) * np.exp(-time * 60)
    wave[:lead] *= 1 + burst * np.exp(-time * 25) * ease
    wave[:lead] += 0.8 * burst * stroke * ease
    if attack:
        wave[:lead] *= np.minimum(1, time / attack) ** 1.5
    wave[:16] *= np.linspace(0, 1, 16)
    return Sound(wave, RATE, 60, (lead, lead + count))


def skin(seed: int, hertz: float, length: float, drop: float, slap: float, snap: float = 2_500.0) -> Sound:
    """A hand drum or a tom: a falling tone with the modes of a membrane, and the blow."""
    time = _time(length, LOW_RATE)
    wave = np.zeros(time.size)
    for ratio, share, quick in ((1.0, 1.0, 1.0), (1.59, 0.4, 1.8), (2.14, 0.22, 2.4), (2.65, 0.12, 3.0)):
        wave += share * np.sin(ratio * _sweep(time, hertz * drop, hertz, 0.03)) * np.exp(-time * 5.5 * quick / length)
    blow = coloured(seed, time.size, LOW_RATE, band(0.35 * snap, snap)) * np.exp(-time * 85)
    return once(wave + slap * blow, LOW_RATE, 60, 0.03)


def block(seed: int, partials: Sequence[tuple[float, float, float]], length: float, tick: float = 0.2) -> Sound:
    """Struck wood or small metal: its modes (Hz, amplitude, seconds to 60 dB less) and a tick."""
    time = _time(length)
    blow = coloured(seed, time.size, RATE, band(1_500, 8_000)) * np.exp(-time * 400)
    return once(ringing(time, partials, seed) + tick * blow, RATE, 60, 0.02)


def shaken(seed: int, length: float, low: float, high: float, shape: Callable[[F8], F8]) -> Sound:
    """Seeds, beads or a scraper: noise in a band, in a shape over the time from 0 to 1."""
    time = _time(length)
    return once(coloured(seed, time.size, RATE, band(low, high)) * shape(time / length), RATE, 60, 0.02)


def scraped(seed: int, length: float, teeth: int) -> Sound:
    """A guiro: a stick over notches, faster and faster."""
    time = _time(length)
    turn = teeth * (time / length) ** 1.15
    tooth = np.exp(-6 * (turn % 1))
    return once(
        coloured(seed, time.size, RATE, band(1_800, 6_000)) * tooth * np.sin(np.pi * (time / length)) ** 0.4, RATE, 60
    )


def whistle(seed: int, length: float) -> Sound:
    """A referee's whistle with its pea."""
    time = _time(length)
    turn = 2 * np.pi * 2_350 * time + 9 * np.sin(2 * np.pi * 32 * time)
    wave = np.sin(turn) * (0.75 + 0.25 * np.sin(2 * np.pi * 32 * time)) + 0.12 * coloured(
        seed, time.size, RATE, band(1_800, 5_000)
    )
    return once(wave * np.minimum(1, time / 0.012) * np.minimum(1, (length - time) / 0.03), RATE, 60)


def cuica(seed: int, length: float, start: float, end: float) -> Sound:
    """A rubbed stick under a skin: a nasal tone that slides."""
    time = _time(length)
    turn = 2 * np.pi * np.cumsum(start + (end - start) * (time / length) ** 0.7) / RATE
    wave = np.sin(turn) + 0.5 * np.sin(2 * turn + 0.3) + 0.25 * np.sin(3 * turn)
    return once(
        wave * np.sin(np.pi * time / length) ** 0.6 + 0.03 * coloured(seed, time.size, RATE, band(800, 4_000)), RATE, 60
    )


def vibraslap(seed: int) -> Sound:
    """A rattle of teeth that dies away."""
    time = _time(0.75)
    rattle = np.exp(-7 * ((26 * time) % 1)) * np.exp(-4.5 * time)
    return once(coloured(seed, time.size, RATE, band(1_700, 4_500)) * rattle, RATE, 60, 0.05)


def _fade(share: F8) -> F8:
    return np.asarray((1 - share) ** 2 * np.minimum(1, share / 0.08), np.float64)


def _two_strokes(share: F8) -> F8:
    return np.asarray(np.exp(-((share - 0.3) ** 2) / 0.02) + 0.6 * np.exp(-((share - 0.75) ** 2) / 0.006), np.float64)


SOUNDS: Mapping[str, Make] = {
    "kick": lambda seed: kick(seed, 52, 0.34, 0.25),
    "deep kick": lambda seed: kick(seed, 43, 0.42, 0.12),
    "stick": lambda seed: block(seed, [(1_750, 1, 0.06), (2_900, 0.5, 0.04), (480, 0.6, 0.05)], 0.1, 0.5),
    "snare": lambda seed: snare(seed, 185, 0.42, 0.26),
    "clap": clap,
    "snap snare": lambda seed: snare(seed, 240, 0.5, 0.2),
    "tom": lambda seed: skin(seed, 110, 0.5, 1.35, 0.25),
    "closed hat": lambda seed: metal(seed, 6_000, 0.45, 1.5, seconds=0.12),
    "pedal hat": lambda seed: metal(seed, 5_000, 0.4, 0.8, attack=0.004, seconds=0.12),
    "open hat": lambda seed: metal(seed, 5_500, 0.45, 0.6, seconds=0.35),
    "crash": lambda seed: metal(seed, 2_600, 0.3, 1.5, attack=0.003, seconds=0.7),
    "ride": lambda seed: metal(seed, 4_200, 0.5, 1.8, [(2_960, 0.35), (4_310, 0.25)]),
    "ride bell": lambda seed: metal(seed, 5_000, 0.5, 0.8, [(1_180, 1.0), (2_390, 0.8), (3_720, 0.6)]),
    "china": lambda seed: metal(seed, 1_400, 0.65, 1.2, attack=0.002),
    "splash": lambda seed: metal(seed, 3_600, 0.3, 1.5),
    "tambourine": lambda seed: metal(seed, 6_500, 0.7, 1.2, seconds=0.2),
    "cowbell": lambda seed: block(
        seed, [(562, 1, 0.35), (845, 0.9, 0.3), (1_690, 0.3, 0.2), (2_640, 0.25, 0.12)], 0.32, 0.3
    ),
    "vibraslap": vibraslap,
    "bongo": lambda seed: skin(seed, 330, 0.22, 1.15, 0.3, 4_000),
    "conga": lambda seed: skin(seed, 195, 0.36, 1.12, 0.2, 3_000),
    "slapped conga": lambda seed: skin(seed, 230, 0.14, 1.2, 0.9, 4_500),
    "timbale": lambda seed: block(
        seed, [(330, 1, 0.3), (560, 0.6, 0.25), (890, 0.5, 0.2), (1_450, 0.4, 0.2)], 0.32, 0.5
    ),
    "agogo": lambda seed: block(
        seed, [(905, 1, 0.4), (1_340, 0.4, 0.3), (2_680, 0.5, 0.25), (4_150, 0.25, 0.15)], 0.34, 0.25
    ),
    "cabasa": lambda seed: shaken(seed, 0.13, 4_500, 11_000, _fade),
    "maracas": lambda seed: shaken(seed, 0.09, 5_500, 12_000, _fade),
    "whistle": lambda seed: whistle(seed, 0.14),
    "long whistle": lambda seed: whistle(seed, 0.45),
    "guiro": lambda seed: scraped(seed, 0.12, 7),
    "long guiro": lambda seed: scraped(seed, 0.42, 20),
    "claves": lambda seed: block(seed, [(2_480, 1, 0.09), (4_900, 0.15, 0.05)], 0.12, 0.2),
    "block": lambda seed: block(seed, [(880, 1, 0.08), (2_020, 0.5, 0.05), (3_100, 0.2, 0.04)], 0.12, 0.4),
    "closed cuica": lambda seed: cuica(seed, 0.14, 620, 480),
    "cuica": lambda seed: cuica(seed, 0.28, 420, 680),
    "mute triangle": lambda seed: block(
        seed, [(1_620, 0.4, 0.1), (4_020, 1, 0.12), (6_550, 0.6, 0.1), (9_230, 0.4, 0.1)], 0.14, 0.2
    ),
    "triangle": lambda seed: block(
        seed, [(1_620, 0.3, 1.2), (4_020, 1, 1.5), (6_550, 0.6, 1.2), (9_230, 0.4, 1.0)], 0.8, 0.2
    ),
    "shaker": lambda seed: shaken(seed, 0.15, 5_000, 11_000, _two_strokes),
}

KIT: Mapping[int, Drum] = {
    35: Drum("deep kick"),
    36: Drum("kick"),
    37: Drum("stick", quieter=4),
    38: Drum("snare", quieter=1),
    39: Drum("clap", quieter=3),
    40: Drum("snap snare", quieter=1),
    41: Drum("tom", -5, 1),
    42: Drum("closed hat", quieter=9, group=1, rings=0.16),
    43: Drum("tom", -2, 1),
    44: Drum("pedal hat", quieter=10, group=1, rings=0.13),
    45: Drum("tom", 1, 1),
    46: Drum("open hat", quieter=9, group=1, rings=1.1),
    47: Drum("tom", 4, 1),
    48: Drum("tom", 7, 1),
    49: Drum("crash", quieter=5, rings=3.2),
    50: Drum("tom", 10, 1),
    51: Drum("ride", quieter=9, rings=3.0),
    52: Drum("china", quieter=7, rings=1.8),
    53: Drum("ride bell", quieter=9, rings=2.4),
    54: Drum("tambourine", quieter=9, rings=0.4),
    55: Drum("splash", quieter=7, rings=1.2),
    56: Drum("cowbell", quieter=7),
    57: Drum("crash", 2, 6, rings=3.2),
    58: Drum("vibraslap", quieter=7),
    59: Drum("ride", 2, 9, rings=3.0),
    60: Drum("bongo", 4, 5),
    61: Drum("bongo", 0, 5),
    62: Drum("slapped conga", 3, 5),
    63: Drum("conga", 3, 4),
    64: Drum("conga", 0, 4),
    65: Drum("timbale", 4, 5),
    66: Drum("timbale", 0, 5),
    67: Drum("agogo", 4, 8),
    68: Drum("agogo", 0, 8),
    69: Drum("cabasa", quieter=11),
    70: Drum("maracas", quieter=12),
    71: Drum("whistle", 0, 11, 2),
    72: Drum("long whistle", 0, 11, 2),
    73: Drum("guiro", 0, 9, 3),
    74: Drum("long guiro", 0, 9, 3),
    75: Drum("claves", quieter=8),
    76: Drum("block", 4, 7),
    77: Drum("block", 0, 7),
    78: Drum("closed cuica", 0, 9, 4),
    79: Drum("cuica", 0, 9, 4),
    80: Drum("mute triangle", 0, 11, 5),
    81: Drum("triangle", 0, 11, 5),
    82: Drum("shaker", quieter=11),  # of General Standard, as many pieces use it
}
