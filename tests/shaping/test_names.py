"""The columns that steps will leave are foretold from what a piece says, however faulty."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.shaping import SHAPES, columns_after

BEFORE = ("height", "kind")
SOURCES = {"tides": ("height", "moon")}


@pytest.mark.parametrize(
    ("steps", "after"),
    [
        ([], BEFORE),
        (["fill", "reverse"], BEFORE),
        ([{"name": "smooth", "of": "height"}], BEFORE),
        ([{"name": "smooth", "of": "height", "to": "soft"}], (*BEFORE, "soft")),
        ([{"name": "diff", "of": "kind", "to": "height"}], BEFORE),
        ([{"name": "diff", "of": "height", "to": ""}], BEFORE),
        (
            [{"name": "column", "formula": "1", "to": "one"}, {"name": "rename", "of": "one", "to": "two"}],
            (*BEFORE, "two"),
        ),
        ([{"name": "rename", "of": "height", "to": "tall"}], ("tall", "kind")),
        ([{"name": "rename", "of": "nothing", "to": "tall"}], BEFORE),
        ([{"name": "aggregate", "by": "day", "count": "n"}], (*BEFORE, "n")),
        ([{"name": "join", "source": "tides"}], (*BEFORE, "height_tides", "moon")),
        ([{"name": "join", "source": "tides", "prefix": "t "}], (*BEFORE, "t height", "t moon")),
        ([{"name": "join", "source": "unheard of"}], None),
        ([{"name": "pivot", "names": "kind", "values": "height"}], None),
        ([{"name": "pivot"}, {"name": "column", "formula": "1", "to": "one"}], None),
        (["no such step"], None),
        ([{}], None),
        ([{"name": 5}], None),
        ([7], None),
        ([{"name": "rename", "of": "height"}], BEFORE),
        ([{"name": "smooth", "of": "height", "to": 5}], BEFORE),
        ([{"name": "rename", "of": ["height"], "to": ["x"]}], BEFORE),
        ([{"name": "join", "source": ["tides"]}], None),
        ([{"name": "join", "source": "tides", "prefix": 5}], None),
    ],
)
def test_the_columns_are_foretold(steps: Any, after: tuple[str, ...] | None) -> None:
    assert columns_after(BEFORE, steps, SOURCES) == after


ANYTHING = (
    st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2) | st.sampled_from(BEFORE)
)


@given(
    st.lists(
        ANYTHING
        | st.sampled_from([*SHAPES])
        | st.fixed_dictionaries(
            {"name": st.sampled_from([*SHAPES])},
            optional={name: ANYTHING for name in ("of", "to", "source", "prefix", "count", "names")},
        ),
        max_size=4,
    )
)
def test_no_fault_of_a_piece_is_raised_here(steps: Any) -> None:
    left = columns_after(BEFORE, steps, SOURCES)
    assert left is None or len(left) == len(set(left))
