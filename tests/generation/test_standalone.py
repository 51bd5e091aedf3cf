"""Scenarios, images and clips that are generated from a request, without a work."""

import base64
from io import BytesIO
from typing import cast

import pytest
from PIL import Image

from generation.outputs import download_picture
from jobs.model import CallFailedError
from jobs.run import JobRun
from providers.contract import GeneratedImage, Picture
from tests.media.image_files import huge
from tests.works.shapes import analysis

STYLE = {"tone": "Dry humour", "tempo": "slow", "color_palette": ["#102030"]}
SIZE = {"width": 1920, "height": 1080}


@pytest.fixture
def clip_body(image_data_url):
    """The minimal body of a request for a clip."""
    return {"prompt": "It swings", "image_url": image_data_url}


def parse_data_url(url: str) -> tuple[str, bytes]:
    """Return the part before the comma, and the decoded data."""
    prefix, _, text = url.partition(",")
    return prefix, base64.b64decode(text, validate=True)


def test_scenario_prompt_contains_the_whole_request(ana, vendors):
    intent = {
        "mode": "content_remix",
        "product_name": "Arc",
        "target_audience": "Late risers",
        "language": "Spanish",
        "video_duration": 10,
        "scene_count": 2,
    }
    body = {"intent": intent, "analysis": analysis(), "systemPrompt": "You love long shots."}
    body |= {"knowledge": "Made of recycled aluminium.", "styleGuide": STYLE}

    answer = ana.post("/api/scenario", json=body)

    assert answer.status_code == 200, answer.text
    scenes = answer.json["scenes"]
    assert [(scene["scene_index"], scene["duration_seconds"]) for scene in scenes] == [
        (0, 5),
        (1, 5),
    ]
    [call] = vendors.counts()
    for text in ("Arc", "Late risers", "Spanish", "long shots", "aluminium", "Dry", "A dark room"):
        assert text in call["prompt"], text


def test_generated_image_is_returned_as_a_data_url(ana, vendors):
    body = {
        "prompt": "A lamp",
        "negative_prompt": "people",
        "image_instruction": "Photo.",
        "styleGuide": STYLE,
        "resolution": SIZE,
    }

    answer = ana.post("/api/generate/image", json=body)

    assert answer.status_code == 200, answer.text
    prefix, data = parse_data_url(answer.json["imageUrl"])
    assert prefix == "data:image/png;base64"
    assert Image.open(BytesIO(data)).size == (1536, 1024)
    [call] = vendors.counts()
    assert call["prompt"].splitlines() == [
        "Style: Dry humour. Colours #102030.",
        "Photo.",
        "A lamp",
        "Avoid: people.",
    ]


def test_image_without_a_resolution_is_a_portrait(ana, vendors):
    ana.post("/api/generate/image", json={"prompt": "A lamp", "resolution": None})

    assert vendors.counts()[0]["asked"] == {"size": "1024x1536"}


def test_content_length_of_a_generated_image_is_correct(ana):
    answer = ana.post("/api/generate/image", json={"prompt": "A lamp"})

    assert answer.content_length == len(answer.data)


def test_clip_with_a_public_url_is_returned_as_that_url(ana, vendors, clip_body):
    body = {**clip_body, "duration": 8, "video_instruction": "Handheld.", "styleGuide": STYLE}

    answer = ana.post("/api/generate/video", json={**body, "resolution": SIZE})

    assert answer.status_code == 200, answer.text
    assert answer.json["videoUrl"].startswith(f"{vendors.url}/runway/output/")
    [call] = vendors.counts()
    assert call["prompt"].splitlines() == [
        "Style: Dry humour. slow tempo.",
        "Handheld.",
        "It swings",
    ]
    assert (call["asked"]["ratio"], call["asked"]["duration"]) == ("1280:720", 8)


def test_clip_without_a_public_url_is_returned_as_a_data_url(ana, vendors, clip_body):
    headers = {"x-video-provider": "gemini"}

    answer = ana.post("/api/generate/video", json=clip_body, headers=headers)

    assert answer.status_code == 200, answer.text
    prefix, data = parse_data_url(answer.json["videoUrl"])
    assert prefix == "data:video/mp4;base64"
    assert vendors.counts()[0]["task"].encode() in data


def test_clip_without_a_duration_lasts_five_seconds(ana, vendors, clip_body):
    ana.post("/api/generate/video", json=clip_body)

    assert vendors.counts()[0]["asked"]["duration"] == 5


@pytest.mark.parametrize(
    ("endpoint", "provider", "media_type"),
    [("image", "dalle", "image/png"), ("video", "runway", "video/mp4")],
)
def test_generated_file_is_available_from_its_job(
    ana, ben, clip_body, endpoint, provider, media_type
):
    ana.post(f"/api/generate/{endpoint}", json=clip_body)
    [job] = ana.show("/api/jobs")

    answer = ana.get(job["result"][f"{endpoint}Url"])

    assert job["calls"][0]["provider"] == provider
    assert (answer.status_code, answer.content_type) == (200, media_type)
    part = ana.get(job["result"][f"{endpoint}Url"], headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, answer.data[:10])
    assert ben.get(job["result"][f"{endpoint}Url"]).status_code == 404


def test_job_of_a_scenario_has_no_media(ana):
    ana.post("/api/scenario", json={"intent": {"mode": "style_transfer"}})
    [job] = ana.show("/api/jobs")

    assert ana.get(f"/api/jobs/{job['id']}/media").status_code == 404


def test_stored_job_contains_neither_the_image_nor_a_token(ana, clip_body, work):
    ana.put(f"{work}/media/scene/0/image", data=parse_data_url(clip_body["image_url"])[1])
    image_url = f"{work}/media/scene/0/image?token={ana.token}"

    for url in (clip_body["image_url"], image_url):
        assert (
            ana.post("/api/generate/video", json={**clip_body, "image_url": url}).status_code == 200
        )

    stored = [job["request"]["image_url"] for job in ana.show("/api/jobs")]
    assert stored[0] == f"{work}/media/scene/0/image?token=…"
    assert stored[1].startswith("data:sha256-")
    assert ana.token not in ana.get("/api/jobs").text


@pytest.mark.parametrize(
    ("endpoint", "field", "value"),
    [
        ("image", "prompt", ""),
        ("image", "prompt", None),
        ("image", "prompt", 5),
        ("image", "styleGuide", {"color_palette": "red"}),
        ("image", "resolution", {"width": 0, "height": 100}),
        ("image", "resolution", {"width": 100}),
        ("video", "prompt", ""),
        ("video", "image_url", ""),
        ("video", "image_url", None),
        ("video", "duration", 0),
        ("video", "duration", "5"),
        ("video", "duration", -1),
    ],
)
def test_invalid_field_is_rejected_without_a_paid_call(
    ana, vendors, clip_body, endpoint, field, value
):
    answer = ana.post(f"/api/generate/{endpoint}", json={**clip_body, field: value})

    assert answer.status_code == 400
    assert [path.partition(".")[0] for path in answer.json["details"]] == [field]
    assert vendors.counts() == []


@pytest.mark.parametrize(
    ("rule", "status", "message"),
    [
        ({"status": 500}, 502, "Server error"),
        ({"status": 400}, 502, "Server error"),
        ({"refuse": True}, 502, "Your request was rejected by the safety system."),
        ({"garbage": True}, 502, "The response is not a JSON object"),
        ({"cut": "before"}, 502, "The connection was lost"),
    ],
)
def test_vendor_error_is_returned_with_its_message(ana, vendors, rule, status, message):
    vendors.rule(kind="image", **rule)

    answer = ana.post("/api/generate/image", json={"prompt": "A lamp"})

    assert answer.status_code == status
    assert message in answer.json["details"]["message"]
    assert ana.show(answer.json["details"]["job"])["reason"] == answer.json["details"]["message"]


def test_generated_image_with_more_pixels_than_can_be_decoded_fails_its_call(monkeypatch):
    monkeypatch.setattr(
        "jobs.call_ends.mark_call_failed",
        lambda _run, _call, reason, _kind: CallFailedError(reason),
    )
    made = GeneratedImage(Picture(huge(13_000, 13_000), "image/png"))

    with pytest.raises(CallFailedError) as raised:
        download_picture(cast(JobRun, None), "image", made)

    assert str(raised.value) == (
        "The provider's output cannot be used: It has 169 million pixels;"
        " at most 89 million are accepted."
    )


def test_unusable_clip_returns_502_and_is_not_stored(ana, vendors, clip_body):
    vendors.rule(kind="download", garbage=True, times=3)

    answer = ana.post("/api/generate/video", json=clip_body)

    assert answer.status_code == 502
    assert "cannot be used" in answer.json["details"]["message"]
    assert ana.get(f"{answer.json['details']['job']}/media").status_code == 404
