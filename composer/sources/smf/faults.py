"""What is wrong with a Standard MIDI File, and where in it."""

from __future__ import annotations

from composer.errors import Fault, FileError


def broken(reason: str, track: int | None = None, byte: int | None = None) -> FileError:
    """Return the error of a file that cannot be read; tracks count from 0, and bytes from the file's beginning."""
    places = [f"track {track + 1}"] if track is not None else []
    places += [f"byte {byte}"] if byte is not None else []
    where = f"{', '.join(places)}: " if places else ""
    fault = f"this is not a whole Standard MIDI File ({where}{reason})"
    return FileError(Fault(fault, remedy="export it again, or try another"))
