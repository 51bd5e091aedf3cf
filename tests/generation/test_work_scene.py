"""Generation of a scene of a work: an image, then a clip that begins with that image."""

from functools import partial
from io import BytesIO

import pytest
from PIL import Image

from media.clip_measures import MEASURES
from tests.generation.helpers import generated_scenes, paid_call, sha256, start_job
from tests.jobs.helpers import wait_until_finished
from tests.simultaneous import at_once
from tests.works.shapes import scene

RATIO_KEYS = ("ratio", "aspectRatio", "aspect_ratio")
GUIDE = {"tone": "Dry humour", "tempo": "slow", "color_palette": ["#102030"]}


def test_scene_image_and_clip_are_stored_and_returned(ana, save_work):
    work = save_work(2)

    answer = ana.post(f"{work}/generate/scene/1")

    assert answer.status_code == 200, answer.text
    image, clip = f"{work}/media/scene/1/image", f"{work}/media/scene/1/video"
    assert answer.json == {"imageUrl": image, "videoUrl": clip}
    assert ana.get(image).content_type == "image/png"
    assert ana.get(clip).content_type == "video/mp4"
    [scene] = generated_scenes(ana, work)
    assert scene.pop("mediaUpdatedAt")
    assert [scene.pop(key) for key in MEASURES] == [1, None, 10]
    assert scene == {"sceneIndex": 1, "imageUrl": image, "videoUrl": clip, "status": "done"}


def test_clip_begins_with_the_stored_scene_image(ana, vendors, save_work):
    work = save_work(1)

    ana.post(f"{work}/generate/scene/0")

    stored = ana.get(f"{work}/media/scene/0/image").data
    assert paid_call(vendors, "video")["pictures"] == [sha256(stored)]
    prompt = Image.open(BytesIO(stored)).text["prompt"]  # type: ignore[attr-defined]
    assert prompt == paid_call(vendors, "image")["prompt"]


def test_stored_clip_is_the_output_of_its_task(ana, vendors, save_work):
    work = save_work(1)

    ana.post(f"{work}/generate/scene/0")

    task = paid_call(vendors, "video")["task"]
    assert task.encode() in ana.get(f"{work}/media/scene/0/video").data


def test_scene_prompts_consist_of_style_instruction_and_scene(ana, vendors, save_work, project):
    ana.put(project, json={"styleGuide": GUIDE})
    prompts = {"image_prompt": "A lamp", "negative_prompt": "people", "video_prompt": "It swings"}
    work = save_work(imageSystemPrompt="Photo.", videoSystemPrompt="Handheld.")
    ana.put(work, json={"scenes": [scene(0, **prompts)]})

    ana.post(f"{work}/generate/scene/0")

    image = paid_call(vendors, "image")["prompt"].splitlines()
    assert image == ["Style: Dry humour. Colours #102030.", "Photo.", "A lamp", "Avoid: people."]
    clip = paid_call(vendors, "video")["prompt"].splitlines()
    assert clip == ["Style: Dry humour. slow tempo.", "Handheld.", "It swings"]


@pytest.mark.parametrize(
    ("models", "size", "expected"),
    [
        (("dall-e-3", "gen3a_turbo"), (1080, 1920), ("1024x1792", "768:1280")),
        (("dall-e-3", "gen3a_turbo"), (1920, 1080), ("1792x1024", "1280:768")),
        (("dall-e-3", "veo-3.0-generate-001"), (1080, 1080), ("1024x1024", "1:1")),
        (("gpt-image-2.6-flare", "gen4.5"), (1080, 1920), ("1024x1536", "720:1280")),
        (("gpt-image-2.6-flare", "gen4.5"), (1080, 1080), ("1024x1024", "960:960")),
        (("gemini-nano-banana-2.1", "gemini-omni-1.2-flash"), (1920, 1080), ("1344x768", "16:9")),
    ],
)
def test_resolution_is_converted_to_sizes_that_the_models_support(
    ana, vendors, save_work, models, size, expected
):
    work = save_work(1, resolution=dict(zip(("width", "height"), size, strict=True)))
    headers = dict(zip(("x-image-model-id", "x-video-model-id"), models, strict=True))

    answer = ana.post(f"{work}/generate/scene/0", headers=headers)

    assert answer.status_code == 200, answer.text
    parameters = paid_call(vendors, "video")["asked"]
    [ratio] = [parameters[key] for key in RATIO_KEYS if key in parameters]
    assert (paid_call(vendors, "image")["asked"]["size"], ratio) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(7, 7), (4.5, 5), (0.4, 2), (60, 10), (0, 5), (None, 5)]
)
def test_clip_has_the_duration_of_its_scene_within_limits_of_the_model(
    ana, vendors, save_work, seconds, expected
):
    work = save_work()
    changed = scene(0, duration_seconds=seconds)
    if seconds is None:
        del changed["duration_seconds"]
    ana.put(work, json={"scenes": [changed]})

    ana.post(f"{work}/generate/scene/0", headers={"x-video-provider": "runway"})

    assert paid_call(vendors, "video")["asked"]["duration"] == expected


def test_work_has_the_status_of_a_scene_during_generation(ana, before_paid_requests, save_work):
    work = save_work(1)
    statuses: list[str] = []
    before_paid_requests(
        lambda: statuses.extend(entry["status"] for entry in generated_scenes(ana, work))
    )

    job = wait_until_finished(ana, start_job(ana, work, "scene", sceneIndex=0))

    assert job["state"] == "succeeded"
    assert statuses == ["generating_image", "generating_video"]
    assert [entry["status"] for entry in generated_scenes(ana, work)] == ["done"]


def test_regenerated_scene_has_a_new_image_and_a_clip_of_it(ana, vendors, save_work):
    work = save_work(1)
    ana.post(f"{work}/generate/scene/0")
    ana.put(work, json={"scenes": [scene(0, image_prompt="A desk")]})

    ana.post(f"{work}/generate/scene/0")

    stored = ana.get(f"{work}/media/scene/0/image").data
    clips = [call for call in vendors.counts() if call["role"] == "video"]
    assert len(clips) == 2
    assert clips[1]["pictures"] == [sha256(stored)] != clips[0]["pictures"]


def test_media_that_vendors_return_as_urls_are_downloaded(ana, vendors, save_work):
    work = save_work(1)
    headers = {"x-image-model-id": "dall-e-3", "x-video-provider": "runway"}

    answer = ana.post(f"{work}/generate/scene/0", headers=headers)

    assert answer.status_code == 200, answer.text
    downloads = [request for request in vendors.requests() if request["kind"] == "download"]
    assert [download["vendor"] for download in downloads] == ["openai", "runway"]
    image = Image.open(BytesIO(ana.get(answer.json["imageUrl"]).data))
    assert image.size == (1024, 1792)


@pytest.mark.tuning(request_lock=60)
def test_scenes_generated_at_the_same_time_are_both_stored(ana, vendors, save_work):
    vendors.rule(kind="image", slow=0.2, times=None)
    work = save_work(2)

    answers = at_once([partial(ana.post, f"{work}/generate/scene/{index}") for index in (0, 1)])

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [entry["status"] for entry in generated_scenes(ana, work)] == ["done", "done"]


def test_scene_with_an_image_needs_no_image_prompt(ana, vendors, save_work, samples):
    work = save_work()
    ana.put(work, json={"scenes": [{"scene_index": 0}]})
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")

    job = wait_until_finished(ana, start_job(ana, work))

    assert job["state"] == "succeeded"
    assert [call["role"] for call in vendors.counts()] == ["video"]
    assert paid_call(vendors, "video")["pictures"] == [sha256((samples / "image.png").read_bytes())]


def test_image_prompt_in_reference_mode_contains_asset_descriptions(
    ana, vendors, save_work, new_asset
):
    ids = [new_asset(description="A brass lamp", name="lamp"), new_asset(name="desk")]

    ana.post(f"{save_work(1, selectedAssetIds=ids, assetUsageMode='reference')}/generate/scene/0")

    assert "lamp: A brass lamp" in paid_call(vendors, "image")["prompt"]
    assert "desk" not in paid_call(vendors, "image")["prompt"]
