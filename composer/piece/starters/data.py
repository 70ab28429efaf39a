"""The piece that `composer new` writes for a data file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from composer.errors import Fault, FileError
from composer.piece.starters.axis import suggested_index
from composer.piece.starters.cast import Cast, cast_of, thinned, thinning
from composer.piece.starters.findings import Findings, findings_of
from composer.piece.starters.plan import Plan, plan_of
from composer.piece.starters.tracks import TRACKS, Lines, marker, sections
from composer.piece.starters.words import can_be_written, commented, inline, listing, setting, shown, toml
from composer.piece.store import seen_from
from composer.sources.files import read_table

_NAMED = 6  # columns in a sentence
_TRENDS = {"rises": "rises", "falls": "falls", "neither": "neither rises nor falls on the whole"}


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
            *_findings(found, plan, cast),
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


def _findings(found: Findings, plan: Plan, cast: Cast) -> list[str]:
    """Return what was found, a sentence each."""
    lead, axis = cast.lead, found.axis
    rows = f"{found.rows:,} row{'s' if found.rows > 1 else ''}".replace(",", " ")
    if axis.kind == "row numbers":
        said = [f"{rows}, without an index: they follow each other in equal steps."]
    else:
        named = f"{shown(axis.name)} is the index" if axis.name else "the index is the file's own"
        said = [f"{rows}; {named}, from {axis.first} to {axis.last}{f', {axis.words}' if axis.words else ''}."]
    if plan.points:
        kept = "keeping the peaks of the leading column" if lead.kind != "categories" else "the first of each stretch"
        said.append(f"That is too much for two minutes: it is thinned to {plan.points} rows, {kept}.")
    others = [shown(column.name) for column in found.numbers if column is not lead]
    reason = "of all columns it changes most from row to row" if others else "there is no other"
    if not found.numbers:
        reason = "there are no columns of numbers"
    said.append(
        f"{shown(lead.name)} leads: {reason}. It {_TRENDS[plan.direction]}, hence {plan.mode.key}, {plan.mode.because}."
    )
    if others:
        said.append(f"Also of use: {listing(others, _NAMED)}.")
    if found.categories:
        said.append(f"Categories: {listing([shown(column.name) for column in found.categories], _NAMED)}.")
    if found.period:
        said.append(_period(found, plan))
    for a, b, r in found.pairs:
        said.append(
            f"{shown(a)} and {shown(b)} {'go together' if r > 0 else 'are opposed'} (rank correlation {r:.2f})."
        )
    left = found.left_out
    if left:
        reasons = "; ".join(f"{shown(column.name)}: {shown(column.why, 80)}" for column in left[:_NAMED])
        more = f"; and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        said.append(f"Left out: {reasons}{more}.")
    return said


def _period(found: Findings, plan: Plan) -> str:
    period = found.period
    assert period is not None
    words = f", {period.words}" if period.words else ""
    felt = ""
    if plan.bars_a_period:
        felt = f" One period lasts {plan.bars_a_period} bar{'s' if plan.bars_a_period > 1 else ''} of {plan.meter}."
    elif plan.points:
        felt = " Thinned, it is too short to be felt as one."
    sure = f"autocorrelation {period.strength:.2f}"
    return f"{shown(period.column)} comes again every {period.rows:g} rows{words} ({sure}).{felt}"


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
