"""Google's Files API: a video that is too large for a request is uploaded before it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson

from providers.contract import Clip
from providers.errors import ProviderError
from providers.http import Http

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
