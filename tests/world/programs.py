"""The programs that open what the composer writes, a row each: how they are called, and when they have no complaint.

To add one: write a function that judges its answer, and its row in PROGRAMS. A program that is not installed makes its
tests skip. Each call has a time limit, and a home folder of its own, so that no settings of the user's are read.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from tiny_sf2 import soundfont

SECONDS = 60  # the time limit of a call
_HEADER_ONLY = 1024  # bytes: a WAV that is smaller than this holds no music


@dataclass(frozen=True)
class Answer:
    """What a program said and did: its status, what it printed, its complaints, and the file that it wrote, if any."""

    status: int
    text: str
    complaints: str
    file: Path

    @property
    def size(self) -> int:
        """The size of the file that was written, in bytes: 0 where there is none."""
        return self.file.stat().st_size if self.file.exists() else 0


@dataclass(frozen=True)
class Program:
    """A program: its Debian package, its command, and whether an answer says that it took the whole file.

    In the command, {mid} stands for what it reads, {out} for what it writes, and the names of MADE for what is made.
    """

    package: str
    command: tuple[str, ...]
    content: Callable[[Answer], bool]


def _prints(answer: Answer) -> bool:
    """It prints something, its status is 0, and it has no complaints."""
    return answer.status == 0 and bool(answer.text) and not answer.complaints


def _prints_every_track(answer: Answer) -> bool:
    """It prints as many tracks as the header promises, without complaints: a file that ends early has fewer."""
    promised = answer.text.partition("Tracks=")[2].partition(",")[0]
    return _prints(answer) and answer.text.count("Start: ") == int(promised)


def _writes_notation(answer: Answer) -> bool:
    """It writes a file."""
    return answer.status == 0 and answer.size > 0


def _writes_sound(answer: Answer) -> bool:
    """It writes sound, and speaks of no error; its status is 0 whatever happens."""
    return answer.size > _HEADER_ONLY and "error" not in answer.complaints


def _writes_all_sound(answer: Answer) -> bool:
    """It writes sound, and neither warns nor leaves events out."""
    told = answer.text + answer.complaints
    return answer.size > _HEADER_ONLY and not any(word in told for word in ("Warning: ", "are ignored", "Not a MIDI"))


_PLAIN = ("-EFreverb=0", "-EFchorus=0", "-EFdelay=0", "-EFns=0")
PROGRAMS = {
    "mftext": Program("abcmidi", ("mftext", "{mid}"), _prints),
    "midi2abc": Program("abcmidi", ("midi2abc", "{mid}"), _prints),
    "midigram": Program("abcmidi", ("midi2abc", "{mid}", "-midigram"), _prints),
    "drumstick-dumpsmf": Program("drumstick-tools", ("drumstick-dumpsmf", "{mid}"), _prints_every_track),
    "mscore3": Program("musescore3", ("mscore3", "-o", "{out}.musicxml", "{mid}"), _writes_notation),
    "fluidsynth": Program(
        "fluidsynth",
        ("fluidsynth", "-niq", "-R0", "-C0", "-g1", "-r44100", "-Twav", "-Ofloat", "-F{out}.wav", "{sf2}", "{mid}"),
        _writes_sound,
    ),
    "timidity": Program(
        "timidity",
        ("timidity", "-c", "{cfg}", "-Ow", "-s44100", *_PLAIN, "-o", "{out}.wav", "{mid}"),
        _writes_all_sound,
    ),
    "sonivox": Program("libsonivox-dev", ("{sonivox}", "{mid}"), _prints),
}


@cache
def bench() -> Path:
    """Return a folder that lasts as long as the tests."""
    folder = tempfile.TemporaryDirectory(prefix="world-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _sf2() -> Path:
    path = bench() / "tiny.sf2"
    path.write_bytes(soundfont())
    return path


def timidity_cfg(font: Path) -> Path:
    """Return TiMidity's settings, every instrument and drum from a SoundFont; they are beside it."""
    path = font.with_suffix(".cfg")
    lines = ["bank 0", *(f"{n} %font {font} 0 {n}" for n in range(128))]
    lines += ["drumset 0", *(f"{n} %font {font} 128 0 {n}" for n in range(128))]
    path.write_text("\n".join(lines) + "\n")
    return path


def _cfg() -> Path:
    return timidity_cfg(made("sf2"))


def _sonivox() -> Path:
    """Return our player of Sonivox, compiled."""
    path, compiler = bench() / "sonivox_play", shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler: apt install gcc libc6-dev")
    if not Path("/usr/include/sonivox/eas.h").exists():
        pytest.skip(f"Sonivox is not installed: apt install {PROGRAMS['sonivox'].package}")
    source = Path(__file__).with_name("sonivox_play.c")
    subprocess.run(
        [compiler, "-O1", "-Wall", "-Wextra", "-Werror", "-I/usr/include/sonivox", "-o", path, source, "-lsonivox"],
        check=True,
        timeout=SECONDS,
    )
    return path


MADE: dict[str, Callable[[], Path]] = {"sf2": _sf2, "cfg": _cfg, "sonivox": _sonivox}


@cache
def made(name: str) -> Path:
    """Return one of the files that a command can name, making it once."""
    return MADE[name]()


def ask(name: str, mid: Path, folder: Path, **given: Path) -> Answer:
    """Let a program open a `.mid`, writing into a folder; skip the test where it is not installed.

    What is `given` stands in the command in place of what is made.
    """
    command = PROGRAMS[name].command
    named = [kind for kind in MADE if any(f"{{{kind}}}" in word for word in command)]
    places = {kind: given.get(kind) or made(kind) for kind in named}
    words = [word.format(mid=mid, out=folder / mid.stem, **places) for word in command]
    suffix = next((word.partition("{out}")[2] for word in command if "{out}" in word), "")
    file = folder / f"{mid.stem}{suffix}" if suffix else folder / "nothing"
    file.unlink(missing_ok=True)
    return called(words, PROGRAMS[name].package, folder, file)


def called(words: list[str], package: str, folder: Path, file: Path) -> Answer:
    """Run a command with a home of its own in a folder; skip the test where its program is not installed."""
    program = shutil.which(words[0])
    if program is None:
        pytest.skip(f"{words[0]} is not installed: apt install {package}")
    home = folder / "home"
    home.mkdir(mode=0o700, exist_ok=True)
    own = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "STATE")}
    told = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [program, *words[1:]],
        env={"PATH": os.environ["PATH"], **own, **told},
        cwd=folder,
        capture_output=True,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
    )
    text, complaints = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
    return Answer(done.returncode, text, complaints, file)
