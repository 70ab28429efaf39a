"""`composer describe`: what a file holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from composer.cli.pieces import piece_data, read_piece, say_piece
from composer.cli.summary import say_score, score_data
from composer.cli.tables import say_facts, table_data
from composer.cli.terminal import AsJson, Quiet, clock_time, say, say_json, say_table, verb
from composer.errors import Fault, FileError, InputError
from composer.files import checked
from composer.outputs.audio import FORMATS
from composer.outputs.mastering import LoudnessMeter, PeakMeter
from composer.outputs.pretty import analysis as estimated
from composer.parameters import summary
from composer.piece.store import find
from composer.score import Score
from composer.sources.files import READERS as FILES
from composer.sources.files import read_table
from composer.sources.midi import read_midi
from composer.units import db_of_amplitude, pitch_name


@verb
def describe(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A piece, a built-in piece's name, a .mid or a file of sound.")
    ],
    analysis: Annotated[bool, typer.Option(help="Add pretty_midi's chroma and tempo, for a piece or .mid.")] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Describe what a piece, a table, a .mid or a file of sound holds.

    Example:  composer describe out/riemann.mid
    """
    path = find(file) if not Path(file).suffix else Path(file)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(READERS)
        checked(path, "file to describe")
        raise FileError(Fault(f"{path.suffix or 'no suffix'} is not a kind we read", str(path), f"use one of: {kinds}"))
    found = reader.read(path)
    estimates = _analysed(reader, found, path) if analysis else None
    if as_json:
        say_json(reader.data(found) | ({} if estimates is None else {"analysis": estimates}))
    elif not quiet:
        reader.tell(found)
        if estimates is not None:
            _say_analysis(estimates)


def _analysed(reader: Reader, found: Any, path: Path) -> dict[str, Any]:
    score = reader.score(found)
    if score is None:
        raise InputError(Fault("it holds no score to analyse", str(path), "name a piece with a source, or a .mid"))
    return estimated(score)


def _say_analysis(estimates: dict[str, Any]) -> None:
    tempo = "unknown" if estimates["tempo"] is None else f"{estimates['tempo']:.1f} bpm"
    say(f"\npretty_midi estimates: tempo {tempo}")
    say_table([pitch_name(60 + n)[:-1] for n in range(12)], [[f"{share:.3f}" for share in estimates["chroma"]]])


@dataclass(frozen=True)
class Reader:
    """How a kind of file is read, turned into plain data, and told to a person."""

    doc: str
    read: Callable[[Path], Any]
    data: Callable[[Any], dict[str, Any]]
    tell: Callable[[Any], None]
    score: Callable[[Any], Score | None] = lambda found: None


def _read_sound(path: Path) -> dict[str, Any]:
    """Measure a file of sound block by block: its form, what it says, peaks and RMS in dBFS, loudness, true peak."""
    import soundfile

    checked(path, "file of sound")
    try:
        with soundfile.SoundFile(path) as file:
            peak, power = np.zeros(file.channels), np.zeros(file.channels)
            loudness, highest = LoudnessMeter(file.samplerate, file.channels), PeakMeter(file.channels)
            frames = 0
            for block in file.blocks(2**16, dtype="float32", always_2d=True):
                peak = np.maximum(peak, np.abs(block).max(axis=0))
                power += np.square(block, dtype=np.float64).sum(axis=0)
                frames += len(block)
                loudness.add(block.T)
                highest.add(block.T)
            rate = file.samplerate
            form = {"rate": rate, "channels": file.channels, "encoding": file.subtype, "frames": frames}
            tags = {name: text for name, text in file.copy_metadata().items() if text}
    except soundfile.LibsndfileError as error:
        reason = str(error.error_string).rstrip(".").lower()
        kind = path.suffix[1:].upper()
        fault = f"this is not {'an' if kind[0] in 'OM' else 'a'} {kind} that can be read ({reason})"
        raise FileError(Fault(fault, str(path), "try another")) from error
    lufs = loudness.loudness()
    return {
        **form,
        "seconds": frames / rate,
        "peak_dbfs": [_level(x) for x in peak],
        "rms_dbfs": [_level(x) for x in np.sqrt(power / max(frames, 1))],
        # What the standard says is for mono and stereo, and for more channels once it is known where they stand.
        "loudness_lufs": round(lufs, 2) if lufs > -np.inf and len(peak) <= 2 else None,
        "true_peak_dbtp": _level(highest.peak),
        "tags": tags,
    }


def _level(amplitude: float) -> float | None:
    """Return a level in dBFS, None for silence (JSON has no infinity)."""
    return round(db_of_amplitude(amplitude), 2) if amplitude > 0 else None


def _tell_sound(data: dict[str, Any]) -> None:
    for name, text in data["tags"].items():
        say(f"{name}: {text}")
    say(f"{clock_time(data['seconds'])} · {data['rate']} Hz · {data['encoding']} · {data['frames']} frames")
    if data["true_peak_dbtp"] is not None:
        loud = "" if data["loudness_lufs"] is None else f"loudness {data['loudness_lufs']:.1f} LUFS · "
        say(f"{loud}true peak {data['true_peak_dbtp']:.1f} dBTP")
    levels = zip(data["peak_dbfs"], data["rms_dbfs"], strict=True)
    rows = [(n, *("silent" if level is None else level for level in pair)) for n, pair in enumerate(levels, 1)]
    say_table(("channel", "peak dBFS", "RMS dBFS"), rows)


_MIDI = Reader("a Standard MIDI File", read_midi, score_data, say_score, lambda score: score)
DATA = {
    f".{suffix}": Reader(summary(reader.call), read_table, table_data, say_facts) for suffix, reader in FILES.items()
}
READERS = DATA | {
    ".toml": Reader("a piece", read_piece, piece_data, say_piece, lambda made: made[1] and made[1].score),
    ".mid": _MIDI,
    ".midi": _MIDI,
    **{f".{name}": Reader("sound", _read_sound, dict, _tell_sound) for name in FORMATS},
}
