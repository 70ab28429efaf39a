"""A SoundFont of one sine, so that what a synthesiser plays can be measured: see `soundfont`.

The sine is at its key's pitch exactly, whole octaves from 440 Hz, where a cycle is 100 samples at 44 000 Hz.
The loop is ten cycles. Source of all layouts: the SoundFont Technical Specification 2.04.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable

RATE, ROOT = 44_000, 45
CYCLES = 10  # in the loop; there is one before it, and one after
_SILENCE = 46  # zeros that must follow a sample
_INSTRUMENT, _SAMPLE_ID, _SAMPLE_MODES, _SCALE_TUNING = 41, 53, 54, 56  # generators
_LOOPS = 1
DRUMS = 128  # their bank
PLACES = [*((0, program) for program in range(128)), (DRUMS, 0)]  # banks and programs


def soundfont(root: int = ROOT) -> bytes:
    """Return a SoundFont 2 in which every melodic program is a looped sine at its key's pitch.

    It is recorded at the key `root`, octaves from 69. Every drum is one at the root's pitch, so that a melodic note
    on the drums' channel can be heard.
    """
    length = round(100 * 2 ** ((69 - root) / 12))  # samples of a cycle
    size = (CYCLES + 2) * length
    cycle = [round(16_000 * math.sin(2 * math.pi * n / length)) for n in range(length)]
    wave = cycle * (CYCLES + 2) + [0] * _SILENCE
    info = [
        _chunk(b"ifil", struct.pack("<HH", 2, 1)),
        _chunk(b"isng", b"EMU8000\0"),
        _chunk(b"INAM", b"One sine\0\0"),
    ]
    headers = [_preset(f"{bank} {program}", program, bank, n) for n, (bank, program) in enumerate(PLACES)]
    sample = struct.pack("<20sIIIIIBbHH", b"sine", 0, size, length, size - length, RATE, root, 0, 0, 1)
    looped = [struct.pack("<HH", _SAMPLE_MODES, _LOOPS), struct.pack("<HH", _SAMPLE_ID, 0)]
    hydra = {
        b"phdr": [*headers, _preset("EOP", 0, 0, len(PLACES))],
        b"pbag": [struct.pack("<HH", n, 0) for n in range(len(PLACES) + 1)],
        b"pmod": [bytes(10)],
        b"pgen": [*(struct.pack("<HH", _INSTRUMENT, bank == DRUMS) for bank, _ in PLACES), bytes(4)],
        b"inst": [struct.pack("<20sH", name, n) for n, name in enumerate((b"key", b"drum", b"EOI"))],
        b"ibag": [struct.pack("<HH", first, 0) for first in (0, 2, 5)],
        b"imod": [bytes(10)],
        b"igen": [*looped, struct.pack("<HH", _SCALE_TUNING, 0), *looped, bytes(4)],
        b"shdr": [sample, struct.pack("<20sIIIIIBbHH", b"EOS", *[0] * 9)],
    }
    lists = [
        _list(b"INFO", info),
        _list(b"sdta", [_chunk(b"smpl", struct.pack(f"<{len(wave)}h", *wave))]),
        _list(b"pdta", [_chunk(name, b"".join(rows)) for name, rows in hydra.items()]),
    ]
    return _chunk(b"RIFF", b"sfbk" + b"".join(lists))


def _preset(name: str, program: int, bank: int, bag: int) -> bytes:
    return struct.pack("<20sHHHIII", name.encode(), program, bank, bag, 0, 0, 0)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _list(kind: bytes, chunks: Iterable[bytes]) -> bytes:
    return _chunk(b"LIST", kind + b"".join(chunks))
