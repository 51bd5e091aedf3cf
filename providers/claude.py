"""Anthropic: Claude, by the Messages API."""

from typing import Any

from providers.contract import Picture, Question, Reply
from providers.http import ApiClient, ApiConfig
from providers.image_encoding import prepare_picture, to_base64
from providers.structured_output import LIMIT_KEYWORDS, parse_json_object, strict_schema

_VERSION = "2023-06-01"
_MAX_TOKENS = 16_000  # more would require streaming
_MAX_PICTURE_LENGTH = 5_000_000


class ClaudeText:
    """Roles `llm` and `vision`."""

    takes_video = False

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._client = ApiClient(config, "x-api-key", anthropic_version=_VERSION)

    def answer(self, question: Question) -> Reply:
        """Send the question and return the reply."""
        answer = self._client.post("/v1/messages", self._body(question))
        stop_reason = answer.get("stop_reason")
        if stop_reason == "refusal":
            details = answer.get("stop_details")
            reason = details.get("explanation") if isinstance(details, dict) else None
            raise self._client.bad_response(f"It refused: {reason or 'no reason given'}")
        if stop_reason in ("max_tokens", "model_context_window_exceeded"):
            raise self._client.bad_response("The answer was cut off at the token limit")
        try:
            return Reply(parse_json_object(_text(answer), question.schema), answer.get("usage"))
        except ValueError as exc:
            raise self._client.bad_response(str(exc)) from exc

    def _body(self, question: Question) -> dict[str, Any]:
        pictures = [
            prepare_picture(self._client, each, _MAX_PICTURE_LENGTH) for each in question.pictures
        ]
        content = [*map(_image_block, pictures), {"type": "text", "text": question.user}]
        schema = strict_schema(question.schema, LIMIT_KEYWORDS)
        return {
            "model": self._model,
            "max_tokens": _MAX_TOKENS,
            "system": question.system,
            "messages": [{"role": "user", "content": content}],
            "output_config": {"format": {"type": "json_schema", "schema": schema}},
        }


def _image_block(picture: Picture) -> dict[str, Any]:
    data = to_base64(picture.data)
    source = {"type": "base64", "media_type": picture.media_type, "data": data}
    return {"type": "image", "source": source}


def _text(answer: dict[str, Any]) -> str:
    blocks = answer.get("content")
    texts = [
        str(block.get("text", ""))
        for block in (blocks if isinstance(blocks, list) else [])
        if isinstance(block, dict) and block.get("type") == "text"
    ]
    return "".join(texts)
