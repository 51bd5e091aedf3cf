"""The built-in provider: the whole pipeline without a key."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from config import Settings
from media.video import probe
from outbound.page import Page
from prompts import scenario, style, vision
from prompts.answers import (
    load_analysis,
    load_description,
    load_product_info,
    load_scenario,
    load_style_guide,
)
from providers.contract import Question
from providers.errors import ProviderError
from tests.providers.orders import Models, image_order, picture, question, video_order


@pytest.fixture
def demo(tmp_path: Path) -> Models:
    return Models(Settings(data_dir=tmp_path / "data", demo_provider=True))


def answered(demo: Models, asked: Question) -> dict[str, Any]:
    value: dict[str, Any] = demo.text("demo").answer(asked).value
    return value


def test_a_scenario_has_the_scenes_and_the_product_of_the_brief(demo: Models) -> None:
    intent = {"mode": "style_transfer", "product_name": "Kite {0}", "scene_count": 7}
    asked = scenario.question({**intent, "video_duration": 21})

    scenes = load_scenario(answered(demo, asked), scene_count=7, video_duration=21)

    assert [scene["scene_index"] for scene in scenes] == list(range(7))
    assert sum(scene["duration_seconds"] for scene in scenes) == pytest.approx(21)
    assert all("Kite {0}" in scene["image_prompt"] for scene in scenes)
    assert len({scene["image_prompt"] for scene in scenes}) > 3


def test_a_scenario_without_a_brief_has_some_scenes(demo: Models) -> None:
    scenes = load_scenario(answered(demo, scenario.question({"mode": "content_remix"})))

    assert len(scenes) == 3


def test_it_answers_all_that_language_models_are_asked(demo: Models) -> None:
    page = style.page_question(Page("Lamp", "", "A lamp."), product_info=True)

    assert load_analysis(answered(demo, vision.analysis_question("style_transfer")))["scenes"]
    assert load_style_guide(answered(demo, style.text_question("Calm and blue.")))["tone"]
    assert load_product_info(answered(demo, page))["productName"]
    assert load_description(answered(demo, vision.description_question(picture())))


def test_it_fills_shapes_that_it_does_not_know(demo: Models) -> None:
    fields = {
        "mood": {"type": "string"},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "level": {"type": ["integer", "null"]},
        "rate": {"type": "number"},
        "good": {"type": "boolean"},
        "things": {"type": "array", "items": {"type": "string"}},
    }

    value = answered(demo, question(schema={"type": "object", "properties": fields}))

    assert set(value) == set(fields)
    assert value["kind"] == "a"
    json.dumps(value)


@pytest.mark.parametrize(
    ("size", "made"),
    [
        ((1080, 1920), (1080, 1920)),
        ((1920, 1080), (1920, 1080)),
        ((64, 64), (64, 64)),
        ((7680, 4320), (1920, 1080)),
        ((1, 100_000), (16, 1920)),
    ],
)
def test_an_image_has_the_size_asked_for_within_bounds(
    demo: Models, size: tuple[int, int], made: tuple[int, int]
) -> None:
    image = demo.image("demo").generate(image_order(width=size[0], height=size[1]))

    assert Image.open(BytesIO(image.picture.data)).size == made


@pytest.mark.parametrize(
    "prompt", ["", "x" * 100_000, "\0\u202e\ud800 语言 \U0001f600", "a\n" * 99]
)
def test_any_prompt_makes_an_image(demo: Models, prompt: str) -> None:
    assert demo.image("demo").generate(image_order(prompt=prompt)).picture.data


def test_different_prompts_make_different_images(demo: Models) -> None:
    one, other = (demo.image("demo").generate(image_order(prompt=p)) for p in ("lamp", "kite"))

    assert one.picture.data != other.picture.data


@pytest.fixture
def passing_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the demo's clock on."""
    now = [time.time()]
    monkeypatch.setattr("providers.demo_video.time.time", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


@pytest.mark.parametrize(
    ("size", "seconds", "made"),
    [
        ((1080, 1920), 2, (720, 1280)),
        ((1920, 1080), 1.5, (1280, 720)),
        ((320, 240), 3, (320, 240)),
        ((333, 777), 1, (332, 776)),
    ],
)
def test_a_clip_has_the_duration_asked_for_at_720p_at_most(
    demo: Models,
    passing_time: Callable[[float], None],
    tmp_path: Path,
    size: tuple[int, int],
    seconds: float,
    made: tuple[int, int],
) -> None:
    model = demo.video("demo")
    path = tmp_path / "clip.mp4"
    order = video_order(width=size[0], height=size[1], duration=seconds)
    task_id = model.submit(order)
    passing_time(5)

    with path.open("wb") as clip:
        kind = model.download(model.poll(task_id).output, clip.write)

    found = probe(path)
    assert kind == "video/mp4"
    assert (found.width, found.height) == pytest.approx(made, abs=2)
    assert found.duration == pytest.approx(seconds, abs=0.1)


def test_it_takes_a_few_seconds_with_progress(
    demo: Models, passing_time: Callable[[float], None]
) -> None:
    model = demo.video("demo")
    task_id = model.submit(video_order())
    tasks = []
    for _ in range(5):
        tasks.append(model.poll(task_id))
        passing_time(1.1)

    assert [task.state for task in tasks] == [
        "waiting",
        "running",
        "running",
        "running",
        "succeeded",
    ]
    assert [task.progress for task in tasks] == sorted(task.progress for task in tasks)


def test_a_task_survives_a_restart(demo: Models, passing_time: Callable[[float], None]) -> None:
    task_id = demo.video("demo").submit(video_order())
    restarted = Models(replace(demo.settings)).video("demo")
    passing_time(5)
    clip = bytearray()

    restarted.download(restarted.poll(task_id).output, clip.extend)

    assert clip[4:8] == b"ftyp"


def test_a_task_can_be_cancelled(demo: Models, passing_time: Callable[[float], None]) -> None:
    model = demo.video("demo")
    task_id = model.submit(video_order())
    model.cancel(task_id)
    passing_time(60)

    assert model.poll(task_id).state == "cancelled"


def test_a_finished_task_stays_finished(
    demo: Models, passing_time: Callable[[float], None]
) -> None:
    model = demo.video("demo")
    task_id = model.submit(video_order())
    passing_time(60)
    model.cancel(task_id)

    assert model.poll(task_id).state == "succeeded"


@pytest.mark.parametrize("task_id", ["demo-0123456789abcdef", "", "../../secret", "demo-x", "\0"])
def test_a_task_that_is_not_there_is_unknown(demo: Models, task_id: str) -> None:
    with pytest.raises(ProviderError, match="does not know the task") as failure:
        demo.video("demo").poll(task_id)

    assert failure.value.status == 404
    demo.video("demo").cancel(task_id)


def test_tasks_are_forgotten_after_a_day(demo: Models) -> None:
    model = demo.video("demo")
    old = model.submit(video_order())
    for path in (demo.settings.data_dir / "demo").iterdir():
        os.utime(path, (1, 1))

    new = model.submit(video_order())

    assert model.poll(new)
    with pytest.raises(ProviderError, match="does not know the task"):
        model.poll(old)


def test_what_is_no_picture_is_refused(demo: Models) -> None:
    broken = replace(picture(), data=b"\x89PNG\r\n\x1a\n")

    with pytest.raises(ProviderError, match="cannot be read"):
        demo.video("demo").submit(video_order(first_frame=broken))
