"""What models see of takes and assets; takes that are used; what is made anew."""

import base64
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.jobs.helpers import new_work_with_scenes
from tests.mcp_server.helpers import call, data, failure, handle

Json = dict[str, Any]

DEMO = {"image_provider": "demo", "video_provider": "demo"}


@pytest.fixture
def replaced(ana, project, samples):
    """The path of a work whose scene 0 has an image, a clip, and an earlier image."""
    work = new_work_with_scenes(ana, project, 2)
    for name in ("image.png", "image.jpg", "video.mp4"):
        kind = "video" if name == "video.mp4" else "image"
        ana.upload(f"{work}/media/scene/0/{kind}", samples / name)
    return work


def sizes(result: Json) -> list[tuple[int, int]]:
    """Return the sizes of the pictures in a result, which are JPEGs."""
    encoded = [each["data"] for each in result["content"] if each["type"] == "image"]
    pictures = [Image.open(BytesIO(base64.b64decode(each))) for each in encoded]
    assert {picture.format for picture in pictures} <= {"JPEG"}
    return [picture.size for picture in pictures]


def test_takes_are_read_seen_and_used(ana, replaced, samples):
    work = handle(replaced)

    read = data(ana, "get_work", work=work, part="takes", scene=0)["takes"]
    seen = call(ana, "view_scenes", work=work, scene=0, takes=True)
    [_, _, old] = data(ana, "view_scenes", work=work, scene=0, takes=True)["takes"]
    used = data(ana, "update_work", work=work, scene={"scene_index": 0, "take": old["take"]})

    assert [(each["kind"], each["current"]) for each in read] == [
        ("video", True),
        ("image", True),
        ("image", False),
    ]
    assert [each["take"] for each in read][2] == old["take"]
    assert [max(size) <= 768 for size in sizes(seen)] == [True]
    assert used["changed"] == {
        "take": {
            "scene_index": 0,
            "image": True,
            "clip": True,
            "clipSeconds": 1,
            "status": "image_ready",
            "take": old["take"],
        }
    }
    assert ana.get(f"{replaced}/media/scene/0/image").data == (samples / "image.png").read_bytes()


def test_take_that_there_is_not_changes_nothing(ana, replaced):
    before = ana.show(replaced)
    scene = {"scene_index": 1, "take": "take_0", "image_prompt": "Changed"}

    other = failure(ana, "update_work", work=handle(replaced), scene=scene)
    new = failure(ana, "update_work", work=handle(replaced), scene={"take": "take_0"})

    assert other.startswith("Validation error: scene.take: Scene 1 has no such take; it has none.")
    assert new.startswith("Validation error: scene.scene_index: Required with `take`.")
    assert ana.show(replaced) == before


def test_take_of_a_removed_scene_does_not_bring_it_back(ana, replaced):
    work = handle(replaced)
    [*_, old] = data(ana, "get_work", work=work, part="takes", scene=0)["takes"]
    data(ana, "update_work", work=work, remove=[0])

    data(ana, "update_work", work=work, scene={"scene_index": 0, "take": old["take"]})

    assert [each["scene_index"] for each in ana.show(replaced)["scenes"]] == [1]


def test_assets_are_seen(ana, replaced, samples):
    project = replaced.partition("/works/")[0]
    for name in ("image.png", "video.mp4", "audio.mp3"):
        ana.upload(f"{project}/assets", samples / name)
    ids = {each["type"]: each["id"] for each in ana.show(f"{project}/assets")["assets"]}
    both = [ids["image"], ids["video"]]

    one = call(ana, "view_scenes", work=handle(replaced), assets=both[:1])
    sheet = call(ana, "view_scenes", work=handle(replaced), assets=both)
    sound = failure(ana, "view_scenes", work=handle(replaced), assets=[ids["audio"]])
    unknown = failure(ana, "view_scenes", work=handle(replaced), assets=["asset_0"])

    assert (sizes(one), len(sizes(sheet))) == ([(64, 64)], 1)
    assert "is no image or video: audio" in sound
    assert unknown.startswith("Not found: There is no ")


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"at": [1]}, "at: Needs `export`."),
        ({"takes": True}, "scene: Required with takes."),
        ({"assets": ["a"], "scene": 0}, "scene: Has no effect with assets."),
        ({"scene": 0, "first": 2}, "first: Has no effect with scene."),
    ],
)
def test_arguments_without_effect_are_refused(ana, replaced, arguments, wrong):
    text = failure(ana, "view_scenes", work=handle(replaced), **arguments)

    assert text.startswith(f"Validation error: {wrong}")


@pytest.mark.parametrize(
    ("arguments", "calls"),
    [
        ({}, [("image", [1]), ("video", [1])]),
        ({"redo": 0}, [("image", [0]), ("video", [0])]),
        ({"redo": 0, "make": "clip"}, [("video", [0])]),
        ({"scenes": [0], "make": "image"}, [("image", [0])]),
        ({"scenes": [0, 1], "make": "image"}, [("image", [0, 1])]),
        ({"scenes": [0, 1], "make": "clip"}, [("video", [0, 1]), ("image", [1])]),
        ({"scenes": [0, 1], "make": "all"}, [("image", [0, 1]), ("video", [0, 1])]),
    ],
)
def test_what_is_made_is_what_is_missing_or_asked_for(ana, replaced, arguments, calls):
    offer = data(ana, "generate", work=handle(replaced), **DEMO, **arguments)

    assert [(each["role"], each["scenes"]) for each in offer["wouldCall"]] == calls


def test_everything_is_made_anew_only_by_name(ana, replaced):
    text = failure(ana, "generate", work=handle(replaced), **DEMO, make="all")

    assert text.startswith("Validation error: scenes: Required with `make`.")


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("wav", "It is sound alone. View an export in mp4"),
        ("webp", "Frames of an animated WebP are not read. View an export in mp4 or gif."),
        ("gif", None),
    ],
)
def test_export_that_has_no_frames_says_what_to_view_instead(ana, replaced, samples, name, advice):
    ana.upload(f"{replaced}/media/scene/1/image", samples / "image.png")
    options = {"format": name, "width": 64, "height": 64, "to": 0.2}
    assert ana.post(f"{replaced}/export", json={"options": options}).status_code == 200
    [made] = ana.show(f"{replaced}/exports")["exports"]
    view = {"work": handle(replaced), "export": made["id"]}

    if advice is None:
        assert len(sizes(call(ana, "view_scenes", **view))) == 1
    else:
        assert advice in failure(ana, "view_scenes", **view)
