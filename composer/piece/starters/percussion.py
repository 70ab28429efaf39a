"""The text of the drums: one for each category, or a light beat."""

from __future__ import annotations

from composer.piece.starters.cast import Cast
from composer.piece.starters.columns import ColumnFinding
from composer.piece.starters.findings import Findings
from composer.piece.starters.lines import Lines, following, rows, rule
from composer.piece.starters.plan import Plan
from composer.piece.starters.words import commented, inline, listing, setting, shown, toml

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
        *rows(cast.every),
        following(),
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
        following(),
        setting(f"density = {density}", follows),
        setting("velocity = 0.4", "0 to 1; strong beats are louder"),
        setting("pan = 0.15", "a little right"),
    ]
