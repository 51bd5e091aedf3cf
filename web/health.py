"""Health, and the API's description."""

from datetime import UTC, datetime

from flask import Response, current_app

from schemas.common import DescriptionSchema, HealthSchema
from web.api import Blueprint
from web.context import store
from web.guard import public
from web.openapi import openapi_json
from web.payloads import json_response

blp = Blueprint("system", __name__, url_prefix="/api", description="Health and this description")


@blp.route("/health", methods=["GET"])
@public
@blp.response(200, HealthSchema)
def get_health() -> Response:
    """Say that the service runs."""
    return _ok()


@blp.route("/health/ready", methods=["GET"])
@public
@blp.response(200, HealthSchema, errors=(503, 507))
def get_readiness() -> Response:
    """Say that the data directory can be written."""
    store().check_writable()
    return _ok()


@blp.route("/openapi.json", methods=["GET"])
@public
@blp.response(200, DescriptionSchema)
def get_openapi() -> Response:
    """Describe this API, in OpenAPI 3.1."""
    return json_response(openapi_json(*current_app.iter_blueprints()))


def _ok() -> Response:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json_response({"status": "ok", "timestamp": now})
