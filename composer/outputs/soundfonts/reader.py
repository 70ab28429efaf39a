"""Examines soundfonts, SF2 and SF3, before anything loads them, and reads SF2 whole.

`examine` never reads the sound of an SF2, and of an SF3 one compressed sample at a time; it asks for memory only in
proportion to what the file really holds. Whatever a synthesiser could stumble over is a FileError that says what and
where; what every synthesiser mends by itself, and fonts in wide use have, is kept among the `oddities`.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
from numpy.typing import NDArray

from composer.errors import Fault, FileError
from composer.files import checked
from composer.outputs.soundfonts.sf2 import (
    ALL,
    GENERATORS,
    HYDRA,
    INSTRUMENT,
    KEYS,
    LEAST_FRAMES,
    MOD,
    ROM,
    SAMPLE,
    VELOCITIES,
    VORBIS,
    Font,
    Instrument,
    Modulator,
    Preset,
    Sample,
    Zone,
)

MOST_BYTES = 2**32 + 8  # a RIFF chunk's size has 32 bits
MOST_HYDRA = 2**25  # bytes of pdta; the largest fonts in use have some 4 MB
MOST_SF2 = 2**29  # bytes that are read whole
MOST_SAMPLE = 2**26  # bytes of a compressed sample
MOST_FRAMES = 2**28  # of a compressed sample: more than an hour and a half; a broken header asks for any number
TEXTS = {
    "INAM": "name",
    "ICMT": "comment",
    "ICOP": "copyright",
    "IENG": "engineer",
    "ICRD": "date",
    "IPRD": "product",
    "ISFT": "software",
}
KNOWN = {*TEXTS, "ifil", "isng", "irom", "iver"}
REMEDY = "use another copy of it, or another font: `composer list soundfonts` names some"

Span = tuple[int, int]  # where a chunk's data begin in the file, and how many bytes they are
Records = NDArray[Any]


@dataclass(frozen=True)
class PresetFacts:
    """What chooses a preset, and its name."""

    bank: int
    program: int
    name: str


@dataclass(frozen=True)
class FontFacts:
    """What a soundfont holds: sizes in bytes; `oddities` are breaches of the specification that do no harm."""

    path: Path
    texts: Mapping[str, str]  # those of `TEXTS` that it has: name, comment, copyright ...
    version: str
    compressed: bool
    size: int
    sound: int
    presets: tuple[PresetFacts, ...]
    instruments: int
    samples: int
    oddities: tuple[str, ...]

    def has(self, bank: int, program: int) -> bool:
        """Whether there is a preset of this bank and program."""
        return any((preset.bank, preset.program) == (bank, program) for preset in self.presets)


@dataclass(frozen=True)
class _Parts:
    """The pieces of a font, checked: its texts, the place of its sound and the records of its hydra."""

    version: tuple[int, int]
    texts: Mapping[str, str]
    sound: Span
    hydra: Mapping[str, Records]
    oddities: tuple[str, ...]


def examine(path: Path) -> FontFacts:
    """Return what a soundfont holds; raise FileError where it is not one, or is broken."""
    checked(path, "soundfont", MOST_BYTES)
    with _opened(path) as file:
        parts = _parts(file, path)
    heads = parts.hydra["phdr"][:-1]
    presets = sorted((int(row["bank"]), int(row["program"]), _text(row["name"])) for row in heads)
    return FontFacts(
        path=path,
        texts=parts.texts,
        version=f"{parts.version[0]}.{parts.version[1]:02}",
        compressed=bool((parts.hydra["shdr"]["kind"] & VORBIS).any()),
        size=path.stat().st_size,
        sound=parts.sound[1],
        presets=tuple(PresetFacts(*preset) for preset in presets),
        instruments=len(parts.hydra["inst"]) - 1,
        samples=len(parts.hydra["shdr"]) - 1,
        oddities=parts.oddities,
    )


def read_font(path: Path) -> Font:
    """Return a whole SF2 of at most 512 MiB; raise FileError as `examine`, and where its samples are compressed."""
    checked(path, "soundfont", MOST_SF2)
    with _opened(path) as file:
        parts = _parts(file, path)
        heads = parts.hydra["shdr"][:-1]
        if (heads["kind"] & (VORBIS | ROM)).any():
            raise FileError(Fault("its samples are not plain 16-bit sound", str(path), "convert it to SF2"))
        file.seek(parts.sound[0])
        sound = np.frombuffer(file.read(parts.sound[1] // 2 * 2), "<i2")
    hydra = parts.hydra
    return Font(
        name=parts.texts.get("name", ""),
        samples=tuple(_sample(row, sound) for row in heads),
        instruments=tuple(
            Instrument(_text(row["name"]), zones)
            for row, zones in zip(hydra["inst"][:-1], _all_zones(hydra, "i"), strict=True)
        ),
        presets=tuple(
            Preset(_text(row["name"]), int(row["bank"]), int(row["program"]), zones)
            for row, zones in zip(hydra["phdr"][:-1], _all_zones(hydra, "p"), strict=True)
        ),
        engineer=parts.texts.get("engineer", ""),
        copyright=parts.texts.get("copyright", ""),
        comment=parts.texts.get("comment", ""),
        version=parts.version,
    )


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileError(Fault(f"it cannot be read ({reason})", str(path), "check its rights")) from error


def _broken(path: Path, message: str) -> NoReturn:
    raise FileError(Fault(f"this soundfont is broken: {message}", str(path), REMEDY))


def _parts(file: BinaryIO, path: Path) -> _Parts:
    """Return a font's checked pieces."""
    lists = _lists(file, path)
    info, sdta, pdta = (lists[name] for name in ("INFO", "sdta", "pdta"))
    version, texts = _info(file, path, info)
    strange = tuple(
        f"a chunk {tag!r} among its texts, for which FluidSynth refuses it" for tag in info if tag not in KNOWN
    )
    sound = sdta.get("smpl", (0, 0))
    hydra = _hydra(file, path, pdta)
    _check_lists(path, hydra)
    oddities = _check_samples(file, path, hydra["shdr"][:-1], sound)
    return _Parts(version, texts, sound, hydra, (*strange, *oddities))


# The chunks.


def _lists(file: BinaryIO, path: Path) -> dict[str, dict[str, Span]]:
    """Return where every chunk of the three lists lies."""
    held = path.stat().st_size
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"sfbk":
        raise FileError(Fault(f"this is not a soundfont: {_looks_like(head)}", str(path), REMEDY))
    end = 8 + struct.unpack("<I", head[4:8])[0]
    if end > held:
        _broken(path, f"it is cut short, after {held} of {end} bytes")
    lists: dict[str, dict[str, Span]] = {}
    for tag, (start, size) in _chunks(file, path, 12, end):
        if tag != "LIST" or size < 4:
            continue
        file.seek(start)
        name = _tag(file.read(4))
        if name in lists:
            _broken(path, f"it has two lists {name!r}")
        if name in ("INFO", "sdta", "pdta"):
            lists[name] = dict(_chunks(file, path, start + 4, start + size))
    for name in ("INFO", "sdta", "pdta"):
        if name not in lists:
            _broken(path, f"its list {name!r} is missing")
    return lists


def _looks_like(head: bytes) -> str:
    """Return what a file that is no soundfont seems to be."""
    known = (
        (b"", not head, "the file is empty"),
        (b"RIFF", True, "a RIFF file of another kind"),
        (b"version http", True, "a pointer to a file that Git LFS keeps elsewhere"),
        (b"<", True, "a page of the web, perhaps"),
        (b"PK", True, "a ZIP archive, to be unpacked first"),
        (b"MThd", True, "a MIDI file"),
    )
    return next((what for mark, so, what in known if so and head.startswith(mark)), "it does not begin as one")


def _chunks(file: BinaryIO, path: Path, at: int, end: int) -> list[tuple[str, Span]]:
    """Return the tags and places of the chunks from `at` to `end`."""
    found: list[tuple[str, Span]] = []
    while end - at >= 8:
        file.seek(at)
        head = file.read(8)
        tag, size = _tag(head[:4]), int(struct.unpack("<I", head[4:])[0])
        if at + 8 + size > end:
            _broken(path, f"its chunk {tag!r} reaches beyond the end")
        found.append((tag, (at + 8, size)))
        if len(found) > 1000:
            _broken(path, "it has too many chunks")
        at += 8 + size
        if size % 2:  # a zero should follow; not every SF3 in use has it
            file.seek(at)
            at += file.read(1) == b"\0"
    return found


def _tag(data: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "?" for byte in data)


def _info(file: BinaryIO, path: Path, chunks: Mapping[str, Span]) -> tuple[tuple[int, int], dict[str, str]]:
    if chunks.get("ifil", (0, 0))[1] != 4:
        _broken(path, "its version is missing")
    file.seek(chunks["ifil"][0])
    major, minor = struct.unpack("<HH", file.read(4))
    if major not in (2, 3):
        raise FileError(Fault(f"version {major}.{minor:02} of the format is not read", str(path), "2 and 3 are"))
    texts: dict[str, str] = {}
    for tag, name in TEXTS.items():
        if tag in chunks:
            start, size = chunks[tag]
            file.seek(start)
            text = _text(file.read(min(size, 65_536)))
            texts |= {name: text} if text else {}
    return (major, minor), texts


def _text(data: bytes) -> str:
    """Return text up to its first zero: UTF-8 where it is that, Latin-1 otherwise; tabs and lines are kept."""
    raw = bytes(data).split(b"\0")[0]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return "".join(char if char.isprintable() or char in "\t\n" else " " for char in text.replace("\r\n", "\n")).strip()


# The hydra: presets, instruments, their zones and samples.


def _hydra(file: BinaryIO, path: Path, chunks: Mapping[str, Span]) -> dict[str, Records]:
    """Return the nine lists of records, each of a whole number of records and at least the one that ends it."""
    if sum(size for _, size in chunks.values()) > MOST_HYDRA:
        _broken(path, f"its lists are larger than {MOST_HYDRA // 2**20} MiB")
    hydra: dict[str, Records] = {}
    for tag, kind in HYDRA.items():
        if tag not in chunks:
            _broken(path, f"its list {tag!r} is missing")
        start, size = chunks[tag]
        if size % kind.itemsize:
            _broken(path, f"its list {tag!r} is no whole number of records")
        if not size and kind != MOD:  # fonts in use leave out the last modulator
            _broken(path, f"its list {tag!r} is empty")
        file.seek(start)
        hydra[tag] = np.frombuffer(file.read(size), kind)
    return hydra


def _check_lists(path: Path, hydra: Mapping[str, Records]) -> None:
    """Raise FileError where a record points at one that is not there."""
    if len(hydra["phdr"]) < 2:
        _broken(path, "it holds no preset")
    for owner, letter, target, targets in (("phdr", "p", INSTRUMENT, "inst"), ("inst", "i", SAMPLE, "shdr")):
        bags, gens, mods = (hydra[letter + rest] for rest in ("bag", "gen", "mod"))
        _check_steps(path, owner, hydra[owner]["bag"], len(bags) - 1)
        _check_steps(path, f"{letter}bag", bags["generator"], len(gens))
        _check_steps(path, f"{letter}bag", bags["modulator"], len(mods))
        used = gens[: int(bags["generator"][-1])]
        played = used["amount"][used["number"] == target].view("<u2")
        if played.size and int(played.max()) >= len(hydra[targets]) - 1:
            count = len(hydra[targets]) - 1
            _broken(path, f"list {letter}gen: number {int(played.max())} of {targets!r} is not there, it has {count}")


def _check_steps(path: Path, name: str, steps: Records, most: int) -> None:
    """Raise FileError where numbers of records fall, or lead beyond the last."""
    values = steps.astype(np.int64)
    if (np.diff(values) < 0).any():
        _broken(path, f"the numbers in its list {name!r} do not rise")
    if int(values[-1]) > most:
        _broken(path, f"its list {name!r} leads to record {int(values[-1])} of {most}")


def _check_samples(file: BinaryIO, path: Path, heads: Records, sound: Span) -> tuple[str, ...]:
    """Raise FileError where a sample leaves the sound; return what is odd about samples, and harmless."""
    kinds = heads["kind"].astype(int)
    packed, rom = (kinds & VORBIS) > 0, (kinds & ROM) > 0
    start, end = heads["start"].astype(np.int64), heads["end"].astype(np.int64)
    loop_start, loop_end = heads["loop_start"].astype(np.int64), heads["loop_end"].astype(np.int64)
    held = np.where(packed, sound[1], sound[1] // 2)
    empty = (start == end) | rom
    outside = ~empty & ((start > end) | (end > held))
    if outside.any():
        at = int(np.argmax(outside))
        span = f"{int(start[at])} to {int(end[at])}"
        _broken(path, f"sample {_text(heads['name'][at])!r} lies at {span} of {int(held[at])}")
    slow = ~empty & (heads["rate"] == 0)
    if slow.any():
        _broken(path, f"sample {_text(heads['name'][int(np.argmax(slow))])!r} has the rate 0")
    for at in np.flatnonzero(packed & ~empty).tolist():
        _check_vorbis(file, path, _text(heads["name"][at]), sound[0] + int(start[at]), int(end[at] - start[at]))
    plain = ~packed & ~empty
    # FluidSynth leaves out an empty sample, and brings the ends of a loop inside: neither can harm.
    loose = plain & ((loop_start < start) | (loop_end > end) | (loop_start > loop_end))
    counts = (
        (int(rom.sum()), "lie in the memory of a sound card and are silent here"),
        (int((empty & ~rom).sum()), "are empty"),
        (int((plain & (end - start < LEAST_FRAMES)).sum()), f"are shorter than {LEAST_FRAMES} frames"),
        (int(loose.sum()), "have a loop that leaves the sample"),
    )
    return tuple(f"{count} of {len(heads)} samples {what}" for count, what in counts if count)


def _check_vorbis(file: BinaryIO, path: Path, name: str, at: int, size: int) -> None:
    """Raise FileError where a compressed sample is no chain of Ogg pages, or says that it is immensely long.

    Then its headers are decoded by libsndfile, as FluidSynth does. Source of the pages' layout: RFC 3533 (Ogg).
    """
    import soundfile

    file.seek(at)
    data = file.read(min(size, MOST_SAMPLE))
    here, frames = 0, 0
    while here < size:
        head = data[here : here + 27]
        if len(head) < 27 or head[:5] != b"OggS\0":
            _broken(path, f"compressed sample {name!r} is no whole Ogg stream")
        lengths = data[here + 27 : here + 27 + head[26]]
        if not here and not data[27 + len(lengths) :].startswith(b"\x01vorbis"):
            _broken(path, f"compressed sample {name!r} is not Vorbis")
        granule = int(struct.unpack("<q", head[6:14])[0])
        if not -1 <= granule <= MOST_FRAMES:
            _broken(path, f"compressed sample {name!r} says that it has {granule} frames")
        frames = max(frames, granule)
        here += 27 + len(lengths) + sum(lengths)
    if here > size or frames == 0:
        _broken(path, f"compressed sample {name!r} is cut short")
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as sound:
            channels = sound.channels
    except soundfile.LibsndfileError:
        _broken(path, f"compressed sample {name!r} cannot be decoded")
    if channels != 1:
        _broken(path, f"compressed sample {name!r} has {channels} channels")


# Records as data.


def _sample(row: Any, sound: NDArray[np.int16]) -> Sample:
    start, end = int(row["start"]), int(row["end"])
    loop = [min(max(int(row[side]), start), end) - start for side in ("loop_start", "loop_end")]
    return Sample(
        name=_text(row["name"]),
        frames=sound[start:end],
        rate=int(row["rate"]),
        root=int(row["root"]),
        correction=int(row["correction"]),
        loop=(min(loop), max(loop)),
        kind=int(row["kind"]),
        link=int(row["link"]),
    )


def _all_zones(hydra: Mapping[str, Records], letter: str) -> list[tuple[Zone, ...]]:
    """Return the zones of every preset ("p") or instrument ("i")."""
    names = {row.number: name for name, row in GENERATORS.items()}
    target = INSTRUMENT if letter == "p" else SAMPLE
    owners = hydra["phdr" if letter == "p" else "inst"]["bag"].tolist()
    bags = hydra[f"{letter}bag"].tolist()
    gens, mods = hydra[f"{letter}gen"].tolist(), hydra[f"{letter}mod"].tolist()
    zones = [_zone(gens[bag[0] : after[0]], mods[bag[1] : after[1]], names, target) for bag, after in pairwise(bags)]
    return [tuple(zones[first:last]) for first, last in pairwise(owners)]


def _zone(gens: Sequence[Any], mods: Sequence[Any], names: Mapping[int, str], target: int) -> Zone:
    played: int | None = None
    ranges = {KEYS: ALL, VELOCITIES: ALL}
    settings: dict[str, int] = {}
    for number, amount in gens:
        word = amount & 0xFFFF
        if number == target:
            played = word
            break  # whatever follows is to be passed over (section 8.1.2)
        if number in ranges:
            ranges[number] = (word & 0xFF, word >> 8)
        elif number in names:
            settings[names[number]] = amount
    known = [row for row in mods if row[1] in names]
    modulators = tuple(Modulator(row[0], names[row[1]], row[2], row[3], row[4]) for row in known)
    return Zone(played, ranges[KEYS], ranges[VELOCITIES], settings, modulators)
