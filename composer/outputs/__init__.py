"""From a score to files: one writer a file of this room, named by the suffix of what it writes.

To add one: write `write_NAME(score, path, ...)` whose settings carry a `Doc`, and its row here, which says where it is
in this room: it is imported when it is asked for. The piece gets a section of that name with these settings, `compose`
writes the file, `--only` and `list` know it. A writer is handed what its signature asks for besides: `sound` (a score
to its sound, as the piece's `[sound]` says), the `table`, `words` (a call that returns the piece in `Words`), `facts`
(one that returns what pictures ask for), `progress`, `report`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TypeVar

from composer.outputs.audio import FORMATS
from composer.outputs.soundfiles import writer_of

T = TypeVar("T")


@dataclass(frozen=True)
class Output:
    """A writer of one kind of file.

    What may be several files has `files`: from the score and the settings that it asks for to what is added to their
    names; its writer takes all their paths. Both are given as they are, or as "module:function".
    """

    writer: Callable[..., None] | str
    by_default: bool = False  # whether it is written where nobody asks for less, or for more
    namer: Callable[..., tuple[str, ...]] | str | None = None
    sound: bool = False  # whether it is a file of sound, and no more
    suffix: str = ""  # where it is another than the row's name

    @cached_property
    def write(self) -> Callable[..., None]:
        """What writes the file."""
        return _found(self.writer)

    @cached_property
    def files(self) -> Callable[..., tuple[str, ...]] | None:
        """What says how many files there are, and what is added to their names."""
        return None if self.namer is None else _found(self.namer)


def _found(place: Callable[..., T] | str) -> Callable[..., T]:
    if not isinstance(place, str):
        return place
    module, function = place.split(":")
    found: Callable[..., T] = getattr(import_module(f"{__name__}.{module}"), function)
    return found


OUTPUTS: dict[str, Output] = {
    "mid": Output("midi:write_midi", by_default=True, namer="midi:midi_files"),
    **{name: Output(writer_of(name, kind), by_default=name == "wav", sound=True) for name, kind in FORMATS.items()},
    "stems": Output("stems:write_stems", namer="stems:stem_files", suffix=".wav"),
    "csv": Output("csv:write_csv"),
    "mp4": Output("video.writers:write_mp4"),
    "webm": Output("video.writers:write_webm"),
    "gif": Output("video.writers:write_gif"),
    "vtt": Output("captions:write_vtt"),
    "png": Output("plots.writers:write_png"),
    "svg": Output("plots.writers:write_svg"),
    "pdf": Output("plots.writers:write_pdf"),
}
BY_DEFAULT = tuple(name for name, output in OUTPUTS.items() if output.by_default)
SOUNDS = tuple(name for name, output in OUTPUTS.items() if output.sound)  # files of sound, by suffix
