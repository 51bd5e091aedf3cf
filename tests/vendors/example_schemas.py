"""JSON schemas that tests request answers for."""

from typing import Any


def closed_object(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object with exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


STRING = {"type": "string"}
SCENE = closed_object(scene_index={"type": "integer"}, image_prompt=STRING, transition=STRING)
SCENARIO = closed_object(scenes={"type": "array", "items": SCENE})
