"""What it costs to make a `.mid` of eight tracks from a large CSV, one note a row and track, and to read larger ones.

    python benchmarks/dataset.py [--rows 100000] [--runs 5]

Whole processes: CPU seconds (user and system), medians, and peak memory. pandas, where it is installed, reads the
same files, with its own parser and with that of pyarrow.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from measure import child, machine

INSTRUMENTS = ("flute", "oboe", "clarinet", "bassoon", "violin", "viola", "cello", "marimba")


def write_table(path: Path, rows: int, columns: int) -> None:
    """Write random walks as a CSV, under a column `time`."""
    rng = np.random.default_rng(1)
    walks = np.cumsum(rng.standard_normal((rows, columns)), axis=0)
    names = ",".join(f"c{n}" for n in range(columns))
    numbers = np.column_stack([np.arange(rows), walks])
    np.savetxt(path, numbers, "%.6g", ",", header=f"time,{names}", comments="")


def write_piece(path: Path, data: Path) -> None:
    """Write a piece of eight tracks; the pitch, velocity and pan of each follow three columns."""
    lines = ['key = "D dorian"', "[source]", f'file = "{data.name}"', 'index = "time"']
    for n, instrument in enumerate(INSTRUMENTS):
        lines += [
            "[[track]]",
            f'name = "{n}"',
            f'instrument = "{instrument}"',
            "duration = 0.25",
            f'pitch = {{ from = "c{n}" }}',
            f'velocity = {{ from = "c{(n + 1) % 8}", range = [0.3, 0.9] }}',
            f'pan = {{ from = "c{(n + 2) % 8}", range = [-0.5, 0.5] }}',
        ]
    path.write_text("\n".join(lines), encoding="utf-8")


def readers(data: Path) -> dict[str, list[str]]:
    """Return the commands that read a CSV into columns of numbers, by the reader's name."""
    found = {"composer": f"from composer.sources.files import read_table; read_table({str(data)!r})"}
    if importlib.util.find_spec("pandas"):
        found["pandas"] = f"import pandas; pandas.read_csv({str(data)!r})"
    if importlib.util.find_spec("pyarrow"):
        found["pandas, pyarrow"] = f"import pandas; pandas.read_csv({str(data)!r}, engine='pyarrow')"
    return {name: [sys.executable, "-c", code] for name, code in found.items()}


def row(what: str, command: list[str], runs: int) -> None:
    """Print the median cost of a command."""
    measured = [child(command) for _ in range(runs)]
    seconds, memory = (statistics.median(column) for column in zip(*measured, strict=True))
    print(f"| {what} | {seconds:.2f} | {memory:.0f} |")


def main() -> None:
    """Make the tables, run every command several times and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    print(f"medians of {asked.runs} runs; {machine()}\n")
    print("| what | CPU seconds | peak MB |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        data, piece = Path(folder) / "walks.csv", Path(folder) / "walks.toml"
        write_table(data, asked.rows, 8)
        write_piece(piece, data)
        compose = [sys.executable, "-m", "composer", "compose", str(piece), "--only", "mid", "-o", folder]
        row(f"compose {asked.rows} rows x 8 tracks, {8 * asked.rows} notes", compose, asked.runs)
        write_table(data, 10 * asked.rows, 10)
        for name, command in readers(data).items():
            row(f"read {10 * asked.rows} rows x 10 columns: {name}", command, asked.runs)


if __name__ == "__main__":
    main()
