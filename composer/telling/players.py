"""What each track does: who plays, what sets its pitch, its length, its loudness, and between which ends.

A target, a role or a selection of rows is said by its row in a table here; one without a row by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from composer.instruments import drums
from composer.mapping.scales import scale_pitches
from composer.mapping.targets import TARGETS
from composer.piece.rule import PitchRule, Rule
from composer.piece.track import PaletteRule, TrackBase
from composer.score import Key
from composer.telling.english import (
    clock,
    counted,
    instrument_said,
    key_said,
    listing,
    note_said,
    number,
    ordinal,
    place_said,
    plays,
    scale_said,
    sentence,
    side_said,
)
from composer.telling.parts import Extreme, Part, extremes_of, pitch_said
from composer.telling.subject import Subject
from composer.units import F8

Arguments = Mapping[str, Any]

# What a role does: the verb, and what it plays.
_ROLES: dict[str, tuple[str, Callable[[Arguments], str]]] = {
    "melody": ("plays", lambda a: "a note"),
    "bass": ("plays", lambda a: "a walking bass" if a.get("pattern") == "walking" else "the bass"),
    "chords": ("plays", lambda a: "chords"),
    "arpeggio": ("plays", lambda a: "broken chords"),
    "drone": ("holds", lambda a: "a drone"),
    "drums": ("plays", lambda a: "a beat"),
    "counter": ("plays", lambda a: f"a second voice against {a['against']}"),
    "answer": ("answers", lambda a: str(a["to"])),
}
_PITCHED = ("melody", "counter", "bass", "chords", "arpeggio")  # roles that the pitch rule moves
_SINGLE = ("melody", "counter")  # and those whose notes lie where it says, or near
_NO_TURN = ("drone", "answer")  # roles of which it says nothing to name each row


def _named_role(name: str) -> Callable[[Arguments], str]:
    return lambda a: f"the role of {name}"


# Where a selection of rows lies; `row` is what a row is called.
def _every(a: Arguments, subject: Subject) -> str:
    return f"for every {'' if a['nth'] == 1 else ordinal(a['nth']) + ' '}{subject.noun}"


def _some(a: Arguments, subject: Subject) -> str:
    return f"for some {subject.noun}s"


def _extremum(word: str, bound: str) -> Callable[[Arguments, Subject], str]:
    def said(a: Arguments, subject: Subject) -> str:
        limit = "" if a[bound] is None else f" {bound} {subject.value(a['of'], a[bound])}"
        return f"at each {word} of {subject.column(a['of'])}{limit}"

    return said


_ROWS: dict[str, Callable[[Arguments, Subject], str]] = {
    "every": _every,
    "minima": _extremum("low point", "below"),
    "maxima": _extremum("peak", "above"),
    "below": lambda a, s: f"wherever {s.column(a['of'])} is below {s.value(a['of'], a['value'])}",
    "above": lambda a, s: f"wherever {s.column(a['of'])} is above {s.value(a['of'], a['value'])}",
    "crossings": lambda a, s: f"each time that {s.column(a['of'])} passes {s.value(a['of'], a['value'])}",
    "records": lambda a, s: f"at each new record of {s.column(a['of'])}{', downwards' if a['lowest'] else ''}",
    "changes": lambda a, s: f"each time that {s.column(a['of'])} changes",
    "labelled": lambda a, s: f"wherever {s.column(a['of'])} is {a['label']}",
    "listed": lambda a, s: f"at {listing([s.at(place) for place in a['at']])}",
    "passing": lambda a, s: f"at the {s.noun} nearest to each of the {a['event']} that are passed",
}


def _percent(low: float, high: float) -> str:
    return f"{number(100 * low, 2)} to {number(100 * high, 2)} percent"


def _seconds(low: float, high: float) -> str:
    return f"{number(low, 2)} to {number(high, 2)} seconds"


def _pans(low: float, high: float) -> str:
    return f"{side_said(low)} to {side_said(high)}"


def _plain(low: float, high: float) -> str:
    return f"{number(low, 2)} to {number(high, 2)}"


# What more of a target is, and how its range is said.
_MORE: dict[str, tuple[str, Callable[[float, float], str]]] = {
    "pitch": ("the higher the note", _plain),
    "duration": ("the longer the note", _seconds),
    "velocity": ("the louder the note", _percent),
    "pan": ("the further to the right the note", _pans),
    "onset": ("the later the note", _plain),
    "octave": ("the higher the octave", _plain),
    "articulation": ("the more the notes are bound together", _percent),
    "size": ("the more notes sound together", _plain),
    "density": ("the busier the playing", _percent),
    "glide": ("the longer the slide from note to note", lambda low, high: f"{_plain(low, high)} beats"),
    "bend": ("the further the pitch is pulled up", lambda low, high: f"{_plain(low, high)} semitones"),
    "volume": ("the louder the whole track", _percent),
    "expression": ("the more the sound swells", _percent),
    "brightness": ("the brighter the sound", _percent),
    "reverb": ("the more it echoes", _percent),
    "modulation": ("the more it trembles", _percent),
}
_HEARD = {"pitch": "pitch", "velocity": "velocity", "pan": "pan"}  # targets whose ends are those of the notes


def part_said(part: Part, subject: Subject | None, key: Key | None) -> str:
    """Return a paragraph on a part."""
    if part.track is None or subject is None:
        said = [_plain_part(part), _plain_extremes(part, key)]
    else:
        said = [_playing(part, subject), *_mappings(part, part.track, subject, key), _extremes(part, subject, key)]
    return f"{_titled(part)}: " + " ".join(text for text in said if text)


def called(part: Part) -> str:
    """Return the instruments of a part as a subject."""
    return listing([f"the {name}" for name in part.instruments])


def _titled(part: Part) -> str:
    name = part.name.strip() or part.instruments[0]
    return name[:1].upper() + name[1:]


def _agreeing(part: Part, verb: str) -> str:
    return plays(part.instruments[0], verb) if len(part.instruments) == 1 else verb.removesuffix("s")


def _span(part: Part) -> str:
    first, last = clock(part.seconds[0]), clock(part.seconds[-1])
    if first != last:
        return f"from {first} to {last}"
    return f"at {first}" if part.seconds[0] == part.seconds[-1] else f"within a second, at {first}"


def _plain_part(part: Part) -> str:
    """Return who plays, how much and when, for a score without a piece."""
    verb = _agreeing(part, "plays")
    low, high = part.notes["pan"].min(), part.notes["pan"].max()
    place = f", {place_said(low)}" if low == high and place_said(low) else ""
    return f"{called(part)} {verb} {counted(part.notes.size, 'note')}{place}, {_span(part)}."


def _plain_extremes(part: Part, key: Key | None) -> str:
    if _drummed(part):
        return ""
    high, low = extremes_of(part)
    if high.pitch == low.pitch:
        return f"{'All are' if part.notes.size > 1 else 'It is'} {pitch_said(high.pitch, key)}."
    top, bottom = (f"{pitch_said(end.pitch, key)}, first at {clock(end.seconds)}" for end in (high, low))
    return f"The highest is {top}; the lowest {bottom}."


def _drummed(part: Part) -> bool:
    return part.instruments == ("drums",)


def _playing(part: Part, subject: Subject) -> str:
    """Return who plays what, for which rows, where, how often and when."""
    track = part.track
    assert track is not None
    verb, what = _ROLES.get(track.role.called, ("plays", _named_role(track.role.called)))
    played = what(track.role.arguments)
    said = f"{called(part)} {_agreeing(part, verb)} {'a stroke' if _drummed(part) and played == 'a note' else played}"
    every = track.rows.called == "every" and track.rows.arguments["nth"] == 1
    if not (track.role.called in _NO_TURN or (every and track.role.called == "drums")):
        where = _ROWS.get(track.rows.called, _some)
        said += f" {where(track.rows.arguments, subject)}"
    pan = track.rule("pan")
    if pan is not None and pan.value is not None and place_said(float(pan.value)):
        said += f", {place_said(float(pan.value))}"
    said += f": {counted(part.notes.size, 'stroke' if _drummed(part) else 'note')} {_span(part)}."
    return said


def _mappings(part: Part, track: TrackBase, subject: Subject, key: Key | None) -> list[str]:
    """Return a sentence for each column and direction, with what it moves; and what is chosen by a column."""
    said: list[str] = []
    moved: dict[tuple[str, bool], list[str]] = {}
    if isinstance(track.instrument, PaletteRule):
        said.append(_palette(track.instrument, subject))
    for name in TARGETS:
        rule = track.rule(name)
        if rule is None or rule.from_ is None or (name == "pitch" and track.role.called not in _PITCHED):
            continue
        if name == "pitch" and _drummed(part):
            said.append(_drum_choice(rule, part, subject))
        else:
            moved.setdefault((rule.from_, rule.invert), []).append(_effect(name, rule, part, key))
    said += [_comparison(column, invert, effects, part, subject) for (column, invert), effects in moved.items()]
    return [text for text in [*said, _notes_used(track, part, key)] if text]


def _comparison(column: str, invert: bool, effects: list[str], part: Part, subject: Subject) -> str:
    values = _heard_values(column, part, subject)
    if not values.size:
        return ""
    low, high = values.min(), values.max()
    if low == high:
        return sentence(f"{subject.column(column)} is {subject.value(column, low)} throughout")
    ends = [subject.value(column, end) for end in ((high, low) if invert else (low, high))]
    more = ("earlier" if invert else "later") if column in subject.table.dates else ("smaller" if invert else "greater")
    # A unit is said once, and "from 9 down to 2" tells the direction.
    way = f"from {_without_unit(ends[0], column, subject)} {'down ' if invert else ''}to {ends[1]}"
    return sentence(f"the {more} {subject.column(column)}, {way}, {listing(effects)}")


def _without_unit(text: str, column: str, subject: Subject) -> str:
    unit = subject.units.get(column, "")
    return text.removesuffix(f" {unit}") if unit else text


def _heard_values(column: str, part: Part, subject: Subject) -> F8:
    values = subject.table[column][part.rows]
    return values[np.isfinite(values)]


def _effect(name: str, rule: Rule, part: Part, key: Key | None) -> str:
    """Return what more of a target is, with its range: that of the notes where they show it, else the rule's."""
    more, ends_said = _MORE.get(name, (f"the more {name}", _plain))
    notes = part.notes[part.of_rows]
    if name == "pitch":
        low, high = (pitch_said(end, _spelling(rule, key)) for end in (notes["pitch"].min(), notes["pitch"].max()))
        return f"{more} ({low} to {high})" if low != high else f"{more} (always {low})"
    if name == "duration":
        lengths = part.lengths[part.of_rows]
        ends = float(lengths.min()), float(lengths.max())
    elif name in _HEARD:
        ends = float(notes[_HEARD[name]].min()), float(notes[_HEARD[name]].max())
    else:
        first, last = rule.target.units[rule.unit](np.array(rule.ends))
        ends = float(first), float(last)
    return f"{more} ({ends_said(*ends)})"


def _spelling(rule: Rule | None, key: Key | None) -> Key | None:
    if isinstance(rule, PitchRule) and isinstance(rule.scale, str):
        return key_said(rule.scale) or key
    return key


def _drum_choice(rule: Rule, part: Part, subject: Subject) -> str:
    names = {number: name for name, number in drums().items()}
    heard = np.unique(part.notes["pitch"][part.of_rows])
    struck = [_drum(names.get(int(pitch), "another drum")) for pitch in (heard[::-1] if rule.invert else heard)]
    values = _heard_values(rule.from_ or "", part, subject)
    column = subject.column(rule.from_ or "")
    if len(struck) < 2 or not values.size:
        return f"The drum is always {listing([f'the {name}' for name in struck])}." if struck else ""
    ends = [subject.value(rule.from_ or "", end) for end in (values.min(), values.max())]
    way = f"from {struck[0]} to {struck[-1]}" + (f", by way of {listing(struck[1:-1])}" if struck[1:-1] else "")
    return sentence(f"as {column} grows, from {ends[0]} to {ends[1]}, the drum changes {way}")


def _drum(name: str) -> str:
    return name.rstrip(" 0123456789")


def _palette(rule: PaletteRule, subject: Subject) -> str:
    names = [instrument_said(name) for name in rule.palette]
    labels = subject.table.labels.get(rule.from_, ())
    column = subject.column(rule.from_)
    if labels:
        pairs = [
            f"{names[n % len(names)]} for {label}" for n, label in enumerate(labels[::-1] if rule.invert else labels)
        ]
        return sentence(f"{column} chooses the instrument: {listing(pairs)}")
    return sentence(
        f"as {column} grows, the instrument goes from {listing(names[::-1] if rule.invert else names, 'to')}"
    )


def _notes_used(track: TrackBase, part: Part, key: Key | None) -> str:
    """Return which notes the track is drawn to, where that is not the key of the piece, and where none is chosen."""
    rule = track.rule("pitch")
    if not isinstance(rule, PitchRule) or _drummed(part) or track.role.called not in _PITCHED:
        return ""
    if rule.value is not None:
        return f"The note is always {note_said(part.notes['pitch'][0], key)}."
    if rule.snap == "none":
        return "Its notes are drawn to no scale: they lie between the keys too."
    if rule.scale is None:
        return ""
    if isinstance(rule.scale, str):
        return f"Its notes are those of {_scale_name(rule.scale)}."
    pitches, fixed = scale_pitches(rule.scale)
    named = [note_said(pitch, key) for pitch in pitches] if fixed else [scale_said(str(one)) for one in rule.scale]
    return f"Its notes are {listing(named)}." if len(named) <= 12 else ""


def _scale_name(scale: str) -> str:
    return scale_said(scale) if len(scale.split()) > 1 else f"the {scale} scale"


def followed(part: Part) -> Rule | None:
    """Return the rule by which a column moves a part's single notes up and down, None where there is none."""
    track = part.track
    rule = None if track is None else track.rule("pitch")
    told = track is not None and track.role.called in _SINGLE and not _drummed(part) and part.of_rows.any()
    return rule if told and rule is not None and rule.from_ is not None else None


def extremes_followed(part: Part, subject: Subject) -> tuple[Extreme, Extreme] | None:
    """Return the highest and lowest note of a part that follows a column, None where it has but one pitch."""
    rule = followed(part)
    if rule is None:
        return None
    high, low = extremes_of(part, subject.table[rule.from_ or ""], rule.invert)
    return None if high.pitch == low.pitch else (high, low)


def _extremes(part: Part, subject: Subject, key: Key | None) -> str:
    found, rule = extremes_followed(part, subject), followed(part)
    if found is None or rule is None:
        return ""
    spelt = _spelling(rule, key)
    said: list[str] = []
    for word, end in zip(("the highest note", "the lowest"), found, strict=True):
        value = subject.value(rule.from_ or "", subject.table[rule.from_ or ""][end.row])
        column = subject.column(rule.from_ or "") if not said else "it"
        said.append(
            f"{word}, {pitch_said(end.pitch, spelt)}, is at {clock(end.seconds)}, where {column} is {value}"
            f" ({subject.place(end.row)})"
        )
    return sentence("; ".join(said))
