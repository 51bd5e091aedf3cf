"""From "make a 15-second teaser from this photo" to the MP4, as in docs/mcp.md."""

import base64

import pytest

from tests.mcp_server.client import SESSION, STATELESS, Model, connected, run
from tests.service import ROOT

pytestmark = pytest.mark.slow

PHOTO = (
    "data:image/jpeg;base64,"
    + base64.b64encode((ROOT / "docs" / "example.jpg").read_bytes()).decode()
)
DEMO = {"image_provider": "demo", "video_provider": "demo"}


@pytest.mark.parametrize("version", [STATELESS, pytest.param(SESSION, marks=pytest.mark.thorough)])
def test_from_a_photo_to_a_teaser(demo_service, token, version, tmp_path):
    async def scenario() -> None:
        async with connected(demo_service, token, version) as model:
            url = await make_teaser(model)
        video = demo_service.request("GET", url.partition(f":{demo_service.port}")[2])
        assert video.status == 200
        assert video.headers["Content-Type"] == "video/mp4"
        assert video.body[4:8] == b"ftyp"

    run(scenario)


async def make_teaser(model: Model) -> str:
    """Make a 15-second teaser from a photo; return the address of the video."""
    # A work for it, in a project of its own, and the photo.
    created = await model.do(
        "create_work",
        projectName="Lamps",
        name="Teaser",
        productName="Arc lamp",
        videoDuration=15,
        sceneCount=3,
        resolution={"width": 128, "height": 72},
    )
    work = created["work"]
    photo = await model.do("add_asset", work=work, source=PHOTO, name="lamp.jpg")
    await model.confirmed("analyze", work=work, what="assets", vision_provider="demo")
    found = await model.do("find", what="assets", work=work)
    assert "description" in found["items"][0]["untrusted"]

    # The scenes.
    await model.confirmed("write_scenario", work=work, llm_provider="demo")
    scenes = (await model.do("get_work", work=work, part="scenes"))["scenes"]
    assert len(scenes) == 3
    better = {"scene_index": 1, "text_overlay": "Light, where you need it", "duration_seconds": 4}
    await model.do("update_work", work=work, scene=better)

    # What would be called, and, once the user agrees, the images and clips.
    offer = await model.do("generate", work=work, **DEMO)
    assert [(each["role"], each["count"]) for each in offer["wouldCall"]] == [
        ("image", 3),
        ("video", 3),
    ]
    job = await model.do("generate", work=work, **DEMO, confirm=offer["confirm"])
    again = await model.do("generate", work=work, **DEMO, confirm=offer["confirm"])
    assert again["job"] == job["job"], "a repeated confirmation pays nothing more"
    await model.finished(job)

    # A look at the scenes.
    sheet = await model.call("view_scenes", work=work)
    assert sheet.data["scenes"] == [0, 1, 2]
    closer = await model.call("view_scenes", work=work, scene=1)
    assert len(closer.pictures) == 2
    assert all(picture.startswith(b"\xff\xd8") for picture in (*sheet.pictures, *closer.pictures))

    # The timeline, and the video.
    timeline = await model.do(
        "edit_timeline",
        work=work,
        operations=[
            {"op": "arrange", "clips": [{"scene": 2}, {"scene": 0}, {"scene": 1, "seconds": 2}]},
            {"op": "transition", "clip": 0, "transition": "fade", "seconds": 0.5},
            {"op": "trim", "clip": 1, "from": 0.5, "seconds": 2},
            {"op": "text", "text": "Arc", "start": 0.5, "end": 2},
            {"op": "picture", "asset": photo["asset"], "start": 2, "end": 3},
        ],
    )
    assert [clip["scene"] for clip in timeline["clips"]] == [2, 0, 1]
    job = await model.finished(await model.do("export_video", work=work, quality="draft"))
    frames = await model.call("view_scenes", work=work, export=job["export"], at=[0.7, 2.5])
    assert len(frames.pictures) == 2
    repeated = await model.do("export_video", work=work, quality="draft")
    assert repeated["export"] == job["export"]
    return str(job["url"])
