"""Audio files: what is in them, by other readers; large ones; the ones that cannot be written."""

from __future__ import annotations

import errno
import os
import struct
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from scipy.io import wavfile

from composer.errors import FileError, InputError
from composer.files import whole
from composer.outputs.audio import FORMATS, libsndfile, rate_for, write_audio, writing
from composer.outputs.audio.formats import wav
from composer.outputs.stream import Stream
from composer.outputs.tags import Tags
from composer.units import F4

RATES = [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000]


def sound(frames: int = 30_000, channels: int = 2) -> F4:
    t = np.arange(frames) / 30_000
    hz = np.array([440.0, 660.0])[:channels, None]
    return (0.5 * np.sin(2 * np.pi * hz * t) * np.minimum(1, 4 * t)).astype(np.float32)


def stream_of(samples: F4, rate: int, size: int = 20_000, **more: Any) -> Stream:
    def blocks() -> Iterator[F4]:
        yield from (samples[:, at : at + size] for at in range(0, samples.shape[1], size))

    return Stream(rate, samples.shape[0], samples.shape[1], blocks, **more)


def written(path: Path, samples: F4, rate: int = 48_000, more: dict[str, Any] | None = None, **settings: Any) -> Path:
    write_audio(stream_of(samples, rate, **(more or {})), path, FORMATS[path.suffix[1:]], settings)
    return path


# Every format


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("asked", RATES)
def test_every_format_holds_every_rate_mono_and_stereo(suffix: str, channels: int, asked: int, tmp_path: Path) -> None:
    rate = rate_for(FORMATS[suffix], asked)
    assert rate == asked or suffix in ("opus", "mp3")
    path = written(tmp_path / f"it.{suffix}", sound(5000, channels), rate)
    found, found_rate = soundfile.read(path, always_2d=True)
    assert (found_rate, found.shape) == (rate, (5000, channels))


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_sound_is_the_sound(suffix: str, tmp_path: Path) -> None:
    original = sound()
    found, _ = soundfile.read(written(tmp_path / f"it.{suffix}", original))
    error = found.T - original
    noise = 10 * np.log10(np.square(error).mean() / np.square(original).mean())
    assert noise < (-20 if suffix in ("ogg", "opus", "mp3") else -90)


def test_the_rates_that_are_rendered_at() -> None:
    assert [rate_for(FORMATS["opus"], rate) for rate in (8000, 9000, 22_050, 44_100, 192_000)] == [
        8000,
        12_000,
        24_000,
        48_000,
        48_000,
    ]
    assert [rate_for(FORMATS["mp3"], rate) for rate in (8000, 44_100, 44_101, 96_000)] == [8000, 44_100, 48_000, 48_000]
    assert [rate_for(FORMATS["flac"], rate) for rate in (44_101, 100_001)] == [44_101, 100_010]


@pytest.mark.parametrize(("suffix", "rate"), [("opus", 44_100), ("mp3", 96_000), ("flac", 100_001)])
def test_a_rate_that_a_format_does_not_know_is_refused(suffix: str, rate: int, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not a rate .*\n.*use rate = "):
        written(tmp_path / f"it.{suffix}", sound(), rate)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", FORMATS)
def test_no_frames(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"it.{suffix}"
    if FORMATS[suffix].may_be_empty:
        assert soundfile.info(written(path, sound(0), more={"tags": Tags("empty")})).frames == 0
        if suffix == "wav":
            assert header(path)["riff"] == path.stat().st_size - 8
    else:
        with pytest.raises(FileError, match="there is no sound to write"):
            written(path, sound(0))
        assert not path.exists()


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_long_block_is_written_bit_by_bit(suffix: str, tmp_path: Path) -> None:
    samples = np.tile(sound(100_000), (1, 6))
    path = tmp_path / f"it.{suffix}"
    write_audio(stream_of(samples, 48_000, size=samples.shape[1]), path, FORMATS[suffix])
    assert soundfile.info(path).frames == samples.shape[1]


# Settings


def test_pcm_of_16_and_24_bits_and_floats(tmp_path: Path) -> None:
    samples = sound(1000)
    samples[:, :6] = [1.0, -1.0, 0.5, 1 / 32768, 2.0, -2.0]
    for encoding, bits in (("pcm16", 16), ("pcm24", 24)):
        for suffix in ("wav", "flac"):
            found, _ = soundfile.read(written(tmp_path / f"it.{suffix}", samples, encoding=encoding), dtype="int32")
            full = 2 ** (bits - 1)
            assert np.array_equal(
                found.T >> (32 - bits), np.clip(np.rint(samples.astype(np.float64) * full), -full, full - 1)
            )
    rate, floats = wavfile.read(written(tmp_path / "it.wav", samples, encoding="float"))
    assert rate == 48_000 and np.array_equal(floats.T, samples)


@pytest.mark.parametrize(
    ("suffix", "worse", "better"),
    [
        ("flac", {"compression": 8}, {"compression": 0}),
        ("ogg", {"quality": 0}, {"quality": 10}),
        ("opus", {"bitrate": 12}, {"bitrate": 256}),
        ("mp3", {"quality": 9}, {"quality": 0}),
        ("mp3", {"bitrate": 32}, {"bitrate": 320}),
    ],
)
def test_settings_are_heeded(suffix: str, worse: dict[str, Any], better: dict[str, Any], tmp_path: Path) -> None:
    samples = (0.2 * np.random.default_rng(0).standard_normal((2, 48_000))).astype(np.float32) + sound(48_000)
    sizes = [
        written(tmp_path / f"{n}.{suffix}", samples, **own).stat().st_size for n, own in enumerate((worse, better))
    ]
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize(("rate", "bitrate"), [(48_000, 320), (48_000, 128), (48_000, 32), (16_000, 64), (8000, 24)])
def test_constant_bit_rates(rate: int, bitrate: int, tmp_path: Path) -> None:
    seconds = 4
    samples = (0.2 * np.random.default_rng(0).standard_normal((2, seconds * rate))).astype(np.float32)
    size = written(tmp_path / "it.mp3", samples, rate, bitrate=bitrate).stat().st_size
    assert size * 8 / seconds / 1000 == pytest.approx(bitrate, rel=0.08)


@pytest.mark.parametrize(("channels", "bitrate"), [(1, 64), (2, 128)])
def test_opus_bit_rates_are_for_a_channel(channels: int, bitrate: int, tmp_path: Path) -> None:
    samples = (0.2 * np.random.default_rng(0).standard_normal((channels, 4 * 48_000))).astype(np.float32)
    size = written(tmp_path / "it.opus", samples, bitrate=bitrate).stat().st_size
    assert size * 8 / 4 / 1000 == pytest.approx(channels * bitrate, rel=0.1)


def test_dither_is_for_16_bits_alone(tmp_path: Path) -> None:
    samples = sound()
    for suffix in ("wav", "flac"):
        plain = written(tmp_path / f"plain.{suffix}", samples)
        noisy = written(tmp_path / f"noisy.{suffix}", samples, more={"dither": 1})
        error = 32768 * (soundfile.read(noisy)[0].T - samples)
        assert 0.45 < error.std() < 0.55 and np.abs(error).max() <= 1.5  # rounding alone: 0.29 and 0.5
        assert (32768 * (soundfile.read(plain)[0].T - samples)).std() < 0.3
        one, other = (
            written(tmp_path / f"{n}.{suffix}", samples, more=more, encoding="pcm24").read_bytes()
            for n, more in enumerate(({}, {"dither": 1}))
        )
        assert one == other


# The same bytes


SAME: tuple[tuple[str, dict[str, Any]], ...] = (
    ("1.wav", {"encoding": "pcm16"}),
    ("2.wav", {"encoding": "pcm24"}),
    ("3.wav", {"encoding": "float"}),
    ("4.flac", {}),
    ("5.mp3", {}),
)


def all_the_same(folder: Path) -> list[bytes]:
    return [written(folder / name, sound(), **settings).read_bytes() for name, settings in SAME]


def test_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    code = "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import test_audio_writing as t;"
    code += "t.all_the_same(pathlib.Path(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", code, str(Path(__file__).parent), str(tmp_path)], check=True)
    theirs = [(tmp_path / name).read_bytes() for name, _ in SAME]
    assert all_the_same(tmp_path) == theirs
    assert all(b"PEAK" not in data[:200] for data in theirs)  # a chunk that holds the time of day


# Large files


def header(path: Path) -> dict[str, Any]:
    """Read what a RIFF or RF64 file says of its sizes (EBU Tech 3306)."""
    with path.open("rb") as file:
        kind, size, form = struct.unpack("<4sI4s", file.read(12))
        found: dict[str, Any] = {"kind": kind, "riff": size, "form": form}
        while head := file.read(8):
            name, length = struct.unpack("<4sI", head)
            if name == b"ds64":
                found["riff64"], found["data64"], found["frames"] = struct.unpack("<QQQ", file.read(24))
                length -= 24
            elif name == b"data":
                return found | {"data": length, "at": file.tell()}
            file.seek(length + length % 2, os.SEEK_CUR)
    raise AssertionError("no data chunk")


def test_the_switch_to_rf64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = sound(1000)
    path = written(tmp_path / "it.wav", samples)
    assert header(path)["kind"] == b"RIFF" and header(path)["data"] == 4000
    monkeypatch.setattr(writing, "MOST_BYTES", 4000)
    assert written(tmp_path / "same.wav", samples).read_bytes() == path.read_bytes()
    monkeypatch.setattr(writing, "MOST_BYTES", 3999)
    large = written(tmp_path / "large.wav", samples)
    found = header(large)
    assert (found["kind"], found["form"], found["data64"]) == (b"RF64", b"WAVE", 4000)
    assert found["riff64"] == large.stat().st_size - 8
    assert np.array_equal(wavfile.read(large)[1], wavfile.read(path)[1])  # scipy knows both
    with pytest.raises(wave.Error):
        wave.open(str(large))


def test_where_the_switch_is() -> None:
    for encoding, size in (("pcm16", 2), ("pcm24", 3), ("float", 4)):
        most = writing.MOST_BYTES // size
        assert writing.container(FORMATS["wav"], wav(encoding), most) == "WAV"  # type: ignore[arg-type]
        assert writing.container(FORMATS["wav"], wav(encoding), most + 1) == "RF64"  # type: ignore[arg-type]
    assert writing.container(FORMATS["flac"], wav("pcm16"), 10**12) == "FLAC"
    assert writing.MOST_BYTES < 2**32 - 2**16


def test_a_file_beyond_4_gib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its first and its last second there is a hole: what is on both sides is read back."""
    frames = 2**29 + 100_000  # of 8 bytes
    end = sound(1000)

    opened: list[libsndfile.OutFile] = []

    class Watched(libsndfile.OutFile):
        def __init__(self, *arguments: Any, **settings: Any) -> None:
            super().__init__(*arguments, **settings)
            opened.append(self)

    monkeypatch.setattr(libsndfile, "OutFile", Watched)
    path = tmp_path / "large.wav"
    kind, encoding = FORMATS["wav"], wav("float")
    with writing.audio_file(path, kind, encoding, 48_000, 2, frames, stream_of(end, 1).tags) as write:
        write(end)
        opened[0].seek(frames - 1000)
        write(end)
    found = header(path)
    assert (found["kind"], found["data64"], found["data"]) == (b"RF64", 8 * frames, 2**32 - 1)
    assert path.stat().st_size > 2**32 and path.stat().st_blocks * 512 < 2**24  # sparse
    with path.open("rb") as file:
        for at in (0, frames - 1000):
            file.seek(found["at"] + 8 * at)
            assert np.array_equal(np.frombuffer(file.read(8000), "<f4").reshape(-1, 2).T, end)
    assert soundfile.info(path).frames == frames


# What cannot be written


LIMITED = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import numpy as np
import test_audio_writing as t
from composer.errors import FileError
from composer.files import whole
samples = (0.2 * np.random.default_rng(0).standard_normal((2, 100_000))).astype(np.float32)
for suffix in t.FORMATS:
    for most in (0, 100, 20_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        try:
            with whole(Path(sys.argv[2]) / f"it.{suffix}") as (place,):
                t.write_audio(t.stream_of(samples, 48_000), place, t.FORMATS[suffix])
        except FileError as error:
            print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as Unix does")
def test_a_full_disk_is_one_clear_error(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(Path(__file__).parent), str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stderr == ""
    reason = os.strerror(errno.EFBIG).lower()
    faults = [
        line for suffix in FORMATS for line in 3 * [f"{tmp_path / f'it.{suffix}'}: it cannot be written ({reason})"]
    ]
    assert run.stdout.splitlines()[::2] == faults
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_no_space_is_said_in_the_systems_words() -> None:
    with pytest.raises(OSError, match="No space left"):
        write_audio(stream_of(sound(), 48_000), Path("/dev/full"), FORMATS["wav"])


def test_a_fault_of_the_sound_is_not_hidden(tmp_path: Path) -> None:
    def blocks() -> Iterator[F4]:
        yield sound(100)
        raise ZeroDivisionError("in the engine")

    with pytest.raises(ZeroDivisionError), whole(tmp_path / "it.flac") as (place,):
        write_audio(Stream(48_000, 2, 200, blocks), place, FORMATS["flac"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_interruption_passes_through_libsndfile(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Interrupted(libsndfile.Sink):
        def write(self, data: Any) -> int:
            if self.tell() > 100:
                raise KeyboardInterrupt
            return super().write(data)

    monkeypatch.setattr(libsndfile, "Sink", Interrupted)
    with pytest.raises(KeyboardInterrupt), whole(tmp_path / f"it.{suffix}") as (place,):
        write_audio(stream_of(sound(), 48_000), place, FORMATS[suffix])
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
