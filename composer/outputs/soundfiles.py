"""Writes the sound of a score as a file: one writer for each format of audio files."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

from composer.outputs.audio import AudioFormat, rate_for, write_audio
from composer.outputs.sound import Sound, sounded
from composer.progress import Progress, Report, silent, unheard
from composer.score import Score


def writer_of(name: str, kind: AudioFormat) -> Callable[..., None]:
    """Return what writes the sound of a score as a file of this kind. Its settings are those of the `encoding`.

    Where the piece has a sample rate that the format does not know, it is rendered at one that it knows.
    """

    def write(
        score: Score,
        path: Path,
        *,
        sound: Sound = sounded,
        progress: Progress = silent,
        report: Report = unheard,
        **settings: Any,
    ) -> None:
        more = {"spool": path.parent, "progress": progress, "report": report}
        stream = sound(score, **more)
        rate = rate_for(kind, stream.rate)
        if rate != stream.rate:
            stream = sound(score, **more, rate=rate)
        write_audio(stream, path, kind, settings, stage=name, progress=progress)

    # The user's settings follow from the signature: it is made to say which there are.
    own = inspect.signature(write).parameters
    theirs = inspect.signature(kind.encoding).parameters
    hints = typing.get_type_hints(kind.encoding, include_extras=True)
    documented = {name: one for name, one in theirs.items() if name in hints and one.kind is one.POSITIONAL_OR_KEYWORD}
    parameters = [
        own["score"],
        own["path"],
        *(one.replace(annotation=hints[name], kind=one.KEYWORD_ONLY) for name, one in documented.items()),
        *(one for name, one in own.items() if one.kind is one.KEYWORD_ONLY),
    ]
    write.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    write.__annotations__ = {one.name: one.annotation for one in parameters if one.name in documented}
    write.__doc__ = inspect.getdoc(kind.encoding)
    return write
