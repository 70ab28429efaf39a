"""The sections of a piece that say how it is written: `[sound]`, and one for each output that has settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
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


SOUND = "sound"


def section_names() -> tuple[str, ...]:
    """Return the names of all sections."""
    return (SOUND, *(name for name, row in OUTPUTS.items() if parameters_of(row.write)))


@cache
def section(name: str) -> tuple[type[Model], Any]:
    """Return one section as a pydantic model, and as the field that it is in a piece; of few, for each takes time."""
    if name == SOUND:
        return _section(
            SOUND, sounded, {"engine": _engine(), "room": _section("room", room, {}), "loudness": _loudness()}
        )
    return _section(name, OUTPUTS[name].write, {})


def _section(name: str, function: Callable[..., Any], more: Mapping[str, Any]) -> tuple[type[Model], Any]:
    model = extended(Model, f"{name.title()}Settings", summary(function), {**fields_of(function), **more})
    return model, Field(default_factory=model)


def _engine() -> tuple[Any, Any]:
    return EngineCall, Field(default="sine", validate_default=True, description="what plays the notes")


def _loudness() -> tuple[Any, Any]:
    docs = {one.name: f"{one.doc} ({one.unit})" for one in parameters_of(sounded)}
    kind = either(Literal[PEAK], Annotated[float, Field(ge=-60, le=-5), real])
    return kind, Field(-16.0, description=docs["loudness"])


def settings_known(name: str) -> tuple[str, ...]:
    """Return the names of what can be set for the sound, or for an output."""
    return tuple(one.name for one in parameters_of(sounded if name == SOUND else OUTPUTS[name].write))


def settings_of(section_name: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings of a section, `raw` in place of the defaults; raise InputError with every fault."""
    if not settings_known(section_name):
        if raw:
            raise InputError(unknown("setting", next(iter(raw)), ()))
        return {}
    checked = checked_as(section(section_name)[0], dict(raw))
    return {name: getattr(checked, name) for name in type(checked).model_fields}
