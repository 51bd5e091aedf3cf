"""Google Gemini: texts and images, also from uploaded videos."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from providers.contract import Clip, GeneratedImage, ImageRequest, Picture, Question, Reply
from providers.gemini_files import uploaded
from providers.http import ApiClient, ApiConfig
from providers.image_encoding import picture_from_base64, prepare_picture, to_base64
from providers.models import find_model
from providers.structured_output import parse_json_object

_MAX_INLINE_BYTES = 14 << 20  # of a video: with Base64, the 20 MB that a request may have
_MAX_PICTURE_LENGTH = 7_000_000

# What the vendor's codes mean.
_FINISH_REASONS = {
    "SAFETY": "stopped by its safety filter",
    "IMAGE_SAFETY": "the image was stopped by its safety filter",
    "PROHIBITED_CONTENT": "it does not allow such content",
    "IMAGE_PROHIBITED_CONTENT": "it does not allow such an image",
    "BLOCKLIST": "the content has a word on its block list",
    "SPII": "the content may include sensitive personal data",
    "RECITATION": "the answer was too similar to a source",
    "IMAGE_RECITATION": "the image was too similar to a source",
    "MAX_TOKENS": "the answer was cut off at the token limit",
    "NO_IMAGE": "it generated no image",
    "OTHER": "no reason given",
}


class GeminiText:
    """Roles `llm` and `vision`."""

    takes_video = True

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._path = f"/v1beta/models/{quote(model, safe='')}:generateContent"
        self._client = gemini_client(config)

    def answer(self, question: Question) -> Reply:
        """Send the question and return the reply."""
        video = question.video
        if video is None or video.path.stat().st_size <= _MAX_INLINE_BYTES:
            return self._answer(question, _inline_video(video))
        with uploaded(self._client, video.path, video.media_type) as uri:
            file = {"mimeType": video.media_type, "fileUri": uri}
            return self._answer(question, [{"fileData": file}])

    def _answer(self, question: Question, video: list[dict[str, Any]]) -> Reply:
        pictures = [_picture_part(self._client, each) for each in question.pictures]
        parts = [*video, *pictures, {"text": question.user}]
        answer = self._client.post(
            self._path,
            {
                "systemInstruction": {"parts": [{"text": question.system}]},
                "contents": [{"role": "user", "parts": parts}],
                "generationConfig": {
                    "responseMimeType": "application/json",
                    "responseJsonSchema": question.schema,
                },
            },
        )
        text = _text(_response_parts(self._client, answer))
        try:
            return Reply(parse_json_object(text, question.schema), answer.get("usageMetadata"))
        except ValueError as exc:
            raise self._client.bad_response(str(exc)) from exc


class GeminiImage:
    """Role `image`."""

    def __init__(self, model: str, config: ApiConfig) -> None:
        self._model = model
        self._path = f"/v1beta/models/{quote(model, safe='')}:generateContent"
        self._client = gemini_client(config)

    def generate(self, request: ImageRequest) -> GeneratedImage:
        """Generate an image."""
        config: dict[str, Any] = {"responseModalities": ["TEXT", "IMAGE"]}
        ratio = find_model("image", "gemini", self._model).size(request.width, request.height)
        if ratio is not None:
            config["imageConfig"] = {"aspectRatio": ratio}
        contents = [{"role": "user", "parts": [{"text": request.prompt}]}]
        answer = self._client.post(self._path, {"contents": contents, "generationConfig": config})
        parts = _response_parts(self._client, answer)
        for part in parts:
            if isinstance(image := part.get("inlineData"), Mapping) and not part.get("thought"):
                try:
                    picture = picture_from_base64(image.get("data"))
                except ValueError as exc:
                    raise self._client.bad_response(str(exc), uncertain=True) from exc
                return GeneratedImage(picture, None, answer.get("usageMetadata"))
        text = _text(parts) or "nothing"
        raise self._client.bad_response(f"It generated no image, and answered: {text}")


def gemini_client(config: ApiConfig) -> ApiClient:
    """Return a client for the vendor's API."""
    return ApiClient(config, "x-goog-api-key")


def _picture_part(client: ApiClient, picture: Picture) -> dict[str, Any]:
    """Return a picture as a part of a request. Raises ProviderError if it cannot be read."""
    picture = prepare_picture(client, picture, _MAX_PICTURE_LENGTH)
    return {"inlineData": {"mimeType": picture.media_type, "data": to_base64(picture.data)}}


def _response_parts(client: ApiClient, answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the parts of a response. Raises ProviderError for a refusal or an empty response."""
    candidates = answer.get("candidates")
    if not isinstance(candidates, list) or not candidates:
        feedback = answer.get("promptFeedback")
        code = feedback.get("blockReason") if isinstance(feedback, Mapping) else None
        raise client.bad_response(_refusal(code) if code else "The response is empty")
    first = candidates[0] if isinstance(candidates[0], Mapping) else {}
    code = first.get("finishReason", "STOP")
    if code not in ("STOP", "FINISH_REASON_UNSPECIFIED"):
        raise client.bad_response(_refusal(code))
    content = first.get("content")
    parts = content.get("parts") if isinstance(content, Mapping) else None
    return [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []


def _text(parts: Sequence[Mapping[str, Any]]) -> str:
    """Return the text of an answer, without the model's reasoning."""
    return "".join(str(part.get("text", "")) for part in parts if not part.get("thought"))


def _refusal(code: object) -> str:
    return f"It refused: {_FINISH_REASONS.get(str(code), 'no reason given')} ({code})"


def _inline_video(video: Clip | None) -> list[dict[str, Any]]:
    if video is None:
        return []
    data = to_base64(video.path.read_bytes())
    return [{"inlineData": {"mimeType": video.media_type, "data": data}}]
