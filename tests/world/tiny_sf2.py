"""A SoundFont of one sine, so that what a synthesiser plays can be measured: see `soundfont`.

The sine is exactly 440 Hz: one cycle is 100 samples at 44 000 Hz, and the loop is ten of them.
"""

from __future__ import annotations

import numpy as np

from composer.outputs.soundfonts.sf2 import DRUMS, LOOPED, Font, Instrument, Preset, Sample, Zone
from composer.outputs.soundfonts.writer import font_bytes

CYCLE, RATE, ROOT = 100, 44_000, 69
CYCLES = 12  # the first and the last lie outside the loop
PLACES = [*((0, program) for program in range(128)), (DRUMS, 0)]  # banks and programs


def soundfont() -> bytes:
    """Return a SoundFont 2 in which every melodic program is a looped sine at its key's pitch.

    Every drum is one at 440 Hz, so that a melodic note on the drums' channel can be heard.
    """
    wave = np.round(16_000 * np.sin(2 * np.pi * np.arange(CYCLE * CYCLES) / CYCLE)).astype(np.int16)
    sample = Sample("sine", wave, RATE, ROOT, loop=(CYCLE, CYCLE * (CYCLES - 1)))
    key = Instrument("key", (Zone(0, generators={"sampleModes": LOOPED}),))
    drum = Instrument("drum", (Zone(0, generators={"sampleModes": LOOPED, "scaleTuning": 0}),))
    presets = [Preset(f"{bank} {program}", bank, program, (Zone(int(bank == DRUMS)),)) for bank, program in PLACES]
    return font_bytes(Font("One sine", (sample,), (key, drum), tuple(presets)))
