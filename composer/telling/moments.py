"""What happens when: zeros, extremes, entries, sections and markers with their seconds in the sound.

The paragraphs and the captions are told from the same moments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from composer.arranging.form import passages
from composer.piece.model import Piece
from composer.score import Key, Marker, Score
from composer.sources.functions import EVENTS, FUNCTIONS
from composer.table import Table
from composer.telling.english import clock, counted, date_said, listing, number, sentence
from composer.telling.parts import Part, clock_part, extremes_of, pitch_said, seconds_at
from composer.telling.players import extremes_followed, followed
from composer.telling.subject import Subject, plain

LONGEST = 5000.0  # of an index: along a longer one too much happens to be told
LINE = 42  # characters of a line of a caption
_TOGETHER = 2.5  # seconds in which parts that come in are named together
_ROOM = 70  # characters of their names
MOST_TIMES = 60  # that are listed one by one


class Weight(IntEnum):
    """Which of two captions gives way where there is time for one: the lesser."""

    EVENT = 1
    MARKER = 2
    ENTRY = 3
    SECTION = 4
    EXTREME = 5


@dataclass(frozen=True)
class Moment:
    """Something to tell at a second of the sound; `brief` is for where there is no time for all of it."""

    seconds: float
    text: str
    weight: Weight
    brief: str = ""


@dataclass(frozen=True)
class Event:
    """Something that the index passes: where, and at which second it sounds."""

    place: float
    seconds: float


def events_of(piece: Piece, subject: Subject, parts: list[Part], score: Score) -> tuple[str, list[Event]]:
    """Return what happens along the index of the piece's function, such as `zeros`, and each with its second."""
    source = piece.source
    event = FUNCTIONS[source.called].event if source is not None and source.called in FUNCTIONS else None
    index = np.asarray(subject.table.index, np.float64)
    part = clock_part(parts)
    if event is None or part is None or not subject.meanings or not index.size or not np.isfinite(index).all():
        return "", []
    if np.ptp(index) > LONGEST:
        return "", []
    places = EVENTS[event](index)
    order = np.argsort(index)
    along = np.interp(places, index[order], np.arange(index.size, dtype=np.float64)[order])
    at = dict(seconds_at(part, along, score.tempo.seconds))
    pairs = zip(places.tolist(), along.tolist(), strict=True)
    return event, [Event(place, at[row]) for place, row in pairs if row in at]


def events_said(name: str, events: list[Event], subject: Subject) -> str:
    """Return the events in a sentence or two: how many, where, and when they sound."""
    if not events:
        return ""
    index = subject.index_name or "the index"
    if len(events) == 1:
        return f"It passes one of the {name}, at {index} = {_exactly(events[0])} ({clock(events[0].seconds)})."
    ends = [f"{index} = {_exactly(event)} ({clock(event.seconds)})" for event in (events[0], events[-1])]
    of_zeta = " of the zeta function" if name == "zeros" else ""
    said = f"It passes {counted(len(events), name.removesuffix('s'))}{of_zeta}"
    said += f", the first at {ends[0]}, the last at {ends[1]}."
    if 2 < len(events) <= MOST_TIMES:
        said += f" They are heard at {listing([clock(event.seconds) for event in events])}."
    return said


def _exactly(event: Event) -> str:
    return number(event.place, places=4)


def sections_of(piece: Piece, table: Table, score: Score) -> list[tuple[str, Marker]]:
    """Return the named sections in the order in which they are played, each with the marker where it begins."""
    if not piece.sections:
        return []
    left = list(score.markers)
    found = []
    for passage in passages(piece, table):
        here = next((k for k, marker in enumerate(left) if marker.text == passage.name), None)
        if passage.name and here is not None:
            found.append((passage.name, left[here]))
            left = left[here + 1 :]
    return found


def plain_markers(score: Score, sections: Sequence[tuple[str, Marker]], events: list[Event]) -> list[tuple[float, str]]:
    """Return the second and text of each marker that is neither a section's beginning nor at an event."""
    begun = {id(marker) for _, marker in sections}
    told = np.array([event.seconds for event in events])
    found = []
    for marker in score.markers:
        at = float(score.tempo.seconds(marker.beat))
        if id(marker) not in begun and not (told.size and np.abs(told - at).min() < 0.02):
            found.append((at, _DATE.sub(_date, " ".join(marker.text.split()))))
    return found


_DATE = re.compile(r"\b(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?\b")


def _date(match: re.Match[str]) -> str:
    try:
        return date_said(float(np.datetime64("T".join(filter(None, match.groups())), "s").astype(np.int64)))
    except ValueError:
        return match[0]


def moments_of(
    score: Score,
    parts: list[Part],
    subject: Subject | None,
    sections: Sequence[tuple[str, Marker]],
    markers: Sequence[tuple[float, str]],
    events: tuple[str, list[Event]],
) -> list[Moment]:
    """Return everything to be captioned, in order of time, the weightiest first where there are several."""
    found = [*_entries(parts), *_extremes(parts, subject, score.key)]
    found += [
        Moment(float(score.tempo.seconds(marker.beat)), f"Section: {name}", Weight.SECTION) for name, marker in sections
    ]
    found += [Moment(at, text, Weight.MARKER) for at, text in markers]
    name, places = events
    one = name.removesuffix("s").capitalize()
    index = subject.index_name if subject is not None else ""
    found += [Moment(event.seconds, f"{one} at {index} = {_exactly(event)}", Weight.EVENT) for event in places]
    return sorted(found, key=lambda moment: (moment.seconds, -moment.weight))


def _entries(parts: list[Part]) -> Iterator[Moment]:
    """Yield the first entry of each part, those that come in at about the same time as one."""
    together: list[list[Part]] = []
    for part in sorted(parts, key=lambda part: float(part.seconds[0])):
        if together and part.seconds[0] - together[-1][0].seconds[0] <= _TOGETHER:
            together[-1].append(part)
        else:
            together.append([part])
    for entering in together:
        full = [_who(part) for part in entering]
        players = list(dict.fromkeys(listing(list(part.instruments), "or") for part in entering))
        ways = (listing(full), listing(players), f"{full[0]} and {counted(len(full) - 1, 'other')}")
        text = next((way for way in ways if len(way) <= _ROOM), ways[-1])
        brief = players[0] + (f" and {counted(len(entering) - 1, 'other')}" if len(entering) > 1 else "")
        yield Moment(float(entering[0].seconds[0]), f"Enter: {text}", Weight.ENTRY, f"Enter: {brief}")


def _who(part: Part) -> str:
    names = listing(list(part.instruments), "or")
    return names if part.name.lower() in ("", names.lower()) else f"{part.name} ({names})"


def _extremes(parts: list[Part], subject: Subject | None, key: Key | None) -> Iterator[Moment]:
    """Yield the highest and the lowest note of the leading part: the first that follows a column, or has a pitch."""
    if subject is not None:
        for part in parts:
            found, rule = extremes_followed(part, subject), followed(part)
            if found is not None and rule is not None:
                column = rule.from_ or ""
                names = (subject.short(column), plain(column))
                for word, end in zip(("Highest", "Lowest"), found, strict=True):
                    value = subject.value(column, subject.table[column][end.row])
                    wheres = [f"{name} {value}, {subject.place(end.row)}" for name in names]
                    where = next((where for where in wheres if len(where) <= LINE), f"{names[1]} {value}")
                    yield Moment(end.seconds, f"{word} note: {pitch_said(end.pitch, key)}\n{where}", Weight.EXTREME)
                return
        return
    lead = next((part for part in parts if part.instruments != ("drums",)), None)
    if lead is not None:
        high, low = extremes_of(lead)
        if high.pitch != low.pitch:
            for word, end in zip(("Highest", "Lowest"), (high, low), strict=True):
                text = f"{word} note of {_who(lead)}: {pitch_said(end.pitch, key)}"
                yield Moment(end.seconds, text, Weight.EXTREME)


def markers_said(markers: Sequence[tuple[float, str]], most: int = 12) -> str:
    """Return what the markers say, with their times."""
    if not markers:
        return ""
    told = [f"{text.rstrip('.')} ({clock(at)})" for at, text in markers]
    if len(told) > most:
        told = [*told[: most - 1], f"and so on, up to {told[-1]}"]
        return sentence(f"there are {number(len(markers))} markers: {'; '.join(told)}")
    return sentence(f"{counted(len(told), 'marker')}: {'; '.join(told)}")
