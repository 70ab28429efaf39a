"""Plays `.mid` files through FluidSynth in a process of its own, so that a crash or a hang there ends nothing else.

Run as a script, and without the composer. It reads a job: one line of JSON (see `rendering.Job`), then the bytes
of each pass's `.mid`. It answers with one line of JSON, the `version` and perhaps a `fault`, and then the samples:
float32, in blocks of (2 * passes, k), k being `block` but in the last. Who has heard enough closes the pipe.

pyfluidsynth finds and loads the library, and binds most of what is called here; the prototypes below are what it leaves
out. The settings, the calls and what they return are those of FluidSynth 2.0 and later.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import sys
from typing import Any, NoReturn

OLDEST = (2, 0)
_MESSAGES = 8  # of FluidSynth's own that are told at most: a broken file can cause thousands
_WARNING = 2
_PTR, _INT, _TEXT, _SIZE = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t
_LOG = ctypes.CFUNCTYPE(None, _INT, _TEXT, _PTR)
_UNBOUND: dict[str, tuple[Any, ...]] = {  # the result, then the arguments
    "fluid_version_str": (_TEXT,),
    "fluid_set_log_function": (_PTR, _INT, _LOG, _PTR),
    "fluid_player_add_mem": (_INT, _PTR, _TEXT, _SIZE),
    "fluid_synth_set_interp_method": (_INT, _PTR, _INT, _INT),
    "fluid_player_get_total_ticks": (_INT, _PTR),
    "fluid_synth_write_float": (_INT, _PTR, _INT, _PTR, _INT, _INT, _PTR, _INT, _INT),
}


class Refused(Exception):
    """FluidSynth did not do what it was asked: the answer's `fault`, and what there is to say about it."""

    def __init__(self, fault: str, *told: str) -> None:
        super().__init__(fault, *told)
        self.answer = {"fault": fault, "told": told}


class Library:
    """libfluidsynth, with a failure of any of its calls raised as Refused."""

    def __init__(self, folder: str) -> None:
        sys.path.insert(0, folder)  # where the parent would find it
        try:
            import fluidsynth

            self._bound = fluidsynth
            self._library = fluidsynth._fl
            for name, (result, *arguments) in _UNBOUND.items():
                function = getattr(self._library, name)
                function.restype, function.argtypes = result, arguments
        except (ImportError, OSError, AttributeError) as error:
            raise Refused("library", str(error)) from error
        self.version = self._library.fluid_version_str().decode("ascii", "replace")
        self.messages: list[str] = []
        self._log = _LOG(self._note)  # kept, since the library keeps only its address
        for level in range(_WARNING + 1):
            self._library.fluid_set_log_function(level, self._log, None)

    def _note(self, level: int, message: bytes, data: int | None) -> None:
        if len(self.messages) < _MESSAGES:
            self.messages.append(message[:200].decode("utf-8", "replace"))

    def made(self, name: str, *arguments: Any) -> int:
        """Call what makes something; return its address."""
        address = self._function(name)(*arguments)
        if not address:
            self._refuse(name)
        return int(address)

    def done(self, name: str, *arguments: Any) -> int:
        """Call what answers -1 where it fails; return its answer."""
        answer = int(self._function(name)(*arguments))
        if answer == -1:
            self._refuse(name)
        return answer

    def _function(self, name: str) -> Any:
        return getattr(self._library if name in _UNBOUND else self._bound, name)

    def _refuse(self, name: str) -> NoReturn:
        raise Refused("call", name, *self.messages)


class Pass:
    """A synthesiser of its own, which plays one `.mid`."""

    def __init__(self, library: Library, job: dict[str, Any], midi: bytes) -> None:
        self._library = library
        settings = library.made("new_fluid_settings")
        library.messages.clear()  # of sound drivers that are not there, and are not needed
        for name, value in job["settings"].items():
            kind = {float: "num", int: "int", str: "str"}[type(value)]
            library.done(f"fluid_settings_set{kind}", settings, name.encode(), _encoded(value))
        self._synth = library.made("new_fluid_synth", settings)
        try:
            library.done("fluid_synth_sfload", self._synth, os.fsencode(job["font"]), 1)
        except Refused as error:
            raise Refused("font", *library.messages) from error
        library.done("fluid_synth_set_interp_method", self._synth, -1, job["interpolation"])
        self._midi = midi
        self._player = library.made("new_fluid_player", self._synth)
        library.done("fluid_player_add_mem", self._player, midi, len(midi))
        library.done("fluid_player_play", self._player)

    def write(self, left: int, right: int, frames: int) -> None:
        """Put as many frames where these addresses point."""
        self._library.done("fluid_synth_write_float", self._synth, frames, left, 0, 1, right, 0, 1)

    def check(self) -> None:
        """Raise Refused unless the player has found music: it loads the `.mid` while it plays, and fails in silence."""
        if self._library.done("fluid_player_get_total_ticks", self._player) == 0:
            raise Refused("player")

    def lift(self) -> None:
        """Lift the pedals and release what still sounds: the score is over, whatever the player makes of that."""
        for channel in range(16):
            for pedal in (64, 66):
                self._library.done("fluid_synth_cc", self._synth, channel, pedal, 0)
            self._library.done("fluid_synth_all_notes_off", self._synth, channel)


def _encoded(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


def limited(memory: int, seconds: int) -> None:
    """Bound the process where the system can: bytes of memory over what it has, CPU seconds; no files, no cores."""
    try:
        import resource
    except ImportError:  # Windows: the parent watches the clock alone
        return
    bounds = {"RLIMIT_AS": _held() + memory, "RLIMIT_CPU": seconds, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0}
    for name, bound in bounds.items():
        with contextlib.suppress(AttributeError, OSError, ValueError):
            kind = getattr(resource, name)
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))


def _held() -> int:
    """Return the bytes of address space that this process has already, by a guess where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 2**30


def main() -> None:
    """Do the job."""
    job = json.loads(sys.stdin.buffer.readline())
    midi = [sys.stdin.buffer.read(size) for size in job["midi"]]
    output = os.dup(1)
    os.dup2(2, 1)  # what a library prints is not to be heard
    answer: dict[str, Any] = {}
    passes: list[Pass] = []
    try:
        library = Library(job["folder"])
        answer["version"] = library.version
        if tuple(int(part) for part in library.version.split(".")[:2]) < OLDEST:
            raise Refused("old")
        limited(job["memory"], job["seconds"])
        passes += [Pass(library, job, data) for data in midi]
    except Refused as error:
        answer.update(error.answer)
    except MemoryError:
        answer["fault"] = "memory"
    _write(output, memoryview(json.dumps(answer).encode() + b"\n"))
    if "fault" not in answer:
        _play(passes, job, output)


def _play(passes: list[Pass], job: dict[str, Any], output: int) -> None:
    block, frames, over = job["block"], job["frames"], job["over"]
    samples = (ctypes.c_float * (2 * len(passes) * block))()
    first, size = ctypes.addressof(samples), ctypes.sizeof(ctypes.c_float)
    view = memoryview(samples).cast("B")
    for at in range(0, frames, block):
        count = min(block, frames - at)
        parts = [(0, count)]
        if at <= over < at + count:
            parts = [(0, over - at), (over - at, count)]
        for n, one in enumerate(passes):
            left = first + 2 * n * count * size
            for begin, end in parts:
                if at + begin == over:
                    one.lift()
                if end > begin:
                    one.write(left + begin * size, left + (count + begin) * size, end - begin)
            if at == 0:
                one.check()
        _write(output, view[: 2 * len(passes) * count * size])


def _write(output: int, rest: memoryview) -> None:
    while rest:
        rest = rest[os.write(output, rest) :]


if __name__ == "__main__":
    try:
        main()
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)
    os._exit(0)  # nothing of FluidSynth's has to be put away: the process is over
