"""The built-in provider `demo`, which needs neither a vendor nor a key."""

import json
import os
import time
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from media.video import probe
from outbound.page import Page
from providers.contract import ImageRequest, Question
from providers.errors import ProviderError
from providers.prompts import scenario, style
from providers.prompts.answers import (
    load_analysis,
    load_description,
    load_product_info,
    load_scenario,
    load_style_guide,
)
from settings.config import Settings
from tests.providers.adapters import Adapters, image_request, picture, question, video_request


@pytest.fixture
def demo(tmp_path):
    return Adapters(Settings(data_dir=tmp_path / "data", demo_provider="1"))


def answer(demo: Adapters, request: Question) -> dict[str, Any]:
    value: dict[str, Any] = demo.text("demo").answer(request).value
    return value


def test_demo_scenario_has_the_scenes_and_the_product_of_the_brief(demo):
    intent = {"mode": "style_transfer", "product_name": "Kite {0}", "scene_count": 7}
    brief = scenario.question({**intent, "video_duration": 21})

    scenes = load_scenario(answer(demo, brief), scene_count=7, video_duration=21)

    assert [scene["scene_index"] for scene in scenes] == list(range(7))
    assert sum(scene["duration_seconds"] for scene in scenes) == pytest.approx(21)
    assert all("Kite {0}" in scene["image_prompt"] for scene in scenes)
    assert len({scene["image_prompt"] for scene in scenes}) > 3


def test_demo_scenario_without_a_brief_has_three_scenes(demo):
    scenes = load_scenario(answer(demo, scenario.question({"mode": "content_remix"})))

    assert len(scenes) == 3


def test_demo_answers_every_question_of_the_service(demo):
    page = style.page_question(Page("Lamp", "", "A lamp."), product_info=True)

    assert load_analysis(answer(demo, style.analysis_question("style_transfer")))["scenes"]
    assert load_style_guide(answer(demo, style.text_question("Calm and blue.")))["tone"]
    assert load_product_info(answer(demo, page))["productName"]
    assert load_description(answer(demo, style.description_question(picture())))


def test_demo_answers_questions_with_an_unknown_schema(demo):
    fields = {
        "mood": {"type": "string"},
        "level_name": {"type": "string", "enum": ["a", "b"]},
        "level": {"type": ["integer", "null"]},
        "rate": {"type": "number"},
        "is_good": {"type": "boolean"},
        "names": {"type": "array", "items": {"type": "string"}},
    }

    value = answer(demo, question(schema={"type": "object", "properties": fields}))

    assert set(value) == set(fields)
    assert value["level_name"] == "a"
    json.dumps(value)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((360, 640), (360, 640)),
        ((640, 360), (640, 360)),
        ((64, 64), (64, 64)),
        ((7680, 4320), (1920, 1080)),
        ((1, 100_000), (16, 1920)),
    ],
)
def test_demo_image_has_the_requested_size_within_limits(demo, size, expected):
    image = demo.image("demo").generate(image_request(width=size[0], height=size[1]))

    assert Image.open(BytesIO(image.picture.data)).size == expected


def small_image(prompt: str) -> ImageRequest:
    return image_request(prompt=prompt, width=216, height=384)


@pytest.mark.parametrize(
    "prompt",
    ["", "x" * 100_000, "\0\u202e\ud800 语言 \U0001f600", "a\n" * 99],
    ids=["empty", "long", "unusual characters", "many lines"],
)
def test_demo_generates_an_image_for_any_prompt(demo, prompt):
    assert demo.image("demo").generate(small_image(prompt)).picture.data


def test_demo_generates_different_images_for_different_prompts(demo):
    lamp, kite = (demo.image("demo").generate(small_image(prompt)) for prompt in ("lamp", "kite"))

    assert lamp.picture.data != kite.picture.data


@pytest.fixture
def advance_clock(monkeypatch):
    """Advance the clock by some seconds; otherwise it stands still."""
    now = [time.time()]
    monkeypatch.setattr("providers.demo_video.time.time", lambda: now[0])

    def advance(seconds: float) -> None:
        now[0] += seconds

    return advance


@pytest.mark.parametrize(
    ("size", "seconds", "expected_size"),
    [
        ((1080, 1920), 1, (720, 1280)),
        pytest.param((1920, 1080), 1.5, (1280, 720), marks=pytest.mark.thorough),
        ((320, 240), 3, (320, 240)),
        ((333, 777), 1, (332, 776)),
    ],
)
def test_demo_clip_has_the_requested_duration_and_at_most_720p(
    demo, advance_clock, tmp_path, size, seconds, expected_size
):
    model = demo.video("demo")
    path = tmp_path / "clip.mp4"
    task_id = model.submit(video_request(width=size[0], height=size[1], duration=seconds))
    advance_clock(5)

    with path.open("wb") as clip:
        media_type = model.download(model.poll(task_id).output, clip.write)

    info = probe(path)
    assert media_type == "video/mp4"
    assert (info.width, info.height) == pytest.approx(expected_size, abs=2)
    assert info.duration == pytest.approx(seconds, abs=0.1)


def test_demo_task_takes_a_few_seconds_and_reports_progress(demo, advance_clock):
    model = demo.video("demo")
    task_id = model.submit(video_request())
    tasks = []
    for _ in range(5):
        tasks.append(model.poll(task_id))
        advance_clock(1.1)

    assert [task.state for task in tasks] == [
        "waiting",
        "running",
        "running",
        "running",
        "succeeded",
    ]
    assert [task.progress for task in tasks] == sorted(task.progress for task in tasks)


def test_demo_task_survives_a_restart(demo, advance_clock):
    task_id = demo.video("demo").submit(video_request(duration=1, width=90, height=160))
    restarted = Adapters(replace(demo.settings)).video("demo")
    advance_clock(5)
    clip = bytearray()

    restarted.download(restarted.poll(task_id).output, clip.extend)

    assert clip[4:8] == b"ftyp"


def test_demo_task_can_be_cancelled(demo, advance_clock):
    model = demo.video("demo")
    task_id = model.submit(video_request())
    model.cancel(task_id)
    advance_clock(60)

    assert model.poll(task_id).state == "cancelled"


def test_cancelling_a_finished_demo_task_has_no_effect(demo, advance_clock):
    model = demo.video("demo")
    task_id = model.submit(video_request())
    advance_clock(60)
    model.cancel(task_id)

    assert model.poll(task_id).state == "succeeded"


@pytest.mark.parametrize("task_id", ["demo-0123456789abcdef", "", "../../secret", "demo-x", "\0"])
def test_polling_an_unknown_demo_task_raises_404(demo, task_id):
    with pytest.raises(ProviderError, match="does not know the task") as error:
        demo.video("demo").poll(task_id)

    assert error.value.status == 404
    demo.video("demo").cancel(task_id)


def test_demo_tasks_are_deleted_after_a_day(demo):
    model = demo.video("demo")
    old = model.submit(video_request())
    for path in (demo.settings.data_dir / "demo").iterdir():
        os.utime(path, (1, 1))

    new = model.submit(video_request())

    assert model.poll(new)
    with pytest.raises(ProviderError, match="does not know the task"):
        model.poll(old)


def test_demo_rejects_an_unreadable_first_frame(demo):
    broken = replace(picture(), data=b"\x89PNG\r\n\x1a\n")

    with pytest.raises(ProviderError, match="cannot be read"):
        demo.video("demo").submit(video_request(first_frame=broken))
