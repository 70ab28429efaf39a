"""What is wrong is said with its place and its remedy, and wrong names are answered with the nearest right ones."""

from __future__ import annotations

import pytest

from composer.errors import ComposerError, Fault, FileError, InputError, located, nearest, pick, unknown


def test_a_fault_says_where_what_and_what_to_do() -> None:
    assert str(Fault("it is odd")) == "it is odd"
    assert str(Fault("it is odd", "a.b")) == "a.b: it is odd"
    assert str(Fault("it is odd", "a.b", "make it even")) == "a.b: it is odd\n    make it even"


def test_an_error_holds_all_its_faults() -> None:
    error = InputError(Fault("one"), Fault("two", "there"))
    assert [fault.message for fault in error.faults] == ["one", "two"]
    assert str(error) == "one\nthere: two"


def test_both_kinds_are_the_user_s() -> None:
    assert issubclass(InputError, ComposerError)
    assert issubclass(FileError, ComposerError)


def test_places_are_put_before_places() -> None:
    with pytest.raises(InputError) as caught, located("track[0]"), located("pitch"):
        raise InputError(Fault("one"), Fault("two", "range"))
    assert [fault.where for fault in caught.value.faults] == ["track[0].pitch", "track[0].pitch.range"]


def test_only_the_user_s_input_is_located() -> None:
    with pytest.raises(FileError) as caught, located("track[0]"):
        raise FileError(Fault("one", "a file"))
    assert caught.value.faults[0].where == "a file"
    with pytest.raises(ZeroDivisionError), located("track[0]"):
        _ = 1 / 0


def test_nearest_knows_no_case_and_gives_names_as_they_are() -> None:
    assert nearest("VIOLN", ["Violin", "viola", "tuba"]) == ["Violin", "viola"]
    assert nearest("xyz", ["violin"]) == []
    assert nearest("", []) == []
    assert len(nearest("aaa1", [f"aaa{n}" for n in range(9)], most=2)) == 2


def test_an_unknown_name_has_a_remedy_whatever_is_known() -> None:
    few, many = ["red", "green"], [f"colour {n}" for n in range(30)]
    assert unknown("colour", "redd", few).remedy == "did you mean 'red'?"
    assert unknown("colour", "xyz", few).remedy == "use one of: green, red"
    assert unknown("colour", "xyz", []).remedy == "there is no colour here"
    assert unknown("colour", "xyz", many).remedy.startswith("there are 30 of them")


def test_pick_gives_the_row_or_an_error_with_its_place() -> None:
    assert pick({"a": 1}, "a", "letter") == 1
    with pytest.raises(InputError, match="there: no letter is called 'alfa'") as caught:
        pick({"alpha": 1}, "alfa", "letter", "there")
    assert caught.value.faults[0].remedy == "did you mean 'alpha'?"
    assert caught.value.__cause__ is None
