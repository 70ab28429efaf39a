"""What the tests of soundfonts share: small fonts, a compressed one, and FluidSynth as a second opinion."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from composer.outputs.soundfonts.sf2 import Font, Instrument, Preset, Sample, Zone
from composer.outputs.soundfonts.writer import font_bytes

OWN = Path(__file__).parents[3] / "soundfonts" / "composer.sf2"
RATE = 44_100
F8 = NDArray[np.float64]


def sine(cycle: int = 100, cycles: int = 12, rate: int = 44_000, root: int = 69) -> Sample:
    """Return a sine of `cycle` frames a period, looped over all periods but the first and last."""
    frames = np.round(16_000 * np.sin(2 * np.pi * np.arange(cycle * cycles) / cycle)).astype(np.int16)
    return Sample("sine", frames, rate, root, loop=(cycle, cycle * (cycles - 1)))


def small() -> Font:
    """Return a font of two presets, one in the drums' bank."""
    keys = Instrument("keys", (Zone(None, generators={"sampleModes": 1}), Zone(0)))
    drum = Instrument("drum", (Zone(0, keys=(35, 81), generators={"scaleTuning": 0}),))
    presets = (Preset("Keys", 0, 0, (Zone(0),)), Preset("Drums", 128, 0, (Zone(1),)))
    return Font("Small", (sine(),), (keys, drum), presets, "somebody", "CC0-1.0", "a comment")


def compressed() -> bytes:
    """Return the small font as an SF3: its sample is Vorbis, its places in bytes, its loop from its own first frame."""
    import soundfile

    sample = sine()
    packed = io.BytesIO()
    soundfile.write(packed, sample.frames, sample.rate, format="OGG", subtype="VORBIS")
    vorbis = packed.getvalue()
    vorbis += bytes(len(vorbis) % 2)
    data = font_bytes(small())
    at = data.index(b"smpl")
    size = struct.unpack("<I", data[at + 4 : at + 8])[0]
    sdta = b"sdtasmpl" + struct.pack("<I", len(vorbis)) + vorbis
    before, after = data[12 : at - 12], data[at + 8 + size :]
    head = after.index(b"shdr") + 8
    places = struct.pack("<IIII", 0, len(packed.getvalue()), *sample.loop)
    after = after[: head + 20] + places + after[head + 36 : head + 44] + struct.pack("<H", 0x11) + after[head + 46 :]
    before = before.replace(b"ifil\x04\0\0\0\x02\0\x01\0", b"ifil\x04\0\0\0\x03\0\x01\0")
    body = b"sfbk" + before + b"LIST" + struct.pack("<I", len(sdta)) + sdta + after
    return b"RIFF" + struct.pack("<I", len(body)) + body


class Player:
    """FluidSynth with a font, dry: it plays one note at a time."""

    def __init__(self, library: Any, path: Path) -> None:
        self.synth = library.Synth(gain=1.0, samplerate=float(RATE))
        for effect in ("reverb", "chorus"):
            self.synth.setting(f"synth.{effect}.active", 0)
        self.font = self.synth.sfload(str(path))
        assert self.font >= 0

    def note(self, bank: int, program: int, key: int, velocity: int, held: float, more: float = 0.0) -> F8:
        """Return the left and right of a note, (frames, 2), full scale 1."""
        self.synth.program_select(0, self.font, bank, program)
        self.synth.noteon(0, key, velocity)
        on = self.synth.get_samples(round(held * RATE))
        self.synth.noteoff(0, key)
        off = self.synth.get_samples(round(more * RATE))
        self.synth.all_sounds_off(0)
        self.synth.get_samples(4_096)  # what it had begun to make
        return np.concatenate((on, off)).reshape(-1, 2) / 32_768


@contextmanager
def player(path: Path) -> Iterator[Player]:
    """Yield FluidSynth with a font in it; skip the test where FluidSynth is not installed."""
    try:
        import fluidsynth
    except (ImportError, AttributeError):  # the Python binding, or the library that it binds
        pytest.skip("FluidSynth is missing: apt install libfluidsynth3, pip install pyfluidsynth")
    playing = Player(fluidsynth, path)
    yield playing
    playing.synth.delete()


def cents_off(sound: F8, hertz: float) -> float:
    """Return how many cents the strongest line near a frequency lies above it."""
    size = 2**19
    power = np.abs(np.fft.rfft(sound * np.hanning(sound.size), size))
    low, high = (int(hertz * 2 ** (side / 1200) * size / RATE) for side in (-60, 60))
    top = low + int(np.argmax(power[low:high]))
    left, middle, right = np.log(power[top - 1 : top + 2] + 1e-30)
    line = top + 0.5 * (left - right) / (left - 2 * middle + right)
    return float(1200 * math.log2(line * RATE / size / hertz))


def hertz_of(pitch: float) -> float:
    """Return the frequency of a MIDI number, A4 = 440 Hz."""
    return float(440 * 2 ** ((pitch - 69) / 12))
