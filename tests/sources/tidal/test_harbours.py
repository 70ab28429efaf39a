"""The harbours' data: complete, in range, each with its source, licence and what was changed."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from composer.errors import InputError
from composer.sources.tidal.constituents import CONSTITUENTS
from composer.sources.tidal.harbours import harbour_of, harbours, slug_of

DATA = json.loads(resources.files("composer.sources.tidal").joinpath("harbours.json").read_text("utf-8"))


def test_there_are_thirty_six() -> None:
    assert len(harbours()) == 36
    assert len({row.name for row in harbours().values()}) == 36
    assert {row.country for row in harbours().values()} >= {"Ireland", "Japan", "Kenya", "Norway", "United States"}


@pytest.mark.parametrize("slug", harbours())
def test_each_harbour_is_whole(slug: str) -> None:
    row = harbours()[slug]
    assert slug == row.slug == slug_of(slug)
    assert -90 <= row.latitude <= 90
    assert -180 <= row.longitude <= 180
    assert set(row.constants) <= set(CONSTITUENTS)
    assert {"M2", "S2", "N2", "K1", "O1"} <= set(row.constants)
    for amplitude, lag in row.constants.values():
        assert 0 < amplitude < 5
        assert 0 <= lag <= 360


@pytest.mark.parametrize("slug", harbours())
def test_each_harbour_names_whom_to_thank(slug: str) -> None:
    row = harbours()[slug]
    source = DATA["sources"][DATA["harbours"][slug]["source"]]
    assert (row.credit, row.licence, row.url) == (source["credit"], source["licence"], source["url"])
    assert row.licence in ("public domain", "CC-BY-4.0")
    assert row.record
    assert row.url.startswith("https://")
    assert source["changes"]
    if row.licence == "CC-BY-4.0":
        assert source["licence_url"] == "https://creativecommons.org/licenses/by/4.0/"


def test_some_constants_as_published() -> None:
    assert harbours()["san_francisco"].constants["M2"] == (0.576, 208.2)
    assert harbours()["boston"].constants["M2"] == (1.371, 109.2)
    assert harbours()["bergen"].constants["M2"] == (0.4536, 283.5)


def test_a_harbour_by_slug_or_by_name() -> None:
    for row in harbours().values():
        assert harbour_of(row.slug) is harbour_of(row.name) is harbour_of(row.name.upper()) is row
    assert harbour_of("Saint-Malo").slug == "saint_malo"


@pytest.mark.parametrize(
    ("name", "nearest"), [("dubln", "dublin"), ("sanfrancisco", "san_francisco"), ("Ber", "bergen")]
)
def test_an_unknown_harbour_is_refused_with_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(InputError, match=f"no harbour is called '{name}'\n.*{nearest}"):
        harbour_of(name)


def test_a_name_far_from_all_is_refused() -> None:
    with pytest.raises(InputError, match="no harbour is called 'Ulan Bator'"):
        harbour_of("Ulan Bator")
