"""Broken soundfonts: each is refused in one clear message, or read right; none hangs, crashes or asks for memory."""

from __future__ import annotations

import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fonts import OWN, compressed, small

from composer.errors import FileError
from composer.outputs.soundfonts.reader import examine, read_font
from composer.outputs.soundfonts.writer import font_bytes

WHOLE = font_bytes(small())


def changed(tag: bytes, offset: int, data: bytes, whole: bytes = WHOLE) -> bytes:
    """Return the font with bytes written over, `offset` after the data of the last chunk `tag` begin."""
    at = whole.rindex(tag) + 8 + offset
    return whole[:at] + data + whole[at + len(data) :]


def without(tag: bytes) -> bytes:
    """Return the font with a chunk renamed."""
    return WHOLE.replace(tag, b"junk", 1)


def word(value: int) -> bytes:
    return struct.pack("<H", value)


def long(value: int) -> bytes:
    return struct.pack("<I", value)


SF3 = compressed()
OGG = SF3.index(b"OggS")
GRANULE = struct.pack("<q", 2**40)

# What is said, and the bytes of which it is said.
BROKEN: dict[str, tuple[str, bytes]] = {
    "empty": ("the file is empty", b""),
    "text": ("does not begin as one", b"some text, longer than a header"),
    "wav": ("RIFF file of another kind", b"RIFF\x24\0\0\0WAVEfmt "),
    "lfs": ("Git LFS", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
    "html": ("page of the web", b"<!DOCTYPE html><html></html>"),
    "zip": ("ZIP archive", b"PK\x03\x04" + bytes(30)),
    "cut short": ("cut short", WHOLE[:-100]),
    "only a header": ("cut short", WHOLE[:12]),
    "no INFO": ("'INFO' is missing", without(b"INFO")),
    "no sound": ("'sdta' is missing", without(b"sdta")),
    "no hydra": ("'pdta' is missing", without(b"pdta")),
    "no version": ("version is missing", without(b"ifil")),
    "version 9": ("version 9.01", changed(b"ifil", 0, word(9))),
    "no presets' list": ("'phdr' is missing", without(b"phdr")),
    "chunk too long": ("reaches beyond the end", changed(b"phdr", -4, long(2**31))),
    "half a record": ("whole number of records", changed(b"shdr", -4, long(2 * 46 - 2))),
    "steps fall": ("'phdr' do not rise", changed(b"phdr", 24, word(3))),
    "leads beyond": ("'inst' leads to record 9", changed(b"inst", 2 * 22 + 20, word(9))),
    "bag beyond": ("'ibag' leads to record 500", changed(b"ibag", 3 * 4, word(500))),
    "no such instrument": ("number 7 of 'inst' is not there, it has 2", changed(b"pgen", 2, word(7))),
    "no such sample": ("number 3 of 'shdr'", changed(b"igen", 6, word(3))),
    "sample outside": ("sample 'sine' lies at 0 to 99999", changed(b"shdr", 24, long(99_999))),
    "sample backwards": ("sample 'sine' lies at 4294967295 to 1200", changed(b"shdr", 20, long(2**32 - 1))),
    "no rate": ("rate 0", changed(b"shdr", 36, long(0))),
    "not Ogg": ("no whole Ogg stream", SF3[:OGG] + b"Oops" + SF3[OGG + 4 :]),
    "not Vorbis": ("is not Vorbis", SF3.replace(b"\x01vorbis", b"\x01speexx")),
    "endless Vorbis": ("says that it has 1099511627776 frames", SF3[: OGG + 6] + GRANULE + SF3[OGG + 14 :]),
    "spoilt Vorbis": ("cannot be decoded", SF3[: OGG + 200] + b"\xff" * 8 + SF3[OGG + 208 :]),
    "cut Vorbis": ("no whole Ogg stream|cut short", changed(b"shdr", 24, long(400), SF3)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_fault_is_said(name: str, tmp_path: Path) -> None:
    message, data = BROKEN[name]
    path = tmp_path / "broken.sf2"
    path.write_bytes(data)
    with pytest.raises(FileError, match=message) as caught:
        examine(path)
    (fault,) = caught.value.faults
    assert fault.where == str(path)
    assert fault.remedy


@pytest.mark.parametrize("name", ["missing.sf2", "."])
def test_what_is_no_file_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"there is no such file|a directory"):
        examine(tmp_path / name)


def test_harmless_breaches_are_told(tmp_path: Path) -> None:
    path = tmp_path / "odd.sf2"
    for data, what in (
        (WHOLE.replace(b"IENG", b"DMOD"), "'DMOD' among its texts"),
        (changed(b"shdr", 32, long(5_000)), "have a loop that leaves the sample"),
        (changed(b"shdr", 24, long(40)), "are shorter than 48 frames"),
        (changed(b"shdr", 24, long(0)), "are empty"),
        (changed(b"shdr", 44, word(0x8001)), "in the memory of a sound card"),
    ):
        path.write_bytes(data)
        assert any(what in oddity for oddity in examine(path).oddities), what


def test_names_of_any_bytes_are_text(tmp_path: Path) -> None:
    path = tmp_path / "odd.sf2"
    path.write_bytes(changed(b"phdr", 0, b"\xe9\x01\x1b[31m" + b"\xff" * 14))
    (name, _) = (row.name for row in examine(path).presets)
    assert name.isprintable()


def test_a_chunk_of_odd_size_may_lack_its_zero(tmp_path: Path) -> None:
    """As in the SF3 that MuseScore packs."""
    data = WHOLE.replace(b"IENG" + long(10) + b"somebody\0\0", b"IENG" + long(9) + b"somebody\0")
    size = struct.unpack("<I", data[16:20])[0]
    data = b"RIFF" + long(len(data) - 8) + data[8:16] + long(size - 1) + data[20:]
    (tmp_path / "a.sf2").write_bytes(data)
    assert examine(tmp_path / "a.sf2").texts["engineer"] == "somebody"


def spoil(rng: np.random.Generator, whole: bytes) -> bytes:
    """Return a font that is broken by chance: bits flipped, bytes over the lists, a piece cut out, put in or off."""
    data = bytearray(whole)
    kind = int(rng.integers(5))
    lists = whole.index(b"pdta")
    if kind == 0:
        for at in rng.integers(0, len(data), 20):
            data[at] ^= 1 << int(rng.integers(8))
    elif kind == 1:
        for at in rng.integers(lists, len(data), int(rng.integers(1, 60))):
            data[at] = int(rng.integers(256))
    elif kind == 2:
        at = int(rng.integers(len(data)))
        del data[at : at + int(rng.integers(1, 400))]
    elif kind == 3:
        at = int(rng.integers(len(data)))
        data[at:at] = rng.bytes(int(rng.integers(1, 400)))
    else:
        del data[int(rng.integers(len(data))) :]
    return bytes(data)


@pytest.mark.parametrize("which", ["sf2", "sf3", "own"])
def test_fonts_spoilt_by_chance_are_refused_or_read(which: str, tmp_path: Path) -> None:
    whole = {"sf2": WHOLE, "sf3": SF3, "own": WHOLE}[which]
    if which == "own":  # with its lists, and as little of its sound as the reader needs to see
        whole = OWN.read_bytes()
    rng = np.random.default_rng(5)
    path = tmp_path / "spoilt.sf2"
    refused = 0
    for _ in range(100 if which != "own" else 20):
        path.write_bytes(spoil(rng, whole))
        for read in (examine, read_font) if which == "sf2" else (examine,):
            try:
                read(path)
            except FileError as error:
                refused += 1
                assert len(error.faults) == 1
                assert error.faults[0].message
    assert list(tmp_path.iterdir()) == [path]
    assert refused > 10


def test_what_it_costs_is_bounded(tmp_path: Path) -> None:
    """A file may say that it has gigabytes: only what it holds is read, and of the sound nothing."""
    path = tmp_path / "spoilt.sf2"

    def most(data: bytes) -> int:
        path.write_bytes(data)
        tracemalloc.start()
        try:
            examine(path)
        except FileError:
            pass
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return peak

    spoilt: list[Callable[[], bytes]] = [
        lambda: changed(b"smpl", -4, long(2**32 - 1)),
        lambda: b"RIFF" + long(2**32 - 1) + WHOLE[8:],
        lambda: changed(b"ICMT", -4, long(2**31)),
        lambda: b"RIFF" + long(16 * 2**20 + 4) + b"sfbk" + (b"LIST" + long(0)) * 2**21,
    ]
    for make in spoilt:
        assert most(make()) < 2**20
    assert most(OWN.read_bytes()) < OWN.stat().st_size / 4
