"""The OpenAPI 3.1 document of the API.

The annotations of web/blueprints.py document what is specific to a route. This module adds what is
common to all routes or follows from their annotations: components, operation ids, summaries, common
errors, and the headers of conditional and range requests.
"""

import functools
import inspect
import re
from copy import copy
from typing import Any

import flask
import orjson
from apispec import APISpec, BasePlugin
from apispec.ext.marshmallow import MarshmallowPlugin

from schemas.examples import EXAMPLES
from settings.version import VERSION
from storage.paths import ID_PATTERN
from web.blueprints import Blueprint, Route
from web.openapi_access import told_access
from web.openapi_components import add_components
from web.openapi_fields import Json, add_rules
from web.openapi_jobs import split_by_kind, webhooks
from web.openapi_operations import BYTES, FORM, error_references, response_object

ABOUT = """
A self-hosted backend for AI video work: projects, works and their media.

**Credentials.** `POST /api/auth/login` returns a JWT; `POST /api/tokens` creates an API token
(`vg_…`) for scripts. Send either as `Authorization: Bearer …`. The security requirement of an
operation lists the scopes that it needs; a JWT has all of them. Where a browser loads media itself
(`<img>`, `<video>`), `?token=` works too, preferably with a token from `POST /api/media-tokens`.

**Bodies** are JSON. Fields that are not documented are ignored, and listed in `X-Unknown-Fields`;
`Prefer: handling=strict` refuses them, as `POST /api/videos` does by default. A missing body means
`{}`. Timestamps are Unix milliseconds.

**Lists** have pages with `limit`; the `Link` header has the address of the next one. `?page=1`, or
`Accept: application/vnd.vidworks.list+json`, gives each of them as `{"items": […], "next": …}`.
`fields` selects fields of items, and of objects that are not in a list; clients that are generated
from this description need all that it requires.

**Errors** all have the same body: `{"error": "…", "code": "…", "details": …}`; programs compare
`code`. Resources of other users are not found (404). Every response has an
`X-Request-Id`, which is also in the log.

**Concurrent changes.** A `PUT` or `PATCH` changes the fields given and keeps the others. Operations
that document `If-Match` fail with 412 if the resource no longer has the given `ETag`.
""".strip()

_ID = {"type": "string", "pattern": f"^{ID_PATTERN}$"}
_WITH_IDS = {"user_job_id": "job", "trash_id": "entry in the trash", "call_id": "paid call"}
_RULE_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


class SchemaDescriptions(BasePlugin):
    """Describes schemas by their docstrings and examples."""

    def schema_helper(self, name: str, definition: Json, schema: Any = None, **kwargs: Any) -> Json:
        """Return what to add to a component: nothing, if it is no marshmallow schema."""
        if schema is None:
            return {}
        description = inspect.getdoc(schema if isinstance(schema, type) else type(schema))
        examples = {"examples": [EXAMPLES[name]]} if name in EXAMPLES else {}
        return {"description": description, **examples}


@functools.cache
def openapi_json(*blueprints: flask.Blueprint, root: str = "") -> bytes:
    """Return the OpenAPI document of the blueprints as JSON, without undocumented blueprints.

    `root` is the path that all of their paths are below.
    It is built on first use; threads that ask for it at the same time may each build it.
    """
    plugin: Any = MarshmallowPlugin()
    spec = APISpec(
        "Vidworks API",  # clients that are generated take their name from it
        VERSION,
        "3.1.0",
        [plugin, SchemaDescriptions()],
        info={"description": ABOUT, "license": {"name": "MIT", "identifier": "MIT"}},
        servers=[{"url": root or "/"}],  # the server that the document was read from
    )
    add_rules(plugin.converter)
    add_components(spec)
    for blueprint in blueprints:
        if isinstance(blueprint, Blueprint):
            if blueprint.description:
                spec.tag({"name": blueprint.name, "description": blueprint.description})
            for route in blueprint.routes:
                _add_route(spec, blueprint.tag, route)
    split_by_kind(spec)
    return orjson.dumps({**spec.to_dict(), "webhooks": webhooks()})


def _add_route(spec: APISpec, tag: str, route: Route) -> None:
    path = _RULE_PARAMETER.sub(lambda match: f"{{{_camel_case(match[1])}}}", route.rule)
    parameters = [
        {"in": "path", "name": _camel_case(name), **(route.parameters.get(name) or _id(name))}
        for name in _RULE_PARAMETER.findall(route.rule)
    ]
    operations = {
        method.lower(): {"tags": [tag], **_operation(route, method)} for method in route.methods
    }
    spec.path(path, operations=operations, parameters=parameters)


def _id(name: str) -> Json:
    """Return the parameter object of an ID in a path, without its name."""
    noun = _WITH_IDS.get(name, name.removesuffix("_id"))
    return {"description": f"ID of the {noun}", "schema": _ID}


def _operation(route: Route, method: str) -> Json:
    """Return the operation object of one method of a route; the view's name is for the first."""
    operation: Json = vars(route.view)["operation"]
    verb, _, noun = route.view.__name__.partition("_")
    verb = verb if method == route.methods[0] else method.lower()
    summary, _, description = (inspect.getdoc(route.view) or "").partition("\n\n")
    responses = {**operation["responses"], **error_references(500)}
    if method == "HEAD":  # which has no ranges
        summary = "The headers of the GET response, without its body"
        responses = {status: responses[status] for status in responses if status not in (206, 416)}
    elif method != "GET":
        responses |= error_references(503, 507)
    own = [copy(parameter) for parameter in operation.get("parameters", [])]  # apispec changes them
    parameters = [*own, *_conditional_headers(method, responses)]
    if any(isinstance(each, dict) and each["in"] == "query" for each in own):
        responses |= error_references(414)
    if "If-None-Match" in parameters:
        responses[304] = response_object("Not modified", headers=("ETag",))
    if "Idempotency-Key" in parameters:
        responses = {status: _repeatable(each) for status, each in responses.items()}
    body = operation.get("requestBody")
    return {
        **operation,
        **({"requestBody": _body(body, method)} if body else {}),
        "operationId": _camel_case(f"{verb}_{noun}"),
        "summary": summary.rstrip("."),
        "description": "\n\n".join([*filter(None, [description]), told_access(operation)]),
        "responses": responses,
        **({"parameters": parameters} if parameters else {}),
    }


def _repeatable(response: Json | str) -> Json | str:
    """Return a response object of an operation with keys; that of an error is a name."""
    if isinstance(response, str):
        return response
    name = "Idempotency-Replayed"
    return {**response, "headers": {**response["headers"], name: name}}


def _body(body: Json, method: str) -> Json:
    """Return one way to send a file for each operation: a form or, for PUT, the raw body.

    Both are accepted everywhere, but generators of clients go wrong where there are several.
    """
    other = FORM if method == "PUT" else BYTES
    has_form = FORM in body["content"]
    content = {
        name: each for name, each in body["content"].items() if not has_form or name != other
    }
    return {**body, "content": content}


def _conditional_headers(method: str, responses: dict[int, Any]) -> list[str]:
    """Return the request headers for conditions and ranges that an operation supports."""
    names = ["If-Match"] if 412 in responses else []
    if method in {"GET", "HEAD"}:
        headers = responses[200]["headers"]
        names += ["If-None-Match"] if "ETag" in headers else []
        names += ["If-Modified-Since"] if "Last-Modified" in headers else []
        names += ["Range", "If-Range"] if 206 in responses else []
    return names


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
