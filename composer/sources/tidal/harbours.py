"""The harbours, read from harbours.json: where each lies, its tide's constants, and whom to thank for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from composer.errors import InputError, unknown


@dataclass(frozen=True)
class Harbour:
    """A harbour: `constants` gives each constituent's amplitude (m) and phase lag (degrees, Greenwich)."""

    slug: str
    name: str
    country: str
    latitude: float
    longitude: float
    record: str
    credit: str
    licence: str
    url: str
    constants: Mapping[str, tuple[float, float]]


def _harbour(slug: str, row: Mapping[str, Any], source: Mapping[str, str]) -> Harbour:
    where: dict[str, Any] = {name: row[name] for name in ("name", "country", "latitude", "longitude", "record")}
    constants = {name: (float(amplitude), float(lag)) for name, (amplitude, lag) in row["constituents"].items()}
    whom: dict[str, Any] = {name: source[name] for name in ("credit", "licence", "url")}
    return Harbour(slug, **where, **whom, constants=MappingProxyType(constants))


@cache
def harbours() -> Mapping[str, Harbour]:
    """Return every harbour by its slug, such as `san_francisco`."""
    data = json.loads(resources.files("composer.sources.tidal").joinpath("harbours.json").read_text("utf-8"))
    rows = data["harbours"].items()
    return MappingProxyType({slug: _harbour(slug, row, data["sources"][row["source"]]) for slug, row in rows})


def harbour_of(name: str) -> Harbour:
    """Return the harbour of a slug or full name, whatever its case; raise InputError with the nearest otherwise.

    >>> harbour_of("dublin").name, harbour_of("New York (The Battery)").slug
    ('Dublin Port', 'new_york')
    """
    wanted = slug_of(name)
    by_name = {slug_of(row.name): row for row in harbours().values()}
    found = harbours().get(wanted) or by_name.get(wanted)
    if found is None:
        raise InputError(unknown("harbour", name, harbours()))
    return found


def slug_of(name: str) -> str:
    """Return a name in small letters and digits, an underscore for whatever stands between them.

    >>> slug_of("New York (The Battery)")
    'new_york_the_battery'
    """
    return "_".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())
