"""A track of a piece, and a marker: an instrument, which rows, when, and a rule for each target."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeAlias, cast

from pydantic import AfterValidator, BeforeValidator, Field, Strict, model_validator
from pydantic_core import core_schema

from composer.errors import Fault, InputError, unknown
from composer.instruments import instrument
from composer.mapping.targets import TARGETS
from composer.piece.calls import Column, Number, Place, RoleCall, RowsCall, TimeCall, TrackName
from composer.piece.described import Described
from composer.piece.rule import Following, Rule, rule_models
from composer.piece.schema import Model, custom, either, extended, passing, real
from composer.sources.functions import EVENTS

Info = core_schema.ValidationInfo


def _grid_beats(value: float | str) -> float:
    try:
        beats = 4 * float(Fraction(value)) if isinstance(value, str) else value
    except (ValueError, ZeroDivisionError):
        beats = -1.0
    if not 0 <= beats <= 64:
        raise InputError(Fault(f"{value!r} is not a note value", remedy='write "1/16", or beats such as 0.25'))
    return beats


def _bank(value: Any) -> Any:
    parts = value if isinstance(value, list | tuple) and len(value) == 2 else [value]
    if not all(isinstance(part, int) and not isinstance(part, bool) and 0 <= part <= 127 for part in parts):
        remedy = "write bank = 8, or [8, 0]: what controllers 0 and 32 select, 0 to 127 each"
        raise custom(Fault(f"{value!r} is no bank", remedy=remedy))
    return value


if TYPE_CHECKING:
    BankNumber: TypeAlias = int | tuple[int, int]
else:
    BankNumber = Annotated[int | tuple[int, int], BeforeValidator(_bank)]

InstrumentName = Annotated[str, passing(instrument), AfterValidator(lambda name: instrument(name).name)]


class PaletteRule(Following):
    """A column that switches between instruments: equal parts of 0..1, or the categories in turn."""

    from_: Column = Field(alias="from")
    """the column that decides"""
    palette: Annotated[tuple[InstrumentName, ...], Field(min_length=2, max_length=15)]
    """the instruments, from the lowest value to the highest"""


def _name_or_palette(value: Any) -> Any:
    if not isinstance(value, str | Mapping | Model):
        remedy = 'write instrument = "flute", or { from = "COLUMN", palette = ["flute", "oboe"] }'
        raise custom(Fault(f"{value!r} is neither a name nor a palette", remedy=remedy))
    return value


if TYPE_CHECKING:
    Player: TypeAlias = str | PaletteRule
else:
    Player = Annotated[either(InstrumentName, PaletteRule), BeforeValidator(_name_or_palette)]


class TrackBase(Described):
    """One track: an instrument, its role, which rows it plays, when, and a rule for each target."""

    name: str = ""
    """what the track is called; the instrument's name where left out"""
    instrument: Player = "acoustic grand piano"
    """a General MIDI instrument, an alias such as "piano", "sine", "drums", or a column and a palette of them"""
    role: RoleCall = Field(default="melody", validate_default=True)
    """what the track does in the music: melody, bass, chords, ..."""
    keep_in_range: Annotated[bool, Strict()] = True
    """whether notes outside what the instrument plays are drawn into its range"""
    rows: RowsCall = Field(default="every", validate_default=True)
    """which rows of the table the track plays"""
    time: TimeCall = Field(default="sequence", validate_default=True)
    """when those rows sound"""
    grid: Annotated[Number, passing(_grid_beats)] = 0.0
    """the note value that starts and lengths are drawn to, such as "1/16"; 0 for none"""
    label: Column | None = None
    """a column whose values go with the notes as lyrics, such as a date or a category"""
    gain: Annotated[float, Field(ge=-60, le=24), real] = 0.0
    """how loud the track's sound is in the mix, in dB; a .mid does not hold it"""
    bank: BankNumber | None = None
    """the bank that its instrument is in, for synthesisers with more than General MIDI's: 8, or [8, 0]"""
    delay: Annotated[float, Field(ge=0, le=100_000), real] = 0.0
    """beats by which the whole track comes later"""

    @model_validator(mode="before")
    @classmethod
    def _is_named(cls, value: Any) -> Any:
        return {**value, "name": track_name(value)} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _bends_once(self) -> Self:
        if self.rule("glide") is not None and self.rule("bend") is not None:
            raise custom(Fault("`glide` and `bend` both move the pitch", remedy="keep one of them"))
        return self

    @property
    def grid_beats(self) -> float:
        """The grid in beats, 0 for none."""
        return _grid_beats(self.grid)

    @property
    def bank_numbers(self) -> tuple[int, int] | None:
        """The bank as the numbers of controllers 0 and 32."""
        return (self.bank, 0) if isinstance(self.bank, int) else self.bank

    @property
    def palette(self) -> tuple[str, ...]:
        """The instruments that play: one, or those of the palette."""
        return self.instrument.palette if isinstance(self.instrument, PaletteRule) else (self.instrument,)

    def called(self, player: int = 0) -> str:
        """Return the name of the score's track that the `player`th instrument of the palette plays."""
        return self.name if len(self.palette) == 1 else f"{self.name} ({self.palette[player]})"

    def rule(self, target: str) -> Rule | None:
        """Return the rule for a target, None where the timing decides."""
        return cast("Rule | None", getattr(self, target))


def track_name(raw: Mapping[str, Any]) -> Any:
    """Return the name that a track has before it is checked: its instrument's where it has none of its own."""
    played_on = raw.get("instrument", "acoustic grand piano")
    if isinstance(played_on, Mapping):  # a palette: its column
        played_on = played_on.get("from")
    name = raw.get("name", "")
    return name if name != "" or not isinstance(played_on, str) else played_on


TrackModel = extended(TrackBase, "Track", TrackBase.__doc__ or "", rule_models(TARGETS))

# In a marker's text: {NAME}, or with a format {NAME:.3f}
PLACE = re.compile(r"\{(\w+)(?::(\.\d{1,2}[efg]))?\}")


class MarkerModel(Described):
    """A marker at a beat, or one at each of some rows."""

    text: str
    """what it says; {NAME} or {NAME:.3f} puts in the row's value of a column"""
    at: Place | None = None
    """the beat, or what happens along the table's index: "zeros", those of zeta's that a height passes"""
    rows: RowsCall | None = None
    """rows to mark, in place of a beat"""
    cue: Annotated[bool, Strict()] = False
    """whether it is a cue point, in place of a marker"""
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
