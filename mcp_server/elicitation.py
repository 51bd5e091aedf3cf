"""Offers that the client shows to its user, if it can: the user confirms them, not the model.

A call that only says what would be called then returns "input required"; the client asks its user,
and repeats the call with the answer. Only the stateless revision has this.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from mcp_server.fitting import shorten
from mcp_server.orders import is_confirm
from mcp_server.protocol import INVALID_PARAMS, Json, Request, RpcError

DECLINED: Json = {"declined": True, "next": "The user declined: nothing was called, nor will be."}

_KEY = "confirm"  # of the request to the user, and of its answer
_FIELD = "start"
_MODEL = 80  # characters of the name of a model, which models choose
_MESSAGE = 1_500  # characters


class Reply(NamedTuple):
    """What the user said to an offer; `confirm` is the offer's."""

    confirm: str
    agreed: bool


def reply_of(request: Request) -> Reply | None:
    """Return the user's reply that a repeated call brings. Raises RpcError if it is malformed."""
    state, responses = (request.params.get(key) for key in ("requestState", "inputResponses"))
    if state is None and responses is None:
        return None
    answer = responses.get(_KEY) if isinstance(responses, Mapping) else None
    if not is_confirm(state) or not isinstance(answer, Mapping):
        raise RpcError(INVALID_PARAMS, "Invalid `requestState` or `inputResponses`.")
    content = answer.get("content")
    starts = content.get(_FIELD) if isinstance(content, Mapping) else None
    return Reply(state, answer.get("action") == "accept" and starts is True)


def question(title: str, offer: Mapping[str, Any]) -> Json | None:
    """Return the result that lets the client ask its user; None if there is nothing to confirm."""
    if _KEY not in offer or not offer.get("wouldCall"):
        return None
    lines = [f"{title}: this would call", *map(_line, offer["wouldCall"])]
    lines.append(f"Cost: {offer['cost']}.")
    params = {
        "mode": "form",
        "message": shorten("\n".join(lines), _MESSAGE),
        "requestedSchema": {
            "type": "object",
            "properties": {_FIELD: {"type": "boolean", "title": "Start it", "default": True}},
            "required": [_FIELD],
        },
    }
    request = {"method": "elicitation/create", "params": params}
    return {
        "resultType": "input_required",
        "inputRequests": {_KEY: request},
        "requestState": offer[_KEY],
    }


def _line(call: Mapping[str, Any]) -> str:
    times = "once" if call["count"] == 1 else f"{call['count']} times"
    scenes = f" for scenes {', '.join(map(str, call['scenes']))}" if "scenes" in call else ""
    model = shorten(f"{call['provider']} {call['model']}".strip(), _MODEL)
    return f"- {model} ({call['role']}) {times}{scenes}; key: {call['key']}"
