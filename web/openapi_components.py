"""What operations of the OpenAPI document share: headers, parameters, errors, enumerations."""

from http import HTTPStatus

from apispec import APISpec

from schemas.ai import ROLES
from schemas.common import ErrorSchema
from schemas.error_codes import code_of_status
from web.cookies import MEDIA
from web.openapi_fields import Json, enumeration_schemas
from web.openapi_jobs import add_message_components
from web.openapi_operations import response_object

_ERRORS = {
    400: "Invalid request; `details` says why",
    401: "Missing or invalid credentials",
    403: "Not allowed, usually because a scope is missing",
    404: "Not found, or owned by another user",
    408: "Timed out while reading the body",
    409: "Already exists, or its state does not allow this",
    410: "The link has expired or was used, or what a repeated request created was deleted",
    412: "Changed since it was read; `details` is the resource as it is now, unless it is a file",
    413: "Too large",
    414: "The address is too long; at most 8,190 bytes are accepted, with method and query",
    415: "Unsupported media type, or a compressed body",
    416: "Range not satisfiable",
    429: "Too many attempts, paid calls in a day, or requests to the provider",
    500: "Unexpected error; the log has details under the request id",
    502: "A provider, or a page to fetch, failed; `details` says how",
    503: "The data directory is not writable, or too many requests wait for jobs or thumbnails",
    504: "A provider did not respond in time",
    507: "The disk is full, or the user's storage quota is used up",
}
_STRING = {"type": "string"}
_PRINTABLE: Json = {"type": "string", "pattern": "^[!-~]*$"}
_HEADERS: dict[str, Json] = {
    "X-Request-Id": {"description": "Identifies this request in the log", "schema": _STRING},
    "ETag": {"description": "The version, for If-Match and If-None-Match", "schema": _STRING},
    "WWW-Authenticate": {"description": "`Bearer`", "schema": _STRING},
    "Retry-After": {
        "description": "Seconds to wait",
        "schema": {"type": "integer", "format": "int64", "minimum": 1},
    },
    "Content-Range": {"description": "The range of bytes and the total size", "schema": _STRING},
    "Accept-Ranges": {"description": "`bytes`", "schema": _STRING},
    "Last-Modified": {"description": "When the file was uploaded", "schema": _STRING},
    "Location": {"description": "The URL of what was made, or of the job", "schema": _STRING},
    "X-Deleted": {
        "description": "The ID of its entry in the trash, or `permanently` if it is in none",
        "schema": _STRING,
    },
    "Idempotency-Replayed": {
        "description": "`true` if an earlier request had the same key, and this is its answer",
        "schema": {"type": "string", "const": "true"},
    },
    "Link": {"description": 'The next page, if any: `<…>; rel="next"`', "schema": _STRING},
}
_SOMETIMES = ("Link", "Idempotency-Replayed")
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
    "X-Guest-Token": "Who the guest is, as `POST …/guest` has returned",
    "Idempotency-Key": "The same request repeated with the same key creates nothing new",
}
_SCHEMAS: dict[str, Json] = {
    "Idempotency-Key": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "pattern": "^[!-~]([ -~]*[!-~])?$",
    }
}


def add_components(spec: APISpec) -> None:
    """Add the components that are not those of a schema."""
    for name, schema in enumeration_schemas().items():
        spec.components.schema(name, schema)
    for name, header in _HEADERS.items():
        spec.components.header(name, {"required": name not in _SOMETIMES, **header})
    for name, description in _PARAMETERS.items():
        schema = _PRINTABLE if name.endswith("api-key") else _SCHEMAS.get(name, _STRING)
        spec.components.parameter(name, "header", {"description": description, "schema": schema})
    for status, description in _ERRORS.items():
        example = {"error": HTTPStatus(status).phrase, "code": code_of_status(status)}
        content = {"application/json": {"schema": ErrorSchema, "example": example}}
        response = response_object(description, content, _ERROR_HEADERS.get(status, ()))
        spec.components.response(f"Error{status}", response)
    add_message_components(spec)
    for name, scheme in _CREDENTIALS.items():
        spec.components.security_scheme(name, scheme)
