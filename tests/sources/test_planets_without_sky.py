"""What is known of the planets without the packages of the extra `sky`, and what is said where they are wanted."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from composer.errors import InputError
from composer.piece.schema import call_of
from composer.sources.planets import BODIES, columns_of, planets


@pytest.mark.parametrize("package", ["jplephem.spk", "skyfield_data"])
def test_without_the_extra_it_says_what_to_install(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=r'not installed\n    pip install "eta-composer\[sky\]"'):
        planets(points=2)


SOURCE = TypeAdapter(call_of({"planets": planets}, "function", key="function"))


@pytest.mark.parametrize("start", ["2003-08-27", date(2003, 8, 27)])
def test_a_piece_gives_the_day_as_a_date_or_as_text(start: object) -> None:
    source = SOURCE.validate_python({"function": "planets", "start": start, "bodies": ["moon", "pluto"]})
    assert source.start == date(2003, 8, 27)
    assert source.bodies == ("moon", "pluto")


@pytest.mark.parametrize(
    "wrong",
    [
        {"bodies": []},
        {"bodies": 3},
        {"bodies": ["mars", "plutto"]},
        {"seen_from": "plutto"},
        {"start": "27.8.2003"},
        {"step": 0},
        {"step": 10_001},
        {"points": 0},
    ],
)
def test_faults_are_found_before_the_run(wrong: dict[str, Any]) -> None:
    SOURCE.validate_python({"function": "planets"})
    with pytest.raises(ValidationError) as caught:
        SOURCE.validate_python({"function": "planets", **wrong})
    assert [error["loc"][1] for error in caught.value.errors()] == list(wrong)


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        ({"bodies": ["mars", "moon"]}, ("mars", "moon", "mars_speed", "moon_speed")),
        ({"bodies": ("sun",), "points": "many"}, ("sun", "sun_speed")),
        ({"bodies": ["mars", 3, None, "mars", "marz"]}, ("mars", "marz", "mars_speed", "marz_speed")),
        ({"bodies": []}, ()),
        *(
            ({"bodies": wrong}, (*BODIES, *(f"{body}_speed" for body in BODIES)))
            for wrong in ("mars", 3, None, {}, 1.5)
        ),
    ],
)
def test_columns_are_known_whatever_the_arguments(arguments: dict[str, Any], first: tuple[str, ...]) -> None:
    assert columns_of(arguments) == ("days", *first)


def test_the_committed_file_holds_the_approach_of_2003() -> None:
    path = Path(__file__).parents[2] / "examples" / "planets.csv"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines[0] == "date,mercury,venus,mars,jupiter,saturn"
    mars = {line.split(",")[0]: float(line.split(",")[3]) for line in lines[1:]}
    assert len(mars) == 626
    assert min(mars, key=lambda day: mars[day]) == "2003-08-27"
    assert mars["2003-08-27"] == pytest.approx(0.37272, abs=2e-5)  # from NASA, ten hours later
    assert path.stat().st_size < 60_000
