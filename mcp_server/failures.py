"""Errors of tools as a model gets them: what is wrong, and one sentence that says what to do."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import current_app

from export.sources.openers import MissingMediaError
from mcp_server.definitions import Tool, error_result
from mcp_server.fitting import shorten
from mcp_server.pictures import MissingPictureError

Json = dict[str, Any]

_MAX_CHARS = 1_500
_ADVICE = {
    400: "Correct the arguments and call the tool again.",
    403: "Ask the user for an API token with these scopes; do not try other tools instead.",
    404: "Call `find` to get handles that exist, and copy them exactly.",
    409: "Call `get_job` or `get_work` to see the current state before you try again.",
    412: "Call `get_work`, apply your change to what is there now, and use its `version`.",
    413: "Send less at once: a smaller file, or the change in several calls.",
    415: "Use a PNG, JPEG or WebP image, an MP4, WebM or QuickTime video, or MP3, M4A, WAV or Ogg.",
    429: "Nothing was paid; tell the user when it can be tried again.",
    502: "Nothing was stored; try another address or tell the user what the other server said.",
    503: "Nothing was paid; wait some seconds and call the tool again.",
    504: "Try again later, or with another address.",
    507: "Tell the user that there is no room: works, exports or takes have to be deleted.",
}
_RIGHT_ADVICE = "Tell the user; do not try other tools instead."
_KEY_ADVICE = (
    "Ask the user to add the header x-api-key to this MCP server's configuration (never ask for a"
    " key in the conversation), or choose another provider with `find` what=providers."
)
_MEDIA_ADVICE = "Generate or add it first, or take it off the timeline."
_PICTURE_ADVICE = "Call `generate` to make it, or `add_asset` with place=scene_image to add it."
_ADVICE_BY_KIND = ((MissingMediaError, _MEDIA_ADVICE), (MissingPictureError, _PICTURE_ADVICE))
_DEFAULT_ADVICE = "Tell the user; the server's log has more under this request id."


def failure(exc: Exception) -> Json:
    """Return the result for an exception of a tool, by way of the API's own error handlers."""
    response = current_app.make_response(current_app.handle_user_exception(exc))
    body: Json = orjson.loads(response.get_data())
    given = (advice for kind, advice in _ADVICE_BY_KIND if isinstance(exc, kind))
    advice = next(given, None) or _advice(response, body)
    return error_result(f"{_describe(response.status_code, body)} {advice}")


def missing_scopes(tool: Tool) -> Json:
    """Return the result for a tool that the token's scopes do not suffice for."""
    needed = ", ".join(tool.scopes) or " or ".join(tool.any_scope)
    return error_result(f"{tool.name} needs the scope {needed}. {_ADVICE[403]}")


def _describe(status: int, body: Mapping[str, Any]) -> str:
    """Return the error in words; of a 412, not the document, which `get_work` shows better."""
    message, details = str(body["error"]), body.get("details")
    if "required" in body:
        details = f"needs {', '.join(body['required'])}"
    if status == 412 or details is None:
        return f"{message}."
    if isinstance(details, Mapping):
        details = "; ".join(f"{key}: {value}" for key, value in details.items())
    text = shorten(str(details), _MAX_CHARS).rstrip(".")
    return f"{message}: {text}."


def _advice(response: Any, body: Mapping[str, Any]) -> str:
    status = response.status_code
    if "right" in body:
        return _RIGHT_ADVICE
    if "API key" in str(body["error"]):
        return _KEY_ADVICE
    if status == 429 and "Retry-After" in response.headers:
        return f"{_ADVICE[429]} Wait at least {response.headers['Retry-After']} s."
    return _ADVICE.get(status, _DEFAULT_ADVICE)
