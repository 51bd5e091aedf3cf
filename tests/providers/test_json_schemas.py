"""The JSON Schemas that vendors hold their models to."""

from providers.structured_output import LIMITS, closed, complete
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
    shape = closed(SCENES)

    assert shape["additionalProperties"] is False
    assert shape["properties"]["scenes"]["items"]["additionalProperties"] is False
    assert shape["properties"]["scenes"]["minItems"] == 4
    assert shape["properties"]["scenes"]["items"]["properties"]["text"] == {"type": "string"}


def test_limits_can_be_left_out() -> None:
    assert "minItems" not in closed(SCENES, LIMITS)["properties"]["scenes"]


def test_a_property_may_be_called_like_a_limit() -> None:
    shape = {"type": "object", "properties": {"format": {"type": "string"}}}

    assert closed(shape, LIMITS)["properties"] == {"format": {"type": "string"}}


def test_strict_is_for_schemas_that_require_everything() -> None:
    assert complete(SHAPE)
    assert not complete(SCENES)
    assert not complete({"type": "object"})
