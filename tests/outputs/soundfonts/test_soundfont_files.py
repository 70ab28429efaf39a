"""Soundfonts written and read back: nothing is lost, the bytes are always the same, others read the same."""

from __future__ import annotations

import dataclasses
import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from fonts import compressed, player, small
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import FileError
from composer.outputs.soundfonts.reader import examine, read_font
from composer.outputs.soundfonts.sf2 import (
    GENERATORS,
    Font,
    Instrument,
    Modulator,
    Preset,
    Sample,
    Zone,
    filter_cents,
    timecents,
)
from composer.outputs.soundfonts.writer import font_bytes, write_font


def same(one: Font, other: Font) -> bool:
    """Whether two fonts hold the same; arrays have no equality of their own."""
    sounds = [
        (sample.frames.tolist(), dataclasses.replace(sample, frames=np.zeros(0, np.int16))) for sample in one.samples
    ]
    others = [(s.frames.tolist(), dataclasses.replace(s, frames=np.zeros(0, np.int16))) for s in other.samples]
    plain = [[(frames, str(rest)) for frames, rest in found] for found in (sounds, others)]
    rest = [dataclasses.replace(font, samples=()) for font in (one, other)]
    return plain[0] == plain[1] and rest[0] == rest[1]


NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
RANGES = st.tuples(st.integers(0, 127), st.integers(0, 127)).map(lambda ends: (min(ends), max(ends)))
PLAIN = {name: row for name, row in GENERATORS.items() if name != "sampleModes"}


@st.composite
def fonts(draw: st.DrawFn) -> Font:
    """Draw a whole small font."""

    def zones(targets: int) -> tuple[Zone, ...]:
        made = []
        for _ in range(draw(st.integers(1, 3))):
            names = draw(st.lists(st.sampled_from(sorted(PLAIN)), max_size=4, unique=True))
            values = {name: draw(st.integers(PLAIN[name].lowest, PLAIN[name].highest)) for name in names}
            mods = draw(
                st.lists(
                    st.builds(
                        Modulator,
                        st.integers(0, 65_535),
                        st.sampled_from(sorted(PLAIN)),
                        st.integers(-32_768, 32_767),
                        st.integers(0, 65_535),
                        st.sampled_from((0, 2)),
                    ),
                    max_size=2,
                )
            )
            target = draw(st.integers(0, targets - 1))
            made.append(Zone(target, draw(RANGES), draw(RANGES), values, tuple(mods)))
        first = [Zone(None, generators={"pan": 3})] if draw(st.booleans()) else []
        return (*first, *made)

    samples = []
    for _ in range(draw(st.integers(1, 3))):
        frames = np.frombuffer(draw(st.binary(min_size=48, max_size=80)) * 2, "<i2")
        ends = draw(st.tuples(st.integers(0, 48), st.integers(0, 48)))
        rate, root, off = draw(st.integers(400, 50_000)), draw(st.integers(0, 127)), draw(st.integers(-99, 99))
        samples.append(Sample(draw(NAMES), frames, rate, root, off, (min(ends), max(ends))))
    instruments = [Instrument(draw(NAMES), zones(len(samples))) for _ in range(draw(st.integers(1, 2)))]
    places = draw(st.sets(st.tuples(st.integers(0, 128), st.integers(0, 127)), min_size=1, max_size=4))
    presets = [Preset(draw(NAMES), *place, zones(len(instruments))) for place in sorted(places)]
    texts = [draw(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)) for _ in range(4)]
    return Font(texts[0], tuple(samples), tuple(instruments), tuple(presets), *texts[1:])


@given(font=fonts())
@settings(max_examples=30, deadline=None)
def test_what_is_written_is_read_back(font: Font, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "roundtrip.sf2"
    write_font(font, path)
    assert same(read_font(path), font)
    assert path.read_bytes() == font_bytes(font)
    assert len(examine(path).presets) == len(font.presets)


def test_the_comparison_would_see_a_change() -> None:
    font = small()
    louder = dataclasses.replace(font.samples[0], frames=font.samples[0].frames + np.int16(1))
    assert same(font, small())
    assert not same(font, dataclasses.replace(font, samples=(louder,)))
    assert not same(font, dataclasses.replace(font, comment="another"))


def test_the_bytes_are_the_format() -> None:
    """Places by hand, after the specification: RIFF, LIST INFO, LIST sdta, LIST pdta with its nine lists in order."""
    data = font_bytes(small())
    assert data[:4] + data[8:12] == b"RIFFsfbk"
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    order = [
        data.index(tag) for tag in b"INFO ifil isng INAM IENG ICOP ICMT sdta smpl pdta phdr pbag pmod pgen".split()
    ]
    order += [data.index(tag, order[-1]) for tag in (b"inst", b"ibag", b"imod", b"igen", b"shdr")]
    assert order == sorted(order)
    assert data[data.index(b"ifil") : data.index(b"ifil") + 12] == b"ifil\x04\0\0\0\x02\0\x01\0"
    phdr = data.index(b"phdr") + 8
    assert data[phdr : phdr + 38] == b"Keys".ljust(20, b"\0") + bytes(18)
    assert data.count(bytes([43, 0, 35, 81])) == 1  # keyRange from 35 to 81, lowest first
    shdr = data.index(b"shdr") + 8
    ends = [int.from_bytes(data[shdr + at : shdr + at + 4], "little") for at in (20, 24, 28, 32, 36)]
    assert ends == [0, 1200, 100, 1100, 44_000]
    smpl = data.index(b"smpl")
    assert int.from_bytes(data[smpl + 4 : smpl + 8], "little") == 2 * (1200 + 46)


def test_presets_are_sorted_and_sound_that_is_shared_is_written_once(tmp_path: Path) -> None:
    font = small()
    twin = dataclasses.replace(font.samples[0], name="twin", rate=22_000)
    changed = dataclasses.replace(font, presets=font.presets[::-1], samples=(*font.samples, twin))
    write_font(changed, tmp_path / "a.sf2")
    read = read_font(tmp_path / "a.sf2")
    assert [preset.bank for preset in read.presets] == [0, 128]
    assert read.samples[1].rate == 22_000
    assert read.samples[1].frames.tolist() == font.samples[0].frames.tolist()
    assert len(font_bytes(changed)) == len(font_bytes(font)) + 46


def _with(**changes: object) -> Font:
    return dataclasses.replace(small(), **changes)


FAULTS = {
    "no name of 1 to 20": lambda: _with(instruments=(Instrument("n" * 21, (Zone(0),)),), presets=()),
    "lies outside 0 to 1000": lambda: _with(
        instruments=(Instrument("a", (Zone(0, generators={"sustainModEnv": -1}),)),), presets=()
    ),
    "no number 1 to play": lambda: _with(instruments=(Instrument("a", (Zone(1),)),), presets=()),
    "no range of keys": lambda: _with(instruments=(Instrument("a", (Zone(0, keys=(60, 59)),)),), presets=()),
    "same bank and program": lambda: _with(presets=small().presets + small().presets),
    "leaves its 1200 frames": lambda: _with(samples=(dataclasses.replace(small().samples[0], loop=(0, 1201)),)),
    "compressed sound": lambda: _with(samples=(dataclasses.replace(small().samples[0], kind=0x11),)),
    "too long: 255 at most": lambda: _with(name="n" * 256),
    "too many zones": lambda: _with(instruments=(Instrument("a", (Zone(0, generators={"pan": 1}),) * 40_000),) * 2),
}


@pytest.mark.parametrize("message", FAULTS)
def test_what_the_format_cannot_hold_is_not_written(message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        write_font(FAULTS[message](), tmp_path / "a.sf2")
    assert list(tmp_path.iterdir()) == []


def test_units() -> None:
    assert [timecents(s) for s in (0.0, 0.001, 1.0, 2.0, 1e9)] == [-12_000, -11_959, 0, 1200, 8000]
    assert [filter_cents(hertz) for hertz in (440.0, 880.0, 8.1757989156)] == [6900, 8100, 0]


def test_what_a_font_holds_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.sf2"
    write_font(small(), path)
    facts = examine(path)
    assert facts.texts == {"name": "Small", "engineer": "somebody", "copyright": "CC0-1.0", "comment": "a comment"}
    assert (facts.version, facts.compressed, facts.size) == ("2.01", False, path.stat().st_size)
    assert (facts.instruments, facts.samples, facts.sound) == (2, 1, 2492)
    assert [(row.bank, row.program, row.name) for row in facts.presets] == [(0, 0, "Keys"), (128, 0, "Drums")]
    assert (facts.has(128, 0), facts.has(0, 1), facts.oddities) == (True, False, ())


def test_a_compressed_font_is_examined_but_not_read_as_samples(tmp_path: Path) -> None:
    path = tmp_path / "a.sf3"
    path.write_bytes(compressed())
    facts = examine(path)
    assert (facts.version, facts.compressed, facts.samples) == ("3.01", True, 1)
    with pytest.raises(FileError, match="not plain 16-bit sound"):
        read_font(path)


def test_fluidsynth_plays_both(tmp_path: Path) -> None:
    (tmp_path / "a.sf3").write_bytes(compressed())
    write_font(small(), tmp_path / "a.sf2")
    for name in ("a.sf2", "a.sf3"):
        with player(tmp_path / name) as synth:
            sound = synth.note(0, 0, 69, 100, 0.3)[4_410:, 0]
        periods = np.count_nonzero((sound[:-1] < 0) & (sound[1:] >= 0)) / (sound.size / 44_100)
        assert periods == pytest.approx(440, abs=6)


def test_an_independent_reader_finds_the_same(tmp_path: Path) -> None:
    """sf2utils, another reader of soundfonts, written by other people."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sf2parse = pytest.importorskip("sf2utils.sf2parse", reason="pip install sf2utils")
        other = sf2parse.Sf2File(io.BytesIO(font_bytes(small())))
        presets = [preset for preset in other.presets if preset.name != "EOP"]
        assert [(row.name, row.bank, row.preset) for row in presets] == [("Keys", 0, 0), ("Drums", 128, 0)]
        (sample, _) = other.samples
        assert (sample.name, sample.sample_rate, sample.original_pitch) == ("sine", 44_000, 69)
        assert (sample.start_loop, sample.end_loop, sample.duration) == (100, 1100, 1200)
        assert np.frombuffer(sample.raw_sample_data, "<i2").tolist() == small().samples[0].frames.tolist()
        drum = other.instruments[1].bags[0]
        assert list(drum.key_range) == [35, 81]
