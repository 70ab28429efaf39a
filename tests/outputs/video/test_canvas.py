"""Drawing in the planes of a frame, against libav's own conversion and against sums."""

from __future__ import annotations

import av
import numpy as np
import pytest

from composer.errors import InputError
from composer.outputs.video.canvas import Box, Light, Picture, along, rgb_of, ycbcr
from composer.outputs.video.lettering import fitting, width, write
from composer.outputs.video.sizes import SIZES, size_of

GREY = (0.5, 0.5, 0.5)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 200, 90), (17, 34, 201)])
def test_colours_are_what_libav_makes_of_them(colour: tuple[int, int, int]) -> None:
    image = np.full((16, 16, 3), colour, np.uint8)
    frame = av.VideoFrame.from_ndarray(image, format="rgb24")
    planes = frame.reformat(format="yuv444p", dst_colorspace="ITU709", dst_color_range="MPEG").to_ndarray()
    ours = ycbcr(np.array(colour) / 255)
    assert [int(plane[4, 4]) for plane in planes] == pytest.approx(ours, abs=1.5)
    assert rgb_of(ours) == pytest.approx(np.array(colour), abs=1)


def test_a_box_covers_as_much_of_each_pixel_as_lies_in_it() -> None:
    picture = Picture(32, 32)
    picture.fill((0.0, 0.0, 0.0))
    picture.box(Box(4.25, 6, 10.5, 8), (1.0, 1.0, 1.0))
    row = (picture.luma[6].astype(float) - 16) / 219
    assert row[3:12] == pytest.approx([0, 0.75, 1, 1, 1, 1, 1, 0.5, 0], abs=0.01)
    assert (picture.luma[[5, 8]] == 16).all() and (picture.blue == 128).all()


@pytest.mark.parametrize("place", [(-50, 5), (29, 29), (5, -50), (200, 200), (-3, -3)])
def test_what_reaches_beyond_the_picture_is_cut(place: tuple[int, int]) -> None:
    whole = Picture(128, 128)
    part = Picture(32, 32)
    for picture, shift in ((whole, 48), (part, 0)):
        picture.fill(GREY)
        picture.disc(place[0] + shift, place[1] + shift, 12.3, (1.0, 0.2, 0.1), 0.8)
    assert (whole.luma[48:80, 48:80] == part.luma).all()
    assert (whole.red[24:40, 24:40] == part.red).all()


def test_light_is_spread_but_not_lost() -> None:
    light = Light(64, 64)
    rng = np.random.default_rng(2)
    x, y = rng.uniform(10, 50, (2, 300))
    light.add(x, y, (0.25, 0.5, 1.0))
    total = light._light.sum(axis=1)
    assert total == pytest.approx([75, 150, 300], rel=1e-4)
    one = Light(64, 64)
    one.add(np.array([20.3]), np.array([30.8]), (1.0, 1.0, 1.0))
    spot = one._light[0].reshape(64, 64)
    rows, columns = np.mgrid[:64, :64] + 0.5
    assert ((spot * columns).sum(), (spot * rows).sum()) == pytest.approx((20.3, 30.8), abs=1e-4)


def test_light_is_shown_over_what_is_below_and_can_be_put_out() -> None:
    below, picture, light = Picture(64, 64), Picture(64, 64), Light(64, 64)
    below.fill((0.1, 0.1, 0.3))
    picture.show(below)
    line = along(np.array([10.0, 50.0]), np.array([20.5, 20.5]))[:2]
    light.add(*line, (0.0, 2.0, 0.0))
    cells = light.show(picture, below)
    shown = picture.rgb()
    assert shown[20, 30, 1] > 180 and shown[40, 30, 1] < 40 and (picture.luma != below.luma).sum() >= 40 * 3
    light.put_out(cells)
    assert not light._light.any()


def test_an_even_line_is_drawn_whatever_its_direction() -> None:
    for angle in np.linspace(0, np.pi, 7):
        light = Light(128, 128)
        x, y, at = along(64 + 40 * np.cos(angle) * np.array([-1, 1]), 64 + 40 * np.sin(angle) * np.array([-1, 1]))
        light.add(x, y, (1.0, 1.0, 1.0))
        assert light._light[0].sum() == pytest.approx(80, abs=1.5)
        assert (np.diff(at) > 0).all() and at[0] >= 0 and at[-1] <= 1


def test_text_is_written_where_it_is_asked_for() -> None:
    picture = Picture(400, 100)
    picture.fill((0.0, 0.0, 0.0))
    write(picture, 200, 60, "Hx", 40, (1.0, 1.0, 1.0), align=0.5)
    rows, columns = np.nonzero(picture.luma > 128)
    assert rows.max() == pytest.approx(59, abs=1) and rows.min() == pytest.approx(60 - 0.73 * 40, abs=3)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(200, abs=4)


def test_text_that_no_font_has_is_a_box_and_no_more() -> None:
    picture = Picture(400, 100)
    picture.fill((0.0, 0.0, 0.0))
    write(picture, 10, 60, "\U0001f3b5 音楽\n\t", 30, (1.0, 1.0, 1.0))
    assert (picture.luma > 128).any()


def test_long_text_is_cut_to_its_room() -> None:
    text = fitting("a title that is much too long", 30, 200)
    assert text.endswith("…") and width(text, 30) <= 200
    assert fitting("short", 30, 200) == "short" and fitting("short", 30, 1) == ""


def test_sizes() -> None:
    assert [size_of(name) for name in SIZES] == list(SIZES.values())
    assert size_of("1920x1080") == size_of(" 1920 × 1080 ") == (1920, 1080)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1x1", "odd side"),
        ("2x2", "cannot be made"),
        ("100000x100000", "cannot be made"),
        ("4096x4096", "cannot be made"),
        ("1921x1080", "odd side"),
        ("big", "is not a size"),
        ("-2x4", "is not a size"),
        ("1920x1080.5", "is not a size"),
    ],
)
def test_sizes_that_cannot_be(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        size_of(text)
