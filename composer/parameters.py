"""Reads what a function of a table offers its user from the function's own signature.

A parameter is the user's if its annotation carries a `Doc`; whatever else a signature asks for (a column,
a table, a random generator, a progress callback) is handed over by the program. So the piece file, its
schema, the lists of the command line and the tests all follow from one line of code:

    sigma: Annotated[float, Interval(ge=-50, le=50), Doc("real part of s")] = 0.5
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge, GroupedMetadata, Gt, Le, Lt, Unit
from typing_extensions import Doc

REQUIRED: Any = inspect.Parameter.empty


@dataclass(frozen=True)
class Names:
    """Marks a parameter that names something of its surroundings, such as a column, to be checked there."""

    kind: str


@dataclass(frozen=True)
class Check:
    """Marks a parameter whose value `function` looks at, raising InputError where it is wrong."""

    function: Callable[[Any], object]


@dataclass(frozen=True)
class Parameter:
    """One parameter that a user may set: `default` is REQUIRED where there is none."""

    name: str
    annotation: Any
    default: Any
    doc: str
    unit: str
    limits: str


def parameters_of(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Return the parameters of `function` that are its user's to set, in the order of its signature."""
    hints = typing.get_type_hints(function, include_extras=True)
    found = []
    for name, parameter in inspect.signature(function).parameters.items():
        metadata = _metadata(hints.get(name))
        doc = next((item.documentation for item in metadata if isinstance(item, Doc)), None)
        if doc is not None:
            unit = next((item.unit for item in metadata if isinstance(item, Unit)), "")
            found.append(Parameter(name, hints[name], parameter.default, doc, unit, _limits(metadata)))
    return tuple(found)


def asked_for(function: Callable[..., Any], offered: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the `offered` arguments that `function`'s signature has a place for."""
    places = inspect.signature(function).parameters
    return {name: value for name, value in offered.items() if name in places}


def naming(function: Callable[..., Any], kind: str) -> tuple[str, ...]:
    """Return the names of the parameters of `function` that name something of this kind."""
    return tuple(p.name for p in parameters_of(function) if Names(kind) in _metadata(p.annotation))


def summary(function: Callable[..., Any]) -> str:
    """Return the first paragraph of a function's docstring on one line."""
    return " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())


def _metadata(annotation: Any) -> list[Any]:
    if typing.get_origin(annotation) is not Annotated:
        return []
    unpacked: list[Any] = []
    for item in annotation.__metadata__:
        unpacked.extend(item if isinstance(item, GroupedMetadata) else [item])
    return unpacked


def _limits(metadata: list[Any]) -> str:
    signs = {Ge: ("≥", "ge"), Gt: (">", "gt"), Le: ("≤", "le"), Lt: ("<", "lt")}
    found = []
    for item in metadata:
        if type(item) in signs:
            sign, attribute = signs[type(item)]
            found.append(f"{sign} {getattr(item, attribute):,}".replace(",", " "))
    return ", ".join(found)
