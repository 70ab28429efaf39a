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
from composer.outputs.events import (
    MOST_DELTA,
    MOST_TEXTS,
    RANKS,
    RPNS,
    delta_time,
    encode,
    meta,
    no_parameter,
    parameter,
    renumbered,
    sysex,
    text_words,
    words,
)
from composer.outputs.ticks import LAST_TICK

# Every kind of event at tick 5 on channel index 2, in the order of the law.
ONE_TICK = [
    ("note_off", 60, 64, "05 82 3c 40"),
    ("bank_msb", 0, 1, "00 b2 00 01"),
    ("bank_lsb", 32, 2, "00 b2 20 02"),
    ("program", 7, 0, "00 c2 07"),
    ("controller", 7, 100, "00 b2 07 64"),
    ("controller", 10, 64, "00 b2 0a 40"),
    ("nrpn_msb_pan", 99, 120, "00 b2 63 78"),
    ("nrpn_lsb_pan", 98, 17, "00 b2 62 11"),
    ("data_lsb_pan", 38, 3, "00 b2 26 03"),
    ("data_msb_pan", 6, 64, "00 b2 06 40"),
    ("rpn_msb_mpe", 101, 0, "00 b2 65 00"),
    ("rpn_lsb_mpe", 100, 6, "00 b2 64 06"),
    ("data_lsb_mpe", 38, 0, "00 b2 26 00"),
    ("data_msb_mpe", 6, 15, "00 b2 06 0f"),
    ("rpn_msb_bank", 101, 0, "00 b2 65 00"),
    ("rpn_lsb_bank", 100, 4, "00 b2 64 04"),
    ("data_lsb_bank", 38, 0, "00 b2 26 00"),
    ("data_msb_bank", 6, 0, "00 b2 06 00"),
    ("rpn_msb_tuning", 101, 0, "00 b2 65 00"),
    ("rpn_lsb_tuning", 100, 3, "00 b2 64 03"),
    ("data_lsb_tuning", 38, 0, "00 b2 26 00"),
    ("data_msb_tuning", 6, 9, "00 b2 06 09"),
    ("rpn_msb_range", 101, 0, "00 b2 65 00"),
    ("rpn_lsb_range", 100, 0, "00 b2 64 00"),
    ("data_lsb_range", 38, 50, "00 b2 26 32"),
    ("data_msb_range", 6, 2, "00 b2 06 02"),
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
    told = {"head": 0, "lyric": len(RANKS) - 2}
    kinds = [kind for kind, _ in RANKS]
    assert {kind: kinds.index(kind) for kind in told} == told  # before all, and just before the notes that are sung
    assert list(dict.fromkeys(kind for kind, *_ in ONE_TICK)) == [kind for kind in kinds if kind not in told]


@given(st.permutations(ONE_TICK))
@settings(max_examples=50, deadline=None)
def test_events_of_one_tick_are_put_in_order(shuffled: list[tuple[str, int, int, str]]) -> None:
    data, last = encode([words(kind, 5, first, second, 2) for kind, first, second, _ in shuffled])
    assert data == bytes.fromhex(" ".join(text for *_, text in ONE_TICK))
    assert last == 5


def test_texts_stand_where_their_words_say() -> None:
    parts = [
        words("note_on", [0, 5], 60, 1),
        words("note_off", 5, 60, 2),
        words("bend", 5, 0, 64),
        text_words("lyric", [5, 0], 2),
        text_words("head", [0, 0]),
    ]
    texts = [meta(3, b"a"), sysex(b"\x7e\x01"), meta(5, b"la"), meta(5, b"")]
    assert encode(parts, texts) == (
        bytes.fromhex(
            "00 ff 03 01 61  00 f0 03 7e 01 f7  00 ff 05 00  00 90 3c 01"
            "05 80 3c 02  00 e0 00 40  00 ff 05 02 6c 61  00 90 3c 01"
        ),
        5,
    )


def test_renumbered_words_mean_later_texts_and_the_same_events() -> None:
    parts = [text_words("head", [0, 3]), words("note_on", 2, 60, 1, 4), text_words("lyric", [2], 2)]
    first = [meta(1, bytes([n])) for n in range(7)]
    data, last = encode([renumbered(part, 4) for part in parts], first)
    assert data == bytes.fromhex("00 ff 01 01 04  02 ff 01 01 06  00 94 3c 01  01 ff 01 01 05")
    assert last == 3


def test_more_texts_than_words_can_count_are_refused() -> None:
    texts = [meta(1, b"")] * (MOST_TEXTS + 1)
    data, _ = encode([text_words("head", np.zeros(MOST_TEXTS))], texts[:-1])
    assert len(data) == 4 * MOST_TEXTS
    with pytest.raises(InputError, match="262145 texts on one track"):
        encode([text_words("head", 0), renumbered(text_words("head", 0), MOST_TEXTS)], texts)


@given(st.integers(0, 127), st.lists(st.integers(0, 15), min_size=1, max_size=4, unique=True))
@settings(max_examples=30, deadline=None)
def test_registered_parameters_of_one_channel_are_set_one_after_another(value: int, on: list[int]) -> None:
    parts = [*no_parameter(on), *(part for name in RPNS for part in parameter(name, value, on))]
    data, _ = encode(parts)
    for channel in on:
        found = [tuple(data[at + 2 : at + 4]) for at in range(0, len(data), 4) if data[at + 1] == 0xB0 + channel]
        each = [((101, 0), (100, number), (38, 0), (6, value)) for number in (6, 4, 3, 0)]
        assert found == [*(event for setting in each for event in setting), (101, 127), (100, 127)]


def test_time_goes_before_rank() -> None:
    data, last = encode([words("note_on", [9, 0], 60, 1, 15), words("note_off", 10, 60, 2, [15])])
    assert data == bytes.fromhex("00 9f 3c 01  09 9f 3c 01  01 8f 3c 02")
    assert last == 10


def test_the_last_tick_has_room() -> None:
    waits = [MOST_DELTA] * (LAST_TICK // MOST_DELTA)
    data, last = encode([words("note_on", np.cumsum(waits), 127, 127, 15)])
    assert data == bytes.fromhex("ff ff ff 7f 9f 7f 7f") * len(waits)
    assert LAST_TICK - last < MOST_DELTA


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
        assert data[size : size + 2] == b"\xc0\x00"
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
    assert meta(0x2F, b"") == bytes.fromhex("ff 2f 00")
    assert meta(0x06, b"x" * 200) == bytes.fromhex("ff 06 81 48") + b"x" * 200


def test_system_exclusive_messages_count_their_end() -> None:
    assert sysex(b"") == bytes.fromhex("f0 01 f7")
    assert sysex(b"\x01" * 127) == bytes.fromhex("f0 81 00") + b"\x01" * 127 + b"\xf7"
