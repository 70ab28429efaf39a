"""A SoundFont of one sine, so that what a synthesiser plays can be measured: see `soundfont`.

The sine is at its key's pitch exactly, whole octaves from 440 Hz, where a cycle is 100 samples at 44 000 Hz.
"""

from __future__ import annotations

import numpy as np

from composer.outputs.soundfonts.sf2 import DRUMS, LOOPED, Font, Instrument, Preset, Sample, Zone
from composer.outputs.soundfonts.writer import font_bytes

RATE, ROOT = 44_000, 45
CYCLES = 12  # the first and the last lie outside the loop
PLACES = [*((0, program) for program in range(128)), (DRUMS, 0)]  # banks and programs


def soundfont(root: int = ROOT) -> bytes:
    """Return a SoundFont 2 in which every melodic program is a looped sine at its key's pitch.

    It is recorded at the key `root`, octaves from 69. Every drum is one at the root's pitch, so that a melodic note
    on the drums' channel can be heard.
    """
    cycle = round(100 * 2 ** ((69 - root) / 12))  # samples
    wave = np.round(16_000 * np.sin(2 * np.pi * np.arange(cycle * CYCLES) / cycle)).astype(np.int16)
    sample = Sample("sine", wave, RATE, root, loop=(cycle, cycle * (CYCLES - 1)))
    key = Instrument("key", (Zone(0, generators={"sampleModes": LOOPED}),))
    drum = Instrument("drum", (Zone(0, generators={"sampleModes": LOOPED, "scaleTuning": 0}),))
    presets = [Preset(f"{bank} {program}", bank, program, (Zone(int(bank == DRUMS)),)) for bank, program in PLACES]
    return font_bytes(Font("One sine", (sample,), (key, drum), tuple(presets)))
