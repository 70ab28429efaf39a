"""What `import composer` costs beyond an empty Python, and a whole `composer` process.

    python benchmarks/startup.py [--runs 15]

CPU seconds (user and system) of child processes, medians.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from measure import child, machine

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "python -c 'import composer'": ["-c", "import composer"],
    "python -c 'import numpy'": ["-c", "import numpy"],
    "composer --version": ["-m", "composer", "--version"],
    "composer check riemann": ["-m", "composer", "check", "riemann"],
}


def main() -> None:
    """Run every command in turn, several times round, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs):
        for name, arguments in COMMANDS.items():
            taken[name].append(child([sys.executable, *arguments])[0])
    empty = statistics.median(taken["python -c pass"])
    print(f"medians of {runs} runs; {machine()}\n")
    print("| command | CPU ms | over an empty Python, ms |\n|---|---|---|")
    for name, seconds in taken.items():
        middle = statistics.median(seconds)
        print(f"| `{name}` | {1000 * middle:.0f} | {1000 * (middle - empty):.0f} |")


if __name__ == "__main__":
    main()
