"""A work's generated scenes: statuses come from clients, URLs follow from the media there is.

A crash between storing a file and saving the work can part the two; `mismatches` finds that.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from works.slots import AUDIO, REFERENCE, scene_image, scene_slots, scene_video

Scene = dict[str, Any]

_URLS = ("imageUrl", "videoUrl")


def without_urls(scenes: Any) -> Any:
    """What a client can have meant to say: its scenes without the URLs."""
    if not isinstance(scenes, list):
        return scenes
    return [
        {key: value for key, value in scene.items() if key not in _URLS}
        if isinstance(scene, Mapping)
        else scene
        for scene in scenes
    ]


def merged(given: list[Scene], stored: list[Scene], media: Iterable[str], work: Any) -> list[Scene]:
    """The scenes that a client gave, by index, with the URLs of the media there is.

    A scene that has media and is not among those given keeps its entry: a client that saves an
    older snapshot does not undo an upload.
    """
    present = scene_slots(media)
    scenes = {scene["sceneIndex"]: scene for scene in stored if scene["sceneIndex"] in present}
    scenes.update((scene["sceneIndex"], scene) for scene in given)
    return [with_urls(scenes[index], present.get(index, set()), work) for index in sorted(scenes)]


def with_urls(scene: Scene, kinds: set[str], work: Mapping[str, Any]) -> Scene:
    """A scene's entry with the URLs of its image and video, as far as there are any."""
    index = scene["sceneIndex"]
    ids = (work["projectId"], work["id"])
    entry = {"sceneIndex": index}
    if "image" in kinds:
        entry["imageUrl"] = scene_image(index).url(*ids)
    if "video" in kinds:
        entry["videoUrl"] = scene_video(index).url(*ids)
    rest = {key: value for key, value in scene.items() if key not in (*_URLS, "sceneIndex")}
    return {**entry, **rest}


def status_with(kinds: set[str]) -> str:
    """How far a scene is that has these of image and video."""
    return "done" if "video" in kinds else "image_ready" if "image" in kinds else "pending"


def updated(
    scenes: list[Scene],
    index: int,
    kinds: set[str],
    status: str,
    work: Any,
    error: str | None = None,
) -> list[Scene]:
    """The scenes after something happened to one of them, or to its media."""
    others = [scene for scene in scenes if scene["sceneIndex"] != index]
    before = next((scene for scene in scenes if scene["sceneIndex"] == index), {})
    entry = {**before, "sceneIndex": index, "status": status}
    entry.pop("error", None)
    if error is not None:
        entry["error"] = error
    return sorted([*others, with_urls(entry, kinds, work)], key=lambda scene: scene["sceneIndex"])


def mismatches(work: Mapping[str, Any], slots: Collection[str]) -> dict[str, Any]:
    """Return the fields that contradict the slots that hold files, with their right values."""
    right = {
        "hasReferenceVideo": REFERENCE.name in slots,
        "generatedScenes": _scenes(work, scene_slots(slots)),
        "editorState": _timeline(work, AUDIO.name in slots),
    }
    return {field: value for field, value in right.items() if work[field] != value}


def _scenes(work: Mapping[str, Any], present: Mapping[int, set[str]]) -> list[dict[str, Any]]:
    scenes: list[dict[str, Any]] = work["generatedScenes"]
    entries = {scene["sceneIndex"]: scene for scene in scenes}
    for index in sorted(entries.keys() | present.keys()):
        kinds = present.get(index, set())
        entry = entries.get(index)
        if entry is None or with_urls(entry, kinds, work) != entry:
            status = status_with(kinds)
            scenes = updated(scenes, index, kinds, status, work)
    return scenes


def _timeline(work: Mapping[str, Any], has_audio: bool) -> dict[str, Any]:
    """The timeline without the work's own audio if there is none.

    That it lacks audio which is there is no fault: a client may have taken it off the timeline.
    """
    timeline: dict[str, Any] = work["editorState"]
    if has_audio or timeline.get("audioUrl") != AUDIO.url(work["projectId"], work["id"]):
        return timeline
    return {key: value for key, value in timeline.items() if key != "audioUrl"}
