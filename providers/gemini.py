"""Google Gemini: texts and images.

Its client, uploads and the reading of answers are used by gemini_audio.py and gemini_video.py too.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from providers.contract import Clip, GeneratedImage, ImageRequest, Picture, Question, Reply
from providers.error_responses import error_text
from providers.errors import ProviderError
from providers.http import ApiClient, ApiConfig
from providers.image_encoding import picture_from_base64, prepare_picture, to_base64
from providers.models import find_model
from providers.structured_output import parse_json_object

_CHUNK_BYTES = 1 << 20
_MAX_POLLS = 300

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


@contextmanager
def uploaded(client: ApiClient, path: Path, media_type: str) -> Iterator[str]:
    """Upload a file, yield its URI, and delete it at the end. Raises ProviderError."""
    file = _upload(client, path, media_type)
    try:
        yield _wait_until_processed(client, file)
    finally:
        with suppress(ProviderError):  # the vendor deletes files after two days anyway
            client.delete(f"/v1beta/{file['name']}")


def _upload(client: ApiClient, path: Path, media_type: str) -> dict[str, Any]:
    size = str(path.stat().st_size)
    start_headers = {
        "X-Goog-Upload-Protocol": "resumable",
        "X-Goog-Upload-Command": "start",
        "X-Goog-Upload-Header-Content-Length": size,
        "X-Goog-Upload-Header-Content-Type": media_type,
        "Content-Type": "application/json",
    }
    headers, _ = client.upload("/upload/v1beta/files", start_headers, b'{"file": {}}')
    upload_url = headers.get("x-goog-upload-url", "")
    if not upload_url.startswith(("https://", "http://")):
        raise client.bad_response("It returned no upload URL for the file")
    upload_headers = {
        "Content-Length": size,
        "X-Goog-Upload-Offset": "0",
        "X-Goog-Upload-Command": "upload, finalize",
    }
    _, body = client.upload(upload_url, upload_headers, lambda: _file_chunks(path))
    try:
        file: dict[str, Any] = orjson.loads(body)["file"]
        return {"name": str(file["name"]), "uri": str(file["uri"]), "state": file.get("state")}
    except (ValueError, LookupError, TypeError) as exc:
        raise client.bad_response("It returned no URI of the uploaded file") from exc


def _wait_until_processed(client: ApiClient, file: dict[str, Any]) -> str:
    """Poll until the vendor has processed the file; return its URI."""
    for _ in range(_MAX_POLLS):
        if file.get("state") == "ACTIVE":
            return str(file["uri"])
        if file.get("state") == "FAILED":
            reason = error_text(file) or "no reason given"
            raise client.bad_response(f"It could not process the file: {reason}")
        time.sleep(client.upload_poll)
        answer = client.get(f"/v1beta/{file['name']}")
        file = {**file, "state": answer.get("state"), "error": answer.get("error")}
    raise client.bad_response("It did not process the file in time")


def _file_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk


def contents(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the contents of the model's output."""
    steps = answer.get("steps")
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, Mapping) and step.get("type") == "model_output":
            content = step.get("content")
            items = content if isinstance(content, list) else []
            yield from (item for item in items if isinstance(item, Mapping))


def reason_of(answer: Mapping[str, Any]) -> str:
    """Return why nothing was made: the errors, or the text that the model returned instead."""
    errors = answer.get("errors")
    texts = [e.get("message") for e in errors if isinstance(e, Mapping)] if errors else []
    texts.append(error_text(answer))
    steps = answer.get("steps")
    texts += [at(step, "error", "message") for step in (steps or ())]
    texts += [content.get("text") for content in contents(answer)]
    return " ".join(str(text) for text in texts if text)


def file_url(uri: str) -> str:
    """Return the URL of a file's content; its URI is that of its metadata."""
    name = re.search(r"(?:^|/)(files/[\w-]+)$", uri)
    return f"/v1beta/{name[1]}:download?alt=media" if name else uri


def at(value: Any, *path: str | int) -> Any:
    """Return the value at a path of keys and indexes in an answer, or None."""
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return None
    return value


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
        pictures = [_picture_part(self._client, each) for each in request.references]
        contents = [{"role": "user", "parts": [*pictures, {"text": request.prompt}]}]
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
