"""What the tests share: the table of the flagship, computed once, and every built-in piece composed from it."""

from __future__ import annotations

import pytest

import composer
from composer.piece.store import built_in


@pytest.fixture(scope="session")
def eta_table() -> composer.Table:
    """300 points of eta(1/2 + it), t from 400000 to 400020: ten seconds with mpmath, so once a session."""
    return composer.sample("eta")


@pytest.fixture(scope="session")
def compositions(eta_table: composer.Table) -> dict[str, composer.Composition]:
    """Every built-in piece, composed; those on the flagship's function share its table."""
    made = {}
    for name in built_in():
        piece = composer.load(name)
        shared = piece.source is not None and piece.source == composer.load("riemann").source
        made[name] = composer.compose(piece, eta_table if shared else None)
    return made
