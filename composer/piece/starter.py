"""A piece to start from: three tracks on a function's own columns, every line explained."""

from __future__ import annotations

from typing import Any

from composer.errors import pick
from composer.parameters import Parameter, parameters_of, summary
from composer.piece.starters.words import toml
from composer.sources.functions import FUNCTIONS


def starter(function: str) -> str:
    """Return the TOML of a piece for one of the functions; raise InputError for any other name.

    The first column of every function is its variable; the others lead: the first of them takes the melody,
    the next the durations, the last the velocities.
    """
    row = pick(FUNCTIONS, function, "function")
    columns = row.columns_for({})
    leading = columns[1:]
    lead, second, last = leading[0], leading[min(1, len(leading) - 1)], leading[-1]
    return f"""\
# {summary(row.call)}
# Compose it with: composer compose THIS-FILE.toml
# Its columns: {", ".join(columns)}. All choices: composer list targets|scales|instruments|timings|rows

title = {toml(function.replace("_", " ").capitalize())}
tempo = 100                       # quarter notes a minute
key = "D dorian"                  # pitches are drawn to its scale
seed = 1                          # the same seed, the same music

[source]
function = "{function}"
{_settings(row.call)}
# The melody: each row of the table is a note, one after another; the durations decide when.
[[track]]
name = "melody"
instrument = "vibraphone"
grid = "1/16"                     # starts and lengths are drawn to sixteenths
pitch    = {{ from = "{lead}", range = ["C4", "C6"] }}
duration = {{ from = "{second}", range = [0.25, 1.0] }}      # beats; unit = "s" for seconds
velocity = {{ from = "{last}", range = [0.4, 0.9] }}
pan      = {{ from = "{lead}", range = [-0.5, 0.5] }}

# The bass: every eighth row, at the moment when the melody plays it, held until the next.
[[track]]
name = "bass"
instrument = "acoustic bass"
rows = {{ name = "every", nth = 8 }}
time = {{ name = "follow", track = "melody" }}
pitch    = {{ from = "{lead}", via = "rank", range = ["E2", "E3"] }}
velocity = 0.7

# Bells: only where the leading column peaks.
[[track]]
name = "bells"
instrument = "celesta"
rows = {{ name = "maxima", of = "{lead}" }}
time = {{ name = "follow", track = "melody" }}
pitch    = {{ from = "{lead}", range = ["C5", "C7"] }}
duration = 1.0
velocity = 0.5
pan      = 0.6
"""


def _settings(function: Any) -> str:
    lines = []
    for parameter in parameters_of(function):
        if parameter.default is None:  # it takes the place of another
            continue
        setting = f"{parameter.name} = {toml(parameter.default)}"
        lines.append(f"{setting:<33} # {_explained(parameter)}\n")
    return "".join(lines)


def _explained(parameter: Parameter) -> str:
    facts = ", ".join(fact for fact in (parameter.unit, parameter.limits) if fact)
    return parameter.doc + (f" ({facts})" if facts else "")
