"""Helpers for images and videos in the tests of the fake vendors."""

import base64
import urllib.request


def data_url(image: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(image).decode()}"


def gemini_file_name(uri: str) -> str:
    """Return the name of a file; the SDK only finds it in https URLs by itself."""
    return "files/" + uri.partition("files/")[2].partition(":")[0]


def download(url: str | None) -> bytes:
    with urllib.request.urlopen(url or "") as response:
        return bytes(response.read())


def is_video_of(content: bytes, task_id: str) -> bool:
    """Return whether the content is the MP4 file of this task."""
    return content[4:8] == b"ftyp" and content.endswith(task_id.encode())
