"""The text of each track: its settings, each with what it does beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from composer.piece.starters.cast import Cast
from composer.piece.starters.columns import ColumnFinding
from composer.piece.starters.findings import Findings
from composer.piece.starters.plan import Plan
from composer.piece.starters.words import commented, inline, listing, setting, shown, toml

# The melody's instrument by how restless it is: the highest roughness, the instrument, its range.
_LEADS = ((0.35, "flute", ("G4", "G6")), (1.0, "vibraphone", ("G4", "F6")), (float("inf"), "marimba", ("G4", "G6")))
_KIT = (  # by their keys, from the lowest, as a scale puts them
    "bass drum",
    "side stick",
    "acoustic snare",
    "closed hi-hat",
    "open hi-hat",
    "ride cymbal 1",
    "tambourine",
    "low conga",
)
_KITS = {1: (0,), 2: (0, 3), 3: (0, 1, 3), 4: (0, 1, 3, 5), 5: (0, 1, 3, 4, 5), 6: (0, 1, 2, 3, 4, 5)}

_SCALERS = {
    "linear": "",
    "log": ", by its logarithm: it spans decades",
    "rank": ", by rank: its values are few, or most of them close together",
    "percentile": ", between its 5th and 95th percentile: some values lie far out",
}
_PLACE = re.compile(r"\w+")

Lines = list[str]


def rule(column: ColumnFinding, **others: Any) -> str:
    """Return a rule that follows a column with the scaler that suits it."""
    via = {} if column.scaler == "linear" else {"via": column.scaler}
    return inline(from_=column.name, **via, **others)


def melody(found: Findings, plan: Plan, cast: Cast) -> Lines:
    """The leading column, one note a row; where rows last for bars, an arpeggio from each."""
    lead = cast.lead
    name = shown(lead.name)
    _, player, ends = next(row for row in _LEADS if cast.spikiness <= row[0])
    if plan.filled:
        player, ends = "orchestral harp", ("C4", "C5")
    about = [
        f"The melody: {name}, an arpeggio of the chord from the note of each row upwards, until the next row."
        if plan.filled
        else f"The melody: {name}, one note a row{_SCALERS[lead.scaler]}. A missing value is a rest."
    ]
    role = (
        setting(
            f"role = {inline(name='arpeggio', pattern='up-down', step=0.5, octaves=2)}", "in eighths, over two octaves"
        )
        if plan.filled
        else setting(
            f"role = {inline(name='melody', consonance=0.5)}",
            "on strong beats, half of the notes move to the chord; 0: none",
        )
    )
    return [
        *commented(*about),
        "[[track]]",
        setting('name = "melody"', "for --set track.melody.instrument=flute, and for tracks that keep its time"),
        setting(f"instrument = {toml(player)}", "any of `composer list instruments`"),
        role,
        *_time(found, plan),
        setting(f"grid = {toml(plan.grid)}", "starts and lengths are drawn to this note value"),
        setting(f"pitch = {rule(lead, range=ends)}", "drawn to the key's scale"),
        setting(f"velocity = {rule(cast.loudness, range=(0.55, 0.9))}", f"how loud: {shown(cast.loudness.name)}"),
        setting(f"pan = {rule(cast.width, range=(-0.5, 0.5))}", f"left to right: {shown(cast.width.name)}"),
    ]


def _time(found: Findings, plan: Plan) -> Lines:
    if plan.in_turn:
        return [
            setting('time = "sequence"', "one row after another: too many lie at the same moments of the index"),
            setting(f"duration = {toml(_neat(plan.beats_a_row))}", "beats a row"),
        ]
    how = "in equal steps" if found.axis.kind == "row numbers" else "in its own time"
    full = plan.beats % plan.bar < 1e-6
    length = f"{_neat(plan.beats / plan.bar):.4g} bars" if full else f"{_neat(plan.beats)} beats"
    period = f"; one period is {_bars(plan.bars_a_period)}" if plan.bars_a_period else ""
    call = inline(name="index", length=_neat(plan.beats))
    return [setting(f"time = {call}", f"the table {how}, over {length}{period}")]


def counter(found: Findings, plan: Plan, cast: Cast) -> Lines:
    """The second column, under the melody."""
    assert cast.counter is not None
    column = cast.counter
    return [
        *commented(
            f"The second voice: {shown(column.name)}{_SCALERS[column.scaler]}, consonant with the melody and "
            "against its motion as far as the data allow."
        ),
        "[[track]]",
        setting('name = "second voice"', "what the DAW calls it"),
        setting('instrument = "clarinet"', "soft enough to stay behind"),
        setting(
            f"role = {inline(name='counter', against='melody')}", 'thirds, sixths; role = "melody" for the values alone'
        ),
        *_rows(_half_bars(found, plan)),
        _following(),
        setting(f"grid = {toml(plan.grid)}", "as in the melody"),
        setting(f"pitch = {rule(column, range=('C4', 'C5'))}", "below the melody"),
        setting("velocity = 0.5", "0 to 1"),
        setting("pan = 0.4", "half right"),
    ]


def bass(found: Findings, plan: Plan, cast: Cast) -> Lines:
    """The roots of the chords."""
    pattern = "root-fifth" if plan.meter == "4/4" else "root"
    return [
        *commented("The bass: the root of each chord" + (", then its fifth." if pattern != "root" else ".")),
        "[[track]]",
        setting('name = "bass"', "what the DAW calls it"),
        setting('instrument = "acoustic bass"', 'or "fretless bass", "cello"'),
        setting(f"role = {inline(name='bass', pattern=pattern, step=plan.bar / 2)}", "also root, octaves, walking"),
        *_rows(_nth(plan, plan.bar)),
        _following(),
        setting(f"grid = {toml(plan.grid)}", "as in the melody"),
        *_ground(cast, ("E1", "A1"), "G1", "which octave the roots lie in"),
        setting("velocity = 0.7", "0 to 1"),
    ]


def chords(found: Findings, plan: Plan, cast: Cast) -> Lines:
    """The chords, held."""
    lines = [
        *commented("The chords: three voices that move as little as they can."),
        "[[track]]",
        setting('name = "chords"', "what the DAW calls it"),
        setting('instrument = "string ensemble 1"', 'or "choir aahs", "pad 2 (warm)", "electric piano 1"'),
        setting('role = "chords"', "struck again where the harmony changes"),
        *_rows(_nth(plan, 2 * plan.bar)),
        _following(),
        setting(f"grid = {toml(plan.grid)}", "as in the melody"),
        *_ground(cast, ("E4", "A4"), "G4", "near which the highest voice stays"),
        setting("velocity = 0.4", "behind the melody"),
        setting("pan = -0.2", "a little left"),
    ]
    if cast.light:
        lines.append(
            setting(
                f"brightness = {rule(cast.light, range=(0.3, 0.9))}", f"a controller (CC 74): {shown(cast.light.name)}"
            )
        )
    return lines


def bells(found: Findings, plan: Plan, cast: Cast) -> Lines:
    """The bells, where something happens."""
    rang = "each row's own note" if plan.filled else cast.peaks
    return [
        *commented(f"The bells: {rang} of {shown(cast.lead.name)}."),
        "[[track]]",
        setting('name = "bells"', "what the DAW calls it"),
        setting(f"instrument = {toml(plan.mode.bells)}", 'or "tubular bells", "music box"'),
        setting(f"rows = {inline(**cast.bells)}", "when they ring: `composer list rows`"),
        _following(),
        setting('grid = "1/16"', "to the nearest sixteenth"),
        setting(f"pitch = {rule(cast.lead, over='rows', range=plan.mode.bells_range)}", "over these rows alone"),
        setting("duration = 2.0", "beats"),
        setting("velocity = 0.55", "0 to 1"),
        setting("pan = -0.6", "from the left"),
    ]


def drums(found: Findings, plan: Plan, cast: Cast) -> Lines:
    """A drum for each category, or a light beat."""
    return _categories(plan, cast, cast.beat) if cast.beat else _beat(plan, cast)


def _categories(plan: Plan, cast: Cast, column: ColumnFinding) -> Lines:
    labels = cast.beat_labels
    kit = [_KIT[k] for k in _KITS.get(len(labels), range(len(_KIT)))]
    told = [f"{shown(label, 20)} = {drum}" for label, drum in zip(labels, kit, strict=False)]
    said = listing(told) if len(labels) <= len(kit) else f"{len(labels)} categories share {len(kit)} drums"
    text = {"from_": column.name}
    numbered = {} if column.kind != "categories" else {"via": {"name": "linear", "low": 0, "high": len(labels) - 1}}
    via = "".join(f", via = {inline(**call)}" for call in numbered.values())
    snap = "equal-width" if numbered else "equal-count"
    pitch = f'{{ from = {toml(text["from_"])}{via}, scale = {toml(kit)}, snap = "{snap}" }}'
    return [
        *commented(f"The drums: one for each value of {shown(column.name)}: {said}."),
        "[[track]]",
        setting('name = "drums"', "what the DAW calls it"),
        setting('instrument = "drums"', "General MIDI's channel 10"),
        *_rows(cast.every),
        _following(),
        setting('grid = "1/16"', "to the nearest sixteenth"),
        setting(f"pitch = {pitch}", "the drums, from the first value to the last: `composer list drums`"),
        setting("duration = 0.25", "beats"),
        setting("velocity = 0.45", "0 to 1"),
        setting("pan = 0.15", "a little right"),
    ]


def _beat(plan: Plan, cast: Cast) -> Lines:
    density = rule(cast.density, range=(0.2, 0.6)) if cast.density else "0.4"
    follows = f"more strokes where {shown(cast.density.name)} is high" if cast.density else "how many strokes, 0 to 1"
    kit = ("bass drum", "side stick", "closed hi-hat")
    return [
        *commented("The drums: a light beat, its strokes spread evenly over the bar."),
        "[[track]]",
        setting('name = "drums"', "what the DAW calls it"),
        setting('instrument = "drums"', "General MIDI's channel 10"),
        setting(f"role = {inline(name='drums', kit=kit)}", "`composer list drums`"),
        _following(),
        setting(f"density = {density}", follows),
        setting("velocity = 0.4", "0 to 1; strong beats are louder"),
        setting("pan = 0.15", "a little right"),
    ]


def _ground(cast: Cast, ends: tuple[str, str], still: str, what: str) -> Lines:
    if cast.ground is None:
        return [setting(f"pitch = {toml(still)}", what)]
    return [setting(f"pitch = {rule(cast.ground, range=ends)}", f"{what}: {shown(cast.ground.name)}")]


def _following() -> str:
    return setting(f"time = {inline(name='follow', track='melody')}", "each row when the melody plays it")


def _rows(nth: int) -> Lines:
    if nth == 1:
        return []
    return [setting(f"rows = {inline(name='every', nth=nth)}", f"one row in {nth}, held until the next")]


def _nth(plan: Plan, beats: float) -> int:
    return max(round(beats / plan.beats_a_row), 1)


def _half_bars(found: Findings, plan: Plan) -> int:
    """Return how many rows half a bar has, or less: of a period, four are wanted, lest it vanish between the rows."""
    nth = _nth(plan, plan.bar / 2)
    if found.period is None:
        return nth
    return max(min(nth, int(found.period.rows * plan.rows / found.rows / 4)), 1)


def _neat(number: float) -> float:
    return round(number, 4)


def _bars(count: int) -> str:
    return "one bar" if count == 1 else f"{count} bars"


def marker(found: Findings, plan: Plan, cast: Cast) -> Lines:
    """A marker with each bell."""
    name = cast.lead.name
    if _PLACE.fullmatch(name):
        value = f"{{{name}}}" if cast.lead.kind == "categories" else f"{{{name}:.4g}}"
        said = f"{name} {value}"
    else:
        said = name if not set("{}") & set(name) and name.isprintable() else "here"
    where = "" if found.axis.kind == "row numbers" else ", {index}"
    return [
        *commented("A marker in the .mid with each bell."),
        "[[marker]]",
        setting(f"rows = {inline(**cast.bells)}", "the rows of the bells"),
        setting('follow = "melody"', "when the melody plays them"),
        setting(f"text = {toml(said + where)}", "{NAME} is the row's value of a column, {index} that of the index"),
    ]


def sections(plan: Plan, names: list[str]) -> Lines:
    """Nothing where the table is played once; else some tracks before, then all."""
    if plan.passes == 1:
        return []
    first = [name for name in ("melody", "bass", "chords") if name in names]
    again = plan.passes - 1
    return [
        *commented(
            f"The form: the table is short, so it is played {'twice' if again == 1 else f'{plan.passes} times'}."
        ),
        "[[section]]",
        setting('name = "once"', "a marker at its start"),
        setting(f"tracks = {toml(first)}", "who plays"),
        "",
        "[[section]]",
        setting('name = "again"', "all tracks"),
        *([setting(f"repeats = {again}", "how many times")] if again > 1 else []),
    ]


TRACKS: dict[str, Callable[[Findings, Plan, Cast], Lines]] = {
    "melody": melody,
    "second voice": counter,
    "bass": bass,
    "chords": chords,
    "bells": bells,
    "drums": drums,
}
