"""The OpenAPI 3.1 document of the API.

The annotations of web/api.py document what is specific to a route. This module adds what is common
to all routes or follows from their annotations: components, operation ids, summaries, common
errors, and the headers of conditional and range requests.
"""

import functools
import inspect
import re
from copy import copy
from http import HTTPStatus
from typing import Any

import flask
import orjson
from apispec import APISpec, BasePlugin
from apispec.ext.marshmallow import MarshmallowPlugin

from schemas.ai import ROLES
from schemas.common import ErrorSchema
from schemas.examples import EXAMPLES
from storage.ids import ID_PATTERN
from web.api import FORM, Blueprint, Json, Route, error_references, response_object
from web.cookies import MEDIA
from web.openapi_fields import add_rules, enumeration_schemas

VERSION = "0.3.0"

ABOUT = """
A self-hosted backend for AI video work: projects, works and their media.

**Credentials.** `POST /api/auth/login` returns a JWT; `POST /api/tokens` creates an API token
(`vg_…`) for scripts. Send either as `Authorization: Bearer …`. The security requirement of an
operation lists the scopes that it needs; a JWT has all of them. Where a browser loads media itself
(`<img>`, `<video>`), `?token=` works too, preferably with a token from `POST /api/media-tokens`.

**Bodies** are JSON. Fields that are not documented are ignored. A missing body means `{}`.
Timestamps are Unix milliseconds.

**Errors** all have the same body: `{"error": "…", "details": …}`. Resources of other users are not
found (404). Every response has an `X-Request-Id`, which is also in the log.

**Concurrent changes.** A `PUT` or `PATCH` changes the fields given and keeps the others. Operations
that document `If-Match` fail with 412 if the resource no longer has the given `ETag`.
""".strip()

_ERRORS = {
    400: "Invalid request; `details` says why",
    401: "Missing or invalid credentials",
    403: "Not allowed, usually because a scope is missing",
    404: "Not found, or owned by another user",
    408: "Timed out while reading the body",
    409: "Already exists, or its state does not allow this",
    410: "It has expired, or was used: ask for a new link",
    412: "Changed since it was read; `details` is the resource as it is now, unless it is a file",
    413: "Too large",
    415: "Unsupported media type, or a compressed body",
    416: "Range not satisfiable",
    429: "Too many attempts, paid calls in a day, or requests to the provider",
    500: "Unexpected error; the log has details under the request id",
    502: "A provider, or a page to fetch, failed; `details` says how",
    503: "The data directory is not writable, or too many requests wait for jobs or thumbnails",
    504: "A provider did not respond in time",
    507: "The disk is full, or the user's storage quota is used up",
}
_ID = {"schema": {"type": "string", "pattern": f"^{ID_PATTERN}$"}}
_STRING = {"type": "string"}
_PRINTABLE: Json = {"type": "string", "pattern": "^[!-~]*$"}
_HEADERS: dict[str, Json] = {
    "X-Request-Id": {"description": "Identifies this request in the log", "schema": _STRING},
    "ETag": {"description": "The version, for If-Match and If-None-Match", "schema": _STRING},
    "WWW-Authenticate": {"description": "`Bearer`", "schema": _STRING},
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}},
    "Content-Range": {"description": "The range of bytes and the total size", "schema": _STRING},
    "Accept-Ranges": {"description": "`bytes`", "schema": _STRING},
    "Last-Modified": {"description": "When the file was uploaded", "schema": _STRING},
    "Location": {"description": "The URL of the job", "schema": _STRING},
    "Link": {"description": 'The next page, if any: `<…>; rel="next"`', "schema": _STRING},
}
_CREDENTIALS = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT or vg_…",
        "description": "An access token from a login, or an API token",
    },
    "queryToken": {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "The same, preferably a media token, for `<img>` and `<video>`",
    },
    "mediaCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": MEDIA,
        "description": "For pages of this service, from a login with `cookie`",
    },
}
_ERROR_HEADERS = {401: ["WWW-Authenticate"], 416: ["Content-Range"], 429: ["Retry-After"]}
_PARAMETERS = {
    "If-Match": "Fail with 412 unless this is the current ETag",
    "If-None-Match": "Respond with 304 if this is the current ETag",
    "If-Modified-Since": "Respond with 304 unless changed since this date",
    "Range": "A range of the file, such as `bytes=0-1023`",
    "If-Range": "Ignore Range unless this is the current ETag",
    **{f"x-{role}-provider": f"The provider for {role}; see `/api/providers`" for role in ROLES},
    **{f"x-{role}-model-id": f"The model for {role}" for role in ROLES},
    **{f"x-{role}-api-key": f"The provider's API key for {role}" for role in ROLES},
    "x-model-id": "The provider's id of the model",
    "x-api-key": "The provider's API key; by default the one you keep, else the server's own",
    "Idempotency-Key": "The same request repeated with the same key starts nothing new",
}
_SCHEMAS: dict[str, Json] = {
    "Idempotency-Key": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "pattern": "^[!-~]([ -~]*[!-~])?$",
    }
}
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
def openapi_json(*blueprints: flask.Blueprint) -> bytes:
    """Return the OpenAPI document of the blueprints as JSON, without undocumented blueprints.

    It is built on first use; threads that ask for it at the same time may each build it.
    """
    plugin: Any = MarshmallowPlugin()
    spec = APISpec(
        "Vidworks",
        VERSION,
        "3.1.0",
        [plugin, SchemaDescriptions()],
        info={"description": ABOUT, "license": {"name": "MIT", "identifier": "MIT"}},
        servers=[{"url": "/"}],  # the server that the document was read from
    )
    add_rules(plugin.converter)
    _add_components(spec)
    for blueprint in blueprints:
        if isinstance(blueprint, Blueprint):
            if blueprint.description:
                spec.tag({"name": blueprint.name, "description": blueprint.description})
            for route in blueprint.routes:
                _add_route(spec, blueprint.tag, route)
    return orjson.dumps(spec.to_dict())


def _add_components(spec: APISpec) -> None:
    for name, schema in enumeration_schemas().items():
        spec.components.schema(name, schema)
    for name, header in _HEADERS.items():
        spec.components.header(name, {"required": name != "Link", **header})
    for name, description in _PARAMETERS.items():
        schema = _PRINTABLE if name.endswith("api-key") else _SCHEMAS.get(name, _STRING)
        spec.components.parameter(name, "header", {"description": description, "schema": schema})
    for status, description in _ERRORS.items():
        example = {"error": HTTPStatus(status).phrase}
        content = {"application/json": {"schema": ErrorSchema, "example": example}}
        response = response_object(description, content, _ERROR_HEADERS.get(status, ()))
        spec.components.response(f"Error{status}", response)
    for name, scheme in _CREDENTIALS.items():
        spec.components.security_scheme(name, scheme)


def _add_route(spec: APISpec, tag: str, route: Route) -> None:
    path = _RULE_PARAMETER.sub(lambda match: f"{{{_camel_case(match[1])}}}", route.rule)
    parameters = [
        {"in": "path", "name": _camel_case(name), **route.parameters.get(name, _ID)}
        for name in _RULE_PARAMETER.findall(route.rule)
    ]
    operations = {
        method.lower(): {"tags": [tag], **_operation(route, method)} for method in route.methods
    }
    spec.path(path, operations=operations, parameters=parameters)


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
    if "If-None-Match" in parameters:
        responses[304] = response_object("Not modified", headers=("ETag",))
    body = operation.get("requestBody")
    return {
        **operation,
        **({"requestBody": _body(body, method)} if body else {}),
        "operationId": _camel_case(f"{verb}_{noun}"),
        "summary": summary.rstrip("."),
        **({"description": description} if description else {}),
        "responses": responses,
        **({"parameters": parameters} if parameters else {}),
    }


def _body(body: Json, method: str) -> Json:
    """Return one way to send a file for each operation: a form or, for PUT, the raw body.

    Both are accepted everywhere, but generators of clients go wrong where there are several.
    """
    content = body["content"]
    if FORM in content:
        content = {name: content[name] for name in content if (name == FORM) != (method == "PUT")}
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
