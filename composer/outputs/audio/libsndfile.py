"""A file that libsndfile writes through us, so that nothing that goes wrong is lost.

libsndfile tells of a full disk in its own, vaguer words, or not at all where it happens on closing; and what is raised
while it calls back (Ctrl-C, too) cannot pass through it. So all that is kept, and raised once libsndfile has returned.
"""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, BinaryIO

import soundfile

_ADD_PEAK_CHUNK = 0x1050  # SFC_SET_ADD_PEAK_CHUNK of sndfile.h


class Sink:
    """The file as libsndfile is to see it: from where it stands now, and with what goes wrong kept."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.start = file.tell()
        self.error: BaseException | None = None

    def keep(self, kind: type[BaseException], error: BaseException, place: TracebackType) -> None:
        """Keep the first that was raised."""
        self.error = self.error or error

    def check(self) -> None:
        """Raise it."""
        if self.error is not None:
            raise self.error

    # What soundfile asks of a file before it hands it over.

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move; return where that is."""
        self.file.seek(offset + self.start if whence == os.SEEK_SET else offset, whence)
        return self.tell()

    def tell(self) -> int:
        """Return where it stands."""
        return self.file.tell() - self.start

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes."""
        return self.file.read(size)

    def write(self, data: Any) -> int:
        """Write."""
        return self.file.write(data)


class OutFile(soundfile.SoundFile):  # type: ignore[misc]
    """A SoundFile on a Sink."""

    def _init_virtual_io(self, file: Sink) -> Any:
        ffi = soundfile._ffi

        def length(user_data: Any) -> int:
            here = file.tell()
            size = file.seek(0, os.SEEK_END)
            file.seek(here)
            return size

        def seek(offset: int, whence: int, user_data: Any) -> int:
            return file.seek(offset, whence)

        def read(place: Any, count: int, user_data: Any) -> int:
            data = file.read(count)
            ffi.buffer(place, len(data))[:] = data
            return len(data)

        def write(place: Any, count: int, user_data: Any) -> int:
            return 0 if file.error is not None else file.write(ffi.buffer(place, count)[:])

        def tell(user_data: Any) -> int:
            return file.tell()

        calls = {"get_filelen": length, "seek": seek, "read": read, "write": write, "tell": tell}
        # Kept here, for libsndfile holds no reference of its own.
        self._virtual_io = {
            name: ffi.callback(f"sf_vio_{name}", call, onerror=file.keep) for name, call in calls.items()
        }
        return ffi.new("SF_VIRTUAL_IO*", self._virtual_io)

    def without_peaks(self) -> None:
        """Leave out the chunk in which a WAV of floats holds its peaks, and the time of day."""
        soundfile._snd.sf_command(self._file, _ADD_PEAK_CHUNK, soundfile._ffi.NULL, 0)
