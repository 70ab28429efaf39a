"""Renders 6,000 notes of eight tracks over 300 s through a soundfont: the composer's FluidSynth engine and the program.

Whole processes, in CPU seconds, one after the other, medians. Both play TimGM6mb, which pretty_midi brings. The program
is called as it is, with its reverb and its chorus, and without them, as the engine plays unless a piece asks for them.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from measure import child, machine

from composer.outputs.midi import encode_midi
from composer.outputs.soundfonts.catalogue import find_font
from composer.score import Score, Track, notes
from composer.units import TempoMap

RUNS = 5
SECONDS, TRACKS, NOTES = 300, 8, 6000
INSTRUMENTS = ("piano", "vibraphone", "violin", "cello", "flute", "choir", "acoustic bass", "drums")


def music() -> Score:
    """Return the score that is played."""
    rng = np.random.default_rng(1)
    tracks = []
    for n, name in enumerate(INSTRUMENTS):
        size = NOTES // TRACKS
        start = np.sort(rng.uniform(0, SECONDS - 2, size))
        pitch = rng.integers(36, 82, size) if name != "drums" else rng.integers(35, 60, size)
        tune = notes(start, rng.uniform(0.2, 2, size), pitch, rng.uniform(0.3, 1, size), (n - 3.5) / 4)
        tracks.append(Track(name, name, tune))
    return Score(tuple(tracks), TempoMap(((0.0, 60.0),)))


def main() -> None:
    """Print a line for each program."""
    print(machine())
    font = str(find_font("gm"))
    with tempfile.TemporaryDirectory() as folder:
        mid, wav = str(Path(folder) / "music.mid"), str(Path(folder) / "music.wav")
        Path(mid).write_bytes(encode_midi(music()))
        fluidsynth = ["fluidsynth", "-niq", "-r44100", "-Twav", f"-F{wav}"]
        commands = {
            "composer": [sys.executable, "-m", "composer", "render", mid, "-o", wav, "--soundfont", font, "--quiet"],
            "fluidsynth": [*fluidsynth, font, mid],
            "fluidsynth, no effects": [*fluidsynth, "-R0", "-C0", font, mid],
        }
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                figures[name].append(child(command))
    for name, runs in figures.items():
        cpu, peak = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"{name:24} {cpu:7.2f} CPU s {peak:7.0f} MB")


if __name__ == "__main__":
    main()
