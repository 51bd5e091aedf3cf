"""Request bodies: a work with all fields set, and its parts."""

from typing import Any


def scene(index: int, **fields: Any) -> dict[str, Any]:
    return {
        "scene_index": index,
        "duration_seconds": 4.5,
        "image_prompt": f"A lamp, seen from step {index}",
        "negative_prompt": "blur",
        "video_prompt": "The camera rises",
        "text_overlay": None,
        "transition": "cut",
        **fields,
    }


def action(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": name, "start": 0, "end": 4.5, **fields}


def text_overlay(**fields: Any) -> dict[str, Any]:
    position = {"centerX": 0, "centerY": -120.5}
    return {"text": "Wake up", "fontSize": 48, "fontColor": "#fff", **position, **fields}


def image_overlay(**fields: Any) -> dict[str, Any]:
    size = {"width": 200, "height": 100, "centerX": 10, "centerY": 20}
    appearance = {"opacity": 1, "rotation": 0, "maintainAspectRatio": True}
    return {"assetId": "asset_1", **size, **appearance, **fields}


def editor_state() -> dict[str, Any]:
    return {
        "editorData": {
            "videoTrack": [
                action("v0", sceneIndex=0, trimStart=0, trimEnd=0.5),
                action("v1", sceneIndex=1, transitionType="fade", transitionDuration=0.5),
            ],
            "textTrack": [action("t0")],
            "imageTrack": [action("i0")],
            "audioTrack": [action("a0")],
        },
        "textOverlays": {"t0": text_overlay()},
        "imageOverlays": {"i0": image_overlay()},
        "audioVolume": 0.8,
        "endPause": 0.5,
        "audioLevel": -20,
        "audioLoop": True,
        "exportSettings": {"width": 1080, "height": 1920, "fps": 30},
    }


def analysis() -> dict[str, Any]:
    shot = {"index": 1, "duration_seconds": 2.5, "description": "A dark room"}
    return {
        "scene_count": 1,
        "overall_tone": "calm",
        "color_palette": ["#000000", "#FFEECC"],
        "tempo": "slow",
        "has_text_overlay": False,
        "scenes": [{**shot, "transition": None, "text_overlay": "Soon", "camera_movement": None}],
    }


def all_fields() -> dict[str, Any]:
    """Return a value for each field of a work that clients can set."""
    return {
        "name": "Spring teaser",
        "mode": "content_remix",
        "productName": "Lamp",
        "productDescription": "A lamp that wakes you",
        "targetAudience": "Late risers",
        "language": "es",
        "videoDuration": 9,
        "sceneCount": 2,
        "selectedAssetIds": ["asset_1", "asset_2"],
        "assetUsageMode": "reference",
        "resolution": {"width": 1920, "height": 1080},
        "currentStep": 1,
        "systemPrompt": "System",
        "analyzerPrompt": "Analyser",
        "imageSystemPrompt": "Image",
        "videoSystemPrompt": "Video",
        "analysis": analysis(),
        "scenes": [scene(0), scene(1, text_overlay="Now")],
        "generatedScenes": [
            {"sceneIndex": 0, "status": "done", "error": None},
            {"sceneIndex": 1, "status": "error", "error": "Out of credit"},
        ],
        "editorState": editor_state(),
    }
