"""Renders scores to sound by the composer's engines and by their peers: whole processes, the inner loop, memory.

    python benchmarks/audio.py [--quick] [--soundfont FONT] [--strauss PYTHON]

Three scores: 6,000 notes on 8 tracks over 300 s; 5,000 notes over 1,333 s, as a sonification has them; an hour of 16
tracks. Every row of the tables of processes is a process of its own that starts with a file, or an import, and ends
with samples (the composer, FluidSynth and STRAUSS with a WAV on the disk, pretty_midi with an array): CPU seconds, user
and system, and peak memory. A peer that is not installed is named as such. `--quick` makes the scores twenty times
shorter.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measure import child, cpu_seconds, machine

from composer.outputs.engines.fluidsynth.rendering import version
from composer.outputs.engines.sine import sine
from composer.outputs.midi import encode_midi
from composer.outputs.soundfonts.catalogue import find_font
from composer.score import Score, Track, notes
from composer.units import TempoMap

RATE = 44_100
RUNS = 5
SECONDS = TempoMap(((0, 60),))  # a beat is a second
PURE = {"engine": {"name": "sine", "pure": True, "threads": 1}}  # as its peers have
UNMASTERED = {**PURE, "loudness": "peak", "dither": False}  # one gain for the peak, as most peers have it

# What each row's process runs; {mid}, {out}, {folder} and {font} are filled in.
COMPOSER = """
from pathlib import Path
from composer.sources.midi import read_midi
from composer.writing import export
export(read_midi(Path({mid!r})), Path({folder!r}), "composer", ["wav"], settings={{"sound": {sound}}})
"""
SYNTHESIZE = """
import warnings; warnings.filterwarnings("ignore")
import pretty_midi
pretty_midi.PrettyMIDI({mid!r}).synthesize(44100)
"""
PRETTY_FLUID = """
import warnings; warnings.filterwarnings("ignore")
import pretty_midi
pretty_midi.PrettyMIDI({mid!r}).fluidsynth(44100, {font!r})
"""
STRAUSS = """
import warnings; warnings.filterwarnings("ignore")
import numpy as np
from strauss.generator import Synthesizer
from strauss.score import Score
from strauss.sonification import Sonification
from strauss.sources import Events
rows = np.load({rows!r})
maps = {{"pitch": rows[:, 0], "time": rows[:, 1], "volume": rows[:, 2], "azimuth": rows[:, 3]}}
sources = Events(maps.keys())
sources.fromdict(maps)
sources.apply_mapping_functions(map_lims={{"time": ("0%", "100.1%")}})
generator = Synthesizer()
one = {{"form": "sine", "level": 1.0, "detune": 0.0, "phase": 0.0}}
generator.modify_preset({{"note_length": {length}, "oscillators": {{"osc1": one}}}})
made = Sonification(Score([["C3", "E3", "G3", "A3", "C4", "E4"]], {seconds}), sources, generator, "stereo")
made.render()
made.save({out!r})
"""


def six_thousand(scale: int) -> Score:
    """Return 6,000 notes of about a second on 8 tracks over 300 s."""
    rng = np.random.default_rng(1)
    seconds, count = 300 / scale, 750 // scale
    tracks = []
    for k in range(8):
        start = rng.uniform(0, seconds - 1, count)
        tune = notes(start, rng.uniform(0.2, 1.8, count), 36.0 + rng.integers(0, 48, count), 0.5, (k - 3.5) / 4)
        tracks.append(Track(f"t{k}", "flute", tune))
    return Score(tuple(tracks), SECONDS)


def five_thousand(scale: int) -> Score:
    """Return 5,000 notes of half a second over 1,333 s on one track."""
    rng = np.random.default_rng(2)
    count = 5000 // scale
    start = np.sort(rng.uniform(0, 1332.5 / scale, count))
    pitch = rng.choice([48.0, 52, 55, 57, 60, 64], count)
    return Score(
        (Track("t", "flute", notes(start, 0.5, pitch, rng.uniform(0.3, 1, count), rng.uniform(-1, 1, count))),), SECONDS
    )


def hour(scale: int) -> Score:
    """Return an hour of 16 tracks, a note a second on each, of as many instruments, with drums."""
    players = ("piano", "vibraphone", "church organ", "guitar", "bass", "violin", "string ensemble 1", "trumpet")
    more = ("clarinet", "flute", "lead 2 (sawtooth)", "pad 2 (warm)", "fx 3 (crystal)", "koto", "steel drums", "drums")
    count = 3600 // scale
    tracks = []
    for k, player in enumerate(players + more):
        pitch = 36 + np.arange(count) % 20 if player == "drums" else 48 + (np.arange(count) * 7 + k) % 30
        tracks.append(Track(player, player, notes(np.arange(count) + k / 16, 0.9, pitch, 0.5, (k - 7.5) / 8)))
    return Score(tuple(tracks), SECONDS)


def process(code: str, python: str = sys.executable) -> Callable[[], tuple[float, float] | str]:
    """Return what runs Python code in a process of its own: CPU seconds and MB, or why that failed."""

    def run() -> tuple[float, float] | str:
        try:
            return child([python, "-c", code])
        except subprocess.CalledProcessError as error:
            return f"failed: exit status {error.returncode}"

    return run


def installed(module: str, python: str = sys.executable) -> bool:
    """Whether a module can be imported by a new process."""
    check = [python, "-W", "ignore", "-c", f"import {module}"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def compare(rows: dict[str, Callable[[], tuple[float, float] | str] | str], runs: int, folder: Path) -> None:
    """Run all rows in turn, `runs` times round after once uncounted, and print the table; the first row is ours.

    The machine's speed drifts, and so does every row's. The first round compiles modules and reads files from the disk;
    what a run has written is not there for the next.
    """
    found: dict[str, list[tuple[float, float] | str]] = {name: [] for name in rows}
    for _ in range(runs + 1):
        for name, run in rows.items():
            for sound in folder.glob("*.wav"):
                sound.unlink()
            found[name].append(run if isinstance(run, str) else run())
    print("| whole process | CPU seconds | times ours | peak MB | runs |\n|---|---|---|---|---|")
    ours = 0.0
    for name, each in found.items():
        failed = [one for one in each if isinstance(one, str)]
        if failed:
            print(f"| {name} | {failed[0]} | | | |")
            continue
        measured = np.array(each[1:], np.float64)
        seconds, peak = float(np.median(measured[:, 0])), float(measured[:, 1].max())
        ours = ours or seconds
        print(f"| {name} | {seconds:.2f} | {seconds / ours:.1f} | {peak:.0f} | {runs} |", flush=True)


def peers(folder: Path, mid: Path, font: str) -> dict[str, Callable[[], tuple[float, float] | str] | str]:
    """Return the rows for a Standard MIDI File."""
    made: dict[str, Callable[[], tuple[float, float] | str] | str] = {}
    wanted = {"mid": str(mid), "folder": str(folder), "out": str(folder / "peer.wav"), "font": font}
    made["composer, pure sines"] = process(COMPOSER.format(sound=PURE, **wanted))
    made["composer, pure sines, not mastered"] = process(COMPOSER.format(sound=UNMASTERED, **wanted))
    made["composer, its instruments (flutes)"] = process(COMPOSER.format(sound={}, **wanted))
    made["pretty_midi.synthesize"] = (
        process(SYNTHESIZE.format(**wanted)) if installed("pretty_midi") else "not installed"
    )
    program = shutil.which("fluidsynth")
    if program is None:
        made["fluidsynth, the program"] = "not installed"
    else:
        command = [program, "-ni", "-q", "-r", str(RATE), "-F", wanted["out"], font, str(mid)]
        made["fluidsynth, the program"] = lambda: child(command)
    if version() is None:
        made["composer, FluidSynth engine"] = made["pretty_midi.fluidsynth"] = "no libfluidsynth"
    else:
        fluid = {"engine": {"name": "fluidsynth", "soundfont": font}}
        made["composer, FluidSynth engine"] = process(COMPOSER.format(sound=fluid, **wanted))
        made["pretty_midi.fluidsynth"] = process(PRETTY_FLUID.format(**wanted))
    return made


def against_strauss(folder: Path, score: Score, python: str) -> Callable[[], tuple[float, float] | str] | str:
    """Return the row of STRAUSS, which has the same notes as events of its synthesiser."""
    if not installed("strauss", python):
        return "not installed"
    tune = score.tracks[0].notes
    rows = folder / "rows.npy"
    np.save(rows, np.stack([tune["pitch"], tune["start"], tune["velocity"], (tune["pan"] + 1) / 2], axis=1))
    out = str(folder / "strauss.wav")
    return process(STRAUSS.format(rows=str(rows), length=0.5, seconds=score.seconds, out=out), python)


def played(score: Score, pure: bool = True, threads: int = 1) -> None:
    """Make all blocks of a score, and let go of them."""
    for _ in sine(score, RATE, 440.0, (tuple(range(len(score.tracks))),), pure=pure, threads=threads).blocks():
        pass


def inner_loop(score: Score) -> None:
    """Print the rate of the renderer alone, how it grows with the notes, and when the first block is there."""
    print(
        "\n| renderer alone, one thread | notes | CPU seconds | million voice-samples a CPU second |\n|---|---|---|---|"
    )
    for share in (4, 2, 1):
        part = Score(tuple(Track(t.name, t.instrument, t.notes[::share]) for t in score.tracks), score.tempo)
        voices = sum(float(t.notes["length"].sum()) + 0.01 * t.notes.size for t in part.tracks) * RATE
        seconds = cpu_seconds(lambda part=part: played(part), RUNS)
        count = sum(t.notes.size for t in part.tracks)
        print(f"| pure sines | {count:,} | {seconds:.3f} | {voices / seconds / 1e6:.0f} |")
    seconds = cpu_seconds(lambda: played(score, pure=False), RUNS)
    print(f"| flutes: vibrato, breath | {count:,} | {seconds:.3f} | {voices / seconds / 1e6:.0f} |")
    begun = time.perf_counter()
    next(sine(score, RATE, 440.0, (tuple(range(len(score.tracks))),), pure=True).blocks())
    print(f"\nfirst block after {1000 * (time.perf_counter() - begun):.0f} ms of wall time")


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--soundfont", metavar="FONT", help="for all that play one; TimGM6mb if left out")
    parser.add_argument("--strauss", metavar="PYTHON", default=sys.executable, help="a Python that has STRAUSS")
    given = parser.parse_args()
    scale, runs = (20, 1) if given.quick else (1, RUNS)
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        score = six_thousand(scale)
        mid = folder / "six.mid"
        mid.write_bytes(encode_midi(score, 960))
        print(f"\n{sum(t.notes.size for t in score.tracks):,} notes on 8 tracks over {score.seconds:.0f} s\n")
        compare(peers(folder, mid, str(find_font(given.soundfont or "gm"))), runs, folder)
        inner_loop(score)
        score = five_thousand(scale)
        mid = folder / "five.mid"
        mid.write_bytes(encode_midi(score, 960))
        print(f"\n{score.tracks[0].notes.size:,} notes over {score.seconds:.0f} s\n")
        own = {"composer, pure sines": PURE, "composer, pure sines, not mastered": UNMASTERED}
        ours = {n: process(COMPOSER.format(sound=s, mid=str(mid), folder=str(folder))) for n, s in own.items()}
        compare({**ours, "STRAUSS": against_strauss(folder, score, given.strauss)}, runs, folder)
        score = hour(scale)
        mid = folder / "hour.mid"
        mid.write_bytes(encode_midi(score, 960))
        print(f"\n{sum(t.notes.size for t in score.tracks):,} notes of 16 tracks over {score.seconds:.0f} s\n")
        compare(
            {"composer, its instruments": process(COMPOSER.format(sound={}, mid=str(mid), folder=str(folder)))},
            1,
            folder,
        )


if __name__ == "__main__":
    main()
