"""OpenAI: chat completions for texts, image generations (`dalle`)."""

from typing import Any

from providers.contract import ImageRequest, MadeImage, Question, Reply
from providers.http import Access, Http
from providers.image_encoding import data_uri, decoded, sendable
from providers.models import known
from providers.structured_output import closed, complete, json_object

_MAX_TOKENS = 32_000  # those that a model thinks with count as well
_PICTURE_LIMIT = 5_000_000


class OpenAIText:
    """Roles `llm` and `vision`."""

    takes_video = False

    def __init__(self, model: str, access: Access) -> None:
        self._model = model
        self._http = Http(access, "Authorization", "Bearer")

    def answer(self, question: Question) -> Reply:
        """Ask the model."""
        answer = self._http.post("/chat/completions", self._body(question))
        try:
            choice = answer["choices"][0]
            message, ended = choice["message"], choice.get("finish_reason")
            refusal, content = message.get("refusal"), message.get("content") or ""
        except (LookupError, TypeError, AttributeError) as exc:
            raise self._http.unusable("Its answer holds no message") from exc
        if refusal or ended == "content_filter":
            raise self._http.unusable(f"It refused: {refusal or 'its content filter stopped it'}")
        if ended == "length":
            raise self._http.unusable("It reached its limit of tokens before the answer's end")
        try:
            return Reply(json_object(str(content), question.shape), answer.get("usage"))
        except ValueError as exc:
            raise self._http.unusable(str(exc)) from exc

    def _body(self, question: Question) -> dict[str, Any]:
        pictures = [sendable(self._http, each, _PICTURE_LIMIT) for each in question.pictures]
        return {
            "model": self._model,
            "messages": [
                {"role": "system", "content": question.system},
                {
                    "role": "user",
                    "content": [
                        *(
                            {"type": "image_url", "image_url": {"url": data_uri(p)}}
                            for p in pictures
                        ),
                        {"type": "text", "text": question.user},
                    ],
                },
            ],
            "max_completion_tokens": _MAX_TOKENS,
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "answer",
                    "schema": closed(question.shape),
                    "strict": complete(question.shape),
                },
            },
        }


class OpenAIImage:
    """Role `image`. Reference images are left to the prompt, which describes them."""

    def __init__(self, model: str, access: Access) -> None:
        self._model = model
        self._http = Http(access, "Authorization", "Bearer")

    def generate(self, order: ImageRequest) -> MadeImage:
        """Make an image."""
        model = known("image", "dalle", self._model)
        body = {
            "model": self._model,
            "prompt": model.shortened(order.prompt),
            "n": 1,
            "size": model.shape(order.width, order.height),
        }
        answer = self._http.post("/images/generations", body)
        try:
            image = answer["data"][0]
            if isinstance(url := image.get("url"), str):
                return MadeImage(None, url, answer.get("usage"))
            return MadeImage(decoded(image.get("b64_json")), None, answer.get("usage"))
        except (LookupError, TypeError, AttributeError, ValueError) as exc:
            raise self._http.unusable("Its answer holds no image", uncertain=True) from exc
