"""The examples are pieces to play: of a fit length, in key, playable by their instruments, whole as `.mid` files."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import numpy as np
import pytest

import composer
from composer.instruments import instrument
from composer.mapping.endings import ENDINGS
from composer.mapping.harmony import chords_of
from composer.mapping.roles import ROLES
from composer.mapping.rules import UNSNAPPED
from composer.mapping.scales import scale_pitches
from composer.outputs.midi import encode_midi
from composer.piece.model import Piece
from composer.piece.rule import PitchRule
from composer.piece.store import built_in
from composer.piece.track import PaletteRule, TrackBase
from composer.score import Track

EXAMPLES = Path(__file__).parents[1] / "examples"
OVERLAP = 1e-9  # beats


@pytest.fixture(params=sorted(built_in()))
def made(request: pytest.FixtureRequest, compositions: dict[str, composer.Composition]) -> composer.Composition:
    """Each example, composed."""
    return compositions[request.param]


def played_by(made: composer.Composition, track: TrackBase) -> list[Track]:
    """Return the score's tracks that a track of the piece makes."""
    names = {track.called(player) for player in range(len(track.palette))}
    return [found for found in made.score.tracks if found.name in names]


def test_it_lasts_a_minute_or_two(made: composer.Composition) -> None:
    assert 60 <= made.score.seconds <= 150


def test_every_track_has_notes_within_the_range_of_its_instrument(made: composer.Composition) -> None:
    for track in made.piece.tracks:
        found = played_by(made, track)
        assert found, track.name
        for part in found:
            player, pitch = instrument(part.instrument), part.notes["pitch"]
            assert pitch.size
            assert player.is_drums or (pitch.min() >= player.lowest and pitch.max() <= player.highest), part.name
            assert part.notes["velocity"].min() > 0


def test_every_note_is_of_the_key_or_of_a_chord(made: composer.Composition) -> None:
    piece = made.piece
    if piece.key is None:
        return
    allowed = {pitch % 12 for pitch in scale_pitches(piece.key)[0]} | chord_classes(piece)
    for track in piece.tracks:
        rule = track.rule("pitch")
        free = isinstance(rule, PitchRule) and (rule.scale is not None or rule.snap == UNSNAPPED)
        if free or instrument(track.palette[0]).is_drums:
            continue
        for part in played_by(made, track):
            assert {int(pitch) % 12 for pitch in part.notes["pitch"]} <= allowed, part.name


def chord_classes(piece: Piece) -> set[int]:
    """Return the pitch classes of all chords that a piece names."""
    named = [section.progression for section in piece.sections]
    named += [piece.harmony.progression if piece.harmony else None]
    named += [ending.arguments.get("chords") for ending in piece.ending]
    chords = [chord for text in named if text for chord in chords_of(text, piece.key or "")]
    return {number for chord in chords for number in chord.classes}


def test_it_is_never_silent_for_long(made: composer.Composition) -> None:
    notes = np.concatenate([track.notes for track in made.score.tracks])
    notes = notes[np.argsort(notes["start"])]
    start, end = (made.score.tempo.seconds(at) for at in (notes["start"], notes["start"] + notes["length"]))
    assert start[0] < 0.5
    assert np.max(start[1:] - np.maximum.accumulate(end)[:-1]) < 4


def test_its_mid_has_a_channel_for_each_track_and_no_note_is_stuck(made: composer.Composition) -> None:
    file = mido.MidiFile(file=io.BytesIO(encode_midi(made.score)))
    channels = []
    for track in file.tracks[1:]:
        sounding: dict[tuple[int, int], int] = {}
        for message in track:
            if message.type in ("note_on", "note_off"):
                key = (message.channel, message.note)
                sounds = message.type == "note_on" and message.velocity > 0
                sounding[key] = sounding.get(key, 0) + (1 if sounds else -1)
                assert sounding[key] in (0, 1)
        assert sounding and not any(sounding.values())
        channels.append({channel for channel, _ in sounding})
    melodic = [channel for own in channels for channel in own if channel != 9]
    assert len(melodic) == len(set(melodic)) <= 15
    drums = [n for n, track in enumerate(made.score.tracks) if instrument(track.instrument).is_drums]
    assert [n for n, own in enumerate(channels) if own == {9}] == drums


def test_its_markers_lie_within_it(made: composer.Composition) -> None:
    assert all(0 <= marker.beat <= made.score.end + OVERLAP and marker.text for marker in made.score.markers)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_it_begins_by_saying_what_is_heard(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    opening = next(n for n, line in enumerate(lines) if not line.startswith("#"))
    assert 2 <= opening <= 10
    assert max(map(len, lines[:opening])) <= 120


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.csv")), ids=lambda path: path.stem)
def test_its_data_are_small_and_say_where_they_come_from(path: Path) -> None:
    text = path.read_text("utf-8")
    opening = text[: text.index("\n", text.rindex("\n#") + 1)].splitlines()
    assert len(text) < 60_000
    assert all(line.startswith("#") for line in opening)
    assert any("Licence: public domain" in line or "Computed by" in line for line in opening)


def test_together_they_show_what_a_piece_can_do(compositions: dict[str, composer.Composition]) -> None:
    pieces = [made.piece for made in compositions.values()]
    tracks = [track for piece in pieces for track in piece.tracks]
    assert {track.role.called for track in tracks} == set(ROLES)
    assert {ending.called for piece in pieces for ending in piece.ending} == set(ENDINGS)
    assert len({piece.meter for piece in pieces}) >= 6
    assert len({piece.key for piece in pieces if piece.key}) >= 9
    families = {instrument(name).family for track in tracks for name in track.palette}
    assert len(families) >= 12
    steps = {step.called for piece in pieces for step in piece.shape}
    assert {"join", "column", "smooth", "thin", "detrend", "deseason", "normalise", "aggregate", "fill"} <= steps
    assert any(isinstance(track.instrument, PaletteRule) for track in tracks)
    assert any(track.rule("glide") for track in tracks) and any(track.rule("bend") for track in tracks)
    assert any(track.rule("expression") for track in tracks) and any(track.rule("density") for track in tracks)
    assert any(piece.legend for piece in pieces) and any(piece.sections for piece in pieces)
    harmonies = [piece.harmony for piece in pieces if piece.harmony]
    assert any(found.progression for found in harmonies) and any(found.following for found in harmonies)
    assert any(marker.rows for piece in pieces for marker in piece.markers)
