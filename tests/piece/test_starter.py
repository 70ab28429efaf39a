"""What `composer new` writes is a piece: for every function it is right, composes, and every track has notes."""

from __future__ import annotations

import tomllib

import pytest

from composer.composition import compose
from composer.errors import InputError
from composer.piece.starter import starter
from composer.piece.store import load
from composer.sources.functions import FUNCTIONS

# mpmath takes its time high above the real axis: a few points, low down, will do.
LIGHTER = {"eta": {"t": [0, 30], "points": 40}, "zeta": {"points": 60}, "hardy_z": {"points": 60}}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_starter_composes_and_every_track_has_notes(function: str) -> None:
    raw = tomllib.loads(starter(function))
    raw["source"] |= LIGHTER.get(function, {})
    composition = compose(load(raw))
    assert composition.table.names == FUNCTIONS[function].columns_for({})
    counts = {track.name: track.notes.size for track in composition.score.tracks}
    assert list(counts) == ["melody", "bass", "bells"]
    assert all(counts.values()), counts
    assert counts["melody"] == len(composition.table)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_starter_says_what_is_the_default_anyway(function: str) -> None:
    source = load(tomllib.loads(starter(function))).source
    assert source == load({"source": function, "track": [{}]}).source


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_setting_of_a_starter_is_explained(function: str) -> None:
    section = starter(function).split("[source]\n")[1].split("\n\n")[0].splitlines()
    settings = [line for line in section[1:] if "=" in line.split("#")[0]]
    assert settings and all("# " in line for line in settings)


def test_no_starter_for_a_name_that_is_no_function() -> None:
    with pytest.raises(InputError, match="did you mean 'eta'"):
        starter("etaa")
