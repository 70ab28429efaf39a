"""Writes the words of a piece as captions in time: WebVTT, for players of sound and video."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from composer.score import Score
from composer.words import Caption, Words

LANGUAGE = "en"


def write_vtt(score: Score, path: Path, *, words: Callable[[], Words]) -> None:
    """Captions in time (WebVTT): entries, sections, markers, zeros and extremes as they sound."""
    said = words()
    path.write_text(webvtt(said.cues, title=score.title, note=said.text), encoding="utf-8", newline="\n")


def webvtt(cues: Sequence[Caption], title: str = "", note: str = "") -> str:
    """Return captions as a WebVTT file, with a note that is not shown. Source: W3C, WebVTT (2019)."""
    head = f"WEBVTT {_line(title)}".strip()
    blocks = [head, *_notes(note), *(_cue(*cue) for cue in cues)]
    return "\n\n".join(blocks) + "\n"


def _cue(start: float, end: float, text: str) -> str:
    """Return one caption; it lasts a millisecond at least."""
    first = _milliseconds(start)
    last = max(_milliseconds(end), first + 1)
    return f"{timestamp(first)} --> {timestamp(last)}\n{escaped(text)}"


def _milliseconds(seconds: float) -> int:
    return max(int(seconds * 1000 + 0.5), 0)


def timestamp(milliseconds: int) -> str:
    """Return a time as hh:mm:ss.mmm.

    >>> timestamp(0), timestamp(3_725_250), timestamp(360_000_000)
    ('00:00:00.000', '01:02:05.250', '100:00:00.000')
    """
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def escaped(text: str) -> str:
    """Return a caption's text so that no character of it is markup, and no line of it ends the caption.

    >>> escaped("a < b & c\\n\\n --> d")
    'a &lt; b &amp; c\\n--&gt; d'
    """
    lines = (" ".join(_printable(line).split()) for line in text.splitlines())
    plain = "\n".join(line for line in lines if line)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") or "\u2026"


def _notes(note: str) -> Iterator[str]:
    """Yield a comment for each paragraph; in a comment, an arrow would begin a caption."""
    for line in map(_line, note.split("\n\n")):
        if line:
            yield f"NOTE\n{line}"


def _line(text: str) -> str:
    return " ".join(_printable(text).split()).replace("-->", "→")


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
