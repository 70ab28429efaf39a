"""What `composer new` writes for data: for every kind of table it is right, composes, and sounds deliberate."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.composition import Composition, compose
from composer.errors import FileError, InputError
from composer.mapping.rows import ROWS
from composer.mapping.scales import candidates
from composer.piece.starters.axis import suggested_index
from composer.piece.starters.data import data_starter
from composer.piece.starters.findings import findings_of
from composer.piece.store import load, spelled_out
from composer.sources.files import read_table

EXAMPLES = Path(__file__).parents[2] / "examples"
Columns = Mapping[str, Sequence[Any]]


def days(n: int, first: str = "2020-01-01") -> list[str]:
    return [str(day) for day in np.datetime64(first) + np.arange(n)]


def months(n: int) -> list[str]:
    return [f"{1990 + k // 12}-{k % 12 + 1:02}-01" for k in range(n)]


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def gappy(n: int, share: float) -> list[Any]:
    noise = rng()
    return [float(v) if noise.random() > share else "" for v in noise.normal(size=n)]


N = 150
K = np.arange(N)
TABLES: dict[str, Callable[[], Columns]] = {
    "trend": lambda: {"v": 0.1 * K + rng().normal(size=N)},
    "falling": lambda: {"v": -0.1 * K + rng().normal(size=N)},
    "seasonal": lambda: {
        "month": months(N),
        "temperature": np.sin(2 * np.pi * K / 12) + 0.2 * rng().normal(size=N),
        "level": np.sin(2 * np.pi * K / 75),
    },
    "weekly": lambda: {"day": days(N), "visits": (K % 7 > 4) * 2.0 + 0.3 * rng().normal(size=N)},
    "walk": lambda: {"price": 100 + np.cumsum(rng().normal(size=N))},
    "long walk": lambda: {"price": 100 + np.cumsum(rng().normal(size=5000))},
    "categories": lambda: {
        "day": days(N),
        "v": rng().normal(size=N),
        "where": [("s", "n", *"eeeeeeee")[k] for k in K % 10],
    },
    "many categories": lambda: {"v": rng().normal(size=N), "what": [f"kind {k % 20}" for k in K]},
    "categories alone": lambda: {"base": [("a", "c", "g", "t")[k] for k in rng().integers(0, 4, N)]},
    "many rows of categories": lambda: {"base": [("a", "c", "g", "t")[k] for k in rng().integers(0, 4, 900)]},
    "irregular": lambda: {"t": np.sort(rng().uniform(0, 9, N)), "v": rng().exponential(size=N)},
    "crowded": lambda: {"year": np.repeat(np.arange(15), 10) + 2000, "v": rng().normal(size=N)},
    "crowded dates": lambda: {"day": np.repeat(days(15), 10), "v": rng().normal(size=N)},
    "working days": lambda: {"day": [day for k, day in enumerate(days(200)) if k % 7 < 5], "v": rng().normal(size=144)},
    "constants": lambda: {"v": rng().normal(size=N), "c": [3] * N, "empty": [""] * N},
    "gaps": lambda: {"a": gappy(N, 0.4), "b": rng().normal(size=N).cumsum()},
    "gaps alone": lambda: {"a": gappy(N, 0.5)},
    "gaps, long": lambda: {"a": gappy(900, 0.5), "b": gappy(900, 0.1)},
    "copies": lambda: {"a": rng().normal(size=N), "twice": 2 * rng().normal(size=N), "cube": rng().normal(size=N) ** 3},
    "wide": lambda: {f"c{n}": v for n, v in enumerate(rng().normal(size=(200, 60)))},
    "log-normal": lambda: {"v": np.exp(2 * rng().normal(size=N))},
    "heavy tails": lambda: {"v": rng().standard_cauchy(size=N)},
    "mostly nothing": lambda: {"rain": np.maximum(rng().normal(size=N) - 1.5, 0)},
    "binary": lambda: {"on": rng().integers(0, 2, N)},
    "binary too": lambda: {"v": rng().normal(size=N), "on": rng().integers(0, 2, N)},
    "integers": lambda: {"n": rng().poisson(4, size=N)},
    "counter": lambda: {"n": np.arange(N)},
    "text": lambda: {"v": rng().normal(size=N), "note": [f"no two alike {k * 7919}" for k in K]},
    "huge": lambda: {"v": 1e300 * rng().normal(size=N), "w": 1e-300 * rng().normal(size=N)},
    "forty": lambda: {"v": rng().normal(size=40)},
    "eighty": lambda: {"v": rng().normal(size=80), "w": rng().normal(size=80)},
    "ten": lambda: {"year": range(2000, 2010), "v": rng().normal(size=10), "w": rng().normal(size=10)},
    "five": lambda: {"v": [1, 4, 2, 8, 5]},
    "three": lambda: {"v": [1, 4, 2]},
    "two": lambda: {"a": [1, 2], "b": [3, 3]},
    "one": lambda: {"a": [1.5], "b": [2]},
    "braces": lambda: {"{v} {}": rng().normal(size=N)},
    "odd names": lambda: {
        'a "quoted" one': rng().normal(size=N),
        "naïve, ünïcode 音": rng().normal(size=N).cumsum(),
        "dotted.name = 1 # no": rng().normal(size=N) + 0.01 * K,
        "{braces}": rng().integers(0, 2, N),
        "back\\slash": rng().normal(size=N),
    },
}


def raw_of(folder: Path, name: str) -> dict[str, Any]:
    return tomllib.loads(data_starter(written(folder, TABLES[name]()), folder))


def track_of(raw: dict[str, Any], name: str) -> dict[str, Any]:
    return next(track for track in raw["track"] if track["name"] == name)


def written(folder: Path, columns: Columns, name: str = "data.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def made(folder: Path, columns: Columns) -> tuple[str, Composition]:
    text = data_starter(written(folder, columns), folder)
    piece = folder / "piece.toml"
    piece.write_text(text, encoding="utf-8")
    return text, compose(piece)


def seconds(composition: Composition) -> float:
    score = composition.score
    return float(score.tempo.seconds(np.array([score.end]))[0])


def checked(text: str, composition: Composition) -> None:
    score = composition.score
    assert 3 <= len(score.tracks) <= 6
    assert {track.name: bool(track.notes.size) for track in score.tracks} == {t.name: True for t in score.tracks}
    assert 60 <= seconds(composition) <= 120
    assert len(score.tracks) == len(composition.piece.tracks)
    key = set(candidates(composition.piece.key or "") % 12)
    pitched = {track.name: track.notes for track in score.tracks if track.instrument != "drums"}
    for name, notes in pitched.items():
        assert set(notes["pitch"] % 12) <= key, name
        assert (notes["pitch"].min() < 48) == (name == "bass"), name
    assert pitched["bass"]["pitch"].max() < 48
    under = max(np.median(pitched[name]["pitch"]) for name in pitched if name in ("second voice", "chords"))
    assert np.median(pitched["melody"]["pitch"]) > under
    assert pitched["melody"].size / seconds(composition) > 0.8
    assert score.markers
    for line in text.splitlines():
        assert line == "" or line.startswith(("#", "[")) or " # " in line, line
    assert text.isprintable() or set(c for c in text if not c.isprintable()) == {"\n"}


@pytest.mark.parametrize("name", TABLES)
def test_a_starter_for_data_composes(tmp_path: Path, name: str) -> None:
    text, composition = made(tmp_path, TABLES[name]())
    checked(text, composition)
    assert len(composition.score.tracks) >= 4


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.csv")), ids=lambda path: path.stem)
def test_a_starter_for_each_example_composes(tmp_path: Path, path: Path) -> None:
    piece = tmp_path / "piece.toml"
    piece.write_text(data_starter(path, tmp_path), encoding="utf-8")
    checked(piece.read_text("utf-8"), compose(piece))


@pytest.mark.parametrize("name", ["seasonal", "categories", "long walk", "odd names", "forty", "five", "one"])
def test_a_starter_spelled_out_is_the_same_music(tmp_path: Path, name: str) -> None:
    _, composition = made(tmp_path, TABLES[name]())
    again = compose(load(tomllib.loads(spelled_out(composition.piece))))
    for track, other in zip(composition.score.tracks, again.score.tracks, strict=True):
        assert track.name == other.name
        assert np.array_equal(track.notes, other.notes)


@pytest.mark.parametrize("name", ["seasonal", "wide", "irregular", "many categories", "three"])
def test_the_same_data_give_the_same_text(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, TABLES[name]())
    assert data_starter(path, tmp_path) == data_starter(path, tmp_path)


@pytest.mark.parametrize("name", ["seasonal", "gaps", "wide", "eighty", "copies", "text"])
def test_the_roughest_column_leads(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, TABLES[name]())
    table = read_table(path)
    found = findings_of(table, suggested_index(table))
    usable = [column for column in found.columns if column.kind == "numbers" and not column.why]
    assert found.lead.roughness == max(column.roughness for column in usable)
    raw = tomllib.loads(data_starter(path, tmp_path))
    assert raw["track"][0]["pitch"]["from"] == found.lead.name


def test_the_text_says_what_was_found(tmp_path: Path) -> None:
    columns = {**TABLES["seasonal"](), "fixed": [1] * N, "again": -np.sin(2 * np.pi * K / 75)}
    text = data_starter(written(tmp_path, columns), tmp_path)
    said = " ".join(line.removeprefix("#").strip() for line in text.split("\n\n")[0].splitlines())
    assert f"{N} rows; month is the index, from 1990-01-01 to 2002-06-01, monthly." in said
    assert "temperature leads: of all columns it changes most from row to row." in said
    assert "It neither rises nor falls on the whole, hence D dorian" in said
    assert "temperature comes again every 12 rows, a year (autocorrelation" in said
    assert "fixed: it is 1 in every row" in said
    assert "again: it says the same as level (r = -1.00)" in said


def test_a_year_of_months_lasts_whole_bars(tmp_path: Path) -> None:
    text, composition = made(tmp_path, TABLES["seasonal"]())
    bars = int(re.search(r"One period lasts (\d+) bars? of 3/4", text)[1])  # type: ignore[index]
    melody = composition.score.tracks[0].notes
    januaries = [note["start"] for note in melody if note["row"] >= 0 and note["row"] % 12 == 0]
    assert len(januaries) > 10
    assert {start % (3 * bars) for start in januaries} == {0.0}


def test_a_week_is_a_bar_of_seven(tmp_path: Path) -> None:
    _, composition = made(tmp_path, TABLES["weekly"]())
    assert composition.piece.meter == "7/8"
    mondays = {n["start"] % 3.5 for n in composition.score.tracks[0].notes if n["row"] >= 0 and n["row"] % 7 == 0}
    assert mondays == {0.0}


def test_working_days_leave_the_weekend_silent(tmp_path: Path) -> None:
    _, composition = made(tmp_path, TABLES["working days"]())
    starts = composition.score.tracks[0].notes["start"][:144]
    steps = np.unique(np.diff(starts))
    assert list(steps / steps[0]) == [1.0, 3.0]


@pytest.mark.parametrize(("name", "key"), [("trend", "C lydian"), ("falling", "A aeolian"), ("forty", "D dorian")])
def test_the_trend_chooses_the_key(tmp_path: Path, name: str, key: str) -> None:
    assert made(tmp_path, TABLES[name]())[1].piece.key == key


def test_many_rows_are_thinned_with_their_peaks(tmp_path: Path) -> None:
    text, composition = made(tmp_path, TABLES["long walk"]())
    prices = read_table(tmp_path / "data.csv")["price"]
    kept = composition.table["price"]
    assert len(composition.table) == 320
    assert (kept.min(), kept.max()) == (prices.min(), prices.max())
    assert "it is thinned to 320 rows, keeping the peaks" in " ".join(text.split())


def test_each_category_has_a_drum_of_its_own(tmp_path: Path) -> None:
    text, composition = made(tmp_path, TABLES["categories"]())
    drums = composition.score.tracks[-1]
    assert drums.name == "drums"
    drum_of = {n: 0.0 for n in range(3)}
    for note in drums.notes:
        code = int(composition.table["where"][note["row"]])
        assert drum_of[code] in (0.0, note["pitch"])
        drum_of[code] = note["pitch"]
    assert len(set(drum_of.values())) == 3
    names = {36: "bass drum", 37: "side stick", 42: "closed hi-hat"}
    for code, label in enumerate(composition.table.labels["where"]):
        assert f"{label} = {names[int(drum_of[code])]}" in " ".join(text.replace("\n#", "").split())


def test_a_binary_column_has_two_drums(tmp_path: Path) -> None:
    _, composition = made(tmp_path, TABLES["binary too"]())
    drums, on = composition.score.tracks[-1].notes, composition.table["on"]
    assert {(float(on[note["row"]]), float(note["pitch"])) for note in drums} == {(0.0, 36.0), (1.0, 42.0)}


def test_bells_ring_where_their_comment_says(tmp_path: Path) -> None:
    text, composition = made(tmp_path, TABLES["walk"]())
    raw = tomllib.loads(text)
    bells = next(track for track in raw["track"] if track["name"] == "bells")
    call = dict(bells["rows"])
    rows = ROWS[call.pop("name")](composition.table, **call)
    rung = next(track.notes["row"] for track in composition.score.tracks if track.name == "bells")
    assert set(rung) - {-1} == set(rows)
    assert 3 <= rows.size <= 24
    assert len(composition.score.markers) == rows.size + 1  # and the cadence
    assert composition.score.markers[0].text.startswith("price ")


def test_of_many_peaks_the_highest_ring(tmp_path: Path) -> None:
    for name in ("walk", "long walk", "forty"):
        rows = track_of(raw_of(tmp_path, name), "bells")["rows"]
        assert rows["name"] == "maxima"
    assert len(made(tmp_path, TABLES["long walk"]())[1].score.markers) == 12 + 1


def test_records_ring_where_the_lead_rises_and_lows_where_it_falls(tmp_path: Path) -> None:
    for sign, lowest in ((1, {}), (-1, {"lowest": True})):
        columns = {"v": sign * (0.03 * K + rng().normal(size=N))}
        bells = track_of(tomllib.loads(data_starter(written(tmp_path, columns), tmp_path)), "bells")
        assert bells["rows"] == {"name": "records", "of": "v"} | lowest


def test_bells_in_turn_begin_where_there_is_a_value(tmp_path: Path) -> None:
    columns = {"v": ["", "", *(K[2:] ** 2)]}
    rows = track_of(tomllib.loads(data_starter(written(tmp_path, columns), tmp_path)), "bells")["rows"]
    assert rows == {"name": "every", "nth": 12, "offset": 2}


def test_drums_of_categories_are_not_too_quick(tmp_path: Path) -> None:
    columns = {"v": np.random.default_rng(1).normal(size=400), "kind": ["abc"[k % 3] for k in range(400)]}
    _, composition = made(tmp_path, columns)
    assert composition.score.tracks[-1].notes.size / seconds(composition) < 3.2


def test_chords_follow_a_slow_wave_and_not_a_line(tmp_path: Path) -> None:
    assert raw_of(tmp_path, "seasonal")["harmony"]["following"] == {"from": "level"}
    line = {"v": rng().normal(size=N), "slow": K**2}
    assert "progression" in tomllib.loads(data_starter(written(tmp_path, line), tmp_path))["harmony"]
    assert "progression" in raw_of(tmp_path, "weekly")["harmony"]


def test_one_column_has_no_second_voice_and_one_row_no_drums(tmp_path: Path) -> None:
    assert [t["name"] for t in raw_of(tmp_path, "walk")["track"]] == ["melody", "bass", "chords", "bells", "drums"]
    assert [t["name"] for t in raw_of(tmp_path, "one")["track"]] == ["melody", "bass", "chords", "bells"]


def test_a_column_with_gaps_silences_no_other(tmp_path: Path) -> None:
    columns = {
        "v": rng().normal(size=N),
        "g": [value if k % 3 else "" for k, value in enumerate(rng().normal(size=N).cumsum())],
    }
    _, composition = made(tmp_path, columns)
    assert set(composition.score.tracks[0].notes["row"]) >= set(range(N))
    bass = track_of(raw_of(tmp_path, "gaps alone"), "bass")
    assert bass["pitch"] == "G1"


@pytest.mark.parametrize("period", [4, 8, 12])
def test_the_second_voice_takes_more_than_the_turns_of_a_period(tmp_path: Path, period: int) -> None:
    columns = {"v": rng().normal(size=110), "wave": np.sin(2 * np.pi * np.arange(110) / period)}
    _, composition = made(tmp_path, columns)
    rows = composition.score.tracks[1].notes["row"]
    assert len({row % period for row in rows if row >= 0}) >= 4


def test_an_arpeggio_stays_below_the_ceiling(tmp_path: Path) -> None:
    for name in ("five", "ten", "one"):
        assert made(tmp_path, TABLES[name]())[1].score.tracks[0].notes["pitch"].max() <= 96


def test_of_two_columns_of_dates_the_one_that_rises_is_the_index(tmp_path: Path) -> None:
    columns = {"v": rng().normal(size=N), "told": days(N)[::-1], "date": days(N)}
    text = data_starter(written(tmp_path, columns), tmp_path)
    assert 'index = "date"' in text
    assert "date is the index, from 2020-01-01 to 2020-05-29, daily." in text
    assert "told: it holds dates" in text


def test_pairs_are_told_the_right_way_round(tmp_path: Path) -> None:
    a, b = rng().normal(size=N), np.random.default_rng(9).normal(size=N)
    text = data_starter(written(tmp_path, {"a": a, "with": a + 0.4 * b, "b": b, "less": 0.3 * a - b}), tmp_path)
    said = " ".join(text.replace("\n#", "").split())
    assert re.search(r"(a and with|with and a) go together \(rank correlation 0\.", said)
    assert re.search(r"(b and less|less and b) are opposed \(rank correlation -0\.", said)


def test_the_legend_is_there_to_be_uncommented(tmp_path: Path) -> None:
    text, composition = made(tmp_path, TABLES["seasonal"]())
    (tmp_path / "piece.toml").write_text(text.replace("# legend = true", "legend = true"), encoding="utf-8")
    longer = compose(tmp_path / "piece.toml")
    assert longer.score.end > composition.score.end
    assert longer.score.markers[0].text.startswith("lowest temperature")


def test_the_close_is_a_cadence(tmp_path: Path) -> None:
    for name in ("trend", "falling", "forty"):
        composition = made(tmp_path, TABLES[name]())[1]
        tonic = {"C lydian": 0, "A aeolian": 9, "D dorian": 2}[composition.piece.key or ""]
        bass = next(track for track in composition.score.tracks if track.name == "bass")
        assert bass.notes["pitch"][-1] % 12 == tonic
        assert composition.score.markers[-1].text == "cadence"


def test_a_short_table_is_played_again_by_more(tmp_path: Path) -> None:
    _, composition = made(tmp_path, TABLES["forty"]())
    again = next(marker.beat for marker in composition.score.markers if marker.text == "again")
    names = {track.name for track in composition.score.tracks if track.notes["start"].min() < again}
    assert names == {"melody", "bass", "chords"}
    assert composition.score.tracks[0].notes["row"].tolist().count(0) == 3


def test_the_file_is_named_from_where_the_piece_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    data.mkdir()
    path = written(data, TABLES["five"](), 'a "b" 音.csv')
    monkeypatch.chdir(tmp_path)
    for folder, file in (
        (tmp_path, 'data/a "b" 音.csv'),
        (data, path.name),
        (tmp_path / "deep" / "er", f"../../data/{path.name}"),
    ):
        assert tomllib.loads(data_starter(path, folder))["source"] == {"file": file}
    assert tomllib.loads(data_starter(path))["source"] == {"file": 'data/a "b" 音.csv'}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"a": [], "b": []}, ""),
        ({"a": [7] * 30, "b": [""] * 30}, "a: it is 7 in every row; b: it is empty"),
        ({"day": days(30)}, "no column that music can be made of"),
        ({"note": [f"no two alike {k * 7919}" for k in range(2000)]}, "no column holds numbers"),
    ],
)
def test_a_table_that_cannot_be_played_is_one_clear_fault(tmp_path: Path, columns: Columns, said: str) -> None:
    with pytest.raises((InputError, FileError)) as error:
        data_starter(written(tmp_path, columns))
    assert len(error.value.faults) == 1
    assert said in str(error.value)


NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), st.integers(1, 60))
def test_any_names_of_columns_are_written_right(tmp_path: Path, names: list[str], rows: int) -> None:
    noise = np.random.default_rng(rows)
    path = tmp_path / "data.json"
    import json

    path.write_text(json.dumps({name: noise.normal(size=rows).tolist() for name in names}), encoding="utf-8")
    text = data_starter(path, tmp_path)
    (tmp_path / "piece.toml").write_text(text, encoding="utf-8")
    composition = compose(tmp_path / "piece.toml")
    assert all(track.notes.size for track in composition.score.tracks)
    assert composition.piece.tracks[0].rule("pitch").from_ in composition.table.names  # type: ignore[union-attr]


def test_a_hundred_thousand_rows_are_no_trouble(tmp_path: Path) -> None:
    n = 100_000
    path = tmp_path / "data.npz"
    np.savez(path, a=rng().normal(size=n).cumsum(), b=rng().normal(size=n), c=np.sin(np.arange(n) / 900))
    piece = tmp_path / "piece.toml"
    piece.write_text(data_starter(path, tmp_path), encoding="utf-8")
    checked(piece.read_text("utf-8"), compose(piece))
