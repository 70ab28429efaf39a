"""A SoundFont of one sine, so that what a synthesiser plays can be measured: see `soundfont`.

The sine is exactly 440 Hz: one cycle is 100 samples at 44 000 Hz, and the loop is ten of them. Source of all layouts: the
SoundFont Technical Specification 2.04.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable

CYCLE, RATE, ROOT = 100, 44_000, 69
LEAD, LOOPED, TAIL = CYCLE, 10 * CYCLE, CYCLE  # samples before the loop, in it, and after it
_SILENCE = 46  # zeros that must follow a sample
_SAMPLE_MODES, _INSTRUMENT, _SAMPLE_ID = 54, 41, 53  # generators
_LOOPS = 1
PLACES = [*((0, program) for program in range(128)), (128, 0)]  # banks and programs; 128 is the drums' bank


def soundfont() -> bytes:
    """Return a SoundFont 2 in which every melodic program, and the drum kit, is a looped sine at its key's pitch."""
    size = LEAD + LOOPED + TAIL
    wave = [round(16_000 * math.sin(2 * math.pi * n / CYCLE)) for n in range(CYCLE)] * (size // CYCLE) + [0] * _SILENCE
    info = [
        _chunk(b"ifil", struct.pack("<HH", 2, 1)),
        _chunk(b"isng", b"EMU8000\0"),
        _chunk(b"INAM", b"One sine\0\0"),
    ]
    headers = [_preset(f"Sine {bank} {program}", program, bank, n) for n, (bank, program) in enumerate(PLACES)]
    sample = struct.pack("<20sIIIIIBbHH", b"sine", 0, size, LEAD, LEAD + LOOPED, RATE, ROOT, 0, 0, 1)
    hydra = {
        b"phdr": [*headers, _preset("EOP", 0, 0, len(PLACES))],
        b"pbag": [struct.pack("<HH", n, 0) for n in range(len(PLACES) + 1)],
        b"pmod": [bytes(10)],
        b"pgen": [*[struct.pack("<HH", _INSTRUMENT, 0)] * len(PLACES), bytes(4)],
        b"inst": [struct.pack("<20sH", b"sine", 0), struct.pack("<20sH", b"EOI", 1)],
        b"ibag": [struct.pack("<HH", 0, 0), struct.pack("<HH", 2, 0)],
        b"imod": [bytes(10)],
        b"igen": [struct.pack("<HH", _SAMPLE_MODES, _LOOPS), struct.pack("<HH", _SAMPLE_ID, 0), bytes(4)],
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
