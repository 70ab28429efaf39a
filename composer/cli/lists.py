"""`composer list`: the rows of every table that a piece can name."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

import typer

from composer.cli.terminal import AsJson, say, say_entries, say_json, say_table, verb
from composer.errors import pick
from composer.instruments import drums, instruments
from composer.mapping.endings import ENDINGS
from composer.mapping.rhythm import TIMINGS
from composer.mapping.roles import ROLES
from composer.mapping.rows import ROWS
from composer.mapping.scalers import SCALERS, TRANSFORMS
from composer.mapping.scales import SCALES, SNAPS
from composer.mapping.targets import TARGETS
from composer.mapping.tunings import TUNINGS
from composer.outputs import OUTPUTS
from composer.outputs.engines import ENGINES
from composer.outputs.engines.fluidsynth.rendering import INSTALL, version
from composer.outputs.plots import PLOTS
from composer.outputs.soundfonts.catalogue import FONTS
from composer.outputs.video import SCENES
from composer.parameters import REQUIRED, Parameter, parameters_of, summary
from composer.piece.store import built_in
from composer.shaping import SHAPES
from composer.sources.files import READERS
from composer.sources.functions import FUNCTIONS
from composer.units import pitch_name

Row = dict[str, Any]


def _called(functions: Mapping[str, Callable[..., Any]]) -> Iterable[Row]:
    for name, function in functions.items():
        yield {
            "name": name,
            "what it is": summary(function),
            "parameters": [_parameter(parameter) for parameter in parameters_of(function)],
        }


def _parameter(parameter: Parameter) -> str:
    default = "required" if parameter.default is REQUIRED else _plain(parameter.default)
    facts = ", ".join(fact for fact in (parameter.unit, parameter.limits) if fact)
    return f"{parameter.name} = {default}: {parameter.doc}" + (f" ({facts})" if facts else "")


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_plain, value))}]"
    return "left out" if value is None else f'"{value}"' if isinstance(value, str) else str(value)


def _functions() -> Iterable[Row]:
    rows = _called({name: row.call for name, row in FUNCTIONS.items()})
    return ({**row, "columns": ", ".join(FUNCTIONS[row["name"]].columns_for({}))} for row in rows)


def _targets() -> Iterable[Row]:
    for name, target in TARGETS.items():
        ends = [f"{end:g}" for end in target.range]
        yield {
            "name": name,
            "what it is": target.doc,
            "units": ", ".join(target.units),
            "range": f"{' to '.join(ends)} {target.unit}",
        }


def _scales() -> Iterable[Row]:
    for name, scale in SCALES.items():
        yield {
            "name": f"TONIC {name}" if scale.needs_tonic else name,
            "notes": ", ".join(map(pitch_name, scale.pitches)) or f"steps {' '.join(map(str, scale.steps))}",
        }


def _instruments() -> Iterable[Row]:
    for name, row in instruments().items():
        yield {
            "name": name,
            "family": row.family,
            "program": row.program,
            "range": f"{pitch_name(row.lowest)} to {pitch_name(row.highest)}",
        }


def _pieces() -> Iterable[Row]:
    for name, path in built_in().items():
        yield {"name": name, "title": tomllib.loads(path.read_text("utf-8")).get("title", ""), "file": str(path)}


def _soundfonts() -> Iterable[Row]:
    for name, row in FONTS.items():
        here = row.here()
        yield {
            "name": name,
            "what it is": row.doc,
            "licence": row.licence,
            "comes from": row.source,
            "is here": str(here) if here else f"no: {row.install}",
        }


def _player() -> str:
    found = version()
    return f"They are played by FluidSynth, version {found}." if found else f"FluidSynth is missing: {INSTALL}."


LISTS: dict[str, Callable[[], Iterable[Row]]] = {
    "functions": _functions,
    "readers": lambda: _called({f".{suffix}": reader.call for suffix, reader in READERS.items()}),
    "targets": _targets,
    "scalers": lambda: _called({**SCALERS, **TRANSFORMS}),
    "scales": _scales,
    "tunings": lambda: ({"name": name, "what it is": row.doc, "source": row.source} for name, row in TUNINGS.items()),
    "snaps": lambda: _called(SNAPS),
    "timings": lambda: _called(TIMINGS),
    "rows": lambda: _called(ROWS),
    "shapes": lambda: _called({name: row.call for name, row in SHAPES.items()}),
    "roles": lambda: _called(ROLES),
    "endings": lambda: _called(ENDINGS),
    "instruments": _instruments,
    "drums": lambda: ({"name": name, "key": key} for name, key in drums().items()),
    "engines": lambda: _called({name: row.call for name, row in ENGINES.items()}),
    "plots": lambda: _called({name: row.call for name, row in PLOTS.items()}),
    "scenes": lambda: _called(SCENES),
    "outputs": lambda: _called({name: row.write for name, row in OUTPUTS.items()}),
    "soundfonts": _soundfonts,
    "pieces": _pieces,
}

# What is said below a list.
BELOW: dict[str, Callable[[], str]] = {"soundfonts": _player}


@verb
def list_rows(
    kind: Annotated[str, typer.Argument(metavar="|".join(LISTS), help="What to list.")],
    as_json: AsJson = False,
) -> None:
    """List what a piece can name: functions, targets, scales, instruments and the rest.

    Example:  composer list functions
    """
    rows = list(pick(LISTS, kind, "list")())
    if as_json:
        say_json(rows)
        return
    if any(isinstance(value, list) for row in rows for value in row.values()):
        say_entries([_entry(row) for row in rows])
    else:
        say_table(list(rows[0]), [list(row.values()) for row in rows])
    if kind in BELOW:
        say(BELOW[kind]())


def _entry(row: Row) -> tuple[str, str, list[str]]:
    """Return a row as its name, what it is, and a line for each thing more."""
    name, what, *more = row.items()
    lines = [line for key, value in more for line in (value if isinstance(value, list) else [f"{key}: {value}"])]
    return str(name[1]), str(what[1]), lines
