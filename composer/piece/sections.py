"""The sections of a piece that say how it is written: `[sound]`, and one for each output that has settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field

from composer.errors import InputError, unknown
from composer.outputs import OUTPUTS
from composer.outputs.engines import ENGINES
from composer.outputs.mastering import room
from composer.outputs.sound import PEAK, sounded
from composer.parameters import parameters_of, summary
from composer.piece.schema import Call, Model, call_of, checked_as, either, extended, fields_of, real

if TYPE_CHECKING:
    EngineCall: TypeAlias = Call
else:
    EngineCall = call_of({name: row.call for name, row in ENGINES.items()}, "engine")


def _section(name: str, function: Callable[..., Any], more: Mapping[str, Any]) -> Any:
    model = extended(Model, f"{name.title()}Settings", summary(function), {**fields_of(function), **more})
    return model, Field(default_factory=model)


SOUND = "sound"
_ENGINE = (EngineCall, Field(default="sine", validate_default=True, description="what plays the notes"))
_ROOM = _section("room", room, {})
_DOCS = {one.name: f"{one.doc} ({one.unit})" for one in parameters_of(sounded)}
_LOUDNESS = (
    either(Literal[PEAK], Annotated[float, Field(ge=-60, le=-5), real]),
    Field(-16.0, description=_DOCS["loudness"]),
)
SECTIONS = {SOUND: _section(SOUND, sounded, {"engine": _ENGINE, "room": _ROOM, "loudness": _LOUDNESS})} | {
    name: _section(name, row.write, {}) for name, row in OUTPUTS.items() if parameters_of(row.write)
}


def settings_of(section_name: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings of a section, `raw` in place of the defaults; raise InputError with every fault."""
    if section_name not in SECTIONS:
        if raw:
            raise InputError(unknown("setting", next(iter(raw)), ()))
        return {}
    section = checked_as(SECTIONS[section_name][0], dict(raw))
    return {name: getattr(section, name) for name in type(section).model_fields}
