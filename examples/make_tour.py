"""Writes tour.ipynb, executed: python examples/make_tour.py. It needs the packages of the extra `test`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TARGET = HERE / "tour.ipynb"

# The cells in turn: text, or code where it begins with ">>>".
CELLS = (
    """# Numbers in, music out

A tour of the composer: from the values of a function to a table, a piece, a score, and what it sounds like.
`pip install "eta-composer[notebook]"` is enough to run it; it needs no network.""",
    """>>>
import tempfile
from pathlib import Path

import numpy as np

import composer""",
    """## The function

The Dirichlet eta function on the critical line, at a height where its zeros, those of the Riemann zeta function, are
about 0.57 apart. It is exact to twelve digits, at single points, on arrays, and on grids of millions.""",
    """>>>
t = 400_000 + np.arange(5) / 15
composer.eta(t).round(4)""",
    """>>>
composer.zeros(400_000, 400_004).ordinates.round(4)""",
    """## The table

What is played is a table: named columns over an index. `sample` gives a function's, `read_table` that of a file.""",
    """>>>
table = composer.sample("eta", t=[400_000, 400_004], points=60)
print(len(table), "rows:", ", ".join(table.names))""",
    """## The piece

Rules map columns to properties of notes. A composition shows itself: a piano roll, a player with the first thirty
seconds, and all of it in words.""",
    """>>>
piece = {
    "title": "A first look at eta",
    "tempo": 96,
    "key": "D dorian",
    "source": {"function": "eta", "t": [400_000, 400_004], "points": 60},
    "track": [
        {
            "name": "melody",
            "instrument": "vibraphone",
            "grid": "1/16",
            "pitch": {"from": "re", "via": "percentile", "range": ["C4", "C6"]},
            "duration": {"from": "im", "via": "percentile", "range": [0.1, 0.4], "unit": "s"},
            "velocity": {"from": "abs", "range": [0.5, 0.9], "invert": True},
        },
        {
            "name": "zeros",
            "instrument": "celesta",
            "rows": {"name": "passing", "event": "zeros"},
            "time": {"name": "follow", "track": "melody"},
            "pitch": {"from": "arg", "scale": "D minor pentatonic", "range": ["D6", "D7"]},
            "duration": 2.0,
            "velocity": 0.6,
        },
    ],
}
music = composer.compose(piece)
music""",
    """## The score

Notes are one structured array a track, in beats, each with the row of the table that it came from.""",
    """>>>
notes = music.score.tracks[0].notes[:4]
for name in ("start", "length", "pitch", "velocity", "row"):
    print(f"{name:8}", notes[name].round(3))""",
    """How much of the data can a listener know? The rank correlation between each column and what the `.mid` holds:""",
    """>>>
for found in composer.fidelity(music):
    print(f"{found.track}: {found.column} to {found.target}: {found.spearman:+.3f}, {found.levels} levels")""",
    """## In words

The same is said in plain sentences, for those who do not see the picture, and as captions in time.""",
    """>>>
words = composer.in_words(music)
print(words.text)""",
    """>>>
for cue in words.cues[:6]:
    print(f"{cue.start:5.2f} to {cue.end:5.2f}  {cue.text!r}")""",
    """## Files

The suffix chooses the kind: a `.mid` for a DAW, a `.wav`, captions (`.vtt`), every note as a line (`.csv`).""",
    """>>>
with tempfile.TemporaryDirectory() as folder:
    for suffix in ("mid", "vtt", "csv"):
        file = composer.render(music, Path(folder) / f"first-look.{suffix}")
        print(file.name, "is there" if file.stat().st_size else "is empty")""",
    """## A table of your own

A year of weather, day by day, from a CSV beside this notebook. The warmest day of each week is a note of the marimba,
and the wettest a stroke of the drums.""",
    """>>>
weather = composer.read_table("weather.csv", index="date")
print(len(weather), "days:", ", ".join(weather.names), "with", ", ".join(weather.labels["weather"]))""",
    """>>>
year = composer.compose(
    {
        "title": "A year in Seattle",
        "tempo": 132,
        "key": "G major pentatonic",
        "source": {"file": "weather.csv", "index": "date"},
        "shape": [{"name": "aggregate", "by": "week", "how": "max"}],
        "track": [
            {
                "name": "warmth",
                "instrument": "marimba",
                "pitch": {"from": "temp_max", "range": ["G3", "G5"]},
                "velocity": {"from": "temp_max", "range": [0.5, 0.9]},
                "pan": {"from": "temp_min", "range": [-0.5, 0.5]},
            },
            {
                "name": "rain",
                "instrument": "drums",
                "time": {"name": "follow", "track": "warmth"},
                "pitch": {"from": "precipitation", "scale": ["maracas", "low conga", "bass drum"]},
                "velocity": {"from": "precipitation", "range": [0.3, 0.8]},
            },
        ],
    }
)
year""",
    """## Further

`music.play()` gives a player for the whole of it, and `composer.compose("riemann")` the piece that all this is for:
three hundred values of eta, for six instruments. `composer list pieces` shows the others.""",
)


def tour() -> Any:
    """Return the notebook, not executed."""
    import nbformat

    book = nbformat.v4.new_notebook()
    for n, cell in enumerate(CELLS):
        is_code = cell.startswith(">>>\n")
        make = nbformat.v4.new_code_cell if is_code else nbformat.v4.new_markdown_cell
        made = make(cell.removeprefix(">>>\n"))
        made["id"] = f"cell-{n}"  # else a random one
        book.cells.append(made)
    book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return book


def executed(book: Any) -> Any:
    """Run a notebook from the folder of the examples; return it with its outputs, and nothing of the machine's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other people's event loops
        from nbclient import NotebookClient

        NotebookClient(
            book, timeout=300, kernel_name="python3", record_timing=False, resources={"metadata": {"path": str(HERE)}}
        ).execute()
    for cell in book.cells:
        streams = [output for output in cell.get("outputs", []) if output["output_type"] == "stream"]
        if streams:  # they come in as many parts as the kernel happened to send
            streams[0]["text"] = "".join(output["text"] for output in streams)
            cell["outputs"] = [output for output in cell["outputs"] if output not in streams[1:]]
    book.metadata["language_info"] = {"name": "python"}
    return book


def main() -> None:
    """Write the notebook."""
    import nbformat

    text = nbformat.writes(executed(tour()))
    TARGET.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
