"""The example notebook: it is the one that its maker writes, it runs, and what it shows is right and nobody's own."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

EXAMPLES = Path(__file__).parent.parent / "examples"
OWN = re.compile(r"/(home|root|Users|usr|opt|var)/|site-packages|20\d\d-\d\d-\d\dT\d\d|0x[0-9a-f]{6,}")


def maker() -> ModuleType:
    """Return the module that makes the notebook."""
    spec = importlib.util.spec_from_file_location("make_tour", EXAMPLES / "make_tour.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outputs(book: Any) -> list[dict[str, str]]:
    """Return what the cells put out, by kinds, without the HTML's data: sound is not the same in every libsndfile."""
    found = []
    for cell in book.cells:
        for output in cell.get("outputs", []):
            assert output["output_type"] in ("stream", "execute_result"), output
            kinds = dict(output.get("data", {"text/plain": output.get("text", "")}))
            found.append({kind: re.sub(r"base64,[\w+/=]+", "base64,", text) for kind, text in kinds.items()})
    return found


@pytest.fixture(scope="module")
def stored() -> Any:
    """Return the notebook as it is in the examples."""
    return nbformat.read(EXAMPLES / "tour.ipynb", as_version=4)


def test_it_is_whole_and_small_and_nobodys_own(stored: Any) -> None:
    nbformat.validate(stored)
    text = (EXAMPLES / "tour.ipynb").read_text("utf-8")
    assert len(text.encode()) < 600_000
    assert not OWN.search(re.sub(r"base64,[\w+/=]+", "", text))
    assert OWN.search("/home/me/x") and OWN.search("2026-11-25T20:00")
    numbers = [cell["execution_count"] for cell in stored.cells if cell["cell_type"] == "code"]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all("timestamp" not in str(cell["metadata"]) for cell in stored.cells)


def test_it_is_what_its_maker_writes(stored: Any) -> None:
    fresh = maker().tour()
    assert [(cell["cell_type"], cell["source"]) for cell in fresh.cells] == [
        (cell["cell_type"], cell["source"]) for cell in stored.cells
    ]


def test_it_runs_and_shows_what_it_showed(stored: Any) -> None:
    made = maker()
    found = outputs(made.executed(made.tour()))
    assert found == outputs(stored)
    figures = [shown["text/html"] for shown in found if "text/html" in shown]
    assert len(figures) == 2
    for figure in figures:
        assert figure.startswith("<figure") and "<audio controls" in figure and 'alt="Piano roll. “' in figure
    words = next(shown["text/plain"] for shown in found if "It passes seven zeros" in shown.get("text/plain", ""))
    assert "The greater the real part" in words
