"""Models whose fields are described by docstrings beneath them: to look for these, pydantic reads their source."""

from __future__ import annotations

from pydantic import ConfigDict

from composer.piece.schema import Model


class Described(Model):
    """A model whose fields' docstrings are their descriptions."""

    model_config = ConfigDict(use_attribute_docstrings=True)
