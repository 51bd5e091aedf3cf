"""The Blueprint and decorators that all documented endpoints use.

A view is decorated, makes one call, and returns:

    @blp.route("/<id:project_id>", methods=["GET"])
    @requires("projects:read")
    @blp.response(200, ProjectSchema, errors=(404,))
    def get_project(project_id: str) -> Response: ...

A view below `…/<id:project_id>/works/<id:work_id>` gets both ids as one `ref: WorkRef`.

The decorators collect a view's documentation in an OpenAPI operation object, its attribute
`operation`; web/openapi.py builds the document from these on demand. Only `json_body`
and `query` wrap the view: documentation costs requests nothing.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple, cast

import flask
from flask import request
from marshmallow import Schema

from schemas.lists import SelectionSchema
from schemas.loading import load
from storage.paths import WorkRef
from web import payloads
from web.openapi_fields import Json
from web.openapi_operations import (
    BYTES,
    FORM,
    JSON,
    View,
    describe,
    error_references,
    form_properties,
    listed,
    media_ranges,
    response_object,
)
from web.selected_fields import selectable
from web.unknown_fields import load_body, tell_unknown

_BODY_ERRORS = (400, 408, 413, 415)
_FETCH_ERRORS = (502, 503, 504)
_SELECTION: Json = {"in": "query", "schema": SelectionSchema}
_JSON_FILE = {"schema": {"type": "object"}}
_ANY_FILE = {"schema": {"type": "string", "format": "binary"}}
_FILE = {"schema": {**_ANY_FILE["schema"], "minLength": 1}}


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
            described = with_selection(view) if "GET" in methods else view
            path = f"{self.url_prefix}{rule}"
            self.routes.append(Route(path, methods, described, parameters or {}))
            return register(with_work_ref(described) if "<id:work_id>" in path else described)

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
        content = {JSON: {"schema": schema}} if schema else None
        responses = {
            status: response_object(HTTPStatus(status).phrase, content, headers),
            **error_references(*errors),
        }
        return lambda view: describe(view, responses=responses)

    @staticmethod
    def json_body(
        schema: Schema,
        *,
        required: bool = True,
        validate: bool = True,
        stores: bool = True,
        is_strict: bool = False,
    ) -> Callable[[View], View]:
        """Validate the JSON body with a schema and pass it to the view as `body`.

        `required` is for the documentation only: a missing body means `{}`. With `validate=False`
        the body is documented and passed on unvalidated, for a service that validates it. Without
        `stores`, as for a login, the request is served also if nothing more may be stored. If it
        `is_strict`, unknown fields are refused.
        """
        content = {JSON: {"schema": schema}}
        request_body = {"required": required, "content": content}
        responses = error_references(*_BODY_ERRORS)

        def decorator(view: View) -> View:
            @functools.wraps(view)
            def wrapper(**kwargs: Any) -> Any:
                body = payloads.json_body(stores=stores)
                if validate:
                    body = load_body(schema, body, is_strict=is_strict)
                else:
                    tell_unknown(body, schema)
                return view(body=body, **kwargs)

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
        part: str,
        types: Sequence[str],
        form: Schema | None = None,
        address: Schema | None = None,
    ) -> Callable[[View], View]:
        """Document a file of one of these media types as the body: a multipart part, or raw.

        `form` has the text fields that may accompany the part, `address` those of a JSON body that
        names the file's address instead.
        """
        properties = {part: _FILE["schema"], **(form_properties(form) if form else {})}
        multipart = {
            "schema": {"type": "object", "required": [part], "properties": properties},
            "encoding": {part: {"contentType": ", ".join(types)}},
        }
        body: Json = {
            "required": True,
            "description": f"A file: {listed(types)}. It is the part `{part}` of a form, or the "
            "raw body; `application/octet-stream` is recognised by its content.",
            "content": {FORM: multipart, BYTES: _FILE},
        }
        responses = error_references(*_BODY_ERRORS)
        if address is not None:
            body["description"] += " A JSON body names the address of a file that is fetched."
            body["content"]["application/json"] = {"schema": address}
            responses |= error_references(*_FETCH_ERRORS)
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
            each: _JSON_FILE if each.endswith("+json") else file for each in media_ranges(types)
        }
        whole = f"The file: {listed(types)}"
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


def with_work_ref(view: View) -> View:
    """Return a view that gets the project and the work in its address as one, its `ref`."""

    @functools.wraps(view)
    def wrapper(project_id: str, work_id: str, **kwargs: Any) -> Any:
        return view(ref=WorkRef(project_id, work_id), **kwargs)

    return cast(View, wrapper)


def with_selection(view: View) -> View:
    """Return a view that responds with the fields asked for, if it is one of a JSON object."""
    operation = vars(view)["operation"]
    content = operation["responses"].get(200, {}).get("content", {})
    schema = content.get(JSON, {}).get("schema")
    if schema is None or _SELECTION in operation.get("parameters", []):  # as that of a list
        return view
    selecting = selectable(view, schema() if isinstance(schema, type) else schema)
    responses = error_references(400)
    return describe(cast(View, selecting), parameters=[_SELECTION], responses=responses)
