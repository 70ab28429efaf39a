"""The piece that `composer new` writes for a data file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from composer.errors import Fault, FileError
from composer.piece.starters.axis import suggested_index
from composer.piece.starters.cast import Cast, cast_of, thinned, thinning
from composer.piece.starters.findings import Findings, findings_of
from composer.piece.starters.form import marker, sections
from composer.piece.starters.lines import Lines
from composer.piece.starters.plan import Plan, plan_of
from composer.piece.starters.telling import told
from composer.piece.starters.tracks import TRACKS
from composer.piece.starters.words import can_be_written, commented, inline, setting, shown, toml
from composer.piece.store import seen_from
from composer.sources.files import read_table


def data_starter(path: Path, folder: Path | None = None) -> str:
    """Return the TOML of a piece for a data file, with the file named as seen from `folder`, where the text will lie.

    What was found in the data, and what each setting does, is said in comments. Raise FileError where the file cannot
    be read, InputError where it holds nothing that can be played.
    """
    file = seen_from(folder or Path(), str(path))
    if not can_be_written(file + path.stem):
        raise FileError(
            Fault("the name of this file is not valid text", file.encode("utf-8", "replace").decode(), "rename it")
        )
    table = read_table(path)
    index = suggested_index(table)
    if index is not None:
        table = replace(table, index=table[index], dates=table.dates | ({"index"} if index in table.dates else set()))
    found = findings_of(table, index, str(path))
    plan = plan_of(found)
    step = thinning(found, plan)
    cast = cast_of(found, plan, thinned(table, step))
    players = [name for name in TRACKS if _plays(name, cast, found)]
    blocks = [
        commented(
            f"Made by `composer new` from {shown(path.name, 60)}. Change what you like, then: "
            "composer compose THIS-FILE.toml",
            "",
            *told(found, plan),
        ),
        _head(path, plan),
        _source(file, index, found, step),
        _harmony(plan, cast),
        *(TRACKS[name](found, plan, cast) for name in players),
        marker(found, plan, cast),
        sections(plan, players),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _plays(name: str, cast: Cast, found: Findings) -> bool:
    if name == "second voice":
        return cast.counter is not None
    return name != "drums" or found.rows > 1


def _head(path: Path, plan: Plan) -> Lines:
    title = " ".join(shown(path.stem.replace("_", " ").replace("-", " "), 60).split()) or "Data"
    ending = inline(name="cadence", chords=plan.mode.close, length=plan.chord, velocity=0.5)
    return [
        setting(f"title = {toml(title[0].upper() + title[1:])}", "written into the files"),
        setting(f"tempo = {plan.tempo}", f"quarter notes a minute: about {round(plan.seconds)} seconds in all"),
        setting(f"meter = {toml(plan.meter)}", "the time signature"),
        setting(f"key = {toml(plan.mode.key)}", "pitches are drawn to its scale; others: composer list scales"),
        setting("seed = 1", "the same seed, the same music"),
        setting(f"ending = {ending}", "the close: `composer list endings`, or leave it out"),
        setting("# legend = true", "an opening that plays the least, middle and greatest value"),
    ]


def _source(file: str, index: str | None, found: Findings, step: dict[str, object] | None) -> Lines:
    lines = ["[source]", setting(f"file = {toml(file)}", "from the folder of this piece")]
    if index is not None:
        lines.append(setting(f"index = {toml(index)}", "the column that says where each row lies in time"))
    if step is None:
        return lines
    return [
        *lines,
        "",
        *commented("What is done to the table before it is played: `composer list shapes`."),
        "[[shape]]",
        setting(f"name = {toml(step['name'])}", "fewer rows in place of many"),
        setting(f"points = {step['points']}", "how many are left"),
        *(
            setting(f"of = {toml(step['of'])}", "the column whose shape, and extremes, are kept")
            for _ in [0]
            if "of" in step
        ),
        *(setting(f"how = {toml(step['how'])}", "which row of each stretch") for _ in [0] if "how" in step),
    ]


def _harmony(plan: Plan, cast: Cast) -> Lines:
    if cast.harmony:
        via = "" if cast.harmony.scaler == "linear" else f", via = {toml(cast.harmony.scaler)}"
        chosen = setting(f"following = {{ from = {toml(cast.harmony.name)}{via} }}", "low is home, high is far away")
        other = f"progression = {toml(plan.mode.progression)}"
        about = f"The chords follow {shown(cast.harmony.name)}, the slowest column. Or: {other}"
    else:
        chosen = setting(f"progression = {toml(plan.mode.progression)}", "Roman numerals in the key, over and over")
        about = "The chords, for the bass, the chords and the strong beats of the melody."
    return [*commented(about), "[harmony]", chosen, setting(f"length = {plan.chord}", "beats a chord")]
