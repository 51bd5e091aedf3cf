"""Endpoints about the service itself: health, readiness, and the API description."""

from datetime import UTC, datetime

from flask import Response, current_app, request

from schemas.common import DescriptionSchema, HealthSchema
from settings.version import VERSION
from web.blueprints import Blueprint
from web.context import storage_limits, store
from web.guard import public
from web.openapi import openapi_json
from web.payloads import json_response

blp = Blueprint("system", __name__, url_prefix="/api", description="Health and this description")


@blp.route("/health", methods=["GET"])
@public
@blp.response(200, HealthSchema)
def get_health() -> Response:
    """Report that the service is running."""
    return _ok()


@blp.route("/health/ready", methods=["GET"])
@public
@blp.response(200, HealthSchema, errors=(503, 507))
def get_readiness() -> Response:
    """Report that the data directory can be used, and its disk is not full."""
    store().check_writable()
    store().access.check()
    storage_limits().check_free()
    return _ok()


@blp.route("/openapi.json", methods=["GET"])
@public
@blp.response(200, DescriptionSchema)
def get_openapi() -> Response:
    """Return this description (OpenAPI 3.1)."""
    return json_response(openapi_json(*current_app.iter_blueprints(), root=request.script_root))


def _ok() -> Response:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json_response({"status": "ok", "timestamp": now, "version": VERSION})
