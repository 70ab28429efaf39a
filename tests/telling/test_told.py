"""The words: every fact in them is read back and found in the table and the score, for every built-in piece."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import composer
from composer.arranging.fidelity import numbered, numbered_voices
from composer.mapping.roles import ROLES
from composer.mapping.rows import ROWS
from composer.piece.store import built_in
from composer.score import Marker, Score, Track, notes
from composer.sources.functions import FUNCTIONS
from composer.telling import players, subject
from composer.units import TempoMap
from composer.words import Words

Compositions = dict[str, composer.Composition]
NUMBER = r"−?[\d,]*\.?\d+(?:e−?\d+)?"
CLOCK = r"\d+:\d\d(?::\d\d)?"
NOTE = r"[A-G](?: sharp | flat )?-?\d(?: (?:plus|minus) \d+ cents)?"
EXTREMES = re.compile(
    rf"The highest note, ({NOTE}), is at ({CLOCK}), where (.+?) is ({NUMBER})[^;]*?; "
    rf"the lowest, ({NOTE}), is at ({CLOCK}), where it is ({NUMBER})"
)
COMPARED = re.compile(rf"The (greater|smaller) (.+?), from ({NUMBER}) (?:down )?to ({NUMBER})")


def value(text: str) -> float:
    """Return a number as it is said."""
    return float(text.replace("−", "-").replace(",", ""))


def pitch(text: str) -> float:
    """Return the MIDI number of a note as it is said."""
    letter, sign, octave, way, cents = re.fullmatch(
        r"([A-G])(?: (sharp|flat) )?(-?\d)(?: (plus|minus) (\d+) cents)?", text
    ).groups()  # type: ignore[union-attr]
    key = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[letter] + {"sharp": 1, "flat": -1}.get(sign, 0)
    return key + 12 * (int(octave) + 1) + (int(cents) if cents else 0) / 100 * (-1 if way == "minus" else 1)


def seconds(text: str) -> int:
    """Return a moment as it is said, in whole seconds."""
    parts = [int(part) for part in text.split(":")]
    return sum(part * 60**n for n, part in enumerate(reversed(parts)))


def rounds_to(said: str, found: float) -> bool:
    """Whether a number, rounded, is what is said: to three digits, or to whole ones where there are more."""
    return abs(value(said) - found) <= max(0.006 * abs(found), 1e-9) and (abs(found) < 1000 or value(said) % 1 == 0)


def check_extremes(music: composer.Composition, words: Words) -> int:
    """Find the highest and lowest notes that are told in the score, with their times, and values; return how many."""
    told = 0
    owners = numbered_voices(music.piece)
    for number, track in enumerate(music.piece.tracks):
        start = track.name[:1].upper() + track.name[1:] + ": "
        paragraph = next((text for text in words.paragraphs if text.startswith(start)), "")
        match = EXTREMES.search(paragraph)
        if match is None:
            continue
        mine = [
            part.notes[(part.notes["row"] >= 0) & (part.notes["start"] >= opening(music))]
            for key, part in zip(numbered(music.score.tracks), music.score.tracks, strict=True)
            if owners[key] == number
        ]
        own = np.concatenate(mine)
        column = music.table[track.rule("pitch").from_]  # type: ignore[union-attr,index]
        rule = track.rule("pitch")
        most = (np.nanmin, np.nanmax) if rule is not None and rule.invert else (np.nanmax, np.nanmin)
        for (name, at, said), extreme, of_all in zip(
            ((match[1], match[2], match[4]), (match[5], match[6], match[7])),
            (own["pitch"].max(), own["pitch"].min()),
            most,
            strict=True,
        ):
            assert abs(pitch(name) - extreme) <= 0.051, (paragraph, extreme)
            there = own[own["pitch"] == extreme]
            assert rounds_to(said, of_all(column[there["row"]])), paragraph
            onsets = np.floor(music.score.tempo.seconds(there["start"]) + 1e-6)
            assert any(
                onset == seconds(at) and rounds_to(said, column[row])
                for onset, row in zip(onsets, there["row"], strict=True)
            ), paragraph
            told += 1
    return told


def opening(music: composer.Composition) -> float:
    """Return the beat at which the legend is over: its markers tell its notes."""
    taught = [mark.beat for mark in music.score.markers if re.match("lowest|middle|highest", mark.text)]
    return max(taught) + 0.5 if music.piece.legend is not None else 0.0


@pytest.mark.parametrize("name", built_in())
def test_extremes_are_where_they_are_said_to_be(compositions: Compositions, name: str) -> None:
    told = check_extremes(compositions[name], composer.in_words(compositions[name]))
    melodies = [track for track in compositions[name].piece.tracks if track.role.called == "melody"]
    assert told >= (2 if any(getattr(track.rule("pitch"), "from_", None) for track in melodies) else 0)


def test_extremes_at_another_time_are_noticed(compositions: Compositions) -> None:
    music = compositions["riemann"]
    words = composer.in_words(music)
    late = replace(music, score=replace(music.score, tempo=TempoMap(((0.0, 90.0),))))
    with pytest.raises(AssertionError):
        check_extremes(late, words)
    other = words._replace(paragraphs=tuple(text.replace("is 11.8 ", "is 9.9 ") for text in words.paragraphs))
    with pytest.raises(AssertionError):
        check_extremes(music, other)


@pytest.mark.parametrize("name", built_in())
def test_ranges_are_those_of_the_rows_that_are_heard(compositions: Compositions, name: str) -> None:
    music = compositions[name]
    words = composer.in_words(music)
    owners = numbered_voices(music.piece)
    compared = 0
    for number, track in enumerate(music.piece.tracks):
        start = track.name[:1].upper() + track.name[1:] + ": "
        paragraph = next((text for text in words.paragraphs if text.startswith(start)), "")
        rows = [
            part.notes["row"][part.notes["start"] >= opening(music)]
            for key, part in zip(numbered(music.score.tracks), music.score.tracks, strict=True)
            if owners[key] == number
        ]
        heard = np.unique(np.concatenate([np.empty(0, np.int64), *rows]))
        columns = {getattr(track.rule(name), "from_", None) for name in composer_targets()} - {None}
        ranges = (
            [np.nanmin(music.table[c][heard[heard >= 0]]) for c in columns],
            [np.nanmax(music.table[c][heard[heard >= 0]]) for c in columns],
        )
        for way, _, first, last in COMPARED.findall(paragraph):
            low, high = (last, first) if way == "smaller" else (first, last)
            assert any(rounds_to(low, a) and rounds_to(high, b) for a, b in zip(*ranges, strict=True)), paragraph
            compared += 1
    assert compared >= 1


def composer_targets() -> list[str]:
    """Return the names of the targets that follow columns."""
    from composer.mapping.targets import TARGETS

    return list(TARGETS)


@pytest.mark.parametrize("name", ["riemann", "riemann-reference"])
def test_zeros_are_heard_between_the_notes_around_them(compositions: Compositions, name: str) -> None:
    music = compositions[name]
    zeros = composer.zeros(400_000, 400_019.95).ordinates
    zeros = zeros[zeros <= music.table["t"][-1]]
    own = music.score.tracks[0].notes
    onsets = music.score.tempo.seconds(own["start"])
    expected = np.interp(zeros, music.table["t"][own["row"]], onsets)
    words = composer.in_words(music)
    (paragraph,) = [text for text in words.paragraphs if text.startswith("It passes")]
    assert f"{zeros.size} zeros" in paragraph
    listed = re.findall(CLOCK, paragraph.split("They are heard at")[1])
    assert [seconds(at) for at in listed] == [int(at + 1e-6) for at in expected]
    first = re.search(rf"the first at t = ({NUMBER})", paragraph)
    assert first is not None and value(first[1]) == pytest.approx(zeros[0], abs=6e-5)
    # The tempo is constant within a note, so that seconds run as beats do.
    alone = [cue for cue in words.cues if re.fullmatch(rf"Zero at t = {NUMBER}", cue.text)]
    assert len(alone) >= 10
    for cue in alone:
        place = value(cue.text.split(" = ")[1])
        assert np.interp(place, zeros, expected) == pytest.approx(cue.start, abs=0.1)


@pytest.mark.parametrize("name", built_in())
def test_captions_of_extremes_begin_with_the_notes(compositions: Compositions, name: str) -> None:
    music = compositions[name]
    told = [cue for cue in composer.in_words(music).cues if re.match("(High|Low)est note: ", cue.text)]
    assert 1 <= len(told) <= 2
    every = np.concatenate([track.notes for track in music.score.tracks])
    onsets = music.score.tempo.seconds(every["start"])
    for cue in told:
        wanted = pitch(cue.text.split(": ")[1].split("\n")[0])
        assert np.abs(onsets[np.abs(every["pitch"] - wanted) < 0.051] - cue.start).min() < 0.1


@pytest.mark.parametrize("name", built_in())
def test_it_reads_well(compositions: Compositions, name: str) -> None:
    music = compositions[name]
    words = composer.in_words(music)
    assert 0 < len(words.short) <= 250 and words.short.endswith(".") and music.piece.title in words.short
    for text in (words.short, *words.paragraphs):
        assert text.endswith((".", "…")) and text == text.strip() and text.isprintable()
        for slip in ("  ", "None", "nan", "..", " ,", " .", "( ", "“”", "{", "one notes", "the the", " a o"):
            assert slip not in text, (slip, text)
        assert text.count("(") == text.count(")") and text.count("“") == text.count("”")
        assert not re.search(r"\b1 notes", text)
        assert not re.search(r"(?<![\w)])-\d", text), text  # a minus that is passed over when read aloud
    assert words.text.split("\n\n") == list(words.paragraphs)
    for section in music.piece.sections:
        assert section.name in words.text


def test_the_flagship() -> None:
    words = composer.in_words(composer.compose("riemann"))
    assert words.short == (
        "“The music of the Riemann Hypothesis”: 300 points of the Dirichlet eta function on the critical line, "
        "454 notes played by vibraphone, cello, choir aahs, orchestral harp, celesta and drums, "
        "1 minute 21 seconds long."
    )
    assert words.paragraphs[2].startswith(
        "Melody: the vibraphone plays a note for every point: 300 notes from 0:00 to 1:19. The greater the real part, "
        "from −6.79 to 11.8, the higher the note (C4 to C6)."
    )
    assert "The smaller the modulus, from 12.1 down to 0.0252, the louder the note (45 to 90 percent)." in words.text


def test_drums_and_sections_are_told_in_order(compositions: Compositions) -> None:
    riemann = compositions["riemann"]
    struck = riemann.score.tracks[5].notes
    value = riemann.table["abs"][struck["row"]]
    by_pitch = {
        name: value[struck["pitch"] == key].mean() for name, key in (("triangle", 81), ("ride", 51), ("tom", 45))
    }
    assert by_pitch["triangle"] < by_pitch["ride"] < by_pitch["tom"]
    way = "the drum changes from open triangle to low tom, by way of ride cymbal."
    assert f"As the modulus grows, from 0.0252 to 0.97, {way}" in composer.in_words(riemann).text
    score = compositions["tides"].score
    at = [float(score.tempo.seconds(mark.beat)) for mark in score.markers if mark.text == "neaps"]
    sections = next(text for text in composer.in_words(compositions["tides"]).paragraphs if "five sections" in text)
    found = re.findall(rf"neaps from ({CLOCK})", sections)
    assert [seconds(text) for text in found] == [int(second + 1e-6) for second in at]
    assert len(at) == 3


def test_dates_are_dates(compositions: Compositions) -> None:
    said = {name: composer.in_words(compositions[name]).text for name in ("weather", "breath", "sunspots", "tides")}
    assert "366 days of the file weather.csv, from 1 January 2012 to 31 December 2012" in said["weather"]
    assert "526 months of the file co2.csv, from March 1958 to December 2001" in said["breath"]
    assert "309 years of the file sunspots.csv, from 1700 to 2008" in said["sunspots"]
    assert "(4 March 2026, 12:00)" in said["tides"]
    assert "pizzicato strings for drizzle, vibraphone for fog" in said["weather"]


def test_a_legend_and_an_ending_are_told(compositions: Compositions) -> None:
    music = compositions["zeros"]
    words = composer.in_words(music)
    spacing = music.table["spacing"]
    assert f"It opens with three single notes to learn by: lowest spacing, {spacing.min():.6g} (0:00)" in words.text
    assert "It ends with closing chords, from 1:52." in words.text
    assert words.cues[0].text.split() == "Opening: lowest, middle and highest spacing".split()


def test_a_midi_file_has_words_too(compositions: Compositions, written: dict[str, object]) -> None:
    score = composer.read_midi(written["primes"])  # type: ignore[arg-type]
    words = composer.in_words(score)
    assert words.short.startswith("“Gaps”: 274 notes played by marimba, kalimba, acoustic bass and drums")
    assert "Primes: the marimba plays 100 notes, from 0:00 to 1:12." in words.text
    high = score.tracks[0].notes["pitch"].max()
    at = score.tempo.seconds(score.tracks[0].notes["start"][score.tracks[0].notes["pitch"] == high]).min()
    match = re.search(rf"The highest is ({NOTE}), first at ({CLOCK})", words.text)
    assert match is not None and pitch(match[1]) == high and seconds(match[2]) == int(at)


@pytest.mark.parametrize(("count", "said"), [(0, "has no notes"), (1, "one note on one track"), (2, "two notes")])
def test_few_notes(count: int, said: str) -> None:
    made = notes(np.arange(count), 1.0, 60)
    words = composer.in_words(Score((Track("flute", "flute", made),), title="Few"))
    assert said in words.text and "Few" in words.short
    assert len(words.cues) == min(count, 1)


def test_a_table_of_ones_own() -> None:
    table = composer.Table(
        {"height_m": [1.0, np.nan, 3.0, 2.0], "kind": [0, 1, 1, 0]}, labels={"kind": ("calm", "storm")}
    )
    track = {
        "instrument": {"from": "kind", "palette": ["flute", "koto"]},
        "name": "sea",
        "pitch": {"from": "height_m", "range": ["C4", "C5"]},
    }
    words = composer.in_words(composer.compose({"track": [track]}, table))
    assert "It plays four rows of a table." in words.text
    assert "the flute and the koto play a note for every row: three notes" in words.text
    assert "“kind” chooses the instrument: flute for calm and koto for storm." in words.text
    assert "The greater “height m”, from 1 to 3, the higher the note (C4 to C5)." in words.text
    assert "The highest note, C5, is at 0:00, where “height m” is 3 (row 2)" in words.text


def test_a_function_that_another_table_takes_the_place_of() -> None:
    piece = {"source": "noise", "track": [{"pitch": {"from": "x"}}]}
    words = composer.in_words(composer.compose(piece, composer.Table({"x": [1.0, 2.0]})))
    assert "noise" not in words.text and "two rows of a table" in words.text


def test_markers_with_odd_text_and_many_tracks() -> None:
    score = Score(
        tuple(Track(f"t{n}", "flute", notes([n], 1, 60 + n)) for n in range(30)),
        markers=tuple(Marker(float(n), "<b>\n --> &" * 40) for n in range(3)),
        title="\x00 & <odd>" * 60,
    )
    words = composer.in_words(score)
    assert len(words.short) <= 250
    assert "There are six more tracks." in words.paragraphs


def test_every_row_of_the_tables_is_said() -> None:
    assert set(subject.FUNCTIONS_SAID) == set(FUNCTIONS)
    assert set(players._ROLES) == set(ROLES)
    assert set(players._ROWS) == set(ROWS)


NOTES = st.lists(
    st.tuples(st.floats(0, 50), st.floats(0.01, 9), st.floats(0, 127), st.floats(0, 1), st.floats(-1, 1)), max_size=12
)


@given(st.lists(NOTES, max_size=4), st.text(max_size=40), st.lists(st.floats(0, 60), max_size=4))
def test_any_score(found: list[list[tuple[float, ...]]], text: str, beats: list[float]) -> None:
    tracks = tuple(
        Track(text, player, notes(*np.array(own).reshape(-1, 5).T))
        for own, player in zip(found, ("flute", "drums", "fx 1 (rain)", "sine"), strict=False)
    )
    words = composer.in_words(Score(tracks, markers=tuple(Marker(beat, text) for beat in sorted(beats)), title=text))
    assert 0 < len(words.short) <= 250 and words.paragraphs


def test_tracks_of_a_palette_are_counted_both_ways(compositions: Compositions) -> None:
    music = compositions["weather"]
    assert len(music.piece.tracks) == 6 and len(music.score.tracks) == 10
    assert "981 notes on six tracks (ten tracks in the MIDI file), in" in composer.in_words(music).paragraphs[0]
    assert "in the MIDI file" not in composer.in_words(compositions["tides"]).paragraphs[0]


def test_what_is_joined_is_told(compositions: Compositions) -> None:
    said = composer.in_words(compositions["chaos"]).paragraphs[1]
    for name, rate in (("four", "3.5"), ("eight", "3.56"), ("chaos", "3.9"), ("three", "3.83")):
        assert f"“{name}”, steps of the logistic map at growth rate {rate}" in said


def test_units_that_a_piece_states_are_said() -> None:
    piece = {"units": {"height": "cm"}, "track": [{"pitch": {"from": "height"}}]}
    table = composer.Table({"height": [1.0, 4.0, 2.0]})
    assert "from 1 to 4 cm, the higher the note" in composer.in_words(composer.compose(piece, table)).text
    with pytest.raises(composer.ComposerError, match=r"units\.weight: no column is called 'weight'"):
        composer.compose({**piece, "units": {"weight": "kg"}}, table)
