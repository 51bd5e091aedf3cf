"""The built-in provider `demo`: the whole way from a photo to clips, without a vendor."""

from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from media.video import probe
from tests.people import Person
from tests.vendors import Vendors
from tests.walk import DEMO


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its clips pretend to take some seconds."""
    monkeypatch.setattr("providers.demo_video._TASK_SECONDS", 0.3)


def test_from_a_photo_to_clips(
    ana: Person, keyless: FlaskClient, vendors: Vendors, samples: Path, tmp_path: Path
) -> None:
    me = Person(keyless, ana.token, ana.user)
    project = me.new_project(projectType="ecommerce")
    photo = me.upload(f"{project}/assets", samples / "image.png").json
    described = me.post(f"{photo['url']}/analyze", headers=DEMO)
    assert described.json["description"]
    brief = {"productName": "Arc", "sceneCount": 2, "videoDuration": 4}
    brief |= {"selectedAssetIds": [photo["id"]], "assetUsageMode": "reference"}
    work = me.new_work(project, **brief, resolution={"width": 270, "height": 480})
    scenes = me.post(f"{work}/scenario", headers=DEMO).json["scenes"]
    assert "Arc" in scenes[0]["image_prompt"]

    job = me.post(f"{work}/jobs", json={"kind": "scenes"}, headers=DEMO).headers["Location"]

    done = me.show(f"{job}?wait=30")
    assert (done["state"], done["progress"]["percent"]) == ("succeeded", 100)
    made = me.show(work)["generatedScenes"]
    assert [scene["status"] for scene in made] == ["done", "done"]
    for scene in made:
        clip = tmp_path / "clip.mp4"
        clip.write_bytes(me.get(scene["videoUrl"]).data)
        assert probe(clip) == (270, 480, 2.0)
        assert Image.open(BytesIO(me.get(scene["imageUrl"]).data)).size == (270, 480)
    assert vendors.requests() == []


def test_a_video_is_analysed_and_a_style_found(ana: Person, samples: Path) -> None:
    analysis = ana.post("/api/analyze", data=(samples / "video.mp4").read_bytes(), headers=DEMO)
    style = ana.post("/api/style-guide/extract", json={"text": "Calm."}, headers=DEMO)

    assert analysis.json["scenes"]
    assert style.json["styleGuide"]["color_palette"]


def test_a_photo_becomes_a_clip_directly(
    ana: Person, work: str, project: str, samples: Path
) -> None:
    photo = ana.upload(f"{project}/assets", samples / "image.png").json
    fields = {"selectedAssetIds": [photo["id"]], "assetUsageMode": "direct"}
    ana.put(work, json={**fields, "scenes": [{"scene_index": 0, "duration_seconds": 1}]})

    answer = ana.post(f"{work}/generate/scene/0", headers=DEMO)

    assert answer.status_code == 200, answer.text
    assert ana.get(answer.json["imageUrl"]).data == (samples / "image.png").read_bytes()
    assert ana.get(answer.json["videoUrl"]).content_type == "video/mp4"
