"""Plays a score by FluidSynth, through a soundfont: what is to be played, and when that is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

import numpy as np

from composer.errors import Fault, FileError, InputError
from composer.outputs.engines.fluidsynth.passes import DRUM_BANK, Pass, Preset, passes, presets
from composer.outputs.engines.fluidsynth.rendering import BLOCK, Job, Limits, Settings, rendered
from composer.outputs.performance import performed
from composer.outputs.soundfonts.catalogue import find_font
from composer.outputs.soundfonts.reader import FontFacts, examine
from composer.outputs.stream import Stream
from composer.score import Score
from composer.units import F4

# With this gain a full-scale sample at velocity 1 and the volume of power-on has the amplitude 1, as a sine of the sine
# renderer has: FluidSynth plays that volume, 100 of 127, as -4.15 dB, and its filter adds 1.1 dB.
_GAIN = 10 ** (3.05 / 20)
# FluidSynth does everything at the begin of the next 64 frames, its player counting whole milliseconds, and begins with
# as many of silence. These are left out, and all events come earlier by half of what they may be late.
STEP = 64
INTERPOLATIONS = {"none": 0, "linear": 1, "cubic": 4, "septic": 7}  # FluidSynth's numbers
RATES = (8000, 96_000)  # Hz, from and to
TAIL = 10.0  # seconds: what still sounds so long after the last release is faded out
FADE = 1.0  # seconds: the last of them
_UNPACKED = 16  # how many bytes one of a compressed soundfont can become
_SILENT = 10 ** (-90 / 20)  # of the peak, and of full scale
_HOLD = 0.25  # seconds of silence after which there is no more to come


def played(
    score: Score,
    rate: int,
    a4: float,
    groups: tuple[tuple[int, ...], ...],
    soundfont: str,
    banks: str,
    interpolation: str,
    own: Mapping[str, str | int | float],
) -> Stream:
    """Return the sound of a score: see `fluidsynth`. `own` are settings of FluidSynth's, by its names for them."""
    if not RATES[0] <= rate <= RATES[1]:
        raise InputError(Fault(f"FluidSynth does not play at {rate} Hz", "rate", f"choose {RATES[0]} to {RATES[1]} Hz"))
    font = examine(find_font(soundfont))
    _check_presets(font, presets(score, groups, banks))
    settings: Settings = {
        "synth.sample-rate": float(rate),
        "synth.gain": _GAIN,
        "synth.midi-channels": 16,
        "synth.midi-bank-select": banks,
        "synth.cpu-cores": 1,
        "synth.lock-memory": 0,
        "synth.dynamic-sample-loading": 1,  # only of what is played: compressed fonts take half the time
        "synth.threadsafe-api": 0,
        "player.timing-source": "sample",
        "player.reset-synth": 0,
        **own,
    }
    over = round(rate * max((float(part.end.max(initial=0.0)) for part in performed(score)), default=0.0))
    frames = over + round(TAIL * rate) if over else 0
    each = passes(score, groups, a4, early=(STEP / rate + 0.001) / 2)
    size = font.size * (_UNPACKED if font.compressed else 1)
    job = Job(
        font.path,
        tuple(one.midi for one in each),
        settings,
        INTERPOLATIONS[interpolation],
        frames + STEP,
        over + STEP,
        Limits.of(size, len(each), frames),
    )

    def blocks() -> Iterator[F4]:
        if not each:
            yield from _silence(2 * len(groups), over)
            return
        with closing(rendered(job)) as raw:
            yield from _until_silence(_together(_later(raw, STEP), each, len(groups)), over, frames, rate)

    return Stream(rate, 2 * len(groups), frames, blocks)


def _check_presets(font: FontFacts, needed: Sequence[Preset]) -> None:
    """Raise FileError, with a fault for each track, where a soundfont lacks what the tracks play.

    What a bank lacks, FluidSynth takes from the bank 0, as General MIDI's own.
    """
    faults = []
    for preset in needed:
        if not (font.has(preset.bank, preset.program) or (preset.bank != DRUM_BANK and font.has(0, preset.program))):
            what = f"it has no {preset.instrument} (bank {preset.bank}, program {preset.program}) for {preset.track!r}"
            faults.append(Fault(what, str(font.path), "choose another soundfont, or another instrument"))
    if faults:
        raise FileError(*faults)


def _silence(channels: int, frames: int) -> Iterator[F4]:
    for at in range(0, frames, BLOCK):
        yield np.zeros((channels, min(BLOCK, frames - at)), np.float32)


def _later(blocks: Iterator[F4], frames: int) -> Iterator[F4]:
    """Yield the blocks without the first frames, fewer than there are in the first block."""
    for n, block in enumerate(blocks):
        yield block if n else block[:, frames:]


def _together(blocks: Iterator[F4], played: Sequence[Pass], groups: int) -> Iterator[F4]:
    """Yield the blocks of the groups, (2 * groups, k), each the sum of its passes."""
    owner = [one.group for one in played]
    as_it_is = owner == list(range(groups))
    for block in blocks:
        if as_it_is:
            yield block
            continue
        mix = np.zeros((2 * groups, block.shape[1]), np.float32)
        for n, group in enumerate(owner):
            mix[2 * group : 2 * group + 2] += block[2 * n : 2 * n + 2]
        yield mix


def _until_silence(blocks: Iterator[F4], over: int, frames: int, rate: int) -> Iterator[F4]:
    """Yield blocks until nothing is heard any more, `over` frames at least; near the last frame they fade out."""
    at, loud_until, peak = 0, 0, 0.0
    fade = round(FADE * rate)
    for block in blocks:
        end = at + block.shape[1]
        peak = max(peak, float(block.max(initial=0.0)), -float(block.min(initial=0.0)))
        if end > frames - fade:
            left = np.clip((frames - np.arange(at, end)) / fade, 0, 1)
            block = block * left.astype(np.float32)
        if end < over:
            loud_until = end  # it is not over anyway
        else:
            loud = np.flatnonzero(np.abs(block).max(axis=0) > _SILENT * min(peak, 1.0))
            loud_until = at + int(loud[-1]) + 1 if loud.size else loud_until
            stop = max(loud_until + round(_HOLD * rate), over)
            if stop <= end:
                yield block[:, : stop - at]
                return
        yield block
        at = end
