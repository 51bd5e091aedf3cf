"""Request bodies: templates and their overlays."""

from typing import Any


def text_overlay(name: str = "title", **fields: Any) -> dict[str, Any]:
    style = {"text": "Hello", "fontSize": 48, "fontColor": "#fff"}
    position = {"centerX": 0, "centerY": -120.5, "timingMode": "relative"}
    return {"id": name, **style, **position, **fields}


def image_overlay(name: str = "logo", **fields: Any) -> dict[str, Any]:
    position = {"width": 200, "height": 100, "centerX": 10, "centerY": 20}
    style = {"opacity": 0.9, "rotation": 0, "maintainAspectRatio": True}
    overlay = {"id": name, "assetId": "asset_1", **position, **style, "timingMode": "relative"}
    return {**overlay, **fields}


def content(**parts: Any) -> dict[str, Any]:
    """Return the content of a template, by default with an overlay of each kind."""
    return {"textOverlays": [text_overlay()], "imageOverlays": [image_overlay()], **parts}


def template(**fields: Any) -> dict[str, Any]:
    """Return the body of a request that creates a template."""
    return {"name": "Lower third", "content": content(), **fields}


SQUARE = {"width": 1080, "height": 1080, "fps": 25}
