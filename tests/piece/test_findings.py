"""What is found in tables whose answers are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from composer.errors import InputError
from composer.piece.starters.axis import axis_of, positions, suggested_index
from composer.piece.starters.columns import ColumnFinding
from composer.piece.starters.findings import Findings, findings_of
from composer.piece.starters.period import period_of
from composer.piece.starters.statistics import correlation, roughness, scaler_for, skewness, trend
from composer.sources.files import table_of
from composer.table import Table

N = 200
K = np.arange(N, dtype=np.float64)


def noise(seed: int = 1, n: int = N) -> Any:
    return np.random.default_rng(seed).normal(size=n)


def found_in(columns: Mapping[str, Any], **others: Any) -> Findings:
    table = Table(columns, **others)
    return findings_of(table, suggested_index(table))


def one(columns: Mapping[str, Any], name: str, **others: Any) -> ColumnFinding:
    return next(column for column in found_in(columns, **others).columns if column.name == name)


def dated(steps: Any, unit: str = "D", **columns: Any) -> Table:
    moments = np.datetime64("2001-01-01") + np.asarray(steps).astype(f"timedelta64[{unit}]")
    values = columns or {"v": noise(n=len(moments))}
    return table_of({"when": moments, **values})


# Columns


def test_roughness_is_that_of_white_noise_and_of_waves() -> None:
    assert roughness(noise(n=20_000)) == pytest.approx(2**0.5, abs=0.02)
    wave = np.sin(2 * np.pi * np.arange(1000) / 50)
    assert roughness(wave) == pytest.approx(2 * np.sin(np.pi / 50), rel=0.01)
    assert roughness(np.where(np.arange(1000) % 2 == 0, np.nan, wave)) == pytest.approx(
        2 * np.sin(np.pi / 25), rel=0.02
    )
    assert roughness(np.ones(9)) == roughness(np.ones(1)) == roughness(np.full(3, np.nan)) == 0


def test_a_trend_is_of_ranks() -> None:
    assert trend(np.exp(K)) == 1 and trend(-(K**3)) == -1
    assert abs(trend(noise())) < 0.2
    assert trend(np.where(K % 3 == 0, np.nan, K)) == 1
    assert trend(np.ones(5)) == trend(np.full(5, np.nan)) == 0


def test_a_correlation_is_numpys() -> None:
    a, b = noise(1), 0.5 * noise(1) + noise(2)
    assert correlation(a, b) == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-6)
    holes = np.where(K % 4 == 0, np.nan, b)
    kept = K % 4 != 0
    assert correlation(a, holes) == pytest.approx(np.corrcoef(a[kept], b[kept])[0, 1], abs=1e-6)


def test_skewness_is_the_third_moment() -> None:
    assert skewness(np.random.default_rng(1).exponential(size=100_000)) == pytest.approx(2, abs=0.1)
    assert skewness(np.ones(4)) == 0


@pytest.mark.parametrize(
    ("values", "scaler"),
    [
        (noise(), "linear"),
        (np.random.default_rng(1).uniform(size=5000), "linear"),
        (K, "linear"),
        (np.exp(2 * noise()), "log"),
        (np.exp(0.1 * noise()), "linear"),
        (-np.exp(2.5 * noise()), "rank"),
        (np.append(noise(), 9.0), "percentile"),
        (np.append(noise(), -9.0), "percentile"),
        (np.maximum(noise() - 1.5, 0), "rank"),
        (K % 5, "rank"),
        (np.ones(9), "linear"),
        (np.where(K % 2 == 0, np.nan, np.exp(2 * noise())), "log"),
        (1e300 * noise(), "linear"),
    ],
)
def test_the_scaler_suits_the_column(values: Any, scaler: str) -> None:
    assert scaler_for(values) == scaler


def test_columns_are_told_apart() -> None:
    columns = {
        "rough": noise(1),
        "slow": np.cumsum(noise(2)),
        "few": K % 3,
        "fixed": np.full(N, 2.5),
        "lacking": np.where(K % 5 == 0, K, np.nan),
        "half": np.where(K % 2 == 0, noise(3), np.nan),
        "none": np.full(N, np.nan),
        "counts": 100 + 5 * K,
        "kind": K % 2,
        "copy": -2 * noise(1) + 1,
    }
    found = found_in(columns, labels={"kind": ("a", "b")})
    kinds = {column.name: (column.kind, column.why) for column in found.columns}
    assert kinds == {
        "rough": ("numbers", ""),
        "half": ("numbers", ""),
        "slow": ("numbers", ""),
        "few": ("numbers", ""),
        "copy": ("numbers", "it says the same as rough (r = -1.00)"),
        "fixed": ("constant", "it is 2.5 in every row"),
        "lacking": ("missing", "80 % of it is missing"),
        "none": ("missing", "it is empty"),
        "counts": ("counter", "it only counts the rows"),
        "kind": ("categories", ""),
    }
    assert found.lead.name in ("half", "rough")
    assert [column.name for column in found.categories] == ["kind"]
    assert {column.name for column in found.left_out} == {"copy", "fixed", "lacking", "none", "counts"}
    assert one(columns, "half").missing == 0.5
    assert one(columns, "few").distinct == 3


def test_the_roughest_of_many_levels_leads() -> None:
    found = found_in({"wave": np.sin(K / 9), "flip": K % 2, "walk": np.cumsum(noise(4)), "noise": noise(5)})
    assert found.lead.name == "noise"
    assert found.numbers[-1].name == "flip"


def test_a_counter_is_better_than_nothing() -> None:
    assert found_in({"n": 3 * K}).lead.name == "n"


def test_pairs_that_agree_or_oppose_are_told() -> None:
    a, b = noise(1), noise(2)
    found = found_in({"a": a, "b": b, "with a": a + 0.4 * b, "against b": -b + 0.2 * a})
    pairs = {frozenset(pair[:2]): pair[2] for pair in found.pairs}
    assert pairs[frozenset(("a", "with a"))] > 0.85
    assert pairs[frozenset(("b", "against b"))] < -0.85
    assert frozenset(("a", "b")) not in pairs
    assert [abs(pair[2]) for pair in found.pairs] == sorted((abs(pair[2]) for pair in found.pairs), reverse=True)


def test_of_very_many_columns_the_roughest_and_the_slowest_stay() -> None:
    columns = {f"noise {n}": noise(n) for n in range(30)} | {"slow": np.cumsum(np.cumsum(noise(40)))}
    found = found_in(columns)
    assert len(found.numbers) == 12
    assert found.numbers[-1].name == "slow"
    assert sum(column.why.startswith("there are more columns") for column in found.left_out) == 19


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"a": []}, "it has no rows"),
        ({"a": np.ones(9), "b": np.full(9, np.nan)}, "a: it is 1 in every row; b: it is empty"),
        ({f"c{n}": np.ones(9) for n in range(8)}, "and 3 more"),
    ],
)
def test_a_table_without_anything_to_play_is_refused(columns: Mapping[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        findings_of(Table(columns), None)


def test_one_row_and_two_may_be_constant() -> None:
    assert found_in({"a": [2.0]}).lead.name == "a"
    assert found_in({"a": [2.0, 2.0]}).lead.name == "a"


# The index


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (dated(range(40)), "daily"),
        (dated(range(0, 400, 7)), "weekly"),
        (dated(range(0, 400, 10), "m"), "every 10 minutes"),
        (dated(range(40), "h"), "hourly"),
        (dated(range(0, 80, 2)), "every 2 days"),
        (dated(np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] * 3)), "monthly"),
        (dated(np.cumsum([90, 91, 92, 92] * 6)), "every 3 months"),
        (dated(np.cumsum([365, 365, 365, 366] * 6)), "yearly"),
        (dated([k for k in range(60) if k % 7 < 5]), "daily, but for gaps"),
        (dated([k for k in range(60) if k != 30]), "daily, but for gaps"),
        (dated(np.cumsum(np.arange(20) % 5 + 1)), "at irregular steps"),
    ],
)
def test_a_dated_index_in_words(table: Table, words: str) -> None:
    axis = axis_of(table, suggested_index(table))
    assert (axis.kind, axis.name, axis.words) == ("dates", "when", words)
    assert axis.regular == ("irregular" not in words)
    assert axis.gaps == ("gaps" in words)
    assert axis.first.startswith("200")


def test_places_count_those_of_missing_rows() -> None:
    table = dated([0, 1, 2, 5, 6, 7])
    axis = axis_of(table, "when")
    assert axis.places == 8
    assert positions(table, axis).tolist() == [0, 1, 2, 5, 6, 7]


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"year": 1950 + K, "v": noise()}, "year"),
        ({"Time": np.cumsum(1 + np.abs(noise())), "v": noise()}, "Time"),
        ({"v": noise(), "t": K}, "t"),
        ({"id": 7 * K, "v": noise()}, "id"),
        ({"v": noise(), "id": K + 1}, None),
        ({"sizes": np.cumsum(np.abs(noise())), "v": noise()}, None),
        ({"time": -K, "v": noise()}, None),
        ({"n": K + 4}, None),
        ({"time": [1.0, 2.0], "v": [1.0, 2.0]}, None),
        ({"v": noise()}, None),
    ],
)
def test_a_time_or_a_counter_is_the_index(columns: Mapping[str, Any], name: str | None) -> None:
    assert suggested_index(Table(columns)) == name


def test_the_index_that_a_table_has_is_kept() -> None:
    assert suggested_index(Table({"a": K, "b": np.sqrt(K)}, index=np.sqrt(K))) == "b"
    assert suggested_index(Table({"a": noise()}, index=np.sqrt(K))) is None
    assert axis_of(Table({"a": noise()}, index=np.sqrt(K)), None).kind == "numbers"
    assert axis_of(Table({"a": noise()}), None).kind == "row numbers"


def test_the_index_is_no_part() -> None:
    found = found_in({"year": 1950 + K, "v": noise()})
    assert [column.name for column in found.columns] == ["v"]
    assert found.axis.words == "yearly"


def test_crowds_are_seen() -> None:
    assert axis_of(Table({"v": K}, index=np.repeat(np.arange(20), 10)), None).crowded
    assert not axis_of(Table({"v": K}, index=np.sort(noise())), None).crowded
    assert not axis_of(Table({"v": K}), None).crowded
    assert axis_of(Table({"v": K}, index=np.where(K % 3 == 0, np.nan, K)), None).crowded


# Periods


@pytest.mark.parametrize("period", [3, 4, 7, 12, 24, 52])
def test_a_wave_in_noise_is_found(period: int) -> None:
    k = np.arange(12 * period)
    found = period_of(np.sin(2 * np.pi * k / period) + 0.03 * k + 0.4 * noise(period, k.size))
    assert found is not None and found[0] == period


@pytest.mark.parametrize("period", [7, 12, 30])
def test_a_beat_that_is_no_wave_is_found_whole(period: int) -> None:
    k = np.arange(15 * period)
    found = period_of((k % period == 2) + 0.0)
    assert found == (period, 1.0)


def test_a_period_need_not_be_whole() -> None:
    found = period_of(np.sin(2 * np.pi * np.arange(600) / 16.55))
    assert found is not None and found[0] == pytest.approx(16.55, abs=0.05)


def test_gaps_do_not_hide_a_period() -> None:
    wave = np.sin(2 * np.pi * K / 12)
    wave[::5] = np.nan
    found = period_of(wave)
    assert found is not None and found[0] == 12


def test_noise_walks_and_trends_have_no_period() -> None:
    assert period_of(K) is None and period_of(K**2) is None and period_of(np.ones(50)) is None
    for seed in range(200):
        for n in (20, 120, 500)[-1 if seed >= 60 else 0 :]:
            assert period_of(noise(seed, n)) is None
            assert period_of(np.cumsum(noise(seed, n))) is None


def test_a_slow_wave_does_not_hide_a_quick_one() -> None:
    found = period_of(3 * np.sin(2 * np.pi * 2 * K / N) + np.sin(2 * np.pi * K / 10))
    assert found is not None and found[0] == 10


def test_two_rounds_are_not_enough() -> None:
    assert period_of(np.sin(2 * np.pi * np.arange(24) / 12)) is None
    assert period_of(np.sin(2 * np.pi * np.arange(12) / 4)) is None
    assert period_of(np.where(K % 2 == 0, np.nan, np.sin(K))) is None


@pytest.mark.parametrize(
    ("table", "rows", "words"),
    [
        (
            dated(
                np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] * 9),
                v=np.sin(2 * np.pi * np.arange(108) / 12),
            ),
            12,
            "a year",
        ),
        (dated(range(140), v=np.sin(2 * np.pi * np.arange(140) / 7)), 7, "a week"),
        (dated(range(240), "h", v=np.sin(2 * np.pi * np.arange(240) / 24)), 24, "a day"),
        (Table({"year": 1900 + K, "v": np.sin(2 * np.pi * K / 11)}), 11, "11 years"),
        (Table({"t": K / 4, "v": np.sin(2 * np.pi * K / 10)}), 10, "2.5 on the index"),
        (Table({"v": np.sin(2 * np.pi * K / 10)}), 10, ""),
    ],
)
def test_a_period_in_words(table: Table, rows: int, words: str) -> None:
    index = suggested_index(table)
    over = table if index is None or "index" in table.dates else Table(table.columns, table[index])
    period = findings_of(over, index).period
    assert period is not None
    assert (period.column, period.rows, period.words) == ("v", rows, words)


def test_a_period_runs_through_missing_rows() -> None:
    kept = np.array([k for k in range(280) if k % 7 < 5])
    period = findings_of(dated(kept, v=np.sin(2 * np.pi * kept / 14)), "when").period
    assert period is not None and (period.rows, period.words) == (14, "2 weeks")


def test_the_first_column_with_a_period_has_it() -> None:
    found = found_in({"noise": noise(), "wave": np.sin(2 * np.pi * K / 20)})
    assert found.lead.name == "noise"
    assert found.period is not None and (found.period.column, found.period.rows) == ("wave", 20)


def test_an_irregular_index_has_no_period() -> None:
    assert findings_of(Table({"v": np.sin(2 * np.pi * K / 12)}, index=np.sort(noise())), None).period is None
