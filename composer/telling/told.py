"""A score in words, and the piece and the table that it came from, where there are any."""

from __future__ import annotations

from collections.abc import Sequence

from composer.piece.form import TempoRule
from composer.piece.model import Piece
from composer.score import Key, Marker, Score
from composer.table import Table
from composer.telling.cues import cues_of
from composer.telling.english import clock, counted, lasting, listing, number, scale_said, sentence, shortened
from composer.telling.moments import (
    Moment,
    Weight,
    events_of,
    events_said,
    markers_said,
    moments_of,
    plain_markers,
    sections_of,
)
from composer.telling.parts import Part, parts_of
from composer.telling.players import part_said
from composer.telling.subject import Subject, plain, shaping_said, source_said, subject_of
from composer.words import Words

SHORT = 250  # characters of the sentence that is a picture's alternative text
MOST_NAMED = 6  # instruments in it
MOST_PARTS = 24  # tracks that get a paragraph each

# How an ending is said.
_ENDINGS = {"fade": "a fade", "ritardando": "a slowing down", "cadence": "closing chords"}


def told(score: Score, piece: Piece | None = None, table: Table | None = None) -> Words:
    """Return a score in words; with its piece and its table, also what they map to what."""
    parts = parts_of(score, piece, table)
    if piece is None or table is None:
        markers = plain_markers(score, (), [])
        paragraphs = [_overview(score, parts, None), *_each(parts, None, score.key), markers_said(markers)]
        moments = moments_of(score, parts, None, (), markers, ("", []))
        return Words(_short(score, parts, None), tuple(filter(None, paragraphs)), cues_of(moments, score.seconds))
    subject = subject_of(piece, table)
    name, events = events_of(piece, subject, parts, score)
    sections = sections_of(piece, table, score)
    markers = plain_markers(score, sections, events)
    opened = [entry for entry in markers if piece.legend is not None and parts and entry[0] < _first(parts)]
    closing = [entry for entry in markers if entry[1] in {ending.called for ending in piece.ending}][-1:]
    plain_ones = [entry for entry in markers if entry not in opened + closing]
    paragraphs = [
        _overview(score, parts, piece),
        " ".join(filter(None, (source_said(subject), shaping_said(piece)))),
        *_each(parts, subject, score.key),
        events_said(name, events, subject),
        _form(piece, score, sections, opened, closing),
        markers_said(plain_ones),
    ]
    moments = moments_of(score, parts, subject, sections, [*plain_ones, *closing], (name, events))
    if opened:
        columns = dict.fromkeys(text.split(":")[0].partition(" ")[2] for _, text in opened)
        opening = f"Opening: lowest, middle and highest {listing(list(columns))}"
        moments = [Moment(opened[0][0], opening, Weight.SECTION), *moments]
    return Words(_short(score, parts, subject), tuple(filter(None, paragraphs)), cues_of(moments, score.seconds))


def _first(parts: list[Part]) -> float:
    return min(float(part.seconds[0]) for part in parts)


def _each(parts: list[Part], subject: Subject | None, key: Key | None) -> list[str]:
    said = [part_said(part, subject, key) for part in parts[:MOST_PARTS]]
    return said + ([f"There are {counted(len(parts) - MOST_PARTS, 'more track')}."] if len(parts) > MOST_PARTS else [])


def _named(score: Score) -> str:
    return f"“{' '.join(score.title.split())}”" if score.title.strip() else "This music"


def _short(score: Score, parts: list[Part], subject: Subject | None) -> str:
    """Return the whole in a sentence: title, numbers, instruments, length, as much of it as there is room for."""
    if not parts:
        return shortened(f"{_named(score)}: there are no notes in it.", SHORT)
    what = "" if subject is None else f"{counted(len(subject.table), subject.noun)} {subject.what}, "
    names = list(dict.fromkeys(name for part in parts for name in part.instruments))
    if len(names) > MOST_NAMED:
        names = [*names[: MOST_NAMED - 1], f"{counted(len(names) - MOST_NAMED + 1, 'other instrument')}"]
    notes = sum(track.notes.size for track in score.tracks)
    end = f", {lasting(score.seconds)} long."
    for who in (f"played by {listing(names)}", f"on {counted(len(parts), 'track')}"):
        text = f"{_named(score)}: {what}{counted(notes, 'note')} {who}{end}"
        if len(text) <= SHORT:
            return text
    return shortened(text, SHORT)


def _overview(score: Score, parts: list[Part], piece: Piece | None) -> str:
    notes = sum(track.notes.size for track in score.tracks)
    if not notes:
        return f"{_named(score)} has no notes."
    where = [] if score.key is None else [f"in {scale_said(score.key.name)}"]
    where.append(f"in {score.meter.beats}/{score.meter.unit} time")
    tracks = counted(len(parts), "track")
    if len(score.tracks) != len(parts):  # a palette's instruments have a track each there
        tracks += f" ({counted(len(score.tracks), 'track')} in the MIDI file)"
    said = f"{_named(score)} lasts {lasting(score.seconds)}: {counted(notes, 'note')} on {tracks}"
    return f"{said}, {', '.join(where)}, {_tempo(score, piece)}."


def _tempo(score: Score, piece: Piece | None) -> str:
    bpm = [tempo for beat, tempo in score.tempo.changes if beat < score.end or beat == 0]
    low, high = (number(end, places=0) for end in (min(bpm), max(bpm)))
    if low == high:
        return f"at {low} quarter notes a minute"
    following = f", following “{plain(piece.tempo.from_)}”" if piece and isinstance(piece.tempo, TempoRule) else ""
    return f"at a tempo that moves between {low} and {high} quarter notes a minute{following}"


def _form(
    piece: Piece,
    score: Score,
    sections: Sequence[tuple[str, Marker]],
    opened: Sequence[tuple[float, str]],
    closing: Sequence[tuple[float, str]],
) -> str:
    """Return how the piece goes: what opens it, its sections, its ending."""
    said = []
    if opened:
        shown = [f"{text.replace(':', ',')} ({clock(at)})" for at, text in opened]
        said.append(sentence(f"it opens with {counted(len(opened), 'single note')} to learn by: {'; '.join(shown)}"))
    if sections:
        placed = [f"{name} from {clock(float(score.tempo.seconds(marker.beat)))}" for name, marker in sections]
        said.append(sentence(f"it has {counted(len(placed), 'section')}: {listing(placed)}"))
    if piece.ending:
        ways = listing([_ENDINGS.get(end.called, end.called) for end in piece.ending])
        said.append(sentence(f"it ends with {ways}{f', from {clock(closing[0][0])}' if closing else ''}"))
    return " ".join(said)
