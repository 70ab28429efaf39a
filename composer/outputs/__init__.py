"""From a score to files: one writer a file of this room, named by the suffix of what it writes.

To add one: write `write_NAME(score, path, ...)` whose settings carry a `Doc`, and its row here. The piece
gets a section of that name with these settings, `compose` writes the file, `--only` and `list` know it.
"""

from __future__ import annotations

from collections.abc import Callable

from composer.outputs.csv import write_csv
from composer.outputs.midi import in_files, write_midi
from composer.outputs.wav import write_wav
from composer.score import Score

OUTPUTS: dict[str, Callable[..., None]] = {
    "mid": write_midi,
    "wav": write_wav,
    "csv": write_csv,
}
# What can be put into several files: from a score and the output's settings to the scores of the files.
IN_FILES: dict[str, Callable[..., list[Score]]] = {"mid": in_files}
BY_DEFAULT = ("mid", "wav")  # what is written where nobody asks for less, or for more
