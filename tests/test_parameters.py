"""What a function offers its user follows from its signature alone."""

from __future__ import annotations

from typing import Annotated

import pytest
from annotated_types import Ge, Gt, Interval, Le, Lt, Unit
from typing_extensions import Doc

from composer.mapping.rhythm import TIMINGS
from composer.mapping.rows import ROWS
from composer.mapping.scalers import SCALERS, TRANSFORMS
from composer.parameters import REQUIRED, asked_for, parameters_of, summary
from composer.sources.functions import FUNCTIONS


def example(
    table: list[float],
    plain: int = 3,
    *,
    column: Annotated[str, Doc("which column")],
    much: Annotated[float, Interval(gt=0, le=1_000_000), Unit("Hz"), Doc("how much")] = 2.5,
    few: Annotated[int, Ge(1), Lt(5), Doc("how few")] = 1,
    undocumented: Annotated[int, Ge(1)] = 1,
) -> None:
    """Do nothing,
    slowly.

    More about it.
    """


def test_the_documented_parameters_are_the_user_s() -> None:
    found = {parameter.name: parameter for parameter in parameters_of(example)}
    assert list(found) == ["column", "much", "few"]
    assert found["column"].default is REQUIRED
    assert (found["much"].default, found["much"].doc, found["much"].unit) == (2.5, "how much", "Hz")
    assert found["column"].unit == ""


def test_limits_are_said_in_signs() -> None:
    limits = {parameter.name: parameter.limits for parameter in parameters_of(example)}
    assert limits == {"column": "", "much": "> 0, ≤ 1 000 000", "few": "≥ 1, < 5"}


def test_every_kind_of_limit() -> None:
    def function(a: Annotated[int, Gt(1), Le(2), Doc("a")]) -> None: ...

    assert parameters_of(function)[0].limits == "> 1, ≤ 2"


def test_only_what_is_asked_for_is_handed_over() -> None:
    assert asked_for(example, {"table": [1.0], "rng": 5, "few": 2}) == {"table": [1.0], "few": 2}
    assert asked_for(lambda: None, {"table": 1}) == {}


def test_the_summary_is_the_first_paragraph_on_one_line() -> None:
    assert summary(example) == "Do nothing, slowly."
    assert summary(lambda: None) == ""


EVERY_ROW = {
    **{f"function {name}": row.call for name, row in FUNCTIONS.items()},
    **{f"step {name}": call for name, call in {**SCALERS, **TRANSFORMS}.items()},
    **{f"rows {name}": call for name, call in ROWS.items()},
    **{f"timing {name}": call for name, call in TIMINGS.items()},
}


@pytest.mark.parametrize("name", EVERY_ROW)
def test_every_row_of_every_table_explains_itself(name: str) -> None:
    function = EVERY_ROW[name]
    assert summary(function)
    for parameter in parameters_of(function):
        assert parameter.doc.strip()
