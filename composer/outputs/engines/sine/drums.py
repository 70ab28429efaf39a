"""Drums, each made once at a sample rate: sines that decay and fall, and decaying bands of noise."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from composer.instruments import Drum
from composer.outputs.engines.sine.exact import GRID, power_of_2, sines
from composer.outputs.engines.sine.noise import band, looped
from composer.outputs.engines.sine.timbre import half_cosine
from composer.units import F8

LONGEST = 4.0  # seconds
_LOWEST = 1e-4  # where a drum has decayed to this, it ends, in a short fade
_FADE = 0.02  # seconds
_HEARD = 0.03  # seconds over which a drum's loudness is taken


@lru_cache(maxsize=64)
def struck(drum: Drum, rate: int) -> F8:
    """Return a drum's samples at velocity 1 and gain 1, (frames,), frozen.

    The loudest 30 ms are as loud as a sine of amplitude `drum.level`.
    """
    slowest = max([tone.decay for tone in drum.tones] + [noise.decay for noise in drum.noises])
    lasting = min(-math.log(_LOWEST) * slowest + drum.bursts[-1], LONGEST)
    frames = max(round(lasting * rate), 2)
    wave = np.zeros(frames)
    n = np.arange(frames, dtype=np.float64)
    for tone in drum.tones:
        # The integral of a frequency that falls exponentially from sweep times `hz` to `hz`.
        fallen = power_of_2(-n / (math.log(2) * drum.sweep_time * rate)) if drum.sweep != 1 else np.ones(1)
        cycles = tone.hz / rate * (n + (drum.sweep - 1) * drum.sweep_time * rate * (1 - fallen))
        if tone.hz * max(drum.sweep, 1.0) < rate / 2:
            wave += tone.level * sines(cycles)[0] * power_of_2(-n / (math.log(2) * tone.decay * rate))
    for nth, noise in enumerate(drum.noises):
        if noise.low < rate / 2:
            sound = looped(band(noise.low, noise.high, rate), 9973 * (nth + 1) + 131 * drum.key, frames)
            wave += noise.level * math.sqrt(0.5) * sound * power_of_2(-n / (math.log(2) * noise.decay * rate))
    attack = max(round(drum.attack * rate), 1)
    wave[:attack] *= half_cosine(attack)[:frames]
    wave = _repeated(wave, [round(at * rate) for at in drum.bursts])
    fade = min(max(round(_FADE * rate), 1), frames // 2)
    wave[frames - fade :] *= 1 - half_cosine(fade)
    loudest = _loudest(wave, max(round(_HEARD * rate), 1))
    wave *= drum.level * math.sqrt(0.5) / loudest if loudest else 0.0
    wave = np.rint(wave * GRID) / GRID
    wave.setflags(write=False)
    return wave


def _repeated(wave: F8, at: list[int]) -> F8:
    """Return the wave begun anew at these frames, each time over the end of the last."""
    out = np.zeros_like(wave)
    for frame, following in zip(at, [*at[1:], wave.size], strict=True):
        size = min(following, wave.size) - frame
        out[frame : frame + size] = wave[:size]
        fade = min(64, size // 2)
        if following < wave.size:
            out[frame + size - fade : frame + size] *= 1 - half_cosine(fade)
    return out


def _loudest(wave: F8, window: int) -> float:
    """Return the root mean square of the loudest window."""
    windows = [wave[k : k + window] for k in range(0, min(wave.size, 40 * window), window)]
    return math.sqrt(max(math.fsum((part * part).tolist()) for part in windows) / window)
