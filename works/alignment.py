"""Whether a work says of its media what is there: a crash between the two can part them."""

from collections.abc import Collection, Mapping
from typing import Any

from works import generated
from works.service import touch
from works.slots import AUDIO, REFERENCE, scene_slots

Work = dict[str, Any]


def disagreeing(work: Mapping[str, Any], slots: Collection[str]) -> dict[str, Any]:
    """The fields that say otherwise than the slots that hold files, as they should be."""
    should = {
        "hasReferenceVideo": REFERENCE.name in slots,
        "generatedScenes": _scenes(work, scene_slots(slots)),
        "editorState": _timeline(work, AUDIO.name in slots),
    }
    return {field: value for field, value in should.items() if work[field] != value}


def align(work: Work, slots: Collection[str]) -> None:
    """Make a work say what is there."""
    work.update(disagreeing(work, slots))
    touch(work)


def _scenes(work: Mapping[str, Any], present: Mapping[int, set[str]]) -> list[dict[str, Any]]:
    scenes: list[dict[str, Any]] = work["generatedScenes"]
    entries = {scene["sceneIndex"]: scene for scene in scenes}
    for index in sorted(entries.keys() | present.keys()):
        kinds = present.get(index, set())
        entry = entries.get(index)
        if entry is None or generated.with_urls(entry, kinds, work) != entry:
            status = generated.status_with(kinds)
            scenes = generated.updated(scenes, index, kinds, status, work)
    return scenes


def _timeline(work: Mapping[str, Any], has_audio: bool) -> dict[str, Any]:
    """The timeline without the work's own audio if there is none.

    That it lacks audio which is there is no fault: a client may have taken it off the timeline.
    """
    timeline: dict[str, Any] = work["editorState"]
    if has_audio or timeline.get("audioUrl") != AUDIO.url(work["projectId"], work["id"]):
        return timeline
    return {key: value for key, value in timeline.items() if key != "audioUrl"}
