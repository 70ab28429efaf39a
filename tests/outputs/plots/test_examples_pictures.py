"""The committed pictures, drawn again: they show what this version draws.

After a change that is meant: python tests/outputs/plots/test_examples_pictures.py
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from looking import unlike

import composer
from composer.outputs.plots import encoded

PICTURES = Path(__file__).parents[3] / "examples" / "pictures"
TOLERANCE = 0.01  # of the blocks: versions of matplotlib lay out and hint a little differently
COMMITTED: dict[str, tuple[str, dict[str, Any]]] = {
    "riemann-roll": ("riemann", {"kind": "roll"}),
    "riemann-notes": ("riemann", {"kind": "notes"}),
    "riemann-path": ("riemann", {"kind": "path", "width": 800}),
    "riemann-sums": ("riemann", {"kind": "path", "width": 800, "at": 400_001.5, "theme": "dark"}),
    "tides-roll": ("tides", {"kind": "roll", "theme": "dark"}),
    "weather-fidelity": ("weather", {"kind": "fidelity"}),
    "lorenz-spectrogram": ("lorenz", {"kind": "spectrogram", "width": 900}),
    "tides-poster": ("tides", {"kind": "poster", "width": 900}),
}


def picture_of(made: composer.Composition, settings: dict[str, Any]) -> bytes:
    """Return the picture as PNG."""
    return encoded(composer.plot(made, **settings), "png", settings.get("theme", "light"))


def to_be_kept(png: bytes) -> bytes:
    """Return a picture with 256 colours, so as to be small; the tests see to it that they are still the right ones."""
    from PIL import Image

    small = io.BytesIO()
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    kept = whole.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    kept.save(small, "png", optimize=True)
    return small.getvalue()


@pytest.mark.parametrize("name", COMMITTED)
def test_it_is_drawn_again(name: str, compositions: dict[str, composer.Composition]) -> None:
    piece, settings = COMMITTED[name]
    drawn = picture_of(compositions[piece], settings)
    committed = (PICTURES / f"{name}.png").read_bytes()
    assert unlike(drawn, committed) <= TOLERANCE


def test_another_picture_is_told_apart(compositions: dict[str, composer.Composition]) -> None:
    piece, settings = COMMITTED["riemann-path"]
    other = picture_of(compositions[piece], {**settings, "theme": "dark"})
    assert unlike(other, (PICTURES / "riemann-path.png").read_bytes()) > 0.5
    shifted = composer.compose(piece, composer.compose(piece).table.taking(range(1, 300)))
    assert unlike(picture_of(shifted, {"kind": "roll"}), (PICTURES / "riemann-roll.png").read_bytes()) > 2 * TOLERANCE


def test_the_committed_are_these_and_small() -> None:
    found = {path.stem: path.stat().st_size for path in PICTURES.iterdir()}
    assert set(found) == set(COMMITTED)
    assert max(found.values()) < 160_000 and sum(found.values()) < 700_000


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name, (piece, settings) in COMMITTED.items():
        (PICTURES / f"{name}.png").write_bytes(to_be_kept(picture_of(composer.compose(piece), settings)))
