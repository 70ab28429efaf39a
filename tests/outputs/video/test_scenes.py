"""What the scenes show: the point of each note in the frame of its onset, the roll under the playhead, the paths."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import composer
from composer.errors import InputError
from composer.outputs.sound import sounded
from composer.outputs.video import SCENES, film_of, scene_for
from composer.outputs.video.canvas import Picture
from composer.outputs.video.film import Film
from composer.score import Marker, Score, Track, notes
from composer.units import F8, TempoMap

FPS = 25


def walk(rows: int, seed: int = 4) -> composer.Table:
    """Return a table of points all about the plane."""
    rng = np.random.default_rng(seed)
    return composer.Table({"re": rng.uniform(-2, 2, rows), "im": rng.uniform(-1, 1, rows), "z": np.arange(rows)})


def piece(**more: Any) -> dict[str, Any]:
    track = {"name": "tune", "instrument": "flute", "pitch": {"from": "z", "range": ["C4", "C6"]}, "duration": 0.37}
    return {"tempo": 60, "track": [track], **more}


def luma_of(film: Film, frames: list[int]) -> list[F8]:
    """Draw all frames and return the lumas of some."""
    picture, found = Picture(film.width, film.height), {}
    for k in range(max(frames) + 1):
        film.draw(k, picture)
        if k in frames:
            found[k] = picture.luma.astype(np.float64)
    return [found[k] for k in frames]


def test_in_orbit_the_frame_of_each_onset_shows_the_point_of_its_note(tmp_path: Path) -> None:
    """The brightest spot of each frame, read back from the file, against the data: one straight map fits them all."""
    table = walk(12)
    made = composer.compose(piece(mp4={"scene": "orbit", "size": "480x270", "fps": FPS}), table)
    path = composer.render(made, tmp_path / "orbit.mp4")
    with av.open(str(path)) as file:
        lumas = [frame.to_ndarray()[: frame.height].astype(np.float64) for frame in file.decode(video=0)]
    tune = made.score.tracks[0].notes
    onsets = np.floor(made.score.tempo.seconds(tune["start"]) * FPS + 1e-6).astype(int)
    points = np.stack([table["re"], table["im"], np.ones(12)], axis=1)[tune["row"]]

    def misfit(frames: np.ndarray[Any, Any]) -> float:
        spots = np.array([brightest(lumas[k]) for k in frames])
        fit, *_ = np.linalg.lstsq(points, spots, rcond=None)
        return float(np.hypot(*(points @ fit - spots).T).max())

    assert misfit(onsets) < 1.5  # pixels
    assert misfit(onsets + 3) > 10  # and a few frames later it is somewhere else


def brightest(luma: F8) -> tuple[float, float]:
    """Return the middle of the brightest spot, three pixels wide: x, y."""
    soft = sum(np.roll(luma, (down, across), (0, 1)) for down in (-1, 0, 1) for across in (-1, 0, 1))
    y, x = np.unravel_index(int(np.argmax(soft)), luma.shape)
    near = np.maximum(luma[y - 3 : y + 4, x - 3 : x + 4] - 120, 0)
    down, across = np.mgrid[y - 3 : y + 4, x - 3 : x + 4]
    return float((across * near).sum() / near.sum()), float((down * near).sum() / near.sum())


def test_the_origin_is_lit_where_the_path_is_near_a_zero() -> None:
    table = composer.Table({"re": [2.0, 0.02, -2.0, -2.0], "im": [1.0, 0.0, -1.0, 1.0], "z": [0, 1, 2, 3]})
    track = piece()["track"][0] | {"duration": 1.0}
    made = composer.compose({"tempo": 60, "track": [track]}, table)
    film = film_of(made.score, table, sounded(made.score), "orbit", "320x180", FPS)
    light = [luma[80:105, 150:170].mean() for luma in luma_of(film, [2, FPS + 1, 2 * FPS + 15])]
    assert light[1] > 3 * light[0] and light[1] > 2 * light[2]


def test_a_phase_portrait_of_any_two_columns() -> None:
    table = walk(20).with_columns({"big": np.linspace(1e6, 2e6, 20)})
    made = composer.compose(piece(), table)
    film = film_of(made.score, table, sounded(made.score), "orbit", "320x180", 10, x="z", y="big")
    (luma,) = luma_of(film, [30])
    assert (luma > 150).any()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"x": "re"}, "y: a path takes both x and y"),
        ({"x": "re", "y": "imm"}, "no column is called 'imm'"),
        ({"track": "tuna"}, "track: no track is called 'tuna'\n    did you mean 'tune'"),
    ],
)
def test_what_orbit_refuses(settings: dict[str, str], message: str) -> None:
    table = walk(5)
    made = composer.compose(piece(), table)
    with pytest.raises(InputError, match=re.escape(message)):
        film_of(made.score, table, sounded(made.score), "orbit", "320x180", 10, **settings)


def test_missing_values_leave_a_gap_and_no_more() -> None:
    table = composer.Table({"re": [0.0, np.nan, 1.0, 2.0], "im": [0.0, 1.0, np.nan, 1.0], "z": np.arange(4.0)})
    made = composer.compose(piece(), table)
    film = film_of(made.score, table, sounded(made.score), "orbit", "320x180", 10)
    assert len(luma_of(film, list(range(film.frames)))) == film.frames


def one_note(start: float = 1.0, length: float = 0.5) -> Score:
    return Score((Track("solo", "flute", notes(start, length, 72)),), TempoMap(((0, 60),)))


def test_in_the_roll_a_note_comes_to_the_playhead_as_it_sounds() -> None:
    score = one_note()
    film = film_of(score, None, sounded(score), "roll", "640x360", FPS)
    head = 2 * round(0.3 * 640 / 2)
    before, at, after = luma_of(film, [FPS - 1, FPS, FPS + 13])
    row = int(np.argmax(at[50:300, head + 4 : head + 9].mean(axis=1))) + 50  # the note's, just right of the playhead
    assert at[row, head + 4] > 150  # it sounds, and shines
    assert before[row, head + 1 : head + 6].mean() < at[row, head + 1 : head + 6].mean() - 30
    assert after[row, head - 5] < 100  # over, it is dim


def test_the_roll_moves_evenly() -> None:
    score = one_note(start=2.0)
    film = film_of(score, None, sounded(score), "roll", "640x360", FPS)
    lumas = luma_of(film, list(range(10, 34)))
    row = next(n for n in range(60, 300) if (lumas[10][n, 250:] > 100).any())
    edges = [int(np.flatnonzero(luma[row, 250:] > 90)[0]) for luma in lumas if (luma[row, 250:] > 90).any()]
    steps = np.diff(edges)
    assert len(edges) > 15 and set(steps.tolist()) == {steps[0]} and steps[0] % 2 == 0 and steps[0] < 0


def test_drums_have_lanes_of_their_own_below() -> None:
    tracks = (Track("tune", "flute", notes(0.5, 1, 60)), Track("kit", "drums", notes([0.5, 0.5], 0.25, [36, 42])))
    score = Score(tracks, TempoMap(((0, 60),)), markers=(Marker(0.5, "here"),), title="Both")
    film = film_of(score, None, sounded(score), "roll", "640x360", FPS)
    (luma,) = luma_of(film, [0])
    head, step = 2 * round(0.3 * 640 / 2), 2 * round(640 / (7 * FPS) / 2)
    lit = np.flatnonzero(luma[60:320, head + round(0.5 * FPS * step) + 3] > 60)  # a column through all three
    lanes = np.split(lit, np.flatnonzero(np.diff(lit) > 1) + 1)
    assert len(lanes) == 3 and lanes[1][0] - lanes[0][-1] > lanes[2][0] - lanes[1][-1]


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("size", ["32x32", "1280x720", "vertical", "square"])
def test_every_scene_at_every_size(scene: str, size: str) -> None:
    table = composer.sample("partial_sums", points=40, paths=2).with_columns({"z": np.arange(40.0)})
    table = table.with_columns({"re": table["re_0"], "im": table["im_0"]})
    made = composer.compose(piece(title="A title that is much too long for so small a picture as this one"), table)
    film = film_of(made.score, table, sounded(made.score), scene, size, 2)
    picture = Picture(film.width, film.height)
    for k in range(0, film.frames, 7):
        film.draw(k, picture)
    assert picture.luma.max() > 60 and picture.luma.min() >= 16


def test_the_scene_is_chosen_by_the_table() -> None:
    assert scene_for(None) == "roll"
    assert scene_for(composer.Table({"x": [1.0]})) == "roll"
    assert scene_for(walk(3)) == "orbit"
    assert scene_for(composer.sample("partial_sums", points=3)) == "convergence"


def test_convergence_has_come_to_the_term_of_each_note_when_it_sounds() -> None:
    from composer.outputs.video.convergence import terms_at
    from composer.outputs.video.stage import Stage, onsets

    made = composer.compose("convergence", composer.sample("partial_sums", points=2000))
    frames = int(made.score.seconds * 30) + 30
    stage = Stage(made.score, made.table, 320, 180, 30, frames)
    heard = onsets(stage)
    terms = terms_at(heard, stage, len(made.table))
    assert (np.diff(terms) >= 0).all() and terms[-1] == len(made.table)
    assert (terms[heard.frame] >= heard.row + 1).all()
    assert (terms[np.maximum(heard.frame - 2, 0)] <= heard.row + 1).mean() > 0.9  # and not long before


class Spy(Picture):
    """A picture that notes where discs are drawn."""

    def disc(self, x: float, y: float, radius: float, colour: Any, opacity: float = 1.0) -> None:
        self.discs = [*getattr(self, "discs", []), (x, y)]
        super().disc(x, y, radius, colour, opacity)


def test_convergence_ends_where_the_sums_do() -> None:
    """The heads in the last frame, against the last sums: one map of both axes alike, y upwards."""
    table = composer.sample("partial_sums", points=60, paths=4, step=1).with_columns({"z": np.arange(60.0)})
    made = composer.compose(piece(), table)
    film = film_of(made.score, table, sounded(made.score), "convergence", "640x360", 10)
    picture = Spy(640, 360)
    film.draw(0, picture)
    picture.discs = []
    film.draw(film.frames - 1, picture)
    heads = np.array([complex(x, -y) for x, y in picture.discs])
    ends = np.array([complex(table[f"re_{k}"][-1], table[f"im_{k}"][-1]) for k in range(4)])
    ratios = np.diff(heads) / np.diff(ends)
    assert ratios == pytest.approx(ratios[0], rel=1e-9) and ratios[0].real > 20 and abs(ratios[0].imag) < 1e-9
    assert all(picture.luma[int(y), int(x)] > 200 for x, y in picture.discs)


def test_a_table_without_sums_has_no_convergence() -> None:
    made = composer.compose(piece(), walk(5))
    with pytest.raises(InputError, match="re_0, im_0"):
        film_of(made.score, made.table, sounded(made.score), "convergence", "320x180", 10)


def test_a_score_alone_has_no_table_to_show() -> None:
    with pytest.raises(InputError, match="there is none"):
        film_of(one_note(), None, sounded(one_note()), "orbit", "320x180", 10)
