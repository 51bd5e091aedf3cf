"""Example request bodies, by the names of their schemas in the API description."""

from typing import Any

from schemas.works import DEFAULT_RESOLUTION

EXAMPLES: dict[str, dict[str, Any]] = {
    "Register": {"email": "ana@example.com", "password": "correct horse battery", "name": "Ana"},
    "Login": {"email": "ana@example.com", "password": "correct horse battery"},
    "NewToken": {
        "name": "Nightly script",
        "scopes": ["works:read", "works:write"],
        "expiresInDays": 90,
    },
    "NewProject": {"name": "Spring campaign", "projectType": "ecommerce"},
    "ProjectUpdate": {"knowledge": "The lamp is turned from one piece of recycled aluminium."},
    "NewTemplate": {
        "name": "Price at the end",
        "tags": ["sale"],
        "content": {
            "textOverlays": [
                {
                    "id": "price",
                    "text": "{{product}} for {{price}}",
                    "fontSize": 64,
                    "fontColor": "#FFFFFF",
                    "centerX": 0,
                    "centerY": 420,
                    "timingMode": "relative",
                    "startPercent": 75,
                    "endPercent": 100,
                }
            ],
            "exportSettings": {**DEFAULT_RESOLUTION, "fps": 30},
        },
    },
    "TemplateUpdate": {"description": "The price shows over the last quarter of the video."},
    "ApplyTemplate": {
        "videoDuration": 20,
        "placeholderValues": {"product": "Arc desk lamp", "price": "49 €"},
    },
    "NewWork": {
        "name": "Desk lamp, 20 seconds",
        "productName": "Arc desk lamp",
        "productDescription": "A dimmable lamp for small desks",
        "targetAudience": "People who work from home",
        "language": "en",
        "videoDuration": 20,
        "sceneCount": 2,
        "resolution": DEFAULT_RESOLUTION,
    },
    "WorkUpdate": {
        "scenes": [
            {
                "scene_index": 0,
                "duration_seconds": 8,
                "image_prompt": "A desk by a window before sunrise, one lamp lit, low warm light",
                "video_prompt": "The camera drifts closer while the light grows brighter",
            },
            {
                "scene_index": 1,
                "duration_seconds": 12,
                "image_prompt": "Close-up of a hand on the lamp's dial, shallow depth of field",
                "video_prompt": "The hand turns the dial, shadows move across the wall",
                "text_overlay": "Light, your way",
                "transition": "dissolve",
            },
        ]
    },
    "NewJob": {"kind": "scenes"},
    "ScenarioRequest": {
        "intent": {
            "mode": "style_transfer",
            "product_name": "Arc desk lamp",
            "product_description": "A dimmable lamp for small desks",
            "target_audience": "People who work from home",
            "language": "en",
            "video_duration": 20,
            "scene_count": 2,
        },
        "knowledge": "The lamp is turned from one piece of recycled aluminium.",
        "styleGuide": {"tone": "quiet and warm", "tempo": "slow"},
    },
    "ImageRequest": {
        "prompt": "A desk by a window before sunrise, one lamp lit, low warm light",
        "negative_prompt": "people, writing",
        "resolution": DEFAULT_RESOLUTION,
    },
    "VideoRequest": {
        "image_url": (
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAGklEQVR42mM8tqaf"
            "gRTAxEAiGNUwqmHoaAAAU68CIRRoa1UAAAAASUVORK5CYII="
        ),
        "prompt": "The camera drifts closer while the light grows brighter",
        "duration": 5,
    },
    "StyleText": {
        "text": "We make lamps that stay in the family. We speak plainly, we never shout."
    },
    "AssetBatch": {"assetIds": ["asset_9f86d081884c7d65"]},
}
