"""The API page: Swagger UI, served from the files of its Python package."""

from functools import cache
from pathlib import Path
from string import Template

import flask_swagger_ui
from flask import Blueprint, Response, request, send_from_directory

blp = Blueprint("docs", __name__)

_PAGE = Path(__file__).with_name("docs_page")
_HTML = "text/html; charset=utf-8"
_SWAGGER_UI = Path(flask_swagger_ui.__file__).with_name("dist")

# No resources of other origins, no inline scripts, no framing. Swagger UI uses inline styles, and
# data URLs for its icons.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@blp.route("/api/docs")
@blp.route("/api-docs")
def page() -> Response:
    """Serve the page itself, at both of its addresses."""
    return Response(_html().substitute(root=request.script_root), content_type=_HTML)


@cache
def _html() -> Template:
    return Template((_PAGE / "index.html").read_text(encoding="utf-8"))


@blp.route("/api/docs/<name>")
def file(name: str) -> Response:
    """Serve a script, style sheet or icon of the page."""
    return send_from_directory(_PAGE if name == "start.js" else _SWAGGER_UI, name)


@blp.after_request
def add_security_headers(response: Response) -> Response:
    """Restrict the page to resources of this service."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
