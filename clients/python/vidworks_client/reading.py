"""JSON documents become objects, and arguments become JSON."""

import re
import types
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from vidworks_client.models import Model

M = TypeVar("M", bound=Model)


def read(model: type[M], document: Mapping[str, Any]) -> M:
    """Return a document as an object of the model; missing values are None, or empty."""
    values = {
        name: _value(hint, document.get(camel_case(name)))
        for name, hint in _hints(model).items()
        if name != "raw"
    }
    return model(raw=dict(document), **values)


def read_all(model: type[M], documents: list[Mapping[str, Any]]) -> list[M]:
    """Return documents as objects of the model."""
    return [read(model, document) for document in documents]


def camel_case(name: str) -> str:
    """Return the name of a field in JSON: `created_at` → `createdAt`."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def body(**arguments: Any) -> dict[str, Any]:
    """Return arguments as a JSON object: names in camelCase, without those that are None."""
    return {camel_case(name): value for name, value in arguments.items() if value is not None}


def seconds_of(text: str | None) -> float | None:
    """Return the seconds that a header, such as `Retry-After`, or a parameter says; else None."""
    return float(text) if text and re.fullmatch(r"\d{1,9}", text) else None


def _hints(model: type[Model]) -> dict[str, Any]:
    hints = get_type_hints(model)
    return {field.name: hints[field.name] for field in fields(model)}


def _value(hint: Any, value: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        if value is None:
            return None
        hint = next(each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is list:
        (item,) = get_args(hint)
        return [_value(item, each) for each in value or []]
    if isinstance(hint, type) and issubclass(hint, Model):
        return read(hint, value or {})
    return value
