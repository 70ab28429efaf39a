"""`composer mux`: a piece's sound is laid over a video."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from composer.cli.sound import Engine, Loudness, Soundfont, sound_settings
from composer.cli.summary import say_files
from composer.cli.terminal import AsJson, Changes, Quiet, progress, say, say_json, verb
from composer.cli.video import read_music
from composer.writing import mux as lay_over


@verb
def mux(
    video: Annotated[Path, typer.Argument(metavar="VIDEO", help="A video: its picture is copied as it is.")],
    piece: Annotated[str, typer.Argument(metavar="PIECE|SCORE.mid", help="A piece, or a Standard MIDI File.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="OUT", help="The .mp4, .mov, .mkv or .webm to write.")],
    keep_tempo: Annotated[
        bool, typer.Option("--keep-tempo", help="Cut the sound at the video's end instead of stretching the tempo.")
    ] = False,
    set_: Changes = None,
    engine: Engine = None,
    soundfont: Soundfont = None,
    loudness: Loudness = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Lay a piece's sound over a video, its tempo stretched so that both end together.

    A sound that the video has is replaced; the picture is not encoded again.

    Example:  composer mux film.mp4 riemann -o film-with-music.mp4
    """
    settings = sound_settings(engine, soundfont, None, loudness)
    with progress(quiet or as_json) as shown:
        music = read_music(piece, set_ or (), shown)
        factor = lay_over(music, video, out, keep_tempo=keep_tempo, progress=shown, **settings)
    if as_json:
        say_json({"tempo_factor": factor, "files": [str(out)]})
    elif not quiet:
        if not keep_tempo:
            say(f"tempo times {factor:.4g}")
        say_files([out])
