"""Piece files: finding them, reading them, and writing a piece out with every default spelled out."""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from composer.errors import Fault, FileError, InputError, nearest, unknown
from composer.files import read_text
from composer.piece.files import FileCall
from composer.piece.model import Piece, piece_of
from composer.piece.rule import Rule
from composer.piece.schema import Call, Model
from composer.piece.track import track_name

# Where a piece may name files, and the suffixes by which these are told from other names (none: it is always a file).
_FILES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("source", "file"), ()),
    (("sources", "*", "file"), ()),
    (("tuning",), (".scl",)),
    (("tuning", "*"), ()),
    (("sound", "engine", "soundfont"), (".sf2", ".sf3")),
)
MOST_BYTES = 2**20  # no piece that a person wrote comes near


def load(
    piece: str | Path | Mapping[str, Any] | Piece, settings: Iterable[str] = (), columns: Sequence[str] | None = None
) -> Piece:
    """Return a piece from a path, a built-in piece's name, or a mapping of the same shape as the file.

    `settings` are changes like "tempo=120" or "track.melody.instrument=flute", made before the piece is
    checked. `columns` are those of the table that takes the place of the piece's source, if one does. Raises
    FileError where the file cannot be read, InputError with every fault of the piece.
    """
    changes = list(settings)
    if isinstance(piece, Piece):
        if not changes:
            return piece
        raw = tomllib.loads(spelled_out(piece), parse_float=Decimal)
    else:
        raw = deepcopy(dict(piece)) if isinstance(piece, Mapping) else _read(find(piece))
    for change in changes:
        _set(raw, change)
    return piece_of(raw, columns)


def find(piece: str | Path) -> Path:
    """Return the path of a piece file, or of the built-in piece of that name."""
    path = Path(piece)
    with contextlib.suppress(OSError):  # a name can be too long even to ask for
        if path.suffix == ".toml" or path.is_file():
            return path
        if str(piece) in built_in():
            return built_in()[str(piece)]  # though a folder may have that name, such as one for its output
        if path.exists():
            return path
    close = nearest(str(piece), built_in()) or sorted(built_in())
    raise FileError(
        Fault(
            "there is neither a file nor a built-in piece of this name",
            str(piece),
            "give the path of a .toml, or one of: " + ", ".join(close),
        )
    )


def built_in() -> dict[str, Path]:
    """Return the built-in pieces by name: examples/ in a checkout, carried inside the package in a wheel."""
    package = Path(str(resources.files("composer")))
    folders = (package / "examples", package.parent / "examples")
    folder = next((folder for folder in folders if folder.is_dir()), folders[0])
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def _read(path: Path) -> dict[str, Any]:
    """Return the raw piece of a file, with the files that it names found from its own folder."""
    raw = _parsed(path)
    return _with_files(raw, lambda name: name if "://" in name else str(path.parent / name))


def _with_files(raw: dict[str, Any], changed: Callable[[str], str]) -> dict[str, Any]:
    """Return a raw piece with the path of every file that it reads changed."""
    made: Any = raw
    for place, suffixes in _FILES:

        def of(name: str, suffixes: tuple[str, ...] = suffixes) -> str:
            return changed(name) if not suffixes or name.lower().endswith(suffixes) else name

        made = _changed(made, place, of)
    return dict(made)


def _changed(value: Any, place: Sequence[str], change: Callable[[str], str]) -> Any:
    """Return a raw value with the text at a place in it changed, if there is any; "*" stands for every key."""
    if not place:
        return change(value) if isinstance(value, str) else value
    if not isinstance(value, dict):
        return value
    keys = [*value] if place[0] == "*" else [place[0]] if place[0] in value else []
    return {**value, **{key: _changed(value[key], place[1:], change) for key in keys}}


def _parsed(path: Path) -> dict[str, Any]:
    text = read_text(path, "piece (.toml)", MOST_BYTES)
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:  # of ValueError: not TOML, or a number of thousands of digits
        raise FileError(Fault(f"this is not TOML: {error}", str(path), "mend it there")) from error
    if not raw:
        raise FileError(Fault("the piece is empty", str(path), "start from one that `composer new` writes"))
    return raw


def _set(raw: dict[str, Any], setting: str) -> None:
    """Change one value of a raw piece: tables are entered by key, lists by number or by their entry's name."""
    path, equals, text = setting.partition("=")
    keys = path.strip().split(".")
    if not equals or not all(keys):
        raise InputError(Fault(f"{setting!r} does not say what to set", "--set", "write --set tempo=120"))
    here: Any = raw
    for n, key in enumerate(keys[:-1]):
        here = here.setdefault(key, {}) if isinstance(here, dict) else _entry(here, keys[n - 1], key, setting)
    if not isinstance(here, dict):
        raise InputError(Fault(f"{setting!r} leads nowhere", "--set", "name a setting of a table"))
    here[keys[-1]] = _value(text.strip())


def _entry(entries: Any, kind: str, key: str, setting: str) -> Any:
    if not isinstance(entries, list):
        raise InputError(Fault(f"{setting!r} leads nowhere", "--set", "name a setting that is a table"))
    if key.isdecimal() and int(key) < len(entries):
        return entries[int(key)]
    name_of = track_name if kind == "track" else _name
    named = {name_of(entry): entry for entry in reversed(entries) if isinstance(entry, dict) and name_of(entry)}
    if key not in named:
        raise InputError(unknown(kind, key, [*reversed(named), *map(str, range(len(entries)))], "--set"))
    return named[key]


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry.get("name", ""))


def _value(text: str) -> Any:
    """Return text as the TOML value that it spells, as plain text where it spells none."""
    try:
        return tomllib.loads(f"value = {text}", parse_float=Decimal)["value"]
    except (ValueError, RecursionError):
        return text


def spelled_out(piece: Piece, folder: Path | None = None) -> str:
    """Return the piece as TOML with every default written; composing that gives the same music.

    The files that it reads are named as seen from `folder`, where the text will lie; as they are without one.
    """
    import tomlkit

    document = tomlkit.document()
    data = {name: value for name, value in _plain(piece).items() if value not in ([], {})}
    if folder is not None:
        data = _with_files(data, lambda name: seen_from(folder, name))
    if isinstance(piece.tempo, tuple) and len(piece.tempo) == 1:
        data["tempo"] = piece.tempo[0][1]
    entries = {name: value for name, value in data.items() if _are_tables(value)}
    for name, value in data.items():
        if name not in entries and not isinstance(value, dict):  # before the first heading, or they would belong to it
            document.add(name, _inline(value))
    for name, value in data.items():
        if isinstance(value, dict):
            document.add(name, _table(value))
    for name, value in entries.items():
        several = tomlkit.aot()
        for entry in value:
            several.append(_table(entry))
        document.add(name, several)
    return tomlkit.dumps(document)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)


def seen_from(folder: Path, name: str) -> str:
    """Return the path of a file from a folder; the whole path where there is no way (another drive)."""
    whole = Path(name).resolve()
    try:
        return Path(os.path.relpath(whole, folder.resolve())).as_posix()
    except ValueError:
        return whole.as_posix()


def _table(values: dict[str, Any]) -> Any:
    import tomlkit

    table = tomlkit.table()
    for name, value in values.items():
        table.add(name, _inline(value))
    return table


def _inline(value: Any) -> Any:
    """Return a value for one line: tables in braces, exact numbers digit by digit."""
    import tomlkit
    from tomlkit.items import Float, Trivia

    if isinstance(value, dict):
        table = tomlkit.inline_table()
        for name, inner in value.items():
            table.append(name, _inline(inner))
        return table
    if isinstance(value, list):
        array = tomlkit.array()
        for inner in value:
            array.append(_inline(inner))
        return array
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return int(value) if whole else Float(float(value), Trivia(), format(value, "f"))
    return tomlkit.item(value.isoformat() if isinstance(value, date) else value)


def _plain(value: Any) -> Any:
    """Return a model as dicts and lists of numbers and text, short forms where there are any."""
    if isinstance(value, Rule) and value.value is not None and value.unit == value.target.unit:
        return value.value
    if isinstance(value, Call) and not isinstance(value, FileCall) and set(value.arguments.values()) <= {None}:
        return value.called
    if isinstance(value, Model):
        fields = type(value).model_fields
        named = {field.alias or name: getattr(value, name) for name, field in fields.items()}
        return {name: _plain(inner) for name, inner in named.items() if inner is not None}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return value
