"""The JSON schema that is committed beside the examples is fresh, and says what `load` says."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from composer.errors import InputError
from composer.piece.model import piece_of, schema_text
from composer.piece.starter import starter
from composer.piece.store import built_in, load, spelled_out
from composer.sources.functions import FUNCTIONS

EXAMPLES = Path(__file__).parents[2] / "examples"
COMMITTED = EXAMPLES / "piece.schema.json"
REGENERATE = (
    "python -c 'from pathlib import Path; from composer.piece.model import schema_text; "
    'Path("examples/piece.schema.json").write_text(schema_text(), "utf-8")\''
)


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    """The committed schema, ready to validate."""
    return Draft202012Validator(json.loads(COMMITTED.read_text("utf-8")))


def test_the_committed_schema_is_fresh() -> None:
    fresh = COMMITTED.exists() and COMMITTED.read_text("utf-8") == schema_text()
    assert fresh, f"examples/piece.schema.json is not what the tables say now. In the checkout, run:\n{REGENERATE}"


def test_it_is_a_schema(schema: Draft202012Validator) -> None:
    Draft202012Validator.check_schema(schema.schema)
    assert schema.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_it_is_no_built_in_piece() -> None:
    assert all(path.suffix == ".toml" for path in built_in().values())


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_keeps_to_it(schema: Draft202012Validator, path: Path) -> None:
    schema.validate(tomllib.loads(path.read_text("utf-8")))
    schema.validate(tomllib.loads(spelled_out(load(path))))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_starter_keeps_to_it(schema: Draft202012Validator, function: str) -> None:
    schema.validate(tomllib.loads(starter(function)))


SHORT = {
    "a tempo": {"tempo": 96},
    "a tempo map": {"tempo": [[0, 96], [8, 120.5]]},
    "a source": {"source": "eta"},
    "a constant": {"track": [{"pan": -0.3, "pitch": "C4", "duration": 2}]},
    "a constant in a unit": {"track": [{"velocity": {"value": -6, "unit": "db"}}]},
    "a scaler": {"track": [{"pan": {"from": "re", "via": "log"}}]},
    "a scaler with settings": {"track": [{"pan": {"from": "re", "via": {"name": "zscore", "limit": 3}}}]},
    "a chain": {"track": [{"pan": {"from": "re", "via": ["log", {"name": "power"}]}}]},
    "rows": {"track": [{"rows": "every", "time": "sequence"}]},
    "a grid": {"track": [{"grid": "1/16"}, {"grid": 0.25}]},
    "a scale": {"track": [{"pitch": {"from": "re", "scale": ["C4", 62], "range": ["C4", 64]}}]},
    "no snapping": {"track": [{"pitch": {"from": "re", "snap": False}}]},
    "markers": {"marker": [{"text": "x", "at": 1}, {"text": "y", "rows": "every"}]},
}


@pytest.mark.parametrize("case", SHORT)
def test_short_forms_are_right_for_both(schema: Draft202012Validator, case: str) -> None:
    raw: dict[str, Any] = {"source": {"function": "eta"}, "track": [{}], **SHORT[case]}
    piece_of(raw)
    schema.validate(raw)


WRONG = {
    "a setting": {"titel": "x"},
    "no tracks": {"track": []},
    "a function": {"source": {"function": "etaa"}},
    "a function's setting": {"source": {"function": "eta", "sgima": 1}},
    "points": {"source": {"function": "eta", "points": 0}},
    "half points": {"source": {"function": "eta", "points": 2.5}},
    "points as text": {"source": {"function": "eta", "points": "300"}},
    "t": {"source": {"function": "eta", "t": [0]}},
    "a rule": {"track": [{"pitch": {"form": "re"}}]},
    "a scaler": {"track": [{"pitch": {"from": "re", "via": "logg"}}]},
    "a snap": {"track": [{"pitch": {"from": "re", "snap": "nearst"}}]},
    "a unit": {"track": [{"velocity": {"from": "re", "unit": "decibel"}}]},
    "a file": {"source": {"file": "tides.png"}},
    "another reader's setting": {"source": {"file": "tides.parquet", "delimiter": ";"}},
    "rows": {"track": [{"rows": "evry"}]},
    "a rate": {"wav": {"rate": 10}},
    "a delay": {"track": [{"delay": -1}]},
    "a seed": {"seed": -1},
    "a tempo": {"tempo": "96"},
    "a marker": {"marker": [{"at": 1}]},
    "invert": {"track": [{"pitch": {"from": "re", "invert": "yes"}}]},
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_wrong_for_both(schema: Draft202012Validator, case: str) -> None:
    raw: dict[str, Any] = {"source": {"function": "eta"}, "track": [{}], **WRONG[case]}
    with pytest.raises(InputError):
        piece_of(raw)
    assert not schema.is_valid(raw)


def test_every_setting_is_explained(schema: Draft202012Validator) -> None:
    root = schema.schema
    for name, definition in {"Piece": root, **root["$defs"]}.items():
        for field, value in definition.get("properties", {}).items():
            known = "description" in value or "const" in value or "$ref" in value
            assert known, f"{name}.{field} says nothing of itself"
