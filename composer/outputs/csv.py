"""Writes the notes as a table, with the row of the data that each came from."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from composer.score import Score, Track
from composer.table import INDEX, Table

HEADINGS = ("track", "instrument", "start_beat", "length_beats", "start_s", "length_s", "pitch", "velocity", "pan")
OF_THE_ROW = ("row", "source_row")


def write_csv(score: Score, path: Path, *, table: Table | None = None) -> None:
    """Every note as a line: when, what, and the row and values of the data it came from."""
    names = () if table is None else (INDEX, *(name for name in table.names if name != INDEX))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")  # RFC 4180's: a text that holds either sign is then quoted
        writer.writerow((*HEADINGS, *(OF_THE_ROW if table is not None else OF_THE_ROW[:1]), *names))
        for track in score.tracks:
            writer.writerows(_lines(track, score, table, names))


def _lines(track: Track, score: Score, table: Table | None, names: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    notes = track.notes
    columns: list[list[object]] = [
        notes["start"].round(6).tolist(),
        notes["length"].round(6).tolist(),
        score.tempo.seconds(notes["start"]).round(6).tolist(),
        score.tempo.seconds_lasting(notes["start"], notes["length"]).round(6).tolist(),
        notes["pitch"].round(4).tolist(),
        notes["velocity"].round(6).tolist(),
        notes["pan"].round(6).tolist(),
        notes["row"].tolist(),
    ]
    if table is not None:
        rows = notes["row"]
        columns.append([int(np.asarray(table.origin)[row]) if row >= 0 else -1 for row in rows])
        columns += [[_value(table, name, row) for row in rows] for name in names]
    for line in zip(*columns, strict=True):
        yield (track.name, track.instrument, *line)


def _value(table: Table, name: str, row: int) -> str:
    """Return a row's value as text, blank where there is none: a word such as "nan" would make the column text."""
    return table.shown(name, row, "") if row >= 0 and not np.isnan(table[name][row]) else ""
