"""The options of sound that `compose` and `render` have in common, as changes to a piece's `[sound]`."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

Engine = Annotated[str | None, typer.Option(help="What plays: see `composer list engines`.")]
Soundfont = Annotated[
    str | None, typer.Option(metavar="FONT", help="A soundfont's path or name, for FluidSynth to play.")
]
Rate = Annotated[int | None, typer.Option(metavar="HZ", help="Sample rate.")]
Loudness = Annotated[
    str | None, typer.Option(metavar="LUFS", help='Integrated loudness, such as -16, or "peak" for the peak alone.')
]
Stems = Annotated[bool, typer.Option("--stems", help="Write a WAV of each track as well.")]


def sound_settings(engine: str | None, soundfont: str | None, rate: int | None, loudness: str | None) -> dict[str, Any]:
    """Return what these options set in a piece's `[sound]`; a soundfont alone asks for FluidSynth."""
    found: dict[str, Any] = {}
    if soundfont is not None:
        found["engine"] = {"name": engine or "fluidsynth", "soundfont": soundfont}
    elif engine is not None:
        found["engine"] = engine
    if rate is not None:
        found["rate"] = rate
    if loudness is not None:
        found["loudness"] = _number_or_word(loudness)
    return found


def as_changes(settings: dict[str, Any]) -> list[str]:
    """Return the settings as changes of a piece, in the manner of `--set`."""
    return [f"sound.{name}={_toml(value)}" for name, value in settings.items()]


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(inner)}" for name, inner in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)  # text and numbers are written alike in JSON and in TOML


def _number_or_word(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
