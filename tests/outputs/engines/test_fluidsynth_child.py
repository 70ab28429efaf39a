"""The child process that FluidSynth runs in: whatever happens there is one clear error here, and nothing is left.

What a library can do is played by modules that stand in for pyfluidsynth, so that most of this needs no FluidSynth.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from composer.errors import ComposerError, FileError, InputError
from composer.outputs.engines import ENGINES
from composer.outputs.engines.fluidsynth import child as child_script
from composer.outputs.engines.fluidsynth import rendering
from composer.outputs.engines.fluidsynth.engine import fluidsynth
from composer.outputs.engines.fluidsynth.passes import passes
from composer.outputs.engines.fluidsynth.rendering import INSTALL, Job, Limits, rendered, version
from composer.outputs.midi import encode_midi
from composer.outputs.soundfonts.reader import examine
from composer.outputs.soundfonts.sf2 import DRUMS, Font, Instrument, Preset, Sample, Zone
from composer.outputs.soundfonts.writer import font_bytes
from composer.score import Score, Track, notes
from composer.sources.midi import midi_score

needs_fluidsynth = pytest.mark.skipif(version() is None, reason=f"libfluidsynth is missing: {INSTALL}")
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits are POSIX")
SCORE = Score(
    (Track("a", "piano", notes([0, 0.2], 0.2, [60, 64])), Track("b", "drums", notes([0, 0.25], 0.1, [36, 42]))),
)
FRAMES = 22_050
SETTINGS: rendering.Settings = {
    "synth.sample-rate": 44_100.0,
    "player.timing-source": "sample",
    "player.reset-synth": 0,
}


def small_font() -> bytes:
    """Return a font of a few presets, with the lists that a large one has."""
    wave = np.rint(20_000 * np.sin(2 * np.pi * np.arange(1000) / 100)).astype(np.int16)
    samples = tuple(Sample(f"s{n}", wave, 44_100, 60 + n, 0, (100, 900)) for n in range(3))
    zones = (Zone(0, (0, 59), generators={"sampleModes": 1}), Zone(1, (60, 127), generators={"releaseVolEnv": -2000}))
    instruments = (Instrument("low and high", zones), Instrument("hit", (Zone(2),)))
    presets = (Preset("piano", 0, 0, (Zone(0),)), Preset("kit", DRUMS, 0, (Zone(1),)))
    return font_bytes(Font("small", samples, instruments, presets))


@pytest.fixture
def font(tmp_path: Path) -> Path:
    path = tmp_path / "small.sf2"
    path.write_bytes(small_font())
    return path


@pytest.fixture(autouse=True)
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The children that a test starts. None is left; nor is a file, in the folder for temporary ones or beside."""
    folder, here = tmp_path / "temporary", tmp_path / "here"
    folder.mkdir()
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    children: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **settings: Any) -> None:
            super().__init__(*arguments, **settings)
            children.append(self)

    monkeypatch.setattr(rendering.subprocess, "Popen", Noted)
    yield children
    assert all(process.returncode is not None for process in children)
    assert [*folder.iterdir(), *here.iterdir()] == []


def job(font: Path, **changed: Any) -> Job:
    midi = tuple(one.midi for one in passes(SCORE, ((0, 1),)))
    return replace(Job(font, midi, SETTINGS, 4, FRAMES, FRAMES - 5000, Limits(20, 20, 2**30), block=8192), **changed)


def refusal(one: Job) -> FileError | InputError:
    with pytest.raises(ComposerError) as refused:
        for block in rendered(one):
            assert block.dtype == np.float32
    error = refused.value
    assert isinstance(error, FileError | InputError) and len(error.faults) == 1
    assert "\n" not in error.faults[0].message and error.faults[0].remedy and error.faults[0].where
    return error


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let a module of this text stand in for pyfluidsynth, in the child."""
    folder = tmp_path / "stand-in"
    folder.mkdir()
    monkeypatch.delitem(sys.modules, "fluidsynth", raising=False)
    monkeypatch.syspath_prepend(str(folder))

    def write(text: str) -> None:
        (folder / "fluidsynth.py").write_text(text)

    return write


# A library that does all that it is asked for, and plays silence, unless a test says otherwise.
LIBRARY = """
import os, signal, sys, time

def answering(answer):
    return lambda *arguments: answer

class _fl:
    fluid_version_str = answering(b"2.3.1")
    fluid_set_log_function = answering(None)
    fluid_player_add_mem = answering(0)
    fluid_player_get_total_ticks = answering(100)
    fluid_synth_set_interp_method = answering(0)
    def fluid_synth_write_float(*arguments):
        return played()

def played():
    return 0

new_fluid_settings = new_fluid_synth = new_fluid_player = answering(1)
fluid_settings_setnum = fluid_settings_setint = fluid_settings_setstr = answering(0)
fluid_synth_sfload = answering(1)
fluid_player_play = fluid_synth_cc = fluid_synth_all_notes_off = answering(0)
"""


def test_what_stands_in_plays(stand_in: Any, font: Path) -> None:
    """The tests below would not show much if this did not work."""
    stand_in(LIBRARY)
    blocks = [*rendered(job(font))]
    assert [block.shape for block in blocks] == [(2, 8192), (2, 8192), (2, FRAMES - 2 * 8192)]
    assert version() == "2.3.1"


def test_what_played_can_be_told(stand_in: Any, font: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(LIBRARY)
    row = ENGINES["fluidsynth"]
    assert row.about is not None and row.about(soundfont=str(font), reverb=True) == "FluidSynth 2.3.1, small.sf2"
    monkeypatch.setattr(rendering, "find_spec", lambda name: None)
    assert row.about(soundfont=str(font)) == "FluidSynth, small.sf2"


def test_the_version_is_shown_below_the_list_of_soundfonts(stand_in: Any, run: Any) -> None:
    stand_in(LIBRARY)
    assert run("list", "soundfonts").stdout.endswith("They are played by FluidSynth, version 2.3.1.\n")
    stand_in("raise ImportError('no library')")
    assert run("list", "soundfonts").stdout.endswith(f"FluidSynth is missing: {INSTALL}.\n")


def test_pyfluidsynth_is_missing(font: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "find_spec", lambda name: None)
    assert str(refusal(job(font))) == "sound.engine: pyfluidsynth is missing\n    install it: pip install pyfluidsynth"
    assert version() is None


@pytest.mark.parametrize(
    "text",
    ["raise ImportError('no library')", "raise OSError('wrong architecture')", "_fl = object()", "pass"],
    ids=["not found", "not loaded", "without the calls", "another module of that name"],
)
def test_the_library_is_missing(stand_in: Any, font: Path, text: str) -> None:
    stand_in(text)
    told = str(refusal(job(font)))
    assert told == f"sound.engine: libfluidsynth is missing\n    {INSTALL}"
    assert all(way in told for way in ("apt install libfluidsynth3", "brew install fluid-synth", "choco install"))
    assert version() is None


def test_the_library_is_too_old(stand_in: Any, font: Path) -> None:
    stand_in(LIBRARY.replace("2.3.1", "1.1.11"))
    assert "FluidSynth 1.1.11 is too old: it takes 2.0 or later" in str(refusal(job(font)))
    assert version() == "1.1.11"


@pytest.mark.parametrize(
    ("name", "failed", "told"),
    [
        ("new_fluid_settings", None, "FluidSynth refuses a call (new_fluid_settings)"),
        ("new_fluid_synth", None, "FluidSynth refuses a call (new_fluid_synth)"),
        ("new_fluid_player", None, "FluidSynth refuses a call (new_fluid_player)"),
        ("fluid_settings_setnum", -1, "FluidSynth refuses a call (fluid_settings_setnum)"),
        ("fluid_settings_setint", -1, "FluidSynth refuses a call (fluid_settings_setint)"),
        ("fluid_settings_setstr", -1, "FluidSynth refuses a call (fluid_settings_setstr)"),
        ("fluid_synth_sfload", -1, "FluidSynth cannot read this soundfont"),
        ("fluid_player_play", -1, "FluidSynth refuses a call (fluid_player_play)"),
        ("_fl.fluid_player_add_mem", -1, "FluidSynth refuses a call (fluid_player_add_mem)"),
        ("_fl.fluid_synth_set_interp_method", -1, "FluidSynth refuses a call (fluid_synth_set_interp_method)"),
        ("_fl.fluid_player_get_total_ticks", 0, "FluidSynth stopped too early"),
        ("_fl.fluid_synth_write_float", -1, "FluidSynth stopped too early"),
        ("fluid_synth_cc", -1, "FluidSynth stopped too early"),
        ("fluid_synth_all_notes_off", -1, "FluidSynth stopped too early"),
    ],
)
def test_every_call_is_checked(stand_in: Any, font: Path, name: str, failed: int | None, told: str) -> None:
    stand_in(f"{LIBRARY}\n{name} = answering({failed})\n")
    error = refusal(job(font))
    assert error.faults[0].message.startswith(told) and error.faults[0].where == str(font)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "FluidSynth crashed (SIGSEGV)"),
        ("os.abort()", "FluidSynth crashed (SIGABRT)"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "FluidSynth was killed: by hand, or for want of memory"),
        ("os.kill(os.getpid(), signal.SIGTERM)", "FluidSynth was ended from outside"),
        ("os._exit(3)", "FluidSynth stopped too early (status 3)"),
        ("raise ValueError('odd')", "FluidSynth stopped too early (ValueError: odd)"),
        ("time.sleep(60)", "FluidSynth played nothing for 1 seconds, and was ended"),
        ("while True: pass", "FluidSynth took more time than there was for it"),
    ],
)
@pytest.mark.parametrize("where", ["while it loads", "while it plays"])
@posix
def test_whatever_happens_to_the_child(stand_in: Any, font: Path, end: str, told: str, where: str) -> None:
    name = {"while it loads": "fluid_synth_sfload", "while it plays": "played"}[where]
    stand_in(f"{LIBRARY}\ndef {name}(*arguments):\n    {end}\n")
    limits = Limits(1.0 if "sleep" in end else 20, 1, 2**30)
    assert refusal(job(font, limits=limits)).faults[0].message == told


@posix
def test_memory_is_bounded(stand_in: Any, font: Path) -> None:
    stand_in(f"{LIBRARY}\ndef fluid_synth_sfload(*arguments):\n    bytearray(2**26)\n    return 1\n")
    assert [*rendered(job(font))]
    error = refusal(job(font, limits=Limits(20, 20, 2**25)))
    assert error.faults[0].message == "this soundfont takes too much memory"


@posix
@pytest.mark.parametrize(
    ("loading", "told"),
    [
        ("os.write(os.open('left', os.O_CREAT | os.O_WRONLY), b'x')", "stopped too early (OSError: [Errno 27]"),
        ("os.write(2, b'x' * 10**6)", "played nothing for 1 seconds, and was ended"),
    ],
    ids=["files", "messages"],
)
def test_the_child_writes_no_files_and_floods_nobody(stand_in: Any, font: Path, loading: str, told: str) -> None:
    stand_in(f"{LIBRARY}\ndef fluid_synth_sfload(*arguments):\n    {loading}\n    return 1\n")
    assert told in str(refusal(job(font, limits=Limits(1, 5, 2**30))))
    left = Path("left")
    assert not left.exists() or left.stat().st_size == 0
    left.unlink(missing_ok=True)


def test_what_a_library_prints_is_not_heard(stand_in: Any, font: Path) -> None:
    stand_in(f"print('noise', flush=True)\n{LIBRARY}\ndef played():\n    os.write(1, b'noise')\n    return 0\n")
    assert not np.concatenate([*rendered(job(font))], axis=1).any()


@posix
@pytest.mark.parametrize("end", [GeneratorExit, KeyboardInterrupt, RuntimeError])
def test_the_child_ends_with_who_listens(
    stand_in: Any, font: Path, started: list[subprocess.Popen[bytes]], end: type[BaseException]
) -> None:
    """It is killed, whatever it is about to do, and waited for."""
    then_it_hangs = (
        "calls = []\ndef played():\n    calls.append(0)\n    time.sleep(30 * (len(calls) > 1))\n    return 0\n"
    )
    stand_in(f"{LIBRARY}\n{then_it_hangs}")
    sound = rendered(job(font))
    next(sound)
    with pytest.raises(end):
        sound.throw(end())
    assert [process.returncode for process in started] == [-signal.SIGKILL]


def test_the_child_needs_no_composer() -> None:
    source = Path(child_script.__file__).read_text("utf-8")
    assert "composer" not in {line.split()[1].split(".")[0] for line in source.splitlines() if "import " in line[:12]}


# Through FluidSynth itself.


@needs_fluidsynth
def test_the_job_is_played(font: Path) -> None:
    whole = np.concatenate([*rendered(job(font))], axis=1)
    assert whole.shape == (2, FRAMES) and 0.01 < np.abs(whole).max() < 10
    assert version() is not None


@needs_fluidsynth
@pytest.mark.parametrize(
    "wrong", [{"synth.gain": 1}, {"synth.polyphony": 256.0}, {"synth.sample-rate": 192_000.0}, {"synth.nonsense": 1.0}]
)
def test_settings_that_fluidsynth_would_ignore_in_silence(font: Path, wrong: rendering.Settings) -> None:
    assert "FluidSynth refuses a call (fluid_settings_set" in str(refusal(job(font, settings={**SETTINGS, **wrong})))


@needs_fluidsynth
def test_music_that_fluidsynth_cannot_read(font: Path) -> None:
    assert "FluidSynth stopped too early" in str(refusal(job(font, midi=(b"MThd, or perhaps not",))))


@needs_fluidsynth
def test_fonts_that_fluidsynth_cannot_read(tmp_path: Path) -> None:
    for name, data in (("empty.sf2", b""), ("cut.sf2", small_font()[:-900])):
        (tmp_path / name).write_bytes(data)
        assert refusal(job(tmp_path / name)).faults[0].message.startswith("FluidSynth cannot read this soundfont (")


@needs_fluidsynth
@posix
def test_a_child_killed_while_it_plays(font: Path, started: list[subprocess.Popen[bytes]]) -> None:
    sound = rendered(job(font, frames=10**8))
    next(sound)
    os.kill(started[0].pid, signal.SIGKILL)
    with pytest.raises(FileError, match="FluidSynth was killed"):
        for _ in sound:
            pass


# Whatever happened to a file's bytes.

LISTS = (b"phdr", b"pbag", b"pgen", b"inst", b"ibag", b"igen", b"shdr")


def mutated_font(rng: random.Random, data: bytes) -> bytes:
    """Return a font with some bytes of one of its lists changed, or cut short, or with a size changed."""
    found = bytearray(data)
    at = data.index(rng.choice(LISTS))
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    match rng.randrange(8):
        case 0:
            return data[: rng.randrange(len(data))]
        case 1:
            found[at + 4 : at + 8] = rng.choice([0, 1, size - 1, 2**16, 2**31 - 1, 2**32 - 1]).to_bytes(4, "little")
        case _:
            for _ in range(rng.choice([1, 1, 2, 8])):
                found[at + 8 + rng.randrange(size)] = rng.choice([0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)])
    return bytes(found)


@needs_fluidsynth
def test_two_hundred_mutated_fonts(tmp_path: Path) -> None:
    """Each is refused with one clear error, most of them before FluidSynth sees them, or plays in bounded time."""
    rng = random.Random(1)
    path = tmp_path / "mutated.sf2"
    refused = heard = 0
    for _ in range(200):
        path.write_bytes(mutated_font(rng, small_font()))
        try:
            facts = examine(path)
            if facts.has(0, 0) and facts.has(DRUMS, 0):
                heard += sum(block.shape[1] for block in rendered(job(path, limits=Limits(10, 10, 2**28)))) == FRAMES
        except ComposerError as error:
            assert len(error.faults) == 1 and str(path) in str(error)
            refused += 1
    assert refused > 50 and heard > 30


@needs_fluidsynth
def test_two_hundred_mutated_midi_files(font: Path) -> None:
    """Each is refused by our own reader, or FluidSynth plays what our own writer makes of it: all in one child."""
    rng = random.Random(2)
    whole = encode_midi(SCORE)
    midi: list[bytes] = []
    refused = 0
    for n in range(200):
        data = bytearray(whole)
        for _ in range(rng.choice([1, 1, 2, 8])):
            data[rng.randrange(len(data))] = rng.choice([0, 0x7F, 0x80, 0xC0, 0xF0, 0xFF, rng.randrange(256)])
        try:
            score = midi_score(bytes(data[: rng.randrange(len(data))] if n % 8 == 0 else data))
            midi += [one.midi for one in passes(score, (tuple(range(len(score.tracks))),))]
        except ComposerError as error:
            assert error.faults
            refused += 1
    assert refused > 50 and len(midi) > 50
    limits = Limits(20, 20, 2**30 + len(midi) * 2**24)
    played = np.concatenate([*rendered(job(font, midi=tuple(midi), limits=limits))], axis=1)
    assert played.shape == (2 * len(midi), FRAMES)


@needs_fluidsynth
def test_a_damaged_font_is_refused_by_the_engine(tmp_path: Path) -> None:
    path = tmp_path / "damaged.sf2"
    path.write_bytes(small_font()[:-1])
    with pytest.raises(FileError, match="this soundfont is broken"):
        fluidsynth(SCORE, 44_100, 440.0, ((0, 1),), soundfont=str(path))
