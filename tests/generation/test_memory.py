"""A clip that is answered as a data URL is never in memory as a whole."""

import base64
from pathlib import Path
from typing import Any

from tests.reliability.test_large_uploads import MB, Peak, memory
from tests.service import Service
from tests.vendors import Vendors


def test_a_large_clip_takes_little_memory(
    tmp_path: Path, vendors: Vendors, picture_url: str
) -> None:
    more: dict[str, Any] = {"PROVIDER_POLL": "0.05", "WORKERS": 1, **vendors.environ()}
    service = Service(tmp_path / "data", **more)
    service.start()
    token = service.register()
    ask: dict[str, Any] = {"path": "/api/generate/video", "token": token}
    ask |= {"method": "POST", "x_video_provider": "gemini"}
    body = {"prompt": "It swings", "image_url": picture_url}
    assert service.request(**ask, body=body).status == 200  # what it imports is there now
    vendors.rule(kind="submit", megabytes=60)
    before = memory(service)

    with Peak(service) as peak:
        answer = service.request(**ask, body=body)

    service.stop()
    assert answer.status == 200, answer.body[:500]
    clip = base64.b64decode(answer.json["videoUrl"].partition(",")[2], validate=True)
    assert len(clip) == 60 * MB
    assert peak.bytes - before < 15 * MB
