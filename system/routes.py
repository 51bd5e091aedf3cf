"""Health and the pages that show the API."""

from datetime import UTC, datetime

from flask import Flask, Response
from flask_swagger_ui import get_swaggerui_blueprint

from api import Blueprint, json_response, store
from guard import opened
from schemas.system import HealthSchema

blp = Blueprint("system", __name__, url_prefix="/api", description="Health")


@blp.route("/health", methods=["GET"])
@opened
@blp.answers(200, HealthSchema)
def health() -> Response:
    """Say that the service runs."""
    return _ok()


@blp.route("/health/ready", methods=["GET"])
@opened
@blp.answers(200, HealthSchema, errors=(503, 507))
def ready() -> Response:
    """Say that the data directory can be written."""
    store().check_writable()
    return _ok()


def register_docs(app: Flask) -> None:
    """Serve Swagger UI, from files that come with its package, under both of its addresses."""
    for url, name in (("/api/docs", "swagger"), ("/api-docs", "swagger_short")):
        config = {"app_name": "Vidworks API", "persistAuthorization": True}
        docs = get_swaggerui_blueprint(url, "/api/openapi.json", config, blueprint_name=name)
        app.register_blueprint(docs)


def _ok() -> Response:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json_response({"status": "ok", "timestamp": now})
