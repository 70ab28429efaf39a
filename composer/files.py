"""Files, read with care and written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from composer.errors import Fault, FileError


def checked(path: Path, kind: str, most: int | None = None) -> Path:
    """Return `path` if it is a regular file of at most `most` bytes; raise FileError otherwise."""
    try:
        if path.is_dir():
            raise FileError(Fault("this is a directory", str(path), f"name a {kind}"))
        if path.is_symlink() and not path.exists():
            raise FileError(Fault("this is a link that leads nowhere", str(path), f"give the path of a {kind}"))
        if not path.exists():
            raise FileError(Fault("there is no such file", str(path), f"give the path of a {kind}"))
        if not path.is_file():
            raise FileError(Fault("this is not a regular file", str(path), f"name a {kind}"))
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise FileError(Fault(f"it cannot be read ({_reason(error)})", str(path), f"name a {kind}")) from error
    if most is not None and size > most:
        fault = f"{size:,} bytes is too large for a {kind}".replace(",", " ")
        raise FileError(Fault(fault, str(path), f"a {kind} holds at most {most // 2**20} MiB"))
    return path


def read_bytes(path: Path, kind: str, most: int | None = None) -> bytes:
    """Return a file's bytes; raise FileError where it is not a readable regular file, or larger than `most`."""
    try:
        return checked(path, kind, most).read_bytes()
    except OSError as error:
        raise FileError(Fault(f"it cannot be read ({_reason(error)})", str(path), "check its rights")) from error


def read_text(path: Path, kind: str, most: int) -> str:
    """Return the text of a UTF-8 file, with or without a byte order mark; raise FileError as `read_bytes`."""
    try:
        return read_bytes(path, kind, most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(Fault(f"it is not UTF-8 text (byte {error.start})", str(path), "save it as UTF-8")) from error


@contextlib.contextmanager
def whole(*paths: Path) -> Iterator[tuple[Path, ...]]:
    """Yield a path beside each of `paths` to write to; put all in place at the end, none after any failure.

    Missing folders are made, and taken away again after a failure. What cannot be written raises FileError.
    """
    beside = [path.with_name(f".{path.name}.{secrets.token_hex(4)}.part") for path in paths]
    missing = {folder for path in paths for folder in path.absolute().parents if not folder.exists()}
    done = False
    try:
        for path in paths:
            _make_folder(path.parent)
            if path.is_dir():
                raise FileError(Fault("this is a directory", str(path), "choose another place with -o"))
        yield tuple(beside)
        for part, path in zip(beside, paths, strict=True):
            part.replace(path)
        done = True
    except OSError as error:
        places = ", ".join(str(path) for path in paths)
        raise FileError(
            Fault(f"it cannot be written ({_reason(error)})", places, "choose another place with -o")
        ) from error
    finally:
        for part in beside:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        for folder in () if done else sorted(missing, reverse=True):  # the innermost first
            with contextlib.suppress(OSError):
                folder.rmdir()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise FileError(Fault("this is not a folder", str(folder), "choose another place with -o")) from error


def _reason(error: Exception) -> str:
    number = getattr(error, "errno", None)
    return os.strerror(number).lower() if number else str(error)
