"""The voices: for each, the keys that are computed and how. Presets share them, each with its own filter and envelope.

To add a voice is to write a function of the key (in strings, bars, steady or effects), and a row of `VOICES`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from synthesis.bars import electric, fm, hit, modal, thud
from synthesis.chance import F8
from synthesis.effects import applause, bird, fret, gunshot, helicopter, reverse_cymbal, telephone, wash
from synthesis.steady import bowed, brass, drawbars, flute, glassy, principal, pulse, reed, saw, square, steady, vowel
from synthesis.strings import piano, plucked, sitar
from synthesis.tones import Falling, Sound, band, formants


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


PIANO_FALL = Falling(6.0, 2.0)
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
        HIGH, Falling(10.0, 2.0), modal, ratios=((1.0, 1.0, 1.0), (2.0, 0.06, 2), (4.02, 0.2, 4.0), (9.1, 0.07, 9.0))
    ),
    "glockenspiel": _struck((72, 84, 96, 106), Falling(6.0, 2.0), modal, ratios=BAR, knock=0.06, rate=36_000),
    "music box": _struck(
        HIGH,
        Falling(13.0, 2.0),
        modal,
        rate=28_000,
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
        Falling(40.0, 2.2),
        modal,
        rate=18_000,
        ratios=((1.0, 1.0, 1.0), (3.98, 0.25, 2.2), (9.9, 0.10, 3.5)),
        knock=0.12,
        knock_band=(200.0, 1_800.0),
    ),
    "xylophone": _struck(
        (65, 77, 89, 101),
        Falling(52.0, 2.2),
        modal,
        rate=30_000,
        ratios=((1.0, 1.0, 1.0), (3.0, 0.4, 1.5), (6.1, 0.2, 2.5)),
        knock=0.2,
        knock_band=(900.0, 6_000.0),
    ),
    "tubular bell": _struck(
        (60, 72, 82),
        Falling(6.5, 2.5),
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
        rate=26_000,
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
        (40, 50, 60, 70, 80),
        Falling(12.0, 2.2),
        plucked,
        rate=20_000,
        at=0.2,
        tilt=1.1,
        cut=3_200,
        body=GUITAR,
        lead=0.36,
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
    "muted guitar": _struck(
        (40, 52, 64, 76), Falling(75.0, 3.0), plucked, rate=16_000, at=0.2, tilt=1.0, cut=2_500, lead=0.25
    ),
    "distorted": _struck(
        (40, 52, 64, 76),
        Falling(2.5, 4.0),
        plucked,
        rate=26_000,
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
        Falling(14.0, 2.5),
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
        rate=18_000,
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
        (48, 58, 68, 80),
        Falling(26.0, 2.0),
        plucked,
        rate=26_000,
        at=0.09,
        tilt=0.5,
        cut=6_000,
        body=BANJO,
        pick=0.12,
        lead=0.35,
    ),
    "koto": _struck(
        (48, 58, 70, 82), Falling(15.0, 2.0), plucked, rate=26_000, at=0.08, tilt=0.75, cut=5_000, pick=0.1, lead=0.36
    ),
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
        rate=36_000,
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
        Falling(22.0, 2.5),
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
