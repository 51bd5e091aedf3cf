"""The built-in provider `demo`: every step from a photo to clips, without a vendor."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from media.video import probe
from tests.generation.helpers import generated_scenes, start_job
from tests.jobs.helpers import wait_until_finished
from tests.walk import DEMO

pytestmark = pytest.mark.tuning(demo_task=0.3)


def test_demo_provider_makes_clips_from_a_photo(
    ana_without_keys, vendors, settings, samples, tmp_path
):
    ana = ana_without_keys
    project = ana.new_project(projectType="ecommerce")
    photo = ana.upload(f"{project}/assets", samples / "image.png").json
    described = ana.post(f"{photo['url']}/analyze", headers=DEMO)
    assert described.json["description"]
    brief = {"productName": "Arc", "sceneCount": 2, "videoDuration": 4}
    brief |= {"selectedAssetIds": [photo["id"]], "assetUsageMode": "reference"}
    work = ana.new_work(project, **brief, resolution={"width": 270, "height": 480})
    scenes = ana.post(f"{work}/scenario", headers=DEMO).json["scenes"]
    assert "Arc" in scenes[0]["image_prompt"]

    job = wait_until_finished(ana, start_job(ana, work, headers=DEMO))

    assert (job["state"], job["progress"]["percent"]) == ("succeeded", 100)
    generated = generated_scenes(ana, work)
    assert [scene["status"] for scene in generated] == ["done", "done"]
    for scene in generated:
        clip = tmp_path / "clip.mp4"
        clip.write_bytes(ana.get(scene["videoUrl"]).data)
        assert probe(clip)[:3] == (270, 480, 2.0)
        assert Image.open(BytesIO(ana.get(scene["imageUrl"]).data)).size == (270, 480)
    assert vendors.requests() == []
    tasks = list((settings.data_dir / "demo").iterdir())
    assert {path.stat().st_mode & 0o777 for path in tasks} == {0o600}


def test_demo_provider_analyzes_a_video_and_extracts_a_style_guide(ana, samples):
    analysis = ana.post("/api/analyze", data=(samples / "video.mp4").read_bytes(), headers=DEMO)
    style = ana.post("/api/style-guide/extract", json={"text": "Calm."}, headers=DEMO)

    assert analysis.json["scenes"]
    assert style.json["styleGuide"]["color_palette"]


def test_demo_provider_makes_a_clip_in_direct_mode(ana, work, project, samples):
    photo = ana.upload(f"{project}/assets", samples / "image.png").json
    fields: dict[str, Any] = {"selectedAssetIds": [photo["id"]], "assetUsageMode": "direct"}
    fields |= {"scenes": [{"scene_index": 0, "duration_seconds": 1}]}
    ana.put(work, json={**fields, "resolution": {"width": 270, "height": 480}})

    answer = ana.post(f"{work}/generate/scene/0", headers=DEMO)

    assert answer.status_code == 200, answer.text
    assert ana.get(answer.json["imageUrl"]).data == (samples / "image.png").read_bytes()
    assert ana.get(answer.json["videoUrl"]).content_type == "video/mp4"
