"""What concerns the piece as a whole: its tempo, its harmony, its sections and its legend."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator
from pydantic_core import core_schema

from composer.errors import ComposerError, Fault, InputError
from composer.mapping.harmony import chords_of
from composer.mapping.targets import TEMPO, Target
from composer.mapping.tunings import tuning_of
from composer.piece.calls import AnyTrack, Column, RowsCall
from composer.piece.described import Described
from composer.piece.rule import Following
from composer.piece.schema import custom, fault_from, honest, passing, real
from composer.units import TempoMap

Info = core_schema.ValidationInfo
Beat = Annotated[float, Field(ge=0, le=1e6), real]
Bpm = Annotated[float, Field(ge=TEMPO.limits[0], le=TEMPO.limits[1]), real]
Beats = Annotated[float, Field(gt=0, le=100_000), real]


def _changes(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [(0, value)]


def _rising(ends: tuple[float, float]) -> None:
    if ends[0] >= ends[1]:
        raise InputError(Fault(f"the range {list(ends)} does not rise", remedy="`invert = true` turns it round"))


_Step = Annotated[tuple[Beat, Bpm], Tag("step")]
_Ramp = Annotated[tuple[Beat, Bpm, Literal["ramp"]], Tag("ramp")]
_Change = Annotated[
    _Step | _Ramp,
    Discriminator(lambda value: "ramp" if isinstance(value, list | tuple) and len(value) == 3 else "step"),
]


def tempo_map(changes: Sequence[tuple[Any, ...]]) -> TempoMap:
    """Return changes [beat, bpm] as a map; what ends in "ramp" is reached gradually, in steps of RAMP_STEP beats.

    The line is straight over the beats, and each step lasts as long as its part of that line.
    """
    made: list[tuple[float, float]] = []
    for n, (beat, bpm, *ramp) in enumerate(changes):
        if ramp and n and beat > changes[n - 1][0]:
            since, was = changes[n - 1][:2]
            steps = min(max(round((beat - since) / RAMP_STEP), 1), MOST_STEPS)
            length, rise = (beat - since) / steps, (bpm - was) / steps
            ends = [(was + k * rise, was + (k + 1) * rise) for k in range(steps)]
            made[-1:] = [(since + k * length, _mean_tempo(*pair)) for k, pair in enumerate(ends)]
        made.append((beat, bpm))
    return TempoMap(tuple(made))


def _mean_tempo(first: float, last: float) -> float:
    """Return the steady tempo in which beats last as long as along a line: the logarithmic mean of its ends."""
    return first if abs(last - first) < 1e-6 * first else (last - first) / math.log(last / first)


RAMP_STEP = 0.25  # beats
MOST_STEPS = 4096
Changes = Annotated[
    tuple[_Change, ...],
    Field(min_length=1),
    BeforeValidator(_changes, json_schema_input_type=float | list[tuple[float, float] | tuple[float, float, str]]),
    passing(tempo_map),
]


def _in_tune(value: Any) -> Any:
    """Return a tuning that `tuning_of` understands; what it says against it, raise as a fault."""
    spec = tuple(map(float, value)) if isinstance(value, list | tuple) and all(map(_is_number, value)) else value
    try:
        if not isinstance(spec, str | tuple | Mapping):
            remedy = 'write tuning = "19edo", "just", "my.scl", or a list of cents'
            raise InputError(Fault(f"{value!r} is no tuning", remedy=remedy))
        tuning_of(spec)
    except ComposerError as error:
        fault = error.faults[0]
        raise custom(Fault(str(replace(fault, remedy="")), remedy=fault.remedy)) from error
    return spec


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


EQUAL = "12tet"
_CENTS: dict[str, Any] = {"type": "array", "items": {"type": "number"}}
_FILES: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "string"}}
TuningSpec = Annotated[Any, BeforeValidator(_in_tune), WithJsonSchema({"anyOf": [{"type": "string"}, _CENTS, _FILES]})]


class TempoRule(Following):
    """A tempo that follows a column, the whole table over so many beats."""

    target: ClassVar[Target] = TEMPO

    from_: Column = Field(alias="from")
    """the column that decides"""
    range: Annotated[tuple[Bpm, Bpm], passing(_rising)] = TEMPO.range
    """the tempi that 0 and 1 become, in quarter notes a minute"""
    length: Beats = 64.0
    """how many beats the whole table lasts"""
    every: Annotated[float, Field(ge=0.125, le=64), real] = 1.0
    """beats from one tempo to the next"""


class HarmonyModel(Described):
    """The chords that the roles play: a progression that is given, or one that follows a column."""

    progression: str | None = None
    """chords as Roman numerals in the key, such as "i VI III VII", over and over"""
    following: Following | None = None
    """a column that chooses the chords of the key: low is home, high is far away"""
    length: Beats | None = None
    """how many beats a chord lasts; a bar where left out"""

    @model_validator(mode="after")
    def _makes_sense(self, info: Info) -> Self:
        if (self.progression is None) == (self.following is None):
            remedy = 'write progression = "i VI III VII", or following = { from = "COLUMN" }'
            raise custom(Fault("it needs either `progression` or `following`", remedy=remedy))
        key = (info.context or {}).get("key")
        if key is None:
            raise custom(Fault("chords need a key", remedy='give the piece a key = "D dorian"'))
        if self.progression is not None:
            _check_progression(self.progression, key, "progression")
        return self


def _check_progression(progression: str, key: str, where: str) -> None:
    try:
        chords_of(progression, key)
    except InputError as error:
        fault = error.faults[0]
        raise fault_from(InputError(Fault(fault.message, where, fault.remedy))) from error


class SectionModel(Described):
    """A section of the form: some of the rows, played by some of the tracks, at a tempo of its own."""

    name: str = ""
    """what it is called, in a marker at its start"""
    rows: tuple[Annotated[int, honest], Annotated[int, honest]] | None = None
    """the first row and the one after the last; negative ones count from the end; all where left out"""
    split: RowsCall | None = None
    """rows at which the section is divided into stretches that follow each other"""
    tracks: Annotated[tuple[AnyTrack, ...], Field(min_length=1)] | None = None
    """the tracks that play; all where left out"""
    tempo: Changes | None = None
    """the tempo of the section, in beats from its start; the piece's where left out"""
    progression: str | None = None
    """the chords of the section; the piece's where left out"""
    repeats: Annotated[int, Field(ge=1, le=1000), honest] = 1
    """how many times it is played"""

    @model_validator(mode="after")
    def _makes_sense(self, info: Info) -> Self:
        key = (info.context or {}).get("key")
        if self.progression is not None:
            if key is None:
                raise custom(Fault("chords need a key", remedy='give the piece a key = "D dorian"'))
            _check_progression(self.progression, key, "progression")
        return self


class LegendModel(Described):
    """An opening that teaches the mapping: the least, middle and greatest value of a track's pitch, as notes."""

    tracks: Annotated[tuple[AnyTrack, ...], Field(min_length=1)] | None = None
    """the tracks that are taught; the first whose pitch follows a column where left out"""
    beats: Beats = 1.0
    """how long each of its notes lasts"""
