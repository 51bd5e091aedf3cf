"""Request schemas of the AI endpoints."""

import pytest

from schemas import ai
from tests.works.shapes import analysis, scene

INTENT = {"mode": "style_transfer"}
STYLE = {"tone": "calm", "color_palette": ["#102030"]}
SIZE = {"width": 1080, "height": 1920}
VIDEO = {"image_url": "https://pictures.example/1.png", "prompt": "It swings"}


@pytest.mark.parametrize(
    ("schema", "body", "defaults"),
    [
        (ai.AnalyzeFormSchema, {}, {"mode": "style_transfer"}),
        (ai.ScenarioRequestSchema, {"intent": INTENT}, {}),
        (ai.ImageRequestSchema, {"prompt": "A lamp"}, {}),
        (ai.VideoRequestSchema, VIDEO, {"duration": 5}),
        (ai.StyleTextSchema, {"text": "Bold."}, {}),
        (
            ai.PageRequestSchema,
            {"url": "https://shop.example"},
            {"mode": "landing", "includeProductInfo": False},
        ),
        (ai.AssetBatchSchema, {"assetIds": ["asset_1"]}, {}),
    ],
)
def test_minimal_body_is_completed_with_defaults(schema, body, defaults):
    assert schema().load(body) == {**body, **defaults}


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (
            ai.ScenarioRequestSchema,
            {
                "analysis": analysis(),
                "intent": {
                    **INTENT,
                    "product_name": "Arc",
                    "product_description": "A lamp",
                    "target_audience": "Late risers",
                    "language": "es",
                    "video_duration": 12.5,
                    "scene_count": 3,
                },
                "systemPrompt": "You direct.",
                "knowledge": "It is made in Ghent.",
                "styleGuide": STYLE,
            },
        ),
        (
            ai.ImageRequestSchema,
            {
                "prompt": "A lamp",
                "negative_prompt": "text",
                "image_instruction": "Photorealistic.",
                "styleGuide": STYLE,
                "resolution": SIZE,
            },
        ),
        (
            ai.VideoRequestSchema,
            {
                **VIDEO,
                "duration": 8,
                "video_instruction": "One take.",
                "styleGuide": STYLE,
                "resolution": SIZE,
            },
        ),
        (ai.ScenarioSchema, {"scenes": [scene(0), scene(1)]}),
    ],
)
def test_body_with_all_fields_is_loaded_unchanged(schema, body):
    assert schema().load(body) == body


@pytest.mark.parametrize(
    ("schema", "body", "field"),
    [
        (ai.AnalyzeFormSchema, {"mode": "remix"}, "mode"),
        (ai.ScenarioRequestSchema, {}, "intent"),
        (ai.ScenarioRequestSchema, {"intent": {}}, "intent"),
        (ai.ScenarioRequestSchema, {"intent": {**INTENT, "scene_count": 0}}, "intent"),
        (ai.ScenarioRequestSchema, {"intent": {**INTENT, "scene_count": 1001}}, "intent"),
        (ai.ScenarioRequestSchema, {"intent": {**INTENT, "video_duration": 0}}, "intent"),
        (ai.ScenarioRequestSchema, {"intent": INTENT, "analysis": {}}, "analysis"),
        (ai.ImageRequestSchema, {"prompt": ""}, "prompt"),
        (ai.ImageRequestSchema, {"prompt": "A lamp", "resolution": {"width": 1}}, "resolution"),
        (ai.VideoRequestSchema, {**VIDEO, "duration": 0}, "duration"),
        (ai.VideoRequestSchema, {**VIDEO, "image_url": ""}, "image_url"),
        (ai.StyleTextSchema, {"text": ""}, "text"),
        (ai.PageRequestSchema, {"url": ""}, "url"),
        (ai.PageRequestSchema, {"url": "https://a.example", "mode": "home"}, "mode"),
        (ai.AssetBatchSchema, {"assetIds": []}, "assetIds"),
        (ai.AssetBatchSchema, {"assetIds": ["../../etc"]}, "assetIds"),
        (ai.AssetBatchSchema, {"assetIds": ["asset_1"] * 101}, "assetIds"),
    ],
)
def test_invalid_field_is_rejected(schema, body, field):
    assert list(schema().validate(body)) == [field]
