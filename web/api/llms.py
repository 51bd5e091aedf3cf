"""The documentation for language models: `/llms.txt`, and the pages and examples that it leads to.

docs/llms.txt is a copy for readers of the repository: `.venv/bin/python -m web.api.llms` writes it.
"""

import re
from functools import cache, partial
from pathlib import Path
from urllib.parse import urljoin

from flask import Blueprint, Response, abort
from werkzeug.security import safe_join

from web.addresses import absolute

blp = Blueprint("llms", __name__)

_ROOT = Path(__file__).parent.parent.parent
DOCS = _ROOT / "docs"
FOLDERS = ("docs", "examples", "clients")

_INTRODUCTION = """# Vidworks

> Self-hosted AI video: turn a photo and a brief into a finished MP4, from a web page, a REST API
> or an MCP client.

- [OpenAPI document]({api}/openapi.json): every endpoint and schema. All paths begin with `/api`.
- Requests need the header `Authorization: Bearer <token>`. `POST /api/tokens` and
  `./vidworks tokens make` create tokens.
- `POST /api/videos` makes a video in one call. It returns 202 and a job; `GET /api/videos/<job>`
  returns its steps and, when it has succeeded, `result.videoUrl`.
- `/mcp` is an MCP server (streamable HTTP) that takes the same tokens.
- Until a vendor's key is configured, the built-in provider `demo` makes labelled placeholders,
  which cost nothing.
"""
_MEDIA_TYPES = {
    ".md": "text/markdown",
    ".json": "application/json",
    **dict.fromkeys((".py", ".sh", ".yml"), "text/plain"),
}
_WHY = "Why it is built like this"  # llms.txt calls what can be left out "Optional"
_FOR_DEVELOPERS = re.compile(r"^## Develop\n.*?(?=^## )", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)]+)\)")


def text(docs: str, api: str) -> str:
    """Return llms.txt: an introduction, and the index of the documentation.

    `docs` is the address of the folder of the pages, `api` that of the API.
    """
    index = _LINK.sub(lambda link: f"]({urljoin(docs, link[1])})", _index())
    return _INTRODUCTION.format(api=api) + index


@cache
def _index() -> str:
    """Return docs/README.md without its title, and without what is for developers."""
    _title, _, index = (DOCS / "README.md").read_text(encoding="utf-8").partition("\n")
    return _FOR_DEVELOPERS.sub("", index).replace(f"## {_WHY}", "## Optional")


@blp.route("/llms.txt")
def get_llms_text() -> Response:
    """Serve llms.txt (https://llmstxt.org)."""
    return _response(text(absolute("/docs/"), absolute("/api")), "text/plain")


def _get_file(folder: str, name: str) -> Response:
    """Serve a page of the documentation, or an example that it links to."""
    path = safe_join(str(_ROOT / folder), name)
    media_type = _MEDIA_TYPES.get(Path(name).suffix)
    if path is None or media_type is None or not _is_file(path):
        abort(404)
    return _response(Path(path).read_text(encoding="utf-8"), media_type)


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:  # such as for a name that is too long
        return False


for each in FOLDERS:
    blp.add_url_rule(f"/{each}/<path:name>", each, partial(_get_file, each))


def _response(body: str, media_type: str) -> Response:
    response = Response(body, content_type=f"{media_type}; charset=utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


if __name__ == "__main__":
    (DOCS / "llms.txt").write_text(text("", "/api"), encoding="utf-8")
