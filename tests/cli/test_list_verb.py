"""`composer list`: every row of every table that a piece can name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from composer.cli.lists import LISTS
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
from composer.outputs.plots import PLOTS
from composer.outputs.soundfonts.catalogue import FONTS
from composer.outputs.video import SCENES
from composer.piece.store import built_in
from composer.shaping import SHAPES
from composer.sources.functions import FUNCTIONS

Run = Callable[..., Any]

TABLES: dict[str, Any] = {
    "functions": FUNCTIONS,
    "targets": TARGETS,
    "scalers": {**SCALERS, **TRANSFORMS},
    "tunings": TUNINGS,
    "snaps": SNAPS,
    "timings": TIMINGS,
    "rows": ROWS,
    "shapes": SHAPES,
    "roles": ROLES,
    "endings": ENDINGS,
    "instruments": instruments(),
    "drums": drums(),
    "engines": ENGINES,
    "soundfonts": FONTS,
    "scenes": SCENES,
    "plots": PLOTS,
    "outputs": OUTPUTS,
    "pieces": built_in(),
}


@pytest.mark.parametrize("kind", LISTS)
def test_every_list(run: Run, kind: str) -> None:
    result = run("list", kind)
    data = json.loads(run("list", kind, "--json").stdout)
    assert result.exit_code == 0 and data
    for row in data:
        assert row["name"] in result.stdout
    if kind in TABLES:
        assert [row["name"] for row in data] == list(TABLES[kind])
    if kind == "scales":
        assert [row["name"].removeprefix("TONIC ") for row in data] == list(SCALES)


def test_no_table_is_forgotten() -> None:
    assert set(LISTS) == {*TABLES, "scales", "readers"}


def test_a_function_is_shown_with_its_columns_parameters_and_defaults(run: Run) -> None:
    text = run("list", "functions").stdout
    for words in ("columns: t, re, im, abs, arg", "sigma = 0.5: real part of s", "points = 300", "[400000, 400020]"):
        assert words in text


def test_a_misspelt_list(refused: Run) -> None:
    assert "no list is called 'function'\n    did you mean 'functions'" in refused("list", "function")


def test_the_words_of_the_call(run: Run) -> None:
    assert run("list").exit_code == 2
