"""Scala files: good ones against pitches worked out by hand, bad ones for the line that the error names, and what
is written against what is read."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import FileError
from composer.mapping.scala import (
    Kbm,
    Scl,
    cents_of,
    key_pitches,
    parse_kbm,
    parse_scl,
    pitch_of_hz,
    read_kbm,
    read_scl,
)
from composer.units import hz_of_pitch

TWELVE = Scl("12", tuple(100.0 * n for n in range(1, 13)))


def scl(*lines: str) -> bytes:
    """Return a file of these lines after a description on line 1."""
    return "\n".join(["a scale", *lines, ""]).encode()


# The scale


@pytest.mark.parametrize(
    ("line", "cents"),
    [
        # Those of the format's description.
        ("81/64", 407.8200034615),
        ("408.0", 408),
        ("408.", 408),
        ("5", 2786.3137138648),
        ("-5.0", -5),
        ("10/20", -1200),
        ("100.0 cents", 100),
        (" 100.0 C#", 100),
        (" 5/4   E\\", 386.3137138648),
        # And others like them.
        (".5", 0.5),
        ("-.5", -0.5),
        ("\t 3/2\t! fifth", 701.9550008654),
        ("3 / 2", 701.9550008654),
        ("3/2 fifth 7/4", 701.9550008654),
        ("100.0cents", 100),
        ("5/4E", 386.3137138648),
        ("2 1.0", 1200),
        ("1/1", 0),
        ("2147483647/2147483646", 1200 / math.log(2) / 2147483646.5),
        ("002/001", 1200),
        ("100." + "0" * 300, 100),
        (f"{3**53}/{2**84}", 3.6150458656),  # Mercator's comma
        (f"{10**399}/{10**398}", 3986.3137138648),
    ],
)
def test_a_line_is_a_pitch(line: str, cents: float) -> None:
    assert parse_scl(scl("2", line, "2/1"), "a.scl").cents == pytest.approx((cents, 1200), abs=1e-9)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("-3/2", "the ratio '-3/2' is negative"),
        ("3/-2", "the ratio '3/-2' is negative"),
        (" -5", "the ratio '-5' is negative"),
        ("0/1", "the ratio '0/1' has a 0"),
        ("1/0", "the ratio '1/0' has a 0"),
        ("0", "the ratio '0' has a 0"),
        ("3/2/1", "'3/2/1' is not a pitch"),
        ("3/2 /1", "'3/2 /1' is not a pitch"),
        ("3/", "'3/' is not a pitch"),
        ("/2", "'/2' is not a pitch"),
        ("3/x", "'3/x' is not a pitch"),
        ("1e400", "'1e400' is not a pitch"),
        ("1.5e3", "'1.5e3' is not a pitch"),
        ("1.5E-3", "'1.5E-3' is not a pitch"),
        ("100,0", "'100,0' is not a pitch"),
        ("1.2.3", "'1.2.3' is not a pitch"),
        ("7\\12", r"'7\\\\12' is not a pitch"),
        ("2^(1/12)", r"'2\^\(1/12\)' is not a pitch"),
        ("5:4", "'5:4' is not a pitch"),
        ("3-2", "'3-2' is not a pitch"),
        (".", "'.' is not a pitch"),
        ("-", "'-' is not a pitch"),
        ("+5.0", r"'\+5.0' is not a pitch"),
        ("nan", "'nan' is not a pitch"),
        ("inf", "'inf' is not a pitch"),
        ("C#", "'C#' is not a pitch"),
        ("\u0663/\u0662", "'\u0663/\u0662' is not a pitch"),
        ("", "an empty line is not a pitch"),
        (" ! comment", "'! comment' is not a pitch"),
        ("x" * 50, f"'{'x' * 37}...' is not a pitch"),
        ("9" * 401, "a number has 401 digits"),
        ("1/" + "9" * 5000, "a number has 5000 digits"),
        ("1." + "9" * 5000, "a number has 5002 digits"),
        ("9" * 400, "the pitch '9.*' is out of reach"),
        ("1/" + "9" * 400, "the pitch '1/9.*' is out of reach"),
        ("120000.1", "the pitch '120000.1' is out of reach"),
        ("-120000.1", "the pitch '-120000.1' is out of reach"),
    ],
)
def test_a_line_is_no_pitch(line: str, fault: str) -> None:
    data = scl("! comment", "3", "1.0", "!", line, "2/1")
    with pytest.raises(FileError, match=rf"a\.scl:6: {fault}\n *expected "):
        parse_scl(data, "a.scl")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "END", "END END", "END \t END"])
def test_lines_end_as_on_any_system(end: str, last: str) -> None:
    text = end.join(["! x.scl", "!", "two notes", " 2 ", "! pitches", " 3/2", "2/1"]) + last.replace("END", end)
    assert parse_scl(text.encode(), "x.scl") == Scl("two notes", (701.9550008654, 1200.0))


def test_the_description_may_be_empty() -> None:
    assert parse_scl(b"! x.scl\n\n1\n2/1\n", "x.scl") == Scl("", (1200.0,))
    assert parse_scl(b"\n1\n2/1", "x.scl") == Scl("", (1200.0,))


def test_the_description_may_be_long_and_in_any_8_bit_characters() -> None:
    assert parse_scl(b"Stra\xdfe \x85" + b"x" * 500 + b"\n1\n2\n", "x.scl").description == "Straße \x85" + "x" * 500
    assert parse_scl("\ufeffSléndro\n1\n2\n".encode(), "x.scl").description == "Sléndro"
    assert parse_scl("\ufeff! comment\n5/4\n1\n2\n".encode(), "x.scl").description == "5/4"


def test_pitches_keep_their_order() -> None:
    scale = parse_scl(scl("4", "700.", "-50.", "1300.", "1200."), "x.scl")
    assert scale.cents == (700, -50, 1300, 1200)
    assert [scale.at(degree) for degree in range(-5, 6)] == [
        -1100, -1200, -500, -1250, 100, 0, 700, -50, 1300, 1200, 1900
    ]  # fmt: skip


def test_ten_thousand_notes_are_the_most() -> None:
    pitches = [f"{n / 4}" for n in range(1, 10_001)]
    assert parse_scl(scl("10000", *pitches), "x.scl").cents[-1] == 2500
    with pytest.raises(FileError, match=r"x\.scl:2: '10001' cannot be the number of pitches\n .*from 1 to 10000"):
        parse_scl(scl("10001", *pitches, "3000.0"), "x.scl")


@pytest.mark.parametrize(
    ("data", "line", "fault"),
    [
        (b"", 1, "the file ends too early\n *expected the number of pitches, a whole number from 1 to 10000, on a "),
        (b"! only\n! comments\n", 2, "the file ends too early\n *expected the description"),
        (b"!\na scale\n! end", 2, "the file ends too early\n *expected the number of pitches"),
        (scl("0"), 2, "'0' cannot be the number of pitches"),
        (scl("-1"), 2, "'-1' cannot be the number of pitches"),
        (scl("3/2", "2/1"), 2, "'3/2' cannot be the number of pitches"),
        (scl("2 notes", "3/2", "2/1"), 2, "'2 notes' cannot be the number of pitches"),
        (scl("2.0", "3/2", "2/1"), 2, "'2.0' cannot be the number of pitches"),
        (scl("", "3/2", "2/1"), 2, "an empty line cannot be the number of pitches"),
        (scl("9" * 5000, "2/1"), 2, "'9*...' cannot be the number of pitches"),
        (scl("2", "3/2"), 3, r"the file ends too early\n *expected pitch 2 of 2 \(the last is the period\)"),
        (scl("2", "!", "3/2", "! 2/1", "", ""), 4, "the file ends too early"),
        (scl("2", "3/2", "2/1", "! more", "3/1"), 6, "the file says 2 pitches, and this is one more"),
        (scl("2", "3/2", "2/1", "", "x"), 5, "the file says 2 pitches, and this is one more"),
        (scl("1", "1/1"), 3, "the period is 0 cents"),
        (scl("2", "3/2", "-1200."), 4, "the period is -1200 cents"),
        (scl("2", "3/2", "0.999"), 4, "the period is 0.999 cents"),
        (b"a\0\n1\n2/1\n", 1, "the line holds a NUL byte"),
        (b"a\n1\n2/1\n! \0", 4, "the line holds a NUL byte"),
        ("a\n1\n2/1\n".encode("utf-16"), 1, "the line holds a NUL byte"),
    ],
)
def test_every_fault_of_a_scale_names_its_line(data: bytes, line: int, fault: str) -> None:
    with pytest.raises(FileError, match=rf"^x\.scl:{line}: {fault}") as caught:
        parse_scl(data, "x.scl")
    assert caught.value.faults[0].remedy


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for parse in (parse_scl, parse_kbm):
        for opening in (b"", b"a\n2\n", b"2\n0\n127\n60\n69\n"):
            try:
                parse(opening + data, "x")
            except FileError as error:
                assert re.match(r"x:[1-9]", error.faults[0].where)


RATIOS = st.builds(Fraction, st.integers(1, 2**31 - 1), st.integers(1, 2**31 - 1))
CENTS = st.decimals(-5000, 5000, places=5)


@settings(deadline=None)
@given(
    st.lists(RATIOS | CENTS, max_size=20),
    st.sampled_from([Fraction(2), Fraction(3), Decimal("1201.5")]),
    st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=20),
    st.sampled_from(["\n", "\r\n"]),
    st.randoms(use_true_random=False),
)
def test_a_scale_that_is_written_is_read(pitches, period, description, end, random) -> None:  # type: ignore[no-untyped-def]
    lines = [description.removeprefix("!"), f" {len(pitches) + 1}"]
    lines += [f"{value} " if isinstance(value, Fraction) else f" {value:f}" for value in [*pitches, period]]
    lines = [piece for line in lines for piece in ["! note"] * random.randrange(2) + [line]]
    if lines[0].startswith("!") and not lines[0].startswith("! note"):
        lines[0] = f" {lines[0]}"
    read = parse_scl(end.join(lines).encode(), "x.scl")
    expected = [
        1200 * (math.log2(value.numerator) - math.log2(value.denominator)) if isinstance(value, Fraction) else value
        for value in [*pitches, period]
    ]
    assert read.cents == pytest.approx([float(value) for value in expected], abs=1e-9)


# The keyboard

HEAD = ("12", "0", "127", "60", "69", "440.0", "12")


def kbm(*lines: str) -> bytes:
    """Return a file of these lines after a comment on line 1."""
    return "\n".join(["! a mapping", *lines, ""]).encode()


def test_a_mapping_is_read() -> None:
    data = b"! a.kbm\r\n 4 \r\n! keys\r\n10\r\n100\r\n62\r\n64\r\n 432.5\t\r\n17\r\n0\r\nx\r\n! one\r\n 4 \r\n"
    assert parse_kbm(data, "a.kbm") == Kbm(10, 100, 62, 64, 432.5, 17, (0, None, 4, None))


def test_unmapped_keys_at_the_end_may_be_left_out() -> None:
    assert parse_kbm(kbm("4", "0", "127", "60", "60", "261.6", "0", "0", "X", "", ""), "a").pattern == (
        0, None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "line", "fault"),
    [
        ((), 1, "the file ends too early\n *expected the size of the map, a whole number from 0 to 10000"),
        (HEAD[:1], 2, "the file ends too early\n *expected the first key"),
        (HEAD[:2], 3, "the file ends too early\n *expected the last key"),
        (HEAD[:3], 4, "the file ends too early\n *expected the key of the first entry"),
        (HEAD[:4], 5, "the file ends too early\n *expected the reference key"),
        (HEAD[:5], 6, "the file ends too early\n *expected the frequency of the reference key, in Hz"),
        (HEAD[:6], 7, "the file ends too early\n *expected the degree of the formal octave"),
        (("x", *HEAD[1:]), 2, "'x' cannot be the size of the map"),
        (("-1", *HEAD[1:]), 2, "'-1' cannot be the size of the map"),
        (("10001", *HEAD[1:]), 2, "'10001' cannot be the size of the map"),
        (("12", "-1", *HEAD[2:]), 3, "'-1' cannot be the first key"),
        (("12", "0", "128", *HEAD[3:]), 4, "'128' cannot be the last key\n *expected a whole number from 0 to 127"),
        (("12", "61", "60", *HEAD[3:]), 4, "the last key 60 is below the first, 61"),
        (("12", "0", "127", "60.0", *HEAD[4:]), 5, "'60.0' cannot be the key of the first entry"),
        (("12", "0", "127", "60", "A4", *HEAD[5:]), 6, "'A4' cannot be the reference key"),
        (("12", "0", "127", "60", "69", "0", "12"), 7, "'0' cannot be a frequency\n *expected 1 to 100000 Hz"),
        (("12", "0", "127", "60", "69", "-440", "12"), 7, "'-440' cannot be a frequency"),
        (("12", "0", "127", "60", "69", "1e2", "12"), 7, "'1e2' cannot be a frequency"),
        (("12", "0", "127", "60", "69", "0.999", "12"), 7, "'0.999' cannot be a frequency"),
        (("12", "0", "127", "60", "69", ".", "12"), 7, "'.' cannot be a frequency"),
        (("12", "0", "127", "60", "69", "nan", "12"), 7, "'nan' cannot be a frequency"),
        (("12", "0", "127", "60", "69", "440 Hz", "12"), 7, "'440 Hz' cannot be a frequency"),
        (("12", "0", "127", "60", "69", "100000.1", "12"), 7, "'100000.1' cannot be a frequency"),
        (("12", "0", "127", "60", "69", "9" * 500, "12"), 7, "a number has 500 digits"),
        ((*HEAD[:6], "-12"), 8, "'-12' cannot be the degree of the formal octave"),
        ((*HEAD[:6], "12.5"), 8, "'12.5' cannot be the degree of the formal octave"),
        ((*HEAD, "0", "-1"), 10, "'-1' is no entry\n *expected a degree from 0 to 10000, or x"),
        ((*HEAD, "0", "", "2"), 10, "an empty line is no entry"),
        ((*HEAD, "0", "1.0"), 10, "'1.0' is no entry"),
        ((*HEAD, "0", "10001"), 10, "'10001' is no entry"),
        ((*HEAD, "y"), 9, "'y' is no entry"),
        ((*HEAD, *"0123456789", "10", "11", "! more", "12"), 22, "the map has 12 entries, and this is one more"),
        (("0", *HEAD[1:], "0"), 9, "the map has 0 entries, and this is one more"),
        ((*HEAD, "0", "1"), 6, "the reference key 69 plays nothing\n *choose a key that has a degree"),
        (("12", "61", "64", "60", "60", *HEAD[5:], "0"), 9, "none of the keys 61 to 64 plays anything"),
        ((*HEAD[:5], "440\0"), 7, "the line holds a NUL byte"),
    ],
)
def test_every_fault_of_a_mapping_names_its_line(lines: tuple[str, ...], line: int, fault: str) -> None:
    with pytest.raises(FileError, match=rf"^a\.kbm:{line}: {fault}") as caught:
        parse_kbm(kbm(*lines), "a.kbm")
    assert caught.value.faults[0].remedy


@pytest.mark.parametrize("hz", ["1", "1.", "8.1757989", "440.", "100000.0000"])
def test_the_frequencies_that_a_mapping_may_have(hz: str) -> None:
    tuned = key_pitches(TWELVE, parse_kbm(kbm("0", "69", "69", "69", "69", hz, "0"), "a.kbm"))
    assert tuned[69] == pytest.approx(69 + 12 * math.log(float(hz) / 440) / math.log(2), abs=1e-11)


# The keyboard and the scale together


def test_the_linear_mapping_of_twelve_equal_steps_is_the_keys_themselves() -> None:
    assert key_pitches(TWELVE, Kbm(0, 127, 60, 69, 440.0, 0, ())) == {key: key for key in range(128)}
    assert key_pitches(TWELVE, Kbm(0, 127, 60, 69, 440.0, 12, tuple(range(12)))) == {key: key for key in range(128)}


def test_the_reference_key_has_its_frequency_and_the_others_follow() -> None:
    just = parse_scl(scl("7", "9/8", "5/4", "4/3", "3/2", "5/3", "15/8", "2/1"), "x.scl")
    white = Kbm(48, 72, 60, 69, 432.0, 7, (0, None, 1, None, 2, 3, None, 4, None, 5, None, 6))
    hz = {key: float(hz_of_pitch(pitch)) for key, pitch in key_pitches(just, white).items()}
    ratios = dict(zip([0, 2, 4, 5, 7, 9, 11], map(Fraction, "1 9/8 5/4 4/3 3/2 5/3 15/8".split()), strict=True))
    middle = 432 / (5 / 3)
    assert hz.keys() == {key for key in range(48, 73) if key % 12 in ratios}
    assert hz == pytest.approx({key: middle * ratios[key % 12] * 2.0 ** (key // 12 - 5) for key in hz}, rel=1e-12)
    assert hz[69] == pytest.approx(432, rel=1e-13)


def test_a_linear_mapping_counts_degrees_from_the_middle_key() -> None:
    scale = Scl("", (200.0, 500.0, 1200.0))
    pitches = key_pitches(scale, Kbm(57, 64, 60, 60, float(hz_of_pitch(60)), 0, ()))
    assert list(pitches) == list(range(57, 65))
    assert list(pitches.values()) == pytest.approx([48, 50, 53, 60, 62, 65, 72, 74], abs=1e-11)


def test_the_formal_octave_is_the_interval_between_patterns() -> None:
    # Seven keys on degrees of 19 steps, of which eleven are the "octave".
    scale = Scl("", tuple(1200 * n / 19 for n in range(1, 20)))
    board = Kbm(53, 74, 60, 60, 440.0, 11, (0, 3, None, 8, 25, 1, 2))
    pitches = key_pitches(scale, board)
    step = 12 / 19
    for place, degree in enumerate(board.pattern):
        for repeat in (-1, 0, 1):
            expected = None if degree is None else pytest.approx(69 + (degree + 11 * repeat) * step, abs=1e-11)
            assert pitches.get(60 + place + 7 * repeat) == expected


def test_a_formal_octave_of_0_is_the_period() -> None:
    scale = Scl("", (300.0, 1900.0))
    assert key_pitches(scale, Kbm(60, 62, 60, 60, 440.0, 0, (0,))) == {60: 69, 61: 88, 62: 107}
    assert key_pitches(scale, Kbm(60, 62, 60, 60, 440.0, 1, (0,))) == {60: 69, 61: 72, 62: 75}


def test_the_reference_key_may_lie_beyond_the_keys() -> None:
    assert key_pitches(TWELVE, Kbm(60, 61, 60, 69, 880.0, 0, ())) == {60: 72, 61: 73}


@settings(deadline=None)
@given(
    st.integers(0, 127),
    st.integers(0, 127),
    st.integers(0, 127),
    st.decimals(1, 100_000, places=4),
    st.integers(0, 40),
    st.lists(st.none() | st.integers(0, 40), max_size=15),
    st.data(),
)
def test_a_mapping_that_is_written_is_read(one, other, middle, hz, octave, pattern, data) -> None:  # type: ignore[no-untyped-def]
    first, last = sorted([one, other])
    playing = [key for key in range(128) if not pattern or pattern[(key - middle) % len(pattern)] is not None]
    if not set(playing) & set(range(first, last + 1)):
        return
    reference = data.draw(st.sampled_from(playing))
    lines = [len(pattern), first, last, middle, reference, hz, octave]
    entries = ["x" if degree is None else str(degree) for degree in pattern]
    read = parse_kbm(kbm(*map(str, lines), *entries), "a.kbm")
    assert read == Kbm(first, last, middle, reference, float(hz), octave, tuple(pattern))
    pitches = key_pitches(TWELVE, read)
    assert set(pitches) == set(playing) & set(range(first, last + 1))
    if reference in pitches:
        assert float(hz_of_pitch(pitches[reference])) == pytest.approx(float(hz), rel=1e-12)


# Files


def test_files_are_read_from_their_paths(tmp_path: Path) -> None:
    (tmp_path / "a.scl").write_bytes(scl("1", "2/1"))
    (tmp_path / "a.kbm").write_bytes(kbm("0", *HEAD[1:]))
    assert read_scl(tmp_path / "a.scl") == Scl("a scale", (1200.0,))
    assert read_kbm(tmp_path / "a.kbm") == Kbm(0, 127, 60, 69, 440.0, 12, ())
    with pytest.raises(FileError, match=re.escape(f"{tmp_path / 'a.scl'}:1: 'a scale' cannot be the size")):
        read_kbm(tmp_path / "a.scl")
    with pytest.raises(FileError, match=r"there is no such file\n *give the path of a Scala scale"):
        read_scl(tmp_path / "b.scl")
    with pytest.raises(FileError, match=r"there is no such file\n *give the path of a Scala keyboard mapping"):
        read_kbm(tmp_path / "b.kbm")
    (tmp_path / "c.scl").write_bytes(b"!" * (2**20 + 1))
    with pytest.raises(FileError, match="too large"):
        read_scl(tmp_path / "c.scl")


def test_intervals() -> None:
    assert cents_of(Fraction(2)) == 1200
    assert cents_of(Fraction(1, 8)) == -3600
    assert cents_of(Fraction(1)) == 0
    assert cents_of(Fraction(3**12, 2**19)) == pytest.approx(23.4600103847, abs=1e-9)  # the Pythagorean comma
    assert cents_of(Fraction(10**300 + 1, 10**300)) == 0
    assert pitch_of_hz(440) == 69
    assert pitch_of_hz(220) == 57
