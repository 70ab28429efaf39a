"""The text of the markers and of the sections."""

from __future__ import annotations

import re

from composer.piece.starters.cast import Cast
from composer.piece.starters.findings import Findings
from composer.piece.starters.lines import Lines
from composer.piece.starters.plan import Plan
from composer.piece.starters.words import commented, inline, setting, toml

_PLACE = re.compile(r"\w+")  # what a marker's text can put in by name


def marker(found: Findings, plan: Plan, cast: Cast) -> Lines:
    """A marker with each bell."""
    name = cast.lead.name
    if _PLACE.fullmatch(name):
        value = f"{{{name}}}" if cast.lead.kind == "categories" else f"{{{name}:.4g}}"
        said = f"{name} {value}"
    else:
        said = name if not set("{}") & set(name) and name.isprintable() else "here"
    where = "" if found.axis.kind == "row numbers" else ", {index}"
    return [
        *commented("A marker in the .mid with each bell."),
        "[[marker]]",
        setting(f"rows = {inline(**cast.bells)}", "the rows of the bells"),
        setting('follow = "melody"', "when the melody plays them"),
        setting(f"text = {toml(said + where)}", "{NAME} is the row's value of a column, {index} that of the index"),
    ]


def sections(plan: Plan, names: list[str]) -> Lines:
    """Nothing where the table is played once; else some tracks before, then all."""
    if plan.passes == 1:
        return []
    first = [name for name in ("melody", "bass", "chords") if name in names]
    again = plan.passes - 1
    return [
        *commented(
            f"The form: the table is short, so it is played {'twice' if again == 1 else f'{plan.passes} times'}."
        ),
        "[[section]]",
        setting('name = "once"', "a marker at its start"),
        setting(f"tracks = {toml(first)}", "who plays"),
        "",
        "[[section]]",
        setting('name = "again"', "all tracks"),
        *([setting(f"repeats = {again}", "how many times")] if again > 1 else []),
    ]
