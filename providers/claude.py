"""Anthropic: Claude's messages."""

from typing import Any

from providers.contract import Picture, Question, Reply
from providers.http import Access, Http
from providers.image_encoding import encoded, sendable
from providers.structured_output import LIMITS, closed, json_object

_VERSION = "2023-06-01"
_MAX_TOKENS = 16_000  # for more the vendor asks for streaming
_PICTURE_LIMIT = 5_000_000


class ClaudeText:
    """Roles `llm` and `vision`."""

    takes_video = False

    def __init__(self, model: str, access: Access) -> None:
        self._model = model
        self._http = Http(access, "x-api-key", anthropic_version=_VERSION)

    def answer(self, question: Question) -> Reply:
        """Ask the model."""
        answer = self._http.post("/v1/messages", self._body(question))
        ended = answer.get("stop_reason")
        if ended == "refusal":
            details = answer.get("stop_details")
            reason = details.get("explanation") if isinstance(details, dict) else None
            raise self._http.unusable(f"It refused: {reason or 'it gives no reason'}")
        if ended in ("max_tokens", "model_context_window_exceeded"):
            raise self._http.unusable("It reached its limit of tokens before the answer's end")
        try:
            return Reply(json_object(_text(answer), question.shape), answer.get("usage"))
        except ValueError as exc:
            raise self._http.unusable(str(exc)) from exc

    def _body(self, question: Question) -> dict[str, Any]:
        pictures = [sendable(self._http, each, _PICTURE_LIMIT) for each in question.pictures]
        content = [*map(_image, pictures), {"type": "text", "text": question.user}]
        shape = {"type": "json_schema", "schema": closed(question.shape, LIMITS)}
        return {
            "model": self._model,
            "max_tokens": _MAX_TOKENS,
            "system": question.system,
            "messages": [{"role": "user", "content": content}],
            "output_config": {"format": shape},
        }


def _image(picture: Picture) -> dict[str, Any]:
    source = {"type": "base64", "media_type": picture.type, "data": encoded(picture.data)}
    return {"type": "image", "source": source}


def _text(answer: dict[str, Any]) -> str:
    blocks = answer.get("content")
    texts = [
        str(block.get("text", ""))
        for block in (blocks if isinstance(blocks, list) else [])
        if isinstance(block, dict) and block.get("type") == "text"
    ]
    return "".join(texts)
