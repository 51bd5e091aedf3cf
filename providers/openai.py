"""OpenAI: texts by chat completions, images by generations and edits (provider `dalle`)."""

from collections.abc import Mapping, Sequence
from typing import Any

from providers.contract import GeneratedImage, ImageRequest, Picture, Question, Reply
from providers.http import ApiClient, ApiConfig
from providers.image_encoding import data_url, picture_from_base64, prepare_picture
from providers.models import find_model
from providers.multipart import Form, FormFile
from providers.structured_output import parse_json_object, requires_all, strict_schema

_MAX_TOKENS = 32_000  # including reasoning tokens
_MAX_PICTURE_LENGTH = 5_000_000


class OpenAIText:
    """Roles `llm` and `vision`."""

    takes_video = False

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._client = ApiClient(config, "Authorization", "Bearer")

    def answer(self, question: Question) -> Reply:
        """Send the question and return the reply."""
        answer = self._client.post("/chat/completions", self._body(question))
        try:
            choice = answer["choices"][0]
            message, finish_reason = choice["message"], choice.get("finish_reason")
            refusal, content = message.get("refusal"), message.get("content") or ""
        except (LookupError, TypeError, AttributeError) as exc:
            raise self._client.bad_response("The response contains no message") from exc
        if refusal or finish_reason == "content_filter":
            reason = refusal or "stopped by its content filter"
            raise self._client.bad_response(f"It refused: {reason}")
        if finish_reason == "length":
            raise self._client.bad_response("The answer was cut off at the token limit")
        try:
            return Reply(parse_json_object(str(content), question.schema), answer.get("usage"))
        except ValueError as exc:
            raise self._client.bad_response(str(exc)) from exc

    def _body(self, question: Question) -> dict[str, Any]:
        pictures = [
            prepare_picture(self._client, each, _MAX_PICTURE_LENGTH) for each in question.pictures
        ]
        images = [{"type": "image_url", "image_url": {"url": data_url(each)}} for each in pictures]
        return {
            "model": self._model,
            "messages": [
                {"role": "system", "content": question.system},
                {"role": "user", "content": [*images, {"type": "text", "text": question.user}]},
            ],
            "max_completion_tokens": _MAX_TOKENS,
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "answer",
                    "schema": strict_schema(question.schema),
                    "strict": requires_all(question.schema),
                },
            },
        }


class OpenAIImage:
    """Role `image`."""

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._client = ApiClient(config, "Authorization", "Bearer")

    def generate(self, request: ImageRequest) -> GeneratedImage:
        """Generate an image; one with references is an edit of these."""
        model = find_model("image", "dalle", self._model)
        body = {
            "model": self._model,
            "prompt": model.shorten_prompt(request.prompt),
            "n": 1,
            "size": model.size(request.width, request.height),
        }
        if request.references:
            answer = self._edit(body, request.references)
        else:
            answer = self._client.post("/images/generations", body)
        usage = answer.get("usage")
        try:
            image = answer["data"][0]
            if isinstance(url := image.get("url"), str):
                return GeneratedImage(None, url, usage)
            return GeneratedImage(picture_from_base64(image.get("b64_json")), None, usage)
        except (LookupError, TypeError, AttributeError, ValueError) as exc:
            message = "The response contains no image"
            raise self._client.bad_response(message, uncertain=True) from exc

    def _edit(self, body: Mapping[str, Any], references: Sequence[Picture]) -> dict[str, Any]:
        """Return the answer to a form, in which files of one name are an array."""
        pictures = [prepare_picture(self._client, each, _MAX_PICTURE_LENGTH) for each in references]
        form = Form(
            {name: str(value) for name, value in body.items() if value is not None},
            [
                FormFile("image[]", str(number), each.media_type, each.data)
                for number, each in enumerate(pictures, 1)
            ],
        )
        sent, answer = self._client.upload("/images/edits", form.headers, form.chunks, paid=True)
        return self._client.parse(sent, answer, paid=True)
