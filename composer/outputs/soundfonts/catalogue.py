"""The soundfonts that users have: what each is, where it comes from, its licence, and where it lies when it is here.

A font is looked for in this order: what is asked for (a path, or a name of `FONTS`), what the environment's
`COMPOSER_SOUNDFONT` says in the same way, the project's own. To add a font to the catalogue is to add a row.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from composer.errors import Fault, FileError, unknown

VARIABLE = "COMPOSER_SOUNDFONT"
OWN = "composer"
SUFFIXES = (".sf2", ".sf3")
# Where distributions of Linux, Homebrew and users keep soundfonts.
FOLDERS = (
    "/usr/share/sounds/sf2",
    "/usr/share/sounds/sf3",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
    "/usr/local/share/sounds/sf2",
    "/opt/homebrew/share/soundfonts",
    "~/.local/share/soundfonts",
    "~/.local/share/sounds/sf2",
    "~/Library/Audio/Sounds/Banks",
)


@dataclass(frozen=True)
class KnownFont:
    """A font of the catalogue: what it is, its licence, where it comes from, how to get it, where it may lie."""

    doc: str
    licence: str
    source: str
    install: str
    places: Callable[[], Iterator[Path]]

    def here(self) -> Path | None:
        """Return where the font lies, None where it is not installed."""
        return next((path for path in self.places() if _is_file(path)), None)


def _own() -> Iterator[Path]:
    """Yield the places of the project's own font: inside the package in a wheel, beside it in a checkout."""
    package = Path(str(resources.files("composer")))
    for folder in (package / "soundfonts", package.parent / "soundfonts"):
        yield folder / "composer.sf2"


def _in_pretty_midi() -> Iterator[Path]:
    """Yield the place of the font in pretty_midi's folder, without importing that (it takes a second)."""
    spec = find_spec("pretty_midi")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        yield Path(folder) / "TimGM6mb.sf2"


def _named(*names: str) -> Callable[[], Iterator[Path]]:
    """Return what yields every path at which a font of one of these file names may lie."""

    def places() -> Iterator[Path]:
        for name in names:
            for folder in FOLDERS:
                yield Path(os.path.expanduser(folder)) / name  # noqa: PTH111 - Path.expanduser raises without a home

    return places


FONTS: Mapping[str, KnownFont] = MappingProxyType(
    {
        OWN: KnownFont(
            "the project's own: all of General MIDI, computed, small",
            "CC0-1.0",
            "soundfonts/build.py of this project",
            "it comes with the composer: in a checkout, run `python soundfonts/build.py`",
            _own,
        ),
        "gm": KnownFont(
            "TimGM6mb: General MIDI in 6 MB, sampled",
            "GPL-2.0",
            "inside pretty_midi's wheel",
            "pip install pretty_midi",
            _in_pretty_midi,
        ),
        "timgm6mb": KnownFont(
            "TimGM6mb, as Debian packs it",
            "GPL-2.0",
            "Debian's timgm6mb-soundfont",
            "apt install timgm6mb-soundfont",
            _named("TimGM6mb.sf2"),
        ),
        "fluid": KnownFont(
            "Fluid R3: General MIDI in 140 MB, sampled",
            "MIT",
            "Debian's fluid-soundfont-gm",
            "apt install fluid-soundfont-gm",
            _named("FluidR3_GM.sf2", "FluidR3_GM2-2.sf2", "FluidR3GM.sf2"),
        ),
        "musescore": KnownFont(
            "MuseScore General: General MIDI, sampled, compressed (or its smaller build)",
            "MIT",
            "Debian's musescore-general-soundfont",
            "apt install musescore-general-soundfont",
            _named(
                "MuseScore_General_Full.sf2", "MuseScore_General.sf2", "MuseScore_General.sf3",
                "MuseScore_General_Lite.sf3",
            ),
        ),
    }
)  # fmt: skip


def find_font(font: str | Path | None = None) -> Path:
    """Return the path of a font: the one asked for, else the environment's, else the project's own.

    Raises FileError where there is no such file, no such name, or the font of that name is not installed.
    """
    if font is not None and str(font) != "":
        return _found(str(font), "")
    said = os.environ.get(VARIABLE, "")
    if said:
        return _found(said, f"{VARIABLE}=")
    return _found(OWN, "")


def _found(font: str, said_by: str) -> Path:
    where = said_by + font
    path = Path(font)
    if font in FONTS and not _is_file(path):
        row = FONTS[font]
        here = row.here()
        if here is None:
            raise FileError(Fault("this soundfont is not installed", where, row.install))
        return here
    if path.suffix.lower() in SUFFIXES or _is_file(path):
        if not _is_file(path):
            others = ", ".join(name for name, row in FONTS.items() if row.here())
            raise FileError(Fault("there is no such soundfont", where, f"give the path of one, or use: {others}"))
        return path
    fault = unknown("soundfont", font, FONTS, where)
    raise FileError(Fault(fault.message, fault.where, f"{fault.remedy} (or give the path of an .sf2 or .sf3)"))


def _is_file(path: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):  # a name can be too long even to ask for
        return path.is_file()
    return False
