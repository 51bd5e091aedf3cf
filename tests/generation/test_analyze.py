"""Analysis of a reference video: Gemini receives the file, other vendors receive frames."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from media.video import sample_frames
from schemas.scenes import AnalysisSchema
from tests.applications import create_app
from tests.generation.helpers import sha256
from tests.jobs.helpers import run_job
from tests.people import Person
from tests.works.media import DISGUISED

Analyze = Callable[..., TestResponse]


@pytest.fixture
def analyze(ana, samples):
    """Upload a video for analysis, with form fields."""

    def analyze(name: str = "long.mp4", headers: Any = None, **form: str) -> TestResponse:
        with (samples / name).open("rb") as file:
            data = {"video": (file, name), **form}
            return ana.post(
                "/api/analyze", data=data, content_type="multipart/form-data", headers=headers or {}
            )

    return analyze


@pytest.mark.parametrize("name", ["long.mp4", "video.webm", "video.mov", "video.avi"])
def test_gemini_receives_the_video_file(vendors, analyze, samples, name):
    answer = analyze(name)

    assert answer.status_code == 200, answer.text
    [call] = vendors.counts()
    assert call["pictures"] == [sha256((samples / name).read_bytes())]
    assert "still frames" not in call["prompt"]


def test_large_video_is_uploaded_to_gemini_and_deleted_afterwards(vendors, ana, samples):
    large = (samples / "long.mp4").read_bytes() + bytes(15 << 20)

    answer = ana.post("/api/analyze", data=large, content_type="video/mp4")

    assert answer.status_code == 200, answer.text
    [call] = vendors.counts()
    assert "/files/" in call["pictures"][0]
    assert [request["kind"] for request in vendors.requests()][-1] == "cancel"


@pytest.fixture(scope="module")
def sampled(samples):
    """The digests of frames of the long video."""
    return [sha256(frame) for frame in sample_frames(samples / "long.mp4", 16)]


@pytest.mark.parametrize(
    "provider",
    ["openai", pytest.param("claude", marks=pytest.mark.thorough)],  # sampled for both alike
)
def test_openai_and_claude_receive_frames_in_order_with_their_times(
    vendors, analyze, sampled, provider
):
    answer = analyze(headers={"x-vision-provider": provider})

    assert answer.status_code == 200, answer.text
    [call] = vendors.counts()
    assert call["vendor"] == provider
    assert call["pictures"] == sampled
    assert len(set(call["pictures"])) == 16
    for number, seconds in enumerate(("0.2", "0.8", "1.2", "1.8"), 1):
        assert f"picture {number}: {seconds} s" in call["prompt"]
    assert "picture 16: 7.8 s" in call["prompt"]
    assert "It lasts 8.0 seconds" in call["prompt"]


@pytest.mark.parametrize("provider", ["gemini", "openai", "claude"])
def test_analysis_is_valid_and_can_be_stored_in_a_work(ana, work, analyze, provider):
    answer = analyze("video.mp4", headers={"x-vision-provider": provider})

    assert answer.status_code == 200, answer.text
    assert AnalysisSchema().validate(answer.get_json()) == {}
    assert answer.json["scene_count"] == len(answer.json["scenes"]) == 3
    assert [shot["index"] for shot in answer.json["scenes"]] == [1, 2, 3]
    assert answer.json["color_palette"] == ["#22333B", "#EAE0D5", "#C6AC8F"]
    assert ana.put(work, json={"analysis": answer.json}).json["analysis"] == answer.json


def test_imprecise_analysis_of_the_model_is_normalized(vendors, analyze):
    analysis = {"tempo": "slow", "scenes": [{"description": "A desk", "duration_seconds": "2 s"}]}
    vendors.rule(kind="text", answer=f"Here it is: {json.dumps(analysis)}")

    answer = analyze()

    assert answer.json["scenes"][0]["duration_seconds"] == 2
    assert answer.json["scene_count"] == 1
    assert AnalysisSchema().validate(answer.get_json()) == {}


@pytest.mark.parametrize("text", ["No.", '{"scenes": []}', '{"scenes": [{"index": 1}]}'])
def test_unusable_analysis_of_the_model_returns_502(vendors, analyze, text):
    vendors.rule(kind="text", answer=text)

    answer = analyze()

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
def test_form_fields_select_the_analysis_prompt(vendors, analyze, form, text):
    assert analyze("video.mp4", **form).status_code == 200

    assert text in vendors.counts()[0]["prompt"]


def test_video_can_be_sent_as_raw_body(ana, vendors, samples):
    video = (samples / "video.mp4").read_bytes()

    answer = ana.post("/api/analyze", data=video, content_type="video/mp4")

    assert answer.status_code == 200, answer.text
    assert vendors.counts()[0]["pictures"] == [sha256(video)]


@pytest.mark.parametrize("mode", [" ", "remix", "STYLE_TRANSFER"])
def test_unknown_analysis_mode_is_rejected(vendors, analyze, mode):
    answer = analyze("video.mp4", mode=mode)

    assert answer.status_code == 400
    assert answer.json["details"].keys() == {"mode"}
    assert vendors.requests() == []


@pytest.mark.parametrize("name", ["image.png", "audio.mp3", "image.gif"])
def test_analyzing_another_file_type_returns_415(vendors, analyze, name):
    assert analyze(name).status_code == 415

    assert vendors.requests() == []


@pytest.mark.parametrize("name", sorted(DISGUISED))
def test_analyzing_other_content_declared_as_video_returns_415(ana, vendors, name):
    answer = ana.post("/api/analyze", data=DISGUISED[name], content_type="video/mp4")

    assert answer.status_code == 415
    assert vendors.requests() == []


def test_analyzing_an_empty_file_returns_400(ana):
    answer = ana.post("/api/analyze", data=b"", content_type="video/mp4")

    assert answer.status_code == 400
    assert answer.json["error"] == "No file uploaded"


def test_analyzing_a_file_above_the_upload_limit_returns_413(ana, settings, vendors):
    client = create_app(replace(settings, max_upload_mb=1)).test_client()
    user = Person(client, ana.token, ana.user)

    answer = user.post("/api/analyze", data=bytes((1 << 20) + 1), content_type="video/mp4")

    assert answer.status_code == 413
    assert vendors.requests() == []


def test_analyzing_an_unreadable_video_returns_400_without_a_paid_call(ana, vendors, samples):
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


def test_rejected_analyses_leave_neither_files_nor_jobs(ana, analyze, settings):
    analyze("image.png")
    analyze("video.mp4", mode="remix")
    analyze("video.mp4", headers={"x-vision-provider": "unknown"})

    user_dir = settings.data_dir / "users" / ana.user["id"]
    assert {path.name for path in user_dir.iterdir()} <= {"user.json", ".lock", "jobs"}
    assert ana.show("/api/jobs") == []


@pytest.fixture
def work_with_reference(ana, work, samples):
    """The path of a work with a reference video."""
    assert ana.upload(f"{work}/media/reference", samples / "video.mp4").status_code == 200
    return work


def test_job_analyses_the_stored_reference_video_of_a_work(
    ana, work_with_reference, vendors, samples
):
    work = work_with_reference
    ana.patch(work, json={"mode": "content_remix", "analyzerPrompt": "Count the cats."})

    job = run_job(ana, work, "analysis")

    assert (job["state"], job["progress"]["percent"]) == ("succeeded", 100)
    [call] = vendors.counts()
    assert call["pictures"] == [sha256((samples / "video.mp4").read_bytes())]
    assert "Count the cats." in call["prompt"]
    assert ana.show(work)["analysis"] == job["result"]
    assert ana.get(f"{work}/media/reference").status_code == 200  # it stays


def test_analysis_of_a_work_without_a_reference_video_is_refused(ana, work, vendors):
    answer = ana.post(f"{work}/jobs", json={"kind": "analysis"})

    assert answer.status_code == 400
    assert answer.json["error"] == "The work has no reference video"
    assert vendors.requests() == []


def test_reference_video_that_is_deleted_before_its_analysis_fails_the_job(
    ana, work_with_reference, settings
):
    work = work_with_reference
    for video in (settings.data_dir / work.removeprefix("/api/") / "media").iterdir():
        video.unlink()

    job = run_job(ana, work, "analysis")

    assert job["state"] == "failed"
    assert "deleted" in job["reason"]
    assert ana.show(work)["analysis"] is None
