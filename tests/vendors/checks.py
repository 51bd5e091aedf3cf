"""What tests do with images and clips."""

import base64
import urllib.request


def data_url(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def file_name(uri: str) -> str:
    """The SDK finds the name in an https address by itself, but not in one of http."""
    return "files/" + uri.partition("files/")[2].partition(":")[0]


def download(url: str | None) -> bytes:
    with urllib.request.urlopen(url or "") as answer:
        return bytes(answer.read())


def is_clip(content: bytes, name: str) -> bool:
    return content[4:8] == b"ftyp" and content.endswith(name.encode())
