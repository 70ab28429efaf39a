"""The piece: what to make music from, and how, as data. Checked once, here, and trusted afterwards.

The models follow from the tables: `[source]` from the functions, `via` from the scalers and transforms, a
track's rules from the targets, its `rows` and `time` from theirs, `[sound]` from the engines and the path
to the master, `[mid]` and the like from the writers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeAlias, cast

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from composer.errors import Fault, InputError, unknown
from composer.mapping.rhythm import TIMINGS
from composer.mapping.roles import ROLES
from composer.mapping.scales import key_of
from composer.parameters import naming
from composer.piece.calls import Column, EndingCall, ShapeCall, SourceCall
from composer.piece.described import Described
from composer.piece.files import FileCall
from composer.piece.form import EQUAL, Changes, HarmonyModel, LegendModel, SectionModel, TempoRule, TuningSpec
from composer.piece.rule import listed
from composer.piece.schema import Call, Model, checked_as, custom, extended, honest, passing
from composer.piece.sections import section, section_names
from composer.piece.track import MarkerModel, TrackBase, TrackModel, track_name
from composer.score import NOTEBOOK, Meter
from composer.shaping import columns_after
from composer.sources.files import column_names
from composer.sources.functions import EVENTS, FUNCTIONS
from composer.table import INDEX

_METER = re.compile(r"([1-9]|[12]\d|3[0-2])/(1|2|4|8|16|32|64)")


def meter_of(text: str) -> Meter:
    """Return the meter written like "4/4"."""
    match = _METER.fullmatch(text)
    if match is None:
        raise InputError(Fault(f"{text!r} is not a meter", remedy='write it like "4/4" or "7/8"'))
    return Meter(*map(int, match.groups()))


def _switched(value: Any) -> Any:
    return {True: {}, False: None}[value] if isinstance(value, bool) else value


class PieceBase(Described):
    """A whole piece; `Piece` adds a section of settings for the sound, and one for each output."""

    title: str = ""
    """the title, written into the files"""
    tempo: Annotated[
        Annotated[Changes, Tag("changes")] | Annotated[TempoRule, Tag("rule")],
        Discriminator(lambda value: "rule" if isinstance(value, Mapping | TempoRule) else "changes"),
    ] = ((0.0, 120.0),)
    """quarter notes a minute, a list of [beat, bpm] or [beat, bpm, "ramp"], or a rule: a column and a range"""
    meter: Annotated[str, passing(meter_of)] = "4/4"
    """the time signature"""
    key: Annotated[str, passing(key_of)] | None = None
    """the key, such as "D dorian": the signature, and the scale of pitch rules without one"""
    tuning: TuningSpec = EQUAL
    """the tuning, its root on the key's tonic: "19edo", "just", a .scl file, { scl, kbm }, or a list of cents"""
    copyright: str = ""
    """a copyright notice, written into the .mid"""
    seed: Annotated[int, Field(ge=0, lt=2**63), honest] = 0
    """what all randomness starts from"""
    source: SourceCall | None = None
    """where the table comes from, a function or a file; a table handed to `compose` takes its place"""
    sources: dict[str, SourceCall] = Field(default={})
    """other sources, by names, for the shaping steps that join them"""
    shape: Annotated[
        tuple[ShapeCall, ...], BeforeValidator(listed, json_schema_input_type=ShapeCall | list[ShapeCall])
    ] = ()
    """steps that shape the table before it is played, in order"""
    units: dict[Column, str] = Field(default={})
    """the units of columns, as pictures and words say them: { wind = "m/s" }; those of functions are known"""
    harmony: HarmonyModel | None = None
    """the chords that roles play"""
    legend: Annotated[LegendModel | None, BeforeValidator(_switched, json_schema_input_type=bool | LegendModel)] = None
    """an opening that teaches the mapping by its least, middle and greatest value; true or false, or a table"""
    ending: Annotated[
        tuple[EndingCall, ...], BeforeValidator(listed, json_schema_input_type=EndingCall | list[EndingCall])
    ] = ()
    """how the piece ends: a fade, a cadence; several are done in turn"""

    @model_validator(mode="after")
    def _follows_earlier_tracks(self) -> Self:
        earlier: list[str] = []
        for n, track in enumerate(self.tracks):
            for field, call, function in (
                ("time", track.time, TIMINGS[track.time.called]),
                ("role", track.role, ROLES[track.role.called]),
            ):
                for name in naming(function, "earlier track"):
                    wanted = call.arguments[name]
                    if wanted not in earlier:
                        raise custom(unknown("earlier track", wanted, earlier, f"track[{n}].{field}.{name}"))
            earlier.append(track.name)
        return self

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return what a notebook shows; see `composer.notebook`."""
        shown: dict[str, Any] = import_module(NOTEBOOK).piece_shown(self)
        return shown

    @property
    def tracks(self) -> tuple[TrackBase, ...]:
        """The tracks, in order."""
        return cast("tuple[TrackBase, ...]", getattr(self, "track"))  # noqa: B009 (a field of the subclass)

    @property
    def markers(self) -> tuple[MarkerModel, ...]:
        """The markers, in order."""
        return cast("tuple[MarkerModel, ...]", getattr(self, "marker"))  # noqa: B009

    @property
    def sections(self) -> tuple[SectionModel, ...]:
        """The sections, in order."""
        return cast("tuple[SectionModel, ...]", getattr(self, "section"))  # noqa: B009

    @property
    def time_signature(self) -> Meter:
        """The meter as two numbers."""
        return meter_of(self.meter)

    def settings(self, section_name: str) -> dict[str, Any]:
        """Return the settings of one section: the sound's, or an output's."""
        section: Model | None = getattr(self, section_name, None)
        return {} if section is None else {name: getattr(section, name) for name in type(section).model_fields}


if TYPE_CHECKING:
    Piece: TypeAlias = PieceBase
else:
    Piece = extended(
        PieceBase,
        "Piece",
        "A whole piece, checked: what a piece file says, and the defaults for what it leaves out.",
        {name: section(name) for name in section_names()}
        | {
            "track": (tuple[TrackModel, ...], Field(min_length=1, description="the tracks")),
            "marker": (tuple[MarkerModel, ...], Field(default=(), description="the markers")),
            "section": (tuple[SectionModel, ...], Field(default=(), description="the sections, in order; none: all")),
        },
    )


def piece_of(raw: Mapping[str, Any], columns: Sequence[str] | None = None) -> Piece:
    """Return the piece that this data describes; raise InputError with every fault found in it.

    `columns` are those of the table that the piece will be played from, where it has no source of its own.
    """
    data = dict(raw)
    return cast("Piece", checked_as(Piece, data, _context(data, columns)))


def source_of(raw: Mapping[str, Any]) -> Call:
    """Return the source that `{"function": NAME, ...}` describes; raise InputError with every fault in it."""
    return cast("Call", checked_as(_Source, {"source": dict(raw)}).source)


class _Source(Described):
    source: SourceCall


def _context(raw: Mapping[str, Any], columns: Sequence[str] | None) -> dict[str, Any]:
    others = raw.get("sources")
    sources = {name: _columns(other) or () for name, other in others.items()} if isinstance(others, Mapping) else {}
    found = _columns(raw.get("source")) if columns is None else tuple(columns)
    if found is not None:
        found = columns_after(found, [*listed(raw.get("shape", []))], sources)
    tracks = _track_names(raw.get("track"))
    return {
        "column": None if found is None else (*found, INDEX),
        "source": list(sources),
        "track": tracks,
        "earlier track": tracks,
        "event": list(EVENTS),
        "key": _usable_key(raw.get("key")),
    }


def _columns(source: Any) -> tuple[str, ...] | None:
    """Return the columns that a source will have, None where that cannot be known before it is right itself."""
    raw = {"function": source} if isinstance(source, str) else source
    if not isinstance(raw, Mapping):
        return None
    if raw.get("function") in [*FUNCTIONS]:  # a list: what cannot be hashed is no name either
        return FUNCTIONS[raw["function"]].columns_for(raw)
    try:
        right = source_of(raw)
    except InputError:
        return None
    return column_names(Path(right.called), **right.settings) if isinstance(right, FileCall) else None


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
