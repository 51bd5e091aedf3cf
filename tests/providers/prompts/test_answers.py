"""Answers of language models: what is accepted, completed or rejected, and their JSON schemas."""

from functools import partial
from typing import Any

import pytest

from providers.prompts import answers
from providers.prompts.answers import (
    AnswerError,
    load_analysis,
    load_description,
    load_product_info,
    load_scenario,
    load_style_guide,
    scenario_warnings,
)
from schemas.projects import StyleGuideSchema
from schemas.scenes import AnalysisSchema, SceneSchema


def scenario(*scenes: Any) -> dict[str, Any]:
    return {"scenes": [{"image_prompt": "A lamp", **scene} for scene in scenes]}


def load_scene(**fields: Any) -> dict[str, Any]:
    return load_scenario(scenario(fields))[0]


def load_durations(*durations: Any, **options: Any) -> list[float]:
    scenes = scenario(*({"duration_seconds": duration} for duration in durations))
    return [scene["duration_seconds"] for scene in load_scenario(scenes, **options)]


def test_missing_fields_of_a_scene_get_defaults():
    assert load_scene() == {
        "scene_index": 0,
        "duration_seconds": 5.0,
        "image_prompt": "A lamp",
        "negative_prompt": "",
        "video_prompt": "",
        "text_overlay": None,
        "transition": "cut",
    }
    assert SceneSchema().validate(load_scene()) == {}


@pytest.mark.parametrize("indexes", [[1, 2, 3], [7, 7, 7], [None, "two", {}]])
def test_scenes_are_renumbered_from_0(indexes):
    scenes = load_scenario(scenario(*({"scene_index": index} for index in indexes)))

    assert [scene["scene_index"] for scene in scenes] == [0, 1, 2]


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [(5, 5.0), ("5", 5.0), ("4.5 s", 4.5), ("4,5", 4.5), ("6 seconds", 6.0), (" 3sec. ", 3.0)],
)
def test_duration_may_be_text_with_a_unit(duration, seconds):
    assert load_scene(duration_seconds=duration)["duration_seconds"] == seconds


@pytest.mark.parametrize("empty", [None, "", "  ", "null", "None", "N/A"])
def test_null_blank_and_placeholder_texts_are_empty(empty):
    scene = load_scene(text_overlay=empty, negative_prompt=empty, transition=empty)

    assert scene["text_overlay"] is None
    assert scene["negative_prompt"] == ""
    assert scene["transition"] == "cut"


def test_list_of_texts_is_joined():
    assert load_scene(negative_prompt=["text", "logos"])["negative_prompt"] == "text, logos"


def test_number_is_converted_to_text():
    assert load_scene(text_overlay=50)["text_overlay"] == "50"


def test_unpaired_surrogate_is_replaced():
    assert load_scene(text_overlay="a \ud83c b \ud83c\udfac")["text_overlay"] == "a \ufffd b 🎬"


@pytest.mark.parametrize(
    ("text", "transition"),
    [
        ("Hard cut", "cut"),
        ("cross-dissolve", "dissolve"),
        ("FADE to black", "fade"),
        ("match on action", "cut"),
    ],
)
def test_transition_is_mapped_to_a_known_one(text, transition):
    assert load_scene(transition=text)["transition"] == transition


def test_unknown_fields_are_ignored():
    assert "mood" not in load_scene(mood="calm")


@pytest.mark.parametrize(
    ("durations", "total", "scaled"),
    [
        ([4, 6], 10, [4, 6]),
        ([4, 6], None, [4, 6]),
        ([5, 5], 15, [7.5, 7.5]),
        ([1, 1, 1], 10, [3.3, 3.4, 3.3]),
        ([None, None], 9, [4.5, 4.5]),
        ([4, None], 8, [4, 4]),
        ([None, None], None, [5, 5]),
        ([2, 4, 6], 30, [5, 10, 15]),
        ([5, 5], 7.25, [3.6, 3.65]),
        ([3, 0.001], 9.97, [9.97, 0]),
    ],
)
def test_durations_are_scaled_to_the_video_duration(durations, total, scaled):
    assert load_durations(*durations, video_duration=total) == pytest.approx(scaled)


@pytest.mark.parametrize("total", [0.04, 1, 9.97, 60, 61.3])
def test_scaled_durations_are_never_negative(total):
    scaled = load_durations(*[1, 7, 0.2, 3] * 5, video_duration=total)

    assert min(scaled) >= 0
    assert sum(scaled) == pytest.approx(total)


def test_scenes_beyond_the_scene_count_are_dropped():
    assert load_durations(2, 2, 6, scene_count=2, video_duration=10) == [5, 5]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "answer: Must be an object."),
        ([], "answer: Must be an object."),
        ({}, "scenes: Missing data for required field."),
        ({"scenes": None}, "scenes: Field may not be null."),
        ({"scenes": "two"}, "scenes: Not a valid list."),
        ({"scenes": []}, "scenes: Expected 1 to 1000 scenes."),
        ({"scenes": [None]}, "scenes.0: Field may not be null."),
        ({"scenes": ["A lamp"]}, "scenes.0: Must be an object."),
        ({"scenes": [{}]}, "scenes.0.image_prompt: Missing data for required field."),
        (scenario({"image_prompt": " "}), "scenes.0.image_prompt: Missing data"),
        (scenario({"image_prompt": {}}), "scenes.0.image_prompt: Not a valid string."),
        (scenario({"image_prompt": True}), "scenes.0.image_prompt: Not a valid string."),
        (scenario({"negative_prompt": [["a"]]}), "scenes.0.negative_prompt: Not a valid string."),
        (scenario({"duration_seconds": "long"}), "scenes.0.duration_seconds: Not a valid number."),
        (scenario({"duration_seconds": True}), "scenes.0.duration_seconds: Not a valid number."),
        (scenario({"duration_seconds": -1}), "scenes.0.duration_seconds: Expected 0 to 86400 sec"),
        (scenario({"duration_seconds": float("nan")}), "scenes.0.duration_seconds: "),
        (scenario({"duration_seconds": 10**400}), "scenes.0.duration_seconds: "),
    ],
)
def test_invalid_scenario_is_rejected_with_the_field(answer, message):
    with pytest.raises(AnswerError) as error:
        load_scenario(answer)

    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("written", "requested", "warnings"),
    [
        (3, 3, []),
        (3, None, []),
        (2, 3, ["The model wrote 2 of 3 scenes: scene 3 is missing."]),
        (1, 5, ["The model wrote 1 of 5 scenes: scenes 2 to 5 are missing."]),
    ],
)
def test_fewer_scenes_than_requested_are_used_with_a_warning(written, requested, warnings):
    scenes = load_scenario(scenario(*[{}] * written), scene_count=requested, video_duration=30)

    assert len(scenes) == written
    assert sum(scene["duration_seconds"] for scene in scenes) == pytest.approx(30)
    assert scenario_warnings(scenes, requested) == warnings


def test_error_message_has_a_limited_length():
    with pytest.raises(AnswerError) as error:
        load_scenario({"scenes": [{}] * 500})

    assert len(str(error.value)) < 500


SHOT = {"description": "A dark room"}


def test_missing_fields_of_an_analysis_get_defaults():
    analysis = load_analysis({"scenes": [SHOT, {**SHOT, "duration_seconds": "2 s", "index": 9}]})

    assert AnalysisSchema().validate(analysis) == {}
    assert analysis["scene_count"] == 2
    assert [shot["index"] for shot in analysis["scenes"]] == [1, 2]
    assert [shot["duration_seconds"] for shot in analysis["scenes"]] == [0, 2]
    assert (analysis["overall_tone"], analysis["tempo"]) == ("", "medium")
    assert analysis["color_palette"] == []


@pytest.mark.parametrize(
    ("answer", "overlay", "expected"),
    [(None, None, False), (None, "Sale", True), (True, None, True), ("no", "Sale", False)],
)
def test_missing_has_text_overlay_is_derived_from_the_shots(answer, overlay, expected):
    shots = [{**SHOT, "text_overlay": overlay}]

    analysis = load_analysis({"has_text_overlay": answer, "scenes": shots})

    assert analysis["has_text_overlay"] is expected


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"overall_tone": "calm"}, "scenes: Missing"),
        ({"scenes": []}, "scenes: Expected"),
        ({"scenes": [{}]}, "scenes.0.description: Missing"),
        ({"scenes": [SHOT], "has_text_overlay": "perhaps"}, "has_text_overlay: Not a valid bool"),
    ],
)
def test_invalid_analysis_is_rejected_with_the_field(answer, message):
    with pytest.raises(AnswerError, match=f"^{message}"):
        load_analysis(answer)


@pytest.mark.parametrize(
    ("palette", "colours"),
    [
        (["#102030", "#ffeecc"], ["#102030", "#FFEECC"]),
        (["102030"], ["#102030"]),
        (["#abc"], ["#AABBCC"]),
        (["deep blue (#102030)", {"name": "cream", "hex": "#FFEECC"}], ["#102030", "#FFEECC"]),
        ("#102030, #FFEECC", ["#102030", "#FFEECC"]),
        (["#102030", "#102030"], ["#102030"]),
        (["blue", "#12345", "#1234567", "#ggg", 7, None], []),
    ],
)
def test_palette_keeps_hex_colours_only(palette, colours):
    guide = load_style_guide({"style_guide": {"tone": "calm", "color_palette": palette}})

    assert guide.get("color_palette", []) == colours


def test_style_guide_omits_empty_and_unknown_fields():
    answer: dict[str, Any] = {"tone": "calm", "tempo": None, "camera_style": "", "must_avoid": []}

    guide = load_style_guide(
        {"style_guide": {**answer, "mood": "x", "must_include": ["a window", None, ""]}}
    )

    assert guide == {"tone": "calm", "must_include": ["a window"]}
    assert StyleGuideSchema().validate(guide) == {}


def test_list_may_be_text_separated_by_lines_or_semicolons():
    guide = load_style_guide({"style_guide": {"must_avoid": "text, logos\n cats; dogs\n"}})

    assert guide == {"must_avoid": ["text, logos", "cats", "dogs"]}


def test_product_info_has_the_field_names_of_works():
    info = load_product_info({"style_guide": {}, "product_info": {"product_name": "Arc"}})

    assert info == {"productName": "Arc", "productDescription": "", "targetAudience": ""}


@pytest.mark.parametrize(
    ("load", "answer", "message"),
    [
        (load_style_guide, {"tone": "calm"}, "style_guide: Missing data for required field."),
        (load_style_guide, {"style_guide": []}, "style_guide: Must be an object."),
        (load_product_info, {"style_guide": {}}, "product_info: Missing data"),
        (load_description, {"description": ""}, "description: Missing data"),
        (load_description, {"text": "A lamp"}, "description: Missing data"),
    ],
)
def test_other_invalid_answers_are_rejected_with_the_field(load, answer, message):
    with pytest.raises(AnswerError) as error:
        load(answer)

    assert str(error.value).startswith(message)


def test_description_is_stripped_text():
    assert load_description({"description": " A brass lamp. "}) == "A brass lamp."


SCHEMAS = [
    partial(answers.scenario_schema, narration=False),
    partial(answers.scenario_schema, narration=True, cast=True),
    answers.AnalysisAnswerSchema,
    answers.StyleAnswerSchema,
    answers.PageAnswerSchema,
    answers.DescriptionAnswerSchema,
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_json_schema_meets_the_rules_of_strict_mode(schema):
    def check(part: dict[str, Any]) -> None:
        if part["type"] == "object":
            assert part["required"] == list(part["properties"])
            assert part["additionalProperties"] is False
            for inner in part["properties"].values():
                check(inner)
        elif part["type"] == "array":
            check(part["items"])
        assert part.keys() <= {"type", "description", "enum", "items"} | {
            "properties",
            "required",
            "additionalProperties",
        }

    json_schema = answers.json_schema(schema())

    assert json_schema["type"] == "object"
    check(json_schema)


@pytest.mark.parametrize(
    ("field", "json_type"),
    [
        ("scene_index", "integer"),
        ("duration_seconds", "number"),
        ("image_prompt", "string"),
        ("text_overlay", ["string", "null"]),
    ],
)
def test_json_schema_allows_null_for_optional_text(field, json_type):
    scene = answers.json_schema(answers.scenario_schema(narration=False))
    scene = scene["properties"]["scenes"]["items"]

    assert scene["properties"][field]["type"] == json_type


def test_valid_scenario_is_returned_unchanged():
    scene = {
        "scene_index": 0,
        "duration_seconds": 4.5,
        "image_prompt": "A lamp",
        "negative_prompt": "text",
        "video_prompt": "It swings",
        "text_overlay": "Light",
        "transition": "fade",
    }

    assert load_scenario({"scenes": [scene]}) == [scene]
