"""The OpenAPI-generating Api and Blueprint, and how bodies come in and go out, in one place.

A view is annotated, does one call, and returns. The annotations cost nothing per request:

    @blp.route("/<id:project_id>", methods=["GET"])
    @requires("projects:read")
    @blp.answers(200, ProjectSchema, errors=(404,))
    def get_project(project_id: str) -> Response: ...
"""

import functools
import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

import flask_smorest
import orjson
from flask import Flask, request
from marshmallow import Schema
from werkzeug.routing import BaseConverter

from schemas.common import ErrorSchema
from storage.ids import ID_PATTERN
from web.openapi import RoutesPlugin, exclusive_minimum, file_answers, file_body
from web.payloads import json_body, load

View = TypeVar("View", bound=Callable[..., Any])

VERSION = "0.2.0"

_BODY_ERRORS = (400, 408, 413)


class IdConverter(BaseConverter):
    """An id in a URL; what cannot be one is an unknown address."""

    regex = ID_PATTERN


class Api(flask_smorest.Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's Api, for this project's ids and errors."""

    ERROR_SCHEMA = ErrorSchema
    DEFAULT_ERROR_RESPONSE_NAME = None  # each route names its errors

    def init_app(self, app: Flask, **_kwargs: Any) -> None:
        """Attach to the application."""
        self._to_describe: list[Blueprint] = []
        self._described: bytes | None = None
        self._describing = threading.Lock()
        app.url_map.converters["id"] = IdConverter
        super().init_app(app, spec_kwargs={"extra_plugins": [RoutesPlugin()]})
        self.register_converter(IdConverter, _describe_id)
        self.ma_plugin.converter.add_attribute_function(exclusive_minimum)

    def register_blueprint(self, blp: "Blueprint", **options: Any) -> None:
        """Register a blueprint; it is described when somebody asks for that."""
        self._app.register_blueprint(blp, **options)
        self._to_describe.append(blp)

    def description(self) -> bytes:
        """The description of all that is registered, as JSON; made when it is first asked for."""
        with self._describing:
            while self._to_describe:
                blp = self._to_describe.pop(0)
                blp.register_views_in_doc(
                    self, self._app, self.spec, name=blp.name, parameters=None
                )
                self.spec.tag({"name": blp.name, "description": blp.description})
            if self._described is None:
                self._described = orjson.dumps(self.spec.to_dict())
            return self._described

    def _register_error_handlers(self) -> None:
        """Leave error bodies to errors.py."""

    def _register_pagination_header(self) -> None:
        """Leave out flask-smorest's way of paging, which isn't ours."""


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's Blueprint, whose annotations add no layers around the views."""

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Route a view, as Flask does."""
        return cast("Callable[[View], View]", super().route(rule, **options))

    def answers(
        self,
        status: int,
        schema: Any = None,
        *,
        errors: tuple[int, ...] = (),
        headers: tuple[str, ...] = (),
    ) -> Callable[[View], View]:
        """Describe the answer, its headers, and the errors beside those that all such routes have.

        What follows from these is described as well: see openapi.py.
        """

        def annotate(view: View) -> View:
            about = self.response(status, schema, headers={name: name for name in headers})
            _copy_description(about(view), view)
            return describe(view, responses=_errors(*errors))

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
            nothing_asked = load(schema, {})

            @functools.wraps(view)
            def wrapper(**kwargs: Any) -> Any:
                given = request.args.to_dict() if request.query_string else None
                return view(query=load(schema, given) if given else dict(nothing_asked), **kwargs)

            described = self.arguments(schema, location="query", error_status_code=400)(view)
            vars(described)["_apidoc"]["arguments"].pop("responses")
            _copy_description(described, wrapper)
            return describe(cast(View, wrapper), responses=_errors(400))

        return annotate

    def _takes(
        self, schema: Schema, required: bool, check: Callable[[dict[str, Any]], Any]
    ) -> Callable[[View], View]:
        def annotate(view: View) -> View:
            @functools.wraps(view)
            def wrapper(**kwargs: Any) -> Any:
                return view(body=check(json_body()), **kwargs)

            body = {"required": required, "content": {"application/json": {"schema": schema}}}
            errors = _errors(*_BODY_ERRORS)
            return describe(cast(View, wrapper), requestBody=body, responses=errors)

        return annotate


def describe(view: View, **operation: Any) -> View:
    """Add to the description of a view, in OpenAPI's words; before it is routed."""
    _copy_description(flask_smorest.Blueprint.doc(**operation)(view), view)
    return view


def takes_file(
    part: str, types: tuple[str, ...], form: Schema | None = None
) -> Callable[[View], View]:
    """Describe a file of one of these types as the body: a multipart part, or raw.

    `form` says which text fields may stand beside the part.
    """
    body, errors = file_body(part, types, form), _errors(*_BODY_ERRORS, 415)
    return lambda view: describe(view, requestBody=body, responses=errors)


def answers_file(types: tuple[str, ...]) -> Callable[[View], View]:
    """Describe a file of one of these types as the answer, whole or a range of it."""
    return lambda view: describe(view, responses={**file_answers(types), **_errors(412, 416)})


def _errors(*statuses: int) -> dict[int, str]:
    return {status: f"Error{status}" for status in statuses}


def _copy_description(described: Any, view: Any) -> None:
    vars(view)["_apidoc"] = vars(described)["_apidoc"]


def _describe_id(_converter: BaseConverter) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{ID_PATTERN}$"}
