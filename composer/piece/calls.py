"""What a piece may name: the rows of the tables with their arguments, columns, tracks, notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, TypeAlias

import numpy as np
from pydantic import Field

from composer.errors import InputError
from composer.mapping.endings import ENDINGS
from composer.mapping.rhythm import TIMINGS
from composer.mapping.roles import ROLES
from composer.mapping.rows import ROWS
from composer.mapping.scalers import SCALERS, TRANSFORMS
from composer.piece.files import either_source
from composer.piece.schema import Call, call_of, either, honest, in_context, passing, real
from composer.shaping import SHAPES
from composer.sources.functions import FUNCTIONS


def _tried(step: Call) -> None:
    """Try a scaler on a column as wide as doubles reach: arguments that contradict each other raise InputError."""
    try:
        with np.errstate(all="ignore"):
            {**SCALERS, **TRANSFORMS}[step.called](np.array([-1e300, 1e-300, 1e300]), **step.arguments)
    except InputError as error:
        raise InputError(replace(error.faults[0], where="")) from error


if TYPE_CHECKING:  # the types that the tables make are known only at run time
    SourceCall: TypeAlias = Call
    ShapeCall: TypeAlias = Call
    RoleCall: TypeAlias = Call
    EndingCall: TypeAlias = Call
    StepCall: TypeAlias = Call
    RowsCall: TypeAlias = Call
    TimeCall: TypeAlias = Call
    Column: TypeAlias = str
    TrackName: TypeAlias = str
    AnyTrack: TypeAlias = str
    Place: TypeAlias = float | str
    Number: TypeAlias = float | str
    ScaleNotes: TypeAlias = str | tuple[int | str, ...]
else:
    SourceCall = either_source(call_of({name: row.call for name, row in FUNCTIONS.items()}, "function", key="function"))
    ShapeCall = call_of({name: row.call for name, row in SHAPES.items()}, "shaping step")
    RoleCall = call_of(ROLES, "role")
    EndingCall = call_of(ENDINGS, "ending")
    StepCall = Annotated[call_of({**SCALERS, **TRANSFORMS}, "scaler or transform"), passing(_tried)]
    RowsCall = call_of(ROWS, "selection of rows")
    TimeCall = call_of(TIMINGS, "timing")
    Column = in_context("column")
    TrackName = in_context("earlier track")
    AnyTrack = in_context("track")
    Place = either(str, Annotated[float, Field(ge=0, le=1e6), real])  # a beat, or the name of an event
    Number = either(str, Annotated[float, real])  # a number, or a name that the target's `number` reads
    Entry = either(str, Annotated[int, honest])
    ScaleNotes = either(str, tuple[Entry, ...])
