"""`composer render`: a .mid from anywhere becomes sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from composer.cli.summary import say_score, score_data
from composer.cli.terminal import AsJson, Quiet, progress, say, say_json, verb
from composer.composition import render as write
from composer.errors import Fault, FileError
from composer.sources.midi import read_midi


@verb
def render(
    score: Annotated[Path, typer.Argument(metavar="SCORE.mid", help="A Standard MIDI File.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="OUT.wav", help="The file to write; SCORE.wav if left out.")
    ] = None,
    engine: Annotated[str, typer.Option(help="What plays it: sine.")] = "sine",
    rate: Annotated[int, typer.Option(help="Sample rate, Hz.")] = 44_100,
    encoding: Annotated[str, typer.Option(help="How a sample is stored: pcm16, pcm24 or float.")] = "pcm16",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Render a .mid from anywhere as a stereo WAV.

    Example:  composer render song.mid -o song.wav --rate 48000 --encoding pcm24
    """
    if out is not None and out.suffix.lower() != ".wav":
        raise FileError(Fault("sound is written as a .wav", str(out), "give it that suffix with -o"))
    music = read_midi(score)
    target = out or score.with_suffix(".wav")
    with progress(quiet or as_json) as report:
        file = write(music, target, progress=report, engine=engine, rate=rate, encoding=encoding)
    if as_json:
        say_json({**score_data(music), "files": [str(file)]})
    elif not quiet:
        say_score(music)
        say(f"{file}  {file.stat().st_size:,} bytes".replace(",", " "))
