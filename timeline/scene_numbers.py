"""What people call scenes: numbers from 1 that follow their order, unlike their indexes.

console/static/timeline/editor-state.js has the same rule, and tests/timeline/scene_numbers.json
the cases of both.
"""

from collections.abc import Mapping
from typing import Any

_PICTURES = {"imageUrl", "videoUrl"}


def scene_numbers(work: Mapping[str, Any]) -> dict[int, int]:
    """Return the numbers of scenes by their indexes: the scenario's, then others with pictures."""
    planned = [scene["scene_index"] for scene in work["scenes"]]
    made = work.get("generatedScenes", ())  # an order of a video has scenes alone
    others = [each["sceneIndex"] for each in made if _PICTURES & each.keys()]
    return {index: place for place, index in enumerate(dict.fromkeys([*planned, *others]), 1)}


def scene_number(work: Mapping[str, Any], index: int) -> int:
    """Return what a scene is called; one that the work does not have, as if it were in order."""
    return scene_numbers(work).get(index, index + 1)
