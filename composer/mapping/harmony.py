from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Chord:
    root: int
    classes: tuple[int, ...]
    name: str


@dataclass(frozen=True)
class Harmony:
    starts: Any
    chords: tuple[Chord, ...]


def chords_of(progression: str, key: str) -> tuple[Chord, ...]:
    return (Chord(0, (0, 4, 7), "I"),)


def following(shares: Any, key: str) -> tuple[Chord, ...]:
    return (Chord(0, (0, 4, 7), "I"),) * len(shares)
