"""The OpenAPI-generating Api and Blueprint, and how bodies come in and go out, in one place.

A view is annotated, does one call, and returns. The annotations cost nothing per request:

    @blp.route("/<id:project_id>", methods=["GET"])
    @requires("projects:read")
    @blp.answers(200, ProjectSchema, errors=(404,))
    def get_project(project_id: str) -> Response: ...
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import flask_smorest
import orjson
from flask import Flask, Response, current_app, g, request
from flask.json.provider import JSONProvider
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import BaseConverter

from config import Settings
from errors import BadRequestError, InvalidError, TooLargeError
from schemas.common import ErrorSchema
from storage.snapshots import Snapshot
from storage.store import Store

View = TypeVar("View", bound=Callable[..., Any])

VERSION = "0.1.0"

_ID_PATTERN = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_ERRORS = {
    400: "Something in the request is wrong; `details` says what",
    401: "No credentials, or none that are good",
    403: "Not allowed: a scope is missing",
    404: "Unknown, or not yours",
    408: "The client stopped sending",
    409: "Exists already",
    412: "Changed since it was read; `details` holds it as it is now",
    413: "Too large",
    415: "A media type that is not taken here",
    416: "No such range",
    429: "Too many attempts; `Retry-After` says when to come back",
    500: "Unexpected failure; the log says more under the request id",
    503: "The data directory cannot be written",
    507: "The disk is full",
}
BODY_ERRORS = (400, 408, 413, 503, 507)


class OrjsonProvider(JSONProvider):
    """Flask's JSON, by orjson."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        """Serialize to a string; Flask's options are for its own JSON."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """Parse a string or bytes. Raises ValueError."""
        return orjson.loads(s)


class IdConverter(BaseConverter):
    """An id in a URL; what cannot be one is an unknown address."""

    regex = _ID_PATTERN


class Api(flask_smorest.Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's Api, with this project's error body, ids and bearer tokens described."""

    ERROR_SCHEMA = ErrorSchema
    DEFAULT_ERROR_RESPONSE_NAME = None  # each route names its errors

    def init_app(self, app: Flask, **kwargs: Any) -> None:
        """Attach to the application and describe what all routes share."""
        app.url_map.converters["id"] = IdConverter
        super().init_app(app, **kwargs)
        self.register_converter(IdConverter, _describe_id)
        for code, description in _ERRORS.items():
            content = {"application/json": {"schema": ErrorSchema}}
            self.spec.components.response(
                f"Error{code}", {"description": description, "content": content}
            )
        bearer = {"type": "http", "scheme": "bearer", "description": "A JWT or an API token (vg_…)"}
        query = {"type": "apiKey", "in": "query", "name": "token", "description": "For <video src>"}
        self.spec.components.security_scheme("bearer", bearer)
        self.spec.components.security_scheme("queryToken", query)

    def _register_error_handlers(self) -> None:
        """Leave error bodies to errors.py."""


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's Blueprint, whose annotations add no layers around the views."""

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Route a view, as Flask does."""
        return cast("Callable[[View], View]", super().route(rule, **options))

    def answers(
        self, status: int, schema: Any = None, *, errors: tuple[int, ...] = (), **about: Any
    ) -> Callable[[View], View]:
        """Describe the answer and the errors, beside those that `requires` and bodies bring."""

        def annotate(view: View) -> View:
            _copy_description(self.response(status, schema, **about)(view), view)
            return describe(view, responses={code: f"Error{code}" for code in (*errors, 500)})

        return annotate

    def takes(self, schema: Schema, required: bool = True) -> Callable[[View], View]:
        """Validate the JSON body with a schema and pass it to the view as `body`."""
        return self._takes(schema, required, lambda body: load(schema, body))

    def takes_unchecked(self, schema: Schema) -> Callable[[View], View]:
        """Describe the JSON body with a schema, and pass it on as it is: the service checks it."""
        return self._takes(schema, False, lambda body: body)

    def takes_query(self, schema: Schema) -> Callable[[View], View]:
        """Validate the query string with a schema and pass it to the view as `query`."""

        def annotate(view: View) -> View:
            @functools.wraps(view)
            def wrapper(**kwargs: Any) -> Any:
                return view(query=load(schema, request.args.to_dict()), **kwargs)

            described = self.arguments(schema, location="query", error_status_code=400)(view)
            vars(described)["_apidoc"]["arguments"].pop("responses")
            _copy_description(described, wrapper)
            return describe(cast(View, wrapper), responses={400: "Error400"})

        return annotate

    def _takes(
        self, schema: Schema, required: bool, check: Callable[[dict[str, Any]], Any]
    ) -> Callable[[View], View]:
        def annotate(view: View) -> View:
            @functools.wraps(view)
            def wrapper(**kwargs: Any) -> Any:
                return view(body=check(json_body()), **kwargs)

            body = {"required": required, "content": {"application/json": {"schema": schema}}}
            errors = {code: f"Error{code}" for code in BODY_ERRORS}
            return describe(cast(View, wrapper), requestBody=body, responses=errors)

        return annotate


def describe(view: View, **operation: Any) -> View:
    """Add to the description of a view, in OpenAPI's words."""
    _copy_description(flask_smorest.Blueprint.doc(**operation)(view), view)
    return view


def _copy_description(described: Any, view: Any) -> None:
    vars(view)["_apidoc"] = vars(described)["_apidoc"]


def _describe_id(_converter: BaseConverter) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{_ID_PATTERN}$"}


def load(schema: Schema, values: Any) -> Any:
    """The values, validated. Raises InvalidError, which names each wrong field by its path."""
    try:
        return schema.load(values)
    except ValidationError as exc:
        raise InvalidError(exc.messages_dict) from exc


def json_body() -> dict[str, Any]:
    """The request's JSON object; none at all means `{}`, whatever the content type.

    Raises BadRequestError for what is not a JSON object, TooLargeError over MAX_JSON_MB.
    """
    limit = settings().max_json_mb
    request.max_content_length = limit << 20
    try:
        data = request.get_data(cache=False)
    except RequestEntityTooLarge as exc:
        raise TooLargeError("JSON body too large", f"At most {limit} MB are taken here.") from exc
    announced = request.content_length
    if announced is not None and len(data) < announced:
        raise BadRequestError("Incomplete body", f"{len(data)} of {announced} bytes arrived.")
    if not data.strip():
        return {}
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as exc:
        raise BadRequestError("Body is not JSON", str(exc)) from exc
    if not isinstance(body, dict):
        raise BadRequestError("Body is not a JSON object", "Expected something like {…}.")
    return body


def json_response(data: bytes | dict[str, Any] | list[Any], status: int = 200) -> Response:
    """A JSON answer, from values or from what is serialized already."""
    body = data if isinstance(data, bytes) else orjson.dumps(data)
    return Response(body, status, content_type="application/json")


def document_response(snapshot: Snapshot, status: int = 200) -> Response:
    """A stored document as it is, with its entity tag; 304 for a client that has it already."""
    response = json_response(snapshot.data, status)
    response.headers["ETag"] = f'"{snapshot.etag}"'
    if status == 200 and "HTTP_IF_NONE_MATCH" in request.environ:
        return cast(Response, response.make_conditional(request.environ))
    return response


def store() -> Store:
    """The open data directory of the current application."""
    return cast(Store, current_app.extensions["store"])


def settings() -> Settings:
    """The current application's settings."""
    return cast(Settings, current_app.extensions["settings"])


def user_id() -> str:
    """The id of the user that the request acts for."""
    return cast(str, g.access.user_id)
