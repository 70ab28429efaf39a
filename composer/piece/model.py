"""The piece: what to make music from, and how, as data. Checked once, here, and trusted afterwards.

The models follow from the tables: `[source]` from the functions, `via` from the scalers and transforms, a
track's rules from the targets, its `rows` and `time` from theirs, `[mid]` and `[wav]` from the writers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeAlias, cast

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field, Strict, ValidationError, model_validator
from pydantic_core import core_schema

from composer.errors import Fault, InputError, unknown
from composer.instruments import instrument
from composer.mapping.rhythm import TIMINGS
from composer.mapping.rows import ROWS
from composer.mapping.rules import default_ends
from composer.mapping.scalers import SCALERS, TRANSFORMS
from composer.mapping.scales import SNAPS, candidates, key_of
from composer.mapping.targets import TARGETS, Target, in_score
from composer.outputs import OUTPUTS
from composer.parameters import summary
from composer.piece.schema import (
    Call,
    Model,
    call_of,
    custom,
    either,
    extended,
    fault_from,
    faults_of,
    fields_of,
    honest,
    in_context,
    passing,
    real,
)
from composer.score import Meter
from composer.sources import FUNCTIONS
from composer.table import INDEX
from composer.units import TempoMap

Info = core_schema.ValidationInfo


def _tried(step: Call) -> None:
    """Try a scaler on a column as wide as doubles reach: arguments that contradict each other raise InputError."""
    try:
        with np.errstate(all="ignore"):
            {**SCALERS, **TRANSFORMS}[step.called](np.array([-1e300, 1e-300, 1e300]), **step.arguments)
    except InputError as error:
        raise InputError(replace(error.faults[0], where="")) from error


if TYPE_CHECKING:  # the types that the tables make are known only at run time
    SourceCall: TypeAlias = Call
    StepCall: TypeAlias = Call
    RowsCall: TypeAlias = Call
    TimeCall: TypeAlias = Call
    Column: TypeAlias = str
    TrackName: TypeAlias = str
    Number: TypeAlias = float | str
    ScaleNotes: TypeAlias = str | tuple[int | str, ...]
else:
    SourceCall = call_of({name: row.call for name, row in FUNCTIONS.items()}, "function", key="function")
    StepCall = Annotated[call_of({**SCALERS, **TRANSFORMS}, "scaler or transform"), passing(_tried)]
    RowsCall = call_of(ROWS, "selection of rows")
    TimeCall = call_of(TIMINGS, "timing")
    Column = in_context("column")
    TrackName = in_context("earlier track")
    Number = either(str, Annotated[float, real])  # a number, or a name that the target's `number` reads
    Entry = either(str, Annotated[int, honest])
    ScaleNotes = either(str, tuple[Entry, ...])


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


class Rule(Model):
    """How one property of the notes follows from the table; made for each target by `rule_for`."""

    target: ClassVar[Target]

    from_: Column | None = Field(None, alias="from")
    """the column that decides"""
    value: Number | None = None
    """a constant, in place of a column"""
    via: Annotated[tuple[StepCall, ...], BeforeValidator(_listed, json_schema_input_type=StepCall | list[StepCall])] = (
        Field(default="linear", validate_default=True)
    )
    """the scaler that brings the column to 0..1, then transforms; linear where left out"""
    range: tuple[Number, Number] | None = None
    """what 0 and 1 become"""
    over: Literal["table", "rows"] = "table"
    """what the scaler looks at: the whole column, or only the rows that the track plays"""
    invert: Annotated[bool, Strict()] = False
    """whether the greatest value of the column gets the lower end of the range"""
    unit: str = ""

    @property
    def ends(self) -> tuple[float, float]:
        """The range as two numbers, in the rule's unit."""
        low, high = self.range or self.target.range
        return self.target.number(low), self.target.number(high)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.from_ is None) == (self.value is None):
            raise custom(Fault("it needs either `from` (a column) or `value`", remedy='write { from = "re" }'))
        try:
            if self.value is not None:
                self._check_limits("value", (_number(self.target, self.value, "value"),))
            else:
                self._check_range()
        except InputError as error:
            raise fault_from(error) from error
        return self

    def _check_range(self) -> None:
        if self.unit != self.target.unit and "range" not in self.model_fields_set:
            remedy = f"give both ends in that unit: range = [..., ...], unit = {self.unit!r}"
            raise InputError(Fault(f"it is missing, and the default is not in {self.unit!r}", "range", remedy))
        self._check_limits("range", self.ends)

    def _check_limits(self, field: str, numbers: tuple[float, ...]) -> None:
        converted = in_score(self.target, numbers, self.unit)
        lowest, highest = self.target.limits
        if not np.all((converted >= lowest) & (converted <= highest)):
            shown = " to ".join(f"{number:g}" for number in numbers)
            limits = f"{lowest:g} to {highest:g} {self.target.unit}"
            raise InputError(Fault(f"{shown} {self.unit} is out of bounds", field, f"stay within {limits}"))


def _number(target: Target, written: float | str, field: str = "") -> float:
    """Return the number that a user wrote for a target, by name or in digits."""
    try:
        return target.number(written)
    except InputError as error:
        raise InputError(replace(error.faults[0], where=field)) from error
    except ValueError as error:
        fault = Fault(f"{written!r} is not a number", field, "write a number, without quotes")
        raise InputError(fault) from error


def _check_rising(target: Target, ends: tuple[float | str, float | str]) -> None:
    low, high = (_number(target, end) for end in ends)
    if low >= high:
        raise InputError(
            Fault(
                f"the range {list(ends)} is {'empty' if low == high else 'reversed'}",
                remedy="put the lower end first; `invert = true` turns the mapping round",
            )
        )


class PitchRule(Rule):
    """A rule whose values are drawn to the notes of a scale."""

    scale: ScaleNotes | None = None
    """the scale: "D dorian", "granville", pitch classes or pitches; the piece's key where left out"""
    snap: Literal[tuple(SNAPS)] = "nearest"  # type: ignore[valid-type]
    """how a value finds a note of the scale"""

    @model_validator(mode="after")
    def _finds_notes(self, info: Info) -> Self:
        if self.from_ is None:
            return self
        scale = self.scale if self.scale is not None else (info.context or {}).get("key") or "chromatic"
        try:
            candidates(scale, *self.ends_for(scale))
        except InputError as error:
            fault = error.faults[0]
            raise custom(Fault(fault.message, fault.where or "scale", fault.remedy)) from error
        return self

    def ends_for(self, scale: str | Sequence[int | str]) -> tuple[float, float]:
        """Return the range as MIDI numbers; without one, the scale's own."""
        return default_ends(scale) if self.range is None else self.ends


def rule_for(name: str, target: Target) -> Any:
    """Return the type of a rule for this target; a bare number or name is short for { value = ... }."""
    units = tuple(target.units)
    # A scale may have a range of its own, so a pitch rule need not.
    ends = None if target.in_scale else target.range
    fields: dict[str, Any] = {
        "unit": (Literal[units], Field(units[0], description="the unit of range and value")),
        "range": (
            Annotated[tuple[Number, Number], passing(partial(_check_rising, target))] | None,
            Field(ends, description="what 0 and 1 become"),
        ),
    }
    base = PitchRule if target.in_scale else Rule
    model: Any = extended(base, f"{name.title()}Rule", target.doc, fields)
    model.target = target
    return Annotated[
        model,
        BeforeValidator(
            lambda value: value if isinstance(value, dict | Model) else {"value": value},
            json_schema_input_type=model | float | str,
        ),
    ]


def _grid_beats(value: float | str) -> float:
    try:
        beats = 4 * float(Fraction(value)) if isinstance(value, str) else value
    except (ValueError, ZeroDivisionError):
        beats = -1.0
    if not 0 <= beats <= 64:
        raise InputError(Fault(f"{value!r} is not a note value", remedy='write "1/16", or beats such as 0.25'))
    return beats


InstrumentName = Annotated[str, passing(instrument), AfterValidator(lambda name: instrument(name).name)]


class TrackBase(Model):
    """One track: an instrument, which rows it plays, when, and a rule for each target."""

    name: str = ""
    """what the track is called; the instrument's name where left out"""
    instrument: InstrumentName = "acoustic grand piano"
    """a General MIDI instrument, an alias such as "piano", "sine", or "drums\""""
    rows: RowsCall = Field(default="every", validate_default=True)
    """which rows of the table the track plays"""
    time: TimeCall = Field(default="sequence", validate_default=True)
    """when those rows sound"""
    grid: Annotated[Number, passing(_grid_beats)] = 0.0
    """the note value that starts and lengths are drawn to, such as "1/16"; 0 for none"""
    delay: Annotated[float, Field(ge=0, le=100_000), real] = 0.0
    """beats by which the whole track comes later"""

    @model_validator(mode="before")
    @classmethod
    def _is_named(cls, value: Any) -> Any:
        return {**value, "name": track_name(value)} if isinstance(value, dict) else value

    @property
    def grid_beats(self) -> float:
        """The grid in beats, 0 for none."""
        return _grid_beats(self.grid)

    def rule(self, target: str) -> Rule | None:
        """Return the rule for a target, None where the timing decides."""
        return cast("Rule | None", getattr(self, target))


def track_name(raw: Mapping[str, Any]) -> Any:
    """Return the name that a track has before it is checked: its instrument's where it has none of its own."""
    instrument_name = raw.get("instrument", "acoustic grand piano")
    name = raw.get("name", "")
    return name if name != "" or not isinstance(instrument_name, str) else instrument_name


# In a marker's text: {NAME}, or with a format {NAME:.3f}
PLACE = re.compile(r"\{(\w+)(?::(\.\d{1,2}[efg]))?\}")


class MarkerModel(Model):
    """A marker at a beat, or one at each of some rows."""

    text: str
    """what it says; {NAME} or {NAME:.3f} puts in the row's value of a column"""
    at: Annotated[float, Field(ge=0, le=1e6), real] | None = None
    """the beat"""
    rows: RowsCall | None = None
    """rows to mark, in place of a beat"""
    follow: TrackName | None = None
    """the track whose time the rows keep; the first where left out"""

    @model_validator(mode="after")
    def _makes_sense(self, info: Info) -> Self:
        if (self.at is None) == (self.rows is None):
            raise custom(Fault("it needs either `at` (a beat) or `rows`", remedy="write at = 16"))
        columns: Sequence[str] | None = (info.context or {}).get("column")
        named = [name for name, _ in PLACE.findall(self.text)] if self.rows is not None else []
        for name in named:
            if columns is not None and name not in columns:
                raise custom(unknown("column", name, columns, "text"))
        return self


Beat = Annotated[float, Field(ge=0, le=1e6), real]
Bpm = Annotated[float, Field(ge=4, le=1000), real]


def _changes(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [(0, value)]


_METER = re.compile(r"([1-9]|[12]\d|3[0-2])/(1|2|4|8|16|32|64)")


def meter_of(text: str) -> Meter:
    """Return the meter written like "4/4"."""
    match = _METER.fullmatch(text)
    if match is None:
        raise InputError(Fault(f"{text!r} is not a meter", remedy='write it like "4/4" or "7/8"'))
    return Meter(*map(int, match.groups()))


class PieceBase(Model):
    """A whole piece; `Piece` adds a section of settings for each output."""

    title: str = ""
    """the title, written into the files"""
    tempo: Annotated[
        tuple[tuple[Beat, Bpm], ...],
        Field(min_length=1),
        BeforeValidator(_changes, json_schema_input_type=float | list[tuple[float, float]]),
        passing(TempoMap),
    ] = ((0.0, 120.0),)
    """quarter notes a minute, or a list of [beat, bpm]"""
    meter: Annotated[str, passing(meter_of)] = "4/4"
    """the time signature"""
    key: Annotated[str, passing(key_of)] | None = None
    """the key, such as "D dorian": the signature, and the scale of pitch rules without one"""
    seed: Annotated[int, Field(ge=0, lt=2**63), honest] = 0
    """what all randomness starts from"""
    source: SourceCall | None = None
    """where the table comes from; a table handed to `compose` takes its place"""

    @model_validator(mode="after")
    def _follows_earlier_tracks(self) -> Self:
        earlier: list[str] = []
        for n, track in enumerate(self.tracks):
            wanted = track.time.arguments.get("track")
            if wanted is not None and wanted not in earlier:
                fault = unknown("earlier track", wanted, earlier, f"track[{n}].time.track")
                raise custom(fault)
            earlier.append(track.name)
        return self

    @property
    def tracks(self) -> tuple[TrackBase, ...]:
        """The tracks, in order."""
        return cast("tuple[TrackBase, ...]", getattr(self, "track"))  # noqa: B009 (a field of the subclass)

    @property
    def markers(self) -> tuple[MarkerModel, ...]:
        """The markers, in order."""
        return cast("tuple[MarkerModel, ...]", getattr(self, "marker"))  # noqa: B009

    @property
    def tempo_map(self) -> TempoMap:
        """The tempo as a map."""
        return TempoMap(self.tempo)

    @property
    def time_signature(self) -> Meter:
        """The meter as two numbers."""
        return meter_of(self.meter)

    def settings(self, output: str) -> dict[str, Any]:
        """Return the settings of one output."""
        section: Model = getattr(self, output)
        return {name: getattr(section, name) for name in type(section).model_fields}


def _section(name: str) -> Any:
    writer = OUTPUTS[name]
    model = extended(Model, f"{name.title()}Settings", summary(writer), fields_of(writer))
    return model, Field(default_factory=model)


def _rule_field(name: str, target: Target) -> tuple[Any, Any]:
    rule = rule_for(name, target)
    if target.default is None:
        return rule | None, Field(default=None, description=target.doc)
    return rule, Field(default=target.default, validate_default=True, description=target.doc)


_rules: dict[str, Any] = {name: _rule_field(name, target) for name, target in TARGETS.items()}
TrackModel = extended(TrackBase, "Track", TrackBase.__doc__ or "", _rules)

if TYPE_CHECKING:
    Piece: TypeAlias = PieceBase
else:
    Piece = extended(
        PieceBase,
        "Piece",
        "A whole piece, checked: what a piece file says, and the defaults for what it leaves out.",
        {name: _section(name) for name in OUTPUTS}
        | {
            "track": (tuple[TrackModel, ...], Field(min_length=1, description="the tracks")),
            "marker": (tuple[MarkerModel, ...], Field(default=(), description="the markers")),
        },
    )


def piece_of(raw: Mapping[str, Any], columns: Sequence[str] | None = None) -> Piece:
    """Return the piece that this data describes; raise InputError with every fault found in it.

    `columns` are those of the table that the piece will be played from, where it has no source of its own.
    """
    data = dict(raw)
    return cast("Piece", _checked(Piece, data, _context(data, columns)))


def source_of(raw: Mapping[str, Any]) -> Call:
    """Return the source that `{"function": NAME, ...}` describes; raise InputError with every fault in it."""
    return cast("Call", _checked(_Source, {"source": dict(raw)}).source)


def settings_of(output: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings of an output, `raw` in place of the defaults; raise InputError with every fault."""
    section = _checked(Piece.model_fields[output].annotation, dict(raw))
    return {name: getattr(section, name) for name in type(section).model_fields}


class _Source(Model):
    source: SourceCall


def _checked(model: Any, data: dict[str, Any], context: dict[str, Any] | None = None) -> Any:
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        raise InputError(*faults_of(error, data, model)) from None


def _context(raw: Mapping[str, Any], columns: Sequence[str] | None) -> dict[str, Any]:
    source = raw.get("source")
    name = source.get("function") if isinstance(source, dict) else source
    if columns is None and isinstance(name, str) and name in FUNCTIONS:
        columns = FUNCTIONS[name].columns
    return {
        "column": None if columns is None else (*columns, INDEX),
        "earlier track": _track_names(raw.get("track")),
        "key": _usable_key(raw.get("key")),
    }


def _track_names(tracks: Any) -> list[str]:
    found = [track_name(raw) for raw in tracks if isinstance(raw, Mapping)] if isinstance(tracks, list | tuple) else []
    return [name for name in found if isinstance(name, str)]


def _usable_key(key: Any) -> str | None:
    """Return the key if it is right: a wrong one is one fault, not one more in every track."""
    try:
        key_of(key)
    except (InputError, AttributeError):
        return None
    return str(key)


def schema_text() -> str:
    """Return the JSON schema of a piece, for editors that check and complete a .toml while it is written."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Piece.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
