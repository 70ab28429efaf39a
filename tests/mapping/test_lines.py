"""The line: spans, steps and strokes, against slow loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.errors import InputError
from composer.mapping.lines import Line, repeats
from composer.mapping.metre import TOUCH


def line(start: list[float], length: list[float]) -> Line:
    n = len(start)
    same = np.ones(n)
    return Line(np.arange(n) * 10, np.array(start), np.array(length), same * 60, same, same * 0, same, same)


rows = st.lists(st.tuples(st.sampled_from([0, 0.25, 0.5, 1.0, 3.0]), st.sampled_from([0.1, 0.25, 1.0, 2.5, 9.0])))


def made(steps: list[tuple[float, float]]) -> Line:
    starts = np.cumsum([0.0, *(gap for gap, _ in steps)])[: len(steps)]
    return line(starts.tolist(), [length for _, length in steps])


def test_a_line_holds_frozen_copies() -> None:
    start = np.zeros(1)
    one = Line(np.array([3]), start, *(np.ones(1) for _ in range(6)))
    start[0] = 5
    assert one.start.tolist() == [0]
    assert len(one) == 1
    with pytest.raises(ValueError, match="read-only"):
        one.pitch[0] = 1


def test_sizes_are_rounded_one_at_least_and_not_beyond_all_bounds() -> None:
    same = np.ones(6)
    sizes = np.array([-2, 0.4, 1.5, 2.4, 3.6, 1e9])
    assert Line(np.arange(6), same, same, same, same, same, sizes, same).sizes.tolist() == [1, 1, 2, 2, 4, 24]


@given(rows)
def test_a_span_ends_with_the_row_or_at_the_next_start(steps: list[tuple[float, float]]) -> None:
    one = made(steps)
    for k, span in enumerate(one.span.tolist()):
        later = [start for start in one.start.tolist() if start > one.start[k]]
        assert span == min([one.length[k], *([min(later) - one.start[k]] if later else [])])


@given(rows, st.sampled_from([0.25, 0.3, 1.0]))
def test_a_filled_line_has_a_note_at_every_step_of_every_span(steps: list[tuple[float, float]], step: float) -> None:
    one = made(steps)
    expected = []
    for k in range(len(one)):
        n = 0
        while n == 0 or n * step < one.span[k] - TOUCH:
            expected.append((k, n, one.start[k] + n * step, min(step, one.span[k] - n * step)))
            n += 1
    of, nth, start, length = one.filled(step)
    assert list(zip(of.tolist(), nth.tolist(), start.tolist(), length.tolist(), strict=True)) == expected
    assert np.all(length > 0)


@given(rows, st.lists(st.sampled_from(np.arange(0, 20, 0.5).tolist()), unique=True).map(sorted))
def test_rows_begin_anew_at_each_beat_within_their_span(steps: list[tuple[float, float]], beats: list[float]) -> None:
    one = made(steps)
    again = one.struck_again(np.array(beats))
    expected = []
    for k in range(len(one)):
        begin, stop = one.start[k], one.start[k] + one.span[k]
        pieces = [begin, *(beat for beat in beats if begin + TOUCH < beat < stop - TOUCH)]
        ends = [*pieces[1:], one.start[k] + one.length[k]]
        expected += [(one.row[k], a, b) for a, b in zip(pieces, ends, strict=True)]
    assert again.row.tolist() == [row for row, _, _ in expected]
    assert again.start.tolist() == [start for _, start, _ in expected]
    assert np.allclose(again.start + again.length, [end for _, _, end in expected], rtol=0, atol=1e-12)


def test_a_row_that_nothing_divides_keeps_its_length_to_the_bit() -> None:
    one = line([0.1, 0.4], [0.3, 0.1])
    assert one.struck_again(np.array([5.0])).length.tolist() == [0.3, 0.1]
    assert one.end == 0.5


def test_the_row_that_sounds_began_last() -> None:
    one = line([1, 1, 2], [1, 1, 1])
    assert one.sounding(np.array([0, 1 - TOUCH / 2, 1.5, 2, 50])).tolist() == [0, 1, 1, 2, 2]


def test_a_pattern_stops_at_the_end_or_with_its_rows() -> None:
    one = line([4], [2])
    assert one.until(16.0) == 16
    assert one.until(4.0) == 6
    assert one.until(0.0) == 6
    assert line([], []).until(16.0) == 0


def test_rows_are_taken_by_number_and_by_mask() -> None:
    one = line([0, 1, 2], [1, 1, 1])
    assert one.taking([2, 0]).row.tolist() == [20, 0]
    assert one.taking(one.start > 0.5).row.tolist() == [10, 20]


def test_too_many_notes_are_refused() -> None:
    assert [x.tolist() for x in repeats(np.array([2, 0, 3]))] == [[0, 0, 2, 2, 2], [0, 1, 0, 1, 2]]
    with pytest.raises(InputError, match="too many"):
        line([0], [1e6]).filled(0.0625)
