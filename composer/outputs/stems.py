"""Writes the tracks of a score as WAV files of their own, and the dry mix that they add up to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from composer.outputs.audio import FORMATS, audio_file
from composer.outputs.sound import Sound, sounded
from composer.outputs.tags import Tags
from composer.progress import Progress, silent
from composer.score import Score

_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')  # what some file system does not take in a name
_LONGEST = 60


def stem_files(score: Score) -> tuple[str, ...]:
    """Return what is added to the names of the files: a number and the track's name; 0 is the dry mix."""
    return tuple(f" - {n} {_UNFIT.sub('_', name)[:_LONGEST].rstrip('. ')}" for n, name in enumerate(_names(score)))


def _names(score: Score) -> list[str]:
    return ["dry mix", *(track.name for track in score.tracks)]


def write_stems(score: Score, paths: Sequence[Path], *, sound: Sound = sounded, progress: Progress = silent) -> None:
    """Stems: a stereo WAV (24 bits) for every track, all of one length, and the dry mix that is their sum.

    They have the tracks' gains, and one more gain for all of them that keeps their sum from clipping; no reverb, no
    loudness, no limiter.
    """
    kind = FORMATS["wav"]
    stream = sound(score, spool=paths[0].parent, apart=True)
    done = 0
    with ExitStack() as stack:
        writers = []
        for path, name in zip(paths, _names(score), strict=True):
            tags = Tags(f"{score.title}: {name}" if score.title else name, stream.tags.artist, stream.tags.comment)
            file = audio_file(path, kind, kind.encoding("pcm24"), stream.rate, 2, stream.frames, tags)
            writers.append(stack.enter_context(file))
        for block in stream.blocks():
            for n, write in enumerate(writers):
                write(block[2 * n : 2 * n + 2])
            done += block.shape[1]
            progress("stems", done, stream.frames)
