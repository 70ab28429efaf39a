"""A rule: how one property of the notes, or of the piece, follows from the table. One model for each kind of target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, Strict, model_validator
from pydantic_core import core_schema

from composer.errors import Fault, InputError
from composer.mapping.automation import Curve
from composer.mapping.rules import UNSNAPPED, default_ends
from composer.mapping.scales import SNAPS, candidates
from composer.mapping.targets import Target, in_score
from composer.piece.calls import Column, Number, ScaleNotes, StepCall
from composer.piece.described import Described
from composer.piece.schema import Model, custom, extended, fault_from, passing

Info = core_schema.ValidationInfo


def _snap_name(value: Any) -> Any:
    return UNSNAPPED if value is False else value


def listed(value: Any) -> Any:
    """Return what may be written alone as a list of one."""
    return value if isinstance(value, list | tuple) else [value]


class Following(Described):
    """What follows a column: the column, brought to 0..1."""

    from_: Column | None = Field(None, alias="from")
    """the column that decides"""
    via: Annotated[tuple[StepCall, ...], BeforeValidator(listed, json_schema_input_type=StepCall | list[StepCall])] = (
        Field(default="linear", validate_default=True)
    )
    """the scaler that brings the column to 0..1, then transforms; linear where left out"""
    over: Literal["table", "rows"] = "table"
    """what the scaler looks at: the whole column, or only the rows that the track plays"""
    invert: Annotated[bool, Strict()] = False
    """whether the greatest value of the column gets the lower end of the range"""


class Rule(Following):
    """How one property of the notes follows from the table; made for each target by `rule_for`."""

    target: ClassVar[Target]

    value: Number | None = None
    """a constant, in place of a column"""
    range: tuple[Number, Number] | None = None
    """what 0 and 1 become"""
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


class MovingRule(Rule):
    """A rule whose values move between the notes."""

    curve: Curve = "line"
    """how a value reaches the next: in a straight "line", or by a "step" at the row's moment"""


class PitchRule(Rule):
    """A rule whose values are drawn to the notes of a scale."""

    scale: ScaleNotes | None = None
    """the scale: "D dorian", "granville", pitch classes or pitches; the piece's key where left out"""
    snap: Annotated[
        Literal[(*SNAPS, UNSNAPPED)],  # type: ignore[valid-type]
        BeforeValidator(_snap_name, json_schema_input_type=Literal[(*SNAPS, UNSNAPPED, False)]),
    ] = "nearest"
    """how a value finds a note of the scale; "none", or false, for any pitch between the keys"""

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


def rule_models(targets: Mapping[str, Target]) -> dict[str, tuple[Any, Any]]:
    """Return the field of a track for each target: the type of its rules, its default, what it is.

    A bare number or name is short for { value = ... }. Targets of one kind share a model.
    """
    models = {target.kind or name: _rule_model(target.kind or name, target) for name, target in targets.items()}
    return {name: _field(models[target.kind or name], target) for name, target in targets.items()}


def _field(model: Any, target: Target) -> tuple[Any, Any]:
    rule: Any = Annotated[
        model,
        BeforeValidator(
            lambda value: value if isinstance(value, dict | Model) else {"value": value},
            json_schema_input_type=model | float | str,
        ),
    ]
    if target.default is None:
        return rule | None, Field(default=None, description=target.doc)
    return rule, Field(default=target.default, validate_default=True, description=target.doc)


def _rule_model(kind: str, target: Target) -> Any:
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
    base = PitchRule if target.in_scale else MovingRule if target.moves else Rule
    model: Any = extended(base, f"{kind.title()}Rule", f"How {kind} follows from the table.", fields)
    model.target = target
    return model
