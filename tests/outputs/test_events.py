"""The words of composer.outputs.events become the bytes of the Standard MIDI File specification.

The expected bytes are written out by hand: status bytes, the order of events at one tick, and the
variable-length numbers from the specification's own table.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import InputError
from composer.outputs.events import MOST_DELTA, RANKS, delta_time, encode, meta, words

# Every kind of event at tick 5 on channel index 2, in the order of the law.
ONE_TICK = [
    ("note_off", 60, 64, "05 82 3c 40"),
    ("bank_msb", 0, 1, "00 b2 00 01"),
    ("bank_lsb", 32, 2, "00 b2 20 02"),
    ("program", 7, 0, "00 c2 07"),
    ("controller", 7, 100, "00 b2 07 64"),
    ("controller", 10, 64, "00 b2 0a 40"),
    ("rpn_msb", 101, 0, "00 b2 65 00"),
    ("rpn_lsb", 100, 0, "00 b2 64 00"),
    ("data_lsb", 38, 50, "00 b2 26 32"),
    ("data_msb", 6, 2, "00 b2 06 02"),
    ("null_rpn_msb", 101, 127, "00 b2 65 7f"),
    ("null_rpn_lsb", 100, 127, "00 b2 64 7f"),
    ("bend", 1, 65, "00 e2 01 41"),
    ("note_on", 60, 100, "00 92 3c 64"),
]
# The specification's examples of variable-length quantities.
QUANTITIES = {
    0x00000000: "00",
    0x00000040: "40",
    0x0000007F: "7f",
    0x00000080: "81 00",
    0x00002000: "c0 00",
    0x00003FFF: "ff 7f",
    0x00004000: "81 80 00",
    0x00100000: "c0 80 00",
    0x001FFFFF: "ff ff 7f",
    0x00200000: "81 80 80 00",
    0x08000000: "c0 80 80 00",
    0x0FFFFFFF: "ff ff ff 7f",
}


def test_every_rank_is_in_the_list() -> None:
    assert list(dict.fromkeys(kind for kind, *_ in ONE_TICK)) == [kind for kind, _ in RANKS]


@given(st.permutations(ONE_TICK))
@settings(max_examples=50, deadline=None)
def test_events_of_one_tick_are_put_in_order(shuffled: list[tuple[str, int, int, str]]) -> None:
    data, last = encode([words(kind, 5, first, second) for kind, first, second, _ in shuffled])
    assert data == bytes.fromhex(" ".join(text for *_, text in ONE_TICK))
    assert last == 5


def test_time_goes_before_rank() -> None:
    data, last = encode([words("note_on", [9, 0], 60, 1), words("note_off", 10, 60, 2)])
    assert data == bytes.fromhex("00 9f 3c 01  09 9f 3c 01  01 8f 3c 02")
    assert last == 10


def test_no_events() -> None:
    assert encode([]) == (b"", 0)
    assert encode([words("note_on", [], 60, 64)]) == (b"", 0)


@pytest.mark.parametrize("value", QUANTITIES)
def test_quantities_of_the_specification(value: int) -> None:
    expected = bytes.fromhex(QUANTITIES[value])
    assert delta_time(value) == expected
    assert encode([words("program", value, 3)]) == (expected + b"\xc0\x03", value)


def quantity(data: bytes) -> tuple[int, int]:
    """Read a variable-length quantity: its value and its size."""
    value = 0
    for size, byte in enumerate(data, 1):
        value = value * 128 + byte % 128
        if byte < 128:
            return value, size
    raise AssertionError("it does not end")


@given(st.lists(st.integers(0, MOST_DELTA), min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_waits_are_read_back(waits: list[int]) -> None:
    data, last = encode([words("program", np.cumsum(waits), 0)])
    found = []
    while data:
        wait, size = quantity(data)
        assert data[size : size + 2] == b"\xc4\x00"
        assert size == next(n for n in (1, 2, 3, 4) if wait < 128**n)
        found.append(wait)
        data = data[size + 2 :]
    assert found == waits
    assert last == sum(waits)


def test_too_long_a_wait_is_refused() -> None:
    with pytest.raises(InputError, match="268435456 ticks pass without an event"):
        encode([words("program", [0, 2**28], 0)])
    with pytest.raises(InputError, match="268435455 at most"):
        delta_time(2**28)


def test_meta_events_count_bytes_with_a_quantity() -> None:
    assert meta(0x2F, b"", 200) == bytes.fromhex("81 48 ff 2f 00")
    assert meta(0x06, b"x" * 200) == bytes.fromhex("00 ff 06 81 48") + b"x" * 200
