"""The parts of pictures against what can be known otherwise: levels, dates, texts, colours, layers."""

from __future__ import annotations

import datetime
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import composer
from composer.outputs.plots import axes as common
from composer.outputs.plots.notes import near_zeros
from composer.outputs.plots.palette import THEMES, rgb
from composer.outputs.plots.roll import _layers, _opacity, _outlines, _share
from composer.outputs.plots.spectrogram import levels_of
from composer.outputs.plots.text import BOX, legible, shortened, width_of, wrapped
from composer.outputs.stream import Stream
from composer.score import CONTROL, Score, Track, notes
from composer.table import Table

RATE = 22_050


def stream_of(samples: np.ndarray, block: int = 5000) -> Stream:
    """Return mono samples as a stream in blocks."""
    parts = [samples[None, k : k + block].astype(np.float32) for k in range(0, samples.size, block)]
    return Stream(RATE, 1, samples.size, lambda: iter(parts))


@pytest.mark.parametrize(("hz", "amplitude"), [(110.0, 1.0), (440.0, 0.5), (3000.0, 0.01)])
def test_a_sine_has_its_level_at_its_frequency(hz: float, amplitude: float) -> None:
    at = np.arange(3 * RATE) / RATE
    rows = 27.5 * 2 ** (np.arange(400) / 48)
    levels = levels_of(stream_of(amplitude * np.sin(2 * np.pi * hz * at)), rows)
    middle = levels[:, levels.shape[1] // 2]
    assert abs(np.log2(rows[middle.argmax()] / hz)) < 1 / 24
    assert middle.max() == pytest.approx(20 * np.log10(amplitude), abs=1.5)  # a Hann window's scalloping
    away = np.abs(np.log2(rows / hz)) > 0.5
    assert middle[away].max() < middle.max() - 50


def test_a_burst_is_at_its_time() -> None:
    at = np.arange(4 * RATE) / RATE
    sound = np.where((at > 1) & (at < 1.5), np.sin(2 * np.pi * 1000 * at), 0.0)
    levels = levels_of(stream_of(sound), np.array([990.0, 1000.0, 1010.0]))[1]
    loud = np.flatnonzero(levels > -6.02) / levels.size * 4
    assert loud[0] == pytest.approx(1, abs=0.02) and loud[-1] == pytest.approx(1.5, abs=0.02)
    assert levels[: levels.size // 5].max() < -100


@pytest.mark.parametrize("size", [1, 100, 5000, 30_000])
def test_blocks_do_not_matter_to_the_levels(size: int) -> None:
    sound = np.random.default_rng(1).normal(size=20_000) * 0.1
    rows = np.array([100.0, 200.0, 400.0, 5000.0])
    expected = levels_of(stream_of(sound, 20_000), rows)
    if size == 1:
        sound = sound[:300]
        expected = levels_of(stream_of(sound, 300), rows)
    assert levels_of(stream_of(sound, size), rows) == pytest.approx(expected)


# Axes


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        ("2003-01-15", "2015-01-10", 6, ["2004", "2006", "2008", "2010", "2012", "2014"]),
        ("2012-01-01", "2012-12-31", 4, ["Jan 2012", "Apr 2012", "Jul 2012", "Oct 2012"]),
        ("2026-02-25", "2026-02-28", 4, ["25 Feb 2026", "26 Feb 2026", "27 Feb 2026", "28 Feb 2026"]),
        ("1700-06-01", "2008-01-01", 4, ["1800", "1900", "2000"]),
    ],
)
def test_dates_are_round(low: str, high: str, most: int, expected: list[str]) -> None:
    ends = [datetime.datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() for day in (low, high)]
    ticks, labels = common.date_ticks(*ends, most)
    assert labels == expected
    if expected[0] == "2004":
        moments = [datetime.datetime.fromtimestamp(tick, datetime.UTC) for tick in ticks]
        assert [(m.month, m.day, m.hour) for m in moments] == [(1, 1, 0)] * 6


@settings(deadline=None)
@given(st.floats(-5e10, 2e11), st.floats(0.001, 1e11), st.integers(2, 12))
def test_there_are_never_too_many_dates(low: float, span: float, most: int) -> None:
    ticks, labels = common.date_ticks(low, low + span, most)
    assert len(ticks) == len(labels) <= max(most, 2)
    assert ticks == sorted(ticks)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_on_an_axis_are_short(value: float) -> None:
    assert len(common.number(value)) <= 17


@pytest.mark.parametrize("seconds", [0.0, 0.3, 7.0, 80.0, 4000.0, 1e6])
def test_a_clock_has_few_ticks_and_all_differ(seconds: float) -> None:
    at, labels = common.clock_ticks(seconds, 10)
    assert 1 <= at.size <= 12 and at[0] == 0 and at[-1] <= seconds + 1e-6
    assert len(set(labels)) == len(labels)


# Text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("naïve  Ωμέγα\n♯ η", "naïve Ωμέγα ♯ η"),
        ("漢字", BOX * 2),
        ("a\N{COMBINING ACUTE ACCENT}", "á"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}\N{MATHEMATICAL BOLD CAPITAL B}", "AB"),
        ("bell\x07tab\t.", "bell tab ."),
        ("$x$", "$x$"),
        ("", ""),
    ],
)
def test_text_is_put_into_signs_that_there_are(text: str, expected: str) -> None:
    assert legible(text) == expected


@settings(deadline=None)
@given(st.text(max_size=120), st.floats(20, 400), st.integers(1, 4))
def test_wrapped_lines_fit(text: str, width: float, most: int) -> None:
    lines = wrapped(legible(text), width, 10, most=most).split("\n")
    assert len(lines) <= most
    assert all(width_of(line, 10) <= width or len(line) == 1 for line in lines)
    assert width_of(shortened(legible(text), width, 10), 10) <= width


# Colours


def linear(colour: np.ndarray) -> np.ndarray:
    """Return sRGB as linear light (IEC 61966-2-1)."""
    return np.asarray(np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4))


# What the eyes lack, as matrices on linear RGB (Machado, Oliveira and Fernandes 2009, severity 1).
SIGHTS = {
    "all": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}


def lab(colour: str | np.ndarray, sight: str) -> np.ndarray:
    """Return a colour as seen, in CIE L*a*b* (D65)."""
    parts = rgb(colour) if isinstance(colour, str) else colour
    light = np.clip(np.array(SIGHTS[sight]) @ linear(parts), 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    part = to_xyz @ light / np.array([0.9505, 1.0, 1.089])
    f = np.where(part > 216 / 24389, np.cbrt(part), (24389 / 27 * part + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", THEMES)
def test_colours_of_tracks_are_told_apart(theme: str, sight: str) -> None:
    look = THEMES[theme]
    seen = [lab(look.track(n), sight) for n in range(16)]
    eight = min(np.linalg.norm(a - b) for a, b in combinations(seen[:8], 2))
    all_of_them = min(np.linalg.norm(a - b) for a, b in combinations(seen, 2))
    assert eight > 10 and all_of_them > 3.5
    paper = lab(look.paper, sight)
    assert min(np.linalg.norm(colour - paper) for colour in seen) > 25


@pytest.mark.parametrize("sight", SIGHTS)
def test_tints_of_tracks_are_told_apart(sight: str) -> None:
    look = THEMES["light"]
    loudness = _share(np.array([0.4, 0.7, 1.0]))
    tints = [[lab(tint, sight) for tint in look.tint(n, loudness)] for n in range(8)]
    for one, other in combinations(tints, 2):
        assert min(np.linalg.norm(a - b) for a in one for b in other) > 8  # a soft note of one, a loud one of the other


# The roll


def shapes(start: list[float], pitch: list[float], length: float = 1.0) -> list:
    """Return the outlines of notes."""
    return [_outlines(Track("a", "flute", notes(start, length, pitch)), 0.0)]


def test_layers_are_counted() -> None:
    assert _layers([], 4) == 1
    assert _layers(shapes([0, 1, 2], [60, 60, 61]), 4) == pytest.approx(1, abs=0.01)
    assert _layers(shapes([0] * 7, [60] * 7), 4) == pytest.approx(7, rel=0.02)


def test_layers_upon_each_other_come_to_one_opacity() -> None:
    alone = _opacity(np.array([0.8]), 1.0)[0]
    for layers in (2, 9, 40):
        assert 1 - (1 - _opacity(np.array([0.8]), layers)[0]) ** layers == pytest.approx(alone)


def test_a_bend_moves_the_outline() -> None:
    controls = np.array([(0.0, "bend", 0.0), (1.0, "bend", 2.0)], CONTROL)
    outline = _outlines(Track("a", "flute", notes(0, 2, 60), controls), 0.0).outline[0]
    lower = outline[: len(outline) // 2]
    assert lower[lower[:, 0] < 0.99, 1] == pytest.approx(59.56)
    assert lower[lower[:, 0] > 1.01, 1] == pytest.approx(61.56)


def test_near_zeros_are_the_dips_of_the_modulus() -> None:
    t = np.arange(14, 26, 0.05)
    table = composer.sample("zeta", t=[14, 26], points=t.size)
    found = np.asarray(table.index)[near_zeros(table)]
    assert found == pytest.approx([14.134725, 21.022040, 25.010858], abs=0.05)
    assert near_zeros(Table({"re": [1.0], "im": [0.0], "abs": [1.0]})).size == 0


def test_facts_are_told_in_a_line() -> None:
    assert common.facts_of(Score(())) == "0:00 · 120 bpm · 4/4 · 0 notes · 0 tracks"
    half = Score(
        (Track("a", "flute", notes(0, 221.25, 60)),)
    )  # 110.625 s, which the words round to 1 minute 51 seconds
    assert common.facts_of(half).startswith("1:51 · ")


def test_an_index_has_one_name_on_every_axis() -> None:
    plain, dated = Table({"a": [1.0]}), Table({"a": [1.0]}, [0.0], {}, frozenset({"index"}))
    assert [common.index_label(table, name) for table in (plain, dated) for name in ("index", "a")] == [
        "index",
        "a",
        "date (UTC)",
        "a (UTC)",
    ]
