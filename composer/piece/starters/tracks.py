"""The text of each track: its settings, each with what it does beside it."""

from __future__ import annotations

from collections.abc import Callable

from composer.piece.starters.cast import Cast
from composer.piece.starters.findings import Findings
from composer.piece.starters.lines import SCALER_WORDS, Lines, following, neat, nth, rows, rule
from composer.piece.starters.percussion import drums
from composer.piece.starters.plan import Plan
from composer.piece.starters.words import commented, inline, setting, shown, toml

# The melody's instrument by how restless it is: the highest roughness, the instrument, its range.
_LEADS = ((0.35, "flute", ("G4", "G6")), (1.0, "vibraphone", ("G4", "F6")), (float("inf"), "marimba", ("G4", "G6")))


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
        else f"The melody: {name}, one note a row{SCALER_WORDS[lead.scaler]}. A missing value is a rest."
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
            setting(f"duration = {toml(neat(plan.beats_a_row))}", "beats a row"),
        ]
    how = "in equal steps" if found.axis.kind == "row numbers" else "in its own time"
    full = plan.beats % plan.bar < 1e-6
    length = f"{neat(plan.beats / plan.bar):.4g} bars" if full else f"{neat(plan.beats)} beats"
    period = f"; one period is {_bars(plan.bars_a_period)}" if plan.bars_a_period else ""
    call = inline(name="index", length=neat(plan.beats))
    return [setting(f"time = {call}", f"the table {how}, over {length}{period}")]


def counter(found: Findings, plan: Plan, cast: Cast) -> Lines:
    """The second column, under the melody."""
    assert cast.counter is not None
    column = cast.counter
    return [
        *commented(
            f"The second voice: {shown(column.name)}{SCALER_WORDS[column.scaler]}, consonant with the melody and "
            "against its motion as far as the data allow."
        ),
        "[[track]]",
        setting('name = "second voice"', "what the DAW calls it"),
        setting('instrument = "clarinet"', "soft enough to stay behind"),
        setting(
            f"role = {inline(name='counter', against='melody')}", 'thirds, sixths; role = "melody" for the values alone'
        ),
        *rows(_half_bars(found, plan)),
        following(),
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
        *rows(nth(plan, plan.bar)),
        following(),
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
        *rows(nth(plan, 2 * plan.bar)),
        following(),
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
        following(),
        setting('grid = "1/16"', "to the nearest sixteenth"),
        setting(f"pitch = {rule(cast.lead, over='rows', range=plan.mode.bells_range)}", "over these rows alone"),
        setting("duration = 2.0", "beats"),
        setting("velocity = 0.55", "0 to 1"),
        setting("pan = -0.6", "from the left"),
    ]


def _ground(cast: Cast, ends: tuple[str, str], still: str, what: str) -> Lines:
    if cast.ground is None:
        return [setting(f"pitch = {toml(still)}", what)]
    return [setting(f"pitch = {rule(cast.ground, range=ends)}", f"{what}: {shown(cast.ground.name)}")]


def _half_bars(found: Findings, plan: Plan) -> int:
    """Return how many rows half a bar has, or less: of a period, four are wanted, lest it vanish between the rows."""
    half = nth(plan, plan.bar / 2)
    if found.period is None:
        return half
    return max(min(half, int(found.period.rows * plan.rows / found.rows / 4)), 1)


def _bars(count: int) -> str:
    return "one bar" if count == 1 else f"{count} bars"


TRACKS: dict[str, Callable[[Findings, Plan, Cast], Lines]] = {
    "melody": melody,
    "second voice": counter,
    "bass": bass,
    "chords": chords,
    "bells": bells,
    "drums": drums,
}
