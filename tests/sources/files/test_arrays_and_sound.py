"""Numpy's files, Parquet, sound: what they hold, and headers that promise more than follows."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import mido
import numpy as np
import polars as pl
import pytest
import soundfile
from numpy.lib import format as npy

from composer.errors import FileError
from composer.sources.files import column_names, read_table
from composer.sources.files.sound import contour


def test_arrays_of_one_and_two_dimensions(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.array([3, 1, 2], "i2"))
    np.save(tmp_path / "two.npy", np.asfortranarray(np.arange(6.0).reshape(3, 2)))
    np.savez(tmp_path / "two.npz", t=np.arange(6.0).reshape(3, 2))
    assert read_table(tmp_path / "one.npy")["value"].tolist() == [3, 1, 2]
    for name in ("two.npy", "two.npz"):
        table = read_table(tmp_path / name)
        assert table.names == column_names(tmp_path / name) == ("x0", "x1")
        assert table["x1"].tolist() == [1, 3, 5]
    np.savez(tmp_path / "one.npz", t=[1.0, 2.0])
    assert read_table(tmp_path / "one.npz").names == ("t",)


def test_what_numpy_holds_that_is_no_table(tmp_path: Path) -> None:
    for array, reason in (
        (np.array([{}, 1], object), "it holds Python objects, which are not read"),
        (np.array(5.0), "single number is no table|no rows"),
        (np.zeros((2, 2, 2)), "2x2x2 is no table"),
        (np.zeros(0), "no rows of data"),
        (np.zeros((3, 0)), "no rows of data"),
        (np.zeros((1, 20_001)), "20,001 columns"),
    ):
        np.save(tmp_path / "a.npy", array)
        np.savez(tmp_path / "a.npz", a=array)
        for name in ("a.npy", "a.npz"):
            with pytest.raises(Exception, match=reason) as caught:
                read_table(tmp_path / name)
            assert type(caught.value).__name__ in ("FileError", "InputError")
    np.savez(tmp_path / "a.npz", a=np.zeros(3), b=np.zeros(2))
    with pytest.raises(FileError, match=r"differ in length \(a 3, b 2\)"):
        read_table(tmp_path / "a.npz")


def lying(rows: int) -> bytes:
    """Return an array's header that promises so many rows, and eight bytes."""
    made = io.BytesIO()
    npy.write_array_header_1_0(made, {"descr": "<f8", "fortran_order": False, "shape": (rows,)})
    return made.getvalue() + bytes(8)


@pytest.mark.parametrize("rows", [2, 10**12, 10**30])
def test_a_header_that_promises_too_much(rows: int, tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(lying(rows))
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("a.npy", lying(rows))
    for name in ("a.npy", "a.npz"):
        with pytest.raises(FileError, match=f"its header promises {8 * rows:,} bytes of data and 8 follow"):
            read_table(tmp_path / name)


def test_a_bomb_of_arrays(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", a=np.zeros(8 * 2**20))
    with pytest.raises(FileError, match="bytes would unpack to 67,"):
        read_table(tmp_path / "a.npz")


def test_parquet_of_too_many_values_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({f"c{n}": pl.zeros(300_000, dtype=pl.Int8, eager=True) for n in range(700)}).write_parquet(path)
    assert path.stat().st_size < 2**20
    with pytest.raises(FileError, match="300,000 rows of 700 columns are more than"):
        column_names(path)


def test_parquet_without_rows_and_with_what_pandas_adds(tmp_path: Path) -> None:
    pl.DataFrame({"a": []}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(FileError, match="no rows of data"):
        read_table(tmp_path / "a.parquet")
    pl.DataFrame({"a": [1, 2], "__index_level_0__": [9, 8]}).write_parquet(tmp_path / "a.parquet")
    table = read_table(tmp_path / "a.parquet")
    assert (table.names, table["a"].tolist()) == (("a", "index"), [2, 1])
    pl.DataFrame({"a": [1, -999]}).write_parquet(tmp_path / "a.parquet")
    assert np.isnan(read_table(tmp_path / "a.parquet", missing=("-999",))["a"]).tolist() == [False, True]


def test_channels_have_names(tmp_path: Path) -> None:
    for channels, names in ((1, ("value",)), (2, ("left", "right")), (3, ("channel_1", "channel_2", "channel_3"))):
        soundfile.write(tmp_path / "a.wav", np.zeros((10, channels)), 8000)
        assert read_table(tmp_path / "a.wav", what="samples").names == ("seconds", *names)


def test_the_contour_of_a_sine(tmp_path: Path) -> None:
    rate, seconds = 16000, np.arange(16000) / 16000
    loud = np.where(seconds < 0.5, 0.5, 0.05)
    wave = loud * np.sin(2 * np.pi * np.where(seconds < 0.5, 1005, 3005) * seconds)
    soundfile.write(tmp_path / "a.wav", wave, rate, "FLOAT")
    table = read_table(tmp_path / "a.wav", window=0.1)
    assert table.names == ("seconds", "loudness", "brightness")
    assert np.asarray(table.index) == pytest.approx(np.arange(10) / 10)
    level = 20 * np.log10(np.array([0.5] * 5 + [0.05] * 5) / np.sqrt(2))
    assert table["loudness"] == pytest.approx(level, abs=0.01)
    assert table["brightness"] == pytest.approx([1005] * 5 + [3005] * 5, rel=0.02)


def test_contours_of_silence_and_of_what_ends_within_a_window() -> None:
    times, loudness, brightness = contour(np.zeros((5, 2)), 10, 2)
    assert times.tolist() == [0, 0.2, 0.4]
    assert np.isneginf(loudness).all()
    assert np.isnan(brightness).all()
    _, loudness, _ = contour(np.ones((5, 1)), 10, 4)
    assert loudness.tolist() == [0, 0]  # the last window is as loud as its one sample
    one = contour(np.ones((3, 1)), 10, 1)
    assert (one[0].size, one[2].tolist()) == (3, [0, 0, 0])


def test_contours_are_the_same_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, (1000, 2))
    whole = contour(noise, 100, 7)
    monkeypatch.setattr("composer.sources.files.sound._BLOCK", 20)
    for one, other in zip(whole, contour(noise, 100, 7), strict=True):
        assert np.array_equal(one, other)


def test_a_sound_that_lies_or_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(0), 8000)
    with pytest.raises(FileError, match="it holds no sound"):
        read_table(path)
    soundfile.write(path, np.full(100, 0.5), 8000)
    data = bytearray(path.read_bytes())
    at = data.find(b"data")
    data[at + 4 : at + 8] = struct.pack("<I", 2**31)
    path.write_bytes(data)
    assert len(read_table(path, what="samples")) <= 100


def test_midi_without_notes(tmp_path: Path) -> None:
    mido.MidiFile(tracks=[mido.MidiTrack()]).save(tmp_path / "a.mid")
    with pytest.raises(FileError, match="it holds no notes"):
        read_table(tmp_path / "a.mid")
