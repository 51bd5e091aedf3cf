"""Answers of the fake models fit any schema; images and clips are real."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest
from PIL import Image

from tests.vendors.answers import said, scene_count
from tests.vendors.media import MB, png, whole_clip
from tests.vendors.shapes import SCENARIO, TEXT, closed


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
def test_a_scenario_has_the_scenes_asked_for(prompt: str, count: int) -> None:
    assert scene_count(prompt) == count
    assert len(json.loads(said(SCENARIO, prompt))["scenes"]) == count


def test_a_schema_decides_over_the_prompt() -> None:
    schema = closed(scenes={"type": "array", "items": TEXT, "minItems": 5, "maxItems": 5})

    assert len(json.loads(said(schema, "Make 2 scenes."))["scenes"]) == 5


@pytest.mark.parametrize(
    ("name", "schema", "value"),
    [
        ("index", {"type": "integer"}, 1),
        ("opacity", {"type": "number", "maximum": 1}, 1.0),
        ("duration_seconds", {"type": "number", "minimum": 6}, 6.0),
        ("has_text_overlay", {"type": "boolean"}, False),
        ("tempo", {"type": "string", "enum": ["fast", "slow"]}, "fast"),
        ("mode", {"const": "landing"}, "landing"),
        ("color_palette", {"type": "array", "items": TEXT}, ["#22333b", "#eae0d5", "#c6ac8f"]),
        ("camera_movement", {"type": ["string", "null"]}, "camera_movement"),
        ("camera_movement", {"anyOf": [{"type": "null"}, TEXT]}, "camera_movement"),
        ("camera_movement", {"type": "STRING", "nullable": True}, "camera_movement"),
        ("nothing", {"type": "null"}, None),
        ("short", {"type": "string", "maxLength": 2}, "sh"),
    ],
)
def test_a_value_fits_its_schema(name: str, schema: Any, value: Any) -> None:
    assert json.loads(said(closed(**{name: schema}), "")) == {name: value}


def test_references_within_a_schema_are_followed() -> None:
    schema = {**closed(scene={"$ref": "#/$defs/scene"}), "$defs": {"scene": closed(tone=TEXT)}}

    assert json.loads(said(schema, "")) == {"scene": {"tone": "warm"}}


def test_an_image_has_its_size_and_says_for_what_it_was_made() -> None:
    image = Image.open(io.BytesIO(png(40, 70, "Tee, süß 🍵")))

    image.load()
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (40, 70))
    assert image.info["prompt"] == "Tee, süß 🍵"


def test_images_of_different_prompts_differ() -> None:
    assert png(8, 8, "tea") != png(8, 8, "coffee")
    assert png(8, 8, "tea") == png(8, 8, "tea")


@pytest.mark.parametrize("megabytes", [0, 2.5])
def test_a_clip_plays_whatever_its_size(tmp_path: Path, megabytes: float) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(whole_clip("task-1", megabytes))

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-xerror", "-i", path, "-f", "null", "-"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Duration: 00:00:01.00" in ran.stderr
    assert b"task-1" in path.read_bytes()
    assert path.stat().st_size == megabytes * MB or not megabytes
