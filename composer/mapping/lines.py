from dataclasses import dataclass

from composer.units import F8, I8


@dataclass(frozen=True)
class Line:
    row: I8
    start: F8
    length: F8
    pitch: F8
    velocity: F8
    pan: F8
    size: F8
    density: F8
