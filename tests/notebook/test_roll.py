"""The roll as SVG: where each note lies, its colour, and that it stays small whatever the score."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import composer
from composer.notebook.roll import COLOURS, MOST_BYTES, roll_svg
from composer.score import Score, Track, notes
from composer.units import TempoMap

SVG = "{http://www.w3.org/2000/svg}"


def lines(svg: str) -> dict[str, list[tuple[float, float, float]]]:
    """Return the notes' lines of each colour: left end, height, length (px)."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    for path in ET.fromstring(svg).iter(f"{SVG}path"):
        if path.get("stroke") in COLOURS:
            parts = re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)", path.get("d") or "")
            found.setdefault(path.get("stroke") or "", []).extend(
                (float(x), float(y), float(wide)) for x, y, wide in parts
            )
    return found


def test_where_notes_lie() -> None:
    tempo = TempoMap(((0.0, 60.0), (4.0, 120.0)))
    first = Track("a", "flute", notes([0, 4, 6], [1, 2, 2], [60, 66, 72]))
    second = Track("b", "drums", notes([2], [4], [38]))
    found = lines(roll_svg(Score((first, second), tempo)))
    assert set(found) == set(COLOURS[:2])
    x, y, wide = np.array(sorted(found[COLOURS[0]])).T
    second_wide = (900 - 34 - 8) / 6  # six seconds in all
    assert x == pytest.approx(34 + second_wide * np.array([0, 4, 5]), abs=0.51)
    assert wide == pytest.approx(second_wide * np.array([1, 1, 1]), abs=1.01)
    assert y[0] - y[1] == pytest.approx(y[1] - y[2], abs=0.11) and y[0] > y[1]
    assert found[COLOURS[1]][0][2] < 3  # a drum is a stroke


def test_the_louder_the_stronger() -> None:
    made = notes(range(4), 1, 60, [0.1, 0.4, 0.6, 1.0])
    svg = roll_svg(Score((Track("a", "flute", made),)))
    paths = [path for path in ET.fromstring(svg).iter(f"{SVG}path") if path.get("stroke") == COLOURS[0]]
    drawn = sorted(
        (float((path.get("d") or "")[1:].split()[0]), float(path.get("stroke-opacity") or 0)) for path in paths
    )
    strengths = [opacity for _, opacity in drawn]
    assert len(strengths) == 4 and strengths == sorted(set(strengths))


@pytest.mark.parametrize("name", ["riemann", "standard", "breath"])
def test_every_note_of_a_piece_is_drawn(compositions: dict[str, composer.Composition], name: str) -> None:
    score = compositions[name].score
    svg = roll_svg(score)
    assert sum(map(len, lines(svg).values())) == sum(track.notes.size for track in score.tracks)
    texts = [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]
    assert score.title in texts and "0:00" in texts and "C4" in texts


@pytest.mark.parametrize("count", [0, 1, 100_000])
def test_any_number_of_notes_is_small(count: int) -> None:
    rng = np.random.default_rng(2)
    tracks = tuple(
        Track(f"t{n}", "piano", notes(rng.random(count) * 3600, 0.3, rng.integers(0, 128, count), rng.random(count)))
        for n in range(1 if count < 2 else 8)
    )
    svg = roll_svg(Score(tracks, title="& < \x00 ]]>"))
    assert len(svg.encode()) <= MOST_BYTES
    ET.fromstring(svg)
    assert bool(lines(svg)) == (count > 0)


def test_notes_that_touch_on_a_coarse_raster_stay_apart_in_height() -> None:
    made = notes(np.repeat(np.arange(3000), 2) * 0.5, 0.5, np.tile([60, 64], 3000))
    found = lines(roll_svg(Score((Track("a", "flute", made),)), most=6000))[COLOURS[0]]
    heights = {y for _, y, _ in found}
    assert len(heights) == 2 and all(x + wide <= 900 for x, _, wide in found)
    for height in heights:
        assert sum(wide for _, y, wide in found if y == height) == pytest.approx(858, rel=0.02)
