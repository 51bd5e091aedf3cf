"""Generated answers are valid for any schema; generated images and videos are readable."""

import io
import json
import subprocess

import imageio_ffmpeg
import pytest
from PIL import Image

from tests.vendors.example_schemas import SCENARIO, STRING, closed_object
from tests.vendors.generated_answers import generated_answer, scene_count
from tests.vendors.media import MB, png, whole_video


@pytest.mark.parametrize(
    ("prompt", "count"),
    [
        ("Write exactly 5 scenes; the reference has 7 scenes.", 5),
        ("Make 12 scenes.", 12),
        ("A 4-scene film", 4),
        ('{"scene_count": 6}', 6),
        ("Scene count: 2", 2),
        ("Number of scenes: 20", 20),
        ("Write something about tea in 2026.", 3),
    ],
)
def test_scenario_has_the_number_of_scenes_in_the_prompt(prompt, count):
    assert scene_count(prompt) == count
    assert len(json.loads(generated_answer(SCENARIO, prompt))["scenes"]) == count


def test_min_items_of_a_schema_override_the_prompt():
    schema = closed_object(scenes={"type": "array", "items": STRING, "minItems": 5, "maxItems": 5})

    assert len(json.loads(generated_answer(schema, "Make 2 scenes."))["scenes"]) == 5


@pytest.mark.parametrize(
    ("name", "schema", "value"),
    [
        ("index", {"type": "integer"}, 1),
        ("opacity", {"type": "number", "maximum": 1}, 1.0),
        ("duration_seconds", {"type": "number", "minimum": 6}, 6.0),
        ("has_text_overlay", {"type": "boolean"}, False),
        ("tempo", {"type": "string", "enum": ["fast", "slow"]}, "fast"),
        ("mode", {"const": "landing"}, "landing"),
        ("color_palette", {"type": "array", "items": STRING}, ["#22333b", "#eae0d5", "#c6ac8f"]),
        ("camera_movement", {"type": ["string", "null"]}, "camera_movement"),
        ("camera_movement", {"anyOf": [{"type": "null"}, STRING]}, "camera_movement"),
        ("camera_movement", {"type": "STRING", "nullable": True}, "camera_movement"),
        ("nothing", {"type": "null"}, None),
        ("short", {"type": "string", "maxLength": 2}, "sh"),
    ],
)
def test_generated_value_is_valid_for_its_schema(name, schema, value):
    assert json.loads(generated_answer(closed_object(**{name: schema}), "")) == {name: value}


def test_references_within_a_schema_are_resolved():
    schema = {
        **closed_object(scene={"$ref": "#/$defs/scene"}),
        "$defs": {"scene": closed_object(tone=STRING)},
    }

    assert json.loads(generated_answer(schema, "")) == {"scene": {"tone": "warm"}}


def test_generated_image_has_the_size_and_contains_the_prompt():
    image = Image.open(io.BytesIO(png(40, 70, "Tee, süß 🍵")))

    image.load()
    assert (image.format, image.size) == ("PNG", (40, 70))
    assert image.info["prompt"] == "Tee, süß 🍵"


def test_generated_images_of_different_prompts_differ():
    assert png(8, 8, "tea") != png(8, 8, "coffee")
    assert png(8, 8, "tea") == png(8, 8, "tea")


@pytest.mark.parametrize("megabytes", [0, 2.5])
def test_generated_video_is_playable_at_any_size(tmp_path, megabytes):
    path = tmp_path / "video.mp4"
    path.write_bytes(whole_video("task-1", megabytes))

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-xerror", "-i", path, "-f", "null", "-"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Duration: 00:00:01.00" in result.stderr
    assert b"task-1" in path.read_bytes()
    assert path.stat().st_size == megabytes * MB or not megabytes
