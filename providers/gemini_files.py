"""Files that are sent to Gemini: uploaded in chunks, processed there, deleted afterwards."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson

from providers.error_responses import error_text
from providers.errors import ProviderError
from providers.http import ApiClient

_CHUNK_BYTES = 1 << 20
_MAX_POLLS = 300


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
