"""Writes a soundfont: the same font gives the same bytes, with no date and nothing of the machine in them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from composer.files import whole
from composer.outputs.soundfonts.sf2 import (
    ALL,
    GENERATORS,
    HYDRA,
    INSTRUMENT,
    KEYS,
    SAMPLE,
    SILENCE,
    VELOCITIES,
    VORBIS,
    Font,
    Instrument,
    Preset,
    Sample,
    Zone,
)

MOST_RECORDS = 65_535  # a bag is counted in 16 bits

Rows = list[tuple[object, ...]]


def write_font(font: Font, path: Path) -> None:
    """Write a soundfont to a file, whole or not at all; raise FileError where it cannot be, ValueError as `font_bytes`.

    Presets come in the order of bank and program, whatever their order in `font`.
    """
    data = font_bytes(font)
    with whole(path) as (part,):
        part.write_bytes(data)


def font_bytes(font: Font) -> bytes:
    """Return a soundfont as the bytes of its file; raise ValueError where it says what the format cannot hold."""
    info = [
        _chunk("ifil", struct.pack("<HH", *font.version)),
        _chunk("isng", _text("EMU8000", 255)),
        _chunk("INAM", _text(font.name, 255)),
    ]
    texts = (("IENG", font.engineer, 255), ("ICOP", font.copyright, 255), ("ICMT", font.comment, 65_535))
    info += [_chunk(tag, _text(text, most)) for tag, text, most in texts if text]
    headers, sound = _samples(font.samples)
    presets = sorted(font.presets, key=lambda preset: (preset.bank, preset.program))
    places = [(preset.bank, preset.program) for preset in presets]
    if len(set(places)) < len(places):
        raise ValueError("two presets have the same bank and program")
    rows = {
        **_hydra("p", presets, INSTRUMENT, len(font.instruments)),
        **_hydra("i", font.instruments, SAMPLE, len(font.samples)),
        "phdr": _preset_headers(presets),
        "inst": _instrument_headers(font.instruments),
        "shdr": headers,
    }
    hydra = [_chunk(tag, np.array(rows[tag], kind).tobytes()) for tag, kind in HYDRA.items()]
    lists = (_list("INFO", info), _list("sdta", [_chunk("smpl", sound)]), _list("pdta", hydra))
    return _chunk("RIFF", b"sfbk" + b"".join(lists))


def _samples(samples: Iterable[Sample]) -> tuple[Rows, bytes]:
    headers: Rows = []
    sound: list[bytes] = []
    places: dict[int, int] = {}  # of an array that several samples share, written once
    free = 0
    for sample in samples:
        size = sample.frames.size
        start, end = sample.loop
        if sample.kind & VORBIS:
            raise ValueError(f"sample {sample.name!r}: compressed sound is not written")
        if not 0 <= start <= end <= size:
            raise ValueError(f"sample {sample.name!r}: its loop {sample.loop} leaves its {size} frames")
        at = places.setdefault(id(sample.frames), free)
        place = (at, at + size, at + start, at + end)
        tuning = (sample.rate, sample.root, sample.correction)
        headers.append((_name(sample.name), *place, *tuning, sample.link, sample.kind))
        if at == free:
            sound += [sample.frames.astype("<i2").tobytes(), bytes(2 * SILENCE)]
            free += size + SILENCE
    headers.append((b"EOS", *[0] * 9))
    return headers, b"".join(sound)


def _preset_headers(presets: Sequence[Preset]) -> Rows:
    rows: Rows = []
    bag = 0
    for preset in presets:
        rows.append((_name(preset.name), preset.program, preset.bank, bag, 0, 0, 0))
        bag += len(preset.zones)
    return [*rows, (b"EOP", 0, 0, bag, 0, 0, 0)]


def _instrument_headers(instruments: Iterable[Instrument]) -> Rows:
    rows: Rows = []
    bag = 0
    for instrument in instruments:
        rows.append((_name(instrument.name), bag))
        bag += len(instrument.zones)
    return [*rows, (b"EOI", bag)]


def _hydra(letter: str, owners: Iterable[Preset | Instrument], target: int, targets: int) -> dict[str, Rows]:
    """Return the records of all zones: bags, modulators and generators, each with the record that ends them."""
    bags: Rows = []
    mods: Rows = []
    gens: Rows = []
    for owner in owners:
        for zone in owner.zones:
            bags.append((len(gens), len(mods)))
            gens += _generators(owner.name, zone, target, targets)
            for mod in zone.modulators:
                number = GENERATORS[mod.destination].number
                mods.append((mod.source, number, mod.amount, mod.amount_source, mod.transform))
    bags.append((len(gens), len(mods)))
    if max(len(gens), len(mods), len(bags)) > MOST_RECORDS:
        raise ValueError("too many zones or generators for a soundfont")
    return {f"{letter}bag": bags, f"{letter}mod": [*mods, (0,) * 5], f"{letter}gen": [*gens, (0, 0)]}


def _generators(owner: str, zone: Zone, target: int, targets: int) -> Rows:
    """Return a zone's generators in the order that is asked for: keys, velocities, the rest, what it plays."""
    rows: Rows = []
    for number, (lowest, highest) in ((KEYS, zone.keys), (VELOCITIES, zone.velocities)):
        if not 0 <= lowest <= highest <= 127:
            raise ValueError(f"{owner!r}: {lowest} to {highest} is no range of keys or velocities")
        if (lowest, highest) != ALL:
            rows.append((number, _signed(lowest | highest << 8)))
    for name, value in sorted(zone.generators.items(), key=lambda item: GENERATORS[item[0]].number):
        row = GENERATORS[name]
        lowest, highest = row.lowest, row.highest
        if target == INSTRUMENT:  # a preset's settings are added to an instrument's, or taken away
            highest = max(highest, -lowest)
            lowest = -highest
        if not lowest <= value <= min(highest, 32_767):
            raise ValueError(f"{owner!r}: {name} = {value} lies outside {lowest} to {highest}")
        rows.append((row.number, value))
    if zone.target is not None:
        if not 0 <= zone.target < targets:
            raise ValueError(f"{owner!r}: there is no number {zone.target} to play")
        rows.append((target, _signed(zone.target)))
    return rows


def _signed(word: int) -> int:
    return word - 65_536 if word > 32_767 else word


def _name(name: str) -> bytes:
    data = name.encode("latin-1")
    if not 0 < len(data) <= 20:
        raise ValueError(f"{name!r} is no name of 1 to 20 letters")
    return data


def _text(text: str, most: int) -> bytes:
    data = text.encode("latin-1")
    if len(data) > most:
        raise ValueError(f"a text of {len(data)} letters is too long: {most} at most")
    return data + bytes(2 - len(data) % 2)  # ends in one zero or two, whichever makes its length even


def _chunk(tag: str, data: bytes) -> bytes:
    return tag.encode("ascii") + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _list(kind: str, chunks: Iterable[bytes]) -> bytes:
    return _chunk("LIST", kind.encode("ascii") + b"".join(chunks))
