"""`composer compose`: a piece becomes files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from composer.cli.sound import Engine, Loudness, Rate, Soundfont, Stems, as_changes, sound_settings
from composer.cli.summary import say_files, say_score, score_data
from composer.cli.terminal import AsJson, Changes, PieceName, Quiet, progress, say, say_json, verb
from composer.composition import compose as make
from composer.errors import Fault, FileError
from composer.outputs import BY_DEFAULT, OUTPUTS
from composer.piece.store import find, load
from composer.writing import PIECE_FILE, check_outputs, export

KINDS = (*OUTPUTS, PIECE_FILE)


@verb
def compose(
    piece: PieceName,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="The folder to write to.")] = Path("out"),
    only: Annotated[str, typer.Option(metavar="KIND,...", help=f"Write only these: {', '.join(KINDS)}.")] = "",
    set_: Changes = None,
    engine: Engine = None,
    soundfont: Soundfont = None,
    rate: Rate = None,
    loudness: Loudness = None,
    stems: Stems = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Compose a piece: write DIR/NAME.mid, DIR/NAME.wav and DIR/NAME.toml.

    NAME.toml is the piece with every default spelled out and every --set applied: composing it again gives
    the same bytes. NAME.csv, where it is asked for, has a line for every note, with the row of the data and its values.

    Example:  composer compose riemann -o out --set tempo=80 --set track.melody.instrument=flute
    """
    path = find(piece)
    kinds = [kind.strip() for kind in only.split(",") if kind.strip()]
    if stems:
        kinds = [*(kinds or (*BY_DEFAULT, PIECE_FILE)), "stems"]
    check_outputs(kinds)
    _keep_the_piece(path, out / f"{path.stem}.{PIECE_FILE}", kinds)
    spec = load(path, [*(set_ or ()), *as_changes(sound_settings(engine, soundfont, rate, loudness))])
    told: list[str] = []
    with progress(quiet or as_json) as report:
        composition = make(spec, progress=report)
        files = export(composition, out, path.stem, kinds, progress=report, report=told.append)
    if as_json:
        data = {"report": [*composition.report, *told], "files": [str(file) for file in files]}
        say_json({**score_data(composition.score), **data})
    elif not quiet:
        say_score(composition.score)
        for line in (*composition.report, *told):
            say(line)
        say_files(files)


def _keep_the_piece(piece: Path, target: Path, kinds: list[str]) -> None:
    if target.exists() and piece.exists() and target.samefile(piece) and (not kinds or PIECE_FILE in kinds):
        raise FileError(
            Fault(
                "the spelled-out piece would replace the piece itself",
                str(target),
                "choose another folder with -o, or leave it out with --only mid,wav",
            )
        )
