"""The tides as a source: what the table holds, what is refused, and how the tide behaves."""

from __future__ import annotations

import dataclasses
import tracemalloc
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import InputError
from composer.sources import tides
from composer.sources.tidal.constituents import CONSTITUENTS
from composer.sources.tidal.harbours import Harbour, harbours
from composer.sources.tides import columns_of, extremes, heights, moment, ranges, slopes
from composer.table import iso_date

HOUR, DAY = 3600.0, 86400.0


def with_only(*names: str, at: str = "brest") -> Harbour:
    """Return a harbour with only some constituents."""
    row = harbours()[at]
    return dataclasses.replace(row, constants={name: row.constants[name] for name in names})


# The table


def test_one_harbour_gives_its_height_slope_and_range() -> None:
    table = tides.tides(100, "boston", "2024-02-29", 15)
    assert table.names == tides.COLUMNS == columns_of({"harbour": "boston"})
    assert table.dates == {"index"}
    assert table.shown("index", 0), table.shown("index", 1) == ("2024-02-29", "2024-02-29 00:15")
    assert np.diff(table["index"]).tolist() == [900.0] * 99
    row, seconds = harbours()["boston"], table["index"]
    assert table["height"].tolist() == heights(row, seconds).tolist()
    assert table["slope"].tolist() == slopes(row, seconds).tolist()
    assert table["range"].tolist() == ranges(row, seconds).tolist()


def test_several_harbours_give_a_column_of_heights_each() -> None:
    names = ("Brest", "new york", "Dublin Port")
    table = tides.tides(50, names, "2026-03-01", 60)
    assert table.names == ("brest", "new_york", "dublin") == columns_of({"harbour": list(names)})
    for name in table.names:
        assert table[name].tolist() == tides.tides(50, name, "2026-03-01", 60)["height"].tolist()
    assert tides.tides(5, ("brest",)).names == ("brest",) == columns_of({"harbour": ["brest"]})


@pytest.mark.parametrize(
    ("arguments", "columns"),
    [
        ({}, tides.COLUMNS),
        ({"harbour": "nowhere", "points": -3}, tides.COLUMNS),
        ({"harbour": 7}, tides.COLUMNS),
        ({"harbour": None}, tides.COLUMNS),
        ({"harbour": []}, ()),
        ({"harbour": ["Brest", 7, None, "brest", "no where", "San Francisco (Golden Gate)"]},
         ("brest", "no_where", "san_francisco")),
    ],
)  # fmt: skip
def test_the_columns_are_known_of_faulty_arguments_too(arguments: dict[str, Any], columns: tuple[str, ...]) -> None:
    assert columns_of(arguments) == columns


def test_a_height_depends_on_its_time_alone() -> None:
    # Not on where the table begins, nor on its step, nor on how many points are worked on together.
    table = tides.tides(40_000, "saint_john", "2025-12-25", 10)
    other = tides.tides(3, "saint_john", "2026-03-01T06:00", 720)
    rows = np.searchsorted(table["index"], other["index"])
    for column, error in (("height", 1e-9), ("slope", 1e-9), ("range", 1e-9)):
        assert table[column][rows] == pytest.approx(other[column], abs=error)


def test_many_points_take_little_memory() -> None:
    seconds = moment("1950-01-01") + 360.0 * np.arange(200_000)
    tracemalloc.start()
    try:
        heights(harbours()["marseille"], seconds)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < seconds.nbytes + 6e6  # the heights themselves, and the work on one stretch of them


# What is refused


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"harbour": "dubln"}, "harbour: no harbour is called 'dubln'\n.*did you mean 'dublin'"),
        ({"harbour": ("brest", "bost")}, "harbour: no harbour is called 'bost'\n.*'boston'"),
        ({"harbour": ()}, "harbour: no harbour is named"),
        ({"harbour": ("brest", "Brest")}, "harbour: the harbour 'brest' is named twice"),
        ({"start": "tomorrow"}, "start: 'tomorrow' is not a date\n.*2026-01-31"),
        ({"start": "2026-02-30"}, "start: '2026-02-30' is not a date"),
        ({"start": ""}, "start: '' is not a date"),
        ({"start": "1899-12-31T23:59"}, "start: .* beyond what can be predicted\n.*1900 to 2100"),
        ({"start": "2101-01-01"}, "start: .* beyond what can be predicted"),
        ({"start": "0001-01-01T00:00+05:00"}, "start: .* beyond what can be predicted"),
        ({"start": "2100-12-31", "points": 49, "step": 30.0}, "points: the last of them is beyond what can be"),
    ],
)
def test_what_cannot_be_predicted_is_refused(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        tides.tides(**arguments)


def test_the_first_and_the_last_day_are_within_reach() -> None:
    assert len(tides.tides(48, start="1900-01-01")) == 48
    assert iso_date(tides.tides(48, start="2100-12-31")["index"][-1]) == "2100-12-31 23:30"


def test_dates_are_utc_unless_they_say_otherwise() -> None:
    assert moment("1970-01-01") == 0
    assert moment(" 1970-01-02 ") == DAY
    assert moment("1970-01-01T01:00+01:00") == moment("1970-01-01T00:00Z") == moment("1969-12-31T19:00-05:00") == 0
    assert moment("2022-06-14 19:35") == 1655235300.0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("dubln",), "harbour: no harbour"),
        (("dublin", "noon"), "start: 'noon' is not a date"),
        (("dublin", "2026-01-01", -1), "hours: -1 hours cannot be searched"),
        (("dublin", "2026-01-01", float("nan")), "hours: nan hours"),
        (("dublin", "2026-01-01", 300_000), "hours: 300000 hours"),
        (("dublin", "2100-12-31", 25), "hours: the end is beyond"),
    ],
)
def test_turning_points_refuse_the_same(arguments: tuple[Any, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        extremes(*arguments)


# How the tide behaves


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(harbours())), st.integers(-2_208_988_800 + 86400, 4_133_894_400 - 86400))
def test_the_slope_is_the_derivative(slug: str, second: int) -> None:
    row = harbours()[slug]
    times = second + np.array([-15.0, 15.0])
    change = np.diff(heights(row, times))[0] * 120
    bound = sum(amplitude * np.radians(CONSTITUENTS[name].speed) for name, (amplitude, _) in row.constants.items())
    assert slopes(row, np.array([float(second)]))[0] == pytest.approx(change, abs=2e-4 * bound)


def test_m2_alone_is_a_cosine_of_its_speed() -> None:
    seconds = moment("2026-01-01") + HOUR * np.arange(0, 24, 0.5)
    values = heights(with_only("M2"), seconds)
    step = np.radians(28.9841042 / 2)
    assert values[2:] + values[:-2] == pytest.approx(2 * np.cos(step) * values[1:-1], abs=1e-4)


def test_springs_and_neaps_come_every_fortnight() -> None:
    # M2 and S2 beat once in 360 / (30 - 28.9841042) hours, 14.765 days; they stand together at springs.
    row = with_only("M2", "S2")
    seconds = moment("2026-01-01") + HOUR * np.arange(0, 365.25 * 24)
    values = ranges(row, seconds)
    springs = np.flatnonzero((values[1:-1] >= values[:-2]) & (values[1:-1] > values[2:])) + 1
    springs = springs[values[springs] > 0.95 * values.max()]
    firsts = [group[0] for group in np.split(springs, np.flatnonzero(np.diff(springs) > 72) + 1)]
    assert len(firsts) == pytest.approx(365.25 / 14.765, abs=1)
    assert (firsts[-1] - firsts[0]) / 24 / (len(firsts) - 1) == pytest.approx(14.765, abs=0.05)
    m2, s2 = row.constants["M2"][0], row.constants["S2"][0]
    assert values.max() == pytest.approx(2 * (m2 * 0.966 + s2), rel=0.01)  # f of M2 is 0.966 in 2026
    assert values.min() == pytest.approx(2 * (m2 * 0.966 - s2), rel=0.02)


def test_a_solar_tide_repeats_every_day_and_a_slow_one_every_year() -> None:
    start = moment("2026-01-01")
    s2 = heights(with_only("S2"), start + DAY * np.arange(0, 300, 7))
    assert s2 == pytest.approx(np.full(s2.size, s2[0]), abs=1e-12)
    year = heights(with_only("SA"), start + 365.2422 * DAY * np.arange(50))
    assert year == pytest.approx(np.full(50, year[0]), abs=1e-4)


def test_the_year_s_high_water_comes_when_the_sun_has_reached_the_lag() -> None:
    # SA's lag is reckoned from the Sun's longitude, 0 at the March equinox: Brest's 245° is in late November.
    row = with_only("SA")
    seconds = moment("2026-01-01") + DAY * np.arange(365)
    top = seconds[np.argmax(heights(row, seconds))]
    assert row.constants["SA"][1] == 245.1
    assert moment("2026-11-24") < top < moment("2026-11-30")


def test_the_range_is_that_of_the_lunar_day() -> None:
    row = harbours()["manila"]  # where the daily tide is the greater
    times = moment("2026-05-03T07:11") + 61 * HOUR * np.arange(12)
    around = times[:, None] + np.arange(-12.33 * HOUR, 12.34 * HOUR, 60)
    exact = np.array([np.ptp(heights(row, day)) for day in around])
    assert ranges(row, times) == pytest.approx(exact, rel=0.02)
    bay = tides.tides(2000, "saint_john", "2026-01-01", 30)["range"]
    assert 4 < bay.min() < 5 < 7 < bay.max() < 9  # the Bay of Fundy has the greatest tides on Earth


# Turning points


def test_high_and_low_waters_alternate_at_no_slope() -> None:
    for slug in ("brest", "san_francisco", "galveston", "manila"):
        found = extremes(slug, "2026-01-01", 24 * 60)
        row = harbours()[slug]
        assert found.kinds[1:].tolist() == (-found.kinds[:-1]).tolist()
        assert np.abs(slopes(row, found.times)).max() < 1e-5
        for kind, side in ((1, 600.0), (-1, -600.0)):
            here = found.times[found.kinds == kind]
            top = heights(row, here) * kind
            assert np.all(top >= heights(row, here + side) * kind)
            assert np.all(top >= heights(row, here - side) * kind)
        assert found.heights.tolist() == heights(row, found.times).tolist()


def test_none_is_missed() -> None:
    found = extremes("brest", "2026-01-01", 24 * 29.53)
    assert len(found.times) == pytest.approx(4 * 29.53 / 1.035, abs=1)
    assert all(4.5 < (after - before) / HOUR < 8 for before, after in pairwise(found.times))
    seconds = np.arange(moment("2026-01-01"), moment("2026-01-01") + 24 * 29.53 * HOUR, 60)
    values = heights(harbours()["brest"], seconds)
    tops = seconds[1:-1][(values[1:-1] > values[:-2]) & (values[1:-1] >= values[2:])]
    assert found.times[found.kinds == 1] == pytest.approx(tops, abs=61)


def test_a_moment_has_no_turning_point() -> None:
    assert extremes("brest", "2026-01-01", 0).times.size == 0
    whole, part = extremes("brest", "2026-01-01", 48), extremes("brest", "2026-01-01", 30.1)
    assert part.times == pytest.approx(whole.times[: part.times.size], abs=0.02)
    assert whole.times[part.times.size] > moment("2026-01-01") + 30.1 * HOUR


def test_hours_in_place_of_points() -> None:
    by_hours = tides.tides(start="2026-01-01", hours=25, step=30.0)
    assert np.array_equal(by_hours["index"], tides.tides(51, step=30.0)["index"])
    assert len(tides.tides(hours=0.1)) == 1
    with pytest.raises(InputError, match=r"hours: that is 6e\+08 points"):
        tides.tides(hours=1e5, step=0.01)
