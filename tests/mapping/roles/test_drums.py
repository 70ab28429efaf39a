"""The drums: even patterns against Toussaint's list, and the beat they make."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import METERS, play, row_of, scene, settings_of

from composer.errors import InputError
from composer.instruments import drums as keys
from composer.instruments import instrument
from composer.mapping.lines import Line
from composer.mapping.metre import bar_length, weight
from composer.mapping.roles import Setting
from composer.mapping.roles.drums import euclidean
from composer.score import Meter

# G. Toussaint, The Euclidean Algorithm Generates Traditional Musical Rhythms, 2005.
KNOWN = [
    "x.x",
    "x.xx",
    "x.x..",
    "x.xxx",
    "x.x.x",
    "x..x...",
    "x.x.x..",
    "x.x.x.x",
    "x..x..x.",
    "x.xx.xx.",
    "x.xxxxxx",
    "x.x.x.x..",
    "x.x.x.x.x",
    "x..x..x..x.",
    "x.x.x.x.x..",
    "x..x.x..x.x.",
    "x.xx.x.xx.x.",
    "x..x..x..x..x...",
    "x..x.x.x..x.x.x.",
    "x.xx.x.x.xx.x.x.",
    "x..x.x.x.x..x.x.x.x.",
]
KIT = ("bass drum", "acoustic snare", "closed hi-hat")


def beat(density: float, meter: Meter | None = None, bars: int = 1, **options: object) -> dict[str, str]:
    """Return the strokes of each drum of the usual kit as text."""
    time = meter or Meter()
    bar = bar_length(time)
    line = row_of([60.0], bar * bars, density=np.full(1, density))
    made = play("drums", scene(line, meter=time, player=instrument("drums")), **options)
    steps = int(options.get("steps", 0) or round(bar * 4)) * bars  # type: ignore[call-overload]
    shown = {}
    for name in KIT:
        struck = np.rint(made["start"][made["pitch"] == keys()[name]] * steps / (bar * bars)).astype(int)
        shown[name] = "".join("x" if step in struck else "." for step in range(steps))
    return shown


@pytest.mark.parametrize("known", KNOWN)
def test_even_patterns_are_the_traditional_ones_up_to_rotation(known: str) -> None:
    pattern = euclidean(np.array([known.count("x")]), len(known))[0]
    text = "".join("x" if one else "." for one in pattern)
    assert text in 2 * known
    assert text[0] == "x"


@given(st.integers(1, 64), st.data())
def test_even_patterns_have_their_strokes_as_even_as_can_be(steps: int, data: st.DataObject) -> None:
    pulses = data.draw(st.integers(0, steps))
    (pattern,) = euclidean(np.array([pulses]), steps)
    assert pattern.sum() == pulses
    if pulses:
        places = np.flatnonzero(pattern)
        gaps = np.diff(np.append(places, places[0] + steps))
        assert gaps.max() - gaps.min() <= 1


def test_the_beat_is_a_beat() -> None:
    assert beat(0.5) == {
        "bass drum": "x.....x....x....",
        "acoustic snare": "....x.......x...",
        "closed hi-hat": "x.x.x.x.x.x.x.x.",
    }
    assert beat(0.7)["bass drum"] == "x...x...x...x..."
    assert beat(0.3)["bass drum"] == "x.......x......."
    assert [beat(d)["acoustic snare"] for d in (0.1, 0.3, 1.0)] == [
        "................",
        "....x...........",
        "....x.......x...",
    ]
    assert beat(0.25)["closed hi-hat"] == "x...x...x...x..."
    assert beat(1.0)["closed hi-hat"] == "x" * 16
    assert set("".join(beat(0.0).values())) == {"."}


def test_the_backbeat_follows_the_meter() -> None:
    assert beat(0.4, Meter(3, 4))["acoustic snare"] == "....x......."
    assert beat(0.4, Meter(6, 8))["acoustic snare"] == "......x....."
    assert beat(0.7, Meter(12, 8))["acoustic snare"].startswith("......x")


def test_steps_and_rotation_are_the_users() -> None:
    assert beat(1.0, steps=8)["bass drum"] == "x..x..x."
    assert beat(0.5, rotation=1)["acoustic snare"] == ".....x.......x.."
    assert beat(0.5, rotation=-1)["bass drum"] == ".....x....x....x"


@pytest.mark.parametrize("meter", METERS, ids=str)
def test_more_density_is_more_strokes(meter: Meter) -> None:
    for mode in ("euclidean", "probability"):
        counts = [
            sum(text.count("x") for text in beat(d, meter, 4, mode=mode).values()) for d in (0.0, 0.25, 0.5, 0.75, 1.0)
        ]
        assert counts == sorted(counts)
        assert counts[0] == 0 < counts[2] < counts[4]


def test_each_bar_takes_the_density_of_its_row() -> None:
    line = row_of([60.0] * 3, 4.0, density=np.array([0.25, 0.0, 1.0]))
    made = play("drums", scene(line, player=instrument("drums")), kit=("closed hi-hat",))
    assert np.bincount((made["start"] // 4).astype(int), minlength=3).tolist() == [4, 0, 16]
    assert made["row"].tolist() == [0] * 4 + [2] * 16
    assert set(made["length"]) == {0.25}


def test_nothing_sounds_before_the_first_row_or_after_the_end() -> None:
    line = Line(**{**vars(row_of([60.0], 1.0)), "start": np.array([2.0])})
    made = play("drums", scene(line, player=instrument("drums"), end=6.9))
    assert made["start"].min() == 2
    assert (made["start"] + made["length"]).max() == 6.9
    assert made["start"].max() == 6.75


def test_strong_places_are_struck_harder() -> None:
    line = row_of([60.0], 4.0, velocity=np.full(1, 0.5))
    made = play("drums", scene(line, player=instrument("drums")), kit=KIT)
    hats = made[made["pitch"] == 42]
    assert np.allclose(hats["velocity"], 0.5 * (0.6 + 0.4 * weight(hats["start"], Meter())))
    assert np.allclose(made["velocity"][made["pitch"] == 38], 0.5)
    assert hats["velocity"][0] == 0.5 > hats["velocity"][1]


def test_chance_keeps_to_the_metre() -> None:
    full = beat(1.0, bars=50, mode="probability")
    kick, snare = (np.array([*full[name]]).reshape(-1, 16) == "x" for name in KIT[:2])
    assert kick[:, 0].all()
    assert snare[:, [4, 12]].all()
    assert kick[:, 1].mean() < kick[:, 8].mean()
    assert snare[:, [1, 3, 5]].mean() < 0.3
    assert 0.35 < np.mean([one == "x" for one in beat(0.5, bars=200, mode="probability")["bass drum"][::16]]) < 0.65


@settings(max_examples=40)
@given(settings_of("drums"), st.integers(0, 5))
def test_chance_at_a_low_density_is_part_of_that_at_a_high_one(setting: Setting, seed: int) -> None:
    def struck(density: float) -> set[tuple[float, float]]:
        line = Line(**{**vars(setting.line), "density": np.full(len(setting.line), density)})
        made = play("drums", replace(setting, line=line), seed, mode="probability")
        return {(n["start"], n["pitch"]) for n in made}

    assert struck(0.2) <= struck(0.6) <= struck(1.0)


def test_other_drums_fill_in_between_and_a_drum_named_twice_plays_once() -> None:
    line = row_of([60.0], 4.0)
    made = play("drums", scene(line, player=instrument("drums")), kit=("cowbell", "cowbell", "low tom"))
    assert len({(n["start"], n["pitch"]) for n in made}) == made.size == 10
    assert made["start"][made["pitch"] == 56].tolist() == [0, 0.75, 1.75, 2.5, 3.25]
    assert 0 < len(set(made["start"][made["pitch"] == 45]) - set(made["start"][made["pitch"] == 56]))


def test_an_unknown_drum_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match="no drum is called 'base drum'") as caught:
        play("drums", scene(row_of([60.0]), player=instrument("drums")), kit=("base drum",))
    assert "bass drum" in caught.value.faults[0].remedy


def test_too_many_strokes_are_refused() -> None:
    with pytest.raises(InputError, match="too many"):
        play("drums", scene(row_of([60.0], 1e6), player=instrument("drums")), steps=64)
