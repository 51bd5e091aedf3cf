"""The Blueprint and decorators that all documented endpoints use.

A view is decorated, makes one call, and returns:

    @blp.route("/<id:project_id>", methods=["GET"])
    @requires("projects:read")
    @blp.response(200, ProjectSchema, errors=(404,))
    def get_project(project_id: str) -> Response: ...

The decorators collect a view's documentation in an OpenAPI operation object, its attribute
`operation`; web/openapi.py builds the document from these on demand. Only `json_body`
and `query` wrap the view: documentation costs requests nothing.
"""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar, cast

import flask
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import request
from marshmallow import Schema
from werkzeug.routing import BaseConverter

from schemas.loading import load
from storage.ids import ID_PATTERN
from web import payloads

Json = dict[str, Any]
View = TypeVar("View", bound=Callable[..., Any])

_BODY_ERRORS = (400, 408, 413, 415)
FORM = "multipart/form-data"
_BYTES = "application/octet-stream"
_JSON_FILE = {"schema": {"type": "object"}}
_ANY_FILE = {"schema": {"type": "string", "format": "binary"}}
_FILE = {"schema": {**_ANY_FILE["schema"], "minLength": 1}}


class IdConverter(BaseConverter):
    """An id in a URL; a URL with an invalid one is not found."""

    regex = ID_PATTERN


class Route(NamedTuple):
    """A documented route; `parameters` are OpenAPI parameter objects by their names in the rule."""

    rule: str
    methods: Sequence[str]
    view: Callable[..., Any]
    parameters: Mapping[str, Json]


class Blueprint(flask.Blueprint):
    """Flask's Blueprint, which also records its routes for the OpenAPI document.

    There they are a group, which `description` describes, or belong to that of the blueprint `tag`.
    """

    def __init__(
        self, name: str, import_name: str, *, url_prefix: str, description: str = "", tag: str = ""
    ) -> None:
        super().__init__(name, import_name, url_prefix=url_prefix)
        self.tag = tag or name
        self.description = description
        self.routes: list[Route] = []

    def route(
        self,
        rule: str,
        *,
        methods: Sequence[str] = ("GET",),
        parameters: Mapping[str, Json] | None = None,
        **options: Any,
    ) -> Callable[[View], View]:
        """Route a view as Flask does; `parameters` documents those of the path that aren't ids."""
        register = super().route(rule, methods=methods, **options)

        def decorator(view: View) -> View:
            self.routes.append(Route(f"{self.url_prefix}{rule}", methods, view, parameters or {}))
            return register(view)

        return decorator

    @staticmethod
    def response(
        status: int,
        schema: Schema | type[Schema] | None = None,
        *,
        errors: Sequence[int] = (),
        headers: Sequence[str] = (),
    ) -> Callable[[View], View]:
        """Document the response, its headers, and the errors specific to the route.

        web/openapi.py adds what is common to all routes.
        """
        content = {"application/json": {"schema": schema}} if schema else None
        responses = {
            status: response_object(HTTPStatus(status).phrase, content, headers),
            **error_references(*errors),
        }
        return lambda view: describe(view, responses=responses)

    @staticmethod
    def json_body(
        schema: Schema, *, required: bool = True, validate: bool = True, stores: bool = True
    ) -> Callable[[View], View]:
        """Validate the JSON body with a schema and pass it to the view as `body`.

        `required` is for the documentation only: a missing body means `{}`. With `validate=False`
        the body is documented and passed on unvalidated, for a service that validates it. Without
        `stores`, as for a login, the request is served also if nothing more may be stored.
        """
        content = {"application/json": {"schema": schema}}
        request_body = {"required": required, "content": content}
        responses = error_references(*_BODY_ERRORS)

        def decorator(view: View) -> View:
            @functools.wraps(view)
            def wrapper(**kwargs: Any) -> Any:
                body = payloads.json_body(stores=stores)
                return view(body=load(schema, body) if validate else body, **kwargs)

            return describe(cast(View, wrapper), requestBody=request_body, responses=responses)

        return decorator

    @staticmethod
    def query(schema: Schema) -> Callable[[View], View]:
        """Validate the query string with a schema and pass it to the view as `query`."""
        defaults = load(schema, {})
        parameters = [{"in": "query", "schema": schema}]
        responses = error_references(400)

        def decorator(view: View) -> View:
            @functools.wraps(view)
            def wrapper(**kwargs: Any) -> Any:
                args = request.args.to_dict() if request.query_string else None
                values = load(schema, args) if args else dict(defaults)
                return view(query=values, **kwargs)

            return describe(cast(View, wrapper), parameters=parameters, responses=responses)

        return decorator

    @staticmethod
    def file_body(
        part: str, types: Sequence[str], form: Schema | None = None
    ) -> Callable[[View], View]:
        """Document a file of one of these media types as the body: a multipart part, or raw.

        `form` has the text fields that may accompany the part.
        """
        properties = {part: _FILE["schema"], **(_properties(form) if form else {})}
        multipart = {
            "schema": {"type": "object", "required": [part], "properties": properties},
            "encoding": {part: {"contentType": ", ".join(types)}},
        }
        body = {
            "required": True,
            "description": f"A file: {_listed(types)}. It is the part `{part}` of a form, or the "
            "raw body; `application/octet-stream` is recognised by its content.",
            "content": {FORM: multipart, _BYTES: _FILE},
        }
        responses = error_references(*_BODY_ERRORS)
        return lambda view: describe(view, requestBody=body, responses=responses)

    @staticmethod
    def file_response(
        types: Sequence[str],
        *,
        errors: Sequence[int] = (),
        ranges: bool = True,
        may_be_empty: bool = False,
    ) -> Callable[[View], View]:
        """Document a file of one of these media types as the response, whole or a range of it.

        Without `ranges`, as for what is made for each request, it is always whole.
        """
        file = _ANY_FILE if may_be_empty else _FILE
        content = {
            each: _JSON_FILE if each.endswith("+json") else file for each in _media_ranges(types)
        }
        whole = f"The file: {_listed(types)}"
        if not ranges:
            responses = {200: response_object(whole, content), **error_references(*errors)}
            return lambda view: describe(view, responses=responses)
        headers = ("ETag", "Last-Modified", "Accept-Ranges")
        range_headers = (*headers, "Content-Range")
        responses = {
            200: response_object(whole, content, headers),
            206: response_object("The requested range of the file", content, range_headers),
            **error_references(412, 416, *errors),
        }
        return lambda view: describe(view, responses=responses)


def describe(view: View, **operation: Any) -> View:
    """Add to a view's OpenAPI operation object, before it is routed.

    Responses and parameters are added to those that are there.
    """
    old = vars(view).get("operation", {})
    responses = {**old.get("responses", {}), **operation.get("responses", {})}
    parameters = [*old.get("parameters", []), *operation.get("parameters", [])]
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


def _media_ranges(types: Sequence[str]) -> list[str]:
    """Return media types as `video/mp4` or, for several, `video/*`, and as bytes.

    The last is for the generators of clients, most of which know no media type but bytes and JSON.
    """
    ranges = [re.sub("(audio|font|image|video)/.*", r"\1/*", each) for each in types]
    return list(dict.fromkeys([*(types if len(types) == 1 else ranges), _BYTES]))


def _listed(types: Sequence[str]) -> str:
    return ", ".join(f"`{each}`" for each in types)


def _properties(schema: Schema) -> Json:
    """Return the JSON Schema of each field of a flat schema."""
    plugin: Any = MarshmallowPlugin()
    APISpec("", "", "3.1.0", [plugin])  # initializes the plugin's converter
    return dict(plugin.converter.schema2jsonschema(schema)["properties"])
