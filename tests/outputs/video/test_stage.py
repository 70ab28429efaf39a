"""The form of a film: the heading, the room that is left for the scene, and what fits where."""

from __future__ import annotations

import numpy as np
import pytest

from composer.outputs.sound import sounded
from composer.outputs.video import film_of
from composer.outputs.video.canvas import Picture
from composer.outputs.video.lettering import width, wrapped
from composer.outputs.video.stage import GROUND, Stage, colour_of
from composer.score import Marker, Score, Track, notes
from composer.units import F8

SIZES = ((1280, 720), (1920, 1080), (1080, 1920), (1080, 1080), (480, 270), (32, 32), (4096, 32), (32, 4096))
LONG = "A title that takes more than a line where the picture is narrow, and then goes on"


def score(names: int = 3, title: str = LONG, markers: tuple[Marker, ...] = ()) -> Score:
    tune = notes([0, 1, 2], [1, 1, 1], [60, 67, 72], [0.9, 0.9, 0.9], row=[0, 1, 2])
    tracks = tuple(Track(f"track number {n + 1}", "flute", tune) for n in range(names))
    return Score(tracks, title=title, markers=markers)


def lit(picture: Picture) -> F8:
    """Return how much each pixel differs from the ground."""
    ground = Picture(picture.width, picture.height)
    ground.fill(GROUND)
    return np.abs(picture.luma.astype(np.float64) - ground.luma)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("names", [0, 3, 40])
def test_the_heading_lies_above_the_room_of_the_scene_and_inside_the_picture(size: tuple[int, int], names: int) -> None:
    stage = Stage(score(names), None, *size, 30, 90)
    picture, plot = stage.page(stage.score.tracks)
    assert plot.width > 0 and plot.height > 0
    if min(size) < 270:  # letters do not become smaller than they can be drawn
        return
    light = lit(picture)
    assert light[: int(plot.top)].max() > 100
    assert light[int(plot.top) :].max() == 0
    assert light[:, : int(plot.left) - 1].max() == 0 and light[:, int(plot.right) + 1 :].max() == 0
    assert plot.height > size[1] / 2


def test_every_track_has_its_name_in_the_heading_where_there_is_room() -> None:
    """In a narrow picture the names take more lines."""
    tops = []
    for size in ((1920, 1080), (1080, 1080)):
        stage = Stage(score(10, "Short"), None, *size, 30, 90)
        picture, plot = stage.page(stage.score.tracks)
        shown = picture.rgb()[: int(plot.top)].reshape(-1, 3) / 255
        for number in range(8):
            assert np.abs(shown - np.array(colour_of(number))).max(axis=1).min() < 0.12, number
        tops.append(plot.top)
    assert tops[1] > tops[0]


def test_lines_break_between_words_and_the_last_is_cut_short() -> None:
    room = width("numbers in", 20) + 1
    assert wrapped("numbers in music out", 20, room, 3) == ["numbers in", "music out"]
    assert wrapped("numbers in", 20, room, 1) == ["numbers in"]
    (only,) = wrapped("numbers in music out", 20, room, 1)
    assert only.endswith("…") and width(only, 20) <= room
    assert wrapped("  ", 20, room, 3) == []


def test_the_text_of_a_marker_ends_before_the_next_marker() -> None:
    """The strip above the lanes: light from the text of the first would lie right of the second."""
    marks = (Marker(0, "a very long text of a marker indeed"), Marker(1, "b"))
    found = []
    for markers in (marks, marks[1:]):
        made = score(1, "", markers)
        film = film_of(made, None, sounded(made), "roll", "1280x720", 30)
        picture = Picture(film.width, film.height)
        film.draw(0, picture)
        found.append(picture.luma.astype(np.float64))
    head = 2 * round(0.3 * 1280 / 2)
    second = head + 6 * 15  # beat 1 at 120 a minute is half a second, 15 pictures of 6 pixels, on
    changed = np.flatnonzero(np.abs(found[0] - found[1])[60:130].max(axis=0) > 20)
    assert changed.size and changed.max() < second


def test_no_two_of_sixteen_tracks_are_alike_and_none_is_lost_in_the_ground() -> None:
    colours = [np.array(colour_of(number)) for number in range(16)]
    for number, colour in enumerate(colours):
        assert np.abs(colour - np.array(GROUND)).max() > 0.3
        assert min(np.abs(colour - other).max() for other in colours[:number] + colours[number + 1 :]) > 0.1
