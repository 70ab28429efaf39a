"""`composer render`: a .mid from anywhere becomes sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from composer.cli.sound import Engine, Loudness, Rate, Soundfont, Stems, sound_settings
from composer.cli.summary import say_files, say_score, score_data
from composer.cli.terminal import AsJson, Quiet, progress, say, say_json, verb
from composer.errors import Fault, FileError
from composer.outputs import SOUNDS
from composer.sources.midi import read_midi
from composer.writing import export


@verb
def render(
    score: Annotated[Path, typer.Argument(metavar="SCORE.mid", help="A Standard MIDI File.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="OUT", help="The file of sound to write; SCORE.wav if left out."),
    ] = None,
    engine: Engine = None,
    soundfont: Soundfont = None,
    rate: Rate = None,
    loudness: Loudness = None,
    stems: Stems = False,
    encoding: Annotated[str | None, typer.Option(help="How a WAV stores samples: pcm16, pcm24 or float.")] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Render a .mid from anywhere as sound.

    Example:  composer render song.mid -o song.wav --rate 48000 --encoding pcm24
    """
    kind = "wav" if out is None else out.suffix.lower().removeprefix(".")
    if kind not in SOUNDS:
        known = ", ".join(f".{sound}" for sound in SOUNDS)
        raise FileError(Fault("its suffix names no kind of sound", str(out), f"use one of: {known}"))
    music = read_midi(score)
    target = out or score.with_suffix(".wav")
    settings = {"sound": sound_settings(engine, soundfont, rate, loudness)}
    if encoding is not None:
        settings[kind] = {"encoding": encoding}
    told: list[str] = []
    with progress(quiet or as_json) as shown:
        kinds = [kind, *(["stems"] if stems else [])]
        files = export(music, target.parent, target.stem, kinds, settings=settings, progress=shown, report=told.append)
    if as_json:
        say_json({**score_data(music), "report": told, "files": [str(file) for file in files]})
    elif not quiet:
        say_score(music)
        for line in told:
            say(line)
        say_files(files)
