"""The instruments, read from instruments.toml: what a `.mid` calls them and how the sine renderer voices them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from composer.errors import pick
from composer.units import pitch_of

DRUMS = "drums"


@dataclass(frozen=True)
class Envelope:
    """A note's loudness: attack (s), decay (s, time constant), sustain (level 0..1), release (s)."""

    attack: float
    decay: float
    sustain: float
    release: float


@dataclass(frozen=True)
class Vibrato:
    """A pitch that goes up and down: rate (Hz), depth (cents to each side), and the delay until it begins (s)."""

    rate: float
    depth: float
    delay: float


@dataclass(frozen=True)
class Noise:
    """A band of noise between `low` and `high` Hz, as loud as a sine of amplitude `level`.

    It decays (s, time constant), or keeps to its note's envelope where `decay` is 0.
    """

    level: float
    low: float
    high: float
    decay: float = 0.0


@dataclass(frozen=True)
class Voice:
    """Sine partials as (multiple of the note's frequency, amplitude), rising; their envelope, and what enlivens them.

    The fall of partial r is `r ** damping` times as fast as the first's. As a note's velocity goes from 1 to 0, partial
    r falls by a factor of `r ** brightness` against the first. `detune` (cents) lies between two copies, which stand
    `width` (0..1) to the left and to the right of the note's place.
    """

    partials: tuple[tuple[float, float], ...]
    envelope: Envelope
    damping: float = 0.0
    brightness: float = 0.0
    detune: float = 0.0
    width: float = 0.0
    vibrato: Vibrato | None = None
    noise: Noise | None = None


@dataclass(frozen=True)
class Tone:
    """A sine of a drum: Hz, amplitude, and the time constant of its decay (s)."""

    hz: float
    level: float
    decay: float


@dataclass(frozen=True)
class Drum:
    """A drum: tones and noises, each decaying, under one attack (s); as loud as a sine of amplitude `level`.

    The tones begin at `sweep` times their frequency and fall to it in `sweep_time` (s, time constant). It is struck
    at each of `bursts` (s). Whatever is struck of its group `choke` ends it. It stands at `pan`, seen from its note's.
    """

    key: int
    tones: tuple[Tone, ...]
    noises: tuple[Noise, ...]
    level: float = 1.0
    attack: float = 0.001
    sweep: float = 1.0
    sweep_time: float = 0.03
    bursts: tuple[float, ...] = (0.0,)
    choke: str = ""
    pan: float = 0.0


@dataclass(frozen=True)
class Instrument:
    """A General MIDI program (0..127) or, for `drums`, the percussion channel with a drum for each key."""

    name: str
    family: str
    program: int
    lowest: int
    highest: int
    voice: Voice | None = None
    kit: Mapping[int, Drum] | None = None

    @property
    def is_drums(self) -> bool:
        """Whether notes choose a drum instead of a pitch."""
        return self.kit is not None


def _voice(row: Mapping[str, Any]) -> Voice:
    """Return the voice of a row; fields that are no voice's are of its family."""
    given = {name: row[name] for name in ("damping", "brightness", "detune", "width") if name in row}
    if row.get("vibrato"):
        given["vibrato"] = Vibrato(**row["vibrato"])
    if row.get("noise"):
        given["noise"] = Noise(**row["noise"])
    partials = tuple((float(multiple), float(amplitude)) for multiple, amplitude in row["partials"])
    return Voice(partials, Envelope(**row["envelope"]), **given)


def _drum(row: Mapping[str, Any]) -> Drum:
    given = dict(row)
    tones = tuple(Tone(*map(float, tone)) for tone in given.pop("tones", []))
    noises = tuple(Noise(level, low, high, decay) for level, low, high, decay in given.pop("noise", []))
    return Drum(tones=tones, noises=noises, **{**given, "bursts": tuple(given.get("bursts", [0.0]))})


def _families(data: Mapping[str, Any]) -> Iterator[Instrument]:
    families = {name: family for name, family in data.items() if "members" in family}
    program = 0
    for family_name, family in families.items():
        for name, (lowest, highest) in family["members"].items():
            voice = _voice({**family, **data["voice"].get(name, {})})
            yield Instrument(name, family_name, program, pitch_of(lowest), pitch_of(highest), voice)
            program += 1
    for name, row in data["extra"].items():
        lowest, highest = map(pitch_of, row["range"])
        yield Instrument(name, "extra", row["program"], lowest, highest, _voice(row))


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files("composer").joinpath("instruments.toml").read_text("utf-8"))


@cache
def instruments() -> Mapping[str, Instrument]:
    """Return every instrument by its name: General MIDI's 128, `sine`, and the `drums`."""
    kit = {row["key"]: _drum(row) for row in _data()["drums"].values()}
    drums = Instrument(DRUMS, "drums", 0, min(kit), max(kit), kit=MappingProxyType(kit))
    rows = [*_families(_data()), drums]
    return MappingProxyType({row.name: row for row in rows})


@cache
def aliases() -> Mapping[str, str]:
    """Return the short names, such as `piano`, with the instruments they stand for."""
    return MappingProxyType(_data()["aliases"])


@cache
def drums() -> Mapping[str, int]:
    """Return the drums' names with their keys (General MIDI percussion map, 35..81)."""
    return MappingProxyType({name: row["key"] for name, row in _data()["drums"].items()})


def instrument(name: str, where: str = "") -> Instrument:
    """Return the instrument of this name or alias; raise InputError with the nearest names otherwise.

    >>> instrument("vibraphone").program, instrument("piano").name
    (11, 'acoustic grand piano')
    """
    known = {**instruments(), **{alias: instruments()[full] for alias, full in aliases().items()}}
    return pick(known, name.lower(), "instrument", where)


def instrument_of_program(program: int) -> Instrument:
    """Return General MIDI's instrument of this program number, 0..127."""
    return tuple(instruments().values())[:128][program]
