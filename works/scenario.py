"""The scenes of a work: their order is the list's, and what was made stays with their index.

So a new scene gets an index that neither a scene nor anything that was made has, a scene that is
moved keeps its index, and one that is removed leaves its media, which it has again if it is put
back.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from errors import FieldsError, TooLargeError
from schemas.scenes import MAX_SCENE_INDEX, MAX_SCENES
from storage.paths import WorkRef
from storage.store import Store
from works.generated_scenes import REMOVED
from works.takes import has_takes

Scene = dict[str, Any]
Work = Mapping[str, Any]

FIRST = -1  # the position before all scenes


def order_of(work: Work) -> list[int]:
    """Return the indexes of the scenes in order: those of the scenario, or else with media.

    Scenes that were removed from a scenario are not among them.
    """
    if work["scenes"]:
        return indexes(work["scenes"])
    return [
        made["sceneIndex"]
        for made in work["generatedScenes"]
        if ("imageUrl" in made or "videoUrl" in made) and REMOVED not in made
    ]


def indexes(scenes: Iterable[Mapping[str, Any]]) -> list[int]:
    """Return the indexes of scenes."""
    return [scene["scene_index"] for scene in scenes]


def free_indexes(store: Store, work: Work, count: int) -> list[int]:
    """Return indexes for so many new scenes. Raises TooLargeError if there are too many scenes."""
    tracks = work["editorState"].get("editorData") or {}
    clips = [*(tracks.get("videoTrack") or []), *(tracks.get("voiceTrack") or [])]
    used = {
        *indexes(work["scenes"]),
        *(made["sceneIndex"] for made in work["generatedScenes"]),
        *(clip["sceneIndex"] for clip in clips if "sceneIndex" in clip),
    }
    following = range(max(used, default=-1) + 1, MAX_SCENES)
    earlier = (index for index in range(MAX_SCENES) if index not in used)
    found: list[int] = []
    for index in (*following, *earlier):
        if len(found) == count:
            break
        if index not in found and not has_takes(store, WorkRef.of(work), index):
            found.append(index)
    if len(found) < count:
        raise TooLargeError("Too many scenes", f"Their indexes end at {MAX_SCENE_INDEX}.")
    return found


def with_scene(scenes: Sequence[Scene], given: Scene, after: int | None) -> list[Scene]:
    """Return the scenes with the given fields of one changed; it is added if it is new.

    It comes after the scene with the index `after`, or FIRST; None leaves it at its position, a new
    one at the end. Raises FieldsError if there is no scene to come after.
    """
    index = given["scene_index"]
    known = indexes(scenes)
    old = scenes[known.index(index)] if index in known else {}
    changed = {**old, **given}
    if after is None and old:
        return [changed if scene is old else scene for scene in scenes]
    others = [scene for scene in scenes if scene is not old]
    if after is None:
        return [*others, changed]
    if after != FIRST and after not in indexes(others):
        raise FieldsError({"after": [_unknown([after], indexes(others))]})
    position = 0 if after == FIRST else indexes(others).index(after) + 1
    return [*others[:position], changed, *others[position:]]


def without(scenes: Sequence[Scene], removed: Sequence[int]) -> list[Scene]:
    """Return the scenes without some. Raises FieldsError for those that there are not."""
    if unknown := [index for index in removed if index not in indexes(scenes)]:
        raise FieldsError({"remove": [_unknown(unknown, indexes(scenes))]})
    return [scene for scene in scenes if scene["scene_index"] not in removed]


def reordered(scenes: Sequence[Scene], order: Sequence[int]) -> list[Scene]:
    """Return the scenes in another order. Raises FieldsError unless it has each of them once."""
    if sorted(order) != sorted(indexes(scenes)):
        message = f"Must have each scene once; the scenes are {indexes(scenes)}."
        raise FieldsError({"order": [message]})
    by_index = {scene["scene_index"]: scene for scene in scenes}
    return [by_index[index] for index in order]


def _unknown(wrong: Sequence[int], known: Sequence[int]) -> str:
    return f"There is no scene {', '.join(map(str, wrong))}; there are {list(known)}."
