"""What the numbers are: the function or file that they come from, and how its columns and rows are called.

To say a function better than by its name: its row in FUNCTIONS_SAID.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from composer.piece.files import FileCall
from composer.piece.model import Piece
from composer.piece.schema import Call
from composer.shaping import SHAPES
from composer.sources.functions import FUNCTIONS
from composer.table import INDEX, Table
from composer.telling.english import (
    YEAR,
    counted,
    date_said,
    listing,
    number,
    places_for,
    precision_of,
    sentence,
    shortened,
)
from composer.units import F8

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class FunctionSaid:
    """How a function is said: what follows "300 points", from its arguments; what a row is; what its columns mean.

    A column that is not named here has its own name; `units` are those of its columns.
    """

    what: Callable[[Arguments], str]
    noun: str = "point"
    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


_COMPLEX = {"re": "the real part", "im": "the imaginary part", "abs": "the modulus", "arg": "the argument", "t": "t"}


def _on_line(arguments: Arguments) -> str:
    sigma = float(arguments.get("sigma", 0.5))
    return "on the critical line" if sigma == 0.5 else f"at real part {number(sigma, 6)}"


def _paths(arguments: Arguments) -> str:
    count = int(arguments.get("paths", 6))
    return f"at real part {number(float(arguments.get('sigma', 0.75)), 6)}, {counted(count, 'path')} side by side"


def _harbours(arguments: Arguments) -> str:
    named = arguments.get("harbour", "")
    return listing([_named(name) for name in ([named] if isinstance(named, str) else named)])


def _named(name: str) -> str:
    return name.replace("_", " ").title()


FUNCTIONS_SAID = {
    "eta": FunctionSaid(lambda a: f"of the Dirichlet eta function {_on_line(a)}", columns=_COMPLEX),
    "zeta": FunctionSaid(lambda a: f"of the Riemann zeta function {_on_line(a)}", columns=_COMPLEX),
    "hardy_z": FunctionSaid(lambda a: "of Hardy's Z function", columns={**_COMPLEX, "re": "the value of Z"}),
    "zeros": FunctionSaid(
        lambda a: "of the Riemann zeta function",
        "zero",
        {"t": "the height", "gap": "the gap to the next zero", "number": "the number of the zero"},
    ),
    "bessel_j": FunctionSaid(
        lambda a: f"of the Bessel function J of order {number(float(a.get('order', 0)))}",
        columns={"j": "the value of J", "slope": "the slope", "x": "x"},
    ),
    "logistic_map": FunctionSaid(
        lambda a: f"of the logistic map at growth rate {number(float(a.get('r', 3.9)))}",
        "step",
        {"x": "x", "step": "the change of x", "n": "the count"},
    ),
    "lorenz": FunctionSaid(
        lambda a: "on the path of the Lorenz system",
        columns={name: name for name in "xyzt"} | {"speed": "the speed"},
    ),
    "prime_gaps": FunctionSaid(
        lambda a: "with the gap from each to the next",
        "prime number",
        {"gap": "the gap to the next prime", "prime": "the prime", "n": "the count"},
    ),
    "noise": FunctionSaid(
        lambda a: f"of {a.get('colour', 'pink')} noise", "value", columns={"value": "the noise", "n": "the count"}
    ),
    "chirp": FunctionSaid(
        lambda a: "of a chirp", columns={"value": "the swing", "frequency": "the frequency", "t": "the time"}
    ),
    "tides": FunctionSaid(
        lambda a: f"of the tide at {_harbours(a)}",
        columns={
            "height": "the height of the water",
            "slope": "the rise of the water",
            "range": "the range of the tide",
        },
        units={"height": "metres", "range": "metres", "slope": "metres an hour"},
    ),
    "partial_sums": FunctionSaid(
        lambda a: f"of the partial sums of the Dirichlet eta function {_paths(a)}",
        "term",
        {"term": "the number of the term", "octave": "the number of doublings"}
        | {f"re_{k}": f"the real part of path {k + 1}" for k in range(12)}
        | {f"im_{k}": f"the imaginary part of path {k + 1}" for k in range(12)}
        | {f"away_{k}": f"the distance of path {k + 1} from its end" for k in range(12)},
    ),
    "planets": FunctionSaid(lambda a: "of the planets and how far they are", columns={"days": "the days"}),
}

# What a row is called where the index holds dates so many seconds apart.
_STEPS = (
    (3600.0, 3600.0, "hour"),
    (86400.0, 86400.0, "day"),
    (604800.0, 604800.0, "week"),
    (28 * 86400.0, 31 * 86400.0, "month"),
    (365 * 86400.0, 366 * 86400.0, "year"),
)


@dataclass(frozen=True)
class Subject:
    """What is played: the table, what it is said to be, and how its rows, columns and places are called."""

    table: Table
    what: str
    noun: str
    meanings: Mapping[str, str]
    units: Mapping[str, str]
    index_name: str  # "" where the index only counts the rows
    precision: str
    places: int

    @property
    def dated(self) -> bool:
        """Whether the index holds dates."""
        return INDEX in self.table.dates or self.index_name in self.table.dates

    def column(self, name: str) -> str:
        """Return what a column is called in a sentence."""
        if name in self.meanings:
            return self.meanings[name]
        return f"“{plain(self.index_name or 'row' if name == INDEX else name)}”"

    def short(self, name: str) -> str:
        """Return what a column is called in a caption: its meaning without an article, or its name."""
        return self.column(name).removeprefix("the ").strip("“”")

    def value(self, name: str, value: float) -> str:
        """Return a value of a column, as a category, a date, or a number with its unit."""
        labels = self.table.labels.get(name, ())
        if labels and value >= 0 and value == int(value) and value < len(labels):
            return labels[int(value)]
        if name in self.table.dates:
            return date_said(value, precision_of(self.table[name]))
        unit = self.units.get(name, "")
        return f"{number(value)}{f' {unit}' if unit else ''}"

    def index(self, value: float) -> str:
        """Return a value of the index, without its name."""
        if self.dated:
            return date_said(value, self.precision)
        return number(value, places=self.places)

    def at(self, value: float) -> str:
        """Return a place of the index, such as "t = 14.135", "14 June 2022" or "point 17"."""
        said = self.index(value)
        if self.dated:
            return said
        if self.index_name.lower() == YEAR:
            return f"the year {said}"
        return f"{plain(self.index_name)} = {said}" if self.index_name else f"{self.noun} {said}"

    def place(self, row: int) -> str:
        """Return where a row lies."""
        return self.at(float(np.asarray(self.table.index)[row]))


def plain(name: str) -> str:
    """Return a column's name as words: no underscores, nothing unprintable, not too long."""
    return shortened("".join(c if c.isprintable() else " " for c in name).replace("_", " ").strip(), 40)


def subject_of(piece: Piece, table: Table) -> Subject:
    """Return what a piece plays, as far as its source tells; a table of another's is just a table."""
    source = piece.source
    said = _function_said(source, table)
    index = np.asarray(table.index, np.float64)
    name = _index_name(source, table, index)
    dated = INDEX in table.dates or name in table.dates
    units = {**(said.units if said else {}), **piece.units}
    return Subject(
        table,
        _what(source, said),
        _noun(said, name, dated, index),
        said.columns if said else {},
        units,
        name,
        precision_of(index) if dated else "",
        places_for(index),
    )


def _function_said(source: Call | None, table: Table) -> FunctionSaid | None:
    if source is None or source.called not in FUNCTIONS:
        return None
    known = FUNCTIONS[source.called].columns_for(source.arguments)
    if not set(known) & set(table.names):
        return None  # another table was given in its place
    said = _said(source.called)
    if source.called == "tides" and not isinstance(source.arguments.get("harbour", ""), str):
        heights = {name: f"the height of the water at {_named(name)}" for name in known}
        metres = dict.fromkeys(known, "metres")
        return FunctionSaid(said.what, said.noun, {**said.columns, **heights}, {**said.units, **metres})
    if source.called == "planets":
        far = {name: f"the distance of {_named(name)}" for name in known if name in table.names and name != "days"}
        return FunctionSaid(said.what, said.noun, {**said.columns, **far}, dict.fromkeys(far, "au"))
    return said


def _said(function: str) -> FunctionSaid:
    return FUNCTIONS_SAID.get(function, FunctionSaid(lambda a: f"of the function {function}"))


def _what(source: Call | None, said: FunctionSaid | None) -> str:
    if said is not None and source is not None:
        return said.what(source.arguments)
    return f"of the file {Path(source.file).name}" if isinstance(source, FileCall) else "of a table"


def _index_name(source: Call | None, table: Table, index: F8) -> str:
    """Return the column that the index is, "" where it only counts the rows from 0."""
    if isinstance(source, FileCall) and source.index:
        return source.index
    same = [name for name in table.names if np.array_equal(table[name], index, equal_nan=True)]
    if same:
        return same[0]
    return "" if INDEX in table.dates or np.array_equal(index, np.arange(index.size)) else INDEX


def _noun(said: FunctionSaid | None, name: str, dated: bool, index: F8) -> str:
    """Return what a row is called: a day where the index goes from day to day, else as the function has it."""
    steps = np.diff(np.sort(index[np.isfinite(index)]))
    step = float(np.median(steps)) if steps.size else 0.0
    if name.lower() == YEAR and step == 1:
        return YEAR
    if dated:
        usual = "moment" if said else "row"
        return next((noun for low, high, noun in _STEPS if low - 1 <= step <= high + 1), usual)
    return said.noun if said else "row"


def source_said(subject: Subject) -> str:
    """Return what is played, from where to where, in a sentence."""
    index = np.asarray(subject.table.index, np.float64)
    known = index[np.isfinite(index)]
    said = f"it plays {counted(len(subject.table), subject.noun)} {subject.what}"
    if known.size > 1 and (subject.index_name or subject.dated):
        ends = f"from {subject.index(known.min())} to {subject.index(known.max())}"
        bare = subject.dated or subject.index_name.lower() == YEAR
        said += f", {ends}" if bare else f", for {plain(subject.index_name)} {ends}"
    return sentence(said)


# What a shaping step makes, from its arguments and the columns it looks at.
_SHAPED: dict[str, Callable[[Arguments], str]] = {
    "smooth": lambda a: f"“{plain(a['of'])}” smoothed over {counted(a['window'], 'row')}",
    "diff": lambda a: f"the change of “{plain(a['of'])}” from row to row",
    "cumsum": lambda a: f"the running sum of “{plain(a['of'])}”",
    "detrend": lambda a: f"“{plain(a['of'])}” without its trend",
    "deseason": lambda a: f"“{plain(a['of'])}” without what comes again every {number(a['period'])} rows",
    "normalise": lambda a: f"“{plain(a['of'])}”, normalised",
    "column": lambda a: _formula(a["formula"]),
}
_LONGEST = 48  # characters of a formula that is read out


def _joined(name: str, source: Call) -> str:
    """Return what another source is: “moon”, moments of the tide at Dublin."""
    if isinstance(source, FileCall):
        return f"“{plain(name)}”, rows {_what(source, None)}"
    said = _said(source.called)
    return f"“{plain(name)}”, {said.noun}s {said.what(source.arguments)}"


def _formula(text: str) -> str:
    return text if len(text) <= _LONGEST else "worked out by a formula"


def shaping_said(piece: Piece) -> str:
    """Return what was worked out from the numbers before they are played; nothing where they are as they came."""
    made, joined, done = [], [], []
    for step in piece.shape:
        to = step.arguments.get("to") or step.arguments.get("of")
        if step.called == "join":
            joined.append(_joined(step.arguments["source"], piece.sources[step.arguments["source"]]))
        elif step.called in _SHAPED and isinstance(to, str):
            made.append(f"“{plain(to)}” is {_SHAPED[step.called](step.arguments)}")
        elif step.called in SHAPES:
            done.append(step.called)
    said = [sentence(f"joined to it: {'; '.join(joined)}")] if joined else []
    if made:
        said.append(sentence(f"of its columns, {'; '.join(made)}"))
    if done:
        said.append(sentence(f"the table was shaped by {listing(list(dict.fromkeys(done)))}"))
    return " ".join(said)
