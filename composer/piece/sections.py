"""The sections of a piece that say how it is written: `[sound]`, and one for each output that has settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import Field

from composer.errors import InputError, unknown
from composer.outputs import OUTPUTS
from composer.outputs.engines import ENGINES
from composer.outputs.sound import sounded
from composer.parameters import parameters_of, summary
from composer.piece.schema import Call, Model, call_of, checked_as, extended, fields_of

if TYPE_CHECKING:
    EngineCall: TypeAlias = Call
else:
    EngineCall = call_of({name: row.call for name, row in ENGINES.items()}, "engine")


def _section(name: str, function: Callable[..., Any], more: Mapping[str, Any]) -> Any:
    model = extended(Model, f"{name.title()}Settings", summary(function), {**fields_of(function), **more})
    return model, Field(default_factory=model)


SOUND = "sound"
_ENGINE = (EngineCall, Field(default="sine", validate_default=True, description="what plays the notes"))
SECTIONS = {SOUND: _section(SOUND, sounded, {"engine": _ENGINE})} | {
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
