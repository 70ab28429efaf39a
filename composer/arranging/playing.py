"""Playing a passage: the rows, values and moments of each track become notes by its role, and automation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from composer.arranging.form import Passage, Stretch
from composer.arranging.values import Voices, rows_of, scale_of, shares_of, tuning_in, values_of
from composer.errors import located
from composer.instruments import Instrument, instrument
from composer.mapping.automation import automation, glides
from composer.mapping.harmony import Harmony, chords_of, diatonic, following, tonic_of
from composer.mapping.lines import Line
from composer.mapping.metre import bar_length
from composer.mapping.register import folded
from composer.mapping.rhythm import TIMINGS, Clock, at_onsets
from composer.mapping.roles import SIZES, Setting
from composer.mapping.roles import played as played_by
from composer.mapping.rules import UNSNAPPED
from composer.mapping.scales import candidates
from composer.mapping.targets import AUTOMATION, TARGETS
from composer.parameters import asked_for
from composer.piece.model import Piece
from composer.piece.rule import PitchRule
from composer.piece.track import TrackBase
from composer.score import CONTROL, NOTE, Controls, Marker, Notes, Track
from composer.table import Table
from composer.units import F8, I8


@dataclass(frozen=True)
class Part:
    """A track of the piece with what its rules say, worked out once for all passages."""

    track: TrackBase
    number: int
    rows: I8
    voices: Voices


def parts_of(piece: Piece, table: Table) -> list[Part]:
    """Return the piece's tracks with their rows and values."""
    parts = []
    for n, track in enumerate(piece.tracks):
        with located(f"track[{n}]"):
            with located("rows"):
                rows = rows_of(track.rows, table)
            parts.append(Part(track, n, rows, values_of(track, piece, table, rows)))
    return parts


def played(
    passage: Passage, number: int, parts: list[Part], piece: Piece, table: Table
) -> tuple[Stretch, dict[str, Clock]]:
    """Return a passage, the `number`th of the piece, from a beat 0 of its own, and its tracks' clocks by name."""
    index = np.where(passage.within, np.asarray(table.index, np.float64), np.nan)
    inside = replace(table, index=index)
    playing = [part for part in parts if passage.plays(part.track.name)]
    clocks: dict[str, Clock] = {}
    own: list[Clock] = []
    for part in parts:
        with located(f"track[{part.number}]"):
            clock = _clock(part, passage, inside, piece, clocks)
            clocks.setdefault(part.track.name, clock)  # a silent track keeps the time of those that follow it
        if passage.plays(part.track.name):
            own.append(clock)
    end = max((clock.end for clock in own), default=0.0)
    harmony = _harmony(passage, piece, table, own, end)
    lines: dict[str, Notes] = {
        part.track.name: np.empty(0, NOTE) for part in parts if not passage.plays(part.track.name)
    }
    tracks: dict[tuple[int, int], Track] = {}
    for part, clock in zip(playing, own, strict=True):
        rng = np.random.default_rng([piece.seed, part.number, number])
        with located(f"track[{part.number}]"):
            notes = _notes(part, clock, piece, harmony, lines, end, rng)
            lines.setdefault(part.track.name, notes)
            tracks |= _tracks(part, clock, notes, table)
    return Stretch(tracks, passage.tempo, end), clocks


def _clock(part: Part, passage: Passage, table: Table, piece: Piece, clocks: Mapping[str, Clock]) -> Clock:
    track, targets = part.track, part.voices.targets
    rows = passage.of(part.rows)
    durations, onsets = targets.get("duration"), targets.get("onset")
    offered = {
        "rows": rows,
        "table": table,
        "durations": None if durations is None else durations[rows],
        "unit": _unit(track, "duration"),
        "tempo": passage.tempo,
        "grid": track.grid_beats,
        "clocks": clocks,
    }
    if onsets is not None:
        clock = at_onsets(onsets=onsets[rows], onset_unit=_unit(track, "onset"), **asked_for(at_onsets, offered))
    else:
        timing = TIMINGS[track.time.called]
        with located("time"):
            clock = timing(**asked_for(timing, offered), **track.time.arguments)
    return replace(clock, start=clock.start + track.delay)


def _unit(track: TrackBase, target: str) -> str:
    rule = track.rule(target)
    return TARGETS[target].unit if rule is None else rule.unit


def _harmony(passage: Passage, piece: Piece, table: Table, clocks: list[Clock], end: float) -> Harmony | None:
    """Return the chords of the passage: its own progression, or the piece's, or those that follow a column."""
    asked = piece.harmony
    progression = passage.progression or (asked.progression if asked else None)
    lasting = (asked.length if asked else None) or bar_length(piece.time_signature)
    if piece.key is None or end <= 0 or (progression is None and asked is None):
        return None
    chords = diatonic(piece.key) if progression is None else chords_of(progression, piece.key)
    harmony = Harmony.repeated(chords, lasting, end)
    if progression is not None:
        return harmony
    assert asked is not None and asked.following is not None
    with located("harmony.following"):
        shares = shares_of(asked.following, table)
    return Harmony(harmony.starts, following(_at_beats(shares, harmony.starts, clocks), piece.key))


def _at_beats(shares: F8, starts: F8, clocks: list[Clock]) -> F8:
    """Return, for each span that begins at `starts`, the mean share of the rows that begin to sound in it."""
    clock = max(clocks, key=lambda clock: clock.rows.size)  # the one that knows most of the time
    known = np.isfinite(clock.start) & np.isfinite(shares[clock.rows])
    span = np.searchsorted(starts, clock.start[known] + 1e-9, side="right") - 1
    total = np.bincount(span, shares[clock.rows[known]], minlength=starts.size)
    count = np.bincount(span, minlength=starts.size)
    with np.errstate(invalid="ignore"):
        return np.asarray(total / count, np.float64)


def _notes(
    part: Part,
    clock: Clock,
    piece: Piece,
    harmony: Harmony | None,
    lines: Mapping[str, Notes],
    end: float,
    rng: np.random.Generator,
) -> Notes:
    asked = part.track.role
    setting = Setting(
        line=_line(part, clock),
        harmony=harmony,
        player=_player(part.track),
        scale=candidates(scale_of(part.track, piece)),
        meter=piece.time_signature,
        end=end,
        tonic=tonic_of(piece.key) if piece.key else 0,
        rng=rng,
        lines=lines,
    )
    with located("role"):
        made = played_by(asked.called, setting, **asked.arguments)
    rule, tuning = part.track.rule("pitch"), tuning_in(piece)
    in_tune = isinstance(rule, PitchRule) and rule.snap != UNSNAPPED and not setting.player.is_drums
    if tuning is not None and in_tune:
        made["pitch"] = tuning.nearest(made["pitch"])
    articulation = part.voices.targets.get("articulation")
    if articulation is not None:
        made["length"] *= np.nan_to_num(_at_rows(articulation, made["row"]), nan=1.0)
    return made


def _line(part: Part, clock: Clock) -> Line:
    targets, rows = part.voices.targets, clock.rows
    columns = {name: targets[name][rows] for name in ("pitch", "velocity", "pan")}
    if "octave" in targets:
        columns["pitch"] = columns["pitch"] + 12 * np.floor(targets["octave"][rows] + 0.5)
    for name, default in (("size", SIZES.get(part.track.role.called, 1.0)), ("density", 1.0)):
        columns[name] = targets[name][rows] if name in targets else np.full(rows.size, default)
    columns |= {"start": clock.start, "length": clock.length}
    heard = np.all(np.isfinite([*columns.values()]), axis=0)
    if "duration" in targets:
        heard &= np.isfinite(targets["duration"][rows])
    found = np.flatnonzero(heard)
    found = found[np.argsort(clock.start[found], kind="stable")]
    return Line(row=rows[found], **{name: values[found] for name, values in columns.items()})


def _player(track: TrackBase) -> Instrument:
    """Return the instrument whose range the notes keep to: of a palette, all that one of them can play."""
    players = [instrument(name) for name in track.palette]
    if not track.keep_in_range:
        return replace(players[0], lowest=0, highest=127)
    lowest, highest = min(player.lowest for player in players), max(player.highest for player in players)
    return replace(players[0], lowest=lowest, highest=highest)


def _tracks(part: Part, clock: Clock, notes: Notes, table: Table) -> dict[tuple[int, int], Track]:
    """Return the track, or one for each instrument of its palette that plays."""
    track, controls = part.track, _controls(part, clock, notes)
    if len(track.palette) == 1:
        return {(part.number, 0): _as_track(part, 0, notes, controls, table)}
    player = np.nan_to_num(_at_rows(part.voices.palette, notes["row"]))  # what comes from no row, the first plays
    made = {}
    for n, name in enumerate(track.palette):
        own = notes[player == n]
        if track.keep_in_range:
            own["pitch"] = folded(own["pitch"], instrument(name))
        if own.size:
            made[part.number, n] = _as_track(part, n, own, controls, table)
    return made


def _as_track(part: Part, player: int, notes: Notes, controls: Controls, table: Table) -> Track:
    track = part.track
    lyrics = _lyrics(track, notes, table)
    return Track(track.called(player), track.palette[player], notes, controls, lyrics, track.gain, track.bank_numbers)


def _lyrics(track: TrackBase, notes: Notes, table: Table) -> tuple[Marker, ...]:
    """Return the label of each row at the first of its notes."""
    if track.label is None:
        return ()
    with located("label"):
        rows, first = np.unique(notes["row"], return_index=True)
        found = sorted(zip(notes["start"][first].tolist(), rows.tolist(), strict=True))
        return tuple(Marker(beat, table.shown(track.label, row)) for beat, row in found if row >= 0)


def _controls(part: Part, clock: Clock, notes: Notes) -> Controls:
    found = [np.empty(0, CONTROL)]
    for name in AUTOMATION:
        rule = part.track.rule(name)
        if rule is not None:
            values = part.voices.targets[name][clock.rows]
            found.append(automation(name, clock.start, values, getattr(rule, "curve", "line")))
    glide = part.voices.targets.get("glide")
    if glide is not None:
        found.append(
            glides(notes["start"], notes["length"], notes["pitch"], np.nan_to_num(_at_rows(glide, notes["row"])))
        )
    return np.concatenate(found)


def _at_rows(values: F8 | I8, rows: I8) -> F8:
    """Return the values (n,) at rows (m,), NaN where the row is none (-1)."""
    return np.append(values, np.nan)[rows]
