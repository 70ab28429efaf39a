"""A font whose keys have the pitches of any tuning, heard in FluidSynth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fonts import OWN, cents_off, hertz_of, player, small

from composer.errors import InputError
from composer.outputs.soundfonts.reader import examine, read_font
from composer.outputs.soundfonts.sf2 import Font
from composer.outputs.soundfonts.tuned import tuned
from composer.outputs.soundfonts.writer import font_bytes, write_font

NINETEEN = [60 + (key - 60) * 12 / 19 for key in range(128)]  # equal steps, 19 to the octave
JUST = [12 * (key // 12) + 12 * float(np.log2(ratio)) for key in range(128) for ratio in
        ((1, 16 / 15, 9 / 8, 6 / 5, 5 / 4, 4 / 3, 45 / 32, 3 / 2, 8 / 5, 5 / 3, 9 / 5, 15 / 8)[key % 12],)]  # fmt: skip


def some(font: Font, programs: Sequence[int]) -> Font:
    """Return a font with these presets alone."""
    presets = [preset for preset in font.presets if preset.bank == 0 and preset.program in programs]
    numbers = [zone.target for preset in presets for zone in preset.zones if zone.target is not None]
    kept = [
        replace(preset, zones=tuple(replace(zone, target=numbers.index(zone.target or 0)) for zone in preset.zones))
        for preset in presets
    ]
    return replace(font, presets=tuple(kept), instruments=tuple(font.instruments[number] for number in numbers))


def test_every_key_has_its_pitch(tmp_path: Path) -> None:
    keys = {0: (40, 55, 60, 61, 63, 78), 16: (36, 59, 90), 86: (50, 67), 24: (53, 71)}
    path = tmp_path / "tuned.sf2"
    write_font(tuned(some(read_font(OWN), list(keys)), NINETEEN), path)
    assert examine(path).oddities == ()
    with player(path) as synth:
        for program in keys:
            for key in keys[program]:
                sound = synth.note(0, program, key, 100, 1.2)[2_000:, 0]
                assert abs(cents_off(sound, hertz_of(NINETEEN[key]))) < 0.15, (program, key)


def test_drums_stay_and_the_sound_is_not_doubled() -> None:
    font = small()
    made = tuned(font, NINETEEN)
    assert made.instruments[1] == font.instruments[1]
    assert len(made.samples) == 129
    assert len(font_bytes(made)) < len(font_bytes(font)) + 128 * (46 + 30)
    assert font_bytes(made) == font_bytes(tuned(font, tuple(NINETEEN)))


def test_rates_say_the_pitch() -> None:
    """By arithmetic alone: rate, root and coarse tuning give the pitch that was asked for."""
    made = tuned(small(), JUST)
    zones = made.instruments[0].zones[1:]
    assert len(zones) == 128
    for zone in zones:
        assert zone.target is not None
        sample = made.samples[zone.target]
        pitch = sample.root + 12 * np.log2(sample.rate / 44_000) + zone.generators.get("coarseTune", 0)
        assert pitch == pytest.approx(JUST[zone.keys[0]], abs=0.0003)


@pytest.mark.parametrize("pitches", [[60.0] * 127, [float("nan")] * 128, [1e9] * 128])
def test_what_is_no_tuning_is_refused(pitches: list[float]) -> None:
    with pytest.raises(InputError, match="128 pitches"):
        tuned(small(), pitches)
