"""JSON Schemas in the forms that vendors accept."""

from providers.structured_output import LIMIT_KEYWORDS, requires_all, strict_schema
from tests.providers.adapters import SCHEMA

SCENES = {
    "type": "object",
    "properties": {
        "scenes": {
            "type": "array",
            "minItems": 4,
            "items": {
                "type": "object",
                "properties": {"text": {"type": "string", "minLength": 1}, "note": {}},
                "required": ["text"],
            },
        }
    },
    "required": ["scenes"],
}


def test_strict_schema_forbids_additional_properties():
    schema = strict_schema(SCENES)

    assert schema["additionalProperties"] is False
    assert schema["properties"]["scenes"]["items"]["additionalProperties"] is False
    assert schema["properties"]["scenes"]["minItems"] == 4
    assert schema["properties"]["scenes"]["items"]["properties"]["text"] == {"type": "string"}


def test_strict_schema_omits_the_given_keywords():
    assert "minItems" not in strict_schema(SCENES, LIMIT_KEYWORDS)["properties"]["scenes"]


def test_strict_schema_keeps_a_property_named_like_a_keyword():
    schema = {"type": "object", "properties": {"format": {"type": "string"}}}

    assert strict_schema(schema, LIMIT_KEYWORDS)["properties"] == {"format": {"type": "string"}}


def test_requires_all_is_true_only_if_every_property_is_required():
    assert requires_all(SCHEMA)
    assert not requires_all(SCENES)
    assert not requires_all({"type": "object"})
