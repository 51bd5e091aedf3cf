"""Gemini's files: resumable upload, state, content. Of what is uploaded only the size is kept."""

import base64
import hashlib
from typing import Any

from flask import Response, g, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from tests.vendors import media
from tests.vendors.gemini import bad, failure, gemini
from tests.vendors.state import File, new_id
from tests.vendors.vendor import VendorError, address, asked, state, stream

_GRANULARITY = 256 * 1024


@gemini.route("/upload/<version>/files", methods=["POST"])
def upload(version: str) -> Response:
    """Start an upload, or take a piece of it: that address has an id, and needs no key."""
    piece = request.args.get("upload_id")
    if piece:
        return gemini.perform("upload", lambda: _receive(_find(piece), version), key=False)
    return gemini.perform("upload", lambda: _start(version))


def _start(version: str) -> Response:
    if request.headers.get("X-Goog-Upload-Command") != "start":
        raise bad("X-Goog-Upload-Protocol: resumable and X-Goog-Upload-Command: start are expected")
    kind = request.headers.get("X-Goog-Upload-Header-Content-Type")
    length = request.headers.get("X-Goog-Upload-Header-Content-Length")
    if not kind or not length:
        raise bad("X-Goog-Upload-Header-Content-Type and -Content-Length are expected")
    named = asked().get("file") or {}
    shown = named.get("displayName") or named.get("display_name") or ""
    file = File(new_id(), kind, shown, int(length), g.rule)
    with state().lock:
        state().files[file.name] = file
    query = f"upload_id={file.name}&upload_protocol=resumable"
    response = Response(headers=_status("active"))
    response.headers["X-Goog-Upload-URL"] = address(f"/gemini/upload/{version}/files?{query}")
    response.headers["X-Goog-Upload-Chunk-Granularity"] = str(_GRANULARITY)
    return response


def _receive(file: File, version: str) -> Response:
    command = request.headers.get("X-Goog-Upload-Command", "")
    if command == "query":
        received = {"X-Goog-Upload-Size-Received": str(file.size)}
        return Response(headers=_status("active") | received)
    if request.headers.get("X-Goog-Upload-Offset") != str(file.size):
        raise bad(f"X-Goog-Upload-Offset: {file.size} is expected")
    digest = hashlib.sha256()
    while chunk := request.stream.read(media.MB):
        digest.update(chunk)
        file.size += len(chunk)
    if "finalize" not in command:
        if file.size % _GRANULARITY:
            raise bad(f"Pieces but the last must be multiples of {_GRANULARITY} bytes")
        return Response(headers=_status("active"))
    if file.size != file.announced:
        raise bad(f"{file.announced} bytes were announced, {file.size} came")
    file.digest = base64.b64encode(digest.hexdigest().encode()).decode()
    response = jsonify(file=_shown(file, version))
    response.headers.update(_status("final"))
    return response


def _status(status: str) -> dict[str, str]:
    return {"X-Goog-Upload-Status": status}


@gemini.call("GET", "/<version>/files/<name>", "poll")
def file(version: str, name: str) -> Response:
    """How far an uploaded file is."""
    found = _find(name)
    with state().lock:
        found.polls += 1
    return jsonify(_shown(found, version))


@gemini.call("DELETE", "/<version>/files/<name>", "cancel")
def forget(version: str, name: str) -> Response:
    """Delete an uploaded file."""
    found = _find(name)
    with state().lock:
        del state().files[found.name]
    return jsonify({})


@gemini.call("GET", "/<version>/files/<name>:download", "download")
def download(version: str, name: str) -> AnyResponse:
    """A clip: at an address that needs no key, to which the one with a key leads."""
    if name not in state().tasks:
        raise VendorError(404, failure(404, f"File {name} does not exist."))
    return redirect(address(f"/gemini/content/{name}"))


@gemini.call("GET", "/content/<name>", "download", key=False)
def content(name: str) -> Response:
    """A clip; anyone may have it who knows the address."""
    task = state().tasks.get(name)
    if task is None:
        raise VendorError(404, failure(404, f"File {name} does not exist."))
    length, chunks = media.clip(name, g.rule.megabytes or task.rule.megabytes)
    return stream(length, chunks, "video/mp4")


def _find(name: str) -> File:
    found = state().files.get(name)
    if found is None:
        message = f"You do not have permission to access the File {name} or it may not exist."
        raise VendorError(403, failure(403, message))
    return found


def _shown(file: File, version: str) -> dict[str, Any]:
    shown = {
        "name": f"files/{file.name}",
        "displayName": file.display_name,
        "mimeType": file.type,
        "sizeBytes": str(file.size),
        "sha256Hash": file.digest,
        "uri": address(f"/gemini/{version}/files/{file.name}"),
        "state": file.state(),
        "source": "UPLOADED",
    }
    failed = {"error": {"code": 3, "message": file.rule.fail}}
    return {**shown, **failed} if file.state() == "FAILED" else shown
