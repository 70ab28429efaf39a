"""What a SoundFont 2 holds, as plain frozen data; and the tables of its format that reader and writer share.

Source of all of it: the SoundFont Technical Specification 2.04 (E-mu Systems, 2006), sections 7 and 8. A sample is
sound; an instrument lays samples out over keys and velocities in zones; a preset, which a MIDI program chooses, lays
out instruments in the same way. A zone's generators set envelopes, filters, tuning; its modulators let a controller
(velocity, say) move a generator.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

I2 = NDArray[np.int16]

DRUMS = 128  # the bank of percussion
ALL = (0, 127)  # every key, every velocity
MONO, RIGHT, LEFT = 1, 2, 4  # kinds of sample
VORBIS, ROM = 0x10, 0x8000  # flags of a sample's kind: compressed (SF3); in a sound card's own memory
LEAST_FRAMES = 48  # in a sample
LEAST_LOOP = 32  # frames in a loop
GUARD = 8  # frames that must lie before a loop and after it, for interpolation
SILENCE = 46  # frames of zero that follow a sample


@dataclass(frozen=True)
class Generator:
    """One setting of a zone: its number in the file, and the least and greatest value that it may take."""

    number: int
    lowest: int
    highest: int


# By the specification's own names. Times are in timecents (1200 log2 seconds), frequencies of filters in cents above
# 8.176 Hz, frequencies of LFOs likewise, attenuations in centibels, pan and sends in tenths of a per cent.
GENERATORS: Mapping[str, Generator] = MappingProxyType(
    {
        "startAddrsOffset": Generator(0, 0, 32767),
        "endAddrsOffset": Generator(1, -32768, 0),
        "startloopAddrsOffset": Generator(2, -32768, 32767),
        "endloopAddrsOffset": Generator(3, -32768, 32767),
        "startAddrsCoarseOffset": Generator(4, 0, 32767),
        "modLfoToPitch": Generator(5, -12000, 12000),
        "vibLfoToPitch": Generator(6, -12000, 12000),
        "modEnvToPitch": Generator(7, -12000, 12000),
        "initialFilterFc": Generator(8, 1500, 13500),
        "initialFilterQ": Generator(9, 0, 960),
        "modLfoToFilterFc": Generator(10, -12000, 12000),
        "modEnvToFilterFc": Generator(11, -12000, 12000),
        "endAddrsCoarseOffset": Generator(12, -32768, 0),
        "modLfoToVolume": Generator(13, -960, 960),
        "chorusEffectsSend": Generator(15, 0, 1000),
        "reverbEffectsSend": Generator(16, 0, 1000),
        "pan": Generator(17, -500, 500),
        "delayModLFO": Generator(21, -12000, 5000),
        "freqModLFO": Generator(22, -16000, 4500),
        "delayVibLFO": Generator(23, -12000, 5000),
        "freqVibLFO": Generator(24, -16000, 4500),
        "delayModEnv": Generator(25, -12000, 5000),
        "attackModEnv": Generator(26, -12000, 8000),
        "holdModEnv": Generator(27, -12000, 5000),
        "decayModEnv": Generator(28, -12000, 8000),
        "sustainModEnv": Generator(29, 0, 1000),
        "releaseModEnv": Generator(30, -12000, 8000),
        "keynumToModEnvHold": Generator(31, -1200, 1200),
        "keynumToModEnvDecay": Generator(32, -1200, 1200),
        "delayVolEnv": Generator(33, -12000, 5000),
        "attackVolEnv": Generator(34, -12000, 8000),
        "holdVolEnv": Generator(35, -12000, 5000),
        "decayVolEnv": Generator(36, -12000, 8000),
        "sustainVolEnv": Generator(37, 0, 1440),
        "releaseVolEnv": Generator(38, -12000, 8000),
        "keynumToVolEnvHold": Generator(39, -1200, 1200),
        "keynumToVolEnvDecay": Generator(40, -1200, 1200),
        "startloopAddrsCoarseOffset": Generator(45, -32768, 32767),
        "keynum": Generator(46, 0, 127),
        "velocity": Generator(47, 0, 127),
        "initialAttenuation": Generator(48, 0, 1440),
        "endloopAddrsCoarseOffset": Generator(50, -32768, 32767),
        "coarseTune": Generator(51, -120, 120),
        "fineTune": Generator(52, -99, 99),
        "sampleModes": Generator(54, 0, 3),
        "scaleTuning": Generator(56, 0, 1200),
        "exclusiveClass": Generator(57, 0, 127),
        "overridingRootKey": Generator(58, 0, 127),
    }
)
# These say which zone it is, and have places of their own in `Zone`.
INSTRUMENT, KEYS, VELOCITIES, SAMPLE = 41, 43, 44, 53
LOOPED, LOOPED_WHILE_HELD = 1, 3  # sampleModes

# Sources of modulators: a controller's number, with its direction, polarity and curve (section 8.2).
VELOCITY = 0x0002  # 0 to 1, straight
VELOCITY_DOWN = 0x0102  # 1 to 0, straight: what the default modulator from velocity to the filter uses


@dataclass(frozen=True)
class Sample:
    """A sound of one channel, 16 bits, at `rate` Hz (400 to 50 000).

    `root` is the MIDI key that it sounds at as it is, `correction` what to add to its pitch, in cents (-99..99).
    `loop` is the first frame of the loop and the first after it, counted from the sample's own first frame; whether
    it is played, a zone says (sampleModes). `link` is the number of the other side of a stereo pair.
    """

    name: str
    frames: I2
    rate: int = 44_100
    root: int = 60
    correction: int = 0
    loop: tuple[int, int] = (0, 0)
    kind: int = MONO
    link: int = 0

    def __post_init__(self) -> None:
        if self.frames.flags.writeable or self.frames.dtype != np.int16:
            frames = np.array(self.frames, np.int16)
            frames.setflags(write=False)
            object.__setattr__(self, "frames", frames)


@dataclass(frozen=True)
class Modulator:
    """What lets `source`, a controller, add up to `amount` to the generator `destination`."""

    source: int
    destination: str
    amount: int
    amount_source: int = 0
    transform: int = 0


@dataclass(frozen=True)
class Zone:
    """The settings of some keys and velocities (both ends included).

    `target` is the number of the sample (in an instrument) or of the instrument (in a preset) that is played; None in
    a global zone, which must be the first, and whose settings hold for every other zone.
    """

    target: int | None
    keys: tuple[int, int] = ALL
    velocities: tuple[int, int] = ALL
    generators: Mapping[str, int] = field(default_factory=dict)
    modulators: tuple[Modulator, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "generators", MappingProxyType(dict(self.generators)))


@dataclass(frozen=True)
class Instrument:
    """Samples laid out over keys and velocities."""

    name: str
    zones: tuple[Zone, ...]


@dataclass(frozen=True)
class Preset:
    """What a MIDI bank (0..128, 128 for drums) and program (0..127) choose."""

    name: str
    bank: int
    program: int
    zones: tuple[Zone, ...]


@dataclass(frozen=True)
class Font:
    """A whole soundfont. Texts are Latin-1: names of at most 20 letters, the rest of at most 255 (comment 65 535)."""

    name: str
    samples: tuple[Sample, ...]
    instruments: tuple[Instrument, ...]
    presets: tuple[Preset, ...]
    engineer: str = ""
    copyright: str = ""
    comment: str = ""
    version: tuple[int, int] = (2, 1)


def timecents(seconds: float) -> int:
    """Return a time as the format keeps it, 1200 log2(seconds), from a millisecond to about 100 s.

    >>> timecents(1.0), timecents(0.5), timecents(0.0)
    (0, -1200, -12000)
    """
    return -12_000 if seconds < 0.001 else min(8000, round(1200 * math.log2(seconds)))


def filter_cents(hertz: float) -> int:
    """Return a frequency as the format keeps it: cents above 8.176 Hz, which is MIDI key 0.

    >>> filter_cents(440.0)
    6900
    """
    return round(6900 + 1200 * math.log2(hertz / 440))


# Records of the hydra (section 7), little-endian and packed.
PHDR = np.dtype(
    [
        ("name", "S20"),
        ("program", "<u2"),
        ("bank", "<u2"),
        ("bag", "<u2"),
        ("library", "<u4"),
        ("genre", "<u4"),
        ("morphology", "<u4"),
    ]
)
INST = np.dtype([("name", "S20"), ("bag", "<u2")])
BAG = np.dtype([("generator", "<u2"), ("modulator", "<u2")])
GEN = np.dtype([("number", "<u2"), ("amount", "<i2")])
MOD = np.dtype(
    [("source", "<u2"), ("destination", "<u2"), ("amount", "<i2"), ("amount_source", "<u2"), ("transform", "<u2")]
)
SHDR = np.dtype(
    [
        ("name", "S20"),
        ("start", "<u4"),
        ("end", "<u4"),
        ("loop_start", "<u4"),
        ("loop_end", "<u4"),
        ("rate", "<u4"),
        ("root", "u1"),
        ("correction", "i1"),
        ("link", "<u2"),
        ("kind", "<u2"),
    ]
)
HYDRA: Mapping[str, np.dtype[np.void]] = MappingProxyType(
    {
        "phdr": PHDR,
        "pbag": BAG,
        "pmod": MOD,
        "pgen": GEN,
        "inst": INST,
        "ibag": BAG,
        "imod": MOD,
        "igen": GEN,
        "shdr": SHDR,
    }
)
