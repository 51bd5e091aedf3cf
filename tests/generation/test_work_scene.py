"""A scene of a work: its image is made, then a clip from that very image."""

import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.generation.conftest import Tell
from tests.generation.scenes import digest, generated, paid
from tests.people import Person
from tests.simultaneous import at_once
from tests.vendors import Vendors
from tests.works.shapes import scene

GUIDE = {"tone": "Dry humour", "tempo": "slow", "color_palette": ["#102030"]}


def test_image_and_clip_are_stored_and_answered(ana: Person, tell: Tell) -> None:
    work = tell(2)

    answer = ana.post(f"{work}/generate/scene/1")

    assert answer.status_code == 200, answer.text
    image, clip = f"{work}/media/scene/1/image", f"{work}/media/scene/1/video"
    assert answer.json == {"imageUrl": image, "videoUrl": clip}
    assert ana.get(image).content_type == "image/png"
    assert ana.get(clip).content_type == "video/mp4"
    assert generated(ana, work) == [
        {"sceneIndex": 1, "imageUrl": image, "videoUrl": clip, "status": "done"}
    ]


def test_the_clip_is_made_from_that_very_image(ana: Person, vendors: Vendors, tell: Tell) -> None:
    work = tell(1)

    ana.post(f"{work}/generate/scene/0")

    stored = ana.get(f"{work}/media/scene/0/image").data
    assert paid(vendors, "video")["pictures"] == [digest(stored)]
    shown = Image.open(BytesIO(stored)).text["prompt"]  # type: ignore[attr-defined]
    assert shown == paid(vendors, "image")["prompt"]


def test_the_stored_clip_is_the_one_of_its_task(ana: Person, vendors: Vendors, tell: Tell) -> None:
    work = tell(1)

    ana.post(f"{work}/generate/scene/0")

    task = paid(vendors, "video")["task"]
    assert task.encode() in ana.get(f"{work}/media/scene/0/video").data


def test_prompts_are_style_then_instruction_then_scene(
    ana: Person, vendors: Vendors, tell: Tell, project: str
) -> None:
    ana.put(project, json={"styleGuide": GUIDE})
    told = scene(0, image_prompt="A lamp", negative_prompt="people", video_prompt="It swings")
    work = tell(imageSystemPrompt="Photo.", videoSystemPrompt="Handheld.")
    ana.put(work, json={"scenes": [told]})

    ana.post(f"{work}/generate/scene/0")

    image = paid(vendors, "image")["prompt"].splitlines()
    assert image == ["Style: Dry humour. Colours #102030.", "Photo.", "A lamp", "Avoid: people."]
    clip = paid(vendors, "video")["prompt"].splitlines()
    assert clip == ["Style: Dry humour. slow tempo.", "Handheld.", "It swings"]


@pytest.mark.parametrize(
    ("models", "size", "shapes"),
    [
        (("dall-e-3", "gen3a_turbo"), (1080, 1920), ("1024x1792", "768:1280")),
        (("dall-e-3", "gen3a_turbo"), (1920, 1080), ("1792x1024", "1280:768")),
        (("dall-e-3", "veo-3.0-generate-001"), (1080, 1080), ("1024x1024", "1:1")),
        (("gpt-image-2.6-flare", "gen4.5"), (1080, 1920), ("1024x1536", "720:1280")),
        (("gpt-image-2.6-flare", "gen4.5"), (1080, 1080), ("1024x1024", "960:960")),
        (
            ("gemini-nano-banana-2.1", "gemini-omni-1.2-flash"),
            (1920, 1080),
            ("1344x768", "16:9"),
        ),
    ],
)
def test_the_resolution_reaches_the_vendors_as_their_models_take_it(
    ana: Person,
    vendors: Vendors,
    tell: Tell,
    models: tuple[str, str],
    size: tuple[int, int],
    shapes: tuple[str, str],
) -> None:
    work = tell(1, resolution=dict(zip(("width", "height"), size, strict=True)))
    headers = dict(zip(("x-image-model-id", "x-video-model-id"), models, strict=True))

    answer = ana.post(f"{work}/generate/scene/0", headers=headers)

    assert answer.status_code == 200, answer.text
    asked = paid(vendors, "video")["asked"]
    ratio = asked.get("ratio") or asked.get("aspectRatio") or asked.get("aspect_ratio")
    assert (paid(vendors, "image")["asked"]["size"], ratio) == shapes


@pytest.mark.parametrize(
    ("seconds", "asked"), [(7, 7), (4.5, 5), (0.4, 2), (60, 10), (0, 5), (None, 5)]
)
def test_the_clip_lasts_as_long_as_the_scene_where_the_model_can(
    ana: Person, vendors: Vendors, tell: Tell, seconds: float | None, asked: int
) -> None:
    work = tell()
    told = scene(0, duration_seconds=seconds)
    if seconds is None:
        del told["duration_seconds"]
    ana.put(work, json={"scenes": [told]})

    ana.post(f"{work}/generate/scene/0", headers={"x-video-provider": "runway"})

    assert paid(vendors, "video")["asked"]["duration"] == asked


def test_the_work_says_how_far_the_scene_is(ana: Person, vendors: Vendors, tell: Tell) -> None:
    vendors.rule(kind="image", slow=0.3)
    vendors.rule(kind="submit", takes=0.5)
    work, seen = tell(1), []

    job = ana.post(f"{work}/jobs", json={"kind": "scene", "sceneIndex": 0}).headers["Location"]
    while ana.show(job)["state"] != "succeeded":
        seen += [entry["status"] for entry in generated(ana, work)]
        time.sleep(0.02)

    steps = list(dict.fromkeys(seen))
    assert steps[0] == "generating_image"
    assert [step for step in steps if step.startswith("g")] == [
        "generating_image",
        "generating_video",
    ]
    assert [entry["status"] for entry in generated(ana, work)] == ["done"]


def test_a_scene_made_again_has_a_new_image_and_a_clip_of_it(
    ana: Person, vendors: Vendors, tell: Tell
) -> None:
    work = tell(1)
    ana.post(f"{work}/generate/scene/0")
    ana.put(work, json={"scenes": [scene(0, image_prompt="A desk")]})

    ana.post(f"{work}/generate/scene/0")

    stored = ana.get(f"{work}/media/scene/0/image").data
    clips = [call for call in vendors.counts() if call["role"] == "video"]
    assert len(clips) == 2
    assert clips[1]["pictures"] == [digest(stored)] != clips[0]["pictures"]


def test_a_vendor_that_answers_with_an_address_is_downloaded_from(
    ana: Person, vendors: Vendors, tell: Tell
) -> None:
    work = tell(1)
    headers = {"x-image-model-id": "dall-e-3", "x-video-provider": "runway"}

    answer = ana.post(f"{work}/generate/scene/0", headers=headers)

    assert answer.status_code == 200, answer.text
    downloads = [asked for asked in vendors.requests() if asked["kind"] == "download"]
    assert [asked["vendor"] for asked in downloads] == ["openai", "runway"]
    shown = Image.open(BytesIO(ana.get(answer.json["imageUrl"]).data))
    assert shown.size == (1024, 1792)


def test_two_scenes_at_once_both_end_up_in_the_work(
    ana: Person, vendors: Vendors, tell: Tell
) -> None:
    vendors.rule(kind="image", slow=0.2, times=None)
    work = tell(2)

    answers = at_once([partial(ana.post, f"{work}/generate/scene/{index}") for index in (0, 1)])

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [entry["status"] for entry in generated(ana, work)] == ["done", "done"]


def test_it_needs_no_prompt_where_there_is_an_image(
    ana: Person, vendors: Vendors, tell: Tell, samples: Path
) -> None:
    work = tell()
    ana.put(work, json={"scenes": [{"scene_index": 0}]})
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")

    job = ana.post(f"{work}/jobs", json={"kind": "scenes"}).headers["Location"]

    assert ana.show(f"{job}?wait=20")["state"] == "succeeded"
    assert [call["role"] for call in vendors.counts()] == ["video"]
    assert paid(vendors, "video")["pictures"] == [digest((samples / "image.png").read_bytes())]


def test_the_reference_mode_tells_what_the_assets_look_like(
    ana: Person, vendors: Vendors, tell: Tell, new_asset: Callable[..., str]
) -> None:
    ids = [new_asset(description="A brass lamp", name="lamp"), new_asset(name="desk")]

    ana.post(f"{tell(1, selectedAssetIds=ids, assetUsageMode='reference')}/generate/scene/0")

    assert "lamp: A brass lamp" in paid(vendors, "image")["prompt"]
    assert "desk" not in paid(vendors, "image")["prompt"]
