"""From a piece to music: `compose` reads as its stages, `render` and `export` put the result into files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from inspect import signature
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from composer.arranging.facts import facts_of
from composer.arranging.fidelity import Fidelity
from composer.arranging.fidelity import fidelity as _fidelity
from composer.arranging.values import drawn_in
from composer.arranging.whole import arranged
from composer.errors import Fault, FileError, InputError, located, unknown
from composer.files import whole
from composer.outputs import BY_DEFAULT, OUTPUTS
from composer.outputs.engines import Chosen
from composer.outputs.plots import Page, picture
from composer.outputs.sound import Sound, sounded
from composer.parameters import asked_for
from composer.piece.files import FileCall
from composer.piece.model import SECTIONS, SOUND, Piece, settings_of, source_of
from composer.piece.schema import Call
from composer.piece.store import load, spelled_out
from composer.progress import Progress, silent
from composer.score import Score
from composer.shaping import SHAPES
from composer.sources import FUNCTIONS
from composer.sources.files import read_table, table_of
from composer.table import Table

PIECE_FILE = "toml"  # the piece, spelled out, is written beside the music


@dataclass(frozen=True, eq=False)
class Composition:
    """A piece, the table that it was made from, shaped, the score that came of it, and what was left out on the way."""

    piece: Piece
    table: Table
    score: Score
    report: tuple[str, ...] = ()


Music = Composition | Score
Report = Callable[[str], None]


def unheard(line: str) -> None:
    """Report to nobody."""


def compose(
    piece: str | Path | Mapping[str, Any] | Piece, table: Any = None, *, progress: Progress = silent
) -> Composition:
    """Make the score of a piece: a path, a built-in piece's name, a mapping, or a Piece.

    A `table` takes the place of the piece's own source: a Table, a mapping of names to arrays, or any data frame that
    exports an Arrow stream. Raises InputError where the piece cannot be made.
    """
    given = None if table is None else table_of(table)
    spec = load(piece, columns=None if given is None else given.names)
    report: list[str] = []
    data = _shaped(spec, _source(spec, progress) if given is None else given, report.append, progress)
    report += drawn_in(spec)
    return Composition(spec, data, arranged(spec, data), tuple(report))


def fidelity(composition: Composition) -> list[Fidelity]:
    """Return, for every rule of every track that follows a column, how much of it the `.mid` lets a listener know."""
    return _fidelity(composition.piece, composition.table, composition.score)


def sample(function: str, *, seed: int = 0, progress: Progress = silent, **parameters: Any) -> Table:
    """Return the table of one of the functions, by its name, such as `sample("lorenz", points=200)`."""
    return _read(source_of({"function": function, **parameters}), seed, progress)


def _source(piece: Piece, progress: Progress) -> Table:
    if piece.source is None:
        raise InputError(
            Fault("the piece has no source, and no table was given", "source", 'add [source] function = "eta"')
        )
    with located("source"):
        return _read(piece.source, piece.seed, progress)


def _read(source: Call, seed: int, progress: Progress) -> Table:
    if isinstance(source, FileCall):
        return read_table(Path(source.file), **source.settings)
    function = FUNCTIONS[source.called].call
    offered = {"rng": np.random.default_rng(seed), "progress": progress}
    return function(**source.arguments, **asked_for(function, offered))


def _shaped(piece: Piece, table: Table, report: Callable[[str], None], progress: Progress) -> Table:
    others = {}
    for name, source in piece.sources.items():
        with located(f"sources.{name}"):
            others[name] = _read(source, piece.seed, progress)
    for n, step in enumerate(piece.shape):
        function = SHAPES[step.called].call
        with located(f"shape[{n}]"):
            table = function(table, **step.arguments, **asked_for(function, {"sources": others, "report": report}))
    return table


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
    spelled = [_with_ending(stem, f".{PIECE_FILE}")] if PIECE_FILE in wanted or not only else []
    if isinstance(music, Score):
        spelled = []
    paths = [work.paths() for work in works]
    with whole(*(path for own in paths for path in own), *spelled) as beside:
        waiting = iter(beside)
        for work, own in zip(works, paths, strict=True):
            work.done([next(waiting) for _ in own], progress, report)
        for target, place in zip(spelled, waiting, strict=True):
            place.write_text(spelled_out(music.piece, target.parent), encoding="utf-8")  # type: ignore[union-attr]
    return [*(path for own in paths for path in own), *spelled]


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
        offered: dict[str, Any] = {"progress": progress, "report": report}
        if not isinstance(self.music, Score):
            offered["table"] = self.music.table
            offered["facts"] = partial(facts_of, self.music.piece, self.music.table, self.score)
        asked = asked_for(output.write, {**offered, "sound": None})
        if "sound" in asked:
            asked["sound"] = sound_of(self.settings(SOUND))
        output.write(self.score, places[0] if output.files is None else places, **self.settings(self.kind), **asked)


def sound_of(settings: Mapping[str, Any]) -> Sound:
    """Return what turns a score into its sound, by the settings of a `[sound]`."""
    call = settings["engine"]
    return partial(sounded, **{**settings, "engine": Chosen(call.called, call.arguments)})


def plot(music: Music, kind: str = "roll", *, ax: Any = None, progress: Progress = silent, **settings: Any) -> Any:
    """Return a picture as a matplotlib Figure, shown in no window: one of `composer list plots`, of the piece's sound.

    Drawn into `ax` where one is given; else on a page of `width`, `height` (px) and `dpi`, in a `theme`. What single
    kinds know besides is set by name, such as `over="time"`. InputError says what cannot be drawn.
    """
    piece = None if isinstance(music, Score) else music.piece
    score = music if isinstance(music, Score) else music.score
    facts = {} if isinstance(music, Score) else facts_of(music.piece, music.table, score)
    page = Page(**{field.name: settings.pop(field.name) for field in fields(Page) if field.name in settings})
    heard = sound_of(settings_of(SOUND, {} if piece is None else piece.settings(SOUND)))
    audio = partial(heard, score)
    return picture(kind, score, ax=ax, page=page, settings=settings, audio=audio, progress=progress, **facts)


def _with_ending(stem: Path, ending: str) -> Path:
    return stem.with_name(stem.name + ending)


def _by_section(kind: str, settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return settings by the section of a piece that has them: the output's own, or else the sound's."""
    own, sound = (SECTIONS[name][0].model_fields if name in SECTIONS else {} for name in (kind, SOUND))
    changed: dict[str, dict[str, Any]] = {kind: {}, SOUND: {}}
    for name, value in settings.items():
        hearable = "sound" in signature(OUTPUTS[kind].write).parameters
        if name not in own and not (hearable and name in sound):
            raise InputError(unknown("setting", name, [*own, *(sound if hearable else [])], f"{kind}.{name}"))
        changed[kind if name in own else SOUND][name] = value
    return changed
