"""What of a work its exports show, to tell whether one still looks like the work."""

from collections.abc import Mapping
from typing import Any

from media.digests import key_of

_WORK = ("editorState", "resolution", "sound", "language")
_SCENE = ("scene_index", "duration_seconds", "motion", "text_overlay", "transition")
_MADE = ("sceneIndex", "imageUrl", "videoUrl", "mediaUpdatedAt", "voiceUrl", "voiceUpdatedAt")


def content_of(work: Mapping[str, Any]) -> str:
    """Return a hash of what exports of a work show; its name and its prompts are not in it."""
    scenes = [_chosen(scene, _SCENE) for scene in work["scenes"]]
    made = [_chosen(each, _MADE) for each in work["generatedScenes"]]
    return key_of(_chosen(work, _WORK), scenes, made)


def _chosen(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values.get(name) for name in names}
