"""What people call scenes: numbers from 1 that follow their order, unlike their indexes.

console/static/timeline/editor-state.js has the same rule, and tests/timeline/scene_numbers.json
the cases of both.
"""

from collections.abc import Mapping
from typing import Any

_PICTURES = {"imageUrl", "videoUrl"}


class SceneNumbers(dict[int, int]):
    """Numbers by indexes; a scene that is not among them is called as if it were in order."""

    def __missing__(self, index: int) -> int:
        return index + 1


IN_ORDER = SceneNumbers()  # where nothing is known of the order


def scene_numbers(work: Mapping[str, Any]) -> SceneNumbers:
    """Return the numbers of scenes: the scenario's, then others with pictures."""
    planned = [scene["scene_index"] for scene in work["scenes"]]
    made = work.get("generatedScenes", ())  # an order of a video has scenes alone
    others = [each["sceneIndex"] for each in made if _PICTURES & each.keys()]
    in_order = enumerate(dict.fromkeys([*planned, *others]), 1)
    return SceneNumbers({index: place for place, index in in_order})


def scene_number(work: Mapping[str, Any], index: int) -> int:
    """Return what a scene is called."""
    return scene_numbers(work)[index]
