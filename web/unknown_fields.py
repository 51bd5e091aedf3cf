"""What clients are told of fields that are not documented, which a request may also refuse.

Query parameters are only told, each with a question mark before its name.

Their names are in the header `X-Unknown-Fields`. With `Prefer: handling=lenient`, the response has
`warnings` as well; with `Prefer: handling=strict`, the request is refused. Requests that would pay
for a typo are refused without a preference, too.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

import orjson
from flask import Response, after_this_request, current_app, request
from marshmallow import Schema

from errors import UnknownFieldsError
from schemas.loading import load
from schemas.unknown_fields import unknown_fields
from web.conditional import applied, preference
from web.header_values import shortened_value

HEADER = "X-Unknown-Fields"

_PARAMETERS_OF_ALL = ("page", "token")  # of lists, and of addresses that browsers load


def load_body(schema: Schema, body: Mapping[str, Any], *, is_strict: bool = False) -> Any:
    """Tell which fields of the request's body are unknown, and validate the others.

    Raises FieldsError, and as `tell_unknown`.
    """
    tell_unknown(body, schema, is_strict=is_strict)
    return load(schema, body)


def tell_unknown(body: Mapping[str, Any], schema: Schema, *, is_strict: bool = False) -> None:
    """Tell which fields of the request's body are unknown.

    Those of the response are known as well, since clients send back what they got, unless it
    `is_strict`. Raises UnknownFieldsError if the request is to be refused.
    """
    known = () if is_strict else _of_response(request.endpoint or "")
    messages = unknown_fields(body, schema, *known)
    handling = preference("handling")
    if handling in ("strict", "lenient"):
        after_this_request(lambda response: applied(response, f"handling={handling}"))
    if not messages:
        return
    names = _in_header(messages)

    def tell(response: Response) -> Response:
        response.headers[HEADER] = names
        return _with_warnings(response, messages) if handling == "lenient" else response

    after_this_request(tell)
    if handling == "strict" or (is_strict and handling != "lenient"):
        raise UnknownFieldsError(messages)


def tell_unknown_parameters(response: Response) -> None:
    """Tell in a JSON response which of the request's query parameters are unknown."""
    known = _parameters(request.endpoint or "")
    if known is None or response.mimetype != "application/json":
        return
    if unknown := sorted(request.args.keys() - known):
        told = _in_header(unknown, prefix="?")
        before = response.headers.get(HEADER)
        response.headers[HEADER] = f"{before}, {told}" if before else told


@cache
def _parameters(endpoint: str) -> frozenset[str] | None:
    """Return the names of the query parameters of an endpoint; None if it is not documented."""
    operation = vars(current_app.view_functions.get(endpoint, _no_view)).get("operation")
    if operation is None:
        return None
    names = set(_PARAMETERS_OF_ALL)
    for parameter in operation.get("parameters", []):
        if isinstance(parameter, dict) and parameter["in"] == "query":
            schema = parameter["schema"]
            if "name" in parameter:
                names.add(parameter["name"])
            else:
                loaded = (schema() if isinstance(schema, type) else schema).load_fields
                names |= {each.data_key or name for name, each in loaded.items()}
    return frozenset(names)


def _no_view() -> None:
    """Stand for the view of an address where nothing is."""


def _in_header(names: Iterable[str], prefix: str = "") -> str:
    """Return the names for a header, as far as they fit."""
    return shortened_value(", ".join(f"{prefix}{quote(name)}" for name in names))


@cache
def _of_response(endpoint: str) -> tuple[Schema, ...]:
    """Return the schema of a successful response of the endpoint, if it has one."""
    operation = vars(current_app.view_functions[endpoint]).get("operation", {})
    for status, response in operation.get("responses", {}).items():
        content = response.get("content", {}) if isinstance(response, dict) else {}
        schema = content.get("application/json", {}).get("schema")
        if status < 300 and schema is not None and not isinstance(schema, dict):
            return (schema() if isinstance(schema, type) else schema,)
    return ()


def _with_warnings(response: Response, messages: Mapping[str, str]) -> Response:
    """Add warnings to a response whose body is a JSON object."""
    if response.mimetype == "application/json" and not response.is_streamed:
        body = orjson.loads(response.get_data())
        if isinstance(body, dict):
            warnings = [{"field": name, "message": told} for name, told in messages.items()]
            response.set_data(orjson.dumps({**body, "warnings": warnings}))
    return response
