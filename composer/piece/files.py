"""The source of a piece that is a file: one model for each reader, told apart by the file's suffix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Self, Union

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from composer.errors import ComposerError, Fault
from composer.parameters import summary
from composer.piece.described import Described
from composer.piece.schema import Call, custom, extended, fields_of
from composer.sources.files import READERS, Reader, column_names, reader_of


class FileCall(Call, Described):
    """A file and how it is read; made for each reader by `either_source`."""

    file: str
    """the path of the file, from the folder of the piece"""
    index: str | None = None
    """the column that is the index: it says where each row lies"""

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        try:
            column_names(Path(self.file), **self.settings)
        except ComposerError as error:
            raise _about_the_file(error) from error
        return self

    @property
    def settings(self) -> dict[str, Any]:
        """What to call `read_table` or `column_names` with, besides the path."""
        return {name: value for name, value in self.arguments.items() if value is not None}


def _about_the_file(error: ComposerError) -> PydanticCustomError:
    """Return what is wrong with a file as a fault of its source: the path is said in the message."""
    fault = error.faults[0]
    return custom(Fault(str(replace(fault, remedy="")), remedy=fault.remedy))


def _file_read_by(reader: Reader) -> tuple[Any, Any]:
    """Return the field `file` with the ends of names that a reader reads, by which the JSON schema tells them apart."""
    suffixes = [suffix for suffix, other in READERS.items() if other is reader]
    either_case = ("".join(f"[{sign}{sign.upper()}]" if sign.isalpha() else sign for sign in name) for name in suffixes)
    pattern = rf"\.({'|'.join(either_case)})$"
    doc = "the path of the file, from the folder of the piece"
    return str, Field(description=doc, json_schema_extra={"pattern": pattern})


def either_source(function: Any) -> Any:
    """Return the type of "one of the functions, or a file"."""
    models = {}
    for reader in dict.fromkeys(READERS.values()):
        title = f"{reader.call.__name__.title().replace('_', '')}File"
        fields: dict[str, Any] = {"file": _file_read_by(reader), **fields_of(reader.call)}
        models[reader] = extended(FileCall, title, summary(reader.call), fields)

    def kind_of(value: Any) -> str:
        path = value.get("file") if isinstance(value, Mapping) else getattr(value, "file", None)
        if path is None:
            return "a function"
        return f"read by {reader_of(Path(str(path))).call.__name__}"

    def named_rightly(value: Any) -> Any:
        if isinstance(value, Mapping) and "file" in value:
            if not isinstance(value["file"], str):
                raise custom(Fault("`file` is not text", remedy='write file = "data.csv"'))
            try:
                reader_of(Path(value["file"]))
            except ComposerError as error:
                raise _about_the_file(error) from error
        return value

    files = [Annotated[model, Tag(f"read by {reader.call.__name__}")] for reader, model in models.items()]
    return Annotated[
        Union[(Annotated[function, Tag("a function")], *files)],
        Discriminator(kind_of),
        BeforeValidator(named_rightly),
    ]
