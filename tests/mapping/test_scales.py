"""The scales against the theory of intervals, keys against a hand-written table of signatures, and the snaps
against slow plain models."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import InputError
from composer.mapping.rules import default_ends, drawn
from composer.mapping.scales import SCALES, SNAPS, candidates, key_of, pitch_number, scale_pitches
from composer.score import Key

NAN = math.nan

# The scales


def steps_of(intervals: str) -> tuple[int, ...]:
    """Return semitones above the tonic from the steps between neighbours: H 1, W 2, T 3 (tone and a half)."""
    sizes = [{"H": 1, "W": 2, "T": 3}[letter] for letter in intervals]
    assert sum(sizes) == 12
    return tuple(sum(sizes[:n]) for n in range(len(sizes)))


MAJOR = "WWHWWWH"
MODES = ["ionian", "dorian", "phrygian", "lydian", "mixolydian", "aeolian", "locrian"]
INTERVALS = {
    **{name: MAJOR[n:] + MAJOR[:n] for n, name in enumerate(MODES)},  # each mode starts one note later
    "major": MAJOR,
    "minor": MAJOR[5:] + MAJOR[:5],
    "harmonic minor": "WHWWHTH",
    "melodic minor": "WHWWWWH",  # ascending
    "major pentatonic": "WWTWT",
    "minor pentatonic": "TWWTW",
    "blues": "TWHHTW",
    "whole tone": "WWWWWW",
    "chromatic": "HHHHHHHHHHHH",
}


def test_every_scale_is_proven_here() -> None:
    assert set(SCALES) == {*INTERVALS, "granville"}


@pytest.mark.parametrize("name", INTERVALS)
def test_the_intervals(name: str) -> None:
    assert SCALES[name].steps == steps_of(INTERVALS[name])
    assert SCALES[name].pitches == ()


def test_the_granville_scale() -> None:
    # Piano key 49 is A4 = MIDI 69; of keys 35 to 64 those whose number mod 12 is 0, 2, 5, 7 or 10 are left out.
    expected = [69 + key - 49 for key in range(35, 64 + 1) if key % 12 not in (0, 2, 5, 7, 10)]
    pitches, fixed = scale_pitches("granville")
    assert (list(pitches), fixed) == (expected, True)
    assert len(pitches) == 18
    assert (pitches[0], pitches[-1]) == (55, 84)


def test_a_scale_repeats_in_every_octave() -> None:
    pitches, fixed = scale_pitches("D dorian")
    assert not fixed
    assert list(pitches) == [pitch for pitch in range(128) if pitch % 12 in {0, 2, 4, 5, 7, 9, 11}]  # the white keys
    assert scale_pitches("chromatic")[0] == tuple(range(128))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("D dorian", "C major"),
        ("E phrygian", "C major"),
        ("F lydian", "C ionian"),
        ("G mixolydian", "C major"),
        ("A aeolian", "A minor"),
        ("B locrian", "C major"),
        ("A minor pentatonic", "C major pentatonic"),
        ("C whole tone", "D whole tone"),
        ("C# major", "Db major"),
        ("Cb major", "B major"),
        ("d  Dorian ", "D dorian"),
        ("D", "D major"),
        ("E chromatic", "chromatic"),
        ("D granville", "granville"),
    ],
)
def test_two_names_of_the_same_notes(one: str, other: str) -> None:
    assert scale_pitches(one) == scale_pitches(other)


@pytest.mark.parametrize(
    ("scale", "pitches", "fixed"),
    [
        ([0, 4, 7], [pitch for pitch in range(128) if pitch % 12 in {0, 4, 7}], False),
        (["C", "E", "G"], [pitch for pitch in range(128) if pitch % 12 in {0, 4, 7}], False),
        (["Bb", "A#"], [pitch for pitch in range(128) if pitch % 12 == 10], False),
        ([60], [60], True),
        ([67, 60, 60, 64], [60, 64, 67], True),
        (["C4", "Bb3", 67], [58, 60, 67], True),
        (["Open Triangle", "low tom", "ride cymbal 1"], [45, 51, 81], True),
        (["bass drum", 38, "F#2"], [36, 38, 42], True),
    ],
)
def test_custom_scales(scale: Sequence[int | str], pitches: list[int], fixed: bool) -> None:
    assert scale_pitches(scale) == (tuple(pitches), fixed)


@pytest.mark.parametrize(
    ("scale", "fault", "remedy"),
    [
        ("D dorien", "no scale is called 'dorien'", "'dorian'"),
        ("H dorian", "'H' is not a note name", "'D dorian'"),
        ("granvile", "no scale is called 'granvile'", "'granville'"),
        ("dorian", "'dorian' has no tonic", "'D dorian'"),
        ("", "no scale is called ''", "composer list|use one of"),
        ([], "the scale is empty", "D dorian"),
        (["closed hihat"], "no note or drum is called 'closed hihat'", "'closed hi-hat'"),
        (["C4", "D"], "'D' has no octave", "D4"),
        (["C4", "Q4"], "'Q4' is not a note name", "C4"),
    ],
)
def test_wrong_scales_are_answered(scale: str | Sequence[str], fault: str, remedy: str) -> None:
    with pytest.raises(InputError, match=fault) as caught:
        scale_pitches(scale)
    assert any(word in caught.value.faults[0].remedy for word in remedy.split("|"))


def test_candidates_lie_within_both_ends() -> None:
    assert candidates("C major", 60, 72).tolist() == [60, 62, 64, 65, 67, 69, 71, 72]
    assert candidates("C major", 60.5, 64.5).tolist() == [62, 64]
    assert candidates("granville", None, 59).tolist() == [55, 57, 59]
    assert candidates("chromatic", 120, None).tolist() == list(range(120, 128))
    with pytest.raises(InputError, match=r"has no note from C#4 to C#4\n *its notes lie from C-1 to G9"):
        candidates("C major", 61, 61)
    with pytest.raises(InputError, match="widen the range"):
        candidates([200], None, None)


def test_the_range_that_a_pitch_rule_without_one_has() -> None:
    assert default_ends("granville") == (55, 84)
    assert default_ends("D dorian") == (48, 84)
    assert default_ends(["C4", "G5"]) == (60, 79)


@pytest.mark.parametrize(
    ("value", "number"), [(60, 60), (60.5, 60.5), ("C4", 60), ("closed hi-hat", 42), ("COWBELL", 56)]
)
def test_a_pitch_is_a_number_a_note_or_a_drum(value: float | str, number: float) -> None:
    assert pitch_number(value) == number


# Keys

SIGNATURES = {
    # The circle of fifths.
    "Cb major": -7, "Gb major": -6, "Db major": -5, "Ab major": -4, "Eb major": -3, "Bb major": -2, "F major": -1,
    "C major": 0, "G major": 1, "D major": 2, "A major": 3, "E major": 4, "B major": 5, "F# major": 6, "C# major": 7,
    "Ab minor": -7, "Eb minor": -6, "Bb minor": -5, "F minor": -4, "C minor": -3, "G minor": -2, "D minor": -1,
    "A minor": 0, "E minor": 1, "B minor": 2, "F# minor": 3, "C# minor": 4, "G# minor": 5, "D# minor": 6, "A# minor": 7,
    # The white keys, and two of each mode elsewhere.
    "C ionian": 0, "D dorian": 0, "E phrygian": 0, "F lydian": 0, "G mixolydian": 0, "A aeolian": 0, "B locrian": 0,
    "E dorian": 2, "C dorian": -2, "A phrygian": -1, "F# phrygian": 2, "C lydian": 1, "Bb lydian": -1,
    "C mixolydian": -1, "D mixolydian": 1, "E locrian": -1, "C# locrian": 2,
    # The signature of the minor, whatever the sixth and seventh.
    "A harmonic minor": 0, "E melodic minor": 1, "C minor pentatonic": -3, "G major pentatonic": 1, "A blues": 0,
    # Beyond seven the other spelling of the same keys: G# is Ab, Fb is E, D# is Eb.
    "G# major": -4, "Fb major": 4, "D# major": -3, "E# minor": -4, "Bbb major": 3,
}  # fmt: skip


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_key_signature(name: str) -> None:
    assert key_of(name).sharps == SIGNATURES[name]
    assert key_of(name).name == name


@pytest.mark.parametrize("name", [name for name in SIGNATURES if not name.endswith(("blues", "minor", "pentatonic"))])
def test_a_mode_s_signature_spells_its_own_notes(name: str) -> None:
    # Sharps come in the order F C G D A E B, flats in the other: what they leave of the white keys is the scale.
    sharps = key_of(name).sharps
    order = [5, 0, 7, 2, 9, 4, 11]
    raised, lowered = order[: max(sharps, 0)], order[::-1][: max(-sharps, 0)]
    notes = {(note + (note in raised) - (note in lowered)) % 12 for note in order}
    assert notes == {pitch % 12 for pitch in scale_pitches(name)[0]}


@pytest.mark.parametrize("name", SCALES)
def test_every_scale_with_a_signature_has_one_on_every_tonic(name: str) -> None:
    if SCALES[name].fifths is None:
        with pytest.raises(InputError, match="has no key signature"):
            key_of(f"C {name}")
        return
    for letter in "CDEFGAB":
        for accidental in ("", "#", "b"):
            assert -7 <= key_of(f"{letter}{accidental} {name}").sharps <= 7


def test_minor_is_what_has_a_minor_third() -> None:
    minor = {name for name, row in SCALES.items() if row.fifths is not None and key_of(f"D {name}").minor}
    assert minor == {
        "minor", "dorian", "phrygian", "aeolian", "locrian",
        "harmonic minor", "melodic minor", "minor pentatonic", "blues",
    }  # fmt: skip
    assert key_of("D dorian") == Key("D dorian", 0, True)


@pytest.mark.parametrize("text", ["granville", "chromatic", "C whole tone", "C chromatic"])
def test_a_scale_without_a_signature_is_no_key(text: str) -> None:
    with pytest.raises(InputError, match="has no key signature"):
        key_of(text)


# Snaps

LOW, HIGH = 48.0, 72.0
PITCHES = np.array([48.0, 50.0, 51.0, 55.0, 60.0, 70.0])
SHARES = {
    "empty": np.array([]),
    "one row": np.array([0.4]),
    "constant": np.full(9, 0.7),
    "all NaN": np.full(5, NAN),
    "some NaN": np.array([0.0, NAN, 1.0, 0.5]),
    "subnormal": np.array([5e-324, 1e-310, 1 - 2**-53]),
    "a million": np.linspace(0, 1, 10**6),
}


@pytest.mark.parametrize("shares", SHARES.values(), ids=SHARES)
@pytest.mark.parametrize("name", SNAPS)
def test_every_snap_on_every_kind_of_shares(name: str, shares: np.ndarray) -> None:
    before = shares.copy()
    made = SNAPS[name](shares, PITCHES, LOW, HIGH)
    assert made.shape == shares.shape
    assert np.isin(made, PITCHES).all()  # a missing share gives some pitch; `drawn` takes it away again
    assert np.array_equal(shares, before, equal_nan=True)
    assert np.array_equal(np.isnan(drawn(shares, "C major", (LOW, HIGH), name)), np.isnan(shares))


@pytest.mark.parametrize("name", SNAPS)
def test_every_snap_to_one_pitch(name: str) -> None:
    shares = np.array([0.0, 0.5, 1.0])
    assert SNAPS[name](shares, np.array([60.0]), 60.0, 60.0).tolist() == [60, 60, 60]
    assert SNAPS[name](shares, np.array([60.0]), 48.0, 72.0).tolist() == [60, 60, 60]


@st.composite
def ranges(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Shares (whole 64ths, so that a place is exact), rising pitches, and ends around the pitches."""
    pitches = sorted(draw(st.sets(st.integers(0, 127), min_size=1, max_size=10)))
    low, high = pitches[0] - draw(st.integers(0, 3)), pitches[-1] + draw(st.integers(0, 3))
    shares = draw(st.lists(st.integers(0, 64), max_size=12))
    return np.array(shares) / 64, np.array(pitches, np.float64), float(low), float(high)


@settings(deadline=None)
@given(ranges())
def test_nearest_up_and_down(drawn_range: tuple[np.ndarray, np.ndarray, float, float]) -> None:
    shares, pitches, low, high = drawn_range
    made = {name: SNAPS[name](shares, pitches, low, high).tolist() for name in ("nearest", "up", "down")}
    for n, place in enumerate(low + shares * (high - low)):
        least = min(abs(pitch - place) for pitch in pitches)
        assert made["nearest"][n] == max(pitch for pitch in pitches if abs(pitch - place) == least)
        assert made["up"][n] == min((pitch for pitch in pitches if pitch >= place), default=pitches[-1])
        assert made["down"][n] == max((pitch for pitch in pitches if pitch <= place), default=pitches[0])


@settings(deadline=None)
@given(ranges())
def test_equal_width(drawn_range: tuple[np.ndarray, np.ndarray, float, float]) -> None:
    shares, pitches, low, high = drawn_range
    expected = [pitches[min(math.floor(value * len(pitches)), len(pitches) - 1)] for value in shares]
    assert SNAPS["equal-width"](shares, pitches, low, high).tolist() == expected


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 60), st.integers(1, 300), st.integers(0, 10**6))
def test_equal_count_gives_each_pitch_as_many_values_as_the_next(count: int, rows: int, seed: int) -> None:
    shares = np.random.default_rng(seed).permutation(rows) / rows
    pitches = np.arange(count, dtype=np.float64)
    made = SNAPS["equal-count"](shares, pitches, 0.0, float(count))
    used = np.bincount(made.astype(int), minlength=count)
    assert rows == 1 or used.max() - used.min() <= 1
    assert np.all(np.diff(made[np.argsort(shares)]) >= 0)


def test_equal_count_where_thirds_and_the_like_are_not_exact() -> None:
    # 1/49 · 49 is less than 1 in doubles.
    made = SNAPS["equal-count"](np.arange(50) / 49, np.arange(49.0), 0.0, 48.0)
    assert made.tolist() == [*range(49), 48]


@settings(deadline=None)
@given(st.lists(st.integers(0, 8), min_size=1, max_size=30), st.integers(1, 12))
def test_equal_count_keeps_equal_values_together(values: list[int], count: int) -> None:
    made = SNAPS["equal-count"](np.array(values) / 8, np.arange(count, dtype=np.float64), 0.0, 1.0)
    for value in set(values):
        assert len(set(made[np.array(values) == value].tolist())) == 1


def test_a_place_that_rounding_moved_off_its_pitch_is_still_on_it() -> None:
    moved = 0
    for size in range(1, 100):
        shares = np.arange(size + 1) / size
        moved += np.count_nonzero(0.1 + shares * (size + 0.1 - 0.1) - 0.1 != np.arange(size + 1))
        pitches = np.arange(size + 1) + 0.1
        for name in ("nearest", "up", "down"):
            assert SNAPS[name](shares, pitches, 0.1, size + 0.1).tolist() == pitches.tolist(), (name, size)
    assert moved > 100  # there was something to forgive


def test_drawn_to_a_scale() -> None:
    made = drawn(np.array([0, 0.5, NAN, 1]), "D dorian", (60, 72), "nearest")
    assert np.array_equal(made, [60, 67, NAN, 72], equal_nan=True)  # F#4 lies between F4 and G4: the higher
    assert drawn(np.array([0, 1]), "granville", None, "equal-width").tolist() == [55, 84]
    with pytest.raises(InputError, match=r"no snap is called 'nearst'\n *did you mean 'nearest'\?"):
        drawn(np.array([0.5]), "chromatic", None, "nearst")
