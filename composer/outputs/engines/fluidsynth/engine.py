"""FluidSynth as an engine: its settings, and what there is to say of it. What plays is imported when it is to play."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Interval, Unit
from typing_extensions import Doc

from composer.outputs.stream import Stream
from composer.score import Score


def fluidsynth(
    score: Score,
    rate: int,
    a4: float,
    groups: tuple[tuple[int, ...], ...],
    *,
    soundfont: Annotated[str, Doc("the soundfont: a name (`composer list soundfonts`), or the path of a file")] = "",
    polyphony: Annotated[int, Interval(ge=1, le=65_535), Doc("how many voices sound at most")] = 1024,
    interpolation: Annotated[
        Literal["none", "linear", "cubic", "septic"], Doc("how samples are interpolated: by what kind of polynomial")
    ] = "cubic",
    banks: Annotated[
        Literal["gm", "gs", "xg", "mma"], Doc("how banks are selected: which of the two controllers counts, if any")
    ] = "gs",
    reverb: Annotated[bool, Doc("FluidSynth's own reverb, in place of the mix's room")] = False,
    reverb_room: Annotated[float, Interval(ge=0, le=1), Doc("the size of its room")] = 0.2,
    reverb_damping: Annotated[float, Interval(ge=0, le=1), Doc("how much its high frequencies fade")] = 0.0,
    reverb_width: Annotated[float, Interval(ge=0, le=100), Doc("how wide it is")] = 0.5,
    reverb_level: Annotated[float, Interval(ge=0, le=1), Doc("how loud it is")] = 0.9,
    chorus: Annotated[bool, Doc("FluidSynth's own chorus, as much as a track's controller asks for")] = False,
    chorus_voices: Annotated[int, Interval(ge=0, le=99), Doc("how many voices it has")] = 3,
    chorus_level: Annotated[float, Interval(ge=0, le=10), Doc("how loud each is")] = 2.0,
    chorus_speed: Annotated[float, Interval(ge=0.1, le=5), Unit("Hz"), Doc("how fast they waver")] = 0.3,
    chorus_depth: Annotated[float, Interval(ge=0, le=256), Unit("ms"), Doc("how far they waver")] = 8.0,
) -> Stream:
    """FluidSynth, which plays soundfonts; the same piece, soundfont and version give the same samples.

    The stream's blocks end when the last release has died away, `TAIL` seconds after the score at most: there may be
    fewer frames than it says. Raises FileError where the soundfont is missing, broken or without a preset that a track
    needs, and InputError for a rate that FluidSynth does not play at; when they are played, the blocks raise InputError
    where FluidSynth is missing, and FileError where it fails.
    """
    from composer.outputs.engines.fluidsynth.playing import played

    own = {
        "synth.polyphony": polyphony,
        "synth.reverb.active": int(reverb),
        "synth.reverb.room-size": float(reverb_room),
        "synth.reverb.damp": float(reverb_damping),
        "synth.reverb.width": float(reverb_width),
        "synth.reverb.level": float(reverb_level),
        "synth.chorus.active": int(chorus),
        "synth.chorus.nr": chorus_voices,
        "synth.chorus.level": float(chorus_level),
        "synth.chorus.speed": float(chorus_speed),
        "synth.chorus.depth": float(chorus_depth),
    }
    return played(score, rate, a4, groups, soundfont, banks, interpolation, own)


def about(soundfont: str = "", **_: object) -> str:
    """Return what played, for a file's metadata: FluidSynth's version and the font, such as "FluidSynth 2.3.1, a.sf2".

    Raises FileError where there is no such font, and says "FluidSynth" alone where it is not installed.
    """
    from composer.outputs.engines.fluidsynth.rendering import version
    from composer.outputs.soundfonts.catalogue import find_font

    return " ".join(("FluidSynth", version() or "")).strip() + f", {find_font(soundfont).name}"


def reverberates(reverb: bool = False, **_: object) -> bool:
    """Return whether what tracks send to the reverb goes to FluidSynth's own."""
    return reverb
