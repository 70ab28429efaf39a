"""Numbers in, music out: the Dirichlet eta function, any other function or your own data, as MIDI and sound.

    import composer
    composition = composer.compose("riemann")
    composer.render(composition, "riemann.mid")

Names are loaded when first used, so that `import composer` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from composer.composition import Composition as Composition
    from composer.composition import compose as compose
    from composer.composition import fidelity as fidelity
    from composer.composition import sample as sample
    from composer.errors import ComposerError as ComposerError
    from composer.piece.model import Piece as Piece
    from composer.piece.store import load as load
    from composer.score import Audio as Audio
    from composer.score import Score as Score
    from composer.score import Track as Track
    from composer.score import notes as notes
    from composer.sources.files import read_table as read_table
    from composer.sources.files import table_of as table_of
    from composer.sources.grid import Grid as Grid
    from composer.sources.midi import read_midi as read_midi
    from composer.sources.zeta import error_estimate as error_estimate
    from composer.sources.zeta import eta as eta
    from composer.sources.zeta import hardy_z as hardy_z
    from composer.sources.zeta import zeta as zeta
    from composer.sources.zeta.lfunctions import dirichlet_l as dirichlet_l
    from composer.sources.zeta.partial import partial_sums as partial_sums
    from composer.sources.zeta.zeros import zeros as zeros
    from composer.table import Table as Table
    from composer.words import Words as Words
    from composer.writing import export as export
    from composer.writing import in_words as in_words
    from composer.writing import mux as mux
    from composer.writing import plot as plot
    from composer.writing import render as render
    from composer.writing import stream as stream

    __version__: str

_HOMES = {
    "composer.composition": ("Composition", "compose", "fidelity", "sample"),
    "composer.errors": ("ComposerError",),
    "composer.piece.model": ("Piece",),
    "composer.piece.store": ("load",),
    "composer.score": ("Audio", "Score", "Track", "notes"),
    "composer.sources.files": ("read_table", "table_of"),
    "composer.sources.grid": ("Grid",),
    "composer.sources.midi": ("read_midi",),
    "composer.sources.zeta": ("error_estimate", "eta", "hardy_z", "zeta"),
    "composer.sources.zeta.lfunctions": ("dirichlet_l",),
    "composer.sources.zeta.partial": ("partial_sums",),
    "composer.sources.zeta.zeros": ("zeros",),
    "composer.table": ("Table",),
    "composer.words": ("Words",),
    "composer.writing": ("export", "in_words", "mux", "plot", "render", "stream"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("eta-composer")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
