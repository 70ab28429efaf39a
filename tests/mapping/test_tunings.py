"""Tunings: the table against values from the literature, the lookup against brute force, and what a piece may say."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import FileError, InputError
from composer.mapping.scales import scale_pitches
from composer.mapping.tunings import NEVER, TUNINGS, Tuning, equal, scale_in, tuning_of
from composer.units import hz_of_pitch

WHOLE = np.arange(128.0)


def cents(*ratios: str) -> list[float]:
    """Return ratios in cents, by natural logarithms."""
    return [1200 / math.log(2) * math.log(Fraction(ratio)) for ratio in ratios]


# The table


def test_every_row_says_what_it_is_and_where_it_is_from() -> None:
    assert len({row.doc for row in TUNINGS.values()}) == len(TUNINGS)
    for name, row in TUNINGS.items():
        assert row.doc and row.source, name
        assert list(row.cents) == sorted(row.cents), name
        assert row.cents[0] > 0, name
        assert name == name.lower(), name


VALUES = {
    "12tet": [100 * n for n in range(1, 13)],
    "just": [111.731, 203.910, 315.641, 386.314, 498.045, 590.224, 701.955, 813.686, 884.359, 1017.596, 1088.269, 1200],
    "just 7": [
        111.731, 203.910, 315.641, 386.314, 498.045, 582.512, 701.955, 813.686, 884.359, 968.826, 1088.269, 1200
    ],
    "pythagorean": [
        90.225, 203.910, 294.135, 407.820, 498.045, 611.730, 701.955, 792.180, 905.865, 996.090, 1109.775, 1200
    ],
    # As in the example of Scala's format, meanquar.scl.
    "meantone": [
        76.04900, 193.15686, 310.26471, 386.31371, 503.42157, 579.47057, 696.57843, 772.62743, 889.73529, 1006.84314,
        1082.89214, 1200
    ],
    "werckmeister iii": [
        90.225, 192.180, 294.135, 390.225, 498.045, 588.270, 696.090, 792.180, 888.270, 996.090, 1092.180, 1200
    ],
    "kirnberger iii": [
        90.225, 193.157, 294.135, 386.314, 498.045, 590.224, 696.578, 792.180, 889.735, 996.090, 1088.269, 1200
    ],
    "vallotti": [94.135, 196.090, 298.045, 392.180, 501.955, 592.180, 698.045, 796.090, 894.135, 1000, 1090.225, 1200],
    "young": [90.225, 196.090, 294.135, 392.180, 498.045, 588.270, 698.045, 792.180, 894.135, 996.090, 1090.225, 1200],
    "bohlen-pierce": [146.304 * n for n in range(1, 14)],
    "bohlen-pierce just": [
        133.238, 301.847, 435.084, 582.512, 736.931, 884.359, 1017.596, 1165.024, 1319.443, 1466.871, 1600.108,
        1768.717, 1901.955
    ],
    "harmonic series 8-16": [203.910, 386.314, 551.318, 701.955, 840.528, 968.826, 1088.269, 1200],
    "harmonic series 16-32": cents(*(f"{n}/16" for n in range(17, 33))),
    "carlos alpha": [77.965],
    "carlos beta": [63.833],
    "carlos gamma": [35.099],
    "slendro": [228, 484, 728, 960, 1200],
    "pelog": [137, 446, 575, 687, 820, 1098, 1200],
}  # fmt: skip


def test_every_row_has_the_values_of_the_literature() -> None:
    assert set(VALUES) == TUNINGS.keys() - {"partch 43"}


@pytest.mark.parametrize("name", VALUES)
def test_the_values_of_the_literature(name: str) -> None:
    tolerance = 0.005 if name == "bohlen-pierce" else 6e-4
    assert TUNINGS[name].cents == pytest.approx(VALUES[name], abs=tolerance)
    tuning = tuning_of(name)
    assert np.array_equal(tuning.degrees, [0, *TUNINGS[name].cents[:-1]])
    assert (tuning.period, tuning.root, tuning.name) == (TUNINGS[name].cents[-1], 60, name)


def test_partch_s_scale_is_its_own_inversion_within_the_11_limit() -> None:
    row = TUNINGS["partch 43"].cents
    assert len(row) == 43
    assert sorted(1200 - value for value in row) == pytest.approx([0, *row[:-1]], abs=1e-9)
    diamond = {Fraction(a, b) for a, b in itertools.product((1, 3, 5, 7, 9, 11), repeat=2)}
    for ratio in diamond:
        assert min(abs(cents(str(ratio))[0] % 1200 - value) for value in [0, *row]) < 1e-9, ratio


def fifths(name: str) -> list[float]:
    """Return the twelve fifths of a tuning of twelve notes, from C upwards, in cents."""
    notes = tuning_of(name).rungs
    return [(notes[7 * (n + 1) % 12] - notes[7 * n % 12]) % 1200 for n in range(12)]


PURE = 1200 / math.log(2) * math.log(1.5)
DITONIC = 12 * PURE - 8400
SYNTONIC = 1200 / math.log(2) * math.log(81 / 80)


@pytest.mark.parametrize(
    ("name", "narrow"),
    [
        ("12tet", [DITONIC / 12] * 12),
        ("pythagorean", [0] * 6 + [DITONIC] + [0] * 5),
        ("meantone", [SYNTONIC / 4] * 8 + [DITONIC - 11 * SYNTONIC / 4] + [SYNTONIC / 4] * 3),
        ("werckmeister iii", [DITONIC / 4] * 3 + [0, 0, DITONIC / 4] + [0] * 6),
        ("kirnberger iii", [SYNTONIC / 4] * 4 + [0, 0, DITONIC - SYNTONIC] + [0] * 5),
        ("vallotti", [DITONIC / 6] * 5 + [0] * 6 + [DITONIC / 6]),
        ("young", [DITONIC / 6] * 6 + [0] * 6),
    ],
)
def test_the_circle_of_fifths_closes_as_the_temperament_says(name: str, narrow: list[float]) -> None:
    assert [PURE - fifth for fifth in fifths(name)] == pytest.approx(narrow, abs=1e-8)


def test_the_duodene_is_a_lattice_of_pure_fifths_and_thirds() -> None:
    lattice = {Fraction(3) ** fifth * Fraction(5) ** third for fifth in range(-1, 3) for third in (-1, 0, 1)}
    expected = sorted(value % 1200 for value in cents(*map(str, lattice)))
    assert tuning_of("just").rungs == pytest.approx(expected, abs=1e-9)


# Equal divisions


@pytest.mark.parametrize("tonic", range(12))
def test_12tet_is_whole_to_the_last_bit(tonic: int) -> None:
    tuning = tuning_of("12tet", tonic)
    assert tuning.pitches(0, 127).tolist() == list(range(128))
    assert np.array_equal(tuning.nearest(np.linspace(0, 127, 9999)), np.floor(np.linspace(0, 127, 9999) + 0.5))
    assert tuning.is_equal_12


@pytest.mark.parametrize("count", [5, 7, 12, 17, 19, 22, 24, 31, 53, 72, 100, 311, 1200])
def test_an_equal_division_comes_from_exact_fractions(count: int) -> None:
    made = tuning_of(f"{count}edo", 9).pitches(0, 127)
    # 69 + 12 k / n for every whole k that stays within the ends.
    exact = [69 + Fraction(12 * k, count) for k in range(-6 * count, 6 * count)]
    exact = [pitch for pitch in exact if 0 <= pitch <= 127]
    assert made.size == len(exact)
    assert np.abs(made - [float(pitch) for pitch in exact]).max() < 3e-14
    whole = [n for n, pitch in enumerate(exact) if pitch.denominator == 1]
    assert [made[n] for n in whole] == [exact[n] for n in whole]  # without noise
    assert equal(count) == tuple(1200 * step / count for step in range(1, count + 1))  # rounded once


def test_19edo_has_steps_of_63_cents() -> None:
    assert np.diff(tuning_of("19edo").pitches(60, 72)) * 100 == pytest.approx([63.157894736842] * 19, abs=1e-10)


@pytest.mark.parametrize("name", ["19edo", " 19EDO ", "19tet", "019edo"])
def test_names_of_one_equal_division(name: str) -> None:
    assert tuning_of(name).degrees.size == 19  # type: ignore[union-attr]


def test_only_whole_keys_all_of_them_are_equal_12() -> None:
    equal_12 = {name for name in [*TUNINGS, "6edo", "24edo", "12edo"] if tuning_of(name).is_equal_12}
    assert equal_12 == {"12tet", "12edo"}
    assert Tuning([0], 100, 61).is_equal_12
    assert Tuning([0, 1100, *range(100, 1100, 100)], root=0).is_equal_12
    assert not Tuning([0], 100, 60.5).is_equal_12
    assert not Tuning(np.arange(127) * 100, NEVER, 0).is_equal_12


# Where the pitches lie


def test_the_root_is_the_tonic_in_the_octave_of_middle_c() -> None:
    for tonic in range(12):
        tuning = tuning_of("just", tonic)
        assert tuning.root == 60 + tonic
        third, fifth = tuning.nearest([64 + tonic, 67 + tonic]) - tuning.root
        assert (third * 100, fifth * 100) == pytest.approx(tuple(cents("5/4", "3/2")), abs=1e-9)
    assert tuning_of("just").root == 60


@st.composite
def tunings(draw: st.DrawFn) -> Tuning:
    """Tunings of up to nine degrees in any order, some beyond the period, some of them twice."""
    period = draw(st.sampled_from([1200.0, 1901.955, 700.0, 35.1, 1200.5]))
    degrees = draw(st.lists(st.floats(-3000, 3000) | st.sampled_from([0.0, 1200.0, 702.0]), max_size=8))
    if draw(st.booleans()):
        return Tuning([0.0, *degrees], period, draw(st.floats(20, 100)))
    return Tuning([0.0, *degrees], NEVER, draw(st.floats(20, 100)))


def all_pitches(tuning: Tuning) -> list[float]:
    """Return the pitches around MIDI's, by repeating every degree as it stands."""
    shifts = [0.0] if tuning.period == NEVER else [k * tuning.period for k in range(-600, 600)]
    degrees = np.asarray(tuning.degrees)
    made = [tuning.root + (shift + degree) / 100 for shift in shifts for degree in degrees]
    return sorted(pitch for pitch in made if tuning.period == NEVER or -40 <= pitch <= 170)


@settings(deadline=None, max_examples=150)
@given(tunings(), st.lists(st.floats(0, 127), min_size=1, max_size=20))
def test_nearest_is_nearest(tuning: Tuning, given_pitches: list[float]) -> None:
    every = np.array(all_pitches(tuning))
    made = tuning.nearest(given_pitches)
    for pitch, found in zip(given_pitches, made, strict=True):
        assert np.abs(every - found).min() < 2e-8  # it is one of them
        assert abs(pitch - found) <= np.abs(every - pitch).min() + 2e-8  # and none is nearer


@settings(deadline=None, max_examples=150)
@given(tunings(), st.floats(0, 127), st.floats(0, 127))
def test_pitches_are_all_those_between_the_ends(tuning: Tuning, one: float, other: float) -> None:
    low, high = sorted([one, other])
    made = tuning.pitches(low, high)
    assert (np.diff(made) > 0).all()
    assert ((made >= low) & (made <= high)).all()
    for pitch in all_pitches(tuning):
        if low + 1e-7 < pitch < high - 1e-7:
            assert np.abs(made - pitch).min() < 2e-8
    assert np.array_equal(tuning.nearest(made), made)  # bit for bit
    assert tuning.pitches(other + 1, other).size == 0


@settings(deadline=None)
@given(st.sampled_from([name for name in TUNINGS]), st.integers(0, 11))
def test_pitches_repeat_at_the_period(name: str, tonic: int) -> None:
    tuning = tuning_of(name, tonic)
    made = tuning.pitches(0, 127)
    size, span = tuning.rungs.size, tuning.period / 100
    assert made[size:] - made[:-size] == pytest.approx(np.full(made.size - size, span), abs=1e-11)
    assert tuning.root in made


def test_both_ends_are_included() -> None:
    assert Tuning([0, 700]).pitches(60, 67).tolist() == [60, 67]
    assert Tuning([0, 700]).pitches(60.001, 66.999).tolist() == []
    assert Tuning([0, 700], NEVER, 60).pitches(0, 127).tolist() == [60, 67]


@pytest.mark.parametrize("name", ["carlos alpha", "carlos gamma", "bohlen-pierce", "19edo"])
def test_a_range_of_one_pitch_holds_it_whatever_was_rounded(name: str) -> None:
    row = tuning_of(name)
    for root in (60.0, 60.1, 61.7):
        tuning = Tuning(row.degrees, row.period, root)
        every = tuning.pitches(0, 127)
        assert [tuning.pitches(pitch, pitch).tolist() for pitch in every] == [[pitch] for pitch in every]


def test_half_way_is_the_higher() -> None:
    assert tuning_of("12tet").nearest([60.5, 59.5, -0.5]).tolist() == [61, 60, 0]
    assert tuning_of("24edo").nearest([60.25, 60.75]).tolist() == [60.5, 61]
    assert Tuning([0, 700]).nearest([63.5, 69.5]).tolist() == [67, 72]
    assert Tuning([0, 300], NEVER).nearest([61.5, 61.4999]).tolist() == [63, 60]
    # Where the middle cannot be said in doubles, too: 19 steps from the root, and half of one.
    assert tuning_of("19edo").nearest(60 + 12 * (np.arange(19) + 0.5) / 19) == pytest.approx(
        60 + 12 * (np.arange(19) + 1) / 19, abs=1e-12
    )


def test_what_is_no_number_stays() -> None:
    made = tuning_of("just").nearest([math.nan, 60.2, math.inf, -math.inf])
    assert np.array_equal(made, [math.nan, 60, math.inf, -math.inf], equal_nan=True)
    assert tuning_of("just").nearest([]).shape == (0,)
    assert tuning_of("just").nearest(np.full((2, 3), 60.1)).tolist() == [[60] * 3] * 2


def test_a_tuning_that_does_not_repeat_ends_at_its_ends() -> None:
    tuning = Tuning([0, -500, 700], NEVER, 60)
    assert tuning.nearest([0, 57.4, 57.6, 120]).tolist() == [55, 55, 60, 67]


def test_degrees_that_are_all_but_the_same_are_one() -> None:
    assert Tuning([0, 1e-7, 1200, 2400.0000001, -1e-12, 700, 1900]).rungs.tolist() == [0, 700]
    assert np.asarray(Tuning([0, 700, -50, 1300]).degrees).tolist() == [0, 700, -50, 1300]  # as they were given
    assert Tuning([0, 700, -50, 1300]).rungs.tolist() == [0, 100, 700, 1150]


def test_a_tuning_is_frozen() -> None:
    degrees = np.array([0.0, 700.0])
    tuning = Tuning(degrees)
    degrees[1] = 1
    for array in (tuning.degrees, tuning.rungs):
        assert np.array_equal(array, [0, 700])  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("degrees", "period", "root", "fault"),
    [
        ([], 1200, 60, "the degrees of a tuning are cents, the first of them 0"),
        ([1.0], 1200, 60, "the first of them 0"),
        ([0, math.nan], 1200, 60, "the degrees of a tuning"),
        ([0, math.inf], 1200, 60, "the degrees of a tuning"),
        ([[0.0]], 1200, 60, "the degrees of a tuning"),
        ([0], 0, 60, "the period 0 and"),
        ([0], -1200, 60, "the period -1200 and"),
        ([0], math.nan, 60, "the period nan and"),
        ([0], 1200, math.inf, "the root inf"),
        (np.arange(21) / 10, 2, 60, "the tuning has 20 notes|"),
        (np.arange(42) / 20, 2.1, 60, "the tuning has 42 notes in 2.1 cents\n *leave 0.1 cents a note"),
    ],
)
def test_tunings_that_cannot_be(degrees: list[float], period: float, root: float, fault: str) -> None:
    if fault.endswith("|"):  # as fine as may be
        assert Tuning(degrees, period, root).rungs.size == 20
        return
    with pytest.raises(InputError, match=fault):
        Tuning(degrees, period, root)


# What a piece may say


def test_a_list_of_cents_ends_with_the_period() -> None:
    tuning = tuning_of([702, 1902.5], tonic=2)
    assert (np.asarray(tuning.degrees).tolist(), tuning.period, tuning.root) == ([0, 702], 1902.5, 62)
    assert tuning_of((100.0,)).is_equal_12


@pytest.mark.parametrize(
    ("spec", "fault", "remedy"),
    [
        ("meanton", "no tuning is called 'meanton'", "'meantone'"),
        ("Werckmeister 3", "no tuning is called 'werckmeister 3'", "'werckmeister iii'"),
        ("19ed", "no tuning is called '19ed'", "'19edo'"),
        ("", "no tuning is called ''", "12tet"),
        ("4edo", "no tuning has 4 equal steps", "5 to 1200"),
        ("1201tet", "no tuning has 1201 equal steps", "5 to 1200"),
        ("0edo", "no tuning has 0 equal steps", "5 to 1200"),
        ("9" * 5000 + "edo", "no tuning is called '999", ""),
        ("-19edo", "no tuning is called '-19edo'", "'19edo'"),
        ("\u0661\u0669edo", "no tuning is called", ""),
        ([], r"\[\] is not a tuning", "just"),
        (12, "12 is not a tuning", "just"),
        (None, "None is not a tuning", "just"),
        ([100, "x"], "'x' is not a number of cents", "the last being the period"),
        ([True], "True is not a number of cents", "the last being the period"),
        ([math.nan], "nan is not a number of cents", "the last being the period"),
        ([math.inf], "inf is not a number of cents", "the last being the period"),
        ([120_001], "120001 is not a number of cents up to 120000", "the last being the period"),
        ([1200, 0], "the period is 0 cents", "the last being the period"),
        ([700, -1200], "the period is -1200 cents", "the last being the period"),
        ([1.0] * 10_001, "a tuning of 10001 notes", "at most 10000"),
        ([0.01], "the period 0.01", "0.1 cents or more"),
        ({}, "a keyboard mapping has no scale", 'scl = "a.scl"'),
        ({"kbm": "b.kbm"}, "a keyboard mapping has no scale", 'scl = "a.scl"'),
        ({"slc": "b.scl"}, "no part of a tuning is called 'slc'", "'scl'"),
        ({"scl": 3}, "scl is 3", "path of a .scl file"),
    ],
)
def test_what_is_no_tuning_is_answered(spec: object, fault: str, remedy: str) -> None:
    with pytest.raises(InputError, match=fault) as caught:
        tuning_of(spec)  # type: ignore[arg-type]
    assert remedy in caught.value.faults[0].remedy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a scale of five notes, one without description, and two mappings."""
    (tmp_path / "five.scl").write_text("! five.scl\nFive notes\n 5\n 9/8\n 5/4\n 3/2\n 5/3\n 2/1\n")
    (tmp_path / "Twelve.SCL").write_text("\n12\n" + "".join(f"{n}00.\n" for n in range(1, 13)))
    (tmp_path / "all.kbm").write_text("0\n0\n127\n60\n69\n440.0\n0\n")
    (tmp_path / "black.kbm").write_text("12\n48\n71\n61\n66\n370.0\n5\n0\nx\n1\nx\nx\n2\nx\n3\nx\n4\n")
    (tmp_path / "bad.scl").write_text("bad\n2\n3/2\n")
    return tmp_path


def test_a_scale_of_a_file_begins_on_the_tonic(folder: Path) -> None:
    for spec in ("five.scl", {"scl": "five.scl"}):
        tuning = tuning_of(spec, 2, folder)  # type: ignore[arg-type]
        assert (tuning.name, tuning.root, tuning.period) == ("Five notes", 62, 1200)
        assert tuning.rungs == pytest.approx([0, *cents("9/8", "5/4", "3/2", "5/3")], abs=1e-9)
    assert tuning_of(str(folder / "five.scl")).rungs.size == 5
    assert tuning_of("Twelve.SCL", 0, folder).name == "Twelve"
    assert tuning_of("Twelve.SCL", 7, folder).is_equal_12


def test_a_mapping_says_itself_how_its_keys_sound(folder: Path) -> None:
    tuning = tuning_of({"scl": "five.scl", "kbm": "black.kbm"}, 5, folder)
    hz = hz_of_pitch(tuning.pitches(0, 127))
    # The black keys of two octaves, key 66 (degree 2, a third above the first) at 370 Hz.
    ratios = [Fraction(ratio) for ratio in ("1", "9/8", "5/4", "3/2", "5/3")]
    expected = [370 / 1.25 * float(ratio) * octave for octave in (0.5, 1) for ratio in ratios]
    expected = expected[0:10]  # 49 51 54 56 58, 61 63 66 68 70
    assert hz == pytest.approx(expected, rel=1e-11)
    assert (tuning.period, tuning.name) == (NEVER, "Five notes")


def test_a_mapping_of_twelve_equal_steps_gives_whole_keys(folder: Path) -> None:
    tuning = tuning_of({"scl": "Twelve.SCL", "kbm": "all.kbm"}, 3, folder)
    assert tuning.pitches(0, 127).tolist() == list(range(128))
    assert tuning.is_equal_12


def test_faults_of_files_name_them(folder: Path) -> None:
    with pytest.raises(FileError, match=r"bad\.scl:3: the file ends too early"):
        tuning_of("bad.scl", folder=folder)
    with pytest.raises(FileError, match=r"bad\.scl:1: 'bad' cannot be the size of the map"):
        tuning_of({"scl": "five.scl", "kbm": "bad.scl"}, folder=folder)
    with pytest.raises(FileError, match=r"none\.scl: there is no such file"):
        tuning_of("none.scl", folder=folder)


# Scales within tunings


def test_a_scale_lies_in_12tet_as_it_was() -> None:
    for name in ("D dorian", "granville", "chromatic"):
        pitches = np.array(scale_pitches(name)[0], np.float64)
        assert np.array_equal(scale_in(tuning_of("12tet"), pitches), pitches)


def test_a_just_major_scale() -> None:
    made = scale_in(tuning_of("just", 2), [62, 64, 66, 67, 69, 71, 73, 74]) - 62
    expected = [Fraction(ratio) for ratio in ("1", "9/8", "5/4", "4/3", "3/2", "5/3", "15/8", "2")]
    assert 2 ** (made / 12) == pytest.approx([float(ratio) for ratio in expected], rel=1e-12)


def test_a_scale_in_19_steps() -> None:
    # The major scale of 19 steps: tones of three, semitones of two.
    made = scale_in(tuning_of("19edo"), [60, 62, 64, 65, 67, 69, 71, 72])
    assert (made - 60) * 19 / 12 == pytest.approx([0, 3, 6, 8, 11, 14, 17, 19], abs=1e-9)


def test_pitches_that_come_to_the_same_one_become_one() -> None:
    made = scale_in(tuning_of("5edo"), [60, 62, 64, 65, 67, 69, 71, 72])
    assert made == pytest.approx([60, 62.4, 64.8, 67.2, 69.6, 72], abs=1e-12)


@pytest.mark.parametrize("name", ["19edo", "slendro", "bohlen-pierce", "24edo", "12tet"])
def test_the_chromatic_scale_is_all_of_the_tuning(name: str) -> None:
    tuning = tuning_of(name)
    assert np.array_equal(scale_in(tuning, WHOLE), tuning.pitches(0, 127))
    assert np.array_equal(scale_in(tuning, WHOLE[60:72]), tuning.pitches(60, 71))


def test_eleven_keys_or_a_gap_are_not_the_chromatic_scale() -> None:
    tuning = tuning_of("24edo")
    assert np.array_equal(scale_in(tuning, WHOLE[60:71]), WHOLE[60:71])
    some = np.delete(WHOLE, 64)
    assert np.array_equal(scale_in(tuning, some), some)
    assert scale_in(tuning, []).size == 0


def test_the_order_and_repeats_of_a_scale_do_not_matter() -> None:
    assert scale_in(tuning_of("12tet"), [67, 60, 64, 60]).tolist() == [60, 64, 67]
