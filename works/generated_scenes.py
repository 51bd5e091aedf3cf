"""The `generatedScenes` of a work: statuses come from clients, the rest from the stored media.

Below, `media` is which of "image", "video" and "voice" a scene has. A crash between storing a file
and saving the work can leave the two inconsistent; `mismatches` finds that.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from media.clip_measures import MEASURES, Measures
from media.voice_measures import DURATION, GAIN, VOICE_MEASURES
from storage.paths import WorkRef
from works.recordings import is_cleaned
from works.slots import AUDIO, REFERENCE, media_by_scene, scene_image, scene_video, scene_voice

Scene = dict[str, Any]

CHANGED = "mediaUpdatedAt"
REMOVED = "removedAt"
VOICE_CHANGED, VOICE_TEXT = "voiceUpdatedAt", "voiceTextHash"
VOICE_SPEAKER = "voiceSpeakerHash"
VOICE_CLEANED = "voiceCleanUp"
_PICTURES = (CHANGED, *MEASURES)
_VOICE = (*VOICE_MEASURES, VOICE_TEXT, VOICE_SPEAKER, VOICE_CLEANED, VOICE_CHANGED)
_KEPT = (*_PICTURES, *_VOICE, REMOVED)
_URLS = frozenset({"imageUrl", "videoUrl", "voiceUrl"})
_DERIVED = _URLS | {*_KEPT}


def without_media(scenes: Any) -> Any:
    """Return a client's scenes without what follows from the media, which clients cannot set.

    Scenes without any of it are returned as they are, as are values of other types, for validation
    to reject.
    """
    if not isinstance(scenes, list):
        return scenes
    return [
        {key: value for key, value in scene.items() if key not in _DERIVED}
        if isinstance(scene, dict) and not _DERIVED.isdisjoint(scene)
        else scene
        for scene in scenes
    ]


def merge_scenes(
    given: list[Scene], stored: list[Scene], slot_names: Iterable[str], work: Mapping[str, Any]
) -> list[Scene]:
    """Return the scenes given by a client, ordered by index, with what follows from stored media.

    A stored scene that has media keeps its entry even if it is not among those given: saving an
    older snapshot must not undo an upload.
    """
    media = media_by_scene(slot_names)
    scenes = {scene["sceneIndex"]: scene for scene in stored if scene["sceneIndex"] in media}
    kept = {index: _kept(each) for index, each in scenes.items()}
    for scene in given:
        scenes[scene["sceneIndex"]] = {**scene, **kept.get(scene["sceneIndex"], {})}
    return [with_media(scenes[index], media.get(index, set()), work) for index in sorted(scenes)]


def with_media(scene: Scene, media: set[str], work: Mapping[str, Any]) -> Scene:
    """Return a scene's entry with the URLs of its media, and no others.

    It keeps the times at which these changed, unless there are none, and their measures.
    """
    index = scene["sceneIndex"]
    ref = WorkRef.of(work)
    entry = {"sceneIndex": index}
    if "image" in media:
        entry["imageUrl"] = scene_image(index).url(ref)
    if "video" in media:
        entry["videoUrl"] = scene_video(index).url(ref)
        entry |= {key: scene[key] for key in MEASURES if key in scene}
    if media - {"voice"} and CHANGED in scene:
        entry[CHANGED] = scene[CHANGED]
    if "voice" in media:
        entry["voiceUrl"] = scene_voice(index).url(ref)
        entry |= {key: scene[key] for key in _VOICE if key in scene}
    if media and REMOVED in scene:
        entry[REMOVED] = scene[REMOVED]
    rest = {key: value for key, value in scene.items() if key not in _DERIVED}
    return {**entry, **rest}


def with_removals(
    scenes: list[Scene], before: Collection[int], after: Collection[int], now: int
) -> list[Scene]:
    """Return the scenes; what was made for one that left the scenario says so until it is back.

    `before` and `after` are the indexes of the scenario, `now` is when it changed.
    """
    removed = {index for index in before if index not in after}
    marked = [
        {**each, REMOVED: now} if each["sceneIndex"] in removed and _URLS & each.keys() else each
        for each in scenes
    ]
    return [without_removal(each) if each["sceneIndex"] in after else each for each in marked]


def without_removal(scene: Scene) -> Scene:
    """Return the entry of a scene that is not removed."""
    return (
        {key: value for key, value in scene.items() if key != REMOVED}
        if REMOVED in scene
        else scene
    )


def _kept(scene: Scene) -> Scene:
    """Return what a client's update of a scene does not change, but for the URLs."""
    return {key: scene[key] for key in _KEPT if key in scene}


def status_for(media: set[str]) -> str:
    """Return the status of a scene that has this media."""
    return "done" if "video" in media else "image_ready" if "image" in media else "pending"


def with_updated_scene(
    scenes: list[Scene],
    index: int,
    media: set[str],
    status: str,
    work: Mapping[str, Any],
    error: str | None = None,
    changed: int | None = None,
) -> list[Scene]:
    """Return the scenes, ordered by index, with the status, error and URLs of one scene updated.

    `changed` is when its media changed, if they did.
    """
    entry = {**entry_of(scenes, index), "sceneIndex": index, "status": status}
    entry.pop("error", None)
    if error is not None:
        entry["error"] = error
    if changed is not None:
        entry[CHANGED] = changed
    return _with_entry(scenes, with_media(entry, media, work))


def with_measures(scenes: list[Scene], index: int, measures: Measures) -> list[Scene]:
    """Return the scenes, ordered by index, one with the measures of a new clip instead of others.

    A scene that has no entry gets one.
    """
    before = entry_of(scenes, index)
    rest = {key: value for key, value in before.items() if key not in MEASURES}
    return _with_entry(scenes, {**rest, "sceneIndex": index, **measures})


def with_voice(
    scenes: list[Scene],
    index: int,
    media: set[str],
    work: Mapping[str, Any],
    facts: Mapping[str, Any],
    changed: int,
) -> list[Scene]:
    """Return the scenes, ordered by index, one with what follows from the facts of its voice.

    Its status and its pictures stay as they are. A scene that has no entry gets one. `changed` is
    when its voice, or what is known of that, changed.
    """
    before = entry_of(scenes, index) or {"sceneIndex": index, "status": status_for(media)}
    rest = {key: value for key, value in before.items() if key not in _VOICE}
    entry = {**rest, **voice_fields(facts), VOICE_CHANGED: changed}
    return _with_entry(scenes, with_media(entry, media, work))


def voice_fields(facts: Mapping[str, Any]) -> Scene:
    """Return what the entry of a scene has of the facts of its voice."""
    known = {"textHash": VOICE_TEXT, "speakerHash": VOICE_SPEAKER}
    names = {**{name: name for name in VOICE_MEASURES}, **known}
    fields = {name: facts[key] for key, name in names.items() if facts.get(key) is not None}
    return {**fields, **({VOICE_CLEANED: True} if is_cleaned(facts) else {})}


def entry_of(scenes: Iterable[Scene], index: int) -> Scene:
    """Return the entry of a scene; empty if it has none."""
    return next((scene for scene in scenes if scene["sceneIndex"] == index), {})


def _with_entry(scenes: list[Scene], entry: Scene) -> list[Scene]:
    """Return the scenes, ordered by index, with an entry in place of the scene's earlier one."""
    others = [scene for scene in scenes if scene["sceneIndex"] != entry["sceneIndex"]]
    return sorted([*others, entry], key=lambda scene: scene["sceneIndex"])


def mismatches(
    work: Mapping[str, Any],
    slot_names: Collection[str],
    voices: Mapping[int, Mapping[str, Any]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return the fields that contradict the slots that hold files, with their correct values.

    `voices` are the facts of the voices of scenes, by index.
    """
    correct = {
        "hasReferenceVideo": REFERENCE.name in slot_names,
        "generatedScenes": _correct_scenes(work, media_by_scene(slot_names), voices),
        "editorState": _correct_timeline(work, AUDIO.name in slot_names),
        "audioUpdatedAt": work.get("audioUpdatedAt") if AUDIO.name in slot_names else None,
    }
    return {field: value for field, value in correct.items() if work.get(field) != value}


def _correct_scenes(
    work: Mapping[str, Any],
    media: Mapping[int, set[str]],
    voices: Mapping[int, Mapping[str, Any]],
) -> list[Scene]:
    scenes: list[Scene] = work["generatedScenes"]
    entries = {scene["sceneIndex"]: scene for scene in scenes}
    for index in sorted(entries.keys() | media.keys()):
        scene_media = media.get(index, set())
        entry = entries.get(index)
        if entry is None or with_media(entry, scene_media, work) != entry:
            status = status_for(scene_media)
            scenes = with_updated_scene(scenes, index, scene_media, status, work)
        voice = voices.get(index)
        if voice is not None and not has_voice(entry_of(scenes, index), voice):
            now = work["updatedAt"]
            scenes = with_voice(scenes, index, scene_media, work, voice, changed=now)
    return scenes


def has_voice(entry: Scene, facts: Mapping[str, Any]) -> bool:
    """Return whether a scene's entry says of its voice what the facts of that say.

    What the entry says beyond facts without measures, which were lost, may be right.
    """
    fields = voice_fields(facts)
    known = (VOICE_TEXT, VOICE_SPEAKER, VOICE_CLEANED)
    names = (*VOICE_MEASURES, *known) if {DURATION, GAIN} <= fields.keys() else fields
    return all(entry.get(name) == fields.get(name) for name in names)


def _correct_timeline(work: Mapping[str, Any], has_audio: bool) -> dict[str, Any]:
    """Return the timeline, without the URL of the work's own audio if there is no such file.

    A missing URL is valid even if there is a file: a client may have removed the audio.
    """
    timeline: dict[str, Any] = work["editorState"]
    if has_audio or timeline.get("audioUrl") != AUDIO.url(WorkRef.of(work)):
        return timeline
    return {key: value for key, value in timeline.items() if key != "audioUrl"}
