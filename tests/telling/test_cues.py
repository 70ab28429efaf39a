"""Captions: never two at once, long enough to be read, two lines at most, whatever happens when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import composer
from composer.piece.store import built_in
from composer.telling.cues import LINES, LONGEST, SHORTEST, cues_of
from composer.telling.moments import LINE, Moment, Weight
from composer.words import Caption

MOMENTS = st.lists(
    st.builds(Moment, st.floats(0, 40), st.text(" abc\n<&", max_size=120), st.sampled_from(list(Weight))), max_size=40
)


def check(cues: tuple[Caption, ...]) -> None:
    """Raise AssertionError unless the captions can be read one after another."""
    for cue, after in zip(cues, [*cues, None][1:], strict=True):
        lines = cue.text.split("\n")
        assert SHORTEST - 1e-9 <= cue.end - cue.start <= LONGEST + 1e-9
        assert 1 <= len(lines) <= LINES and all(0 < len(line) <= LINE for line in lines)
        assert after is None or cue.end <= after.start


@given(MOMENTS)
def test_any_moments(moments: list[Moment]) -> None:
    check(cues_of(moments))


@pytest.mark.parametrize("name", built_in())
def test_the_built_in_pieces(compositions: dict[str, composer.Composition], name: str) -> None:
    cues = composer.in_words(compositions[name]).cues
    assert cues
    check(cues)


@pytest.mark.parametrize(
    "cues",
    [
        (Caption(0, 2, "a"), Caption(1, 3, "b")),
        (Caption(0, 1, "a"),),
        (Caption(0, 2, "a\nb\nc"),),
        (Caption(0, 2, "a" * 43),),
    ],
)
def test_the_checker_can_fail(cues: tuple[Caption, ...]) -> None:
    with pytest.raises(AssertionError):
        check(cues)


def test_what_happens_at_once_shares_a_caption() -> None:
    cues = cues_of([Moment(1.0, "Section: b", Weight.SECTION), Moment(1.0, "Enter: flute", Weight.ENTRY)])
    assert [cue.text for cue in cues] == ["Section: b\nEnter: flute"]


def test_an_entry_waits_and_a_zero_does_not() -> None:
    two_lines = "Highest note: C6\nreal part 9.8, t = 14.2"
    late = cues_of([Moment(1.0, two_lines, Weight.EXTREME), Moment(1.1, "Enter: flute", Weight.ENTRY)])
    assert [cue.text for cue in late] == [two_lines, "Enter: flute"]
    assert late[0].end <= late[1].start
    gone = cues_of([Moment(1.0, two_lines, Weight.EXTREME), Moment(1.1, "Zero at t = 14.1", Weight.EVENT)])
    assert [cue.text for cue in gone] == [two_lines]


def test_the_weightier_keeps_its_moment() -> None:
    cues = cues_of([Moment(1.0, "a " * 30, Weight.EVENT), Moment(1.5, "b " * 30, Weight.EXTREME)])
    assert [cue.start for cue in cues] == [1.5]


def test_what_has_no_time_is_told_in_brief() -> None:
    entry = Moment(0.0, "Enter: " + "electric piano, " * 4, Weight.ENTRY, "Enter: four")
    crowd = [Moment(at, "Highest note: C6\nreal part 9.8, t = 14.2", Weight.EXTREME) for at in (1.3, 4.0)]
    cues = cues_of([entry, *crowd])
    assert (cues[0].start, cues[0].text) == (0.0, "Enter: four")
    assert len(cues) == 3
