"""Analysing a reference video: Gemini gets the file, the others get frames of it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from config import Settings
from media.video import sample_frames
from schemas.scenes import AnalysisSchema
from tests.applications import create_app
from tests.people import Person
from tests.vendors import Vendors
from tests.works.media import DISGUISED

Analyse = Callable[..., TestResponse]


@pytest.fixture
def analyse(ana: Person, samples: Path) -> Analyse:
    """Upload a video to be analysed, with these fields beside it."""

    def analyse(name: str = "long.mp4", headers: Any = None, **form: str) -> TestResponse:
        with (samples / name).open("rb") as file:
            data = {"video": (file, name), **form}
            kind = "multipart/form-data"
            return ana.post("/api/analyze", data=data, content_type=kind, headers=headers or {})

    return analyse


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("name", ["long.mp4", "video.webm", "video.mov", "video.avi"])
def test_gemini_gets_the_file(vendors: Vendors, analyse: Analyse, samples: Path, name: str) -> None:
    answer = analyse(name)

    assert answer.status_code == 200, answer.text
    [call] = vendors.counts()
    assert call["pictures"] == [digest((samples / name).read_bytes())]
    assert "still frames" not in call["prompt"]


def test_a_large_file_is_uploaded_to_gemini_and_deleted_there(
    vendors: Vendors, ana: Person, samples: Path
) -> None:
    large = (samples / "long.mp4").read_bytes() + bytes(15 << 20)

    answer = ana.post("/api/analyze", data=large, content_type="video/mp4")

    assert answer.status_code == 200, answer.text
    [call] = vendors.counts()
    assert "/files/" in call["pictures"][0]
    assert [asked["kind"] for asked in vendors.requests()][-1] == "cancel"


@pytest.mark.parametrize("provider", ["openai", "claude"])
def test_others_get_frames_in_order_with_their_times(
    vendors: Vendors, analyse: Analyse, samples: Path, provider: str
) -> None:
    answer = analyse(headers={"x-vision-provider": provider})

    assert answer.status_code == 200, answer.text
    [call] = vendors.counts()
    assert call["vendor"] == provider
    assert call["pictures"] == [digest(frame) for frame in sample_frames(samples / "long.mp4", 16)]
    assert len(set(call["pictures"])) == 16
    for number, at in enumerate(("0.2", "0.8", "1.2", "1.8"), 1):
        assert f"picture {number}: {at} s" in call["prompt"]
    assert "picture 16: 7.8 s" in call["prompt"]
    assert "It lasts 8.0 seconds" in call["prompt"]


@pytest.mark.parametrize("provider", ["gemini", "openai", "claude"])
def test_the_analysis_is_as_works_hold_it(
    ana: Person, work: str, analyse: Analyse, provider: str
) -> None:
    answer = analyse("video.mp4", headers={"x-vision-provider": provider})

    assert answer.status_code == 200, answer.text
    assert AnalysisSchema().validate(answer.get_json()) == {}
    assert answer.json["scene_count"] == len(answer.json["scenes"]) == 3
    assert [shot["index"] for shot in answer.json["scenes"]] == [1, 2, 3]
    assert answer.json["color_palette"] == ["#22333B", "#EAE0D5", "#C6AC8F"]
    assert ana.put(work, json={"analysis": answer.json}).json["analysis"] == answer.json


def test_it_is_read_with_what_the_model_may_have_meant(vendors: Vendors, analyse: Analyse) -> None:
    said = {"tempo": "slow", "scenes": [{"description": "A desk", "duration_seconds": "2 s"}]}
    vendors.rule(kind="text", answer=f"Here it is: {json.dumps(said)}")

    answer = analyse()

    assert answer.json["scenes"][0]["duration_seconds"] == 2
    assert answer.json["scene_count"] == 1
    assert AnalysisSchema().validate(answer.get_json()) == {}


@pytest.mark.parametrize("said", ["No.", '{"scenes": []}', '{"scenes": [{"index": 1}]}'])
def test_an_answer_that_cannot_be_used_is_502(
    vendors: Vendors, analyse: Analyse, said: str
) -> None:
    vendors.rule(kind="text", answer=said)

    answer = analyse()

    assert answer.status_code == 502
    assert answer.json["details"]["message"]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ({}, "Manner matters most"),
        ({"mode": "style_transfer"}, "Manner matters most"),
        ({"mode": "content_remix"}, "What happens matters most"),
        ({"analyzerPrompt": "Count the cats."}, "Count the cats."),
        ({"analyzerPrompt": " "}, "You watch a reference video"),
        ({"mode": "content_remix", "other": "field"}, "What happens matters most"),
    ],
)
def test_the_form_says_what_to_look_for(
    vendors: Vendors, analyse: Analyse, form: dict[str, str], text: str
) -> None:
    assert analyse("video.mp4", **form).status_code == 200

    assert text in vendors.counts()[0]["prompt"]


def test_a_raw_body_will_do(ana: Person, vendors: Vendors, samples: Path) -> None:
    video = (samples / "video.mp4").read_bytes()

    answer = ana.post("/api/analyze", data=video, content_type="video/mp4")

    assert answer.status_code == 200, answer.text
    assert vendors.counts()[0]["pictures"] == [digest(video)]


@pytest.mark.parametrize("mode", [" ", "remix", "STYLE_TRANSFER"])
def test_an_unknown_mode_is_refused(vendors: Vendors, analyse: Analyse, mode: str) -> None:
    answer = analyse("video.mp4", mode=mode)

    assert answer.status_code == 400
    assert answer.json["details"].keys() == {"mode"}
    assert vendors.requests() == []


@pytest.mark.parametrize("name", ["image.png", "audio.mp3", "image.gif"])
def test_what_is_no_video_is_refused(vendors: Vendors, analyse: Analyse, name: str) -> None:
    assert analyse(name).status_code == 415

    assert vendors.requests() == []


@pytest.mark.parametrize("name", sorted(DISGUISED))
def test_what_only_says_that_it_is_a_video_is_refused(
    ana: Person, vendors: Vendors, name: str
) -> None:
    answer = ana.post("/api/analyze", data=DISGUISED[name], content_type="video/mp4")

    assert answer.status_code == 415
    assert vendors.requests() == []


def test_an_empty_file_is_refused(ana: Person) -> None:
    answer = ana.post("/api/analyze", data=b"", content_type="video/mp4")

    assert answer.status_code == 400
    assert answer.json["error"] == "No file uploaded"


def test_a_file_that_is_too_large_is_refused(
    ana: Person, settings: Settings, vendors: Vendors
) -> None:
    small = create_app(replace(settings, max_upload_mb=1)).test_client()
    script = Person(small, ana.token, ana.user)

    answer = script.post("/api/analyze", data=bytes((1 << 20) + 1), content_type="video/mp4")

    assert answer.status_code == 413
    assert vendors.requests() == []


def test_a_video_that_shows_nothing_is_refused_unpaid(
    ana: Person, vendors: Vendors, samples: Path
) -> None:
    broken = (samples / "video.mp4").read_bytes()[:600]

    answer = ana.post(
        "/api/analyze",
        data=broken,
        content_type="video/mp4",
        headers={"x-vision-provider": "claude"},
    )

    assert answer.status_code == 400, answer.text
    assert answer.json["error"] == "The video cannot be read"
    assert vendors.counts() == []


def test_nothing_but_the_job_is_left_of_an_upload(
    ana: Person, analyse: Analyse, settings: Settings
) -> None:
    analyse("image.png")
    analyse("video.mp4", mode="remix")
    analyse("video.mp4", headers={"x-vision-provider": "nobody"})

    home = settings.data_dir / "users" / ana.user["id"]
    assert {path.name for path in home.iterdir()} <= {"user.json", ".lock", "jobs"}
    assert ana.show("/api/jobs") == []
