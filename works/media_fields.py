"""The fields of a work that follow from its media, updated when a file was stored or removed."""

from collections.abc import Mapping
from typing import Any

from media.clip_measures import Measures
from storage.media.media_files import MediaFiles
from storage.paths import WorkRef
from works import generated_scenes
from works.service import Work, touch
from works.slots import AUDIO, REFERENCE, Slot, is_voice, media_by_scene

Facts = Mapping[str, Any]

NO_FACTS: Facts = {}


def update_fields(
    work: Work,
    slot: Slot,
    media: MediaFiles,
    stored: bool,
    measures: Measures | None = None,
    facts: Facts = NO_FACTS,
) -> None:
    """Update the work's fields after a file was stored in a slot or removed from it.

    `measures` are those of a new clip; None if another file has changed. `facts` are those of the
    take that is now the scene's voice.
    """
    touch(work)
    if slot == REFERENCE:
        work["hasReferenceVideo"] = stored
    elif slot == AUDIO:
        _update_audio(work, slot.url(WorkRef.of(work)), stored)
    elif is_voice(slot):
        _update_voice(work, slot, media, facts)
    else:
        _update_scene(work, slot, media, stored, measures)


def _update_audio(work: Work, url: str, stored: bool) -> None:
    """Make new audio the music; without it there is none, unless that came from an asset."""
    timeline = dict(work["editorState"])
    if stored:
        timeline["audioUrl"] = url
    elif timeline.get("audioUrl") == url:
        del timeline["audioUrl"]
    work["editorState"] = timeline
    work["audioUpdatedAt"] = work["updatedAt"] if stored else None


def _update_voice(work: Work, slot: Slot, media: MediaFiles, facts: Facts) -> None:
    index = int(slot.scene or 0)
    scene_media = media_by_scene(media.slots()).get(index, set())
    work["generatedScenes"] = generated_scenes.with_voice(
        work["generatedScenes"], index, scene_media, work, facts, changed=work["updatedAt"]
    )


def _update_scene(
    work: Work, slot: Slot, media: MediaFiles, stored: bool, measures: Measures | None
) -> None:
    index = int(slot.scene or 0)
    scene_media = media_by_scene(media.slots()).get(index, set())
    # A new file sets the status by itself: a new image means "image_ready", even with an old video.
    status = generated_scenes.status_for({slot.path.rpartition("/")[2]} if stored else scene_media)
    scenes = work["generatedScenes"]
    if stored:  # what is uploaded again is meant to be seen, without a scenario as well
        scenes = [
            generated_scenes.without_removal(each) if each["sceneIndex"] == index else each
            for each in scenes
        ]
    if measures is not None:
        scenes = generated_scenes.with_measures(scenes, index, measures)
    work["generatedScenes"] = generated_scenes.with_updated_scene(
        scenes, index, scene_media, status, work, changed=work["updatedAt"]
    )
