"""How long a piece lasts, and in what time, for tables of every length."""

from __future__ import annotations

import pytest

from composer.mapping.harmony import chords_of
from composer.mapping.scales import candidates
from composer.piece.starters.axis import Axis
from composer.piece.starters.columns import ColumnFinding
from composer.piece.starters.findings import Findings
from composer.piece.starters.period import Period
from composer.piece.starters.plan import FASTEST, FEW_ROWS, MODES, SLOWEST, Mode, Plan, plan_of

LENGTHS = (*range(1, 60), *range(60, 401, 17), 400, 401, 1000, 10**6)


def plan(
    rows: int, period: float = 0, regular: bool = True, trend: float = 0, places: int = 0, crowded: bool = False
) -> Plan:
    axis = Axis("numbers", "x", regular, crowded, 1.0, places or rows, "", "", "")
    found = Period("v", period, 1.0, "") if period else None
    return plan_of(Findings(rows, axis, (ColumnFinding("v", "numbers", 100, trend=trend),), found, ()))


@pytest.mark.parametrize("rows", LENGTHS)
@pytest.mark.parametrize("trend", [-1, 0, 1])
def test_every_piece_lasts_one_to_two_minutes(rows: int, trend: float) -> None:
    for period in (0, 3, 5, 7, 11, 12, 13, 16.55, 24, 52, 365):
        made = plan(rows, period if 3 * period <= rows else 0, trend=trend)
        assert 60 <= made.seconds <= 120
        assert SLOWEST <= made.tempo <= FASTEST
        assert made.rows * made.passes / made.seconds <= 5
        if rows >= FEW_ROWS:
            assert made.rows * made.passes / made.seconds >= 1.3
    for made in (plan(rows, regular=False, trend=trend), plan(rows, crowded=True, trend=trend)):
        assert 60 <= made.seconds <= 120


@pytest.mark.parametrize("rows", LENGTHS)
def test_rows_of_equal_steps_fall_on_the_grid(rows: int) -> None:
    made = plan(rows)
    if made.points is None:
        assert made.beats_a_row in (0.25, 0.5, 1, 2) or (made.filled and made.beats_a_row % 4 == 0)
    else:
        assert made.beats % made.bar == 0


@pytest.mark.parametrize(
    ("period", "meter"), [(3, "3/4"), (4, "4/4"), (7, "7/8"), (12, "3/4"), (14, "7/8"), (16, "4/4"), (28, "7/8")]
)
def test_a_period_makes_the_metre(period: int, meter: str) -> None:
    made = plan(168, period)
    assert made.meter == meter
    assert made.bars_a_period * made.bar == period * made.beats_a_row


@pytest.mark.parametrize("rows", [90, 150, 300, 400])
@pytest.mark.parametrize("period", [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16.55, 24, 30])
def test_a_period_lasts_whole_bars(rows: int, period: float) -> None:
    made = plan(rows, period)
    if made.bars_a_period:
        assert made.bars_a_period * made.bar == pytest.approx(period * made.beats_a_row)
    assert made.bars_a_period or period in (9, 11, 13, 5)


def test_a_long_table_keeps_its_period() -> None:
    made = plan(3650, 365)
    assert made.points == 320
    assert made.bars_a_period > 0
    assert made.beats == pytest.approx(10 * made.bars_a_period * made.bar)


def test_what_is_thinned_away_is_no_period() -> None:
    assert plan(10_000, 12).bars_a_period == 0


def test_gaps_in_a_regular_index_keep_their_places() -> None:
    made = plan(200, places=280)
    # By the timing by the index, the last row falls on the share (rows - 1) / rows of the length.
    last = made.beats * 199 / 200
    assert last / 279 == pytest.approx(round(4 * last / 279) / 4, abs=1e-5)


def test_short_tables_are_played_again_and_tiny_ones_filled() -> None:
    assert [plan(rows).passes for rows in (35, 36, 60, 105, 400)] == [1, 3, 2, 1, 1]
    assert [plan(rows).filled for rows in (1, 35, 36)] == [True, True, False]
    assert [plan(rows).points for rows in (400, 401)] == [None, 320]


def test_the_trend_chooses_the_mode() -> None:
    assert [plan(100, trend=trend).direction for trend in (-0.6, -0.4, 0.4, 0.6)] == [
        "falls",
        "neither",
        "neither",
        "rises",
    ]


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_the_chords_of_a_mode_are_in_its_key(mode: Mode) -> None:
    key = set(candidates(mode.key) % 12)
    for progression in (mode.progression, mode.close):
        for chord in chords_of(progression, mode.key):
            assert set(chord.classes) <= key
    assert chords_of(mode.close, mode.key)[-1].root == chords_of(mode.progression, mode.key)[0].root
