"""The addresses of the pages and of their files. All are public: they contain no data."""

from flask import Blueprint, Response, abort, request, send_from_directory
from werkzeug.exceptions import NotFound

from console import page, tree
from console.screens import SCREENS
from console.tree import File
from media.overlays import FONTS
from schemas.accounts import DEFAULT_LANGUAGE, LANGUAGES
from web.errors import handle_http_exception

blp = Blueprint("console", __name__)

LANGUAGE = "vidworks_language"  # the cookie: what the user has chosen (static/state/session.js)
_NO_SCREENS = ("/api", "/mcp", "/metrics", "/.well-known/", tree.PREFIX)


def get_page(**_ids: str) -> Response:
    """Serve the page; it looks at its address itself."""
    loaded = page.load(
        request.script_root, screen=SCREENS[str(request.url_rule)], language=_language()
    )
    response = _page(loaded)
    response.set_etag(loaded.etag)
    response.make_conditional(request)
    return response


@blp.route("/review/<review_link>")
def get_review_page(**_link: str) -> Response:
    """Serve the page for guests, which is the same for all links: it asks for what theirs opens."""
    response = _page(page.load(request.script_root, page.REVIEW, language=_language()))
    response.cache_control.no_cache = None
    response.cache_control.no_store = True
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blp.app_errorhandler(NotFound)
def handle_unknown_address(exc: NotFound) -> Response:
    """Serve browsers the page, which says that there is nothing, and others the usual error."""
    if request.path.startswith(_NO_SCREENS) or request.method != "GET" or not _wants_page():
        return handle_http_exception(exc)
    response = _page(page.load(request.script_root, language=_language()))
    response.status_code = 404
    return response


def _wants_page() -> bool:
    """Return whether the client prefers HTML, as browsers do that are told an address."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _language() -> str:
    """Return the language that the user has chosen, else one that the browser asks for."""
    chosen = request.cookies.get(LANGUAGE, "")
    if chosen in LANGUAGES:
        return chosen
    asked = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality)
    return next((each for each in asked if each in LANGUAGES), DEFAULT_LANGUAGE)


def _page(loaded: page.Page) -> Response:
    response = _response(loaded.html)
    response.vary.update(("Accept-Language", "Cookie"))
    response.cache_control.no_cache = True
    response.headers["Content-Security-Policy"] = loaded.policy
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


for path in SCREENS:
    blp.add_url_rule(path, view_func=get_page)


@blp.route(f"{tree.BASE}<path:name>")
def get_file(name: str) -> Response:
    """Serve a file of the page under the name that has a hash of its contents."""
    file = tree.load().named.get(name)
    if file is None:
        abort(404)
    response = _response(file)
    response.cache_control.public = True
    response.cache_control.max_age = 31_536_000
    response.cache_control.immutable = True
    return response


@blp.route(f"{tree.PREFIX}fonts/<name>")
def get_font(name: str) -> Response:
    """Serve a font of exports, which static/player/fonts.css names with a hash of its contents."""
    if not name.endswith((".ttf", ".otf")):
        abort(404)
    response = send_from_directory(FONTS, name, max_age=31_536_000)
    response.cache_control.immutable = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _response(file: File) -> Response:
    """Return the file in the best encoding that the client accepts."""
    encodings = [] if file.is_compressed else ["br", "gzip"]
    encoding = request.accept_encodings.best_match(encodings) or "identity"
    response = Response(file.encoded(encoding), content_type=file.media_type)
    if encoding != "identity":
        response.content_encoding = encoding
    response.vary.add("Accept-Encoding")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
