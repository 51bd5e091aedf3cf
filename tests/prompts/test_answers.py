"""What is understood of a language model's answer, and what is said of the rest."""

from typing import Any

import pytest

from prompts import answers
from prompts.answers import (
    AnswerError,
    load_analysis,
    load_description,
    load_product_info,
    load_scenario,
    load_style_guide,
)
from schemas.projects import StyleGuideSchema
from schemas.scenes import AnalysisSchema, SceneSchema


def scenario(*scenes: Any) -> dict[str, Any]:
    return {"scenes": [{"image_prompt": "A lamp", **scene} for scene in scenes]}


def one(**fields: Any) -> dict[str, Any]:
    return load_scenario(scenario(fields))[0]


def seconds(*given: Any, **wanted: Any) -> list[float]:
    scenes = scenario(*({"duration_seconds": each} for each in given))
    return [scene["duration_seconds"] for scene in load_scenario(scenes, **wanted)]


def test_a_bare_scene_gets_what_every_scene_has() -> None:
    assert one() == {
        "scene_index": 0,
        "duration_seconds": 5.0,
        "image_prompt": "A lamp",
        "negative_prompt": "",
        "video_prompt": "",
        "text_overlay": None,
        "transition": "cut",
    }
    assert SceneSchema().validate(one()) == {}


@pytest.mark.parametrize("given", [[1, 2, 3], [7, 7, 7], [None, "two", {}]])
def test_scenes_are_numbered_from_0_whatever_the_model_counted(given: list[Any]) -> None:
    scenes = load_scenario(scenario(*({"scene_index": index} for index in given)))

    assert [scene["scene_index"] for scene in scenes] == [0, 1, 2]


@pytest.mark.parametrize(
    ("written", "meant"),
    [(5, 5.0), ("5", 5.0), ("4.5 s", 4.5), ("4,5", 4.5), ("6 seconds", 6.0), (" 3sec. ", 3.0)],
)
def test_seconds_may_be_written_out(written: Any, meant: float) -> None:
    assert one(duration_seconds=written)["duration_seconds"] == meant


@pytest.mark.parametrize("nothing", [None, "", "  ", "null", "None", "N/A"])
def test_nothing_can_be_said_in_many_ways(nothing: Any) -> None:
    scene = one(text_overlay=nothing, negative_prompt=nothing, transition=nothing)

    assert scene["text_overlay"] is None
    assert scene["negative_prompt"] == ""
    assert scene["transition"] == "cut"


def test_a_list_of_nouns_is_a_text() -> None:
    assert one(negative_prompt=["text", "logos"])["negative_prompt"] == "text, logos"


def test_a_number_is_a_text_too() -> None:
    assert one(text_overlay=50)["text_overlay"] == "50"


def test_half_a_character_does_not_get_into_a_work() -> None:
    assert one(text_overlay="a \ud83c b \ud83c\udfac")["text_overlay"] == "a \ufffd b 🎬"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Hard cut", "cut"),
        ("cross-dissolve", "dissolve"),
        ("FADE to black", "fade"),
        ("match on action", "cut"),
    ],
)
def test_a_transition_is_one_that_the_export_knows(written: str, meant: str) -> None:
    assert one(transition=written)["transition"] == meant


def test_fields_that_nobody_asked_for_are_ignored() -> None:
    assert "mood" not in one(mood="calm")


@pytest.mark.parametrize(
    ("given", "total", "durations"),
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
def test_durations_add_up_to_the_videos(
    given: list[Any], total: float | None, durations: list[float]
) -> None:
    assert seconds(*given, video_duration=total) == pytest.approx(durations)


@pytest.mark.parametrize("total", [0.04, 1, 9.97, 60, 61.3])
def test_no_duration_is_below_nothing(total: float) -> None:
    spread = seconds(*[1, 7, 0.2, 3] * 5, video_duration=total)

    assert min(spread) >= 0
    assert sum(spread) == pytest.approx(total)


def test_scenes_beyond_those_asked_for_are_left_out() -> None:
    assert seconds(2, 2, 6, scene_count=2, video_duration=10) == [5, 5]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "answer: Invalid input type."),
        ([], "answer: Invalid input type."),
        ({}, "scenes: Missing data for required field."),
        ({"scenes": None}, "scenes: Field may not be null."),
        ({"scenes": "two"}, "scenes: Not a valid list."),
        ({"scenes": []}, "scenes: Expected 1 to 1000 scenes."),
        ({"scenes": [None]}, "scenes.0: Field may not be null."),
        ({"scenes": ["A lamp"]}, "scenes.0: Invalid input type."),
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
def test_what_cannot_be_understood_is_named(answer: Any, message: str) -> None:
    with pytest.raises(AnswerError) as refused:
        load_scenario(answer)

    assert str(refused.value).startswith(message)


def test_fewer_scenes_than_asked_for_are_refused() -> None:
    with pytest.raises(AnswerError, match=r"scenes: Expected 3 scenes, got 1\."):
        load_scenario(scenario({}), scene_count=3)


def test_a_message_stays_readable_where_everything_is_wrong() -> None:
    with pytest.raises(AnswerError) as refused:
        load_scenario({"scenes": [{}] * 500})

    assert len(str(refused.value)) < 500


SHOT = {"description": "A dark room"}


def test_an_analysis_is_completed_to_what_works_hold() -> None:
    analysis = load_analysis({"scenes": [SHOT, {**SHOT, "duration_seconds": "2 s", "index": 9}]})

    assert AnalysisSchema().validate(analysis) == {}
    assert analysis["scene_count"] == 2
    assert [shot["index"] for shot in analysis["scenes"]] == [1, 2]
    assert [shot["duration_seconds"] for shot in analysis["scenes"]] == [0, 2]
    assert (analysis["overall_tone"], analysis["tempo"]) == ("", "medium")
    assert analysis["color_palette"] == []


@pytest.mark.parametrize(
    ("said", "overlay", "is_there"),
    [(None, None, False), (None, "Sale", True), (True, None, True), ("no", "Sale", False)],
)
def test_whether_there_is_text_follows_from_the_shots_if_unsaid(
    said: Any, overlay: str | None, is_there: bool
) -> None:
    shots = [{**SHOT, "text_overlay": overlay}]

    analysis = load_analysis({"has_text_overlay": said, "scenes": shots})

    assert analysis["has_text_overlay"] is is_there


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"overall_tone": "calm"}, "scenes: Missing"),
        ({"scenes": []}, "scenes: Expected"),
        ({"scenes": [{}]}, "scenes.0.description: Missing"),
        ({"scenes": [SHOT], "has_text_overlay": "perhaps"}, "has_text_overlay: Not a valid bool"),
    ],
)
def test_an_analysis_needs_shots_that_say_something(answer: Any, message: str) -> None:
    with pytest.raises(AnswerError, match=f"^{message}"):
        load_analysis(answer)


@pytest.mark.parametrize(
    ("written", "colours"),
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
def test_colours_are_hex_and_what_is_none_is_left_out(written: Any, colours: list[str]) -> None:
    guide = load_style_guide({"style_guide": {"tone": "calm", "color_palette": written}})

    assert guide.get("color_palette", []) == colours


def test_a_style_guide_has_what_was_said_and_nothing_else() -> None:
    said: dict[str, Any] = {"tone": "calm", "tempo": None, "camera_style": "", "must_avoid": []}

    guide = load_style_guide(
        {"style_guide": {**said, "mood": "x", "must_include": ["a window", None, ""]}}
    )

    assert guide == {"tone": "calm", "must_include": ["a window"]}
    assert StyleGuideSchema().validate(guide) == {}


def test_a_list_may_be_written_as_lines() -> None:
    guide = load_style_guide({"style_guide": {"must_avoid": "text, logos\n cats; dogs\n"}})

    assert guide == {"must_avoid": ["text, logos", "cats", "dogs"]}


def test_a_product_is_named_as_works_name_it() -> None:
    info = load_product_info({"style_guide": {}, "product_info": {"product_name": "Arc"}})

    assert info == {"productName": "Arc", "productDescription": "", "targetAudience": ""}


@pytest.mark.parametrize(
    ("load", "answer", "message"),
    [
        (load_style_guide, {"tone": "calm"}, "style_guide: Missing data for required field."),
        (load_style_guide, {"style_guide": []}, "style_guide: Invalid input type."),
        (load_product_info, {"style_guide": {}}, "product_info: Missing data"),
        (load_description, {"description": ""}, "description: Missing data"),
        (load_description, {"text": "A lamp"}, "description: Missing data"),
    ],
)
def test_answers_to_the_smaller_questions_are_checked_too(
    load: Any, answer: Any, message: str
) -> None:
    with pytest.raises(AnswerError) as refused:
        load(answer)

    assert str(refused.value).startswith(message)


def test_a_description_is_a_text() -> None:
    assert load_description({"description": " A brass lamp. "}) == "A brass lamp."


SCHEMAS = [
    answers.ScenarioAnswerSchema,
    answers.AnalysisAnswerSchema,
    answers.StyleAnswerSchema,
    answers.PageAnswerSchema,
    answers.DescriptionAnswerSchema,
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_shapes_are_as_strict_modes_want_them(schema: Any) -> None:
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

    shape = answers.json_schema(schema())

    assert shape["type"] == "object"
    check(shape)


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("scene_index", "integer"),
        ("duration_seconds", "number"),
        ("image_prompt", "string"),
        ("text_overlay", ["string", "null"]),
    ],
)
def test_a_shape_says_what_may_be_null(field: str, kind: Any) -> None:
    scene = answers.json_schema(answers.ScenarioAnswerSchema())["properties"]["scenes"]["items"]

    assert scene["properties"][field]["type"] == kind


def test_an_answer_that_fits_the_shape_is_read_as_it_is() -> None:
    written = {
        "scene_index": 0,
        "duration_seconds": 4.5,
        "image_prompt": "A lamp",
        "negative_prompt": "text",
        "video_prompt": "It swings",
        "text_overlay": "Light",
        "transition": "fade",
    }

    assert load_scenario({"scenes": [written]}) == [written]
