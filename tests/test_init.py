"""`import composer`: light, complete, and typed."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources
from importlib.metadata import version

import pytest

import composer

HEAVY = {"numpy", "pydantic", "pydantic_core", "typer", "mpmath", "scipy", "mido", "soundfile", "rich", "tomlkit"}


def loaded_after(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after some code."""
    script = f"{code}\nimport json, sys\nprint(json.dumps([name.split('.')[0] for name in sys.modules]))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout))


def test_import_loads_nothing_heavy() -> None:
    found = loaded_after("import composer, composer.cli\ndir(composer)\ncomposer.__all__")
    assert "composer" in found
    assert found & HEAVY == set()


def test_the_check_above_can_fail() -> None:
    assert loaded_after("import composer\ncomposer.Table") & HEAVY == {"numpy"}


@pytest.mark.parametrize("name", composer.__all__)
def test_every_name_resolves(name: str) -> None:
    value = getattr(composer, name)
    assert value is getattr(composer, name)
    assert value.__module__.startswith("composer.")
    assert value.__doc__


def test_names() -> None:
    assert dir(composer) == sorted([*composer.__all__, "__version__"])
    assert composer.__all__ == sorted(composer.__all__)
    assert {"compose", "load", "render", "export", "sample", "eta", "Table", "ComposerError"} <= set(composer.__all__)


def test_version() -> None:
    assert composer.__version__ == version("eta-composer")


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'composer' has no attribute 'composes'"):
        _ = composer.composes
    with pytest.raises(ImportError, match="cannot import name 'composes'"):
        exec("from composer import composes", {})


def test_it_says_that_it_is_typed() -> None:
    assert resources.files("composer").joinpath("py.typed").is_file()
