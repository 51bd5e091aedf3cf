"""What the API's description (OpenAPI 3.1) says of all routes alike.

What one route takes and answers is said at that route. What follows from that is added here:
operation ids, the headers of answers, and which conditional and partial requests are understood.
"""

import inspect
import re
from http import HTTPStatus
from typing import Any

from apispec import APISpec, BasePlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema
from marshmallow.fields import Field
from marshmallow.validate import Range

from schemas.common import ErrorSchema
from schemas.examples import EXAMPLES

Json = dict[str, Any]

ABOUT = """
A self-hosted backend for AI video work: projects, works and their media.

**Credentials.** `POST /api/auth/login` gives a JWT; `POST /api/tokens` makes an API token (`vg_…`)
for scripts. Either goes into `Authorization: Bearer …`. The scopes that a request needs are named
at its security requirement; a JWT has all of them. Where a browser loads media by itself (`<img>`,
`<video>`), `?token=` does too, best with a token from `POST /api/media-tokens`.

**Bodies** are JSON. Fields that are not described are ignored. A missing body means `{}`.
Timestamps are Unix milliseconds.

**Errors** of every kind have one body: `{"error": "…", "details": …}`. What belongs to another user
is answered as if it were not there. Every answer has an `X-Request-Id`, which the log knows too.

**Concurrent changes.** A `PUT` or `PATCH` changes the fields it gives and keeps the rest. With the
`ETag` that was read as `If-Match`, it is refused with 412 if someone else was faster.
""".strip()

_ERRORS = {
    400: "Something in the request is wrong; `details` says what",
    401: "No credentials, or none that are good",
    403: "Not allowed: a scope is missing",
    404: "Unknown, or not yours",
    408: "The body stopped arriving",
    409: "Exists already, or is not in a state for this",
    412: "Changed since it was read; `details` holds a JSON resource as it is now",
    413: "Too large",
    415: "A media type that is not taken here",
    416: "No such range",
    429: "Too many: of attempts, of paid calls a day, or for the provider",
    500: "Unexpected failure; the log says more under the request id",
    502: "A provider, or a page that was asked for, failed; `details` says how",
    503: "The data directory cannot be written, or too many requests wait for jobs",
    504: "A provider did not answer in time",
    507: "The disk is full",
}
_STRING = {"type": "string"}
_PRINTABLE: Json = {"type": "string", "pattern": "^[!-~]*$"}
_FILE = {"schema": {"type": "string", "format": "binary", "minLength": 1}}
_HEADERS: dict[str, Json] = {
    "X-Request-Id": {"description": "Names this request in the log", "schema": _STRING},
    "ETag": {"description": "This version, for If-Match and If-None-Match", "schema": _STRING},
    "WWW-Authenticate": {"description": "`Bearer`", "schema": _STRING},
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}},
    "Content-Range": {"description": "Which bytes, and of how many", "schema": _STRING},
    "Accept-Ranges": {"description": "`bytes`", "schema": _STRING},
    "Last-Modified": {"description": "When the file arrived", "schema": _STRING},
    "Location": {"description": "Where the job is", "schema": _STRING},
    "Link": {"description": 'The next page, if there is one: `<…>; rel="next"`', "schema": _STRING},
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
        "description": "The same, or better a media token, for <img> and <video>",
    },
}
_OF_ERRORS = {401: "WWW-Authenticate", 416: "Content-Range", 429: "Retry-After"}
_ROLES = ("vision", "llm", "image", "video")
_SEVERAL = _ROLES[1:]  # those that one request may have part in
_PARAMETERS = {
    "If-Match": "Only if this ETag is still the current one; otherwise 412",
    "If-None-Match": "Not if this ETag is still the current one; then 304",
    "If-Modified-Since": "Only if changed since this date; otherwise 304",
    "Range": "A part of the file, such as `bytes=0-1023`",
    "If-Range": "The whole file instead of the Range if this ETag is no longer the current one",
    **{f"x-{role}-provider": f"Who does the {role} part; see `/api/providers`" for role in _ROLES},
    **{f"x-{role}-model-id": f"The model of the {role} part" for role in _SEVERAL},
    **{f"x-{role}-api-key": f"The provider's key for the {role} part" for role in _SEVERAL},
    "x-model-id": "The model, by its id at the provider",
    "x-api-key": "The provider's key, unless the server has one",
    "Idempotency-Key": "Sent again with the same request, it starts nothing new",
}
_SCHEMAS: dict[str, Json] = {
    "Idempotency-Key": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "pattern": "^[!-~]([ -~]*[!-~])?$",
    }
}


class RoutesPlugin(BasePlugin):
    """Completes schemas, paths and operations of an API's description."""

    def init_spec(self, spec: APISpec) -> None:
        """Describe the components that routes refer to."""
        for name, header in _HEADERS.items():
            spec.components.header(name, {"required": name != "Link", **header})
        for name, description in _PARAMETERS.items():
            schema = _PRINTABLE if name.endswith("api-key") else _SCHEMAS.get(name, _STRING)
            about = {"name": name, "description": description, "schema": schema}
            spec.components.parameter(name, "header", about)
        for status, description in _ERRORS.items():
            example = {"error": HTTPStatus(status).phrase}
            content = {"application/json": {"schema": ErrorSchema, "example": example}}
            names = ["X-Request-Id", *filter(None, [_OF_ERRORS.get(status)])]
            about = {"description": description, "content": content, "headers": _headers(*names)}
            spec.components.response(f"Error{status}", about)
        for name, scheme in _CREDENTIALS.items():
            spec.components.security_scheme(name, scheme)

    def schema_helper(self, name: str, definition: Json, schema: Any = None, **kwargs: Any) -> Json:
        """The docstring of a schema is its description; some have a body to start from."""
        about = inspect.getdoc(schema if isinstance(schema, type) else type(schema))
        examples = {"examples": [EXAMPLES[name]]} if name in EXAMPLES else {}
        return {"description": about, **examples}

    def path_helper(
        self, path: Any = None, operations: Any = None, parameters: Any = None, **_: Any
    ) -> str:
        """Names in paths are camelCase, as everywhere in the API, and in the order of the path."""
        parameters.sort(key=lambda parameter: path.index(f"{{{parameter['name']}}}"))
        for parameter in parameters:
            parameter["name"] = _camel(parameter["name"].split("_"))
        return re.sub(r"{(\w+)}", lambda name: "{" + _camel(name[1].split("_")) + "}", path)

    def operation_helper(
        self, path: Any = None, operations: Any = None, rule: Any = None, **_: Any
    ) -> None:
        """Name the operations of a route, and add what its answers imply."""
        verb, *noun = rule.endpoint.rpartition(".")[2].split("_")
        main = next(method for method in ("get", "post", "put", "delete") if method in operations)
        for method, operation in operations.items():
            operation["operationId"] = _camel([verb if method == main else method, *noun])
            summary = "What GET would answer, without the body" if method == "head" else None
            operation["summary"] = summary or operation["summary"].rstrip(".")
            _complete(method, operation)


def exclusive_minimum(_converter: Any, field: Field[Any], **_: Any) -> Json:
    """What apispec leaves out of a field's range."""
    for validator in field.validators:
        if isinstance(validator, Range) and not validator.min_inclusive:
            return {"exclusiveMinimum": validator.min}
    return {}


def file_body(part: str, types: tuple[str, ...], fields: Schema | None = None) -> Json:
    """A file as a request's body: a part of a form, beside text fields if any, or all of it."""
    texts = _properties(fields) if fields else {}
    properties = {part: _FILE["schema"], **texts}
    form = {"type": "object", "required": [part], "properties": properties}
    encoding = {part: {"contentType": ", ".join(types)}}
    raw = dict.fromkeys((*types, "application/octet-stream"), _FILE)
    return {
        "required": True,
        "content": {"multipart/form-data": {"schema": form, "encoding": encoding}, **raw},
    }


def _properties(schema: Schema) -> Json:
    """The fields of a schema of plain values, described in place."""
    converter = OpenAPIConverter("3.1.0", lambda _schema: None, APISpec("", "", "3.1.0"))
    described = converter.fields2jsonschema(schema.fields)  # type: ignore[no-untyped-call]
    return dict(described["properties"])


def file_answers(types: tuple[str, ...]) -> dict[int, Json]:
    """A file as the answer: whole, or a range of it."""
    content = dict.fromkeys(types, _FILE)
    about = ("ETag", "Last-Modified", "Accept-Ranges")
    return {
        200: {"description": "The file", "content": content, "headers": _headers(*about)},
        206: {
            "description": "The part of the file that was asked for",
            "content": content,
            "headers": _headers(*about, "Content-Range"),
        },
    }


def _headers(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _complete(method: str, operation: Json) -> None:
    """Add the answers, headers and parameters that follow from a method and its answers."""
    answers: dict[Any, Any] = operation["responses"]
    answers[500] = "Error500"
    if method == "head":  # which knows no ranges
        answers.pop(206, None)
        answers.pop(416, None)
    elif method != "get":
        answers.update({503: "Error503", 507: "Error507"})
    understood = _understood(method, answers)
    if "If-None-Match" in understood:
        answers[304] = {"description": "Unchanged since it was read", "headers": _headers("ETag")}
    if understood:
        operation["parameters"] = [*operation.get("parameters", []), *understood]
    for answer in answers.values():
        if isinstance(answer, dict):
            answer["headers"] = {**answer.get("headers", {}), **_headers("X-Request-Id")}


def _understood(method: str, answers: dict[Any, Any]) -> list[str]:
    """The request headers that change what is answered."""
    names = ["If-Match"] if 412 in answers else []
    if method in {"get", "head"}:
        known = answers[200].get("headers", ())
        names += ["If-None-Match"] if "ETag" in known else []
        names += ["If-Modified-Since"] if "Last-Modified" in known else []
        names += ["Range", "If-Range"] if 206 in answers else []
    return names


def _camel(words: list[str]) -> str:
    return words[0] + "".join(word.capitalize() for word in words[1:])
