"""Numpy's own files (.npy, .npz), without pickles; and arrays of one or two dimensions or of records."""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, cast

from numpy.lib import format as npy
from numpy.typing import NDArray

from composer.errors import Fault, FileError, InputError
from composer.files import checked, read_bytes
from composer.sources.files.columns import column_of
from composer.sources.files.frame import Frame, distinct, within_bounds
from composer.sources.files.guard import MOST_BYTES, members

_NPY = "a numpy array (.npy)"
_NPZ = "numpy arrays (.npz)"


def array_file(path: Path) -> Frame:
    """A numpy array: one column, a table of columns x0, x1, ..., or the fields of records."""
    checked(path, _NPY, MOST_BYTES)
    with path.open("rb") as file:
        array = _array(file, path.stat().st_size)
        return _with_rows(frame_of_array(array), len(array) if array.ndim else 0, path)


def archive_file(path: Path) -> Frame:
    """Numpy arrays of equal length, each a column, or the only one a table."""
    data = read_bytes(path, _NPZ, MOST_BYTES)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {}
        for info in members(archive, len(data), MOST_BYTES):
            with archive.open(info) as file:
                found[info.filename.removesuffix(".npy")] = _array(cast(BinaryIO, file), info.file_size)
        if len(found) == 1:
            (array,) = found.values()
            if array.ndim != 1 or array.dtype.names:
                return _with_rows(frame_of_array(array), len(array) if array.ndim else 0, path)
        lengths = {len(array) if array.ndim else 0 for array in found.values()}
        if len(lengths) > 1:
            sizes = ", ".join(f"{name} {'x'.join(map(str, array.shape)) or 1}" for name, array in found.items())
            raise FileError(Fault(f"its arrays differ in length ({sizes})", str(path), "save those of one length"))
        within_bounds(len(found), max(lengths, default=0))
        names = distinct(found)
        frame = Frame(
            names, lambda: {name: column_of(array) for name, array in zip(names, found.values(), strict=True)}
        )
        return _with_rows(frame, max(lengths, default=0), path)


def frame_of_array(array: NDArray[Any]) -> Frame:
    """Return an array of shape (n,), (n, columns) or of n records as a frame; raise InputError for another shape."""
    if array.dtype.names and array.ndim == 1:
        fields = array.dtype.names
        names = distinct(fields)
        return Frame(names, lambda: {name: column_of(array[field]) for name, field in zip(names, fields, strict=True)})
    if array.ndim == 1:
        return Frame(("value",), lambda: {"value": column_of(array)})
    if array.ndim != 2:
        shape = "x".join(map(str, array.shape)) or "of a single number"
        raise InputError(Fault(f"an array of the shape {shape} is no table", "table", "give rows and columns"))
    names = tuple(f"x{number}" for number in range(array.shape[1]))
    return Frame(names, lambda: {name: column_of(array[:, number]) for number, name in enumerate(names)})


def _with_rows(frame: Frame, rows: int, path: Path) -> Frame:
    if not rows or not frame.names:
        raise FileError(Fault("it has no rows of data", str(path), "name a file with numbers"))
    within_bounds(len(frame.names), rows)
    return frame


def _array(file: BinaryIO, size: int) -> NDArray[Any]:
    """Return the array in an open file of `size` bytes; raise ValueError where its header says other than its size."""
    version = npy.read_magic(file)
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0, (3, 0): npy.read_array_header_2_0}
    if version not in readers:
        raise ValueError(f"its version {version} is unknown")
    shape, _, dtype = readers[version](file)
    if dtype.hasobject:
        raise ValueError("it holds Python objects, which are not read: save numbers")
    needed = math.prod(shape) * dtype.itemsize
    if needed > size - file.tell():
        raise ValueError(f"its header promises {needed:,} bytes of data and {max(size - file.tell(), 0):,} follow")
    file.seek(0)
    return npy.read_array(file, allow_pickle=False)
