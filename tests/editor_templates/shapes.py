"""Templates as clients send them."""

from typing import Any


def text(name: str = "title", **fields: Any) -> dict[str, Any]:
    look = {"text": "Hello", "fontSize": 48, "fontColor": "#fff", "centerX": 0, "centerY": -120.5}
    return {"id": name, **look, "timingMode": "relative", **fields}


def image(name: str = "logo", **fields: Any) -> dict[str, Any]:
    size = {"width": 200, "height": 100, "centerX": 10, "centerY": 20}
    look = {"opacity": 0.9, "rotation": 0, "maintainAspectRatio": True}
    return {"id": name, "assetId": "asset_1", **size, **look, "timingMode": "relative", **fields}


def content(**parts: Any) -> dict[str, Any]:
    return {"textOverlays": [text()], "imageOverlays": [image()], **parts}


def template(**fields: Any) -> dict[str, Any]:
    return {"name": "Lower third", "content": content(), **fields}


SQUARE = {"width": 1080, "height": 1080, "fps": 25}
