"""Gemini's files: resumable upload, state, content. Of uploads, only recordings are kept."""

import base64
import hashlib
from typing import Any

from flask import Response, g, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from tests.vendors import media
from tests.vendors.gemini import bad_request, error_body, gemini
from tests.vendors.state import File, new_id
from tests.vendors.vendor import VendorError, absolute_url, json_body, state, stream

_GRANULARITY = 256 * 1024


@gemini.route("/upload/<version>/files", methods=["POST"])
def upload(version: str) -> Response:
    """Start an upload, or receive a chunk; the URL for chunks contains an id and needs no key."""
    upload_id = request.args.get("upload_id")
    if upload_id:
        return gemini.perform(
            "upload", lambda: _receive_chunk(_find_file(upload_id), version), key=False
        )
    return gemini.perform("upload", lambda: _start_upload(version))


def _start_upload(version: str) -> Response:
    if request.headers.get("X-Goog-Upload-Command") != "start":
        raise bad_request(
            "X-Goog-Upload-Protocol: resumable and X-Goog-Upload-Command: start are expected"
        )
    media_type = request.headers.get("X-Goog-Upload-Header-Content-Type")
    length = request.headers.get("X-Goog-Upload-Header-Content-Length")
    if not media_type or not length:
        raise bad_request("X-Goog-Upload-Header-Content-Type and -Content-Length are expected")
    metadata = json_body().get("file") or {}
    display_name = metadata.get("displayName") or metadata.get("display_name") or ""
    file = File(new_id(), media_type, display_name, int(length), g.rule)
    with state().lock:
        state().files[file.name] = file
    query = f"upload_id={file.name}&upload_protocol=resumable"
    response = Response(headers=_status_header("active"))
    response.headers["X-Goog-Upload-URL"] = absolute_url(f"/gemini/upload/{version}/files?{query}")
    response.headers["X-Goog-Upload-Chunk-Granularity"] = str(_GRANULARITY)
    return response


def _receive_chunk(file: File, version: str) -> Response:
    command = request.headers.get("X-Goog-Upload-Command", "")
    if command == "query":
        received = {"X-Goog-Upload-Size-Received": str(file.size)}
        return Response(headers=_status_header("active") | received)
    if request.headers.get("X-Goog-Upload-Offset") != str(file.size):
        raise bad_request(f"X-Goog-Upload-Offset: {file.size} is expected")
    digest = hashlib.sha256()
    while chunk := request.stream.read(media.MB):
        digest.update(chunk)
        if file.media_type.startswith("audio/"):
            file.content += chunk
        file.size += len(chunk)
    if "finalize" not in command:
        if file.size % _GRANULARITY:
            raise bad_request(f"All chunks but the last must be multiples of {_GRANULARITY} bytes")
        return Response(headers=_status_header("active"))
    if file.size != file.declared_size:
        raise bad_request(f"{file.declared_size} bytes were declared, {file.size} received")
    file.digest = base64.b64encode(digest.hexdigest().encode()).decode()
    response = jsonify(file=_file_json(file, version))
    response.headers.update(_status_header("final"))
    return response


def _status_header(status: str) -> dict[str, str]:
    return {"X-Goog-Upload-Status": status}


@gemini.call("GET", "/<version>/files/<name>", "poll")
def get_file(version: str, name: str) -> Response:
    """Return an uploaded file's metadata."""
    file = _find_file(name)
    with state().lock:
        file.polls += 1
    return jsonify(_file_json(file, version))


@gemini.call("DELETE", "/<version>/files/<name>", "cancel")
def delete_file(version: str, name: str) -> Response:
    """Delete an uploaded file."""
    file = _find_file(name)
    with state().lock:
        del state().files[file.name]
    return jsonify({})


@gemini.call("GET", "/<version>/files/<name>:download", "download")
def download(version: str, name: str) -> AnyResponse:
    """Redirect to the URL of a video, which needs no key."""
    if name not in state().tasks:
        raise VendorError(404, error_body(404, f"File {name} does not exist."))
    return redirect(absolute_url(f"/gemini/content/{name}"))


@gemini.call("GET", "/content/<name>", "download", key=False)
def content(name: str) -> Response:
    """Return a video; the URL needs no key."""
    task = state().tasks.get(name)
    if task is None:
        raise VendorError(404, error_body(404, f"File {name} does not exist."))
    length, chunks = media.video(name, g.rule.megabytes or task.rule.megabytes)
    return stream(length, chunks, "video/mp4")


def _find_file(name: str) -> File:
    file = state().files.get(name)
    if file is None:
        message = f"You do not have permission to access the File {name} or it may not exist."
        raise VendorError(403, error_body(403, message))
    return file


def _file_json(file: File, version: str) -> dict[str, Any]:
    metadata = {
        "name": f"files/{file.name}",
        "displayName": file.display_name,
        "mimeType": file.media_type,
        "sizeBytes": str(file.size),
        "sha256Hash": file.digest,
        "uri": absolute_url(f"/gemini/{version}/files/{file.name}"),
        "state": file.state(),
        "source": "UPLOADED",
    }
    error = {"error": {"code": 3, "message": file.rule.fail}}
    return {**metadata, **error} if file.state() == "FAILED" else metadata
