"""Pieces are found, read, changed by --set, and written out so that nothing is lost."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.errors import ComposerError, FileError, InputError
from composer.instruments import instruments
from composer.mapping.rhythm import TIMINGS
from composer.mapping.rows import ROWS
from composer.mapping.scalers import SCALERS, TRANSFORMS
from composer.mapping.scales import SCALES, SNAPS
from composer.mapping.targets import TARGETS
from composer.outputs import OUTPUTS
from composer.outputs.sound import sounded
from composer.parameters import REQUIRED, Parameter, parameters_of
from composer.piece.model import Piece, piece_of
from composer.piece.sections import section, section_names
from composer.piece.store import MOST_BYTES, built_in, find, load, spelled_out
from composer.sources.functions import FUNCTIONS

Raw = dict[str, Any]

SMALL = """
title = "Small"
[source]
function = "noise"
points = 20
[[track]]
name = "tune"
instrument = "flute"
pitch = { from = "value", via = ["linear", { name = "power", exponent = 3 }] }
[[track]]
instrument = "cello"
[[marker]]
at = 4
text = "here"
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small piece in a file."""
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


def parsed(text: str) -> Raw:
    """Return TOML as `load` reads it: decimals exact."""
    return tomllib.loads(text, parse_float=Decimal)


def again(piece: Piece) -> Piece:
    """Return the piece that the spelled-out file of another one holds."""
    return load(parsed(spelled_out(piece)))


# Loading


def test_a_piece_comes_from_a_path_text_a_mapping_or_itself(small: Path) -> None:
    piece = load(small)
    assert piece.title == "Small"
    assert load(str(small)) == piece
    assert load(tomllib.loads(SMALL)) == piece
    assert load(piece) is piece


@pytest.mark.parametrize("name", built_in())
def test_a_built_in_piece_comes_by_its_name(name: str) -> None:
    assert load(name) == load(built_in()[name])


def test_the_built_in_pieces_are_the_examples() -> None:
    folder = Path(__file__).parents[2] / "examples"
    assert {path.resolve() for path in built_in().values()} == set(folder.resolve().glob("*.toml"))
    assert {"riemann", "riemann-reference"} <= set(built_in())


def test_a_file_goes_before_a_built_in_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "riemann").write_text(SMALL)
    assert load("riemann").title == "Small"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "marked.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert load(path).title == "Small"


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(FileError, match="one of: riemann"):
        find("reimann")


def written(text: str | bytes) -> Callable[[Path], None]:
    """Return what writes this to a path."""
    return lambda path: path.write_text(text) and None if isinstance(text, str) else path.write_bytes(text) and None


def sparse(path: Path) -> None:
    """Make a file of 100 MB that takes no room."""
    with path.open("wb") as file:
        file.truncate(100_000_000)


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "no such file"),
    "a directory": (Path.mkdir, "directory"),
    "empty": (Path.touch, "the piece is empty"),
    "only a comment": (written("# nothing\n"), "the piece is empty"),
    "not TOML": (written("[source\n"), "not TOML"),
    "a MIDI file": (written(b"MThd\x00\x00\x00\x06\x00\x01\x00\x02\x03\xc0"), "not UTF-8"),
    "a NUL": (written(b'title = "\x00"'), "not TOML"),
    "not UTF-8": (written(b'title = "\xff\xfe"'), "not UTF-8 text \\(byte 9\\)"),
    "100 MB": (sparse, "100 000 000 bytes is too large"),
    "a byte too many": (written(b"#" * (MOST_BYTES + 1)), "too large"),
    "too deep": (written("tempo = " + "[" * 10_000 + "]" * 10_000), "not TOML"),
    "too many digits": (written("seed = " + "1" * 10_000), "not TOML"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_told_with_its_path(tmp_path: Path, case: str) -> None:
    path = tmp_path / "piece.toml"
    make, words = UNREADABLE[case]
    make(path)
    with pytest.raises(FileError, match=words) as caught:
        load(path)
    assert [fault.where for fault in caught.value.faults] == [str(path)]


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "x" * 5000 + ".toml", "", "."])
def test_what_is_no_name_of_a_file_is_a_plain_fault(name: str) -> None:
    with pytest.raises(FileError):
        load(name)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "+inf"])
@pytest.mark.parametrize("setting", ["sigma = {}", "t = [{}, 1]"])
def test_no_number_of_a_file_is_infinite(tmp_path: Path, number: str, setting: str) -> None:
    path = tmp_path / "piece.toml"
    path.write_text(f'[source]\nfunction = "eta"\n{setting.format(number)}\n[[track]]\n')
    with pytest.raises(InputError, match="not finite") as caught:
        load(path)
    assert [fault.where for fault in caught.value.faults] == ["source.t[0]" if "t =" in setting else "source.sigma"]


# --set


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("tempo=90", lambda piece: piece.tempo == ((0, 90),)),
        ("tempo=[[0, 90], [8, 100.5]]", lambda piece: piece.tempo == ((0, 90), (8, 100.5))),
        ("title=Two words", lambda piece: piece.title == "Two words"),
        ('title="quoted"', lambda piece: piece.title == "quoted"),
        ("title=a=b", lambda piece: piece.title == "a=b"),
        ("title=", lambda piece: piece.title == ""),
        (" key = D dorian ", lambda piece: piece.key == "D dorian"),
        ("source.points=7", lambda piece: piece.source.arguments["points"] == 7),
        ("sound.rate=48000", lambda piece: piece.settings("sound")["rate"] == 48000),
        ("track.tune.instrument=oboe", lambda piece: piece.tracks[0].instrument == "oboe"),
        ("track.cello.instrument=oboe", lambda piece: piece.tracks[1].instrument == "oboe"),
        ("track.1.instrument=oboe", lambda piece: piece.tracks[1].instrument == "oboe"),
        ("track.tune.pan=-0.5", lambda piece: piece.tracks[0].rule("pan").value == -0.5),
        ("track.tune.pitch.invert=true", lambda piece: piece.tracks[0].rule("pitch").invert),
        ('track.tune.pitch.range=["C3", 60]', lambda piece: piece.tracks[0].rule("pitch").range == ("C3", 60)),
        (
            "track.tune.pitch.via.1.exponent=0.5",
            lambda piece: piece.tracks[0].rule("pitch").via[1].arguments == {"exponent": 0.5},
        ),
        ("track.tune.velocity.from=value", lambda piece: piece.tracks[0].rule("velocity").from_ == "value"),
        ("marker.0.text=there", lambda piece: piece.markers[0].text == "there"),
        ("seed=0x10", lambda piece: piece.seed == 16),
    ],
)
def test_set_changes_one_value(small: Path, change: str, value: Callable[[Any], bool]) -> None:
    assert not value(load(small, ["seed=5"])), "the piece has this value already: the test could not fail"
    assert value(load(small, [change]))


def test_changes_are_made_in_order(small: Path) -> None:
    piece = load(small, ["tempo=90", "source=lorenz", "track.tune.pitch=60", "tempo=91"])
    assert piece.source is not None
    assert (piece.source.called, piece.tempo) == ("lorenz", ((0, 91),))


WRONG_CHANGES = {
    "tempo": "does not say what to set",
    "=3": "does not say what to set",
    ".tempo=3": "does not say what to set",
    "track.=3": "does not say what to set",
    "temp=3": "no setting is called 'temp'",
    "source.poins=3": "did you mean 'points'",
    "track.tun.pan=0": "no track is called 'tun'\n    did you mean 'tune'",
    "track.7.pan=0": "no track is called '7'\n    use one of: 0, 1, cello, tune",
    "track.pan=0": "leads nowhere",
    "track.tune.pitch.range=[C3, C4]": "'[C3, C4]' is not a list",  # notes need their quotes
    "title.x.y=0": "leads nowhere",
    "title.x=0": "leads nowhere",
    "tempo=fast": "'fast' is not a number",
    "tempo=[" + "[" * 10_000: "is not a number",
    "seed=" + "1" * 10_000: "is not a number",
    "marker.7.text=x": "no marker is called '7'",
}


@pytest.mark.parametrize("change", WRONG_CHANGES)
def test_a_wrong_change_is_told(small: Path, change: str) -> None:
    with pytest.raises(InputError, match=re.escape(WRONG_CHANGES[change])):
        load(small, [change])


def test_set_leaves_the_mapping_as_it_was() -> None:
    raw = tomllib.loads(SMALL)
    assert load(raw, ["source.points=7", "track.tune.instrument=oboe"]).tracks[0].instrument == "oboe"
    assert raw == tomllib.loads(SMALL)


def test_set_changes_a_finished_piece_too(small: Path) -> None:
    piece = load(small)
    assert load(piece, ["track.tune.instrument=oboe"]).tracks[0].instrument == "oboe"
    assert piece.tracks[0].instrument == "flute"


def test_of_two_tracks_of_one_name_the_first_is_meant() -> None:
    raw = {"track": [{"name": "a"}, {"name": "a"}]}
    assert [track.instrument for track in load(raw, ["track.a.instrument=oboe"]).tracks] == [
        "oboe",
        "acoustic grand piano",
    ]


# Spelling out


@pytest.mark.parametrize("name", built_in())
def test_every_example_comes_back_from_its_spelled_out_file(name: str) -> None:
    piece = load(name)
    assert again(piece) == piece
    assert spelled_out(again(piece)) == spelled_out(piece)


def a_value(parameter: Parameter) -> Any:
    """Return a value for a parameter: its default, or what the parameters without one take."""
    needed = {"of": "value", "value": 0.25, "track": "first", "at": (0.5, 2.0), "label": "a"}
    return needed[parameter.name] if parameter.default is REQUIRED else parameter.default


def calls(table: dict[str, Callable[..., Any]], key: str = "name") -> Iterator[Raw]:
    """Yield every row of a table as a piece names it, once with every value that can be written."""
    for name, function in table.items():
        settings = {parameter.name: a_value(parameter) for parameter in parameters_of(function)}
        yield {key: name, **{k: v for k, v in settings.items() if v is not None}}


def every_row() -> Iterator[tuple[str, Raw]]:
    """Yield a piece for every row of every table that a piece names."""
    base = {"source": {"function": "noise", "points": 5}}
    rule = {"from": "value"}
    for call in calls({name: row.call for name, row in FUNCTIONS.items()}, "function"):
        yield f"source {call['function']}", {"source": call, "track": [{}]}
    for call in calls({**SCALERS, **TRANSFORMS}):
        yield f"via {call['name']}", {**base, "track": [{"pan": {**rule, "via": [call, "multiply"]}}]}
    for call in calls(ROWS):
        yield f"rows {call['name']}", {**base, "track": [{"rows": call}], "marker": [{"text": "x", "rows": call}]}
    for call in calls(TIMINGS):
        yield f"time {call['name']}", {**base, "track": [{"name": "first"}, {"time": call}]}
    for scale, row in SCALES.items():
        name = f"Eb {scale}" if row.needs_tonic else scale
        yield f"scale {scale}", {**base, "track": [{"pitch": {**rule, "scale": name}}]}
    for snap in SNAPS:
        yield f"snap {snap}", {**base, "track": [{"pitch": {**rule, "snap": snap}}]}
    for name, target in TARGETS.items():
        for unit in target.units:
            ends = {"int16": [500, 2500], "db": [-30, -3], "midi": [10, 100], "notes": [2, 3]}.get(unit, [0.25, 0.75])
            yield f"{name} in {unit}", {**base, "track": [{name: {**rule, "range": ends, "unit": unit}}]}
            yield f"{name} at one {unit}", {**base, "track": [{name: {"value": ends[0], "unit": unit}}]}
    for name in instruments():
        yield f"instrument {name}", {**base, "track": [{"instrument": name, "pitch": 60}]}
    for name in section_names():
        model, _ = section(name)
        settings = {field: info.default for field, info in model.model_fields.items()}
        yield f"output {name}", {**base, name: settings, "track": [{}]}


ROWS_OF_ALL = dict(every_row())


@pytest.mark.parametrize("case", ROWS_OF_ALL)
def test_every_row_of_every_table_comes_back(case: str) -> None:
    piece = load(ROWS_OF_ALL[case])
    assert again(piece) == piece


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_choice_of_a_function_comes_back(function: str) -> None:
    for parameter in parameters_of(FUNCTIONS[function].call):
        bare = parameter.annotation.__origin__
        for choice in get_args(bare) if get_origin(bare) is Literal else ():
            piece = load({"source": {"function": function, parameter.name: choice}, "track": [{}]})
            assert again(piece) == piece


def test_mixed_scales_lists_and_unicode_come_back() -> None:
    raw = {
        "title": 'Ζήτα "quoted" \\ \n ♪',
        "tempo": [[0, 96.125], [4, 1 / 3 + 90]],
        "source": {"function": "noise"},
        "track": [
            {"name": "a.b [c]", "grid": "1/12", "pitch": {"from": "index", "scale": ["D3", 57, "A4"]}},
            {"name": "", "instrument": "drums", "pitch": {"from": "value", "scale": ["low tom", 50]}},
            {"time": {"name": "follow", "track": "a.b [c]"}, "pitch": {"from": "value", "scale": [0, 4, 7]}},
        ],
        "marker": [{"text": "{n} {value:.2f} {", "rows": "every", "follow": "a.b [c]"}, {"text": "#", "at": 0.1}],
    }
    piece = load(raw)
    assert again(piece) == piece
    assert again(piece).title == raw["title"]


@pytest.mark.parametrize(
    "t",
    [
        ["0.1", "1000000000000.1"],
        ["-0.1", "0.30000000000000004"],
        ["0.1000000000000000055511151231257827", "0.2"],
        ["1e-300", "1e12"],
        ["-9999999999999.999999", "1e13"],
    ],
)
def test_exact_decimals_keep_every_digit(tmp_path: Path, t: list[str]) -> None:
    path = tmp_path / "exact.toml"
    path.write_text(f'[source]\nfunction = "eta"\nt = [{", ".join(t)}]\n[[track]]\n')
    piece = load(path)
    assert piece.source is not None
    assert piece.source.arguments["t"] == tuple(map(Decimal, t))
    assert again(piece) == piece


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(
    ends=st.tuples(finite.map(lambda x: x % 1), finite.map(lambda x: x % 1)).filter(lambda ends: ends[0] < ends[1]),
    start=st.decimals(-(10**12), 10**12, allow_nan=False),
    width=st.decimals("0.000001", 10**6, allow_nan=False),
    bpm=st.floats(4, 1000),
    seed=st.integers(0, 2**63 - 1),
    title=st.text(),
)
def test_any_numbers_and_text_come_back(
    ends: tuple[float, float], start: Decimal, width: Decimal, bpm: float, seed: int, title: str
) -> None:
    t = [start, start + width]
    raw = {
        "title": title,
        "tempo": bpm,
        "seed": seed,
        "source": {"function": "eta", "t": t},
        "track": [{"velocity": {"from": "re", "range": list(ends)}, "pan": ends[0]}],
    }
    if t[0] == t[1]:  # the sum was rounded to the start
        return
    piece = load(raw)
    assert again(piece) == piece


def defaults_of(model: Any) -> set[str]:
    """Return the names of the settings of a model that have a default other than "none"."""
    return {
        field.alias or name
        for name, field in type(model).model_fields.items()
        if field.default is not None and not field.is_required()
    }


def test_every_default_is_written() -> None:
    text = spelled_out(load({"source": "eta", "track": [{"pitch": {"from": "re"}, "duration": {"from": "im"}}]}))
    raw = tomllib.loads(text)
    piece = load(raw)
    empty = {"marker", "section", "shape", "sources", "ending", "units"}  # lists of nothing
    assert set(raw) == defaults_of(piece) - empty | {"source", "track"}
    assert piece.source is not None
    assert set(raw["source"]) == {"function", "t", "points", "sigma"}
    assert raw["source"]["t"] == [400_000, 400_020]
    for output, row in OUTPUTS.items():
        written = {parameter.name for parameter in parameters_of(row.write) if parameter.default is not None}
        assert set(raw.get(output, ())) == written  # TOML cannot say that there is none
    assert set(raw["sound"]) == {parameter.name for parameter in parameters_of(sounded)}
    only = raw["track"][0]
    assert set(only) == defaults_of(piece.tracks[0]) | {"duration"}
    assert only["rows"] == {"name": "every", "nth": 1, "offset": 0}
    assert only["time"] == "sequence"
    assert only["pitch"] == {
        "from": "re",
        "via": ["linear"],
        "over": "table",
        "invert": False,
        "unit": "midi",
        "snap": "nearest",
    }
    assert only["duration"]["range"] == [0.25, 2.0]
    assert (only["velocity"], only["pan"]) == (0.8, 0.0)


def test_the_file_reads_as_a_person_would_write_it() -> None:
    text = spelled_out(load({"tempo": 96, "source": "noise", "track": [{"pan": -0.3}]}))
    for line in ("tempo = 96.0", "[source]", "[[track]]", "pan = -0.3", 'time = "sequence"', "points = 200"):
        assert line in text.splitlines()


def test_a_piece_without_a_source_is_spelled_out_too() -> None:
    piece = piece_of({"track": [{}]})
    assert "source" not in tomllib.loads(spelled_out(piece))
    assert again(piece) == piece


def test_a_fault_in_a_file_and_in_a_change_are_of_one_family(small: Path) -> None:
    with pytest.raises(ComposerError) as caught:
        load(small, ["tempo=0", "source.points=0"])
    assert {fault.where for fault in caught.value.faults} == {"tempo", "source.points"}


def test_a_folder_does_not_hide_a_built_in_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lorenz").mkdir()
    assert find("lorenz") == built_in()["lorenz"]
    (tmp_path / "elsewhere").mkdir()
    assert find("elsewhere") == Path("elsewhere")  # which load will refuse as a folder
