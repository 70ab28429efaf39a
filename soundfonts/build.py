"""Builds the project's own soundfont: `python soundfonts/build.py`, or with `--check`, compares with the one here.

Everything is computed, from arithmetic and fixed seeds: the same bytes come out every time.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # so that the script runs in a checkout where nothing is installed

from synthesis.drums import KIT, SOUNDS  # noqa: E402
from synthesis.level import loudness  # noqa: E402
from synthesis.presets import PRESETS, Layer  # noqa: E402
from synthesis.tones import Sound  # noqa: E402
from synthesis.voices import VOICES, Voice  # noqa: E402

from composer.outputs.soundfonts.sf2 import (  # noqa: E402
    DRUMS,
    LOOPED,
    VELOCITY,
    VELOCITY_DOWN,
    Font,
    Instrument,
    Modulator,
    Preset,
    Sample,
    Zone,
    filter_cents,
    timecents,
)
from composer.outputs.soundfonts.writer import font_bytes, write_font  # noqa: E402

PLACE = HERE / "composer.sf2"
LOUDNESS = 10 ** (-20 / 20)  # the weighted RMS of every sample, full scale 1
PEAK = 0.97
OPEN = 13_500  # of a filter, in cents
RANGE = 96.0  # dB that an envelope falls in its decay or release time
# FluidSynth, as the first sound cards with these fonts did, takes 0.4 of the attenuation that a zone states.
ATTENUATION = 10 / 0.4
COMMENT = (
    "All of General MIDI and a drum kit, computed: additive synthesis, modes of struck and plucked bodies, shaped "
    "noise. No recording was used. Dedicated to the public domain: CC0 1.0."
)


def scaled(sound: Sound, name: str, root: int, gain: float) -> Sample:
    """Return a sound as a sample of 16 bits."""
    frames = np.round(sound.samples * (gain * 32_767)).astype(np.int16)
    return Sample(name, frames, sound.rate, root, loop=sound.loop or (0, 0))


def even(sound: Sound, fall: float, louder: float) -> float:
    """Return the gain that makes a sound as loud as all others, or `louder` dB more; less where its peaks won't fit."""
    return float(min(LOUDNESS * 10 ** (louder / 20) / loudness(sound, fall), PEAK / np.abs(sound.samples).max()))


def samples_of(name: str, voice: Voice) -> Iterator[Sample]:
    """Yield a voice's samples, made equally loud."""
    for sound in voice.sounds(name):
        fall = voice.fall(sound.key) if voice.fall else 0.0
        yield scaled(sound, f"{name[:15]} {sound.key}", sound.key, even(sound, fall, voice.louder))


def drum_samples() -> Iterator[Sample]:
    """Yield the kit's samples, each with its peak where the kit has it."""
    for n, (name, make) in enumerate(SOUNDS.items()):
        sound = make(9_000 + 10 * n)
        quieter = min(drum.quieter for drum in KIT.values() if drum.sound == name)
        peak = float(np.abs(sound.samples).max())
        yield scaled(sound, name, 60, PEAK * 10 ** (-quieter / 20) / peak)


def spans(keys: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return the keys that each sample plays: as far as half way to the next.

    >>> spans((48, 60, 72))
    [(0, 54), (55, 66), (67, 127)]
    """
    ends = [(low + high) // 2 for low, high in pairwise(keys)] + [127]
    return list(zip([0, *(end + 1 for end in ends[:-1])], ends, strict=True))


def settings(layer: Layer) -> dict[str, int]:
    """Return a layer as generators."""
    voice = VOICES[layer.voice]
    steady = {"attackVolEnv": timecents(layer.attack), "releaseVolEnv": timecents(layer.release * RANGE / 40)}
    found: dict[str, int] = steady if layer.attack else {"releaseVolEnv": steady["releaseVolEnv"]}
    if voice.fall is not None:
        fade = RANGE / (voice.fall.at_60 / layer.longer)
        quicker = min(1200, round(1200 / voice.fall.octaves / 12))
        found |= {"decayVolEnv": timecents(fade), "sustainVolEnv": 1000, "keynumToVolEnvDecay": quicker}
    elif layer.decay:
        found |= {"decayVolEnv": timecents(layer.decay), "sustainVolEnv": round(10 * layer.sustain)}
    cutoff = min(OPEN, filter_cents(layer.cutoff)) - layer.softness
    if cutoff < OPEN:
        found["initialFilterFc"] = max(1500, cutoff)
    if layer.resonance:
        found["initialFilterQ"] = round(10 * layer.resonance)
    envelope = layer.sweep or layer.slide
    if envelope:
        depth, attack, decay = envelope
        found["modEnvToFilterFc" if layer.sweep else "modEnvToPitch"] = depth
        left = round(1000 * (1 - layer.stays))
        found |= {"attackModEnv": timecents(attack), "decayModEnv": timecents(decay), "sustainModEnv": left}
        found["releaseModEnv"] = timecents(decay)
    if layer.vibrato:
        found |= {"vibLfoToPitch": round(layer.vibrato), "freqVibLFO": filter_cents(layer.vibrato_hertz)}
        found["delayVibLFO"] = timecents(layer.vibrato_delay)
    if layer.tremolo:
        found |= {"modLfoToVolume": round(10 * layer.tremolo), "freqModLFO": filter_cents(layer.tremolo_hertz)}
    if layer.delay:
        found["delayVolEnv"] = timecents(layer.delay)
    numbers = {"coarseTune": layer.semitones, "fineTune": layer.cents}
    numbers["initialAttenuation"] = round(ATTENUATION * layer.quieter)
    return found | {name: value for name, value in numbers.items() if value}


def modulators(layer: Layer) -> tuple[Modulator, ...]:
    """Return what velocity does to the filter: the specification's own way off, ours on."""
    off = Modulator(VELOCITY_DOWN, "initialFilterFc", 0)
    return (off, Modulator(VELOCITY, "initialFilterFc", layer.softness)) if layer.softness else (off,)


def layer_instrument(name: str, layer: Layer, first: int, samples: Sequence[Sample]) -> Instrument:
    """Return a layer as an instrument, whose voice's samples begin at number `first`."""
    keys = VOICES[layer.voice].keys
    mode = {"sampleModes": LOOPED} if samples[first].loop[1] else {}
    common = Zone(None, generators=settings(layer) | mode, modulators=modulators(layer))
    return Instrument(name, (common, *(Zone(n, span) for n, span in enumerate(spans(keys), first))))


def kit_zones(first: int) -> Iterator[Zone]:
    """Yield a zone for each drum: let ring, whatever the note's length."""
    numbers = {name: first + n for n, name in enumerate(SOUNDS)}
    for key, drum in KIT.items():
        group = {"exclusiveClass": drum.group} if drum.group else {}
        found = {"overridingRootKey": key - drum.tune, "releaseVolEnv": timecents(12.0)} | group
        if drum.rings:
            fade = timecents(drum.rings * RANGE / 60)
            found |= {"sampleModes": LOOPED, "decayVolEnv": fade, "sustainVolEnv": 1000, "releaseVolEnv": fade}
            # High partials of metal die first.
            found |= {"initialFilterFc": 10_900, "modEnvToFilterFc": 2_600, "sustainModEnv": 1000}
            found |= {"decayModEnv": fade, "releaseModEnv": fade}
        yield Zone(numbers[drum.sound], (key, key), (0, 127), found, (Modulator(VELOCITY_DOWN, "initialFilterFc", 0),))


def build() -> Font:
    """Return the whole font."""
    samples: list[Sample] = []
    firsts: dict[str, int] = {}
    for name, voice in VOICES.items():
        firsts[name] = len(samples)
        samples += samples_of(name, voice)
    kit = len(samples)
    samples += drum_samples()
    instruments: list[Instrument] = []
    presets: list[Preset] = []
    for program, row in enumerate(PRESETS):
        zones = []
        for n, layer in enumerate(row.layers, 1):
            name = row.name if len(row.layers) == 1 else f"{row.name[:18]} {n}"
            zones.append(Zone(len(instruments), velocities=layer.velocities))
            instruments.append(layer_instrument(name, layer, firsts[layer.voice], samples))
        presets.append(Preset(row.name, 0, program, tuple(zones)))
    presets.append(Preset("Drum Kit", DRUMS, 0, (Zone(len(instruments)),)))
    instruments.append(Instrument("Drum Kit", tuple(kit_zones(kit))))
    return Font(
        "Composer", tuple(samples), tuple(instruments), tuple(presets), "the composer project", "CC0-1.0", COMMENT
    )


def main(words: Iterable[str] | None = None) -> int:
    """Build the font, or say whether the one that is here is what would be built."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the font that is here, write nothing")
    parser.add_argument("-o", type=Path, default=PLACE, metavar="FILE", help="where to write it")
    asked = parser.parse_args(None if words is None else list(words))
    font = build()
    if asked.check:
        same = asked.o.is_file() and asked.o.read_bytes() == font_bytes(font)
        sys.stdout.write("the same bytes\n" if same else f"{asked.o} is not what would be built\n")
        return 0 if same else 1
    write_font(font, asked.o)
    counts = f"{len(font.samples)} samples, {len(font.presets)} presets"
    sys.stdout.write(f"{asked.o}: {asked.o.stat().st_size:,} bytes, {counts}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
