"""The report on what a .mid keeps, worked out again from the file's bytes by mido, and from the table by scipy."""

from __future__ import annotations

import io
import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from math import floor
from typing import Any

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from composer.arranging.fidelity import Fidelity, fidelity, spearman
from composer.composition import Composition, compose
from composer.outputs.midi import encode_midi
from composer.score import CONTROLLERS
from composer.table import Table

Raw = dict[str, Any]
NAN = math.nan


def on(*tracks: Raw, **settings: Any) -> Raw:
    """Return a piece of these tracks, without a source."""
    return {"track": list(tracks), **settings}


def reported(piece: Raw, table: Table) -> list[Fidelity]:
    """Return the fidelity of a piece."""
    made = compose(piece, table)
    return fidelity(made.piece, made.table, made.score)


# The same by other means


@dataclass
class Track:
    """What mido finds in one track of a file: by (tick, key) the end and velocity; controllers and bends by tick."""

    notes: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    controls: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    bends: list[tuple[int, float]] = field(default_factory=list)


def tracks_of(data: bytes) -> list[Track]:
    """Return the tracks of a file but for the conductor's."""
    found = []
    for messages in mido.MidiFile(file=io.BytesIO(data)).tracks[1:]:
        track, tick, most, sounding = Track(), 0, 2, {}
        for message in messages:
            tick += message.time
            if message.type == "note_on" and message.velocity:
                sounding[message.note] = track.notes[tick, message.note] = [tick, message.velocity]
            elif message.type in ("note_on", "note_off"):
                sounding[message.note][0] = tick
            elif message.type == "control_change":
                most = message.value if message.control == 6 else most
                track.controls.setdefault(message.control, []).append((tick, message.value / 127))
            elif message.type == "pitchwheel":
                track.bends.append((tick, message.pitch * most / 8192))
        found.append(track)
    return found


def at(changes: list[tuple[int, float]], tick: int, default: float) -> float:
    """Return what the last change at or before a tick says."""
    k = bisect_right([moment for moment, _ in changes], tick)
    return changes[k - 1][1] if k else default


def heard(track: Track, target: str, tick: int, key: int, ppq: int) -> float:
    """Return what a target came to in the file for a note."""
    end, velocity = track.notes[tick, key]
    pan = at(track.controls.get(10, []), tick, 0.5) * 127
    return {
        "pitch": lambda: key + at(track.bends, tick, 0.0),
        "duration": lambda: (end - tick) / ppq,
        "onset": lambda: tick / ppq,
        "velocity": lambda: velocity / 127,
        "pan": lambda: max((pan - 64) / 63, -1),
        "bend": lambda: at(track.bends, tick, 0.0),
        **{
            name: lambda number=number: at(track.controls.get(number, []), tick, NAN)
            for name, number in CONTROLLERS.items()
        },
    }[target]()


def by_hand(made: Composition, name: str, target: str, column: str, legend_ends: float = 0.0) -> Raw:
    """Return the figures of one rule from the bytes of the file and the rows of the score's notes."""
    ppq = made.piece.settings("mid")["ppq"]
    pairs = list(zip(made.score.tracks, tracks_of(encode_midi(made.score, ppq)), strict=True))
    x, y, rows = [], [], set()
    for written, track in pairs:
        if written.name != name and not written.name.startswith(f"{name} ("):
            continue
        for note in written.notes:
            tick = floor(float(note["start"]) * ppq + 0.5)
            key = floor(float(note["pitch"]) + 0.5)
            if note["row"] >= 0 and note["start"] >= legend_ends and (tick, key) in track.notes:
                x.append(made.table[column][note["row"]])
                y.append(heard(track, target, tick, key, ppq))
                rows.add(int(note["row"]))
    known = [k for k in range(len(x)) if math.isfinite(x[k]) and math.isfinite(y[k])]
    xs, ys = [x[k] for k in known], [y[k] for k in known]
    two = len(set(xs)) > 1 and len(set(ys)) > 1
    return {
        "spearman": float(spearmanr(xs, ys).statistic) if two else None,
        "rows_heard": len(rows),
        "values": len({value for value in x if math.isfinite(value)}),
        "levels": len({round(value, 9) for value in y}),
    }


def agrees(row: Fidelity, expected: Raw) -> None:
    """Assert that a report has the expected figures."""
    for name, value in expected.items():
        mine = getattr(row, name)
        assert mine == (None if value is None else pytest.approx(value, abs=1e-9)), (row.target, name)


VALUE = st.one_of(st.integers(-5, 5).map(float), st.floats(-1e4, 1e4), st.just(NAN))
FOLLOWED = ("pitch", "duration", "velocity", "pan", "volume", "brightness")


@given(
    st.lists(st.tuples(VALUE, VALUE), min_size=1, max_size=40),
    st.sampled_from(["linear", "rank", "percentile", "zscore"]),
    st.booleans(),
    st.sampled_from([96, 960]),
    st.booleans(),
    st.sampled_from([[], [{"repeats": 2}], [{"rows": [0, 1]}, {}]]),
)
@settings(max_examples=60, deadline=None)
def test_every_figure_is_what_mido_and_scipy_say(
    values: list[tuple[float, float]], via: str, turned: bool, ppq: int, legend: bool, form: list[Raw]
) -> None:
    a, b = zip(*values, strict=True)
    rules = {name: {"from": "ab"[n % 2], "via": via, "invert": turned} for n, name in enumerate(FOLLOWED)}
    rules["pitch"]["scale"] = "D dorian"
    second = {"name": "y", "instrument": "drums", "velocity": {"from": "b"}, "pitch": {"from": "a"}}
    made = compose(
        on({"name": "x", **rules}, second, mid={"ppq": ppq}, legend=legend, section=form), Table({"a": a, "b": b})
    )
    report = fidelity(made.piece, made.table, made.score)
    assert [(row.track, row.target) for row in report] == [
        *(("x", name) for name in FOLLOWED),
        ("y", "pitch"),
        ("y", "velocity"),
    ]
    ends = 4.0 if legend and any(r >= 0 for track in made.score.tracks for r in track.notes["row"][:1]) else 0.0
    if legend and not any(math.isfinite(p) and math.isfinite(q) for p, q in values):
        ends = 4.0 if any(map(math.isfinite, a)) else 0.0
    for row in report:
        agrees(row, by_hand(made, row.track, row.target, row.column, ends))
        assert row.rows == len(values)


def test_a_perfect_mapping_is_told_as_such() -> None:
    table = Table({"a": [3.0, 1.0, 4.0, 1.5, 9.0, 2.6]})
    up, down = (
        reported(on({"pitch": {"from": "a", "via": "rank", "invert": turned}}), table)[0] for turned in (False, True)
    )
    assert up == Fidelity("acoustic grand piano", "pitch", "a", 1.0, 6, 6, 6, 6, 0)
    assert down.spearman == -1.0


def test_a_constant_column_has_no_correlation() -> None:
    (row,) = reported(on({"pitch": {"from": "a"}}), Table({"a": [2.0] * 5}))
    assert (row.spearman, row.values, row.levels, row.rows_heard, row.clipped) == (None, 1, 1, 5, 0)


@pytest.mark.parametrize("values", [[], [1.0], [NAN, NAN]])
def test_next_to_nothing_has_no_correlation(values: list[float]) -> None:
    (row,) = reported(on({"pitch": {"from": "a"}}), Table({"a": values}))
    assert row.spearman is None
    assert row.rows == len(values) and row.rows_heard == (1 if values == [1.0] else 0)


def test_rows_that_the_track_leaves_out_or_rests_at_are_counted() -> None:
    table = Table({"a": [1.0, NAN, 3.0, 4.0, 5.0, 6.0], "b": [1.0] * 6})
    rules = {"rows": {"name": "every", "nth": 2}, "pitch": {"from": "a"}, "velocity": {"from": "b"}}
    pitch, velocity = reported(on(rules), table)
    assert (pitch.rows, pitch.rows_heard, pitch.values) == (3, 3, 3)
    pitch, velocity = reported(on({**rules, "rows": "every"}), table)
    assert (pitch.rows, pitch.rows_heard, velocity.rows_heard) == (6, 5, 5)
    (row,) = reported(on({"pitch": {"from": "a"}}, section=[{"rows": [2, 4]}]), table)
    assert (row.rows, row.rows_heard) == (6, 2)


def test_levels_are_those_of_seven_bits() -> None:
    (row,) = reported(on({"velocity": {"from": "a", "range": [0.5, 1]}}), Table({"a": np.arange(1000.0)}))
    assert (row.values, row.levels) == (1000, 127 - 64 + 1)


def shuffled(values: np.ndarray) -> np.ndarray:
    """Return values in another order."""
    return np.random.default_rng(0).permutation(values)


def test_a_planted_fault_is_seen() -> None:
    values = np.random.default_rng(1).random(400)
    made = compose(on({"pitch": {"from": "a", "via": "rank"}}), Table({"a": values}))
    (right,) = fidelity(made.piece, made.table, made.score)
    (wrong,) = fidelity(made.piece, Table({"a": shuffled(values)}), made.score)
    assert right.spearman is not None and wrong.spearman is not None
    assert right.spearman > 0.99 and abs(wrong.spearman) < 0.2


def test_notes_that_come_together_are_counted_as_what_sounds() -> None:
    # Three rows at one moment on one key are one note, the loudest.
    table = Table({"t": [0.0, 0.0, 0.0, 4.0], "a": [1.0, 2.0, 3.0, 4.0]})
    made = compose(on({"name": "x", "onset": {"from": "t"}, "velocity": {"from": "a"}}), table)
    onset_row, velocity = sorted(fidelity(made.piece, made.table, made.score), key=lambda row: row.target)
    assert velocity.levels == 2 and onset_row.levels == 2
    agrees(velocity, by_hand(made, "x", "velocity", "a"))


def test_tracks_of_one_name_are_told_apart() -> None:
    table = Table({"a": [1.0, 2.0, 3.0, 4.0], "b": [4.0, 1.0, 3.0, 2.0]})
    first, second = reported(on({"pitch": {"from": "a"}}, {"pitch": {"from": "b", "invert": True}}), table)
    assert (first.column, first.spearman, first.rows_heard) == ("a", 1.0, 4)
    assert (second.column, second.spearman, second.rows_heard) == ("b", -1.0, 4)


def test_drums_that_another_track_takes_are_not_heard() -> None:
    table = Table({"a": [1.0, 2.0, 3.0]})
    drum = {"instrument": "drums", "pitch": 38, "velocity": {"from": "a"}}
    first, second, third = reported(on(drum, drum, {**drum, "instrument": "flute"}), table)
    assert [first.rows_heard, second.rows_heard, third.rows_heard] == [3, 0, 3]
    assert second.spearman is None and second.levels == 0


def test_a_palette_is_one_track() -> None:
    rng = np.random.default_rng(4)
    table = Table({"a": rng.random(60), "b": rng.random(60)})
    rules = {"pitch": {"from": "a"}, "velocity": {"from": "b"}}
    palette = {"from": "a", "palette": ["flute", "oboe", "clarinet"]}
    made = compose(on({"name": "p", "instrument": palette, **rules}, {"name": "q"}), table)
    report = fidelity(made.piece, made.table, made.score)
    assert [row.rows_heard for row in report] == [60, 60]
    for row in report:
        agrees(row, by_hand(made, "p", row.target, row.column))


def test_legend_notes_count_for_nothing() -> None:
    table = Table({"a": [1.0, 2.0, 3.0, 4.0]})
    rules = {name: {"from": "a", "range": [0.1, 0.3]} for name in ("velocity", "duration")}
    report = reported(on({"pitch": {"from": "a"}, **rules}, legend=True), table)
    assert [row.spearman for row in report] == [1.0, 1.0, 1.0]
    assert [row.levels for row in report] == [4, 4, 4]


@pytest.mark.parametrize("beats", [0.25, 1, 8])
def test_a_note_that_glides_is_what_it_comes_to(beats: float) -> None:
    values = np.random.default_rng(6).random(50)
    rules = {"duration": 1, "pitch": {"from": "a", "range": [60, 72]}, "glide": beats}
    (row,) = reported(on(rules), Table({"a": values}))
    assert row.spearman is not None and row.spearman > 0.98
    if beats < 1:
        assert row.levels == 13


def test_a_fade_costs_what_it_costs() -> None:
    piece = on({"velocity": {"from": "a"}, "duration": 1})
    table = Table({"a": np.arange(8.0)})
    (plain,) = reported(piece, table)
    (faded,) = reported({**piece, "ending": {"name": "fade", "beats": 8}}, table)
    assert plain.spearman == 1.0 and faded.spearman is not None and faded.spearman < 0.9


# Clipping


def beyond(values: Any, low: float, high: float) -> int:
    """Return how many values lie beyond two ends, without the nearest to each."""
    under, over = sorted({v for v in values if v <= low})[:-1], sorted({v for v in values if v >= high})[1:]
    return sum(v in under or v in over for v in values)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("transform", [[], ["steps"], [{"name": "power", "exponent": 3}]])
def test_clipped_rows_are_those_beyond_the_scalers_ends(turned: bool, transform: list[Any]) -> None:
    values = [-5.0, -1.0, 0.0, 0.0, 1.0, 2.0, 5.0, 9.0, 9.0, 10.0, 11.0, 50.0, NAN, 70.0]
    scaler = {"name": "linear", "low": 0, "high": 10}
    (row,) = reported(on({"pitch": {"from": "a", "via": [scaler, *transform], "invert": turned}}), Table({"a": values}))
    assert row.clipped == 2 + 3


EIGHTHS = st.integers(-8000, 8000).map(lambda number: number / 8)


@given(st.lists(EIGHTHS, min_size=1, max_size=60), st.floats(1, 40), st.booleans())
@settings(max_examples=40, deadline=None)
def test_clipped_rows_of_percentiles(values: list[float], part: float, turned: bool) -> None:
    via = {"name": "percentile", "low": part, "high": 100 - part}
    (row,) = reported(on({"pan": {"from": "a", "via": via, "invert": turned}}), Table({"a": values}))
    low, high = np.percentile(values, [part, 100 - part])
    if low < high:
        assert row.clipped in (beyond(values, low, high), beyond(values, low - 1e-9, high + 1e-9))


def test_a_thousand_values_between_the_5th_and_the_95th_percentile() -> None:
    values = shuffled(np.arange(1000.0))
    (row,) = reported(on({"velocity": {"from": "a", "via": "percentile"}}), Table({"a": values}))
    # 50 rows lie under the 5th percentile and 50 over the 95th; the nearest of each is still told from the rest.
    assert row.clipped == 98


def test_nothing_is_clipped_by_the_columns_own_ends() -> None:
    values = [1.0, 1.0, 2.0, 3.0, 3.0, 3.0]
    for via in ("linear", "rank", "log"):
        assert reported(on({"pitch": {"from": "a", "via": via}}), Table({"a": values}))[0].clipped == 0
    apart = {"name": "linear", "low": 4, "high": 5}
    values = [0.0, 0.0, 1.0, 10.0, 10.0, 11.0]
    assert reported(on({"pitch": {"from": "a", "via": apart}}), Table({"a": values}))[0].clipped == 3


def test_values_that_the_scaler_does_not_know_are_not_clipped() -> None:
    values = [-3.0, 0.0, 1.0, 2.0, 4.0, NAN]
    (row,) = reported(on({"pitch": {"from": "a", "via": "log"}}), Table({"a": values}))
    assert (row.clipped, row.rows, row.rows_heard) == (0, 6, 3)


# What continuous columns keep

CONTINUOUS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "normal": lambda rng, n: rng.normal(size=n),
    "uniform": lambda rng, n: rng.random(n),
    "sine": lambda rng, n: np.sin(np.arange(n) * 0.0371 + rng.random()),
    "random walk": lambda rng, n: np.cumsum(rng.normal(size=n)),
}
HEAVY: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "exponential": lambda rng, n: rng.exponential(size=n),
    "lognormal": lambda rng, n: rng.lognormal(0, 2, n),
    "Cauchy": lambda rng, n: rng.standard_cauchy(n),
}


def three_octaves(values: np.ndarray, **rule: Any) -> float:
    """Return the correlation that a melody over 22 notes keeps."""
    pitch = {"from": "a", "scale": "D dorian", "range": ["D3", "D6"], **rule}
    (row,) = reported(on({"duration": 0.25, "pitch": pitch}), Table({"a": values}))
    assert row.spearman is not None
    return row.spearman


@pytest.mark.parametrize("size", [500, 3000])
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("kind", CONTINUOUS)
def test_a_continuous_column_survives_a_scale(kind: str, seed: int, size: int) -> None:
    values = CONTINUOUS[kind](np.random.default_rng(seed), size)
    assert three_octaves(values) >= 0.99
    assert three_octaves(values, invert=True) <= -0.99
    assert three_octaves(values, snap=False) >= 0.9999


@pytest.mark.parametrize("kind", HEAVY)
def test_heavy_tails_need_ranks_or_equal_counts(kind: str) -> None:
    values = HEAVY[kind](np.random.default_rng(0), 1000)
    assert three_octaves(values) < 0.99
    assert three_octaves(values, via="rank") >= 0.998
    assert three_octaves(values, snap="equal-count") >= 0.998
    assert three_octaves(values, via="rank", snap=False) >= 0.9999


# The correlation by itself


@given(st.lists(st.tuples(VALUE, VALUE), max_size=50))
def test_spearman_is_scipys(pairs: list[tuple[float, float]]) -> None:
    x, y = (np.array([pair[n] for pair in pairs]) for n in (0, 1))
    known = np.isfinite(x) & np.isfinite(y)
    found = spearman(x, y)
    if len(set(x[known])) < 2 or len(set(y[known])) < 2:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr(x[known], y[known]).statistic, abs=1e-12)


def test_spearman_of_the_largest_doubles() -> None:
    assert spearman(np.array([-1.7e308, 1.7e308, 0]), np.array([1.0, 3.0, 2.0])) == pytest.approx(1)
