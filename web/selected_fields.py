"""`?fields=id,scenes.image_prompt`: responses with only the fields that a client asks for."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import Response, request
from marshmallow import Schema, fields
from marshmallow.fields import Field

from errors import FieldsError
from schemas.lists import SelectionSchema
from schemas.loading import load

# The chosen fields of an object by name, each with those chosen of itself; {} for all of it.
Selection = dict[str, Any]
View = Callable[..., Response]
_Fields = Mapping[str, Field[Any]]

_SELECTION = SelectionSchema()


def selectable(view: View, schema: Schema) -> View:
    """Return a view that responds with the chosen fields of an object, which has this schema."""

    @functools.wraps(view)
    def wrapper(**kwargs: Any) -> Response:
        selection = chosen(schema)
        response = view(**kwargs)
        if selection and response.status_code == 200:
            response.set_data(orjson.dumps(select(orjson.loads(response.data), selection)))
        return response

    return wrapper


def chosen(schema: Schema) -> Selection:
    """Return the request's selection, {} if it has none. Raises FieldsError."""
    if b"fields=" not in request.query_string:
        return {}
    text = load(_SELECTION, request.args.to_dict()).get("selection")
    return parse(text, schema) if text else {}


def parse(text: str, schema: Schema) -> Selection:
    """Return what `id,scenes.image_prompt` selects.

    Raises FieldsError for a field that the schema does not have.
    """
    selection: Selection = {}
    for path in text.split(","):
        names = path.split(".")
        _check(names, schema)
        _add(selection, names)
    return selection


def select(value: Any, selection: Selection) -> Any:
    """Return a value with only the chosen fields; of a list, those of each item."""
    if isinstance(value, list):
        return [select(item, selection) for item in value]
    if not selection or not isinstance(value, dict):
        return value
    return {name: select(value[name], selection[name]) for name in value if name in selection}


def _add(selection: Selection, names: list[str]) -> None:
    *outer, last = names
    for name in outer:
        if selection.get(name) == {}:  # all of it is chosen
            return
        selection = selection.setdefault(name, {})
    selection[last] = {}


def _check(names: list[str], schema: Schema) -> None:
    """Raise FieldsError unless the schema has the field at this path."""
    known: _Fields | None = schema.fields
    for position, name in enumerate(names):
        if known is None:  # an object of any fields
            return
        if name not in known:
            path = ".".join(names[: position + 1])
            there = f"Known are {', '.join(known)}." if known else "It has no fields."
            raise FieldsError({"fields": [f"Unknown field: {path}. {there}"]})
        known = _fields_in(known[name])


def _fields_in(field: Field[Any]) -> _Fields | None:
    """Return the fields of a field's objects, {} if it has none; None if they may be any."""
    if isinstance(field, fields.List):
        return _fields_in(field.inner)
    if isinstance(field, fields.Nested):
        return field.schema.fields
    scalar = isinstance(field, fields.String | fields.Number | fields.Boolean)
    return {} if scalar else None
