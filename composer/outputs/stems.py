"""Writes the tracks of a score as WAV files of their own, and the dry mix that they add up to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from composer.outputs.sound import Sound, sounded
from composer.outputs.wav import wav_file
from composer.progress import Progress, silent
from composer.score import Score

_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')  # what some file system does not take in a name
_LONGEST = 60


def stem_files(score: Score) -> tuple[str, ...]:
    """Return what is added to the names of the files: a number and the track's name; 0 is the dry mix."""
    names = ["dry mix", *(track.name for track in score.tracks)]
    return tuple(f" - {n} {_UNFIT.sub('_', name)[:_LONGEST].rstrip('. ')}" for n, name in enumerate(names))


def write_stems(score: Score, paths: Sequence[Path], *, sound: Sound = sounded, progress: Progress = silent) -> None:
    """Stems: a stereo WAV (24 bits) for every track, all of one length, and the dry mix that is their sum.

    They have the tracks' gains, and one more gain for all of them that keeps their sum from clipping; no reverb, no
    loudness, no limiter.
    """
    stream = sound(score, spool=paths[0].parent, apart=True)
    done = 0
    with ExitStack() as stack:
        writers = [stack.enter_context(wav_file(path, stream, 2, "pcm24")) for path in paths]
        for block in stream.blocks():
            for n, write in enumerate(writers):
                write(block[2 * n : 2 * n + 2])
            done += block.shape[1]
            progress("stems", done, stream.frames)
