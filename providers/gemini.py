"""Google Gemini: texts, images and what it is told by video."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from providers.answers import json_object
from providers.contract import Clip, ImageRequest, MadeImage, Picture, Question, Reply
from providers.gemini_files import uploaded
from providers.http import Access, Http
from providers.models import known
from providers.pictures import decoded, encoded, sendable

_INLINE = 14 << 20  # of a video: base64 makes it the 20 MB that the vendor takes in a request
_PICTURE_LIMIT = 7_000_000

# What the vendor's codes mean, to a person.
_ENDINGS = {
    "SAFETY": "its safety filter stopped it",
    "IMAGE_SAFETY": "its safety filter stopped the image",
    "PROHIBITED_CONTENT": "it does not allow such content",
    "IMAGE_PROHIBITED_CONTENT": "it does not allow such an image",
    "BLOCKLIST": "a word in it is on its block list",
    "SPII": "it may hold sensitive personal data",
    "RECITATION": "the answer was too close to a source",
    "IMAGE_RECITATION": "the image was too close to a source",
    "MAX_TOKENS": "it reached its limit of tokens before the answer's end",
    "NO_IMAGE": "it made no image",
    "OTHER": "it gives no reason",
}


class GeminiText:
    """Roles `llm` and `vision`."""

    takes_video = True

    def __init__(self, model: str, access: Access) -> None:
        self._path = f"/v1beta/models/{quote(model, safe='')}:generateContent"
        self._http = gemini(access)

    def answer(self, question: Question) -> Reply:
        """Ask the model."""
        if question.video is None or question.video.path.stat().st_size <= _INLINE:
            return self._answer(question, _inline_video(question.video))
        with uploaded(self._http, question.video) as uri:
            file = {"mimeType": question.video.type, "fileUri": uri}
            return self._answer(question, [{"fileData": file}])

    def _answer(self, question: Question, video: list[dict[str, Any]]) -> Reply:
        parts = [*video, *images(self._http, question.pictures), {"text": question.user}]
        answer = self._http.post(
            self._path,
            {
                "systemInstruction": {"parts": [{"text": question.system}]},
                "contents": [{"role": "user", "parts": parts}],
                "generationConfig": {
                    "responseMimeType": "application/json",
                    "responseJsonSchema": question.shape,
                },
            },
        )
        text = _text(answered_parts(self._http, answer))
        try:
            return Reply(json_object(text, question.shape), answer.get("usageMetadata"))
        except ValueError as exc:
            raise self._http.unusable(str(exc)) from exc


class GeminiImage:
    """Role `image`."""

    def __init__(self, model: str, access: Access) -> None:
        self._model = model
        self._path = f"/v1beta/models/{quote(model, safe='')}:generateContent"
        self._http = gemini(access)

    def generate(self, order: ImageRequest) -> MadeImage:
        """Make an image, after the references if there are any."""
        config: dict[str, Any] = {"responseModalities": ["TEXT", "IMAGE"]}
        shape = known("image", "gemini", self._model).shape(order.width, order.height)
        if shape is not None:
            config["imageConfig"] = {"aspectRatio": shape}
        said = [*images(self._http, order.references), {"text": order.prompt}]
        body = {"contents": [{"role": "user", "parts": said}], "generationConfig": config}
        answer = self._http.post(self._path, body)
        parts = answered_parts(self._http, answer)
        for part in parts:
            if isinstance(image := part.get("inlineData"), Mapping) and not part.get("thought"):
                try:
                    picture = decoded(image.get("data"))
                except ValueError as exc:
                    raise self._http.unusable(str(exc), uncertain=True) from exc
                return MadeImage(picture, None, answer.get("usageMetadata"))
        words = _text(parts) or "nothing"
        raise self._http.unusable(f"It made no image, and said: {words}")


def gemini(access: Access) -> Http:
    """The vendor's API."""
    return Http(access, "x-goog-api-key")


def images(http: Http, pictures: Sequence[Picture]) -> list[dict[str, Any]]:
    """Pictures as parts of what is said to a model. Raises ProviderError for what is none."""
    taken = [sendable(http, picture, _PICTURE_LIMIT) for picture in pictures]
    return [{"inlineData": {"mimeType": p.type, "data": encoded(p.data)}} for p in taken]


def answered_parts(http: Http, answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parts of an answer. Raises ProviderError for a refusal, and where there are none."""
    candidates = answer.get("candidates")
    if not isinstance(candidates, list) or not candidates:
        feedback = answer.get("promptFeedback")
        blocked = feedback.get("blockReason") if isinstance(feedback, Mapping) else None
        raise http.unusable(_refused(blocked) if blocked else "Its answer is empty")
    first = candidates[0] if isinstance(candidates[0], Mapping) else {}
    if (ended := first.get("finishReason", "STOP")) not in ("STOP", "FINISH_REASON_UNSPECIFIED"):
        raise http.unusable(_refused(ended))
    content = first.get("content")
    parts = content.get("parts") if isinstance(content, Mapping) else None
    return [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []


def _text(parts: Sequence[Mapping[str, Any]]) -> str:
    """What was said, without what was thought."""
    return "".join(str(part.get("text", "")) for part in parts if not part.get("thought"))


def _refused(code: object) -> str:
    return f"It refused: {_ENDINGS.get(str(code), 'it gives no reason')} ({code})"


def _inline_video(video: Clip | None) -> list[dict[str, Any]]:
    if video is None:
        return []
    return [{"inlineData": {"mimeType": video.type, "data": encoded(video.path.read_bytes())}}]
