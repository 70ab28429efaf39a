"""The house stands: every import inside the package goes to a lower floor, or stays in its own room."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "composer"

# A room is a folder of the package, or a module of its top level. The modules of floor 0 are one room.
FLOORS = {
    "errors": 0,
    "files": 0,
    "parameters": 0,
    "progress": 0,
    "units": 0,
    "instruments": 1,
    "score": 1,
    "table": 1,
    "words": 1,
    "mapping": 2,
    "outputs": 2,
    "shaping": 2,
    "sources": 2,
    "piece": 3,
    "arranging": 4,
    "telling": 5,
    "composition": 6,
    "writing": 6,
    "__init__": 7,
    "notebook": 7,
    "cli": 8,
    "__main__": 9,
}


def room_of(module: str) -> str:
    """Return the room of a module such as `composer.outputs.midi`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports(path: Path) -> Iterator[str]:
    """Yield the modules of this package that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from composer import units` names a module, `from composer.units import F8` lies in one.
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = inside if node.module == "composer" else [node.module]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "composer")


def broken_rules(importer: str, imported: str) -> bool:
    """Whether an import climbs, or crosses to another room of its own floor."""
    above, below = FLOORS[importer], FLOORS[imported]
    return importer != imported and not below < above and not above == below == 0


def own_files() -> list[Path]:
    """Return the package's modules."""
    return sorted(PACKAGE.rglob("*.py"))


def test_every_module_has_a_floor() -> None:
    rooms = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in own_files()}
    assert rooms == set(FLOORS)


@pytest.mark.parametrize("path", own_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    climbing = [name for name in imports(path) if own != "__init__" and broken_rules(own, room_of(name))]
    assert climbing == []


def test_a_climbing_import_is_seen(tmp_path: Path) -> None:
    bad = tmp_path / "units.py"
    bad.write_text("from composer.score import Score\n\ndef f():\n    import composer.cli.terminal\n")
    assert [room_of(name) for name in imports(bad)] == ["score", "cli"]
    assert broken_rules("units", "score")
    assert broken_rules("outputs", "sources")
    assert not broken_rules("outputs", "score")


@pytest.mark.parametrize("room", [room for room, floor in FLOORS.items() if floor <= 7 and room != "__init__"])
def test_no_terminal_in_the_core(room: str) -> None:
    place = PACKAGE / room
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & {"rich", "typer", "click"}, path
