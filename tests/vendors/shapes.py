"""Shapes of answers that tests ask for."""

from typing import Any


def closed(**properties: Any) -> dict[str, Any]:
    """An object of these properties, all of them required, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


TEXT = {"type": "string"}
SCENE = closed(scene_index={"type": "integer"}, image_prompt=TEXT, transition=TEXT)
SCENARIO = closed(scenes={"type": "array", "items": SCENE})
