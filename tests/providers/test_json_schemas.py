"""The JSON Schemas that vendors hold their models to."""

from providers.structured_output import LIMIT_KEYWORDS, requires_all, strict_schema
from tests.providers.orders import SHAPE

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


def test_objects_take_no_other_properties() -> None:
    shape = strict_schema(SCENES)

    assert shape["additionalProperties"] is False
    assert shape["properties"]["scenes"]["items"]["additionalProperties"] is False
    assert shape["properties"]["scenes"]["minItems"] == 4
    assert shape["properties"]["scenes"]["items"]["properties"]["text"] == {"type": "string"}


def test_limits_can_be_left_out() -> None:
    assert "minItems" not in strict_schema(SCENES, LIMIT_KEYWORDS)["properties"]["scenes"]


def test_a_property_may_be_called_like_a_limit() -> None:
    shape = {"type": "object", "properties": {"format": {"type": "string"}}}

    assert strict_schema(shape, LIMIT_KEYWORDS)["properties"] == {"format": {"type": "string"}}


def test_strict_is_for_schemas_that_require_everything() -> None:
    assert requires_all(SHAPE)
    assert not requires_all(SCENES)
    assert not requires_all({"type": "object"})
