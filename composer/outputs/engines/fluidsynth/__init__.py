"""FluidSynth, which plays soundfonts: in a child process, through pyfluidsynth.

`engine` is the engine of the table; `passes` makes the `.mid` files that it plays, `rendering` runs the child, and
`child` is what runs there.
"""

from __future__ import annotations

from composer.outputs.engines.fluidsynth.engine import about, fluidsynth, reverberates
from composer.outputs.engines.fluidsynth.rendering import INSTALL, version

__all__ = ["INSTALL", "about", "fluidsynth", "reverberates", "version"]
