"""`composer video`: a piece, or a .mid from anywhere, is seen and heard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from composer.cli.sound import Engine, Loudness, Rate, Soundfont, sound_settings
from composer.cli.summary import say_files, score_data
from composer.cli.terminal import AsJson, Changes, Quiet, progress, say, say_json, verb
from composer.composition import Composition
from composer.composition import compose as make
from composer.errors import Fault, FileError
from composer.outputs.video import SCENES
from composer.piece.store import find, load
from composer.progress import Progress
from composer.score import Score
from composer.sources.midi import read_midi
from composer.writing import export

KINDS = ("mp4", "webm", "gif")
MIDI = (".mid", ".midi")


@verb
def video(
    piece: Annotated[str, typer.Argument(metavar="PIECE|SCORE.mid", help="A piece, or a Standard MIDI File.")],
    scene: Annotated[str | None, typer.Option(help=f"What is seen: {', '.join(SCENES)}.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="OUT", help="The .mp4, .webm or .gif to write; NAME.mp4 if left out."),
    ] = None,
    size: Annotated[
        str | None, typer.Option(metavar="WxH", help="Such as 1920x1080, or 720p, 1080p, vertical, square.")
    ] = None,
    fps: Annotated[int | None, typer.Option(help="Pictures a second.")] = None,
    x: Annotated[str | None, typer.Option(metavar="COLUMN", help="Orbit: the column to the right.")] = None,
    y: Annotated[str | None, typer.Option(metavar="COLUMN", help="Orbit: the column upwards.")] = None,
    track: Annotated[str | None, typer.Option(help="Orbit: the leading track; convergence: the first path's.")] = None,
    set_: Changes = None,
    engine: Engine = None,
    soundfont: Soundfont = None,
    rate: Rate = None,
    loudness: Loudness = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Make a video of a piece or a .mid, with its sound.

    Example:  composer video riemann --scene orbit --size 1080p --fps 30 -o riemann.mp4
    """
    target = out or Path(f"{Path(piece).stem}.mp4")
    kind = target.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        known = ", ".join(f".{name}" for name in KINDS)
        raise FileError(Fault("its suffix names no kind of video", str(target), f"use one of: {known}"))
    asked = {"scene": scene, "size": size, "fps": fps, "x": x, "y": y, "track": track}
    settings = {
        kind: {name: value for name, value in asked.items() if value is not None},
        "sound": sound_settings(engine, soundfont, rate, loudness),
    }
    told: list[str] = []
    with progress(quiet or as_json) as shown:
        music = read_music(piece, set_ or (), shown)
        files = export(music, target.parent, target.stem, [kind], settings=settings, progress=shown, report=told.append)
    if as_json:
        score = music if isinstance(music, Score) else music.score
        say_json({**score_data(score), "report": told, "files": [str(file) for file in files]})
    elif not quiet:
        for line in told:
            say(line)
        say_files(files)


def read_music(name: str, changes: Any, shown: Progress) -> Composition | Score:
    """Return a piece, composed, or what a .mid holds."""
    return (
        read_midi(Path(name)) if Path(name).suffix.lower() in MIDI else make(load(find(name), changes), progress=shown)
    )
