"""A clip that is returned as a data URL is never in memory as a whole."""

import base64
from typing import Any

from tests.reliability.test_large_uploads import MB, Peak, memory
from tests.service import CommandService


def test_memory_use_does_not_depend_on_the_size_of_a_clip(tmp_path, vendors, image_data_url):
    environ: dict[str, Any] = {"PROVIDER_POLL": "0.05", "WORKERS": 1, **vendors.environ()}
    service = CommandService(tmp_path / "data", **environ)
    service.start()
    token = service.register()
    request: dict[str, Any] = {"path": "/api/generate/video", "token": token}
    request |= {"method": "POST", "x_video_provider": "gemini"}
    body = {"prompt": "It swings", "image_url": image_data_url}
    assert service.request(**request, body=body).status == 200  # imports all modules
    vendors.rule(kind="submit", megabytes=40)
    before = memory(service)

    with Peak(service) as peak:
        answer = service.request(**request, body=body)

    service.stop()
    assert answer.status == 200, answer.body[:500]
    clip = base64.b64decode(answer.json["videoUrl"].partition(",")[2], validate=True)
    assert len(clip) == 40 * MB
    assert peak.bytes - before < 15 * MB
