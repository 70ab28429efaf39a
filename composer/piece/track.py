"""A track of a piece, and a marker: an instrument, which rows, when, and a rule for each target."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, Self, cast

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import core_schema

from composer.errors import Fault, InputError, unknown
from composer.instruments import instrument
from composer.mapping.targets import TARGETS
from composer.piece.calls import Number, Place, RowsCall, TimeCall, TrackName
from composer.piece.rule import Rule, rule_field
from composer.piece.schema import Model, custom, extended, passing, real
from composer.sources import EVENTS

Info = core_schema.ValidationInfo


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


_rules: dict[str, Any] = {name: rule_field(name, target) for name, target in TARGETS.items()}
TrackModel = extended(TrackBase, "Track", TrackBase.__doc__ or "", _rules)

# In a marker's text: {NAME}, or with a format {NAME:.3f}
PLACE = re.compile(r"\{(\w+)(?::(\.\d{1,2}[efg]))?\}")


class MarkerModel(Model):
    """A marker at a beat, or one at each of some rows."""

    text: str
    """what it says; {NAME} or {NAME:.3f} puts in the row's value of a column"""
    at: Place | None = None
    """the beat, or what happens along the table's index: "zeros", those of zeta's that a height passes"""
    rows: RowsCall | None = None
    """rows to mark, in place of a beat"""
    follow: TrackName | None = None
    """the track whose time the rows keep; the first where left out"""

    @model_validator(mode="after")
    def _makes_sense(self, info: Info) -> Self:
        if (self.at is None) == (self.rows is None):
            raise custom(Fault("it needs either `at` (a beat) or `rows`", remedy="write at = 16"))
        if isinstance(self.at, str) and self.at not in EVENTS:
            raise custom(unknown("event along an index", self.at, EVENTS, "at"))
        columns: Sequence[str] | None = (info.context or {}).get("column")
        named = [name for name, _ in PLACE.findall(self.text)] if not isinstance(self.at, float) else []
        for name in named:
            if columns is not None and name not in columns:
                raise custom(unknown("column", name, columns, "text"))
        return self
