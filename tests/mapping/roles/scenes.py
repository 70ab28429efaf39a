"""Settings in which roles play, drawn at random, and slow oracles of harmony and counterpoint."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from composer.instruments import Instrument, instrument, instruments
from composer.mapping.harmony import Harmony, chords_of, diatonic
from composer.mapping.lines import Line
from composer.mapping.roles import ROLES, Setting, played
from composer.mapping.scales import scale_pitches
from composer.score import Meter, Notes, notes
from composer.units import pitch_class_of

SEVEN = ["C major", "A minor", "D dorian", "F# phrygian", "Bb lydian", "E harmonic minor", "G locrian"]
KEYS = [*SEVEN, "C major pentatonic", "A blues"]
METERS = [Meter(*pair) for pair in ((4, 4), (3, 4), (6, 8), (7, 8), (5, 4), (12, 8), (2, 2))]
PITCHED = sorted(name for name, row in instruments().items() if not row.is_drums)
# The roles, with the instruments that play them.
PLAYERS = {role: ["drums"] if role == "drums" else PITCHED for role in ROLES}
NEEDED: dict[str, dict[str, Any]] = {"counter": {"against": "tune"}, "answer": {"to": "tune"}}
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "melody": [{}, {"consonance": 0.5}, {"consonance": 1.0}, {"phrase": 3.0}],
    "bass": [{"pattern": pattern} for pattern in ("root", "root-fifth", "octaves", "walking")],
    "chords": [{}, {"spread": "open"}, {"strum": 0.1}, {"strum": -3.0}],
    "arpeggio": [
        {"pattern": pattern, "octaves": 2}
        for pattern in ("up", "down", "up-down", "down-up", "inside-out", "outside-in", "random")
    ],
    "drone": [{"notes": held, "bars": 1} for held in ("root", "root-fifth", "chord")],
    "drums": [
        {},
        {"steps": 1},
        {"steps": 64},
        {"mode": "probability"},
        {"steps": 12, "rotation": 5, "kit": ("cowbell", "low tom", "low tom")},
    ],
    "counter": [{"against": "tune"}, {"against": "tune", "side": "above"}],
    "answer": [{"to": "tune", "transform": how} for how in ("same", "third", "fifth", "inverted", "retrograde")]
    + [{"to": "tune", "consonance": 1.0}],
}


def scale_of(key: str) -> np.ndarray:
    return np.array(scale_pitches(key)[0], np.float64)


def row_of(pitch: list[float], length: list[float] | float = 1.0, **others: Any) -> Line:
    """Return a line without rests: rows 0, 1, ..., one after another."""
    n = len(pitch)
    lengths = np.full(n, length) if isinstance(length, float) else np.array(length)
    same = {"velocity": np.full(n, 0.5), "pan": np.zeros(n), "size": np.full(n, 3.0), "density": np.ones(n)}
    starts = np.concatenate([[0.0], np.cumsum(lengths)])[:-1]
    return Line(**{"row": np.arange(n), "start": starts, "length": lengths, "pitch": np.array(pitch), **same, **others})


def tune(pitch: list[float], length: float = 1.0, row: Any = None) -> Notes:
    """Return notes one after another."""
    starts = np.arange(len(pitch)) * length
    return notes(starts, length, pitch, 0.7, 0.25, np.arange(len(pitch)) if row is None else row)


def scene(line: Line, progression: str = "", key: str = "C major", **others: Any) -> Setting:
    """Return a setting of a line in a key, over a progression of a chord every four beats, if any."""
    harmony = Harmony.repeated(chords_of(progression, key), 4.0, max(line.end, 1.0)) if progression else None
    tonic = pitch_class_of(key.split()[0])
    plain: dict[str, Any] = {"meter": Meter(), "end": line.end, "lines": {}, "rng": np.random.default_rng(1)}
    piano = instrument("piano")
    return Setting(**{**plain, "line": line, "harmony": harmony, "player": piano, "scale": scale_of(key),
                      "tonic": tonic, **others})  # fmt: skip


def play(role: str, setting: Setting, seed: int = 0, **options: Any) -> Notes:
    """Return what a role plays, from a generator of its own."""
    return played(role, replace(setting, rng=np.random.default_rng(seed)), **{**NEEDED.get(role, {}), **options})


@st.composite
def lines(draw: st.DrawFn, key: str, least: int = 0) -> Line:
    """Draw rows with rests, chords and overlaps, on any pitch of a key."""
    n = draw(st.integers(least, 12))

    def drawn(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=n, max_size=n))

    share = st.floats(0, 1)
    return Line(
        row=np.sort(np.array(drawn(st.integers(0, 99)), np.int64)),
        start=np.cumsum(drawn(st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.5, 4.0]))) if n else np.empty(0),
        length=np.array(drawn(st.sampled_from([0.05, 0.25, 0.5, 1.0, 1 / 3, 2.0, 7.25]))),
        pitch=np.array(drawn(st.sampled_from(scale_of(key).tolist()))),
        velocity=np.array(drawn(share)),
        pan=np.array(drawn(st.floats(-1, 1))),
        size=np.array(drawn(st.floats(0, 6))),
        density=np.array(drawn(share)),
    )


@st.composite
def settings_of(draw: st.DrawFn, role: str, least: int = 0) -> Setting:
    """Draw a setting for a role."""
    key = draw(st.sampled_from(KEYS))
    line = draw(lines(key, least))
    chords = draw(st.lists(st.sampled_from([*diatonic(key), *diatonic(key, True)]), max_size=5))
    length = draw(st.sampled_from([1.0, 1.5, 4.0]))
    other = draw(lines(key))
    called = notes(other.start, other.length, other.pitch, other.velocity, other.pan, other.row)
    return Setting(
        line=line,
        harmony=Harmony.repeated(chords, length, line.end) if chords else None,
        player=instrument(draw(st.sampled_from(PLAYERS[role]))),
        scale=scale_of(key),
        meter=draw(st.sampled_from(METERS)),
        end=draw(st.sampled_from([0.0, line.end, line.end + 5.5])),
        tonic=pitch_class_of(key.split()[0]),
        rng=np.random.default_rng(0),
        lines={"tune": called},
    )


# Oracles, slow and plain.


def classes(pitches: np.ndarray) -> set[int]:
    return {int(pitch) % 12 for pitch in pitches}


def chord_at(harmony: Harmony, beat: float) -> set[int]:
    """Return the classes of the last chord that has begun."""
    begun = [chord for start, chord in zip(harmony.starts, harmony.chords, strict=True) if start <= beat + 1e-6]
    return set(begun[-1].classes)


def heard_at(track: Notes, beat: float) -> list[float]:
    """Return the pitches of a track that were struck last and still sound at a beat."""
    live = [n for n in track if n["start"] <= beat + 1e-6 and n["start"] + n["length"] > beat + 1e-6]
    last = max((n["start"] for n in live), default=0.0)
    return [float(n["pitch"]) for n in live if n["start"] >= last - 1e-6]


def parallels(one: list[float], other: list[float]) -> list[int]:
    """Return the places at which two voices, both moving, go from an octave to an octave or a fifth to a fifth."""
    found = []
    for k in range(1, len(one)):
        if any(map(math.isnan, (one[k - 1], other[k - 1], one[k], other[k]))):
            continue
        before, after = (round(abs(one[n] - other[n])) % 12 for n in (k - 1, k))
        if before == after and after in (0, 7) and one[k] != one[k - 1] and other[k] != other[k - 1]:
            found.append(k)
    return found


def in_range(track: Notes, player: Instrument) -> bool:
    return bool(np.all((track["pitch"] >= player.lowest) & (track["pitch"] <= player.highest)))
