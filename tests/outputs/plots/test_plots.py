"""Every plot of the table: on every odd score, in its place, told apart, and the same each time."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import matplotlib
import numpy as np
import pytest
from looking import cut_off, overlapping, pixels, texts_of, unlike
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from pictured import SCORES, TABLES, offered

import composer
from composer.errors import InputError
from composer.outputs.plots import PLOTS, Page, encoded, picture
from composer.outputs.plots.facts import Follows
from composer.outputs.plots.palette import THEMES, rgb
from composer.outputs.plots.poster import _sentences_that_fit
from composer.outputs.plots.roll import _depths
from composer.outputs.stream import Stream
from composer.piece.store import built_in
from composer.score import Marker, Score, Track, notes
from composer.table import Table
from composer.words import Words
from composer.writing import facts

QUICK = [kind for kind in PLOTS if kind != "poster"]


def drawn(kind: str, score: Score, **more: Any) -> Figure:
    """Return a picture, small to be quick."""
    return picture(kind, score, page=Page(900, 700, 80), **more)


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("kind", ["roll", "notes"])
def test_scores_of_every_kind_are_drawn_within_the_page(kind: str, name: str) -> None:
    figure = drawn(kind, SCORES[name])
    assert cut_off(figure) == []
    assert overlapping(figure) == []


@pytest.mark.parametrize("name", ["nothing", "no notes", "one note"])
def test_a_spectrogram_of_little_sound(name: str) -> None:
    figure = drawn("spectrogram", SCORES[name])
    assert cut_off(figure) == [] and overlapping(figure) == []


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("kind", ["notes", "path", "fidelity"])
def test_data_of_every_kind_are_drawn_within_the_page(kind: str, name: str) -> None:
    score = SCORES["odd signs"]
    figure = drawn(kind, score, **offered(TABLES[name], score))
    assert cut_off(figure) == []
    assert overlapping(figure) == []


@pytest.mark.parametrize("over", ["index", "row", "time"])
def test_the_data_run_over_what_is_asked_for(over: str) -> None:
    table, score = TABLES["plain"], SCORES["odd signs"]
    figure = drawn("notes", score, settings={"over": over}, **offered(table, score))
    assert {"index": "index", "row": "row of the data (0 is the first)", "time": "time (min:s)"}[over] in [
        text for text, _ in texts_of(figure)
    ]


@pytest.mark.parametrize(
    ("kind", "count", "said"),
    [("notes", 6, ""), ("notes", 8, "6 of 8 columns"), ("fidelity", 12, ""), ("fidelity", 13, "12 of 13 rules")],
)
def test_what_is_left_out_is_counted(kind: str, count: int, said: str) -> None:
    table = Table({f"c{n}": [0.0, float(n + 1)] for n in range(count)})
    rules = [Follows(f"t{n}", "pitch", f"c{n}", (0,), n) for n in range(count)]
    figure = drawn(kind, SCORES["odd signs"], table=table, follows=rules)
    assert [text for text, _ in texts_of(figure) if " of " in text] == [said] * bool(said)
    assert overlapping(figure) == []


@pytest.mark.parametrize(
    ("rows", "first", "scale"),
    [
        ([0, 1, 3, 9, 99, 999], 1.0, "log"),
        ([0, 200, 400, 600, 800, 999], 1.0, "linear"),  # even
        ([0, 1, 3, 9, 99, 999], 0.0, "linear"),  # 0 has no logarithm
        ([0, 1, 3, 9, 99, 999], 500.0, "linear"),  # no decades
    ],
)
def test_crowded_first_rows_are_spread_by_a_logarithm(rows: list[int], first: float, scale: str) -> None:
    table = Table({"a": np.sin(np.arange(1000.0))}, np.arange(1000.0) + first)
    score = Score((Track("a", "piano", notes(np.arange(6.0), 1, 60, row=rows)),))
    figure = drawn("notes", score, table=table, follows=(Follows("a", "pitch", "a", (0,)),))
    (strip,) = [ax for ax in figure.axes[0].child_axes if ax.lines]
    assert strip.get_xscale() == scale
    low, high = strip.get_xlim()
    assert low < first <= first + 999 < high
    assert cut_off(figure) == [] and overlapping(figure) == []


def test_a_poster_says_what_it_leaves_out() -> None:
    table = Table({f"c{n}": [0.0, float(n + 1)] for n in range(9)})
    rules = [Follows(f"t{n}", "pitch", f"c{n}", (0,), n) for n in range(9)]
    score = Score((Track("only", "piano", notes([0, 1], 1, [60, 64], row=[0, 1])),))
    told = Words("", (" ".join(f"Sentence number {n} of them." for n in range(90)),), ())
    figure = picture("poster", score, table=table, follows=rules, words=lambda: told)
    texts = [text.replace("\n", " ") for text, _ in texts_of(figure)]
    assert {"The data, before scaling: 3 of 9 columns", "What is heard of the data (Spearman's ρ): 5 of 9 rules"} < set(
        texts
    )
    (paragraph,) = [text for text in texts if text.startswith("Sentence number 0")]
    assert paragraph.endswith("of them. … (composer describe --text tells the rest)")
    assert overlapping(figure) == [] and cut_off(figure) == []


def test_a_text_is_told_whole_or_ends_in_what_tells_the_rest() -> None:
    one = "A sentence of a few words."
    counts = [len(_sentences_that_fit(" ".join([one] * n), 300, " … more").split(".")) - 1 for n in range(1, 40)]
    most = max(n for n in range(1, 40) if counts[n - 1] == n)
    assert 6 <= most < 20 and set(counts[most:]) <= {most, most - 1}
    long = _sentences_that_fit(" ".join([one] * 40), 300, " … more")
    assert long.endswith("words. … more") and long.count("\n") == 5
    assert "more" not in _sentences_that_fit(" ".join([one] * most), 300, " … more")
    assert _sentences_that_fit("word " * 900, 300, " … more").endswith("…")


@pytest.mark.parametrize("name", ["nothing", "one note"])
def test_a_poster_of_little(name: str) -> None:
    figure = picture("poster", SCORES[name])
    assert cut_off(figure) == [] and overlapping(figure) == []


def test_a_poster_of_a_piece(compositions: dict[str, composer.Composition]) -> None:
    figure = composer.plot(compositions["riemann"], "poster", theme="dark")
    assert cut_off(figure) == [] and overlapping(figure) == []
    told = " ".join(text for text, _ in texts_of(figure))
    for words in ("The music of the Riemann Hypothesis", "The data, before scaling", "The path", "The sound", "dBFS"):
        assert words in told


def silence() -> Stream:
    """Return a second of no sound: where texts lie does not hang on what is heard."""
    return Stream(22_050, 1, 22_050, lambda: iter([np.zeros((1, 22_050), np.float32)]))


@pytest.mark.parametrize("kind", PLOTS)
@pytest.mark.parametrize("name", built_in())
def test_every_picture_of_every_example(compositions: dict[str, composer.Composition], name: str, kind: str) -> None:
    music = compositions[name]
    more = {"audio": silence, "words": lambda: composer.in_words(music), **facts(music)}
    figure = picture(kind, music.score, **more)
    assert cut_off(figure) == [] and overlapping(figure) == []


def test_what_is_cut_off_or_overlaps_is_seen() -> None:
    figure = Figure(figsize=(4, 3))
    figure.text(0.5, 0.5, "one")
    figure.text(0.52, 0.5, "two")
    figure.text(0.95, 0.1, "beyond the edge")
    assert overlapping(figure) == [("one", "two")]
    assert cut_off(figure) == ["beyond the edge"]


def strips_of_tracks(count: int) -> tuple[Figure, list[Any]]:
    """Return the picture of one column that so many tracks follow on one row, the fourth on another too."""
    tracks = [Track(f"t{n}", "piano", notes(0, 1, 60 + n, row=0)) for n in range(count)]
    tracks[3] = Track("t3", "piano", notes([0, 1], 1, [60, 64], row=[0, 1]))
    rules = [Follows(f"t{n}", "pitch", "a", (n,), n) for n in range(count)]
    figure = picture("notes", Score(tuple(tracks)), page=Page(1500, 900, 200), table=TABLES["plain"], follows=rules)
    assert cut_off(figure) == [] and overlapping(figure) == []
    return figure, [ax for ax in figure.axes[0].child_axes if ax.get_visible()]


def test_tracks_that_play_the_same_rows_are_rings() -> None:
    figure, (strip,) = strips_of_tracks(4)
    x, y = strip.transData.transform((0, 1.0))
    image = pixels(encoded(figure, "png"))
    across = image[image.shape[0] - 1 - int(y), int(x) - 30 : int(x) + 30] / 255
    for n in range(4):
        assert np.abs(across - rgb(THEMES["light"].track(n))).max(axis=-1).min() < 0.12
    dots = {line.get_markerfacecolor(): line.get_markersize() for line in strip.lines if line.get_marker() == "o"}
    assert min(dots, key=lambda colour: dots[colour]) == THEMES["light"].track(3)  # with most rows: in the middle


def test_many_tracks_that_play_the_same_rows_have_lanes() -> None:
    figure, (strip,) = strips_of_tracks(7)
    curve, lanes = strip.child_axes
    assert not [line for line in curve.lines if line.get_marker() == "o"]
    assert [label.get_text() for label in lanes.get_yticklabels()] == [f"t{n}" for n in range(7)]
    image = pixels(encoded(figure, "png")) / 255
    for n in range(7):
        x, y = lanes.transData.transform((0, n))
        near = image[image.shape[0] - 1 - int(y), int(x) - 3 : int(x) + 4]
        assert np.abs(near - rgb(THEMES["light"].track(n))).max(axis=-1).min() < 0.12


def test_one_column_goes_from_value_to_value(compositions: dict[str, composer.Composition]) -> None:
    music = compositions["chaos"]
    figure = composer.plot(music, "path")
    dots = figure.axes[-1].collections[-1].get_offsets()
    now = music.table["now"]
    assert np.array_equal(dots[:, 0], now[:-1]) and np.array_equal(dots[:, 1], now[1:])
    assert {"now", "now, a row later"} <= {text for text, _ in texts_of(figure)}


def test_the_zeros_of_a_path_are_those_of_the_piece(compositions: dict[str, composer.Composition]) -> None:
    music = compositions["riemann"]
    figure = composer.plot(music, "path")
    assert len(music.score.markers) == 35
    assert "35 zeros passed: the row nearest to each" in [text for text, _ in texts_of(figure)]
    (dots,) = [line for line in figure.axes[-1].lines if line.get_markersize() == 3.4]
    assert len(dots.get_xdata()) == 35


def test_a_palette_s_instruments_are_told_apart(compositions: dict[str, composer.Composition]) -> None:
    told = {text for text, _ in texts_of(composer.plot(compositions["weather"], "fidelity"))}
    assert {"sky (flute)", "sky (celesta)", "temp_max (°C)"} <= told


@pytest.mark.parametrize(
    ("player", "count", "said"),
    [
        ("drums", 1, {"Spearman +0.500 by key"}),
        ("drums", 5, set()),
        ("piano", 1, {"pitch", "Spearman +0.500"}),
        ("piano", 5, {"pitch", "ρ +0.500"}),
    ],
)
def test_the_order_of_drums_is_that_of_their_keys(player: str, count: int, said: set[str]) -> None:
    score = Score((Track("a", player, notes([0, 1], 1, [36, 38], row=[0, 1])),))
    rules = [Follows("a", "pitch", "b", (0,))] * count  # five are narrow
    kept = [SimpleNamespace(track="a", target="pitch", column="b", spearman=0.5)] * count
    figure = picture(
        "fidelity", score, page=Page(900, 280, 80), table=TABLES["plain"], follows=rules, fidelity=lambda: kept
    )
    told = {text for text, _ in texts_of(figure)}
    assert {text for text in told if "0.500" in text or text == "pitch"} == said
    assert overlapping(figure) == [] and cut_off(figure) == []


# The roll


def square(velocity: float, colour: int = 0) -> Score:
    """Return a score whose one note, of its `colour`th track, is in the middle of its roll."""
    silent = [Track(f"{n}", "flute", notes([], [], [])) for n in range(colour)]
    return Score((*silent, Track("a", "flute", notes(1, 2, 60, velocity))))


def middle_of(score: Score, theme: str = "light") -> np.ndarray:
    """Return the colour at the middle of the note of a `square`, 0..1."""
    figure = Figure(figsize=(8, 6), dpi=100)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    assert picture("roll", score, ax=ax, page=Page(theme=theme)) is figure
    keys = ax.child_axes[1]
    png = encoded(figure, "png", theme)
    x, y = keys.transData.transform((2, 60))
    image = pixels(png)
    return np.asarray(image[image.shape[0] - 1 - int(y), int(x) + 3] / 255)


@pytest.mark.parametrize("theme", THEMES)
def test_a_note_lies_in_its_place_in_its_track_s_colour(theme: str) -> None:
    paper = rgb(THEMES[theme].paper)
    for n in (0, 3, 9):
        own = rgb(THEMES[theme].track(n))
        found = middle_of(square(1.0, n), theme)
        share = np.dot(found - paper, own - paper) / np.dot(own - paper, own - paper)
        assert share == pytest.approx(1, abs=0.01)
        assert np.abs(found - (share * own + (1 - share) * paper)).max() < 0.02


def test_louder_is_darker() -> None:
    darkness = [1 - middle_of(square(velocity)).mean() for velocity in (0.0, 0.3, 0.6, 1.0)]
    assert 0.1 < darkness[0] and np.diff(darkness).min() > 0.05


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_notes_upon_each_other_keep_their_colours(order: tuple[int, int]) -> None:
    long, short = Track("long", "flute", notes(0, 4, 60)), Track("short", "flute", notes(1, 2, 60))
    tracks = [(long, short)[n] for n in order]
    look = THEMES["light"]
    own = {track.name: rgb(look.track(n)) * 0.9 + rgb(look.paper) * 0.1 for n, track in enumerate(tracks)}  # v 0.8
    figure = drawn("roll", Score(tuple(tracks)))
    keys = figure.axes[0].child_axes[1]
    image = pixels(encoded(figure, "png")) / 255
    across = [keys.transData.transform((2.05, 60 + up)) for up in (-0.4, 0.0, 0.4)]
    found = [image[image.shape[0] - 1 - int(y), int(x)] for x, y in across]
    for colour, name in zip(found, ("long", "short", "long"), strict=True):
        assert np.abs(colour - own[name]).max() < 0.02  # neither hidden nor mixed


def test_how_deep_notes_lie_is_counted() -> None:
    low = notes([0, 4], 2, 60)
    depths = _depths([low, notes([1, 2, 4], [1, 2, 2], [60, 60, 61]), notes(1.5, 1, 60)], 8.0)
    assert [depth.tolist() for depth in depths] == [[0, 0], [1, 0, 0], [2]]
    assert max(depth.max() for depth in _depths([low] * 9, 8.0)) == 3


def test_silence_is_paper() -> None:
    figure = drawn("spectrogram", SCORES["nothing"])
    (field,) = [ax for ax in figure.axes[0:1]]
    box = field.get_window_extent()
    image = pixels(encoded(figure, "png"))
    inside = image[int(box.height * 0.4) : int(box.height * 0.6), int(box.x0) + 20 : int(box.x0) + 200]
    assert inside.min() == 255


def test_many_notes_one_after_another_leave_paper() -> None:
    count = 40_000
    pitch = np.random.default_rng(0).integers(40, 80, count)
    score = Score((Track("a", "flute", notes(np.arange(count), 1, pitch, 0.8)),))
    image = pixels(encoded(drawn("notes", score), "png"))
    high, wide = image.shape[:2]
    inside = image[int(high * 0.2) : int(high * 0.3), int(wide * 0.2) : int(wide * 0.8)]
    assert inside.mean() > 170  # a veil, not a block


def test_many_notes_upon_each_other_are_not_mud() -> None:
    rng = np.random.default_rng(0)
    count = 60_000
    start, pitch = rng.uniform(0, 400, count), rng.integers(40, 80, count)
    thick = start < 200  # the first half is four times as dense
    start = np.where(thick | (rng.uniform(size=count) < 0.25), start, start - 200)
    score = Score((Track("a", "flute", notes(start, 0.3, pitch, 0.8)),))
    image = pixels(encoded(drawn("roll", score), "png"))
    high, wide = image.shape[:2]
    inside = image[int(high * 0.25) : int(high * 0.8)]
    first, second = (255 - inside[:, int(wide * a) : int(wide * b)].mean() for a, b in ((0.12, 0.45), (0.58, 0.9)))
    assert first > 1.3 * second > 20


def test_markers_are_named_as_far_as_there_is_room() -> None:
    few = Score((Track("a", "flute", notes(0, 16, 60)),), markers=(Marker(2, "here"), Marker(9, "there")))
    many = Score(few.tracks, markers=tuple(Marker(n / 20, f"marker number {n}") for n in range(300)))
    told = [text for text, _ in texts_of(drawn("roll", few))]
    assert {"here", "there", "2 markers"} <= set(told)
    figure = drawn("roll", many)
    told = [text for text, _ in texts_of(figure)]
    shown = sum(text.startswith("marker number") for text in told)
    assert 12 <= shown <= 48 and f"300 markers, {shown} of 300 names shown" in told
    assert overlapping(figure) == []


@pytest.mark.parametrize("name", [*SCORES, *built_in()])
def test_no_vertical_runs_through_a_marker_s_name(compositions: dict[str, composer.Composition], name: str) -> None:
    figure = drawn("roll", SCORES[name]) if name in SCORES else composer.plot(compositions[name], "roll")
    top = figure.axes[0].child_axes[0]
    FigureCanvasAgg(figure).draw()
    named = [Text.get_window_extent(text) for text in top.texts]
    stems = [
        (x.min(), y.min(), y.max())
        for lines in top.collections
        for x, y in (lines.get_transform().transform(path.vertices).T for path in lines.get_paths())
    ]
    assert len(stems) == len(named)
    for box in named:
        assert not [x for x, low, high in stems if box.x0 < x < box.x1 and low < box.y1 - 3 and high > box.y0 + 3]


def test_a_name_at_the_end_stands_right_of_its_line() -> None:
    ends = tuple(Marker(beat, text) for beat, text in ((58, "cadence"), (63.9, "the very end of it all")))
    figure = drawn("roll", Score((Track("a", "flute", notes(0, 64, 60)),), markers=ends))
    top = figure.axes[0].child_axes[0]
    boxes = {text: box for text, box in texts_of(figure)}
    pole = [top.transData.transform((marker.beat, 0))[0] for marker in ends]
    assert 0 < boxes["cadence"].x0 - pole[0] < 8
    assert boxes["the very end of it all"].x0 < pole[1] < boxes["the very end of it all"].x1
    assert cut_off(figure) == [] and overlapping(figure) == []


def test_a_marker_s_text_erases_no_line() -> None:
    score = Score((Track("a", "flute", notes(0, 16, 60)),), markers=(Marker(2, "here and there"),))
    page = Page(700, 260, 80)  # low: the text is as high as its strip
    figure = picture("roll", score, page=page)
    (box,) = [box for text, box in texts_of(figure) if text == "here and there"]
    top = next(ax for ax in figure.axes[0].child_axes if ax.texts)
    row = pixels(encoded(figure, "png"))[round(figure.bbox.height - top.get_window_extent().y1)]
    under = row[int(box.x0) : int(box.x1)].mean(axis=-1)
    assert under.max() < 200  # the edge runs on, dark


# Pages and files


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (Page(1, 1), "1x1 px is too small"),
        (Page(100_000, 100_000), "100000x100000 px is too large"),
        (Page(19_000, 19_000), "too large for a picture"),
        (Page(1200, 199), "too small"),
        (Page(400, 300, 600), "leave no room for the picture\n    make it larger"),
        (Page(800, 600, 9), "9 dots an inch are out of bounds"),
        (Page(theme="drak"), "no theme is called 'drak'\n    did you mean 'dark'"),
    ],
)
def test_pages_that_cannot_be(page: Page, message: str) -> None:
    with pytest.raises(InputError, match=message.replace("?", r"\?")):
        picture("roll", SCORES["one note"], page=page)


@pytest.mark.parametrize("size", [(300, 220), (1200, 400), (400, 1600), (2400, 1600)])
def test_sizes_are_kept_to_the_pixel(size: tuple[int, int]) -> None:
    try:
        figure = picture("roll", SCORES["one note"], page=Page(*size))
    except InputError as error:
        assert size == (300, 220) and "leave no room" in str(error)
    else:
        assert pixels(encoded(figure, "png")).shape[:2] == size[::-1]


def test_one_side_gives_the_other() -> None:
    assert Page(600).fitted((1200, 800)) == Page(600, 400, 72)
    assert Page(0, 1600).fitted((1200, 800)) == Page(2400, 1600, 200)


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_the_same_picture_is_the_same_bytes_and_says_no_date(form: str) -> None:
    first, again = (encoded(drawn("roll", SCORES["odd signs"]), form, title="One", words="A roll.") for _ in range(2))
    assert first == again
    assert b"One" in first or form == "pdf"  # compressed there
    for word in (b"CreationDate", b"<dc:date>", b"Software", b"matplotlib.org"):
        assert word not in first.replace(b"http://matplotlib.org/", b"matplotlib.org" if form == "svg" else b"?")


def test_a_difference_is_seen() -> None:
    one, other = (encoded(drawn("roll", square(v)), "png") for v in (1.0, 0.2))
    assert unlike(one, one) == 0
    assert unlike(one, other) > 0.005
    assert unlike(one, encoded(drawn("roll", square(1.0, 1)), "png")) > 0.005
    assert unlike(one, encoded(picture("roll", square(1.0)), "png")) == 1


# Manners


def test_nothing_global_is_touched() -> None:
    before = dict(matplotlib.rcParams)
    figure = drawn("roll", SCORES["one note"])
    encoded(figure, "png")
    assert dict(matplotlib.rcParams) == before
    assert figure.canvas.manager is None


def test_a_user_s_style_does_not_leak_in() -> None:
    plain = encoded(drawn("notes", SCORES["odd signs"]), "png")
    with matplotlib.rc_context({"font.size": 30, "axes.grid": True, "lines.linewidth": 9, "text.color": "red"}):
        assert encoded(drawn("notes", SCORES["odd signs"]), "png") == plain


@pytest.mark.parametrize("kind", QUICK)
def test_a_plot_is_drawn_into_an_axes_of_the_user_s(kind: str) -> None:
    figure = Figure(figsize=(10, 5), layout="constrained")
    left, right = figure.subplots(1, 2)
    score, table = SCORES["one note"], TABLES["complex"]
    assert picture(kind, score, ax=right, **offered(table, score)) is figure
    assert not left.child_axes and (right.child_axes or right.collections)


def test_a_poster_takes_no_axes() -> None:
    with pytest.raises(InputError, match="page of its own"):
        picture("poster", SCORES["one note"], ax=Figure().add_subplot())


@pytest.mark.parametrize(
    ("kind", "more", "message"),
    [
        ("rol", {}, "no plot is called 'rol'\n    did you mean 'roll'"),
        ("path", {}, "the path needs the data"),
        ("fidelity", {}, "the picture of fidelity needs the data"),
        ("path", {"table": Table({})}, "needs a column of numbers"),
        ("fidelity", {"table": TABLES["plain"]}, "no track's pitch follows a column"),
        ("path", {"settings": {"at": 3.0}}, "partial sums are those of eta"),
        ("roll", {"settings": {"ovr": 3.0}}, "no setting of the plot roll is called 'ovr'"),
    ],
)
def test_what_cannot_be_drawn(kind: str, more: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        picture(kind, SCORES["one note"], **more)


def test_partial_sums_end_where_eta_is(compositions: dict[str, composer.Composition]) -> None:
    figure = composer.plot(compositions["riemann"], "path", at=1000.25)
    end = composer.eta(1000.25)
    (ring,) = [line for line in figure.axes[-1].lines if line.get_markersize() == 8]
    assert complex(ring.get_xdata()[0], ring.get_ydata()[0]) == pytest.approx(complex(end), abs=1e-6)


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r'not installed\n    pip install "eta-composer\[plot\]"'):
        picture("roll", SCORES["one note"])


def test_the_core_composes_without_matplotlib_and_never_imports_pyplot() -> None:
    code = """
import sys
sys.modules["matplotlib"] = None
import composer
made = composer.compose({"source": {"function": "noise", "points": 3}, "track": [{"pitch": {"from": "value"}}]})
assert made.score.tracks[0].notes.size == 3
del sys.modules["matplotlib"]
composer.plot(made)
assert "matplotlib.pyplot" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
