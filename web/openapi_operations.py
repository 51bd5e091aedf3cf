"""Parts of OpenAPI operation objects, which decorators collect in an attribute of a view."""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from web.openapi_fields import Json, add_rules

View = TypeVar("View", bound=Callable[..., Any])

JSON = "application/json"
FORM = "multipart/form-data"
BYTES = "application/octet-stream"


def describe(view: View, **operation: Any) -> View:
    """Add to a view's OpenAPI operation object, before it is routed.

    Responses and parameters are added to those that are there.
    """
    old = vars(view).get("operation", {})
    responses = {**old.get("responses", {}), **operation.get("responses", {})}
    known = old.get("parameters", [])
    parameters = [*known, *(each for each in operation.get("parameters", []) if each not in known)]
    more = {"parameters": parameters} if parameters else {}
    vars(view)["operation"] = {**old, **operation, "responses": responses, **more}
    return view


def response_object(
    description: str, content: Json | None = None, headers: Sequence[str] = ()
) -> Json:
    """Return an OpenAPI response object; `headers` names some of the document's headers."""
    references = {name: name for name in ("X-Request-Id", *headers)}
    response = {"description": description, "headers": references}
    return {**response, "content": content} if content else response


def error_references(*statuses: int) -> dict[int, str]:
    """Return references to the document's error responses, for an operation object."""
    return {status: f"Error{status}" for status in statuses}


def media_ranges(types: Sequence[str]) -> list[str]:
    """Return media types as `video/mp4` or, for several, `video/*`, and as bytes.

    The last is for the generators of clients, most of which know no media type but bytes and JSON.
    """
    ranges = [re.sub("(audio|font|image|video)/.*", r"\1/*", each) for each in types]
    return list(dict.fromkeys([*(types if len(types) == 1 else ranges), BYTES]))


def listed(types: Sequence[str]) -> str:
    """Return media types as a text lists them."""
    return ", ".join(f"`{each}`" for each in types)


def form_properties(schema: Schema) -> Json:
    """Return the JSON Schema of each field of a flat schema."""
    plugin: Any = MarshmallowPlugin()
    APISpec("", "", "3.1.0", [plugin])  # initializes the plugin's converter
    add_rules(plugin.converter)
    return dict(plugin.converter.schema2jsonschema(schema)["properties"])
