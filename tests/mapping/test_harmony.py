"""Chords: numerals against chords spelled by hand, progressions chosen by data, and what sounds when."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.errors import InputError
from composer.mapping.harmony import (
    EXTENSIONS,
    NUMERALS,
    SIGNS,
    Chord,
    Harmony,
    by_tension,
    chords_of,
    diatonic,
    following,
    scale_classes,
    sounding,
    triad_on,
)
from composer.mapping.scales import SCALES, scale_pitches
from composer.units import pitch_class_of

KEYS = [f"{tonic} {name}" for name, row in SCALES.items() if row.fifths is not None for tonic in ("C", "F#", "Bb")]
SEVEN = [key for key in KEYS if len(SCALES[key.partition(" ")[2]].steps) == 7]


def spelled(text: str) -> list[tuple[int, ...]]:
    """Return chords given as note names, "C E G, A C E", as pitch classes."""
    return [tuple(pitch_class_of(name) for name in chord.split()) for chord in text.split(",")]


@pytest.mark.parametrize(
    ("progression", "key", "notes"),
    [
        ("I V vi IV", "C major", "C E G, G B D, A C E, F A C"),
        ("i VI III VII", "A minor", "A C E, F A C, C E G, G B D"),
        ("ii V I", "C major", "D F A, G B D, C E G"),
        ("ii7 V7 Imaj7", "C major", "D F A C, G B D F, C E G B"),
        ("i IV", "D dorian", "D F A, G B D"),
        ("I bVII IV", "C major", "C E G, Bb D F, F A C"),
        ("i bVII bVI V", "A minor", "A C E, G B D, F A C, E G# B"),
        ("bII", "E phrygian", "F A C"),
        ("bII", "A minor", "Bb D F"),
        ("#iv° #vii°7", "A minor", "D# F# A, G# B D F"),
        ("#iv°", "F lydian", "B D F"),
        ("♯iv° ♭VI", "C", "F# A C, Ab C Eb"),
        ("vii° viio viidim viiø7", "C major", "B D F, B D F, B D F, B D F A"),
        ("III+ IIIaug III+7", "C minor", "Eb G B, Eb G B, Eb G B Db"),
        ("Vsus4 V7sus4 Isus2", "C major", "G C D, G C D F, C D G"),
        ("I6 Iadd9 V9 Imaj9", "C major", "C E G A, C E G D, G B D F A, C E G B D"),
        ("i v", "E blues", "E G B, B D F#"),
        ("I IV", "G major pentatonic", "G B D, C E G"),
        ("V vii°7", "A harmonic minor", "E G# B, G# B D F"),
        ("bii", "Cb major", "Dbb Fbb Abb"),
    ],
)
def test_numerals_are_the_chords_that_a_book_spells(progression: str, key: str, notes: str) -> None:
    assert [chord.classes for chord in chords_of(progression, key)] == spelled(notes)


def test_the_root_comes_first_and_the_name_is_kept() -> None:
    chord = chords_of("viiø7", "Bb major")[0]
    assert chord == Chord(9, (9, 0, 3, 7), "viiø7")


@pytest.mark.parametrize("text", ["I,V,vi,IV", "I-V-vi-IV", "| I V | vi IV |", "  I – V  vi, IV\n"])
def test_numerals_are_parted_by_spaces_commas_hyphens_and_bar_lines(text: str) -> None:
    assert [chord.name for chord in chords_of(text, "C major")] == ["I", "V", "vi", "IV"]


@pytest.mark.parametrize("bad", ["H", "iV", "VIII", "IIII", "I8", "bbVII", "Vb7", "1", "V/V", "maj7", "I7maj"])
def test_a_bad_numeral_is_named_with_what_is_allowed(bad: str) -> None:
    with pytest.raises(InputError, match=f"'{bad}' is not a chord") as caught:
        chords_of(f"I {bad} V", "C major")
    assert "upper case for major" in caught.value.faults[0].remedy
    assert "7sus4" in caught.value.faults[0].remedy


@pytest.mark.parametrize("empty", ["", " ", "|,-"])
def test_a_progression_needs_chords(empty: str) -> None:
    with pytest.raises(InputError, match="no chords"):
        chords_of(empty, "C major")


@pytest.mark.parametrize("key", ["C whole tone", "chromatic", "granville", "nonsense"])
def test_what_is_no_key_has_no_numerals(key: str) -> None:
    with pytest.raises(InputError):
        chords_of("I", key)


@given(
    st.sampled_from(["", "b", "#"]),
    st.sampled_from([*NUMERALS, *map(str.lower, NUMERALS)]),
    st.sampled_from(["", *SIGNS]),
    st.sampled_from(list(EXTENSIONS)),
    st.sampled_from(KEYS),
)
def test_every_sentence_of_the_grammar_is_a_chord(flat: str, numeral: str, sign: str, extra: str, key: str) -> None:
    (chord,) = chords_of(flat + numeral + sign + extra, key)
    assert chord.classes[0] == chord.root
    assert len(set(chord.classes)) == len(chord.classes) >= 3
    assert all(0 <= one < 12 for one in chord.classes)


@pytest.mark.parametrize("sevenths", [False, True])
@pytest.mark.parametrize("key", KEYS)
def test_diatonic_chords_stand_in_the_key_and_read_back_from_their_names(key: str, sevenths: bool) -> None:
    chords = diatonic(key, sevenths)
    assert len(chords) == 7
    assert all(len(chord.classes) == 3 + sevenths for chord in chords)
    assert chords_of(" ".join(chord.name for chord in chords), key) == chords
    if key in SEVEN:
        own = {pitch % 12 for pitch in scale_pitches(key)[0]}
        assert {one for chord in chords for one in chord.classes} == own


def test_diatonic_chords_have_the_names_of_a_book() -> None:
    assert [chord.name for chord in diatonic("C major", True)] == "Imaj7 ii7 iii7 IVmaj7 V7 vi7 viiø7".split()
    assert [chord.name for chord in diatonic("A harmonic minor")] == "i ii° III+ iv V VI vii°".split()
    assert diatonic("A harmonic minor", True)[6].name == "vii°7"


@pytest.mark.parametrize("key", KEYS)
def test_tension_begins_at_home_and_ends_with_what_is_not_perfect(key: str) -> None:
    home, *others = by_tension(key)
    assert {home, *others} == set(diatonic(key))
    assert home == diatonic(key)[0]
    fifths = [(chord.classes[2] - chord.root) % 12 for chord in others]
    assert fifths == sorted(fifths, key=(7, 8, 6).index)


def test_tension_rises_from_tonic_through_subdominant_to_dominant() -> None:
    assert " ".join(chord.name for chord in by_tension("A minor")) == "i VI III iv v VII ii°"


def test_shares_choose_chords_and_a_missing_one_keeps_the_chord() -> None:
    shares = np.array([np.nan, 0.0, 0.99 / 7, 1.01 / 7, np.nan, 0.5, 1.0, 7.0, -3.0, np.inf])
    names = [chord.name for chord in following(shares, "C major")]
    assert names == ["I", "I", "I", "vi", "vi", "IV", "vii°", "vii°", "I", "vii°"]
    assert [chord.name for chord in following(np.array([0.5, np.nan]), "A minor")] == ["iv", "iv"]
    assert following(np.empty(0), "C major") == ()


def test_a_harmony_says_what_sounds_when() -> None:
    chords = chords_of("I IV V V", "C major")
    harmony = Harmony(np.array([0.0, 2.0, 3.0, 5.0]), chords)
    assert harmony.at(np.array([-1, 0, 1.9, 2, 2 - 1e-7, 2.5, 3, 5, 99])).tolist() == [0, 0, 0, 1, 1, 1, 2, 3, 3]
    assert harmony.chord(2.5).name == "IV"
    assert harmony.changes.tolist() == [2, 3]


def test_a_repeated_progression_begins_again_until_the_end() -> None:
    harmony = Harmony.repeated(chords_of("I IV V", "C major"), 2.0, 9.0)
    assert harmony.starts.tolist() == [0, 2, 4, 6, 8]
    assert [chord.name for chord in harmony.chords] == ["I", "IV", "V", "I", "IV"]
    assert len(Harmony.repeated(harmony.chords, 2.0, 4.0).chords) == 2
    assert len(Harmony.repeated(harmony.chords, 2.0, 0.0).chords) == 1
    with pytest.raises(InputError, match="too many"):
        Harmony.repeated(harmony.chords, 1e-6, 1e6)


def test_a_harmony_that_makes_no_sense_is_refused() -> None:
    (chord,) = chords_of("I", "C")
    for starts, chords in (([0.0, 1.0], (chord,)), ([], ())):
        with pytest.raises(InputError, match="make them equal"):
            Harmony(np.array(starts), chords)
    for starts in ([1.0, 2.0], [0.0, 0.0]):
        with pytest.raises(InputError, match="rise"):
            Harmony(np.array(starts), (chord, chord))


def test_a_scale_alone_gives_triads_in_thirds() -> None:
    for key in SEVEN:
        own = scale_classes(np.array(scale_pitches(key)[0], np.float64))
        for chord in diatonic(key):
            assert triad_on(chord.root, own) == chord.classes
    assert triad_on(0, (0, 2, 4, 6, 8, 10)) == (0, 4, 8)
    assert triad_on(4, (0, 2, 4, 7, 9)) == (4, 7, 0)
    assert [triad_on(root, (0, 3, 5, 6, 7, 10)) for root in (0, 6)] == [(0, 3, 7), (6, 10, 3)]
    assert triad_on(5, (5,)) == (5,)
    assert triad_on(0, (0, 1, 2, 6)) == (0, 2, 6)


def test_what_sounds_is_the_harmony_or_the_scales_own_triad() -> None:
    scale = np.array(scale_pitches("C major")[0], np.float64)
    beats, pitch = np.array([0.0, 4.0, 8.0]), np.array([62.0, 60.0, 62.0])
    which, chords = sounding(beats, pitch, None, scale)
    assert [chords[k] for k in which] == [(2, 5, 9), (0, 4, 7), (2, 5, 9)]
    which, chords = sounding(beats, pitch, Harmony.repeated(chords_of("I V", "C"), 4, 12), scale)
    assert [chords[k] for k in which] == [(0, 4, 7), (7, 11, 2), (0, 4, 7)]
    assert len(chords) == 2
