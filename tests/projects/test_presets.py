"""Presets: the prompts and the style guide of new projects, by project type."""

import re
import tomllib
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from projects import presets
from schemas.projects import PROJECT_TYPES, StyleGuideSchema

FILES = Path(presets.__file__).with_name("presets")
BY_TYPE = {project_type: presets.preset(project_type) for project_type in PROJECT_TYPES}

each_type = pytest.mark.parametrize("project_type", PROJECT_TYPES)
each_prompt = pytest.mark.parametrize("prompt", presets.PROMPTS)


def test_each_project_type_has_a_preset_file():
    assert {path.stem for path in FILES.glob("*.toml")} == set(PROJECT_TYPES)
    assert set(PROJECT_TYPES) == {"blank", "saas", "news", "social", "ecommerce", "educational"}


@each_type
def test_new_project_has_the_preset_of_its_type(ana, project_type):
    project: Any = ana.post("/api/projects", json={"projectType": project_type}).json

    assert project["projectType"] == project_type
    assert {**project, **BY_TYPE[project_type]} == project
    assert project["knowledge"] == ""


@each_type
def test_preset_file_has_the_expected_keys_only(project_type):
    texts = tomllib.loads((FILES / f"{project_type}.toml").read_text(encoding="utf-8"))

    assert texts.keys() == {*presets.PROMPTS, "styleGuide"}
    assert texts["styleGuide"].keys() == StyleGuideSchema().fields.keys() - {"narrator"}


@each_type
@each_prompt
def test_preset_prompt_is_a_text_of_suitable_length(project_type, prompt):
    text = BY_TYPE[project_type][prompt]

    minimum, maximum = {
        "systemPrompt": (1000, 5000),
        "analyzerPrompt": (300, 1500),
        "imageSystemPrompt": (300, 1200),
        "videoSystemPrompt": (200, 450),  # video models take short prompts
    }[prompt]
    assert minimum <= len(text) < maximum
    assert text[0].isupper()
    assert text[-1] == "."
    assert not re.search(r"TODO|FIXME|lorem|\{\{|\t| \n", text)


@each_type
def test_preset_system_prompt_names_the_fields_of_a_scene(project_type):
    text = BY_TYPE[project_type]["systemPrompt"]

    for field in ("image_prompt", "video_prompt", "negative_prompt", "text_overlay"):
        assert field in text
    assert re.search(r"\b(transitions?|cut)\b", text, re.IGNORECASE)
    assert "duration_seconds" in text


@each_type
def test_preset_style_guide_is_complete(project_type):
    guide = BY_TYPE[project_type]["styleGuide"]

    assert StyleGuideSchema().validate(guide) == {}
    assert guide["tempo"] in {"fast", "medium", "slow"}
    assert len(guide["color_palette"]) >= 3
    assert all(re.fullmatch("#[0-9A-Fa-f]{6}", colour) for colour in guide["color_palette"])
    assert len(guide["must_include"]) >= 2
    assert len(guide["must_avoid"]) >= 2
    assert all(text.strip() for text in [*guide["must_include"], *guide["must_avoid"]])
    assert all(len(guide[field]) > 10 for field in ("tone", "camera_style", "brand_voice"))


@pytest.mark.parametrize(("one", "other"), list(combinations(PROJECT_TYPES, 2)))
def test_presets_of_different_types_share_no_text(one, other):
    for key in (*presets.PROMPTS, "styleGuide"):
        assert BY_TYPE[one][key] != BY_TYPE[other][key]


def test_blank_preset_asks_for_photorealistic_images():
    assert re.search("photoreal|photograph", BY_TYPE["blank"]["imageSystemPrompt"], re.IGNORECASE)


def test_changing_a_returned_preset_does_not_change_the_preset():
    preset: dict[str, Any] = presets.preset("blank")

    preset["styleGuide"]["must_avoid"].append("everything")

    assert "everything" not in presets.preset("blank")["styleGuide"]["must_avoid"]
