"""From music to files: `render` writes one, `export` a folder of them; and to words.

Nothing here needs the models of a piece, but for words and the piece itself, and then they are loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from inspect import signature
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from composer.errors import Fault, FileError, InputError, located, unknown
from composer.files import whole
from composer.outputs import BY_DEFAULT, OUTPUTS
from composer.outputs.engines import Chosen
from composer.outputs.sound import Sound, sounded
from composer.parameters import asked_for
from composer.piece.sections import SOUND, settings_known, settings_of
from composer.progress import Progress, Report, silent, unheard
from composer.score import Score
from composer.units import F4
from composer.words import Words

if TYPE_CHECKING:
    from composer.piece.model import Piece
    from composer.table import Table

PIECE_FILE = "toml"  # the piece, spelled out, is written beside the music


class Composed(Protocol):
    """A score with what it was made from: a `Composition`."""

    @property
    def piece(self) -> Piece:
        """The piece."""

    @property
    def table(self) -> Table:
        """The table that was played."""

    @property
    def score(self) -> Score:
        """The score."""


Music: TypeAlias = Composed | Score


def render(
    music: Music,
    path: str | Path,
    *,
    progress: Progress = silent,
    report: Report = unheard,
    **settings: Any,
) -> Path:
    """Write a composition or a score to a file, of the kind that the path's suffix names; return the path.

    `settings` take the place of the piece's, or of the defaults: `rate=48000, encoding="pcm24"` for a .wav,
    `ppq=480` for a .mid; they are those of the file's own section of a piece, and of `[sound]`. `report` is told what a
    file cannot hold; what takes several files is put into more of them, numbered from the second on. The files appear
    whole or not at all; InputError and FileError say what is wrong.
    """
    target = Path(path)
    name = target.suffix.removeprefix(".").lower()
    if name not in OUTPUTS:
        kinds = ", ".join(f".{known}" for known in OUTPUTS)
        raise FileError(Fault(f"no output has the suffix {target.suffix!r}", str(target), f"use one of: {kinds}"))
    changed = _by_section(name, settings)
    work = _Work(music, name, target.with_suffix(""), changed)
    with whole(*work.paths(target.suffix)) as beside:
        work.done(beside, progress, report)
    return target


def stream(music: Music, **settings: Any) -> Iterator[F4]:
    """Yield the sound of a composition or a score while it is made, in blocks (k, 2) of float32, ready to be played.

    `settings` take the place of the piece's `[sound]`. Nothing waits for what comes later: the loudness is guessed from
    the notes, a limiter keeps the peaks. InputError says what is wrong with the settings, before the first block.
    """
    work = _Work(music, SOUND, Path(), {SOUND: settings})
    sound = sound_of(work.settings(SOUND))(work.score, live=True)
    return (np.ascontiguousarray(np.broadcast_to(block, (2, block.shape[1])).T) for block in sound.blocks())


def mux(
    music: Music,
    video: str | Path,
    path: str | Path,
    *,
    keep_tempo: bool = False,
    progress: Progress = silent,
    **settings: Any,
) -> float:
    """Lay the sound of a composition or a score over a video; return what its tempo was multiplied by.

    The tempo is stretched so that both end together, unless `keep_tempo`. `settings` are those of `[sound]`. The file
    appears whole or not at all; InputError and FileError say what is wrong.
    """
    from composer.outputs.video.mux import container_for, mux_video

    target = Path(path)
    container_for(target)
    own = {} if isinstance(music, Score) else music.piece.settings(SOUND)
    with located(SOUND):
        sound = sound_of(settings_of(SOUND, {**own, **settings}))
    score = music if isinstance(music, Score) else music.score
    with whole(target) as (beside,):
        return mux_video(
            score, Path(video), beside, keep_tempo=keep_tempo, suffix=target.suffix, sound=sound, progress=progress
        )


def export(
    music: Music,
    folder: str | Path,
    name: str,
    only: Collection[str] = (),
    *,
    settings: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    progress: Progress = silent,
    report: Report = unheard,
) -> list[Path]:
    """Write `folder/name.*`: .mid, .wav and the piece spelled out, or `only` what is asked for; return the paths.

    All of them appear, or none. `settings`, by section, take the place of the piece's, such as `{"sound": {"rate":
    48000}}`; `report` is as for `render`. A score alone has no piece to spell out.
    """
    check_outputs(only)
    stem = Path(folder) / name
    wanted = set(only or BY_DEFAULT)
    works = [_Work(music, kind, stem, settings) for kind in OUTPUTS if kind in wanted]
    spelled = [_with_ending(stem, f".{PIECE_FILE}")] if _has_piece(music) and (PIECE_FILE in wanted or not only) else []
    paths = [work.paths() for work in works]
    with whole(*(path for own in paths for path in own), *spelled) as beside:
        waiting = iter(beside)
        for work, own in zip(works, paths, strict=True):
            work.done([next(waiting) for _ in own], progress, report)
        for target, place in zip(spelled, waiting, strict=True):
            place.write_text(_spelled_out(music, target.parent), encoding="utf-8")
    return [*(path for own in paths for path in own), *spelled]


def _has_piece(music: Music) -> bool:
    return not isinstance(music, Score)


def _spelled_out(music: Music, folder: Path) -> str:
    from composer.piece.store import spelled_out  # the models of a piece take their time

    return "" if isinstance(music, Score) else spelled_out(music.piece, folder)


def check_outputs(kinds: Collection[str]) -> None:
    """Raise InputError unless every kind is one that `export` can write."""
    known = (*OUTPUTS, PIECE_FILE)
    wrong = [unknown("output", kind, known, "--only") for kind in kinds if kind not in known]
    if wrong:
        raise InputError(*wrong)


@dataclass(frozen=True)
class _Work:
    """One kind of output to be written: of what, by which name (without its ending), with which settings changed."""

    music: Music
    kind: str
    stem: Path
    changed: Mapping[str, Mapping[str, Any]]

    @property
    def score(self) -> Score:
        return self.music if isinstance(self.music, Score) else self.music.score

    def settings(self, section: str) -> dict[str, Any]:
        """Return the settings of a section: the piece's, but for what is changed."""
        own = {} if isinstance(self.music, Score) else self.music.piece.settings(section)
        with located(section):
            return settings_of(section, {**own, **self.changed.get(section, {})})

    def paths(self, suffix: str = "") -> list[Path]:
        """Return the files that there will be, with the `suffix` as it was asked for."""
        output = OUTPUTS[self.kind]
        endings: tuple[str, ...] = ("",)
        if output.files is not None:
            endings = output.files(self.score, **asked_for(output.files, self.settings(self.kind)))
        return [_with_ending(self.stem, ending + (suffix or output.suffix or f".{self.kind}")) for ending in endings]

    def done(self, places: Sequence[Path], progress: Progress, report: Report) -> None:
        """Write the files."""
        output = OUTPUTS[self.kind]
        offered: dict[str, Any] = {"progress": progress, "report": report, "words": partial(in_words, self.music)}
        offered["facts"] = partial(facts, self.music)
        if not isinstance(self.music, Score):
            offered["table"] = self.music.table
        asked = asked_for(output.write, {**offered, "sound": None})
        if "sound" in asked:
            asked["sound"] = sound_of(self.settings(SOUND))
        output.write(self.score, places[0] if output.files is None else places, **self.settings(self.kind), **asked)


def in_words(music: Music) -> Words:
    """Return a composition, or a score alone, in plain words: a sentence, paragraphs, and captions in time."""
    from composer.telling.told import told  # it stands on the models of a piece

    return told(music) if isinstance(music, Score) else told(music.score, music.piece, music.table)


def facts(music: Music) -> dict[str, Any]:
    """Return what pictures of a composition may ask for, by name; nothing of a score alone."""
    from composer.arranging.facts import facts_of  # it stands on the models of a piece
    from composer.telling.subject import subject_of

    if isinstance(music, Score):
        return {}
    units = subject_of(music.piece, music.table).units
    return facts_of(music.piece, music.table, music.score) | {"units": units}


def plot(music: Music, kind: str = "roll", *, ax: Any = None, progress: Progress = silent, **settings: Any) -> Any:
    """Return a picture as a matplotlib Figure, shown in no window: one of `composer list plots`.

    Drawn into `ax` where one is given; else on a page of `width` and `height` (px) and `dpi`, in a `theme`. What single
    kinds know besides is set by name, such as `over="time"`. InputError says what cannot be drawn.
    """
    from composer.outputs.plots import picture

    work = _Work(music, SOUND, Path(), {})
    offered: dict[str, Any] = {
        "audio": lambda: sound_of(work.settings(SOUND))(work.score),
        "words": partial(in_words, music),
        "progress": progress,
    }
    return picture(kind, work.score, ax=ax, settings=settings, **offered, **facts(music))


def sound_of(settings: Mapping[str, Any]) -> Sound:
    """Return what turns a score into its sound, by the settings of a `[sound]`."""
    call, room = settings["engine"], settings["room"]
    own = {name: getattr(room, name) for name in type(room).model_fields}
    return partial(sounded, **{**settings, "engine": Chosen(call.called, call.arguments), "room": own})


def _with_ending(stem: Path, ending: str) -> Path:
    return stem.with_name(stem.name + ending)


def _by_section(kind: str, settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return settings by the section of a piece that has them: the output's own, or else the sound's."""
    own, sound = settings_known(kind), settings_known(SOUND)
    changed: dict[str, dict[str, Any]] = {kind: {}, SOUND: {}}
    for name, value in settings.items():
        hearable = "sound" in signature(OUTPUTS[kind].write).parameters
        if name not in own and not (hearable and name in sound):
            raise InputError(unknown("setting", name, [*own, *(sound if hearable else [])], f"{kind}.{name}"))
        changed[kind if name in own else SOUND][name] = value
    return changed
