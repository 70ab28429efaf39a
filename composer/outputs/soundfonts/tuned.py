"""A soundfont whose keys have any pitches at all: another tuning of the same sounds, exact without any pitch bend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from composer.errors import Fault, InputError
from composer.outputs.soundfonts.sf2 import DRUMS, Font, Instrument, Sample, Zone

KEYS = 128
LOWEST, HIGHEST = -36.0, 164.0  # pitches that can be reached from any sample's own


def tuned(font: Font, pitches: Sequence[float]) -> Font:
    """Return `font` with the pitch of every key, but for drums, set to `pitches[key]` (a MIDI number with fractions).

    Each key gets a header of its own for the sample that is nearest to its pitch, and the synthesiser is told not to
    move it. Whole semitones are said by the zone, the rest by the header's rate, a whole number of hertz: so a pitch
    is exact to 866 cents over that rate, 0.06 cent for a sample of 16 kHz. (The format's own fine tuning is in whole
    cents.) The sound itself is not doubled.

    Raises InputError where there are not 128 pitches from -36 to 164.
    """
    wanted = [float(pitch) for pitch in pitches]
    if len(wanted) != KEYS or not all(LOWEST <= pitch <= HIGHEST for pitch in wanted):
        remedy = f"give {KEYS} pitches, from {LOWEST:g} to {HIGHEST:g}, one for each key"
        raise InputError(Fault("a tuned soundfont cannot be made of these pitches", remedy=remedy))
    drums = {zone.target for preset in font.presets if preset.bank == DRUMS for zone in preset.zones}
    samples = list(font.samples)
    made: dict[tuple[int, int], tuple[int, int]] = {}
    instruments = [
        instrument if number in drums else _retuned(instrument, wanted, samples, made)
        for number, instrument in enumerate(font.instruments)
    ]
    return replace(font, samples=tuple(samples), instruments=tuple(instruments))


def _retuned(
    instrument: Instrument, wanted: Sequence[float], samples: list[Sample], made: dict[tuple[int, int], tuple[int, int]]
) -> Instrument:
    """Return an instrument with a zone for each key, its samples' headers added to `samples` and noted in `made`."""
    first = next(iter(instrument.zones), None)
    common = first if first is not None and first.target is None else Zone(None)
    zones = [replace(common, generators={**_without_pitch(common), "scaleTuning": 0})]
    for key, pitch in enumerate(wanted):
        near = min(max(math.floor(pitch + 0.5), 0), KEYS - 1)  # the key that sounds most like it
        for zone in instrument.zones:
            if zone.target is not None and zone.keys[0] <= near <= zone.keys[1]:
                number, semitones = _header(zone.target, key, pitch, samples, made)
                more = zone.generators.get("coarseTune", common.generators.get("coarseTune", 0))
                coarse = {"coarseTune": semitones + more} if semitones + more else {}
                generators = {**_without_pitch(zone), **coarse}
                zones.append(replace(zone, target=number, keys=(key, key), generators=generators))
    return Instrument(instrument.name, tuple(zones))


def _without_pitch(zone: Zone) -> dict[str, int]:
    return {name: value for name, value in zone.generators.items() if name not in ("coarseTune", "overridingRootKey")}


def _header(
    target: int, key: int, pitch: float, samples: list[Sample], made: dict[tuple[int, int], tuple[int, int]]
) -> tuple[int, int]:
    """Return the number of the header by which sample `target` sounds at `pitch`, but for so many semitones."""
    if (target, key) not in made:
        sample = samples[target]
        own = sample.root - sample.correction / 100  # the pitch that it has when it is not moved
        semitones = math.floor(pitch - own + 0.5)
        rate = round(sample.rate * 2 ** ((pitch - own - semitones) / 12))
        made[target, key] = (len(samples), semitones)
        samples.append(replace(sample, name=f"{sample.name[:15].strip()}@{key}", rate=rate, correction=0))
    return made[target, key]
