"""The page that shows the API: Swagger UI, from the files that come with its package."""

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, send_from_directory

blp = Blueprint("docs", __name__)

_PAGE = Path(__file__).with_name("docs_page")
_SWAGGER_UI = Path(flask_swagger_ui.__file__).with_name("dist")

# Nothing from elsewhere, no scripts in the page itself, and nobody's frame. Swagger UI sets styles
# and draws its icons from data URLs.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@blp.route("/api/docs")
@blp.route("/api-docs")
def page() -> Response:
    """The page itself, under both of its addresses."""
    return send_from_directory(_PAGE, "index.html")


@blp.route("/api/docs/<name>")
def file(name: str) -> Response:
    """A script, style or icon of the page."""
    return send_from_directory(_PAGE if name == "start.js" else _SWAGGER_UI, name)


@blp.after_request
def protect(response: Response) -> Response:
    """Keep what a browser does with the page within the service."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
