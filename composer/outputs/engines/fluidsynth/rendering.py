"""Runs FluidSynth in a child process, with limits on its time, memory and output, and reads what it plays."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import numpy as np

from composer.errors import Fault, FileError, InputError
from composer.units import F4

BLOCK = 65_536  # frames
OLDEST = "2.0"  # of FluidSynth
INSTALL = (
    "install it: apt install libfluidsynth3 (Debian), brew install fluid-synth (macOS), "
    "choco install fluidsynth (Windows)"
)
_CHILD = Path(__file__).with_name("child.py")
_PATIENCE = 60.0  # seconds that may pass without a block
_SLOWEST = 20e6  # bytes a second: what a soundfont is read at, at least
_MEMORY = 2**30  # bytes over what the library takes by itself,
_COPIES = 2  # more for a soundfont, which is converted as it is read,
_PASS_MEMORY = 2**24  # and more for each synthesiser
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # there on Windows alone
Settings = dict[str, int | float | str]


@dataclass(frozen=True)
class Limits:
    """What a child may take: `patience` in seconds without output, `seconds` of CPU time, `memory` in bytes."""

    patience: float
    seconds: int
    memory: int

    @classmethod
    def of(cls, size: int, passes: int, frames: int) -> Limits:
        """Return the limits for a soundfont of `size` bytes, unpacked, and so many passes of so many frames.

        They are generous: a polyphony of 1,024 takes some 20 µs of CPU time a frame; a pass gets ten times that.
        """
        patience = _PATIENCE + size / _SLOWEST
        return cls(patience, int(patience + 2e-4 * frames * passes), _MEMORY + _COPIES * size + _PASS_MEMORY * passes)


@dataclass(frozen=True)
class Job:
    """What a child is to play: the `.mid` of each pass, through one soundfont, `frames` at most.

    `settings` are FluidSynth's own, a float for each that it keeps as a number; `interpolation` is the order of its
    polynomial, 0, 1, 4 or 7. What still sounds `over` frames from the start is released.
    """

    font: Path
    midi: tuple[bytes, ...]
    settings: Settings
    interpolation: int
    frames: int
    over: int
    limits: Limits
    block: int = BLOCK

    def told(self, folder: str) -> bytes:
        """Return the job as a child reads it; pyfluidsynth is in `folder`."""
        facts = {
            "folder": folder,
            "font": str(self.font),
            "midi": [len(data) for data in self.midi],
            "settings": self.settings,
            "interpolation": self.interpolation,
            "frames": self.frames,
            "over": self.over,
            "block": self.block,
            "memory": self.limits.memory,
            "seconds": self.limits.seconds,
        }
        return b"".join([json.dumps(facts).encode(), b"\n", *self.midi])


def rendered(job: Job) -> Generator[F4, None, None]:
    """Yield what a child plays, (2 * passes, k) float32, left and right of each pass, `job.frames` in all.

    The child is gone when this ends, however it ends. Raises InputError where FluidSynth is missing or too old, and
    FileError for a soundfont that FluidSynth cannot read, or that makes it fail, crash or hang.
    """
    channels = 2 * len(job.midi)
    with _Child(job) as child:
        _judge(child.answer(), job)
        for at in range(0, job.frames, job.block):
            count = min(job.block, job.frames - at)
            yield child.samples(channels, count)


def version() -> str | None:
    """Return the version of FluidSynth that is installed, None where there is none that can be loaded."""
    job = Job(Path(), (), {}, 0, 0, 0, Limits.of(0, 0, 0))
    try:
        with _Child(job) as child:
            return str(child.answer()["version"])
    except (InputError, FileError, KeyError):
        return None


@dataclass
class _Child:
    """The process: what is said to it and what it answers, and its end."""

    job: Job
    process: subprocess.Popen[bytes] = field(init=False)
    impatient: bool = False  # it was ended since it took too long

    def __enter__(self) -> _Child:
        spec = find_spec("fluidsynth")
        if spec is None or spec.origin is None:
            raise _missing("pyfluidsynth is missing", "install it: pip install pyfluidsynth")
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=_NO_WINDOW,
        )
        try:
            with self._watched(), contextlib.suppress(BrokenPipeError), self._pipe("stdin") as stdin:
                stdin.write(self.job.told(str(Path(spec.origin).parent)))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self.process.kill()
        for name in ("stdout", "stderr"):
            self._pipe(name).close()
        self.process.wait()

    def answer(self) -> dict[str, Any]:
        """Return the line with which the child begins."""
        with self._watched():
            line = self._pipe("stdout").readline()
        if not line.endswith(b"\n"):
            raise self._ended()
        found: dict[str, Any] = json.loads(line)
        return found

    def samples(self, channels: int, count: int) -> F4:
        """Return the next block."""
        with self._watched():
            data = self._pipe("stdout").read(4 * channels * count)
        if len(data) < 4 * channels * count:
            raise self._ended()
        return np.frombuffer(data, np.float32).reshape(channels, count)

    def _pipe(self, name: str) -> IO[bytes]:
        pipe: IO[bytes] = getattr(self.process, name)
        return pipe

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """End the child if what is done here takes longer than there is patience; the pipes end with it."""
        watch = threading.Timer(self.job.limits.patience, self._lose_patience)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _lose_patience(self) -> None:
        self.impatient = True
        self.process.kill()

    def _ended(self) -> FileError:
        """Return what to say of a child that ended too early."""
        said = self._pipe("stderr").read(2000).decode("utf-8", "replace").strip()
        status = self.process.wait()
        if self.impatient:
            what = f"FluidSynth played nothing for {self.job.limits.patience:.0f} seconds, and was ended"
        elif status < 0:
            what = _ENDS.get(_signal_name(-status), f"FluidSynth crashed ({_signal_name(-status)})")
        else:
            what = f"FluidSynth stopped too early ({said.splitlines()[-1] if said else f'status {status}'})"
        return FileError(Fault(what, str(self.job.font), "the soundfont may be damaged: try another"))


_ENDS = {
    "SIGKILL": "FluidSynth was killed: by hand, or for want of memory",
    "SIGTERM": "FluidSynth was ended from outside",
    "SIGXCPU": "FluidSynth took more time than there was for it",
}


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _missing(what: str, remedy: str) -> InputError:
    return InputError(Fault(what, "sound.engine", remedy))


_FAULTS = {  # what a child's answers stand for, where the soundfont is to blame
    "font": "FluidSynth cannot read this soundfont",
    "memory": "this soundfont takes too much memory",
    "call": "FluidSynth refuses a call",
}


def _judge(answer: dict[str, Any], job: Job) -> None:
    """Raise what the child's answer stands for, if it is a fault."""
    fault = answer.get("fault")
    if fault is None:
        return
    if fault == "library":
        raise _missing("libfluidsynth is missing", INSTALL)
    if fault == "old":
        raise _missing(f"FluidSynth {answer['version']} is too old: it takes {OLDEST} or later", INSTALL)
    told = "; ".join(answer.get("told", ()))
    raise FileError(Fault(_FAULTS[fault] + (f" ({told})" if told else ""), str(job.font), "try another soundfont"))
