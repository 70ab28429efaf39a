"""The words of a piece file: what is written as TOML reads back the same, and comments stay comments."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.piece.starters.words import (
    WIDTH,
    can_be_written,
    commented,
    inline,
    listing,
    plain,
    setting,
    shown,
    span_in_words,
    step_in_words,
    toml,
)

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
VALUES = st.recursive(
    TEXT | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_spelled_reads_back_the_same(value: object) -> None:
    read = tomllib.loads(f"value = {toml(value)}")["value"]
    assert read == value and type(read) is type(value)


@given(TEXT, TEXT)
def test_a_setting_reads_back_whatever_its_comment(value: str, comment: str) -> None:
    assert tomllib.loads(setting(f"value = {inline(from_=value, nth=2)}", comment)) == {
        "value": {"from": value, "nth": 2}
    }


@given(st.lists(TEXT))
def test_comments_are_nothing_but_comments(sentences: list[str]) -> None:
    assert tomllib.loads("\n".join(commented(*sentences))) == {}


@given(TEXT, st.integers(4, 60))
def test_a_name_is_shown_on_one_line(name: str, most: int) -> None:
    made = shown(name, most)
    assert len(made) <= most and "\n" not in made and plain(made) == made


def test_comments_are_folded() -> None:
    lines = commented("word " * 100, "", "short")
    assert max(map(len, lines)) <= WIDTH
    assert lines[-2:] == ["#", "# short"]


def test_half_a_pair_cannot_be_written() -> None:
    assert can_be_written("naïve 𝄞 音") and not can_be_written("a\ud834")


def test_names_in_a_sentence() -> None:
    assert [listing(list("abcd"[:n])) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
    assert listing(list("abcd"), most=2) == "a, b and 2 more"


DAY = 86400


@pytest.mark.parametrize(
    ("seconds", "step", "span"),
    [
        (1, "every second", "a second"),
        (30, "every 30 seconds", "30 seconds"),
        (60, "every minute", "a minute"),
        (900, "every 15 minutes", "15 minutes"),
        (3600, "hourly", "an hour"),
        (6 * 3600, "every 6 hours", "6 hours"),
        (DAY, "daily", "a day"),
        (5 * DAY, "every 5 days", "5 days"),
        (7 * DAY, "weekly", "a week"),
        (14 * DAY, "every 2 weeks", "2 weeks"),
        (28 * DAY, "every 4 weeks", "4 weeks"),
        (30 * DAY, "monthly", "a month"),
        (31 * DAY, "monthly", "a month"),
        (91 * DAY, "every 3 months", "3 months"),
        (365 * DAY, "yearly", "a year"),
        (366 * DAY, "yearly", "a year"),
        (3652.5 * DAY, "every 10 years", "10 years"),
        (0.25, "every 0.25 seconds", "0.25 seconds"),
        (99.5 * DAY, "every 3.27 months", "3.27 months"),
    ],
)
def test_times_in_words(seconds: float, step: str, span: str) -> None:
    assert (step_in_words(seconds), span_in_words(seconds)) == (step, span)
