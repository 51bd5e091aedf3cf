"""Google Gemini: texts, images and what it is told by video."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from providers.contract import Clip, ImageRequest, MadeImage, Picture, Question, Reply
from providers.errors import ProviderError
from providers.http import Access, Http
from providers.image_encoding import decoded, encoded, sendable
from providers.models import known
from providers.structured_output import json_object

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


_CHUNK = 1 << 20
_PAUSE = 1.0  # seconds between two looks whether it is ready
_LOOKS = 300


@contextmanager
def uploaded(http: Http, video: Clip) -> Iterator[str]:
    """The vendor's address of a video, there for as long as it is needed. Raises ProviderError."""
    file = _upload(http, video)
    try:
        yield _ready(http, file)
    finally:
        with suppress(ProviderError):  # the vendor deletes it by itself after two days
            http.delete(f"/v1beta/{file['name']}")


def _upload(http: Http, video: Clip) -> dict[str, Any]:
    size = str(video.path.stat().st_size)
    start = {
        "X-Goog-Upload-Protocol": "resumable",
        "X-Goog-Upload-Command": "start",
        "X-Goog-Upload-Header-Content-Length": size,
        "X-Goog-Upload-Header-Content-Type": video.type,
        "Content-Type": "application/json",
    }
    answer, _ = http.upload("/upload/v1beta/files", start, b'{"file": {}}')
    address = answer.get("x-goog-upload-url", "")
    if not address.startswith(("https://", "http://")):
        raise http.unusable("It gave no address for the video")
    send = {
        "Content-Length": size,
        "X-Goog-Upload-Offset": "0",
        "X-Goog-Upload-Command": "upload, finalize",
    }
    _, body = http.upload(address, send, lambda: _chunks(video.path))
    try:
        file: dict[str, Any] = orjson.loads(body)["file"]
        return {"name": str(file["name"]), "uri": str(file["uri"]), "state": file.get("state")}
    except (ValueError, LookupError, TypeError) as exc:
        raise http.unusable("It did not say where the video is") from exc


def _ready(http: Http, file: dict[str, Any]) -> str:
    """Wait until the vendor has read the video; returns its address."""
    for _ in range(_LOOKS):
        if file.get("state") == "ACTIVE":
            return str(file["uri"])
        if file.get("state") == "FAILED":
            raise http.unusable("It cannot read the video")
        time.sleep(_PAUSE)
        file = {**file, "state": http.get(f"/v1beta/{file['name']}").get("state")}
    raise http.unusable("It did not get ready with the video")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
