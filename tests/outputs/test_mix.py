"""The mix: what may be played together, gains, and what goes to the reverb when."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from composer.outputs.mix import SLIDE, mixed, mono, strips, with_their_sum
from composer.outputs.stream import Stream
from composer.score import CONTROL, Controls, Score, Track, notes
from composer.units import F4, TempoMap

RATE = 8000
MINUTE = TempoMap(((0.0, 60.0),))  # a beat is a second


def controls(*rows: tuple[float, str, float]) -> Controls:
    return np.array(list(rows), CONTROL)


def track(gain: float = 0.0, *rows: tuple[float, str, float]) -> Track:
    return Track("it", "sine", notes(0, 1, 60), controls(*rows), gain=gain)


def stream(*levels: float, sizes: tuple[int, ...] = (5, 3)) -> Stream:
    """Return a stream with a pair for each level, on whose right side it is doubled."""

    def blocks() -> Iterator[F4]:
        for size in sizes:
            yield np.repeat([[side * level] for level in levels for side in (1, 2)], size, axis=1).astype(np.float32)

    return Stream(RATE, 2 * len(levels), sum(sizes), blocks)


def whole(one: Stream) -> F4:
    return np.concatenate([*one.blocks()], axis=1)


def test_tracks_that_are_mixed_alike_are_played_together() -> None:
    reverb = (0.0, "reverb", 0.4)
    score = Score((track(), track(-6), track(), track(0, reverb), track(-6), track(0, reverb)))
    assert [strip.tracks for strip in strips(score)] == [(0, 2), (1, 4), (3, 5)]
    assert [strip.tracks for strip in strips(score, apart=True)] == [(n,) for n in range(6)]
    assert strips(Score(())) == []


def test_other_controllers_keep_nobody_apart() -> None:
    score = Score((track(), track(0, (0, "volume", 0.5), (3, "reverb", 0.0))))
    assert [strip.tracks for strip in strips(score)] == [(0, 1)]


def test_gains_are_in_decibels() -> None:
    each = strips(Score((track(), track(-20), track(6))))
    found = whole(mixed(stream(1.0, 1.0, 0.5), each, wet=False))
    left = 1 + 0.1 + 0.5 * 10 ** (6 / 20)
    assert found.shape == (2, 8)
    assert found == pytest.approx(np.array([[left], [2 * left]]).repeat(8, axis=1), rel=1e-6)


def test_one_group_at_no_gain_goes_through_untouched() -> None:
    blocks = [*stream(0.3).blocks()]
    found = [*mixed(stream(0.3), strips(Score((track(),))), wet=False).blocks()]
    assert all(np.array_equal(a, b) for a, b in zip(blocks, found, strict=True))


def test_the_send_follows_its_controller() -> None:
    score = Score((track(0, (1, "reverb", 0.5), (2, "reverb", 0.25)), track()), MINUTE)
    each = strips(score)
    sizes = (RATE // 2,) * 6
    found = whole(mixed(stream(1.0, 10.0, sizes=sizes), each, wet=True))
    assert found.shape == (4, 3 * RATE)
    assert (found[:2] == np.array([[11], [22]])).all()
    slide = round(SLIDE * RATE)
    assert (found[2, : RATE + 1] == 0).all()
    assert (found[2, RATE + slide : 2 * RATE + 1] == 0.5).all()
    assert (found[2, 2 * RATE + slide :] == 0.25).all()
    assert np.abs(np.diff(found[2])).max() <= 0.5 / slide * 1.01  # it slides
    assert found[3] == pytest.approx(2 * found[2])


def test_a_send_from_the_first_beat_on_is_there_at_once() -> None:
    [strip] = strips(Score((track(0, (0, "reverb", 0.75)),)))
    assert (strip.sends(0, 10, RATE) == 0.75).all()
    assert strip.wet and not strips(Score((track(),)))[0].wet


def test_mono_keeps_the_middle() -> None:
    found = whole(mono(Stream(RATE, 2, 3, lambda: iter([np.array([[0.5, 0.7, 0.0], [0.5, -0.7, 1.0]], np.float32)]))))
    assert found == pytest.approx(np.array([[np.sqrt(0.5), 0, np.sqrt(0.5)]]))


def test_the_sum_comes_first() -> None:
    each = strips(Score((track(-20), track())), apart=True)
    found = whole(with_their_sum(stream(1.0, 0.5), each))
    assert found[:, 0] == pytest.approx([0.6, 1.2, 0.1, 0.2, 0.5, 1.0])
    assert found.shape == (6, 8)


def test_a_mono_engine_is_on_both_sides_of_its_stem() -> None:
    mono = Stream(RATE, 1, 2, lambda: iter([np.array([[0.5, -0.5]], np.float32)]))
    found = whole(with_their_sum(mono, strips(Score((track(),)))))
    assert found.tolist() == [[0.5, -0.5]] * 4
