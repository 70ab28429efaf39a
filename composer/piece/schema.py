"""From the signatures of a table's functions to pydantic models, and from pydantic's errors to ours.

A model built here checks what a user wrote against a function's own parameters; nothing is declared twice.
Names that mean something only in their surroundings (a column, another track) are looked up in the
validation context, a mapping from the kind of name to the names that exist.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar, Union

from pydantic import AfterValidator as After
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError, core_schema

from composer.errors import Fault, InputError, unknown
from composer.parameters import REQUIRED, Check, Names, Parameter, parameters_of, summary
from composer.sources.grid import Exact

Info = core_schema.ValidationInfo


class Model(BaseModel):
    """What every model of a piece keeps to: nothing unknown, nothing changed later, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


M = TypeVar("M", bound=Model)


def extended(base: type[M], title: str, doc: str, fields: dict[str, Any]) -> type[M]:
    """Return a model made at run time: `base` with more fields, which have no docstrings to look for."""
    quick: dict[str, Any] = {"use_attribute_docstrings": False}
    return create_model(title, __base__=base, __doc__=doc, __cls_kwargs__=quick, **fields)


class Call(Model):
    """A row of a table, whose name is in the first field, and the arguments for its function in the others."""

    @property
    def key(self) -> str:
        """The name of the field that names the row."""
        return next(iter(type(self).model_fields))

    @property
    def called(self) -> str:
        """The name of the row."""
        return str(getattr(self, self.key))

    @property
    def arguments(self) -> dict[str, Any]:
        """What to call the row's function with."""
        return {name: getattr(self, name) for name in [*type(self).model_fields][1:]}


def call_of(functions: Mapping[str, Callable[..., Any]], kind: str, key: str = "name") -> Any:
    """Return the type of "a row of this table and its arguments": one model a row, told apart by `key`.

    Written `{ name = "zscore", limit = 3 }`, or just `"zscore"` where every argument may keep its default.
    """

    def model_of(name: str, function: Callable[..., Any]) -> type[Call]:
        title = f"{kind} {name}".title().replace(" ", "").replace("_", "")
        fields: dict[str, Any] = {key: (Literal[name], ...), **fields_of(function)}
        return extended(Call, title, summary(function), fields)

    models = tuple(model_of(name, function) for name, function in functions.items())

    def spelled_out(value: Any) -> Any:
        return {key: value} if isinstance(value, str) else value

    def named_rightly(value: Any) -> Any:
        name = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, dict) and not (isinstance(name, str) and name in functions):
            lacking = Fault(f"it lacks `{key}`", remedy=f'add {key} = "{next(iter(functions))}", or another')
            raise custom(unknown(kind, name, functions) if key in value else lacking)
        return value

    return Annotated[
        Union[models],  # noqa: UP007 (made of a tuple)
        Field(discriminator=key),
        BeforeValidator(named_rightly),
        BeforeValidator(spelled_out, json_schema_input_type=Union[(Literal[tuple(functions)], *models)]),
    ]


def fields_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return a function's parameters as the field definitions of a pydantic model."""
    return {parameter.name: _field(parameter) for parameter in parameters_of(function)}


def _field(parameter: Parameter) -> tuple[Any, Any]:
    doc = parameter.doc + (f" ({parameter.unit})" if parameter.unit else "")
    default = ... if parameter.default is REQUIRED else parameter.default
    return checked(parameter.annotation), Field(default, description=doc)


def checked(annotation: Any) -> Any:
    """Return the annotation with what pydantic does not check by itself: names in context, honest numbers."""
    metadata = getattr(annotation, "__metadata__", ())
    bare = annotation.__origin__ if metadata else annotation
    if bare == tuple[str, ...]:
        metadata = (*metadata, BeforeValidator(_one_or_more, json_schema_input_type=str | tuple[str, ...]))
    extra = [After(_in_context(item.kind)) for item in metadata if isinstance(item, Names)]
    extra += [passing(item.function) for item in metadata if isinstance(item, Check)]
    if bare in _HONEST:  # the limits before it, for only so do they come into the JSON schema
        return Annotated[(bare, *metadata, _HONEST[bare], *extra)]
    return Annotated[(_honest(bare), *metadata, *extra)]


def passing(check: Callable[[Any], object]) -> After:
    """Return a validator that keeps a value and gathers the InputError that `check` raises for it, if any."""

    def same(value: Any) -> Any:
        try:
            check(value)
        except InputError as error:
            raise fault_from(error) from error
        return value

    return After(same)


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _honest(kind: Any) -> Any:
    """Return the type with `true` and "3" refused where a number is meant, alone, optional or in a tuple."""
    if kind is Exact:
        return Annotated[Exact, honest, WithJsonSchema({"type": "number"})]
    if kind in _HONEST:
        return Annotated[kind, _HONEST[kind]]
    inner = typing.get_args(kind)
    if typing.get_origin(kind) is tuple:
        return tuple[tuple(item if item is ... else _honest(item) for item in inner)]  # type: ignore[misc]
    if inner and typing.get_origin(kind) is not Literal:
        return Union[tuple(_honest(item) for item in inner)]  # noqa: UP007
    return kind


def _number(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise custom(Fault(f"{_shown(value)} is not a number", remedy="write a number, without quotes"))
    # Written as a fraction or a whole number, 1e999999999 would take all memory.
    if isinstance(value, Decimal) and value.is_finite() and value and abs(value.adjusted()) > _MOST_DIGITS:
        limits = f"1e-{_MOST_DIGITS} to 1e{_MOST_DIGITS}"
        raise custom(Fault(f"{_shown(value)} is out of reach", remedy=f"stay within {limits}"))
    return value


_MOST_DIGITS = 308  # before or after the point: those of a double


def _day(value: Any) -> Any:
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise custom(Fault(f"{_shown(value)} is not a day", remedy='write it like "2003-08-27"')) from None


def _double(value: Any) -> Any:
    return float(value) if isinstance(value, Exact) else _number(value)


honest = BeforeValidator(_number)
real = BeforeValidator(_double)
_HONEST: dict[Any, BeforeValidator] = {int: honest, float: real, date: BeforeValidator(_day)}


def either(text: Any, other: Any) -> Any:
    """Return the type of "text, or else the other", told apart before either is checked: one fault, not two."""
    members = Annotated[text, Tag("text")] | Annotated[other, Tag("other")]
    return Annotated[members, Discriminator(lambda value: "text" if isinstance(value, str) else "other")]


def _in_context(kind: str) -> Callable[[str | None, Info], str | None]:
    def known(name: str | None, info: Info) -> str | None:
        names = (info.context or {}).get(kind)
        if name is not None and names is not None and name not in names:
            raise custom(unknown(kind, name, names))
        return name

    return known


def in_context(kind: str) -> Any:
    """Return a string type whose values must be names of this kind that the context knows."""
    return Annotated[str, After(_in_context(kind))]


def custom(fault: Fault) -> PydanticCustomError:
    """Return a fault of ours as an error that pydantic gathers with the others."""
    message = fault.message if len(fault.message) <= _LONGEST else fault.message[:_LONGEST] + "..."
    text = {"fault_message": message, "where": fault.where, "remedy": fault.remedy}
    return PydanticCustomError("fault", "{fault_message}", text)


_LONGEST = 300  # characters of a message, for it may quote what was written


def fault_from(error: InputError) -> PydanticCustomError:
    """Return an InputError met while validating as one that pydantic gathers with the others."""
    return custom(error.faults[0])


# What we say for pydantic's kinds of error, and the remedy; the rest keep pydantic's message.
_WORDS: dict[str, tuple[str, str]] = {
    "missing": ("it is missing", "add it"),
    "greater_than_equal": ("{input} is too small", "give {ge} or more"),
    "greater_than": ("{input} is too small", "give more than {gt}"),
    "less_than_equal": ("{input} is too large", "give {le} or less"),
    "less_than": ("{input} is too large", "give less than {lt}"),
    "finite_number": ("{input} is not finite", "give an ordinary number"),
    "float_type": ("{input} is not a number", "write a number"),
    "float_parsing": ("{input} is not a number", "write a number"),
    "int_type": ("{input} is not a whole number", "write a whole number"),
    "int_from_float": ("{input} is not a whole number", "write a whole number"),
    "int_parsing": ("{input} is not a whole number", "write a whole number"),
    "decimal_type": ("{input} is not a number", "write a number"),
    "decimal_parsing": ("{input} is not a number", "write a number"),
    "string_type": ("{input} is not text", "put it in quotes"),
    "bool_type": ("{input} is neither true nor false", "write true or false"),
    "bool_parsing": ("{input} is neither true nor false", "write true or false"),
    "tuple_type": ("{input} is not a list", "write it like [a, b]"),
    "list_type": ("{input} is not a list", "write it like [a, b]"),
    "too_short": ("it has {actual_length} entries", "give at least {min_length}"),
    "too_long": ("it has {actual_length} entries", "give at most {max_length}"),
    "table_for_list": ("it is one table, not a list of them", "write its heading in two brackets: [[{where}]]"),
    "model_type": ("{input} is not a table", "write its settings in it, like {{ name = value }}"),
    "model_attributes_type": ("{input} is not a table", "write its settings in it, like {{ name = value }}"),
    "literal_error": ("{input} is not one of the choices", "use {expected}"),
}


def faults_of(error: ValidationError, raw: Any, model: type[BaseModel]) -> list[Fault]:
    """Return what pydantic found wrong in `raw` against `model` as faults with paths as the user wrote them."""
    found = []
    items = error.errors(include_url=False)
    for item in items:
        if item["type"] == "too_short" and any(_holds(item["loc"], other["loc"]) for other in items):
            continue  # it is short only because entries in it are faulty
        where, here = _place(item, raw)
        context = item.get("ctx", {})
        if item["type"] == "extra_forbidden":
            found.append(unknown("setting", item["loc"][-1], _fields_at(model, item["loc"][:-1]), where))
        elif item["type"] == "fault":
            # What a short form stands for has no path of its own.
            inside = ".".join(part for part in (where, context["where"]) if part) if isinstance(here, dict) else where
            found.append(Fault(context["fault_message"], inside, context["remedy"]))
        else:
            in_one = item["type"] in ("tuple_type", "list_type") and isinstance(item["input"], dict)
            kind = "table_for_list" if in_one else item["type"]
            message, remedy = _WORDS.get(kind, (item["msg"].replace("{", "(").replace("}", ")"), ""))
            limits = {k: int(v) if isinstance(v, float) and v.is_integer() else v for k, v in context.items()}
            words = {**limits, "input": _shown(item.get("input")), "where": where}
            found.append(Fault(message.format(**words), where, remedy.format(**words)))
    return list(dict.fromkeys(found))


def checked_as(model: Any, data: dict[str, Any], context: dict[str, Any] | None = None) -> Any:
    """Return what a user wrote as this model; raise InputError with every fault found in it."""
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        raise InputError(*faults_of(error, data, model)) from None


def _holds(outer: Sequence[Any], inner: Sequence[Any]) -> bool:
    return len(outer) < len(inner) and inner[: len(outer)] == outer


def _shown(value: Any) -> str:
    try:
        text = repr(value) if isinstance(value, str | list | dict | tuple) else str(value)
    except (ValueError, RecursionError):  # thousands of digits, or of brackets
        return "this"
    return text if len(text) <= 60 else text[:57] + "..."


def _place(item: Mapping[str, Any], raw: Any) -> tuple[str, Any]:
    """Return where an error lies, and what the user wrote there.

    The path is pydantic's, without what only pydantic knows: the names of a union's members, and the fields
    that a short form stands for.
    """
    parts: list[str] = []
    here = raw
    for n, step in enumerate(item["loc"]):
        lacking = item["type"] == "missing" and n == len(item["loc"]) - 1
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list | tuple) and isinstance(step, int) and step < len(here):
            here = here[step]
        elif lacking:
            here = None
        else:
            continue
        parts.append(f"[{step}]" if isinstance(step, int) else f".{step}" if parts else str(step))
    return "".join(parts), here


def _fields_at(model: type[BaseModel], path: Sequence[Any]) -> list[str]:
    """Return the names of the fields that may stand at a place in a model."""
    models = [model]
    for step in path:
        names = [_alias_and_kind(one).get(step) for one in models if not isinstance(step, int)]
        inside = [kind for annotation in names if annotation is not None for kind in _models_in(annotation)]
        tagged = [one for one in models if step in _tags(one)]
        models = inside or tagged or models
    return [name for one in models for name in _alias_and_kind(one)]


def _alias_and_kind(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    """Return the names by which a model is told from the others of its union."""
    first = next(iter(model.model_fields.values()), None)
    literal = first is not None and typing.get_origin(first.annotation) is Literal
    return typing.get_args(first.annotation) if first is not None and literal else ()


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in typing.get_args(annotation) for model in _models_in(inner)]
