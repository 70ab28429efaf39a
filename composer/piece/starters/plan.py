"""How a table becomes a piece: its key, its metre, its tempo, and how long a row lasts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, log, sqrt

from composer.mapping.metre import bar_length
from composer.piece.model import meter_of
from composer.piece.starters.findings import Findings

MOST_ROWS, THINNED_TO = 400, 320  # a table of more rows is thinned
FEW_ROWS = 36  # below it a row lasts for bars, and an arpeggio fills them
ENOUGH = 105  # notes of the melody: a table of fewer rows is played more than once
MOST_PASSES = 3
NOTES_A_SECOND = 3.0  # of the melody, if it can be
SHORTEST, LONGEST = 66.0, 106.0  # seconds that are aimed at
SLOWEST, FASTEST = 76, 132  # quarter notes a minute
TREND = 0.5  # of rank correlation: the column rises, or falls
_ARPEGGIO_BARS = 22
_LONG_BAR = 3.0  # beats: a shorter one has no chord to itself

# How long a row may last, in beats, and the metres, the most usual first.
_LASTING = (0.5, 0.25, 1.0, 2.0)
_METRES = ("4/4", "3/4", "7/8", "5/4", "5/8", "11/8", "13/8", "2/4", "3/8")
_BARS = (1, 2, 4, 8, 16, 3, 6, 12)  # that a period may last


@dataclass(frozen=True)
class Mode:
    """The key that a trend suggests, why, its chords and close as Roman numerals, a tempo, and who rings the bells."""

    key: str
    because: str
    progression: str
    close: str
    tempo: float
    bells: str
    bells_range: tuple[str, str]


MODES = {
    "rises": Mode("C lydian", "bright", "I II vi V", "vi V I", 112, "glockenspiel", ("G5", "C7")),
    "neither": Mode("D dorian", "between bright and dark", "i III VII IV", "VII v i", 100, "celesta", ("C6", "C7")),
    "falls": Mode("A aeolian", "dark", "i VI III VII", "VI VII i", 88, "celesta", ("A5", "A6")),
}


@dataclass(frozen=True)
class Plan:
    """What is settled for the whole piece.

    `points` is to how many rows the table is thinned (None: it is not), `rows` how many are played; `beats` how long
    they last together, `bars_a_period` how many bars a period takes (0: there is none to be felt), `passes` how often
    the table is played; `filled` says that a row lasts for bars, `in_turn` that rows follow each other whatever the
    index, `on_grid` that each lasts as long as the next.
    """

    mode: Mode
    direction: str
    meter: str
    tempo: int
    rows: int
    points: int | None
    beats: float
    bars_a_period: int
    passes: int
    filled: bool
    in_turn: bool
    on_grid: bool

    @property
    def bar(self) -> float:
        """How many beats a bar lasts."""
        return bar_of(self.meter)

    @property
    def chord(self) -> float:
        """How many beats a chord lasts."""
        return _chord(self.bar)

    @property
    def bars(self) -> int:
        """How many bars the table takes, the last perhaps not full."""
        return ceil(self.beats / self.bar - 1e-9)

    @property
    def beats_a_row(self) -> float:
        """How many beats a row lasts, on average."""
        return self.beats / max(self.rows, 1)

    @property
    def grid(self) -> str:
        """The note value that all starts are drawn to."""
        return "1/8" if self.on_grid and self.beats_a_row >= 0.5 else "1/16"

    @property
    def seconds(self) -> float:
        """How long the piece lasts, its close included."""
        return _seconds(self.beats, self.bar, self.passes, self.mode, self.tempo)


def plan_of(found: Findings) -> Plan:
    """Return what suits the findings: 60 to 120 seconds, on the grid, a period in whole bars."""
    direction = "rises" if found.lead.trend >= TREND else "falls" if found.lead.trend <= -TREND else "neither"
    mode = MODES[direction]
    points = THINNED_TO if found.rows > MOST_ROWS else None
    rows = points or found.rows
    in_turn = found.axis.crowded
    filled = rows < FEW_ROWS
    passes = 1 if filled else min(ceil(ENOUGH / rows), MOST_PASSES)
    aim = min(max(rows * passes / NOTES_A_SECOND, SHORTEST), LONGEST)
    even = in_turn or (found.axis.regular and points is None)
    if filled:
        options = [("4/4", 4.0 * rows * max(round(_ARPEGGIO_BARS / rows), 1), 0, 0.0)]
    else:
        options = list(_options(found, rows, even, aim, passes, mode))
    costs = [_cost(*option, aim, passes, mode) for option in options]
    meter, beats, bars, _ = options[costs.index(min(costs))]
    tempo = _tempo(beats, bar_of(meter), aim, passes, mode)
    return Plan(mode, direction, meter, tempo, rows, points, beats, bars, passes, filled, in_turn, even)


def bar_of(meter: str) -> float:
    """Return how many beats a bar of a metre lasts."""
    return bar_length(meter_of(meter))


# An option: a metre, how many beats the table lasts, how many of its bars a period, and what speaks against it.
Option = tuple[str, float, int, float]


def _options(found: Findings, rows: int, even: bool, aim: float, passes: int, mode: Mode) -> Iterator[Option]:
    places = found.axis.places if found.axis.regular and not found.axis.crowded else rows
    period = found.period.rows if found.period else 0.0
    for rank, meter in enumerate(_METRES):
        bar, against = bar_of(meter), 0.06 * rank
        if even:
            for lasting in _LASTING:
                bars = period * lasting / bar
                if period and bars == int(bars) and bars >= 1:
                    yield meter, _spread(places * lasting, places, found.rows), int(bars), against + _unusual(int(bars))
                elif meter == "4/4":
                    yield meter, _spread(places * lasting, places, found.rows), 0, 0.5 if period else 0.0
        elif period and rank < 2:
            for bars in _BARS:
                yield meter, places / period * bars * bar, bars, against + _unusual(bars)
        if period and even and period != int(period) and rank < 2:
            for bars in _BARS:
                yield meter, places / period * bars * bar, bars, 0.2 + against + _unusual(bars)
    if not even:
        bar = bar_of("4/4")
        beats = (aim * mode.tempo / 60 - _close(bar, mode)) / passes
        yield "4/4", max(round(beats / bar), 1) * bar, 0, 0.5 if period else 0.0


def _spread(beats: float, places: int, rows: int) -> float:
    """Return what length lets rows on a regular index with gaps fall on its places, `places` of which last `beats`.

    The timing by the index gives the last row the share (rows - 1) / rows of the length.
    """
    if places == rows or rows < 2:
        return beats
    return round(beats / places * (places - 1) * rows / (rows - 1), 4)


def _unusual(bars: int) -> float:
    return 0.0 if bars & (bars - 1) == 0 else 0.08


def _close(bar: float, mode: Mode) -> float:
    return (len(mode.close.split()) + 1) * _chord(bar)


def _chord(bar: float) -> float:
    """Return how many beats a chord lasts: a bar, or two that are short."""
    return bar if bar >= _LONG_BAR else 2 * bar


def _seconds(beats: float, bar: float, passes: int, mode: Mode, tempo: float) -> float:
    return (passes * ceil(beats / bar - 1e-9) * bar + _close(bar, mode)) * 60 / tempo


def _tempo(beats: float, bar: float, aim: float, passes: int, mode: Mode) -> int:
    """Return the tempo for that length: the mode's own as far as the time allows."""
    shortest, longest = (_seconds(beats, bar, passes, mode, 60.0) / seconds * 60 for seconds in (64.0, 112.0))
    wanted = _seconds(beats, bar, passes, mode, 60.0) / aim * 60
    middle = sqrt(wanted * mode.tempo)
    return round(min(max(middle, longest, SLOWEST), max(shortest, SLOWEST), FASTEST))


def _cost(meter: str, beats: float, bars: int, against: float, aim: float, passes: int, mode: Mode) -> float:
    bar = bar_of(meter)
    tempo = _tempo(beats, bar, aim, passes, mode)
    seconds = _seconds(beats, bar, passes, mode, tempo)
    outside = 0.0 if 62 <= seconds <= 116 else 10 + abs(log(seconds / aim))
    return round(against + outside + abs(log(seconds / aim)) + 0.5 * abs(log(tempo / mode.tempo)), 9)
