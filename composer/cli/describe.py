"""`composer describe`: what a file holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from composer.cli.summary import say_score, score_data
from composer.cli.terminal import AsJson, Quiet, clock_time, say, say_json, say_table, verb
from composer.errors import Fault, FileError
from composer.files import checked
from composer.mapping.targets import TARGETS
from composer.piece.form import TempoRule
from composer.piece.model import Piece
from composer.piece.rule import PitchRule, Rule
from composer.piece.store import find, load, spelled_out
from composer.sources import EVENTS, FUNCTIONS
from composer.sources.midi import read_midi
from composer.units import db_of_amplitude, pitch_name

LONGEST = 5000  # of t: a longer range has too many zeros to tell
MOST_SHOWN = 40


@verb
def describe(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A piece, a built-in piece's name, a .mid or a .wav.")],
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Describe what a piece, a .mid or a .wav holds.

    Example:  composer describe out/riemann.mid
    """
    path = find(file) if not Path(file).suffix else Path(file)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(READERS)
        checked(path, "file to describe")
        raise FileError(Fault(f"{path.suffix or 'no suffix'} is not a kind we read", str(path), f"use one of: {kinds}"))
    found = reader.read(path)
    if as_json:
        say_json(reader.data(found))
    elif not quiet:
        reader.tell(found)


@dataclass(frozen=True)
class Reader:
    """How a kind of file is read, turned into plain data, and told to a person."""

    doc: str
    read: Callable[[Path], Any]
    data: Callable[[Any], dict[str, Any]]
    tell: Callable[[Any], None]


def _piece_data(piece: Piece) -> dict[str, Any]:
    return {
        "toml": spelled_out(piece),
        "source": _source(piece),
        "events": _events(piece),
        "tracks": [_mappings(track) for track in piece.tracks],
    }


def _events(piece: Piece) -> dict[str, list[float]]:
    """Return what happens along the source's range, such as the zeros that it passes; nothing for a long range."""
    if piece.source is None:
        return {}
    event, ends = FUNCTIONS[piece.source.called].event, piece.source.arguments.get("t")
    if event is None or ends is None or ends[1] - ends[0] > LONGEST:
        return {}
    return {event: EVENTS[event](np.array(ends, np.float64)).tolist()}


def _source(piece: Piece) -> dict[str, Any] | None:
    call = piece.source
    return None if call is None else {"function": call.called, **call.arguments}


def _mappings(track: Any) -> dict[str, str]:
    rules = {name: track.rule(name) for name in TARGETS}
    return {"name": track.name, "instrument": track.instrument} | {
        name: _words(rule) for name, rule in rules.items() if rule is not None
    }


def _words(rule: Rule) -> str:
    """Return a rule in a few words, such as "re → C4 to C6"."""
    if rule.value is not None:
        return f"{rule.value}{_unit(rule)}"
    via = [step.called for step in rule.via if step.called != "linear"]
    ends = " to ".join(map(str, rule.range or _default_ends(rule)))
    turned = " turned round" if rule.invert else ""
    return f"{rule.from_}{''.join(f' by {name}' for name in via)}{turned} → {ends}{_unit(rule)}"


def _default_ends(rule: Rule) -> tuple[str, ...]:
    return tuple(map(pitch_name, rule.ends_for(rule.scale or "chromatic"))) if isinstance(rule, PitchRule) else ()


def _unit(rule: Rule) -> str:
    return "" if rule.unit == rule.target.unit else f" {rule.unit}"


def _tell_piece(piece: Piece) -> None:
    facts = [
        _tempo(piece),
        piece.meter,
        piece.key or "no key",
        f"{len(piece.tracks)} track{'s' if len(piece.tracks) > 1 else ''}",
    ]
    say((f"{piece.title}\n" if piece.title else "") + " · ".join(facts))
    if piece.source is not None:
        arguments = ", ".join(f"{name} = {_shown(value)}" for name, value in piece.source.arguments.items())
        say(f"source: {piece.source.called}({arguments})")
    for event, places in _events(piece).items():
        shown = ", ".join(f"{place:.4f}" for place in places[:MOST_SHOWN])
        say(f"{len(places)} {event}: {shown}{', ...' if len(places) > MOST_SHOWN else ''}")
    rows = [
        (found["name"], found["instrument"], *(found.get(name, "-") for name in TARGETS))
        for found in map(_mappings, piece.tracks)
    ]
    say_table(("track", "instrument", *TARGETS), rows)


def _tempo(piece: Piece) -> str:
    if isinstance(piece.tempo, TempoRule):
        low, high = piece.tempo.range
        return f"tempo from {piece.tempo.from_}, {low:g} to {high:g} bpm"
    return f"{piece.tempo[0][1]:g} bpm"


def _shown(value: Any) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)


def _read_wav(path: Path) -> dict[str, Any]:
    """Measure a WAV block by block: its form, and each channel's peak and RMS in dBFS."""
    import soundfile

    checked(path, "WAV file")
    try:
        with soundfile.SoundFile(path) as file:
            peak, power = np.zeros(file.channels), np.zeros(file.channels)
            for block in file.blocks(2**16, always_2d=True):
                peak = np.maximum(peak, np.abs(block).max(axis=0))
                power += np.square(block).sum(axis=0)
            frames, rate = file.frames, file.samplerate
            form = {"rate": rate, "channels": file.channels, "encoding": file.subtype, "frames": frames}
    except soundfile.LibsndfileError as error:
        reason = str(error.error_string).rstrip(".").lower()
        raise FileError(Fault(f"this is not a WAV that can be read ({reason})", str(path), "try another")) from error
    rms = np.sqrt(power / max(frames, 1))
    return {
        **form,
        "seconds": frames / rate,
        "peak_dbfs": [_level(x) for x in peak],
        "rms_dbfs": [_level(x) for x in rms],
    }


def _level(amplitude: float) -> float | None:
    """Return a level in dBFS, None for silence (JSON has no infinity)."""
    return round(db_of_amplitude(amplitude), 2) if amplitude > 0 else None


def _tell_wav(data: dict[str, Any]) -> None:
    say(f"{clock_time(data['seconds'])} · {data['rate']} Hz · {data['encoding']} · {data['frames']} frames")
    levels = zip(data["peak_dbfs"], data["rms_dbfs"], strict=True)
    rows = [(n, *("silent" if level is None else level for level in pair)) for n, pair in enumerate(levels, 1)]
    say_table(("channel", "peak dBFS", "RMS dBFS"), rows)


_MIDI = Reader("a Standard MIDI File of type 0 or 1", read_midi, score_data, say_score)
READERS = {
    ".toml": Reader("a piece", load, _piece_data, _tell_piece),
    ".mid": _MIDI,
    ".midi": _MIDI,
    ".wav": Reader("sound", _read_wav, dict, _tell_wav),
}
