"""Plays a score by FluidSynth, through a soundfont."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.errors import Fault, FileError, InputError
from composer.outputs.engines.fluidsynth.passes import DRUM_BANK, Pass, Preset, passes, presets
from composer.outputs.engines.fluidsynth.rendering import BLOCK, Job, Limits, Settings, rendered, version
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


def fluidsynth(
    score: Score,
    rate: int,
    a4: float,
    groups: tuple[tuple[int, ...], ...],
    *,
    soundfont: Annotated[str, Doc("the soundfont: a name (`composer list soundfonts`), or the path of a file")] = "",
    polyphony: Annotated[int, Interval(ge=1, le=65_535), Doc("how many voices sound at most")] = 1024,
    interpolation: Annotated[
        Literal["none", "linear", "cubic", "septic"], Doc("how samples are interpolated: by what kind of polynomial")
    ] = "cubic",
    banks: Annotated[
        Literal["gm", "gs", "xg", "mma"], Doc("how banks are selected: which of the two controllers counts, if any")
    ] = "gs",
    reverb: Annotated[bool, Doc("FluidSynth's own reverb, in place of the mix's room")] = False,
    reverb_room: Annotated[float, Interval(ge=0, le=1), Doc("the size of its room")] = 0.2,
    reverb_damping: Annotated[float, Interval(ge=0, le=1), Doc("how much its high frequencies fade")] = 0.0,
    reverb_width: Annotated[float, Interval(ge=0, le=100), Doc("how wide it is")] = 0.5,
    reverb_level: Annotated[float, Interval(ge=0, le=1), Doc("how loud it is")] = 0.9,
    chorus: Annotated[bool, Doc("FluidSynth's own chorus, as much as a track's controller asks for")] = False,
    chorus_voices: Annotated[int, Interval(ge=0, le=99), Doc("how many voices it has")] = 3,
    chorus_level: Annotated[float, Interval(ge=0, le=10), Doc("how loud each is")] = 2.0,
    chorus_speed: Annotated[float, Interval(ge=0.1, le=5), Unit("Hz"), Doc("how fast they waver")] = 0.3,
    chorus_depth: Annotated[float, Interval(ge=0, le=256), Unit("ms"), Doc("how far they waver")] = 8.0,
) -> Stream:
    """FluidSynth, which plays soundfonts; the same piece, soundfont and version give the same samples.

    The stream's blocks end when the last release has died away, `TAIL` seconds after the score at most: there may be
    fewer frames than it says. Raises FileError where the soundfont is missing, broken or without a preset that a track
    needs, and InputError for a rate that FluidSynth does not play at; when they are played, the blocks raise InputError
    where FluidSynth is missing, and FileError where it fails.
    """
    if not RATES[0] <= rate <= RATES[1]:
        raise InputError(Fault(f"FluidSynth does not play at {rate} Hz", "rate", f"choose {RATES[0]} to {RATES[1]} Hz"))
    font = examine(find_font(soundfont))
    _check_presets(font, presets(score, groups, banks))
    settings: Settings = {
        "synth.sample-rate": float(rate),
        "synth.gain": _GAIN,
        "synth.midi-channels": 16,
        "synth.midi-bank-select": banks,
        "synth.polyphony": polyphony,
        "synth.cpu-cores": 1,
        "synth.lock-memory": 0,
        "synth.dynamic-sample-loading": 1,  # only of what is played: compressed fonts take half the time
        "synth.threadsafe-api": 0,
        "synth.reverb.active": int(reverb),
        "synth.reverb.room-size": float(reverb_room),
        "synth.reverb.damp": float(reverb_damping),
        "synth.reverb.width": float(reverb_width),
        "synth.reverb.level": float(reverb_level),
        "synth.chorus.active": int(chorus),
        "synth.chorus.nr": chorus_voices,
        "synth.chorus.level": float(chorus_level),
        "synth.chorus.speed": float(chorus_speed),
        "synth.chorus.depth": float(chorus_depth),
        "player.timing-source": "sample",
        "player.reset-synth": 0,
    }
    over = round(rate * max((float(part.end.max(initial=0.0)) for part in performed(score)), default=0.0))
    frames = over + round(TAIL * rate) if over else 0
    played = passes(score, groups, a4, early=(STEP / rate + 0.001) / 2)
    size = font.size * (_UNPACKED if font.compressed else 1)
    job = Job(
        font.path,
        tuple(one.midi for one in played),
        settings,
        INTERPOLATIONS[interpolation],
        frames + STEP,
        over + STEP,
        Limits.of(size, len(played), frames),
    )

    def blocks() -> Iterator[F4]:
        if not played:
            yield from _silence(2 * len(groups), over)
            return
        with closing(rendered(job)) as raw:
            yield from _until_silence(_together(_later(raw, STEP), played, len(groups)), over, frames, rate)

    return Stream(rate, 2 * len(groups), frames, blocks)


def about(soundfont: str = "", **_: object) -> str:
    """Return what played, for a file's metadata: FluidSynth's version and the font, such as "FluidSynth 2.3.1, a.sf2".

    Raises FileError where there is no such font, and says "FluidSynth" alone where it is not installed.
    """
    return " ".join(("FluidSynth", version() or "")).strip() + f", {find_font(soundfont).name}"


def reverberates(reverb: bool = False, **_: object) -> bool:
    """Return whether what tracks send to the reverb goes to FluidSynth's own."""
    return reverb


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
