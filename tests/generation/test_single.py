"""Scenarios, images and clips outside of works: made from what a request brings."""

import base64
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.people import Person
from tests.vendors import Vendors
from tests.works.shapes import analysis

STYLE = {"tone": "Dry humour", "tempo": "slow", "color_palette": ["#102030"]}
SIZE = {"width": 1920, "height": 1080}


@pytest.fixture
def clip(picture_url: str) -> dict[str, Any]:
    """The least that a clip needs."""
    return {"prompt": "It swings", "image_url": picture_url}


def data_of(url: str) -> tuple[str, bytes]:
    """The type and the bytes that a data URL holds."""
    head, _, text = url.partition(",")
    return head, base64.b64decode(text, validate=True)


def test_a_scenario(ana: Person, vendors: Vendors) -> None:
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
    assert [(s["scene_index"], s["duration_seconds"]) for s in scenes] == [(0, 5), (1, 5)]
    [call] = vendors.counts()
    for text in ("Arc", "Late risers", "Spanish", "long shots", "aluminium", "Dry", "A dark room"):
        assert text in call["prompt"], text


def test_an_image_comes_as_a_data_url(ana: Person, vendors: Vendors) -> None:
    body = {
        "prompt": "A lamp",
        "negative_prompt": "people",
        "image_instruction": "Photo.",
        "styleGuide": STYLE,
        "resolution": SIZE,
    }

    answer = ana.post("/api/generate/image", json=body)

    assert answer.status_code == 200, answer.text
    head, data = data_of(answer.json["imageUrl"])
    assert head == "data:image/png;base64"
    assert Image.open(BytesIO(data)).size == (1536, 1024)
    [call] = vendors.counts()
    assert call["prompt"].splitlines() == [
        "Style: Dry humour. Colours #102030.",
        "Photo.",
        "A lamp",
        "Avoid: people.",
    ]


def test_without_a_resolution_it_is_a_portrait(ana: Person, vendors: Vendors) -> None:
    ana.post("/api/generate/image", json={"prompt": "A lamp", "resolution": None})

    assert vendors.counts()[0]["asked"] == {"size": "1024x1536"}


def test_the_announced_length_is_that_of_the_answer(ana: Person) -> None:
    answer = ana.post("/api/generate/image", json={"prompt": "A lamp"})

    assert answer.content_length == len(answer.data)


def test_a_clip_of_a_vendor_that_publishes_it_comes_as_its_address(
    ana: Person, vendors: Vendors, clip: dict[str, Any]
) -> None:
    body = {**clip, "duration": 8, "video_instruction": "Handheld.", "styleGuide": STYLE}

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


def test_a_clip_behind_a_key_comes_as_a_data_url(
    ana: Person, vendors: Vendors, clip: dict[str, Any]
) -> None:
    headers = {"x-video-provider": "gemini"}

    answer = ana.post("/api/generate/video", json=clip, headers=headers)

    assert answer.status_code == 200, answer.text
    head, data = data_of(answer.json["videoUrl"])
    assert head == "data:video/mp4;base64"
    assert vendors.counts()[0]["task"].encode() in data


def test_it_lasts_five_seconds_if_nothing_is_said(
    ana: Person, vendors: Vendors, clip: dict[str, Any]
) -> None:
    ana.post("/api/generate/video", json=clip)

    assert vendors.counts()[0]["asked"]["duration"] == 5


@pytest.mark.parametrize(
    ("what", "provider", "kind"),
    [("image", "dalle", "image/png"), ("video", "runway", "video/mp4")],
)
def test_its_job_keeps_the_file(
    ana: Person, ben: Person, clip: dict[str, Any], what: str, provider: str, kind: str
) -> None:
    ana.post(f"/api/generate/{what}", json=clip)
    [job] = ana.show("/api/jobs")

    answer = ana.get(job["result"][f"{what}Url"])

    assert job["calls"][0]["provider"] == provider
    assert (answer.status_code, answer.content_type) == (200, kind)
    part = ana.get(job["result"][f"{what}Url"], headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, answer.data[:10])
    assert ben.get(job["result"][f"{what}Url"]).status_code == 404


def test_the_job_of_a_text_has_no_file(ana: Person) -> None:
    ana.post("/api/scenario", json={"intent": {"mode": "style_transfer"}})
    [job] = ana.show("/api/jobs")

    assert ana.get(f"/api/jobs/{job['id']}/media").status_code == 404


def test_neither_the_picture_nor_a_token_is_kept_in_the_job(
    ana: Person, clip: dict[str, Any], work: str
) -> None:
    ana.put(f"{work}/media/scene/0/image", data=data_of(clip["image_url"])[1])
    own = f"{work}/media/scene/0/image?token={ana.token}"

    for url in (clip["image_url"], own):
        assert ana.post("/api/generate/video", json={**clip, "image_url": url}).status_code == 200

    told = [job["request"]["image_url"] for job in ana.show("/api/jobs")]
    assert told[0] == f"{work}/media/scene/0/image?token=…"
    assert told[1].startswith("data:sha256-")
    assert ana.token not in ana.get("/api/jobs").text


@pytest.mark.parametrize(
    ("what", "field", "value"),
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
def test_a_wrong_field_is_named_and_nothing_is_paid(
    ana: Person, vendors: Vendors, clip: dict[str, Any], what: str, field: str, value: object
) -> None:
    answer = ana.post(f"/api/generate/{what}", json={**clip, field: value})

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
def test_a_vendor_that_fails_is_told_of_with_its_message(
    ana: Person, vendors: Vendors, rule: dict[str, Any], status: int, message: str
) -> None:
    vendors.rule(kind="image", **rule)

    answer = ana.post("/api/generate/image", json={"prompt": "A lamp"})

    assert answer.status_code == status
    assert message in answer.json["details"]["message"]
    assert ana.show(answer.json["details"]["job"])["reason"] == answer.json["details"]["message"]


def test_a_clip_that_is_none_is_502_and_not_kept(
    ana: Person, vendors: Vendors, clip: dict[str, Any]
) -> None:
    vendors.rule(kind="download", garbage=True)

    answer = ana.post("/api/generate/video", json=clip)

    assert answer.status_code == 502
    assert "cannot be used" in answer.json["details"]["message"]
    assert ana.get(f"{answer.json['details']['job']}/media").status_code == 404
