"""What stands between broken or hostile files and the composer: one clear error for whatever a parser meets."""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from composer.errors import ComposerError, Fault, FileError

MOST_BYTES = 2 * 2**30
MOST_UNPACKED = 512 * 2**20
_LOW_RATIO, _SMALL = 500, 16 * 2**20  # XML of many equal cells shrinks 100 times; a bomb 1000 times


@contextlib.contextmanager
def understood(path: Path, kind: str) -> Iterator[None]:
    """Raise FileError, with the reason in one line, for anything that the parsing of a file raises."""
    try:
        yield
    except ComposerError:
        raise
    except _failures() as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else _one_line(error)
        raise FileError(Fault(f"this cannot be read as {kind} ({reason})", str(path), "export it again")) from error


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Keep what compiled code writes to the error stream of the process from the terminal.

    A parser written in Rust tells of a panic there before Python learns of it.
    """
    try:
        kept = os.dup(2)
    except OSError:  # there is no such stream
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def members(archive: zipfile.ZipFile, size: int, most: int = MOST_UNPACKED) -> list[zipfile.ZipInfo]:
    """Return what a ZIP archive of `size` bytes holds; raise ValueError where it would unpack to too much."""
    found = archive.infolist()
    total = sum(info.file_size for info in found)
    if total > most or total > max(_SMALL, _LOW_RATIO * size):
        raise ValueError(f"{size:,} bytes would unpack to {total:,}")
    return found


def _one_line(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "it needs more memory than there is"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else type(error).__name__
    return text if len(text) <= 200 else f"{text[:200]} ..."


def _failures() -> tuple[type[BaseException], ...]:
    """Return all that a parser raises: a panic of compiled code is no Exception."""
    from polars.exceptions import PanicException

    return (Exception, PanicException)
