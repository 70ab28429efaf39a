"""`composer describe`: what a file holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
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
from composer.outputs.soundfonts.reader import FontFacts, examine
from composer.parameters import summary
from composer.piece.store import find
from composer.score import Score
from composer.sources.files import READERS as FILES
from composer.sources.files import read_table
from composer.sources.midi import read_midi
from composer.units import db_of_amplitude, pitch_name
from composer.words import Words
from composer.writing import Music, in_words


@verb
def describe(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A piece, a built-in piece's name, a .mid, a soundfont or a file of sound."
        ),
    ],
    analysis: Annotated[bool, typer.Option(help="Add pretty_midi's chroma and tempo, for a piece or .mid.")] = False,
    text: Annotated[bool, typer.Option("--text", help="Say it in plain sentences, for a piece or .mid.")] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Describe what a piece, a table, a .mid, a soundfont or a file of sound holds.

    With --text, in sentences: who plays, what is mapped to what, between which ends, and when the highest and lowest
    notes, the zeros and the sections are heard. With --json too, also as captions in time.

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
    words = _told(reader, found, path) if text else None
    if as_json:
        added = {} if estimates is None else {"analysis": estimates}
        say_json(reader.data(found) | added | ({} if words is None else {"words": _words_data(words)}))
    elif not quiet:
        if words is None:
            reader.tell(found)
        else:
            say(words.text)
        if estimates is not None:
            _say_analysis(estimates)


def _told(reader: Reader, found: Any, path: Path) -> Words:
    music = reader.music(found)
    if music is None:
        raise InputError(Fault("it holds no music to tell of", str(path), "name a piece with a source, or a .mid"))
    return in_words(music)


def _words_data(words: Words) -> dict[str, Any]:
    """Return words as plain data: times in seconds."""
    cues = [{"start": round(cue.start, 3), "end": round(cue.end, 3), "text": cue.text} for cue in words.cues]
    return {"short": words.short, "paragraphs": list(words.paragraphs), "cues": cues}


def _analysed(reader: Reader, found: Any, path: Path) -> dict[str, Any]:
    music = reader.music(found)
    if music is None:
        raise InputError(Fault("it holds no score to analyse", str(path), "name a piece with a source, or a .mid"))
    return estimated(music if isinstance(music, Score) else music.score)


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
    music: Callable[[Any], Music | None] = lambda found: None


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


def _font_data(facts: FontFacts) -> dict[str, Any]:
    presets = [asdict(preset) for preset in facts.presets]
    sizes = {"bytes": facts.size, "sound_bytes": facts.sound}
    counts = {"instruments": facts.instruments, "samples": facts.samples}
    form = {"version": facts.version, "compressed": facts.compressed}
    return {**facts.texts, **form, **sizes, **counts, "oddities": list(facts.oddities), "presets": presets}


def _tell_font(facts: FontFacts) -> None:
    kind = "compressed sound" if facts.compressed else "16-bit sound"
    say(f"{facts.texts.get('name', 'no name')} · SoundFont {facts.version} · {facts.size / 1e6:.1f} MB · {kind}")
    say(f"{len(facts.presets)} presets · {facts.instruments} instruments · {facts.samples} samples")
    for name in ("engineer", "copyright", "date", "product", "software", "comment"):
        if name in facts.texts:
            say(f"{name}: {facts.texts[name]}")
    for oddity in facts.oddities:
        say(f"odd, and harmless: {oddity}")
    say_table(("bank", "program", "preset"), [(row.bank, row.program, row.name) for row in facts.presets])


_FONT = Reader("a soundfont", examine, _font_data, _tell_font)
_MIDI = Reader("a Standard MIDI File", read_midi, score_data, say_score, lambda score: score)
DATA = {
    f".{suffix}": Reader(summary(reader.call), read_table, table_data, say_facts) for suffix, reader in FILES.items()
}
READERS = DATA | {
    ".toml": Reader("a piece", read_piece, piece_data, say_piece, lambda made: made[1]),
    ".mid": _MIDI,
    ".midi": _MIDI,
    ".sf2": _FONT,
    ".sf3": _FONT,
    **{f".{name}": Reader("sound", _read_sound, dict, _tell_sound) for name in FORMATS},
}
