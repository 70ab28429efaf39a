"""Words: what a piece is, said for those who read, or listen, in place of seeing."""

from __future__ import annotations

from typing import NamedTuple


class Caption(NamedTuple):
    """A text that is shown from one second of the sound to another."""

    start: float
    end: float
    text: str  # lines are parted by "\n"


class Words(NamedTuple):
    """A piece in words.

    `short` is one sentence of at most 250 characters, for the alternative text of a picture; `paragraphs` say all of
    it; `cues` are captions in order of time, none of which begins before the one before is over.
    """

    short: str
    paragraphs: tuple[str, ...]
    cues: tuple[Caption, ...]

    @property
    def text(self) -> str:
        """The paragraphs with a blank line between them."""
        return "\n\n".join(self.paragraphs)
