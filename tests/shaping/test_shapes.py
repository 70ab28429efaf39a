"""Every step stands whatever the table holds, and says only what is so of names, origins, labels and dates."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from composer.errors import InputError
from composer.parameters import asked_for, parameters_of, summary
from composer.shaping import SHAPES, columns_after
from composer.table import Table

# A call of each step, and what differs from what the other samples show: the rows or the columns.
SAMPLES: dict[str, list[dict[str, Any]]] = {
    "where": [{"condition": "height > 2 OR kind = 'storm' OR day < '1970-01-02'"}],
    "rows": [{"first": 1, "last": -1}],
    "between": [{"low": 0.5, "high": 1e6}],
    "drop_missing": [{}, {"of": ("height",)}],
    "resample": [
        *({"points": 2, "how": how} for how in ("mean", "median", "min", "max", "sum", "first", "last", "peaks")),
        {"points": 3, "along": "index"},
    ],
    "thin": [{"points": 4}, {"points": 5, "of": "day"}],
    "regular": [{"step": 0.5}, {"step": 2.0, "gap": 1.0}],
    "aggregate": [{"by": "kind", "count": "rows"}, {"by": "height", "how": "sum"}],
    "normalise": [
        *({"of": "height", "how": how, "by": "kind", "to": "share"} for how in ("minmax", "zscore", "rank", "mean")),
        {"of": "day"},
    ],
    "fill": [
        {"most": 2},
        *({"how": how} for how in ("linear", "previous", "next", "nearest", "mean", "value")),
        {"of": ("kind", "height")},
    ],
    "clip": [{"of": "height", "low": -1.0, "high": 1.0}],
    "diff": [{"of": "height", "to": "rise"}, {"of": "day", "lag": 2}],
    "cumsum": [{"of": "height"}],
    "lag": [{"of": "kind", "rows": 2}, {"of": "height", "rows": -3, "to": "later"}],
    "column": [{"formula": "height * 2 - SQRT(ABS(height)) + index", "to": "made"}],
    "smooth": [{"of": "height", "kind": kind, "window": 3, "order": 1} for kind in ("mean", "median", "savgol")],
    "detrend": [{"of": "height"}, {"of": "height", "kind": "mean"}],
    "deseason": [{"of": "height", "period": 3}],
    "sort": [{"by": "height", "descending": True}, {"by": "kind"}],
    "reverse": [{}, {"mirror": True}],
    "rename": [{"of": "height", "to": "tall"}],
    "pivot": [{"names": "kind", "values": "height"}],
    "join": [{"source": "other", "how": how} for how in ("linear", "nearest", "previous", "next", "exact")],
}
EACH = [(name, options) for name in SHAPES for options in SAMPLES.get(name, [{"no": "sample"}])]
IDS = [f"{name}-{n}" for n, (name, _) in enumerate(EACH)]

HUGE = 1.7e308
COLUMNS = {
    "empty": [],
    "one row": [3.0],
    "two rows": [3.0, -1.0],
    "constant": [0.1] * 9,
    "all missing": [np.nan] * 7,
    "some missing": [np.nan, 1, 2, np.nan, np.nan, 5, 4, np.nan, 8, np.nan],
    "infinite": [1.0, np.inf, 2.0, -np.inf, np.inf, 0.0, 7.0],
    "huge": [HUGE, -HUGE, HUGE, HUGE, HUGE, -HUGE, 1.0, HUGE, 5e-324],
    "tiny": [5e-324, 1e-300, 3e-310, 0.0, -1e-300, 2e-300],
}


def table_of(heights: list[float], index: list[float] | None = None) -> Table:
    """A table with a column of numbers, one of categories and one of dates, all as strange as `heights`."""
    n = len(heights)
    kinds = [np.nan if n > 2 and row % 4 == 3 else row % 3 for row in range(n)]
    days = [86400.0 * row if np.isfinite(value) and abs(value) < 1e300 else value for row, value in enumerate(heights)]
    columns = {"height": heights, "kind": kinds, "day": days}
    return Table(columns, index, {"kind": ("calm", "storm", "rain")}, frozenset({"day"}), origin=np.arange(n) * 10)


def shaped(name: str, table: Table, said: Callable[[str], None] = lambda text: None, **options: Any) -> Table:
    """Call a step as the program does."""
    call = SHAPES[name].call
    offered = {"report": said, "sources": {"other": Table({"height": [1, 2, 3], "depth": [4, np.nan, 6]})}}
    return call(table, **asked_for(call, offered), **options)


def test_every_step_has_a_sample() -> None:
    assert set(SAMPLES) == set(SHAPES)


@pytest.mark.parametrize("indexed", ["counted", "as the column", "falling", "constant"])
@pytest.mark.parametrize("heights", COLUMNS.values(), ids=COLUMNS)
@pytest.mark.parametrize(("name", "options"), EACH, ids=IDS)
def test_every_step_stands_on_whatever_there_is(
    name: str, options: dict[str, Any], heights: list[float], indexed: str
) -> None:
    n = len(heights)
    indices = {"counted": None, "as the column": heights, "falling": [*range(n, 0, -1)], "constant": [7.0] * n}
    table = table_of(heights, indices[indexed])  # type: ignore[arg-type]
    kept = {column: table[column].copy() for column in (*table.names, "index")}
    try:
        made = shaped(name, table, **options)
    except InputError as error:  # a grid over all the doubles is the only thing that cannot be had
        assert name == "regular" and "makes more than" in str(error)
        return
    assert isinstance(made, Table)
    assert all(np.array_equal(kept[column], table[column], equal_nan=True) for column in kept)
    assert set(np.asarray(made.origin)) <= set(np.asarray(table.origin))
    assert set(made.labels) <= set(made.names)
    assert made.dates <= {*made.names, "index"}
    foreseen = columns_after(table.names, [{"name": name, **options}], {"other": ("height", "depth")})
    assert foreseen in (made.names, None)
    for column in made.labels:
        codes = made[column][np.isfinite(made[column])]
        assert set(codes) <= set(range(len(made.labels[column])))
    if name in ("smooth", "detrend", "deseason", "normalise", "diff", "cumsum", "column"):
        assert not np.isinf(made[options.get("to", options.get("of"))]).any()


@pytest.mark.parametrize("name", SHAPES)
def test_every_step_says_what_it_is_and_what_it_asks_for(name: str) -> None:
    call = SHAPES[name].call
    assert summary(call).endswith(".")
    given = {parameter.name for parameter in parameters_of(call)}
    assert {*inspect.signature(call).parameters} - given <= {"table", "sources", "report"}
    docs = [parameter.doc for parameter in parameters_of(call)]
    assert len(docs) == len(set(docs))
    assert {key for options in SAMPLES[name] for key in options} <= given


@pytest.mark.parametrize(("name", "options"), EACH, ids=IDS)
def test_the_same_step_gives_the_same_bytes(name: str, options: dict[str, Any]) -> None:
    table = table_of([0.1 * (row % 7) + row / 3 for row in range(60)])
    first, second = (shaped(name, table, **options) for _ in range(2))
    assert [first[n].tobytes() for n in first.names] == [second[n].tobytes() for n in second.names]


@pytest.mark.parametrize(
    ("name", "options"),
    [(name, options) for name, options in EACH if "of" in options and isinstance(options["of"], str)],
)
def test_an_unknown_column_is_answered_with_the_nearest(name: str, options: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"no column is called 'heigth'\n *did you mean 'height'"):
        shaped(name, table_of([1.0, 2.0, 3.0, 4, 5, 6]), **{**options, "of": "heigth"})


@pytest.mark.parametrize("name", ["diff", "cumsum", "smooth", "detrend", "deseason", "normalise", "clip", "thin"])
def test_categories_are_not_counted_with(name: str) -> None:
    options = {**SAMPLES[name][0], "of": "kind"}
    with pytest.raises(InputError, match=r"column 'kind' holds categories\n *use a column of numbers"):
        shaped(name, table_of([1.0] * 9), **options)


@pytest.mark.parametrize("name", ["diff", "cumsum", "smooth", "detrend", "deseason", "normalise", "clip", "lag"])
def test_the_index_may_be_looked_at_but_not_replaced(name: str) -> None:
    options = {**SAMPLES[name][0], "of": "index", "to": "made"}
    assert shaped(name, table_of([1.0] * 9), **options).names[-1] == "made"
    with pytest.raises(InputError, match="to: the index stays as it is"):
        shaped(name, table_of([1.0] * 9), **{**options, "to": ""})
    with pytest.raises(InputError, match="to: the index stays as it is"):
        shaped(name, table_of([1.0] * 9), **{**options, "to": "index"})
