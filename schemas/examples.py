"""Example request bodies, by the names of their schemas in the API description."""

from typing import Any

from schemas.works import DEFAULT_RESOLUTION

_PROJECT, _WORK = "proj_9f86d081884c7d65", "work_60303ae22b998861"
_ASSET, _EXPORT = "asset_9f86d081884c7d65", "export_2c26b46b68ffc68f"
_BASE = "https://tools.example.com/vidworks"
_WORK_PATH = f"/api/projects/{_PROJECT}/works/{_WORK}"
_EXPORT_PATH = f"{_WORK_PATH}/exports/{_EXPORT}"

EXAMPLES: dict[str, dict[str, Any]] = {
    "Register": {"email": "ana@example.com", "password": "correct horse battery", "name": "Ana"},
    "Login": {"email": "ana@example.com", "password": "correct horse battery"},
    "NewToken": {
        "name": "Nightly script",
        "scopes": ["works:read", "works:write"],
        "expiresInDays": 90,
    },
    "NewProject": {"name": "Spring campaign", "projectType": "ecommerce"},
    "Heartbeat": {"tab": "b6589fc6ab0dc82c", "editing": {"kind": "scene", "id": "2"}},
    "ProjectUpdate": {"knowledge": "The lamp is turned from one piece of recycled aluminium."},
    "MemberUpdate": {"role": "editor", "mayPay": True},
    "NewInvitation": {"role": "viewer"},
    "NewMember": {"email": "ben@example.com", "role": "editor", "mayPay": True},
    "NewOwner": {"userId": "user_9f86d081884c7d659a2feaa0"},
    "NewReview": {"exportId": "latest", "name": "Client", "mayDownload": True},
    "ReviewUpdate": {"expiresAt": 1798761600000, "password": None},
    "NewGuest": {"name": "Gus"},
    "NewComment": {"frame": 50, "endFrame": 74, "text": "The lamp is too dark here."},
    "CommentUpdate": {"resolved": True, "exportId": _EXPORT},
    "NewDecision": {"exportId": _EXPORT, "decision": "changes", "text": "See my comments."},
    "VoiceCleaning": {"cleanUp": True},
    "NewCast": {
        "name": "Mina",
        "kind": "person",
        "description": "A woman of forty with short grey hair and a red coat.",
        "assetIds": [_ASSET],
    },
    "CastUpdate": {"description": "She wears glasses now."},
    "SpokenText": {"text": "It follows the sun."},
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
    "Duplicate": {"name": "Desk lamp, in Spanish", "projectId": _PROJECT},
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
    "NewVideo": {
        "prompt": "A lamp that follows the sun",
        "sceneCount": 3,
        "videoDuration": 12,
        "aspect": "9:16",
        "export": {"quality": "draft"},
        "metadata": {"row": 7},
    },
    "StyleText": {
        "text": "We make lamps that stay in the family. We speak plainly, we never shout."
    },
    "AssetBatch": {"assetIds": [_ASSET]},
    "AssetUpdate": {"name": "Lamp, front", "tags": ["lamp", "front"]},
    "AssetAddress": {"url": "https://example.com/lamp.jpg", "name": "Lamp, front"},
    "FileAddress": {"url": "https://example.com/lamp.mp4"},
    "VideoAddress": {"url": "https://example.com/reference.mp4", "mode": "style_transfer"},
    "PageRequest": {"url": "https://example.com/arc-lamp", "includeProductInfo": True},
    "NewMediaToken": {"projectId": _PROJECT},
    "NewProviderKey": {"key": "sk-0123456789"},
    "NewLink": {
        "kind": "export",
        "projectId": _PROJECT,
        "workId": _WORK,
        "exportId": _EXPORT,
        "expiresIn": 604_800,
    },
    "OperationsBody": {"operations": [{"op": "trim", "clip": "clip-1", "seconds": 3.5}]},
    "TemplateOfWork": {
        "templateId": "tmpl_fcde2b2edba56bf4",
        "placeholderValues": {"product": "Arc desk lamp", "price": "49 €"},
    },
    "VoicePreview": {"provider": "gemini", "voice": "Kore", "text": "Light, your way."},
    "VoiceCheck": {"provider": "gemini", "voice": "Kore", "texts": ["Light, your way."]},
    "VoiceWordsUpdate": {"words": [{"start": 0, "end": 0.4, "text": "Light,"}]},
    "Rewrite": {"words": 12},
    "ClearJobs": {"states": ["succeeded", "cancelled"]},
    "UserChanges": {"language": "de"},
    "DefaultWebhook": {
        "url": "https://example.com/videos",
        "events": ["job.ended", "export.ready"],
    },
    "Redelivery": {"id": "job_6f0c1f0a6c6e4b1e_1767268800000"},
    "ReviewRedelivery": {"id": "notice_comment_fcde2b2edba56bf4"},
    "ExportBody": {
        "projectId": _PROJECT,
        "workId": _WORK,
        "clips": [
            {"sceneIndex": 0, "position": 0, "end": 4},
            {"sceneIndex": 1, "position": 4, "end": 8, "transition": "fade"},
        ],
        "texts": [{"text": "Light, your way", "position": 5, "end": 8}],
        "options": {**DEFAULT_RESOLUTION, "fps": 30},
    },
    "WorkExport": {"options": {"quality": "best", "captions": "burn"}},
    "ExportMessage": {
        "type": "export.ready",
        "timestamp": "2026-12-01T09:30:00+00:00",
        "data": {
            "id": _EXPORT,
            "url": f"{_BASE}{_EXPORT_PATH}",
            "posterUrl": f"{_BASE}{_EXPORT_PATH}/poster",
            **DEFAULT_RESOLUTION,
            "fps": 30,
            "duration": 8,
            "size": 4_194_304,
            "options": {"quality": "standard"},
            "createdAt": 1_796_117_400_000,
            "jobId": "job_b14a7b8059d9c055",
            "projectId": _PROJECT,
            "workId": _WORK,
            "metadata": {"row": 7},
        },
        "baseUrl": _BASE,
        "links": {
            "job": f"{_BASE}{_WORK_PATH}/jobs/job_b14a7b8059d9c055",
            "work": f"{_BASE}{_WORK_PATH}",
        },
    },
}
