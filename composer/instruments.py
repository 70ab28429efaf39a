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
class Voice:
    """Sine partials as (frequency, amplitude), and their envelope.

    The frequency is a multiple of the note's own, or in Hz where the voice is `fixed` (a drum).
    """

    partials: tuple[tuple[float, float], ...]
    envelope: Envelope
    fixed: bool = False


@dataclass(frozen=True)
class Instrument:
    """A General MIDI program (0..127) or, for `drums`, the percussion channel with a voice for each key."""

    name: str
    family: str
    program: int
    lowest: int
    highest: int
    voice: Voice | None = None
    kit: Mapping[int, Voice] | None = None

    @property
    def is_drums(self) -> bool:
        """Whether notes choose a drum instead of a pitch."""
        return self.kit is not None

    def voice_of(self, pitch: float) -> Voice | None:
        """Return the voice that plays this pitch, None where the kit has no such drum."""
        return self.kit.get(int(pitch + 0.5)) if self.kit is not None else self.voice


def _voice(row: Mapping[str, Any]) -> Voice:
    partials = tuple((float(multiple), float(amplitude)) for multiple, amplitude in row["partials"])
    return Voice(partials, Envelope(**row["envelope"]))


def _drum(row: Mapping[str, Any]) -> Voice:
    envelope = Envelope(attack=0.001, decay=row["decay"], sustain=0.0, release=3 * row["decay"])
    return Voice(tuple((float(hz), 1.0) for hz in row["hz"]), envelope, fixed=True)


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
